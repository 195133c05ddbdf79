"""The arithmetic of an epoch, apart from its bookkeeping, so that who keeps the books need not know who does the sums.

A runner goes through the batches that it is told, and gives back the loss. Orders of samples, learning rates,
validation, stopping and callbacks are the caller's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from backlit.engine.trainer import EpochSums
from backlit.equations.arrays import Array
from backlit.equations.optimizers import State
from backlit.equations.slopes import with_slope_from_value
from backlit.network.network import Network
from backlit.network.sweeps import draw_masks, forward
from backlit.training.compiled_runner import compiled_runner
from backlit.training.objective import mean_gradients, measured, penalty, penalty_gradient, reported_losses
from backlit.training.step import optimizer_step, start_states
from backlit.training.step_rule import StepRule

__all__ = ["EquationsRunner", "Runner", "StepRule", "start_runner"]


class Runner(Protocol):
    """One network in training: its parameters and its optimizer's memory, moved by each epoch."""

    def epoch(
        self,
        X: Array,
        y: Array,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float,
        sample_weight: np.ndarray | None = None,
    ) -> EpochSums:
        """Go once through the samples ``order`` of ``X (n, n_in)``, dense or CSR, and ``y (n, n_out)``."""

    def measure(self, X: Array, y: Array) -> tuple[Array, Array]:
        """Return the outputs (n, n_out) and their losses (n,), without dropout, weights and penalties."""

    def network(self) -> Network:
        """Return the network as it is now, in arrays of its own; they are unchecked."""

    def states(self) -> list[State]:
        """Return the optimizer's memory of weights and biases, layer by layer."""


def start_runner(
    net: Network,
    rule: StepRule,
    *,
    states: Sequence[State] | None = None,
    seed: int | None = None,
    n_threads: int | None = None,
) -> Runner:
    """Return what will train ``net``: the compiled engine where it can, else the equations.

    ``states``: the memory of an earlier run, to go on from. ``seed``: of the dropout masks. ``n_threads``: for
    runners that can use threads of their own; None is what pays for the size.

    >>> from backlit.equations.optimizers import find_optimizer
    >>> net = Network.from_weights([[[0.0]]], output="identity")
    >>> runner = start_runner(net, StepRule(find_optimizer("sgd"), l2=0.0))
    >>> sums = runner.epoch(np.asarray([[1.0], [2.0]]), np.asarray([[1.0], [2.0]]), np.arange(2), 1, 0.5)
    >>> sums.loss_sum, runner.network().weights[0].tolist()
    (1.0, [[1.5]])
    """
    compiled = compiled_runner(net, rule, states=states, seed=seed, n_threads=n_threads)
    return EquationsRunner(net, rule, states=states, seed=seed) if compiled is None else compiled


class EquationsRunner:
    """The equations, batch by batch: the specification of every other runner."""

    def __init__(
        self, net: Network, rule: StepRule, *, states: Sequence[State] | None = None, seed: int | None = None
    ) -> None:
        self._names = [layer.activation for layer in net.layers]
        self._net = _with_slopes_from_values(net) if rule.slopes_from_values else net
        self._rule = rule
        self._states = start_states(net) if states is None else list(states)
        self._rng = np.random.default_rng(seed)

    def epoch(
        self,
        X: Array,
        y: Array,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float,
        sample_weight: np.ndarray | None = None,
    ) -> EpochSums:
        """Go once through the samples; see ``Runner``."""
        total = 0.0
        n_batches = 0
        with np.errstate(all="ignore"):
            for first in range(0, len(order), batch_size):
                rows = order[first : first + batch_size]
                weights = None if sample_weight is None else sample_weight[rows]
                n_batches += 1
                if weights is not None and weights.sum() == 0:
                    # no sample of it counts, so there is neither a loss nor a way to go
                    continue
                total += self._batch(X[rows], y[rows], weights, learning_rate) * len(rows)
                if math.isnan(total):
                    return EpochSums(total, n_batches, n_batches)
        return EpochSums(total, n_batches, None if self._finite() else n_batches)

    def measure(self, X: Array, y: Array) -> tuple[Array, Array]:
        """Return the outputs and their losses; see ``Runner``."""
        return measured(self._net, X, y, probability_floor=self._rule.probability_floor)

    def network(self) -> Network:
        """Return the network as it is now; no later step changes its arrays."""
        parts = zip(self._net.layers, self._names, strict=True)
        return replace(self._net, layers=tuple(replace(layer, activation=name) for layer, name in parts))

    def states(self) -> list[State]:
        """Return the optimizer's memory of weights and biases, layer by layer."""
        return list(self._states)

    def _finite(self) -> bool:
        arrays = [array for layer in self._net.layers for array in (layer.weights, layer.biases) if array is not None]
        return all(bool(np.isfinite(array).all()) for array in arrays)

    def _batch(self, X: Array, y: Array, sample_weight: np.ndarray | None, rate: float) -> float:
        """Take one step; return the mean loss of the batch, with penalties, before it."""
        net, rule = self._net, self._rule
        sweep = forward(net, X, masks=draw_masks(net, X.shape[0], self._rng))
        losses = reported_losses(net, sweep, y, probability_floor=rule.probability_floor)
        n = X.shape[0] if sample_weight is None else float(sample_weight.sum())
        loss = rule.loss_scale * float(np.average(losses, weights=sample_weight))
        gradients = mean_gradients(net, sweep, y, sample_weight)
        if rule.l1 or rule.l2:
            loss += penalty(net, rule.l1, rule.l2) / n
            for i, W in enumerate(net.weights):
                gradients[2 * i] = gradients[2 * i] + penalty_gradient(W, rule.l1, rule.l2) / n
        _, self._states, self._net = optimizer_step(
            net,
            self._states,
            gradients,
            rate,
            rule.optimizer,
            rule.hyper,
            clip_norm=rule.clip_norm,
            weight_decay=rule.weight_decay,
        )
        return loss


def _with_slopes_from_values(net: Network) -> Network:
    layers = (replace(layer, activation=with_slope_from_value(layer.row)) for layer in net.layers)
    return replace(net, layers=tuple(layers))
