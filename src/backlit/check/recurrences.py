"""A plain recurrent layer as its numbers show it, in any order of axes, and the mistakes in going back through time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from typing import Any, NamedTuple

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS

__all__ = ["recurrence_mistakes"]

Gradients = list[np.ndarray | None]
Mistake = tuple[str, str, Callable[[np.ndarray], Gradients]]
NAMES = ("tanh", "sigmoid", "relu")
MOST = 20_000


class _Layer(NamedTuple):
    """States (T, B, n) of steps (T, B, n_in): h = f(x @ A + h_before @ R + b); which point each of these is.

    ``axes`` and ``out`` are the orders of axes that make (T, B, ...) of X and the output; ``at`` the points' numbers.
    """

    steps: np.ndarray
    states: np.ndarray
    before: np.ndarray
    A: np.ndarray
    R: np.ndarray
    b: np.ndarray
    name: str
    axes: tuple[int, ...]
    out: tuple[int, ...]
    at: dict[str, tuple[int, bool]]


def recurrence_mistakes(points: Sequence[np.ndarray], output: np.ndarray) -> Iterator[Mistake]:
    """Yield (mistake, what it is, gradients at all points for an output gradient), nothing of another layer."""
    if not 3 <= len(points) <= 5 or output.ndim not in (2, 3) or sum(p.size for p in points) > MOST:
        return
    layer = next(_recognised(points, output), None)
    if layer is not None:
        for name, fact, way in _WAYS:
            yield name, fact.format(name=layer.name), lambda dY, way=way: _back(layer, points, dY, **way)  # type: ignore[misc]


def _recognised(points: Sequence[np.ndarray], output: np.ndarray) -> Iterator[_Layer]:
    X = points[0]
    for axes, out in product(permutations(range(X.ndim)), permutations(range(output.ndim))):
        steps, states = (np.transpose(a, order) for a, order in ((X, axes), (output, out)))
        if steps.shape[:-1] != states.shape[:-1]:
            continue
        if X.ndim == 2:
            steps, states = steps[:, None], states[:, None]
        for at in _roles(points, steps.shape[2], states.shape[2]):
            yield from _fitting(points, steps, states, at, axes, out)


def _roles(points: Sequence[np.ndarray], n_in: int, n: int) -> Iterator[dict[str, tuple[int, bool]]]:
    """Yield which point is A, R and, where they are there, b and h0, and whether the first two are turned."""
    numbers = range(1, len(points))
    for a, r in permutations(numbers, 2):
        if points[r].shape != (n, n) or points[a].shape not in ((n_in, n), (n, n_in)):
            continue
        rest = [i for i in numbers if i not in (a, r)]
        ways = [turned for turned in (False, True) if points[a].shape == ((n, n_in) if turned else (n_in, n))]
        for turned, back in product(ways, (False, True)):
            for order in permutations(("b", "h0"), len(rest)):
                yield {"A": (a, turned), "R": (r, back), **{k: (i, False) for k, i in zip(order, rest, strict=True)}}


def _fitting(
    points: Sequence[np.ndarray],
    steps: np.ndarray,
    states: np.ndarray,
    at: dict[str, tuple[int, bool]],
    axes: tuple[int, ...],
    out: tuple[int, ...],
) -> Iterator[_Layer]:
    A, R = (points[i].T if turned else points[i] for i, turned in (at["A"], at["R"]))
    n, width = states.shape[2], states.shape[1]
    b = points[at["b"][0]].reshape(-1) if "b" in at else np.zeros(n)
    h0 = points[at["h0"][0]] if "h0" in at else np.zeros((1, n))
    if b.size != n or h0.size not in (n, n * width):
        return
    h0 = h0.reshape(-1, n) if h0.shape[-1] == n else h0.T.reshape(-1, n)
    before = np.concatenate([np.broadcast_to(h0, (1, width, n)), states[:-1]])
    for name in NAMES:
        if np.allclose(ACTIVATIONS[name].value(steps @ A + before @ R + b), states, rtol=1e-7, atol=1e-9):
            yield _Layer(steps, states, before, A, R, b, name, axes, out, at)


_WAYS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("nothing-passed-between-rows", "no step sends anything back to the step before it", {"carry": False}),
    (
        "transposed-weights",
        "what goes back in time goes through the recurrent weights as they are, not transposed",
        {"turned": True},
    ),
    ("missing-hidden-derivative", "the slope of {name} was left out at every step", {"slope": "none"}),
    (
        "derivative-of-pre-activation",
        "the slope was taken of the sums, where it is written with the states",
        {"slope": "z"},
    ),
    (
        "derivative-of-activation",
        "the slope was taken at the states, not at the sums that they are made of",
        {"slope": "a"},
    ),
    ("slope-cut-short", "what is carried back goes past the slope of {name}", {"slope": "own"}),
    (
        "previous-of-the-first",
        "the first step was given the last state (index −1) as the one before it",
        {"first": True},
    ),
    (
        "input-of-another-layer",
        "the recurrent weights' gradient has each step's own state, not the one before it",
        {"own": True},
    ),
    (
        "overwritten",
        "each step's share overwrites the others: the weights have that of the first step alone (= for +=)",
        {"last": 0},
    ),
    ("overwritten", "the weights have the share of the last step alone", {"last": -1}),
    ("upstream-left-out", "what each step's own output gets back was left out, but at the last", {"outputs": False}),
)


def _back(
    layer: _Layer,
    points: Sequence[np.ndarray],
    dY: np.ndarray,
    *,
    carry: bool = True,
    turned: bool = False,
    slope: str = "",
    first: bool = False,
    own: bool = False,
    last: int | None = None,
    outputs: bool = True,
) -> Gradients:
    """Return the gradients at all points with one thing done otherwise."""
    d = np.transpose(dY, layer.out).reshape(layer.states.shape)
    slopes, dz, back = _slopes(layer, slope), np.zeros_like(d), np.zeros_like(d[0])
    for t in range(len(d) - 1, -1, -1):
        arrives = (d[t] if outputs or t == len(d) - 1 else 0.0) + back
        dz[t] = arrives * slopes[t]
        sent = arrives if slope == "own" else dz[t]
        back = (sent @ (layer.R if turned else layer.R.T)) * carry
    before = layer.before.copy()
    before[0] = layer.states[-1] if first else before[0]
    before = layer.states if own else before
    steps = slice(None) if last is None else slice(0, 1) if last == 0 else slice(-1, None)
    made = {
        "A": np.einsum("tbi,tbj->ij", layer.steps[steps], dz[steps]),
        "R": np.einsum("tbi,tbj->ij", before[steps], dz[steps]),
        "b": dz[steps].sum(axis=(0, 1)),
        "h0": back if carry else dz[0] @ layer.R.T,
    }
    gradients: Gradients = [None] * len(points)
    dX = dz @ layer.A.T
    gradients[0] = np.transpose(dX[:, 0] if points[0].ndim == 2 else dX, np.argsort(layer.axes))
    for role, (i, was_turned) in layer.at.items():
        gradients[i] = _shaped(made[role].T if was_turned else made[role], points[i].shape)
    return gradients


def _shaped(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return a gradient in its point's shape; that of a first state is added up over the samples that share it."""
    size = int(np.prod(shape))
    if gradient.size != size:
        gradient = gradient.sum(axis=0)
    turned = gradient.ndim == 2 and gradient.shape != shape and gradient.T.shape == shape
    return gradient.T if turned else gradient.reshape(shape)


def _slopes(layer: _Layer, kind: str) -> np.ndarray:
    a = layer.states
    z = layer.steps @ layer.A + layer.before @ layer.R + layer.b
    derivative = ACTIVATIONS[layer.name].derivative
    assert derivative is not None
    if kind == "none":
        return np.ones_like(a)
    if kind == "z":
        short: np.ndarray = (
            1 - z * z if layer.name == "tanh" else z * (1 - z) if layer.name == "sigmoid" else (z > 0) * 1.0
        )
        return short
    slopes: np.ndarray = derivative(a if kind == "a" else z)
    return slopes
