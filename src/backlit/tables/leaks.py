"""Columns that say too much: one that alone predicts nearly all, rows that belong together, rows in order of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.tables.arrays import Words
from backlit.tables.plan import ID_NAME, Planned
from backlit.tables.split import Split
from backlit.tables.target import Target

__all__ = ["split_warnings", "telling_columns"]

TELLING = 0.98
"""Of a tree of one column, R² or balanced accuracy on rows it did not see; few columns of the world reach it."""

MOST_ROWS, FEWEST_ROWS = 4000, 20
MOST_COLUMNS = 300


def telling_columns(columns: Sequence[Planned], target: Target, split: Split, seed: int) -> list[str]:
    """Return a sentence for each column that alone predicts nearly all of the target, found by a small tree.

    The tree is fitted on rows to train on and measured on those to validate and to hold out.
    """
    from sklearn.metrics import balanced_accuracy_score, r2_score
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    rng = np.random.default_rng(seed)
    rows, rest = _some(split.train, rng), _some(np.concatenate([split.validation, split.test]), rng)
    y, truth = target.y[rows], target.y[rest]
    if len(rest) < FEWEST_ROWS or len(np.unique(truth)) < 2:
        return []
    kind = DecisionTreeClassifier if target.classes else DecisionTreeRegressor
    score = balanced_accuracy_score if target.classes else r2_score
    measure = "balanced accuracy" if target.classes else "R²"
    found = []
    for column in [column for column in columns if column.values is not None][:MOST_COLUMNS]:
        x = _numbers(column.values, rows, y, target)
        tree = kind(min_samples_leaf=3, random_state=0).fit(x[rows, None], y)
        known = np.isin(truth, y) if target.classes else np.ones(len(truth), bool)
        if len(np.unique(truth[known])) < 2:
            continue
        reached = float(score(truth[known], tree.predict(x[rest, None])[known]))
        if reached > TELLING:
            found.append(
                f"column '{column.name}' alone predicts '{target.name}' nearly perfectly ({measure} {reached:.3f} on "
                f"rows held out); if it is known only after '{target.name}', the scores say nothing: "
                f"--drop '{column.name}'"
            )
    return found


def split_warnings(columns: Sequence[Planned], n: int) -> list[str]:
    """Return a sentence for each column that suggests another split than at random: repeated ids, an order of time."""
    found = []
    for column in columns:
        values = column.values
        if values is None:
            continue
        if column.kind == "date" and not isinstance(values, Words) and n >= FEWEST_ROWS:
            present = values[~np.isnan(values)]
            if len(present) > 0.9 * n and len(np.unique(present)) > n / 20 and _in_order(present):
                found.append(
                    f"the rows are in the order of '{column.name}', and are held out at random; --time '{column.name}' "
                    "holds out the latest, as a model that predicts the future meets them"
                )
        elif ID_NAME.search(column.name):
            codes = values.codes[values.codes >= 0] if isinstance(values, Words) else values[~np.isnan(values)]
            n_distinct = len(np.unique(codes))
            if n_distinct > 5 and n_distinct <= len(codes) / 1.5:
                found.append(
                    f"column '{column.name}' repeats its values, and rows of one value are on both sides of the split; "
                    f"--group '{column.name}' keeps them together"
                )
    return found


def _in_order(values: np.ndarray) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _some(rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rows if len(rows) <= MOST_ROWS else np.sort(rng.choice(rows, MOST_ROWS, replace=False))


def _numbers(values: np.ndarray | Words | None, rows: np.ndarray, y: np.ndarray, target: Target) -> np.ndarray:
    """A column as numbers (n,): words in the order of their mean target in the rows to train on."""
    if not isinstance(values, Words):
        assert values is not None
        filled: np.ndarray = np.nan_to_num(values, nan=-1e30)
        return filled
    codes = values.codes
    sums = np.bincount(codes[rows] + 1, weights=y.astype(np.float64), minlength=len(values.words) + 1)
    counts = np.bincount(codes[rows] + 1, minlength=len(values.words) + 1)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), float(y.mean()))
    ordered: np.ndarray = means[codes + 1]
    return ordered
