"""The samples that a watch looks at: drawn from arrays, frames, sparse matrices or tensors, checked before training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.diagnosis.recording import PROBE, probe_rows
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.targets import as_targets
from backlit.sparse_inputs import csr_checked, is_sparse
from backlit.validation import locate_not_finite

__all__ = ["encoded_targets", "inputs_for", "probe_samples"]


def probe_samples(X: Any, y: Any) -> tuple[Any, Any]:
    """Return at most 256 of the samples, drawn once, by place and not by an index; tensors stay tensors.

    Raises BacklitError where they do not fit together, are no numbers, or are not finite.
    """
    if X is None or y is None:
        raise BacklitError("a watch needs samples to look at, as they are fed to training: Watch(X, y)")
    inputs, targets = _array(X, "X"), _array(y, "y")
    n = inputs.shape[0] if inputs.shape else 0
    if not n or not targets.shape or targets.shape[0] != n:
        raise BacklitError(f"y must have a row for each of {n} samples, got shape {tuple(targets.shape)}")
    rows = probe_rows(n, PROBE)
    inputs, targets = inputs[rows], targets[rows]
    if is_sparse(inputs):
        inputs = inputs.toarray()
    if isinstance(inputs, np.ndarray) and inputs.dtype.kind not in "fiub":
        try:
            inputs = inputs.astype(np.float64)
        except (TypeError, ValueError):
            raise BacklitError("X must be numbers in rows of equal length") from None
    for name, values in (("X", inputs), ("y", targets)):
        _check_finite(name, values, rows)
    return inputs, targets


def _array(values: Any, name: str) -> Any:
    if hasattr(values, "detach"):
        return values.detach()
    if is_sparse(values):
        return csr_checked(values, name)
    try:
        return np.asarray(values)
    except ValueError:
        raise BacklitError(f"{name} must have rows of equal length") from None


def _check_finite(name: str, values: Any, rows: np.ndarray) -> None:
    array = np.asarray(values.cpu() if hasattr(values, "cpu") else values)
    place = locate_not_finite(array) if array.dtype.kind == "f" else None
    if place is not None:
        at = ",".join(str(i + 1) for i in (int(rows[place[0]]), *place[1:]))
        raise BacklitError(f"{name}[{at}] is {array[place]}: a watch needs finite samples; fill in what is missing")


def inputs_for(net: Network, X: Any) -> np.ndarray:
    """Return the samples as the network takes them, images as rows; raises BacklitError for another width."""
    array = np.asarray(X.cpu() if hasattr(X, "cpu") else X, net.layers[0].weights.dtype)
    array = array.reshape(len(array), -1)
    if array.shape[1] != net.layers[0].n_in:
        raise BacklitError(
            f"layer 1 takes {net.layers[0].n_in} inputs, and the watch was given {array.shape[1]} columns: "
            "Watch(X, y) takes X as it is fed to training"
        )
    return array


def encoded_targets(net: Network, y: Any, encode: Callable[[np.ndarray], np.ndarray] | None) -> np.ndarray:
    """Return targets (n, n_out) in the units of training: as ``encode`` gives them, or as a Network takes them.

    Raises BacklitError where they are none that the network could be trained on.
    """
    array = np.asarray(y.cpu() if hasattr(y, "cpu") else y)
    try:
        values = array if encode is None else encode(array)
    except BacklitError:
        raise
    except Exception as error:
        raise BacklitError(f"the watch's y cannot be read as training's is: {error!s:.160}") from None
    return values if encode is not None else as_targets(net, values, len(array), one_sample=False)
