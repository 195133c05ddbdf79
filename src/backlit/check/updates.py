"""Several steps where one was meant: an update that stands inside a loop, such as the one over the samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.check.matching import Claims
from backlit.check.place import Place
from backlit.check.precision import is_close
from backlit.network.network import Network
from backlit.network.sweeps import backward, forward

__all__ = ["several_steps"]

FEW = (2, 3, 4, 5, 10)
MOST = 200
LARGEST = 1e100
Arrays = list[dict[str, np.ndarray]]


def several_steps(place: Place, claims: Sequence[Claims]) -> int | None:
    """Return how many steps of this batch the claimed steps are, the number of samples first; None for one or none."""
    if place.rate is None or place.l1 or place.l2 or any(values.mask is not None for values in place.sweep):
        return None
    counts = [n for n in dict.fromkeys((place.n, *FEW)) if 1 < n <= MOST]
    for passes in (_forward_inside, _forward_outside):
        total: Arrays = []
        for number, step in enumerate(passes(place, max(counts, default=0)), 1):
            total = step if not total else [{k: a[k] + b[k] for k in a} for a, b in zip(total, step, strict=True)]
            if number in counts and _all_close(claims, total):
                return number
    return None


def _all_close(claims: Sequence[Claims], total: Arrays) -> bool:
    return all(
        name not in right or is_close(claim, right[name])
        for layer, right in zip(claims, total, strict=True)
        for name, claim in layer.items()
    )


def _forward_inside(place: Place, count: int) -> Iterator[Arrays]:
    """Each step with a forward pass of its own: what gradient descent on one batch does."""
    net = place.net
    for _ in range(count):
        layers = backward(net, forward(net, place.sweep[0].input), place.y)
        weights, biases = [layer.weight_gradient for layer in layers], [layer.bias_gradient for layer in layers]
        yield _moved(weights, biases)
        if not all(np.isfinite(g).all() for g in (*weights, *biases) if g is not None):
            return
        net = _stepped(net, place, weights, biases)


def _forward_outside(place: Place, count: int) -> Iterator[Arrays]:
    """The forward pass once; the error goes back through weights that move from step to step."""
    net = place.net
    for _ in range(count):
        layers = backward(net, list(place.sweep), place.y)
        weights, biases = [layer.weight_gradient for layer in layers], [layer.bias_gradient for layer in layers]
        yield _moved(weights, biases)
        if not all(np.isfinite(g).all() for g in (*weights, *biases) if g is not None):
            return
        net = _stepped(net, place, weights, biases)


def _moved(weights: list[np.ndarray], biases: list[np.ndarray | None]) -> Arrays:
    named: Arrays = [{"weight_gradient": W} for W in weights]
    for layer, b in zip(named, biases, strict=True):
        if b is not None:
            layer["bias_gradient"] = b
    return named


def _stepped(net: Network, place: Place, weights: list[np.ndarray], biases: list[np.ndarray | None]) -> Network:
    rate = (place.rate or 0.0) * place.scale
    # steps that run away are kept finite, as a network's weights must be
    moved = [np.clip(W - rate * g, -LARGEST, LARGEST) for W, g in zip(net.weights, weights, strict=True)]
    shifted = [
        None if b is None or g is None else np.clip(b - rate * g, -LARGEST, LARGEST)
        for b, g in zip(net.biases, biases, strict=True)
    ]
    return net.with_parameters(moved, shifted)
