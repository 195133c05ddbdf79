"""Rows to train on, to validate on and to hold out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.target import Target

__all__ = ["Split", "split_rows"]


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers, from 0: to train on, to choose the best epoch by, and to score at the end."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_rows(target: Target, test_share: float, validation_share: float, seed: int) -> Split:
    """Draw the three sets at random, each with the classes' shares where every class has rows enough.

    Raises BacklitError where a share leaves a set without rows.
    """
    n = len(target.y)
    n_test, n_validation = round(test_share * n), round(validation_share * n)
    if min(n_test, n_validation, n - n_test - n_validation) < 1:
        raise BacklitError(
            f"the shares must leave rows to train on, to validate and to test, got {n - n_test - n_validation}, "
            f"{n_validation} and {n_test} of {n}"
        )
    rest, test = _parted(np.arange(n), target, n_test, seed)
    train, validation = _parted(rest, target, n_validation, seed + 1)
    return Split(train, validation, test)


def _parted(rows: np.ndarray, target: Target, n_out: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.model_selection import train_test_split

    labels = target.y[rows] if target.classes else None
    if labels is not None:
        counts = np.bincount(labels)
        counts = counts[counts > 0]
        if counts.min() < 2 or min(n_out, len(rows) - n_out) < len(counts):
            labels = None
    kept, out = train_test_split(rows, test_size=n_out, random_state=seed, stratify=labels)
    return np.sort(kept), np.sort(out)
