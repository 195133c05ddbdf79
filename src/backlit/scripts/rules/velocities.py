"""Velocities that were taken for gradients: a step is a multiple of either."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.scripts.found.claimed import Claim, next_pass
from backlit.scripts.found.passes import ForwardPass, Key
from backlit.scripts.found.running import remembered_share
from backlit.scripts.rules.memories import FEWEST
from backlit.scripts.seen.records import Moment, Record

__all__ = ["without_velocities"]


def without_velocities(
    moment: Moment, found: ForwardPass, claims: Sequence[Claim | None], updated: set[Key]
) -> list[Claim | None]:
    """Return the claims without the gradients that are velocities: what they hold of this pass is looked for later.

    A velocity goes on from step to step: it is a part of what it was, and a multiple of another array of this pass.
    """
    return [
        claim._replace(gradient=None, total=None)
        if claim is not None and claim.gradient is not None and _is_velocity(moment, found, claim.gradient, updated)
        else claim
        for claim in claims
    ]


def _is_velocity(moment: Moment, found: ForwardPass, gradient: Record, updated: set[Key]) -> bool:
    if gradient.key not in updated or gradient.value.size < FEWEST or moment.timeless:
        return False
    shape, begun = gradient.value.shape, found.output.first
    old = [r for r in moment.of(gradient.key) if r.number < begun and r.value.shape == shape]
    until = min(gradient.number, next_pass(moment, found))
    new = [r for r in moment.records if begun < r.number < until and r.value.shape == shape and r.key != gradient.key]
    if not old or not old[-1].value.any():
        return False
    shares = (remembered_share(old[-1].value, gradient.value, r.value) for r in new if r.kind == "value")
    return any(share is not None and share[0] is not None and abs(share[0]) < 1 for share in shares)
