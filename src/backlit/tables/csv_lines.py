"""Lines of a comma-separated file: its heading, what is wrong with it and on which line, the line of a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError

__all__ = [
    "DELIMITERS",
    "CsvForm",
    "find_csv_trouble",
    "first_lines",
    "has_odd_quotes",
    "likeliest_delimiter",
    "line_of_row",
]

DELIMITERS = (",", ";", "\t", "|")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LONGEST_CELL = 10**8


@dataclass(frozen=True)
class CsvForm:
    """How a text file holds a table: what stands between cells, how characters are bytes, lines of heading (0, 1)."""

    delimiter: str = ","
    encoding: str = "utf-8"
    heading: int = 1


def first_lines(path: Path, form: CsvForm, n: int) -> list[list[str]]:
    """Return the cells of the first ``n`` lines that are not empty.

    Raises BacklitError for an empty file, another encoding, and text that is no table.
    """
    with _reading(path, form) as reader:
        lines = list(islice((cells for _, cells in _records(reader)), n))
    if not lines:
        raise BacklitError(f"{path}: expected a table with a heading and rows, got an empty file")
    return lines


def likeliest_delimiter(path: Path, encoding: str) -> str:
    """Return the one of DELIMITERS that parts the first line into most cells."""
    cells = {}
    for mark in DELIMITERS:
        with _reading(path, CsvForm(mark, encoding), strict=False) as reader:
            cells[mark] = max((len(cells) for cells in islice(reader, 1)), default=0)
    return max(DELIMITERS, key=lambda mark: cells[mark])


def line_of_row(path: str | Path, form: CsvForm, row: int) -> int:
    """Return the line, from 1, on which a row, from 0, ends: quoted cells may hold line breaks."""
    with _reading(Path(path), form) as reader:
        return next(islice(_records(reader), row + form.heading, None))[0]


def has_odd_quotes(path: Path) -> bool:
    """Whether quotes cannot come in pairs: one may never end, and swallow the rows after it."""
    n = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            n += block.count(b'"')
    return n % 2 == 1


def find_csv_trouble(path: Path, form: CsvForm) -> None:
    """Raise BacklitError that says on which line the file is no table, where there is one."""
    with _reading(path, form) as reader:
        n_cells: int | None = None
        for line, cells in _records(reader):
            n_cells = len(cells) if n_cells is None else n_cells
            if len(cells) != n_cells:
                raise BacklitError(
                    f"{path}, line {line}: expected {n_cells} cells as in the first line, got {len(cells)}"
                )


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, each with its number."""
    return ((reader.line_num, cells) for cells in reader if cells)


@contextmanager
def _reading(path: Path, form: CsvForm, *, strict: bool = True) -> Iterator[Any]:
    """Within, the value given reads the file's lines; what it meets that is no table becomes a BacklitError."""
    encoding = "utf-8-sig" if form.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else form.encoding
    limit = csv.field_size_limit(LONGEST_CELL)
    reader: Any = None
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=form.delimiter, strict=strict)
            yield reader
    except UnicodeError as error:
        raise _encoding_error(path, form.encoding, error) from None
    except LookupError:
        raise BacklitError(f"unknown encoding '{form.encoding:.40}'; usual ones: utf-8, utf-16, latin-1") from None
    except csv.Error as error:
        line = f", line {reader.line_num}" if reader is not None and reader.line_num else ""
        raise BacklitError(f"{path}{line}: expected a comma-separated table, {error}") from None
    finally:
        csv.field_size_limit(limit)


def _encoding_error(path: Path, encoding: str, error: UnicodeError) -> BacklitError:
    with path.open("rb") as file:
        start = file.read(2)
        if start in UTF_16 and not encoding.lower().startswith("utf-16"):
            return BacklitError(f"{path}: expected {encoding} text, got UTF-16; --encoding utf-16 reads it")
        file.seek(0)
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeError as wrong:
                place = getattr(wrong, "start", 0)
                got = f"the byte 0x{line[place]:02x}" if place < len(line) else "an incomplete character"
                return BacklitError(
                    f"{path}, line {number}: expected {encoding} text, got {got}; "
                    "--encoding latin-1 reads files of older Windows programs"
                )
    return BacklitError(f"{path}: expected {encoding} text, {error}")
