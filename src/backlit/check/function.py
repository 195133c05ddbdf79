"""``check_gradient``: a derivative written by hand against central differences of the function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.check.axes import in_shape
from backlit.check.calls import (
    REPLAYED,
    Given,
    as_given,
    callable_or_refused,
    numbers_of,
    point_of,
    random_state,
    steady,
)
from backlit.check.derivatives import Derivative, claimed_slopes, elementwise
from backlit.check.differences import slopes
from backlit.check.named_derivatives import whole_number_finding
from backlit.check.precision import Claimed, is_close
from backlit.check.report import CheckReport, with_findings
from backlit.errors import BacklitError
from backlit.validation import number

__all__ = ["STEP", "check_gradient", "step_size"]

STEP = 1e-5


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
    differences, times the size of each entry (at least 1); larger ones are tried where rounding in the function's
    values would hide its slope, as in float32.

    An entry is right to a relative error of 1e-6, or to what the function's own precision allows. Where the slopes on
    the two sides of the point differ, the function has a kink within the step; there every slope between the two is
    right, and a remark says so. A point of whole numbers is given to both functions as it is, too. A function that
    draws from NumPy's, Python's or PyTorch's global random numbers is given the same ones at each call.

    Raises BacklitError for a point that is not numbers, or holds none, a function that is not finite there or gives
    two outputs for one input, and one whose rounding hides its slope; what the two functions raise themselves is
    passed on.

    >>> import numpy as np
    >>> import backlit as bl
    >>> bl.check_gradient(lambda x: np.sum(x**3), lambda x: 3 * x**2, [1.0, -2.0, 0.5]).ok
    True
    >>> report = bl.check_gradient(lambda x: np.sum(x**2), lambda x: -2 * x, [1.0, -2.0, 0.5])
    >>> report.findings[0].identifier
    'wrong-sign'
    """
    callable_or_refused(function, "function")
    callable_or_refused(gradient, "gradient")
    at = point_of(point, "point")
    restore = random_state()
    function, replayed = steady(function, [at], "the function", restore)
    found = slopes(function, at, step_size(step))
    if replayed:
        # the gradient may well run the function anew, with the random numbers that it draws: the same ones
        gradient, _ = steady(gradient, [at], "the gradient", restore)
    function(at.copy())
    claimed = numbers_of(gradient(at.copy()), "the gradient")
    if found.value.shape == at.shape != () and claimed.shape == at.shape:
        found = elementwise(found)
    claimed = in_shape(claimed, found.central.shape)
    title = f"Checked: a gradient at a point of shape {at.shape}, by central differences"
    derivative = Derivative(claimed[None], found, at, function)
    report = claimed_slopes(title, {"gradient": derivative}, n=len(at) if at.ndim > 1 else 1)
    report = _as_it_came(report, function, gradient, as_given(point, at), claimed, found.value)
    return with_findings(report, remarks=(REPLAYED,)) if replayed else report


def _as_it_came(
    report: CheckReport,
    function: Callable[[np.ndarray], Any],
    gradient: Callable[[np.ndarray], Any],
    given: Given,
    claimed: np.ndarray,
    value: np.ndarray,
) -> CheckReport:
    """Add what goes wrong with the whole numbers that were given, where they are."""
    if not given.whole:
        return report
    for what, call, right in (("function", function, value), ("gradient", gradient, claimed)):
        try:
            came = numbers_of(call(given.array.copy()))
        except Exception as error:
            return with_findings(report, whole_number_finding(what, f"raises {type(error).__name__}: {error}"))
        if not is_close(Claimed(came), right):
            return with_findings(report, whole_number_finding(what, "gives other values"))
    return report


def step_size(step: Any) -> float:
    """Return ``step`` as a float above 0, or raise BacklitError."""
    size = number(step, "step")
    if size <= 0:
        raise BacklitError(f"step must be above 0, got {size:g}")
    return size
