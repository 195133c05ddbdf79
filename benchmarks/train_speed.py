"""Seconds of `bl.train` against scikit-learn's MLPClassifier, side by side in one run.

Same data, sizes, batch size, epochs, optimizer (adam) and precision (float64); medians of three, taken in turn.

Run: python benchmarks/train_speed.py
"""

import time
import warnings
from collections.abc import Callable

import numpy as np
from arguments import given
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import backlit as bl

Case = tuple[str, np.ndarray, np.ndarray, tuple[int, ...], int, int]


def main() -> None:
    """Print a line a case: both times and their ratio."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    print(f"{'case':34}{'backlit':>10}{'scikit-learn':>14}{'ratio':>8}")
    for name, X, y, hidden, batch, epochs in cases():
        net = bl.Network.random([X.shape[1], *hidden, 10], activation="relu", output="softmax", seed=0)
        mlp = MLPClassifier(
            hidden, batch_size=batch, max_iter=epochs, n_iter_no_change=epochs, alpha=0.0, random_state=0
        )

        def ours(net: bl.Network = net, X: np.ndarray = X, y: np.ndarray = y, e: int = epochs, b: int = batch) -> None:
            bl.train(net, X, y, epochs=e, batch_size=b, seed=0)

        def theirs(mlp: MLPClassifier = mlp, X: np.ndarray = X, y: np.ndarray = y) -> None:
            mlp.fit(X, y)

        a, b = in_turn(ours, theirs)
        print(f"{name:34}{a:9.2f}s{b:13.2f}s{a / b:8.2f}")


def cases() -> list[Case]:
    """Return the digits, and made-up images of the size of MNIST's."""
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    images, labels = rng.random((6000, 784)), rng.integers(0, 10, 6000)
    return [
        ("digits 64-32-10, batch 32", X / 16, y, (32,), 32, 20),
        ("784-128-64-10, batch 128", images, labels, (128, 64), 128, 3),
    ]


def in_turn(*functions: Callable[[], None]) -> list[float]:
    """Return each function's median seconds of three runs, run in turn so that noise falls on all."""
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(3):
        for run, times in zip(functions, seconds, strict=True):
            started = time.perf_counter()
            run()
            times.append(time.perf_counter() - started)
    return [float(np.median(times)) for times in seconds]


if __name__ == "__main__":
    given(__doc__)
    main()
