"""The error of a training that could not go on: it met NaN or infinity, or its checkpoint could not be written."""

from typing import TYPE_CHECKING

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.runners.not_finite import NotFinite

if TYPE_CHECKING:
    from backlit.training.history import History

__all__ = ["TrainingError", "training_error"]


class TrainingError(BacklitError):
    """Training met NaN or infinity and stopped, or could not write its checkpoint.

    ``layer`` (from 1, None for the loss), ``quantity`` (such as "pre_activation"), ``epoch`` and ``batch`` (from 1;
    ``batch`` is None in validation) say where it appeared first. ``network`` is what had been learned: the network
    that last had a finite loss, or the best one where training was to stop early. ``history`` holds the epochs done;
    its ``stopped_by`` is "not_finite", or "checkpoint" where that could not be written (``quantity`` is "" then).
    """

    layer: int | None = None
    quantity: str = ""
    epoch: int = 0
    batch: int | None = None
    network: Network | None = None
    history: "History | None" = None


def training_error(
    found: NotFinite | None,
    epoch: int,
    batch: int | None,
    rate: float,
    network: Network,
    *,
    opening: str = "training must keep every number finite, but in",
) -> TrainingError:
    """Build the error that says where training first met a value that is not finite, as far as it was ``found``.

    ``batch``: from 1, None for the validation samples. ``rate``: the learning rate. ``network``: what had been learned.
    ``opening``: the error's first words, up to "in", after which comes where.
    """
    where = "the validation samples" if batch is None else f"batch {batch}"
    what = (
        "a number became NaN or infinite (where, was not looked for to the end)" if found is None else found.in_words()
    )
    error = TrainingError(
        f"{opening} epoch {epoch}, {where}, {what}, with learning rate {rate:g}; "
        "smaller weights, inputs or learning rate, or clip_norm, keep it finite"
    )
    if found is not None:
        error.layer, error.quantity = found.layer, found.quantity
    error.epoch, error.batch, error.network = epoch, batch, network
    return error
