"""Where training first met NaN or infinity: a cheap look at every step, and the search when it sees something."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backlit.equations.arrays import Array
from backlit.network.sweeps import LayerForward
from backlit.runners.step import BatchStep
from backlit.validation import locate_not_finite

__all__ = ["NotFinite", "first_not_finite", "first_not_finite_in_sweep"]


@dataclass(frozen=True)
class NotFinite:
    """The first value that is not finite: of which quantity and layer (None for the loss), and at which index."""

    quantity: str
    layer: int | None
    value: float
    index: tuple[int, ...]

    @property
    def loss_was_finite(self) -> bool:
        """Whether it appeared after the loss."""
        return self.quantity not in ("pre_activation", "activation", "loss")

    def in_words(self) -> str:
        """Return what became what, where.

        >>> NotFinite("weights", 2, math.inf, (3, 0)).in_words()
        'the weights of layer 2 became inf first, at index [3, 0]'
        """
        what = self.quantity if self.layer is None else f"{self.quantity} of layer {self.layer}"
        return f"the {what} became {self.value} first, at index {list(self.index)}"


def first_not_finite(step: BatchStep) -> NotFinite | None:
    """Return the first value, in the order of computation, that is NaN or infinite, or None."""
    with np.errstate(all="ignore"):
        return _search(_quantities(step)) if _looks_wrong(step) else None


def first_not_finite_in_sweep(sweep: Sequence[LayerForward], losses: Array) -> NotFinite | None:
    """Return the first value of a forward sweep or of its losses (n,) that is NaN or infinite, or None."""
    return _search(_upward(sweep, losses))


def _looks_wrong(step: BatchStep) -> bool:
    """A sum shows every NaN and infinity of an array; NaN in the backward sweep reaches the new parameters."""
    arrays = [step.losses, *(layer.pre_activation for layer in step.sweep)]
    arrays += [parameter for layer in step.network.layers for parameter in (layer.weights, layer.biases)]
    return not all(math.isfinite(float(array.sum())) for array in arrays if array is not None)


def _upward(sweep: Sequence[LayerForward], losses: Array) -> Iterator[tuple[str, int | None, Array | None]]:
    for i, layer in enumerate(sweep, 1):
        yield "pre_activation", i, layer.pre_activation
        yield "activation", i, layer.activation
    yield "loss", None, losses


def _quantities(step: BatchStep) -> Iterator[tuple[str, int | None, Array | None]]:
    yield from _upward(step.sweep, step.losses)
    for i in range(len(step.layers), 0, -1):
        layer = step.layers[i - 1]
        yield "error_term", i, layer.error_term
        yield "weight_gradient", i, step.gradients[2 * i - 2]
        yield "bias_gradient", i, step.gradients[2 * i - 1]
    for i, after in enumerate(step.network.layers, 1):
        yield "weight_step", i, step.steps[2 * i - 2]
        yield "bias_step", i, step.steps[2 * i - 1]
        yield "weights", i, after.weights
        yield "biases", i, after.biases


def _search(quantities: Iterator[tuple[str, int | None, Array | None]]) -> NotFinite | None:
    for quantity, layer, array in quantities:
        index = None if array is None else locate_not_finite(array)
        if array is not None and index is not None:
            return NotFinite(quantity, layer, float(array[index]), index)
    return None
