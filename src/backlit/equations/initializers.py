"""Starting weights: each initializer is one row of a table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backlit.equations.names import find_row

__all__ = ["INITIALIZERS", "Initializer", "default_initializer", "find_initializer", "initial_parameters"]


@dataclass(frozen=True)
class Initializer:
    """One way to draw a layer's first weights.

    ``variance(n_in, n_out, activation)`` is the weights' variance; ``distribution`` is "normal" or "uniform";
    ``random_biases`` says whether biases are drawn as the weights are (else they start at 0).
    """

    name: str
    variance: Callable[[int, int, str], float]
    distribution: str
    formula: str
    source: str
    random_biases: bool = False


def _scikit_learn_variance(n_in: int, n_out: int, activation: str) -> float:
    return (2 if activation == "sigmoid" else 6) / (n_in + n_out) / 3


HE = "He et al. 2015"
GLOROT = "Glorot and Bengio 2010"
LECUN = "LeCun et al. 1998"

INITIALIZERS: dict[str, Initializer] = {
    row.name: row
    for row in (
        Initializer("he_normal", lambda i, o, f: 2 / i, "normal", "variance 2 / n_in", HE),
        Initializer("he_uniform", lambda i, o, f: 2 / i, "uniform", "variance 2 / n_in", HE),
        Initializer("glorot_normal", lambda i, o, f: 2 / (i + o), "normal", "variance 2 / (n_in + n_out)", GLOROT),
        Initializer("glorot_uniform", lambda i, o, f: 2 / (i + o), "uniform", "variance 2 / (n_in + n_out)", GLOROT),
        Initializer("lecun_normal", lambda i, o, f: 1 / i, "normal", "variance 1 / n_in", LECUN),
        Initializer("lecun_uniform", lambda i, o, f: 1 / i, "uniform", "variance 1 / n_in", LECUN),
        Initializer("zeros", lambda i, o, f: 0.0, "uniform", "all 0", "for experiments: units stay alike"),
        Initializer(
            "scikit_learn",
            _scikit_learn_variance,
            "uniform",
            "between ± sqrt(6 / (n_in + n_out)), sqrt(2 / (n_in + n_out)) under sigmoid; biases too",
            "scikit-learn's MLPClassifier and MLPRegressor",
            random_biases=True,
        ),
    )
}

INITIALIZER_ALIASES = {
    "he": "he_normal",
    "kaiming": "he_normal",
    "glorot": "glorot_uniform",
    "xavier": "glorot_uniform",
    "lecun": "lecun_normal",
    "sklearn": "scikit_learn",
}

_HE_ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "mish", "softplus")


def default_initializer(activation: str) -> str:
    """Name the usual initializer under ``activation``: He for the rectifiers, LeCun for selu, Glorot for others.

    Sources: He et al. 2015; Klambauer et al. 2017 (selu); Glorot and Bengio 2010.

    >>> default_initializer("relu"), default_initializer("selu"), default_initializer("tanh")
    ('he_normal', 'lecun_normal', 'glorot_uniform')
    """
    name = activation.partition("(")[0]
    if name in _HE_ACTIVATIONS:
        return "he_normal"
    return "lecun_normal" if name == "selu" else "glorot_uniform"


def find_initializer(name: str) -> Initializer:
    """Return the row of an initializer's name or alias.

    Raises BacklitError for an unknown name, with the nearest one suggested.

    >>> find_initializer("xavier").name
    'glorot_uniform'
    """
    return find_row("initializer", name, INITIALIZERS, {}, INITIALIZER_ALIASES)


def initial_parameters(
    initializer: Initializer, n_in: int, n_out: int, activation: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one layer's weights (n_in, n_out) and biases (n_out,) as float64.

    >>> rng = np.random.default_rng(0)
    >>> weights, biases = initial_parameters(INITIALIZERS["he_normal"], 3, 4, "relu", rng)
    >>> weights.shape, biases.tolist()
    ((3, 4), [0.0, 0.0, 0.0, 0.0])
    """
    deviation = math.sqrt(initializer.variance(n_in, n_out, activation))

    def draw(*shape: int) -> np.ndarray:
        if initializer.distribution == "normal":
            return rng.normal(0.0, deviation, shape)
        # a uniform distribution between -c and c has variance c^2 / 3
        bound = math.sqrt(3) * deviation
        return rng.uniform(-bound, bound, shape)

    weights = draw(n_in, n_out)
    return weights, draw(n_out) if initializer.random_biases else np.zeros(n_out)
