"""What an update remembers of earlier gradients: arrays found by verifying how they change in a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from backlit.scripts.found.claimed import Claim, next_pass
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import Key
from backlit.scripts.found.running import remembered_share
from backlit.scripts.found.subject import Subject
from backlit.scripts.seen.record import Record
from backlit.scripts.seen.records import Moment

__all__ = ["FEWEST", "Memory", "memories_of", "remembered", "standing", "two_factors"]

FEWEST = 3
"""Entries below which two factors always fit."""


class Memory(NamedTuple):
    """An array that a step turns into ``kept`` times what it was, and ``share`` times the gradient, or its square.

    ``power`` is 1 for the gradient and 2 for its square. ``kept`` is None where it was 0 before.
    """

    record: Record
    before: np.ndarray
    after: np.ndarray
    kept: float | None
    share: float
    power: int


def memories_of(subject: Subject, claim: Claim) -> list[Memory]:
    """Return the memories of one array's gradient."""
    if claim.along is None or claim.step is None or claim.step.size < FEWEST:
        return []
    found = []
    for record, before, after in remembered(subject, claim):
        for power in (1, 2):
            fitted = remembered_share(before, after, claim.along.value.reshape(after.shape) ** power)
            if fitted is not None:
                found.append(Memory(record, before, after, *fitted, power))
    return found


def remembered(subject: Subject, claim: Claim) -> Iterator[tuple[Record, np.ndarray, np.ndarray]]:
    """Yield (record, value before the step, value after it) of each array that might be a memory of a gradient."""
    assert claim.step is not None
    own = {claim.variable.key, *(r.key for r in (claim.gradient, claim.total) if r is not None)}
    shape, seen = claim.variable.value.shape, set(own)
    # what changes after the weights do is known later alone
    for moment in (subject.moment, subject.latest):
        span = subject.found.output.first, next_pass(moment, subject.found)
        for key in dict.fromkeys(r.key for r in moment.records if r.value.shape == shape and r.kind == "value"):
            record, before = _change(moment, span, key, shape)
            if key in seen or record is None or _is_itself(claim, before, record.value):
                continue
            seen.add(key)
            yield record, before, record.value


def _is_itself(claim: Claim, before: np.ndarray, after: np.ndarray) -> bool:
    """Say whether an array is the variable itself by another name, not what equals it: the first step from 0."""
    assert claim.step is not None
    W = claim.variable.value
    return np.array_equal(before, W) and close(after, W + claim.step)


def standing(subject: Subject, claim: Claim) -> Iterator[tuple[Record, np.ndarray, np.ndarray]]:
    """Yield the same of each array that has the variable's shape, whether this step changed it or not."""
    changed = list(remembered(subject, claim))
    yield from changed
    shape, end = claim.variable.value.shape, next_pass(subject.moment, subject.found)
    known = {claim.variable.key, *(record.key for record, _, _ in changed)}
    latest = {r.key: r for r in subject.moment.records if r.kind == "value" and r.number < end}
    for key, record in latest.items():
        if key not in known and record.value.shape == shape:
            yield record, record.value, record.value


def _change(
    moment: Moment, span: tuple[float, float], key: Key, shape: tuple[int, ...]
) -> tuple[Record | None, np.ndarray]:
    """Return the record of a variable after this step, and its value before; None where it did not change."""
    start, end = span
    values = moment.of(key)
    after = [r for r in values if start < r.number < end and r.value.shape == shape]
    earlier = [r for r in values if r.number <= start]
    # where nothing was before, or 0 (of whatever shape: a loop's name goes from array to array), it began at 0
    old = earlier[-1].value if earlier else np.zeros(())
    known = bool(after) and (old.shape == shape or not old.any())
    return (after[-1] if known else None), (old if old.shape == shape else np.zeros(shape)) if known else old


def two_factors(step: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[float, float] | None:
    """Return the two factors by which a and b make the step, or None."""
    parts = np.stack([a.reshape(-1), b.reshape(-1)], axis=1)
    if not np.isfinite(parts).all() or not a.any() or not b.any():
        return None
    factors, _, rank, _ = np.linalg.lstsq(parts, step.reshape(-1), rcond=None)
    fits = rank == 2 and factors.all() and close(parts @ factors, step.reshape(-1))
    return (float(factors[0]), float(factors[1])) if fits else None
