"""Predictions for a person at a terminal: short numbers in columns, no wider than it is. Files have every digit."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["predictions_text"]

GAP = "  "
WIDEST_CELL = 30
PROBABILITY = "probability of "


def predictions_text(columns: Mapping[str, list[Any]], width: int) -> str:
    """Return the columns that ``prediction_columns`` made as a table whose lines are at most ``width`` wide.

    Numbers have up to six digits, probabilities three places. Where the classes' probabilities are too many for a line,
    the highest stands there alone; where it is still too wide, the columns go on below.

    >>> print(predictions_text({"predicted y": [0.123456789, 1200.0], "y from": [0.0, 1.5]}, 80), end="")
    row  predicted y  y from
      1     0.123457       0
      2         1200     1.5
    """
    n_rows = len(next(iter(columns.values())))
    plain = {name: cells for name, cells in columns.items() if not name.startswith(PROBABILITY)}
    chances = {name: cells for name, cells in columns.items() if name.startswith(PROBABILITY)}
    rows = _column("row", range(1, n_rows + 1))
    shown = [_column(name, cells) for name, cells in plain.items()]
    each = [_column(name.removeprefix(PROBABILITY), cells, places=3) for name, cells in chances.items()]
    if chances and _width([rows, *shown, *each]) > width:
        shown.append(_column("its probability", [max(row) for row in zip(*chances.values(), strict=True)], places=3))
        each = []
    lines = [line for part in _parts(rows, [*shown, *each], width) for line in (*_lines([rows, *part]), "")][:-1]
    if chances:
        below = "probabilities stand under their classes; --out FILE has all digits"
        words = below if each else "--out FILE has the probability of each class, with all digits"
        lines += ["", *textwrap.wrap(words, width)]
    return "\n".join(lines) + "\n"


def _column(name: str, cells: Sequence[Any] | range, places: int | None = None) -> list[str]:
    """Return a column's heading and cells, of one width: numbers to the right, words to the left."""
    texts = [name, *(_cell(cell, places) for cell in cells)]
    texts = [text if len(text) <= WIDEST_CELL else f"{text[: WIDEST_CELL - 3]}..." for text in texts]
    wide = max(map(len, texts))
    numbers = all(cell is None or isinstance(cell, int | float) for cell in cells)
    return [text.rjust(wide) if numbers else text.ljust(wide) for text in texts]


def _cell(cell: Any, places: int | None) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, float):
        return " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split(" "))
    return f"{cell:.{places}f}" if places is not None else f"{cell:.6g}"


def _width(columns: Sequence[Sequence[str]]) -> int:
    return sum(len(column[0]) for column in columns) + len(GAP) * (len(columns) - 1)


def _parts(rows: Sequence[str], columns: Sequence[list[str]], width: int) -> list[list[list[str]]]:
    """Return the columns in parts that fit beside the rows' numbers."""
    parts: list[list[list[str]]] = [[]]
    for column in columns:
        if parts[-1] and _width([rows, *parts[-1], column]) > width:
            parts.append([])
        parts[-1].append(column)
    return parts


def _lines(columns: Sequence[Sequence[str]]) -> list[str]:
    return [GAP.join(cells).rstrip() for cells in zip(*columns, strict=True)]
