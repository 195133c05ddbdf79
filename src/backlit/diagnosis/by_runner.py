"""A set-up trained by a runner, the compiled one first: where it starts, its epochs, and where it stops by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.recording import Recorder
from backlit.diagnosis.scoring import score_of
from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.diagnosis.stopping import Waiting, kept_and_held
from backlit.equations.optimizers import find_optimizer
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.runners.protocol import Runner
from backlit.runners.rule import StepRule
from backlit.runners.table import start_runner

__all__ = ["started", "trained_by_runner"]

PROPORTIONAL = ("sgd", "momentum", "nesterov")
"""Optimizers whose step is proportional to the gradient."""

SINGLE_FROM = 20_000
"""Networks of at least so many parameters are trained in single precision."""


def started(setup: Setup, seed: int) -> tuple[Runner, np.ndarray, np.ndarray, float]:
    """Return a runner at the start of one seed, the samples in its precision, and the learning rate of its loss."""
    dtype = np.float32 if setup.network.n_parameters >= SINGLE_FROM else np.float64
    net = _in_precision(network_for_seed(setup, seed), dtype)
    row = find_optimizer(setup.optimizer)
    hyper = {name: value for name, value in row.defaults.items() if name != "learning_rate"} | dict(setup.hyper)
    rule = StepRule(row, hyper, l2=setup.l2, weight_decay=setup.weight_decay, clip_norm=setup.clip_norm)
    rate = setup.learning_rate * (setup.gradient_scale if row.name in PROPORTIONAL else 1.0)
    runner = start_runner(net, rule, seed=seed, n_threads=1)
    return runner, setup.X.astype(dtype), setup.Y.astype(dtype), rate


def trained_by_runner(
    setup: Setup, seed: int, stop: Callable[[], bool], recorder: Recorder | None
) -> tuple[list[float], np.ndarray, int | None, Network]:
    """Return the losses by epoch, the outputs at the end, the epoch in which it diverged, and the network."""
    runner, X, Y, rate = started(setup, seed)
    rng, losses, diverged = np.random.default_rng([5, seed]), [], None
    weights = None if setup.weights is None else setup.weights.astype(X.dtype)
    rows, held = kept_and_held(setup.stopping, len(X), np.random.default_rng([6, seed]))
    waiting, best = None if setup.stopping is None else Waiting(setup.stopping), None

    def look_up(done: int, *, searching: bool = False) -> bool:
        return searching

    if recorder is not None:
        recorder.start(runner.network())
    with np.errstate(all="ignore"):
        for epoch in range(1, setup.epochs + 1):
            if stop():
                break
            order, size = rng.permutation(rows), setup.batch_size
            if recorder is None:
                result = runner.epoch(X, Y, order, size, rate, weights, look_up=look_up)
            else:
                result = recorder.epoch(runner, X, Y, order, size, rate, look_up, weights)
            if result.first_bad_batch is not None:
                diverged = epoch
                break
            losses.append(result.loss_sum / len(rows))
            if waiting is None:
                continue
            value = setup.gradient_scale * losses[-1] if not len(held) else -_score_of_rows(setup, runner, X, Y, held)
            ended = waiting.ended(value)
            best = runner.network() if len(held) and waiting.is_best else best
            if ended:
                break
        net = runner.network() if best is None or diverged else best
        outputs = np.asarray(runner.measure(X, Y)[0] if best is None else forward(net, X)[-1].output, np.float64)
    return losses, outputs, diverged, net


def _score_of_rows(setup: Setup, runner: Runner, X: np.ndarray, Y: np.ndarray, rows: np.ndarray) -> float:
    labels = None if setup.labels is None else setup.labels[rows]
    part = replace(setup, X=X[rows], Y=Y[rows], labels=labels, weights=None)
    return score_of(part, np.asarray(runner.measure(X[rows], Y[rows])[0], np.float64))


def _in_precision(net: Network, dtype: Any) -> Network:
    def cast(array: Any) -> Any:
        return None if array is None else np.array(array, dtype)

    layers = (replace(layer, weights=cast(layer.weights), biases=cast(layer.biases)) for layer in net.layers)
    return replace(net, layers=tuple(layers))
