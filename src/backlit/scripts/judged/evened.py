"""Arrays that have the learning rate in them beside others that have not: brought to one unit, the step's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backlit.scripts.found.claimed import Claim, proportion, steps_alone
from backlit.scripts.found.subject import Subject

__all__ = ["evened", "stepped"]

SAME = 1e-6


def evened(subject: Subject) -> Subject | None:
    """Return the subject with each array that it names in the unit that most have beside their steps.

    ``dW = rate * x.T @ delta``, ``W -= dW`` and ``b -= rate * delta.sum(0)`` are one update written in two ways: the
    factor in ``dW`` is no mistake. None where a step is no multiple of its array, or all are in one unit already.
    """
    claims = subject.claims
    ratios = {id(claim): ratio for claim in claims if (ratio := _ratio(claim)) is not None}
    if len(ratios) < len(claims) or not ratios:
        return None
    usual = _usual(list(ratios.values()))
    if all(abs(ratio / usual - 1) < SAME for ratio in ratios.values()):
        return None

    def scaled(claim: Claim | None) -> Claim | None:
        return None if claim is None else _scaled(claim, ratios[id(claim)] / usual)

    weights = [_scaled(claim, ratios[id(claim)] / usual) for claim in subject.weights]
    return subject._replace(weights=weights, biases=[scaled(claim) for claim in subject.biases])


def stepped(subject: Subject) -> Subject | None:
    """Return the subject with its steps alone, where some arrays that it names are steps, and others have no name.

    None where no named array is a step as it is, or something does not move.
    """
    claims = subject.claims
    steps = [claim for claim in claims if (ratio := _ratio(claim)) is not None and abs(abs(ratio) - 1) < SAME]
    rates = [rate for rate, _ in subject.rates if rate != 1]
    if not steps or not rates or all(c.along is not None for c in claims) or any(c.step is None for c in claims):
        return None
    biases = [None if claim is None else steps_alone(claim) for claim in subject.biases]
    return subject._replace(weights=[steps_alone(claim) for claim in subject.weights], biases=biases)


def _usual(ratios: Sequence[float]) -> float:
    """Return the ratio that most have, of as many the first."""
    return max(ratios, key=lambda ratio: sum(abs(other / ratio - 1) < SAME for other in ratios))


def _ratio(claim: Claim) -> float | None:
    if claim.along is None or claim.step is None or claim.step.size != claim.along.value.size:
        return None
    return proportion(claim.step.reshape(-1), claim.along.value.reshape(-1))


def _scaled(claim: Claim, factor: float) -> Claim:
    """Return a claim whose arrays are so many times as large; its step is what it is."""
    if abs(factor - 1) < SAME:
        return claim
    gradient, total = claim.gradient, claim.total
    return claim._replace(
        times=factor,
        gradient=None if gradient is None else replace(gradient, value=gradient.value * factor),
        total=None if total is None else replace(total, value=total.value * factor),
    )
