"""Gradients of single numbers, known by their names alone: any number is a multiple of any other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backlit.scripts.found.claimed import Claim, steps_alone
from backlit.scripts.found.passes import ForwardPass
from backlit.scripts.seen.claimed_names import short_name

__all__ = ["steps_of_numbers"]

EXACT = (
    r"^(d|g|gr|grad|grads|gradient|nabla|der|deriv|derivative|partial|d[ljce]d|d(loss|cost|err|error|mse)d)?(of|wrt)?"
    r"{}(g|grad|gradient|der|deriv)?$"
)


def steps_of_numbers(
    found: ForwardPass, weights: Sequence[Claim], biases: Sequence[Claim | None]
) -> tuple[list[Claim], list[Claim | None]]:
    """Return the claims of a network of single numbers: their steps, and gradients where all are called as such.

    One weight a layer has a gradient of its own in the file; of more that stand together only the steps are arrays.
    """
    claims = [*weights, *(claim for claim in biases if claim is not None)]
    if len(found.samples) > 1 and all(_called_exactly(claim) for claim in claims):
        return list(weights), list(biases)
    return [steps_alone(claim) for claim in weights], [c if c is None else steps_alone(c) for c in biases]


def _called_exactly(claim: Claim) -> bool:
    """Say whether an array's gradient is called the gradient of it, and of nothing more."""
    if claim.gradient is None:
        return False
    mine, its = short_name(claim.gradient.name), short_name(claim.variable.name)
    return mine != its and bool(re.match(EXACT.format(re.escape(its)), mine))
