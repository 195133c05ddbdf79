"""Values rounded on the way: which number of decimals explains a claimed pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.check.matching import Claims
from backlit.check.place import Place
from backlit.network.sweeps import LayerBackward, backward, forward

__all__ = ["decimals_of"]

MOST_DECIMALS = 8
FEW = 3
"""Entries up to which one size of all of them says nothing."""
LOOKED_AT = 200
"""Entries that are looked at before a whole pass is made for them."""
ULPS = 30
"""How many units of the last decimal rounding on the way may have moved an entry by."""
ALIKE = 0.25
"""The share of the right values' squares that the differences' squares may come to, of a pass that is not met."""
MOST_DIGITS, NEAR = 1000, 0.02
"""Digits of an array's largest entry, as a whole number, and its distance from the right one, of short numbers."""


def decimals_of(place: Place, claims: Sequence[Claims]) -> str | None:
    """Return the number of decimals that explains all claims, such as "3" or "3 to 6", or None.

    Tried are: rounding every value on the way; rounding what is claimed; any chain whose claimed values are multiples
    of the last decimal and near the right ones; and each array with decimals of its own. Zeros alone say nothing.
    """
    rows = [claim.values * _scale(place, name) for layer in claims for name, claim in layer.items()]
    if not all(claim.right or _varied(claim.values) for layer in claims for claim in layer.values()):
        return None
    for decimals in range(1, MOST_DECIMALS + 1):
        if not any(np.round(row, decimals).any() for row in rows) or not _may_be(place, claims, decimals):
            continue
        for layers in _passes(place, decimals):
            if not all(_same(place, claim, part, decimals) for claim, part in zip(claims, layers, strict=True)):
                continue
            if _resembles(place, claims, layers, decimals):
                return str(decimals)
    return _each_its_own(place, claims)


def _resembles(place: Place, claims: Sequence[Claims], layers: list[LayerBackward], decimals: int) -> bool:
    """Say whether the claims are a pass to half a decimal, or beside their size: numbers as short prove nothing."""
    wrong, size = 0.0, 0.0
    half = 0.5000001 * 10.0**-decimals
    rounded = True
    for layer, part in zip(claims, layers, strict=True):
        expected = _expected(part)
        for name, claim in layer.items():
            right = expected.get(name)
            if right is None or claim.right:
                continue
            if claim.values.shape != right.shape or not np.isfinite(claim.values).all():
                return False
            off = np.abs(claim.values - right)
            rounded &= bool((off * _scale(place, name) <= half).all())
            wrong += float(np.sum(off * off))
            size += float(np.sum(right * right))
    return rounded or wrong <= ALIKE * size


def _varied(values: np.ndarray) -> bool:
    """Say whether an array may be a rounded one: a sign, or one number all over, is no value of any precision.

    That does not hold of a last decimal that is all that is left, nor of few entries.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if sizes.size < FEW or np.ptp(sizes) > 1e-9 * sizes.max():
        return True
    return any(abs(sizes[0] * 10.0**decimals - 1) < 1e-6 for decimals in range(1, MOST_DECIMALS + 1))


def _may_be(place: Place, claims: Sequence[Claims], decimals: int) -> bool:
    """Say whether all wrong arrays may have so few decimals, by some of their entries; zeros alone say nothing."""
    wrong = [claim for layer in claims for claim in layer.values() if not claim.right]
    return any(claim.values.any() for claim in wrong) and all(
        claim.right or _on_grid(claim.values.ravel()[:LOOKED_AT] * _scale(place, name), decimals).all()
        for layer in claims
        for name, claim in layer.items()
    )


def _each_its_own(place: Place, claims: Sequence[Claims]) -> str | None:
    """Return the range of decimals of arrays that are short numbers, near the right ones; None where one is not."""
    right = backward(place.net, list(place.sweep), place.y)
    if not _resembles(place, claims, right, MOST_DECIMALS):
        return None
    found: list[int] = []
    for layer, part in zip(claims, right, strict=True):
        for name, expected in _expected(part).items():
            if name not in layer:
                continue
            decimals = _short(place, layer[name].values, expected, name)
            if decimals is None:
                return None
            found.append(decimals)
    return f"{min(found)} to {max(found)}" if min(found) < max(found) else str(found[0])


def _short(place: Place, claimed: np.ndarray, expected: np.ndarray | None, name: str) -> int | None:
    """Return the fewest decimals that hold an array, if they leave few digits and it is near the right one."""
    if expected is None or claimed.shape != expected.shape or not np.isfinite(claimed).all() or not claimed.any():
        return None
    scale = _scale(place, name)
    size, largest = np.abs(claimed * scale), float(np.abs(expected).max(initial=0.0))
    for decimals in range(1, MOST_DECIMALS + 1):
        if size.max(initial=0.0) * 10.0**decimals > MOST_DIGITS or not largest:
            return None
        if _on_grid(claimed * scale, decimals).all():
            near = np.abs(claimed - expected) <= NEAR * largest + 2 * 10.0**-decimals / scale
            return decimals if near.all() else None
    return None


def _passes(place: Place, decimals: int) -> Iterator[list[LayerBackward]]:
    def carry(values: np.ndarray) -> np.ndarray:
        return np.round(values, decimals)

    sweep = list(place.sweep)
    right = backward(place.net, sweep, place.y)
    yield right
    yield backward(place.net, sweep, place.y, carry=carry)
    masks = [values.mask for values in sweep]
    rounded = forward(place.net, sweep[0].input, masks=masks, carry=carry)
    yield backward(place.net, rounded, place.y, carry=carry)


def _expected(part: LayerBackward) -> dict[str, np.ndarray | None]:
    gradients = {"weight_gradient": part.weight_gradient, "bias_gradient": part.bias_gradient}
    return {**gradients, "error_term": part.error_term, "error": part.error}


def _scale(place: Place, name: str) -> float:
    """Steps are rounded after the learning rate, so the grid they lie on is finer in gradients."""
    return place.rate if place.as_steps and name.endswith("gradient") and place.rate else 1.0


def _on_grid(values: np.ndarray, decimals: int) -> np.ndarray:
    """Say of each value whether it has no more decimals; one that is small beside no other is no zero."""
    rounded = np.round(values, decimals)
    on_grid: np.ndarray = np.abs(values - rounded) < 10.0**-decimals * 1e-6
    nothing: np.ndarray = np.abs(values) <= 1e-9 * np.abs(values).max(initial=0.0)
    on_grid &= (rounded != 0) | nothing
    return on_grid


def _same(place: Place, claims: Claims, part: LayerBackward, decimals: int) -> bool:
    expected = _expected(part)
    return all(
        expected.get(name) is None or _near(place, claim.values, expected[name], name, decimals)
        for name, claim in claims.items()
    )


def _near(place: Place, claimed: np.ndarray, expected: np.ndarray | None, name: str, decimals: int) -> bool:
    if expected is None or claimed.shape != expected.shape:
        return False
    scale = _scale(place, name)
    with np.errstate(invalid="ignore"):
        grid = _on_grid(claimed * scale, decimals)
        if np.allclose(claimed, expected, rtol=1e-9, atol=1e-15):
            return True
        # zeros everywhere are rounded where nothing else was left, not 30 units away
        ulps = ULPS if claimed.any() else 1
        near = np.abs(claimed - expected) * scale <= ulps * 10.0**-decimals
    return bool(grid.all() and near.all())
