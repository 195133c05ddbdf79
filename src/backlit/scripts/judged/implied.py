"""Gradients that a file never names, as they go into a velocity in one line: what it was given in this step."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from backlit.errors import BacklitError
from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import facts_of, network_options
from backlit.scripts.rules.memories import remembered
from backlit.scripts.seen.claimed_names import GRADIENT, MEMORY, likeness, short_name
from backlit.scripts.seen.record import Record

__all__ = ["with_implied"]

Velocity = tuple[Record, Record]


def with_implied(subject: Subject, source: str) -> tuple[Subject, str] | str:
    """Return what was understood with such gradients and a remark, or in a sentence that they cannot be told.

    A velocity is ``kept`` times what it was, and the rest is this pass's own step. ``kept`` is the number of the file
    with which most arrays are in proportion to the right gradients.
    """
    velocities = {id(claim): _velocity(subject, claim) for claim in subject.claims}
    factors = [
        proportion(claim.step, found[0].value) for claim, found in _pairs(subject, velocities) if claim.step is not None
    ]
    if not factors:
        return _with_numbers(subject, source), ""
    for claim in subject.claims:
        if claim.step is not None and claim.step.size == 1:
            velocities[id(claim)] = _velocity(subject, claim, factors[0])
    best = _fitting(subject), subject, ""
    for kept in _numbers(source, subject):
        changed = [_implied(subject, claim, velocities[id(claim)], kept) for claim in subject.weights]
        biases = [
            None if claim is None else _implied(subject, claim, velocities[id(claim)], kept) for claim in subject.biases
        ]
        tried = subject._replace(weights=changed, biases=biases)
        parted = [c for c in tried.claims if not any(c is one for one in subject.claims)]
        # what went into a velocity is known by value, be it right or not
        count = _fitting(tried) + sum(claim.gradient is not None for claim in parted)
        if count > best[0]:
            nameless = any(claim.gradient is None for claim in parted)
            said = f"The update is momentum, {kept:g} of what was remembered: this pass's part is judged."
            if nameless and any(claim.gradient is not None for claim in tried.claims):
                tried = _all_named(subject, tried, velocities, kept)
            best = count, tried, said if nameless else ""
    named = [pair[0].name for pair in velocities.values() if pair is not None]
    if best[0] or not all(MEMORY.search(short_name(name)) for name in named):
        return best[1], best[2]
    names = ", ".join(named)
    return (
        f"The steps are made of {names}, which remember earlier steps, and the gradients in them have no names. Give "
        "them names, in lines of their own, to have them judged"
    )


def _with_numbers(subject: Subject, source: str) -> Subject:
    """Return what was understood with this pass's part of the single numbers whose gradients have no likely name.

    How much is kept, and what steps are times velocities, is told by an array whose gradient is named.
    """
    for claim in subject.claims:
        velocity = None if claim.gradient is None else _velocity(subject, claim._replace(gradient=None, total=None))
        if velocity is None or claim.gradient is None or claim.step is None:
            continue
        after, before = velocity
        if after.key == claim.gradient.key:
            # the gradient itself, which changes from step to step too
            continue
        factor = proportion(claim.step, after.value)
        parts = ((kept, after.value - kept * before.value) for kept in _numbers(source, subject))
        kept = next((kept for kept, part in parts if _in_proportion(part, claim.gradient)), None)
        if factor is not None and kept is not None:
            held = kept, _share(subject, kept)
            biases = [None if b is None else _number(subject, b, factor, held) for b in subject.biases]
            return subject._replace(weights=[_number(subject, w, factor, held) for w in subject.weights], biases=biases)
    return subject


def _share(subject: Subject, kept: float) -> float:
    """Return what velocities hold of a gradient that has a name: the learning rate, where it is within; else 1."""
    for claim in subject.claims:
        velocity = None if claim.gradient is None else _velocity(subject, claim._replace(gradient=None, total=None))
        if velocity is None or claim.gradient is None or velocity[0].key == claim.gradient.key:
            continue
        part, gradient = velocity[0].value - kept * velocity[1].value, claim.gradient.value
        share = proportion(part.reshape(-1), gradient.reshape(-1)) if part.size == gradient.size > 1 else None
        if share is not None:
            return share
    return 1.0


def _number(subject: Subject, claim: Claim, factor: float, held: tuple[float, float]) -> Claim:
    if claim.gradient is not None or claim.step is None or claim.step.size > 1:
        return claim
    return _part_named(claim, _velocity(subject, claim, factor), *held)


def _all_named(subject: Subject, tried: Subject, velocities: Mapping[int, Velocity | None], kept: float) -> Subject:
    """Return what was tried with a gradient for each of the subject's claims that has a velocity."""
    share = _share(tried, kept)
    weights = [
        _part_named(claim, velocities.get(id(own)), kept, share)
        for claim, own in zip(tried.weights, subject.weights, strict=True)
    ]
    biases = [
        None if claim is None else _part_named(claim, velocities.get(id(own)), kept, share)
        for claim, own in zip(tried.biases, subject.biases, strict=True)
    ]
    return tried._replace(weights=weights, biases=biases)


def _part_named(claim: Claim, velocity: Velocity | None, kept: float, share: float) -> Claim:
    """Return a claim with this pass's part of a velocity as its gradient: in the unit of those that have names.

    A velocity holds ``share`` times the gradient.
    """
    if velocity is None or claim.gradient is not None:
        return claim
    after, before = velocity
    part = (after.value - kept * before.value) / share
    return claim._replace(
        times=1 / share, gradient=replace(after, value=part, name=f"this step's part of {after.name}")
    )


def _pairs(subject: Subject, velocities: Mapping[int, Velocity | None]) -> Iterator[tuple[Claim, Velocity]]:
    for claim in subject.claims:
        found = velocities[id(claim)]
        if found is not None:
            yield claim, found


def _velocity(subject: Subject, claim: Claim, factor: float | None = None) -> Velocity | None:
    """Return the record that an array's step is a multiple of, and its value before, where no gradient is named.

    ``factor`` is what larger arrays' steps are times theirs: a single number is a multiple of any other.
    """
    if claim.step is None or (claim.step.size < 2 and factor is None) or claim.total is not None:
        return None
    if claim.gradient is not None and GRADIENT.search(short_name(claim.gradient.name)):
        return None
    for record, before, after in remembered(subject, claim._replace(gradient=None)):
        known = before.any() and not close(before, after)
        if (
            claim.gradient is not None
            and likeness(claim.gradient, claim.variable, "")[0]
            and _is_size(claim.step, after)
        ):
            # step sizes of weights, whose steps have one sign by chance
            continue
        if known and (proportion(claim.step, after) if factor is None else close(factor * after, claim.step)):
            return record, replace(record, value=before)
    return None


def _is_size(step: np.ndarray, after: np.ndarray) -> bool:
    return bool((after > 0).all()) and close(np.abs(step), after)


def _implied(subject: Subject, claim: Claim, velocity: Velocity | None, kept: float) -> Claim:
    """Return a claim with this pass's part of a velocity in place of all of it: by its own name, where it has one."""
    if velocity is None:
        return claim
    after, before = velocity
    part = after.value - kept * before.value
    if claim.gradient is not None and _in_proportion(part, claim.gradient):
        return claim
    own = _of_this_pass(subject, after, part)
    if own is not None:
        return claim._replace(gradient=own)
    assert claim.step is not None
    factor = proportion(claim.step, after.value)
    assert factor is not None
    return claim._replace(gradient=None, step=factor * (after.value - kept * before.value), line=after.line)


def _of_this_pass(subject: Subject, velocity: Record, part: np.ndarray) -> Record | None:
    """Return the record that went into a velocity, whatever its name; None where it has none."""
    start = subject.found.output.first
    for record in subject.moment.records:
        made = start < record.number < velocity.number and record.kind == "value" and record.key != velocity.key
        if made and part.size > 1 and _in_proportion(part, record):
            return record
    return None


def _in_proportion(part: np.ndarray, record: Record) -> bool:
    return record.value.size == part.size and bool(proportion(part.reshape(-1), record.value.reshape(-1)))


def _numbers(source: str, subject: Subject) -> Sequence[float]:
    """Return the numbers between 0 and 1 that the file has."""
    numbers = [float(r.value.reshape(())) for r in subject.moment.records if r.value.size == 1]
    try:
        parts = ast.walk(ast.parse(source))
        numbers += [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, float)]
    except (SyntaxError, ValueError):
        pass
    return [number for number in dict.fromkeys(numbers) if 0 < number < 1]


def _fitting(subject: Subject) -> int:
    """Return how many arrays of several numbers are in proportion to the right ones, under the loss that fits most."""
    counts = [0]
    try:
        for option in network_options(subject):
            facts = facts_of(subject, option.net)
            counts.append(sum(fact.ratio is not None and fact.right.size > 2 for fact in facts))
    except BacklitError:
        pass
    return max(counts)
