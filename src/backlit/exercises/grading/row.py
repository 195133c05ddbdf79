"""A graded submission, and its way through a journal and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from backlit.check.report import Finding
from backlit.exercises.submission_report import SubmissionReport, ValueVerdict

__all__ = ["Grade", "report_facts", "report_from"]


@dataclass(frozen=True)
class Grade:
    """A submission's name, its file, and the report on it; ``before`` says that an earlier run made the report.

    ``shown`` is what students may see of the report, where it was asked for.
    """

    name: str
    file: str
    report: SubmissionReport
    before: bool = False
    shown: SubmissionReport | None = None

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The mistakes by name, each once; ``a or b`` where the numbers fit both."""
        findings = () if self.report.ok else self.report.findings
        return tuple(dict.fromkeys(" or ".join((f.identifier, *f.alternatives)) for f in findings))


def report_facts(report: SubmissionReport) -> dict[str, Any]:
    """Return a report as plain data, from which ``report_from`` makes it again."""
    return asdict(report)


def report_from(facts: Mapping[str, Any]) -> SubmissionReport:
    """Make a report from its plain data; raises TypeError, KeyError or ValueError for what is none.

    >>> report = SubmissionReport("lesson", "", (ValueVerdict(0, "error", True),), isolation=("files",))
    >>> report_from(report_facts(report)) == report
    True
    """
    verdicts = tuple(ValueVerdict(**verdict) for verdict in facts["verdicts"])
    findings = tuple(
        Finding(**{**finding, "layers": tuple(finding["layers"]), "alternatives": tuple(finding["alternatives"])})
        for finding in facts["findings"]
    )
    rest = {key: value for key, value in facts.items() if key not in ("verdicts", "findings", "remarks", "isolation")}
    remarks, isolation = tuple(facts["remarks"]), tuple(facts["isolation"])
    return SubmissionReport(**rest, verdicts=verdicts, findings=findings, remarks=remarks, isolation=isolation)
