"""The lesson's own chain: each value rounded to the printed digits before it is carried to the next line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from backlit.errors import BacklitError
from backlit.explain.document import Block, Heading, Paragraph
from backlit.explain.numbers import as_printed, digits_checked, format_number
from backlit.explain.steps import Derivation, Line
from backlit.explain.symbols import text_symbol
from backlit.explain.view import View
from backlit.trace import Trace, trace

CHANGES_SHOWN = 5
ROUNDED = "Each line above is rounded before the next uses it, as on paper"
EXACT = "The lines above carry full precision; on paper each is rounded before the next uses it (--rounded shows that)"

__all__ = ["exact_trace", "rounded_trace", "rounding_paragraphs"]


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
    return trace(exact.network, exact.input, exact.target, learning_rate=exact.learning_rate, carry=carry)


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
