"""The data of the fresh set-ups: gates, units of daily life, pictures of stripes, words; none of the zoos' own."""

from __future__ import annotations

import numpy as np
from diagnosis_sets import standard
from sklearn import datasets

Data = tuple[np.ndarray, np.ndarray]


def scaled(X: np.ndarray, y: np.ndarray) -> Data:
    return standard(X), standard(y) if y.ndim == 2 else y


def bits(n: int, copies: int = 1) -> np.ndarray:
    return np.array([[(i >> k) & 1 for k in range(n)] for i in range(2**n)] * copies, float)


def thirds() -> Data:
    """Whether a number of six bits is divisible by three."""
    X = bits(6)
    return X, (X @ 2 ** np.arange(6) % 3 == 0).astype(float)


def adder() -> Data:
    """The sum of three bits, as a class."""
    X = bits(3, 4)
    return X, X.sum(axis=1)


def copies() -> Data:
    """One of eight, to be said again."""
    y = np.arange(64) % 8
    return np.eye(8)[y], y.astype(float)


def checkers() -> Data:
    """The colour of a field of three times three."""
    X = np.random.default_rng(31).uniform(-1.5, 1.5, (500, 2))
    return X, (np.floor(X + 1.5).sum(axis=1) % 2).astype(float)


def colours() -> Data:
    """Red, green and blue from 0 to 255: light or dark."""
    X = np.random.default_rng(32).integers(0, 256, (300, 3)).astype(float)
    return X, (X @ [0.3, 0.59, 0.11] > 128).astype(float)


def words() -> Data:
    """Which of 80 words are in a text, and whether it praises."""
    rng = np.random.default_rng(33)
    X = (rng.random((400, 80)) < 0.15).astype(float)
    return X, (X @ rng.normal(size=80) + 0.1 * rng.normal(size=400) > 0).astype(float)


def larger() -> Data:
    """Whether the first of two numbers is the larger."""
    X = np.random.default_rng(34).integers(0, 1000, (400, 2)).astype(float)
    return X, (X[:, 0] > X[:, 1]).astype(float)


def blood() -> Data:
    """Cells, sugar, an enzyme and an acid in their usual units, and whether somebody is ill."""
    rng = np.random.default_rng(35)
    X = np.column_stack(
        [
            rng.normal(250_000, 60_000, 500),
            rng.normal(100, 25, 500),
            rng.lognormal(3.3, 0.4, 500),
            rng.normal(0.3, 0.08, 500),
        ]
    )
    Z = standard(X)
    return X, (Z[:, 1] + Z[:, 2] * Z[:, 3] - Z[:, 0] > 0.2).astype(float)


def activities() -> Data:
    """Twelve readings of a sensor: at rest, walking or running."""
    rng = np.random.default_rng(36)
    y, t = np.arange(420) % 3, np.arange(12)
    phase = rng.uniform(0, 2 * np.pi, (420, 1))
    return y[:, None] * np.sin((0.5 + 0.4 * y[:, None]) * t + phase) + 0.3 * rng.normal(size=(420, 12)), y.astype(float)


def hastie() -> Data:
    """Ten columns: whether the sum of their squares is large."""
    X, y = datasets.make_hastie_10_2(800, random_state=37)
    return X, (y > 0).astype(float)


def quantiles() -> Data:
    """Three shells."""
    X, y = datasets.make_gaussian_quantiles(n_samples=450, n_features=3, n_classes=3, random_state=38)
    return X, y.astype(float)


def stripes() -> Data:
    """Pictures of six times six from 0 to 255: stripes that lie or stand."""
    rng = np.random.default_rng(39)
    y, rows = np.arange(400) % 2, (rng.random((400, 6, 1)) < 0.5).astype(float)
    pictures = np.where(y[:, None, None] == 1, rows, rows.transpose(0, 2, 1)) * np.ones((1, 6, 6))
    noisy = np.clip(200 * pictures + 40 * rng.random((400, 6, 6)), 0, 255)
    return np.round(noisy.reshape(400, 36)), y.astype(float)


def projectile() -> Data:
    """Angle and speed of a throw to its range."""
    rng = np.random.default_rng(40)
    angle, speed = rng.uniform(0.1, 1.5, 400), rng.uniform(5, 60, 400)
    return np.column_stack([angle, speed]), (speed**2 * np.sin(2 * angle) / 9.81)[:, None]


def cube() -> Data:
    x = np.linspace(-5, 5, 200)[:, None]
    return x, x**3


def body() -> Data:
    """Height in cm and weight in kg to the body mass index."""
    rng = np.random.default_rng(41)
    height, weight = rng.normal(172, 10, 400), rng.normal(74, 14, 400)
    return np.column_stack([height, weight]), (weight / (height / 100) ** 2)[:, None]


def bands() -> Data:
    """The same, standardised, to four bands of it as numbers."""
    X, y = body()
    return standard(X), np.digitize(y, [18.5, 25, 30]).astype(float)


def sales() -> Data:
    """Price, temperature and day of the week to pieces sold."""
    rng = np.random.default_rng(42)
    price, warm, day = rng.uniform(1, 5, 500), rng.normal(15, 8, 500), rng.integers(0, 7, 500)
    return np.column_stack([price, warm, day]), rng.poisson(np.exp(3 - 0.4 * price + 0.04 * warm + 0.3 * (day > 4)))[
        :, None
    ].astype(float)


def damped() -> Data:
    t = np.linspace(0, 200, 300)[:, None]
    return t, np.exp(-t / 100) * np.sin(t / 20)


def impedance() -> Data:
    X, y = datasets.make_friedman2(500, noise=10, random_state=43)
    return X, y[:, None]


def phases() -> Data:
    X, y = datasets.make_friedman3(500, random_state=44)
    return X, y[:, None]


def fuel() -> Data:
    """Cylinders, power, weight and year to miles a gallon."""
    rng = np.random.default_rng(45)
    cylinders, year = rng.choice([4, 6, 8], 400), rng.integers(70, 83, 400)
    power, weight = 20 * cylinders + rng.normal(0, 12, 400), 450 * cylinders + rng.normal(0, 300, 400)
    miles = 120_000 / (weight + 8 * power) * (1 + 0.02 * (year - 76)) + rng.normal(0, 1, 400)
    return np.column_stack([cylinders, power, weight, year]), miles[:, None]


def fahrenheit() -> Data:
    x = np.linspace(-40, 100, 141)[:, None]
    return x, 1.8 * x + 32


def growth() -> Data:
    x = np.linspace(0, 12, 200)[:, None]
    return x, np.exp(x / 2)


def product() -> Data:
    X = np.random.default_rng(46).uniform(0, 10, (400, 2))
    return X, X[:, :1] * X[:, 1:]


def compass() -> Data:
    """Degrees to sine and cosine."""
    x = np.linspace(0, 360, 361)[:, None]
    return x, np.column_stack([np.sin(np.radians(x)), np.cos(np.radians(x))])
