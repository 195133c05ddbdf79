"""Exercises: a learner's file is run apart, each asked-for value is judged, and the mistake named."""

from backlit.check.exercises.find import all_exercises, exercise_of_file, find_exercise
from backlit.check.exercises.format import Exercise
from backlit.check.exercises.limits import Limits
from backlit.check.exercises.submission import check_submission
from backlit.check.exercises.submission_report import SubmissionReport

__all__ = [
    "Exercise",
    "Limits",
    "SubmissionReport",
    "all_exercises",
    "check_submission",
    "exercise_of_file",
    "find_exercise",
]
