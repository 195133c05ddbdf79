"""What a round's steps and gradients are, by the loss that explains most of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.own_loss.agreement import Agreement, agreement, claims_of
from backlit.scripts.own_loss.candidates import Candidate, candidates, made_losses
from backlit.scripts.own_loss.outcomes import Outcome, outcomes_of
from backlit.scripts.own_loss.windows import Window

__all__ = ["Judged", "judged"]

PATIENCE = 5.0
"""Seconds of computing after which no further loss is tried."""


class Judged(NamedTuple):
    """A round, the loss that explains most of it, what came of each weight, and the file's other numbers.

    ``pure`` says, where weights are drawn towards 0, that the loss is known to have no penalty. ``apart`` are the
    places of what looks like weights and is not followed by this loss: another network's, or those of another part.
    """

    window: Window
    agreement: Agreement
    outcomes: Sequence[Outcome]
    others: Sequence[Candidate]
    pure: bool
    apart: Sequence[int]


def judged(windows: Sequence[Window]) -> Judged | None:
    """Return what the loss that explains most shows; None where none explains anything."""
    best: tuple[float, Window, Agreement] | None = None
    deadline = time.thread_time() + PATIENCE
    for window in windows:
        if not all(window.values[index].fine for index in window.nudges if window.values[index].before.ndim):
            # of float32 the differences are too coarse
            continue
        claims = claims_of(window)
        for candidate in candidates(window):
            if time.thread_time() > deadline:
                break
            found = agreement(window, candidate, claims)
            if found is not None and found.score > 0 and (best is None or _rank(found) > best[0]):
                best = (_rank(found), window, found)
    if best is None:
        return None
    _, window, found = best
    others = [c for c in candidates(window, made=False) if not _same(c, found.candidate, found)]
    outcomes = outcomes_of(window, found, others)
    drawn = any(outcome.state == "drawn" for outcome in outcomes)
    pure = drawn and any(_same(made, found.candidate, found) for made in made_losses(window))
    return Judged(window, found, outcomes, others, pure, _apart(window, found))


def _apart(window: Window, found: Agreement) -> list[int]:
    """Return what moves, is used, and is not followed by the loss.

    What a rule remembers is used for itself alone: nothing of another shape follows it.
    """
    rest = [
        index for index, nudges in window.nudges.items() if index not in found.weights and window.values[index].moved
    ]
    return [
        index
        for index in rest
        if window.values[index].before.size > 1
        and any(
            change is not None
            and change.size > 1
            and change.shape != window.values[index].before.shape
            and change.any()
            for nudge in window.nudges[index]
            for change in nudge.changes
        )
    ]


def _rank(found: Agreement) -> float:
    # a number of the file's own, where two explain as much, then a loss that is known
    return found.score + (0.5 if found.candidate.own else 0.0) - (0.5 if found.candidate.given else 0.0)


def _same(one: Candidate, other: Candidate, found: Agreement) -> bool:
    a = np.concatenate([one.slopes[index] for index in found.weights])
    b = np.concatenate([other.slopes[index] for index in found.weights])
    factor = float(a @ b / (b @ b))
    return bool(np.abs(a - factor * b).max() <= 1e-3 * np.abs(a).max(initial=0))
