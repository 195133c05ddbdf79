"""Epochs by the equations: each batch is one step of Python, which any activation, loss and optimizer can take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backlit.engine.arrays import rates_of
from backlit.equations.arrays import Array
from backlit.equations.optimizers import State
from backlit.equations.slopes import with_slope_from_value
from backlit.network.network import Network
from backlit.network.sweeps import draw_masks
from backlit.runners.not_finite import first_not_finite
from backlit.runners.objective import measured
from backlit.runners.protocol import EpochResult, LookUp
from backlit.runners.rule import StepRule
from backlit.runners.step import batch_step, start_states
from backlit.sparse_inputs import csr_checked, is_sparse

__all__ = ["EquationsRunner", "Masks", "with_slopes_of"]

Masks = Callable[[int, int], Sequence[Array | None]]
"""From the number of a step, from 1, and of a batch's samples to the masks (n, n_out) of each layer, or None."""


@dataclass(frozen=True, eq=False)
class _Snapshot:
    net: Network
    last_good: Network
    states: list[State]
    steps: int
    generator: Any


class EquationsRunner:
    """The equations, batch by batch: the specification of every other runner.

    ``states`` and ``steps``: where an earlier run left its optimizer. ``seed``: of the dropout masks, or a generator
    to draw them from; ``masks``: they are told instead. ``last_good``: see the method.
    """

    def __init__(
        self,
        net: Network,
        rule: StepRule,
        *,
        states: Sequence[State] | None = None,
        steps: int | None = None,
        seed: int | np.random.Generator | None = None,
        masks: Masks | None = None,
        last_good: Network | None = None,
    ) -> None:
        self._names = [layer.activation for layer in net.layers]
        self._net = with_slopes_of(rule, net)
        self._last_good = self._net if last_good is None else with_slopes_of(rule, last_good)
        self._rule = rule
        self._states = start_states(net) if states is None else list(states)
        self._steps = max((int(state.get("t", 0)) for state in self._states), default=0) if steps is None else steps
        self._rng = np.random.default_rng(seed)
        self._masks = self._drawn if masks is None else masks

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return self._steps

    def epoch(
        self,
        X: Array,
        y: Array,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float | np.ndarray,
        sample_weight: np.ndarray | None = None,
        *,
        first_batch: int = 0,
        look_up: LookUp | None = None,
    ) -> EpochResult:
        """Go once through the samples; see ``Runner``. ``first_batch``: batches to leave out at the start."""
        X = csr_checked(X) if is_sparse(X) else X
        total, n_batches = 0.0, -(-len(order) // batch_size)
        rates = rates_of(learning_rate, n_batches)
        for batch in range(first_batch, n_batches):
            rows = order[batch * batch_size : (batch + 1) * batch_size]
            weights = None if sample_weight is None else sample_weight[rows]
            # where no sample counts, there is neither a loss nor a way to go
            if weights is None or weights.sum() != 0:
                masks = self._masks(self._steps + 1, len(rows))
                step = batch_step(
                    self._net, self._states, X[rows], y[rows], float(rates[batch]), self._rule, masks, weights
                )
                found = first_not_finite(step)
                if found is not None:
                    self._last_good = self._net if found.loss_was_finite else self._last_good
                    return EpochResult(total, batch + 1, batch + 1, found)
                total += step.loss * len(rows)
                self._last_good, self._net, self._states = self._net, step.network, step.states
                self._steps += 1
            if look_up is not None and look_up(batch + 1):
                return EpochResult(total, batch + 1)
        return EpochResult(total, n_batches)

    def measure(self, X: Array, y: Array) -> tuple[Array, Array]:
        """Return the outputs and their losses; see ``Runner``."""
        X = csr_checked(X) if is_sparse(X) else X
        return measured(self._net, X, y, probability_floor=self._rule.probability_floor)

    def network(self) -> Network:
        """Return the network as it is now; no later step changes its arrays."""
        return self._named(self._net)

    def last_good(self, look_up: LookUp | None = None) -> Network:
        """Return the last network whose loss was seen to be finite; it is at hand."""
        return self._named(self._last_good)

    def states(self) -> list[State]:
        """Return the optimizer's memory of weights and biases, layer by layer."""
        return list(self._states)

    def snapshot(self) -> _Snapshot:
        """Return everything that changes; no step moves an array in place, so nothing is copied."""
        generator = self._rng.bit_generator.state
        return _Snapshot(self._net, self._last_good, self._states, self._steps, generator)

    def restore(self, snapshot: _Snapshot) -> None:
        """Go back to a snapshot."""
        self._net, self._last_good, self._states = snapshot.net, snapshot.last_good, snapshot.states
        self._steps, self._rng.bit_generator.state = snapshot.steps, snapshot.generator

    def _drawn(self, step: int, n: int) -> Sequence[Array | None]:
        return draw_masks(self._net, n, self._rng)

    def _named(self, net: Network) -> Network:
        parts = zip(net.layers, self._names, strict=True)
        return replace(net, layers=tuple(replace(layer, activation=name) for layer, name in parts))


def with_slopes_of(rule: StepRule, net: Network) -> Network:
    """Return the network with the slopes that a rule asks for."""
    if not rule.slopes_from_values:
        return net
    return replace(
        net, layers=tuple(replace(layer, activation=with_slope_from_value(layer.row)) for layer in net.layers)
    )
