"""Inputs and targets as a Network takes them: X (n, n_in) and y (n, n_out), or one sample without the first axis."""

from typing import Any

import numpy as np

from backlit.equations.loss_table import Loss
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.validation import finite_array

__all__ = ["as_inputs", "as_targets"]


def as_inputs(net: Network, X: Any) -> tuple[np.ndarray, bool]:
    """Return X as (n, n_in) in the network's dtype, and whether one sample (n_in,) was given.

    Raises BacklitError for a wrong number of inputs, zero samples, or values that are not finite numbers.
    """
    array = finite_array(X, "X", net.layers[0].weights.dtype)
    n_in = net.layers[0].n_in
    if array.ndim not in (1, 2) or array.shape[-1] != n_in:
        raise BacklitError(f"layer 1 takes {n_in} inputs, got X with shape {array.shape}")
    if array.shape[0] == 0:
        raise BacklitError("X must hold at least one sample, got none")
    return np.atleast_2d(array), array.ndim == 1


def as_targets(net: Network, y: Any, n: int, *, one_sample: bool) -> np.ndarray:
    """Return targets as (n, n_out): as given, or made from class labels after softmax.

    Raises BacklitError for a wrong shape, a label that is no class, and targets out of the loss's or output's range.
    """
    output, loss = net.layers[-1], net.loss_row
    array = finite_array(y, "y", output.weights.dtype)
    if one_sample and array.shape in ((), (output.n_out,)):
        array = array[None]
    if array.ndim == 1 and array.shape[0] == n:
        array = _one_hot(array, output.n_out) if output.row.name == "softmax" else array[:, None]
    if array.shape != (n, output.n_out):
        raise BacklitError(f"y must have shape {_shapes(net, n, one_sample)}, got {np.shape(y)}")
    _check_range(array, output.row.range, f"the output activation '{output.row.name}' reaches")
    _check_range(array, loss.target_range, f"the loss '{loss.name}' takes")
    if loss.distribution:
        _check_distribution(array, loss)
    return array


def _shapes(net: Network, n: int, one_sample: bool) -> str:
    n_out = net.layers[-1].n_out
    labels = net.layers[-1].row.name == "softmax"
    if one_sample:
        return f"({n_out},)" + (" or be one class label" if labels else "")
    return f"({n}, {n_out})" + (f" or ({n},) of class labels" if labels else f" or ({n},)" if n_out == 1 else "")


def _one_hot(labels: np.ndarray, n_classes: int) -> np.ndarray:
    known = (labels == np.floor(labels)) & (labels >= 0) & (labels < n_classes)
    if not known.all():
        first = int(np.argmin(known))
        raise BacklitError(
            f"y must be class labels from 0 to {n_classes - 1} ({n_classes} output units), "
            f"got {labels[first]:g} for sample {first + 1}"
        )
    one_hot = np.zeros((len(labels), n_classes), labels.dtype)
    one_hot[np.arange(len(labels)), labels.astype(np.intp)] = 1
    return one_hot


def _check_range(y: np.ndarray, allowed: tuple[float, float], who: str) -> None:
    low, high = allowed
    outside = (y < low) | (y > high)
    if outside.any():
        sample, unit = (int(i) for i in np.argwhere(outside)[0])
        raise BacklitError(
            f"targets must lie in [{low:g}, {high:g}], the values {who}, "
            f"got {y[sample, unit]:g} for sample {sample + 1}, output {unit + 1}"
        )


def _check_distribution(y: np.ndarray, loss: Loss) -> None:
    sums = y.sum(axis=1)
    wrong = np.abs(sums - 1) > 1e-5
    if wrong.any():
        sample = int(np.argmax(wrong))
        raise BacklitError(
            f"targets of '{loss.name}' are probabilities that sum to 1 over the outputs, "
            f"got a sum of {sums[sample]:g} for sample {sample + 1}"
        )
