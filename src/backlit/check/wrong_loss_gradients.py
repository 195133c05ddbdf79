"""Mistakes in the gradient of a function of one value, such as a loss: what the claim and the right one tell together.

A loss is not taken apart: what was made of scores, such as a softmax, is recognised by the numbers it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS

__all__ = ["Told", "size_as_constant", "told_of_a_loss"]

Fits = Callable[[np.ndarray, np.ndarray], bool]
"""Says whether two arrays of the point's shape are the same, to what the check can tell."""
INNER = ("sigmoid", "tanh", "exp", "softplus")
NEAR = 1e-5


class Told(NamedTuple):
    """A mistake, and what the numbers say of it."""

    identifier: str
    fact: str


def told_of_a_loss(x: np.ndarray, claimed: np.ndarray, right: np.ndarray, fits: Fits) -> Iterator[Told]:
    """Yield the mistakes that lead from the right gradient at ``x`` to the claimed one; all of one shape, not empty."""
    with np.errstate(all="ignore"):
        yield from _of_scores(x, claimed, right, fits)
        yield from _of_inner_slopes(x, claimed, right, fits)
        along = list(_along_the_point(x, claimed, right, fits))
        yield from along or _of_the_difference(x, claimed, right)


def _of_inner_slopes(x: np.ndarray, claimed: np.ndarray, right: np.ndarray, fits: Fits) -> Iterator[Told]:
    """What is made of the point first, such as a sigmoid of scores, left out of the chain, or twice in it."""
    for name in INNER:
        derivative = ACTIVATIONS[name].derivative
        if derivative is None:
            continue
        slope = derivative(x)
        if fits(claimed * slope, right):
            yield Told("missing-output-derivative", _WITHOUT.format(name=name))
        if fits(claimed, right * slope):
            yield Told("slope-twice", _ONCE_MORE.format(name=name))
    if x.min() > 0 and x.max() < 1 and fits(claimed, right * x * (1 - x)):
        yield Told(
            "extra-output-derivative", "p (1 − p) is in it, which belongs to the derivative by the scores, not by p"
        )
    p = _softmax(x)
    if p is not None:
        if fits(p * (claimed - (claimed * p).sum(axis=-1, keepdims=True)), right):
            yield Told("missing-output-derivative", _WITHOUT.format(name="softmax"))
        if fits(claimed, p * (right - (right * p).sum(axis=-1, keepdims=True))):
            yield Told("slope-twice", _ONCE_MORE.format(name="softmax"))


def _of_scores(x: np.ndarray, claimed: np.ndarray, right: np.ndarray, fits: Fits) -> Iterator[Told]:
    """Where the right gradient is the shares of the scores minus labels of 0 and 1: what else was made of these."""
    options = [("softmax", _softmax(x))] if x.ndim > 1 else []
    options.append(("sigmoid", 1 / (1 + np.exp(-x))))
    for name, p in options:
        for scale in dict.fromkeys((1.0, 1 / len(x), 1 / x.size)) if p is not None and x.ndim else ():
            assert p is not None
            y = p - right / scale
            labels = np.round(y)
            if not (np.abs(y - labels) < NEAR).all() or not ((labels == 0) | (labels == 1)).all():
                continue
            for mistake, fact, wrong in _with_labels(name, x, p, labels):
                if fits(claimed, scale * wrong) or fits(claimed, wrong):
                    yield Told(mistake, fact)
            return


def _with_labels(name: str, x: np.ndarray, p: np.ndarray, y: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    yield "output-not-activated", f"it is the scores themselves minus the labels: {name} of them belongs there", x - y
    yield "prediction-as-error", "it is the prediction alone: the labels were not subtracted", p
    yield "target-as-error", "it is the labels alone: there is no prediction in it", -y
    yield "extra-output-derivative", "p (1 − p) was multiplied in, which p − y has in it already", (p - y) * p * (1 - p)
    yield "softmax-diagonal-only" if name == "softmax" else "half-of-log-loss", _DIAGONAL, -y * (1 - p)
    if name == "softmax":
        yield "missing-output-derivative", "it is the derivative by the shares p, not by the scores", -y / p
        e = np.exp(x - x.max())
        yield "shares-of-columns", "the softmax was taken over the samples, not over each row", e / e.sum(axis=0) - y
        yield "shares-of-all-rows", "the softmax was taken over all rows together", e / e.sum() - y
    else:
        yield "missing-output-derivative", "it is the derivative by σ(x), not by x", (p - y) / (p * (1 - p))


def _of_the_difference(x: np.ndarray, claimed: np.ndarray, right: np.ndarray) -> Iterator[Told]:
    """What is added to the right gradient, or missing from it: a multiple of the point, its signs, or one number."""
    more = claimed - right
    least = 1e-7 * max(float(np.abs(right).max()), float(np.abs(claimed).max())) + NEAR * np.abs(more).max()
    wrong = np.abs(more) > least
    if int(wrong.sum()) < 2:
        return
    where = "" if wrong.all() else " in the entries that are wrong"
    for what, other in (("the point itself", x), ("the signs of the point", np.sign(x))):
        ratio = float(np.sum(more[wrong] * other[wrong]) / np.sum(other[wrong] ** 2))
        varied = np.ptp(np.abs(other[wrong])) > 0 or what != "the point itself"
        if varied and (np.abs(more - ratio * other)[wrong] <= least).all():
            side = "missing" if ratio < 0 else "too much"
            yield Told(
                "penalty-share", f"{abs(ratio):.6g} times {what} is {side}{where}, as a penalty's part (l2, l1) is"
            )
            return
    ratio = float(more[wrong].mean())
    if wrong.all() and (np.abs(more - ratio) <= least).all() and np.ptp(right) > 0:
        yield Told(
            "constant-term", f"a term of {abs(ratio):.6g} is {'missing' if ratio < 0 else 'too much'} in every entry"
        )


def _along_the_point(x: np.ndarray, claimed: np.ndarray, right: np.ndarray, fits: Fits) -> Iterator[Told]:
    """Of a function that does not ask for the point's size: what lies along the point was not taken out."""
    axes = (None, -1, 0) if x.ndim > 1 else (None,)
    if any(size_as_constant(x, claimed, right, axis, fits) for axis in axes):
        yield Told("statistics-as-constants", "the size of the point, which it is divided by, was taken as a constant")


def size_as_constant(x: np.ndarray, claimed: np.ndarray, right: np.ndarray, axis: int | None, fits: Fits) -> bool:
    """Say whether the right gradient has nothing along the point, and the claim has that too much."""
    return x.size > 1 and fits(right, _without(right, x, axis)) and fits(_without(claimed, x, axis), right)


def _without(values: np.ndarray, x: np.ndarray, axis: int | None) -> np.ndarray:
    """Return values without what lies along ``x``."""
    along = (values * x).sum(axis=axis, keepdims=True) / (x * x).sum(axis=axis, keepdims=True)
    rest: np.ndarray = values - along * x
    return rest


def _softmax(x: np.ndarray) -> np.ndarray | None:
    if x.ndim == 0 or x.shape[-1] < 2:
        return None
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: np.ndarray = e / e.sum(axis=-1, keepdims=True)
    return shares


_WITHOUT = (
    "times the slope of {name} it is the right one: it is the derivative by {name} of the point, not by the point"
)
_ONCE_MORE = "the slope of {name} was multiplied in once more than the function has it"
_DIAGONAL = "what the other classes, or the other half of the loss, send back is left out"
