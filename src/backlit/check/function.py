"""``check_gradient`` and ``check_layer``: derivatives written by hand against central differences of the function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backlit.check.differences import Slopes, slopes
from backlit.check.mistakes import find_mistake
from backlit.check.precision import FLOAT64, Claimed, is_close
from backlit.check.report import CheckReport, Finding, Verdict
from backlit.check.simple import simple_findings
from backlit.check.verdicts import verdict
from backlit.errors import BacklitError
from backlit.validation import finite_array, number

__all__ = ["check_gradient", "check_layer", "claimed_slopes", "step_size"]

STEP = 1e-5
RIGHT = FLOAT64._replace(relative=1e-6, floor=1e-8)
"""Differences are good to about ten digits; CS231n's rules call a relative error below 1e-7 good, with leeway here."""


def check_gradient(
    function: Callable[[np.ndarray], Any],
    gradient: Callable[[np.ndarray], Any],
    point: Any,
    *,
    step: float = STEP,
) -> CheckReport:
    """Check the gradient (or Jacobian) of any function against central differences at a point.

    Parameters: ``function(point)`` returns a number or an array. ``gradient(point)`` returns its gradient, of the
    point's shape; for an array of shape s, its Jacobian of shape s + the point's. For a function that works element
    by element, the derivatives in the point's shape are taken too. ``point``: any array of numbers. ``step``: of the
    differences, times the size of each entry (at least 1).

    An entry is right to a relative error of 1e-6. Where the slopes on the two sides of the point differ, the function
    has a kink within the step; there every slope between the two is right, and a remark says so.

    Raises BacklitError for a point that is not numbers and a function that is not finite there; what the two
    functions raise themselves is passed on.

    >>> import numpy as np
    >>> import backlit as bl
    >>> bl.check_gradient(lambda x: np.sum(x**3), lambda x: 3 * x**2, [1.0, -2.0, 0.5]).ok
    True
    >>> report = bl.check_gradient(lambda x: np.sum(x**2), lambda x: -2 * x, [1.0, -2.0, 0.5])
    >>> report.findings[0].identifier
    'wrong-sign'
    """
    at = finite_array(point, "point")
    found = slopes(function, at, step_size(step))
    claimed = np.asarray(gradient(at.copy()), np.float64)
    if found.value.shape == at.shape != () and claimed.shape == at.shape:
        found = _elementwise(found)
    title = f"Checked: a gradient at a point of shape {at.shape}, by central differences"
    return claimed_slopes(title, {"gradient": (claimed, found)}, n=1)


def step_size(step: Any) -> float:
    """Return ``step`` as a float above 0, or raise BacklitError."""
    size = number(step, "step")
    if size <= 0:
        raise BacklitError(f"step must be above 0, got {size:g}")
    return size


def _elementwise(found: Slopes) -> Slopes:
    """The diagonal of the Jacobian of a function whose outputs depend on their own input alone, else all of it."""
    size = found.value.size
    square = found.central.reshape(size, size)
    off = np.abs(square - np.diag(np.diag(square))).max()
    if off > found.noise:
        return found
    central, apart = (np.diag(a.reshape(size, size)).reshape(found.value.shape) for a in (found.central, found.apart))
    return Slopes(found.value, central, apart, found.noise)


def claimed_slopes(title: str, claims: dict[str, tuple[np.ndarray, Slopes]], *, n: int) -> CheckReport:
    """Report claimed derivatives, by name, against differences; ``n`` is the number of samples in them."""
    verdicts: list[Verdict] = []
    wrong = {}
    for name, (claimed, found) in claims.items():
        claim = Claimed(claimed, RIGHT, found.apart / 2 + found.noise)
        result = verdict(0, name, claim, found.central)
        verdicts.append(result)
        if not result.ok:
            wrong[name] = (claim, found.central, result)
    kinks = [name for name, (_, found) in claims.items() if found.has_kink]
    remarks = [
        f"There is a kink within the step at the {name}; every slope between its two sides is right there."
        for name in kinks
    ]
    return CheckReport(title, tuple(verdicts), tuple(simple_findings(wrong, n=n)), tuple(remarks))


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
    output is ``output_gradient`` (summed over samples: a mean belongs to the loss). ``X (n, n_in)`` or any array.
    ``step`` as in ``check_gradient``; ``seed`` draws the output gradient.

    ``backward`` is called twice: what it leaves behind from the first call is noticed.

    Raises BacklitError for arrays that are not numbers, and a backward that returns another number of gradients.

    >>> import numpy as np
    >>> import backlit as bl
    >>> X, W = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, 0.1]]), np.array([[0.2, 1.0], [-0.4, 0.3], [0.7, 0.1]])
    >>> bl.check_layer(lambda X, W: X @ W, lambda dY, X, W: (dY @ W.T, X.T @ dY), X, [W]).ok
    True
    """
    points = [finite_array(X, "X"), *(finite_array(p, f"parameters[{i}]") for i, p in enumerate(parameters))]
    names = ["gradient at X", *(f"gradient at parameters[{i}]" for i in range(len(parameters)))]
    output = np.asarray(forward(*(p.copy() for p in points)), np.float64)
    weight = np.random.default_rng(seed).normal(size=output.shape)
    first, second = (_gradients(backward, weight, points) for _ in range(2))
    claims = {}
    for i, name in enumerate(names):

        def loss(moved: np.ndarray, i: int = i) -> float:
            at = [p.copy() for p in points]
            return float(np.sum(weight * forward(*at[:i], moved, *at[i + 1 :])))

        claims[name] = (first[i], slopes(loss, points[i], step_size(step)))
    n = points[0].shape[0] if points[0].ndim > 1 else 1
    title = f"Checked: a layer for X of shape {points[0].shape}, by central differences"
    report = claimed_slopes(title, claims, n=n)
    if not parameters and not report.ok:
        report = _with_slope_named(report, forward, points[0], output, weight, first[0])
    left = [name for name, a, b in zip(names, first, second, strict=True) if not is_close(Claimed(b), a)]
    return _with_leftovers(report, left)


def _with_slope_named(
    report: CheckReport,
    forward: Callable[..., Any],
    X: np.ndarray,
    output: np.ndarray,
    weight: np.ndarray,
    claimed: np.ndarray,
) -> CheckReport:
    """Name what a wrong slope of an activation was, where the layer works element by element."""
    if output.shape != X.shape or claimed.shape != X.shape:
        return report
    at_output = _elementwise(slopes(forward, output, STEP))
    if at_output.central.shape != X.shape:
        return report
    tried = {"missing-hidden-derivative": weight, "derivative-of-activation": weight * at_output.central}
    for identifier, values in tried.items():
        if is_close(Claimed(claimed, RIGHT, at_output.noise), values):
            row = find_mistake(identifier)
            happened = f"The gradient at X {row.told_by.split(';')[0]}."
            instead = "dX = dY * f′(X): the slope where the activation was taken"
            named = Finding(identifier, 0, (), "certain", happened, "", instead)
            return CheckReport(report.title, report.verdicts, (named,), report.remarks)
    return report


def _gradients(backward: Callable[..., Any], weight: np.ndarray, points: list[np.ndarray]) -> list[np.ndarray]:
    result = backward(weight.copy(), *(p.copy() for p in points))
    listed = list(result) if isinstance(result, tuple | list) and len(points) > 1 else [result]
    if len(listed) != len(points):
        raise BacklitError(
            f"backward must return {len(points)} gradients (at X and at each parameter), got {len(listed)}"
        )
    # copied, as a backward that accumulates hands out the same array twice
    return [np.array(g, dtype=np.float64) for g in listed]


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
    others = tuple(f for f in report.findings if f.identifier != "factor-two")
    return CheckReport(report.title, report.verdicts, (finding, *others), report.remarks)
