"""Mistakes of a claimed derivative as it is, whatever the function: missing, another's, in another order, cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from backlit.check.axes import in_shape
from backlit.check.local import Local
from backlit.check.precision import Claimed, is_close
from backlit.check.verdicts import constant_ratio
from backlit.check.wrong_claim import Wrong, fits

__all__ = ["is_another_s", "is_nearly_right", "of_the_whole", "parts_and_order", "unit_factors", "without_axes"]

NEAR = 1e-5
DIGITS = 5e-5
"""The relative error that constants with few digits, or a small number added below a line, may leave."""


def is_another_s(array: Wrong, others: Mapping[str, np.ndarray]) -> bool:
    """Say whether the claim is the right value of one of ``others``, by their names, which have a first axis too."""
    summed = without_axes(array.claim.values, array.expected.shape[1:])
    if summed is not None and fits(array, summed, array.expected):
        return False  # its own, not added up
    for right in others.values():
        values = array.claim.values
        if values.shape != right.shape:
            values = np.stack([in_shape(v, right.shape[1:]) for v in values])
        if values.shape == right.shape and values.size > 1 and right.any() and fits(array, values, right):
            return True
    return False


def of_the_whole(array: Wrong, local: Local | None) -> Iterator[str]:
    """Yield what is told by zeros, by a function that does not move, or by two masks."""
    values, expected = array.claim.values, array.expected
    if not values.any() and expected.any():
        yield "gradient-missing"
    if values.shape != expected.shape or not np.isfinite(values).all():
        return
    if _does_not_move(array, local) and values.any():
        yield "straight-through"
    weights = None if local is None or local.slope is None else array.facts.weights
    if weights is not None and _of_another_mask(values, expected, weights):
        yield "mask-drawn-anew"


def _does_not_move(array: Wrong, local: Local | None) -> bool:
    return local is not None and not local.jacobian.any() and not array.expected.any()


def _of_another_mask(values: np.ndarray, expected: np.ndarray, weights: np.ndarray) -> bool:
    """Say whether claim and right value are both what came back times one number or 0, at other places."""
    scale = np.abs(weights) * NEAR
    shares = []
    for array in (values, expected):
        on = np.abs(array) > scale
        if on.all() or not on.any() or (on[0] != on[1]).any():
            return False
        ratio = float(np.sum(array * weights) / np.sum(weights[on] ** 2))
        if not (np.abs(array - np.where(on, ratio * weights, 0.0)) <= scale * max(1.0, abs(ratio))).all():
            return False
        shares.append(on)
    return bool((shares[0] & ~shares[1]).any() and (shares[1] & ~shares[0]).any())


def without_axes(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return an array (draws, ...) added up over the axes that broadcasting has added to ``shape``, or made longer.

    None where the shapes are not related so.

    >>> without_axes(np.ones((2, 5, 3)), (1, 3))[0].tolist()
    [[5.0, 5.0, 5.0]]
    """
    more = values.ndim - 1 - len(shape)
    if more < 0:
        return None
    summed: np.ndarray = values.sum(axis=tuple(range(1, 1 + more)))
    for axis, (have, want) in enumerate(zip(summed.shape[1:], shape, strict=True), 1):
        if want not in (have, 1):
            return None
        if have != want:
            summed = summed.sum(axis=axis, keepdims=True)
    return summed if summed.size < values.size else None


def parts_and_order(array: Wrong) -> Iterator[str]:
    """Yield what is told by zeros where the rest is right, or by the right numbers at other places."""
    values, expected = array.claim.values, array.expected
    off = np.abs(values - expected) > NEAR * np.abs(expected) + 1e-7 * np.abs(expected).max(initial=0.0)
    if not values[off].any() and (expected[~off] != 0).any():
        yield "part-missing"
    rows, right = (np.sort(a.reshape(len(a), -1), axis=1) for a in (values, expected))
    if len(np.unique(right[0])) > 3 and fits(array, rows, right):
        yield "reordered"


def unit_factors(array: Wrong) -> tuple[str, np.ndarray] | None:
    """Return "row" or "column" and the factor that each has of its own, where that is all that is wrong; else None."""
    values, expected = array.claim.values, array.expected
    if values.shape != expected.shape or expected.ndim != 3 or min(expected.shape[1:]) < 2:
        return None
    for word, axes in (("column", (0, 1)), ("row", (0, 2))):
        size = (expected * expected).sum(axis=axes, keepdims=True)
        if not size.all():
            continue
        ratios = (values * expected).sum(axis=axes, keepdims=True) / size
        if np.ptp(ratios) > 1e-3 and fits(array, values, ratios * expected):
            return word, ratios.ravel()
    return None


def is_nearly_right(claim: Claimed, expected: np.ndarray) -> float | None:
    """Return the largest relative error where constants of few digits explain all that is off; else None.

    Most entries are then off by a little, each by a share of its own: one factor, or a few entries, are never that.
    """
    values = claim.values
    if values.shape != expected.shape or expected.size < 2 or not np.isfinite(values).all():
        return None
    room = DIGITS * np.abs(expected) + 1e-6 * np.abs(expected).max(initial=0.0)
    apart = np.abs(values - expected)
    if (apart > room).any() or 2 * int((apart > 2e-8 * np.abs(expected)).sum()) < expected.size:
        return None
    slack = np.asarray(claim.slack)
    each = [claim._replace(values=v, slack=slack[i] if slack.ndim else slack) for i, v in enumerate(values)]
    if any(constant_ratio(c, e) is not None or is_one_factor(c, e) for c, e in zip(each, expected, strict=True)):
        return None
    return float((apart / np.maximum(np.abs(expected), 1e-300))[expected != 0].max(initial=0.0))


def is_one_factor(claim: Claimed, expected: np.ndarray) -> bool:
    """Say whether a claim is the right value times one factor, however near to 1."""
    size = float(np.sum(expected * expected))
    ratio = float(np.sum(claim.values * expected)) / size if size else 1.0
    return bool(expected.size < 2 or (size and ratio != 1 and is_close(claim, ratio * expected)))
