"""What each column contributed to a row's prediction: integrated gradients, whose parts add up to the prediction.

The network's input gradient is integrated along the straight line from the average row of training to the row (M.
Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", 2017). What the parts of a piece of the line
must add up to is known, the difference of the outputs at its ends; so a piece whose parts do not is halved, until all
do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backlit.equations.activation_table import activation_backward
from backlit.equations.dense import dense_input_gradient
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.tables.model import TableModel
from backlit.tables.prepare import width_of

__all__ = ["Contributions", "average_row", "contributions_of", "input_gradient"]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(3)
TOLERANCE = 1e-8
"""Of the scale of the outputs: how far a piece's parts may be from what they must add up to, divided by its length."""

MOST_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Contributions:
    """``start``: the prediction for the average row; ``by_column``: what each column adds, in the target's units or
    in the probability of ``label``; ``prediction``: what they lead to.

    ``n_steps``: points of the line at which the gradient was taken; ``gap``: the prediction minus start and parts.
    """

    label: str
    start: float
    by_column: dict[str, float]
    prediction: float
    n_steps: int
    gap: float


def average_row(model: TableModel) -> np.ndarray:
    """Return the inputs (n_in,) of the average row of training: means, and each word with its share of the rows.

    Models of before remember no shares: for these no word is set.
    """
    parts = [
        np.zeros(width_of(column)) if column.encoder is None or not column.shares else np.array(column.shares)
        for column in model.columns
    ]
    return np.concatenate(parts)


def input_gradient(net: Network, X: np.ndarray, unit: int) -> np.ndarray:
    """Return the gradient (n, n_in) of one output, of index ``unit``, at the inputs X (n, n_in), in float64."""
    sweep = forward(net, X)
    da = np.zeros_like(sweep[-1].activation)
    da[:, unit] = 1.0
    for layer, step in zip(reversed(net.layers), reversed(sweep), strict=True):
        da = dense_input_gradient(activation_backward(layer.row, step.pre_activation, da), layer.weights)
    gradient: np.ndarray = da
    return gradient


def contributions_of(model: TableModel, x: np.ndarray, label: str | None = None) -> Contributions:
    """Return what each column contributed to the prediction for prepared inputs x (n_in,).

    ``label``: the class whose probability is told, by default the likeliest.
    """
    net = _in_doubles(model.network)
    x, start = np.asarray(x, np.float64), average_row(model)
    ends = forward(net, np.stack([start, x]))[-1].activation
    unit = 0 if not model.classes else int(ends[1].argmax()) if label is None else model.classes.index(label)
    scale, shift = (1.0, 0.0) if model.classes else (model.scale, model.mean)
    parts, n_steps = _integrated(net, start, x, unit)
    parts = parts * scale
    first, last = (float(end[unit]) * scale + shift for end in ends)
    by_column, at = {}, 0
    for column in model.columns:
        by_column[column.name] = float(parts[at : at + width_of(column)].sum())
        at += width_of(column)
    gap = last - first - float(parts.sum())
    return Contributions(model.classes[unit] if model.classes else "", first, by_column, last, n_steps, gap)


def _in_doubles(net: Network) -> Network:
    biases = [None if layer.biases is None else layer.biases.astype(np.float64) for layer in net.layers]
    return net.with_parameters([layer.weights.astype(np.float64) for layer in net.layers], biases)


def _integrated(net: Network, start: np.ndarray, x: np.ndarray, unit: int) -> tuple[np.ndarray, int]:
    """The parts (n_in,) of the difference of the outputs, and at how many points the gradient was taken."""
    way = x - start

    def outputs(at: np.ndarray) -> np.ndarray:
        values: np.ndarray = forward(net, start + at[:, None] * way)[-1].activation[:, unit]
        return values

    low, high = np.linspace(0, 1, 17)[:-1], np.linspace(0, 1, 17)[1:]
    parts, n_steps = np.zeros_like(x), 0
    scale = max(float(np.abs(outputs(np.linspace(0, 1, 17))).max()), 1e-300)
    for halving in range(MOST_HALVINGS + 1):
        middle, half = (low + high) / 2, (high - low) / 2
        points = (middle[:, None] + half[:, None] * NODES).ravel()
        gradients = input_gradient(net, start + points[:, None] * way, unit) * way
        n_steps += len(points)
        pieces = (gradients.reshape(len(low), len(NODES), -1) * WEIGHTS[None, :, None]).sum(axis=1) * half[:, None]
        wrong = np.abs(pieces.sum(axis=1) - (outputs(high) - outputs(low))) > TOLERANCE * scale * np.maximum(
            2 * half, 1e-4
        )
        if halving == MOST_HALVINGS:
            wrong[:] = False
        parts += pieces[~wrong].sum(axis=0)
        if not wrong.any():
            break
        low, high, middle = low[wrong], high[wrong], middle[wrong]
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return parts, n_steps
