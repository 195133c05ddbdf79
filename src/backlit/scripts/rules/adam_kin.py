"""What makes other rules of Adam: decay of its own, as AdamW has it, and the largest mean square, as AMSGrad has it.

AdamW is Loshchilov and Hutter's (2019): the share of the weights that is taken off them does not go through the means.
AMSGrad is Reddi, Kale and Kumar's (2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.memories import Memory, standing

__all__ = ["Decayed", "Largest", "decayed", "in_the_mean", "largest_of"]

FEWEST = 8
"""Entries of a step that show decay: four numbers are fitted."""
FEWEST_RENEWED = 2
SAME = 1e-6


class Decayed(NamedTuple):
    """A step ``k`` × mean / (root + a small number), and ``share`` times the weights beside it."""

    k: float
    share: float
    mistake: str


class Largest(NamedTuple):
    """An array that a step turns into the larger of itself and something; ``mistake`` says what is wrong with that.

    ``proven``: some of it was kept in this step, and some renewed.
    """

    memory: Memory
    mistake: str
    proven: bool


def decayed(claim: Claim, mean: np.ndarray, square: np.ndarray) -> Decayed | None:
    """Return how a step is made of a mean over a root, and of the weights; None where it is not."""
    step, W = claim.step, claim.variable.value
    if step is None or step.size < FEWEST or not W.any() or (square < 0).any() or not np.isfinite(square).all():
        return None
    for root, mistake in ((np.sqrt(square), ""), (square, "missing-root")):
        # (step − share × W) (root + small) = k × mean, which is linear in k, share, small and share × small
        fitted = _solved([mean, W * root, W, -step], step * root)
        if fitted is None:
            continue
        small = max(float(fitted[3]), 0.0)
        for beside in (small, 0.0):
            with np.errstate(all="ignore"):
                both = _solved([mean / (root + beside), W], step)
            if both is not None and np.abs(both[1] * W).max() > 1e-4 * np.abs(step).max():
                return Decayed(float(both[0]), float(both[1]), mistake)
    return None


def _solved(columns: Sequence[np.ndarray], wanted: np.ndarray) -> np.ndarray | None:
    """Return the factors by which arrays make another, to nearly all digits; None where they do not."""
    if not all(np.isfinite(column).all() and column.any() for column in columns):
        return None
    sizes = np.array([np.abs(column).max() for column in columns])
    parts = np.stack([column.reshape(-1) for column in columns], axis=1) / sizes
    factors, *_ = np.linalg.lstsq(parts, wanted.reshape(-1), rcond=None)
    fits = np.abs(parts @ factors - wanted.reshape(-1)).max() <= SAME * np.abs(wanted).max()
    solved: np.ndarray = factors / sizes
    return solved if fits else None


def largest_of(subject: Subject, claim: Claim, square: Memory, means: Sequence[Memory]) -> Iterator[Largest]:
    """Yield the arrays that are the larger of what they were and a mean square, or what stands in that one's place."""
    assert claim.along is not None
    g = claim.along.value.reshape(square.after.shape)
    others = [("", square.after), ("maximum-of-gradients", g * g)]
    others += [("maximum-of-the-mean", mean.after) for mean in means]
    for record, before, after in standing(subject, claim):
        if record.key == square.record.key or not after.any():
            continue
        memory = Memory(record, before, after, None, 1.0, 2)
        if (after != before).sum() < FEWEST_RENEWED or proportion(after, square.after):
            # next to nothing was larger in this step, or all
            if (after >= square.after).all():
                yield Largest(memory, "", proven=False)
            continue
        for mistake, new in others:
            # all of it is nothing that was chosen: the one array by two names, or the mean that it was taken for
            chosen = "" if proportion(after, new) else _chosen(before, after, new)
            if chosen:
                yield Largest(memory, mistake or ("minimum-for-maximum" if chosen == "smaller" else ""), proven=True)
                break


def _chosen(before: np.ndarray, after: np.ndarray, new: np.ndarray) -> str:
    """Say whether an array is the "larger" or the "smaller" of what it was and a multiple of another; or ""."""
    kept = after == before
    renewed = ~kept & (new != 0)
    if not kept.any() or renewed.sum() < FEWEST_RENEWED:
        return ""
    times = float(np.median(after[renewed] / new[renewed]))
    for name, better in (("larger", np.maximum), ("smaller", np.minimum)):
        if times > 0 and close(better(before, times * new), after):
            return name
    return ""


def in_the_mean(before: np.ndarray, after: np.ndarray, g: np.ndarray) -> bool:
    """Say whether a mean of squares became the larger of what it was and of what it should be now."""
    kept = after == before
    if not kept.any() or (~kept).sum() <= FEWEST_RENEWED:
        return False
    parts = np.stack([before[~kept], g[~kept] ** 2], axis=1)
    factors, _, rank, _ = np.linalg.lstsq(parts, after[~kept], rcond=None)
    shares = rank == 2 and bool((factors > 0).all()) and abs(float(factors.sum()) - 1) < 1e-4
    return shares and close(np.maximum(before, factors[0] * before + factors[1] * g * g), after)
