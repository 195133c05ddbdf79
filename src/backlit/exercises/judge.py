"""What came of a learner's run, judged: a verdict on each asked-for name, and the mistakes by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.apart.limits import Limits
from backlit.apart.sandbox import Run
from backlit.check.report import Finding
from backlit.exercises.explain_run import ended_words, error_findings, error_words, remarks_of
from backlit.exercises.foreseen import foreseen
from backlit.exercises.format import Exercise
from backlit.exercises.half_precision import half_precision
from backlit.exercises.instead import in_own_names
from backlit.exercises.network_map import NetworkMap, searched
from backlit.exercises.right import Reference
from backlit.exercises.submission_report import SubmissionReport, ValueVerdict
from backlit.exercises.value_checks import array_of, value_verdict

__all__ = ["judged"]


def judged(exercise: Exercise, right: Reference, run: Run, limits: Limits) -> SubmissionReport:
    """Return the report on a run, given the right values."""
    facts: Mapping[str, Any] = run.facts[0] if run.facts else {}
    names = facts.get("names", [])
    facts = _wanting(facts, exercise, right)
    told = facts.get("values", {})
    # a name that stands in the starter is not another one misspelt
    own = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", exercise.starter)]
    stopped = bool(facts.get("error") or facts.get("exit"))
    verdicts = [
        replace(value_verdict(value, told.get(value.name), expected, own, stopped=stopped), worth=value.points)
        for value, expected in zip(exercise.values, right.solution, strict=True)
    ]
    error = ended_words(run, limits) or error_words(facts, names)
    findings = _findings(exercise, right, verdicts, told) if not all(v.ok for v in verdicts) else []
    findings = findings or error_findings(facts, names)
    remarks = remarks_of(facts, run)
    if exercise.follow_through:
        # late: only few exercises ask for it
        from backlit.exercises.follow import followed

        verdicts = followed(exercise, verdicts, told, right.solution, limits)
    return _report(exercise, verdicts, findings, error, run, remarks)


def _wanting(facts: Mapping[str, Any], exercise: Exercise, right: Reference) -> dict[str, Any]:
    """Return the facts with the shapes of the matrices that are wanted beside every exception."""
    shapes = [array.shape for array in right.solution if array.ndim == 2]

    def with_shapes(error: Mapping[str, Any] | None) -> dict[str, Any] | None:
        return {**error, "wanted": shapes} if error else None

    told = {
        name: {**value, "error": with_shapes(value.get("error"))} for name, value in facts.get("values", {}).items()
    }
    return {**facts, "error": with_shapes(facts.get("error")), "values": told}


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


def _findings(
    exercise: Exercise, right: Reference, verdicts: Sequence[ValueVerdict], told: Mapping[str, Any]
) -> list[Finding]:
    """Name the mistakes: by the equations where the exercise tells its network, then by those a teacher foresaw."""
    arrays = {name: array for name, facts in told.items() if (array := array_of(facts)) is not None}
    wrong = [verdict.quantity for verdict in verdicts if verdict.status in ("wrong", "shape")]
    if not wrong:
        return []
    halves, wrong = half_precision(exercise, right, arrays, wrong)
    return [*halves, *_named(exercise, right, arrays, wrong)] if wrong else halves


def _named(
    exercise: Exercise, right: Reference, arrays: Mapping[str, np.ndarray], wrong: Sequence[str]
) -> list[Finding]:
    known = foreseen(exercise, right, arrays, wrong)
    finite = all(np.isfinite(array).all() for array in arrays.values())
    if not finite or (known and known[0].confidence == "certain"):
        # where a number is nan or inf, the equations tell nothing
        return known
    # late: the equations are much to import, and needed where nothing else names the mistake
    from backlit.check.search import UNKNOWN

    searched_too = _searched(exercise, arrays, wrong)
    named = [finding for finding in searched_too if finding.identifier != UNKNOWN]
    if exercise.network is None or len(named) == len(searched_too):
        return named or known
    # what is named below something unexplained comes after it: going backwards, the first that is wrong matters first
    return known or [_unexplained(UNKNOWN, exercise.network, wrong), *named]


def _unexplained(identifier: str, network: NetworkMap, wrong: Sequence[str]) -> Finding:
    """Return the finding that no mistake fits, in the exercise's names: the first wrong one, going backwards."""
    places = network.names
    first = max((name for name in wrong if name in places), key=lambda name: places[name][0])
    happened = f"No known mistake explains these values. Going backwards, the first that is wrong is {first}."
    return Finding(identifier, places[first][0], (), "none", happened, "The others may follow from it.", "")


def _searched(exercise: Exercise, arrays: Mapping[str, np.ndarray], wrong: Sequence[str]) -> list[Finding]:
    network = exercise.network
    if network is None or not any(name in network.names for name in wrong):
        return []
    try:
        return in_own_names(exercise, searched(network, arrays).findings, wrong)
    except (ArithmeticError, ValueError, IndexError):
        # shapes that no equation expects
        return []
