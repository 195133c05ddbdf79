"""Looks at a network: what one forward and one backward sweep say of each layer and each unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backlit.diagnosis.seen import LayerLook, Look, UnitShares
from backlit.equations.activation_table import Activation
from backlit.network.network import Network
from backlit.network.sweeps import backward, forward, sample_losses

__all__ = ["LOW", "MOSTLY", "looked_at", "slope_shares", "step_ratio", "units_of"]

LOW = 0.05
"""A slope below this share of its bound is that of a saturated unit."""

MOSTLY = 0.9
"""On this share of samples at least."""


def slope_shares(row: Activation, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each unit, the share of samples on which its slope is not 0, and on which it is low.

    ``z (n, n_out)``: pre-activations.
    """
    n_out = z.shape[1]
    if row.derivative is None:
        return np.ones(n_out), np.zeros(n_out)
    slope = np.abs(np.asarray(row.derivative(z)))
    active = (slope != 0).mean(axis=0)
    low = (slope < LOW * row.derivative_bound).mean(axis=0) if np.isfinite(row.derivative_bound) else np.zeros(n_out)
    return active, low


def looked_at(net: Network, X: np.ndarray, Y: np.ndarray, step: int, before: Network | None = None) -> Look:
    """Look at a network on samples ``X (n, n_in)``, ``Y (n, n_out)``; ``before``: it was this before its last step."""
    with np.errstate(all="ignore"):
        sweep = forward(net, X)
        back = backward(net, sweep, Y)
        loss = float(np.mean(sample_losses(net, sweep, Y)))
        layers = []
        for i, (layer, up, down) in enumerate(zip(net.layers, sweep, back, strict=True)):
            active, low = slope_shares(layer.row, up.pre_activation)
            ratio = None if before is None else step_ratio(before.layers[i].weights, layer.weights)
            layers.append(
                LayerLook(
                    name=f"L{i + 1}",
                    activation=float(np.std(up.activation)),
                    dead=float(np.mean(active == 0)),
                    saturated=float(np.mean(low >= MOSTLY)),
                    error_term=float(np.sqrt(np.mean(np.square(down.error_term)))),
                    update_ratio=ratio,
                )
            )
    return Look(step, loss, tuple(layers))


def step_ratio(before: np.ndarray, after: np.ndarray) -> float | None:
    """Return log10(mean |step| / mean |weight|), -inf where no weight moved, None where the weights are 0.

    >>> step_ratio(np.array([1.0, -1.0]), np.array([1.01, -0.99]))
    -2.0
    """
    size, step = float(np.mean(np.abs(before))), float(np.mean(np.abs(after - before)))
    if size > 0 and step == 0:
        return -np.inf
    return round(float(np.log10(step / size)), 6) if size > 0 and step > 0 and np.isfinite(step / size) else None


def units_of(net: Network, X: np.ndarray) -> tuple[UnitShares, ...]:
    """Look at each unit of the hidden layers on samples ``X (n, n_in)``."""
    with np.errstate(all="ignore"):
        sweep = forward(replace(net, layers=net.layers[:-1]), X) if len(net.layers) > 1 else []
        shares = [slope_shares(layer.row, up.pre_activation) for layer, up in zip(net.layers, sweep, strict=False)]
    return tuple(UnitShares(f"L{i}", _rounded(active), _rounded(low)) for i, (active, low) in enumerate(shares, 1))


def _rounded(shares: np.ndarray) -> tuple[float, ...]:
    return tuple(round(float(share), 4) for share in shares)
