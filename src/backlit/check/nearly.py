"""Claims that are right, or but for a cruder rounding than their own, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from backlit.check.matching import Claims
from backlit.check.precision import Claimed
from backlit.check.report import Verdict
from backlit.check.verdicts import verdict

__all__ = ["marked", "nearly_right", "nearly_words"]


def nearly_words(verdicts: list[Verdict], digits: list[int | None]) -> str:
    """Say to what they are right: the digits that were given, or rounding."""
    given = [count for count in digits if count is not None]
    if given:
        return f"Right to the {min(given)} digits given."
    share = max(v.relative_error or 0.0 for v in verdicts)
    return f"Right to within rounding (relative error {share:.1g})."


def nearly_right(claims: Sequence[Claims], expected: Sequence[Mapping[str, np.ndarray]]) -> bool:
    """Say whether nothing is off by more than a cruder rounding, measured against each array's largest entry."""
    return all(
        verdict(1, name, _crude(claim), right[name]).ok
        for layer, right in zip(claims, expected, strict=True)
        for name, claim in layer.items()
    )


def _crude(claim: Claimed) -> Claimed:
    near = claim.precision.near
    return claim._replace(precision=claim.precision._replace(relative=near, floor=near * 1e-2))


def marked(claims: list[Claims], verdicts: list[Verdict]) -> list[Claims]:
    """Return the claims with those marked that are right."""
    right = {(v.layer - 1, v.quantity) for v in verdicts if v.ok}
    return [
        {name: claim._replace(right=(index, name) in right) for name, claim in layer.items()}
        for index, layer in enumerate(claims)
    ]
