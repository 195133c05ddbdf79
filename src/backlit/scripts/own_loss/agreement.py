"""How far a round's steps, and the gradients that it computed, go along the slopes of what may be its loss."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.own_loss.candidates import Candidate
from backlit.scripts.own_loss.multiples import OFF, along, factor_of
from backlit.scripts.own_loss.windows import Told, Window

__all__ = ["SAME", "Agreement", "Claims", "agreement", "claims_of"]

SAME = 1e-3
FEWEST_TESTS, MOST_COUNTED = 3, 60


class Agreement(NamedTuple):
    """What agrees with one candidate, by the places of the weights: the values that it follows.

    ``steps``: the factor of each whose step is a multiple of its gradient; ``recorded``: those of which the file has
    the gradient, with factor and record; ``even``: the weights whose steps share one factor, and ``evenly`` those whose
    recorded gradients do. ``score`` counts entries of both.
    """

    candidate: Candidate
    weights: Sequence[int]
    steps: Mapping[int, float]
    recorded: Mapping[int, tuple[float, Told]]
    even: frozenset[int]
    evenly: frozenset[int]
    score: float


class Claims(NamedTuple):
    """What was told in the shape of a value, and what each of them gives along the value's nudges, a row each."""

    told: Sequence[Told]
    rows: np.ndarray


def claims_of(window: Window) -> dict[int, Claims]:
    """Return what may be claimed as the gradient of each value; of single numbers nothing can be told so."""
    claims = {}
    for index, nudges in window.nudges.items():
        shape = window.values[index].before.shape
        alike = [t for t in window.told if t.array.shape == shape and t.array.size > 1 and np.isfinite(t.array).all()]
        claims[index] = Claims(alike, np.array([along(t.array, nudges) for t in alike]).reshape(-1, len(nudges)))
    return claims


def agreement(window: Window, candidate: Candidate, claims: Mapping[int, Claims]) -> Agreement | None:
    """Return what agrees with a candidate; None where too few values follow it."""
    size = max((np.abs(s).max(initial=0) for s in candidate.slopes.values()), default=0)
    weights = [
        index
        for index, slopes in candidate.slopes.items()
        if np.abs(slopes).max(initial=0) > max(1e-9 * size, candidate.noise) and not _is_a_number_alone(window, index)
    ]
    moved = [index for index in weights if window.values[index].moved]
    entries = sum(window.values[index].before.size for index in moved)
    if len(moved) < 2 or entries < FEWEST_TESTS + 2:
        return None
    steps, recorded = {}, {}
    for index in weights:
        nudges, slopes = window.nudges[index], candidate.slopes[index]
        factor = factor_of(along(window.values[index].step, nudges), slopes, candidate.noise)
        if factor is not None:
            steps[index] = factor
        recorded[index] = _records(claims[index], candidate.slopes[index], candidate.noise, 2 * len(weights))
    even = _even(window, {index: [factor] for index, factor in steps.items()})
    evenly = _even(window, {index: [factor for factor, _ in rows] for index, rows in recorded.items()})
    known = _chosen(window, recorded, evenly)
    counted = [index for index in moved if index in even or index in evenly]
    score = float(sum(min(window.values[index].before.size, MOST_COUNTED) for index in counted))
    return Agreement(candidate, weights, steps, known, even, evenly, score)


def _is_a_number_alone(window: Window, index: int) -> bool:
    """Say whether a value is a number that did not move, such as a rate."""
    value = window.values[index]
    return value.before.ndim == 0 and not value.moved


def _records(claims: Claims, slopes: np.ndarray, noise: float, most: int) -> list[tuple[float, Told]]:
    """Return the records that are a multiple of a value's gradient; not those that a loop over samples gives."""
    if not claims.told or np.abs(slopes).max() < 100 * noise:
        return []
    factors = claims.rows @ slopes / (slopes @ slopes)
    sizes = np.abs(claims.rows).max(axis=1)
    off = np.abs(claims.rows - factors[:, None] * slopes).max(axis=1)
    fits = (sizes > 0) & (off <= OFF * sizes + np.abs(factors) * noise)
    return [(float(factors[k]), claims.told[k]) for k in np.flatnonzero(fits).tolist() if claims.told[k].times <= most]


def _even(window: Window, factors: Mapping[int, Sequence[float]]) -> frozenset[int]:
    """Return the values that share a factor: those with the most entries; none where chance could make it."""
    best: tuple[float, frozenset[int]] = (0.0, frozenset())
    for wanted in sorted({round(f, 12) for row in factors.values() for f in row}):
        group = frozenset(
            index for index, row in factors.items() if any(abs(f - wanted) <= SAME * abs(wanted) for f in row)
        )
        tests = sum(len(window.nudges[index]) for index in group) - 1
        entries = float(sum(min(window.values[index].before.size, MOST_COUNTED) for index in group))
        if tests >= FEWEST_TESTS and entries > best[0]:
            best = (entries, group)
    return best[1]


def _chosen(
    window: Window, recorded: Mapping[int, Sequence[tuple[float, Told]]], evenly: frozenset[int]
) -> dict[int, tuple[float, Told]]:
    """Return a record for each value that has one: that with the factor that most have, else the first."""
    shared = [{round(float(np.log(abs(f))), 2) for f, _ in recorded[index]} for index in evenly]
    common = set.intersection(*shared) if shared else set()
    chosen = {}
    for index, rows in recorded.items():
        if rows:
            ordered = sorted(
                rows, key=lambda row: (round(float(np.log(abs(row[0]))), 2) not in common, _is_called(row[1]))
            )
            chosen[index] = ordered[0]
    return chosen


def _is_called(told: Told) -> bool:
    """Say whether a record has no name of its own."""
    return not re.fullmatch(r"[\w.\[\]'\"]+", told.name)
