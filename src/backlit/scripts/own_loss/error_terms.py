"""Which array a gradient was made with as error term, and how that differs from the right one.

How a value z of the pass follows the weights is known from the nudges, dz; with an error term D at z the gradient's
part along a direction is the sum of dz times D. So an array D of the file, for which that is what was claimed, is what
was used as the error term of z, whatever the network is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS
from backlit.scripts.own_loss.multiples import factor_of
from backlit.scripts.own_loss.windows import Nudge, Told, Window

__all__ = ["Used", "difference", "used_for"]

MOST_ENTRIES, MOST_ARRAYS, MOST_ERRORS, MOST_MATRICES = 6000, 120, 4, 8
FEWEST, FEWEST_BETWEEN = 5, 40
"""Entries that a slope is told by; and those between which one is taken that no table has."""


class Used(NamedTuple):
    """An array that was used as error term, ``error``, of the value ``at``; ``place`` is that of the value."""

    at: Told
    error: Told
    place: int


def used_for(window: Window, nudges: Sequence[Nudge], claimed: np.ndarray, noise: float) -> Iterator[Used]:
    """Yield each pair of arrays that gives what was claimed along all nudges."""
    shape = nudges[0].direction.shape
    arrays = _arrays(window, shape)
    for place in _places(window, nudges, shape):
        at = window.told[place]
        for error in arrays:
            if error.array.shape == at.array.shape:
                made = np.array([float((n.changes[place] * error.array).sum()) for n in nudges])
                if factor_of(claimed, made, noise) is not None:
                    yield Used(at, error, place)


def _places(window: Window, nudges: Sequence[Nudge], shape: tuple[int, ...]) -> Iterator[int]:
    """Yield the places of the values that follow these weights, each different one once."""
    seen: set[bytes] = set()
    for place, told in enumerate(window.told):
        changes = [n.changes[place] for n in nudges]
        if told.array.shape == shape or told.array.size < 2 or told.array.size > MOST_ENTRIES:
            continue
        if any(c is None for c in changes) or not any(c.any() for c in changes if c is not None):
            continue
        key = told.array.tobytes()
        if key not in seen and len(seen) < MOST_ARRAYS:
            seen.add(key)
            yield place


def _arrays(window: Window, shape: tuple[int, ...]) -> list[Told]:
    found: dict[bytes, Told] = {}
    for told in window.told:
        if told.array.shape != shape and 1 < told.array.size <= MOST_ENTRIES and told.array.any():
            found.setdefault(repr(told.array.shape).encode() + told.array.tobytes(), told)
    return list(found.values())[: 2 * MOST_ARRAYS]


def difference(
    window: Window, nudges: Sequence[Nudge], used: Used, right: Sequence[Used], slopes: np.ndarray, noise: float
) -> str:
    """Return the name of what is wrong with an error term, "" where it is none that has one.

    ``right`` are the pairs that give the right gradient, whose ``slopes`` are given: errors of later values, from which
    this one is made, as they are or sent back through weights.
    """
    z, D = used.at.array, used.error.array
    values = list(_entry_by_entry(window, nudges, used))
    for other in right:
        if np.array_equal(other.error.array, D) and other.place != used.place and other.at.array.shape == z.shape:
            return "missing-hidden-derivative"
        for place, slope in values:
            if place == other.place:
                name = _of_slope(D, other.error.array, slope, z, other.at.array)
                if name:
                    return name
    for E, kind in _sent_back(window, right, z.shape):
        for place, slope in values:
            made = np.array([float((n.changes[place] * E).sum()) for n in nudges])
            if factor_of(slopes, made, noise) is not None:
                name = _of_slope(D, E, slope, z, window.told[place].array)
                if name:
                    return name
            elif kind and _same(D, slope * E, ~np.isnan(slope)):
                return kind
    return ""


def _entry_by_entry(window: Window, nudges: Sequence[Nudge], used: Used) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the places of values that follow another one entry by entry, with the slope; the value itself first."""
    yield used.place, np.ones_like(used.at.array)
    for place in _places(window, nudges, nudges[0].direction.shape):
        if place != used.place and window.told[place].array.shape == used.at.array.shape:
            slope = _slope(nudges, used.place, place)
            if slope is not None:
                yield place, slope


def _sent_back(window: Window, right: Sequence[Used], shape: tuple[int, ...]) -> Iterator[tuple[np.ndarray, str]]:
    """Yield right errors sent back through each weight matrix, with what is wrong where that is not the right way."""
    errors: dict[bytes, np.ndarray] = {used.error.array.tobytes(): used.error.array for used in right}
    nudged = [window.values[index] for index in window.nudges]
    matrices = [v for v in nudged if v.moved and v.before.ndim == 2]
    matrices.sort(key=lambda v: min(v.before.shape) == 1)
    for error in list(errors.values())[:MOST_ERRORS]:
        for value in matrices[:MOST_MATRICES]:
            square = value.before.shape[0] == value.before.shape[1]
            for W, kind in (
                (value.before, "transposed-weights" if square else ""),
                (value.after, "updated-weights-used"),
            ):
                if W is None:
                    continue
                for a, b in ((error, W), (error, W.T), (W, error), (W.T, error)):
                    if a.ndim and b.ndim and a.shape[-1] == b.shape[0]:
                        made = a @ b
                        if made.shape == shape and made.any():
                            yield made, kind


def _slope(nudges: Sequence[Nudge], before: int, after: int) -> np.ndarray | None:
    """Return the slope of one value by another, entry by entry; None where it goes not entry by entry."""
    slope: np.ndarray | None = None
    for nudge in nudges:
        dz, dh = nudge.changes[before], nudge.changes[after]
        if dz is None or dh is None:
            return None
        small = np.abs(dz) < 1e-3 * np.abs(dz).max(initial=0)
        now = np.where(small, np.nan, dh / np.where(small, 1.0, dz))
        if slope is None:
            slope = now
        else:
            both = ~np.isnan(slope) & ~np.isnan(now)
            if np.abs(slope - now)[both].max(initial=0) > 1e-3 * (1 + np.abs(now)[both].max(initial=0)):
                return None
            slope = np.where(np.isnan(slope), now, slope)
    return slope


def _of_slope(D: np.ndarray, E: np.ndarray, slope: np.ndarray, z: np.ndarray, h: np.ndarray) -> str:
    """Return what was taken for the slope, D = E times that."""
    known = ~np.isnan(slope) & (np.abs(E) > 1e-6 * np.abs(E).max(initial=0))
    if known.sum() < FEWEST:
        return ""
    taken = np.where(known, D / np.where(known, E, 1.0), np.nan)
    for name, wrong in _wrong_slopes(slope, z, h):
        if _same(taken, wrong, known):
            return name
    if _at_the_value(z, h, slope, taken, known):
        return "derivative-of-activation"
    factor = taken[known] / np.where(np.abs(slope[known]) > 1e-9, slope[known], np.nan)
    factor = factor[~np.isnan(factor)]
    if len(factor) >= FEWEST and np.ptp(factor) <= 1e-3 * np.abs(factor).max():
        return "stray-factor"
    return ""


def _wrong_slopes(slope: np.ndarray, z: np.ndarray, h: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    yield "missing-hidden-derivative", np.ones_like(slope)
    yield "slope-twice", slope * slope
    with np.errstate(all="ignore"):
        for row in ACTIVATIONS.values():
            if row.derivative is None or row.name == "softmax":
                continue
            if np.allclose(row.value(z), h, rtol=1e-6, atol=1e-9):
                yield "derivative-of-activation", row.derivative(h)
                yield "value-as-slope", h
                yield "input-as-slope", z
        yield "derivative-of-pre-activation", z * (1 - z)
        yield "derivative-of-pre-activation", 1 - z * z
        yield "slope-cut-short", 1 - h
        yield "slope-of-another-activation", h * (1 - h)
        yield "slope-of-another-activation", 1 - h * h
        for row in ACTIVATIONS.values():
            if row.derivative is not None and row.name not in ("softmax", "identity"):
                yield "slope-of-another-activation", row.derivative(z)


def _at_the_value(z: np.ndarray, h: np.ndarray, slope: np.ndarray, taken: np.ndarray, known: np.ndarray) -> bool:
    """Say whether the slope was taken at the activation, of one that no table has: between the slopes seen."""
    seen = ~np.isnan(slope)
    order = np.argsort(z[seen])
    at, slopes = z[seen][order], slope[seen][order]
    inside = known & (h >= at[0]) & (h <= at[-1])
    if inside.sum() < FEWEST_BETWEEN or np.ptp(slopes) < 0.05:
        return False
    off = np.abs(np.interp(h[inside], at, slopes) - taken[inside])
    return bool(np.quantile(off, 0.95) <= 0.02 * np.abs(slopes).max())


def _same(taken: np.ndarray, wrong: np.ndarray, known: np.ndarray) -> bool:
    a, b = taken[known], wrong[known]
    return bool(b.size and np.isfinite(b).all() and np.abs(a - b).max() <= 1e-3 * max(np.abs(b).max(), 1e-12))
