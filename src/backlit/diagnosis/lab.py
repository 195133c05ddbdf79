"""Experiments: a set-up trained with a seed, and how far it came. The runners do the sums, the compiled one first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from backlit.diagnosis.by_runner import started, trained_by_runner
from backlit.diagnosis.looking import looked_at, units_of
from backlit.diagnosis.parts import first_looks, ran
from backlit.diagnosis.recording import PROBE, Recorder, probe_rows, range_tested
from backlit.diagnosis.scoring import error_of, score_of
from backlit.diagnosis.seen import RangeTest, Seen
from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.engine.known import why_not
from backlit.equations.optimizers import find_optimizer
from backlit.network.network import Network
from backlit.network.sweeps import forward

__all__ = [
    "Course",
    "first_steps_seen",
    "held_out_errors",
    "is_fast",
    "one_thread_each",
    "outputs_of",
    "range_test",
    "stepped_networks",
    "trained",
    "trained_seeds",
]

Run = TypeVar("Run")

CURVE_POINTS = 60


@dataclass(frozen=True, eq=False)
class Course:
    """One training run: ``losses`` by epoch (thinned), ``score`` at its end, ``error`` beside the trivial answer's.

    ``score``: accuracy (each class weighed alike where samples have weights), or the share of variance explained.
    ``error``: 0 is perfect, 1 as bad as the same answer for every sample. ``diverged_at``: the epoch, from 1, in which
    a number was no longer finite. ``seen``: the looks on its way, where they were asked for.
    """

    losses: tuple[float, ...]
    score: float
    error: float
    epochs: int
    diverged_at: int | None = None
    network: Network | None = None
    seen: Seen | None = None


def is_fast(setup: Setup) -> bool:
    """Say whether the compiled engine trains a set-up."""
    return not setup.by_torch and why_not(setup.network, find_optimizer(setup.optimizer)) is None


def stepped_networks(setup: Setup, n_steps: int) -> list[Network]:
    """Return the networks of the first steps of training, the start first; fewer where a number is not finite."""
    if setup.by_torch:
        return []
    runner, X, Y, rate = started(setup, 0)
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


def trained(setup: Setup, seed: int = 0, *, stop: Callable[[], bool] = lambda: False, recorded: bool = False) -> Course:
    """Train a set-up from the start of one seed and return how it went; ``stop`` ends it early.

    ``recorded``: look at the network on its way.
    """
    if setup.part is not None:
        return _module_trained(setup, seed, stop, recorded)
    recorder = None
    if setup.norms:
        from backlit.diagnosis.torch_lab import trained_by_torch

        losses, outputs, diverged = trained_by_torch(setup, seed, stop)
        net = None
    else:
        recorder = Recorder(setup.X, setup.Y, setup.steps) if recorded else None
        losses, outputs, diverged, net = trained_by_runner(setup, seed, stop, recorder)
    score = float("nan") if diverged else score_of(setup, outputs)
    seen = None if recorder is None else recorder.seen(None if diverged else net)
    return Course(_thinned(losses), score, error_of(setup, score), len(losses), diverged, net, seen)


def _module_trained(setup: Setup, seed: int, stop: Callable[[], bool], recorded: bool) -> Course:
    done = ran(setup, seed, stop, recorded=recorded)
    score = float("nan") if done.diverged_at else score_of(setup, done.outputs)
    losses, error = done.losses, error_of(setup, score)
    return Course(_thinned(losses), score, error, len(losses), done.diverged_at, None, done.seen)


def first_steps_seen(setup: Setup, n_steps: int = 20) -> Seen | None:
    """Return looks at the first steps of training, every third of them; None where no runner knows the set-up."""
    if setup.part is not None:
        return Seen(first_looks(setup, n_steps)[::3], (), None, min(len(setup.X), PROBE))
    nets = stepped_networks(setup, n_steps)
    rows = probe_rows(len(setup.X))
    X, Y = setup.X[rows], setup.Y[rows]
    looks = [looked_at(net, X, Y, i, nets[i - 1] if i else None) for i, net in enumerate(nets) if i % 3 < 1]
    return Seen(tuple(looks), units_of(nets[-1], X), None, len(X)) if nets else None


def range_test(setup: Setup, stop: Callable[[], bool] = lambda: False) -> RangeTest | None:
    """Return the learning-rate range test of a set-up; None where no runner knows it."""
    if setup.by_torch:
        return None
    runner, X, Y, rate = started(setup, 0)
    scale = rate / setup.learning_rate if setup.learning_rate else 1.0
    return range_tested(runner, X, Y, setup.batch_size, setup.learning_rate, scale=scale, stop=stop)


def held_out_errors(setup: Setup, seeds: Sequence[int], *, stop: Callable[[], bool] = lambda: False) -> list[float]:
    """Train on three quarters of the samples, drawn by each seed, and return the errors on the rest."""
    return _side_by_side(setup, seeds, lambda seed: _held_out_error(setup, seed, stop))


def _held_out_error(setup: Setup, seed: int, stop: Callable[[], bool]) -> float:
    order = np.random.default_rng([11, seed]).permutation(len(setup.X))
    cut = len(order) // 4
    kept, out = _rows(setup, order[cut:]), _rows(setup, order[:cut])
    net = trained(kept, seed, stop=stop).network
    if net is None:
        return 1.0
    return error_of(out, score_of(out, outputs_of(net, out.X)))


def outputs_of(net: Network | None, X: np.ndarray) -> np.ndarray:
    """Return what a trained network says of ``X (n, n_in)``, (n, n_out), numbers that are not finite too."""
    assert net is not None
    with np.errstate(all="ignore"):
        outputs: np.ndarray = np.asarray(forward(net, X.astype(net.weights[0].dtype))[-1].output, np.float64)
    return outputs


def _rows(setup: Setup, rows: np.ndarray) -> Setup:
    labels = None if setup.labels is None else setup.labels[rows]
    size = min(setup.batch_size, len(rows))
    weights = None if setup.weights is None else setup.weights[rows]
    return replace(setup, X=setup.X[rows], Y=setup.Y[rows], labels=labels, batch_size=size, weights=weights)


def trained_seeds(
    setup: Setup, seeds: Sequence[int], *, stop: Callable[[], bool] = lambda: False, recorded: bool = False
) -> list[Course]:
    """Train a set-up from several starts, side by side; ``recorded``: look at the first on its way."""
    return _side_by_side(
        setup, seeds, lambda seed: trained(setup, seed, stop=stop, recorded=recorded and seed == seeds[0])
    )


def _side_by_side(setup: Setup, seeds: Sequence[int], run: Callable[[int], Run]) -> list[Run]:
    # PyTorch has one generator for all threads
    if len(seeds) == 1 or setup.by_torch:
        return [run(seed) for seed in seeds]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, seeds))


@contextmanager
def one_thread_each(setup: Setup) -> Iterator[None]:
    """Let matrix products keep to one thread while seeds are trained side by side; PyTorch sees to its own.

    Threads of two products at once wait for each other: on two busy cores that makes them ten times slower.
    """
    if setup.by_torch:
        yield
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        yield


def _thinned(values: list[float]) -> tuple[float, ...]:
    if len(values) <= CURVE_POINTS:
        return tuple(values)
    at = np.unique(np.linspace(0, len(values) - 1, CURVE_POINTS).astype(int))
    return tuple(float(values[i]) for i in at)
