"""Names for mistakes that one array shows by itself: a sign, a factor, a shape."""

from __future__ import annotations

import numpy as np

from backlit.check.mistakes import find_mistake
from backlit.check.precision import Claimed, is_close
from backlit.check.report import Finding, Verdict
from backlit.check.verdicts import constant_ratio

__all__ = ["simple_findings"]


def simple_findings(wrong: dict[str, tuple[Claimed, np.ndarray, Verdict]], *, n: int) -> list[Finding]:
    """Return a finding for each mistake in the wrong arrays, by their names; ``n`` is the number of samples."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, (claim, expected, _) in wrong.items():
        groups.setdefault(tuple(_identifiers(claim, expected, n)), []).append(name)
    return [_finding(identifiers, names, wrong[names[0]][2]) for identifiers, names in groups.items()]


def _finding(identifiers: tuple[str, ...], names: list[str], result: Verdict) -> Finding:
    subject = f"{', '.join(names[:-1])} and {names[-1]} are" if len(names) > 1 else f"{names[0]} is"
    if not identifiers:
        fact = result.remark or f"it is {result.claimed:.6g} at {result.address}, expected {result.expected:.6g}"
        happened = f"The {subject} wrong, and no known mistake explains it."
        return Finding("unknown", 0, (), "none", happened, _sentence(fact), "")
    first, *others = identifiers
    confidence = "one of several" if others else "certain"
    happened = f"The {subject} wrong in a known way: {find_mistake(first).told_by}."
    return Finding(first, 0, (), confidence, happened, _REASONS.get(first, ""), _INSTEAD.get(first, ""), tuple(others))


_REASONS = {
    "wrong-sign": "A step against it leads uphill.",
    "factor-two": "A square's derivative is twice its base; a ½ in front of it takes the 2 away.",
    "sum-instead-of-mean": "It grows with the number of samples.",
    "mean-twice": "It shrinks with the number of samples.",
    "swapped-outer-product": "Its entry [i, j] belongs at [j, i].",
    "bias-not-summed": "One bias serves all samples.",
}
_INSTEAD = {
    "wrong-sign": "reverse the sign",
    "factor-two": "compare with ½ (y − ŷ)², whose derivative is −(y − ŷ)",
    "sum-instead-of-mean": "sum where the loss sums, average where it averages",
    "mean-twice": "sum where the loss sums, average where it averages",
    "swapped-outer-product": "transpose it",
    "bias-not-summed": "sum over the sample axis: axis=0",
}


def _sentence(fact: str) -> str:
    return fact[:1].upper() + fact[1:] + "."


def _identifiers(claim: Claimed, expected: np.ndarray, n: int) -> list[str]:
    values = claim.values
    if values.shape != expected.shape:
        return _by_shape(claim, expected)
    ratio = constant_ratio(claim, expected)
    if ratio is None:
        transposed = values.ndim == 2 and values.T.shape == expected.shape
        return ["swapped-outer-product"] if transposed and is_close(claim._replace(values=values.T), expected) else []
    known = [("wrong-sign", -1.0), ("factor-two", 2.0), ("factor-two", 0.5)]
    known += [("sum-instead-of-mean", float(n)), ("mean-twice", 1 / n)] if n > 1 else []
    return list(dict.fromkeys(name for name, factor in known if abs(ratio / factor - 1) < 1e-6))


def _by_shape(claim: Claimed, expected: np.ndarray) -> list[str]:
    values = claim.values
    if values.ndim > 1 and values.T.shape == expected.shape and is_close(claim._replace(values=values.T), expected):
        return ["swapped-outer-product"]
    if values.ndim == expected.ndim + 1 and is_close(claim._replace(values=values.sum(axis=0)), expected):
        return ["bias-not-summed"]
    return []
