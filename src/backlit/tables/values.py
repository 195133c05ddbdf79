"""What a column holds, found from all of it, and its values as NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.table import Table

__all__ = ["KINDS", "Words", "class_label", "column_kind", "column_values", "expect_finite", "numbers_of", "words_of"]

KINDS = ("number", "boolean", "date", "text")
YES, NO = ("true", "t", "yes", "y"), ("false", "f", "no", "n")
LARGEST = 1e100
"""Squares of larger numbers, summed over a table, leave float64's range."""

EXPECTED = {"number": "a number", "boolean": "true or false", "date": "a date such as 2013-01-31", "text": "text"}


@dataclass(frozen=True, eq=False)
class Words:
    """A column of text: ``codes (n,)`` count into ``words``; -1 is a missing value."""

    codes: np.ndarray
    words: list[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Any) -> Words:
        return Words(self.codes[rows], self.words)


def column_kind(column: Any) -> str:
    """Return "number", "boolean", "date", "text", "nothing" (all missing) or "other" (lists and the like)."""
    if isinstance(column, np.ndarray):
        return "text" if column.dtype == object else "number"
    from pyarrow import types

    if column.null_count == len(column):
        return "nothing"
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        tried = (name for name in ("number", "boolean", "date") if _READERS[name](column) is not None)
        return next(tried, "text")
    known: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("boolean", types.is_boolean),
        ("number", lambda t: bool(types.is_integer(t) or types.is_floating(t) or types.is_decimal(t))),
        ("date", lambda t: bool(types.is_date(t) or types.is_timestamp(t))),
    )
    return next((name for name, fits in known if fits(kind)), "other")


def column_values(table: Table, name: str, kind: str) -> np.ndarray | Words:
    """Return a column's values: floats (n,), NaN where missing (dates: seconds since 1970), or Words for text.

    Raises BacklitError, naming line and cell, where a cell is not of the kind, and for infinite numbers.
    """
    column = table.columns[name]
    values = _READERS[kind](column)
    if values is None:
        row = _first_row_not(column, kind)
        raise BacklitError(
            f"{table.place(row)}, column '{name}': expected {EXPECTED[kind]}, got '{_cell(column, row)!s:.40}'"
        )
    if kind == "number":
        expect_finite(table, name, values)
    return values


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


def numbers_of(column: Any) -> np.ndarray | None:
    """Return floats (n,), NaN where missing, or None where a cell is no number."""
    if isinstance(column, np.ndarray):
        return None if column.dtype == object else column.astype(np.float64)
    import pyarrow as arrow

    try:
        cast = arrow.compute.cast(_plain(column), arrow.float64(), safe=False)
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
        return None
    return np.array(cast.to_numpy(), dtype=np.float64)


def _booleans(column: Any) -> np.ndarray | None:
    if isinstance(column, np.ndarray):
        return None
    import pyarrow as arrow

    column = _plain(column)
    if arrow.types.is_boolean(column.type):
        return numbers_of(column)
    if not arrow.types.is_string(column.type):
        return None
    lower = arrow.compute.utf8_lower(column)
    yes, no = (arrow.compute.is_in(lower, value_set=arrow.array(words)) for words in (YES, NO))
    known = arrow.compute.or_(arrow.compute.or_(yes, no), arrow.compute.is_null(lower))
    if not arrow.compute.all(known).as_py():
        return None
    answers = np.array(yes.to_numpy(), dtype=np.float64)
    answers[column.is_null().to_numpy()] = np.nan
    return answers


def _dates(column: Any) -> np.ndarray | None:
    if isinstance(column, np.ndarray):
        return None
    import pyarrow as arrow

    column = _plain(column)
    if not (
        arrow.types.is_string(column.type) or arrow.types.is_date(column.type) or arrow.types.is_timestamp(column.type)
    ):
        return None
    for zone in (None, "UTC"):
        try:
            stamps = arrow.compute.cast(column, arrow.timestamp("us", zone), safe=False)
        except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
            continue
        microseconds = arrow.compute.cast(stamps, arrow.int64())
        return np.array(microseconds.to_numpy(), dtype=np.float64) / 1e6
    return None


def words_of(column: Any) -> Words:
    """Return any column as text."""
    if isinstance(column, np.ndarray):
        words, codes = np.unique(column.astype(str), return_inverse=True)
        return Words(codes.astype(np.int32), [str(word) for word in words])
    import pyarrow as arrow

    column = _plain(column)
    if not arrow.types.is_string(column.type):
        column = arrow.compute.cast(column, arrow.string())
    encoded = arrow.compute.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, arrow.ChunkedArray):
        encoded = encoded.chunk(0)
    codes = arrow.compute.fill_null(encoded.indices, -1).to_numpy().astype(np.int32)
    return Words(codes, encoded.dictionary.to_pylist())


def class_label(number: float) -> str:
    """Return the word for a class that is a number: 1 and 1.0 are one class.

    >>> class_label(1.0)
    '1'
    """
    return f"{number:.12g}"


_READERS: dict[str, Callable[[Any], np.ndarray | Words | None]] = {
    "number": numbers_of,
    "boolean": _booleans,
    "date": _dates,
    "text": words_of,
}


def _plain(column: Any) -> Any:
    """The column without a dictionary, and its text of one type."""
    import pyarrow as arrow

    kind = column.type
    if arrow.types.is_dictionary(kind):
        kind = kind.value_type
        column = arrow.compute.cast(column, kind)
    large = arrow.types.is_large_string(kind) or arrow.types.is_string_view(kind)
    return arrow.compute.cast(column, arrow.string()) if large else column


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
