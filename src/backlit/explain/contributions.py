"""What each input contributed to an output: integrated gradients, whose parts add up to the output.

The network's input gradient is integrated along the straight line from a start to the inputs (M. Sundararajan, A. Taly,
Q. Yan, "Axiomatic attribution for deep networks", 2017). What the parts of a piece of the line must add up to is known,
the difference of the outputs at its ends; so a piece whose parts do not is halved, until all do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.equations.activation_table import activation_backward
from backlit.equations.dense import dense_input_gradient
from backlit.errors import BacklitError
from backlit.explain.bars import bars_svg
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.validation import whole_number

__all__ = ["Contributions", "contributions", "input_gradient"]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(3)
TOLERANCE = 1e-8
"""Of the scale of the outputs: how far a piece's parts may be from what they must add up to, divided by its length."""

MOST_HALVINGS = 40
WIDEST = 50


@dataclass(frozen=True, eq=False)
class Contributions:
    """What leads from ``start``, the prediction at an average row, to the ``prediction`` for one.

    ``by_column``: what each column or input adds, in the target's units or in the probability of ``label``.
    ``n_steps``: points of the line at which the gradient was taken; ``gap``: the prediction minus start and parts.
    ``what``, ``begin``: the prediction and the start in words.
    """

    label: str
    start: float
    by_column: dict[str, float]
    prediction: float
    n_steps: int
    gap: float
    what: str = "prediction"
    begin: str = "from the average row"

    def to_text(self, *, top: int = 8, cells: Mapping[str, str] | None = None) -> str:
        """Return lines from the start by the ``top`` largest contributions to the prediction.

        ``cells``: what stands in each column, to print behind its name. Raises BacklitError for a ``top`` below 1.
        """
        top = whole_number(top, "top", 1)
        order = sorted(self.by_column, key=lambda name: -abs(self.by_column[name]))
        shown, rest = (order, []) if len(order) <= top + 1 else (order[:top], order[top:])
        lines = [(f"{name} {(cells or {}).get(name, '')}".strip(), self.by_column[name]) for name in shown]
        if rest:
            lines.append((f"the other {len(rest)} columns", sum(self.by_column[name] for name in rest)))
        width = min(max([len(self.begin), len(self.what), *(len(words) for words, _ in lines)]), WIDEST)
        digits = 4 if self.label else self._digits
        return "\n".join(
            [
                f"  {self.begin:<{width}}  {self.start:>15,.{digits}f}",
                *(f"  {words[:width]:<{width}}  {value:>+15,.{digits}f}" for words, value in lines),
                f"  {self.what[:width]:<{width}}  {self.prediction:>15,.{digits}f}",
            ]
        )

    def to_svg(self, *, top: int = 12) -> str:
        """Return a picture of the ``top`` largest contributions as bars, to the right where they add."""
        top = whole_number(top, "top", 1)
        order = sorted(self.by_column.items(), key=lambda pair: -abs(pair[1]))
        title = f"{self.what}: {self.prediction:,.4g}, {self.begin} {self.start:,.4g}"
        return bars_svg(title, order[:top])

    @property
    def _digits(self) -> int:
        """Decimals that give numbers of the prediction's size five digits."""
        largest = max(abs(self.prediction), abs(self.start), 1e-12)
        return int(np.clip(4 - np.floor(np.log10(largest)), 0, 12))

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_svg()


def input_gradient(net: Network, X: np.ndarray, unit: int) -> np.ndarray:
    """Return the gradient (n, n_in) of one output, of index ``unit``, at the inputs X (n, n_in), in float64."""
    sweep = forward(net, X)
    da = np.zeros_like(sweep[-1].activation)
    da[:, unit] = 1.0
    for layer, step in zip(reversed(net.layers), reversed(sweep), strict=True):
        da = dense_input_gradient(activation_backward(layer.row, step.pre_activation, da), layer.weights)
    gradient: np.ndarray = da
    return gradient


def contributions(
    net: Network,
    start: np.ndarray,
    x: np.ndarray,
    widths: Mapping[str, int],
    *,
    labels: Sequence[Any] = (),
    label: Any = None,
    scale: float = 1.0,
    shift: float = 0.0,
    what: str = "prediction",
    begin: str = "from the average row",
) -> Contributions:
    """Return what the inputs x (n_in,) contributed to an output, beyond that at ``start`` (n_in,).

    ``widths``: how many inputs each column has, in their order. ``labels``: the classes; one output for two is the
    probability of the second. ``label``: whose output, by default the likeliest, or the index of an output where there
    are no labels. The output is multiplied by ``scale``, and ``shift`` is added. Raises BacklitError for a label that
    is not there.
    """
    net, x, start = _in_doubles(net), np.asarray(x, np.float64), np.asarray(start, np.float64)
    ends = forward(net, np.stack([start, x]))[-1].activation
    unit, index, turned = _chosen(ends[1], list(labels), label)
    if turned:
        scale, shift = -1.0, 1.0
    parts, n_steps = _integrated(net, start, x, unit)
    parts = parts * scale
    first, last = (float(end[unit]) * scale + shift for end in ends)
    by_column, at = {}, 0
    for name, width in widths.items():
        by_column[name] = float(parts[at : at + width].sum())
        at += width
    gap, told = last - first - float(parts.sum()), str(labels[index]) if len(labels) else ""
    if len(labels):
        what = f"probability of {told}"
    elif len(ends[1]) > 1:
        softmax = net.layers[-1].row.name == "softmax"
        what = f"probability of class {index} (output {index + 1})" if softmax else f"output {index + 1}"
    return Contributions(told, first, by_column, last, n_steps, gap, what, begin)


def _chosen(outputs: np.ndarray, labels: list[Any], label: Any) -> tuple[int, int, bool]:
    """The output to explain, the class it is of, and whether it is one minus the output."""
    if not labels:
        unit = int(outputs.argmax()) if label is None else label
        if not isinstance(unit, int | np.integer) or not 0 <= unit < len(outputs):
            raise BacklitError(f"label must be an output from 0 to {len(outputs) - 1}, as there are no classes")
        return int(unit), int(unit), False
    if label is not None and label not in labels:
        known = ", ".join(map(str, labels[:8]))
        raise BacklitError(f"expected one of the classes {known}, got '{label!s:.40}'")
    if len(outputs) == 1 and len(labels) == 2:
        index = int(outputs[0] >= 0.5) if label is None else labels.index(label)
        return 0, index, index == 0
    index = int(outputs.argmax()) if label is None else labels.index(label)
    return index, index, False


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
