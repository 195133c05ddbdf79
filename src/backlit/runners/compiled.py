"""Epochs by the compiled engine, which keeps the network from one to the next and looks up every few milliseconds.

Of a number that is not finite the engine says no more than its batch. So the runner goes back to its last snapshot,
forward to that batch, bit for bit as before, and there the equations go on: they name the layer and the quantity.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from backlit.engine.trainer import EngineSums, Snapshot, Trainer
from backlit.equations.arrays import Array
from backlit.equations.optimizers import State
from backlit.network.network import Network
from backlit.runners.equations import EquationsRunner
from backlit.runners.protocol import EpochResult, LookUp
from backlit.runners.rule import StepRule

__all__ = ["CompiledRunner"]

SNAPSHOT_EVERY = 100.0
"""Times as long as a snapshot takes until there is another: a copy of a large network takes as long as some steps."""


@dataclass(frozen=True, eq=False)
class Batches:
    """What an epoch was told."""

    X: Array
    y: Array
    order: np.ndarray
    size: int
    rate: float | np.ndarray
    weight: np.ndarray | None

    @property
    def count(self) -> int:
        """How many there are."""
        return -(-len(self.order) // self.size)

    def part(self, first: int, end: int | None = None) -> Batches:
        """Return some of the batches, from number ``first``, from 0, to before ``end``."""
        rows = slice(first * self.size, None if end is None else end * self.size)
        rate = self.rate[first:end] if isinstance(self.rate, np.ndarray) else self.rate
        return replace(self, order=self.order[rows], rate=rate)


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where the engine can go back to: a snapshot, and the batches since then."""

    snapshot: Snapshot
    taken_at: float
    seconds: float
    since: list[Batches] = field(default_factory=list)

    @property
    def is_old(self) -> bool:
        """Whether it is time for another."""
        return time.perf_counter() - self.taken_at > SNAPSHOT_EVERY * self.seconds


class SearchEndedError(Exception):
    """The search for a number that is not finite was ended by who waited for it."""


class CompiledRunner:
    """The compiled engine as a ``Runner``, for what ``engine.known.why_not`` has no reason against."""

    def __init__(
        self,
        net: Network,
        rule: StepRule,
        *,
        states: Sequence[State] | None = None,
        steps: int | None = None,
        seed: int | np.random.Generator | None = None,
        n_threads: int | None = None,
    ) -> None:
        self._rule = rule
        self._equations: EquationsRunner | None = None
        self._trainer = Trainer(
            net,
            rule.optimizer,
            rule.hyper,
            l1=rule.l1,
            l2=rule.l2,
            weight_decay=rule.weight_decay,
            clip_norm=rule.clip_norm,
            loss_scale=rule.loss_scale,
            probability_floor=rule.probability_floor,
            slopes_from_values=rule.slopes_from_values,
            seed=_whole_seed(seed, net),
            n_threads=n_threads,
        )
        if states is not None:
            self._trainer.set_states(states, steps)
        self._anchor = self._anchored()

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return self._trainer.steps if self._equations is None else self._equations.steps

    def epoch(
        self,
        X: Array,
        y: Array,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float | np.ndarray,
        sample_weight: np.ndarray | None = None,
        *,
        look_up: LookUp | None = None,
    ) -> EpochResult:
        """Go once through the samples; see ``Runner``."""
        if self._equations is not None:
            return self._equations.epoch(X, y, order, batch_size, learning_rate, sample_weight, look_up=look_up)
        size = min(int(batch_size), max(1, len(order)))
        batches = Batches(X, y, np.asarray(order), size, learning_rate, sample_weight)
        last, due, next_anchor = max(0, batches.count - 1), self._anchor.is_old, None
        if due:
            sums = self._gone_through(batches.part(0, last), look_up) if last else EngineSums(0.0, 0)
        else:
            sums = self._gone_through(batches, look_up)
        if due and sums.n_batches == last and sums.first_bad_batch is None:
            # the network before the last batch is the last one whose loss is known
            next_anchor = self._anchored()
            next_anchor.since.append(batches.part(last))
            rest = self._gone_through(batches, look_up, first_batch=last)
            sums = rest._replace(loss_sum=sums.loss_sum + rest.loss_sum)
        if sums.first_bad_batch is not None:
            return self._taken_over(batches, sums.first_bad_batch, look_up)
        if sums.n_batches == batches.count:
            self._anchor.since.append(batches)
            self._anchor = next_anchor or self._anchor
        return EpochResult(sums.loss_sum, sums.n_batches)

    def measure(self, X: Array, y: Array) -> tuple[Array, Array]:
        """Return the outputs and their losses; see ``Runner``."""
        return self._trainer.measure(X, y) if self._equations is None else self._equations.measure(X, y)

    def network(self) -> Network:
        """Return the network as it is now, in arrays of its own."""
        return self._trainer.network() if self._equations is None else self._equations.network()

    def last_good(self, look_up: LookUp | None = None) -> Network:
        """Go back and forward to the last network whose loss was seen to be finite, and stay where the runner was."""
        if self._equations is not None:
            return self._equations.last_good()
        try:
            return self._replayed(look_up)
        except SearchEndedError:
            return self._trainer.network(self._anchor.snapshot)

    def states(self) -> list[State]:
        """Return the optimizer's memory of weights and biases, layer by layer."""
        return self._trainer.states() if self._equations is None else self._equations.states()

    def snapshot(self) -> Any:
        """Return a copy of everything that changes."""
        return self._trainer.snapshot() if self._equations is None else self._equations.snapshot()

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot."""
        if not isinstance(snapshot, Snapshot) and self._equations is not None:
            self._equations.restore(snapshot)
            return
        self._equations = None
        self._trainer.restore(snapshot)
        self._anchor = self._anchored()

    def _anchored(self) -> Anchor:
        began = time.perf_counter()
        snapshot, now = self._trainer.snapshot(), time.perf_counter()
        return Anchor(snapshot, now, now - began)

    def _gone_through(self, batches: Batches, look_up: LookUp | None, *, first_batch: int = 0) -> EngineSums:
        b = batches
        return self._trainer.epoch(
            b.X, b.y, b.order, b.size, b.rate, b.weight, first_batch=first_batch, look_up=look_up
        )

    def _again(self, batches: Batches, look_up: LookUp | None, *, first_batch: int = 0) -> float:
        """Go through batches a second time; return the sum of their losses."""
        look = None if look_up is None else lambda done: look_up(done, searching=True)
        b, before = batches, self._trainer.steps
        sums = self._trainer.epoch(b.X, b.y, b.order, b.size, b.rate, b.weight, first_batch=first_batch, look_up=look)
        if sums.n_batches < batches.count:
            raise SearchEndedError(before)
        return sums.loss_sum

    def _replayed(self, look_up: LookUp | None) -> Network:
        """Go back to the anchor and forward to the end of the last epoch; return the network before its last batch."""
        self._trainer.restore(self._anchor.snapshot)
        last_good = self._trainer.network()
        for batches in self._anchor.since:
            last = batches.count - 1
            if last > 0:
                self._again(batches.part(0, last), look_up)
            last_good = self._trainer.network()
            self._again(batches, look_up, first_batch=max(0, last))
        return last_good

    def _taken_over(self, batches: Batches, bad: int, look_up: LookUp | None) -> EpochResult:
        """Let the equations go on from batch ``bad``: they name the number, or, where all are finite to them, stay."""
        trainer, total = self._trainer, 0.0
        try:
            last_good = self._replayed(look_up)
            if bad > 1:
                if bad > 2:
                    total = self._again(batches.part(0, bad - 2), look_up)
                last_good = trainer.network()
                total += self._again(batches.part(0, bad - 1), look_up, first_batch=bad - 2)
        except SearchEndedError:
            trainer.restore(self._anchor.snapshot)
            self._anchor = self._anchored()
            return EpochResult(total, bad, bad)
        self._equations = EquationsRunner(
            trainer.network(),
            self._rule,
            states=trainer.states(),
            steps=trainer.steps,
            masks=trainer.masks,
            last_good=last_good,
        )
        b = batches
        result = self._equations.epoch(
            b.X, b.y, b.order, b.size, b.rate, b.weight, first_batch=bad - 1, look_up=look_up
        )
        return result._replace(loss_sum=total + result.loss_sum)


def _whole_seed(seed: int | np.random.Generator | None, net: Network) -> int:
    """A generator is asked for a seed only where something will be drawn."""
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**63)) if any(layer.dropout for layer in net.layers) else 0
    return seed or 0
