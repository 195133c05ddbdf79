"""What a careful eye would notice in a table: row numbers, totals, codes that are numbers, numbers for "unknown"."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from backlit.tables.arrays import Words, cells_of, is_text
from backlit.tables.readings import Reading
from backlit.tables.table import NAMELESS, Table
from backlit.tables.values import column_values

__all__ = ["counted_rows", "is_nameless", "number_warnings", "taken_for", "without_totals"]


PROGRAM_NAMES = re.compile(r"^(Unnamed: \d+|level_\d|__index_level_\d__)$")
CODE_NAME = re.compile(
    r"(^|[_ .-])(shop|store|branch|zip|zipcode|postal|postcode|plz|code|area|region|district|station|ward"
    r"|flight|route|line|dept|department|class|type|category|cluster|group|grade|year|month|weekday|sex|gender|race|ethnicity|status)(code|_?no|_?nr)?$",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"^(grand |sub)?(total|totals|sum|summe|gesamt|gesamtsumme|insgesamt|totale|totaal|summa|average|mean"
    r"|durchschnitt)\b[ :.]*$",
    re.IGNORECASE,
)
SENTINELS = (*(sign * (10.0**n - 1) for n in range(2, 8) for sign in (-1, 1)), -1e30, 1e30, 1e20)
FAR = 100.0
"""So many times the distance between the quartiles from the nearest of them is far."""

CHANCE = 10.0
"""Whole numbers that are all different where chance would let e to the power of minus this many tables be so."""


def is_nameless(table: Table, name: str) -> bool:
    """Whether a column has no name of its own: the first one of pandas and of R, whose rows have numbers."""
    first = next(iter(table.columns))
    return PROGRAM_NAMES.match(name) is not None or (name == first and NAMELESS in table.notes)


def counted_rows(values: np.ndarray) -> bool:
    """Whether whole numbers (n,), all different, count rows, in whatever order, some rows left out or not.

    Of n draws from a range of R numbers all are different with a probability of about exp(-n² / 2R).
    """
    n, span = len(values), float(values.max() - values.min()) + 1
    return n * n / (2 * span) > CHANCE


def taken_for(name: str, kind: str, values: np.ndarray | Words) -> str:
    """Say what whole numbers under a name of codes were taken for, and how they are taken for words."""
    if kind != "number" or isinstance(values, Words) or CODE_NAME.search(name) is None:
        return ""
    present = values[~np.isnan(values)]
    if not (present == np.floor(present)).all() or len(np.unique(present)) < 3:
        return ""
    return f"a quantity; --text '{name}' takes each number for a category"


def number_warnings(name: str, values: np.ndarray, *, is_target: bool = False) -> tuple[str, ...]:
    """Return sentences on numbers (n,) far from all others: such as often stand for "unknown", and any.

    A column is bent where it is far, a target is not.
    """
    present = values[~np.isnan(values)]
    low, high = np.percentile(present, [25, 75])
    spread = high - low or float(np.percentile(present, 99) - np.percentile(present, 1))
    found = []
    for value in SENTINELS:
        n, others = int((present == value).sum()), present[present != value]
        if n and len(others) and _stands_apart(value, others, n):
            found.append(
                f"column '{name}': {value:.12g} stands in {n:,} rows, far from all other values; if it means that the "
                f"value is not known, --missing {value:.12g}"
            )
    if found or not spread:
        return tuple(found)
    away = np.maximum(present - high, low - present)
    n = int((away > FAR * spread).sum())
    if 0 < n <= max(0.01 * len(present), 1):
        worst = present[int(np.argmax(away))]
        then = "as the target it rules the scale and the error" if is_target else "it is bent towards them"
        rows = "1 row is" if n == 1 else f"{n:,} rows are"
        return (f"column '{name}': {rows} far from all others, such as {worst:.12g}; {then}",)
    return ()


def _stands_apart(value: float, others: np.ndarray, n: int) -> bool:
    """Whether a value is repeated, or one of its kind, and beyond twice the range that the others have."""
    low, high = float(others.min()), float(others.max())
    width = float(np.percentile(others, 99.5) - np.percentile(others, 0.5)) or 1.0
    gap = low - value if value < low else value - high if value > high else 0.0
    return gap > width and (n > 1 or gap > 2 * width)


def without_totals(table: Table, readings: dict[str, Reading]) -> tuple[Table, str]:
    """Return the table without a last row that sums up the others, and a warning that names it, or "".

    It is one where a cell says Total, which no other row says, or where two columns are the sums of all rows above.
    """
    n = table.n_rows - 1
    if n < 10 or table.csv is None:
        return table, ""
    word = next((word for name in table.columns if (word := _total_word(table, name, n))), "")
    sums = [] if word else [name for name, reading in readings.items() if _is_sum(table, name, reading)]
    if not word and len(sums) < 2:
        return table, ""
    said = f"says '{word}', as no other does," if word else f"is the sum of the others in '{sums[0]}' and '{sums[1]}'"
    shorter = replace(table, columns={name: column[:n] for name, column in table.columns.items()})
    return shorter, f"{table.place(n)}: the last row {said} and is left out"


def _total_word(table: Table, name: str, last: int) -> str:
    column = table.columns[name]
    if not is_text(column):
        return ""
    word = column[last].as_py()
    if word is None or TOTAL.match(word) is None:
        return ""
    import pyarrow as arrow

    n = arrow.compute.sum(arrow.compute.equal(cells_of(column, ()), word)).as_py()
    return word if n == 1 else ""


def _is_sum(table: Table, name: str, reading: Reading) -> bool:
    if reading.problem or reading.kind != "number":
        return False
    values = column_values(table, name, "number", reading.form)
    assert not isinstance(values, Words)
    above, last = values[:-1], values[-1]
    total = float(np.nansum(above))
    # numbers printed to so many digits add up to within a half of the last digit each
    slack = 1e-6 * float(np.nansum(np.abs(above)))
    near = np.isfinite(last) and abs(total) > 10 * slack and abs(last - total) <= slack
    return bool(near and len(np.unique(above)) > 2)
