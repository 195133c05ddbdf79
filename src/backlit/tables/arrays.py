"""Columns as NumPy arrays, by their types: what a typed column is, and how text becomes words and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = [
    "Words",
    "booleans_of",
    "cells_of",
    "class_label",
    "dates_of",
    "is_text",
    "numbers_of",
    "pair_of",
    "typed_kind",
    "words_of",
]

PAIRS = (("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"))
YES, NO = (*(yes for yes, _ in PAIRS), "1"), (*(no for _, no in PAIRS), "0")


@dataclass(frozen=True, eq=False)
class Words:
    """A column of text: ``codes (n,)`` count into ``words``; -1 is a missing value."""

    codes: np.ndarray
    words: list[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Any) -> Words:
        return Words(self.codes[rows], self.words)


def is_text(column: Any) -> bool:
    """Whether a column is Arrow text, with or without a dictionary."""
    return not isinstance(column, np.ndarray) and typed_kind(column) == "text" and _holds_strings(column)


def typed_kind(column: Any) -> str:
    """Return the kind that a column's type says: text for words and categories, "other" for lists and the like."""
    if isinstance(column, np.ndarray):
        return "text" if column.dtype == object else "number"
    from pyarrow import types

    if column.null_count == len(column):
        return "nothing"
    if types.is_dictionary(column.type):
        return "text"
    known: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("text", lambda t: bool(types.is_string(t) or types.is_large_string(t) or types.is_string_view(t))),
        ("boolean", types.is_boolean),
        ("number", lambda t: bool(types.is_integer(t) or types.is_floating(t) or types.is_decimal(t))),
        ("number", lambda t: bool(types.is_duration(t) or types.is_time(t))),
        ("date", lambda t: bool(types.is_date(t) or types.is_timestamp(t))),
    )
    return next((name for name, fits in known if fits(column.type)), "other")


def _holds_strings(column: Any) -> bool:
    from pyarrow import types

    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def cells_of(column: Any, missing: Sequence[str]) -> Any:
    """Return a text column with nothing in the place of the words that mean nothing."""
    import pyarrow as arrow

    cells = _plain(column)
    if not arrow.types.is_string(cells.type) or not missing:
        return cells
    absent = arrow.compute.is_in(cells, value_set=arrow.array(list(missing), arrow.string()))
    return arrow.compute.if_else(absent, arrow.scalar(None, arrow.string()), cells)


def pair_of(words: Any, *, forced: bool = False) -> tuple[str, str] | None:
    """Return the one pair of words for yes and no that a text column's words, none missing, belong to, or None."""
    import pyarrow as arrow

    lower = set(arrow.compute.utf8_lower(words[:9]).to_pylist())
    pairs = (*PAIRS, ("1", "0")) if forced else PAIRS
    if not lower or len(words) > 8:
        return None
    return next((pair for pair in pairs if lower <= set(pair)), None)


def numbers_of(column: Any) -> np.ndarray | None:
    """Return floats (n,), NaN where missing, or None where a cell is no number."""
    if isinstance(column, np.ndarray):
        return None if column.dtype == object else column.astype(np.float64)
    import pyarrow as arrow

    try:
        column = _plain(column)
        if arrow.types.is_duration(column.type) or arrow.types.is_time(column.type):
            return _seconds(column)
        cast = arrow.compute.cast(column, arrow.float64(), safe=False)
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
        return None
    return np.array(cast.to_numpy(), dtype=np.float64)


def _seconds(column: Any) -> np.ndarray:
    """Durations and times of the day in seconds."""
    import pyarrow as arrow

    per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[column.type.unit]
    whole = arrow.int32() if column.type.bit_width == 32 else arrow.int64()
    counts = arrow.compute.cast(arrow.compute.cast(column, whole), arrow.float64())
    return np.array(counts.to_numpy(), dtype=np.float64) / per_second


def booleans_of(column: Any) -> np.ndarray | None:
    """Return 1 and 0 (n,), NaN where missing, or None where a cell is neither yes nor no."""
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


def dates_of(column: Any, *, local: bool = False) -> np.ndarray | None:
    """Return seconds since 1970 (n,), NaN where missing, or None where a cell is no date or ISO moment.

    ``local``: of moments with a time zone what its clocks say, not UTC.
    """
    if isinstance(column, np.ndarray):
        return None
    import pyarrow as arrow

    column = _plain(column)
    if not (
        arrow.types.is_string(column.type) or arrow.types.is_date(column.type) or arrow.types.is_timestamp(column.type)
    ):
        return None
    if local and arrow.types.is_timestamp(column.type) and column.type.tz is not None:
        column = arrow.compute.local_timestamp(column)
    for zone in (None, "UTC"):
        try:
            stamps = arrow.compute.cast(column, arrow.timestamp("us", zone), safe=False)
        except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
            continue
        microseconds = arrow.compute.cast(stamps, arrow.int64())
        return np.array(microseconds.to_numpy(), dtype=np.float64) / 1e6
    return None


def words_of(column: Any, missing: Sequence[str] = ()) -> Words:
    """Return any column as text; ``missing``: words of a text column that mean nothing."""
    if isinstance(column, np.ndarray):
        words, codes = np.unique(column.astype(str), return_inverse=True)
        return Words(codes.astype(np.int32), [str(word) for word in words])
    import pyarrow as arrow

    column = cells_of(column, missing)
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


def _plain(column: Any) -> Any:
    """The column without a dictionary, and its text of one type."""
    import pyarrow as arrow

    kind = column.type
    if arrow.types.is_dictionary(kind):
        kind = kind.value_type
        column = arrow.compute.cast(column, kind)
    large = arrow.types.is_large_string(kind) or arrow.types.is_string_view(kind)
    return arrow.compute.cast(column, arrow.string()) if large else column
