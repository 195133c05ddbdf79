"""Values rounded on the way: which number of decimals explains a claimed pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.backprop import LayerBackward, backward, forward
from backlit.check.place import Place
from backlit.check.search import Claims

__all__ = ["decimals_of"]

MOST_DECIMALS = 8
ULPS = 30
"""How many units of the last decimal rounding on the way may have moved an entry by."""


def decimals_of(place: Place, claims: Sequence[Claims]) -> int | None:
    """Return the number of decimals that explains all claims, or None.

    Tried are: rounding every value on the way; rounding what is claimed; and any chain whose claimed values are
    multiples of the last decimal and near the right ones. Zeros alone say nothing.
    """
    if not any(claim.values.any() for layer in claims for claim in layer.values()):
        return None
    for decimals in range(1, MOST_DECIMALS + 1):
        for layers in _passes(place, decimals):
            if all(_same(place, claim, part, decimals) for claim, part in zip(claims, layers, strict=True)):
                return decimals
    return None


def _passes(place: Place, decimals: int) -> Iterator[list[LayerBackward]]:
    def carry(values: np.ndarray) -> np.ndarray:
        return np.round(values, decimals)

    sweep = list(place.sweep)
    right = backward(place.net, sweep, place.y)
    yield right
    yield backward(place.net, sweep, place.y, carry=carry)
    rounded = forward(place.net, sweep[0].input, carry=carry)
    yield backward(place.net, rounded, place.y, carry=carry)


def _same(place: Place, claims: Claims, part: LayerBackward, decimals: int) -> bool:
    expected = {"weight_gradient": part.weight_gradient, "bias_gradient": part.bias_gradient}
    expected |= {"error_term": part.error_term, "error": part.error}
    return all(
        expected.get(name) is None or _near(place, claim.values, expected[name], name, decimals)
        for name, claim in claims.items()
    )


def _near(place: Place, claimed: np.ndarray, expected: np.ndarray | None, name: str, decimals: int) -> bool:
    if expected is None or claimed.shape != expected.shape:
        return False
    # steps are rounded after the learning rate, so the grid they lie on is finer in gradients
    is_step = place.as_steps and name.endswith("gradient")
    scale = place.rate if is_step and place.rate else 1.0
    with np.errstate(invalid="ignore"):
        grid = np.abs(claimed * scale - np.round(claimed * scale, decimals)) < 10.0**-decimals * 1e-6
        if np.allclose(claimed, expected, rtol=1e-9, atol=1e-15):
            return True
        near = np.abs(claimed - expected) * scale <= ULPS * 10.0**-decimals
    return bool(grid.all() and near.all())
