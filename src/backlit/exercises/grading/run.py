"""Many submissions checked at once. Nothing that one of them does ends the run, and Ctrl-C ends it soon."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple, TypeVar

from backlit.apart.limits import Limits
from backlit.apart.sandbox import end_all
from backlit.errors import BacklitError
from backlit.exercises.format import Exercise
from backlit.exercises.grading.collect import Submission, read_source
from backlit.exercises.grading.journal import Journal, context_of, key_of
from backlit.exercises.grading.row import Grade
from backlit.exercises.right import reference
from backlit.exercises.submission import check_for_students, check_source, unread_report

__all__ = ["grade_all"]

NOT_RUN = "could not be run apart"
PAUSE = 0.1
"""Seconds after which an interruption is noticed at the latest."""
STOPPING = 5.0
"""Seconds that an interruption waits for the runs that it ends; none outlives this process in any case."""


_Item = TypeVar("_Item")


class _Checked(NamedTuple):
    grade: Grade
    key: str
    """"" for what is not to be kept: it says nothing of the file, and may go better the next time."""


_Todo = SimpleQueue[tuple[int, Submission]]
_Done = SimpleQueue[tuple[int, _Checked | BaseException]]


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
    interrupted: Callable[[], bool] = lambda: False,
    for_students: bool = False,
) -> list[Grade]:
    """Grade submissions, ``jobs`` at a time, in their order; ``seen`` is called after each, in the caller's thread.

    What ``kept`` holds for the same file, source, exercise and limits is not checked again, unless ``again``; what is
    checked is added to it at once. ``hidden`` are files and folders that no submission should see. With
    ``for_students`` a grade has what students may be shown of its report, too.

    Raises BacklitError where the exercise's own solution does not run. A KeyboardInterrupt, or ``interrupted`` saying
    yes, ends what runs, and KeyboardInterrupt is raised when all that was finished is in ``kept``.
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
        grade = _checked(submission, source, exercise, limits, places, for_students)
        return _Checked(grade, "" if grade.report.error.startswith(NOT_RUN) else key)

    todo: _Todo = SimpleQueue()
    done: _Done = SimpleQueue()
    for item in enumerate(submissions):
        todo.put(item)
    workers = [Thread(target=_work, args=(todo, done, check), daemon=True) for _ in range(jobs)]
    grades: dict[int, Grade] = {}
    try:
        _start(workers)
        while len(grades) < len(submissions):
            if interrupted():
                raise KeyboardInterrupt
            try:
                number, checked = done.get(timeout=PAUSE)
            except Empty:
                continue
            grades[number] = _kept(checked, kept)
            seen(grades[number])
    except BaseException:
        _stop(workers, todo, done, kept)
        raise
    return [grades[number] for number in range(len(submissions))]


def _start(workers: Sequence[Thread]) -> None:
    """Start as many workers as the system allows."""
    for number, worker in enumerate(workers):
        try:
            worker.start()
        except RuntimeError:
            if number == 0:
                raise BacklitError("the system allows no further thread to grade in; end other programs") from None
            return


def _work(todo: _Todo, done: _Done, check: Callable[[Submission], _Checked]) -> None:
    while True:
        try:
            number, submission = todo.get_nowait()
        except Empty:
            return
        try:
            done.put((number, check(submission)))
        except BaseException as error:
            # for the caller's thread: a fault of ours must not leave it waiting
            done.put((number, error))


def _checked(
    submission: Submission,
    source: bytes,
    exercise: Exercise,
    limits: Limits,
    hidden: Sequence[str],
    for_students: bool,
) -> Grade:
    shown = None
    try:
        if for_students:
            report, shown = check_for_students(source, exercise, limits, hidden=hidden)
        else:
            report = check_source(source, exercise, limits, hidden=hidden)
    except (OSError, BacklitError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError) as error:
        # the system is short of something, or a fault of ours: one row says so, and the others go on
        report = unread_report(exercise, f"{NOT_RUN}: {type(error).__name__}, {str(error)[:200]}")
    return Grade(submission.name, submission.told, report, shown=shown)


def _kept(checked: _Checked | BaseException, kept: Journal | None) -> Grade:
    if isinstance(checked, BaseException):
        raise checked
    grade, key = checked
    if kept is not None and key:
        kept.keep(grade.file, key, grade.report)
    return grade


def _stop(workers: Sequence[Thread], todo: _Todo, done: _Done, kept: Journal | None) -> None:
    """Keep what is finished, then end what runs, without keeping what comes of that."""
    _emptied(todo)
    try:
        for _, checked in _emptied(done):
            if not isinstance(checked, BaseException):
                _kept(checked, kept)
    finally:
        end = time.monotonic() + STOPPING
        while any(worker.is_alive() for worker in workers) and time.monotonic() < end:
            end_all()
            time.sleep(0.02)


def _emptied(queue: SimpleQueue[_Item]) -> list[_Item]:
    items = []
    with suppress(Empty):
        while True:
            items.append(queue.get_nowait())
    return items
