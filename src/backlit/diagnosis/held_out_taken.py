"""Samples held out, as a set-up takes them: inputs as numbers, classes by their place among those of training."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.diagnosis.from_estimator import is_classifier, scaled_as
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.held_out import HeldOut
from backlit.diagnosis.setup import Setup
from backlit.errors import BacklitError
from backlit.sparse_inputs import csr_checked, is_sparse

__all__ = ["held_out_of"]


def held_out_of(setup: Setup, what: Any, y: Any, X_val: Any, y_val: Any) -> HeldOut:
    """Return held-out samples as the set-up takes them; ``y``: the targets of training, which say what the classes are.

    Raises BacklitError where they do not fit.
    """
    inputs, given = _arrays(setup, X_val, y_val)
    estimator, n_out = hasattr(what, "get_params"), setup.Y.shape[1]
    if estimator and is_classifier(what):
        labels = _places(_unique(_plain(y)), _column(given))
        return HeldOut(_numbers(inputs), _coded(labels, n_out), labels)
    flat, numbers = _numbers(inputs), _numbers(given, rows=False)
    if estimator:
        numbers = scaled_as(what, y, numbers)
    if setup.labels is not None and n_out > 1 and numbers.size == len(numbers):
        labels = _class_numbers(np.asarray(_plain(y), np.float64).reshape(-1), numbers.reshape(-1), n_out)
        return HeldOut(flat, _coded(labels, n_out), labels)
    Y, _, _ = coded_targets(numbers, n_out, sums_to_1=False)
    if setup.labels is None:
        return HeldOut(flat, Y, None)
    return HeldOut(flat, Y, _places(np.unique(setup.Y[:, 0]), Y[:, 0]) if n_out == 1 else Y.argmax(axis=1))


def _arrays(setup: Setup, X_val: Any, y_val: Any) -> tuple[np.ndarray, np.ndarray]:
    try:
        inputs, given = (np.asarray(_plain(value)) for value in (X_val, y_val))
    except ValueError:
        raise BacklitError("X_val and y_val must have rows of equal length") from None
    n_in, n = setup.X.shape[1], len(inputs) if inputs.ndim > 1 else 0
    if not n or given.ndim < 1 or inputs[0].size != n_in or len(given) != n:
        raise BacklitError(
            f"X_val must have {n_in} columns as X has, and y_val a row for each, got shapes "
            f"{inputs.shape} and {given.shape}"
        )
    return inputs, given


def _plain(values: Any) -> Any:
    if is_sparse(values):
        return csr_checked(values, "X_val").toarray()
    return values.detach().cpu().numpy() if hasattr(values, "detach") else values


def _numbers(values: np.ndarray, *, rows: bool = True) -> np.ndarray:
    try:
        return (values.reshape(len(values), -1) if rows else values).astype(np.float64)
    except (TypeError, ValueError):
        raise BacklitError("X_val and y_val must be numbers, as X and y are") from None


def _column(values: np.ndarray) -> np.ndarray:
    if values.size != len(values):
        raise BacklitError(f"y_val must have one class a sample, got shape {values.shape}")
    return values.reshape(-1)


def _unique(values: Any) -> np.ndarray:
    return np.unique(np.asarray(values))


def _class_numbers(trained: np.ndarray, given: np.ndarray, n_out: int) -> np.ndarray:
    """Classes by number where training's are whole numbers from 0, else by their place; unknown ones are one more."""
    classes = np.unique(trained)
    if (classes == np.floor(classes)).all() and classes[0] >= 0 and classes[-1] < n_out:
        known = (given == np.floor(given)) & (given >= 0) & (given < n_out)
        return np.where(known, given, n_out).astype(int)
    return _places(classes, given)


def _places(classes: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The place of each value among the sorted classes; all others are one more."""
    try:
        places = np.minimum(np.searchsorted(classes, given), len(classes) - 1)
    except TypeError:
        raise BacklitError("y_val must hold classes of the kind that y has, without None") from None
    return np.asarray(np.where(classes[places] == given, places, len(classes)))


def _coded(labels: np.ndarray, n_out: int) -> np.ndarray:
    """A column a class; a class that training never saw is in none of them."""
    if n_out == 1:
        return labels[:, None].astype(float)
    most = max(n_out, int(labels.max())) + 1
    return np.asarray(np.eye(most)[labels][:, :n_out])
