"""The data sets and sound set-ups of the zoos for diagnosis: small, bundled or made, none of them downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn import datasets

from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.setup import Setup
from backlit.network.network import Network

__all__ = ["DATA", "sound"]

Data = tuple[np.ndarray, np.ndarray]


def standard(X: np.ndarray) -> np.ndarray:
    return np.asarray((X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-9))


def digits(rows: int = 600) -> Data:
    X, y = datasets.load_digits(return_X_y=True)
    return X[:rows] / 16, y[:rows].astype(float)


def large_digits() -> Data:
    """The digits drawn at 28 x 28, as many inputs as MNIST has."""
    X, y = datasets.load_digits(return_X_y=True)
    big = np.kron(X.reshape(-1, 8, 8) / 16, np.ones((3, 3)))
    return np.pad(big, ((0, 0), (2, 2), (2, 2))).reshape(len(X), 784)[:1000], y[:1000].astype(float)


def iris() -> Data:
    X, y = datasets.load_iris(return_X_y=True)
    return standard(X), y.astype(float)


def wine() -> Data:
    X, y = datasets.load_wine(return_X_y=True)
    return standard(X), y.astype(float)


def tumours() -> Data:
    X, y = datasets.load_breast_cancer(return_X_y=True)
    return standard(X), y.astype(float)


def moons() -> Data:
    X, y = datasets.make_moons(400, noise=0.15, random_state=0)
    return np.asarray(X), y.astype(float)


def circles() -> Data:
    X, y = datasets.make_circles(400, noise=0.08, factor=0.5, random_state=1)
    return np.asarray(X), y.astype(float)


def imbalanced() -> Data:
    X, y = datasets.make_classification(800, 10, n_informative=6, weights=[0.9], class_sep=1.6, random_state=2)
    return standard(X), y.astype(float)


def wide() -> Data:
    X, y = datasets.make_classification(120, 300, n_informative=20, n_classes=3, class_sep=2, random_state=3)
    return standard(X), y.astype(float)


def tiny() -> Data:
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 3, float)
    return X, (X[:, 0] != X[:, 1]).astype(float)


def one_hot_inputs() -> Data:
    rng = np.random.default_rng(4)
    a, b = rng.integers(0, 8, 500), rng.integers(0, 6, 500)
    return np.hstack([np.eye(8)[a], np.eye(6)[b]]), ((a % 3 + b % 2) % 3).astype(float)


def sine() -> Data:
    x = np.linspace(-1, 1, 200)[:, None]
    return x, np.sin(3 * x)


def friedman() -> Data:
    X, y = datasets.make_friedman1(500, 8, noise=0.5, random_state=5)
    return standard(X), standard(y[:, None])


def diabetes() -> Data:
    X, y = datasets.load_diabetes(return_X_y=True)
    return standard(X), standard(y[:, None])


def two_targets() -> Data:
    rng = np.random.default_rng(6)
    X = rng.normal(size=(400, 6))
    return X, standard(np.column_stack([X[:, 0] * X[:, 1], np.tanh(X[:, 2]) + 0.5 * X[:, 3]]))


def noisy_line() -> Data:
    """Half of the variance is noise, which no network can learn."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(500, 5))
    return X, standard((X[:, :1] + np.abs(X[:, 1:2])) + 1.2 * rng.normal(size=(500, 1)))


def noisy_classes() -> Data:
    """A quarter of the labels is wrong."""
    X, y = moons()
    return X, np.where(np.random.default_rng(9).random(len(y)) < 0.25, 1 - y, y)


def overlapping() -> Data:
    X, y = datasets.make_classification(700, 8, n_informative=5, n_classes=3, class_sep=0.7, random_state=10)
    return standard(X), y.astype(float)


def rare() -> Data:
    """One class in twenty, that cannot be told surely."""
    X, y = datasets.make_classification(800, 6, n_informative=4, weights=[0.95], class_sep=0.8, random_state=11)
    return standard(X), y.astype(float)


DATA: dict[str, Callable[[], Data]] = {
    f.__name__: f
    for f in (
        digits, large_digits, iris, wine, tumours, moons, circles, imbalanced, wide, tiny, one_hot_inputs,
        sine, friedman, diabetes, two_targets,
        noisy_line, noisy_classes, overlapping, rare,
    )
}  # fmt: skip

HIDDEN: dict[str, list[int]] = {
    "digits": [32], "large_digits": [64], "iris": [12], "wine": [16], "tumours": [32, 16], "moons": [24, 12],
    "circles": [20], "imbalanced": [24], "wide": [16], "tiny": [8], "one_hot_inputs": [24], "sine": [24, 12],
    "friedman": [32], "diabetes": [16], "two_targets": [32],
    "noisy_line": [16], "noisy_classes": [16], "overlapping": [24], "rare": [16],
}  # fmt: skip
EPOCHS = {"tiny": 150, "sine": 80, "iris": 60, "wine": 30, "moons": 60, "circles": 60, "wide": 40, "tumours": 25}
RATES = {"tiny": 0.03, "sine": 0.01}


def sound(name: str, hidden: list[int] | None = None, seed: int = 0, **options: Any) -> Setup:
    """Return a set-up that learns from a data set, with what ``options`` depart from: those of Network and training."""
    X, y = DATA[name]()
    classes = 0 if y.ndim == 2 else len(np.unique(y))
    n_out = y.shape[1] if y.ndim == 2 else (1 if classes == 2 else classes)
    output = "identity" if y.ndim == 2 else ("sigmoid" if classes == 2 else "softmax")
    loss = {"identity": "squared_error", "sigmoid": "log_loss", "softmax": "cross_entropy"}[output]
    shape: dict[str, Any] = {"activation": "relu", "output": output, "loss": loss, "initializer": None, "dropout": 0.0}
    shape |= {key: options.pop(key) for key in list(options) if key in shape}
    sizes = [X.shape[1], *(HIDDEN[name] if hidden is None else hidden), n_out]
    net = Network.random(sizes, seed=seed, **shape)
    given = {"learning_rate": RATES.get(name, 0.005), "epochs": EPOCHS.get(name, 30), "batch_size": 32, **options}
    if given.get("optimizer", "adam") != "adam" and "learning_rate" not in options:
        given["learning_rate"] = None
    return setup_of_network(net, X, y, training_settings(given))
