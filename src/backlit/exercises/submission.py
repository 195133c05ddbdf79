"""A learner's file checked against an exercise: run apart, each asked-for name judged, the mistake named."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from backlit.apart.limits import Limits
from backlit.apart.sandbox import Run, run_apart
from backlit.exercises.find import CATALOG
from backlit.exercises.format import Exercise
from backlit.exercises.notebook import is_notebook, python_of, why_no_notebook
from backlit.exercises.right import Reference, reference
from backlit.exercises.submission_report import SubmissionReport, ValueVerdict

__all__ = ["check_for_students", "check_source", "check_submission", "check_trusted", "unread_report"]


def check_submission(
    path: str | os.PathLike[str], exercise: Exercise, limits: Limits | None = None
) -> SubmissionReport:
    """Check a learner's file; never raises for anything that a submission does.

    Raises BacklitError where the exercise's own solution does not run, or the system cannot run files apart.

    >>> from backlit.exercises import find_exercise
    >>> exercise = find_exercise("lesson")
    >>> check_submission(exercise.folder / "solution.py", exercise).ok
    True
    """
    limits = limits or Limits()
    source = _source(path, limits)
    if isinstance(source, str):
        return unread_report(exercise, source)
    return check_source(source, exercise, limits)


def check_source(source: bytes, exercise: Exercise, limits: Limits, *, hidden: Sequence[str] = ()) -> SubmissionReport:
    """Check what a learner's file holds; see ``check_submission``. ``hidden`` is what it should not see, by paths."""
    run, right = _run_beside(source, exercise, limits, hidden)
    from backlit.exercises.judge import judged

    return judged(exercise, right, run, limits)


def check_for_students(
    source: bytes, exercise: Exercise, limits: Limits, *, hidden: Sequence[str] = ()
) -> tuple[SubmissionReport, SubmissionReport]:
    """Check what a learner's file holds; return the report, and what of it students may be shown (``for_students``)."""
    run, right = _run_beside(source, exercise, limits, hidden)
    from backlit.exercises.for_students import facts_for_students, report_for_students
    from backlit.exercises.judge import judged

    shown = judged(exercise, right, facts_for_students(run, python_of(source)), limits)
    return judged(exercise, right, run, limits), report_for_students(shown, exercise)


def _run_beside(source: bytes, exercise: Exercise, limits: Limits, hidden: Sequence[str]) -> tuple[Run, Reference]:
    with ThreadPoolExecutor(2) as beside:
        run = beside.submit(_run, source, exercise, limits, hidden)
        right = beside.submit(reference, exercise)
        # imported here, and NumPy with it, while the files run: it takes as long as they do
        import backlit.exercises.judge  # noqa: F401

        return run.result(), right.result()


def check_trusted(sources: Sequence[bytes], exercise: Exercise, limits: Limits) -> list[SubmissionReport]:
    """Check several files that do each other no harm, in one process; each by itself where that does not go well."""
    from backlit.exercises.judge import judged

    run = run_apart(sources, exercise.wanted, prepare=exercise.prepare, limits=limits)
    if len(run.facts) == len(sources):
        right = reference(exercise)
        return [judged(exercise, right, replace(run, facts=(facts,)), limits) for facts in run.facts]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda source: check_source(source, exercise, limits), sources))


def _source(path: str | os.PathLike[str], limits: Limits) -> bytes | str:
    """Return what a file holds, or the words for why it cannot be had; waits for no pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "is a pipe or a device, not a plain file"
            source = file.read(limits.source_bytes + 1)
    except (OSError, ValueError) as error:
        return f"could not be read: {getattr(error, 'strerror', None) or error}"
    if len(source) > limits.source_bytes:
        return f"is larger than {limits.source_bytes >> 10} KiB"
    return why_no_notebook(os.fsdecode(path), source) or source


def _run(source: bytes, exercise: Exercise, limits: Limits, hidden: Sequence[str]) -> Run:
    unseen = [str(CATALOG), str(exercise.folder.resolve()), *hidden]
    run = run_apart([python_of(source)], exercise.wanted, prepare=exercise.prepare, limits=limits, hidden=unseen)
    if not is_notebook(source):
        return run
    return replace(run, facts=tuple({**facts, "notebook": True} for facts in run.facts))


def unread_report(exercise: Exercise, error: str) -> SubmissionReport:
    """Return the report on a file that could not be read: ``error`` says why, from its verb on."""
    verdicts = tuple(
        ValueVerdict(0, value.name, ok=False, remark="not read", status="not-read", worth=value.points)
        for value in exercise.values
    )
    return SubmissionReport(exercise.name, exercise.title, verdicts, error=error)
