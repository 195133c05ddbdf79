"""How long a diagnosis takes: a small network on a table, and a large one on images, healthy and sick.

python benchmarks/diagnosis_speed.py
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from arguments import given
from diagnosis_sets import digits, tumours

import backlit as bl


def told(name: str, net: bl.Network, X: np.ndarray, y: np.ndarray, **settings: object) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    found = bl.diagnose(net, X, y, **settings)
    seconds, processor = time.perf_counter() - began, time.process_time() - cpu
    causes = ", ".join(cause.identifier for cause in found.causes) or "none"
    print(
        f"{name}: {seconds:.1f} s ({processor:.1f} s of the processor), causes: {causes}, {found.ended_by}", flush=True
    )


def main() -> None:
    X, y = tumours()
    net = bl.Network.random([30, 32, 16, 1], activation="relu", output="sigmoid", loss="log_loss", seed=0)
    told("30-32-16-1, 569 rows, healthy", net, X, y)
    told("30-32-16-1, 569 rows, inputs of 1e4", net, 1e4 * X, y, optimizer="sgd")
    told("30-32-16-1, 569 rows, rate 1e-6", net, X, y, learning_rate=1e-6)
    small, labels = digits(1797)
    images = np.pad(np.kron(small.reshape(-1, 8, 8), np.ones((3, 3))), ((0, 0), (2, 2), (2, 2))).reshape(-1, 784)
    rows = np.random.default_rng(0).integers(0, len(images), 5000)
    X, y = images[rows] + 0.05 * np.random.default_rng(1).normal(size=(5000, 784)), labels[rows]
    large = bl.Network.random([784, 512, 512, 10], activation="relu", output="softmax", seed=0)
    told("784-512-512-10, 5,000 images, 2 epochs, healthy", large, X, y, epochs=2)
    layers = tuple(replace(layer, weights=np.full_like(layer.weights, 0.01)) for layer in large.layers)
    told("784-512-512-10, 5,000 images, 2 epochs, equal weights", replace(large, layers=layers), X, y, epochs=2)


if __name__ == "__main__":
    given(__doc__)
    main()
