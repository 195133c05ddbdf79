"""The names of what is wrong with a step, or a gradient, that does not go along the loss's slopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from backlit.scripts.own_loss.agreement import SAME, Agreement
from backlit.scripts.own_loss.error_terms import Used, difference, used_for
from backlit.scripts.own_loss.multiples import along, factor_of
from backlit.scripts.own_loss.windows import Told, Value, Window

__all__ = ["Cause", "Claim", "cause_of", "cause_of_ratio", "close_to", "is_written"]

WRITTEN = 2e-5
"""Of a factor that was written, what central differences may be off."""


class Claim(NamedTuple):
    """What was claimed as the gradient of a value, or as the step along it: its numbers, and the factor it should have.

    ``told`` is the record that it is, None for the step itself.
    """

    place: int
    array: np.ndarray
    factor: float
    told: Told | None


class Cause(NamedTuple):
    """The name of a mistake, the record in whose line it is (None: not known), and what its words need."""

    identifier: str
    told: Told | None = None
    ratio: float = 0.0
    other: str = ""
    used: Used | None = None


def cause_of(window: Window, agreement: Agreement, claim: Claim) -> Cause:
    """Return what is wrong with a claim; its identifier is "unknown" where nothing that has a name explains it."""
    nudges, slopes = window.nudges[claim.place], agreement.candidate.slopes[claim.place]
    noise = agreement.candidate.noise
    claimed = along(claim.array, nudges)
    factor = factor_of(claimed, slopes, noise)
    if factor is not None:
        return cause_of_ratio(window, claim, factor / claim.factor, in_step=False)
    value = window.values[claim.place]
    for other in _others(window, agreement, claim):
        return Cause("gradient-of-another", claim.told, other=other.path)
    if value.before.ndim == 2 and value.before.shape[0] == value.before.shape[1]:
        turned = factor_of(along(claim.array.T, nudges), slopes, noise)
        if turned is not None and abs(turned / claim.factor - 1) <= SAME:
            return Cause("swapped-outer-product", claim.told)
    return _of_error_term(window, agreement, claim, claimed)


def cause_of_ratio(window: Window, claim: Claim, ratio: float, *, in_step: bool) -> Cause:
    """Return what a constant factor is, beside the other arrays; ``in_step``: the file has the right gradient."""
    if abs(ratio + 1) <= SAME:
        return Cause("wrong-sign", claim.told, ratio)
    if any(abs(abs(ratio) - n) <= SAME * n or abs(abs(ratio) - 1 / n) <= SAME / n for n in _counts(window)):
        return Cause("sum-instead-of-mean", claim.told, ratio)
    return Cause("step-of-another-size" if in_step else "stray-factor", claim.told, ratio)


def is_written(ratio: float) -> bool:
    """Say whether a factor may be one that somebody wrote, or counted: 2, 1/50, 0.7; and none that numbers made.

    Arrays that are clipped one by one have factors of that other kind, and are no mistake.
    """
    size = abs(ratio)
    steps = (1 / size if size < 1 else size, 100 * size, 12 * size)
    return any(abs(step - round(step)) <= WRITTEN * step for step in steps if step >= 0.5)


def close_to(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether an array is a multiple of another."""
    size = float((other * other).sum())
    factor = float((one * other).sum()) / size if size > 0 else 0.0
    return factor != 0 and bool(np.abs(one - factor * other).max() <= 1e-6 * np.abs(one).max(initial=0))


def _counts(window: Window) -> set[int]:
    """Return how many samples there may be: what most arrays of the round have as one of their sizes."""
    sizes = [n for told in window.told if told.array.ndim == 2 for n in set(told.array.shape)]
    return {n for n in set(sizes) if n > 2 and sizes.count(n) >= 4}


def _others(window: Window, agreement: Agreement, claim: Claim) -> Iterator[Value]:
    """Yield the values whose right step this one's is, or whose gradient was claimed for it."""
    for index in agreement.even | agreement.evenly:
        value = window.values[index]
        if index == claim.place or value.before.shape != claim.array.shape or claim.array.size < 2:
            continue
        right = value.step if claim.told is None else agreement.recorded[index][1].array
        size = np.abs(right).max(initial=0)
        if size > 0 and np.abs(claim.array - right).max() <= SAME * size:
            yield value


def _of_error_term(window: Window, agreement: Agreement, claim: Claim, claimed: np.ndarray) -> Cause:
    """Return what is wrong with the error term that a gradient was made with."""
    nudges, slopes = window.nudges[claim.place], agreement.candidate.slopes[claim.place]
    noise = agreement.candidate.noise
    wrong = list(used_for(window, nudges, claimed, noise))
    right = list(used_for(window, nudges, slopes, noise))
    for used in right:
        name = _of_bias(claim.array, used.error.array)
        if name:
            return Cause(name, claim.told, used=used)
    for used in wrong:
        name = difference(window, nudges, used, right, slopes, noise)
        if name:
            return Cause(name, used.error, used=used)
    return Cause("unknown", claim.told, used=wrong[0] if wrong else None)


def _of_bias(claimed: np.ndarray, error: np.ndarray) -> str:
    """Return what is wrong with a bias's sum over the samples of an error term that is right."""
    numbers = claimed.ravel()
    if error.ndim != 2 or numbers.size != max(claimed.shape, default=0) or numbers.size < 2:
        return ""
    if np.ptp(numbers) <= 1e-9 * np.abs(numbers).max():
        return "bias-not-summed"
    for axis in (0, 1):
        if error.shape[1 - axis] == numbers.size:
            if close_to(numbers, error.sum(axis=axis)):
                return "wrong-axis" if error.shape[0] == error.shape[1] else ""
            if any(close_to(numbers, error.take(k, axis=axis)) for k in (0, -1)):
                return "overwritten"
    return ""
