"""Right answers in many forms, none of which may be called wrong."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from evaluation_singles import Pass, in_float32, network, report, task_in_float32
from planted import Task, claimed, random_task
from planted_tasks import forward

import backlit as bl

__all__ = ["FORMS_OF_ANSWERS", "false_alarms"]


def false_alarms(count: int, rng: np.random.Generator) -> list[str]:
    """Check ``count`` correct answers in several forms; return what was said of those that were not accepted."""
    said = []
    for i in range(count):
        form = FORMS_OF_ANSWERS[i % len(FORMS_OF_ANSWERS)]
        task = with_kinks(random_task(rng)) if form.endswith("at kinks") else odd_task(rng, i)
        gW, gB = claimed(task)
        answer = answered(form, task, gW, gB, steps=bool(i % 3 == 0))
        if not answer.ok:
            said.append(f"{form}: {answer.to_text()}")
    return said


def odd_task(rng: np.random.Generator, number: int) -> Task:
    """Draw a network, every second one with something that breaks careless comparisons.

    Those are: sums that are exactly 0 (kinks), dead units, all gradients exactly 0, tiny and huge values, regularised
    losses, a target that is reached.
    """
    task = random_task(rng)
    kinds: tuple[Callable[[Task], Task], ...] = (with_kinks, dead, reached, tiny, large, regularised)
    return kinds[number // 2 % len(kinds)](task) if number % 2 else task


def with_kinks(task: Task) -> Task:
    """Whole numbers everywhere and rectifiers in the hidden layers: sums of exactly 0 are common."""
    if task.output not in ("identity", "sigmoid", "tanh"):
        return task
    weights = [np.sign(W) * (np.abs(W) > 0.5) for W in task.weights]
    biases = None if task.biases is None else [np.round(b) for b in task.biases]
    return task._replace(weights=weights, biases=biases, X=np.round(task.X), hidden=["relu"] * len(task.hidden))


def dead(task: Task) -> Task:
    """Rectifiers whose first layer is 0 for every sample: all that lies behind them is 0."""
    biases = [np.zeros(W.shape[1]) for W in task.weights]
    return task._replace(
        weights=[-np.abs(task.weights[0]), *task.weights[1:]],
        biases=[biases[0] - 0.5, *biases[1:]],
        X=np.abs(task.X),
        hidden=["relu"] * len(task.hidden),
    )


def reached(task: Task) -> Task:
    """Targets that the network reaches: gradients of 0, or of rounding."""
    return task._replace(Y=forward(task)[1][-1]) if task.loss == "squared_error" else task


def tiny(task: Task) -> Task:
    """Inputs of 1e-12: the first layer's gradients are as small."""
    return task._replace(X=task.X * 1e-12)


def large(task: Task) -> Task:
    """Inputs of a million into a first layer of millionths: its gradients are as large."""
    return task._replace(X=task.X * 1e6, weights=[task.weights[0] * 1e-6, *task.weights[1:]])


def regularised(task: Task) -> Task:
    """A loss with both penalties."""
    return task._replace(l2=0.1, l1=0.01)


def answered(
    form: str, task: Task, gW: list[np.ndarray], gB: list[np.ndarray] | None, *, steps: bool
) -> bl.CheckReport:
    """Check an answer in a form: most are another way to give the arrays, some another way to compute or to ask."""
    if form == "one flat sample":
        one = task._replace(X=task.X[:1], Y=task.Y[:1])
        gradients = [g.ravel() if 1 in g.shape else g for g in claimed(one)[0]]
        return bl.check_gradients(network(one), one.X[0], one.Y[0], gradients, l2=one.l2, l1=one.l1)
    if form == "library's own":
        plain = task._replace(l2=0.0, l1=0.0)
        return bl.check_gradients(network(plain), plain.X, plain.Y, *network(plain).gradients(plain.X, plain.Y))
    return report(task, *WAYS[form](task, gW, gB), steps=steps and form in AS_STEPS)


Way = Callable[[Task, list[np.ndarray], list[np.ndarray] | None], tuple[Sequence[Any], list[Any] | None]]

WAYS: dict[str, Way] = {
    "float64": lambda _, gW, gB: (gW, gB),
    "float32": lambda _, gW, gB: in_float32((gW, gB)),
    "float32 all the way": lambda task, *_: claimed(task_in_float32(task)),
    "float32 kept as float64": lambda _, gW, gB: ([g.astype(np.float64) for g in in_float32((gW, gB))[0]], None),
    "float16": lambda _, gW, gB: half(gW, gB),
    "long double": lambda _, gW, gB: ([g.astype(np.longdouble) for g in gW], gB),
    "lists": lambda _, gW, gB: ([g.tolist() for g in gW], gB and [b.tolist() for b in gB]),
    "Fortran's order": lambda _, gW, gB: ([np.asfortranarray(g) for g in gW], gB),
    "transposed strides": lambda _, gW, gB: ([np.ascontiguousarray(g.T).T for g in gW], gB),
    "every second entry": lambda _, gW, gB: ([np.repeat(g, 2, axis=1)[:, ::2] for g in gW], gB),
    "tuples": lambda _, gW, gB: (tuple(tuple(map(tuple, g)) for g in gW), gB),
    "flat": lambda _, gW, gB: ([g[:, 0] if g.shape[1] == 1 else g for g in gW], gB and [b[None, :] for b in gB]),
    "biases as columns": lambda _, gW, gB: (gW, gB and [b[:, None] for b in gB]),
    "mean of samples": lambda task, *_: mean_of_samples(task),
    "sum over samples, then divided": lambda task, *_: sum_then_mean(task),
    "numeric": lambda task, *_: (numeric(task), None),
    "printed to 12 digits": lambda _, gW, gB: ([printed(g) for g in gW], gB),
    "slope 1 at kinks": lambda task, *_: at_kinks(task, "relu with slope 1 at 0"),
    "slope 0.5 at kinks": lambda task, *_: at_kinks(task, "relu with slope 0.5 at 0"),
    "no biases given": lambda _, gW, gB: (gW, None),
}
AS_STEPS = frozenset(WAYS) - {"numeric", "float16"}
FORMS_OF_ANSWERS = (*WAYS, "one flat sample", "library's own")


def at_kinks(task: Task, relu: str) -> Pass:
    """Return the gradients with another slope where a rectifier's sum is exactly 0."""
    return claimed(task._replace(hidden=[relu if name == "relu" else name for name in task.hidden]))


def printed(g: np.ndarray) -> np.ndarray:
    """Return an array as it is read back from 12 digits."""
    return np.array([float(f"{v:.12g}") for v in g.ravel()]).reshape(g.shape)


def half(gW: list[np.ndarray], gB: list[np.ndarray] | None) -> Pass:
    """Return an answer in half precision, where that holds its values; else as it is."""
    arrays = [*gW, *(gB or [])]
    fits = all((np.abs(g) < 6e4).all() and (np.abs(g[g != 0]) > 1e-4).all() for g in arrays)
    if not fits:
        return gW, gB
    return [g.astype(np.float16) for g in gW], gB and [g.astype(np.float16) for g in gB]


def mean_of_samples(task: Task) -> Pass:
    """Return the gradients as the mean of each sample's own."""
    parts = [claimed(task._replace(X=task.X[[s]], Y=task.Y[[s]])) for s in range(len(task.X))]
    return combined(parts, np.mean)


def sum_then_mean(task: Task) -> Pass:
    """Return the gradients as the sum of each sample's own, from the last sample on, divided in the end."""
    n = len(task.X)
    parts = [claimed(task._replace(X=task.X[[s]], Y=task.Y[[s]])) for s in range(n - 1, -1, -1)]
    return combined(parts, lambda layer, axis: np.sum(layer, axis=axis) / n)


def combined(parts: list[Any], how: Callable[..., np.ndarray]) -> Pass:
    """Return each layer's gradients of all samples in one."""
    weights = [how(layer, axis=0) for layer in zip(*(part[0] for part in parts), strict=True)]
    biases = [part[1] for part in parts if part[1] is not None]
    return weights, [how(layer, axis=0) for layer in zip(*biases, strict=True)] or None


def numeric(task: Task) -> list[np.ndarray]:
    """Central differences of the loss, entry by entry, where that is possible; else the equations' answer.

    A difference needs the loss to be smooth and neither tiny nor huge, and knows no penalties.
    """
    smooth = {"sigmoid", "tanh", "gelu", "softplus", "identity"}
    fits = (
        set(task.hidden) <= smooth
        and np.abs(task.X).max() < 10
        and task.loss in ("squared_error", "log_loss", "cross_entropy")
    )
    gradients = claimed(task)[0]
    sizes = [float(np.abs(g).max()) for g in gradients]
    if not fits or task.l2 or task.l1 or min(sizes) < 1e-4 or max(sizes) > 1e2 or sum(g.size for g in gradients) > 80:
        return gradients
    return [differences(task, i, 1e-5) for i in range(len(task.weights))]


def differences(task: Task, layer: int, h: float) -> np.ndarray:
    """Central differences for one layer's weights."""
    W = task.weights[layer]
    g = np.zeros_like(W)
    for place in np.ndindex(*W.shape):
        values = []
        for sign in (1, -1):
            moved = W.copy()
            moved[place] += sign * h
            weights = [*task.weights[:layer], moved, *task.weights[layer + 1 :]]
            values.append(network(task._replace(weights=weights)).loss(task.X, task.Y))
        g[place] = (values[0] - values[1]) / (2 * h)
    return g
