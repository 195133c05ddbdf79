"""An epoch by the equations: each batch is one step of Python, which any activation, loss and optimizer can take."""

from collections.abc import Callable, Sequence

import numpy as np

from backlit.equations.arrays import Array
from backlit.network.sweeps import draw_masks
from backlit.training.run import Place, Run, place_at
from backlit.training.step import batch_step
from backlit.training.watch import first_not_finite, training_error

__all__ = ["epoch_by_equations"]

Masks = Callable[[int, int], Sequence[Array | None]]


def epoch_by_equations(
    place: Place,
    epoch: int,
    rate: float,
    order: np.ndarray,
    run: Run,
    *,
    done: int = 0,
    total: float = 0.0,
    masks: Masks | None = None,
) -> tuple[Place, float | None]:
    """Go once through the samples; see ``Epoch``.

    ``done`` batches are behind, ``total`` is the sum of their losses, and ``masks(batch, n)`` gives the dropout masks
    of a batch, from 1; by default they are drawn from the run's generator.
    """
    X, y, n, size = run.data.X, run.data.y, len(order), run.settings.batch_size
    net, states, last_good = place.network(), place.states(), place.last_good()
    for batch, first in enumerate(range(done * size, n, size), done + 1):
        if run.interrupted():
            return place_at(net, states, last_good), None
        rows = order[first : first + size]
        drawn = draw_masks(net, len(rows), run.rng) if masks is None else masks(batch, len(rows))
        with np.errstate(all="ignore"):
            step = batch_step(net, states, X[rows], y[rows], drawn, rate, run.settings)
            found = first_not_finite(step)
            batch_loss = float(np.sum(step.losses))
        if found is not None:
            raise training_error(found, epoch, batch, rate, net if found.loss_was_finite else last_good)
        total += batch_loss
        net, states, last_good = step.network, step.states, net
        run.display.after_batches(1)
    return place_at(net, states, last_good), total / n
