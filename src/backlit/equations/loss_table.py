"""The table of losses, and of the pairs of output activation and loss that have one function for both.

In the formulas ``#p`` stands for the prediction and ``#y`` for the target of one output, as in ``activation_table``,
and ``#n`` for the number of outputs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from backlit.equations import losses as f
from backlit.equations.activation_table import Activation
from backlit.equations.arrays import Array
from backlit.equations.names import find_row
from backlit.equations.own_rows import NOT_GIVEN, check_row, named_formula, no_row
from backlit.errors import BacklitError

__all__ = ["FUSED_PAIRS", "LOSSES", "FusedPair", "Loss", "find_loss", "loss_fits"]

INFINITY = math.inf


@dataclass(frozen=True)
class Loss:
    """One loss and what is known about it: a row of the table, or one of your own, which goes wherever a name goes.

    ``value(p, y)`` maps predictions and targets, (n, n_out) each, to a loss a sample, (n,); ``gradient(p, y)`` to its
    gradient at the predictions, (n, n_out). The rest may be left out. ``formula`` and ``negative_gradient_formula``
    are pairs (text, LaTeX) for one output, the name by default. Targets lie in ``target_range``;
    ``prediction_range`` with ``open_range`` is what the output activation must keep to; ``distribution`` says that
    predictions and targets are probabilities that sum to 1. ``residual_kinks`` are the p - y where the gradient
    jumps.

    Raises BacklitError for a name that is no word and for what is no function.

    >>> quartic = Loss("quartic", lambda p, y: ((p - y) ** 4).sum(axis=1), lambda p, y: 4 * (p - y) ** 3)
    >>> import backlit as bl
    >>> bl.Network.random([2, 3, 1], output="identity", loss=quartic, seed=0)
    Network 2-3-1: sigmoid, identity; loss quartic; 13 parameters
    """

    name: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    formula: tuple[str, str] = NOT_GIVEN
    negative_gradient_formula: tuple[str, str] = NOT_GIVEN
    target_range: tuple[float, float] = (-INFINITY, INFINITY)
    prediction_range: tuple[float, float] = (-INFINITY, INFINITY)
    open_range: bool = False
    distribution: bool = False
    residual_kinks: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Look at the row, and give it formulas of its name where it has none."""
        check_row("loss", self.name, value=self.value, gradient=self.gradient)
        named_formula(self, "formula", "", "(#p, #y)")
        named_formula(self, "negative_gradient_formula", "−", "′(#p, #y)")


@dataclass(frozen=True)
class FusedPair:
    """An output activation and a loss in one function of the pre-activation: stabler, and shorter to write.

    ``value(z, y)`` maps (n, n_out) twice to (n,); ``gradient(z, y)`` is the gradient at z, (n, n_out).
    """

    activation: str
    loss: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]


def _huber(delta: float) -> Loss:
    if delta <= 0:
        raise BacklitError(f"huber's delta must be above 0, got {delta:g}")
    d = f"{delta:g}"
    return Loss(
        "huber" if delta == 1 else f"huber({delta!r})",
        partial(f.huber, delta=delta),
        partial(f.huber_gradient, delta=delta),
        (
            f"½ × (#y − #p)² if |#y − #p| ≤ {d} else {d} × (|#y − #p| − {d} / 2)",
            rf"\tfrac12 (#y - #p)^2 \text{{ if }} |#y - #p| \le {d}"
            rf" \text{{ else }} {d}\,(|#y - #p| - \tfrac{{{d}}}{{2}})",
        ),
        (f"min({d}, max(−{d}, #y − #p))", rf"\min({d}, \max(-{d}, #y - #p))"),
    )


def _quantile(level: float) -> Loss:
    if not 0 < level < 1:
        raise BacklitError(f"quantile's level must lie between 0 and 1, got {level:g}")
    above, below = f"{level:g}", f"{1 - level:g}"
    return Loss(
        "quantile" if level == 0.5 else f"quantile({level!r})",
        partial(f.quantile, level=level),
        partial(f.quantile_gradient, level=level),
        (
            f"{above} × (#y − #p) if #y > #p else {below} × (#p − #y)",
            rf"{above}\,(#y - #p) \text{{ if }} #y > #p \text{{ else }} {below}\,(#p - #y)",
        ),
        (
            f"{above} if #y > #p else −{below}",
            rf"{above} \text{{ if }} #y > #p \text{{ else }} -{below}",
        ),
        residual_kinks=(0.0,),
    )


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss(
            "squared_error",
            f.squared_error,
            f.squared_error_gradient,
            ("½ × (#y − #p)²", r"\tfrac12 (#y - #p)^2"),
            ("#y − #p", "#y - #p"),
        ),
        Loss(
            "mean_squared_error",
            f.mean_squared_error,
            f.mean_squared_error_gradient,
            ("(#y − #p)² / #n", r"\frac{(#y - #p)^2}{#n}"),
            ("2 × (#y − #p) / #n", r"\frac{2\,(#y - #p)}{#n}"),
        ),
        Loss(
            "log_loss",
            f.log_loss,
            f.log_loss_gradient,
            (
                "−(#y × log(#p) + (1 − #y) × log(1 − #p))",
                r"-\big(#y \, \log(#p) + (1 - #y) \, \log(1 - #p)\big)",
            ),
            ("(#y − #p) / (#p × (1 − #p))", r"\frac{#y - #p}{#p\,(1 - #p)}"),
            target_range=(0.0, 1.0),
            prediction_range=(0.0, 1.0),
            open_range=True,
        ),
        Loss(
            "cross_entropy",
            f.cross_entropy,
            f.cross_entropy_gradient,
            ("−#y × log(#p)", r"-#y \, \log(#p)"),
            ("#y / #p", r"\frac{#y}{#p}"),
            target_range=(0.0, 1.0),
            prediction_range=(0.0, 1.0),
            open_range=True,
            distribution=True,
        ),
        Loss(
            "absolute_error",
            f.absolute_error,
            f.absolute_error_gradient,
            ("|#y − #p|", "|#y - #p|"),
            ("sign(#y − #p)", r"\operatorname{sign}(#y - #p)"),
            residual_kinks=(0.0,),
        ),
        _huber(1.0),
        Loss(
            "poisson",
            f.poisson,
            f.poisson_gradient,
            ("#y × log(#y / #p) − #y + #p", r"#y \, \log\frac{#y}{#p} - #y + #p"),
            ("#y / #p − 1", r"\frac{#y}{#p} - 1"),
            target_range=(0.0, INFINITY),
            prediction_range=(0.0, INFINITY),
            open_range=True,
        ),
        _quantile(0.5),
    )
}

LOSS_ALIASES = {"mse": "mean_squared_error", "binary_cross_entropy": "log_loss", "pinball": "quantile"}

_FACTORIES = {"huber": _huber, "quantile": _quantile}

FUSED_PAIRS: dict[tuple[str, str], FusedPair] = {
    (pair.activation, pair.loss): pair
    for pair in (
        FusedPair("softmax", "cross_entropy", f.softmax_cross_entropy, f.softmax_cross_entropy_gradient),
        FusedPair("sigmoid", "log_loss", f.sigmoid_log_loss, f.sigmoid_log_loss_gradient),
    )
}


def find_loss(name: str | Loss) -> Loss:
    """Return the row of a loss's name, alias or name with a parameter; a row is returned as it is.

    Raises BacklitError for an unknown name, with the nearest one suggested, and for what is neither.

    >>> find_loss("quantile(0.9)").name
    'quantile(0.9)'
    """
    if isinstance(name, Loss):
        return name
    if not isinstance(name, str):
        raise no_row("loss", name, "bl.Loss('mine', value, gradient)", LOSSES)
    return find_row("loss", name, LOSSES, _FACTORIES, LOSS_ALIASES)


def loss_fits(loss: Loss, output: Activation) -> bool:
    """Say whether every prediction that ``output`` can make is one that ``loss`` takes.

    >>> from backlit.equations.activation_table import ACTIVATIONS
    >>> loss_fits(LOSSES["log_loss"], ACTIVATIONS["sigmoid"]), loss_fits(LOSSES["log_loss"], ACTIVATIONS["tanh"])
    (True, False)
    """
    if loss.distribution:
        return output.name == "softmax"
    if output.name == "softmax" and loss.name == "log_loss":
        return False
    (low, high), (lowest, highest) = output.range, loss.prediction_range
    inside = low >= lowest and high <= highest
    on_the_edge = loss.open_range and output.attains_bounds and (low == lowest or high == highest)
    return inside and not on_the_edge
