"""Slopes from activations: what programs compute that keep a layer's activations and not its pre-activations.

They are the derivatives of ``activations`` to rounding of 1. In the saturated tails, where the activation rounds to
an end of its range, they are 0 and the derivatives are not.
"""

from collections.abc import Callable
from dataclasses import replace

from backlit.equations.activation_table import Activation
from backlit.equations.activations import sigmoid, tanh
from backlit.equations.arrays import Array

__all__ = ["sigmoid_slope", "tanh_slope", "with_slope_from_value"]


def sigmoid_slope(a: Array) -> Array:
    """f'(z) = a (1 - a), from a = sigmoid(z) of any shape.

    >>> import numpy as np
    >>> sigmoid_slope(np.asarray([0.5, 1.0])).tolist()
    [0.25, 0.0]
    """
    return a * (1 - a)


def tanh_slope(a: Array) -> Array:
    """f'(z) = 1 - a^2, from a = tanh(z) of any shape.

    >>> import numpy as np
    >>> tanh_slope(np.asarray([0.5, 1.0])).tolist()
    [0.75, 0.0]
    """
    return 1 - a * a


def _sigmoid_derivative(z: Array) -> Array:
    return sigmoid_slope(sigmoid(z))


def _tanh_derivative(z: Array) -> Array:
    return tanh_slope(tanh(z))


_DERIVATIVES: dict[Callable[[Array], Array], Callable[[Array], Array]] = {
    sigmoid: _sigmoid_derivative,
    tanh: _tanh_derivative,
}


def with_slope_from_value(row: Activation) -> Activation:
    """Return a row with its derivative computed from its value, where it is the sigmoid or tanh; else the row.

    >>> import numpy as np
    >>> from backlit.equations.activation_table import ACTIVATIONS
    >>> far = np.asarray([40.0])
    >>> ACTIVATIONS["sigmoid"].derivative(far) > 0, with_slope_from_value(ACTIVATIONS["sigmoid"]).derivative(far) > 0
    (array([ True]), array([False]))
    """
    derivative = _DERIVATIVES.get(row.value)
    return row if derivative is None else replace(row, derivative=derivative)
