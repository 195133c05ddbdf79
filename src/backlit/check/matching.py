"""Which mistakes at a layer's weights or biases give what was claimed of them, from given error terms.

Of a large array a few entries are compared first: what does not fit there does not fit at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from backlit.check.place import Place
from backlit.check.precision import Claimed, is_close
from backlit.check.wrong_steps import Product, bias_gradient, scales_of, weight_bases, wrong_bias_gradients

__all__ = ["MISTAKES_AT_MOST", "Claims", "Option", "agrees", "bias_options", "weight_options"]

Claims = Mapping[str, Claimed]
"""What was claimed of one layer: any of weight_gradient, bias_gradient, error (minus da), error_term (minus dz)."""
Option = tuple[frozenset[str], np.ndarray]
RIGHT: frozenset[str] = frozenset()

MISTAKES_AT_MOST = 2
SMALL = 400
"""Arrays up to this size are compared at once."""
SAMPLE = 7
"""Rows and columns looked at first of larger ones."""
SWAPPED = "swapped-outer-product"


def agrees(claims: Claims, name: str, expected: np.ndarray) -> bool:
    """Say whether a claim, if there is one, is the expected array."""
    return name not in claims or is_close(claims[name], expected)


def weight_options(place: Place, claim: Claimed, dz: np.ndarray, taken: frozenset[str]) -> list[Option]:
    """Return the mistakes that lead from ``dz`` to the claimed gradient at the weights, with the gradient.

    The right one alone where it fits; else all single mistakes that do; else pairs of them. ``taken`` are the mistakes
    made before: with them a pair makes at most two different ones.
    """
    found: list[Option] = []
    if not claim.values.any() and claim.values.shape == place.layer.weights.shape and dz.any():
        found.append((frozenset(["gradient-missing"]), np.zeros_like(claim.values)))
    for name, base in weight_bases(place, dz):
        for names, array in _views(place, name, base, claim):
            if not names:
                return [(names, array)]
            if len(names) < 2 or len(names | taken) <= MISTAKES_AT_MOST:
                found.append((names, array))
    single = [option for option in found if len(option[0]) == 1]
    return single or [option for option in found if len(option[0]) == 2]


def _views(place: Place, name: str, base: Product, claim: Claimed) -> Iterator[Option]:
    """Yield what fits of one base: as it is or transposed, times any scale."""
    seen = _part_of(base, claim)
    if seen is not None:
        for scale, factor in _scales_that_fit(place, base, claim, *seen):
            yield frozenset((name, scale)) - {""}, factor * base.whole()
    turned = claim._replace(values=claim.values.T)
    seen = _part_of(base, turned) if name != SWAPPED and claim.values.ndim == 2 else None
    if seen is not None:
        for scale, factor in _scales_that_fit(place, base, turned, *seen):
            yield frozenset((name, SWAPPED, scale)) - {""}, (factor * base.whole()).T


def _part_of(base: Product, claim: Claimed) -> tuple[np.ndarray, Claimed] | None:
    """Return the entries looked at first, of the base and of the claim; None where the shapes differ."""
    shape = base.shape
    if shape != claim.values.shape:
        return None
    if base.array is not None or shape[0] * shape[1] <= SMALL:
        return base.whole(), claim
    rows, columns = _places(*shape)
    at = np.ix_(rows, columns)
    slack = claim.slack[at] if np.shape(claim.slack) == shape else 0.0  # type: ignore[index]
    largest = float(np.abs(claim.values).max(initial=0.0))
    room = slack + 2 * claim.precision.floor * largest if np.isfinite(largest) else slack
    return base.part(rows, columns), claim._replace(values=claim.values[at], slack=room)


@lru_cache(maxsize=64)
def _places(n_rows: int, n_columns: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([n_rows, n_columns])
    return (
        rng.choice(n_rows, min(SAMPLE, n_rows), replace=False),
        rng.choice(n_columns, min(SAMPLE, n_columns), replace=False),
    )


def _scales_that_fit(
    place: Place, base: Product | np.ndarray, claim: Claimed, part: np.ndarray, seen: Claimed
) -> Iterator[tuple[str, float]]:
    """Yield the scales, "" for none, times which a base is the claim."""
    if not part.size:
        return
    at = int(np.argmax(np.abs(part)))
    value, told = float(part.flat[at]), float(seen.values.flat[at])
    slack = _slack_at(seen.slack, part.shape, at)
    share = claim.precision.relative + 2 * claim.precision.floor
    for scale, factor in _all_scales(place.n, place.net.layers[-1].n_out, place.rate, place.as_steps):
        expected = factor * value
        if not abs(told - expected) <= share * abs(expected) + slack or (value == 0 and scale):
            continue
        whole = isinstance(base, np.ndarray) or part.shape == base.shape
        if is_close(seen, factor * part) and (whole or is_close(claim, factor * base.whole())):  # type: ignore[union-attr]
            yield scale, factor


def _slack_at(slack: np.ndarray | float, shape: tuple[int, ...], at: int) -> float:
    if not isinstance(slack, np.ndarray) or slack.ndim == 0:
        return float(slack)
    return float(slack.flat[at]) if slack.shape == shape else 0.0


@lru_cache(maxsize=64)
def _all_scales(n: int, n_out: int, rate: float | None, as_steps: bool) -> tuple[tuple[str, float], ...]:
    return (("", 1.0), *scales_of(n, n_out, rate, as_steps=as_steps))


def bias_options(place: Place, claim: Claimed, dz: np.ndarray) -> list[Option]:
    """Return the mistakes that lead from ``dz`` to the claimed gradient at the biases; the right one alone if it is."""
    right = bias_gradient(dz)
    if is_close(claim, right):
        return [(RIGHT, right)]
    found = []
    if right.shape == claim.values.shape:
        every = _scales_that_fit(place, right, claim, right, claim)
        found = [(frozenset([name]), factor * right) for name, factor in every if name]
    others = wrong_bias_gradients(place, dz, multiples=False, shape=claim.values.shape)
    return found + [(frozenset([name]), db) for name, db in others if is_close(claim, db)]
