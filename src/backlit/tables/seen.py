"""A text column's different cells, counted, and what its numbers say of their marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.tables.arrays import cells_of, is_text
from backlit.tables.cell_form import MISSING, CellForm
from backlit.tables.number_forms import Marks, bare, looks_like_numbers, marks_of, truths
from backlit.tables.table import Table
from backlit.tables.units import shared_unit

__all__ = ["NEARLY_ALL", "Choices", "Seen", "certain_decimals", "looked_at", "marks_by_column"]

NEARLY_ALL = 0.99
"""A column of so many numbers is numbers; the other cells are listed, and taken as missing."""

SAMPLE = 1000


@dataclass(frozen=True)
class Choices:
    """What the user says of the columns: names by kind, the decimal mark, the order of dates, words for nothing."""

    text: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    boolean: tuple[str, ...] = ()
    decimal: str | None = None
    date_format: str | None = None
    missing: tuple[str, ...] | None = None

    def kind_of(self, name: str) -> str | None:
        """Return the kind that the user gave a column, or None."""
        return next((kind for kind in ("text", "number", "date", "boolean") if name in getattr(self, kind)), None)


@dataclass(frozen=True)
class Seen:
    """A text column's different cells, how often each is there, and what its numbers say, if it holds numbers."""

    words: Any
    counts: np.ndarray
    unit: tuple[str, str] = ("", "")
    mixed: str = ""
    share: float = 0.0
    marks: Marks | None = None


def looked_at(column: Any, choices: Choices) -> Seen:
    """Count a text column's different cells, and see whether they are numbers; that without words for nothing."""
    import pyarrow as arrow

    compute = arrow.compute
    counted = compute.value_counts(cells_of(column, ("", *(choices.missing or ()))))
    words, counts = counted.field("values"), np.asarray(counted.field("counts").to_numpy())
    there = compute.invert(compute.or_(words.is_null(), compute.is_in(words, value_set=arrow.array(MISSING))))
    words, counts = words.filter(there), counts[truths(there)]
    if not len(words):
        return Seen(words, counts)
    some = words.take(np.arange(0, len(words), max(len(words) // SAMPLE, 1)))
    unit, mixed = shared_unit(some.to_pylist())
    plain = bare(words, CellForm(before=unit[0], after=unit[1]))
    like = looks_like_numbers(plain)
    share = float(counts[like].sum() / counts.sum())
    marks = marks_of(plain.filter(arrow.array(like))) if share >= 0.5 else None
    return Seen(words, counts, unit, mixed, share, marks)


def certain_decimals(marks: Marks) -> frozenset[str]:
    """Return the decimal marks that a column's numbers allow alone."""
    return marks.decimals | {",."[mark == ","] for mark in marks.thousands if mark in ".,"}


def marks_by_column(table: Table) -> dict[str, Marks]:
    """Return what each text column's numbers say of their marks, where nearly all cells are numbers."""
    seen = {name: looked_at(column, Choices()) for name, column in table.columns.items() if is_text(column)}
    return {name: s.marks for name, s in seen.items() if s.marks is not None and s.share >= NEARLY_ALL}
