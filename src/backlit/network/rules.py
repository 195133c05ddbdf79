"""The rules a network's parts must keep to, as functions that return clean parts or raise."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from backlit.equations.activation_table import Activation, find_activation
from backlit.equations.loss_table import LOSSES, Loss, find_loss, loss_fits
from backlit.errors import BacklitError
from backlit.validation import as_list, finite_array, number, whole_number

__all__ = [
    "check_memory",
    "check_parameters",
    "check_replacements",
    "check_structure",
    "hidden_activations",
    "per_layer",
    "sizes_checked",
]

MOST_WEIGHTS = 10**12


def sizes_checked(sizes: Any) -> list[int]:
    """Return the sizes as ints: at least an input and an output, each at least 1."""
    given = as_list(sizes)
    if given is None:
        raise BacklitError(f"sizes must be a list of whole numbers such as [2, 3, 1], got {sizes!r:.40}")
    if len(given) < 2:
        raise BacklitError(f"sizes must name at least an input and an output layer, got {given}")
    words = ["the input", *(f"layer {i}" for i in range(1, len(given)))]
    return [whole_number(size, f"the size of {word}", 1) for size, word in zip(given, words, strict=True)]


def check_memory(sizes: Sequence[int]) -> None:
    """Raise BacklitError for sizes that make more weights than any machine holds."""
    if sum(n_in * n_out for n_in, n_out in pairwise(sizes)) > MOST_WEIGHTS:
        raise BacklitError(f"sizes must make at most {MOST_WEIGHTS:,} weights, got {list(sizes)!s:.60}")


def per_layer(value: Any, n_layers: int, name: str) -> list[Any]:
    """Return one value a layer: a list of the right length as it is, a single value repeated."""
    given = as_list(value)
    if given is None:
        return [value] * n_layers
    if len(given) != n_layers:
        raise BacklitError(f"{name} must be one value, or one for each of {n_layers} layers, got {len(given)}")
    return given


def hidden_activations(activation: Any, n_hidden: int) -> list[str | Activation]:
    """Return the activation, a name or a row of a user's own, of each of the hidden layers."""
    if isinstance(activation, str | Activation):
        # a wrong name is an error even where no hidden layer would use it
        find_activation(activation)
    return per_layer(activation, n_hidden, "activation")


def check_parameters(
    weights: Any, biases: Any, dtype: Any, layout: str | None = "rows"
) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Return (weights, biases) a layer as arrays whose shapes chain, or raise BacklitError naming the layer.

    ``layout``: "rows", weights (n_in, n_out); "columns", (n_out, n_in); None, whichever chains.
    """
    if layout not in ("rows", "columns", None):
        raise BacklitError(f"layout must be 'rows', 'columns' or None, got {layout!r:.40}")
    matrices = as_list(weights)
    if not matrices:
        raise BacklitError(f"weights must be a list with one array (n_in, n_out) a layer, got {weights!r:.40}")
    vectors = [None] * len(matrices) if biases is None else as_list(biases)
    if vectors is None or len(vectors) != len(matrices):
        got = f"{biases!r:.40}" if vectors is None else f"{len(vectors)}"
        raise BacklitError(f"biases must be None or one array (or None) for each of {len(matrices)} layers, got {got}")
    if layout == "columns" or (layout is None and _turned(matrices)):
        matrices = [np.asarray(W).T for W in matrices]
    layers: list[tuple[np.ndarray, np.ndarray | None]] = []
    for i, (W, b) in enumerate(zip(matrices, vectors, strict=True), 1):
        clean = _weights_of_layer(W, i, layers[-1][0].shape[1] if layers else None, dtype)
        layers.append((clean, None if b is None else _biases_of_layer(b, i, clean.shape[1], dtype)))
    return layers


def _turned(matrices: Sequence[Any]) -> bool:
    """Say whether weights only chain as (n_out, n_in): of two layers or more, each a matrix."""
    try:
        shapes = [np.shape(W) for W in matrices]
    except ValueError:
        return False
    if len(shapes) < 2 or any(len(shape) != 2 for shape in shapes):
        return False
    as_they_are = all(a[1] == b[0] for a, b in pairwise(shapes))
    # a hidden layer of one unit proves nothing: sizes of 1 meet by accident
    return not as_they_are and all(a[0] == b[1] > 1 for a, b in pairwise(shapes))


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
    if clean.shape in ((n_out, 1), (1, n_out)) and clean.ndim == 2:
        clean = clean.ravel()
    if clean.shape != (n_out,):
        units = "1 unit" if n_out == 1 else f"{n_out} units"
        raise BacklitError(f"layer {i} has {units}, so its biases must have shape ({n_out},), got {clean.shape}")
    return clean


def check_replacements(
    old: Sequence[tuple[np.ndarray, np.ndarray | None]], weights: Any, biases: Any
) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """Return (weights, biases) a layer in the old ones' shapes and type, or raise BacklitError naming the layer."""
    new = check_parameters(weights, biases, old[0][0].dtype)
    if len(new) != len(old):
        raise BacklitError(f"weights must be one array for each of {len(old)} layers, got {len(new)}")
    for i, (before, after) in enumerate(zip(old, new, strict=True), 1):
        for name, a, b in zip(("weights", "biases"), before, after, strict=True):
            shape, got = (None if array is None else array.shape for array in (a, b))
            if shape != got:
                raise BacklitError(f"the {name} of layer {i} must keep their shape {shape}, got {got}")
    return new


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
