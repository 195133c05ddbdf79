"""Networks and samples worth looking at, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backlit.errors import unknown_name
from backlit.files.cases import LESSON, case_network, case_trace
from backlit.network.network import Network
from backlit.network.trace import Trace

__all__ = ["PRESETS", "Preset", "preset_trace"]


class Preset(NamedTuple):
    """``words`` say what is to be seen; ``make`` gives the trace that the page starts from."""

    words: str
    make: Callable[[], Trace]


def _lesson() -> Trace:
    return case_trace(LESSON, case_network(LESSON))


def _exercise() -> Trace:
    net = Network.from_weights([[[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]], [0.1, -0.3]])
    return net.trace([0.5, 0.1, -0.2], 0.6, learning_rate=0.5)


def _two_two_two() -> Trace:
    """The example of Mazur, "A step by step backpropagation example", 2015."""
    weights = [[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]]
    net = Network.from_weights(weights, [[0.35, 0.35], [0.60, 0.60]])
    return net.trace([0.05, 0.10], [0.01, 0.99], learning_rate=0.5)


TABLE = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


def _and() -> Trace:
    net = Network.random([2, 1], output="sigmoid", loss="log_loss", seed=0)
    return net.trace(TABLE, [[0], [0], [0], [1]], learning_rate=0.5)


def _xor() -> Trace:
    net = Network.random([2, 3, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=3)
    return net.trace(TABLE, [[0], [1], [1], [0]], learning_rate=0.5)


def _spirals() -> Trace:
    rng = np.random.default_rng(0)
    turn = np.linspace(0.6, 3.2 * np.pi, 80)
    arm = np.stack([turn * np.cos(turn), turn * np.sin(turn)], axis=1) / 3
    X = np.concatenate([arm, -arm]) + rng.normal(0, 0.08, (160, 2))
    net = Network.random([2, 16, 16, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=1)
    return net.trace(X.round(4), np.repeat([[0], [1]], 80, axis=0), learning_rate=0.3)


def _sine() -> Trace:
    x = np.linspace(-3, 3, 40)[:, None].round(3)
    y = (np.sin(x) + np.random.default_rng(0).normal(0, 0.1, x.shape)).round(4)
    net = Network.random([1, 8, 1], activation="tanh", output="identity", seed=0)
    return net.trace(x, y, learning_rate=0.1)


def _iris() -> Trace:
    from sklearn.datasets import load_iris

    X, y = load_iris(return_X_y=True)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    net = Network.random([4, 6, 3], activation="tanh", output="softmax", seed=0)
    return net.trace(scaled.round(4), y, learning_rate=0.1)


def _ten_layers() -> Trace:
    net = Network.random([3, *[4] * 10, 1], activation="sigmoid", seed=0)
    return net.trace([0.5, 0.1, -0.2], 1, learning_rate=0.5)


def _dead_relu() -> Trace:
    weights = [[[0.8, -0.5, 0.4], [0.3, -0.9, 0.7]], [[0.6], [0.9], [-0.4]]]
    net = Network.from_weights(weights, [[0, -1.5, 0.1], [0]], activation="relu", output="identity")
    return net.trace([[0.5, 1.0], [1.0, 0.2], [0.3, 0.8], [0.9, 0.6]], [[1], [0.5], [0.8], [0.7]], learning_rate=0.1)


def _long_step() -> Trace:
    net = Network.random([1, 6, 1], activation="tanh", output="identity", seed=0)
    x = np.linspace(-2, 2, 15)[:, None].round(3)
    return net.trace(x, (x * x / 2).round(4), learning_rate=4.0)


def _digits() -> Trace:
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    net = Network.random([64, 32, 10], activation="relu", output="softmax", seed=0)
    return net.trace(X[:150] / 16, y[:150], learning_rate=0.1)


PRESETS: dict[str, Preset] = {
    "lesson": Preset("the lesson's worked example", _lesson),
    "exercise": Preset("the lesson's exercise: a 3-2-1 network", _exercise),
    "two-two-two": Preset("a well-known published example with biases", _two_two_two),
    "and": Preset("one unit learns AND", _and),
    "xor": Preset("three hidden units learn XOR", _xor),
    "spirals": Preset("two spirals, told apart by two hidden layers", _spirals),
    "sine": Preset("a curve through noisy points", _sine),
    "iris": Preset("three kinds of iris", _iris),
    "ten-layers": Preset("ten layers of sigmoid: error terms vanish", _ten_layers),
    "dead-relu": Preset("a relu unit that is off for every sample", _dead_relu),
    "long-step": Preset("a learning rate that is too large", _long_step),
    "digits": Preset("150 handwritten digits", _digits),
}


def preset_trace(name: str) -> Trace:
    """Return the trace of a preset.

    Raises BacklitError for a name that is none, with the nearest one.

    >>> round(preset_trace("two-two-two").loss, 9)
    0.298371109
    """
    if name not in PRESETS:
        raise unknown_name("preset", name, PRESETS)
    return PRESETS[name].make()
