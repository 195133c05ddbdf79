"""Mistakes of one array alone: each wrong array by itself against the right error terms, whatever the others are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from backlit.check.matching import Claims, bias_options, weight_options
from backlit.check.place import Place
from backlit.check.precision import Claimed, is_close
from backlit.check.search import Found
from backlit.check.verdicts import constant_ratio
from backlit.check.wrong_steps import scales

__all__ = ["STRAY", "Alone", "alone", "masked", "stray", "zeros_apart"]

STRAY = "stray-factor"
ALIKE = 1e-6
Alone = dict[tuple[int, str], list[frozenset[str]]]
"""By layer (from 0) and quantity: the sets of mistakes that give the claimed array."""
Arrays = Sequence[Mapping[str, np.ndarray]]


def alone(place: Place, claims: Sequence[Claims], expected: Arrays) -> Alone:
    """Return the mistakes of each wrong array that are told without the others."""
    found: Alone = {}
    for index, (layer, right) in enumerate(zip(claims, expected, strict=True)):
        above = -expected[index + 1]["error_term"] if index + 1 < len(expected) else None
        here = place._replace(layer_index=index, dz_above=above)
        dz = -right["error_term"]
        options = {
            "weight_gradient": lambda claim, h=here, d=dz: weight_options(h, claim, d, frozenset()),
            "bias_gradient": lambda claim, h=here, d=dz: bias_options(h, claim, d),
        }
        for name, claim in layer.items():
            if claim.right or name not in options:
                continue
            names = list(dict.fromkeys(made for made, _ in options[name](claim)))
            names = names or _two_scales(here, claim, right[name])
            if names:
                found[index, name] = names
    return found


def _two_scales(place: Place, claim: Claimed, right: np.ndarray) -> list[frozenset[str]]:
    """A sign, or a mean taken twice, on top of another factor: what can be made on the way and after it."""
    if claim.values.shape != right.shape:
        return []
    at = int(np.argmax(np.abs(right)))
    if not right.flat[at]:
        return []
    ratio = float(claim.values.flat[at] / right.flat[at])
    options = list(scales(place))
    pairs = [(a, b, f * g) for a, f in options if a in ("wrong-sign", "mean-twice") for b, g in options if a != b]
    near = [(a, b, factor) for a, b, factor in pairs if abs(ratio / factor - 1) < 0.1]
    return list(dict.fromkeys(frozenset((a, b)) for a, b, factor in near if is_close(claim, factor * right)))


def stray(place: Place, claims: Sequence[Claims], expected: Arrays) -> Alone:
    """Return the wrong arrays that are the right ones times one factor, whatever it is.

    With one sample and one unit every mistake in the error term is a factor: there it says nothing.
    """
    ratios: dict[tuple[int, str], float] = {}
    single: dict[tuple[int, str], float] = {}
    for index, (layer, right) in enumerate(zip(claims, expected, strict=True)):
        for name, claim in layer.items():
            if claim.right or not name.endswith("gradient") or place.n * place.net.sizes[index + 1] == 1:
                continue
            ratio = constant_ratio(claim, right[name])
            if ratio is not None:
                ratios[index, name] = ratio
            elif claim.values.shape == right[name].shape and claim.values.size == 1 and right[name].any():
                single[index, name] = float((claim.values / right[name]).item())
    # of one number any other is a multiple: it has the factor of all others, or none
    shared = next(iter(ratios.values()), 0.0)
    if all(abs(ratio / shared - 1) < ALIKE for ratio in ratios.values()):
        ratios |= {place: ratio for place, ratio in single.items() if abs(ratio - shared) < ALIKE * abs(shared)}
    return {place: [frozenset([STRAY])] for place in ratios}


def zeros_apart(claims: Sequence[Claims], expected: Arrays) -> Alone:
    """Return the gradients that were claimed to be 0 throughout, and are not: whatever led there, they are missing."""
    return {
        (index, name): [frozenset(["bias-missing" if name.startswith("bias") else "gradient-missing"])]
        for index, layer in enumerate(claims)
        for name, claim in layer.items()
        if name.endswith("gradient")
        and not claim.right
        and claim.values.size
        and claim.values.shape == expected[index][name].shape
        and not claim.values.any()
    }


def masked(claims: Sequence[Claims], told: Alone) -> list[Claims]:
    """Return the claims without those that are told already."""
    return [
        {name: claim for name, claim in layer.items() if (index, name) not in told}
        for index, layer in enumerate(claims)
    ]


def found_in(told: Alone) -> list[tuple[Found, frozenset[str]]]:
    """Return each mistake, from the output back, with the others that give its array."""
    result = []
    for (index, part), options in sorted(told.items(), key=lambda item: (-item[0][0], item[0][1] != "weight_gradient")):
        for name in sorted(options[0]):
            rest = options[0] - {name}
            others = frozenset(o for option in options[1:] if rest <= option for o in option - rest) - {name}
            result.append((Found(name, index + 1, part), others))
    return result
