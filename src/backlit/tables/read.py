"""Tables from files: CSV and Parquet by pyarrow, spreadsheets, and the sets bundled with scikit-learn by name."""

from __future__ import annotations

import base64
import json
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
from backlit.tables.sources import plain_file
from backlit.tables.table import NAMELESS, Table

__all__ = ["BUNDLED", "read_table", "release_memory"]

BUNDLED = ("digits", "iris", "wine", "breast_cancer", "diabetes")
"""Sets that scikit-learn holds, read by name; their target's column is called target."""

PARQUET = b"PAR1"


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
        return _parquet_folder(path)
    text, sheet = plain_file(path)
    if sheet:
        table = _csv(path, str(text), "utf-8", ",")
        return replace(table, notes=(sheet, *table.notes))
    with text.open("rb") as file:
        start = file.read(4)
    named = Path("standard input") if str(source) == "-" else path
    if start == PARQUET:
        return _parquet(named, text)
    if not start:
        raise BacklitError(f"{named}: expected a table with a heading and rows, got an empty file")
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


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.csv
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError:
        raise BacklitError("reading tables needs pyarrow, which is not installed: pip install pyarrow") from None
    return pyarrow


def _parquet_folder(folder: Path) -> Table:
    """The rows of all Parquet files in a folder, in the order of their names; ``year=2020`` in a path is a column."""
    files = sorted(
        file
        for file in folder.rglob("*.parquet")
        if file.is_file() and not any(part.startswith(("_", ".")) for part in file.relative_to(folder).parts)
    )
    if not files:
        raise BacklitError(f"{folder}: expected a table (CSV or Parquet), got a folder without Parquet files")
    names = [set(_arrow_schema(file).names) for file in files]
    other = next((i for i, found in enumerate(names) if found != names[0]), None)
    if other is not None:
        odd = sorted(names[other] ^ names[0])[0]
        raise BacklitError(
            f"{folder}: expected files of the same columns, got '{odd:.60}' in one of {files[0].name} and "
            f"{files[other].name} alone"
        )
    table = _parquet(folder, files)
    return replace(table, notes=(f"{len(files):,} Parquet files",))


def _arrow_schema(file: Path) -> Any:
    arrow = _arrow()
    try:
        return arrow.parquet.read_schema(file)
    except (arrow.ArrowException, OSError) as error:
        raise BacklitError(f"{file}: damaged, expected a Parquet file ({error!s:.120})") from None


def _parquet(path: Path, files: Path | list[Path]) -> Table:
    arrow = _arrow()
    file = files[0] if isinstance(files, list) else files
    try:
        table = arrow.parquet.read_table(files)
    except (arrow.ArrowException, OSError) as error:
        # Arrow names the file once more
        reason = str(error).partition("\n")[0].replace(f"Could not open Parquet input source '{file}': ", "")
        raise BacklitError(f"{path}: damaged, expected a Parquet file ({reason:.120})") from None
    names = _parquet_names(path, table)
    _check_names(path, names)
    _check_cells(path, table, names)
    table = _with_categories(arrow, table, file)
    # what pandas keeps as its row numbers is no column of the table
    index = _pandas_index(table.schema.metadata)
    columns = {name: table.column(i) for i, name in enumerate(names) if name not in index}
    if not columns or not table.num_rows:
        raise BacklitError(f"{path}: expected a table with rows, got {len(columns)} columns and {table.num_rows} rows")
    return Table(str(path), columns)


def _with_categories(arrow: Any, table: Any, file: Path) -> Any:
    """The table, its columns of numbers that were written as categories made categories again."""
    metadata = arrow.parquet.read_metadata(file).metadata or {}
    if b"ARROW:schema" not in metadata:
        return table
    try:
        written = arrow.ipc.read_schema(arrow.py_buffer(base64.b64decode(metadata[b"ARROW:schema"])))
    except (arrow.ArrowException, ValueError, OSError):
        return table
    for i, field in enumerate(table.schema):
        was = written.field(i).type if i < len(written) and written.field(i).name == field.name else field.type
        if arrow.types.is_dictionary(was) and not arrow.types.is_dictionary(field.type):
            table = table.set_column(i, field.name, table.column(i).dictionary_encode())
    return table


def _parquet_names(path: Path, table: Any) -> list[str]:
    try:
        return [str(name) for name in table.column_names]
    except UnicodeDecodeError:
        raise BacklitError(f"{path}: damaged, expected the columns' names in UTF-8, got bytes that are none") from None


def _check_cells(path: Path, table: Any, names: list[str]) -> None:
    """Raise BacklitError where a column's parts do not fit together, or its text is no UTF-8: Arrow reads both."""
    for number, name in enumerate(names):
        try:
            table.column(number).validate(full=True)
        except _arrow().ArrowException as error:
            reason = str(error).replace("\n", " ")
            raise BacklitError(
                f"{path}, column '{name:.60}': damaged, its cells cannot be read ({reason:.80})"
            ) from None


def _pandas_index(metadata: Any) -> set[str]:
    if not metadata:
        return set()
    try:
        names = json.loads(metadata[b"pandas"])["index_columns"]
        return {name for name in names if isinstance(name, str) and name.startswith("__index_level_")}
    except (KeyError, ValueError, TypeError, RecursionError):
        return set()


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
    _check_names(path, names)
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


def _check_names(path: Path, names: list[str]) -> None:
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise BacklitError(f"{path}: expected a name of its own for each column, got '{twice:.60}' twice")


def _csv_read(path: Path, form: CsvForm, names: list[str]) -> Any:
    arrow = _arrow()
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
    compute, arrow = _arrow().compute, _arrow()
    cells = compute.utf8_trim_whitespace(column)
    return compute.if_else(compute.equal(cells, ""), arrow.scalar(None, arrow.string()), cells)
