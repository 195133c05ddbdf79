"""A Network with its training settings as a set-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backlit.diagnosis.setup import Setup
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.settings import Settings, settings_checked

__all__ = ["coded_targets", "setup_of_network", "training_settings"]

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
