"""The grades as a table for a spreadsheet, and as JSON with everything."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from backlit.exercises.format import Exercise
from backlit.exercises.grading.row import Grade, report_facts
from backlit.exercises.grading.summary import summary

__all__ = ["cell", "grades_csv", "grades_json"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, their wide forms included."""


def cell(text: str) -> str:
    r"""Return a text as a cell of one line that no spreadsheet computes: an apostrophe goes before what looks so.

    >>> cell("=1+1"), cell("two\nlines"), cell("Ann-Marie")
    ("'=1+1", 'two lines', 'Ann-Marie')
    """
    begins = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"'{line}" if begins else line


def grades_csv(grades: Sequence[Grade], exercise: Exercise, points: float) -> bytes:
    """Return a row a submission: name, points, max, the status of each value, mistakes, error, seconds, file.

    UTF-8 with the mark at its beginning by which spreadsheets know it.
    """
    values = [f"value:{value.name}" for value in exercise.values]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([cell(name) for name in ("name", "points", "max", *values, "findings", "error", "seconds", "file")])
    for grade in grades:
        report = grade.report
        statuses = [cell(verdict.status) for verdict in report.verdicts]
        findings = cell("; ".join(grade.mistakes))
        numbers = [_number(report.points(points)), _number(points)]
        table.writerow(
            [cell(grade.name), *numbers, *statuses, findings, cell(report.error), report.seconds, cell(grade.file)]
        )
    return out.getvalue().encode("utf-8-sig", "replace")


def _number(value: float) -> str:
    return f"{value:.10g}"


def grades_json(grades: Sequence[Grade], exercise: Exercise, points: float, ignored: Sequence[str] = ()) -> bytes:
    """Return everything: the summary, and each report as ``backlit exercise check --json`` gives it."""
    facts: dict[str, Any] = {
        "exercise": exercise.name,
        "title": exercise.title,
        "max": points,
        "summary": summary(grades, exercise, points),
        "not_graded": list(ignored),
        "submissions": [
            {
                "name": grade.name,
                "file": grade.file,
                "points": grade.report.points(points),
                "ok": grade.report.ok,
                "report": report_facts(grade.report),
            }
            for grade in grades
        ],
    }
    return (json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")
