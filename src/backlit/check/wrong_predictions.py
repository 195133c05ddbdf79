"""Mistakes in a layer's forward pass: what each would give for its activation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS
from backlit.network.network import Layer
from backlit.network.sweeps import LayerForward

__all__ = ["wrong_predictions"]

CONFUSED = ("sigmoid", "tanh", "relu")


def wrong_predictions(name: str, layer: Layer, values: LayerForward) -> Iterator[tuple[str, np.ndarray]]:
    """Yield (identifier, activation (n, n_units)) for each mistake that can be made in a layer named ``name``."""
    z, row = values.pre_activation, layer.row
    if name != "identity":
        yield "output-not-activated", z
        yield "activated-twice", row.value(values.activation)
    if layer.biases is not None and layer.biases.any():
        yield "forward-without-biases", row.value(z - layer.biases)
        if name != "identity":
            yield "bias-after-activation", row.value(z - layer.biases) + layer.biases
    if name == "softmax":
        e = np.exp(z - z.max())
        yield "shares-of-columns", e / e.sum(axis=0)
        yield "shares-of-all-rows", e / e.sum()
        yield "shares-not-divided", np.exp(z)
        yield "another-activation", ACTIVATIONS["sigmoid"].value(z)
    elif z.shape[1] > 1 and name in ("sigmoid", "identity"):
        yield "another-activation", ACTIVATIONS["softmax"].value(z)
    yield from (("another-activation", ACTIVATIONS[other].value(z)) for other in CONFUSED if other != name)
