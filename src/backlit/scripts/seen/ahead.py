"""Nesterov's look-ahead: a pass at weights that are where the velocity leads, ``ahead = p + mu * v``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backlit.scripts.seen.record import Record

__all__ = ["Ahead", "looked_ahead", "moved_with", "said_ahead"]

Key = tuple[str, str]
FEWEST, LAST = 3, 2
"""Numbers below which any array is a multiple of another."""
SAME, NEAR, MOST = 1e-6, 1e-3, 2


class Ahead(NamedTuple):
    """A variable that a pass has as weights, ``key``, and the one whose steps are its: ``key = weights + mu * v``."""

    key: Key
    weights: Key
    mu: float


def looked_ahead(records: Sequence[Record], updated: Collection[Key]) -> list[Ahead]:
    """Return the weights that are looked ahead; ``updated`` are the variables that the file updates."""
    histories: dict[Key, list[Record]] = {}
    for record in sorted(records, key=lambda r: r.number):
        if record.kind == "value" and record.dtype.startswith("float") and record.value.size:
            histories.setdefault(record.key, []).append(record)
    moving = {key: history for key, history in histories.items() if key in updated}
    pairs = [(p, v) for p in histories for v in moving if p != v and _is_step(histories[p], moving[v])]
    found: list[Ahead] = []
    few: list[tuple[Key, Key, Key]] = []
    for key, history in histories.items():
        for weights, velocity in pairs if key not in moving else ():
            if key == weights:
                continue
            if history[-1].value.size < FEWEST:
                few.append((key, weights, velocity))
                continue
            mu = _factor(history, histories[weights], moving[velocity])
            if mu is not None:
                found.append(Ahead(key, weights, mu))
    for key, weights, velocity in few if found else ():
        mu = _factor(histories[key], histories[weights], moving[velocity])
        if mu is not None and abs(mu / found[0].mu - 1) < SAME:
            found.append(Ahead(key, weights, mu))
    return list({one.key: one for one in [*_beside(found, histories), *found]}.values())


def _is_step(weights: Sequence[Record], velocity: Sequence[Record]) -> bool:
    """Say whether an array moved along another one in its last step: that is a velocity, and no penalty or sum."""
    if len(weights) < LAST or weights[-1].value.shape != weights[-2].value.shape:
        return False
    step, v = weights[-1].value - weights[-2].value, velocity[-1].value
    size = float((v**2).sum()) if v.shape == step.shape else 0.0
    if not size or not np.isfinite(size) or not step.any() or not np.isfinite(step).all():
        return False
    rounding = (np.finfo(np.float32) if "32" in weights[-1].dtype else np.finfo(np.float64)).eps
    ratio = float((step * v).sum()) / size
    tolerance = SAME * float(np.abs(step).max()) + 4 * rounding * float(np.abs(weights[-1].value).max())
    return bool(np.abs(step - ratio * v).max() <= tolerance)


def _beside(found: Sequence[Ahead], histories: Mapping[Key, Sequence[Record]]) -> Iterator[Ahead]:
    """Yield those that stand in a list or dict with what was found, on both sides under one index: at['b'], p['b']."""
    for key, weights, mu in found:
        home, _, index = key[1].partition("[")
        other, _, same = weights[1].partition("[")
        if not index or index != same:
            continue
        for scope, name in histories:
            its = (weights[0], f"{other}[{name.partition('[')[2]}")
            alike = name.startswith(f"{home}[") and scope == key[0] and its in histories
            if alike and histories[its][-1].value.shape == histories[scope, name][-1].value.shape:
                yield Ahead((scope, name), its, mu)


def _factor(history: Sequence[Record], weights: Sequence[Record], velocity: Sequence[Record]) -> float | None:
    """Return mu where the last value is what the weights were plus mu times the velocity, as the last step left it."""
    last = history[-1]
    p = [r for r in weights if r.number < last.number]
    v = [r for r in velocity if r.number < last.number]
    if not p or not v or p[-1].value.shape != last.value.shape or v[-1].value.shape != last.value.shape:
        return None
    if v[-1].number > p[-1].number:
        # renewed after the weights moved: this is a step, and no look ahead
        return None
    size = float((v[-1].value ** 2).sum())
    along = float((p[-1].value * v[-1].value).sum()) / size if size else 0.0
    if (
        last.value.size >= FEWEST
        and size
        and np.abs(p[-1].value - along * v[-1].value).max() <= NEAR * np.abs(p[-1].value).max()
    ):
        # weights that grow along one direction, as where a training diverges: any array of it would fit
        return None
    mu = float(((last.value - p[-1].value) * v[-1].value).sum()) / size if size else 0.0
    return mu if 0 < mu < 1 and _close(p[-1].value + mu * v[-1].value, last.value) else None


def moved_with(records: Sequence[Record], ahead: Sequence[Ahead]) -> Iterator[Record]:
    """Yield the steps of the weights as those of what was looked ahead."""
    for one in ahead:
        scope, name = one.key
        own = [r for r in records if r.key == one.weights]
        steps = [r for r in own if r.kind.startswith("increment") and r.value.shape]
        values = [r for r in own if r.kind == "value"]
        if not steps:
            pairs = pairwise(values)
            steps = [replace(b, kind="increment+", value=b.value - a.value) for a, b in pairs if _alike(a, b)]
        for step in steps:
            yield replace(step, scope=scope, name=name)


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() <= SAME * np.abs(other).max())


def _alike(one: Record, other: Record) -> bool:
    return one.value.shape == other.value.shape and not np.array_equal(one.value, other.value)


def said_ahead(ahead: Sequence[Ahead], keys: Collection[Key]) -> list[str]:
    """Return the line that says what was looked ahead from, none where nothing was."""
    pairs = [f"{one.key[1]} from {one.weights[1]}" for one in ahead if one.key in keys]
    more = f", and {len(pairs) - MOST} more" if len(pairs) > MOST else ""
    said = f"looked ahead along the velocity (times {ahead[0].mu:.6g}): " if pairs else ""
    return [f"{said}{', '.join(pairs[:MOST])}{more}"] if pairs else []
