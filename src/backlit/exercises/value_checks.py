"""One asked-for value against the right one: right, or wrong and in what way."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.check.layout import in_layout
from backlit.check.precision import Claimed, is_close, precision_of
from backlit.check.verdicts import verdict
from backlit.errors import nearest
from backlit.exercises.format import Value
from backlit.exercises.raised_words import explained
from backlit.exercises.submission_report import ValueVerdict

__all__ = ["array_of", "same_value", "value_verdict"]

SHOWN_DIGITS = 3
"""Digits shown of a right value: enough to see how far off one is, too few to copy."""
DECIMALS = range(1, 7)


def array_of(facts: Mapping[str, Any] | None) -> np.ndarray | None:
    """Return the numbers that a process told, in the type they had there, or None where they are none."""
    if not facts or facts.get("kind") != "number":
        return None
    shape, data = _shape(facts.get("shape")), facts.get("data")
    if shape is None or not isinstance(data, list) or len(data) != math.prod(shape):
        return None
    try:
        array = np.array(data, np.float64).reshape(shape)
    except (TypeError, ValueError, OverflowError):
        return None
    narrow = facts.get("dtype")
    with np.errstate(all="ignore"):
        return array.astype(narrow) if narrow in ("float32", "float16") else array


def _shape(sizes: Any) -> tuple[int, ...] | None:
    whole = isinstance(sizes, list) and len(sizes) <= 32 and all(type(n) is int and n >= 0 for n in sizes)
    return tuple(sizes) if whole else None


def value_verdict(
    value: Value, facts: Mapping[str, Any] | None, expected: np.ndarray, names: Sequence[str], *, stopped: bool = False
) -> ValueVerdict:
    """Return the verdict on what a learner's process told of a value.

    ``names`` are those of its module; ``stopped`` says that an exception ended the file.
    """
    facts = facts or {}
    claimed = array_of(facts)
    if claimed is not None:
        return _compared(value, claimed, expected)
    status, remark = _no_numbers(value, facts, expected, names)
    if stopped and status == "missing":
        remark = "not reached"
    return ValueVerdict(0, value.name, ok=False, remark=remark, status=status)


def _no_numbers(value: Value, facts: Mapping[str, Any], expected: np.ndarray, names: Sequence[str]) -> tuple[str, str]:
    """Return the status and the words for what is no array of numbers."""
    kind, type_name = facts.get("kind"), str(facts.get("type", "something else"))
    error = facts.get("error") or {}
    size = f"expected numbers of shape {expected.shape}" if expected.ndim else "expected a number"
    found = {
        "missing": ("missing", _missing(value.name, error, names)),
        "none": ("none", "is still None" if type_name == "NoneType" else "still holds a None"),
        "raised": ("raised", explained(error, names).text),
        "ragged": ("shape", f"is a {type_name} of parts of different shapes, {size}"),
        "number": ("shape", f"has shape {_shape(facts.get('shape'))}, expected {expected.shape}"),
        "other": ("kind", f"is a {type_name}, {size}{_CALLED if type_name in _CALLABLES else ''}"),
    }
    return found.get(str(kind), ("not-read", "not read"))


_CALLABLES = ("function", "builtin_function_or_method", "method", "type")
_CALLED = "; was it called, with ()?"


def _missing(name: str, error: Mapping[str, Any], names: Sequence[str]) -> str:
    message = str(error.get("message", ""))
    absent = message.split("'")[1] if message.count("'") >= 2 else name
    near = nearest(absent, [n for n in names if isinstance(n, str)])
    there = f"; there is '{near}'" if near else ""
    return f"is missing: the file has no '{absent}'{there}" if absent != name else f"is missing{there}"


def claimed_of(value: Value, array: np.ndarray, expected: np.ndarray) -> Claimed:
    """Return a learner's array in the layout of the right one, with the precision it has."""
    precision = precision_of([array])
    relative = max(value.tolerance, precision.relative)
    precision = precision._replace(relative=relative, floor=max(precision.floor, value.tolerance * 1e-3))
    return Claimed(in_layout(array.astype(np.float64), expected.shape), precision)


def same_value(value: Value, array: np.ndarray, expected: np.ndarray) -> bool:
    """Say whether an array is the expected one, written in any equal form."""
    with np.errstate(all="ignore"):
        claim = claimed_of(value, array, expected)
        if claim.values.shape != expected.shape:
            return False
        finite = np.isfinite(expected)
        if finite.all():
            return is_close(claim, expected)
        odd = np.array_equal(claim.values[~finite], expected[~finite], equal_nan=True)
        return odd and is_close(claim._replace(values=claim.values[finite]), expected[finite])


def _compared(value: Value, array: np.ndarray, expected: np.ndarray) -> ValueVerdict:
    if same_value(value, array, expected):
        return ValueVerdict(0, value.name, ok=True)
    with np.errstate(all="ignore"):
        claim = claimed_of(value, array, expected)
        found = verdict(0, value.name, claim, expected)
    status = "shape" if claim.values.shape != expected.shape else "wrong"
    remark = found.remark or _rounded(claim.values, expected)
    shown = None if found.expected is None else float(f"{found.expected:.{SHOWN_DIGITS}g}")
    finite = found.claimed is not None and math.isfinite(found.claimed)
    address = _address(found.address)
    # + 0.0 makes a minus zero a plain one
    got = None if found.claimed is None else found.claimed + 0.0
    facts = ValueVerdict(0, value.name, ok=False, address=address, claimed=got, status=status, remark=remark)
    if not finite:
        return replace(facts, claimed=None, remark=remark or "is not finite", address="")
    return replace(facts, expected=shown, relative_error=found.relative_error)


def _address(text: str) -> str:
    """Return where the worst entry is, in words: `[2, 1]` would be taken for Python's, which counts from 0."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 2:
        return f"row {numbers[0]}, column {numbers[1]}"
    return f"entry {', '.join(numbers)}" if numbers else "the value"


def _rounded(claimed: np.ndarray, expected: np.ndarray) -> str:
    if claimed.shape != expected.shape:
        return ""
    for decimals in DECIMALS:
        if np.allclose(claimed, np.round(expected, decimals), rtol=1e-12, atol=0) and claimed.any():
            return f"looks rounded to {decimals} decimals; keep full precision, and round only what you print"
    return ""
