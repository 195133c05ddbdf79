"""Lines of a comma-separated file: its heading, what is wrong with it and on which line, the line of a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError

__all__ = [
    "DELIMITERS",
    "CsvForm",
    "declared_delimiter",
    "find_csv_trouble",
    "first_lines",
    "has_odd_quotes",
    "likeliest_delimiter",
    "line_of_row",
    "lines_before_heading",
]

DELIMITERS = (",", ";", "\t", "|")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LONGEST_CELL = 10**8
LOOKED_AT = 40
MOST_TITLES = 20


@dataclass(frozen=True)
class CsvForm:
    """How a text file holds a table: what stands between cells, how characters are bytes, lines of heading (0, 1).

    ``skipped``: lines before the heading. ``path``: where the text lies, where that is not the file that was named.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    heading: int = 1
    skipped: int = 0
    path: str = ""

    def text(self, named: str | Path) -> Path:
        """Return the file to read the text from."""
        return Path(self.path or named)


def first_lines(path: Path, form: CsvForm, n: int) -> list[list[str]]:
    """Return the cells of the first ``n`` lines that are not empty.

    Raises BacklitError for an empty file, another encoding, and text that is no table.
    """
    with _reading(path, form) as reader:
        lines = list(islice((cells for _, cells in _records(reader, form)), n))
    if not lines:
        raise BacklitError(f"{path}: expected a table with a heading and rows, got an empty file")
    return lines


def likeliest_delimiter(path: Path, form: CsvForm) -> str:
    """Return the one of DELIMITERS that parts the first line into most cells, where the lines after it have as many.

    Else a line of another kind is first, a title: then the one that parts most lines into equally many cells.
    """
    widths = {mark: _widths(path, replace(form, delimiter=mark)) for mark in DELIMITERS}
    first = max(DELIMITERS, key=lambda mark: widths[mark][:1])
    if widths[first][:1] > [1] and widths[first].count(widths[first][0]) > len(widths[first]) / 2:
        return first

    def alike(mark: str) -> tuple[float, int]:
        usual = _commonest(widths[mark])
        return (widths[mark].count(usual) / len(widths[mark]) if usual > 1 else 0.0, usual)

    return max(DELIMITERS, key=alike) if widths[first] and alike(max(DELIMITERS, key=alike))[0] else first


def lines_before_heading(path: Path, form: CsvForm) -> tuple[int, list[str]]:
    """Return how many lines stand before the heading, titles and the like, and what they say.

    Such a line has one cell that says anything (or two, of at least five), where the lines after have more; and the
    first line that has as many is the heading.
    """
    with _reading(path, form, strict=False) as reader:
        lines = [(n, [cell.strip() for cell in cells]) for n, cells in islice(_records(reader, form), LOOKED_AT)]
    usual = _commonest([len(cells) for _, cells in lines])
    few = 2 if usual >= 5 else 1
    filled = [[cell for cell in cells if cell] for _, cells in lines]
    first = next((i for i, cells in enumerate(filled) if len(cells) > few), 0)
    # what follows a title has a name for each column, but perhaps for the first
    if usual < 2 or first > MOST_TITLES or len(filled[first : first + 1]) < 1 or len(filled[first]) < usual - 1:
        first = 0
    if not lines:
        return form.skipped, []
    end, heading = lines[first]
    return max(end - 1 - sum(cell.count("\n") for cell in heading), form.skipped), [
        " ".join(cells) for cells in filled[:first]
    ]


def declared_delimiter(path: Path, form: CsvForm) -> str | None:
    """Return the mark that a first line such as ``sep=;`` declares, as Excel reads it, or None."""
    with _reading(path, replace(form, delimiter="\x1f"), strict=False) as reader:
        first: list[str] = next(iter(reader), [])
    text = "".join(first).strip()
    return text[4] if len(text) == 5 and text[:4].lower() == "sep=" else None


def _widths(path: Path, form: CsvForm) -> list[int]:
    with _reading(path, form, strict=False) as reader:
        return [len(cells) for _, cells in islice(_records(reader, form), LOOKED_AT)]


def _commonest(widths: list[int]) -> int:
    return max(sorted(set(widths), reverse=True), key=widths.count, default=0)


def line_of_row(path: str | Path, form: CsvForm, row: int) -> int:
    """Return the line, from 1, on which a row, from 0, ends: quoted cells may hold line breaks."""
    with _reading(Path(path), form) as reader:
        return next(islice(_records(reader, form), row + form.heading, None))[0]


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
        for line, cells in _records(reader, form):
            n_cells = len(cells) if n_cells is None else n_cells
            if len(cells) != n_cells:
                raise BacklitError(
                    f"{path}, line {line}: expected {n_cells} cells as in the first line, got {len(cells)}"
                )


def _records(reader: Any, form: CsvForm) -> Iterator[tuple[int, list[str]]]:
    """The lines from the heading on that hold anything, each with its number."""
    return ((reader.line_num, cells) for cells in reader if cells and reader.line_num > form.skipped)


@contextmanager
def _reading(path: Path, form: CsvForm, *, strict: bool = True) -> Iterator[Any]:
    """Within, the value given reads the file's lines; what it meets that is no table becomes a BacklitError."""
    encoding = "utf-8-sig" if form.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else form.encoding
    limit = csv.field_size_limit(LONGEST_CELL)
    reader: Any = None
    try:
        with form.text(path).open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=form.delimiter, strict=strict)
            yield reader
    except UnicodeError as error:
        raise _encoding_error(path, form, error) from None
    except LookupError:
        raise BacklitError(f"unknown encoding '{form.encoding:.40}'; usual ones: utf-8, utf-16, cp1252") from None
    except csv.Error as error:
        line = f", line {reader.line_num}" if reader is not None and reader.line_num else ""
        raise BacklitError(f"{path}{line}: expected a comma-separated table, {error}") from None
    finally:
        csv.field_size_limit(limit)


def _encoding_error(path: Path, form: CsvForm, error: UnicodeError) -> BacklitError:
    encoding = form.encoding
    # latin-1 takes every byte
    other = "latin-1" if encoding.lower() == "cp1252" else "cp1252"
    with form.text(path).open("rb") as file:
        start = file.read(2)
        if start in UTF_16 and not encoding.lower().startswith("utf-16"):
            return BacklitError(f"{path}: expected {encoding} text, got UTF-16; --encoding utf-16 reads it")
        if b"\0" in file.read(1 << 12) and "16" not in encoding and "32" not in encoding:
            expected = "expected a table as text (CSV), a Parquet file or a spreadsheet"
            return BacklitError(f"{path}: {expected}, got other bytes")
        file.seek(0)
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeError as wrong:
                place = getattr(wrong, "start", 0)
                got = f"the byte 0x{line[place]:02x}" if place < len(line) else "an incomplete character"
                return BacklitError(
                    f"{path}, line {number}: expected {encoding} text, got {got}; "
                    f"--encoding {other} reads files of older Windows programs; or save it as UTF-8"
                )
    return BacklitError(f"{path}: expected {encoding} text, {error}")
