"""Grading: a folder of submissions checked in parallel, kept as it goes, and written as tables for a teacher."""

from backlit.exercises.grading.collect import Submission, collected, one_submission
from backlit.exercises.grading.gradescope import gradescope_json
from backlit.exercises.grading.journal import Journal, journal
from backlit.exercises.grading.row import Grade
from backlit.exercises.grading.run import grade_all
from backlit.exercises.grading.summary import summary_text
from backlit.exercises.grading.tables import grades_csv, grades_json

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
