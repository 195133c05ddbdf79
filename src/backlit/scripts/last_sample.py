"""Gradients that a loop makes for sample after sample, and a step along that of the last alone."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.scripts.claimed import Claim
from backlit.scripts.links import close
from backlit.scripts.own_records import first_own_record
from backlit.scripts.subject import Subject

__all__ = ["of_the_last"]

Words = tuple[str, str, str]


def of_the_last(subject: Subject, along: Sequence[Claim]) -> tuple[Claim, Words] | None:
    """Return the first step that lost the samples before the last, with what to say of it; None where none did.

    ``along`` are the claims whose step is a multiple of their gradient. All weights must have lost them.
    """
    weights = [claim for claim in subject.weights if claim.step is not None and claim.gradient is not None]
    known = {claim.variable.key for claim in along}
    lost = [claim for claim in weights if claim.variable.key in known and _made_before(subject, claim)]
    if subject.moment.timeless or not lost or len(lost) < len(weights) or lost[0].gradient is None:
        return None
    name = lost[0].gradient.name
    return lost[0], (
        f"{name} was made for several samples before this step, and the step goes along that of the last alone.",
        "What the others would change is lost: a batch's gradient is the sum, or the mean, of all its samples'.",
        "+= for =, from zeros before the first sample; or a step for each sample",
    )


def _made_before(subject: Subject, claim: Claim) -> bool:
    """Say whether a gradient had other values between the last step and this pass, by the same line."""
    gradient, moment = claim.gradient, subject.moment
    if gradient is None or gradient.value.size < 2 or claim.total is not None:
        return False
    begun, key = first_own_record(subject.found).number, claim.variable.key
    steps = [r.number for kind in ("value", "increment", "added") for r in moment.of(key, kind=kind)]
    last = max((number for number in steps if number < begun), default=None)
    if last is None:
        return False
    made = [r for r in moment.of(gradient.key) if last < r.number < begun and r.line == gradient.line]
    return bool(made) and not any(close(r.value, gradient.value) for r in made)
