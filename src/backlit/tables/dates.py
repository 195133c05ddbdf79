"""A moment as numbers a network can learn from: how late it is, and where in its year, week and day."""

from __future__ import annotations

import numpy as np

__all__ = ["DATE_PARTS", "date_parts"]

DAY = 86400.0
WEEK = 7.0
YEAR = 365.2425
MONDAY = 4
"""1970-01-01 was a Thursday; the first Monday came four days later."""

DATE_PARTS = ("days", "year sine", "year cosine", "week sine", "week cosine", "day sine", "day cosine")


def date_parts(seconds: np.ndarray) -> np.ndarray:
    """Return (n, 7) parts of moments (n,) in seconds since 1970, in the order of DATE_PARTS; NaN stays NaN.

    Days since 1970, and the sine and cosine of the place in the average year (365.2425 days), the week (from Monday)
    and the day.

    >>> date_parts(np.array([4.25 * 86400])).round(3)[:, [0, 3, 4, 5, 6]].tolist()
    [[4.25, 0.223, 0.975, 1.0, 0.0]]
    """
    days = seconds / DAY
    turns = (days / YEAR, (days - MONDAY) / WEEK, days)
    circles = [f(2 * np.pi * np.mod(turn, 1.0)) for turn in turns for f in (np.sin, np.cos)]
    return np.column_stack([days, *circles])
