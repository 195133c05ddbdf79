"""A row's prediction in the table's own words: classes' names, the target's units, and what each column contributed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.errors import BacklitError, nearest
from backlit.tables.arrays import Words
from backlit.tables.cell_form import CellForm
from backlit.tables.contributions import contributions_of
from backlit.tables.model import TableModel, outputs_of
from backlit.tables.prepare import inputs_of, known_words, knows_missing
from backlit.tables.table import Table, column_named
from backlit.tables.values import column_values

__all__ = ["cells_of_row", "changed_row", "inputs_of_row", "prediction_words", "row_of", "row_text", "what_if_text"]

Row = Mapping[str, np.ndarray | Words]


def inputs_of_row(model: TableModel, row: Row) -> np.ndarray:
    """Return the inputs (1, n_in) of a row's values (1,) by column."""
    return inputs_of(model.columns, row, 1, model.network.weights[0].dtype)


def row_text(model: TableModel, row: Row, cells: Mapping[str, str], origin: str, top: int = 8) -> str:
    """Say what the model predicts for a row, and what each column contributed.

    ``row``: values (1,) by column. ``cells``: what the table says there. ``top``: so many columns are listed, the
    others in one line.
    """
    X = inputs_of_row(model, row)
    told = contributions_of(model, X[0])
    return "\n".join(
        [
            f"{origin}: predicts {prediction_words(model, X)}",
            "",
            told.to_text(top=top, cells=cells),
            "",
            f"What a column contributed: integrated gradients from the average row of training to this one, "
            f"{told.n_steps:,} steps,",
            f"which add up to the prediction but for {abs(told.gap):.1g}",
        ]
    )


def prediction_words(model: TableModel, X: np.ndarray) -> str:
    """Say the prediction for inputs (1, n_in): a quantity, or a class, its probability and the next ones'."""
    outputs = outputs_of(model, X)[0]
    if not model.classes:
        return f"{model.target} = {outputs[0]:,.6g}"
    order = np.argsort(-outputs, kind="stable")
    others = ", ".join(f"{model.classes[i]} {outputs[i]:.3f}" for i in order[1:4])
    more = f", {len(order) - 4} more" if len(order) > 4 else ""
    return f"{model.target} = {model.classes[order[0]]}, with probability {outputs[order[0]]:.3f} ({others}{more})"


def changed_row(model: TableModel, row: Row, forms: Mapping[str, CellForm | None], changes: Sequence[str]) -> Row:
    """Return a row's values with those of ``changes``, each such as ``cut=Ideal``, in their place.

    Raises BacklitError for a column that the model does not use, a cell that is not of the column's kind, and a word
    that training did not see.
    """
    import pyarrow as arrow

    changed = dict(row)
    columns = {column.name: column for column in model.columns}
    for name, text in _changes(model, changes):
        column, form = columns[name], forms[name]
        if not text and not knows_missing(column):
            raise BacklitError(f"--what-if: training saw no missing value in column '{name}' to learn from")
        cell = arrow.chunked_array([arrow.array([text or None], arrow.string())])
        form = replace(form, decimal=form.decimal or ".") if form is not None else CellForm(decimal=".", date="ymd")
        value = column_values(Table("--what-if", {name: cell}), name, column.kind, form)
        if isinstance(value, Words) and text and text not in known_words(column):
            known = [word for word in column.encoder.categories_[0].tolist() if word]
            near = nearest(text, known)
            hint = f"did you mean '{near}'?" if near else f"known: {', '.join(known[:8])}"
            raise BacklitError(f"--what-if: training saw no '{text:.40}' in column '{name}' to learn from; {hint}")
        changed[name] = value
    return changed


def _changes(model: TableModel, changes: Sequence[str]) -> list[tuple[str, str]]:
    """The columns and the cells that changes name; raises BacklitError for a column not used, or named twice."""
    used = {column.name: np.zeros(1) for column in model.columns}
    found: dict[str, str] = {}
    for change in changes:
        name, equals, text = (part.strip() for part in change.partition("="))
        if not equals or not name:
            raise BacklitError(f"--what-if: expected COLUMN=VALUE, got '{change:.60}'")
        if name == model.target:
            raise BacklitError(f"--what-if: '{name}' is what the model predicts, not what it predicts from")
        told = model.record.get("columns")
        if name not in used and isinstance(told, Mapping) and name in told:
            raise BacklitError(f"--what-if: the model does not use column '{name:.60}' ({told[name]!s:.80})")
        column_named(Table("the model", used), name, "--what-if")
        if name in found:
            raise BacklitError(f"--what-if: column '{name}' is given twice, as '{found[name]:.40}' and '{text:.40}'")
        found[name] = text
    return list(found.items())


def what_if_text(model: TableModel, row: Row, changed: Row, changes: Sequence[str]) -> str:
    """Say how the prediction changes with a row's values."""
    before, after = (outputs_of(model, inputs_of_row(model, values))[0] for values in (row, changed))
    told = [f"{name} {f'= {text}' if text else 'is missing'}" for name, text in _changes(model, changes)]
    said = f"What if {' and '.join(told)}: "
    said += prediction_words(model, inputs_of_row(model, changed))
    if not model.classes:
        return f"{said}, {after[0] - before[0]:+,.6g}"
    was = int(before.argmax())
    return f"{said}; {model.classes[was]} {after[was] - before[was]:+.3f}"


def row_of(values: Mapping[str, Any], row: int) -> dict[str, np.ndarray | Words]:
    """Return a row's values (1,) by column, of the values (n,) of all rows."""
    return {name: column[row : row + 1] for name, column in values.items()}


def cells_of_row(table: Table, names: Sequence[str], row: int) -> dict[str, str]:
    """Return what the table says in a row, by column, as text."""
    found = {}
    for name in names:
        cell = table.columns[name][row]
        cell = cell.as_py() if hasattr(cell, "as_py") else cell
        found[name] = "missing" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell)
    return found
