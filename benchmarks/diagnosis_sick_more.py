"""More faulty set-ups for the sick zoo, from public descriptions of programs that do not learn.

Too few steps, batches, optimizers, layers and missing preparation, as people ask about them: XOR by a slow SGD, prices
and areas as they are, a year as a number, raw pixels, no hidden layer, one unit where several are needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from diagnosis_sets import standard

from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.setup import Setup
from backlit.network.network import Network

__all__ = ["more_sick"]

Data = tuple[np.ndarray, np.ndarray]
LOSS = {"identity": "squared_error", "sigmoid": "log_loss", "softmax": "cross_entropy"}


def made(data: Data, hidden: list[int], **options: Any) -> Setup:
    """A set-up on samples, with ``options`` of a Network and of training."""
    X, y = data
    shape: dict[str, Any] = {"activation": "tanh", "output": "sigmoid", "loss": None, "initializer": None}
    shape |= {name: options.pop(name) for name in list(options) if name in shape}
    n_out = y.shape[1] if y.ndim == 2 else int(y.max()) + 1 if shape["output"] == "softmax" else 1
    net = Network.random(
        [X.shape[1], *hidden, n_out], seed=0, **{**shape, "loss": shape["loss"] or LOSS[str(shape["output"])]}
    )
    return setup_of_network(net, X, y, training_settings(options))


def xor(copies: int = 1) -> Data:
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * copies, float)
    return X, (X[:, 0] != X[:, 1]).astype(float)


def both(copies: int = 1) -> Data:
    X, _ = xor(copies)
    return X, (X.sum(axis=1) > 1).astype(float)


def houses(rows: int, seed: int) -> Data:
    """Area, rooms, year and distance to a price."""
    rng = np.random.default_rng(seed)
    area, rooms = rng.uniform(30, 250, rows), rng.integers(1, 7, rows)
    year, far = rng.uniform(1900, 2020, rows), rng.uniform(0, 30, rows)
    price = 3000 * area + 10_000 * rooms + 500 * (year - 1900) - 4000 * far + rng.normal(0, 15_000, rows)
    return np.column_stack([area, rooms, year, far]), price[:, None]


def payments(rows: int, seed: int) -> Data:
    """Age, income, savings and number of loans to whether one is paid back."""
    rng = np.random.default_rng(seed)
    age, income = rng.uniform(18, 80, rows), rng.lognormal(10, 0.5, rows)
    savings, loans = rng.lognormal(8, 1, rows), rng.integers(0, 6, rows)
    score = np.log(income) - 10 + 0.5 * (np.log(savings) - 8) - 0.4 * (loans - 2.5) + 0.01 * (age - 50)
    return np.column_stack([age, income, savings, loans]), (score > 0).astype(float)


def waves(rows: int, scale: float) -> Data:
    """A number of the day to a value that rises and falls, with a second harmonic."""
    day = np.linspace(-1, 1, rows)[:, None]
    return scale * (day + 1), np.sin(3 * day) + 0.3 * np.cos(5 * day)


def spiral(rows: int, seed: int) -> Data:
    """Two arms."""
    rng = np.random.default_rng(seed)
    t, side = rng.uniform(0.3, 2.2, rows) * np.pi, np.arange(rows) % 2
    r = t / np.pi * (1 - 2 * side)
    return np.column_stack([r * np.cos(t), r * np.sin(t)]) + 0.03 * rng.normal(size=(rows, 2)), side.astype(float)


def clouds(rows: int, classes: int, columns: int, seed: int, spread: float = 0.35) -> Data:
    """A class a cloud of samples."""
    rng = np.random.default_rng(seed)
    middles, y = rng.normal(size=(classes, columns)), np.arange(rows) % classes
    return middles[y] + spread * rng.normal(size=(rows, columns)), y.astype(float)


def ring(rows: int, seed: int) -> Data:
    """A class within the other."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (rows, 2))
    return X, (np.hypot(*X.T) < 0.75).astype(float)


def one_hot(X: np.ndarray, y: np.ndarray) -> Data:
    return X, np.eye(int(y.max()) + 1)[y.astype(int)]


def scaled(X: np.ndarray, y: np.ndarray) -> Data:
    return standard(X), standard(y) if y.ndim == 2 else y


More = tuple[str, str, Callable[[], Setup], Callable[[], Setup]]


def sgd(setup: Setup, rate: float, **fields: Any) -> Setup:
    return replace(setup, **{"optimizer": "sgd", "hyper": {}, "learning_rate": rate, **fields})


def raw_counts(setup: Setup) -> Setup:
    return sgd(replace(setup, X=np.round(255 * (setup.X - setup.X.min()) / np.ptp(setup.X))), 0.1)


def tiny_sets() -> list[More]:
    """XOR and AND, as beginners ask about them."""

    def gate(data: Any = None, hidden: int = 6, **options: Any) -> Setup:
        given = {"output": "sigmoid", "learning_rate": 0.03, "epochs": 400, "batch_size": 4, **options}
        return made(data or xor(), [hidden] if hidden else [], **given)

    old: dict[str, Any] = {"activation": "sigmoid", "loss": "squared_error"}
    zoo: list[More] = []
    for i, rate in enumerate((0.05, 0.01)):
        good = partial(gate, both() if i else None)
        zoo += [
            (f"XOR by sgd at {rate:g}", "opt lr epoch", gate, partial(gate, optimizer="sgd", learning_rate=rate)),
            (
                f"sigmoids and squared error by sgd at {rate:g}, {i}",
                "opt lr epoch loss act",
                partial(gate, epochs=600),
                partial(gate, optimizer="sgd", learning_rate=rate, epochs=600, **old),
            ),
            (f"20 epochs of adam, {i}", "epoch lr", good, partial(gate, both() if i else None, epochs=20 - 10 * i)),
            (f"XOR without a hidden layer, {i}", "layers", gate, partial(gate, xor(3 + i), 0)),
            (f"XOR through one unit, {i}", "layer_properties", gate, partial(gate, xor(3 + i), 1)),
            (
                f"AND by a relu output and sgd, {i}",
                "act lr opt epoch",
                partial(gate, both(2 + i)),
                partial(
                    gate, both(2 + i), 3, output="relu", loss="squared_error", optimizer="sgd", learning_rate=rate / 5,
                    epochs=50,
                ),
            ),
        ]  # fmt: skip
    return zoo


def tables(rows: int, seed: int) -> list[More]:
    """Prices, incomes and days as they are."""

    def net(data: Any, hidden: list[int], output: str, **options: Any) -> Setup:
        given = {"activation": "relu", "learning_rate": 0.01, "epochs": 40, **options}
        return made(data, hidden, output=output, **given)

    homes, loans, days = houses(rows, seed), payments(rows, seed), waves(rows, rows / 2)
    wave: dict[str, Any] = {"activation": "tanh", "learning_rate": 0.02, "epochs": 150}
    sold = partial(net, scaled(*homes), [16], "identity")
    return [
        (
            f"houses by sgd, {rows}", "missing_prep", sold,
            partial(net, homes, [16], "identity", optimizer="sgd"),
        ),
        (f"houses by adam, {rows}", "missing_prep", sold, partial(net, homes, [16], "identity", learning_rate=0.001)),
        (
            f"prices in thousands, {rows}", "missing_prep", sold,
            partial(net, (homes[0], homes[1] / 1000), [16], "identity", learning_rate=0.001),
        ),
        (
            f"incomes, {rows}", "missing_prep", partial(net, scaled(*loans), [12, 6], "sigmoid"),
            partial(net, loans, [12, 6], "sigmoid"),
        ),
        (
            f"days, {rows}", "missing_prep", partial(net, scaled(*days), [20], "identity", **wave),
            partial(net, days, [20], "identity", **wave),
        ),
    ]  # fmt: skip


def classes(rows: int, seed: int) -> list[More]:
    """Layers, units, batches, steps and optimizers where some classes are to be told apart."""

    def two(data: Any, hidden: list[int]) -> Setup:
        return made(data, hidden, output="sigmoid", learning_rate=0.02, epochs=120)

    def four(data: Any = None, **options: Any) -> Setup:
        given = {"output": "softmax", "learning_rate": 0.01, "epochs": 40, "activation": "relu", **options}
        return made(data or clouds(rows, 4, 6, seed), [16], **given)

    within, arms, twin = ring(rows, seed), spiral(rows, seed), four()
    outputs: dict[str, Any] = {
        "output": "sigmoid",
        "loss": "squared_error",
        "activation": "sigmoid",
        "optimizer": "sgd",
        "epochs": 20,
    }
    fast: dict[str, Any] = {"optimizer": "momentum", "hyper": {"momentum": 0.99}, "learning_rate": 0.5}
    return [
        (f"a ring without a hidden layer, {rows}", "layers", partial(two, within, [12]), partial(two, within, [])),
        (f"a ring through one unit, {rows}", "layer_properties", partial(two, within, [16]), partial(two, within, [1])),
        (
            f"a spiral by two units, {rows}", "layer_properties layers", partial(two, arms, [24, 24]),
            partial(two, arms, [2]),
        ),
        (
            f"all rows a batch, 3 epochs, {rows}", "batch_size epoch lr", four,
            lambda: replace(twin, batch_size=rows, epochs=3),
        ),
        (f"sgd at 1e-4, {rows}", "lr opt epoch", four, lambda: sgd(twin, 1e-4)),
        (f"two epochs of sgd, {rows}", "epoch lr opt", four, lambda: sgd(twin, 0.01, epochs=2)),
        (f"adam at 1, {rows}", "lr", four, lambda: replace(twin, learning_rate=1.0)),
        (f"momentum 0.99 at 0.5, {rows}", "lr opt", four, lambda: replace(twin, **fast)),
        (f"counts to 255, {rows}", "missing_prep lr", four, lambda: raw_counts(twin)),
        (
            f"sigmoid outputs, squared error, sgd, {rows}", "act loss lr opt epoch", four,
            lambda: four(one_hot(*clouds(rows, 4, 6, seed)), learning_rate=0.01, **outputs),
        ),
    ]  # fmt: skip


def more_sick() -> list[More]:
    """Return names, true labels, twins and faults; even places are the first half."""
    first, second = ([*tables(rows, seed), *classes(rows, seed)] for rows, seed in ((300, 2), (500, 3)))
    return [*tiny_sets(), *(item for pair in zip(first, second, strict=True) for item in pair)]
