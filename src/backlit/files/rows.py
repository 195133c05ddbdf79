"""One row of a CSV file as a sample: its inputs and its target."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest

__all__ = ["Sample", "read_row"]


@dataclass(frozen=True)
class Sample:
    """The numbers of one row: inputs in the file's order without the target column, and the target."""

    inputs: list[float]
    target: float


def read_row(path: str | Path, row: int, target_column: str | None = None) -> Sample:
    """Read data row ``row`` (from 1, a heading line not counted) of a comma-separated file.

    ``target_column`` is a name from the heading or a number from 1; by default the column named target, or the last.

    Raises BacklitError, naming file, line and column, for a row or column that is not there and cells that are no
    numbers; OSError from the system.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            heading, number, cells = _heading_and_row(path, csv.reader(file), row)
    except UnicodeDecodeError as error:
        raise BacklitError(f"{path}: expected UTF-8 text, got a byte that is none at position {error.start}") from None
    except csv.Error as error:
        raise BacklitError(f"{path}: not a comma-separated file, {error}") from None
    names = heading if heading is not None else [str(i) for i in range(1, len(cells) + 1)]
    if len(cells) != len(names):
        raise BacklitError(
            f"{path}, line {number}: expected {len(names)} columns as in the first line, got {len(cells)}"
        )
    values = [_number(path, number, name, cell) for name, cell in zip(names, cells, strict=True)]
    place = _target_place(path, names, target_column)
    return Sample(values[:place] + values[place + 1 :], values[place])


def _heading_and_row(path: Path, reader: Any, row: int) -> tuple[list[str] | None, int, list[str]]:
    """Return the heading (None where the first line is numbers), and the line number and cells of the row."""
    if row < 1:
        raise BacklitError(f"row must be a whole number of at least 1, got {row}")
    heading: list[str] | None = None
    seen = 0
    for cells in reader:
        if not cells:
            continue
        if seen == 0 and heading is None and not all(_is_number(cell) for cell in cells):
            heading = [cell.strip() for cell in cells]
            continue
        seen += 1
        if seen == row:
            return heading, reader.line_num, cells
    raise BacklitError(f"{path}: expected at least {row} rows of data, got {seen}")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(path: Path, line: int, name: str, cell: str) -> float:
    if not _is_number(cell):
        got = f"'{cell:.30}'" if cell.strip() else "nothing"
        raise BacklitError(f"{path}, line {line}, column '{name}': expected a number, got {got}")
    return float(cell)


def _target_place(path: Path, names: list[str], wanted: str | None) -> int:
    if wanted is None:
        return names.index("target") if "target" in names else len(names) - 1
    if wanted in names:
        return names.index(wanted)
    near = nearest(wanted, names)
    hint = f"; did you mean '{near}'?" if near else f"; columns: {', '.join(names[:12])}"
    raise BacklitError(f"{path}: there is no column '{wanted}'{hint}")
