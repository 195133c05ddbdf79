"""The column to predict: classes or a quantity, and how it becomes what a network is trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backlit.errors import BacklitError
from backlit.tables.arrays import Words, class_label, words_of
from backlit.tables.cell_form import CellForm
from backlit.tables.readings import Reading, find_readings, problem_of
from backlit.tables.table import Table, column_named
from backlit.tables.values import column_values

__all__ = ["TASKS", "Target", "find_target"]

TASKS = ("classification", "regression")
MOST_CLASSES_OF_NUMBERS = 20
"""Whole numbers with at most so many different values are taken for classes."""

FEWEST_ROWS = 10

MOST_TARGETS = 500_000_000
"""Rows times classes: a network is trained on a number for each, which are 2 GB then."""


@dataclass(frozen=True, eq=False)
class Target:
    """``y (n,)``: class codes or quantities of the rows that have one, ``rows`` (None: every row has one).

    ``classes``: words, in the order of the codes; empty for a quantity. ``reason``: why it is taken for what it is.
    """

    name: str
    task: str
    y: np.ndarray
    rows: np.ndarray | None
    classes: tuple[str, ...]
    reason: str
    form: CellForm | None = None
    warnings: tuple[str, ...] = ()


def find_target(table: Table, name: str, task: str | None = None, reading: Reading | None = None) -> Target:
    """Read the target column and say which task it makes, by default by what it holds.

    ``reading``: what it holds, by default found from the table. Raises BacklitError for a column that is not there
    (with the nearest name), all missing, of one class or value, with a class of its own in every row, infinite, with
    fewer than 10 rows, or that can be read in two ways.
    """
    if task is not None and task not in TASKS:
        raise BacklitError(f"a task must be classification or regression, got '{task:.40}'")
    column = column_named(table, name, "the target")
    reading = reading or find_readings(table, table.columns, target=name)[name]
    if reading.problem:
        raise problem_of(table, name, reading)
    kind, form = reading.kind, reading.form
    where = f"{table.source}: the target '{name}'"
    if kind == "other":
        raise BacklitError(f"{where} must be classes or numbers, got values of type {column.type}")
    values, missing = _values(table, name, reading)
    numbers = values if kind == "number" and not isinstance(values, Words) else None
    if missing.all():
        raise BacklitError(f"{where} is missing in every row, so there is nothing to learn")
    rows = np.flatnonzero(~missing) if missing.any() else None
    n = len(missing) if rows is None else len(rows)
    if n < FEWEST_ROWS:
        raise BacklitError(f"{where} must be there in at least {FEWEST_ROWS} rows, got {n}")
    if numbers is not None:
        numbers = numbers if rows is None else numbers[rows]
        found, reason = _task_of_numbers(numbers)
    else:
        found, reason = "classification", {"text": "words", "boolean": "yes or no", "date": "dates"}[kind]
    if kind == "date" and task is None:
        raise BacklitError(
            f"{where} must be classes or numbers, got dates; --task classification takes each date for a class"
        )
    reason = "; ".join(filter(None, (reason, reading.said)))
    target = (
        _classes(where, name, words_of(column, form.missing), numbers, rows, reason)
        if (task or found) == "classification"
        else _quantity(where, name, kind, numbers, rows, reason)
    )
    return replace(target, form=form, warnings=(reading.warning,) if reading.warning else ())


def _values(table: Table, name: str, reading: Reading) -> tuple[np.ndarray | Words, np.ndarray]:
    """The target's values, and in which rows there is none."""
    if reading.kind == "nothing":
        return np.full(table.n_rows, np.nan), np.ones(table.n_rows, dtype=bool)
    values = column_values(table, name, reading.kind, reading.form)
    return values, values.codes < 0 if isinstance(values, Words) else np.isnan(values)


def _task_of_numbers(values: np.ndarray) -> tuple[str, str]:
    whole = bool((values == np.floor(values)).all())
    n_distinct = len(np.unique(values))
    if whole and n_distinct <= MOST_CLASSES_OF_NUMBERS:
        return "classification", f"whole numbers with {n_distinct} different values"
    return "regression", f"{'whole ' if whole else ''}numbers with {n_distinct:,} different values"


def _quantity(
    where: str, name: str, kind: str, numbers: np.ndarray | None, rows: np.ndarray | None, reason: str
) -> Target:
    if numbers is None:
        raise BacklitError(f"{where} must be numbers for regression, got {kind}")
    if (numbers == numbers[0]).all():
        raise BacklitError(f"{where} is {numbers[0]:g} in every row, so there is nothing to learn")
    return Target(name, "regression", numbers, rows, (), reason)


def _classes(
    where: str, name: str, words: Words, numbers: np.ndarray | None, rows: np.ndarray | None, reason: str
) -> Target:
    codes = words.codes if rows is None else words.codes[rows]
    if numbers is None:
        seen = np.unique(codes)
        labels = sorted(words.words[i] for i in seen)
        place = {label: i for i, label in enumerate(labels)}
        y = np.array([place.get(word, -1) for word in words.words])[codes]
    else:
        # 1 and 1.0 are one class, and 10 comes after 9
        distinct, y = np.unique(numbers, return_inverse=True)
        labels = [class_label(value) for value in distinct]
    if len(labels) == 1:
        raise BacklitError(f"{where} is '{labels[0]:.40}' in every row: expected at least two classes")
    if len(labels) > len(y) / 2:
        raise BacklitError(
            f"{where} has {len(labels):,} classes in {len(y):,} rows, too few rows of each to learn from"
            + ("; --task regression predicts numbers" if numbers is not None else "")
        )
    if len(labels) * len(y) > MOST_TARGETS:
        raise BacklitError(
            f"{where} has {len(labels):,} classes in {len(y):,} rows, more than a network is given: at most "
            f"{MOST_TARGETS:,} rows times classes"
        )
    return Target(name, "classification", y.astype(np.int64), rows, tuple(labels), reason)
