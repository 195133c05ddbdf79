"""Numbers in float16 where an exercise asks for float64: a mistake of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from backlit.check.report import Finding
from backlit.exercises.format import Exercise
from backlit.exercises.right import Reference
from backlit.exercises.value_checks import alike, is_half_precision

__all__ = ["HALF_PRECISION", "half_precision"]

HALF_PRECISION = "half-precision"


def _is_half(array: np.ndarray, expected: np.ndarray) -> bool:
    return is_half_precision(array) and not is_half_precision(expected)


def half_precision(
    exercise: Exercise, right: Reference, arrays: Mapping[str, np.ndarray], wrong: Sequence[str]
) -> tuple[list[Finding], list[str]]:
    """Return the finding that wrong values are in float16, or none, and the wrong values that it does not explain."""
    asked = zip(exercise.values, right.solution, strict=True)
    halves = {
        value.name: alike(value, arrays[value.name], expected)
        for value, expected in asked
        if value.name in wrong and value.name in arrays and _is_half(arrays[value.name], expected)
    }
    if not halves:
        return [], list(wrong)
    names = ", ".join(halves)
    finding = Finding(
        HALF_PRECISION,
        0,
        (),
        "certain",
        f"In float16 {'is' if len(halves) == 1 else 'are'} {names}, where float64 is asked for.",
        "float16 keeps three digits of each number, and what is smaller than 0.00000006 becomes 0.",
        "float64, NumPy's default: leave out dtype=np.float16 and .astype(np.float16)",
    )
    return [finding], [name for name in wrong if not halves.get(name, False)]
