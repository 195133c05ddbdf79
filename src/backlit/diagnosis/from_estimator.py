"""An MLPClassifier or MLPRegressor of scikit-learn or backlit as a set-up: its own settings are what is diagnosed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.setup import Setup
from backlit.diagnosis.stopping import Stopping
from backlit.equations.activation_table import find_activation
from backlit.equations.loss_table import Loss, find_loss, loss_fits
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.validation import number, whole_number

__all__ = ["is_classifier", "scaled_as", "setup_of_estimator"]

SOLVERS = ("sgd", "adam")
OUTPUTS: tuple[str, ...] = ("identity", "exp", "sigmoid", "softmax")
"""A regressor's output is the first that its loss can take."""


def setup_of_estimator(estimator: Any, X: np.ndarray, y: Any) -> Setup:
    """Return the set-up of an estimator on ``X (n, n_in)`` and ``y``, starting weights as it would draw them.

    Raises BacklitError for solver="lbfgs", whose steps are no epochs, for a learning rate that is not constant, and
    for what the estimator itself refuses.
    """
    given = estimator.get_params()
    solver = given["solver"]
    if solver not in SOLVERS:
        raise BacklitError(f"diagnose follows the solvers sgd and adam, got solver={solver!r:.30}")
    _check_rate(given)
    classifier = is_classifier(estimator)
    n_out, target = _classes(y, len(X)) if classifier else _numbers(estimator, y, len(X))
    output, loss = _output_and_loss(given, n_out, classifier=classifier)
    if given.get("scale_y") and output != "identity":
        raise BacklitError(f"scale_y is for losses with the output identity, and {find_loss(loss).name} has another")
    hidden = given["hidden_layer_sizes"]
    net = Network.random(
        [X.shape[1], *([hidden] if np.ndim(hidden) == 0 else list(hidden)), n_out],
        activation=given["activation"],
        output=output,
        loss=loss,
        initializer="scikit_learn",
        dropout=given.get("dropout", 0.0),
        seed=0,
    )
    setup = setup_of_network(net, X, scaled_as(estimator, y, target), training_settings(_settings_of(given, len(X))))
    # a regressor's squared error is a mean over outputs, a Network's a sum
    mean = not classifier and find_loss(loss).name == "squared_error"
    weights = _class_weights(given, y) if classifier else None
    return replace(
        setup,
        l2=number(given["alpha"], "alpha"),
        gradient_scale=1 / n_out if mean else 1.0,
        weights=weights,
        stopping=_stopping(given),
    )


def is_classifier(estimator: Any) -> bool:
    """Say whether an estimator answers with classes, by its name."""
    return "Classifier" in type(estimator).__name__


def scaled_as(estimator: Any, y: Any, values: np.ndarray) -> np.ndarray:
    """Return targets in the units that an estimator trains on: with ``scale_y`` by mean and deviation of ``y``."""
    if not estimator.get_params().get("scale_y"):
        return values
    given = np.asarray(y, np.float64).reshape(len(y), -1)
    spread = given.std(axis=0)
    scaled = (values.reshape(len(values), -1) - given.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.asarray(scaled.reshape(values.shape))


def _classes(y: Any, n: int) -> tuple[int, np.ndarray]:
    """How many outputs, and the number of each sample's class."""
    labels = np.asarray(y)
    if labels.shape == (n, 1):
        labels = labels[:, 0]
    if labels.shape != (n,):
        raise BacklitError(f"y must have one class for each of {n} samples, shape ({n},), got {labels.shape}")
    try:
        classes, numbers = np.unique(labels, return_inverse=True)
    except TypeError:
        raise BacklitError("y must hold classes of one kind, all strings or all numbers, without None") from None
    return 1 if len(classes) <= 2 else len(classes), numbers.astype(float)


def _class_weights(given: Mapping[str, Any], y: Any) -> np.ndarray | None:
    """How much each sample counts, (n,), by the estimator's class weights; None where it has none."""
    asked, labels = given.get("class_weight"), np.asarray(y).reshape(-1)
    if asked is None:
        return None
    from sklearn.utils.class_weight import compute_sample_weight

    classes = set(labels.tolist())
    for label in asked if isinstance(asked, Mapping) else ():
        if label not in classes:
            raise BacklitError(f"class_weight must name classes of y, and {label!r:.40} is none")
    try:
        weights = np.asarray(compute_sample_weight(asked, labels), np.float64)
    except (TypeError, ValueError) as error:
        raise BacklitError(f"class_weight cannot be used: {error!s:.120}") from None
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise BacklitError(f"class_weight must be numbers of at least 0, not all of them 0, got {asked!r:.60}")
    return weights


def _numbers(estimator: Any, y: Any, n: int) -> tuple[int, np.ndarray]:
    try:
        target = np.asarray(y, np.float64)
    except (TypeError, ValueError):
        raise BacklitError(f"y must be numbers for a {type(estimator).__name__}") from None
    if target.ndim not in (1, 2) or len(target) != n:
        raise BacklitError(f"y must have shape ({n},) or ({n}, n_out), got {target.shape}")
    return (1 if target.ndim == 1 else target.shape[1]), target


def _check_rate(given: Mapping[str, Any]) -> None:
    # adam takes no notice of scikit-learn's own rules
    followed = ("constant",) if given["solver"] == "sgd" else ("constant", "invscaling", "adaptive")
    if given["learning_rate"] not in followed:
        raise BacklitError(
            f"diagnose follows a constant learning rate, got learning_rate={given['learning_rate']!r:.40}; diagnose a "
            "copy with set_params(learning_rate='constant')"
        )


def _output_and_loss(given: Mapping[str, Any], n_out: int, *, classifier: bool) -> tuple[str, str | Loss]:
    """The output that the estimator would have, and its loss; raises BacklitError where they do not go together."""
    outputs, loss = OUTPUTS, given.get("loss", "squared_error")
    if classifier:
        outputs, loss = ("sigmoid" if n_out == 1 else "softmax",), given.get("loss", "log_loss")
        if isinstance(loss, str) and loss in ("log_loss", "cross_entropy"):
            loss = "log_loss" if n_out == 1 else "cross_entropy"
    fitting = [name for name in outputs if loss_fits(find_loss(loss), find_activation(name))]
    if not fitting:
        raise BacklitError(f"loss '{find_loss(loss).name}' cannot take the output {outputs[0]} of this estimator")
    return fitting[0], loss


def _stopping(given: Mapping[str, Any]) -> Stopping:
    """Where the estimator's fit ends by itself, before ``max_iter``."""
    share = number(given["validation_fraction"], "validation_fraction") if given["early_stopping"] else 0.0
    patience = given["n_iter_no_change"]
    endless = isinstance(patience, float) and patience == math.inf
    return Stopping(math.inf if endless else number(patience, "n_iter_no_change"), number(given["tol"], "tol"), share)


def _settings_of(given: Mapping[str, Any], n: int) -> dict[str, Any]:
    size = given["batch_size"]
    values: dict[str, Any] = {
        "learning_rate": given["learning_rate_init"],
        "batch_size": min(n, 200 if isinstance(size, str) and size == "auto" else whole_number(size, "batch_size", 1)),
        "epochs": given["max_iter"],
    }
    values |= {name: given[name] for name in ("weight_decay", "clip_norm") if given.get(name) is not None}
    if given["solver"] == "adam":
        return values | {"optimizer": "adam", **{name: given[name] for name in ("beta_1", "beta_2", "epsilon")}}
    if not given["momentum"]:
        return values | {"optimizer": "sgd"}
    return values | {
        "optimizer": "nesterov" if given["nesterovs_momentum"] else "momentum",
        "momentum": given["momentum"],
    }
