"""A table: named columns as they were read, and the words for a place in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest
from backlit.tables.csv_lines import CsvForm, line_of_row

__all__ = ["NAMELESS", "Table", "check_names", "chosen_columns", "column_named"]

NAMELESS = "the first column has no name"


@dataclass(frozen=True, eq=False)
class Table:
    """``columns``: by name, Arrow arrays or NumPy arrays (n_rows,). ``source``: the file, or the bundled set's name.

    A text file's cells are text, without the spaces around them, and null where they are empty. ``csv`` says how the
    file was read, and is None for a table of another kind. ``notes``: what was passed over before the heading.
    """

    source: str
    columns: Mapping[str, Any] = field(repr=False)
    csv: CsvForm | None = None
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())))

    def place(self, row: int) -> str:
        """Say where a row, counted from 0, stands: its line where the table came from a text file."""
        if self.csv is None:
            return f"{self.source}, row {row + 1}"
        return f"{self.source}, line {line_of_row(self.source, self.csv, row)}"


def column_named(table: Table, name: str, role: str) -> Any:
    """Return a column, or raise BacklitError that suggests the nearest name; ``role`` is what it was wanted for."""
    if name in table.columns:
        return table.columns[name]
    by_lower = {known.lower(): known for known in table.columns}
    near = nearest(name, by_lower)
    known = ", ".join(list(table.columns)[:12]) + (", ..." if len(table.columns) > 12 else "")
    hint = f"; did you mean '{by_lower[near]}'?" if near else f"; columns: {known}"
    raise BacklitError(f"{table.source}: there is no column '{name:.60}' for {role}{hint}")


def chosen_columns(table: Table, names: Iterable[str], role: str) -> list[str]:
    """Return the names after checking that the table has them all."""
    names = list(names)
    for name in names:
        column_named(table, name, role)
    return names


def check_names(path: Path, names: list[str]) -> None:
    """Raise BacklitError where two columns of a file have one name."""
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise BacklitError(f"{path}: expected a name of its own for each column, got '{twice:.60}' twice")
