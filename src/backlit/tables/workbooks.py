"""A sheet of a spreadsheet (.xlsx, .xls, .ods) as text, which is then read as any other table: by python-calamine."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError

__all__ = ["sheet_as_csv"]

SAVE_AS = "save the sheet with the table as CSV (in the program, Save As or Download) and give that file"


def sheet_as_csv(path: Path, kind: str, target: Path) -> str:
    """Write the first sheet that holds cells to ``target``, in UTF-8 and parted by commas, and say which one it is.

    Its lines are the sheet's rows. ``kind``: what the file is, for errors. Raises BacklitError where python-calamine is
    not installed, and for a file that is damaged, locked or without cells.
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
        sheets = ((name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names)
        name, rows = next(((name, rows) for name, rows in sheets if _width(rows)), ("", []))
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


def _width(rows: list[list[Any]]) -> int:
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
