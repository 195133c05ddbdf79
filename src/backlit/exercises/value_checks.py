"""One asked-for value against the right one: right, or wrong and in what way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backlit.check.axes import in_shape
from backlit.check.precision import Claimed, Precision, is_close, precision_of
from backlit.check.verdicts import shape_remark
from backlit.errors import nearest
from backlit.exercises.far_off import far_off
from backlit.exercises.format import Value
from backlit.exercises.raised_words import explained
from backlit.exercises.submission_report import ValueVerdict

__all__ = ["alike", "array_of", "is_half_precision", "same_value", "value_verdict"]

FLOOR = 1e-3
"""What an entry may be off by in any case, as a share of the tolerance times the largest entry: sums that cancel."""
FLOOR32 = 2e-7
"""The same where the arithmetic was in float32, as a share of the largest entry; never more than the tolerance."""


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


def same_value(value: Value, array: np.ndarray, expected: np.ndarray) -> bool:
    """Say whether an array is the expected one within the value's tolerance, whatever type it has."""
    return _agrees(_claimed(array, expected, _ceiling(value, array)), expected)


def alike(value: Value, array: np.ndarray, expected: np.ndarray) -> bool:
    """Say whether an array may have been meant as the expected one: within what its type rounds off, too.

    It names mistakes, and gives no marks.
    """
    precision, ceiling = precision_of([array]), _ceiling(value, array)
    relative, floor = max(ceiling.relative, precision.relative), max(ceiling.floor, precision.floor)
    return _agrees(_claimed(array, expected, precision._replace(relative=relative, floor=floor)), expected)


def is_half_precision(array: np.ndarray) -> bool:
    """Say whether the numbers of an array are those of float16."""
    return precision_of([array]).name == "float16"


def _ceiling(value: Value, array: np.ndarray) -> Precision:
    precision = precision_of([array])
    floor = value.tolerance * FLOOR
    if precision.name == "float32":
        floor = max(floor, min(FLOOR32, value.tolerance))
    return precision._replace(relative=value.tolerance, floor=floor)


def _claimed(array: np.ndarray, expected: np.ndarray, precision: Precision) -> Claimed:
    """Return a learner's array in the layout of the right one."""
    return Claimed(in_shape(array.astype(np.float64), expected.shape), precision)


def _agrees(claim: Claimed, expected: np.ndarray) -> bool:
    if claim.values.shape != expected.shape:
        return False
    with np.errstate(all="ignore"):
        finite = np.isfinite(expected)
        if finite.all():
            return is_close(claim, expected)
        odd = np.array_equal(claim.values[~finite], expected[~finite], equal_nan=True)
        return odd and is_close(claim._replace(values=claim.values[finite]), expected[finite])


def _compared(value: Value, array: np.ndarray, expected: np.ndarray) -> ValueVerdict:
    claim = _claimed(array, expected, _ceiling(value, array))
    if _agrees(claim, expected):
        return ValueVerdict(0, value.name, ok=True)
    if claim.values.shape != expected.shape:
        return ValueVerdict(0, value.name, ok=False, status="shape", remark=shape_remark(claim.values, expected))
    with np.errstate(all="ignore"):
        address, worst, remark = far_off(claim, expected)
    if claim.precision.name == "float32" and alike(value, array, expected):
        remark = f"is in float32, which rounds off more than the {value.tolerance:g} asked for; compute in float64"
    return ValueVerdict(0, value.name, ok=False, address=address, claimed=worst, status="wrong", remark=remark)
