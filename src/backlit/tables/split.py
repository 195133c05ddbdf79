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


def split_rows(
    target: Target,
    test_share: float,
    validation_share: float,
    seed: int,
    *,
    groups: np.ndarray | None = None,
    times: np.ndarray | None = None,
) -> Split:
    """Draw the three sets at random, each with the classes' shares where every class has rows enough.

    ``groups (n,)``: rows of one number stay together. ``times (n,)``: the latest rows are held out, those before them
    choose the epoch. Raises BacklitError where a share leaves a set without rows, and for fewer than three groups.
    """
    n = len(target.y)
    n_test, n_validation = round(test_share * n), round(validation_share * n)
    if min(n_test, n_validation, n - n_test - n_validation) < 1:
        raise BacklitError(
            f"the shares must leave rows to train on, to validate and to test, got {n - n_test - n_validation}, "
            f"{n_validation} and {n_test} of {n}"
        )
    if times is not None:
        return _by_time(times, n_test, n_validation)
    if groups is not None:
        return _by_group(groups, test_share, validation_share, seed)
    rest, test = _parted(np.arange(n), target, n_test, seed)
    train, validation = _parted(rest, target, n_validation, seed + 1)
    return Split(train, validation, test)


def _by_time(times: np.ndarray, n_test: int, n_validation: int) -> Split:
    """The latest rows held out; rows of one moment stay on one side."""
    order = np.argsort(times, kind="stable")
    ranked = times[order]

    def boundary(place: int) -> int:
        return int(np.searchsorted(ranked, ranked[place], side="left"))

    start_test = boundary(len(times) - n_test)
    start_validation = boundary(max(start_test - n_validation, 0))
    parts = order[:start_validation], order[start_validation:start_test], order[start_test:]
    if min(map(len, parts)) < 1:
        raise BacklitError("--time: too many rows are of one moment to hold out the latest")
    return Split(*(np.sort(part) for part in parts))


def _by_group(groups: np.ndarray, test_share: float, validation_share: float, seed: int) -> Split:
    """Whole groups held out, about as many rows as the shares say."""
    from sklearn.model_selection import GroupShuffleSplit

    n_groups = len(np.unique(groups))
    if n_groups < 3:
        raise BacklitError(
            f"--group: expected at least three groups, to train on, to validate and to test, got {n_groups}"
        )
    rows = np.arange(len(groups))
    rest, test = next(GroupShuffleSplit(1, test_size=test_share, random_state=seed).split(rows, groups=groups))
    share = max(validation_share / (1 - test_share), 1.0 / len(np.unique(groups[rest])))
    train, validation = next(
        GroupShuffleSplit(1, test_size=min(share, 0.5), random_state=seed + 1).split(rest, groups=groups[rest])
    )
    return Split(np.sort(rest[train]), np.sort(rest[validation]), np.sort(test))


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
