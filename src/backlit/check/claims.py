"""Claimed arrays as they come from outside, in the layout of the equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.check.axes import in_shape
from backlit.check.place import Place
from backlit.errors import BacklitError

__all__ = ["claimed_array", "claimed_layers", "updated_claims"]


def claimed_layers(place: Place, weights: Sequence[Any], biases: Sequence[Any] | None) -> list[dict[str, np.ndarray]]:
    """Return what was claimed of each layer, from the input on, by the names of quantities.

    Raises BacklitError for a number of arrays that is not the network's, and for what is no number. NaN and infinity
    are kept: they are wrong, not unreadable.
    """
    layers = place.net.layers
    weights = _one_a_layer(weights, len(layers), "weight_gradients")
    claims = []
    for number, (layer, W) in enumerate(zip(layers, weights, strict=True), 1):
        array = claimed_array(W, f"weight_gradients[{number - 1}]")
        claims.append({"weight_gradient": in_shape(array, layer.weights.shape)})
    if biases is None:
        return claims
    for number, (layer, b) in enumerate(zip(layers, _one_a_layer(biases, len(layers), "bias_gradients"), strict=True)):
        if layer.biases is None:
            if b is not None:
                raise BacklitError(f"bias_gradients[{number}] must be None, as L{number + 1} has no biases")
            continue
        array = np.zeros(layer.n_out) if b is None else claimed_array(b, f"bias_gradients[{number}]")
        claims[number]["bias_gradient"] = in_shape(array, (layer.n_out,))
    return claims


def updated_claims(place: Place, updated: Sequence[Any]) -> list[np.ndarray]:
    """Return the claimed weights after the step, one array a layer, or raise BacklitError."""
    arrays = _one_a_layer(updated, len(place.net.layers), "updated")
    named = [claimed_array(W, f"updated[{number}]") for number, W in enumerate(arrays)]
    return [in_shape(W, layer.weights.shape) for W, layer in zip(named, place.net.layers, strict=True)]


def _one_a_layer(arrays: Any, n_layers: int, name: str) -> list[Any]:
    try:
        listed = list(arrays)
    except TypeError:
        raise BacklitError(f"{name} must be a list of one array a layer, got {type(arrays).__name__}") from None
    if len(listed) != n_layers:
        raise BacklitError(f"{name} must hold one array a layer ({n_layers}), got {len(listed)}")
    return listed


def claimed_array(value: Any, name: str) -> np.ndarray:
    """Return ``value`` as an array of floats, in the type it has; raise BacklitError for what is no number."""
    if value is None:
        raise BacklitError(f"{name} must be an array of numbers, got None")
    try:
        array = np.asarray(value)
        kept = array if array.dtype.kind in "fc" else array.astype(np.float64)
    except (TypeError, ValueError):
        raise BacklitError(f"{name} must be an array of numbers, got {value!r:.60}") from None
    if kept.dtype.kind == "c":
        raise BacklitError(f"{name} must be real numbers, got complex ones, for example {kept.flat[0]}")
    return kept.astype(np.float64) if kept.dtype.itemsize > 8 else kept
