"""What the engine knows: a row of a table is known by its functions, so that a user's own row of the same name is not.

The engine's names are those of the tables; a row such as ``leaky_relu(0.2)`` has its parameter in its functions.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from backlit.engine.levels import chosen_level, opened
from backlit.engine.shapes import NetworkLike
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.equations.loss_table import LOSSES, Loss
from backlit.equations.optimizers import OPTIMIZERS, Optimizer
from backlit.errors import BacklitError

__all__ = ["activation_known", "loss_known", "optimizer_known", "why_not"]

Known = tuple[str, float] | None
"""The engine's name of a row and its parameter, 0 where it has none; None for a row it does not know."""


def activation_known(row: Activation) -> Known:
    """Return the engine's name and parameter of an activation, or None.

    >>> from backlit.equations.activation_table import find_activation
    >>> activation_known(find_activation("leaky_relu(0.2)"))
    ('leaky_relu', 0.2)
    """
    return _known(_functions_of(row), ((r.name, _functions_of(r)) for r in ACTIVATIONS.values()))


def loss_known(row: Loss) -> Known:
    """Return the engine's name and parameter of a loss, or None."""
    return _known((row.value, row.gradient), ((r.name, (r.value, r.gradient)) for r in LOSSES.values()))


def optimizer_known(row: Optimizer) -> str | None:
    """Return the engine's name of an optimizer, or None; adamw is adam, with a weight decay."""
    return next((known.name for known in OPTIMIZERS.values() if known.step is row.step), None)


def why_not(net: NetworkLike, optimizer: Optimizer | None = None) -> str | None:
    """Say why the engine cannot train ``net``, in words that follow "because"; None where it can.

    >>> from backlit import Network
    >>> why_not(Network.random([3, 4, 2], activation="mish", seed=0)) is None
    True
    """
    try:
        module = opened(chosen_level())
    except BacklitError as error:
        return str(error)
    for i, layer in enumerate(net.layers, 1):
        known = activation_known(layer.row)
        if known is None or known[0] not in module.activations:
            return f"it does not know the activation '{layer.row.name}' of layer {i}"
    known = loss_known(net.loss_row)
    if known is None or known[0] not in module.losses:
        return f"it does not know the loss '{net.loss_row.name}'"
    if optimizer is not None and optimizer_known(optimizer) not in module.optimizers:
        return f"it does not know the optimizer '{optimizer.name}'"
    return None


Functions = tuple[Callable[..., Any] | None, ...]


def _functions_of(row: Activation) -> Functions:
    return row.value, row.derivative, row.backward


def _known(functions: Functions, table: Iterable[tuple[str, Functions]]) -> Known:
    plain, parameters = _bare(functions)
    if len(parameters) > 1:
        return None
    for name, others in table:
        if _bare(others)[0] == plain:
            return name, float(next(iter(parameters), 0.0))
    return None


def _bare(functions: Functions) -> tuple[list[Any], set[float]]:
    """The functions without the parameters that were bound to them, and those."""
    parameters: set[float] = set()
    plain = []
    for function in functions:
        if isinstance(function, partial):
            parameters.update(function.keywords.values())
        plain.append(function.func if isinstance(function, partial) else function)
    return plain, parameters
