"""What a trained network's outputs are worth: accuracy or the variance explained, and the error beside the trivial."""

from __future__ import annotations

import numpy as np

from backlit.diagnosis.setup import Setup

__all__ = ["answers_of", "error_of", "score_of"]


def answers_of(setup: Setup, outputs: np.ndarray) -> np.ndarray:
    """Return the class that each row of outputs says; of classes that are numbers of one output, the nearest."""
    if outputs.shape[1] > 1:
        return np.asarray(outputs.argmax(axis=1))
    most = 1 if setup.labels is None else int(setup.labels.max())
    if most > 1:
        # numbers in even steps, from that of the first class on
        first, last = float(setup.Y.min()), float(setup.Y.max())
        place = np.rint((outputs[:, 0] - first) * most / (last - first))
        return np.asarray(np.clip(place, 0, most).astype(int))
    return np.asarray((outputs[:, 0] > setup.cut).astype(int))


def score_of(setup: Setup, outputs: np.ndarray) -> float:
    """Return the accuracy, or the share of variance explained; NaN where the outputs are not finite."""
    if not np.isfinite(outputs).all():
        return float("nan")
    if setup.labels is None:
        residual = np.mean(np.square(outputs - setup.Y))
        return float(1 - residual / max(float(np.mean(np.square(setup.Y - setup.Y.mean(axis=0)))), 1e-300))
    answers = answers_of(setup, outputs)
    if setup.weights is not None:
        return float(np.mean([np.mean(answers[setup.labels == label] == label) for label in np.unique(setup.labels)]))
    return float(np.mean(answers == setup.labels))


def error_of(setup: Setup, score: float) -> float:
    """Return 1 - score over that of the trivial answer (the commonest class, or the mean), at most 1.

    >>> from backlit.network.network import Network
    >>> net = Network.random([1, 1], seed=0)
    >>> setup = Setup(net, np.zeros((4, 1)), np.zeros((4, 1)), None, "sgd", 0.1, 2, 1)
    >>> error_of(setup, 0.75), error_of(setup, -3.0)
    (0.25, 1.0)
    """
    if not np.isfinite(score):
        return 1.0
    trivial = 0.0 if setup.labels is None else float(np.bincount(setup.labels).max() / len(setup.labels))
    if setup.labels is not None and setup.weights is not None:
        trivial = 1 / len(np.unique(setup.labels))
    return float(min(1.0, (1 - score) / max(1 - trivial, 1e-12)))
