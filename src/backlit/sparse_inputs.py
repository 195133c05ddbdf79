"""Sparse samples, checked before anything is done with them: SciPy's own code reads wherever their indices point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.errors import BacklitError

__all__ = ["csr_checked", "is_sparse"]


def is_sparse(X: Any) -> bool:
    """Say whether X is a sparse matrix or array of SciPy's."""
    return hasattr(X, "tocsr")


def csr_checked(X: Any, name: str = "X") -> Any:
    """Return a sparse matrix of SciPy's as CSR, not copied where it is one; ``name`` is what the error calls it.

    Raises BacklitError where its indices lie outside of it or its parts do not fit together.

    >>> from scipy.sparse import csr_matrix
    >>> X = csr_matrix([[0.0, 2.5, 0.0]])
    >>> csr_checked(X) is X
    True
    >>> X.indices[0] = 7
    >>> csr_checked(X)
    Traceback (most recent call last):
    backlit.errors.BacklitError: X must be a well-formed CSR matrix, got column 7 outside of 0 to 2
    """
    if len(X.shape) != 2:
        # who asked for a matrix says so
        return X
    form = getattr(X, "format", "")
    check = _CHECKS.get(form)
    if check is not None:
        check(X, name)
    if form == "csr":
        return X
    try:
        csr = X.tocsr()
    except (ValueError, IndexError, TypeError) as error:
        raise BacklitError(f"{name} must be a sparse matrix that is well formed ({error!s:.80})") from None
    _check_csr(csr, name)
    return csr


def _check_csr(X: Any, name: str) -> None:
    _check_compressed(X, name, X.shape[0], X.shape[1], "column")


def _check_csc(X: Any, name: str) -> None:
    _check_compressed(X, name, X.shape[1], X.shape[0], "row")


def _check_bsr(X: Any, name: str) -> None:
    block = X.data.shape[1:] if getattr(X.data, "ndim", 0) == 3 else (0, 0)
    if not all(size > 0 and whole % size == 0 for whole, size in zip(X.shape, block, strict=True)):
        raise _ill_formed(X, name, "blocks that do not fit its shape")
    _check_compressed(X, name, X.shape[0] // block[0], X.shape[1] // block[1], "block column", n_axes=3)


def _check_compressed(X: Any, name: str, n_starts: int, n_places: int, what: str, *, n_axes: int = 1) -> None:
    starts, places, values = X.indptr, X.indices, X.data
    whole = _is_whole(starts) and _is_whole(places) and getattr(values, "ndim", 0) == n_axes
    pointers = "row pointers that do not fit its entries" if what != "row" else "column pointers that do not fit"
    if not whole or len(starts) != n_starts + 1 or starts[0] != 0:
        raise _ill_formed(X, name, pointers)
    stored = int(starts[-1])
    if not stored <= len(places) <= len(values) or (starts[1:] < starts[:-1]).any():
        raise _ill_formed(X, name, pointers)
    _check_range(X, name, places[:stored], n_places, what)


def _check_coo(X: Any, name: str) -> None:
    for places, size, what in ((X.row, X.shape[0], "row"), (X.col, X.shape[1], "column")):
        if not _is_whole(places) or len(places) != len(X.data):
            raise _ill_formed(X, name, f"{what}s that do not fit its entries")
        _check_range(X, name, places, size, what)


def _is_whole(array: Any) -> bool:
    """Whether it is one row of whole numbers."""
    return isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in "iu"


def _check_range(X: Any, name: str, places: np.ndarray, size: int, what: str) -> None:
    if len(places):
        low, high = int(places.min()), int(places.max())
        if low < 0 or high >= size:
            outside = low if low < 0 else high
            raise _ill_formed(X, name, f"{what} {outside} outside of 0 to {size - 1}")


def _ill_formed(X: Any, name: str, got: str) -> BacklitError:
    return BacklitError(f"{name} must be a well-formed {X.format.upper()} matrix, got {got}")


_CHECKS: dict[str, Callable[[Any, str], None]] = {
    "csr": _check_csr,
    "csc": _check_csc,
    "bsr": _check_bsr,
    "coo": _check_coo,
}
