"""Whether two networks are the same."""

from __future__ import annotations

import numpy as np

from backlit.network.network import Network

__all__ = ["difference"]


def difference(one: Network, other: Network) -> float | None:
    """Return the largest difference of two networks' parameters, 0 where they are equal, None for other shapes."""
    if one.sizes != other.sizes:
        return None
    pairs = [(a.weights, b.weights) for a, b in zip(one.layers, other.layers, strict=True)]
    pairs += [(a.biases, b.biases) for a, b in zip(one.layers, other.layers, strict=True) if a.biases is not None]
    return max(float(np.max(np.abs(a - b))) for a, b in pairs)
