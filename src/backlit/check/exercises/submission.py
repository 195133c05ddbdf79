"""A learner's file checked against an exercise: run apart, each asked-for name judged, the mistake named."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from backlit.check.exercises.explain_run import ended_words, error_findings, error_words, remarks_of
from backlit.check.exercises.find import CATALOG
from backlit.check.exercises.foreseen import foreseen
from backlit.check.exercises.format import Exercise
from backlit.check.exercises.limits import Limits
from backlit.check.exercises.network_map import searched
from backlit.check.exercises.right import Reference, reference
from backlit.check.exercises.sandbox import Run, run_apart
from backlit.check.exercises.submission_report import SubmissionReport
from backlit.check.exercises.value_checks import ValueVerdict, array_of, value_verdict
from backlit.check.report import Finding
from backlit.check.search import UNKNOWN

__all__ = ["check_source", "check_submission"]


def check_submission(
    path: str | os.PathLike[str], exercise: Exercise, limits: Limits | None = None
) -> SubmissionReport:
    """Check a learner's file; never raises for anything that a submission does.

    Raises BacklitError where the exercise's own solution does not run, or the system cannot run files apart.

    >>> from backlit.check.exercises import find_exercise
    >>> exercise = find_exercise("lesson")
    >>> check_submission(exercise.folder / "solution.py", exercise).ok
    True
    """
    limits = limits or Limits()
    source = _source(path, limits)
    if isinstance(source, str):
        return _unread(exercise, source)
    return check_source(source, exercise, limits)


def check_source(source: bytes, exercise: Exercise, limits: Limits) -> SubmissionReport:
    """Check what a learner's file holds; see ``check_submission``."""
    with ThreadPoolExecutor(1) as beside:
        right = beside.submit(reference, exercise)
        run = _run(source, exercise, limits)
        return _judged(exercise, right.result(), run, limits)


def _source(path: str | os.PathLike[str], limits: Limits) -> bytes | str:
    """Return what a file holds, or the words for why it cannot be had."""
    try:
        with Path(path).open("rb") as file:
            source = file.read(limits.source_bytes + 1)
    except (OSError, ValueError) as error:
        return f"could not be read: {getattr(error, 'strerror', None) or error}"
    too_large = f"is larger than {limits.source_bytes >> 10} KiB"
    return too_large if len(source) > limits.source_bytes else source


def _run(source: bytes, exercise: Exercise, limits: Limits) -> Run:
    hidden = [str(CATALOG), str(exercise.folder.resolve())]
    return run_apart([source], exercise.wanted, prepare=exercise.prepare, limits=limits, hidden=hidden)


def _judged(exercise: Exercise, right: Reference, run: Run, limits: Limits) -> SubmissionReport:
    facts: Mapping[str, Any] = run.facts[0] if run.facts else {}
    names, told = facts.get("names", []), facts.get("values", {})
    verdicts = [
        value_verdict(value, told.get(value.name), expected, names, stopped=bool(facts.get("error")))
        for value, expected in zip(exercise.values, right.solution, strict=True)
    ]
    error = ended_words(run, limits) or error_words(facts, names)
    findings = _findings(exercise, right, verdicts, told) if not all(v.ok for v in verdicts) else []
    findings = findings or error_findings(facts, names)
    remarks = remarks_of(facts, run)
    return _report(exercise, verdicts, findings, error, run, remarks)


def _report(
    exercise: Exercise,
    verdicts: Sequence[ValueVerdict],
    findings: Sequence[Finding],
    error: str,
    run: Run,
    remarks: Sequence[str],
) -> SubmissionReport:
    return SubmissionReport(
        exercise=exercise.name,
        title=exercise.title,
        verdicts=tuple(verdicts),
        findings=tuple(findings),
        error=error,
        remarks=tuple(remarks),
        output=run.output,
        seconds=round(run.seconds, 3),
        isolation=tuple(sorted(run.held)),
    )


def _unread(exercise: Exercise, error: str) -> SubmissionReport:
    verdicts = [
        ValueVerdict(0, value.name, ok=False, remark="not read", status="not-read") for value in exercise.values
    ]
    return _report(exercise, verdicts, (), error, Run((), "", "", 0.0), ())


def _findings(
    exercise: Exercise, right: Reference, verdicts: Sequence[ValueVerdict], told: Mapping[str, Any]
) -> list[Finding]:
    """Name the mistakes: by the equations where the exercise tells its network, then by those a teacher foresaw."""
    arrays = {name: array for name, facts in told.items() if (array := array_of(facts)) is not None}
    wrong = [verdict.quantity for verdict in verdicts if verdict.status in ("wrong", "shape")]
    if not wrong:
        return []
    known = foreseen(exercise, right, arrays, wrong)
    if known and known[0].confidence == "certain":
        return known
    searched_too = _searched(exercise, arrays, wrong)
    named = [finding for finding in searched_too if finding.identifier != UNKNOWN]
    return named or known or searched_too


def _searched(exercise: Exercise, arrays: Mapping[str, np.ndarray], wrong: Sequence[str]) -> list[Finding]:
    network = exercise.network
    if network is None or not any(name in network.names for name in wrong):
        return []
    try:
        return list(searched(network, arrays).findings)
    except (ArithmeticError, ValueError, IndexError):
        # shapes that no equation expects
        return []
