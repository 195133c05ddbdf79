"""Which symbol each quantity of a network has: the lesson's for one or two layers, numbered layers beyond."""

from __future__ import annotations

from typing import NamedTuple

from backlit.explain.symbols import Symbol
from backlit.network.trace import Trace

__all__ = ["Names", "names_of"]


class Names(NamedTuple):
    """Symbols for a network of ``sizes`` units; layers are counted from 1, indices are digits or letters.

    Two layers are named as in the lesson: w and h below, W and o at the output. An index is left out where there is
    but one unit to count.
    """

    sizes: tuple[int, ...]
    calculus: bool

    @property
    def n_layers(self) -> int:
        """Number of layers of weights."""
        return len(self.sizes) - 1

    def _layer(self, layer: int) -> str:
        return str(layer) if self.n_layers > 2 else ""

    def _unit(self, layer: int, index: str) -> tuple[str, ...]:
        return () if self.sizes[layer] == 1 else (index,)

    def _kind(self, layer: int) -> str:
        return "o" if self.n_layers == 2 and layer == 2 else ""

    def input(self, layer: int, index: str) -> Symbol:
        """The layer's input: x for the first, else the activation below."""
        return Symbol("x", self._unit(0, index)) if layer == 1 else self.activation(layer - 1, index)

    def pre_activation(self, layer: int, index: str) -> Symbol:
        """The layer's h (the lesson's letter) or z (everybody's)."""
        letter = "z" if self.calculus else "h"
        return Symbol(letter, self._unit(layer, index), self._layer(layer), self._kind(layer))

    def activation(self, layer: int, index: str) -> Symbol:
        """The layer's a, or ŷ at the output."""
        if layer == self.n_layers:
            return Symbol("ŷ", self._unit(layer, index))
        return Symbol("a", self._unit(layer, index), self._layer(layer))

    def target(self, index: str) -> Symbol:
        """The target y."""
        return Symbol("y", self._unit(self.n_layers, index))

    def error(self, layer: int, index: str) -> Symbol:
        """What reaches the activation: e, or the loss's partial derivative with respect to the activation."""
        if self.calculus:
            below = self.activation(layer, index)
            return Symbol(below.base, below.indices, below.layer, by_loss=True)
        return Symbol("e", self._unit(layer, index), self._layer(layer), self._kind(layer))

    def error_term(self, layer: int, index: str) -> Symbol:
        """The lesson's delta, or the loss's partial derivative with respect to the pre-activation."""
        if self.calculus:
            z = self.pre_activation(layer, index)
            return Symbol(z.base, z.indices, z.layer, z.kind, by_loss=True)
        kind = {1: "h", 2: "o"}[layer] if self.n_layers == 2 else ""
        return Symbol("δ", self._unit(layer, index), self._layer(layer), kind)

    def _letter(self, layer: int, letter: str) -> str:
        return letter.upper() if self.n_layers == 2 and layer == 2 else letter

    def weight(self, layer: int, i: str, j: str, *, step: bool = False) -> Symbol:
        """The weight from input i to unit j; with ``step`` what is computed for it, a step or a derivative."""
        indices = self._unit(layer - 1, i) + self._unit(layer, j)
        return self._parameter(self._letter(layer, "w"), indices, layer, step)

    def bias(self, layer: int, j: str, *, step: bool = False) -> Symbol:
        """The bias of unit j; with ``step`` what is computed for it."""
        return self._parameter(self._letter(layer, "b"), self._unit(layer, j), layer, step)

    def _parameter(self, letter: str, indices: tuple[str, ...], layer: int, step: bool) -> Symbol:
        if not step:
            return Symbol(letter, indices, self._layer(layer))
        if self.calculus:
            return Symbol(letter, indices, self._layer(layer), by_loss=True)
        return Symbol(f"Δ{letter}", indices, self._layer(layer))


def names_of(trace: Trace, *, calculus: bool) -> Names:
    """Return the names for the network of a trace."""
    return Names(trace.network.sizes, calculus)
