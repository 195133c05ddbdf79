"""Gradients that are rolled into a vector in another order than the weights are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.found.claimed import Claim, next_pass
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import ForwardPass
from backlit.scripts.found.subject import Subject
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding
from backlit.scripts.seen.record import Record
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.rolled import Part

__all__ = ["rolled_otherwise"]

Pair = tuple[Part, np.ndarray]


def rolled_otherwise(subject: Subject, source: str) -> list[ScriptFinding]:
    """Return the mistake of a vector that holds all gradients, each number once, and not where its weight stands."""
    pairs = _pairs(subject)
    if not pairs or sum(right.size for _, right in pairs) != max(part.end for part, _ in pairs):
        return []
    vectors = _vectors(subject.moment, subject.found, pairs)
    if not vectors or any(all(close(part.of(r.value), right) for part, right in pairs) for r in vectors):
        return []
    everything = np.sort(np.concatenate([right.reshape(-1) for _, right in pairs]))
    for record in vectors:
        if close(everything, np.sort(record.value)):
            return [_finding(record, pairs, source)]
    return []


def _pairs(subject: Subject) -> list[Pair]:
    """Return each part of the vector with its gradient in the part's shape; nothing where one is not known."""
    slots = {part.start: part for part in reversed(subject.moment.parts)}
    found: dict[int, Pair] = {}
    for claim in subject.claims:
        part = next((slot for slot in slots.values() if _is_of(claim, slot, subject.moment.parts)), None)
        if part is not None and claim.gradient is not None:
            right = _as(claim.gradient.value, part.shape)
            if right is None:
                return []
            found[part.start] = part, right
    return list(found.values()) if len(found) == len(slots) else []


def _is_of(claim: Claim, slot: Part, parts: Sequence[Part]) -> bool:
    return any(part.start == slot.start and part.key == claim.variable.key for part in parts)


def _as(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    if value.shape == shape:
        return value
    if value.shape == shape[::-1]:
        return value.T
    return value.reshape(shape) if value.size == np.prod(shape) and 1 in (*value.shape, value.ndim) else None


def _vectors(moment: Moment, found: ForwardPass, pairs: Sequence[Pair]) -> list[Record]:
    """Return what was made after the pass and has the size of the vector, and is not the vector itself."""
    size, vector = max(part.end for part, _ in pairs), pairs[0][0].vector
    start, end = found.output.first, next_pass(moment, found)
    kinds = ("value", "return", "seen")
    later = [r for r in moment.records if start < r.number < end and r.kind in kinds and r.value.shape == (size,)]
    return [r for r in later if r.key != vector and r.value.any()]


def _finding(record: Record, pairs: Sequence[Pair], source: str) -> ScriptFinding:
    vector = pairs[0][0].vector[1]
    turned = [part for part, right in pairs if _is_turned(part, right, record.value)]
    name = record.name if record.kind == "value" else "what is returned"
    if turned and all(_is_turned(p, right, record.value) or close(p.of(record.value), right) for p, right in pairs):
        one = turned[0]
        ways = ("row by row", "column by column")
        here, there = ways if one.order == "F" else ways[::-1]
        happened = f"{name} holds the gradient of {one.key[1]} {here}, and {vector} holds {one.key[1]} itself {there}."
        instead = f"the same order in both: order='{one.order}' where the gradients are rolled too"
    else:
        ordered = ", ".join(part.key[1] for part, _ in sorted(pairs, key=lambda pair: pair[0].start))
        happened = f"The gradients stand in {name} in another order than their arrays in {vector}."
        instead = f"the gradients of {ordered}, in this order, as they stand in {vector}"
    matters = f"Each number of {vector} moves along the gradient of another number."
    return ScriptFinding(
        "rolled-otherwise",
        0,
        (),
        "certain",
        happened,
        matters,
        instead,
        (),
        record.line,
        code_at(source, record.line),
    )


def _is_turned(part: Part, right: np.ndarray, vector: np.ndarray) -> bool:
    if min(*right.shape, right.ndim) < 2:
        return False
    other = part._replace(order="C" if part.order == "F" else "F").of(vector)
    return close(other, right) and not close(part.of(vector), right)
