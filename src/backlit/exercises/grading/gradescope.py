"""One submission's grade as Gradescope reads it: results.json, by its autograder specification."""

from __future__ import annotations

import json
from typing import Any

from backlit.check.report import verdict_words
from backlit.exercises.grading.row import Grade
from backlit.exercises.submission_report import SubmissionReport

__all__ = ["VISIBILITIES", "gradescope_json"]

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def gradescope_json(grade: Grade, points: float, visibility: str = "visible") -> bytes:
    """Return results.json: the points, the report in words, and a test for each asked-for value.

    Gradescope shows what stands in it to the student at the time that ``visibility`` says; what the file itself printed
    is in none of it.
    """
    report = grade.report
    facts: dict[str, Any] = {
        "score": report.points(points),
        "execution_time": report.seconds,
        "output": report.to_text(),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": _tests(report, points),
    }
    # ASCII alone: whatever bytes a student's names hold, it can be read
    return (json.dumps(facts, indent=2, allow_nan=False) + "\n").encode()


def _tests(report: SubmissionReport, points: float) -> list[dict[str, Any]]:
    share = points / len(report.verdicts)
    return [
        {
            "name": verdict.quantity,
            "score": round(share, 4) if verdict.ok else 0.0,
            "max_score": round(share, 4),
            "status": "passed" if verdict.ok else "failed",
            "output": verdict_words(verdict),
            "output_format": "text",
        }
        for verdict in report.verdicts
    ]
