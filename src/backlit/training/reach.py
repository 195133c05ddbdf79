"""Whether the targets lie where the first predictions are, or so far away that steps alone hardly get there."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.network.network import Network
from backlit.network.sweeps import outputs

__all__ = ["far_targets", "nearer_targets"]

FAR = 100.0
"""So many times the largest first prediction is far: of the steps of adam at 0.001 each moves an output by little."""

NEAR = 0.1
"""Targets within 100 times this are near, wherever the first predictions are."""

SOME = 200


def far_targets(net: Network, X: Any, y: np.ndarray) -> str:
    """Say where the mean or the spread of targets y (n, n_out) is over 100 times what the first predictions reach.

    ``net``: before training; ``X (n, n_in)``, dense or sparse: its first rows are looked at. "" where they are near.
    """
    with np.errstate(all="ignore"):
        mean, spread = (float(np.abs(part).max()) for part in (y.mean(axis=0), y.std(axis=0)))
        if not FAR * NEAR < max(mean, spread) < np.inf:
            return ""
        reach = float(np.abs(outputs(net, X[:SOME])).max())
    if not np.isfinite(reach) or max(mean, spread) <= FAR * reach:
        return ""
    return (
        f"y has a mean of {mean:.3g} and a standard deviation of {spread:.3g} (the largest of an output), and the "
        f"first predictions reach {reach:.3g}: it may take very many steps to get there"
    )


def nearer_targets(net: Network) -> str:
    """Say how far targets are brought near: counts may be divided, and not shifted, or they go below 0."""
    if net.layers[-1].row.name == "identity":
        return "scale y, and undo it after predicting"
    return "divide y by a number of its size, and multiply predictions by it"
