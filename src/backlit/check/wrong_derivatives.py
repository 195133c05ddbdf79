"""Mistakes in a derivative of any function or layer: what each would give in place of the right values.

``dY`` is the gradient at the output; for a plain derivative it is 1 everywhere and mistakes in it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from backlit.check.local import Local, slope_at
from backlit.check.wrong_statistics import wrong_statistics
from backlit.equations.activation_table import ACTIVATIONS

__all__ = ["wrong_derivatives", "wrong_jacobians"]

CONFUSED = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu")
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
    yield from wrong_statistics(local, dY)
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
    at_other_side = slope_at(local, -x)
    if at_other_side is not None:
        yield "slope-reversed", at_other_side
    yield from _of_a_product(x, a, slope)
    yield from _other_activations(x, a)
    yield "value-as-slope", np.where(x > 0, slope, a)
    yield "value-as-slope", np.where(x > 0, a, slope)
    # a term that is a number, such as a skip connection's
    yield "constant-term", slope - 1
    yield "constant-term", slope + 1


def _of_a_product(x: np.ndarray, a: np.ndarray, slope: np.ndarray) -> Wrong:
    """Of f(x) = x g(x): one of the product rule's two terms, or its second one cut short."""
    if not x.all():
        return
    first = a / x
    if np.ptp(first) < 1e-9 * np.abs(first).max(initial=0.0) or np.allclose(slope, first):
        return
    yield "product-rule", first
    yield "product-rule", slope - first
    if np.allclose(slope - first, a * (1 - first), rtol=1e-5, atol=1e-9):
        # x σ(x): the second term is x σ (1 − σ)
        yield "product-rule", first + a
        yield "product-rule", first + x * (1 - first)
    gelu = ACTIVATIONS["gelu"]
    if gelu.derivative is not None and np.allclose(a, gelu.value(x), rtol=0, atol=2e-2) and (a < 0).any():
        for other in _gelus(x, first):
            yield "product-rule", other


def _gelus(x: np.ndarray, first: np.ndarray) -> Iterator[np.ndarray]:
    """GELU's slope, its inner slope left out or half of it taken: by the tanh of its approximation, and by erf."""
    c, cube = np.sqrt(2 / np.pi), 0.044715
    falls = 1 - np.tanh(c * (x + cube * x**3)) ** 2
    yield first + 0.5 * x * falls
    yield first + 0.5 * x * falls * c
    yield first + 0.5 * x * falls * c * (1 + cube * x**2)
    yield first + np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    yield first + x * np.exp(-(x**2) / 2)


def _other_activations(x: np.ndarray, a: np.ndarray) -> Wrong:
    yield "slope-of-another-activation", a * (1 - a)
    yield "slope-of-another-activation", 1 - a * a
    yield "slope-of-another-activation", (a > 0) * 1.0
    for name in CONFUSED:
        derivative = ACTIVATIONS[name].derivative
        if derivative is not None:
            yield "slope-of-another-activation", derivative(x)
    yield "slope-of-another-activation", _gelu_by_tanh_slope(x)


def _gelu_by_tanh_slope(x: np.ndarray) -> np.ndarray:
    """The slope of GELU's approximation by a tanh."""
    c, cube = np.sqrt(2 / np.pi), 0.044715
    t = np.tanh(c * (x + cube * x**3))
    slope: np.ndarray = 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * cube * x**2)
    return slope


def _same_shape(local: Local, dY: np.ndarray) -> Wrong:
    """Mistakes where each output depends on several inputs, and there are as many of both."""
    shape, flat = local.point.shape, dY.ravel()
    diagonal = np.diag(local.jacobian).reshape(shape)
    if local.is_softmax:
        yield "softmax-diagonal-only", dY * diagonal
        yield from _wrong_softmax(local, dY)
    else:
        yield "diagonal-only", dY * diagonal
        yield from _softmax_elsewhere(local, dY)
    if local.is_log_softmax:
        p = np.exp(local.value)
        yield "slope-cut-short", dY - p
        yield "slope-cut-short", dY + p
        yield "wrong-axis", dY - p * dY.sum()
        for axis in range(dY.ndim - 1):
            yield "wrong-axis", dY - p * dY.sum(axis=axis, keepdims=True)
    yield "transposed-weights", (local.jacobian @ flat).reshape(shape)
    right = (flat @ local.jacobian).reshape(shape)
    yield "skip-left-out", right - dY


def _softmax_elsewhere(local: Local, dY: np.ndarray) -> Wrong:
    """Shares that add up to 1 along another axis than the last, and the sum taken along the wrong one."""
    p = local.value
    for axis in range(p.ndim - 1):
        if p.min() >= 0 and np.allclose(p.sum(axis=axis), 1, rtol=1e-6, atol=0):
            for other in (*(a for a in range(p.ndim) if a != axis), None):
                yield "wrong-axis", p * (dY - (dY * p).sum(axis=other, keepdims=True))


def _rows_apart(local: Local, dY: np.ndarray) -> Wrong:
    """Each row's (or column's) output taken to depend on its own one alone, as where no time passes anything back."""
    x = local.point
    for here, there in product(range(x.ndim), range(dY.ndim)):
        n = dY.shape[there]
        if n < 2 or x.shape[here] != n:
            continue
        jacobian = np.moveaxis(local.jacobian.reshape(*dY.shape, *x.shape), (there, dY.ndim + here), (0, 1))
        own = np.einsum(
            "ttab,ta->tb", jacobian.reshape(n, n, dY.size // n, -1), np.moveaxis(dY, there, 0).reshape(n, -1)
        )
        rest = tuple(size for axis, size in enumerate(x.shape) if axis != here)
        yield "nothing-passed-between-rows", np.moveaxis(own.reshape(n, *rest), 0, here)


def _wrong_softmax(local: Local, dY: np.ndarray) -> Wrong:
    p, x = local.value, local.point

    def times(outer: np.ndarray, inner: np.ndarray, axis: int | None = -1) -> np.ndarray:
        result: np.ndarray = dY * outer - inner * np.sum(dY * outer, axis=axis, keepdims=True)
        return result

    yield "derivative-of-pre-activation", times(p, x)
    yield "derivative-of-pre-activation", times(x, p)
    yield "derivative-of-pre-activation", times(x, x)
    yield "slope-cut-short", dY * p
    yield "slope-cut-short", p * (dY - dY.sum(axis=-1, keepdims=True))
    yield "slope-cut-short", dY - (dY * p).sum(axis=-1, keepdims=True)
    for axis in (*range(p.ndim - 1), None):
        yield "wrong-axis", times(p, p, axis)


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
