"""Two mistakes at once, and wrong answers that no mistake explains."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from evaluation_singles import Pass, changes, distance, possible, report
from planted import FORMS, MISTAKES, Plan, Task, claimed, random_task

from backlit.check.report import Finding

__all__ = ["NONSENSE", "NonsenseOutcome", "PairOutcome", "nonsense_outcomes", "pair_outcomes"]

LEAST = 1e-3
NEEDS = {"regularizer-not-in-gradient", "missing-learning-rate", "learning-rate-twice", "rounded", "bias-missing"}
"""Mistakes that need more than a network, or that hide what others do: not drawn for pairs."""
PAIRED = tuple(name for name in MISTAKES if name not in NEEDS)


class PairOutcome(NamedTuple):
    """Two planted mistakes, and the identifiers of the report's findings with their alternatives."""

    planted: tuple[str, str]
    named: tuple[str, ...]
    stated: frozenset[str]
    possible: bool = False

    @property
    def kind(self) -> str:
        """both, tie (both stated), otherwise (others that give the same numbers), one, unknown, wrong or missed."""
        truth = set(self.planted)
        if not self.named:
            return "missed"
        if truth <= set(self.named):
            return "both"
        if self.possible:
            return "tie" if truth <= self.stated else "otherwise"
        wrong = set(self.named) - truth - {"unknown"}
        if wrong:
            return "wrong"
        return "one" if truth & set(self.named) else "unknown"


def pair_outcomes(count: int, rng: np.random.Generator) -> list[PairOutcome]:
    """Plant ``count`` random pairs of mistakes where each changes the numbers, also in the other's presence."""
    outcomes: list[PairOutcome] = []
    while len(outcomes) < count:
        names = tuple(str(name) for name in rng.choice(PAIRED, 2, replace=False))
        task = random_task(rng)
        if "broadcast-outer" in names and (task.Y.shape[1] > 1 or len(task.X) == 1):
            continue
        forms = {name: int(rng.integers(FORMS)) for name in names}
        plan = Plan(dict.fromkeys(names), forms)
        with np.errstate(all="ignore"):
            try:
                both = claimed(task, plan)
                alone = [claimed(task, Plan({name: None}, forms)) for name in names]
            except ValueError:
                # the two do not go together: shapes
                continue
            parts = [claimed(task), *alone]
        if not all(np.isfinite(g).all() for g in both[0]) or not all(changes(one, both, LEAST) for one in parts):
            continue
        steps = bool(rng.random() < 0.5)
        found = report(task, *both, steps=steps).findings
        outcomes.append(paired(task, both, (names[0], names[1]), found))
    return outcomes


def paired(task: Task, claim: Pass, names: tuple[str, str], found: tuple[Finding, ...]) -> PairOutcome:
    """Return what was said of a pair; where other names were given, whether these give the numbers too."""
    given = tuple(finding.identifier for finding in found)
    stated = frozenset(given).union(*(finding.alternatives for finding in found))
    others = set(given) - {"unknown"}
    fits = False
    if given == ("weight-steps",):
        fits = negative_multiple(claimed(task), claim)
    elif given and not set(names) <= set(given) and "unknown" not in given:
        fits = possible(task, claim, given[0]) if len(others) == 1 else pair_possible(task, claim, given[:2])
    return PairOutcome(names, given, stated, fits)


def negative_multiple(right: Pass, claim: Pass) -> bool:
    """Say whether a claim is the right pass times one negative factor: weight steps, by some learning rate."""
    largest = max(range(len(right[0])), key=lambda i: float(np.abs(right[0][i]).max()))
    at = int(np.argmax(np.abs(right[0][largest])))
    ratio = float(np.asarray(claim[0][largest]).flat[at] / right[0][largest].flat[at])
    scaled = [ratio * g for g in right[0]], right[1] and [ratio * g for g in right[1]]
    return ratio < 0 and distance(scaled, claim) <= 1e-6


def pair_possible(task: Task, claim: Pass, names: tuple[str, ...]) -> bool:
    """Say whether two mistakes, each everywhere or in one layer, in any way to write them, give the claimed numbers."""
    places = [None, *(frozenset([layer]) for layer in range(len(task.weights)))]
    with np.errstate(all="ignore"):
        for where in [(a, b) for a in places for b in places]:
            for forms in [(a, b) for a in range(FORMS) for b in range(FORMS)]:
                plan = Plan(dict(zip(names, where, strict=True)), dict(zip(names, forms, strict=True)))
                try:
                    if distance(claimed(task, plan), claim) <= 1e-6:
                        return True
                except ValueError:
                    continue
    return False


class NonsenseOutcome(NamedTuple):
    """A wrong answer that no mistake explains: what it was, the first name, and whether the facts told are right."""

    what: str
    first: str
    confidence: str
    facts_right: bool


Spoil = Callable[[Task, list[np.ndarray], int, np.random.Generator], list[np.ndarray]]


def noise(_: Task, gW: list[np.ndarray], layer: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Random numbers of the right size on top of one layer."""
    size = np.abs(gW[layer]).max()
    return [g + (rng.normal(0, size, g.shape) if i == layer else 0) for i, g in enumerate(gW)]


def constant(_: Task, gW: list[np.ndarray], layer: int, rng: np.random.Generator) -> list[np.ndarray]:
    """One layer times a number that no mistake has."""
    return [g * (1.3 if i == layer else 1) for i, g in enumerate(gW)]


def one_entry(_: Task, gW: list[np.ndarray], layer: int, rng: np.random.Generator) -> list[np.ndarray]:
    """One entry off by a tenth of the largest."""
    spoilt = [g.copy() for g in gW]
    spoilt[layer].flat[int(rng.integers(gW[layer].size))] += np.abs(gW[layer]).max() / 10
    return spoilt


def shuffled(_: Task, gW: list[np.ndarray], layer: int, rng: np.random.Generator) -> list[np.ndarray]:
    """A layer's rows in another order."""
    return [np.roll(g, 1, axis=0) if i == layer else g for i, g in enumerate(gW)]


def swapped(_: Task, gW: list[np.ndarray], layer: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Two layers' gradients in each other's place."""
    spoilt = list(gW)
    below = (layer - 1) % len(gW)
    spoilt[layer], spoilt[below] = spoilt[below], spoilt[layer]
    return spoilt


def all_random(_: Task, gW: list[np.ndarray], layer: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Random numbers everywhere."""
    return [rng.normal(0, 1, g.shape) for g in gW]


NONSENSE: dict[str, Spoil] = {
    "noise in one layer": noise,
    "one layer times 1.3": constant,
    "one entry off by a tenth": one_entry,
    "one layer's rows in another order": shuffled,
    "two layers' gradients swapped": swapped,
    "random numbers everywhere": all_random,
}


def nonsense_outcomes(count: int, rng: np.random.Generator) -> list[NonsenseOutcome]:
    """Check ``count`` wrong answers of each kind; the facts are the first wrong layer going back, and the ratio."""
    outcomes = []
    for what, spoil in NONSENSE.items():
        done = 0
        while done < count:
            task = random_task(rng)
            gW, gB = claimed(task)
            layer = int(rng.integers(len(gW)))
            wrong = spoil(task, gW, layer, rng)
            off = [
                i for i, (a, b) in enumerate(zip(gW, wrong, strict=True)) if changes(([a], None), ([b], None), LEAST)
            ]
            if not off:
                continue
            done += 1
            found = report(task, wrong, gB, steps=bool(rng.random() < 0.5)).findings
            outcomes.append(judged(what, found, max(off) + 1, task, (wrong, gB)))
    return outcomes


def judged(what: str, found: tuple[Finding, ...], layer: int, task: Task, claim: Pass) -> NonsenseOutcome:
    """Return what was said of nonsense; a name that does give the numbers is no error, nor is a factor told as one."""
    if not found:
        return NonsenseOutcome(what, "", "", facts_right=False)
    first = found[0]
    if what == "one layer times 1.3" and first.identifier == "stray-factor":
        return NonsenseOutcome(what, "unknown", "a factor", first.layer == layer and "1.3" in first.sentence)
    if first.identifier != "unknown" and possible(task, claim, first.identifier):
        return NonsenseOutcome(what, "unknown", "fits indeed", facts_right=True)
    right = first.layer == layer
    if what == "one layer times 1.3":
        right = right and ("1.3" in first.sentence or claim[0][layer - 1].size < 2)
    if what == "two layers' gradients swapped":
        right = right and ("shape" in first.sentence or task.weights[layer - 1].shape == claim[0][layer - 1].shape)
    return NonsenseOutcome(what, first.identifier, first.confidence, right)
