"""Sums of what samples give, from one update to the next: what a step is along, where no gradient is a multiple."""

from __future__ import annotations

from collections.abc import Iterator

from backlit.scripts.found.claimed import Claim, next_pass, proportion
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.memories import Memory, memories_of
from backlit.scripts.seen.record import Record

__all__ = ["moved_twice", "with_sums"]

SAME = 1e-4


def with_sums(subject: Subject) -> Subject:
    """Return what was understood with the sums that steps are made of, begun after the update before."""
    weights = [_with_sum(subject, claim) for claim in subject.weights]
    biases = [
        weights[i] if claim is subject.weights[i] else None if claim is None else _with_sum(subject, claim)
        for i, claim in enumerate(subject.biases)
    ]
    return subject._replace(weights=weights, biases=biases)


def _with_sum(subject: Subject, claim: Claim) -> Claim:
    if claim.gradient is None or claim.step is None or claim.total is not None or _is_along(claim, claim.gradient):
        return claim
    for memory in memories_of(subject, claim):
        whole = memory.kept is not None and abs(memory.kept - 1) < SAME and abs(memory.share - 1) < SAME
        if whole and memory.power == 1 and proportion(claim.step, memory.after) and _is_new(subject, claim, memory):
            return claim._replace(total=memory.record)
    return claim._replace(total=next(_from_zero(subject, claim), None))


def _from_zero(subject: Subject, claim: Claim) -> Iterator[Record]:
    """Yield what a step is along and began at 0 after the update before, though not all that was added is known."""
    moment, begun = subject.moment, subject.found.output.first
    moved = max((r.number for r in moment.of(claim.variable.key) if r.number < begun), default=-1)
    zeros = {r.key for r in moment.records if moved < r.number < begun and r.value.size > 1 and not r.value.any()}
    for record in reversed(moment.records):
        after = record.kind == "value" and begun < record.number < next_pass(moment, subject.found)
        if after and record.key in zeros and _is_along(claim, record):
            yield record


def _is_along(claim: Claim, record: Record) -> bool:
    """Say whether a step is a multiple of an array, whatever the shapes of both."""
    step = claim.step
    if step is None or record.value.size != step.size:
        return False
    return proportion(step.reshape(-1), record.value.reshape(-1)) is not None


def _is_new(subject: Subject, claim: Claim, memory: Memory) -> bool:
    """Say whether what a memory held before this pass was put there after the update before it."""
    begun = subject.found.output.first
    held = [r.number for r in subject.moment.of(memory.record.key) if r.number < begun]
    moved = [r.number for r in subject.moment.of(claim.variable.key) if r.number < begun]
    return bool(held) and held[-1] > max(moved, default=-1)


def moved_twice(subject: Subject) -> bool:
    """Say whether weights moved more than once, in one line, before the pass came again: it only looks on."""
    moment, found = subject.moment, subject.found
    if moment.timeless:
        return False
    start, end = found.output.first, next_pass(moment, found)
    for claim in subject.weights:
        for kind in ("increment", "value"):
            lines = [r.line for r in moment.of(claim.variable.key, kind=kind) if start < r.number < end]
            if len(lines) > len(set(lines)):
                return True
    return False
