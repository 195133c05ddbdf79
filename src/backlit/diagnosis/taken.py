"""What can be diagnosed, as a set-up: whatever came, with its samples and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backlit.diagnosis.fitting import with_class_numbers
from backlit.diagnosis.from_checkpoint import read_checkpoint
from backlit.diagnosis.from_estimator import setup_of_estimator
from backlit.diagnosis.from_keras import setup_of_keras
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.from_torch import is_module, setup_of_module
from backlit.diagnosis.keras_settings import is_keras_model
from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.sparse_inputs import csr_checked, is_sparse
from backlit.training.history import History

__all__ = ["setup_of", "setup_of_checkpoint"]


def setup_of(what: Any, X: Any, y: Any, settings: Mapping[str, Any]) -> Setup:
    """Return the set-up of a network, estimator, PyTorch module or Keras model; raises BacklitError for others."""
    return with_class_numbers(_setup_of(what, X, y, settings))


def _setup_of(what: Any, X: Any, y: Any, settings: Mapping[str, Any]) -> Setup:
    # a Keras model on PyTorch's backend is a module of PyTorch too
    if is_keras_model(what):
        _only(settings, ("epochs", "batch_size"), "a Keras model's settings are those it was compiled with, and")
        return setup_of_keras(what, X, y, **settings)
    if is_module(what):
        names = ("loss", "optimizer", "epochs", "batch_size")
        _only(settings, names, "a PyTorch module's settings are")
        return setup_of_module(what, X, y, **settings)
    if hasattr(what, "best_estimator_") or hasattr(what, "param_grid"):
        raise BacklitError(f"diagnose takes one model: of a {type(what).__name__}, once fitted, give best_estimator_")
    inputs = _samples(X)
    if isinstance(what, Network):
        return setup_of_network(what, inputs, _targets(y, len(inputs)), training_settings(settings))
    if hasattr(what, "get_params") and hasattr(what, "hidden_layer_sizes"):
        if settings:
            raise BacklitError(f"an estimator has settings of its own, got {', '.join(settings)} too")
        return setup_of_estimator(what, inputs, y)
    raise BacklitError(
        "diagnose takes a Network, a History, a checkpoint's path, an MLPClassifier or MLPRegressor of scikit-learn or "
        f"backlit, a fitted Pipeline that ends in one, a PyTorch module or a Keras model, got a {type(what).__name__}"
    )


def setup_of_checkpoint(path: str | Path, X: Any, y: Any, settings: Mapping[str, Any]) -> tuple[Setup, History]:
    """Return the set-up of a checkpoint's run and its history; training starts from weights spread as its own are."""
    net, own, history = read_checkpoint(path)
    inputs = _samples(X)
    given = training_settings({**own, **settings})
    setup = with_class_numbers(setup_of_network(net, inputs, _targets(y, len(inputs)), given))
    return replace(setup, network=network_for_seed(setup, 1)), history


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
    if is_sparse(X):
        X = csr_checked(X).toarray()
    try:
        inputs = np.asarray(X, np.float64)
    except (TypeError, ValueError):
        raise BacklitError(_no_numbers(X)) from None
    if inputs.ndim != 2 or len(inputs) < 2:
        raise BacklitError(f"X must have shape (n, n_in) with at least two samples, got {inputs.shape}")
    return inputs


def _no_numbers(X: Any) -> str:
    """What is wrong with samples that are no numbers, by the columns of a frame."""
    dtypes = getattr(X, "dtypes", None)
    text = [
        f"'{name}'" for name in getattr(X, "columns", ()) if dtypes is not None and _kind(dtypes, name) not in "fiub"
    ]
    if not text:
        return "X must be numbers in rows of equal length"
    listed = ", ".join(text[:5]) + (f" and {len(text) - 5} more" if len(text) > 5 else "")
    return (
        f"X must be numbers, as they are fed to the network, and {listed} are none: give the fitted Pipeline that "
        "prepares them and ends in the network, or X as it prepares them"
    )


def _kind(dtypes: Any, name: Any) -> str:
    return str(getattr(dtypes[name], "kind", "O"))
