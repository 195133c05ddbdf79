"""The boundary: arrays in the type, order and shape that the engine reads, or an error that says what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.engine.shapes import NetworkLike
from backlit.errors import BacklitError
from backlit.sparse_inputs import csr_checked, is_sparse

__all__ = ["Inputs", "inputs_of", "order_of", "rates_of", "targets_of", "weights_of"]


@dataclass(frozen=True, eq=False)
class Inputs:
    """Samples as the engine takes them: an array (n, n_in), or the values, columns and starts of a CSR matrix."""

    n: int
    core: np.ndarray | tuple[np.ndarray, np.ndarray, np.ndarray]


def inputs_of(X: Any, net: NetworkLike) -> Inputs:
    """Return ``X (n, n_in)``, an array or a SciPy sparse matrix, in the network's type; what fits is not copied.

    Raises BacklitError for another shape, no samples, and a sparse matrix that is not well formed.
    """
    dtype, n_in = net.layers[0].weights.dtype, net.layers[0].n_in
    sparse = is_sparse(X)
    X = csr_checked(X) if sparse else np.asarray(X)
    if len(X.shape) != 2 or X.shape[1] != n_in:
        raise BacklitError(f"layer 1 takes {n_in} inputs, got X with shape {tuple(X.shape)}")
    if X.shape[0] == 0:
        raise BacklitError("X must hold at least one sample, got none")
    return _sparse(X, dtype) if sparse else Inputs(len(X), np.ascontiguousarray(X, dtype))


def _sparse(X: Any, dtype: Any) -> Inputs:
    """The parts of a matrix that ``csr_checked`` gave back."""
    if not X.has_sorted_indices:
        X = X.sorted_indices()
    starts = np.ascontiguousarray(X.indptr, np.int64)
    stored = int(starts[-1])
    columns = np.ascontiguousarray(X.indices[:stored], np.int32)
    values = np.ascontiguousarray(X.data[:stored], dtype)
    return Inputs(X.shape[0], (values, columns, starts))


def targets_of(y: Any, net: NetworkLike, n: int) -> np.ndarray:
    """Return targets (n, n_out) in the network's type, or class labels (n,) where softmax meets cross entropy."""
    output, y = net.layers[-1], np.asarray(y)
    if y.ndim == 1 and y.dtype.kind in "iu" and output.row.name == "softmax" and net.loss_row.name == "cross_entropy":
        if len(y) != n:
            raise BacklitError(f"y must have shape ({n},), got {y.shape}")
        if not (y.min() >= 0 and y.max() < output.n_out):
            raise BacklitError(f"y must be class labels from 0 to {output.n_out - 1}, got {y.min()} to {y.max()}")
        return np.ascontiguousarray(y, np.int64)
    if y.shape != (n, output.n_out):
        raise BacklitError(f"y must have shape ({n}, {output.n_out}), got {y.shape}")
    return np.ascontiguousarray(y, output.weights.dtype)


def weights_of(sample_weight: Any, dtype: Any, n: int) -> np.ndarray | None:
    """Return the weights of samples (n,) in ``dtype``, or None."""
    if sample_weight is None:
        return None
    weights = np.ascontiguousarray(sample_weight, dtype)
    if weights.shape != (n,):
        raise BacklitError(f"sample_weight must have shape ({n},), got {weights.shape}")
    return weights


def rates_of(learning_rate: Any, n_batches: int) -> np.ndarray:
    """Return the learning rate of each batch, (n_batches,) in float64, of one for all or one a batch.

    >>> rates_of(0.5, 3).tolist()
    [0.5, 0.5, 0.5]
    """
    rates = np.asarray(learning_rate, np.float64)
    if rates.ndim and rates.shape != (n_batches,):
        raise BacklitError(
            f"learning_rate must be one number, or one for each of {n_batches} batches, got {rates.shape}"
        )
    return np.ascontiguousarray(np.broadcast_to(rates, n_batches))


def order_of(order: Any) -> np.ndarray:
    """Return the order of samples as int64; that each index is one of a sample, the engine finds faster."""
    rows = np.asarray(order)
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        raise BacklitError(f"order must be whole numbers in one row, got shape {rows.shape} of type {rows.dtype}")
    return np.ascontiguousarray(rows, np.int64)
