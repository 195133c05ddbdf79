"""Names for what is wrong in derivatives of any function or layer, from the numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from backlit.check.derivative_words import differs_for_parameters, happened, instead, matters
from backlit.check.local import Local, local_facts
from backlit.check.numbers_shown import shown
from backlit.check.overwritten import (
    is_overwritten,
    is_sum_of_everything,
    sums_along_other_axes,
    wrong_where_output_is_zero,
)
from backlit.check.report import Finding
from backlit.check.turned import turned_gradients
from backlit.check.verdicts import constant_ratio
from backlit.check.wrong_claim import Facts, Wrong, first, fits
from backlit.check.wrong_derivatives import wrong_derivatives, wrong_jacobians
from backlit.errors import BacklitError

__all__ = ["named", "whole_number_finding"]


Named = tuple[str, ...]
OF_INPUTS = ("gradient", "gradient at X")
"""Names of gradients that are not at a parameter."""


def named(wrong: Mapping[str, Wrong], *, n: int) -> list[Finding]:
    """Return a finding for each mistake in the wrong arrays, by their names; ``n`` is the number of samples."""
    groups: dict[tuple[Named, str, bool], list[str]] = {}
    for name, array in wrong.items():
        local = _local(array.facts)
        own = tuple(dict.fromkeys(_identifiers(array, local, n)))
        identifiers = own or (() if local is None else tuple(_by_turned(array)))
        fact = "" if identifiers[:1] not in ((), ("stray-factor",)) else shown(array, local, n)
        parameter = name not in OF_INPUTS and bool(own) and differs_for_parameters(own[0])
        groups.setdefault((identifiers, fact, parameter), []).append(name)
    known = [names for (identifiers, *_), names in groups.items() if identifiers]
    findings = [_finding(names, *group, known) for group, names in groups.items()]
    # what has a name is mended first
    return sorted(findings, key=lambda finding: finding.identifier == "unknown")


def _local(facts: Facts) -> Local | None:
    found = facts.found if facts.weights is None else None
    try:
        with np.errstate(all="ignore"):
            return local_facts(facts.function, facts.point, found)
    except BacklitError:
        return None


def _finding(names: list[str], identifiers: Named, fact: str, parameter: bool, known: list[list[str]]) -> Finding:
    subject = f"{', '.join(names[:-1])} and {names[-1]} are" if len(names) > 1 else f"{names[0]} is"
    if not identifiers:
        words = f"The {subject} wrong, and no known mistake explains it."
        if known:
            fact += f" It may follow from what is wrong in the {known[0][0]}: mend that first."
        return Finding("unknown", 0, (), "none", words, fact, "")
    first, *others = identifiers
    confidence = "one of several" if others else "certain"
    words = happened(first, subject, fact, parameter=parameter)
    why, then = matters(first, parameter=parameter), instead(first, parameter=parameter)
    return Finding(first, 0, (), confidence, words, why, then, tuple(others))


def whole_number_finding(what: str, did: str) -> Finding:
    """Return the finding that a function goes wrong with whole numbers."""
    words = happened("whole-numbers", f"{what} {did}", "")
    return Finding("whole-numbers", 0, (), "certain", words, matters("whole-numbers"), instead("whole-numbers"))


def _identifiers(array: Wrong, local: Local | None, n: int) -> Iterator[str]:
    """Yield the mistakes that give the claimed values, those of one factor first; none for what is not finite."""
    if not np.isfinite(array.claim.values).all():
        return
    if is_sum_of_everything(array.claim.values, array.expected, n):
        yield "wrong-axis"
    if array.claim.values.shape != array.expected.shape:
        yield from _by_shape(array, local)
        return
    yield from _by_factor(array, n)
    if fits(array, np.stack([_turned(e) for e in array.claim.values]), array.expected):
        yield "swapped-outer-product"
    if local is not None:
        yield from list(_by_hypotheses(array, local)) or _by_place(array, local)
    if constant_ratio(first(array), array.expected[0]) is not None and not any(_by_factor(array, n)):
        # last: a named mistake says more than a number
        yield "stray-factor"


def _turned(values: np.ndarray) -> np.ndarray:
    return values.T if values.ndim == 2 and values.shape[0] == values.shape[1] else values


def _by_factor(array: Wrong, n: int) -> Iterator[str]:
    known = [("wrong-sign", -1.0), ("factor-two", 2.0), ("factor-two", 0.5)]
    known += [("sum-instead-of-mean", float(n)), ("mean-twice", 1 / n)] if n > 1 else []
    if array.expected.any():
        yield from (name for name, factor in known if fits(array, array.claim.values, factor * array.expected, 1e-6))


def _by_shape(array: Wrong, local: Local | None) -> Iterator[str]:
    values, expected = array.claim.values, array.expected
    turned = np.stack([np.asarray(v).T for v in values])
    if values.ndim > 2 and fits(array, turned, expected):
        yield "swapped-outer-product"
    if values.ndim == expected.ndim + 1 and fits(array, values.sum(axis=1), expected):
        yield "bias-not-summed"
    if local is None:
        return
    if array.facts.weights is not None:
        yield from _other_axes(array, local)
    elif values[0].shape == local.point.shape and local.same_shape:
        # derivatives element by element, where each output depends on several inputs
        diagonal = np.diag(local.jacobian).reshape(local.point.shape)
        if fits(array, values, diagonal[None]):
            yield "softmax-diagonal-only" if local.is_softmax else "diagonal-only"


def _other_axes(array: Wrong, local: Local) -> Iterator[str]:
    weights = array.facts.weights
    assert weights is not None
    for sums in zip(*(sums_along_other_axes(local, dY) for dY in weights), strict=True):
        wrong = np.stack(sums)
        if wrong.shape == array.claim.values.shape and fits(array, array.claim.values, wrong):
            yield "wrong-axis"


def _by_hypotheses(array: Wrong, local: Local) -> Iterator[str]:
    drawn = array.facts.weights is not None
    shape = local.value.shape
    weights = array.facts.weights if array.facts.weights is not None else np.ones((1, *shape))
    plain_jacobian = not drawn and array.expected.shape[1:] == (*shape, *local.point.shape) and shape != ()
    if plain_jacobian and not (local.slope is not None and array.expected.shape[1:] == local.point.shape):
        yield from (name for name, wrong in wrong_jacobians(local) if fits(array, array.claim.values, wrong[None]))
        return
    if shape == () and not drawn:
        return
    with np.errstate(all="ignore"):
        options = [list(wrong_derivatives(local, dY, drawn=drawn)) for dY in weights]
        for parts in zip(*options, strict=True):
            wrong = np.stack([np.broadcast_to(values, local.point.shape) for _, values in parts])
            if fits(array, array.claim.values, wrong):
                yield parts[0][0]
    if drawn and local.slope is None:
        yield from _other_axes(array, local)


def _by_turned(array: Wrong) -> Iterator[str]:
    """Yield what is told by a parameter that is turned round or transposed; nothing of what is not finite."""
    if not np.isfinite(array.claim.values).all() or array.claim.values.shape != array.expected.shape:
        return
    turned = turned_gradients(array.facts.point, array.facts.elsewhere, array.expected)
    yield from dict.fromkeys(name for name, wrong in turned if fits(array, array.claim.values, wrong))


def _by_place(array: Wrong, local: Local) -> Iterator[str]:
    """Yield what is told by which entries are wrong."""
    values, expected, weights = array.claim.values, array.expected, array.facts.weights
    off = np.abs(values - expected) > 1e-5 * np.abs(expected) + 1e-7 * np.abs(expected).max(initial=0.0)
    if weights is None:
        scalar = local.value.shape == () and not off.all()
        if scalar and np.allclose(values[0][off[0]], local.point[off[0]], rtol=1e-9, atol=0):
            yield "input-as-slope"
        return
    if wrong_where_output_is_zero(local, off.any(axis=0)):
        yield "mask-left-out"
    if all(is_overwritten(local, dY, v, o) for dY, v, o in zip(weights, values, off, strict=True)):
        yield "overwritten"
