"""A backward pass in plain NumPy with a mistake planted in it, written apart from backlit's equations and checker.

Nothing here comes from backlit: it is how a learner writes it, with gradients ``dz`` and lists of layers.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

__all__ = ["HIDDEN", "MISTAKES", "Task", "claimed", "random_task"]


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


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


def softmax(z: np.ndarray) -> np.ndarray:
    """Softmax of rows."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


Function = Callable[[np.ndarray], np.ndarray]

HIDDEN: dict[str, tuple[Function, Function]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "identity": (lambda z: z, np.ones_like),
}

BY_ERROR: dict[str, Function] = {
    "sigmoid": lambda d: d * (1 - d),
    "tanh": lambda d: 1 - d**2,
    "relu": lambda d: (d > 0) * 1.0,
}

MISTAKES = (
    "missing-output-derivative",
    "missing-hidden-derivative",
    "derivative-of-activation",
    "derivative-of-input",
    "derivative-of-error-term",
    "updated-weights-used",
    "transposed-weights",
    "wrong-layer-weights",
    "swapped-outer-product",
    "sum-instead-of-mean",
    "mean-twice",
    "averaged-over-outputs",
    "wrong-sign",
    "factor-two",
    "missing-learning-rate",
    "learning-rate-twice",
    "missing-input",
    "pre-activation-as-input",
    "softmax-diagonal-only",
    "double-output-activation",
    "bias-not-summed",
    "bias-missing",
    "regularizer-not-in-gradient",
    "broadcast-outer",
    "column-needed",
    "accumulated",
    "rounded",
)


def random_task(rng: np.random.Generator) -> Task:
    """Draw a network of 2 to 5 layers of mixed or equal widths, and a batch of 1 or 7."""
    depth, n = int(rng.integers(2, 6)), int(rng.choice([1, 7]))
    width = int(rng.integers(2, 5))
    sizes = [width if rng.random() < 0.4 else int(rng.integers(2, 6)) for _ in range(depth)]
    n_out = 1 if rng.random() < 0.3 else int(rng.integers(2, 5))
    output, loss = OUTPUTS[int(rng.integers(len(OUTPUTS)))]
    if output == "softmax":
        n_out = max(2, n_out)
    sizes.append(n_out)
    weights = [rng.normal(0, 1, (a, b)) for a, b in pairwise(sizes)]
    biases = [rng.normal(0, 0.5, b) for b in sizes[1:]] if rng.random() < 0.5 else None
    hidden = [str(rng.choice(["sigmoid", "tanh", "relu"]))] * (depth - 1)
    Y = np.eye(n_out)[rng.integers(0, n_out, n)] if output == "softmax" else rng.uniform(0.05, 0.95, (n, n_out))
    return Task(weights, biases, hidden, output, loss, rng.normal(0, 1, (n, sizes[0])), Y, float(rng.choice(RATES)))


RATES = (0.5, 0.1, 0.03)
OUTPUTS = (
    ("sigmoid", "squared_error"),
    ("identity", "squared_error"),
    ("tanh", "squared_error"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "log_loss"),
    ("softmax", "squared_error"),
)

Passed = tuple[list[np.ndarray], list[np.ndarray] | None]


def claimed(task: Task, mistake: str = "", where: int | None = None) -> Passed:
    """Return the gradients of the mean loss, with a mistake in layer ``where`` (from 0) or wherever it can be made."""

    def here(name: str, layer: int) -> bool:
        return mistake == name and where in (None, layer)

    depth, n = len(task.weights), len(task.X)
    zs, activations = forward(task)
    gW, gB = [np.zeros(0)] * depth, [np.zeros(0)] * depth
    dz = np.zeros(0)
    for i in range(depth - 1, -1, -1):
        if i == depth - 1:
            dz = output_dz(task, zs[-1], activations[-1], mistake)
        else:
            dz = hidden_dz(task, i, zs, activations, dz, gW, here)
        x = activations[i]
        if here("pre-activation-as-input", i) and i > 0:
            x = zs[i - 1]
        if here("missing-input", i):
            x = np.ones_like(x)
        gW[i], gB[i] = step(task, i, x, dz, here, n)
    if mistake == "broadcast-outer" and where is not None:
        gW[-1], gB[-1] = outer_output(task, zs[-1], activations)
    if mistake == "rounded":
        gW, gB = [np.round(g, 3) for g in gW], [np.round(g, 3) for g in gB]
    return gW, gB if task.biases is not None else None


def forward(task: Task) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Pre-activations and activations; the first activation is the input."""
    zs: list[np.ndarray] = []
    activations = [task.X]
    for i, W in enumerate(task.weights):
        z = activations[-1] @ W + (0 if task.biases is None else task.biases[i])
        name = task.output if i == len(task.weights) - 1 else task.hidden[i]
        zs.append(z)
        activations.append(softmax(z) if name == "softmax" else HIDDEN[name][0](z))
    return zs, activations


def output_dz(task: Task, z: np.ndarray, p: np.ndarray, mistake: str) -> np.ndarray:  # noqa: PLR0912 - flat on purpose
    """Return dz of the output layer."""
    if mistake == "double-output-activation":
        p = softmax(p) if task.output == "softmax" else HIDDEN[task.output][0](p)
    error = p - task.Y
    if mistake == "broadcast-outer":
        error = (p - task.Y.ravel()).mean(axis=1, keepdims=True)
    slope = np.ones_like(z) if task.output == "softmax" else HIDDEN[task.output][1](z)
    if task.loss == "squared_error":
        if mistake == "derivative-of-activation" and task.output != "softmax":
            slope = HIDDEN[task.output][1](p)
        if task.output == "softmax":
            dz = p * (error - (p * error).sum(axis=1, keepdims=True))
            if mistake == "softmax-diagonal-only":
                dz = error * p * (1 - p)
        else:
            dz = error * slope
        if mistake == "missing-output-derivative":
            dz = error
    else:
        dz = error
        if mistake == "softmax-diagonal-only" and task.output == "softmax":
            dz = -task.Y / p * p * (1 - p)
        if mistake == "missing-output-derivative":
            dz = -task.Y / p if task.output == "softmax" else error / (p * (1 - p))
    if mistake == "factor-two":
        dz = 2 * dz
    if mistake == "wrong-sign":
        dz = -dz
    if mistake == "averaged-over-outputs":
        dz = dz / dz.shape[1]
    return dz


def hidden_dz(
    task: Task,
    i: int,
    zs: list[np.ndarray],
    activations: list[np.ndarray],
    dz: np.ndarray,
    gW: list[np.ndarray],
    here: Callable[[str, int], bool],
) -> np.ndarray:
    """Return dz of hidden layer ``i`` from that of the layer above."""
    W = task.weights[i + 1]
    if here("updated-weights-used", i):
        W = W - task.rate * gW[i + 1]
    if here("transposed-weights", i) and W.shape[0] == W.shape[1]:
        W = W.T
    if here("wrong-layer-weights", i):
        for other in (i + 2, i):
            if other < len(task.weights) and task.weights[other].shape == W.shape:
                W = task.weights[other]
                break
    da = dz @ W.T
    z, a, x = zs[i], activations[i + 1], activations[i]
    derivative = HIDDEN[task.hidden[i]][1]
    if here("missing-hidden-derivative", i):
        return da
    if here("derivative-of-activation", i):
        return da * derivative(a)
    if here("derivative-of-input", i) and x.shape == a.shape:
        return da * derivative(x)
    if here("derivative-of-error-term", i):
        return da * BY_ERROR[task.hidden[i]](da)
    return da * derivative(z)


def step(
    task: Task, i: int, x: np.ndarray, dz: np.ndarray, here: Callable[[str, int], bool], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of layer ``i``."""
    W = task.weights[i]
    dW, db = x.T @ dz / n, dz.sum(axis=0) / n
    if task.l2 and not here("regularizer-not-in-gradient", i):
        dW = dW + task.l2 * W
    if here("sum-instead-of-mean", i):
        dW, db = dW * n, db * n
    if here("mean-twice", i):
        dW, db = dW / n, db / n
    if here("accumulated", i):
        dW, db = dW + dW, db + db
    if here("missing-learning-rate", i):
        dW, db = dW / task.rate, db / task.rate
    if here("learning-rate-twice", i):
        dW, db = dW * task.rate, db * task.rate
    if here("swapped-outer-product", i):
        dW = dW.T
    if here("column-needed", i) and x.shape == dz.shape:
        dW = (x * dz).mean(axis=0)
    if here("bias-not-summed", i) and n > 1:
        db = dz
    if here("bias-missing", i):
        db = np.zeros_like(db)
    return dW, db


def outer_output(task: Task, z: np.ndarray, activations: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the output layer's gradients where y (n,) met p (n, 1): error terms (n, n)."""
    n = len(task.X)
    error = activations[-1] - task.Y.ravel()
    slope = HIDDEN[task.output][1](z) if task.loss == "squared_error" else 1.0
    grid = error * slope
    return activations[-2].T @ grid / n, grid.sum(axis=0) / n
