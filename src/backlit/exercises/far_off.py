"""How far off a wrong value is, in words that give no digit of the right one: marks are not to be had by copying.

What a report says is true of every wrong value, and coarse. Where its steps lie differs from value to value, in a way
that nobody can work out who does not know the right one: else who tries values could halve their way to it.
"""

from __future__ import annotations

import hashlib
import math
import re

import numpy as np

from backlit.check.precision import Claimed, relative_error
from backlit.check.verdicts import constant_ratio, verdict

__all__ = ["far_off", "unforeseeable"]

STEPS = ((100.0, "more than a hundred times"), (10.0, "more than ten times"), (2.0, "more than twice"))
DECIMALS = range(1, 7)
SURE_DIGITS = 5e-3
"""Rounding is remarked where it leaves three digits: a learner's has them, a guess seldom."""
RATIO_DIGITS = 3


def far_off(claim: Claimed, expected: np.ndarray) -> tuple[str, float | None, str]:
    """Return where the worst entry is, its claimed value, and what is to be said of it and of the others.

    ``claim`` has the shape of ``expected``.

    >>> far_off(Claimed(np.array([-900.0])), np.array([2.0]))[2]
    'worst at entry 1: -900, which has the wrong sign and is more than a hundred times too large'
    """
    claimed = claim.values
    if not np.isfinite(claimed).all():
        return "", None, "not finite: something overflowed, or was divided by zero"
    found = verdict(0, "", claim, expected)
    if found.claimed is None or found.expected is None:
        return "", None, found.remark
    # + 0.0 makes a minus zero a plain one
    address, worst = _address(found.address), found.claimed + 0.0
    words = _entry_words(worst, found.expected)
    said = f"worst at {address}: {worst:.6g}" if claimed.ndim else f"it is {worst:.6g}"
    said += f", which {words}" if words else ""
    whole = _whole_words(claim, expected)
    return address, worst, f"{said}; {whole}" if whole else said


def _entry_words(claimed: float, expected: float) -> str:
    words = []
    if claimed * expected < 0:
        words.append("has the wrong sign")
    size = _size_words(claimed, expected)
    return " and ".join([*words, f"is {size}"] if size else words)


def _size_words(claimed: float, expected: float) -> str:
    """Say by which step a value is too large or too small; "" where it is by none, or one of the two is 0."""
    if not claimed or not expected:
        return ""
    ratio = abs(claimed / expected)
    way, times = ("too large", ratio) if ratio > 1 else ("too small", 1 / ratio if ratio else math.inf)
    for least, words in STEPS:
        # the step lies between `least` and twice that
        if times > least * (1 + unforeseeable(claimed, expected)):
            return f"{words} {way}"
    return ""


def unforeseeable(claimed: float, expected: float) -> float:
    """A number from 0 to 1 that looks random, always the same for the same two values."""
    digest = hashlib.sha256(np.array([claimed, expected]).tobytes()).digest()
    return int.from_bytes(digest[:4], "little") / 2**32


def _whole_words(claim: Claimed, expected: np.ndarray) -> str:
    """Say what all entries together show."""
    claimed = claim.values
    ratio = constant_ratio(claim, expected)
    if ratio is not None:
        return f"every entry is {ratio:.{RATIO_DIGITS}g} times the right one"
    if not claimed.any():
        return "all zeros"
    if rounded := _rounded(claimed, expected):
        return rounded
    wrong = int((relative_error(claimed, expected) > claim.precision.relative).sum())
    return "" if wrong == claimed.size else f"{wrong} of {claimed.size} entries are wrong"


def _rounded(claimed: np.ndarray, expected: np.ndarray) -> str:
    for decimals in DECIMALS:
        fine = 10.0**-decimals <= SURE_DIGITS * np.max(np.abs(expected), initial=0.0)
        if fine and np.allclose(claimed, np.round(expected, decimals), rtol=1e-12, atol=0) and claimed.any():
            return f"looks rounded to {decimals} decimals; keep full precision, and round only what you print"
    return ""


def _address(text: str) -> str:
    """Return where the worst entry is, in words: `[2, 1]` would be taken for Python's, which counts from 0."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 2:
        return f"row {numbers[0]}, column {numbers[1]}"
    return f"entry {', '.join(numbers)}" if numbers else "the value"
