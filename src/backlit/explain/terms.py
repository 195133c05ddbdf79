"""Long sums in short: the largest terms, how much of the whole they cover, and the rest as one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backlit.errors import printable
from backlit.explain.document import Block, Paragraph, Table
from backlit.explain.numbers import format_number, percent
from backlit.explain.view import View, layer_of_sample
from backlit.network.trace import Trace

__all__ = ["RankedUnits", "backward_terms", "forward_terms", "ranked_units"]


@dataclass(frozen=True, eq=False)
class RankedUnits:
    """A layer's units (n_units,) for one sample, with ``order`` by the size of activation x error term.

    ``net`` is the sum of the products, ``gross`` the sum of their sizes.
    """

    order: np.ndarray
    activation: np.ndarray
    error_term: np.ndarray
    product: np.ndarray
    net: float
    gross: float

    def coverage_sentence(self, shown: int, view: View) -> str:
        """Say how much of the gross the shown units cover, what remains, and how much cancels."""
        if self.gross == 0:
            return f"Every activation × {'derivative' if view.calculus else 'error term'} in this layer is 0."
        rest = self.order[shown:]
        covered = 1 - float(np.abs(self.product[rest]).sum()) / self.gross
        cumulative = np.cumsum(np.abs(self.product[self.order])) / self.gross
        for_80 = int(np.searchsorted(cumulative, 0.8 - 1e-12)) + 1
        net, gross, remainder = (
            format_number(v, view.digits) for v in (self.net, self.gross, float(self.product[rest].sum()))
        )
        if len(self.order) == 1:
            return f"The layer's one unit: {net}."
        others = f"; the other {len(rest)} sum to {remainder}" if len(rest) else ""
        return (
            f"These {min(shown, len(self.order))} of {len(self.order)} units hold {percent(covered)} of all, signs "
            f"aside{others}. All together are {net}, without their signs {gross}: "
            f"{percent(1 - abs(self.net) / self.gross)} cancels. "
            f"{'1 unit holds' if for_80 == 1 else f'{for_80} units hold'} 80 % of it."
        )


def ranked_units(trace: Trace, layer: int, view: View) -> RankedUnits:
    """Rank a layer's units (counted from 0) for the view's sample."""
    values = layer_of_sample(trace.layers[layer - 1], view.sample)
    a = values("activation").astype(np.float64)
    delta = values("error_term").astype(np.float64) * (-1 if view.calculus else 1)
    product = a * delta
    order = np.argsort(-np.abs(product), kind="stable")
    return RankedUnits(order, a, delta, product, float(product.sum()), float(np.abs(product).sum()))


def forward_terms(trace: Trace, layer: int, unit: int, view: View) -> list[Block]:
    """The largest positive and negative weight x input of a unit, where there are too many to read in a line."""
    part = trace.layers[layer - 1]
    x = layer_of_sample(part, view.sample)("input")
    names = [f"L{layer}.w[{i + 1},{unit + 1}]" for i in range(len(x))]
    called = view.input_names if layer == 1 else ()
    total = "sum" if part.biases is None else "sum, no bias"
    return _terms_table(names, part.weights[:, unit], x, ("weight", "its value", "input"), view, total, called)


def backward_terms(trace: Trace, layer: int, unit: int, view: View) -> list[Block]:
    """The largest positive and negative weight x error term that reach a unit from the layer above."""
    above = trace.layers[layer]
    delta = layer_of_sample(above, view.sample)("error_term") * (-1 if view.calculus else 1)
    names = [f"L{layer + 1}.w[{unit + 1},{k + 1}]" for k in range(len(delta))]
    heading = ("weight", "its value", "derivative above" if view.calculus else "error term above")
    return _terms_table(names, above.weights[unit], delta, heading, view)


def _terms_table(
    names: list[str],
    weights: np.ndarray,
    values: np.ndarray,
    heading: tuple[str, str, str],
    view: View,
    total: str = "sum",
    called: Sequence[str] = (),
) -> list[Block]:
    products = (weights * values).astype(np.float64)
    # as many as the formula above writes out, and the same ones
    if len(products) <= view.top + 1:
        return []
    order = [int(i) for i in np.argsort(-np.abs(products), kind="stable")[: view.top]]
    positive = [i for i in order if products[i] > 0]
    chosen = positive + [i for i in order if products[i] <= 0]
    rest = np.setdiff1d(np.arange(len(products)), chosen)

    def cells(i: int) -> tuple[str, ...]:
        numbers = (weights[i], values[i], products[i])
        name = f"{names[i]} {printable(called[i])}" if called else names[i]
        return (name, *(format_number(float(v), view.digits) for v in numbers))

    gross = float(np.abs(products).sum())
    left = float(products[rest].sum())
    rows = [cells(i) for i in chosen]
    rows.append((f"the other {len(rest)}", "", "", format_number(left, view.digits)))
    rows.append((total, "", "", format_number(float(products.sum()), view.digits)))
    facts: list[dict[str, object]] = [
        {"address": names[i], "weight": float(weights[i]), "value": float(values[i]), "product": float(products[i])}
        for i in chosen
    ]
    facts += [
        {"address": f"the other {len(rest)}", "product": left},
        {"address": "sum", "product": float(products.sum())},
    ]
    table = Table((*heading, "product"), tuple(rows), tuple(facts))
    covered = 1 - float(np.abs(products[rest]).sum()) / gross if gross else 1.0
    zeros = int((products == 0).sum())
    is_zero = f"{zeros} of {len(products)} terms {'is' if zeros == 1 else 'are'} 0"
    sentence = (
        f"These {len(chosen)} largest terms, {len(positive)} of them positive, hold {percent(covered)} of all, "
        f"signs aside ({format_number(gross, view.digits)}); {is_zero}."
    )
    return [table, Paragraph(sentence)]
