"""A sheet of a spreadsheet (.xlsx, .xls, .ods) as text, which is then read as any other table: by python-calamine."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError

__all__ = ["sheet_as_csv"]

Rows = list[list[Any]]

SAVE_AS = "save the sheet with the table as CSV (in the program, Save As or Download) and give that file"


def sheet_as_csv(path: Path, kind: str, target: Path) -> str:
    """Write the first sheet that holds a table to ``target``, in UTF-8 and parted by commas, and say which one it is.

    A sheet with two rows of two cells and more is one; where there is none, the first with cells is taken. Its lines
    are the sheet's rows. ``kind``: what the file is, for errors. Raises BacklitError where python-calamine is not
    installed, and for a file that is damaged, locked or without cells.
    """
    try:
        import python_calamine as calamine
    except ImportError:
        raise BacklitError(
            f"{path}: expected a table as text or Parquet, got {kind}; {SAVE_AS}, or pip install "
            "python-calamine, which reads it"
        ) from None
    try:
        book = calamine.load_workbook(str(path))
        names = book.sheet_names
        name, rows = _first_table(
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names
        )
    except calamine.PasswordError:
        raise BacklitError(f"{path}: expected a table, got {kind} that a password locks; save it without one") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise BacklitError(f"{path}: expected a table, got {kind} that cannot be read ({error!s:.80})") from None
    if not rows:
        raise BacklitError(f"{path}: expected a table, got {kind} without cells")
    width = _width(rows)
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_text(cell) for cell in row[:width]] for row in rows)
    others = [other for other in names if other != name]
    rest = f"; others: {', '.join(others[:4])}{', ...' if len(others) > 4 else ''}" if others else ""
    return f"the sheet '{name:.40}'{rest}"


def _first_table(sheets: Iterable[tuple[str, Rows]]) -> tuple[str, Rows]:
    """The first sheet with two rows of two cells and more, or, where there is none, the first with cells."""
    first: tuple[str, Rows] = ("", [])
    for name, rows in sheets:
        if sum(sum(cell != "" for cell in row) >= 2 for row in rows) >= 2:
            return name, rows
        first = first if first[0] or not _width(rows) else (name, rows)
    return first


def _width(rows: Rows) -> int:
    """The columns up to the last that holds a cell."""
    return max((i + 1 for row in rows for i, cell in enumerate(row) if cell != ""), default=0)


def _text(cell: Any) -> str:
    """A cell as text that can be read in one way."""
    if isinstance(cell, bool | str):
        return str(cell).replace("\r", " ").replace("\n", " ")
    if isinstance(cell, float | int):
        text = repr(float(cell)).removesuffix(".0")
        # three digits behind a point might be thousands
        return f"{text}0" if len(text.partition(".")[2]) == 3 and "e" not in text else text
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return cell.isoformat(sep=" ", timespec="seconds") if isinstance(cell, dt.datetime) else str(cell)
