"""Where training first met NaN or infinity: a cheap look at every step, and the search when it sees something."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlit.equations.arrays import Array
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import LayerForward
from backlit.network.validation import locate_not_finite
from backlit.training.step import BatchStep

if TYPE_CHECKING:
    from backlit.training.history import History

__all__ = ["NotFinite", "TrainingError", "first_not_finite", "first_not_finite_in_sweep", "training_error"]


class TrainingError(BacklitError):
    """Training met NaN or infinity and stopped.

    ``layer`` (from 1, None for the loss), ``quantity`` (such as "pre_activation"), ``epoch`` and ``batch`` (from 1;
    ``batch`` is None in validation) say where it appeared first. ``network`` is what had been learned: the network
    that last had a finite loss, or the best one where training was to stop early. ``history`` holds the epochs done.
    """

    layer: int | None = None
    quantity: str = ""
    epoch: int = 0
    batch: int | None = None
    network: Network | None = None
    history: "History | None" = None


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


def first_not_finite(step: BatchStep) -> NotFinite | None:
    """Return the first value, in the order of computation, that is NaN or infinite, or None."""
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
        yield "weight_gradient", i, layer.weight_gradient
        yield "bias_gradient", i, layer.bias_gradient
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


def training_error(found: NotFinite, epoch: int, batch: int | None, rate: float, network: Network) -> TrainingError:
    """Build the error that says where training first met a value that is not finite."""
    where = "the validation samples" if batch is None else f"batch {batch}"
    what = found.quantity if found.layer is None else f"{found.quantity} of layer {found.layer}"
    error = TrainingError(
        f"training must keep every number finite, but in epoch {epoch}, {where}, the {what} became {found.value} "
        f"first, at index {list(found.index)}, with learning rate {rate:g}; "
        "smaller weights, inputs or learning rate, or clip_norm, keep it finite"
    )
    error.layer, error.quantity = found.layer, found.quantity
    error.epoch, error.batch, error.network = epoch, batch, network
    return error
