"""Set-ups with two faults each, on the zoos' data.

    python benchmarks/diagnosis_together.py [first|second|all]

Every pair of two lists of faults, each on a data set in turn. ``true``: the labels of both. Written and committed after
the fourth freeze, before one of them was diagnosed; those whose twin is not clearly better are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
from arguments import given
from diagnosis_sets import sound
from diagnosis_sick import Sick, half_of, hidden, inputs, one_unit_softmax, output, score, sgd, targets, with_layers

from backlit.diagnosis.setup import Setup

Fault = tuple[str, str, Callable[[Setup], Setup]]


def narrow(setup: Setup) -> Setup:
    """Hidden layers of two units, weights taken from the network's."""
    layers = setup.network.layers
    sizes = [layers[0].n_in, *(2 for _ in layers[1:]), layers[-1].n_out]
    new = tuple(
        replace(layer, weights=layer.weights[:a, :b], biases=np.zeros(b))
        for layer, a, b in zip(layers, sizes, sizes[1:], strict=False)
    )
    return replace(setup, network=replace(setup.network, layers=new))


def large_weights(setup: Setup) -> Setup:
    return with_layers(setup, lambda i, layer: replace(layer, weights=8 * layer.weights))


OF_CLASSES: list[Fault] = [
    ("softmax over one unit", "act", one_unit_softmax),
    ("relu output, log loss", "act loss", lambda s: output(s, "relu", "clipped_log_loss")),
    ("linear layers", "act", lambda s: hidden(s, "identity")),
    ("inputs of 1e3", "missing_prep", lambda s: inputs(s, 1e3)),
]
OF_NUMBERS: list[Fault] = [
    ("sigmoid output", "act missing_prep", lambda s: output(targets(s, 5), "sigmoid")),
    ("relu output, targets below 0", "act missing_prep", lambda s: output(targets(s, 1, -3), "relu")),
    ("targets of 1e3", "missing_prep", lambda s: targets(s, 1e3)),
]
OF_TRAINING: list[Fault] = [
    ("sgd at 1e-4", "lr opt epoch", lambda s: sgd(s, 1e-4)),
    ("two epochs", "epoch lr opt batch_size", lambda s: replace(s, epochs=2)),
    ("two units", "layer_properties", narrow),
    ("weights 8 times as large", "init", large_weights),
]


def together() -> list[Sick]:
    """Return the set-ups; even places are the first half."""
    zoo: list[Sick] = []

    def add(one: Fault, other: Fault, like: str) -> None:
        def faulty(setup: Setup) -> Setup:
            return other[2](one[2](setup))

        true = tuple(f"{one[1]} {other[1]}".split())
        zoo.append(Sick(f"{one[0]}, {other[0]}: {like}", true, partial(sound, like), faulty))

    for place, (one, other) in enumerate(product(OF_CLASSES, OF_TRAINING)):
        add(one, other, ("moons", "circles", "tumours")[place % 3])
    for place, (one, other) in enumerate(product(OF_NUMBERS, OF_TRAINING)):
        add(one, other, ("sine", "friedman", "two_targets")[place % 3])
    return zoo


def main() -> None:
    words = given(__doc__, which={"nargs": "?", "choices": ("first", "second", "all"), "default": "all"})
    score(half_of(together(), words.which))


if __name__ == "__main__":
    main()
