"""The first weights and biases, drawn as scikit-learn draws them, to the last bit."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from backlit.equations.activation_table import Activation, find_activation

__all__ = ["first_parameters"]


def first_parameters(
    sizes: Sequence[int], activations: Sequence[str | Activation], dtype: Any, rng: np.random.RandomState
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return weights (n_in, n_out) and biases (n_out,) of each layer, uniform between the bounds of ``scikit_learn``.

    They are those of that row of the table of initializers; its variance would round the bound another way.
    ``activations`` are of the hidden layers; the output layer starts as the last of them.

    >>> weights, biases = first_parameters([2, 4, 1], ["relu"], np.float64, np.random.RandomState(0))
    >>> weights[0].shape, biases[1].shape, bool(abs(weights[0]).max() < 1)
    ((2, 4), (1,), True)
    """
    weights, biases = [], []
    for i, (n_in, n_out) in enumerate(pairwise(sizes)):
        row = find_activation(activations[min(i, len(activations) - 1)])
        bound = math.sqrt((2.0 if row.name == "sigmoid" else 6.0) / (n_in + n_out))
        weights.append(rng.uniform(-bound, bound, (n_in, n_out)).astype(dtype, copy=False))
        biases.append(rng.uniform(-bound, bound, n_out).astype(dtype, copy=False))
    return weights, biases
