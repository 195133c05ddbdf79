"""The lines of a worked backward pass: for each quantity its formula, as a tree with symbols and values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from backlit.explain.formula import (
    Difference,
    Exponential,
    Filled,
    Formula,
    Leaf,
    Negative,
    Product,
    Quotient,
    SumOver,
)
from backlit.explain.names import Names, names_of
from backlit.explain.numbers import digits_to_show
from backlit.explain.symbols import Symbol
from backlit.explain.view import View, layer_of_sample, one_sample_of, rows
from backlit.network.sweeps import fused_pair
from backlit.network.trace import Trace

__all__ = ["Derivation", "Line"]

SAMPLES_SHOWN = 4
"""In a sum over samples: so many terms are written out, the rest is one number."""


class Line(NamedTuple):
    """One quantity of one unit or weight: where it is, its symbol, its formula and its value in the Trace.

    ``digits`` is set where the value needs more of them than the explanation's to be told from what it was.
    """

    address: str
    symbol: Symbol
    formula: Formula
    value: float
    digits: int | None = None


class Derivation:
    """The formulas of one sample's step in a Trace, built on demand.

    Layers are counted from 1 and units from 0 here. With ``letters`` the indices in the symbols are letters (a
    general formula), else digits; the values are those of the given unit either way.
    """

    def __init__(self, trace: Trace, view: View, *, letters: bool = False, terms: int | None = None) -> None:
        self.trace = trace
        self.view = view
        self.names: Names = names_of(trace, calculus=view.calculus)
        self.letters = letters
        self.terms = terms
        self.fused = fused_pair(trace.network) is not None

    def _value(self, layer: int, name: str, unit: int) -> float:
        return float(layer_of_sample(self.trace.layers[layer - 1], self.view.sample)(name)[unit])

    def _index(self, number: int, letter: str) -> str:
        return letter if self.letters else str(number + 1)

    def own_letter(self, layer: int) -> str:
        """The letter that counts the units of the layer that a formula is about."""
        return "k" if layer == self.names.n_layers and layer > 1 else "j"

    def own(self, layer: int, unit: int) -> str:
        """The index of a unit of the layer that a formula is about."""
        return self._index(unit, self.own_letter(layer))

    def below(self, layer: int, unit: int) -> str:
        """The index of one of its inputs."""
        return self._index(unit, "j" if self.own_letter(layer) == "k" else "i")

    def _shown(self, sizes: np.ndarray) -> tuple[Iterable[int], np.ndarray]:
        """Indices of the terms to write out (all, or the largest in order of place), and of the rest."""
        if self.terms is None or len(sizes) <= self.terms + 1:
            return range(len(sizes)), np.array([], dtype=int)
        order = np.argsort(-np.abs(sizes), kind="stable")
        return sorted(int(i) for i in order[: self.terms]), order[self.terms :]

    def pre_activation(self, layer: int, unit: int) -> Line:
        """The sum of weight times input, plus bias."""
        part = self.trace.layers[layer - 1]
        x = layer_of_sample(part, self.view.sample)("input")
        products = part.weights[:, unit] * x
        shown, rest = self._shown(products)
        terms = tuple(
            Product(
                (
                    Leaf(
                        self.names.weight(layer, self.below(layer, i), self.own(layer, unit)),
                        float(part.weights[i, unit]),
                    ),
                    Leaf(self.names.input(layer, self.below(layer, i)), float(x[i])),
                )
            )
            for i in shown
        )
        bias = None
        if part.biases is not None:
            bias = Leaf(self.names.bias(layer, self.own(layer, unit)), float(part.biases[unit]))
        letter = "j" if self.own_letter(layer) == "k" else "i"
        total = SumOver(letter, terms, bias, len(rest), float(products[rest].sum()))
        return self._line(layer, unit, "pre_activation", self.names.pre_activation, total)

    def _line(self, layer: int, unit: int, name: str, symbol: object, formula: Formula) -> Line:
        value = self._value(layer, name, unit)
        if self.view.calculus and name in ("error", "error_term"):
            value = -value
        return Line(f"L{layer}.u{unit + 1}", symbol(layer, self.own(layer, unit)), formula, value)  # type: ignore[operator]

    def _z(self, layer: int, unit: int) -> Leaf:
        return Leaf(self.names.pre_activation(layer, self.own(layer, unit)), self._value(layer, "pre_activation", unit))

    def _a(self, layer: int, unit: int) -> Leaf:
        return Leaf(self.names.activation(layer, self.own(layer, unit)), self._value(layer, "activation", unit))

    def activation(self, layer: int, unit: int) -> Line:
        """The activation function of the pre-activation."""
        part = self.trace.network.layers[layer - 1]
        formula: Formula
        if part.row.name == "softmax":
            formula = self._softmax(layer, unit)
        else:
            fill = (("#z", self._z(layer, unit)),)
            value = self._value(layer, "activation", unit)
            formula = Filled(self._function_name(layer, unit, ""), part.row.formula, fill, value)
        return self._line(layer, unit, "activation", self.names.activation, formula)

    def _softmax(self, layer: int, unit: int) -> Formula:
        z = layer_of_sample(self.trace.layers[layer - 1], self.view.sample)("pre_activation")
        with np.errstate(over="ignore"):
            powers = np.exp(z)
        shown, rest = self._shown(powers)
        terms = tuple(
            Exponential(Leaf(self.names.pre_activation(layer, self._index(m, "m")), float(z[m]))) for m in shown
        )
        total = SumOver("m", terms, None, len(rest), float(powers[rest].sum()))
        return Quotient(Exponential(self._z(layer, unit)), total)

    def _function_name(self, layer: int, unit: int, prime: str) -> tuple[str, str]:
        from backlit.explain.symbols import latex_function, latex_symbol, text_symbol

        elementwise = {part.row.name for part in self.trace.network.layers if part.row.derivative is not None}
        name = "f" if len(elementwise) == 1 else self.trace.network.layers[layer - 1].row.name
        latex_name = name if name == "f" else latex_function(name)
        z = self._z(layer, unit).symbol
        return (
            f"{name}{prime.replace(chr(39), '′')}({text_symbol(z)})",
            f"{latex_name}{prime}({latex_symbol(z)})",
        )

    def slope(self, layer: int, unit: int) -> Filled:
        """The activation's derivative at the pre-activation."""
        row = self.trace.network.layers[layer - 1].row
        fill = (("#z", self._z(layer, unit)), ("#a", self._a(layer, unit)))
        value = self._value(layer, "slope", unit)
        return Filled(self._function_name(layer, unit, "'"), row.derivative_formula, fill, value)

    def output_error(self, unit: int) -> Line:
        """What the loss says to an output: minus its gradient at the prediction."""
        layer = self.names.n_layers
        row = self.trace.network.loss_row
        target = float(one_sample_of(self.trace, "target", self.view.sample)[unit])
        fill = (
            ("#p", self._a(layer, unit)),
            ("#y", Leaf(self.names.target(self.own(layer, unit)), target)),
            ("#n", Leaf(Symbol("K"), self.trace.network.sizes[-1])),
        )
        value = self._value(layer, "error", unit)
        formula: Formula = Filled(("", ""), row.negative_gradient_formula, fill, value, open_template=True)
        formula = Negative(formula) if self.view.calculus else formula
        return self._line(layer, unit, "error", self.names.error, formula)

    def hidden_error(self, layer: int, unit: int) -> Line:
        """What the layer above sends back: its error terms times the weights they came through."""
        part = self.trace.layers[layer]
        deltas = layer_of_sample(part, self.view.sample)("error_term") * (-1 if self.view.calculus else 1)
        products = part.weights[unit] * deltas
        shown, rest = self._shown(products)
        terms = tuple(
            Product(
                (
                    Leaf(
                        self.names.weight(layer + 1, self.own(layer, unit), self._index(k, "k")),
                        float(part.weights[unit, k]),
                    ),
                    Leaf(self.names.error_term(layer + 1, self._index(k, "k")), float(deltas[k])),
                )
            )
            for k in shown
        )
        formula: Formula = SumOver("k", terms, None, len(rest), float(products[rest].sum()))
        mask = self.trace.layers[layer - 1].dropout_mask
        if mask is not None:
            kept = float(rows(mask)[self.view.sample - 1][unit])
            formula = Product((formula, Leaf(Symbol("m", (self.own(layer, unit),)), kept)))
        return self._line(layer, unit, "error", self.names.error, formula)

    def error_term(self, layer: int, unit: int) -> Line:
        """The error that reached the activation, times the slope; or what a fused pair makes of it."""
        last = layer == self.names.n_layers
        formula: Formula
        if last and self.fused:
            formula = self._fused_error_term(unit)
        elif self.trace.network.layers[layer - 1].row.derivative is None:
            formula = self._softmax_error_term(unit)
        else:
            error = self.output_error(unit) if last else self.hidden_error(layer, unit)
            formula = Product((error.formula, self.slope(layer, unit)))
        return self._line(layer, unit, "error_term", self.names.error_term, formula)

    def _fused_error_term(self, unit: int) -> Formula:
        layer = self.names.n_layers
        target = float(one_sample_of(self.trace, "target", self.view.sample)[unit])
        y, p = Leaf(self.names.target(self.own(layer, unit)), target), self._a(layer, unit)
        return Difference(p, y) if self.view.calculus else Difference(y, p)

    def _softmax_error_term(self, unit: int) -> Formula:
        """a_k (e_k - sum_m a_m e_m): softmax's whole Jacobian."""
        layer = self.names.n_layers
        sign = -1 if self.view.calculus else 1
        values = layer_of_sample(self.trace.layers[layer - 1], self.view.sample)
        a, e = values("activation"), values("error") * sign
        shown, rest = self._shown(a * e)
        terms = tuple(
            Product(
                (
                    Leaf(self.names.activation(layer, self._index(m, "m")), float(a[m])),
                    Leaf(self.names.error(layer, self._index(m, "m")), float(e[m])),
                )
            )
            for m in shown
        )
        total = SumOver("m", terms, None, len(rest), float((a * e)[rest].sum()))
        own = Leaf(self.names.error(layer, self.own(layer, unit)), float(e[unit]))
        return Product((self._a(layer, unit), Difference(own, total)))

    def parameter_step(self, layer: int, i: int | None, unit: int) -> Line:
        """The step of a weight (``i`` is its input) or, for ``i`` None, of a bias; in calculus its derivative."""
        part = self.trace.layers[layer - 1]
        sign = -1 if self.view.calculus else 1
        deltas = rows(part.error_term)[:, unit] * sign
        inputs = None if i is None else rows(part.input)[:, i]
        delta = self.names.error_term(layer, self.own(layer, unit))
        x = None if i is None else self.names.input(layer, self.below(layer, i))

        def term(s: int) -> Formula:
            leaf = Leaf(delta, float(deltas[s]))
            return leaf if inputs is None or x is None else Product((leaf, Leaf(x, float(inputs[s]))))

        n = self.trace.n_samples
        mean = term(0) if n == 1 else self._mean_over_samples([term(s) for s in range(n)], deltas, inputs)
        rate = Leaf(Symbol("η"), self.trace.learning_rate)
        factors = mean.factors if isinstance(mean, Product) else (mean,)
        formula: Formula = mean if self.view.calculus else Product((rate, *factors))
        if i is None:
            address, symbol = f"L{layer}.b[{unit + 1}]", self.names.bias(layer, self.own(layer, unit), step=True)
            gradient, step = part.bias_gradient, part.bias_step
            place: tuple[int, ...] = (unit,)
        else:
            address = f"L{layer}.w[{i + 1},{unit + 1}]"
            symbol = self.names.weight(layer, self.below(layer, i), self.own(layer, unit), step=True)
            gradient, step = part.weight_gradient, part.weight_step
            place = (i, unit)
        values = gradient if self.view.calculus else step
        return Line(address, symbol, formula, float(values[place]))  # type: ignore[index]

    def _mean_over_samples(self, terms: list[Formula], deltas: np.ndarray, inputs: np.ndarray | None) -> Formula:
        products = deltas if inputs is None else deltas * inputs
        shown = len(terms) if len(terms) <= SAMPLES_SHOWN + 1 else SAMPLES_SHOWN
        total = SumOver("s", tuple(terms[:shown]), None, len(terms) - shown, float(products[shown:].sum()))
        return Quotient(total, Leaf(Symbol("n"), float(len(terms))))

    def updated_parameter(self, layer: int, i: int | None, unit: int) -> Line:
        """The parameter after the step: step added (lesson), or learning rate times gradient taken off (calculus)."""
        part = self.trace.layers[layer - 1]
        step = self.parameter_step(layer, i, unit)
        if i is None:
            symbol, old = self.names.bias(layer, self.own(layer, unit)), float(part.biases[unit])  # type: ignore[index]
        else:
            symbol = self.names.weight(layer, self.below(layer, i), self.own(layer, unit))
            old = float(part.weights[i, unit])
        leaf, change = Leaf(symbol, old), Leaf(step.symbol, step.value)
        rate = Leaf(Symbol("η"), self.trace.learning_rate)
        formula: Formula = (
            Difference(leaf, Product((rate, change))) if self.view.calculus else SumOver("", (leaf,), change)
        )
        new = old + float((part.weight_step if i is not None else part.bias_step)[(i, unit) if i is not None else unit])  # type: ignore[index]
        return Line(step.address, symbol, formula, new, digits_to_show(new, new - old, self.view.digits))
