"""One mistake planted in random networks, and what `check_gradients` says; other explanations are checked here anew.

A name that the checker gives, first or as an alternative, counts as possible only if planting that mistake, by the
code of planted.py, gives the claimed numbers too. So a report that lists every mistake would not pass.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations
from typing import Any, NamedTuple

import numpy as np
from planted import FORMS, Plan, Task, claimed, random_task

import backlit as bl

__all__ = [
    "ALTERNATIVES_AT_MOST",
    "FLOAT32_TIMES",
    "LEAST",
    "ROUNDED_LEAST",
    "Outcome",
    "Pass",
    "changes",
    "distance",
    "in_float32",
    "network",
    "planted_outcomes",
    "possible",
    "report",
    "setting",
    "task_in_float32",
]

Pass = tuple[list[Any], list[Any] | None]

RATES = ("missing-learning-rate", "learning-rate-twice")
ALTERNATIVES_AT_MOST = 4
FLOAT32_SHARE, FLOAT32_TIMES = 0.15, 30.0
"""How many claims are in single precision, and how many times its own rounding error a mistake must change there."""


class Outcome(NamedTuple):
    """What was planted, the first finding, the other names it gives, and those that give the numbers indeed.

    ``layers_right`` says whether the finding names the layers it was planted in, ``more`` that other findings follow.
    """

    planted: str
    first: str
    alternatives: tuple[str, ...]
    possible: frozenset[str] = frozenset()
    layers_right: bool = True
    more: bool = False

    @property
    def kind(self) -> str:
        """named, tie (stated, with the truth in it, and all of it possible), unknown, wrong or missed."""
        if not self.first:
            return "missed"
        if self.first == self.planted:
            return "named"
        stated = self.planted in self.alternatives and len(self.alternatives) <= ALTERNATIVES_AT_MOST
        if stated and self.first in self.possible and not self.impossible:
            return "tie"
        return "unknown" if self.first == "unknown" else "wrong"

    @property
    def impossible(self) -> frozenset[str]:
        """Alternatives that do not give the numbers."""
        return frozenset(self.alternatives) - self.possible - {self.planted}

    @property
    def to_do(self) -> str:
        """What was planted and what was found, and where to look if it is neither named nor in a stated tie."""
        beside = f", beside it {', '.join(self.alternatives)}" if self.alternatives else ""
        found = f"{self.planted} was planted, {self.first or 'nothing'} was named{beside}: "
        own = f"the wrong equation of {self.planted} (src/backlit/check/wrong_*.py)"
        if self.first in ("", "unknown"):
            return found + f"{own} does not give the numbers that planted.py plants"
        if self.first in self.possible and self.planted not in self.alternatives:
            return (
                found + f"both give the same numbers, so each must be named beside the other: {own} does not give them"
            )
        odd = ", ".join(sorted(self.impossible | ({self.first} - self.possible)))
        return found + f"planted.py plants no pass of {odd} with these numbers: a way to write it is missing there"


def network(task: Task) -> bl.Network:
    """Return the task's network."""
    return bl.Network.from_weights(
        task.weights, task.biases, activation=task.hidden, output=task.output, loss=task.loss
    )


def report(task: Task, gW: Sequence[Any], gB: list[Any] | None, *, steps: bool, rate: bool = True) -> bl.CheckReport:
    """Check gradients, or the steps made of them; without ``rate`` the checker is not told the learning rate."""
    if steps:
        gW = [-task.rate * np.asarray(g) for g in gW]
        gB = None if gB is None else [-task.rate * np.asarray(g) for g in gB]
    convention = "weight_step" if steps else "gradient"
    known = task.rate if steps or rate else None
    return bl.check_gradients(
        network(task), task.X, task.Y, gW, gB, learning_rate=known, convention=convention, l2=task.l2, l1=task.l1
    )


def planted_outcomes(mistake: str, trials: int, rng: np.random.Generator) -> list[Outcome]:
    """Plant one mistake in ``trials`` random networks where it changes the numbers."""
    outcomes: list[Outcome] = []
    for _ in range(trials * 100):
        if len(outcomes) == trials:
            break
        task, plan = setting(mistake, rng)
        if task is None:
            continue
        with np.errstate(all="ignore"):
            right, wrong = claimed(task), claimed(task, plan)
        narrow = bool(rng.random() < FLOAT32_SHARE and mistake != "rounded")
        least = ROUNDED_LEAST if mistake == "rounded" or narrow else LEAST
        if narrow:
            least = max(least, FLOAT32_TIMES * distance(right, claimed(task_in_float32(task))))
        if not finite(wrong) or not changes(right, wrong, least):
            continue
        steps = as_steps(mistake, plan, rng)
        claim = in_float32(wrong) if narrow else wrong
        rate = mistake in RATES or bool(rng.random() < 0.8)
        found = report(task, *claim, steps=steps, rate=rate).findings
        outcomes.append(outcome(mistake, plan, task, wrong, found, narrow=narrow))
    return outcomes


def as_steps(mistake: str, plan: Plan, rng: np.random.Generator) -> bool:
    """Say whether steps are claimed, not gradients; a step in a gradient's place is the rate once too often."""
    if mistake == "learning-rate-twice":
        return plan.form(mistake, 2) == 0
    return mistake == "missing-learning-rate" or bool(rng.random() < 0.5)


def setting(mistake: str, rng: np.random.Generator) -> tuple[Task | None, Plan]:
    """Draw a network, the layers to plant a mistake in and the way to write it; None where it cannot be made."""
    task = random_task(rng)
    if mistake == "regularizer-not-in-gradient":
        factor = float(rng.choice([0.1, 0.01]))
        task = task._replace(l2=factor) if rng.random() < 0.5 else task._replace(l1=factor)
    where = frozenset([int(rng.integers(len(task.weights)))]) if rng.random() < 0.4 else None
    plan = Plan({mistake: where}, {mistake: int(rng.integers(FORMS))})
    impossible = mistake == "broadcast-outer" and (task.Y.shape[1] > 1 or len(task.X) == 1)
    return (None if impossible else task), plan


def outcome(mistake: str, plan: Plan, task: Task, wrong: Pass, found: Any, *, narrow: bool) -> Outcome:
    """Return what was said of a planted mistake, with the names that the numbers allow."""
    if not found:
        return Outcome(mistake, "", ())
    first = found[0]
    given = {first.identifier, *first.alternatives} - {mistake, "unknown"}
    allowed = frozenset(name for name in given if possible(task, wrong, name, narrow=narrow))
    where = plan.layers[mistake]
    single = where is not None and len(where) == 1 and first.identifier == mistake
    right = not single or first.layer in (0, max(where or {0}) + 1)
    return Outcome(mistake, first.identifier, first.alternatives, allowed, right, len(found) > 1)


LEAST, ROUNDED_LEAST = 1e-5, 1e-3
"""What a mistake must change a layer's gradients by, relative to the largest, to be one; check_gradients accepts a
value that is right to four digits, so coarser rounding is asked for."""


def in_float32(answer: Pass) -> Pass:
    """Return an answer as it is kept in single precision."""
    return [g.astype(np.float32) for g in answer[0]], answer[1] and [g.astype(np.float32) for g in answer[1]]


def task_in_float32(task: Task) -> Task:
    """Return the task in single precision."""
    biases = None if task.biases is None else [b.astype(np.float32) for b in task.biases]
    weights = [W.astype(np.float32) for W in task.weights]
    return task._replace(weights=weights, biases=biases, X=task.X.astype(np.float32), Y=task.Y.astype(np.float32))


def distance(a: Pass, b: Pass) -> float:
    """Return the largest difference of any array, relative to the largest entry of it in ``a``; inf for a shape."""
    worst = 0.0
    for x, y in zip([*a[0], *(a[1] or [])], [*b[0], *(b[1] or [])], strict=True):
        if np.shape(x) != np.shape(y):
            return float("inf")
        worst = max(worst, float(np.abs(x - y).max() / max(np.abs(x).max(), 1e-12)))
    return worst


def finite(answer: Pass) -> bool:
    """Say whether all numbers are."""
    return all(np.isfinite(g).all() for g in (*answer[0], *(answer[1] or [])))


def changes(right: Pass, wrong: Pass, least: float) -> bool:
    """Say whether a mistake changed any number by more than ``least``."""
    return distance(right, wrong) > least


def possible(task: Task, claim: Pass, name: str, *, narrow: bool = False) -> bool:
    """Say whether planting a mistake, in any set of layers and any way to write it, gives the claimed numbers."""
    near = 1e-4 if narrow else 1e-6
    with np.errstate(all="ignore"):
        return any(distance(claimed(task, plan), claim) <= near for plan in plans(task, name))


def plans(task: Task, name: str) -> Iterator[Plan]:
    """Yield every way to plant a mistake in a network."""
    layers = range(len(task.weights))
    sets = chain.from_iterable(combinations(layers, size) for size in range(1, len(layers) + 1))
    for where in sets:
        for form in range(FORMS):
            yield Plan({name: frozenset(where)}, {name: form})
