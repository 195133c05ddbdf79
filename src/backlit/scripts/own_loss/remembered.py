"""Whether a step is one of momentum, Adam or their kin: by the whole arrays that a file keeps from round to round."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from backlit.scripts.own_loss.agreement import Agreement
from backlit.scripts.own_loss.windows import Value, Window

__all__ = ["follows_rule"]

EXACT = 1e-7


class Memory(NamedTuple):
    """An array that keeps ``kept`` of what it was and takes ``new`` of the gradient, or of its square."""

    value: Value
    kept: float
    new: float


def follows_rule(window: Window, found: Agreement, index: int) -> bool:
    """Say whether a weight's step is one of the known rules', downhill, for one of the records of its gradient.

    The rules: momentum and Nesterov's form of it (v = kept v + new g, the step along v, and along g too), RMSprop and
    Adagrad (g over the root of a mean, or sum, of squares), and Adam (a mean over the root of one of squares; both keep
    what they do not take new, and the squares keep no less).
    """
    value = window.values[index]
    factor, told = found.recorded[index]
    uphill = np.sign(factor)
    others = [
        v
        for place, v in enumerate(window.values)
        if place not in found.weights and v.moved and v.after is not None and v.before.shape == value.before.shape
    ]
    if value.before.size < 2 or not value.step.any():
        return False
    for g in _gradients(window, told.array):
        firsts = list(_memories(others, g))
        squares = [m for m in _memories(others, g * g) if m.kept <= 1 + EXACT]
        if any(_is_momentum(value.step, memory, uphill * g) for memory in firsts):
            return True
        if any(_is_scaled(value.step, uphill * g, m) for m in squares if _is_mean(m) or _is_sum(m)):
            return True
        means = [m for m in firsts if _is_mean(m)]
        for mean, square in product(means, (m for m in squares if _is_mean(m))):
            if mean.kept <= square.kept + EXACT and _is_scaled(value.step, uphill * _after(mean), square):
                return True
    return False


def _gradients(window: Window, gradient: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the multiples of a gradient that the file has: what is remembered may be any of them."""
    seen: list[float] = []
    for told in window.told:
        if told.array.shape != gradient.shape or not told.array.any():
            continue
        factor = float((told.array * gradient).sum() / (gradient * gradient).sum())
        alike = factor > 0 and np.abs(told.array - factor * gradient).max() <= EXACT * np.abs(told.array).max()
        if alike and not any(abs(factor / known - 1) <= EXACT for known in seen):
            seen.append(factor)
            yield told.array


def _memories(others: list[Value], g: np.ndarray) -> Iterator[Memory]:
    for other in others:
        A = np.stack([other.before.ravel(), g.ravel()], axis=1)
        after = _after_of(other).ravel()
        made, _, rank, _ = np.linalg.lstsq(A, after, rcond=None)
        if rank == 2 and np.abs(A @ made - after).max() <= EXACT * np.abs(after).max() and made[1] and made[0] > 0:
            yield Memory(other, float(made[0]), float(made[1]))


def _after_of(value: Value) -> np.ndarray:
    return value.before if value.after is None else value.after


def _after(memory: Memory) -> np.ndarray:
    return _after_of(memory.value)


def _is_mean(memory: Memory) -> bool:
    return 0 < memory.kept < 1 and abs(memory.kept + memory.new - 1) <= 1e-6


def _is_sum(memory: Memory) -> bool:
    return abs(memory.kept - 1) <= 1e-6 and abs(memory.new - 1) <= 1e-6


def _is_momentum(step: np.ndarray, memory: Memory, g: np.ndarray) -> bool:
    """Say whether a step is a velocity's, or Nesterov's form of one: downhill in both its parts."""
    if not 0 < memory.kept < 1:
        return False
    velocity = _after(memory)
    for other in (None, g, memory.value.before):
        columns = [velocity.ravel()] + ([] if other is None else [other.ravel()])
        A = np.stack(columns, axis=1)
        made, _, rank, _ = np.linalg.lstsq(A, step.ravel(), rcond=None)
        if rank < A.shape[1] or np.abs(A @ made - step.ravel()).max() > EXACT * np.abs(step).max():
            continue
        # along the velocity, whatever its sign: what it takes of the gradient must lead downhill
        taken = made[0] * memory.new
        if other is None:
            return bool(taken < 0)
        if other is g:
            # Nesterov's form as libraries have it: g + kept v, which is (1 + kept) of the newest gradient
            return bool(made[1] < 0 and taken < 0 and abs(taken / made[1] - memory.kept) <= 1e-6)
        return bool(taken < 0 and abs(-made[1] / made[0] - memory.kept / (1 + memory.kept)) <= 1e-6)
    return False


def _is_scaled(step: np.ndarray, along: np.ndarray, square: Memory) -> bool:
    """Say whether a step goes against an array over the root of squares, and a small number beside that."""
    known = step != 0
    if known.sum() < 3:
        return False
    ratio = along[known] / step[known]
    A = np.stack([np.sqrt(np.maximum(_after(square), 0))[known], np.ones(int(known.sum()))], axis=1)
    made, *_ = np.linalg.lstsq(A, ratio, rcond=None)
    fits = np.abs(A @ made - ratio).max() <= 1e-5 * np.abs(ratio).max()
    small = abs(made[1]) <= 1e-2 * np.abs(made[0]) * np.abs(A[:, 0]).max()
    return bool(fits and small and made[0] < 0)
