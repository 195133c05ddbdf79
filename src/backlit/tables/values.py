"""What a column holds, found from all of it, and its values as NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.arrays import Words, booleans_of, cells_of, dates_of, is_text, numbers_of, words_of
from backlit.tables.cell_form import CellForm
from backlit.tables.date_forms import ORDERS, read_dates
from backlit.tables.number_forms import read_numbers
from backlit.tables.table import Table

__all__ = ["KINDS", "column_values", "expect_finite"]

KINDS = ("number", "boolean", "date", "text")
OLD_MISSING = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?")
LARGEST = 1e100
"""Squares of larger numbers, summed over a table, leave float64's range."""

EXPECTED = {"number": "a number", "boolean": "true or false", "date": "a date such as 2013-01-31", "text": "text"}


def column_values(table: Table, name: str, kind: str, form: CellForm | None = None) -> np.ndarray | Words:
    """Return a column's values: floats (n,), NaN where missing (dates: seconds since 1970), or Words for text.

    ``form``: how its cells are written; None reads them as models did that remember no form. Raises BacklitError,
    naming line and cell, where a cell is not of the kind or not written so, and for infinite numbers.
    """
    column = table.columns[name]
    if form is None:
        column = _cells_of_old(table, column)
        values, odd = _READERS[kind](column), None
    else:
        values, odd = _by_form(column, kind, form)
    row = _first_row_not(column, kind) if values is None else int(np.argmax(odd)) if odd is not None else None
    if row is not None:
        raise BacklitError(
            f"{table.place(row)}, column '{name}': expected {_expected(kind, form)}, got '{_cell(column, row)!s:.40}'"
        )
    assert values is not None
    if kind == "number":
        expect_finite(table, name, values)
    return values


def _by_form(column: Any, kind: str, form: CellForm) -> tuple[np.ndarray | Words | None, np.ndarray | None]:
    """A column's values, and which rows hold a cell that is not written so; None for none."""
    if not is_text(column):
        return (words_of(column, form.missing) if kind == "text" else _typed(column, kind, form)), None
    if kind == "text":
        return words_of(column, form.missing), None
    cells = cells_of(column, form.missing)
    if kind == "boolean":
        return booleans_of(cells), None
    values, odd = read_numbers(cells, form) if kind == "number" else read_dates(cells, form)
    return _without_missing(values, form), odd if odd.any() else None


def _typed(column: Any, kind: str, form: CellForm) -> np.ndarray | None:
    """The values of a column with a type of its own; moments with a time zone by its clocks."""
    values = _READERS[kind](column) if kind != "date" else dates_of(column, local=form.zone not in ("", "Z"))
    if values is None or isinstance(values, Words):
        return None
    return _without_missing(values, form)


def _without_missing(values: np.ndarray, form: CellForm) -> np.ndarray:
    """Values without the numbers among the words that mean nothing: -999 takes -999.0 away too."""
    for word in form.missing:
        try:
            values = np.where(values == float(word), np.nan, values)
        except ValueError:
            continue
    return values


def _expected(kind: str, form: CellForm | None) -> str:
    if form is None or kind not in ("number", "date"):
        return EXPECTED[kind]
    if kind == "date":
        zone = {"": "without a time zone", "Z": "in UTC", "offset": "with its offset from UTC"}.get(form.zone, "")
        return f"a date in the order {ORDERS.get(form.date, form.date)}{f', {zone}' if zone else ''}"
    marks = [f"the decimal mark '{form.decimal}'"] if form.decimal else []
    marks += [f"thousands parted by '{form.thousands}'"] if form.thousands else []
    marks += [f"the sign '{form.before or form.after}'"] if form.before or form.after else []
    return f"a number{' with ' if marks else ''}{' and '.join(marks)}"


def expect_finite(table: Table, name: str, values: Any) -> None:
    """Raise BacklitError, naming line and cell, for the first number that is infinite or too large to be scaled."""
    beyond = np.abs(values) > LARGEST
    if beyond.any():
        row = int(np.argmax(beyond))
        got = _cell(table.columns[name], row)
        wanted = "a finite number" if np.isinf(values[row]) else f"a number of at most {LARGEST:g}"
        raise BacklitError(
            f"{table.place(row)}, column '{name}': expected {wanted}, got '{got!s:.40}'; "
            "leave the cell empty where a value is missing"
        )


_READERS: dict[str, Callable[[Any], np.ndarray | Words | None]] = {
    "number": numbers_of,
    "boolean": booleans_of,
    "date": dates_of,
    "text": words_of,
}


def _cell(column: Any, row: int) -> Any:
    value = column[row]
    return value.as_py() if hasattr(value, "as_py") else value


def _first_row_not(column: Any, kind: str) -> int:
    """The first row whose cell alone is not of the kind: halves the rows until one is left."""
    low, high = 0, len(column)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _READERS[kind](column[low:middle]) is None else (middle, high)
    return low


def _cells_of_old(table: Table, column: Any) -> Any:
    """Cells as they were read before models remembered how they are written."""
    import pyarrow as arrow

    if not is_text(column) or table.csv is None:
        return column
    cells = cells_of(column, OLD_MISSING)
    if table.csv.delimiter == "," or not arrow.compute.any(arrow.compute.match_substring(cells, ",")).as_py():
        return cells
    numbers = arrow.compute.match_substring_regex(cells, r"^[+-]?\d*,?\d+([eE][+-]?\d+)?$")
    return arrow.compute.replace_substring(cells, ",", ".") if arrow.compute.all(numbers).as_py() else cells
