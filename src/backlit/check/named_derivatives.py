"""Names for what is wrong in derivatives of any function or layer, from the numbers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

from backlit.check.derivative_words import differs_for_parameters, happened, instead, matters
from backlit.check.differences import Slopes
from backlit.check.factors import meanings
from backlit.check.local import Local, local_facts
from backlit.check.overwritten import (
    is_overwritten,
    is_sum_of_everything,
    sums_along_other_axes,
    wrong_where_output_is_zero,
)
from backlit.check.precision import Claimed, is_close
from backlit.check.report import Finding, Verdict
from backlit.check.verdicts import constant_ratio
from backlit.check.wrong_derivatives import wrong_derivatives, wrong_jacobians
from backlit.errors import BacklitError

__all__ = ["Wrong", "named", "whole_number_finding"]


class Facts(Protocol):
    """What ``derivatives.Derivative`` holds."""

    @property
    def found(self) -> Slopes:
        """The differences."""

    @property
    def point(self) -> np.ndarray:
        """Where they were taken."""

    @property
    def function(self) -> Callable[[np.ndarray], Any]:
        """The function of that point."""

    @property
    def weights(self) -> np.ndarray | None:
        """The output gradients drawn, if they were."""


class Wrong(NamedTuple):
    """A wrong derivative: the claim and the right values, with a first axis of draws, the verdict and the facts."""

    claim: Claimed
    expected: np.ndarray
    verdict: Verdict
    facts: Facts


Named = tuple[str, ...]
OF_INPUTS = ("gradient", "gradient at X")
"""Names of gradients that are not at a parameter."""


def named(wrong: Mapping[str, Wrong], *, n: int) -> list[Finding]:
    """Return a finding for each mistake in the wrong arrays, by their names; ``n`` is the number of samples."""
    groups: dict[tuple[Named, str, bool], list[str]] = {}
    for name, array in wrong.items():
        local = _local(array.facts)
        identifiers = tuple(dict.fromkeys(_identifiers(array, local, n)))
        fact = "" if identifiers[:1] not in ((), ("stray-factor",)) else _fact(array, local, n)
        parameter = name not in OF_INPUTS and bool(identifiers) and differs_for_parameters(identifiers[0])
        groups.setdefault((identifiers, fact, parameter), []).append(name)
    return [_finding(names, *group) for group, names in groups.items()]


def _local(facts: Facts) -> Local | None:
    found = facts.found if facts.weights is None else None
    try:
        with np.errstate(all="ignore"):
            return local_facts(facts.function, facts.point, found)
    except BacklitError:
        return None


def _finding(names: list[str], identifiers: Named, fact: str, parameter: bool) -> Finding:
    subject = f"{', '.join(names[:-1])} and {names[-1]} are" if len(names) > 1 else f"{names[0]} is"
    if not identifiers:
        words = f"The {subject} wrong, and no known mistake explains it."
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
    if _fits(array, np.stack([_turned(e) for e in array.claim.values]), array.expected):
        yield "swapped-outer-product"
    if local is not None:
        named = list(_by_hypotheses(array, local))
        yield from named or _by_place(array, local)
    if constant_ratio(_first(array), array.expected[0]) is not None and not any(_by_factor(array, n)):
        # last: a named mistake says more than a number
        yield "stray-factor"


def _first(array: Wrong) -> Claimed:
    slack = np.asarray(array.claim.slack)
    return array.claim._replace(values=array.claim.values[0], slack=slack[0] if slack.ndim else slack)


def _turned(values: np.ndarray) -> np.ndarray:
    return values.T if values.ndim == 2 and values.shape[0] == values.shape[1] else values


def _fits(array: Wrong, claimed: np.ndarray, expected: np.ndarray, relative: float = 1e-5) -> bool:
    """Say whether a hypothesis gives what was claimed in all draws, and is not the right one."""
    precision = array.claim.precision
    precision = precision._replace(relative=max(relative, precision.relative), floor=max(1e-7, precision.floor))
    slack = array.claim.slack if np.shape(array.claim.slack) == expected.shape else 0.0
    return is_close(Claimed(claimed, precision, slack), expected)


def _by_factor(array: Wrong, n: int) -> Iterator[str]:
    known = [("wrong-sign", -1.0), ("factor-two", 2.0), ("factor-two", 0.5)]
    known += [("sum-instead-of-mean", float(n)), ("mean-twice", 1 / n)] if n > 1 else []
    if array.expected.any():
        yield from (name for name, factor in known if _fits(array, array.claim.values, factor * array.expected, 1e-6))


def _by_shape(array: Wrong, local: Local | None) -> Iterator[str]:
    values, expected = array.claim.values, array.expected
    turned = np.stack([np.asarray(v).T for v in values])
    if values.ndim > 2 and _fits(array, turned, expected):
        yield "swapped-outer-product"
    if values.ndim == expected.ndim + 1 and _fits(array, values.sum(axis=1), expected):
        yield "bias-not-summed"
    if local is None:
        return
    if array.facts.weights is not None:
        yield from _other_axes(array, local)
    elif values[0].shape == local.point.shape and local.same_shape:
        # derivatives element by element, where each output depends on several inputs
        diagonal = np.diag(local.jacobian).reshape(local.point.shape)
        if _fits(array, values, diagonal[None]):
            yield "softmax-diagonal-only" if local.is_softmax else "diagonal-only"


def _other_axes(array: Wrong, local: Local) -> Iterator[str]:
    weights = array.facts.weights
    assert weights is not None
    for sums in zip(*(sums_along_other_axes(local, dY) for dY in weights), strict=True):
        wrong = np.stack(sums)
        if wrong.shape == array.claim.values.shape and _fits(array, array.claim.values, wrong):
            yield "wrong-axis"


def _by_hypotheses(array: Wrong, local: Local) -> Iterator[str]:
    drawn = array.facts.weights is not None
    shape = local.value.shape
    weights = array.facts.weights if array.facts.weights is not None else np.ones((1, *shape))
    plain_jacobian = not drawn and array.expected.shape[1:] == (*shape, *local.point.shape) and shape != ()
    if plain_jacobian and not (local.slope is not None and array.expected.shape[1:] == local.point.shape):
        yield from (name for name, wrong in wrong_jacobians(local) if _fits(array, array.claim.values, wrong[None]))
        return
    if shape == () and not drawn:
        return
    with np.errstate(all="ignore"):
        options = [list(wrong_derivatives(local, dY, drawn=drawn)) for dY in weights]
        for parts in zip(*options, strict=True):
            wrong = np.stack([np.broadcast_to(values, local.point.shape) for _, values in parts])
            if _fits(array, array.claim.values, wrong):
                yield parts[0][0]
    if drawn and local.slope is None:
        yield from _other_axes(array, local)


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


def _fact(array: Wrong, local: Local | None, n: int) -> str:
    """Say what the numbers show where no mistake, or a factor alone, is named."""
    if array.claim.values.shape != array.expected.shape:
        return _shape_fact(array, local)
    if not np.isfinite(array.claim.values).all():
        return _worst(array.verdict)
    ratio = constant_ratio(_first(array), array.expected[0])
    if ratio is not None:
        sizes = {"the number of samples": n}
        if local is not None and local.value.ndim:
            sizes |= {"the number of outputs": local.value.shape[-1], "the number of all outputs": local.value.size}
        digits = 3 if array.facts.found.is_coarse else 6
        return f"every entry is {ratio:.{digits}g} times the right one{meanings(ratio, sizes)}"
    facts = [_worst(array.verdict), _by_unit(array), _implied(array, local), _scalar(array, local)]
    facts.append(_missing_share(array, local))
    return " ".join(fact for fact in facts if fact)


def _worst(result: Verdict) -> str:
    fact = result.remark or f"it is {result.claimed:.6g} at {result.address}, expected {result.expected:.6g}"
    return fact[:1].upper() + fact[1:] + "."


def _by_unit(array: Wrong) -> str:
    """Say where each column has a factor of its own, as a scale of each unit leaves that is missing or made twice."""
    values, expected = array.claim.values, array.expected
    if expected.ndim < 3 or expected.shape[-1] < 2 or expected.shape[-2] < 2:
        return ""
    rows, right = values.reshape(-1, values.shape[-1]), expected.reshape(-1, values.shape[-1])
    size = (right * right).sum(axis=0)
    if not size.all():
        return ""
    ratios = (rows * right).sum(axis=0) / size
    if not _fits(array, values, ratios * expected) or np.ptp(ratios) < 1e-3:
        return ""
    said = ", ".join(f"{ratio:.4g}" for ratio in ratios[:4]) + (", ..." if len(ratios) > 4 else "")
    return f"Each column is the right one times a factor of its own ({said}): a scale of each unit, left out or twice?"


def _implied(array: Wrong, local: Local | None) -> str:
    """Say which slope the claimed values imply, and what else has that value."""
    if local is None or array.expected.shape[1:] != local.point.shape or not local.point.size:
        return ""
    if local.slope is None:
        several = local.same_shape and local.value.ndim > 0
        return "Each output depends on several inputs: what comes back is the Jacobian's, a matrix." if several else ""
    weights = array.facts.weights if array.facts.weights is not None else np.ones((1, *local.point.shape))
    off = np.abs(array.claim.values[0] - array.expected[0])
    if not np.isfinite(off).all():
        return ""
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(off)), off.shape))
    if not weights[0][at]:
        return ""
    implied = float(array.claim.values[0][at] / weights[0][at])
    known = {"its output": local.value[at], "its input": local.point[at]}
    same = [f", which is {what}" for what, value in known.items() if abs(implied - value) < 1e-6 * max(1, abs(value))]
    place = f"entry {[i + 1 for i in at]}" if at else "the point"
    return f"It is as if the slope at {place} were {implied:.6g}{''.join(same[:1])}; right is {local.slope[at]:.6g}."


def _scalar(array: Wrong, local: Local | None) -> str:
    """Hints for a function of one value, such as a loss."""
    if local is None or array.facts.weights is not None or local.value.shape != ():
        return ""
    off = np.abs(array.claim.values[0] - array.expected[0]) > 1e-5 * np.abs(array.expected[0]) + 1e-9
    hint = "Function (a loss, say) and gradient disagree; either may be wrong: compare their signs and factors."
    if off.any() and not off.all():
        hint += " Where a value that is used more than once is the wrong one, its shares must be added up (+=, not =)."
    return hint


def _missing_share(array: Wrong, local: Local | None) -> str:
    """Say how much is missing where most of a parameter's entries are wrong: it may be what another use of it adds."""
    if array.facts.weights is None or local is None or local.slope is not None:
        return ""
    at, missing = array.verdict.address, (array.verdict.expected or 0.0) - (array.verdict.claimed or 0.0)
    return (
        f"Missing at {at} is {missing:.6g}: where it is used more than once (tied weights), "
        "the shares of all its uses add up."
    )


def _shape_fact(array: Wrong, local: Local | None) -> str:
    fact = array.verdict.remark
    fact = fact[:1].upper() + fact[1:] + "."
    if array.facts.weights is None and local is not None and local.value.ndim and local.slope is None:
        k = f"{local.value.size} × {local.point.size}"
        fact += f" Each output depends on several inputs: the derivative is a {k} matrix, the Jacobian."
    return fact
