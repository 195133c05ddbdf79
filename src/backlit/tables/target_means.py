"""Columns of many words: beside the commonest words' own inputs, the mean target of the rows that hold a word.

Means are drawn towards that of all rows, as if so many of these held the word too as the spread within words is times
that between them (D. Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", 2001). A row
that is trained on gets the mean of rows in other folds, never its own target: what a network learns of the input then
holds for rows that are new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.tables.arrays import Words

__all__ = [
    "FOLDS",
    "MOST_CLASSES",
    "Outcomes",
    "TargetMeans",
    "fit_means",
    "means_described",
    "means_from",
    "means_of",
    "means_of_words",
    "outcome_names",
    "outcomes_of",
]

MOST_ADDED, FEWEST_ADDED = 1000.0, 0.1
"""Rows with the mean of all that are added to those of a word, at most and at least."""

FOLDS = 5
"""A row that is trained on has the mean of the rows outside of its fold."""
MOST_CLASSES = 10
"""With more classes there are no means: each has one of its own."""

MOST_WORDS = 100_000
"""A model file holds the means of so many words, the commonest."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What is to be predicted in the rows that are trained on, as numbers: ``values (n, k)``.

    A quantity by itself; of two classes, whether it is the second; of more, whether it is each. ``folds (n,)``: the
    fold of each row.
    """

    values: np.ndarray
    folds: np.ndarray


@dataclass(frozen=True, eq=False)
class TargetMeans:
    """``values (n_words, k)``: of each word, scaled; ``other (k,)``: of any other word."""

    words: tuple[str, ...]
    values: np.ndarray
    other: np.ndarray


def fit_means(values: Words, outcomes: Outcomes, no_word: str) -> TargetMeans:
    """Return each word's means, scaled as those of the rows themselves are: these have mean 0, standard deviation 1.

    ``values (n,)``: of the rows that are trained on; ``no_word`` stands for a missing one.
    """
    codes, n_words = values.codes + 1, len(values.words) + 1
    own = _held_out(codes, n_words, outcomes)
    center, scale = own.mean(axis=0), own.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    means, counts = _means(codes, n_words, outcomes.values)
    known = np.argsort(-counts, kind="stable")[: min(np.count_nonzero(counts), MOST_WORDS)]
    words = [no_word, *values.words]
    other = (outcomes.values.mean(axis=0) - center) / scale
    return TargetMeans(tuple(words[i] for i in known), (means[known] - center) / scale, other)


def means_of(values: Words, outcomes: Outcomes) -> np.ndarray:
    """Return the scaled means (n, k) of the rows that are trained on, each of the rows in other folds."""
    own = _held_out(values.codes + 1, len(values.words) + 1, outcomes)
    scale = own.std(axis=0)
    scaled: np.ndarray = (own - own.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    return scaled


def means_of_words(means: TargetMeans, words: Sequence[str]) -> np.ndarray:
    """Return the scaled means (n_words, k) of words, some of which training may not have seen."""
    place = {word: i for i, word in enumerate(means.words)}
    values = np.vstack([means.values.reshape(-1, len(means.other)), means.other])
    found: np.ndarray = values[[place.get(word, -1) for word in words]]
    return found


def outcomes_of(y: np.ndarray, n_classes: int, seed: int) -> Outcomes | None:
    """Return the outcomes of a target y (n,), quantities or codes of classes; None for more than 10 classes."""
    if n_classes > MOST_CLASSES:
        return None
    values = y[:, None] == np.arange(n_classes == 2, n_classes) if n_classes else y[:, None]
    folds = np.random.default_rng([seed, 5]).permutation(len(y)) % FOLDS
    return Outcomes(values.astype(np.float64), folds)


def outcome_names(target: str, classes: Sequence[str]) -> list[str]:
    """Return what the means are of, in words.

    >>> outcome_names("kind", ["a", "b"]), outcome_names("price", [])
    (['share of b'], ['mean price'])
    """
    told = classes[1:] if len(classes) == 2 else classes
    return [f"share of {label}" for label in told] or [f"mean {target}"]


def means_described(means: TargetMeans) -> dict[str, Any]:
    """Return means as plain values."""
    return {"words": list(means.words), "values": means.values.tolist(), "other": means.other.tolist()}


def means_from(given: Mapping[str, Any]) -> TargetMeans:
    """Return means of plain values; raises ValueError, TypeError or KeyError for what are none."""
    words, other = tuple(given["words"]), np.array(given["other"], dtype=np.float64)
    if not all(isinstance(word, str) for word in words) or len(set(words)) < len(words) or other.ndim != 1:
        raise ValueError("words of means that are not different")
    values = np.array(given["values"], dtype=np.float64).reshape(-1, len(other))
    if len(values) != len(words) or not len(other):
        raise ValueError(f"means of shape {values.shape} of {len(words)} words")
    if not np.isfinite(values).all() or not np.isfinite(other).all():
        raise ValueError("means that are not finite")
    return TargetMeans(words, values, other)


def _held_out(codes: np.ndarray, n_words: int, outcomes: Outcomes) -> np.ndarray:
    own = np.empty_like(outcomes.values)
    for fold in range(FOLDS):
        here = outcomes.folds == fold
        means, _ = _means(codes[~here], n_words, outcomes.values[~here])
        own[here] = means[codes[here]]
    return own


def _means(codes: np.ndarray, n_words: int, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The means (n_words, k) of the rows that hold each word, drawn to that of all, and how many hold it (n_words,)."""
    counts = np.bincount(codes, minlength=n_words)
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=n_words) for column in targets.T])
    own = sums / np.maximum(counts, 1)[:, None]
    added = _rows_added(targets, own[codes], int(np.count_nonzero(counts)))
    return (sums + added * targets.mean(axis=0)) / (counts[:, None] + added), counts


def _rows_added(targets: np.ndarray, own: np.ndarray, n_words: int) -> np.ndarray:
    """How many rows with the mean of all are added to those of a word (k,): the variance within over that between.

    ``own (n, k)``: the mean of each row's word.
    """
    within = np.square(targets - own).sum(axis=0) / max(len(targets) - n_words, 1)
    between = targets.var(axis=0) - within
    return np.where(between > within / MOST_ADDED, within / np.maximum(between, 1e-300), MOST_ADDED) + FEWEST_ADDED
