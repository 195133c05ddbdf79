"""The healthy zoo: set-ups that learn, of which a diagnosis should say nothing.

python benchmarks/diagnosis_healthy.py [first|second|all]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from arguments import given
from diagnosis_sets import DATA, sound

from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.setup import Setup

__all__ = ["healthy_zoo"]


def pytorch_start(like: str) -> Setup:
    """A sound set-up whose weights and biases lie between ± 1 / sqrt(n_in), as PyTorch draws them."""
    setup = sound(like)
    rng = np.random.default_rng(8)
    layers = []
    for layer in setup.network.layers:
        bound = layer.n_in**-0.5
        W, b = rng.uniform(-bound, bound, layer.weights.shape), rng.uniform(-bound, bound, layer.n_out)
        layers.append(replace(layer, weights=W, biases=b))
    return replace(setup, network=replace(setup.network, layers=tuple(layers)))


def healthy_zoo() -> list[tuple[str, Callable[[], Setup]]]:
    """Return names and makers of all set-ups, in a fixed order; even places are the first half."""
    zoo: list[tuple[str, Callable[[], Setup]]] = [(name, partial(sound, name)) for name in DATA]

    def add(name: str, like: str, **options: Any) -> None:
        zoo.append((f"{like}, {name}", partial(sound, like, **options)))

    for start in ("he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform"):
        add(start, "digits" if start.startswith("he") else "tumours", initializer=start)
    for like in ("digits", "moons", "friedman", "large_digits", "wine"):
        zoo.append((f"{like}, PyTorch's start", partial(pytorch_start, like)))
        add("Keras's start", like, initializer="glorot_uniform")
    for activation in ("tanh", "sigmoid", "selu", "gelu", "elu", "leaky_relu"):
        add(activation, "tumours", activation=activation)
        add(activation, "friedman", activation=activation)
    for batch in (1, 10, 256, 600):
        add(f"batch {batch}", "digits", batch_size=batch, learning_rate=0.001 if batch == 1 else 0.01, epochs=60)
    for optimizer, rate in (("sgd", 0.1), ("momentum", 0.02), ("rmsprop", 0.002), ("adamw", 0.003), ("nesterov", 0.02)):
        add(optimizer, "wine", optimizer=optimizer, learning_rate=rate)
        add(optimizer, "digits", optimizer=optimizer, learning_rate=rate)
    add("dropout 0.5", "tumours", dropout=[0.5, 0.2])
    add("dropout 0.3", "digits", dropout=0.3, hidden=[64])
    add("weight decay", "wine", optimizer="adamw", weight_decay=0.05)
    add("2-2-1", "tiny", hidden=[4], activation="tanh", epochs=400)
    add("linear", "iris", hidden=[])
    add("linear layers, enough here", "iris", hidden=[8], activation="identity")
    add("three epochs", "digits", epochs=3)
    add("eight epochs", "tumours", epochs=8)
    add("ten epochs", "friedman", epochs=10)
    add("two epochs", "large_digits", epochs=2, hidden=[128])
    add("512-512", "large_digits", epochs=2, hidden=[512, 512], learning_rate=0.001)
    add("squared error", "moons", loss="squared_error")
    add("absolute error", "sine", loss="absolute_error")
    add("huber", "two_targets", loss="huber")
    add("deep", "tumours", hidden=[16, 16, 16, 16, 16])
    for like in ("noisy_line", "noisy_classes", "overlapping", "rare", "diabetes", "noisy_line", "noisy_classes"):
        add("tanh", like, activation="tanh")
        add("wider", like, hidden=[64])
        add("sgd", like, optimizer="sgd", learning_rate=0.05)
    for like in ("digits", "friedman", "wine", "overlapping", "iris", "circles"):
        add("early", like, epochs={"digits": 2, "friedman": 5, "wine": 8, "iris": 15, "circles": 15}.get(like, 6))
    return zoo


def main() -> None:
    which = given(__doc__, which={"nargs": "?", "choices": ("first", "second", "all"), "default": "all"}).which
    zoo = healthy_zoo()
    chosen = [item for i, item in enumerate(zoo) if which == "all" or (i % 2 == 0) == (which == "first")]
    false_causes = observations = 0
    began = time.perf_counter()
    for name, make in chosen:
        found = diagnosed(make())
        seen = [finding for finding in found.findings if not finding.confirmed]
        false_causes += bool(found.causes)
        observations += bool(seen)
        score = "none" if found.score is None else f"{found.score:.3f}"
        words = ", ".join(f.identifier + ("!" if f.confirmed else "") for f in found.findings)
        print(f"{name:32} {score:>7}  {words or 'silent'}", flush=True)
    seconds = time.perf_counter() - began
    print(f"\n{len(chosen)} healthy set-ups: {false_causes} with a false cause, {observations} with an observation")
    print(f"{seconds:.0f} s")


if __name__ == "__main__":
    main()
