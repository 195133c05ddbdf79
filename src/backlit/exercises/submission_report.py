"""What a check of a learner's file says, as plain data, and its forms."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from html import escape

from backlit.check.report import CheckError, CheckReport, Finding, Verdict

__all__ = ["SubmissionReport", "ValueVerdict"]

HARD_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class ValueVerdict(Verdict):
    """A verdict on an asked-for name.

    ``status`` is right, wrong, follows, missing, none, shape, kind, raised or not-read; ``follows`` is a wrong value
    that is right given the learner's own earlier ones. ``worth`` is what the value counts beside the others, ``share``
    the part of it that a wrong one has all the same.
    """

    status: str = "right"
    worth: float = 1.0
    share: float = 0.0

    @property
    def has(self) -> float:
        """What of its worth the value has."""
        return self.worth if self.ok else self.worth * self.share


@dataclass(frozen=True)
class SubmissionReport:
    """A verdict on each asked-for name, the mistakes by name, and how the file ran.

    ``error`` is the explained exception or the limit that was met, "" for a file that ran to its end. ``isolation``
    names what the system kept the file from: changing files, the network, other processes, and seeing solutions (its
    exercise's folder, and other submissions).
    """

    exercise: str
    title: str
    verdicts: tuple[ValueVerdict, ...]
    findings: tuple[Finding, ...] = ()
    error: str = ""
    remarks: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0
    isolation: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every asked-for value is right."""
        return all(verdict.ok for verdict in self.verdicts)

    def points(self, maximum: float) -> float:
        """Return the share of right values, by their worth, times ``maximum``: a bare number, for a grader."""
        if self.ok:
            return float(maximum)
        total = sum(verdict.worth for verdict in self.verdicts)
        return round(maximum * sum(verdict.has for verdict in self.verdicts) / total, 4) if total else 0.0

    def raise_if_wrong(self) -> None:
        """Raise CheckError, whose message is the report, unless everything is right."""
        if not self.ok:
            raise CheckError("\n" + self.to_text())

    @property
    def _report(self) -> CheckReport:
        findings = () if self.ok else self.findings
        verdicts = _said_once(self.error, self.verdicts)
        return CheckReport(f"{self.exercise}: {self.title}", verdicts, findings, self.remarks)

    def to_text(self) -> str:
        """Return the report for a terminal."""
        title, _, rest = self._report.to_text().partition("\n")
        block = f"{_wrapped(self._error_sentence)}\n\n" if self.error else ""
        return f"{title}\n{block}{rest}"

    @property
    def _error_sentence(self) -> str:
        error = f"The file {self.error}" if _is_verb(self.error) else self.error[:1].upper() + self.error[1:]
        return error + "." if error and not error.endswith((".", "?", "!")) else error

    def to_json(self) -> str:
        """Return the report as JSON."""
        facts = {"ok": self.ok, "points": self.points(1), **asdict(self)}
        return json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        title, _, rest = self._report._repr_html_().partition("</p>")
        error = f"<p>{escape(self._error_sentence)}</p>" if self.error else ""
        return f"{title}</p>{error}{rest}"


def _said_once(error: str, verdicts: Sequence[ValueVerdict]) -> tuple[ValueVerdict, ...]:
    """Return the verdicts, with what one line of the file raised told in full the first time only."""
    told = {_line(error)} - {""}
    found = []
    for verdict in verdicts:
        line = _line(verdict.remark) if verdict.status == "raised" else ""
        again = line in told
        found.append(replace(verdict, remark=f"stopped at {line}, as told above") if again else verdict)
        told |= {line} - {""}
    return tuple(found)


def _line(words: str) -> str:
    found = re.match(r"line \d+", words)
    return found[0] if found else ""


def _wrapped(text: str) -> str:
    """Return the text in lines of up to 100, code between backticks in one piece."""
    held = re.sub(r"`[^`]*`", lambda code: code[0].replace(" ", HARD_SPACE), text)
    lines = textwrap.fill(
        held, 100, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return lines.replace(HARD_SPACE, " ")


def _is_verb(error: str) -> bool:
    return error.split(" ", maxsplit=1)[0] in (
        "is",
        "ran",
        "printed",
        "filled",
        "could",
        "ended",
        "crashed",
        "was",
        "replaced",
    )
