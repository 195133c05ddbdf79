"""Epochs by the compiled engine, which keeps the network from one to the next and looks up every few milliseconds.

Of a number that is not finite the engine says no more than its batch. So the run goes back to the last snapshot,
forward to that batch, bit for bit as before, and there the equations go on: they name the layer and the quantity.
"""

from dataclasses import dataclass

import numpy as np

from backlit.engine.trainer import Snapshot, Trainer
from backlit.training.by_equations import epoch_by_equations
from backlit.training.run import Place, Run

__all__ = ["CompiledEpochs"]


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where the engine can go back to: a snapshot, and the batch that came between it and the epoch at hand."""

    snapshot: Snapshot
    rows: np.ndarray
    rate: float


class CompiledEpochs:
    """The epochs of one run: called like ``Epoch``."""

    def __init__(self, start: Place, run: Run, seed: int, n_threads: int | None, *, steps: int = 0) -> None:
        settings = run.settings
        # without dropout the engine draws nothing, and samples come in the same order as by the equations
        self._run, self._by_equations = run, False
        self._trainer = Trainer(
            start.network,
            settings.optimizer,
            settings.hyper,
            weight_decay=settings.weight_decay,
            clip_norm=settings.clip_norm,
            seed=seed,
            n_threads=n_threads,
        )
        self._trainer.set_states(start.states, steps)
        self._anchor = Anchor(self._trainer.snapshot(), np.arange(0), 0.0)

    def __call__(self, place: Place, epoch: int, rate: float, order: np.ndarray) -> tuple[Place, float | None]:
        """Go once through the samples."""
        if self._by_equations:
            return epoch_by_equations(place, epoch, rate, order, self._run)
        size = min(self._run.settings.batch_size, len(order))
        last = (len(order) - 1) // size
        done, total, bad = self._batches(order[: last * size], rate)
        before_last = self._trainer.snapshot()
        if done == last and not bad:
            done, rest, bad = self._batches(order, rate, done)
            total += rest
        if bad:
            return self._taken_over(place, epoch, rate, order, done)
        if done <= last:
            return Place(self._trainer.network(), [], place.last_good), None
        self._anchor = Anchor(before_last, order[last * size :], rate)
        # the network before the last batch is the last one whose loss is known
        last_good = self._trainer.network(before_last)
        # an epoch's memory is read where it is to be kept
        states = [] if self._run.checkpoint is None else self._trainer.states()
        return Place(self._trainer.network(), states, last_good), total / len(order)

    def _batches(self, order: np.ndarray, rate: float, done: int = 0) -> tuple[int, float, bool]:
        """Go through the batches after the first ``done``, until all are done, one is bad, or Ctrl-C came.

        Return how many are done, the bad one among them, the sum of their losses, and whether one was bad.
        """
        data, display, shown = self._run.data, self._run.display, done

        def look_up(count: int) -> bool:
            nonlocal shown
            display.after_batches(count - shown)
            shown = count
            return self._run.interrupted()

        if len(order) == 0 or self._run.interrupted():
            return done, 0.0, False
        size = self._run.settings.batch_size
        sums = self._trainer.epoch(data.X, data.y, order, size, rate, first_batch=done, look_up=look_up)
        return sums.n_batches, sums.loss_sum, sums.first_bad_batch is not None

    def _taken_over(
        self, place: Place, epoch: int, rate: float, order: np.ndarray, bad: int
    ) -> tuple[Place, float | None]:
        """Let the equations go on from batch ``bad``: they raise, or, where they find every number finite, stay."""
        data, size, trainer, anchor = self._run.data, self._run.settings.batch_size, self._trainer, self._anchor
        trainer.restore(anchor.snapshot)
        if len(anchor.rows):
            trainer.epoch(data.X, data.y, anchor.rows, len(anchor.rows), anchor.rate)
        last_good, total = place.last_good, 0.0
        if bad > 1:
            total = trainer.epoch(data.X, data.y, order[: (bad - 2) * size], size, rate).loss_sum
            last_good = trainer.network()
            total += trainer.epoch(data.X, data.y, order[: (bad - 1) * size], size, rate, first_batch=bad - 2).loss_sum
        steps, self._by_equations = trainer.steps, True
        return epoch_by_equations(
            Place(trainer.network(), trainer.states(), last_good),
            epoch,
            rate,
            order,
            self._run,
            done=bad - 1,
            total=total,
            masks=lambda batch, n: trainer.masks(steps + 1 + batch - bad, n),
        )
