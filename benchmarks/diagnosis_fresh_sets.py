"""The fresh faulty set-ups of diagnosis_fresh.py: what each program has wrong, and its twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from diagnosis_fresh_data import (
    activities,
    adder,
    bands,
    blood,
    body,
    checkers,
    colours,
    compass,
    copies,
    cube,
    damped,
    fahrenheit,
    fuel,
    growth,
    hastie,
    impedance,
    larger,
    phases,
    product,
    projectile,
    quantiles,
    sales,
    scaled,
    stripes,
    thirds,
    words,
)
from diagnosis_sick import (
    Sick,
    dead_biases,
    hidden,
    one_unit_softmax,
    output,
    plus_minus,
    sgd,
    weights,
    with_layers,
)
from diagnosis_sick_more import made

from backlit.diagnosis.setup import Setup

__all__ = ["classifications", "regressions"]


def program(data: Any, units: list[int], out: str = "identity", **options: Any) -> Setup:
    given = {"activation": "relu", "initializer": "glorot_uniform", "learning_rate": 0.01, "epochs": 60}
    return made(data, units, output=out, **{**given, **options})


def with_dropout(setup: Setup, rate: float) -> Setup:
    last = len(setup.network.layers) - 1
    return with_layers(setup, lambda i, layer: replace(layer, dropout=0.0 if i == last else rate))


def normal(setup: Setup, deviation: float) -> Setup:
    return weights(setup, lambda r, W: r.normal(0, deviation, W.shape))


def same(setup: Setup, value: float) -> Setup:
    return weights(setup, lambda r, W: np.full(W.shape, value))


def classifications() -> list[Sick]:
    """Faults of set-ups that are to tell classes apart."""
    zoo: list[Sick] = []

    def add(name: str, true: str, twin: Callable[[], Setup], faulty: Callable[[Setup], Setup]) -> None:
        zoo.append(Sick(name, tuple(true.split()), twin, faulty))

    def raw(data: Any, units: list[int], out: str, **options: Any) -> Callable[[Setup], Setup]:
        return lambda twin: program(data, units, out, **options)

    def two(data: Any, units: list[int], **options: Any) -> Callable[[], Setup]:
        return partial(program, scaled(*data), units, "sigmoid", **options)

    def many(data: Any, units: list[int], **options: Any) -> Callable[[], Setup]:
        return partial(program, scaled(*data), units, "softmax", **options)

    board = two(checkers(), [32, 16], epochs=150)
    talk, bars = two(words(), [16], epochs=30), two(stripes(), [16], epochs=40)
    moves = many(activities(), [16])
    tens, bits = two(hastie(), [32]), two(thirds(), [24], batch_size=8, epochs=300)
    add("thirds, softmax over one unit", "act", bits, one_unit_softmax)
    add("checkers by linear layers", "act", board, lambda s: hidden(s, "identity"))
    add(
        "colours from 0 to 255 by sgd",
        "missing_prep",
        two(colours(), [12], optimizer="sgd", learning_rate=0.1),
        raw(colours(), [12], "sigmoid", optimizer="sgd", learning_rate=0.1),
    )
    add("checkers by two units", "layer_properties", board, raw(checkers(), [2], "sigmoid", epochs=150))
    add("words, dropout of 0.9", "layers", talk, lambda s: with_dropout(s, 0.9))
    add("words, decay of 20", "opt", talk, lambda s: replace(s, optimizer="adamw", weight_decay=20.0))
    add(
        "larger of two numbers to 1,000",
        "missing_prep",
        two(larger(), [8], optimizer="sgd", learning_rate=0.1),
        raw(larger(), [8], "sigmoid", optimizer="sgd", learning_rate=0.1),
    )
    add(
        "blood tests in their units, sigmoids",
        "missing_prep",
        two(blood(), [16], activation="sigmoid", epochs=100),
        raw(blood(), [16], "sigmoid", activation="sigmoid", epochs=100),
    )
    add(
        "activities, all rows a batch, sgd, 20 epochs",
        "batch_size epoch lr opt",
        moves,
        lambda s: sgd(replace(s, batch_size=len(s.X), epochs=20), 0.001),
    )
    add("activities, weights all 0.5", "init", moves, lambda s: same(s, 0.5))
    add(
        "one of eight through three, momentum at 1e-4",
        "lr opt epoch",
        many(copies(), [3], activation="tanh", learning_rate=0.03, epochs=200, batch_size=8),
        lambda s: replace(s, optimizer="momentum", hyper={"momentum": 0.9}, learning_rate=1e-4),
    )
    add("ten columns, classes -1 and 1", "wrong_prep", tens, plus_minus)
    add("ten columns, sgd at 8", "lr", tens, lambda s: sgd(s, 8.0))
    add(
        "ten columns, squared error of a sigmoid, sgd at 0.001",
        "loss lr opt epoch",
        tens,
        lambda s: sgd(output(s, "sigmoid", "squared_error"), 0.001),
    )
    add(
        "thirds, all rows a batch, sgd, 50 epochs",
        "batch_size epoch lr opt",
        bits,
        lambda s: sgd(replace(s, batch_size=len(s.X), epochs=50), 0.1),
    )
    add("thirds, penalty of 2", "opt", bits, lambda s: replace(s, l2=2.0 * s.batch_size))
    add(
        "quantiles, softmax taken twice, sgd",
        "act loss lr opt",
        many(quantiles(), [24]),
        lambda s: sgd(output(s, "softmax", "cross_entropy_from_logits"), 0.02),
    )
    add(
        "checkers, momentum 0.99 at 1",
        "lr opt",
        board,
        lambda s: replace(s, optimizer="momentum", hyper={"momentum": 0.99}, learning_rate=1.0),
    )
    add(
        "stripes from 0 to 255, N(0, 1) weights, sgd",
        "missing_prep init",
        bars,
        lambda s: sgd(normal(replace(s, X=stripes()[0]), 1.0), 0.01),
    )
    add("stripes, dropout of 0.95, sgd at 1e-4", "layers lr opt", bars, lambda s: sgd(with_dropout(s, 0.95), 1e-4))
    add(
        "blood tests, twelve tanh layers of N(0, 3)",
        "init",
        two(blood(), [12] * 12, activation="tanh", learning_rate=0.002),
        lambda s: normal(s, 3.0),
    )
    add(
        "bits added, sigmoids and squared error by sgd",
        "lr opt epoch loss act",
        many(adder(), [12], epochs=300, batch_size=4),
        raw(
            adder(),
            [12],
            "softmax",
            activation="sigmoid",
            loss="squared_error",
            optimizer="sgd",
            epochs=300,
            batch_size=4,
        ),
    )
    return zoo


def regressions() -> list[Sick]:
    """Faults of set-ups that are to predict quantities."""
    zoo: list[Sick] = []

    def add(name: str, true: str, twin: Callable[[], Setup], faulty: Callable[[Setup], Setup]) -> None:
        zoo.append(Sick(name, tuple(true.split()), twin, faulty))

    def raw(data: Any, units: list[int], out: str = "identity", **options: Any) -> Callable[[Setup], Setup]:
        return lambda twin: program(data, units, out, **options)

    def sound(data: Any, units: list[int], **options: Any) -> Callable[[], Setup]:
        return partial(program, scaled(*data), units, **options)

    throw, miles, shop = sound(projectile(), [24]), sound(fuel(), [16]), sound(sales(), [16])
    X, y = projectile()
    add("ranges of a throw, sigmoid output", "act loss missing_prep", throw, raw((scaled(X, y)[0], y), [24], "sigmoid"))
    add("ranges of a throw, adam at 1e-6", "lr", throw, lambda s: replace(s, learning_rate=1e-6))
    add(
        "a cube to 125, tanh output",
        "act missing_prep",
        sound(cube(), [24], activation="tanh", epochs=150),
        lambda s: output(program(cube(), [24], activation="tanh", epochs=150), "tanh"),
    )
    add(
        "body mass from cm and kg by sgd",
        "missing_prep",
        sound(body(), [16], optimizer="sgd", learning_rate=0.05),
        raw(body(), [16], optimizer="sgd", learning_rate=0.05),
    )
    add("sales, relu output, standardised", "act", shop, lambda s: output(s, "relu"))
    add("sales, Poisson loss, standardised", "loss act", shop, lambda s: output(s, "identity", "shifted_poisson"))
    add(
        "a damped wave of seconds to 200",
        "missing_prep",
        sound(damped(), [24, 24], optimizer="sgd", learning_rate=0.1, activation="tanh", epochs=400),
        raw(damped(), [24, 24], optimizer="sgd", learning_rate=0.1, activation="tanh", epochs=400),
    )
    add(
        "a damped wave, three epochs",
        "epoch lr",
        sound(damped(), [24, 24], activation="tanh", epochs=200),
        lambda s: replace(s, epochs=3),
    )
    add(
        "impedance as it is, adam at 0.001",
        "missing_prep lr",
        sound(impedance(), [24]),
        raw(impedance(), [24], learning_rate=0.001),
    )
    X, y = impedance()
    add(
        "impedance, inputs as they are, sgd",
        "missing_prep",
        sound(impedance(), [24], optimizer="sgd"),
        raw((X, scaled(X, y)[1]), [24], optimizer="sgd"),
    )
    add(
        "phases by six sigmoid layers, sgd",
        "act layers",
        sound(phases(), [16] * 6, optimizer="sgd", learning_rate=0.05),
        lambda s: hidden(s, "sigmoid"),
    )
    add("fuel, weights of 0", "init", miles, lambda s: same(s, 0.0))
    add("fuel, dead relu by bias", "init", miles, dead_biases)
    add(
        "Celsius to Fahrenheit by one unit, sgd",
        "missing_prep",
        sound(fahrenheit(), [], optimizer="sgd", learning_rate=0.05),
        raw(fahrenheit(), [], optimizer="sgd", learning_rate=0.05),
    )
    add(
        "growth to 400, adam at 0.001",
        "missing_prep lr",
        sound(growth(), [16], epochs=150),
        raw(growth(), [16], epochs=150, learning_rate=0.001),
    )
    add(
        "products to 100, ten epochs of adam at 0.001",
        "missing_prep lr epoch",
        sound(product(), [24]),
        raw(product(), [24], epochs=10, learning_rate=0.001),
    )
    add(
        "bands 0 to 3 as numbers, sigmoid output",
        "act",
        partial(program, bands(), [16]),
        lambda s: output(s, "sigmoid"),
    )
    add(
        "sine and cosine of degrees",
        "missing_prep",
        sound(compass(), [20], activation="tanh", learning_rate=0.003),
        raw(compass(), [20], activation="tanh", learning_rate=0.003),
    )
    return zoo
