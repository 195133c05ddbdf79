"""What a file trains beside a network that was found: arrays that are updated, and none of that network's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backlit.scripts.found.passes import Key
from backlit.scripts.found.subject import Subject
from backlit.scripts.seen.claimed_names import is_memory
from backlit.scripts.seen.records import Moment, Record
from backlit.scripts.seen.spelled import members
from backlit.scripts.seen.stacks import stack_name
from backlit.scripts.unconnected import is_of_the_step

__all__ = ["WEIGHTS", "Other", "others_of", "trained_before"]

FEWEST_VALUES = 3
WEIGHTS = re.compile(r"weight|gewicht|pesos|poids|syn(apse|aptic)", re.IGNORECASE)
"""What weights are called, in a few languages."""


class Other(NamedTuple):
    """An array that is updated and may be another network's; ``trained``: again and again.

    ``matrix`` says that it is one, or is called weights: what else it may be is more than a row may.
    """

    key: Key
    matrix: bool
    trained: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return self.key[1]


def others_of(moments: Sequence[Moment], known: Sequence[Subject]) -> list[Other]:
    """Return the arrays that are updated and that no network known has, in the order of their names."""
    names = {name for subject in known for name in _names(subject)}
    # what weights are looked ahead from, or are parts of, is theirs
    for moment in moments[:1]:
        names |= {one.weights[1] for one in moment.ahead if one.key[1] in names}
        names |= {part.vector[1] for part in moment.parts}
    found: dict[Key, Other] = {}
    for moment in moments:
        if not moment.update or moment.at is None:
            continue
        key, value = moment.at.key, moment.at.value
        if key in found or value.ndim not in (1, 2) or value.size < 2 or _is_known(key[1], names):
            continue
        if (
            is_memory(key[1])
            or _is_begun_anew(moments, key)
            or any(_is_of_a_step(subject, key) for subject in known)
            or any(_is_a_value(subject, value) and not _is_flat(subject, key) for subject in known)
        ):
            continue
        # counts are whole numbers, and a value of the pass is begun anew in each round
        none = bool((value == np.round(value)).all()) or key in moment.anew
        matrix = (value.ndim == 2 and min(value.shape) > 1) or bool(WEIGHTS.search(key[1]))
        found[key] = Other(key, matrix, not none and _moves(moments, key))
    listed = {name.rpartition("[")[0] for subject in known for name in _remembered(subject)} - {""}
    return sorted(other for other in found.values() if other.name.rpartition("[")[0] not in listed)


def _is_begun_anew(moments: Sequence[Moment], key: Key) -> bool:
    """Say whether it is a name that a function is called by with other values, each time: no value of it stays."""
    records = {r.number: r for moment in moments for r in moment.records if r.key == key}
    ordered = [records[number] for number in sorted(records) if records[number].kind in ("value", "argument")]
    pairs = [(one, two) for one, two in pairwise(ordered) if (one.kind, two.kind) == ("value", "argument")]
    return bool(pairs) and not any(np.array_equal(one.value, two.value) for one, two in pairs)


def trained_before(one: Subject, other: Subject) -> bool:
    """Say whether a network was trained before any of another's weights moved."""
    return not any(_moves([one.moment], claim.variable.key) for claim in other.claims)


def _names(subject: Subject) -> Iterator[str]:
    """Yield the names of what a network has, and of the gradients and targets that go with it."""
    nodes = [subject.found.nodes[p] for link in subject.found.links for p in (link.weights, link.bias) if p is not None]
    records = [r for node in [*nodes, subject.found.input, subject.target.node] for r in node.records]
    claimed = [r for claim in subject.claims for r in (claim.variable, claim.gradient, claim.total) if r is not None]
    for record in [*records, *claimed, *(delta for delta in subject.deltas if delta is not None)]:
        yield record.name
        yield from members(record.name)


def _is_known(name: str, names: set[str]) -> bool:
    return name in names or (bool(stack_name(name)) and stack_name(name) in names)


def _remembered(subject: Subject) -> Iterator[str]:
    """Yield the names of what the steps of a network remember."""
    keys = dict.fromkeys(r.key for r in subject.moment.records if r.kind == "value" and r.value.ndim in (1, 2))
    yield from (key[1] for key in keys if "[" in key[1] and _is_of_a_step(subject, key))


def _is_of_a_step(subject: Subject, key: Key) -> bool:
    own = {claim.variable.key for claim in subject.claims}
    return key not in own and any(is_of_the_step(subject, claim, key) for claim in subject.claims)


def _is_a_value(subject: Subject, value: np.ndarray) -> bool:
    """Say whether an array has a row a sample: a value of the pass, or of the data. Of one sample any row may be."""
    found = subject.found
    width = value.shape[0 if found.columns else -1]
    return found.rows(value, width) is not None


def _is_flat(subject: Subject, key: Key) -> bool:
    """Say whether one sample went through, and an array is called weights: numbers that lines take one by one."""
    return len(subject.found.samples) == 1 and bool(WEIGHTS.search(key[1]))


def _moves(moments: Sequence[Moment], key: Key) -> bool:
    """Say whether an array was changed again and again."""
    records = {r.number: r for moment in moments for r in moment.records if r.key == key}
    steps = [r for r in records.values() if r.kind.startswith(("increment", "added"))]
    return len(steps) > 1 or len(_different(list(records.values()))) >= FEWEST_VALUES


def _different(records: Sequence[Record]) -> set[bytes]:
    return {r.value.tobytes() for r in records if r.kind == "value"}
