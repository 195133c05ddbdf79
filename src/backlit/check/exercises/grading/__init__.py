"""Grading: a folder of submissions checked in parallel, kept as it goes, and written as tables for a teacher."""

from backlit.check.exercises.grading.collect import Submission, collected, one_submission
from backlit.check.exercises.grading.gradescope import gradescope_json
from backlit.check.exercises.grading.journal import Journal, journal
from backlit.check.exercises.grading.row import Grade
from backlit.check.exercises.grading.run import grade_all
from backlit.check.exercises.grading.summary import summary_text
from backlit.check.exercises.grading.tables import grades_csv, grades_json

__all__ = [
    "Grade",
    "Journal",
    "Submission",
    "collected",
    "grade_all",
    "grades_csv",
    "grades_json",
    "gradescope_json",
    "journal",
    "one_submission",
    "summary_text",
]
