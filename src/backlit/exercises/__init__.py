"""Exercises: a learner's file is run apart, each asked-for value is judged, and the mistake named."""

from backlit.apart.limits import Limits
from backlit.exercises.find import all_exercises, exercise_of_file, find_exercise
from backlit.exercises.format import Exercise
from backlit.exercises.submission import check_submission
from backlit.exercises.submission_report import SubmissionReport

__all__ = [
    "Exercise",
    "Limits",
    "SubmissionReport",
    "all_exercises",
    "check_submission",
    "exercise_of_file",
    "find_exercise",
]
