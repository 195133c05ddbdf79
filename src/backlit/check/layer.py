"""``check_layer``: the backward pass of a layer or an activation of one's own against central differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from backlit.check.axes import in_shape
from backlit.check.calls import (
    INDICES,
    REPLAYED,
    Given,
    as_given,
    callable_or_refused,
    numbers_of,
    point_of,
    steady,
)
from backlit.check.derivatives import Derivative, claimed_slopes
from backlit.check.differences import slopes
from backlit.check.function import STEP, step_size
from backlit.check.known_layers import with_known_layer
from backlit.check.named_derivatives import whole_number_finding
from backlit.check.precision import Claimed, is_close
from backlit.check.report import CheckReport, Finding, with_findings
from backlit.check.turned import turned
from backlit.errors import BacklitError
from backlit.validation import whole_number

__all__ = ["check_layer", "output_gradients"]

SALT = 0x6261636B6C6974
DRAWS = 2
INDICES_LEFT = "{names} holds whole numbers that the layer takes as indices; it was left as it is."
NOT_GIVEN = "The {name} was not given (None), so it was not checked."


def output_gradients(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Draw output gradients (2, *shape) from a stream of this check's own: no data are equal to it by accident."""
    return np.random.default_rng([SALT, whole_number(seed, "seed", 0)]).normal(size=(DRAWS, *shape))


def check_layer(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    X: Any,
    parameters: Sequence[Any] = (),
    *,
    step: float = STEP,
    seed: int = 0,
) -> CheckReport:
    """Check the backward pass of a layer or activation of one's own against central differences.

    Parameters: ``forward(X, *parameters)`` returns the output. ``backward(output_gradient, X, *parameters)`` returns
    the gradient at X, or a sequence of the gradients at X and at each parameter, for the loss whose gradient at the
    output is ``output_gradient`` (summed over samples: a mean belongs to the loss). A gradient that is None is not
    checked. ``X (n, n_in)`` or any array; whole numbers that the layer takes as indices are left alone. ``step`` as
    in ``check_gradient``; ``seed`` draws the two output gradients.

    ``backward`` is called twice for the first output gradient: what it leaves behind is noticed. A layer that draws
    from NumPy's, Python's or PyTorch's global random numbers is given the same ones at each call.

    Raises BacklitError for arrays that are not numbers, or empty, a backward that returns another number of gradients,
    and a layer that gives two outputs for one input.

    >>> import numpy as np
    >>> import backlit as bl
    >>> X, W = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, 0.1]]), np.array([[0.2, 1.0], [-0.4, 0.3], [0.7, 0.1]])
    >>> bl.check_layer(lambda X, W: X @ W, lambda dY, X, W: (dY @ W.T, X.T @ dY), X, [W]).ok
    True
    """
    callable_or_refused(forward, "forward")
    callable_or_refused(backward, "backward")
    layer = _layer(forward, backward, X, parameters)
    output = numbers_of(layer.forward(*layer.copies()), "forward")
    if not output.size:
        raise BacklitError(f"forward must return at least one number, got an array of shape {output.shape}")
    weights = output_gradients(output.shape, seed)
    first, again, second = (_gradients(layer, weights[draw]) for draw in (0, 0, 1))
    claims, remarks = {}, list(layer.remarks)
    for i, name in enumerate(layer.names):
        one, two = first[i], second[i]
        if i in layer.indices or one is None or two is None:
            remarks += [NOT_GIVEN.format(name=name)] if i not in layer.indices else []
            continue
        found = slopes(_measured(layer, i, weights), layer.points[i], step_size(step))
        others = tuple(_elsewhere(layer, i, weights))
        claims[name] = Derivative(_stacked(one, two), found, layer.points[i], _of_one(layer, i), weights, others)
    if not claims:
        raise BacklitError("backward must return at least one gradient, got none but None")
    n = layer.points[0].shape[0] if layer.points[0].ndim > 1 else 1
    title = f"Checked: a layer for X of shape {layer.points[0].shape}, by central differences"
    report = with_findings(claimed_slopes(title, claims, n=n), remarks=tuple(remarks))
    report = with_known_layer(report, layer.points, output, weights, (first, second))
    report = _as_it_came(report, layer, weights[0], first)
    pairs = zip(layer.names, first, again, strict=True)
    left = [name for name, a, b in pairs if a is not None and b is not None and not _same(a, b)]
    return _with_leftovers(report, left)


class _Layer(NamedTuple):
    """A layer with its points, X first; ``indices`` are those that are no numbers to differentiate."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    points: list[np.ndarray]
    given: list[Given]
    indices: frozenset[int]
    names: list[str]
    remarks: list[str]

    def copies(self) -> list[np.ndarray]:
        return [p.copy() for p in self.points]


def _layer(forward: Callable[..., Any], backward: Callable[..., Any], X: Any, parameters: Sequence[Any]) -> _Layer:
    try:
        listed = list(parameters)
    except TypeError:
        came = f"{type(parameters).__name__}: {parameters!r:.40}"
        raise BacklitError(f"parameters must be a list of arrays, got {came}") from None
    values = [X, *listed]
    words = ["X", *(f"parameters[{i}]" for i in range(len(listed)))]
    points = [point_of(value, name) for value, name in zip(values, words, strict=True)]
    given = [as_given(value, point) for value, point in zip(values, points, strict=True)]
    indices: frozenset[int] = frozenset()
    whole = frozenset(i for i, came in enumerate(given) if came.whole)
    if whole and _takes_indices(forward, points):
        indices = whole
        points = [given[i].array if i in indices else point for i, point in enumerate(points)]
    steadied, replayed = steady(forward, points, "forward")
    remarks = [INDICES_LEFT.format(names=words[i]) for i in sorted(indices)] + [REPLAYED] * replayed
    return _Layer(steadied, backward, points, given, indices, [f"gradient at {word}" for word in words], remarks)


def _takes_indices(forward: Callable[..., Any], points: list[np.ndarray]) -> bool:
    try:
        forward(*(p.copy() for p in points))
    except INDICES:
        return True
    return False


def _measured(layer: _Layer, i: int, weights: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The output times each output gradient, as a function of one point; in the type the layer computes in."""
    at = _of_one(layer, i)

    def measure(moved: np.ndarray) -> np.ndarray:
        output = np.asarray(at(moved))
        sums: np.ndarray = (weights * output).reshape(DRAWS, -1).sum(axis=1)
        return sums.astype(output.dtype) if output.dtype in (np.float32, np.float16) else sums

    return measure


def _elsewhere(layer: _Layer, i: int, weights: np.ndarray) -> Iterator[tuple[str, Callable[[np.ndarray], np.ndarray]]]:
    """The same with one of the other parameters turned."""
    for j in range(1, len(layer.points)):
        if j == i or j in layer.indices:
            continue
        for name, parameter in turned(layer.points[j]):
            points = [*layer.points[:j], parameter, *layer.points[j + 1 :]]
            yield name, _measured(layer._replace(points=points), i, weights)


def _of_one(layer: _Layer, i: int) -> Callable[[np.ndarray], Any]:
    def function(moved: np.ndarray) -> Any:
        at = layer.copies()
        return layer.forward(*at[:i], moved, *at[i + 1 :])

    return function


def _stacked(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The gradients for both draws; the first alone, twice, where their shapes differ."""
    return np.stack([first, second if second.shape == first.shape else first])


def _gradients(layer: _Layer, weight: np.ndarray) -> list[np.ndarray | None]:
    points = layer.copies()
    # a layer that keeps its inputs, or its mask, for the way back has those of this point
    layer.forward(*layer.copies())
    return [
        None if g is None else in_shape(g, point.shape)
        for g, point in zip(_listed(layer.backward(weight.copy(), *points), len(points)), points, strict=True)
    ]


def _listed(result: Any, count: int) -> list[np.ndarray | None]:
    if isinstance(result, dict):
        names = ", ".join(repr(name) for name in list(result)[:6])
        raise BacklitError(
            f"backward must return {count} gradients, at X first, then at each parameter, as a tuple; got a dictionary "
            f"of {names}: return its values in that order"
        )
    listed = list(result) if isinstance(result, tuple | list) and count > 1 else [result]
    if len(listed) != count:
        raise BacklitError(f"backward must return {count} gradients (at X and at each parameter), got {len(listed)}")
    # copied, as a backward that accumulates hands out the same array twice
    return [None if g is None else np.array(numbers_of(g, "backward")) for g in listed]


def _as_it_came(report: CheckReport, layer: _Layer, weight: np.ndarray, first: list[np.ndarray | None]) -> CheckReport:
    """Add what goes wrong with whole numbers, where some were given and are no indices."""
    whole = [i for i, given in enumerate(layer.given) if given.whole and i not in layer.indices]
    if not whole:
        return report
    try:
        points = [layer.given[i].array if i in whole else p for i, p in enumerate(layer.points)]
        came = numbers_of(layer.forward(*(p.copy() for p in points)))
        right = numbers_of(layer.forward(*layer.copies()))
        layer.forward(*(p.copy() for p in points))
        gradients = _listed(layer.backward(weight.copy(), *(p.copy() for p in points)), len(points))
    except Exception as error:
        return with_findings(report, whole_number_finding("layer", f"raises {type(error).__name__}: {error}"))
    if not is_close(Claimed(came), right):
        return with_findings(report, whole_number_finding("forward pass", "gives other values"))
    same = [
        (a is None and b is None) or (a is not None and b is not None and is_close(Claimed(a), b))
        for a, b in zip(gradients, first, strict=True)
    ]
    return report if all(same) else with_findings(report, whole_number_finding("backward pass", "gives other values"))


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    """Say whether two calls gave the same; NaN and infinity are told apart from numbers, not from themselves."""
    if not np.array_equal(np.isfinite(first), np.isfinite(second)):
        return False
    finite = [np.nan_to_num(a, nan=0.0, posinf=0.0, neginf=0.0) for a in (first, second)]
    return is_close(Claimed(finite[1]), finite[0])


def _with_leftovers(report: CheckReport, names: list[str]) -> CheckReport:
    if not names:
        return report
    finding = Finding(
        "accumulated",
        0,
        (),
        "certain",
        f"A second call of backward gives another {names[0]}: something is left from the first.",
        "Each step needs the gradient of its own pass alone.",
        "assign instead of adding, or set to zero before each pass",
    )
    # what the second output gradient seemed to show comes of the first call
    return CheckReport(report.title, report.verdicts, (finding,), report.remarks)
