"""What to write instead, in the names of the learner's own file, and only when the hints are used up."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from backlit.check.report import Finding
from backlit.exercises.format import Exercise
from backlit.exercises.submission_report import SubmissionReport

__all__ = ["in_own_names", "withheld"]

BACKWARDS = ("error", "error_term", "bias_step", "bias_gradient", "weight_step", "weight_gradient")


def in_own_names(exercise: Exercise, findings: Sequence[Finding], wrong: Sequence[str]) -> list[Finding]:
    """Return findings of the equations with the solution's own line for the value that went wrong, where it has one.

    Those of the equations speak of delta_1 and W2; the starter's names, which are the solution's, are the learner's.
    """
    return [replace(finding, instead=_own_line(exercise, finding, wrong) or finding.instead) for finding in findings]


def _own_line(exercise: Exercise, finding: Finding, wrong: Sequence[str]) -> str:
    if exercise.network is None or not finding.instead:
        return ""
    places = exercise.network.names
    there = [name for name in wrong if name in places and places[name][0] == finding.layer]
    first = min(there, key=lambda name: BACKWARDS.index(places[name][1]), default="")
    lines = [ast.unparse(node) for node in ast.walk(ast.parse(exercise.solution)) if _makes(node, first)]
    return lines[0] if len(lines) == 1 else ""


def _makes(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Assign) and [target.id for target in node.targets if isinstance(target, ast.Name)] == [
        name
    ]


def withheld(report: SubmissionReport, remark: str = "") -> SubmissionReport:
    """Return a report that names mistakes and does not say what to write instead; ``remark`` says where that is."""
    if not any(finding.instead for finding in report.findings):
        return report
    findings = tuple(replace(finding, instead="") for finding in report.findings)
    return replace(report, findings=findings, remarks=(*report.remarks, *[remark] * bool(remark)))
