"""What can be diagnosed, as a set-up: whatever came, with its samples and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backlit.diagnosis.from_checkpoint import read_checkpoint
from backlit.diagnosis.from_keras import is_keras_model, setup_of_keras
from backlit.diagnosis.from_network import coded_targets, setup_of_estimator, setup_of_network, training_settings
from backlit.diagnosis.from_torch import is_module, setup_of_module
from backlit.diagnosis.held_out import HeldOut
from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.history import History

__all__ = ["held_out_of", "setup_of", "setup_of_checkpoint"]


def setup_of(what: Any, X: Any, y: Any, settings: Mapping[str, Any]) -> Setup:
    """Return the set-up of a network, estimator, PyTorch module or Keras model; raises BacklitError for others."""
    # a Keras model on PyTorch's backend is a module of PyTorch too
    if is_keras_model(what):
        _only(settings, ("epochs", "batch_size"), "a Keras model's settings are those it was compiled with, and")
        return setup_of_keras(what, X, y, **settings)
    if is_module(what):
        names = ("loss", "optimizer", "epochs", "batch_size")
        _only(settings, names, "a PyTorch module's settings are")
        return setup_of_module(what, X, y, **settings)
    inputs = _samples(X)
    if isinstance(what, Network):
        return setup_of_network(what, inputs, _targets(y, len(inputs)), training_settings(settings))
    if hasattr(what, "get_params") and hasattr(what, "hidden_layer_sizes"):
        if settings:
            raise BacklitError(f"an estimator has settings of its own, got {', '.join(settings)} too")
        return setup_of_estimator(what, inputs, y)
    raise BacklitError(
        "diagnose takes a Network, a History, a checkpoint's path, an MLPClassifier or MLPRegressor of scikit-learn or "
        f"backlit, a PyTorch module or a Keras model, got a {type(what).__name__}"
    )


def setup_of_checkpoint(path: str | Path, X: Any, y: Any, settings: Mapping[str, Any]) -> tuple[Setup, History]:
    """Return the set-up of a checkpoint's run and its history; training starts from weights spread as its own are."""
    net, own, history = read_checkpoint(path)
    inputs = _samples(X)
    setup = setup_of_network(net, inputs, _targets(y, len(inputs)), training_settings({**own, **settings}))
    return replace(setup, network=network_for_seed(setup, 1)), history


def held_out_of(setup: Setup, what: Any, y: Any, X_val: Any, y_val: Any) -> HeldOut:
    """Return held-out samples as the set-up takes them; ``y``: the targets of training, which say what the classes are.

    Raises BacklitError where they do not fit.
    """
    inputs, given = (
        np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value) for value in (X_val, y_val)
    )
    if (
        inputs.ndim < 2
        or given.ndim < 1
        or len(inputs) < 1
        or inputs[0].size != setup.X.shape[1]
        or len(given) != len(inputs)
    ):
        raise BacklitError(
            f"X_val must have {setup.X.shape[1]} columns as X has, and y_val a row for each, got shapes "
            f"{inputs.shape} and {given.shape}"
        )
    if hasattr(what, "get_params") and setup.labels is not None:
        return _estimators_samples(setup, y, inputs, given)
    n_out = setup.Y.shape[1]
    try:
        flat, numbers = inputs.reshape(len(inputs), -1).astype(np.float64), given.astype(np.float64)
    except (TypeError, ValueError):
        raise BacklitError("X_val and y_val must be numbers, as X and y are") from None
    sums = n_out > 1 and given.size == len(given)
    Y, labels, _ = coded_targets(numbers, n_out, sums_to_1=sums)
    if setup.labels is None:
        return HeldOut(flat, Y, None)
    if labels is None:
        labels = Y.argmax(axis=1) if n_out > 1 else (Y[:, 0] == setup.Y.max()).astype(int)
    return HeldOut(flat, Y, labels)


def _estimators_samples(setup: Setup, y: Any, inputs: np.ndarray, given: np.ndarray) -> HeldOut:
    """Classes by their place among those of training; all others are one more."""
    classes, n_out = np.unique(np.asarray(y)), setup.Y.shape[1]
    labels = np.minimum(np.searchsorted(classes, given), len(classes) - 1)
    labels = np.where(classes[labels] == given, labels, len(classes))
    Y = labels[:, None].astype(float) if n_out == 1 else np.eye(len(classes) + 1)[labels][:, :n_out]
    return HeldOut(inputs.astype(np.float64), Y, labels)


def _only(settings: Mapping[str, Any], names: tuple[str, ...], words: str) -> None:
    unknown = [name for name in settings if name not in names]
    if unknown:
        listed = ", ".join(names[:-1]) + " and " + names[-1]
        raise BacklitError(f"{words} {listed}, got {unknown[0]}")


def _targets(y: Any, n: int) -> np.ndarray:
    try:
        targets = np.asarray(y, np.float64)
    except (TypeError, ValueError):
        raise BacklitError("y must be numbers: class numbers from 0, or quantities") from None
    if targets.ndim not in (1, 2) or len(targets) != n:
        raise BacklitError(f"y must have a row for each of {n} samples, got shape {np.shape(y)}")
    return targets


def _samples(X: Any) -> np.ndarray:
    try:
        inputs = np.asarray(X, np.float64)
    except (TypeError, ValueError):
        raise BacklitError("X must be numbers in rows of equal length") from None
    if inputs.ndim != 2 or len(inputs) < 2:
        raise BacklitError(f"X must have shape (n, n_in) with at least two samples, got {inputs.shape}")
    return inputs
