"""A parameter's gradient without a backward pass: the central difference of the loss."""

from __future__ import annotations

import numpy as np

from backlit.explain.view import rows
from backlit.network.sweeps import forward, sample_losses
from backlit.network.trace import Trace

__all__ = ["central_difference"]

WAY = 1e-5
"""How far the parameter is moved, times its size where that is above 1: truncation and rounding both stay small."""


def central_difference(trace: Trace, layer: int, source: int | None, unit: int) -> float:
    """Return (loss at p + h - loss at p - h) / 2 h for one weight, or for a bias where ``source`` is None.

    Computed in float64, with the trace's dropout masks. ``layer`` is counted from 1, ``source`` and ``unit`` from 0.
    """
    net = trace.network
    weights = [np.array(W, dtype=np.float64) for W in net.weights]
    biases = [None if b is None else np.array(b, dtype=np.float64) for b in net.biases]
    own_biases = biases[layer - 1]
    if source is None and own_biases is None:
        raise ValueError(f"layer {layer} has no biases")
    array = own_biases if source is None else weights[layer - 1]
    assert array is not None
    place = (unit,) if source is None else (source, unit)
    start = array[place]
    way = WAY * max(1.0, abs(float(start)))
    losses = []
    for moved in (start + way, start - way):
        array[place] = moved
        losses.append(_mean_loss(trace, weights, biases))
    return (losses[0] - losses[1]) / (2 * way)


def _mean_loss(trace: Trace, weights: list[np.ndarray], biases: list[np.ndarray | None]) -> float:
    from dataclasses import replace

    layers = tuple(
        replace(layer, weights=W, biases=b) for layer, W, b in zip(trace.network.layers, weights, biases, strict=True)
    )
    net = replace(trace.network, layers=layers)
    masks = [None if part.dropout_mask is None else rows(part.dropout_mask) for part in trace.layers]
    with np.errstate(all="ignore"):
        sweep = forward(net, rows(trace.input).astype(np.float64), masks=masks)
        return float(np.mean(sample_losses(net, sweep, rows(trace.target).astype(np.float64))))
