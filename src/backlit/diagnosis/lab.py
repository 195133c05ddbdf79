"""Experiments: a set-up trained with a seed, and how far it came. The runners do the sums, the compiled one first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.engine.known import why_not
from backlit.equations.optimizers import find_optimizer
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.runners.protocol import Runner
from backlit.runners.rule import StepRule
from backlit.runners.table import start_runner

__all__ = [
    "Course",
    "error_of",
    "held_out_error",
    "is_fast",
    "score_of",
    "stepped_networks",
    "trained",
    "trained_seeds",
]

PROPORTIONAL = ("sgd", "momentum", "nesterov")
"""Optimizers whose step is proportional to the gradient."""

SINGLE_FROM = 20_000
"""Networks of at least so many parameters are trained in single precision."""

CURVE_POINTS = 60


@dataclass(frozen=True, eq=False)
class Course:
    """One training run: ``losses`` by epoch (thinned), ``score`` at its end, ``error`` beside the trivial answer's.

    ``score``: accuracy, or the share of variance explained. ``error``: 0 is perfect, 1 as bad as the same answer for
    every sample. ``diverged_at``: the epoch, from 1, in which a number was no longer finite.
    """

    losses: tuple[float, ...]
    score: float
    error: float
    epochs: int
    diverged_at: int | None = None
    network: Network | None = None


def is_fast(setup: Setup) -> bool:
    """Say whether the compiled engine trains a set-up."""
    return not setup.norms and why_not(setup.network, find_optimizer(setup.optimizer)) is None


def score_of(setup: Setup, outputs: np.ndarray) -> float:
    """Return the accuracy, or the share of variance explained; NaN where the outputs are not finite."""
    if not np.isfinite(outputs).all():
        return float("nan")
    if setup.labels is None:
        residual = np.mean(np.square(outputs - setup.Y))
        return float(1 - residual / max(float(np.mean(np.square(setup.Y - setup.Y.mean(axis=0)))), 1e-300))
    answers = outputs.argmax(axis=1) if outputs.shape[1] > 1 else (outputs[:, 0] > setup.cut).astype(int)
    return float(np.mean(answers == setup.labels))


def error_of(setup: Setup, score: float) -> float:
    """Return 1 - score over that of the trivial answer (the commonest class, or the mean), at most 1.

    >>> net = Network.random([1, 1], seed=0)
    >>> setup = Setup(net, np.zeros((4, 1)), np.zeros((4, 1)), None, "sgd", 0.1, 2, 1)
    >>> error_of(setup, 0.75), error_of(setup, -3.0)
    (0.25, 1.0)
    """
    if not np.isfinite(score):
        return 1.0
    trivial = 0.0 if setup.labels is None else float(np.bincount(setup.labels).max() / len(setup.labels))
    return float(min(1.0, (1 - score) / max(1 - trivial, 1e-12)))


def _started(setup: Setup, seed: int) -> tuple[Runner, np.ndarray, np.ndarray, float]:
    """Return a runner at the start of one seed, the samples in its precision, and the learning rate of its loss."""
    dtype = np.float32 if setup.network.n_parameters >= SINGLE_FROM else np.float64
    net = _in_precision(network_for_seed(setup, seed), dtype)
    row = find_optimizer(setup.optimizer)
    hyper = {name: value for name, value in row.defaults.items() if name != "learning_rate"} | dict(setup.hyper)
    rule = StepRule(row, hyper, l2=setup.l2, weight_decay=setup.weight_decay, clip_norm=setup.clip_norm)
    rate = setup.learning_rate * (setup.gradient_scale if row.name in PROPORTIONAL else 1.0)
    runner = start_runner(net, rule, seed=seed, n_threads=1)
    return runner, setup.X.astype(dtype), setup.Y.astype(dtype), rate


def stepped_networks(setup: Setup, n_steps: int) -> list[Network]:
    """Return the networks of the first steps of training, the start first; fewer where a number is not finite."""
    if setup.norms:
        return []
    runner, X, Y, rate = _started(setup, 0)
    order = np.random.default_rng([5, 0]).permutation(len(X))
    size, nets = min(setup.batch_size, len(X)), [network_for_seed(setup, 0)]
    with np.errstate(all="ignore"):
        for step in range(n_steps):
            first = (step * size) % max(len(X) - size + 1, 1)
            result = runner.epoch(X, Y, order[first : first + size], size, rate)
            if result.first_bad_batch is not None:
                break
            nets.append(runner.network())
    return nets


def trained(setup: Setup, seed: int = 0, *, stop: Callable[[], bool] = lambda: False) -> Course:
    """Train a set-up from the start of one seed and return how it went; ``stop`` ends it early."""
    if setup.norms:
        from backlit.diagnosis.torch_lab import trained_by_torch

        losses, outputs, diverged = trained_by_torch(setup, seed, stop)
        net = None
    else:
        losses, outputs, diverged, net = _trained_by_runner(setup, seed, stop)
    score = float("nan") if diverged else score_of(setup, outputs)
    return Course(_thinned(losses), score, error_of(setup, score), len(losses), diverged, net)


def _trained_by_runner(
    setup: Setup, seed: int, stop: Callable[[], bool]
) -> tuple[list[float], np.ndarray, int | None, Network]:
    runner, X, Y, rate = _started(setup, seed)
    rng, losses, diverged = np.random.default_rng([5, seed]), [], None
    with np.errstate(all="ignore"):
        for epoch in range(1, setup.epochs + 1):
            if stop():
                break
            result = runner.epoch(
                X, Y, rng.permutation(len(X)), setup.batch_size, rate, look_up=lambda done, searching=False: searching
            )
            if result.first_bad_batch is not None:
                diverged = epoch
                break
            losses.append(result.loss_sum / len(X))
        outputs = np.asarray(runner.measure(X, Y)[0], np.float64)
    return losses, outputs, diverged, runner.network()


def held_out_error(setup: Setup, seed: int, *, stop: Callable[[], bool] = lambda: False) -> float:
    """Train on three quarters of the samples, drawn by the seed, and return the error on the rest."""
    order = np.random.default_rng([11, seed]).permutation(len(setup.X))
    cut = len(order) // 4
    kept, out = _rows(setup, order[cut:]), _rows(setup, order[:cut])
    net = trained(kept, seed, stop=stop).network
    if net is None:
        return 1.0
    with np.errstate(all="ignore"):
        outputs = np.asarray(forward(net, out.X.astype(net.weights[0].dtype))[-1].output, np.float64)
    return error_of(out, score_of(out, outputs))


def _rows(setup: Setup, rows: np.ndarray) -> Setup:
    labels = None if setup.labels is None else setup.labels[rows]
    size = min(setup.batch_size, len(rows))
    return replace(setup, X=setup.X[rows], Y=setup.Y[rows], labels=labels, batch_size=size)


def trained_seeds(setup: Setup, seeds: Sequence[int], *, stop: Callable[[], bool] = lambda: False) -> list[Course]:
    """Train a set-up from several starts, side by side."""
    # PyTorch has one generator for all threads
    if len(seeds) == 1 or setup.norms:
        return [trained(setup, seed, stop=stop) for seed in seeds]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda seed: trained(setup, seed, stop=stop), seeds))


def _in_precision(net: Network, dtype: Any) -> Network:
    def cast(array: Any) -> Any:
        return None if array is None else np.array(array, dtype)

    layers = (replace(layer, weights=cast(layer.weights), biases=cast(layer.biases)) for layer in net.layers)
    return replace(net, layers=tuple(layers))


def _thinned(values: list[float]) -> tuple[float, ...]:
    if len(values) <= CURVE_POINTS:
        return tuple(values)
    at = np.unique(np.linspace(0, len(values) - 1, CURVE_POINTS).astype(int))
    return tuple(float(values[i]) for i in at)
