"""What is done with each column, decided from the whole table before anything is fitted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.arrays import Words
from backlit.tables.cell_form import CellForm
from backlit.tables.oddities import counted_rows, is_nameless, number_warnings, taken_for
from backlit.tables.prepare import MOST_CATEGORIES
from backlit.tables.readings import Reading, problem_of
from backlit.tables.table import Table
from backlit.tables.values import column_values

__all__ = ["Planned", "check_any_used", "learnable", "plan_column"]

FEW = 20
ID_NAME = re.compile(
    r"(^|[_ .-])(ids?|[a-z]?id_?(num|no|nr|number)|pid|uuid|guid|key|index|rownum|row|number)$"
    r"|(?-i:[a-z](Id|ID|Ids|IDs|Key)$)",
    re.IGNORECASE,
)
"""Names of identifiers: id, patient_id, pidnum, PassengerId; not paid, grid, valid."""


@dataclass(frozen=True, eq=False)
class Planned:
    """One column: its kind, its values where it is used, and in words what is done with it or why it is left out.

    ``warnings`` say what the user should look at. ``form``: how the cells are written.
    """

    name: str
    kind: str
    words: str
    values: np.ndarray | Words | None = None
    warnings: tuple[str, ...] = ()
    form: CellForm | None = None


def plan_column(
    table: Table, name: str, rows: np.ndarray | None, reading: Reading, *, keep: bool, means: bool = False
) -> Planned:
    """Decide what to do with a column, from the rows that have a target (None: all of them).

    ``reading``: what it holds. ``keep``: use it even where it looks like an identifier. ``means``: whether many words
    have inputs of the mean target. Raises BacklitError for
    a column that can be read in two ways, and for infinite numbers.
    """
    kind = reading.kind
    if reading.problem:
        raise problem_of(table, name, reading)
    if kind == "other":
        return Planned(name, kind, f"left out: values of type {table.columns[name].type} cannot be prepared")
    if kind == "nothing":
        return Planned(name, kind, "left out: every value is missing")
    values = column_values(table, name, kind, reading.form)
    if rows is not None:
        values = values[rows]
    present = values.codes[values.codes >= 0] if isinstance(values, Words) else values[~np.isnan(values)]
    n_distinct, n_missing = len(np.unique(present)), len(values) - len(present)
    if not len(present):
        return Planned(name, "nothing", "left out: every value is missing")
    if n_distinct == 1 and not n_missing:
        return Planned(name, kind, "left out: the same value in every row")
    warned = (reading.warning,) if reading.warning else ()
    looks = "" if keep else _looks_like(table, name, kind, values, n_distinct)
    if looks:
        warning = f"column '{name}' looks like {looks} and is left out; --keep '{name}' uses it"
        words = f"left out: it looks like {looks}".replace(" (", ", ").rstrip(")")
        return Planned(name, kind, words, warnings=(*warned, warning))
    words = "; ".join(
        filter(None, (_words(kind, n_distinct, n_missing, means), reading.said, taken_for(name, kind, values)))
    )
    if isinstance(values, Words) and n_distinct > MOST_CATEGORIES and not means:
        warned = (*warned, _rare_words(name, values))
    elif kind == "number" and not isinstance(values, Words):
        warned = (*warned, *number_warnings(name, values))
    return Planned(name, kind, words, values, warned, reading.form)


def learnable(column: Planned, rows: np.ndarray) -> Planned:
    """Return a planned column, left out where it has no value in the rows to train on."""
    values = column.values
    if values is None:
        return column
    absent = values.codes[rows] < 0 if isinstance(values, Words) else np.isnan(values[rows])
    if not absent.all():
        return column
    return Planned(column.name, column.kind, "left out: it has no value in the rows to train on")


def _looks_like(table: Table, name: str, kind: str, values: np.ndarray | Words, n_distinct: int) -> str:
    """What a column that says nothing of its rows looks like, or ""."""
    n = len(values)
    share = "a different value in every row" if n_distinct == n else f"{n_distinct:,} different values"
    if isinstance(values, Words):
        if n_distinct <= FEW or n_distinct <= n / 2:
            return ""
        return f"{'text of several words' if _is_prose(values.words) else 'an identifier'} ({share})"
    if kind != "number" or n <= FEW:
        return ""
    whole = bool((values == np.floor(values)).all())
    if whole and is_nameless(table, name):
        return f"the row numbers that a program wrote beside the table ({share})"
    if whole and n_distinct == n and counted_rows(values):
        return f"row numbers ({share})"
    return f"an identifier ({share})" if whole and n_distinct == n and ID_NAME.search(name) else ""


def _is_prose(words: Sequence[str]) -> bool:
    """Whether half of a column's words are of four words and more: a comment, and no name or number."""
    some = words[:: max(len(words) // 500, 1)]
    return sum(len(cell.split()) >= 4 for cell in some) >= len(some) / 2


def _rare_words(name: str, values: Words) -> str:
    counts = np.sort(np.bincount(values.codes + 1))[::-1]
    rest = int(counts[MOST_CATEGORIES:].sum())
    return (
        f"column '{name}' has {len(counts[counts > 0]):,} categories, and {rest:,} rows hold one that is not among the "
        f"{MOST_CATEGORIES} commonest, which have an input each: in these the column says nothing"
    )


def _words(kind: str, n_distinct: int, n_missing: int, means: bool) -> str:
    missing = f"; {n_missing:,} missing" if n_missing else ""
    if kind == "text":
        rest = f"the {MOST_CATEGORIES} commonest of " if n_distinct > MOST_CATEGORIES else ""
        told = f"{rest}{n_distinct:,} categories, one input each{missing}{', an input of their own' if missing else ''}"
        return f"{told}; of all the mean target" if rest and means else told
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
