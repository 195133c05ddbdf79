"""Parquet files as tables: one, or all in a folder, whose paths may tell columns too."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.table import Table, check_names

__all__ = ["arrow_or_refused", "parquet_file", "parquet_files_in", "parquet_folder"]

SUFFIXES = (".parquet", ".parq", ".pq")
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""What programs write into a path where a row has no value."""
CODE = re.compile(r"-?0\d+")
"""Digits with a leading zero are no number but a code."""


def arrow_or_refused() -> Any:
    """Return pyarrow with what of it tables need; raises BacklitError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.csv
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError:
        raise BacklitError("reading tables needs pyarrow, which is not installed: pip install pyarrow") from None
    return pyarrow


def parquet_files_in(folder: Path) -> list[Path]:
    """Return the Parquet files in a folder and those below it, by name; none that begins with a point or ``_``."""
    there = sorted(
        file
        for file in folder.rglob("*")
        if not any(part.startswith(("_", ".")) for part in file.relative_to(folder).parts) and file.is_file()
    )
    return [file for file in there if file.suffix.lower() in SUFFIXES]


def parquet_folder(folder: Path) -> Table:
    """Read all Parquet files in a folder, in the order of their names; ``year=2020`` in a path is a column.

    Whole numbers and decimals, or nothing and any, in the files of one column go together; words and numbers do not.
    Raises BacklitError for no files, for one that is damaged or empty, and for columns that do not go together.
    """
    files = parquet_files_in(folder)
    if not files:
        raise BacklitError(f"{folder}: expected a table (CSV or Parquet), got a folder without Parquet files")
    table = _read(folder, files, _common_schema(folder, files))
    return replace(table, notes=(f"{len(files):,} Parquet file{'s' if len(files) > 1 else ''}",))


def parquet_file(path: Path, file: Path) -> Table:
    """Read a Parquet file; ``path`` is how it was named, from where it may have been unpacked."""
    return _read(path, [file], None)


def _common_schema(folder: Path, files: Sequence[Path]) -> Any:
    """The columns of all files, each of a type that holds what every file has of it."""
    schemas = [_without_index(_schema_of(file)) for file in files]
    other = next((i for i, schema in enumerate(schemas) if set(schema.names) != set(schemas[0].names)), None)
    if other is not None:
        odd = sorted(set(schemas[other].names) ^ set(schemas[0].names))[0]
        raise BacklitError(
            f"{folder}: expected files of the same columns, got '{odd:.60}' in one of {files[0].name} and "
            f"{files[other].name} alone"
        )
    check_names(files[0], [str(name) for name in schemas[0].names])
    arrow = arrow_or_refused()
    fields = [_common_field(folder, files, [schema.field(name) for schema in schemas]) for name in schemas[0].names]
    return arrow.schema(fields, metadata=schemas[0].metadata)


def _common_field(folder: Path, files: Sequence[Path], fields: Sequence[Any]) -> Any:
    arrow = arrow_or_refused()
    types = arrow.types
    known = [field.type for field in fields if not types.is_null(field.type)]
    if not all(types.is_dictionary(kind) for kind in known):
        fields = [_plain(field) for field in fields]
    common = fields[0]
    for i, field in enumerate(fields):
        try:
            schemas = [arrow.schema([common]), arrow.schema([field])]
            common = arrow.unify_schemas(schemas, promote_options="permissive").field(0)
        except arrow.ArrowException:
            raise BacklitError(
                f"{folder}: expected one type of column '{field.name:.60}' in all files, got {common.type} in "
                f"{files[0].relative_to(folder)} and {field.type} in {files[i].relative_to(folder)}"
            ) from None
    return common


def _without_index(schema: Any) -> Any:
    """A schema without what pandas keeps as its row numbers, which one file may have and another not."""
    for name in _pandas_index(schema.metadata) & set(schema.names):
        schema = schema.remove(schema.get_field_index(name))
    return schema


def _plain(field: Any) -> Any:
    """A column of categories as one of what the categories are."""
    kind = field.type
    return field.with_type(kind.value_type) if arrow_or_refused().types.is_dictionary(kind) else field


def _schema_of(file: Path) -> Any:
    arrow = arrow_or_refused()
    if not file.stat().st_size:
        raise BacklitError(f"{file}: expected a Parquet file, got an empty one")
    try:
        return arrow.parquet.read_schema(file)
    except (arrow.ArrowException, OSError) as error:
        raise BacklitError(f"{file}: damaged, expected a Parquet file ({error!s:.120})") from None


def _read(path: Path, files: list[Path], schema: Any) -> Table:
    arrow = arrow_or_refused()
    try:
        table = arrow.parquet.read_table(files if len(files) > 1 else files[0], schema=schema, partitioning=None)
    except (arrow.ArrowException, OSError) as error:
        # Arrow names the file once more
        reason = str(error).partition("\n")[0].replace(f"Could not open Parquet input source '{files[0]}': ", "")
        raise BacklitError(f"{path}: damaged, expected a Parquet file ({reason:.120})") from None
    names = _names(path, table)
    check_names(path, names)
    _check_cells(path, table, names)
    table = _with_categories(arrow, table, files[0])
    # what pandas keeps as its row numbers is no column of the table
    index = _pandas_index(table.schema.metadata)
    columns = {name: table.column(i) for i, name in enumerate(names) if name not in index}
    columns |= {name: told for name, told in _columns_of_paths(files).items() if name not in columns}
    if not columns or not table.num_rows:
        raise BacklitError(f"{path}: expected a table with rows, got {len(columns)} columns and {table.num_rows} rows")
    return Table(str(path), columns)


def _columns_of_paths(files: Sequence[Path]) -> dict[str, Any]:
    """Columns that the files' paths tell, ``year=2020``; in a file without one there is no value."""
    told = [dict(part.split("=", 1) for part in file.parent.parts if part.find("=") > 0) for file in files]
    names = list(dict.fromkeys(name for one in told for name in one))
    if not names:
        return {}
    arrow = arrow_or_refused()
    counts = [arrow.parquet.read_metadata(file).num_rows for file in files]
    columns = {}
    for name in names:
        words = [None if one.get(name, NO_VALUE) == NO_VALUE else unquote(one[name]) for one in told]
        columns[unquote(name)] = _typed(words).take(arrow.array(np.repeat(np.arange(len(files)), counts)))
    return columns


def _typed(words: Sequence[str | None]) -> Any:
    """An Arrow array of whole numbers, decimals or dates, where all words are such; else of the words."""
    arrow = arrow_or_refused()
    array = arrow.array(words, arrow.string())
    if any(word is not None and CODE.fullmatch(word) for word in words):
        return array
    for kind in (arrow.int64(), arrow.float64(), arrow.date32()):
        try:
            return array.cast(kind)
        except arrow.ArrowException:
            continue
    return array


def _with_categories(arrow: Any, table: Any, file: Path) -> Any:
    """The table, its columns of numbers that were written as categories made categories again."""
    metadata = arrow.parquet.read_metadata(file).metadata or {}
    if b"ARROW:schema" not in metadata:
        return table
    try:
        written = arrow.ipc.read_schema(arrow.py_buffer(base64.b64decode(metadata[b"ARROW:schema"])))
        # a name that is no UTF-8 is a ValueError too
        types = [(field.name, field.type) for field in written]
    except (arrow.ArrowException, ValueError, OSError):
        return table
    for i, field in enumerate(table.schema):
        was = types[i][1] if i < len(types) and types[i][0] == field.name else field.type
        if arrow.types.is_dictionary(was) and not arrow.types.is_dictionary(field.type):
            table = table.set_column(i, field.name, table.column(i).dictionary_encode())
    return table


def _names(path: Path, table: Any) -> list[str]:
    try:
        return [str(name) for name in table.column_names]
    except UnicodeDecodeError:
        raise BacklitError(f"{path}: damaged, expected the columns' names in UTF-8, got bytes that are none") from None


def _check_cells(path: Path, table: Any, names: list[str]) -> None:
    """Raise BacklitError where a column's parts do not fit together, or its text is no UTF-8: Arrow reads both."""
    for number, name in enumerate(names):
        try:
            table.column(number).validate(full=True)
        except arrow_or_refused().ArrowException as error:
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
