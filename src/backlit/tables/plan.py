"""What is done with each column, decided from the whole table before anything is fitted."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.prepare import MOST_CATEGORIES
from backlit.tables.table import Table
from backlit.tables.values import Words, column_kind, column_values

__all__ = ["Planned", "check_any_used", "learnable", "plan_column"]

FEW = 20
ID_NAME = re.compile(r"(^|[_ .-])(id|ids|uuid|guid|key|index|rownum|row|number)$", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Planned:
    """One column: its kind, its values where it is used, and in words what is done with it or why it is left out.

    ``warning`` says what the user should look at, or is empty.
    """

    name: str
    kind: str
    words: str
    values: np.ndarray | Words | None = None
    warning: str = ""


def plan_column(table: Table, name: str, rows: np.ndarray | None, *, keep: bool) -> Planned:
    """Decide what to do with a column, from the rows that have a target (None: all of them).

    ``keep``: use it even where it looks like an identifier. Raises BacklitError for infinite numbers.
    """
    column = table.columns[name]
    kind = column_kind(column)
    if kind == "other":
        return Planned(name, kind, f"left out: values of type {column.type} cannot be prepared")
    if kind == "nothing":
        return Planned(name, kind, "left out: every value is missing")
    values = column_values(table, name, kind)
    if rows is not None:
        values = values[rows]
    present = values.codes[values.codes >= 0] if isinstance(values, Words) else values[~np.isnan(values)]
    n_distinct, n_missing = len(np.unique(present)), len(values) - len(present)
    if not len(present):
        return Planned(name, "nothing", "left out: every value is missing")
    if n_distinct == 1 and not n_missing:
        return Planned(name, kind, "left out: the same value in every row")
    if not keep and _looks_like_identifier(name, kind, values, n_distinct):
        share = "a different value in every row" if n_distinct == len(values) else f"{n_distinct:,} different values"
        warning = f"column '{name}' looks like an identifier ({share}) and is left out; --keep '{name}' uses it"
        return Planned(name, kind, f"left out: it looks like an identifier, {share}", warning=warning)
    return Planned(name, kind, _words(kind, n_distinct, n_missing), values)


def learnable(column: Planned, rows: np.ndarray) -> Planned:
    """Return a planned column, left out where it has no value in the rows to train on."""
    values = column.values
    if values is None:
        return column
    absent = values.codes[rows] < 0 if isinstance(values, Words) else np.isnan(values[rows])
    if not absent.all():
        return column
    return Planned(column.name, column.kind, "left out: it has no value in the rows to train on")


def _looks_like_identifier(name: str, kind: str, values: np.ndarray | Words, n_distinct: int) -> bool:
    n = len(values)
    if isinstance(values, Words):
        return n_distinct > FEW and n_distinct > n / 2
    if kind != "number" or n_distinct != n or n <= FEW or not (values == np.floor(values)).all():
        return False
    counted = values.max() - values.min() == n - 1
    return bool(counted and _in_order(values)) or ID_NAME.search(name) is not None


def _in_order(values: np.ndarray) -> bool:
    """Whether the rows are numbered one after the other."""
    return bool((np.diff(values) == 1).all())


def _words(kind: str, n_distinct: int, n_missing: int) -> str:
    missing = f"; {n_missing:,} missing" if n_missing else ""
    if kind == "text":
        rest = f"the {MOST_CATEGORIES} commonest of " if n_distinct > MOST_CATEGORIES else ""
        return f"{rest}{n_distinct:,} categories, one input each{missing}{', an input of their own' if missing else ''}"
    words = {
        "number": "scaled to mean 0 and standard deviation 1",
        "boolean": "yes or no as a number, scaled",
        "date": "days, and the place in year, week and day where it varies, scaled",
    }
    return f"{words[kind]}{missing}{', set to the median and marked' if missing else ''}"


def check_any_used(table: Table, planned: list[Planned], target: str) -> None:
    """Raise BacklitError where no column is left to learn from."""
    if not any(column.values is not None for column in planned):
        why = "; ".join(f"'{column.name}' {column.words}" for column in planned[:3]) or "there is no other column"
        raise BacklitError(f"{table.source}: no column is left to predict '{target}' from: {why}")
