"""Microseconds of a training step of the compiled engine, of scikit-learn, PyTorch and JAX, side by side in one run.

Same sizes, batches and optimizer (Adam) in float32, samples shuffled in each epoch. A step's cost is the difference of
two runs that differ in epochs alone, so that neither start nor compilation counts; medians of five, taken in turn. A
pause before each run lets idle threads of the one before go to sleep, which otherwise take a processor from the next.
PyTorch (fused Adam, a plain loop) and JAX (one jitted scan an epoch) are measured where they are installed.

Each ratio stands with the floor it is to reach; the last column is the share of what one large product of matrices
(sgemm, NumPy) reaches in the same run.

Run: python benchmarks/engine_speed.py [row ...]     (rows are counted from 1; all by default)
"""

import importlib.util
import math
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from arguments import given
from engine_peers import by_jax, by_scikit_learn, by_torch

import backlit as bl


@dataclass(frozen=True)
class Case:
    """A row of the table: sizes of the layers, samples a batch and in all, and the floors against each peer."""

    sizes: tuple[int, ...]
    batch: int
    n: int
    floors: dict[str, float]

    @property
    def steps(self) -> int:
        """Steps in an epoch."""
        return -(-self.n // self.batch)

    @property
    def operations(self) -> float:
        """Floating point operations of a step's products: three a layer, but no input gradient in the first."""
        products = [n_in * n_out for n_in, n_out in pairwise(self.sizes)]
        return 2.0 * self.batch * (3 * sum(products) - products[0])


CASES = [
    Case((3, 2, 1), 1, 4000, {"scikit-learn": 100, "PyTorch": 200, "JAX": 0.5}),
    Case((30, 32, 16, 1), 32, 32 * 60, {"scikit-learn": 35, "PyTorch": 60, "JAX": 1.5}),
    Case((784, 128, 64, 10), 128, 128 * 30, {"scikit-learn": 3.5, "PyTorch": 3.3, "JAX": 1.5}),
    Case((256, 256, 256, 256, 10), 256, 256 * 20, {"scikit-learn": 2, "PyTorch": 1.3, "JAX": 1}),
    Case((784, 512, 512, 10), 256, 256 * 20, {"scikit-learn": 2.5, "PyTorch": 1.5, "JAX": 1}),
    Case((1024, 2048, 2048, 2048, 10), 1024, 2048, {"scikit-learn": 1.7, "PyTorch": 1.2, "JAX": 0.9}),
]
PAUSE_SECONDS = 0.3
PEERS = {"scikit-learn": ("sklearn", by_scikit_learn), "PyTorch": ("torch", by_torch), "JAX": ("jax", by_jax)}

Run = Callable[[int], None]


def main() -> None:
    """Print a line a row: every cost, every ratio with its floor, and the share of sgemm's speed."""
    warnings.simplefilter("ignore")
    peers = {name: make for name, (module, make) in PEERS.items() if importlib.util.find_spec(module)}
    chosen = given(__doc__, row={"nargs": "*", "type": int, "choices": range(1, len(CASES) + 1)}).row or range(
        1, len(CASES) + 1
    )
    columns = "".join(f"{name + ' (us)':>18}{'ratio':>8}{'floor':>7}" for name in peers)
    print(f"{'network, batch':34}{'backlit (us)':>14}{columns}{'of sgemm':>10}")
    for case in (CASES[i - 1] for i in chosen):
        X, y = samples(case)
        runs = [by_backlit(case, X, y), *(make(case.sizes, case.batch, X, y) for make in peers.values())]
        costs = costs_of_a_step(runs, case.steps)
        cells = "".join(
            f"{cost:18.1f}{cost / costs[0]:8.2f}{case.floors[name]:7g}"
            for name, cost in zip(peers, costs[1:], strict=True)
        )
        share = case.operations / (costs[0] * 1e-6) / sgemm_speed()
        print(
            f"{'-'.join(map(str, case.sizes)) + f', {case.batch}':34}{costs[0]:14.2f}{cells}{share:10.0%}", flush=True
        )


def samples(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return made-up samples (n, n_in) in float32, and labels (n,): 0 or 1 where there is one output."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(case.n, case.sizes[0])).astype(np.float32)
    return X, rng.integers(0, max(2, case.sizes[-1]), case.n)


def by_backlit(case: Case, X: np.ndarray, y: np.ndarray) -> Run:
    """Return what trains so many epochs with ``bl.train``."""
    output, loss = ("sigmoid", "log_loss") if case.sizes[-1] == 1 else ("softmax", "cross_entropy")
    net = bl.Network.random(case.sizes, activation="relu", output=output, loss=loss, dtype=np.float32, seed=0)

    def run(epochs: int) -> None:
        bl.train(net, X, y, optimizer="adam", batch_size=case.batch, epochs=epochs, seed=0, engine="compiled")

    return run


def costs_of_a_step(runs: list[Run], steps: int) -> list[float]:
    """Return the microseconds of a step of each run."""
    more = [epochs_that_can_be_timed(run) for run in runs]
    costs: list[list[float]] = [[] for _ in runs]
    for _ in range(5):
        for run, epochs, found in zip(runs, more, costs, strict=True):
            found.append((seconds(run, 1 + epochs) - seconds(run, 1)) / (epochs * steps) * 1e6)
    return [float(np.median(found)) for found in costs]


def epochs_that_can_be_timed(run: Run) -> int:
    """Return how many epochs, at least 2, take about a third of a second; the first runs warm up."""
    run(1)
    run(2)
    epoch = max(seconds(run, 3) - seconds(run, 1), 1e-5) / 2
    return max(2, min(2000, math.ceil(0.3 / epoch)))


def seconds(run: Run, epochs: int) -> float:
    time.sleep(PAUSE_SECONDS)
    started = time.perf_counter()
    run(epochs)
    return time.perf_counter() - started


def sgemm_speed() -> float:
    """Return floating point operations a second of a product of two 1536 x 1536 matrices, the best of ten."""
    a = np.random.default_rng(0).normal(size=(1536, 1536)).astype(np.float32)
    best = min(seconds(lambda _: np.matmul(a, a), 0) for _ in range(10))
    return float(2 * 1536**3 / best)


if __name__ == "__main__":
    main()
