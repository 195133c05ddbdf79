"""What entries of a wrong derivative have in common: several outputs that depend on them, an output of 0, their row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.check.local import Local

__all__ = ["is_overwritten", "is_sum_of_everything", "sums_along_other_axes", "wrong_where_output_is_zero"]

NEAR = 1e-5


def is_overwritten(local: Local, dY: np.ndarray, claimed: np.ndarray, wrong: np.ndarray) -> bool:
    """Say whether each wrong entry holds the share of one output (or one part of them) where several belong together.

    ``wrong`` says of each entry of ``claimed`` whether it is. All entries that one part alone depends on must be right.
    """
    at = wrong.ravel()
    if at.all() and at.size < 2:
        return False
    shares = dY.ravel()[:, None] * local.jacobian
    least = NEAR * max(float(np.abs(shares).max(initial=0.0)), 1e-12)
    for parts in _parts(shares, local.value.shape):
        several = (np.abs(parts) > least).sum(axis=0) > 1
        if not (several[at].all() and parts.shape[0] > 1):
            continue
        near = np.abs(parts - claimed.ravel()) <= least + NEAR * np.abs(parts)
        equal = (near & (np.abs(parts) > least)).any(axis=0)
        if equal[at].all() and at.any():
            return True
    return False


def _parts(shares: np.ndarray, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Yield the outputs' shares one by one, then added up but for one axis of the output, or but for two."""
    yield shares
    whole = shares.reshape(*shape, -1)
    for axis in range(len(shape)):
        others = tuple(i for i in range(len(shape)) if i != axis)
        if others:
            yield whole.sum(axis=others)
    if len(shape) > 2:
        for axis in range(len(shape)):
            yield whole.sum(axis=axis).reshape(-1, shares.shape[1])


def wrong_where_output_is_zero(local: Local, wrong: np.ndarray) -> bool:
    """Say whether just the entries whose own output is 0 are wrong, and all of them that have no slope."""
    if local.slope is None or wrong.all():
        return False
    return bool((local.value[wrong] == 0).all())


def sums_along_other_axes(local: Local, dY: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the outputs' shares added up along any axis, or over everything: what a wrong ``axis=`` gives."""
    shares = dY * local.jacobian.sum(axis=1).reshape(local.value.shape)
    for axis in range(shares.ndim):
        for keepdims in (False, True):
            yield shares.sum(axis=axis, keepdims=keepdims)
    yield shares.sum()
    yield shares.sum(keepdims=True)
    yield shares.mean()


def is_sum_of_everything(claimed: np.ndarray, expected: np.ndarray, n: int) -> bool:
    """Say whether each draw is one number, or copies of it: all entries of the right one added up, or their mean.

    ``claimed`` and ``expected`` have a first axis of draws; ``n`` is the number of samples that a mean may be taken of.
    """
    rows, right = claimed.reshape(len(claimed), -1), expected.reshape(len(expected), -1)
    totals, size = right.sum(axis=1), right.shape[1]
    least = NEAR * np.abs(right).sum(axis=1)
    if size < 2 or not rows.size or (np.abs(totals) <= least).any() or (np.ptp(rows, axis=1) > least / size).any():
        return False
    if (np.ptp(right, axis=1) <= least / size).any():
        return False  # where all entries are alike, their sum is a factor times each
    return any((np.abs(rows[:, 0] * by - totals) <= least).all() for by in {1, n, size, n * size})
