"""The rules a network's parts must keep to, as functions that return clean parts or raise."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.equations.activation_table import Activation
from backlit.equations.loss_table import LOSSES, Loss, find_loss, loss_fits
from backlit.errors import BacklitError
from backlit.validation import finite_array, number, whole_number

__all__ = ["check_parameters", "check_structure", "per_layer", "sizes_checked"]


def sizes_checked(sizes: Any) -> list[int]:
    """Return the sizes as ints: at least an input and an output, each at least 1."""
    if isinstance(sizes, str | bytes) or not isinstance(sizes, Sequence | np.ndarray):
        raise BacklitError(f"sizes must be a list of whole numbers such as [2, 3, 1], got {sizes!r:.40}")
    if len(sizes) < 2:
        raise BacklitError(f"sizes must name at least an input and an output layer, got {list(sizes)}")
    words = ["the input", *(f"layer {i}" for i in range(1, len(sizes)))]
    return [whole_number(size, f"the size of {word}", 1) for size, word in zip(sizes, words, strict=True)]


def per_layer(value: Any, n_layers: int, name: str) -> list[Any]:
    """Return one value a layer: a list of the right length as it is, a single value repeated."""
    if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
        if len(value) != n_layers:
            raise BacklitError(f"{name} must be one value, or one for each of {n_layers} layers, got {len(value)}")
        return list(value)
    return [value] * n_layers


def check_parameters(weights: Any, biases: Any, dtype: Any) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Return (weights, biases) a layer as arrays whose shapes chain, or raise BacklitError naming the layer."""
    if not isinstance(weights, Sequence | np.ndarray) or isinstance(weights, str) or len(weights) == 0:
        raise BacklitError("weights must be a list with one array (n_in, n_out) a layer")
    given = [None] * len(weights) if biases is None else biases
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray) or len(given) != len(weights):
        raise BacklitError(f"biases must be None or one array (or None) for each of {len(weights)} layers")
    layers: list[tuple[np.ndarray, np.ndarray | None]] = []
    for i, (W, b) in enumerate(zip(weights, given, strict=True), 1):
        clean = _weights_of_layer(W, i, layers[-1][0].shape[1] if layers else None, dtype)
        layers.append((clean, None if b is None else _biases_of_layer(b, i, clean.shape[1], dtype)))
    return layers


def _weights_of_layer(W: Any, i: int, n_in: int | None, dtype: Any) -> np.ndarray:
    clean = finite_array(W, f"the weights of layer {i}", dtype)
    if clean.ndim == 1:
        clean = clean[:, None]
    if clean.ndim != 2 or clean.size == 0:
        raise BacklitError(f"the weights of layer {i} must have shape (n_in, n_out), got {clean.shape}")
    if n_in is not None and clean.shape[0] != n_in:
        raise BacklitError(
            f"layer {i} takes {clean.shape[0]} inputs (weights of shape {clean.shape}), "
            f"but layer {i - 1} has {n_in} units"
        )
    return clean


def _biases_of_layer(b: Any, i: int, n_out: int, dtype: Any) -> np.ndarray:
    clean = np.atleast_1d(finite_array(b, f"the biases of layer {i}", dtype))
    if clean.shape != (n_out,):
        raise BacklitError(f"layer {i} has {n_out} units, so its biases must have shape ({n_out},), got {clean.shape}")
    return clean


def check_structure(layers: Sequence[tuple[Activation, float]], n_out: int, loss: str | Loss | None) -> Loss:
    """Return the loss's row after checking that activations, dropout and loss go together."""
    for i, (row, rate) in enumerate(layers, 1):
        if row.output_only and i < len(layers):
            raise BacklitError(f"activation '{row.name}' belongs at the output, but layer {i} of {len(layers)} has it")
        if not 0 <= number(rate, f"dropout of layer {i}") < 1:
            raise BacklitError(f"dropout of layer {i} must be at least 0 and below 1, got {rate}")
    output = layers[-1][0]
    if output.name == "softmax" and n_out == 1:
        raise BacklitError("softmax on one unit is always 1; use 2 units, or sigmoid with log_loss")
    chosen = find_loss(_default_loss(output) if loss is None else loss)
    if not loss_fits(chosen, output):
        fitting = ", ".join(row.name for row in LOSSES.values() if loss_fits(row, output))
        raise BacklitError(
            f"loss '{chosen.name}' cannot take the predictions of an output activation '{output.name}'; "
            f"losses that can: {fitting}"
        )
    return chosen


def _default_loss(output: Activation) -> str:
    return {"softmax": "cross_entropy", "exp": "poisson"}.get(output.name, "squared_error")
