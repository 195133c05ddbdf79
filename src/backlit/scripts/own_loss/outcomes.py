"""What came of each weight: its gradient, and the step that was made along it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.own_loss.agreement import SAME, Agreement
from backlit.scripts.own_loss.candidates import Candidate
from backlit.scripts.own_loss.causes import Cause, Claim, cause_of, cause_of_ratio, close_to, is_written
from backlit.scripts.own_loss.multiples import along, factor_of
from backlit.scripts.own_loss.penalty import in_the_loss, in_the_step, named, room_for
from backlit.scripts.own_loss.remembered import follows_rule
from backlit.scripts.own_loss.unmoved import is_forgotten
from backlit.scripts.own_loss.windows import Told, Value, Window

__all__ = ["Outcome", "outcomes_of"]

INDEX = re.compile(r"\d+|'[^']*'")


class Outcome(NamedTuple):
    """What came of the weight at a place of the window's values.

    ``state`` is "plain" (its step goes along its gradient), "drawn" (and towards 0 too), "remembers" (its step is one
    of momentum, Adam and their kin), "gradient" (its gradient is right, and of its step nothing is told), "wrong" (with
    ``claim`` and ``cause``) or "untold".
    """

    place: int
    state: str
    told: Told | None = None
    claim: Claim | None = None
    cause: Cause | None = None


def outcomes_of(window: Window, found: Agreement, others: Sequence[Candidate]) -> list[Outcome]:
    """Return an outcome for each weight that moved, or of which the file has a gradient."""
    shares = in_the_step(window, found)
    plain = all(index in found.even or not window.values[index].moved for index in found.weights)
    penalty = in_the_loss(window, found, others) if found.even and not plain else None
    wanted = penalty[1] if penalty else {}
    outcomes = []
    for place in found.weights:
        if found.even and _mostly_plain(window, found):
            told = found.recorded[place][1] if place in found.recorded else None
            claim = Claim(place, window.values[place].step, _common(found), None)
            outcome = _by_steps(Case(window, found, place, told, claim, shares, wanted))
        else:
            outcome = _by_records(window, found, place)
        if outcome is not None:
            outcomes.append(outcome)
    return outcomes


def _mostly_plain(window: Window, found: Agreement) -> bool:
    """Say whether steps go along gradients alone: not where but those of a few biases do."""
    return any(window.values[index].before.ndim >= 2 for index in found.even) or len(found.even) > 1


class Case(NamedTuple):
    """One weight: where it is, the record of its right gradient (None: there is none), and its step as a claim.

    ``shares`` has how much of each weight itself stands in its step, ``wanted`` how much the loss's penalty asks for.
    """

    window: Window
    found: Agreement
    place: int
    told: Told | None
    claim: Claim
    shares: Mapping[int, float]
    wanted: Mapping[int, float]


def _by_steps(case: Case) -> Outcome | None:
    window, found, place, told = case.window, case.found, case.place, case.told
    if not window.values[place].step.any():
        return _unmoved(case)
    for judge in (_by_penalty, _by_factor, _by_memory, _by_record):
        outcome = judge(case)
        if outcome is not None:
            return outcome
    return Outcome(place, "wrong", told, case.claim, cause_of(window, found, case.claim))


def _unmoved(case: Case) -> Outcome | None:
    """Return that weights were forgotten; else what stands still may be anything: data, or weights that are kept."""
    if not is_forgotten(case.window, case.found, case.place, case.told):
        return None
    return Outcome(case.place, "wrong", case.told, case.claim, Cause("not-updated", case.told))


def _by_penalty(case: Case) -> Outcome | None:
    place = case.place
    if not case.wanted or place not in case.shares:
        return None
    made, wanted = case.shares[place], case.wanted[place]
    name = named(made, wanted, room_for(case.window, place, case.found.candidate))
    if not name:
        return Outcome(place, "plain", case.told)
    return Outcome(place, "wrong", case.told, case.claim, Cause(name, None, made))


def _by_factor(case: Case) -> Outcome | None:
    """Return what a step is that goes along the gradient: as long as the others', or not."""
    own = case.found.steps.get(case.place)
    if own is None:
        return None
    ratio = own / case.claim.factor
    if abs(ratio - 1) <= 2 * SAME:
        return Outcome(case.place, "plain", case.told)
    if not is_written(ratio):
        return Outcome(case.place, "gradient" if case.place in case.found.evenly else "untold", case.told)
    cause = cause_of_ratio(case.window, case.claim, ratio, in_step=case.place in case.found.evenly)
    return Outcome(case.place, "wrong", case.told, case.claim, cause)


def _by_memory(case: Case) -> Outcome | None:
    """Return what a step is that goes along the gradient and along something else."""
    window, place, told = case.window, case.place, case.told
    kept = None if told is None else _kept_from_before(window, place, told)
    if kept is not None:
        return Outcome(place, "wrong", told, case.claim, Cause("accumulated", told, other=kept.path))
    if place in case.shares and window.values[place].before.size > 2:
        if case.shares[place] < 0:
            # driven away from 0: a penalty of the loss is not in the step, or not all of it
            return Outcome(place, "wrong", told, case.claim, Cause("penalty-other", told, case.shares[place]))
        return Outcome(place, "drawn", told)
    return None


def _by_record(case: Case) -> Outcome | None:
    """Return what a step is that goes another way than the gradient, which the file has."""
    window, found, place, told = case.window, case.found, case.place, case.told
    if told is None or place not in found.evenly:
        return Outcome(place, "gradient", told) if _remembers(window, found, place) else None
    if follows_rule(window, found, place):
        return Outcome(place, "remembers", told)
    other = _of_another(window, found, place)
    if other is not None:
        return Outcome(place, "wrong", told, case.claim, Cause("gradient-of-another", None, other=other.path))
    return Outcome(place, "gradient", told)


def _by_records(window: Window, found: Agreement, index: int) -> Outcome | None:
    value = window.values[index]
    if not value.step.any():
        told = found.recorded[index][1] if index in found.recorded else None
        if not is_forgotten(window, found, index, told):
            return None
        return Outcome(index, "wrong", told, Claim(index, value.step, 1.0, None), Cause("not-updated", told))
    if index in found.evenly:
        state = "remembers" if follows_rule(window, found, index) else "gradient"
        return Outcome(index, state, found.recorded[index][1])
    claim = _claim(window, found, index)
    if claim is None or claim.told is None:
        return Outcome(index, "gradient" if _remembers(window, found, index) else "untold")
    claimed = along(claim.array, window.nudges[index])
    factor = factor_of(claimed, found.candidate.slopes[index], found.candidate.noise)
    ratio = 0.0 if factor is None else factor / claim.factor
    same = abs(ratio - 1) <= 2 * SAME
    if same or (ratio and not is_written(ratio)):
        return Outcome(index, "gradient" if same else "untold", claim.told)
    return Outcome(index, "wrong", claim.told, claim, cause_of(window, found, claim))


def _common(found: Agreement) -> float:
    return float(np.median([found.steps[index] for index in found.even]))


def _kept_from_before(window: Window, index: int, told: Told) -> Value | None:
    """Return a sum to which the gradient was added, and that was not begun anew, where the step was made along it."""
    value = window.values[index]
    for other in window.values:
        if other is value or not other.moved or other.after is None or other.before.shape != value.before.shape:
            continue
        if value.before.size < 2 or not other.before.any() or not close_to(value.step, other.after):
            continue
        if close_to(other.after - other.before, told.array):
            return other
    return None


def _of_another(window: Window, found: Agreement, index: int) -> Value | None:
    """Return the weights along whose recorded gradient a step was made."""
    value = window.values[index]
    for other, (_, told) in found.recorded.items():
        if other != index and told.array.shape == value.before.shape and close_to(value.step, told.array):
            return window.values[other]
    return None


def _remembers(window: Window, found: Agreement, index: int) -> bool:
    """Say whether a step is a multiple of the gradient and one of something that the file keeps, such as a velocity."""
    value, nudges, slopes = window.values[index], window.nudges[index], found.candidate.slopes[index]
    step = along(value.step, nudges)
    if len(nudges) < 4 or not step.any():
        return False
    for other in window.values:
        if other is value or other.whole or not other.moved or other.before.shape != value.before.shape:
            continue
        kept = along(other.before, nudges)
        made, _, rank, _ = np.linalg.lstsq(np.stack([slopes, kept], axis=1), step, rcond=None)
        off = np.abs(made[0] * slopes + made[1] * kept - step).max()
        if rank == 2 and made[0] != 0 and off <= SAME / 2 * np.abs(step).max():
            return True
    return False


def _claim(window: Window, found: Agreement, index: int) -> Claim | None:
    """Return the record that was claimed as the gradient of a weight: what is to it as others' records are to them."""
    value = window.values[index]
    for other in found.evenly:
        factor, told = found.recorded[other]
        record = _sibling(window, window.values[other].path, told, value) if told.kind == "value" else None
        if record is not None:
            return Claim(index, record.array, factor, record)
    return None


def _sibling(window: Window, path: str, told: Told, value: Value) -> Told | None:
    """Return the record that is to one weight what ``told`` is to the one at ``path``: dW1 to W1 as dW2 to W2."""
    if INDEX.sub("", path) != INDEX.sub("", value.path):
        return None
    names = dict(zip(INDEX.findall(path), INDEX.findall(value.path), strict=True))
    wanted = INDEX.sub(lambda found: names.get(found[0], found[0]), told.name)
    for record in reversed(window.told):
        alike = record.kind == told.kind and record.array.shape == value.before.shape and record.name == wanted
        if alike and (wanted != told.name or record.line == told.line):
            return record
    return None
