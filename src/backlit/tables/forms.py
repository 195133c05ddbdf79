"""How a table's cells are written at prediction: as in training, or it is said and nothing is predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backlit.errors import BacklitError
from backlit.tables.cell_form import CellForm
from backlit.tables.readings import find_readings, problem_of
from backlit.tables.seen import Choices, certain_decimals, marks_by_column
from backlit.tables.table import Table

__all__ = ["forms_at_prediction"]

OTHER = {".": ",", ",": "."}


def forms_at_prediction(
    table: Table, trained: Mapping[str, tuple[str, CellForm | None]], decimal: str | None = None
) -> dict[str, CellForm | None]:
    """Return how to read each column, by name, given its kind and form in training.

    ``decimal``: the decimal mark, where the user says it. Raises BacklitError where numbers have another decimal mark
    than in training, and where training saw none and theirs can be read in two ways.
    """
    forms = {name: form for name, (_, form) in trained.items()}
    numbers = {name: form for name, (kind, form) in trained.items() if kind == "number" and form is not None}
    if table.csv is None or not numbers:
        return forms
    if decimal is not None:
        for name, form in numbers.items():
            thousands = form.thousands if form.thousands in (" ", "'") else OTHER[decimal]
            forms[name] = replace(form, decimal=decimal, thousands=thousands)
        return forms
    _check_same(table, numbers)
    open_names = [name for name, form in numbers.items() if not form.decimal]
    if open_names:
        readings = find_readings(table, table.columns, Choices())
        for name in open_names:
            if readings[name].kind != "number":
                continue
            if readings[name].problem:
                raise problem_of(table, name, readings[name])
            found = readings[name].form
            form = numbers[name]
            forms[name] = replace(form, decimal=found.decimal, thousands=form.thousands or found.thousands)
    return forms


def _check_same(table: Table, numbers: Mapping[str, CellForm]) -> None:
    """Raise where a column's numbers certainly have another decimal mark than in training."""
    marks = {form.decimal for form in numbers.values() if form.decimal}
    for name, seen in marks_by_column(table).items():
        mark = numbers[name].decimal if name in numbers else next(iter(marks)) if len(marks) == 1 else ""
        if mark and OTHER[mark] in certain_decimals(seen):
            other = OTHER[mark]
            cell = seen.examples.get(f"decimal{other}") or seen.examples.get(f"thousands{mark}", "")
            raise BacklitError(
                f"{table.source}: column '{name}' is written with the decimal mark '{other}', as in '{cell:.30}', and "
                f"the table that the model was trained on with '{mark}'; --decimal {other} reads it"
            )
