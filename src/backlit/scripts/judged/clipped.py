"""Gradients that were cut off at a bound, entry by entry: right below it, and the bound elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.found.links import close
from backlit.scripts.judged.expected import Fact, Option, scales

__all__ = ["clipped_at"]

SAME = 1e-9
FEWEST = 2


def clipped_at(facts: Sequence[Fact], option: Option, n: int) -> tuple[float, float] | None:
    """Return the bound, and what the rest is times the right gradients; None where that is not what was done.

    Some entries are at the bound, others are not, and all are right for a loss.
    """
    told = [fact for fact in facts if fact.claim.gradient is not None and not fact.silent]
    if len(told) < len(facts) or any(f.values is None or f.values.shape != f.right.shape for f in told):
        return None
    values = np.concatenate([np.ravel(fact.values) for fact in told if fact.values is not None])
    right = np.concatenate([fact.right.reshape(-1) for fact in told])
    bound = float(np.abs(values).max(initial=0.0))
    at_bound = np.abs(values) >= bound * (1 - SAME)
    if not bound or not np.isfinite(values).all() or at_bound.sum() < FEWEST or at_bound.all():
        return None
    for sign in (1.0, -1.0):
        for _, _, scale in scales(option.net, n):
            if close(np.clip(sign * scale * right, -bound, bound), values):
                return bound, sign * scale
    return None
