"""The table of activations: a new row gets its tests, documentation and explanations by standing here.

In the formulas ``#z`` stands for the pre-activation and ``#a`` for the activation f(z); explanations put symbols or
numbers there. The text form reads as arithmetic (``×``, ``−``, ``e^(...)``) and tests evaluate it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from backlit.equations import activations as f
from backlit.equations.arrays import Array
from backlit.equations.names import find_row
from backlit.equations.own_rows import NOT_GIVEN, check_row, named_formula, no_row
from backlit.errors import BacklitError

__all__ = ["ACTIVATIONS", "ACTIVATION_ALIASES", "Activation", "activation_backward", "find_activation"]

INFINITY = math.inf


@dataclass(frozen=True)
class Activation:
    """One activation function and what is known about it: a row of the table, or one of your own.

    ``value(z)`` and ``derivative(z)`` map arrays of any shape to the same shape. ``derivative`` is None where the
    function is not elementwise; then ``backward(z, da)`` applies its Jacobian. The rest may be left out.
    ``formula`` and ``derivative_formula`` are pairs (text, LaTeX), the name by default. ``range`` is the set of
    values; ``attains_bounds`` says whether its finite ends are reached. ``kinks`` are the z where the derivative
    jumps, ``bends`` those where only its own derivative does; ``derivative_bound`` is the least upper bound of the
    derivative's size. A row of your own goes wherever a name goes.

    Raises BacklitError for a name that is no word, for what is no function, and without derivative and backward.

    >>> import numpy as np
    >>> softsign = Activation("softsign", lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2)
    >>> import backlit as bl
    >>> bl.Network.random([2, 3, 1], activation=softsign, seed=0)
    Network 2-3-1: softsign, sigmoid; loss squared_error; 13 parameters
    """

    name: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array] | None
    formula: tuple[str, str] = NOT_GIVEN
    derivative_formula: tuple[str, str] = NOT_GIVEN
    range: tuple[float, float] = (-INFINITY, INFINITY)
    kinks: tuple[float, ...] = ()
    derivative_bound: float = INFINITY
    attains_bounds: bool = False
    backward: Callable[[Array, Array], Array] | None = None
    output_only: bool = False
    bends: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Look at the row, and give it formulas of its name where it has none."""
        backward = self.backward if self.derivative is None else None
        check_row("activation", self.name, value=self.value, derivative=self.derivative or backward)
        named_formula(self, "formula", "", "(#z)")
        named_formula(self, "derivative_formula", "", "′(#z)")


def activation_backward(row: Activation, z: Array, da: Array, slope: Array | None = None) -> Array:
    """Gradient at the pre-activation, dz (n, n_units), from the gradient at the activation, da (n, n_units).

    ``slope (n, n_units)`` is ``row.derivative(z)`` where the caller has it already.

    >>> import numpy as np
    >>> activation_backward(ACTIVATIONS["relu"], np.asarray([[-1.0, 2.0]]), np.asarray([[3.0, 4.0]])).tolist()
    [[0.0, 4.0]]
    """
    if row.derivative is not None:
        return da * (row.derivative(z) if slope is None else slope)
    # a row without a derivative has this one
    assert row.backward is not None
    return row.backward(z, da)


def _leaky_relu(slope: float) -> Activation:
    if not 0 <= slope < 1:
        raise BacklitError(f"leaky_relu's slope must be at least 0 and below 1, got {slope:g}")
    return Activation(
        "leaky_relu" if slope == 0.01 else f"leaky_relu({slope!r})",
        partial(f.leaky_relu, slope=slope),
        partial(f.leaky_relu_derivative, slope=slope),
        (f"#z if #z > 0 else {slope:g} × #z", rf"\max(#z, {slope:g}\,#z)"),
        (f"1 if #z > 0 else {slope:g}", rf"1 \text{{ if }} #z > 0 \text{{ else }} {slope:g}"),
        kinks=(0.0,),
        derivative_bound=1.0,
    )


def _elu(alpha: float) -> Activation:
    if alpha <= 0:
        raise BacklitError(f"elu's alpha must be above 0, got {alpha:g}")
    return Activation(
        "elu" if alpha == 1 else f"elu({alpha!r})",
        partial(f.elu, alpha=alpha),
        partial(f.elu_derivative, alpha=alpha),
        (
            f"#z if #z > 0 else {alpha:g} × (e^(#z) − 1)",
            rf"#z \text{{ if }} #z > 0 \text{{ else }} {alpha:g}\,(e^{{#z}} - 1)",
        ),
        (
            f"1 if #z > 0 else {alpha:g} × e^(#z)",
            rf"1 \text{{ if }} #z > 0 \text{{ else }} {alpha:g}\,e^{{#z}}",
        ),
        range=(-alpha, INFINITY),
        kinks=() if alpha == 1 else (0.0,),
        derivative_bound=max(1.0, alpha),
        bends=(0.0,) if alpha == 1 else (),
    )


_SELU = f"{f.SELU_SCALE:.6g}", f"{f.SELU_SCALE * f.SELU_ALPHA:.6g}"

ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation(
            "identity",
            f.identity,
            f.identity_derivative,
            ("#z", "#z"),
            ("1", "1"),
            derivative_bound=1.0,
        ),
        Activation(
            "sigmoid",
            f.sigmoid,
            f.sigmoid_derivative,
            ("1 / (1 + e^(−#z))", r"\frac{1}{1 + e^{-#z}}"),
            ("#a × (1 − #a)", r"#a\,(1 - #a)"),
            range=(0.0, 1.0),
            derivative_bound=0.25,
        ),
        Activation(
            "tanh",
            f.tanh,
            f.tanh_derivative,
            ("tanh(#z)", r"\tanh(#z)"),
            ("1 − #a²", "1 - {#a}^2"),
            range=(-1.0, 1.0),
            derivative_bound=1.0,
        ),
        Activation(
            "relu",
            f.relu,
            f.relu_derivative,
            ("max(0, #z)", r"\max(0, #z)"),
            ("1 if #z > 0 else 0", r"1 \text{ if } #z > 0 \text{ else } 0"),
            range=(0.0, INFINITY),
            kinks=(0.0,),
            derivative_bound=1.0,
            attains_bounds=True,
        ),
        _leaky_relu(0.01),
        _elu(1.0),
        Activation(
            "selu",
            f.selu,
            f.selu_derivative,
            (
                f"{_SELU[0]} × #z if #z > 0 else {_SELU[1]} × (e^(#z) − 1)",
                rf"{_SELU[0]}\,#z \text{{ if }} #z > 0 \text{{ else }} {_SELU[1]}\,(e^{{#z}} - 1)",
            ),
            (
                f"{_SELU[0]} if #z > 0 else {_SELU[1]} × e^(#z)",
                rf"{_SELU[0]} \text{{ if }} #z > 0 \text{{ else }} {_SELU[1]}\,e^{{#z}}",
            ),
            range=(-f.SELU_SCALE * f.SELU_ALPHA, INFINITY),
            kinks=(0.0,),
            derivative_bound=f.SELU_SCALE * f.SELU_ALPHA,
        ),
        Activation(
            "gelu",
            f.gelu,
            f.gelu_derivative,
            ("#z × Φ(#z)", r"#z\,\Phi(#z)"),
            ("Φ(#z) + #z × φ(#z)", r"\Phi(#z) + #z\,\varphi(#z)"),
            range=(-0.16997120747, INFINITY),
            derivative_bound=1.12890414509,
            attains_bounds=True,
        ),
        Activation(
            "silu",
            f.silu,
            f.silu_derivative,
            ("#z / (1 + e^(−#z))", r"\frac{#z}{1 + e^{-#z}}"),
            ("σ(#z) × (1 + #z − #a)", r"\sigma(#z)\,(1 + #z - #a)"),
            range=(-0.27846454276, INFINITY),
            derivative_bound=1.09983932013,
            attains_bounds=True,
        ),
        Activation(
            "mish",
            f.mish,
            f.mish_derivative,
            ("#z × tanh(log(1 + e^(#z)))", r"#z \tanh(\log(1 + e^{#z}))"),
            (
                "tanh(log(1 + e^(#z))) + #z × σ(#z) × (1 − tanh(log(1 + e^(#z)))²)",
                r"\tanh s + #z\,\sigma(#z)\,(1 - \tanh^2 s),\; s = \log(1 + e^{#z})",
            ),
            range=(-0.308843413018, INFINITY),
            derivative_bound=1.08849844873,
            attains_bounds=True,
        ),
        Activation(
            "softplus",
            f.softplus,
            f.softplus_derivative,
            ("log(1 + e^(#z))", r"\log(1 + e^{#z})"),
            ("1 / (1 + e^(−#z))", r"\frac{1}{1 + e^{-#z}}"),
            range=(0.0, INFINITY),
            derivative_bound=1.0,
        ),
        Activation(
            "hard_sigmoid",
            f.hard_sigmoid,
            f.hard_sigmoid_derivative,
            ("min(1, max(0, #z / 6 + 1 / 2))", r"\min(1, \max(0, \tfrac{#z}{6} + \tfrac12))"),
            ("1 / 6 if −3 < #z < 3 else 0", r"\tfrac16 \text{ if } -3 < #z < 3 \text{ else } 0"),
            range=(0.0, 1.0),
            kinks=(-3.0, 3.0),
            derivative_bound=1 / 6,
            attains_bounds=True,
        ),
        Activation(
            "exp",
            f.exponential,
            f.exponential_derivative,
            ("e^(#z)", "e^{#z}"),
            ("#a", "#a"),
            range=(0.0, INFINITY),
        ),
        Activation(
            "softmax",
            f.softmax,
            None,
            ("e^(#z) / Σ e^(z)", r"\frac{e^{#z}}{\sum_j e^{z_j}}"),
            ("the whole Jacobian: a_k (1[j = k] − a_j)", r"a_k\,(1_{jk} - a_j)"),
            range=(0.0, 1.0),
            # the Jacobian diag(a) - a a' has a spectral norm of at most 1/2
            derivative_bound=0.5,
            backward=f.softmax_backward,
            output_only=True,
        ),
    )
}

ACTIVATION_ALIASES = {"swish": "silu", "logistic": "sigmoid", "linear": "identity"}

_FACTORIES = {"leaky_relu": _leaky_relu, "elu": _elu}


def find_activation(name: str | Activation) -> Activation:
    """Return the row of an activation's name, alias or name with a parameter; a row is returned as it is.

    Raises BacklitError for an unknown name, with the nearest one suggested, and for what is neither.

    >>> find_activation("leaky_relu(0.2)").derivative_formula[0]
    '1 if #z > 0 else 0.2'
    """
    if isinstance(name, Activation):
        return name
    if not isinstance(name, str):
        raise no_row("activation", name, "bl.Activation('mine', value, derivative)", ACTIVATIONS)
    # the plain name of a row is asked for in every sweep
    row = ACTIVATIONS.get(name)
    return row or find_row("activation", name, ACTIVATIONS, _FACTORIES, ACTIVATION_ALIASES)
