"""Gradients that a loop makes for sample after sample, and a step along that of the last alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.claimed import Claim
from backlit.scripts.found.links import close
from backlit.scripts.found.own_records import first_own_record
from backlit.scripts.found.subject import Subject

__all__ = ["of_the_last"]

Words = tuple[str, str, str]


def of_the_last(subject: Subject, along: Sequence[Claim]) -> tuple[Claim, Words] | None:
    """Return the first step that lost the samples before the last, with what to say of it; None where none did.

    ``along`` are the claims whose step is a multiple of their gradient. All weights must have lost them: what the step
    is made of had another value before, by the same line, of another sample that went through these weights.
    """
    if subject.moment.timeless or not _saw_another(subject):
        return None
    weights = [claim for claim in subject.weights if claim.step is not None and claim.gradient is not None]
    known = {claim.variable.key for claim in along}
    lost = [claim for claim in weights if claim.variable.key in known and _made_before(subject, claim)]
    if not lost or len(lost) < len(weights) or lost[0].gradient is None:
        return None
    name = lost[0].gradient.name
    return lost[0], (
        f"{name} was made for several samples before this step, and the step goes along that of the last alone.",
        "What the others would change is lost: a batch's gradient is the sum, or the mean, of all its samples'.",
        "+= for =, from zeros before the first sample; or a step for each sample",
    )


def _around(subject: Subject, claim: Claim) -> tuple[int, float, float]:
    """Return when a variable moved last before the pass (-1: never), when the pass began, and when it moved next."""
    begun = first_own_record(subject.found).number
    kinds = ("value", "increment", "added")
    steps = [r.number for kind in kinds for r in subject.moment.of(claim.variable.key, kind=kind)]
    before = max((number for number in steps if number < begun), default=-1)
    return before, begun, min((number for number in steps if number > begun), default=np.inf)


def _made_before(subject: Subject, claim: Claim) -> bool:
    """Say whether the array that a step is made of had other values since the last one, by the same line."""
    gradient, moment = claim.gradient, subject.moment
    if gradient is None or gradient.value.size < 2 or claim.total is not None:
        return False
    last, begun, until = _around(subject, claim)
    # where the gradient was handed on to before the step: a function may make others that nothing is made of
    handed = [r for r in moment.records if r.kind == "value" and begun < r.number < until]
    handed = [r for r in handed if r.value.shape == gradient.value.shape and close(r.value, gradient.value)]
    if last < 0 or not handed:
        return False
    final = max(handed, key=lambda r: r.number)
    made = [r for r in moment.of(final.key) if last < r.number < begun and r.line == final.line]
    return bool(made) and not any(close(r.value, gradient.value) for r in made)


def _saw_another(subject: Subject) -> bool:
    """Say whether another sample, of as many, went through the first layer's weights since they moved last."""
    found, moment = subject.found, subject.moment
    link, bias = found.links[0], found.bias(0)
    last, begun, _ = _around(subject, subject.weights[0])
    samples, results = ({r.key for r in found.nodes[place].records} for place in (link.source, link.result))
    since = [r for r in moment.records if last < r.number < begun]
    W = found.weights(0)
    inputs = [x for r in since if r.key in samples and (x := found.rows(r.value, len(W))) is not None]
    made = [found.rows(r.value, W.shape[1]) for r in since if r.key in results]
    value = find_activation(link.activation).value
    with np.errstate(all="ignore"):
        through = [value(x @ W + (0 if bias is None else bias)) for x in inputs if not close(x, found.below(0))]
    return any(h is not None and close(a, h) for a in through for h in made)
