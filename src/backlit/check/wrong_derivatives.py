"""Mistakes in a derivative of any function or layer: what each would give in place of the right values.

``dY`` is the gradient at the output; for a plain derivative it is 1 everywhere and mistakes in it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.check.local import Local, slope_at
from backlit.equations.activation_table import ACTIVATIONS

__all__ = ["wrong_derivatives", "wrong_jacobians"]

CONFUSED = ("sigmoid", "tanh", "relu", "leaky_relu", "elu")
"""Activations that are taken for one another; the slope of softplus, say, is more likely a sigmoid left over."""

Wrong = Iterator[tuple[str, np.ndarray]]


def wrong_derivatives(local: Local, dY: np.ndarray, *, drawn: bool) -> Wrong:
    """Yield (identifier, gradient at the point) for mistakes with ``dY``, of the output's shape; ``drawn`` if given."""
    if local.slope is not None:
        yield from _with_upstream(local, local.slope, dY) if drawn else ()
        for identifier, slope in _wrong_slopes(local, local.slope):
            yield identifier, dY * slope
        return
    if drawn:
        yield "upstream-left-out", local.jacobian.sum(axis=0).reshape(local.point.shape)
        if local.same_shape:
            yield "missing-hidden-derivative", dY
    if drawn and not local.same_shape and local.point.ndim and dY.ndim > 1 and local.point.shape[-1] == dY.shape[-1]:
        added = dY.reshape(-1, dY.shape[-1]).sum(axis=0)
        yield "missing-input", np.broadcast_to(added, local.point.shape)
        yield "missing-input", np.broadcast_to(added / len(dY), local.point.shape)
    if local.same_shape:
        yield from _same_shape(local, dY)
    yield from _statistics(local, dY)
    yield from _rows_apart(local, dY)


def _with_upstream(local: Local, slope: np.ndarray, dY: np.ndarray) -> Wrong:
    """Mistakes in how the gradient at the output is used."""
    yield "missing-hidden-derivative", dY
    yield "upstream-left-out", slope
    yield "upstream-left-out", slope * local.point
    yield "upstream-left-out", slope * local.value
    at_dY = slope_at(local, dY)
    if at_dY is not None:
        yield "derivative-of-error-term", dY * at_dY
        yield "derivative-of-error-term", at_dY
    with np.errstate(all="ignore"):
        yield "derivative-of-error-term", np.asarray(local.function(dY.copy()), np.float64)


def _wrong_slopes(local: Local, slope: np.ndarray) -> Wrong:
    x, a = local.point, local.value
    yield "value-as-slope", a
    yield "input-as-slope", x
    at_value = slope_at(local, a)
    if at_value is not None:
        yield "derivative-of-activation", at_value
    if np.allclose(slope, a * (1 - a), rtol=1e-5, atol=1e-9):
        yield "derivative-of-pre-activation", x * (1 - x)
        yield "slope-cut-short", 1 - a
        yield "slope-cut-short", 1 - x
    if np.allclose(slope, 1 - a * a, rtol=1e-5, atol=1e-9):
        yield "derivative-of-pre-activation", 1 - x * x
        yield "slope-cut-short", 1 - a
        yield "slope-cut-short", 1 - x
        yield "slope-cut-short", a * a
        yield "slope-cut-short", 1 + a * a
    yield "slope-twice", slope * slope
    yield from _other_activations(x, a)


def _other_activations(x: np.ndarray, a: np.ndarray) -> Wrong:
    yield "slope-of-another-activation", a * (1 - a)
    yield "slope-of-another-activation", 1 - a * a
    yield "slope-of-another-activation", (a > 0) * 1.0
    for name in CONFUSED:
        derivative = ACTIVATIONS[name].derivative
        if derivative is not None:
            yield "slope-of-another-activation", derivative(x)


def _same_shape(local: Local, dY: np.ndarray) -> Wrong:
    """Mistakes where each output depends on several inputs, and there are as many of both."""
    shape, flat = local.point.shape, dY.ravel()
    diagonal = np.diag(local.jacobian).reshape(shape)
    if local.is_softmax:
        yield "softmax-diagonal-only", dY * diagonal
        yield from _wrong_softmax(local, dY)
    else:
        yield "diagonal-only", dY * diagonal
    if local.is_log_softmax:
        p = np.exp(local.value)
        yield "slope-cut-short", dY - p
        yield "slope-cut-short", dY + p
        yield "wrong-axis", dY - p * dY.sum()
        for axis in range(dY.ndim - 1):
            yield "wrong-axis", dY - p * dY.sum(axis=axis, keepdims=True)
    yield "transposed-weights", (local.jacobian @ flat).reshape(shape)


def _rows_apart(local: Local, dY: np.ndarray) -> Wrong:
    """Each row's output taken to depend on its own row alone."""
    x, n = local.point, len(dY) if dY.ndim else 0
    if n > 1 and x.ndim and len(x) == n:
        blocks = local.jacobian.reshape(n, -1, n, x.size // n)
        own = np.einsum("sasb,sa->sb", blocks, dY.reshape(n, -1))
        yield "nothing-passed-between-rows", own.reshape(x.shape)


def _wrong_softmax(local: Local, dY: np.ndarray) -> Wrong:
    p, x = local.value, local.point

    def product(outer: np.ndarray, inner: np.ndarray, axis: int | None = -1) -> np.ndarray:
        result: np.ndarray = dY * outer - inner * np.sum(dY * outer, axis=axis, keepdims=True)
        return result

    yield "derivative-of-pre-activation", product(p, x)
    yield "derivative-of-pre-activation", product(x, p)
    yield "derivative-of-pre-activation", product(x, x)
    yield "slope-cut-short", dY * p
    yield "slope-cut-short", p * (dY - dY.sum(axis=-1, keepdims=True))
    yield "slope-cut-short", dY - (dY * p).sum(axis=-1, keepdims=True)
    for axis in (*range(p.ndim - 1), None):
        yield "wrong-axis", product(p, p, axis)


def _statistics(local: Local, dY: np.ndarray) -> Wrong:
    """A function that is a line in each input, but for a mean and a variance that depend on all of an axis."""
    if not local.same_shape or local.point.ndim == 0:
        return
    x, y = local.point, local.value
    axes: list[tuple[int, ...]] = [(axis,) for axis in range(x.ndim)]
    axes += [tuple(i for i in range(x.ndim) if i != axis) for axis in range(x.ndim) if x.ndim > 2]
    for axis in axes:
        away, high = x - x.mean(axis=axis, keepdims=True), y - y.mean(axis=axis, keepdims=True)
        spread = (away * away).sum(axis=axis, keepdims=True)
        with np.errstate(all="ignore"):
            line = (away * high).sum(axis=axis, keepdims=True) / spread
        if np.isfinite(line).all() and np.allclose(line * away, high, rtol=1e-6, atol=1e-9):
            yield from _constant_statistics(dY * line, away, axis)
    scale = _scale_of_each(local)
    if scale is not None:
        yield from _constant_statistics(dY * scale, x - x.mean(axis=-1, keepdims=True), (x.ndim - 1,))
    if _is_divided_by_its_size(local):
        yield "statistics-as-constants", dY * y / x


def _constant_statistics(scaled: np.ndarray, away: np.ndarray, axis: tuple[int, ...]) -> Wrong:
    """The mean and the variance both taken as constants, then the variance alone, then the mean alone."""
    yield "statistics-as-constants", scaled
    yield "statistics-as-constants", scaled - scaled.mean(axis=axis, keepdims=True)
    variance = (away * away).mean(axis=axis, keepdims=True)
    yield "statistics-as-constants", scaled - away * (scaled * away).mean(axis=axis, keepdims=True) / variance


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


def wrong_jacobians(local: Local) -> Wrong:
    """Yield (identifier, Jacobian of shape value's + point's) for mistakes in all of it."""
    shape = (*local.value.shape, *local.point.shape)
    if not local.is_softmax or local.value.ndim != 1:
        return
    p, x, one = local.value, local.point, np.eye(local.value.size)
    yield "softmax-diagonal-only", np.diag(p * (1 - p)).reshape(shape)
    yield "derivative-of-pre-activation", p[:, None] * (one - x)
    yield "derivative-of-pre-activation", x[:, None] * (one - p)
    yield "derivative-of-pre-activation", x[:, None] * (one - x)
    yield "wrong-sign", p[:, None] * (p - one)
