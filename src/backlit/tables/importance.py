"""Which columns matter: by how much the score on rows held out falls where a column's values are shuffled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.tables.model import TableModel, outputs_of
from backlit.tables.prepare import width_of

__all__ = ["Importance", "importances_of", "measure_of"]

REPEATS = 5
MOST_ROWS, FEWEST_ROWS = 2000, 20
MOST_WORK = 1e10
"""Multiplications, at most: with many columns or a large network fewer rows are drawn, or none."""


@dataclass(frozen=True)
class Importance:
    """By how much a column's shuffling makes the score worse: the mean of 5 shuffles, and their standard deviation."""

    name: str
    mean: float
    spread: float


def measure_of(model: TableModel) -> str:
    """Return the name of the score that is taken: for classes log loss, which rises, for a quantity R², which falls."""
    return "log loss" if model.classes else "R²"


def importances_of(model: TableModel, X: np.ndarray, y: np.ndarray, seed: int) -> list[Importance]:
    """Return each column's permutation importance, the largest first.

    ``X (n, n_in)``: prepared inputs of rows that were not trained on; ``y (n,)``: class codes or quantities. All inputs
    of a column are shuffled together (L. Breiman, "Random forests", 2001). Empty where the rows are too few, all of one
    value, or too many columns make it long.
    """
    rng = np.random.default_rng([seed, 3])
    rows = _rows(model, len(X), rng)
    X, y = X[rows], y[rows]
    if len(rows) < FEWEST_ROWS or (y == y[0]).all():
        return []
    whole, found, at = _score(model, X, y), [], 0
    for column in model.columns:
        part = slice(at, at + width_of(column))
        at = part.stop
        falls = []
        for _ in range(REPEATS):
            shuffled = X.copy()
            shuffled[:, part] = X[rng.permutation(len(X)), part]
            falls.append(whole - _score(model, shuffled, y))
        found.append(Importance(column.name, float(np.mean(falls)), float(np.std(falls))))
    return sorted(found, key=lambda one: -one.mean)


def _rows(model: TableModel, n: int, rng: np.random.Generator) -> np.ndarray:
    """The rows to shuffle, as many as do not take long."""
    work = len(model.columns) * REPEATS * sum(layer.weights.size for layer in model.network.layers)
    wanted = min(n, MOST_ROWS, int(MOST_WORK / work))
    return np.arange(n) if wanted == n else np.sort(rng.choice(n, wanted, replace=False))


def _score(model: TableModel, X: np.ndarray, y: np.ndarray) -> float:
    """R², or minus the log loss: higher is better."""
    outputs: Any = outputs_of(model, X)
    if model.classes:
        told = outputs[np.arange(len(y)), y] / outputs.sum(axis=1)
        return float(np.mean(np.log(np.maximum(told, 1e-15))))
    return float(1 - np.square(y - outputs[:, 0]).sum() / np.square(y - y.mean()).sum())
