"""Tables from files: CSV and Parquet by pyarrow, spreadsheets, and the sets bundled with scikit-learn by name."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest
from backlit.tables.csv_lines import (
    CsvForm,
    declared_delimiter,
    find_csv_trouble,
    first_lines,
    has_odd_quotes,
    likeliest_delimiter,
    lines_before_heading,
)
from backlit.tables.parquet_files import arrow_or_refused, parquet_file, parquet_folder
from backlit.tables.sources import plain_file
from backlit.tables.table import NAMELESS, Table, check_names

__all__ = ["BUNDLED", "read_table", "release_memory"]

BUNDLED = ("digits", "iris", "wine", "breast_cancer", "diabetes")
"""Sets that scikit-learn holds, read by name; their target's column is called target."""

PARQUET = b"PAR1"

AS_CSV = "in Python, pandas.read_json('{}').to_csv('table.csv', index=False) writes a table of records as CSV"


def read_table(source: str | Path, *, encoding: str = "utf-8", delimiter: str | None = None) -> Table:
    """Read a CSV or Parquet file, or a bundled set by its name (where no file has that name).

    A folder is read as the Parquet files in it, a spreadsheet (.xlsx, .xls, .ods) as its first sheet with cells. A CSV
    file may be compressed by gzip, bzip2 or xz, or be the one file of a zip; ``-`` is standard input. Every cell
    of it is read as text; what a column holds is found later from all of it. The delimiter is by default what a first
    line ``sep=;`` says, or the one of ``, ; tab |`` that the first line has most of. Lines of a title before the
    heading are passed over. A first line of numbers alone is data, and the columns are then called 1, 2, and so on.

    Raises BacklitError, with the line where there is one, for files that are not there, empty, ragged, in another
    encoding, with duplicate names or no rows, and for spreadsheets where python-calamine is not installed.

    >>> read_table("iris").n_rows
    150
    """
    path = Path(source)
    if str(source) in BUNDLED and not path.exists():
        return _bundled(str(source))
    if str(source) != "-":
        _check_there(path)
    if path.is_dir():
        return parquet_folder(path)
    text, sheet = plain_file(path)
    if sheet:
        table = _csv(path, str(text), "utf-8", ",")
        return replace(table, notes=(sheet, *table.notes))
    with text.open("rb") as file:
        start = file.read(4)
    named = Path("standard input") if str(source) == "-" else path
    if start == PARQUET:
        return parquet_file(named, text)
    if not start:
        raise BacklitError(f"{named}: expected a table with a heading and rows, got an empty file")
    if path.suffix.lower() in (".json", ".jsonl"):
        raise BacklitError(f"{named}: expected a CSV or Parquet file or a spreadsheet, got JSON; {AS_CSV.format(path)}")
    return _csv(named, "" if text == path else str(text), encoding, delimiter)


def release_memory() -> None:
    """Give the memory back to the system that Arrow keeps for tables to come."""
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()


def _check_there(path: Path) -> None:
    try:
        if not path.is_dir():
            with path.open("rb"):
                pass
    except FileNotFoundError:
        near = nearest(str(path), BUNDLED)
        hint = f"did you mean '{near}'?" if near else f"bundled tables: {', '.join(BUNDLED)}"
        raise BacklitError(f"{path}: there is no such file; {hint}") from None
    except (OSError, ValueError) as error:
        raise BacklitError(f"{path}: could not be read, {getattr(error, 'strerror', None) or error}") from None


def _bundled(name: str) -> Table:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")()
    names = [str(feature).replace(" (cm)", "").replace(" ", "_") for feature in bunch.feature_names]
    columns = {feature: bunch.data[:, i] for i, feature in enumerate(names)}
    # the digits' names are their numbers, and diabetes has none
    has_words = name in ("iris", "wine", "breast_cancer")
    columns["target"] = bunch.target_names[bunch.target].astype(object) if has_words else bunch.target
    return Table(name, columns)


def _csv(path: Path, text: str, encoding: str, delimiter: str | None) -> Table:
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise BacklitError(f"a delimiter must be one character such as , or ;, got {delimiter!r:.40}")
    form, notes = _form_of(path, CsvForm(encoding=encoding, path=text), delimiter)
    first = [cell.strip() for cell in first_lines(path, form, 1)[0]]
    if all(_is_number(cell) for cell in first):
        form = replace(form, heading=0)
        names = [str(i) for i in range(1, len(first) + 1)]
    else:
        names = [cell or f"column {i}" for i, cell in enumerate(first, 1)]
        notes = (*notes, NAMELESS) if not first[0] and any(first) else notes
    check_names(path, names)
    if has_odd_quotes(form.text(path)):
        find_csv_trouble(path, form)
    table = _csv_read(path, form, names)
    if not table.num_rows:
        raise BacklitError(f"{path}: expected rows under the heading, got none")
    columns = {name: _trimmed(table.column(i)) for i, name in enumerate(names)}
    return Table(str(path), columns, form, notes)


def _form_of(path: Path, form: CsvForm, delimiter: str | None) -> tuple[CsvForm, tuple[str, ...]]:
    """How the file holds its table, and what stands before the heading, in words."""
    declared = declared_delimiter(path, form)
    if declared is not None:
        form = replace(form, skipped=1)
    form = replace(form, delimiter=delimiter or declared or likeliest_delimiter(path, form))
    skipped, said = lines_before_heading(path, form)
    notes = (f"the heading is in line {skipped + 1}, after '{' / '.join(said):.60}'",) if said else ()
    return replace(form, skipped=skipped), notes


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _csv_read(path: Path, form: CsvForm, names: list[str]) -> Any:
    arrow = arrow_or_refused()
    text = arrow.string()
    try:
        return arrow.csv.read_csv(
            form.text(path),
            read_options=arrow.csv.ReadOptions(
                column_names=names,
                skip_rows=form.skipped,
                skip_rows_after_names=form.heading,
                encoding=form.encoding,
            ),
            parse_options=arrow.csv.ParseOptions(delimiter=form.delimiter, newlines_in_values=True),
            convert_options=arrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, text), strings_can_be_null=False
            ),
        )
    except (arrow.ArrowException, OSError, UnicodeError) as error:
        find_csv_trouble(path, form)
        reason = str(error).partition("\n")[0]
        raise BacklitError(f"{path}: expected a comma-separated table, got text that is none ({reason:.120})") from None


def _trimmed(column: Any) -> Any:
    """The cells without spaces around them; an empty one is null."""
    arrow = arrow_or_refused()
    compute = arrow.compute
    cells = compute.utf8_trim_whitespace(column)
    return compute.if_else(compute.equal(cells, ""), arrow.scalar(None, arrow.string()), cells)
