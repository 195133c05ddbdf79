"""Mistakes in going back through a mean, a variance or a size, as in batch, layer and weight normalisation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.check.local import Local

__all__ = ["wrong_statistics"]

Wrong = Iterator[tuple[str, np.ndarray]]


def wrong_statistics(local: Local, dY: np.ndarray) -> Wrong:
    """A function that is a line in each input, but for a mean and a variance that depend on all of an axis."""
    if not local.same_shape or local.point.ndim == 0:
        return
    x, y = local.point, local.value
    right = (dY.ravel() @ local.jacobian).reshape(x.shape)
    axes: list[tuple[int, ...]] = [(axis,) for axis in range(x.ndim)]
    axes += [tuple(i for i in range(x.ndim) if i != axis) for axis in range(x.ndim) if x.ndim > 2]
    for axis in axes:
        away, high = x - x.mean(axis=axis, keepdims=True), y - y.mean(axis=axis, keepdims=True)
        spread = (away * away).sum(axis=axis, keepdims=True)
        with np.errstate(all="ignore"):
            line = (away * high).sum(axis=axis, keepdims=True) / spread
        if np.isfinite(line).all() and np.allclose(line * away, high, rtol=1e-6, atol=1e-9):
            yield from _wrong_statistics(dY * line, away, axis, right)
    scale = _scale_of_each(local)
    if scale is not None:
        yield from _wrong_statistics(dY * scale, x - x.mean(axis=-1, keepdims=True), (x.ndim - 1,), right)
    if _is_divided_by_its_size(local):
        yield "statistics-as-constants", dY * y / x


def _wrong_statistics(scaled: np.ndarray, away: np.ndarray, axis: tuple[int, ...], right: np.ndarray) -> Wrong:
    """The mean and the variance both taken as constants, the variance alone, the mean alone; then parts cut short.

    ``right`` is what goes back through all three: through the input itself, ``scaled``, the mean and the variance.
    """
    mean, variance = scaled.mean(axis=axis, keepdims=True), (away * away).mean(axis=axis, keepdims=True)
    by_variance = right - (scaled - mean)
    yield "statistics-as-constants", scaled
    yield "statistics-as-constants", scaled - mean
    yield "statistics-as-constants", right + mean
    n = scaled.size / mean.size
    for factor in (
        -1.0,
        2.0,
        0.5,
        -2.0,
        n,
        1 / n,
        (n - 1) / n,
        n / (n - 1) if n > 1 else 1.0,
        variance,
        np.sqrt(variance),
        1 / variance,
    ):
        yield "statistics-cut-short", scaled - mean + factor * by_variance
    for factor in (-1.0, 2.0, n, 1 / n):
        yield "statistics-cut-short", right + mean - factor * mean
    if n > 1:
        yield "statistics-cut-short", scaled + n / (n - 1) * (right - scaled)
    size = np.sqrt(variance)
    dn, xh = scaled * size, away / size
    for other in range(away.ndim):
        if (other,) != axis:
            means = (v.mean(axis=other, keepdims=True) for v in (dn, dn * xh))
            first, along = means
            yield "wrong-axis", (dn - first - xh * along) / size


def _is_divided_by_its_size(local: Local) -> bool:
    """Say whether each row's values are multiplied by what depends on the row's size alone, and by one of each unit.

    In such a Jacobian, with the row's outputs and inputs divided out, all entries off the diagonal are one number.
    """
    n = local.point.shape[-1]
    rows, values = local.point.reshape(-1, n), local.value.reshape(-1, n)
    if n < 3 or not rows.all():
        return False
    blocks = local.jacobian.reshape(len(rows), n, len(rows), n)[np.arange(len(rows)), :, np.arange(len(rows))]
    with np.errstate(all="ignore"):
        off = (blocks / values[:, :, None] / rows[:, None, :])[:, ~np.eye(n, dtype=bool)]
    least = 1e-5 * np.abs(off).max(axis=1, keepdims=True)
    return bool(np.isfinite(off).all() and (np.abs(off - off[:, :1]) <= least).all())


def _scale_of_each(local: Local) -> np.ndarray | None:
    """What each output's own input is multiplied by, where the last axis is normalised with a scale of each unit.

    In a row of such a Jacobian the entries off the diagonal are a line in the inputs, whose constant is minus that
    scale over the number of units.
    """
    n = local.point.shape[-1]
    if n < 4:
        return None
    rows = local.point.reshape(-1, n)
    blocks = local.jacobian.reshape(len(rows), n, len(rows), n)
    scale = np.zeros_like(rows)
    for s, row in enumerate(rows):
        for j in range(n):
            others = np.delete(np.arange(n), j)
            line = np.stack([np.ones(n - 1), row[others] - row.mean()], axis=1)
            fitted, *_ = np.linalg.lstsq(line, blocks[s, j, s, others], rcond=None)
            if not np.allclose(line @ fitted, blocks[s, j, s, others], rtol=1e-5, atol=1e-8):
                return None
            scale[s, j] = -n * fitted[0]
    scales: np.ndarray = scale.reshape(local.point.shape)
    return scales
