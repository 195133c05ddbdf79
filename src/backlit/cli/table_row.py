"""A row of a table, prepared as its model was trained, as the sample to explain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backlit.cli.fold import show_words
from backlit.errors import BacklitError
from backlit.files.cases import Case

if TYPE_CHECKING:
    import numpy as np

    from backlit.tables.model import TableModel
    from backlit.tables.table import Table

__all__ = ["with_table_row"]

MOST_NAMED = 40


def with_table_row(
    case: Case,
    file: Path,
    data: Path,
    row: int,
    target_column: str | None,
    *,
    what_if: Sequence[str] = (),
    top: int = 8,
    in_words: bool = False,
) -> Case:
    """Return the case with row ``row``, from 1, of a table as the network's inputs, and its target if it has one.

    What the model predicts for the row and what each column contributed is printed, on standard error where
    ``in_words`` is false; the inputs' names and values, and the target's, on standard error. ``what_if``: changes of
    the row, such as ``cut=Ideal``, whose prediction is told too. Raises BacklitError for a table that the model cannot
    take, a row that is not there, and a change that cannot be.
    """
    from backlit.tables.model import encoding_of, has_target, network_target
    from backlit.tables.model_file import load_model
    from backlit.tables.read import read_table

    model = load_model(file)
    if target_column not in (None, model.target):
        raise BacklitError(f"{file} predicts '{model.target}', so --target-column cannot be '{target_column}'")
    table = read_table(data, encoding=encoding_of(model))
    if not 1 <= row <= table.n_rows:
        raise BacklitError(f"{data}: expected a row from 1 to {table.n_rows:,}, got {row}")
    origin = f"{data}, row {row}"
    inputs, text, notes = _told(model, table, row - 1, origin, what_if, top)
    show_words(f"{text}\n\n", err=not in_words)
    for note in notes:
        show_words(f"note: {note}", err=True)
    show_words(f"{origin}, as the network's inputs: {_inputs_told(model.input_names, inputs)}", err=True)
    values, origins = {"input": inputs.tolist()}, {"input": origin}
    if not has_target(model, table, row - 1):
        show_words("target: none in this row; the layers' backward pass is to one that is drawn", err=True)
    else:
        target, told = network_target(model, table, row - 1)
        show_words(f"target: {told}", err=True)
        values["target"], origins["target"] = target, origin
    return case.with_values(values, origins)


def _inputs_told(names: Sequence[str], inputs: np.ndarray) -> str:
    """Names and values of the inputs that are not 0; of a column of words all but one or two are."""
    words = [f"{name} {value:.3g}" for name, value in zip(names, inputs, strict=True) if value]
    n_zeros, n_more = len(names) - len(words), len(words) - MOST_NAMED
    rest = [f"{n_more} more"] * (n_more > 0) + [f"{n_zeros} that are 0"] * (n_zeros > 0)
    return ", ".join(words[:MOST_NAMED]) + "".join(f", and {part}" for part in rest)


def _told(
    model: TableModel, table: Table, row: int, origin: str, what_if: Sequence[str], top: int
) -> tuple[np.ndarray, str, list[str]]:
    """The network's inputs for a row, from 0, the prediction and the contributions in words, and what is strange."""
    from backlit.tables.forms import forms_at_prediction
    from backlit.tables.model import values_of_table
    from backlit.tables.row_words import cells_of_row, changed_row, inputs_of_row, row_of, row_text, what_if_text
    from backlit.tables.strangers import strangers_among

    values = row_of(values_of_table(model, table), row)
    names = [column.name for column in model.columns]
    text = row_text(model, values, cells_of_row(table, names, row), origin, top)
    notes = strangers_among(model, values)
    if what_if:
        forms = forms_at_prediction(table, {c.name: (c.kind, c.form) for c in model.columns})
        changed = changed_row(model, values, forms, what_if)
        text += f"\n\n{what_if_text(model, values, changed, what_if)}"
        notes = list(dict.fromkeys([*notes, *strangers_among(model, changed)]))
    inputs: np.ndarray = inputs_of_row(model, values)[0]
    return inputs, text, notes
