"""Layers and functions as people write them, with right backward passes and wrong ones; no code of backlit's.

Each row is written out by hand. A wrong one has the identifiers that would be a right name for its mistake, written
down before it was first checked; none where the mistake has no name of its own and ``unknown`` is the honest answer.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

__all__ = ["LAYERS", "Layer"]

RNG = np.random.default_rng(411)
X = RNG.normal(size=(5, 3))
W, B = RNG.normal(size=(3, 4)), RNG.normal(size=4)
SQUARE = RNG.normal(size=(3, 3))
SIGNAL, KERNEL = RNG.normal(size=(2, 9)), RNG.normal(size=4)
IMAGE = RNG.normal(size=(2, 6, 6))
GAMMA, BETA = RNG.normal(size=5), RNG.normal(size=5)
ROWS = RNG.normal(size=(6, 5))
WORDS = np.array([[1, 4, 1], [0, 4, 4]])
TABLE = RNG.normal(size=(6, 3))
STEPS, WX, WH = RNG.normal(size=(5, 2)), RNG.normal(size=(2, 3)), RNG.normal(size=(3, 3)) * 0.7
SCORES, VALUES = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 2))
MASK = (RNG.random((5, 3)) > 0.4) / 0.6
TARGETS = RNG.uniform(0.1, 0.9, size=(5, 3))
LABELS = np.eye(3)[[0, 2, 1, 1, 0]]


class Layer(NamedTuple):
    """A forward function with its arguments, its right backward, and wrong ones with the names that would be right."""

    name: str
    forward: Callable[..., Any]
    arguments: tuple[Any, ...]
    right: Callable[..., Any]
    wrong: tuple[tuple[tuple[str, ...], Callable[..., Any]], ...]


def sigmoid(z: Any) -> Any:
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def dense(X: Any, W: Any, b: Any) -> Any:
    """A dense layer."""
    return X @ W + b


def conv1d(x: Any, k: Any) -> Any:
    """Every window of each row times the kernel."""
    return np.array([[np.sum(row[i : i + len(k)] * k) for i in range(len(row) - len(k) + 1)] for row in x])


def conv1d_back(dY: Any, x: Any, k: Any, *, add: bool = True, turned: bool = False) -> Any:
    """Back through conv1d."""
    dx, dk = np.zeros_like(x), np.zeros_like(k)
    for s in range(len(x)):
        for i in range(dY.shape[1]):
            share = dY[s, i] * (k[::-1] if turned else k)
            dx[s, i : i + len(k)] = dx[s, i : i + len(k)] + share if add else share
            dk += dY[s, i] * x[s, i : i + len(k)]
    return dx, dk


def pool(x: Any, size: int, stride: int, how: Any = np.max) -> Any:
    """Pooling of each image."""
    side = (x.shape[1] - size) // stride + 1
    at = [i * stride for i in range(side)]
    return np.array([[[how(image[i : i + size, j : j + size]) for j in at] for i in at] for image in x])


def pool_back(dY: Any, x: Any, size: int, stride: int, *, add: bool = True, spread: bool = False) -> Any:
    """Back through maximum pooling, or with ``spread`` through pooling by means."""
    dx = np.zeros_like(x)
    for s in range(len(x)):
        for a in range(dY.shape[1]):
            for b in range(dY.shape[2]):
                i, j = a * stride, b * stride
                window = x[s, i : i + size, j : j + size]
                share = np.full(window.shape, 1 / size**2) if spread else (window == window.max()) * 1.0
                old = dx[s, i : i + size, j : j + size]
                new = dY[s, a, b] * share
                dx[s, i : i + size, j : j + size] = old + new if add else np.where(share > 0, new, old)
    return dx


def normalise(x: Any, gamma: Any, beta: Any, axis: int) -> Any:
    """Batch (axis 0) or layer (axis 1) normalisation."""
    return gamma * (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 1e-5) + beta


def normalise_back(dY: Any, x: Any, gamma: Any, axis: int, *, mean: bool = True, variance: bool = True) -> Any:
    """Back through it; without ``mean`` or ``variance`` these are taken as constants."""
    root = np.sqrt(x.var(axis, keepdims=True) + 1e-5)
    unit = (x - x.mean(axis, keepdims=True)) / root
    d = dY * gamma
    dx = d - d.mean(axis, keepdims=True) * mean - unit * (d * unit).mean(axis, keepdims=True) * variance
    return dx / root, (dY * unit).sum(0), dY.sum(0)


def softmax(z: Any, axis: int = 1) -> Any:
    """Shares along an axis."""
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def softmax_back(dY: Any, z: Any, axis: int = 1, over: int = 1) -> Any:
    """Back through softmax."""
    p = softmax(z, axis)
    return p * (dY - (dY * p).sum(over, keepdims=True))


def recur(x: Any, wx: Any, wh: Any) -> Any:
    """A plain recurrent layer over the rows of x."""
    h, out = np.zeros(wh.shape[0]), []
    for row in x:
        h = np.tanh(row @ wx + h @ wh)
        out.append(h)
    return np.array(out)


def recur_back(dY: Any, x: Any, wx: Any, wh: Any, *, through: bool = True, turned: bool = False, slope: int = 1) -> Any:
    """Back through time."""
    h = recur(x, wx, wh)
    before = np.vstack([np.zeros(wh.shape[0]), h[:-1]])
    dx, dwx, dwh, back = np.zeros_like(x), np.zeros_like(wx), np.zeros_like(wh), np.zeros(wh.shape[0])
    for t in range(len(x) - 1, -1, -1):
        dz = (dY[t] + back) * (1 - h[t] ** 2 if slope else 1.0)
        dx[t], dwx, dwh = dz @ wx.T, dwx + np.outer(x[t], dz), dwh + np.outer(before[t], dz)
        back = (dz @ (wh if turned else wh.T)) * through
    return dx, dwx, dwh


def attend(S: Any, V: Any) -> Any:
    """Shares of each row of scores, times values."""
    return softmax(S) @ V


def attend_back(dY: Any, S: Any, V: Any, how: str = "") -> Any:
    """Back through attention's last half."""
    p = softmax(S)
    dp = dY @ V.T
    if how == "diagonal":
        return dp * p * (1 - p), p.T @ dY
    if how == "no softmax":
        return dp, p.T @ dY
    return p * (dp - (dp * p).sum(0 if how == "axis" else 1, keepdims=True)), (S if how == "scores" else p).T @ dY


def looked_up(C: Any) -> Any:
    """Rows of a table."""
    return C[WORDS]


def looked_up_back(dY: Any, C: Any, how: str) -> Any:
    """Back to the table."""
    dC = np.zeros_like(C)
    if how == "add":
        np.add.at(dC, WORDS, dY)
    elif how == "+=":
        dC[WORDS] += dY
    else:
        for place in np.ndindex(*WORDS.shape):
            dC[WORDS[place]] = dY[place]
    return dC


def leaky(z: Any) -> Any:
    """Leaky rectifier with 0.1."""
    return np.where(z > 0, z, 0.1 * z)


def swish(z: Any) -> Any:
    """z times sigmoid(z)."""
    return z * sigmoid(z)


def mean_square(p: Any) -> Any:
    """The mean square error over all entries."""
    return np.mean((p - TARGETS) ** 2)


def cross_entropy(z: Any) -> Any:
    """Softmax and cross entropy, mean over samples."""
    return -np.mean(np.sum(LABELS * np.log(softmax(z)), axis=1))


def log_loss(p: Any) -> Any:
    """Log loss, mean over samples."""
    return -np.sum(TARGETS * np.log(p) + (1 - TARGETS) * np.log(1 - p)) / len(p)


P = RNG.uniform(0.1, 0.9, size=(5, 3))

LAYERS: tuple[Layer, ...] = (
    Layer("sigmoid", sigmoid, (X,), lambda d, z: d * sigmoid(z) * (1 - sigmoid(z)), (
        (("missing-hidden-derivative",), lambda d, z: d),
        (("derivative-of-pre-activation",), lambda d, z: d * z * (1 - z)),
        (("slope-cut-short",), lambda d, z: d * (1 - sigmoid(z))),
        (("value-as-slope",), lambda d, z: d * sigmoid(z)),
        (("upstream-left-out",), lambda d, z: sigmoid(z) * (1 - sigmoid(z))),
        (("slope-of-another-activation",), lambda d, z: d * (1 - sigmoid(z) ** 2)),
        (("slope-twice",), lambda d, z: d * (sigmoid(z) * (1 - sigmoid(z))) ** 2),
    )),
    Layer("tanh", np.tanh, (X,), lambda d, z: d * (1 - np.tanh(z) ** 2), (
        (("slope-of-another-activation",), lambda d, z: d * np.tanh(z) * (1 - np.tanh(z))),
        (("slope-cut-short",), lambda d, z: d * (1 - np.tanh(z))),
        (("derivative-of-activation",), lambda d, z: d * (1 - np.tanh(np.tanh(z)) ** 2)),
        (("derivative-of-pre-activation",), lambda d, z: d * (1 - z**2)),
        (("wrong-sign",), lambda d, z: d * (np.tanh(z) ** 2 - 1)),
    )),
    Layer("relu", lambda z: np.maximum(z, 0), (X,), lambda d, z: d * (z > 0), (
        (("missing-hidden-derivative", "mask-left-out"), lambda d, z: d),
        (("derivative-of-error-term",), lambda d, z: d * (d > 0)),
        (("value-as-slope",), lambda d, z: d * np.maximum(z, 0)),
    )),
    Layer("leaky relu", leaky, (X,), lambda d, z: d * np.where(z > 0, 1, 0.1), (
        (("slope-of-another-activation",), lambda d, z: d * (z > 0)),
        (("slope-of-another-activation",), lambda d, z: d * np.where(z > 0, 1, 0.01)),
        (("value-as-slope",), lambda d, z: d * leaky(z)),
    )),
    Layer("swish", swish, (X,), lambda d, z: d * (sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))), (
        (("product-rule",), lambda d, z: d * sigmoid(z)),
        (("slope-of-another-activation",), lambda d, z: d * sigmoid(z) * (1 - sigmoid(z))),
    )),
    Layer("dense", dense, (X, W, B), lambda d, X, W, b: (d @ W.T, X.T @ d, d.sum(0)), (
        (("bias-not-summed",), lambda d, X, W, b: (d @ W.T, X.T @ d, d)),
        (("mean-twice",), lambda d, X, W, b: (d @ W.T, X.T @ d / len(X), d.sum(0) / len(X))),
        (("swapped-outer-product",), lambda d, X, W, b: (d @ W.T, d.T @ X, d.sum(0))),
        (("wrong-axis",), lambda d, X, W, b: (d @ W.T, X.T @ d, d.sum())),
        (("wrong-axis",), lambda d, X, W, b: (d @ W.T, X.T @ d, d.sum(1))),
        (("stray-factor",), lambda d, X, W, b: (d @ W.T, 3 * X.T @ d, d.sum(0))),
    )),
    Layer("square dense", lambda X, W: X @ W, (X, SQUARE), lambda d, X, W: (d @ W.T, X.T @ d), (
        (("transposed-weights",), lambda d, X, W: (d @ W, X.T @ d)),
        (("swapped-outer-product",), lambda d, X, W: (d @ W.T, d.T @ X)),
        (("missing-hidden-derivative",), lambda d, X, W: (d, X.T @ d)),
    )),
    Layer("conv1d", conv1d, (SIGNAL, KERNEL), conv1d_back, (
        (("overwritten",), lambda d, x, k: conv1d_back(d, x, k, add=False)),
        (("kernel-turned",), lambda d, x, k: conv1d_back(d, x, k, turned=True)),
        (("wrong-sign",), lambda d, x, k: tuple(-g for g in conv1d_back(d, x, k))),
    )),
    Layer("max pooling", lambda x: pool(x, 2, 2), (IMAGE,), lambda d, x: pool_back(d, x, 2, 2), (
        (("slope-of-another-activation", "unknown"), lambda d, x: pool_back(d, x, 2, 2, spread=True)),
    )),
    Layer("overlapping max pooling", lambda x: pool(x, 3, 1), (IMAGE,), lambda d, x: pool_back(d, x, 3, 1), (
        (("overwritten",), lambda d, x: pool_back(d, x, 3, 1, add=False)),
    )),
    Layer("mean pooling", lambda x: pool(x, 2, 2, np.mean), (IMAGE,), lambda d, x: pool_back(d, x, 2, 2, spread=True), (
        (("stray-factor",), lambda d, x: 4 * pool_back(d, x, 2, 2, spread=True)),
        ((), lambda d, x: pool_back(d, x, 2, 2)),
    )),
    Layer("batch normalisation", lambda x, g, b: normalise(x, g, b, 0), (ROWS, GAMMA, BETA),
          lambda d, x, g, b: normalise_back(d, x, g, 0), (
        (("statistics-as-constants",), lambda d, x, g, b: normalise_back(d, x, g, 0, mean=False, variance=False)),
        (("statistics-as-constants",), lambda d, x, g, b: normalise_back(d, x, g, 0, variance=False)),
        (("bias-not-summed",), lambda d, x, g, b: (*normalise_back(d, x, g, 0)[:2], d)),
        (("mean-twice",), lambda d, x, g, b: (*normalise_back(d, x, g, 0)[:2], d.mean(0))),
    )),
    Layer("layer normalisation", lambda x, g, b: normalise(x, g, b, 1), (ROWS, GAMMA, BETA),
          lambda d, x, g, b: normalise_back(d, x, g, 1), (
        (("statistics-as-constants",), lambda d, x, g, b: normalise_back(d, x, g, 1, mean=False, variance=False)),
        (("statistics-as-constants",), lambda d, x, g, b: normalise_back(d, x, g, 1, variance=False)),
        (("wrong-axis",), lambda d, x, g, b: (*normalise_back(d, x, g, 1)[:2], d.sum())),
    )),
    Layer("dropout with a mask", lambda x: x * MASK, (X,), lambda d, x: d * MASK, (
        (("missing-hidden-derivative", "mask-left-out"), lambda d, x: d),
        (("stray-factor",), lambda d, x: d * MASK * 0.6),
        (("value-as-slope",), lambda d, x: d * x * MASK),
    )),
    Layer("embedding", looked_up, (TABLE,), lambda d, C: looked_up_back(d, C, "add"), (
        (("overwritten",), lambda d, C: looked_up_back(d, C, "+=")),
        (("overwritten",), lambda d, C: looked_up_back(d, C, "=")),
    )),
    Layer("embedding of indices", lambda rows, C: C[rows], (WORDS, TABLE),
          lambda d, rows, C: (None, looked_up_back(d, C, "add")), (
        (("overwritten",), lambda d, rows, C: (None, looked_up_back(d, C, "+="))),
    )),
    Layer("softmax", softmax, (X,), softmax_back, (
        (("softmax-diagonal-only",), lambda d, z: d * softmax(z) * (1 - softmax(z))),
        (("wrong-axis",), lambda d, z: softmax_back(d, z, over=0)),
        (("missing-hidden-derivative",), lambda d, z: d),
    )),
    Layer("softmax down the columns", lambda z: softmax(z, 0), (X,), lambda d, z: softmax_back(d, z, 0, 0), (
        (("softmax-diagonal-only", "diagonal-only"), lambda d, z: d * softmax(z, 0) * (1 - softmax(z, 0))),
        (("wrong-axis",), lambda d, z: softmax_back(d, z, 0, 1)),
    )),
    Layer("recurrent", recur, (STEPS, WX, WH), recur_back, (
        (("nothing-passed-between-rows",), lambda d, x, wx, wh: recur_back(d, x, wx, wh, through=False)),
        (("transposed-weights",), lambda d, x, wx, wh: recur_back(d, x, wx, wh, turned=True)),
        (("missing-hidden-derivative",), lambda d, x, wx, wh: recur_back(d, x, wx, wh, slope=0)),
    )),
    Layer("attention", attend, (SCORES, VALUES), attend_back, (
        (("softmax-diagonal-only",), lambda d, S, V: attend_back(d, S, V, "diagonal")),
        (("wrong-axis",), lambda d, S, V: attend_back(d, S, V, "axis")),
        (("missing-hidden-derivative",), lambda d, S, V: attend_back(d, S, V, "no softmax")),
        (("value-as-slope",), lambda d, S, V: attend_back(d, S, V, "scores")),
    )),
    Layer("squares", np.square, (X,), lambda d, z: 2 * z * d, (
        (("factor-two",), lambda d, z: z * d),
        (("upstream-left-out",), lambda d, z: 2 * z),
        (("value-as-slope",), lambda d, z: d * z**2),
    )),
    Layer("mean over rows", lambda x: x.mean(0), (X,), lambda d, x: np.broadcast_to(d, x.shape) / len(x), (
        (("sum-instead-of-mean",), lambda d, x: np.broadcast_to(d, x.shape)),
        (("upstream-left-out",), lambda d, x: np.full(x.shape, 1 / len(x))),
    )),
    Layer("mean square error", mean_square, (P,), lambda d, p: d * 2 * (p - TARGETS) / p.size, (
        (("factor-two",), lambda d, p: d * (p - TARGETS) / p.size),
        (("stray-factor",), lambda d, p: d * 2 * (p - TARGETS) / len(p)),
        (("sum-instead-of-mean", "stray-factor"), lambda d, p: d * 2 * (p - TARGETS)),
        (("wrong-sign",), lambda d, p: d * 2 * (TARGETS - p) / p.size),
    )),
    Layer("softmax and cross entropy", cross_entropy, (X,), lambda d, z: d * (softmax(z) - LABELS) / len(z), (
        (("sum-instead-of-mean",), lambda d, z: d * (softmax(z) - LABELS)),
        (("wrong-sign",), lambda d, z: d * (LABELS - softmax(z)) / len(z)),
        (("extra-output-derivative",), lambda d, z: d * softmax(z) * (1 - softmax(z)) * (softmax(z) - LABELS) / len(z)),
    )),
    Layer("log loss", log_loss, (P,), lambda d, p: d * (p - TARGETS) / (p * (1 - p)) / len(p), (
        (("extra-output-derivative",), lambda d, p: d * (p - TARGETS) / len(p)),
        (("sum-instead-of-mean",), lambda d, p: d * (p - TARGETS) / (p * (1 - p))),
    )),
)  # fmt: skip
