"""Names for what is wrong in derivatives of any function or layer, from the numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

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
from backlit.check.whole_claims import is_another_s, of_the_whole, parts_and_order, unit_factors, without_axes
from backlit.check.wrong_claim import Facts, Wrong, first, fits
from backlit.check.wrong_derivatives import wrong_derivatives, wrong_jacobians
from backlit.check.wrong_loss_gradients import Told, size_as_constant, told_of_a_loss
from backlit.errors import BacklitError

__all__ = ["named", "whole_number_finding"]


Named = tuple[str, ...]
OF_INPUTS = ("gradient", "gradient at X")
"""Names of gradients that are not at a parameter."""


def named(wrong: Mapping[str, Wrong], *, n: int, right: Mapping[str, np.ndarray] | None = None) -> list[Finding]:
    """Return a finding for each mistake in the wrong arrays, by their names; ``n`` is the number of samples.

    ``right`` are the right values of all arrays, with a first axis of draws.
    """
    groups: dict[tuple[str, str, bool], tuple[list[str], list[Named]]] = {}
    for name, array in wrong.items():
        others = {other: values for other, values in (right or {}).items() if other != name}
        identifiers, fact, own = _names_of(array, n, others)
        first = identifiers[0] if identifiers else ""
        parameter = name not in OF_INPUTS and own and differs_for_parameters(first)
        names, options = groups.setdefault((first, fact if first else "", parameter), ([], []))
        names.append(name)
        options.append(identifiers)
        if not first and len(names) == 1:
            unknown = fact
    known = [names for (first, *_), (names, _) in groups.items() if first]
    findings = []
    for (first, fact, parameter), (names, options) in groups.items():
        others_fit = [name for name in options[0][1:] if all(name in option for option in options)]
        facts = fact if first else unknown
        findings.append(_finding(names, (first, *others_fit) if first else (), facts, parameter, known))
    # what has a name is mended first
    return sorted(findings, key=lambda finding: finding.identifier == "unknown")


class _Told(NamedTuple):
    """The mistakes that give an array, what its numbers show, and whether it was told without other parameters."""

    identifiers: Named = ()
    fact: str = ""
    own: bool = True


def _names_of(array: Wrong, n: int, others: Mapping[str, np.ndarray]) -> _Told:
    """Return what is told of one array; by the first that tells anything, from what is surest on."""
    if not np.isfinite(array.claim.values).all():
        return _Told(fact=shown(array, None, n), own=False)
    local = _local(array.facts)
    whole = tuple(dict.fromkeys(of_the_whole(array, local)))
    own = whole or (("gradients-swapped",) if is_another_s(array, others) else ())
    own = own or tuple(dict.fromkeys(_identifiers(array, local, n)))
    if own:
        return _Told(own, shown(array, local, n) if own[0] == "stray-factor" else "")
    told = list(_of_a_loss(array, local))
    if told:
        return _Told(tuple(dict.fromkeys(t.identifier for t in told)), told[0].fact)
    more = () if local is None else tuple(_by_turned(array))
    return _Told(more, own=False) if more else _of_its_parts(array, local, n)


def _of_its_parts(array: Wrong, local: Local | None, n: int) -> _Told:
    """Return what is told by rows, columns and places, and else what the numbers show."""
    rest = (*_of_size(array), *parts_and_order(array))
    units = None if rest else unit_factors(array)
    if units is not None:
        word, ratios = units
        said = ", ".join(f"{ratio:.4g}" for ratio in ratios[:4]) + (", ..." if len(ratios) > 4 else "")
        return _Told(
            ("factor-per-unit",), f"each {word} is the right one times a factor of its own ({said})", own=False
        )
    return _Told(rest, "" if rest else shown(array, local, n), own=False)


def _of_a_loss(array: Wrong, local: Local | None) -> Iterator[Told]:
    """Yield what is told of the gradient of a function of one value, of a drawn output gradient once that is out."""
    if local is None or local.value.size != 1 or array.claim.values.shape != array.expected.shape:
        return
    drawn = 1.0 if array.facts.weights is None else float(array.facts.weights[0].item())
    shape = array.expected.shape
    same = lambda a, b: fits(array, np.broadcast_to(drawn * a, shape), np.broadcast_to(drawn * b, shape))  # noqa: E731
    if array.claim.values[0].size > 1:
        claimed, right = array.claim.values[0] / drawn, array.expected[0] / drawn
        yield from told_of_a_loss(array.facts.point, claimed, right, same)


def _of_size(array: Wrong) -> Iterator[str]:
    """Yield what is told where what a parameter is divided by was taken as a constant, in each draw."""
    x, axes = array.facts.point, (None, -1, 0)
    if array.facts.weights is None or array.claim.values.shape != array.expected.shape or x.ndim == 0:
        return
    same = lambda a, b: fits(array, np.broadcast_to(a, array.expected.shape), np.broadcast_to(b, array.expected.shape))  # noqa: E731
    pairs = list(zip(array.claim.values, array.expected, strict=True))
    with np.errstate(all="ignore"):
        if any(all(size_as_constant(x, c, e, axis, same) for c, e in pairs) for axis in axes):
            yield "statistics-as-constants"


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
        if len(names) > 1:
            fact = f"Of the {names[0]}: {fact}"
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
    """Yield the mistakes that give the claimed values, those of one factor first."""
    if is_sum_of_everything(array.claim.values, array.expected, n):
        yield "wrong-axis"
    if array.claim.values.shape != array.expected.shape:
        yield from _by_shape(array, local)
        return
    yield from _by_factor(array, n)
    if _is_square(array.claim.values) and fits(array, array.claim.values.swapaxes(1, 2), array.expected):
        yield "swapped-outer-product"
    if local is not None:
        yield from list(_by_hypotheses(array, local)) or _by_place(array, local)
    if constant_ratio(first(array), array.expected[0]) is not None and not any(_by_factor(array, n)):
        # last: a named mistake says more than a number
        yield "stray-factor"


def _is_square(values: np.ndarray) -> bool:
    """Say whether each draw is a square matrix."""
    return values.ndim == 3 and values.shape[1] == values.shape[2]


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
    summed = without_axes(values, expected.shape[1:])
    if summed is not None and fits(array, summed, expected):
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
    """Yield what is told by a parameter that is turned round, transposed or taken as 1."""
    if array.claim.values.shape != array.expected.shape:
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
