"""Mistakes in code: planted in each exercise's solution, and in submissions written by hand, through the real checker.

Every file runs apart, as a learner's does, two at a time.
"""

import ast
import contextlib
import io
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from script_mistakes import Script, mutants

import backlit as bl
from backlit.apart.limits import Limits
from backlit.exercises.find import all_exercises, find_exercise
from backlit.exercises.format import Exercise
from backlit.exercises.submission import check_source
from backlit.exercises.submission_report import SubmissionReport

__all__ = ["First", "HandOutcome", "ScriptOutcome", "hand_written", "script_outcomes", "scripts_of"]

SUBMISSIONS = Path(__file__).with_name("submissions")
AT_ONCE = 2
ALTERNATIVES_AT_MOST = 4


class ScriptOutcome(NamedTuple):
    """A mistake planted in an exercise's code: what is right to say, what was said, and how.

    ``twins`` are the mistakes whose code, planted in the same exercise, gives the same values.
    """

    exercise: str
    planted: tuple[str, ...]
    named: tuple[str, ...]
    alternatives: tuple[str, ...]
    found: bool
    raised: bool
    twins: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """named, tie, raised (the exception is explained), unknown, wrong or missed."""
        if not self.found:
            return "missed"
        first = self.named[0] if self.named else ""
        if first in self.planted:
            return "named"
        if self.raised and not first:
            return "raised"
        stated = set(self.planted) & set(self.alternatives) and len(self.alternatives) <= ALTERNATIVES_AT_MOST
        if stated or first in self.twins:
            return "tie"
        return "unknown" if first in ("", "unknown") else "wrong"


def script_outcomes(exercises: Sequence[Exercise] | None = None) -> list[ScriptOutcome]:
    """Plant every mistake that each solution's code allows, and check it; the exercises' foreseen mistakes too."""
    jobs = [(exercise, *job) for exercise in exercises or all_exercises() for job in scripts_of(exercise)]
    checked = _checked([(exercise, code.encode()) for exercise, _, code, _ in jobs], "script")
    return [
        _outcome(exercise.name, identifiers, report, twins)
        for (exercise, identifiers, _, twins), report in zip(jobs, checked, strict=True)
    ]


def _outcome(
    name: str, identifiers: tuple[str, ...], report: SubmissionReport, twins: frozenset[str] = frozenset()
) -> ScriptOutcome:
    named = tuple(finding.identifier for finding in report.findings)
    alternatives = report.findings[0].alternatives if report.findings else ()
    return ScriptOutcome(name, identifiers, named, alternatives, not report.ok, bool(report.error), twins)


def _checked(jobs: Sequence[tuple[Exercise, bytes]], what: str) -> list[SubmissionReport]:
    reports = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, report in enumerate(pool.map(lambda job: check_source(job[1], job[0], Limits()), jobs), 1):
            print(f"\r{what} {number}/{len(jobs)}{'':30}", end="", file=sys.stderr, flush=True)
            reports.append(report)
    return reports


Job = tuple[tuple[str, ...], str, frozenset[str]]


def scripts_of(exercise: Exercise) -> list[Job]:
    """Return the mistakes of an exercise that change an asked-for value: identifiers, code and twins of each.

    Solutions and their mistakes are our own code, so they run right here to see what they change.
    """
    right, values = _run(exercise, exercise.solution)
    if right is None:
        return []
    found = [(identifiers, code, _run(exercise, code)[0]) for identifiers, code in mutants(_script(exercise, values))]
    found += [((m.identifier,), m.source.decode(), _run(exercise, m.source.decode())[0]) for m in exercise.mistakes]
    told = [row for row in found if row[2] is None or not _alike(exercise, right, row[2])]
    return [
        (identifiers, code, frozenset(_twins(exercise, given, told)) - set(identifiers))
        for identifiers, code, given in told
    ]


Given = Mapping[str, Any]


def _twins(
    exercise: Exercise, given: Given | None, told: Iterable[tuple[tuple[str, ...], str, Given | None]]
) -> set[str]:
    if given is None:
        return set()
    alike = [names for names, _, other in told if other is not None and _alike(exercise, given, other)]
    return {name for names in alike for name in names}


def _run(exercise: Exercise, code: str) -> tuple[Given | None, dict[str, object]]:
    """Return the asked-for values, None where the code raises, and all names."""
    values: dict[str, object] = {"__name__": "submission"}
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        try:
            exec(compile(code, exercise.name, "exec"), values)
            exec(exercise.prepare, values)
            return {value.name: eval(value.expression, values) for value in exercise.values}, values
        except Exception:
            return None, values


def _alike(exercise: Exercise, a: Given, b: Given) -> bool:
    """Say whether all values are the same to three times the tolerance of the exercise."""
    for value in exercise.values:
        try:
            x, y = np.asarray(a[value.name], float), np.asarray(b[value.name], float)
        except (TypeError, ValueError):
            return False
        if x.size != y.size or (x.shape != y.shape and np.squeeze(x).shape != np.squeeze(y).shape):
            return False
        largest = float(np.abs(x).max(initial=0.0))
        if not np.allclose(x.ravel(), y.ravel(), rtol=3 * value.tolerance, atol=3e-3 * value.tolerance * largest):
            return False
    return True


def _script(exercise: Exercise, values: dict[str, object]) -> Script:
    tree, network = ast.parse(exercise.solution), exercise.network
    if network is None:
        return Script(tree, values, {}, 0)
    facts = network.facts
    options = {key: facts[key] for key in ("activation", "output", "loss") if key in facts}
    net = bl.Network.from_weights(facts["weights"], facts.get("biases"), **options)
    layers = net.trace(facts["input"], facts["target"]).layers
    inputs = tuple(np.asarray(layer.input) for layer in layers)
    return Script(tree, values, network.names, len(layers), inputs, tuple(net.weights))


class First(NamedTuple):
    """What the checker said of a submission when it had not met any: identifiers, and whether they were the label's."""

    said: tuple[str, ...]
    as_labelled: bool


class HandOutcome(NamedTuple):
    """A submission written by hand: what is wrong in it, what was said, now and at first, and whether that is right."""

    exercise: str
    name: str
    expected: tuple[str, ...]
    says: str
    named: tuple[str, ...]
    found: bool
    right: bool
    first: First

    @property
    def kind(self) -> str:
        """named (or explained, or accepted), unknown, wrong, missed, or alarm: a right answer that was called wrong."""
        if self.right:
            return "named"
        if self.expected == ("right",):
            return "alarm"
        if not self.found:
            return "missed"
        first = self.named[0] if self.named else "unknown"
        return "unknown" if first == "unknown" or first in self.expected else "wrong"


def hand_written() -> list[HandOutcome]:
    """Check benchmarks/submissions, whose labels stand in labels.toml, and the checker sees none of them."""
    labels, first = (
        tomllib.loads((SUBMISSIONS / name).read_text(encoding="utf-8")) for name in ("labels.toml", "first.toml")
    )
    rows = [(exercise, name, label) for exercise, named in labels.items() for name, label in named.items()]
    jobs = [(find_exercise(folder), (SUBMISSIONS / folder / f"{name}.py").read_bytes()) for folder, name, _ in rows]
    reports = _checked(jobs, "submission")
    firsts = [First(tuple(first[folder][name]["said"]), first[folder][name]["as_labelled"]) for folder, name, _ in rows]
    return [_hand(*row, report, one) for row, report, one in zip(rows, reports, firsts, strict=True)]


def _hand(exercise: str, name: str, label: Mapping[str, Any], report: SubmissionReport, first: First) -> HandOutcome:
    expected, says = tuple(label["expected"]), str(label.get("says", ""))
    named = tuple(finding.identifier for finding in report.findings)
    if expected == ("right",):
        right = report.ok
    else:
        right = not report.ok and named[: len(expected)] == expected and says in report.to_text()
    return HandOutcome(exercise, name, expected, says, named, not report.ok, right, first)
