"""One submission's grade as Gradescope reads it: results.json, by its autograder specification."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from backlit.check.report import verdict_words
from backlit.exercises.grading.row import Grade
from backlit.exercises.submission_report import SubmissionReport

__all__ = ["VISIBILITIES", "gradescope_json"]

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


def gradescope_json(grade: Grade, points: float, visibility: str = "visible") -> bytes:
    """Return results.json: the points, the report in words, and a test for each asked-for value.

    Gradescope shows what stands in it to the student at the time that ``visibility`` says. Texts and numbers that the
    submission made, which may hold what it read, stand in a last test that Gradescope shows to teachers alone.
    """
    report = grade.report
    shown = grade.shown or unread_for_students(report)
    facts: dict[str, Any] = {
        "score": report.points(points),
        "execution_time": report.seconds,
        "output": shown.to_text(),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "tests": [*_tests(shown, points), _for_teachers(report)],
    }
    # ASCII alone: whatever bytes a student's names hold, it can be read
    return (json.dumps(facts, indent=2, allow_nan=False) + "\n").encode()


def unread_for_students(report: SubmissionReport) -> SubmissionReport:
    """Return a report on a file that was not run, which has nothing of its making; else no word of it."""
    if all(verdict.status == "not-read" for verdict in report.verdicts):
        return replace(report, output="")
    verdicts = tuple(replace(verdict, address="", claimed=None, remark="") for verdict in report.verdicts)
    return replace(report, verdicts=verdicts, findings=(), error="", remarks=(), output="")


def _tests(report: SubmissionReport, points: float) -> list[dict[str, Any]]:
    one = points / sum(verdict.worth for verdict in report.verdicts)
    return [
        {
            "name": verdict.quantity,
            "score": round(one * verdict.has, 4),
            "max_score": round(one * verdict.worth, 4),
            "status": "passed" if verdict.ok else "failed",
            "output": verdict_words(verdict),
            "output_format": "text",
        }
        for verdict in report.verdicts
    ]


def _for_teachers(report: SubmissionReport) -> dict[str, Any]:
    return {
        "name": "the whole report, for teachers",
        "score": 0.0,
        "max_score": 0.0,
        "output": report.to_text(),
        "output_format": "text",
        "visibility": "hidden",
    }
