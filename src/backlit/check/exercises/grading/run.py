"""Many submissions checked at once. Nothing that one of them does ends the run, and Ctrl-C ends it soon."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from backlit.check.exercises.format import Exercise
from backlit.check.exercises.grading.collect import Submission, read_source
from backlit.check.exercises.grading.journal import Journal, context_of, key_of
from backlit.check.exercises.grading.row import Grade
from backlit.check.exercises.limits import Limits
from backlit.check.exercises.right import reference
from backlit.check.exercises.sandbox import end_all
from backlit.check.exercises.submission import check_source, unread_report
from backlit.errors import BacklitError

__all__ = ["grade_all"]

NOT_RUN = "could not be run apart"


class _Checked(NamedTuple):
    grade: Grade
    key: str
    """"" for what is not to be kept: it says nothing of the file, and may go better the next time."""


def grade_all(
    submissions: Sequence[Submission],
    exercise: Exercise,
    limits: Limits,
    *,
    jobs: int,
    kept: Journal | None = None,
    again: bool = False,
    hidden: Sequence[Path] = (),
    seen: Callable[[Grade], None] = lambda grade: None,
) -> list[Grade]:
    """Grade submissions, ``jobs`` at a time, in their order; ``seen`` is called after each, in the caller's thread.

    What ``kept`` holds for the same file, source, exercise and limits is not checked again, unless ``again``; what is
    checked is added to it at once. ``hidden`` are folders that no submission should see.

    Raises BacklitError where the exercise's own solution does not run. A KeyboardInterrupt ends what runs and is passed
    on, when all that was finished is in ``kept``.
    """
    reference(exercise)
    context = context_of(exercise, limits)
    places = [str(path.resolve()) for path in hidden]
    known = {} if kept is None or again else kept.reports

    def check(submission: Submission) -> _Checked:
        source = submission.problem or read_source(submission.path, limits.source_bytes)
        if isinstance(source, str):
            return _Checked(Grade(submission.name, submission.told, unread_report(exercise, source)), "")
        key = key_of(source, context)
        if (submission.told, key) in known:
            return _Checked(Grade(submission.name, submission.told, known[submission.told, key], before=True), "")
        grade = _checked(submission, source, exercise, limits, places)
        return _Checked(grade, "" if grade.report.error.startswith(NOT_RUN) else key)

    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(check, submission) for submission in submissions]
        told: set[Future[_Checked]] = set()
        try:
            for future in as_completed(futures):
                told.add(future)
                _keep(future, kept)
                seen(future.result().grade)
        except BaseException:
            _stop(pool, futures, told, kept)
            raise
    return [future.result().grade for future in futures]


def _checked(submission: Submission, source: bytes, exercise: Exercise, limits: Limits, hidden: Sequence[str]) -> Grade:
    try:
        report = check_source(source, exercise, limits, hidden=hidden)
    except (OSError, BacklitError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError) as error:
        # the system is short of something, or a fault of ours: one row says so, and the others go on
        report = unread_report(exercise, f"{NOT_RUN}: {type(error).__name__}, {str(error)[:200]}")
    return Grade(submission.name, submission.told, report)


def _keep(future: Future[_Checked], kept: Journal | None) -> None:
    grade, key = future.result()
    if kept is not None and key:
        kept.keep(grade.file, key, grade.report)


def _stop(
    pool: ThreadPoolExecutor,
    futures: Sequence[Future[_Checked]],
    told: set[Future[_Checked]],
    kept: Journal | None,
) -> None:
    """Keep what is finished, then end what runs, without keeping what comes of that."""
    for future in [future for future in futures if future.done() and future not in told]:
        _keep(future, kept)
    pool.shutdown(wait=False, cancel_futures=True)
    while not all(future.done() for future in futures):
        end_all()
        time.sleep(0.02)
