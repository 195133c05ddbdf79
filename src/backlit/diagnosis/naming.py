"""Which of what mends is called a cause: the facts of the set-up itself, before symptoms and what makes up for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backlit.diagnosis.changes import CHANGES
from backlit.diagnosis.evidence import WEAK, Evidence
from backlit.diagnosis.trials import LEARNS, Trial

__all__ = [
    "AS_WELL",
    "CLEAR",
    "LEARNS",
    "LEARNS_WELL",
    "NEAR",
    "NOT_WITH_OTHERS",
    "SOLVED",
    "STRONG",
    "Mended",
    "named",
    "plainest",
    "taught",
]

ENOUGH = 0.75
"""A change is enough where it brings this share of the best gain that was seen."""

LEARNS_WELL = 0.1
"""Between the two, only what strong facts point at is tried."""

SOLVED = 0.1
"""Of less error, nothing better is looked for."""

STRONG = 2.0

CLEAR = 2.15
"""Where a set-up learns somewhat, what weaker facts point at must mend on samples held out, if not for every seed."""

AS_WELL = 0.03
"""What leaves so much more error does as well."""

NEAR = 0.6
"""Facts that are weaker than the strongest by more are no causes of their own."""

NOT_WITH_OTHERS = ("scale-both", "learning-rate-lower", "learning-rate-higher", "depth", "hidden-layer")

SIMPLEST_FIRST = ("training", "data", "structure")


@dataclass(frozen=True, eq=False)
class Mended:
    """What the search found: causes, the strongest first; ``best``: the trial that mends; ``others`` mend it too.

    ``further``: trials on top of the first cause, each with one change more, which are causes too. ``on_top``: one that
    helps a set-up that learns with the causes mended, which is therefore no cause. The last of all these is ``best``.
    """

    causes: tuple[Trial, ...]
    together: tuple[str, ...]
    best: Trial | None
    others: tuple[Trial, ...]
    further: tuple[Trial, ...] = ()
    on_top: Trial | None = None

    @property
    def mends(self) -> Trial:
        """The trial of what the causes ask for, without what helps on top; there is a cause."""
        return (self.further or self.causes)[-1 if self.further else 0]


def named(singles: dict[str, Trial], evidence: Evidence, combined: list[Trial], base: Trial) -> Mended:
    """Choose what to call a cause: what facts point at and is enough alone; else together; else what is enough.

    Of several that are enough, symptoms beside the first are no causes: with that mended they are gone.
    """
    everything = [*singles.values(), *combined]
    if not everything:
        return Mended((), (), None, ())
    best_error, rank = min(trial.error for trial in everything), evidence.rank
    learned = taught(singles, evidence, base)
    pointed = [
        name
        for name in singles
        if name in learned or (rank.get(name, 0) >= 1 and _enough(singles[name], base, best_error))
    ]
    pointed.sort(key=lambda name: (-rank[name], singles[name].error))
    pointed = _at_the_same_steps(pointed, singles, evidence)
    pointed = [
        name
        for place, name in enumerate(pointed)
        if place == 0 or (name in evidence.own and rank[name] >= rank[pointed[0]] - NEAR)
    ]
    others = [trial for name, trial in singles.items() if name not in pointed]
    if pointed:
        return Mended(tuple(singles[name] for name in pointed), (), singles[pointed[0]], tuple(others))
    enough = [trial for trial in combined if _enough(trial, base, best_error)]
    if enough:
        order = sorted(enough[0].changes, key=lambda name: -rank.get(name, 0.0))
        more = enough[0].with_more
        together = tuple(order) if len(order) > 1 else ()
        return Mended((enough[0],), together, more or enough[0], tuple(others), on_top=more)
    best = min(singles.values(), key=lambda trial: _simplest(trial, best_error)) if singles else combined[0]
    rest = tuple(trial for trial in singles.values() if trial is not best)
    return Mended((best,), best.changes if len(best.changes) > 1 else (), best, rest)


def _at_the_same_steps(pointed: list[str], singles: dict[str, Trial], evidence: Evidence) -> list[str]:
    """Leave more steps, which make up for a low rate, where a rate or an optimizer does as well in as many steps."""
    if pointed[:1] != ["epochs"] or "epochs" in evidence.own:
        return pointed
    enough = singles["epochs"].error + AS_WELL
    faster = [name for name in ("learning-rate-higher", "optimizer") if name in singles]
    faster = [name for name in faster if singles[name].error <= enough]
    return [plainest([singles[name] for name in faster], evidence).changes[-1]] if faster else pointed


def plainest(tried: Sequence[Trial], evidence: Evidence) -> Trial:
    """Of changes of the training that end near the best of them, the one to take.

    Another optimizer, which comes with a rate of its own, is the last; what facts point at comes first.
    """
    best = min(trial.error for trial in tried)
    near = [trial for trial in tried if trial.error <= best + AS_WELL]
    return min(
        near, key=lambda one: (one.changes[-1] == "optimizer", -evidence.rank.get(one.changes[-1], 0), one.error)
    )


def taught(singles: dict[str, Trial], evidence: Evidence, base: Trial) -> list[str]:
    """The changes that facts of the set-up itself point at, with which alone a set-up learns that did not."""
    if base.error <= LEARNS:
        return []
    return [name for name, trial in singles.items() if evidence.own.get(name, 0.0) >= WEAK and trial.error <= LEARNS]


def _enough(trial: Trial, base: Trial, best_error: float) -> bool:
    return base.error - trial.error >= ENOUGH * (base.error - best_error)


def _simplest(trial: Trial, best_error: float) -> tuple[bool, int, bool, float]:
    """Of changes that no fact tells apart and that end near each other, one of the training comes first.

    Of those, another optimizer, which comes with a rate of its own, is the last.
    """
    last = trial.changes[-1]
    part = SIMPLEST_FIRST.index(CHANGES[last].part)
    return trial.error > best_error + 0.05, part, last == "optimizer", trial.error
