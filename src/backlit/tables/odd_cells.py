"""Cells that say nothing: which words of a column mean that nothing is there, and what is said of odd cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.tables.cell_form import MISSING, WORDS_OR_NOTHING, CellForm
from backlit.tables.number_forms import zero_led
from backlit.tables.seen import Choices, Seen
from backlit.tables.table import Table

__all__ = ["line_of_cell", "odd_cells", "read_as_words"]

FEW = 20


def read_as_words(table: Table, name: str, seen: Seen, choices: Choices, is_target: bool) -> tuple[CellForm, str, str]:
    """Return the form of a column of words, what is said of it, and a warning, or ""."""
    warning = ""
    if choices.missing is not None:
        missing: tuple[str, ...] = ("", *choices.missing)
    else:
        kept, warning = _kept_words(table, name, is_target)
        missing = tuple(word for word in MISSING if word not in kept)
    if seen.share >= 0.5 and len(seen.words) > FEW and not zero_led(seen.words) and name not in choices.text:
        warning = (
            f"column '{name}' is taken for words, though {seen.share:.0%} of its cells are numbers; --number '{name}' "
            "takes the others as missing"
        )
    leading = "codes with leading zeros" if seen.share == 1 and zero_led(seen.words) else ""
    return CellForm(missing=missing), leading, warning


def _kept_words(table: Table, name: str, is_target: bool) -> tuple[set[str], str]:
    """None, NA and their like that are words here, in a target or beside empty cells or because they are frequent."""
    import pyarrow as arrow

    column = table.columns[name]
    counts = {word: int(arrow.compute.sum(arrow.compute.equal(column, word)).as_py() or 0) for word in WORDS_OR_NOTHING}
    kept = {
        word
        for word, n in counts.items()
        if n and (is_target or column.null_count or (n >= 10 and n > 0.01 * len(column)))
    }
    if not kept:
        return set(), ""
    told = ", ".join(f"'{word}' in {counts[word]:,} rows" for word in sorted(kept))
    role = "a class" if is_target else "a word like others"
    return kept, f"column '{name}': {told} is taken for {role}; --missing {','.join(sorted(kept))} takes it as missing"


def line_of_cell(table: Table, name: str, word: str) -> str:
    """Say in which line the first cell of a column stands that is this word."""
    import pyarrow as arrow

    column = table.columns[name]
    row = arrow.compute.index(column, arrow.scalar(word, column.type)).as_py()
    return table.place(row).rpartition(", ")[2]


def odd_cells(table: Table, name: str, seen: Seen, bad: np.ndarray, kind: str) -> str:
    """Return a warning that lists the cells that are none of the kind, with the lines of the first of them."""
    n = int(seen.counts[bad].sum())
    if not n:
        return ""
    import pyarrow as arrow

    words: list[Any] = seen.words.filter(arrow.array(bad)).to_pylist()
    places = [f"'{word:.30}' ({line_of_cell(table, name, word)})" for word in words[:3]]
    more = f" and {len(words) - 3} other words" if len(words) > 3 else ""
    cells = "1 cell is" if n == 1 else f"{n:,} cells are"
    return (
        f"column '{name}': {cells} no {kind} and taken as missing: {', '.join(places)}{more}; "
        f"--text '{name}' takes the whole column for words"
    )
