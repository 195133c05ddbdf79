"""A Network with its training settings, and scikit-learn's and backlit's estimators, as set-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.setup import Setup
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.settings import Settings, settings_checked

__all__ = ["coded_targets", "setup_of_estimator", "setup_of_network", "training_settings"]

NAMES = ("optimizer", "learning_rate", "batch_size", "epochs", "weight_decay", "clip_norm")
HYPER = ("momentum", "beta_1", "beta_2", "epsilon")


def training_settings(given: Mapping[str, Any]) -> Settings:
    """Return settings as ``bl.train`` understands them; raises BacklitError for a name that it does not know."""
    unknown = [name for name in given if name not in (*NAMES, *HYPER)]
    if unknown:
        raise BacklitError(f"diagnose does not know the setting '{unknown[0]}'; known: {', '.join((*NAMES, *HYPER))}")
    values = {"optimizer": "adam", "learning_rate": None, "batch_size": 32, "epochs": 20, **given}
    return settings_checked(
        **{name: values.get(name) for name in NAMES},
        hyper={name: values.get(name) for name in HYPER},
        schedule="constant",
        early_stopping=None,
        shuffle=True,
    )


def setup_of_network(net: Network, X: np.ndarray, y: np.ndarray, settings: Settings) -> Setup:
    """Return the set-up of a network that is trained with settings on ``X (n, n_in)`` and ``y``.

    Raises BacklitError for another number of inputs or outputs.
    """
    if X.shape[1] != net.layers[0].n_in:
        raise BacklitError(f"layer 1 takes {net.layers[0].n_in} inputs, got X with shape {X.shape}")
    Y, labels, cut = coded_targets(y, net.layers[-1].n_out, sums_to_1=net.layers[-1].row.name == "softmax")
    return Setup(
        network=net,
        X=X,
        Y=Y,
        labels=labels,
        cut=cut,
        optimizer=settings.optimizer.name,
        learning_rate=settings.learning_rate,
        batch_size=min(settings.batch_size, len(X)),
        epochs=settings.epochs,
        hyper=dict(settings.hyper),
        weight_decay=settings.weight_decay,
        clip_norm=settings.clip_norm,
    )


def coded_targets(y: np.ndarray, n_out: int, *, sums_to_1: bool) -> tuple[np.ndarray, np.ndarray | None, float]:
    """Return the targets as they are fed (n, n_out), the class of each sample or None, and where one output is cut.

    Labels (n,) for several outputs that sum to 1 are made columns, as frameworks do: by their whole number. Where they
    are not whole numbers from 0, the classes are the values that differ, in their order.

    >>> Y, labels, cut = coded_targets(np.array([-1.0, 1.0, 1.0]), 1, sums_to_1=False)
    >>> Y.tolist(), labels.tolist(), cut
    ([[-1.0], [1.0], [1.0]], [0, 1, 1], 0.0)
    """
    if y.ndim == 2 and y.shape[1] == 1 and n_out > 1 and sums_to_1:
        y = y[:, 0]
    if y.ndim == 1 and n_out > 1 and sums_to_1:
        values, classes = np.unique(y, return_inverse=True)
        fed = np.clip(y.astype(int), 0, n_out - 1)
        whole = bool((values == np.floor(values)).all() and values[0] >= 0 and values[-1] < n_out)
        if not whole and len(values) > n_out:
            raise BacklitError(f"y must hold at most {n_out} classes ({n_out} output units), got {len(values)} values")
        return np.eye(n_out)[fed], y.astype(int) if whole else classes.astype(int), 0.5
    Y = y[:, None] if y.ndim == 1 else y
    if Y.shape[1] != n_out:
        raise BacklitError(f"y must have one column for each of {n_out} outputs, got shape {y.shape}")
    if n_out > 1:
        one_hot = bool(((Y == 0) | (Y == 1)).all() and (Y.sum(axis=1) == 1).all())
        return Y, Y.argmax(axis=1) if one_hot else None, 0.5
    values = np.unique(Y)
    if len(values) == 2 and values.tolist() in ([0, 1], [-1, 1]):
        return Y, (Y[:, 0] == values[1]).astype(int), float(values.mean())
    return Y, None, 0.5


SOLVERS = {"sgd": "sgd", "adam": "adam"}


def setup_of_estimator(estimator: Any, X: np.ndarray, y: Any) -> Setup:
    """Return the set-up of an MLPClassifier or MLPRegressor: its own settings, starting weights as it would draw them.

    Raises BacklitError for solver="lbfgs", whose steps are no epochs.
    """
    given = estimator.get_params()
    solver = given["solver"]
    if solver not in SOLVERS:
        raise BacklitError(f"diagnose follows the solvers sgd and adam, got solver={solver!r:.30}")
    classifier = "Classifier" in type(estimator).__name__
    if classifier:
        classes, numbers = np.unique(np.asarray(y), return_inverse=True)
        n_out, target = (1 if len(classes) == 2 else len(classes)), numbers.astype(float)
    else:
        try:
            target = np.asarray(y, np.float64)
        except (TypeError, ValueError):
            raise BacklitError(f"y must be numbers for a {type(estimator).__name__}") from None
        n_out = 1 if target.ndim == 1 else target.shape[1]
    hidden = given["hidden_layer_sizes"]
    hidden = [hidden] if isinstance(hidden, int | np.integer) else list(hidden)
    output = {True: "sigmoid" if n_out == 1 else "softmax", False: "identity"}[classifier]
    loss = {"sigmoid": "log_loss", "softmax": "cross_entropy"}.get(output, "squared_error")
    activation = {"logistic": "sigmoid"}.get(given["activation"], given["activation"])
    sizes = [X.shape[1], *hidden, n_out]
    net = Network.random(sizes, activation=activation, output=output, loss=loss, initializer="scikit_learn", seed=0)
    size = min(200, len(X)) if given["batch_size"] == "auto" else min(int(given["batch_size"]), len(X))
    settings = training_settings(_settings_of(given, size))
    return replace(setup_of_network(net, X, target, settings), l2=float(given["alpha"]))


def _settings_of(given: Mapping[str, Any], batch_size: int) -> dict[str, Any]:
    values = {"learning_rate": float(given["learning_rate_init"]), "batch_size": batch_size}
    values["epochs"] = int(given["max_iter"])
    if given["solver"] == "adam":
        names = {"beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"}
        return {**values, "optimizer": "adam", **{name: given[key] for name, key in names.items()}}
    if not given["momentum"]:
        return {**values, "optimizer": "sgd"}
    kind = "nesterov" if given["nesterovs_momentum"] else "momentum"
    return {**values, "optimizer": kind, "momentum": given["momentum"]}
