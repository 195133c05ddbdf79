"""Random networks to plant mistakes in: plain NumPy that shares no code with backlit."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

__all__ = ["FUSED", "HIDDEN", "LOSSES", "SHORT", "Task", "apply", "forward", "random_task"]


class Task(NamedTuple):
    """A network, a batch and a learning rate; ``hidden`` names each hidden layer's activation."""

    weights: list[np.ndarray]
    biases: list[np.ndarray] | None
    hidden: list[str]
    output: str
    loss: str
    X: np.ndarray
    Y: np.ndarray
    rate: float
    l2: float = 0.0
    l1: float = 0.0


Function = Callable[[np.ndarray], np.ndarray]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


def softmax(z: np.ndarray) -> np.ndarray:
    """Softmax of rows."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def normal_cdf(z: np.ndarray) -> np.ndarray:
    """Share of a standard normal below z."""
    return np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in z.ravel()]).reshape(z.shape)


HIDDEN: dict[str, tuple[Function, Function]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "relu with slope 1 at 0": (lambda z: np.maximum(z, 0), lambda z: (z >= 0) * 1.0),
    "relu with slope 0.5 at 0": (lambda z: np.maximum(z, 0), lambda z: np.heaviside(z, 0.5)),
    "identity": (lambda z: z, np.ones_like),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1.0, np.exp(z))),
    "gelu": (
        lambda z: z * normal_cdf(z),
        lambda z: normal_cdf(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
    ),
    "softplus": (lambda z: np.log1p(np.exp(z)), sigmoid),
    "exp": (np.exp, np.exp),
}
"""Value and derivative at z."""

SHORT: dict[str, Function] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
}
"""The derivative written with the activation, as learners know it."""

LOSSES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "squared_error": lambda p, y: p - y,
    "log_loss": lambda p, y: (p - y) / (p * (1 - p)),
    "cross_entropy": lambda p, y: -y / p,
    "absolute_error": lambda p, y: np.sign(p - y),
    "huber": lambda p, y: np.clip(p - y, -1, 1),
    "poisson": lambda p, y: 1 - y / p,
    "quantile": lambda p, y: np.where(y > p, -0.5, 0.5),
}
"""The derivative of a sample's loss at the prediction p."""

FUSED = (("softmax", "cross_entropy"), ("sigmoid", "log_loss"))
"""Outputs and losses that give p - y together."""

COMMON = ("sigmoid", "tanh", "relu")
RARE = ("leaky_relu", "elu", "gelu", "softplus", "identity")
OUTPUTS = (
    ("sigmoid", "squared_error"),
    ("identity", "squared_error"),
    ("tanh", "squared_error"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "log_loss"),
    ("softmax", "squared_error"),
)
RARE_OUTPUTS = (
    ("identity", "absolute_error"),
    ("identity", "huber"),
    ("exp", "poisson"),
    ("softplus", "poisson"),
    ("tanh", "quantile"),
)
RATES = (0.5, 0.1, 0.03)


def apply(name: str, z: np.ndarray) -> np.ndarray:
    """Return an activation's value by its name."""
    return softmax(z) if name == "softmax" else HIDDEN[name][0](z)


def random_task(rng: np.random.Generator) -> Task:
    """Draw a network of 2 to 5 layers of mixed or equal widths, and a batch of 1 or 7; one in 25 is 16-12-10 on 32."""
    while True:
        task = any_task(rng)
        if all(np.abs(z).max() < SUM_AT_MOST for z in forward(task)[0]):
            return task


SUM_AT_MOST = 20.0
"""Beyond it, exp and sigmoid leave the range in which their digits mean something."""


def any_task(rng: np.random.Generator) -> Task:
    """Draw a network and a batch, of whatever size its sums come out."""
    depth, n = int(rng.integers(2, 6)), int(rng.choice([1, 7]))
    width = int(rng.integers(2, 5))
    sizes = [width if rng.random() < 0.4 else int(rng.integers(2, 6)) for _ in range(depth)]
    n_out = 1 if rng.random() < 0.3 else int(rng.integers(2, 5))
    if rng.random() < 0.04:
        depth, n, sizes, n_out = 2, 32, [16, 12], 10
    outputs = RARE_OUTPUTS if rng.random() < 0.2 else OUTPUTS
    output, loss = outputs[int(rng.integers(len(outputs)))]
    sizes.append(max(2, n_out) if output == "softmax" else n_out)
    weights = [rng.normal(0, 1 if a < 10 else 0.4, (a, b)) for a, b in pairwise(sizes)]
    biases = [rng.normal(0, 0.5, b) for b in sizes[1:]] if rng.random() < 0.5 else None
    names = RARE if rng.random() < 0.2 else COMMON
    hidden = [str(rng.choice(names))] * (depth - 1)
    if rng.random() < 0.3:
        hidden = [str(name) for name in rng.choice(names, depth - 1)]
    Y = targets(rng, loss, output, n, sizes[-1])
    return Task(weights, biases, hidden, output, loss, rng.normal(0, 1, (n, sizes[0])), Y, float(rng.choice(RATES)))


def targets(rng: np.random.Generator, loss: str, output: str, n: int, n_out: int) -> np.ndarray:
    """Draw targets that the loss takes."""
    if output == "softmax":
        return np.eye(n_out)[rng.integers(0, n_out, n)]
    if loss == "log_loss" or output in ("sigmoid", "tanh"):
        return rng.uniform(0.05, 0.95, (n, n_out))
    return rng.uniform(0.1, 3, (n, n_out)) if loss == "poisson" else rng.normal(0, 1, (n, n_out))


def forward(task: Task, keep: Function = lambda v: v) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Pre-activations and activations; the first activation is the input. ``keep`` may round each value."""
    zs: list[np.ndarray] = []
    activations = [task.X]
    for i, W in enumerate(task.weights):
        z = keep(activations[-1] @ W + (0 if task.biases is None else task.biases[i]))
        name = task.output if i == len(task.weights) - 1 else task.hidden[i]
        zs.append(z)
        activations.append(keep(apply(name, z)))
    return zs, activations
