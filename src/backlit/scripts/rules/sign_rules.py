"""Rules that go by the gradient's sign: RProp, whose step sizes grow and shrink weight by weight, and the sign alone.

RProp is Riedmiller and Braun's (1993), with or without the steps that it leaves out where a sign has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.memories import FEWEST, Memory, standing
from backlit.scripts.rules.rules import Rule

__all__ = ["sign_rules", "with_first_gradients"]

UNSEEN = "No step size in {name} changed in this step: how they do was not judged."

SAME = 1e-6
Change = tuple[np.ndarray, np.ndarray]
"""What an array was before a step, and is after it."""


def sign_rules(subject: Subject, claim: Claim) -> Iterator[Rule]:
    """Yield the rules of a step whose sizes are another array's, or one number, and whose signs the gradient's."""
    step = claim.step
    if step is None or claim.along is None or step.size < FEWEST or not step.any():
        return
    g = claim.along.value.reshape(step.shape)
    moved = step != 0
    told = _direction(step[moved], g[moved])
    if told is None:
        return
    sizes = np.abs(step)
    arrays = list(standing(subject, claim))
    of_each = False
    for record, before, after in arrays:
        if (after <= 0).any() or not close(np.where(moved, after, 0.0), sizes):
            continue
        of_each = True
        signs = _compared(g, arrays)
        mistake = told or _of_sizes(before, after, signs)
        if mistake is not None and (moved | (g == 0) | _turned(signs, g)).all():
            memory = Memory(record, before, after, None, 1.0, 1)
            remark = UNSEEN.format(name=record.name) if np.array_equal(before, after) else ""
            yield Rule("rprop", "RProp, with a step size for each weight", 1.0, mistake, memory, remark=remark)
    if np.ptp(sizes[moved]) <= SAME * sizes.max() and moved[g != 0].all() and not of_each and not _is_plain(subject):
        yield Rule("sign", "the gradient's sign alone", float(sizes.max()), told)


def _is_plain(subject: Subject) -> bool:
    """Say whether an array moves along its gradient itself: then steps of one size are no rule of the file's."""
    return any(
        claim.along is not None
        and claim.step is not None
        and claim.step.size >= FEWEST
        and proportion(claim.step.reshape(-1), claim.along.value.reshape(-1)) is not None
        for claim in subject.claims
    )


def with_first_gradients(subject: Subject) -> Subject | None:
    """Return what was understood with gradients as they were before zeros were put where their signs had changed.

    None where there are none, or no step is RProp's by them.
    """
    weights = [_first(subject, claim) for claim in subject.weights]
    biases = [
        weights[i] if claim is subject.weights[i] else None if claim is None else _first(subject, claim)
        for i, claim in enumerate(subject.biases)
    ]
    changed = [claim for claim, own in zip(weights, subject.weights, strict=True) if claim is not own]
    changed += [claim for claim, own in zip(biases, subject.biases, strict=True) if claim is not own and claim]
    if not changed or not all(_is_rprop(subject, claim) for claim in changed):
        return None
    return subject._replace(weights=weights, biases=biases)


def _first(subject: Subject, claim: Claim) -> Claim:
    gradient = claim.gradient
    if gradient is None:
        return claim
    for record in subject.moment.of(gradient.key):
        mine, its = gradient.value, record.value
        made = subject.found.output.first < record.number < gradient.number and mine.shape == its.shape
        if made and (mine != its).any() and ((mine == its) | (mine == 0)).all():
            return claim._replace(gradient=record)
    return claim


def _is_rprop(subject: Subject, claim: Claim) -> bool:
    if claim.step is None or claim.step.size < FEWEST:
        return True
    return any(r.name == "rprop" and not r.mistake for sign in (1, -1) for r in _both_ways(subject, claim, sign))


def _both_ways(subject: Subject, claim: Claim, sign: int) -> Iterator[Rule]:
    assert claim.gradient is not None
    turned = replace(claim.gradient, value=sign * claim.gradient.value)
    return sign_rules(subject, claim._replace(gradient=turned))


def _direction(step: np.ndarray, g: np.ndarray) -> str | None:
    """Return what is wrong with the signs of a step, "" for nothing; None where they are not the gradient's."""
    if (step * g < 0).all():
        return ""
    if (step * g > 0).all():
        return "wrong-sign"
    return "sign-lost" if (g != 0).all() and ((step < 0).all() or (step > 0).all()) else None


def _compared(g: np.ndarray, arrays: Sequence[tuple[object, np.ndarray, np.ndarray]]) -> np.ndarray | None:
    """Return the sign of this gradient times the one before, by the array that keeps it; None where none does."""
    for _, before, after in arrays:
        kept = np.where(after == 0, g, after)
        if before.any() and not np.array_equal(before, after) and close(kept, g):
            signs: np.ndarray = np.sign(g * before)
            return signs
    return None


def _turned(signs: np.ndarray | None, g: np.ndarray) -> np.ndarray:
    """Return where the sign has changed: there a step may be left out."""
    return np.zeros(g.shape, bool) if signs is None else signs < 0


def _of_sizes(before: np.ndarray, after: np.ndarray, signs: np.ndarray | None) -> str | None:
    """Return what is wrong with how step sizes changed, "" for nothing; None where they follow no rule."""
    if signs is None:
        # sizes that stay are a rule too
        return "" if np.array_equal(before, after) else None
    largest, smallest = after.max(), after.min()
    for agree, mistake in ((1.0, ""), (-1.0, "step-sizes-swapped")):
        grown = _one_factor(before, after, signs == agree, largest)
        shrunk = _one_factor(before, after, signs == -agree, smallest)
        stays = close(after[signs == 0], before[signs == 0]) if (signs == 0).any() else True
        some = (grown or 1.0) > 1 or (shrunk or 1.0) < 1
        if stays and grown is not None and shrunk is not None and grown >= 1 >= shrunk and some:
            return mistake
    return None


def _one_factor(before: np.ndarray, after: np.ndarray, where: np.ndarray, bound: float) -> float | None:
    """Return the one factor by which sizes changed, but for those at a bound; 1 where none did, None for several."""
    ratios = after[where] / before[where]
    free = np.abs(after[where] / bound - 1) > SAME
    known = ratios[free] if free.any() else ratios
    if not known.size:
        return 1.0
    return float(known[0]) if np.ptp(known) <= SAME * abs(known[0]) else None
