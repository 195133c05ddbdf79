"""The lesson's own chain: each value rounded to the printed digits before it is carried to the next line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from backlit.equations.activation_table import Activation
from backlit.equations.activations import sigmoid
from backlit.equations.arrays import Array
from backlit.equations.loss_table import FusedPair
from backlit.errors import BacklitError
from backlit.explain.document import Block, Heading, Paragraph
from backlit.explain.numbers import as_printed, digits_checked, format_number
from backlit.explain.steps import Derivation, Line
from backlit.explain.symbols import text_symbol
from backlit.explain.view import View, rows
from backlit.network.network import Network
from backlit.network.sweeps import fused_pair
from backlit.network.trace import Trace, trace

CHANGES_SHOWN = 5
ROUNDED = "Each line above is rounded before the next uses it, as on paper"
EXACT = "The lines above carry full precision; on paper each is rounded before the next uses it (--rounded shows that)"

__all__ = ["exact_trace", "rounded_trace", "rounding_paragraphs"]


SLOPES: dict[str, Callable[[Array, Array], Array]] = {
    "#a × (1 − #a)": lambda z, a: a * (1 - a),
    "1 − #a²": lambda z, a: 1 - a * a,
    "#a": lambda z, a: a,
    "σ(#z) × (1 + #z − #a)": lambda z, a: sigmoid(z) * (1 + z - a),
}
"""Slopes by their printed formulas, where those use the activation: on paper that is the rounded one."""


def rounded_trace(exact: Trace, digits: int | None = None) -> Trace:
    """Return the trace with each value rounded to ``digits`` (None: three, two below 0.01) before it is used.

    Raises BacklitError for a trace with dropout.

    >>> import backlit as bl
    >>> exact = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1, learning_rate=0.5)
    >>> rounded_trace(exact).layers[0].weight_step.ravel().tolist()
    [0.00015, 0.00045]
    """
    if any(part.dropout_mask is not None for part in exact.layers):
        raise BacklitError("a trace with dropout cannot be followed with rounded values; trace it without dropout")
    carry = partial(as_printed, digits=digits_checked(digits))
    net = exact.network
    rounded = trace(_on_paper(net, carry), exact.input, exact.target, learning_rate=exact.learning_rate, carry=carry)
    pair = fused_pair(net)
    if pair is None:
        return replace(rounded, network=net)
    last = replace(rounded.layers[-1], error=None)
    losses = _losses_on_paper(net, pair, last.pre_activation, last.activation, rounded.target)
    layers = (*rounded.layers[:-1], last)
    return replace(rounded, network=net, layers=layers, sample_losses=losses, loss=float(np.mean(losses)))


def _losses_on_paper(net: Network, pair: FusedPair, *arrays: Array) -> Array:
    """The losses (n,) of the printed predictions; of the pre-activations where a prediction was rounded to 1."""
    z, p, y = (rows(array) for array in arrays)
    with np.errstate(all="ignore"):
        plain = net.loss_row.value(p, y)
        return np.where(np.isfinite(plain), plain, pair.value(z, y))


def _on_paper(net: Network, carry: Callable[[Array], Array]) -> Network:
    """The network that computes what the printed formulas say of printed values, where its own take a shorter way."""
    layers = [replace(layer, activation=_slope_on_paper(layer.row, carry)) for layer in net.layers]
    loss, last = net.loss_row, net.layers[-1]
    if fused_pair(net) is not None:
        # the plain difference of the printed values; the loss is put in its place afterwards
        row = replace(last.row, derivative=None, backward=lambda z, da: da)
        layers[-1] = replace(last, activation=row)
        loss = replace(loss, name=f"{loss.name} on paper", value=lambda p, y: 0 * p[:, 0], gradient=lambda p, y: p - y)
    elif last.row.derivative is None:
        # softmax's error has a line of its own
        loss = replace(loss, gradient=lambda p, y: carry(net.loss_row.gradient(p, y)))
        layers[-1] = replace(last, activation=_jacobian_on_paper(last.row, carry))
    return replace(net, layers=tuple(layers), loss_function=loss)


def _jacobian_on_paper(row: Activation, carry: Callable[[Array], Array]) -> Activation:
    def backward(z: Array, da: Array) -> Array:
        a = carry(row.value(z))
        return a * (da - np.sum(a * da, axis=-1, keepdims=True))

    return replace(row, backward=backward)


def _slope_on_paper(row: Activation, carry: Callable[[Array], Array]) -> Activation:
    slope = SLOPES.get(row.derivative_formula[0])
    return row if slope is None else replace(row, derivative=lambda z: slope(z, carry(row.value(z))))


def exact_trace(rounded: Trace) -> Trace:
    """Return the trace at full precision of the network and samples of a rounded one."""
    return trace(rounded.network, rounded.input, rounded.target, learning_rate=rounded.learning_rate)


def rounding_paragraphs(shown: Trace, view: View) -> list[Block]:
    """Say which printed digits differ between the exact and the rounded chain; nothing where none does."""
    if any(part.dropout_mask is not None for part in shown.layers):
        return []
    exact = exact_trace(shown) if shown.rounded else shown
    rounded = shown if shown.rounded else rounded_trace(shown, view.digits)
    changes = []
    for right, carried in zip(_lines(exact, view), _lines(rounded, view), strict=True):
        texts = [format_number(line.value, view.digits) for line in (right, carried)]
        if texts[0] != texts[1]:
            changes.append(f"{text_symbol(right.symbol)} is {texts[0]} at full precision, {texts[1]} when rounded")
    chain = ROUNDED if shown.rounded else EXACT
    more = f"; and {len(changes) - CHANGES_SHOWN} more" if len(changes) > CHANGES_SHOWN else ""
    words = f"That changes printed digits: {'; '.join(changes[:CHANGES_SHOWN])}{more}"
    result = words if changes else "No printed digit changes by it"
    return [Heading("Rounding on the way"), Paragraph(f"{chain}. {result}.")]


def _lines(of: Trace, view: View) -> Iterator[Line]:
    d = Derivation(of, view)
    for layer in range(1, len(of.layers) + 1):
        n_in, n_out = of.network.sizes[layer - 1], of.network.sizes[layer]
        for j in range(n_out):
            yield from (d.pre_activation(layer, j), d.activation(layer, j), d.error_term(layer, j))
            yield from (d.parameter_step(layer, i, j) for i in range(n_in))
            if of.layers[layer - 1].biases is not None:
                yield d.parameter_step(layer, None, j)
