"""A backward pass in plain NumPy with mistakes planted in it, written apart from backlit's equations and checker.

Nothing here comes from backlit: it is how a learner writes it, with gradients ``dz`` and lists of layers.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from planted_tasks import FUSED, HIDDEN, LOSSES, SHORT, Task, apply, forward, random_task

__all__ = ["FORMS", "MISTAKES", "Plan", "Task", "claimed", "random_task"]

MISTAKES = (
    "missing-output-derivative",
    "missing-hidden-derivative",
    "extra-output-derivative",
    "derivative-of-activation",
    "derivative-of-pre-activation",
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

FORMS = 5
"""Ways at most to write one mistake; what has fewer takes the remainder."""


class Plan(NamedTuple):
    """Mistakes with the layers (from 0) they are made in, None for wherever they can be, and the way they are written.

    A form that a mistake does not have is the remainder.
    """

    layers: Mapping[str, frozenset[int] | None]
    forms: Mapping[str, int]

    def at(self, name: str, layer: int) -> bool:
        """Say whether a mistake is made in a layer."""
        return name in self.layers and ((where := self.layers[name]) is None or layer in where)

    def form(self, name: str, count: int) -> int:
        """Return which of ``count`` ways a mistake is written in."""
        return self.forms.get(name, 0) % count


Passed = tuple[list[np.ndarray], list[np.ndarray] | None]


def claimed(task: Task, mistake: str | Plan = "", where: int | None = None) -> Passed:
    """Return the gradients of the mean loss, with a mistake in layer ``where`` (from 0) or wherever it can be made."""
    plan = mistake
    if isinstance(plan, str):
        plan = Plan({plan: None if where is None else frozenset([where])}, {})
    on_the_way = "rounded" in plan.layers and plan.form("rounded", 2) == 1

    def keep(values: np.ndarray) -> np.ndarray:
        return np.round(values, 3) if on_the_way else values

    depth = len(task.weights)
    zs, activations = forward(task, keep)
    gW, gB = [np.zeros(0)] * depth, [np.zeros(0)] * depth
    dz = np.zeros(0)
    for i in range(depth - 1, -1, -1):
        if i == depth - 1:
            dz = keep(output_dz(task, zs[-1], activations, plan))
        else:
            dz = keep(hidden_dz(task, i, zs, activations, dz, gW, plan))
        x = activations[i]
        if plan.at("pre-activation-as-input", i) and i > 0:
            x = zs[i - 1]
        if plan.at("missing-input", i):
            x = np.ones_like(x)
        gW[i], gB[i] = step(task, i, x, dz, plan)
    if plan.at("broadcast-outer", depth - 1) and plan.form("broadcast-outer", 5) == 1:
        gW[-1], gB[-1] = outer_output(task, zs[-1], activations)
    if "rounded" in plan.layers:
        gW, gB = [np.round(g, 3) for g in gW], [np.round(g, 3) for g in gB]
    return gW, gB if task.biases is not None else None


def slope_of(name: str, z: np.ndarray) -> np.ndarray:
    """Return f'(z)."""
    return HIDDEN[name][1](z)


def output_dz(task: Task, z: np.ndarray, activations: list[np.ndarray], plan: Plan) -> np.ndarray:
    """Return dz of the output layer."""
    last, p, at = len(task.weights) - 1, activations[-1], z
    if plan.at("double-output-activation", last):
        at = p if plan.form("double-output-activation", 2) else z
        p = apply(task.output, p)
    da = LOSSES[task.loss](p, task.Y)
    fused = (task.output, task.loss) in FUSED
    if plan.at("broadcast-outer", last):
        da = reduced(p - task.Y.ravel() if fused else LOSSES[task.loss](p, task.Y.ravel()), plan)
        dz = da if fused else da * slope_of(task.output, at)
    elif plan.at("missing-output-derivative", last):
        dz = da
    elif task.output == "softmax":
        dz = softmax_dz(task, p, da, fused=fused, diagonal=plan.at("softmax-diagonal-only", last), plan=plan)
    else:
        dz = da * wrong_slope(task.output, at, p, activations[-2], (da,), last, plan)
        if fused and not any(plan.at(name, last) for name in SLOPES):
            dz = p - task.Y
        if fused and plan.at("extra-output-derivative", last):
            dz = (p - task.Y) * slope_of(task.output, z)
    return scaled_output(task, dz, plan)


def reduced(grid: np.ndarray, plan: Plan) -> np.ndarray:
    """Return a grid of every prediction against every target as a column, one way or the other."""
    form = plan.form("broadcast-outer", 5)
    column: np.ndarray = (np.sum if form in (2, 4) else np.mean)(grid, axis=0 if form > 2 else 1)
    return column[:, None]


def softmax_dz(task: Task, p: np.ndarray, da: np.ndarray, *, fused: bool, diagonal: bool, plan: Plan) -> np.ndarray:
    """Return dz of a softmax, by its whole Jacobian or its diagonal."""
    if diagonal:
        return da * p * (1 - p)
    if fused and plan.at("extra-output-derivative", len(task.weights) - 1):
        error = p - task.Y
        if plan.form("extra-output-derivative", 2) == 0:
            return error * p * (1 - p)
        return p * (error - (p * error).sum(axis=1, keepdims=True))
    return p - task.Y if fused else p * (da - (p * da).sum(axis=1, keepdims=True))


def scaled_output(task: Task, dz: np.ndarray, plan: Plan) -> np.ndarray:
    """Return dz with the mistakes that multiply it."""
    last = len(task.weights) - 1
    if plan.at("factor-two", last) and plan.form("factor-two", 4) < 2:
        dz = dz * (2, 0.5)[plan.form("factor-two", 4)]
    if plan.at("wrong-sign", last) and plan.form("wrong-sign", 2) == 0:
        dz = -dz
    if plan.at("averaged-over-outputs", last) and plan.form("averaged-over-outputs", 2) == 0:
        dz = dz / dz.shape[1]
    if plan.at("mean-twice", last) and plan.form("mean-twice", 2) == 1:
        dz = dz / len(dz)
    return dz


SLOPES = ("derivative-of-activation", "derivative-of-pre-activation", "derivative-of-input", "derivative-of-error-term")


def wrong_slope(
    name: str, z: np.ndarray, a: np.ndarray, x: np.ndarray, terms: tuple[np.ndarray, ...], layer: int, plan: Plan
) -> np.ndarray:
    """Return the slope of a layer, at the wrong place where that is planted; ``terms`` are da and dz from above."""
    short = SHORT.get(name, HIDDEN[name][1])
    if plan.at("derivative-of-activation", layer):
        return HIDDEN[name][1](a)
    if plan.at("derivative-of-pre-activation", layer) and name in SHORT:
        return short(z)
    if plan.at("derivative-of-input", layer) and x.shape == a.shape:
        return (HIDDEN[name][1], short)[plan.form("derivative-of-input", 2)](x)
    if plan.at("derivative-of-error-term", layer):
        form = plan.form("derivative-of-error-term", 4)
        term = terms[-1] if form > 1 and terms[-1].shape[1] in (1, a.shape[1]) else terms[0]
        return short(-term if form % 2 else term)
    return HIDDEN[name][1](z)


def hidden_dz(
    task: Task,
    i: int,
    zs: list[np.ndarray],
    activations: list[np.ndarray],
    dz: np.ndarray,
    gW: list[np.ndarray],
    plan: Plan,
) -> np.ndarray:
    """Return dz of hidden layer ``i`` from that of the layer above."""
    W = task.weights[i + 1]
    if plan.at("updated-weights-used", i) and gW[i + 1].shape == W.shape:
        W = W - task.rate * gW[i + 1]
    if plan.at("transposed-weights", i) and W.shape[0] == W.shape[1]:
        W = W.T
    if plan.at("wrong-layer-weights", i):
        near = [o for o in (i + 2, i) if o < len(task.weights) and task.weights[o].shape == W.shape]
        W = task.weights[near[0]] if near else W
    da = dz @ W.T
    if plan.at("wrong-sign", i) and plan.form("wrong-sign", 2) == 1:
        da = -da
    if plan.at("missing-hidden-derivative", i):
        return da
    return da * wrong_slope(task.hidden[i], zs[i], activations[i + 1], activations[i], (da, dz), i, plan)


def step(task: Task, i: int, x: np.ndarray, dz: np.ndarray, plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of layer ``i``."""
    W, n = task.weights[i], len(task.X)
    dW, db = x.T @ dz / n, dz.sum(axis=0) / n
    if not plan.at("regularizer-not-in-gradient", i):
        dW = dW + task.l2 * W + task.l1 * np.sign(W)
    factor = float(np.prod([f for name, f in factors(task, plan) if plan.at(name, i)]))
    dW, db = factor * dW, factor * db
    if plan.at("missing-input", i) and plan.form("missing-input", 2) and not (task.l2 or task.l1):
        # the error term itself, in the shape that it has
        dW = db
    if plan.at("swapped-outer-product", i):
        dW = dW.T
    if plan.at("column-needed", i) and x.shape == dz.shape:
        vector = factor * (x * dz).mean(axis=0)
        spread = (vector, np.tile(vector, (len(vector), 1)), np.tile(vector[:, None], (1, len(vector))))
        dW = spread[plan.form("column-needed", 3)]
    if plan.at("bias-not-summed", i) and n > 1:
        db = factor * (dz, dz / n, dz[0])[plan.form("bias-not-summed", 3)]
    if plan.at("bias-missing", i):
        db = np.zeros_like(db)
    return dW, db


def factors(task: Task, plan: Plan) -> list[tuple[str, float]]:
    """Return what each planted mistake multiplies a layer's gradients by."""
    n, n_out = len(task.X), task.Y.shape[1]
    return [
        ("sum-instead-of-mean", n),
        ("mean-twice", 1 if plan.form("mean-twice", 2) else 1 / n),
        ("accumulated", 2),
        ("missing-learning-rate", 1 / task.rate),
        ("learning-rate-twice", (task.rate, -task.rate)[plan.form("learning-rate-twice", 2)]),
        ("factor-two", (1, 1, 2, 0.5)[plan.form("factor-two", 4)]),
        ("averaged-over-outputs", 1 / n_out if plan.form("averaged-over-outputs", 2) else 1),
    ]


def outer_output(task: Task, z: np.ndarray, activations: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the output layer's gradients where y (n,) met p (n, 1): error terms (n, n)."""
    p, y = activations[-1], task.Y.ravel()
    grid = p - y if (task.output, task.loss) in FUSED else LOSSES[task.loss](p, y) * slope_of(task.output, z)
    return activations[-2].T @ grid / len(p), grid.sum(axis=0) / len(p)
