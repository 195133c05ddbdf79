"""What a check says: plain data, and its forms for a terminal, a notebook, a test and a grader."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from html import escape
from typing import Any

__all__ = ["CheckError", "CheckReport", "Finding", "Verdict", "verdict_words", "with_findings"]


class CheckError(AssertionError):
    """A checked backward pass is wrong; the message is the report."""


@dataclass(frozen=True)
class Verdict:
    """One claimed array: whether it is right, and its worst entry.

    ``layer`` is counted from 1, 0 for the whole. ``address`` names the worst entry, such as L2.w[3,1]; ``claimed`` and
    ``expected`` are its values, ``relative_error`` their difference over the larger of the two. ``remark`` says what
    the numbers alone show, such as a constant ratio or a wrong shape.
    """

    layer: int
    quantity: str
    ok: bool
    address: str = ""
    claimed: float | None = None
    expected: float | None = None
    relative_error: float | None = None
    remark: str = ""

    def accepted(self) -> Verdict:
        """Return this verdict as right after all."""
        return Verdict(self.layer, self.quantity, ok=True)

    def scaled(self, quantity: str, factor: float) -> Verdict:
        """Return this verdict under another quantity's name, its values times ``factor``."""
        claimed = None if self.claimed is None else factor * self.claimed
        expected = None if self.expected is None else factor * self.expected
        return replace(self, quantity=quantity, claimed=claimed, expected=expected)


@dataclass(frozen=True)
class Finding:
    """A mistake by its name: what happened, why it matters and what to write instead.

    ``confidence`` is "certain" where no other mistake explains the numbers, "one of several" where those in
    ``alternatives`` do as well, and "none" for ``unknown``. ``layers`` are all that it was made in; ``layer`` is the
    first of them, going backwards (0 for the whole).
    """

    identifier: str
    layer: int
    layers: tuple[int, ...]
    confidence: str
    happened: str
    matters: str
    instead: str
    alternatives: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in a few sentences."""
        parts = [self.happened, self.matters, f"Instead: {self.instead}." if self.instead else ""]
        others = f"The numbers fit as well: {', '.join(self.alternatives)}." if self.alternatives else ""
        return " ".join(part for part in (*parts, others) if part)


@dataclass(frozen=True)
class CheckReport:
    """A checked backward pass: a verdict on each claimed array, and the mistakes by name."""

    title: str
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything is right."""
        return not self.findings and all(verdict.ok for verdict in self.verdicts)

    def points(self, maximum: float) -> float:
        """Return the share of right arrays, times ``maximum``: a bare number, for a grader.

        >>> CheckReport("", (Verdict(2, "weight_gradient", True), Verdict(1, "weight_gradient", False))).points(10)
        5.0
        """
        if self.ok:
            return float(maximum)
        right = sum(verdict.ok for verdict in self.verdicts)
        return round(maximum * right / len(self.verdicts), 4) if self.verdicts else 0.0

    def raise_if_wrong(self) -> None:
        """Raise CheckError, whose message is the report, unless everything is right."""
        if not self.ok:
            raise CheckError("\n" + self.to_text())

    def to_text(self) -> str:
        """Return the report for a terminal."""
        lines = [self.title, *(_verdict_line(verdict) for verdict in self.verdicts)]
        for finding in self.findings:
            lines += ["", *_finding_lines(finding)]
        lines += [""] * bool(self.remarks) + [_block(remark, "  ") for remark in self.remarks]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Return the report as JSON; a number that is not finite is written as text."""
        facts = {"ok": self.ok, **asdict(self)}
        facts["verdicts"] = [{key: _json_safe(value) for key, value in v.items()} for v in facts["verdicts"]]
        return json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{'✓' if v.ok else '✗'}</td><td>{escape(_where(v))}</td><td>{escape(verdict_words(v))}</td></tr>"
            for v in self.verdicts
        )
        findings = "".join(
            f"<p><b>{escape(f.identifier)}</b>{escape(_place(f))}: {escape(f.sentence)}</p>" for f in self.findings
        )
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks)
        return f'<div class="backlit-check"><p>{escape(self.title)}</p><table>{rows}</table>{findings}{remarks}</div>'


def with_findings(report: CheckReport, *findings: Finding, remarks: tuple[str, ...] = ()) -> CheckReport:
    """Return a report with more findings, and more remarks."""
    return replace(report, findings=(*report.findings, *findings), remarks=(*report.remarks, *remarks))


def _json_safe(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _where(verdict: Verdict) -> str:
    words = verdict.quantity.replace("_", " ")
    return f"L{verdict.layer} {words}" if verdict.layer else verdict.quantity


def verdict_words(verdict: Verdict) -> str:
    """Return what a verdict says: right, or the worst entry and what is remarked."""
    if verdict.ok and not verdict.remark:
        return "right"
    parts = []
    if verdict.relative_error is not None and not verdict.ok:
        parts.append(
            f"worst at {verdict.address}: {verdict.claimed:.6g}, expected {verdict.expected:.6g} "
            f"(relative error {verdict.relative_error:.2g})"
        )
    return "; ".join([*parts, verdict.remark] if verdict.remark else parts) or "wrong"


def _verdict_line(verdict: Verdict) -> str:
    return f"  {'✓' if verdict.ok else '✗'} {_where(verdict)}: {verdict_words(verdict)}"


def _place(finding: Finding) -> str:
    layers = ", ".join(f"L{layer}" for layer in finding.layers if layer)
    return f" ({layers})" if layers else ""


def _block(text: str, indent: str = "    ") -> str:
    import textwrap

    return textwrap.fill(text, 98, initial_indent=indent, subsequent_indent=indent)


def _finding_lines(finding: Finding) -> list[str]:
    lines = [f"  {finding.identifier}{_place(finding)}", _block(f"{finding.happened} {finding.matters}")]
    if finding.instead:
        lines.append(_block(f"Instead: {finding.instead}"))
    if finding.alternatives:
        lines.append(_block(f"The numbers fit as well: {', '.join(finding.alternatives)}."))
    return lines
