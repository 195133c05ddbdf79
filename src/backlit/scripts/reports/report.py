"""What a check of a script says: what was understood, a verdict on each array, the mistakes by name and line."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict, dataclass
from html import escape

from backlit.check.report import CheckError, Finding, Verdict, verdict_words

__all__ = ["ScriptFinding", "ScriptReport", "ScriptVerdict"]

STATUSES = ("right", "wrong", "not-understood", "error")


@dataclass(frozen=True)
class ScriptVerdict(Verdict):
    """A verdict on one array of a script, by its own name; ``line`` is where it was computed, 0 where not known."""

    line: int = 0


@dataclass(frozen=True)
class ScriptFinding(Finding):
    """A mistake, the ``line`` to change (0 where it is not known) and what stands there, ``code``."""

    line: int = 0
    code: str = ""


@dataclass(frozen=True)
class ScriptReport:
    """A script's backward pass and update, judged.

    ``status``: "right", "wrong", "not-understood" (``asks`` says what was found, and how to tell the rest) or "error"
    (the script could not be run, ``error`` says why). ``understood`` says what network was found, a line each.
    ``networks``: where a script has several, the report of each, with the names of its weights as title, in the order
    in which they were trained; the report's own verdicts and findings are then those of all.
    """

    title: str
    status: str
    understood: tuple[str, ...] = ()
    verdicts: tuple[ScriptVerdict, ...] = ()
    findings: tuple[ScriptFinding, ...] = ()
    remarks: tuple[str, ...] = ()
    asks: str = ""
    error: str = ""
    networks: tuple[ScriptReport, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the backward pass was understood, and is right."""
        return self.status == "right"

    def raise_if_wrong(self) -> None:
        """Raise CheckError, whose message is the report, unless everything is right."""
        if not self.ok:
            raise CheckError("\n" + self.to_text())

    def to_text(self) -> str:
        """Return the report for a terminal."""
        partly = self.status == "not-understood" and self.verdicts and all(verdict.ok for verdict in self.verdicts)
        lines = [f"{self.title}: {'judged in part' if partly else _SAID[self.status]}"]
        for network in self.networks:
            lines += ["", *(f"  {line}".rstrip() for line in network.to_text().splitlines())]
        if not self.networks:
            lines += [_block(line, "  ", "      ") for line in self.understood]
        if self.error:
            lines += ["", _block(self.error, "  ")]
        if self.verdicts and not self.networks:
            lines += ["", *(f"  {'✓' if v.ok else '✗'} {_where(v)}: {verdict_words(v)}" for v in self.verdicts)]
        for finding in self.findings if not self.networks else ():
            lines += ["", *_finding_lines(finding)]
        if self.asks:
            lines += ["", _block(self.asks, "  ")]
        lines += [""] * bool(self.remarks) + [_block(remark, "  ") for remark in self.remarks]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Return the report as JSON; a number that is not finite is written as text."""
        facts = {"ok": self.ok, **asdict(self)}
        for one in (facts, *facts["networks"]):
            for verdict in one["verdicts"]:
                for key, value in verdict.items():
                    if isinstance(value, float) and value - value != 0:
                        verdict[key] = str(value)
        return json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f'<pre class="backlit-check">{escape(self.to_text())}</pre>'


_SAID = {
    "right": "right",
    "wrong": "wrong",
    "not-understood": "not understood, so not judged",
    "error": "not judged",
}


def _where(verdict: ScriptVerdict) -> str:
    return f"{verdict.quantity} (line {verdict.line})" if verdict.line else verdict.quantity


def _block(text: str, first: str, rest: str | None = None) -> str:
    held = "`".join(part.replace(" ", " ") if i % 2 else part for i, part in enumerate(text.split("`")))
    indent = first if rest is None else rest
    filled = textwrap.fill(
        held, 100, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return filled.replace(" ", " ")


def _finding_lines(finding: ScriptFinding) -> list[str]:
    place = f" (line {finding.line}: `{finding.code}`)" if finding.line and finding.code else ""
    lines = [f"  {finding.identifier}{place}", _block(f"{finding.happened} {finding.matters}", "    ")]
    if finding.instead:
        lines.append(_block(f"Instead: {finding.instead}", "    "))
    if finding.alternatives:
        lines.append(_block(f"The numbers fit as well: {', '.join(finding.alternatives)}.", "    "))
    return lines
