"""Right or wrong, array by array, with the worst entry and what the numbers alone show."""

from __future__ import annotations

import numpy as np

from backlit.check.precision import Claimed, is_close, relative_error
from backlit.check.report import Verdict

__all__ = ["address_of", "constant_ratio", "shape_remark", "verdict", "worst_place"]


def verdict(layer: int, quantity: str, claim: Claimed, expected: np.ndarray) -> Verdict:
    """Compare a claimed array with the right one.

    >>> verdict(2, "bias_gradient", Claimed(np.array([1.0, 4.0])), np.array([1.0, 2.0])).address
    'L2.b[2]'
    """
    claimed = claim.values
    if claimed.shape != expected.shape:
        return Verdict(layer, quantity, ok=False, remark=shape_remark(claimed, expected))
    if is_close(claim, expected):
        return Verdict(layer, quantity, ok=True)
    place, error = worst_place(claimed, expected)
    return Verdict(
        layer,
        quantity,
        ok=False,
        address=address_of(layer, quantity, place),
        claimed=float(claimed[place]),
        expected=float(expected[place]),
        relative_error=error,
        remark=_remark(claim, expected, where=layer == 0),
    )


def worst_place(claimed: np.ndarray, expected: np.ndarray) -> tuple[tuple[int, ...], float]:
    """Return the place of the worst entry, and its relative error."""
    bad = ~np.isfinite(claimed)
    errors = np.where(bad, np.inf, relative_error(np.nan_to_num(claimed), expected))
    # an entry that is nothing beside the others is not the one to look at, even if it is off by more
    weight = np.where(bad, np.inf, errors * np.sqrt(np.abs(np.nan_to_num(claimed)) + np.abs(expected)))
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(weight)), claimed.shape))
    return place, float(errors[place])


def address_of(layer: int, quantity: str, place: tuple[int, ...]) -> str:
    """Return the address of an entry by its place, counted from 0."""
    numbers = [i + 1 for i in place]
    if quantity.startswith("weight"):
        return f"L{layer}.w[{numbers[0]},{numbers[1]}]"
    if quantity.startswith("bias"):
        return f"L{layer}.b[{numbers[0]}]"
    unit = f"L{layer}.u{numbers[-1]}" if layer else f"entry {numbers}"
    return f"{unit} of sample {numbers[0]}" if layer and len(numbers) > 1 else unit


def shape_remark(claimed: np.ndarray, expected: np.ndarray) -> str:
    """Say which shape came, and which was expected."""
    remark = f"has shape {claimed.shape}, expected {expected.shape}"
    if claimed.T.shape == expected.shape and claimed.ndim > 1:
        remark += ", the same transposed"
    elif claimed.ndim == expected.ndim + 1 and claimed.shape[1:] == expected.shape:
        remark += f", with one axis of {claimed.shape[0]} more in front"
    return remark


def _remark(claim: Claimed, expected: np.ndarray, *, where: bool) -> str:
    claimed = claim.values
    if not np.isfinite(claimed).all():
        return "not finite: something overflowed, or was divided by zero"
    ratio = constant_ratio(claim, expected)
    if ratio is not None:
        return f"every entry is {ratio:.6g} times the right one"
    if not claimed.any():
        return "all zeros"
    wrong = relative_error(claimed, expected) > max(claim.precision.relative, 1e-6)
    if wrong.all():
        return ""
    return f"{int(wrong.sum())} of {claimed.size} entries are wrong{_block(wrong) if where else ''}"


def _block(wrong: np.ndarray) -> str:
    """Say in which rows or columns all wrong entries stand, where that is one block of them, counted from 1.

    >>> _block(np.array([[0, 1, 1, 0], [0, 1, 1, 0], [0, 1, 0, 0]], bool))
    ', all in columns 2 to 3'
    """
    names = {1: ("entries",), 2: ("rows", "columns")}.get(wrong.ndim, ())
    for axis, name in reversed(list(enumerate(names))):
        lines = np.flatnonzero(wrong.any(axis=tuple(i for i in range(wrong.ndim) if i != axis)))
        if len(lines) and len(lines) < wrong.shape[axis] and len(lines) == lines[-1] - lines[0] + 1:
            last = "" if len(lines) == 1 else f" to {lines[-1] + 1}"
            one = {"entries": "entry", "rows": "row", "columns": "column"}[name] if not last else name
            return f", all in {one} {lines[0] + 1}{last}"
    return ""


def constant_ratio(claim: Claimed, expected: np.ndarray) -> float | None:
    """Return the one factor between all entries, or None; there must be two entries or more to tell.

    >>> constant_ratio(Claimed(np.array([2.0, 4.0])), np.array([1.0, 2.0]))
    2.0
    """
    claimed, size = claim.values, float(np.sum(expected * expected))
    if claimed.shape != expected.shape or claimed.size < 2 or size == 0:
        return None
    ratio = float(np.sum(claimed * expected)) / size
    return ratio if abs(ratio - 1) > claim.precision.near and ratio and is_close(claim, ratio * expected) else None
