"""Tables from files: CSV and Parquet by pyarrow, and the sets bundled with scikit-learn by name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest
from backlit.tables.csv_lines import CsvForm, find_csv_trouble, first_lines, has_odd_quotes, likeliest_delimiter
from backlit.tables.table import Table

__all__ = ["BUNDLED", "MISSING", "read_table", "release_memory"]

BUNDLED = ("digits", "iris", "wine", "breast_cancer", "diabetes")
"""Sets that scikit-learn holds, read by name; their target's column is called target."""

MISSING = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?")
"""What a cell says when it says nothing."""

PARQUET = b"PAR1"


def read_table(source: str | Path, *, encoding: str = "utf-8", delimiter: str | None = None) -> Table:
    """Read a CSV or Parquet file, or a bundled set by its name (where no file has that name).

    Every cell of a CSV file is read as text; what a column holds is found later from all of it. The delimiter is by
    default the one of ``, ; tab |`` that the first line has most of. A first line of numbers alone is data, and the
    columns are then called 1, 2, and so on.

    Raises BacklitError, with the line where there is one, for files that are not there, empty, ragged, in another
    encoding, with duplicate names or no rows.

    >>> read_table("iris").n_rows
    150
    """
    path = Path(source)
    if str(source) in BUNDLED and not path.exists():
        return _bundled(str(source))
    start = _first_bytes(path)
    if start == PARQUET:
        return _parquet(path)
    if not start:
        raise BacklitError(f"{path}: expected a table with a heading and rows, got an empty file")
    return _csv(path, encoding, delimiter)


def release_memory() -> None:
    """Give the memory back to the system that Arrow keeps for tables to come."""
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()


def _first_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BacklitError(f"{path}: expected a table (CSV or Parquet), got a folder")
        with path.open("rb") as file:
            return file.read(4)
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
        import pyarrow.parquet
    except ImportError:
        raise BacklitError("reading tables needs pyarrow, which is not installed: pip install pyarrow") from None
    return pyarrow


def _parquet(path: Path) -> Table:
    arrow = _arrow()
    try:
        table = arrow.parquet.read_table(path)
    except (arrow.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise BacklitError(f"{path}: damaged, expected a Parquet file ({reason:.120})") from None
    names = _parquet_names(path, table)
    _check_names(path, names)
    _check_cells(path, table, names)
    # what pandas keeps as its row numbers is no column of the table
    index = _pandas_index(table.schema.metadata)
    columns = {name: table.column(i) for i, name in enumerate(names) if name not in index}
    if not columns or not table.num_rows:
        raise BacklitError(f"{path}: expected a table with rows, got {len(columns)} columns and {table.num_rows} rows")
    return Table(str(path), columns)


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


def _csv(path: Path, encoding: str, delimiter: str | None) -> Table:
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise BacklitError(f"a delimiter must be one character such as , or ;, got {delimiter!r:.40}")
    form = CsvForm(delimiter or likeliest_delimiter(path, encoding), encoding)
    first = [cell.strip() for cell in first_lines(path, form, 1)[0]]
    if all(_is_number(cell) for cell in first):
        form = CsvForm(form.delimiter, encoding, heading=0)
        names = [str(i) for i in range(1, len(first) + 1)]
    else:
        names = [cell or f"column {i}" for i, cell in enumerate(first, 1)]
    _check_names(path, names)
    if has_odd_quotes(path):
        find_csv_trouble(path, form)
    table = _csv_read(path, form, names)
    if not table.num_rows:
        raise BacklitError(f"{path}: expected rows under the heading, got none")
    clean = _trimmed if form.delimiter == "," else lambda column: _decimal_points(_trimmed(column))
    return Table(str(path), {name: clean(table.column(i)) for i, name in enumerate(names)}, form)


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
            path,
            read_options=arrow.csv.ReadOptions(
                column_names=names, skip_rows_after_names=form.heading, encoding=form.encoding
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
    """The cells without spaces around them; what stands for a missing value is null."""
    compute, arrow = _arrow().compute, _arrow()
    cells = compute.utf8_trim_whitespace(column)
    missing = compute.is_in(cells, value_set=arrow.array(MISSING))
    return compute.if_else(missing, arrow.scalar(None, arrow.string()), cells)


def _decimal_points(column: Any) -> Any:
    """A column of numbers with decimal commas, as programs write that part cells by semicolons, with points."""
    compute = _arrow().compute
    if not compute.any(compute.match_substring(column, ",")).as_py():
        return column
    numbers = compute.match_substring_regex(column, r"^[+-]?\d*,?\d+([eE][+-]?\d+)?$")
    return compute.replace_substring(column, ",", ".") if compute.all(numbers).as_py() else column
