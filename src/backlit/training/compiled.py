"""Epochs by the compiled engine, which keeps the network from one to the next and looks up every few milliseconds.

Of a number that is not finite the engine says no more than its batch. So the run goes back to the last snapshot,
forward to that batch, bit for bit as before, and there the equations go on: they name the layer and the quantity.
"""

import time
from dataclasses import dataclass, field

import numpy as np

from backlit.engine.trainer import Snapshot, Trainer
from backlit.network.network import Network
from backlit.training.by_equations import epoch_by_equations
from backlit.training.run import Place, Run, place_at

__all__ = ["CompiledEpochs"]

SNAPSHOT_EVERY = 100.0
"""Times as long as a snapshot takes until there is another: a copy of a large network takes as long as some steps."""


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where the engine can go back to: a snapshot, and the samples and learning rates of the batches since then."""

    snapshot: Snapshot
    taken_at: float
    seconds: float
    since: list[tuple[np.ndarray, float]] = field(default_factory=list)

    @property
    def is_old(self) -> bool:
        """Whether it is time for another."""
        return time.perf_counter() - self.taken_at > SNAPSHOT_EVERY * self.seconds


class CompiledEpochs:
    """The epochs of one run: called like ``Epoch``."""

    def __init__(self, start: Place, run: Run, seed: int, n_threads: int | None, *, steps: int = 0) -> None:
        settings = run.settings
        # without dropout the engine draws nothing, and samples come in the same order as by the equations
        self._run, self._by_equations = run, False
        self._trainer = Trainer(
            start.network(),
            settings.optimizer,
            settings.hyper,
            weight_decay=settings.weight_decay,
            clip_norm=settings.clip_norm,
            seed=seed,
            n_threads=n_threads,
        )
        self._trainer.set_states(start.states(), steps)
        self._anchor = self._anchored()

    def __call__(self, place: Place, epoch: int, rate: float, order: np.ndarray) -> tuple[Place, float | None]:
        """Go once through the samples."""
        if self._by_equations:
            return epoch_by_equations(place, epoch, rate, order, self._run)
        size = min(self._run.settings.batch_size, len(order))
        last, due, next_anchor = (len(order) - 1) // size, self._anchor.is_old, None
        done, total, bad = self._batches(order[: last * size] if due else order, rate)
        if due and done == last and not bad:
            # the network before the last batch is the last one whose loss is known
            next_anchor = self._anchored()
            next_anchor.since.append((order[last * size :], rate))
            done, rest, bad = self._batches(order, rate, done)
            total += rest
        if bad:
            return self._taken_over(epoch, rate, order, done)
        here = Place(self._trainer.network, self._trainer.states, self._replayed, self._trainer.measure)
        if done <= last:
            return here, None
        self._anchor.since.append((order, rate))
        self._anchor = next_anchor or self._anchor
        return here, total / len(order)

    def _anchored(self) -> Anchor:
        began = time.perf_counter()
        snapshot, now = self._trainer.snapshot(), time.perf_counter()
        return Anchor(snapshot, now, now - began)

    def _replayed(self) -> Network:
        """Go back to the anchor and forward to the end of the last epoch; return the network before its last batch."""
        trainer, data, size = self._trainer, self._run.data, self._run.settings.batch_size
        trainer.restore(self._anchor.snapshot)
        last_good = trainer.network()
        for rows, rate in self._anchor.since:
            last = (len(rows) - 1) // size
            trainer.epoch(data.X, data.y, rows[: last * size], size, rate)
            last_good = trainer.network()
            trainer.epoch(data.X, data.y, rows, size, rate, first_batch=last)
        return last_good

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

    def _taken_over(self, epoch: int, rate: float, order: np.ndarray, bad: int) -> tuple[Place, float | None]:
        """Let the equations go on from batch ``bad``: they raise, or, where they find every number finite, stay."""
        data, size, trainer = self._run.data, self._run.settings.batch_size, self._trainer
        last_good, total = self._replayed(), 0.0
        if bad > 1:
            total = trainer.epoch(data.X, data.y, order[: (bad - 2) * size], size, rate).loss_sum
            last_good = trainer.network()
            total += trainer.epoch(data.X, data.y, order[: (bad - 1) * size], size, rate, first_batch=bad - 2).loss_sum
        steps, self._by_equations = trainer.steps, True
        return epoch_by_equations(
            place_at(trainer.network(), trainer.states(), last_good),
            epoch,
            rate,
            order,
            self._run,
            done=bad - 1,
            total=total,
            masks=lambda batch, n: trainer.masks(steps + 1 + batch - bad, n),
        )
