"""A model of a table: a network, what prepares its inputs, and what its outputs mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.tables.arrays import Words, class_label, words_of
from backlit.tables.cell_form import CellForm
from backlit.tables.forms import forms_at_prediction
from backlit.tables.prepare import SLICE, Prepared, input_names, inputs_of, known_words
from backlit.tables.table import Table
from backlit.tables.target_means import FOLDS, outcome_names, outcomes_of
from backlit.tables.values import column_values

__all__ = [
    "Predictions",
    "TableModel",
    "encoding_of",
    "has_target",
    "inputs_of_table",
    "network_target",
    "network_targets",
    "outputs_of",
    "predict_table",
    "samples_of_table",
    "values_of_table",
]


@dataclass(frozen=True, eq=False)
class TableModel:
    """``columns``: in the order of the network's inputs. ``classes``: words, empty for a quantity.

    A quantity is the network's output times ``scale`` plus ``mean``. ``ids``: columns copied to predictions.
    ``target_form``: how the target's cells were written. ``errors``: sizes of a quantity's errors on rows held out, for
    intervals. ``record``: how it was trained, plain values: settings, source, rows, scores, losses, versions.
    """

    network: Network
    columns: tuple[Prepared, ...]
    target: str
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0
    ids: tuple[str, ...] = ()
    target_form: CellForm | None = None
    errors: tuple[float, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def task(self) -> str:
        """Classification or regression."""
        return "classification" if self.classes else "regression"

    @property
    def input_names(self) -> list[str]:
        """The names of the network's inputs, in their order."""
        outcomes = outcome_names(self.target, self.classes)
        return [name for column in self.columns for name in input_names(column, outcomes)]


@dataclass(frozen=True, eq=False)
class Predictions:
    """``values (n,)``: class words or quantities. ``probabilities (n, n_classes)``, or None for a quantity."""

    values: np.ndarray
    probabilities: np.ndarray | None = None


def inputs_of_table(model: TableModel, table: Table, decimal: str | None = None) -> np.ndarray:
    """Return the network's inputs (n, n_in) of a table, whose columns are matched by name.

    ``decimal``: the decimal mark of the table's numbers, where it is another than in training. Raises BacklitError
    for columns that are not there, naming them, and cells that are not of the column's kind or written in another way.
    """
    values = values_of_table(model, table, decimal)
    return inputs_of(model.columns, values, table.n_rows, model.network.weights[0].dtype)


def samples_of_table(model: TableModel, table: Table, *, trained_on: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (n, n_in) and targets (n,), both float64, of a table's rows that have a target.

    ``trained_on``: whether a network will be trained on them; no mean of a word then has the row's own target in it.
    Raises BacklitError as ``inputs_of_table`` and ``network_targets`` do.
    """
    targets = network_targets(model, table)
    known = np.isfinite(targets)
    y = targets[known]
    values = {name: column[known] for name, column in values_of_table(model, table).items()}
    outcomes = outcomes_of(y, len(model.classes), 0) if trained_on and len(y) >= FOLDS else None
    X = inputs_of(model.columns, values, len(y), model.network.weights[0].dtype, outcomes)
    return X.astype(np.float64), y


def values_of_table(model: TableModel, table: Table, decimal: str | None = None) -> dict[str, np.ndarray | Words]:
    """Return the values (n,) of the columns that a model needs, by name; raises as ``inputs_of_table`` does."""
    names = [column.name for column in model.columns]
    missing = [name for name in names if name not in table.columns]
    if missing:
        listed = ", ".join(f"'{name}'" for name in missing[:8]) + (", ..." if len(missing) > 8 else "")
        count = "a column" if len(missing) == 1 else f"{len(missing)} columns"
        near = [(name, other) for name in missing for other in table.columns if _alike(name) == _alike(other)]
        hint = f"; it has '{near[0][1]}' for '{near[0][0]}'" if near else ""
        raise BacklitError(f"{table.source}: the model needs {count} that the table lacks: {listed:.200}{hint}")
    forms = forms_at_prediction(table, {c.name: (c.kind, c.form) for c in model.columns}, decimal)
    values = {c.name: column_values(table, c.name, c.kind, forms[c.name]) for c in model.columns}
    return {
        column.name: _as_known(value, column) if isinstance(value := values[column.name], Words) else value
        for column in model.columns
    }


def _alike(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _as_known(values: Words, column: Prepared) -> Words:
    """Words that training did not see but as another way to write a number, 1.0 for 1, as training saw them."""
    known = known_words(column)
    if column.form is None or known.issuperset(values.words):
        return values
    by_number = {_as_number(word): word for word in known}
    words = [
        word if word in known or (number := _as_number(word)) is None else by_number.get(number, word)
        for word in values.words
    ]
    return Words(values.codes, words)


def _as_number(word: str) -> float | None:
    """The number that a word is, None for other words, and for codes such as 007."""
    if word[:1] == "0" and word[1:2].isdigit():
        return None
    try:
        return float(word)
    except ValueError:
        return None


def encoding_of(model: TableModel) -> str:
    """Return the encoding of the text file that a model was trained on; utf-8 where that is not known."""
    settings = model.record.get("settings")
    encoding = settings.get("encoding") if isinstance(settings, dict) else None
    return encoding if isinstance(encoding, str) else "utf-8"


def outputs_of(model: TableModel, X: np.ndarray) -> np.ndarray:
    """Return probabilities (n, n_classes), or quantities (n, 1), of prepared inputs (n, n_in)."""
    slices = (X[first : first + SLICE] for first in range(0, len(X), SLICE))
    outputs = np.concatenate([model.network.predict(rows).astype(np.float64) for rows in slices])
    return outputs if model.classes else outputs * model.scale + model.mean


def predict_table(model: TableModel, table: Table, decimal: str | None = None) -> Predictions:
    """Predict every row of a table; raises BacklitError as ``inputs_of_table`` does."""
    outputs = outputs_of(model, inputs_of_table(model, table, decimal))
    if not model.classes:
        return Predictions(outputs[:, 0])
    return Predictions(np.array(model.classes, dtype=object)[outputs.argmax(axis=1)], outputs)


def network_target(model: TableModel, table: Table, row: int) -> tuple[float, str]:
    """Return the target of a row, from 0, as the network is trained on it, and in words.

    Raises BacklitError, naming the place, where it is missing, no number, or a class the model does not know.
    """
    if not model.classes:
        number = _target_number(model, table, _target_numbers(model, table), row)
        scaled = (number - model.mean) / model.scale
        return scaled, f"{model.target} {number:g}, scaled as in training {scaled:.4g}"
    words = words_of(table.columns[model.target][row : row + 1])
    code = _target_class(model, table, words, 0, row)
    return code, f"{model.target} {model.classes[code]}, class {code} (output {code + 1})"


def has_target(model: TableModel, table: Table, row: int) -> bool:
    """Whether a table says in a row, from 0, what the model predicts; raises as ``network_target`` for a number."""
    if model.target not in table.columns:
        return False
    if model.classes:
        return bool(words_of(table.columns[model.target][row : row + 1], _no_target(model)).codes[0] >= 0)
    return bool(np.isfinite(_target_numbers(model, table)[row]))


def network_targets(model: TableModel, table: Table) -> np.ndarray:
    """Return the targets (n,) of all rows as the network is trained on them: class codes, or scaled numbers.

    They are float64, NaN where a target is missing. Raises BacklitError, naming the place, for the first that is no
    number, or a class the model does not know.
    """
    if not model.classes:
        scaled: np.ndarray = (_target_numbers(model, table) - model.mean) / model.scale
        return scaled
    words = words_of(table.columns[model.target], _no_target(model))
    places = {label: code for code, label in enumerate(model.classes)}
    codes = np.array([places.get(_as_class(word, model.classes), -1) for word in words.words])
    strange = np.flatnonzero(codes < 0)
    if len(strange):
        row = int(np.isin(words.codes, strange).argmax())
        _target_class(model, table, words, row, row)
    # the last place is that of a missing cell, whose code is -1
    targets: np.ndarray = np.array([*codes.astype(np.float64), np.nan])[words.codes]
    return targets


def _no_target(model: TableModel) -> tuple[str, ...]:
    """Words that mean that a target is not there."""
    return () if model.target_form is None else model.target_form.missing


def _target_numbers(model: TableModel, table: Table) -> np.ndarray:
    """The target's cells as float64 (n,), NaN where there is no number."""
    numbers = column_values(table, model.target, "number", model.target_form)
    return np.full(table.n_rows, np.nan) if isinstance(numbers, Words) else np.asarray(numbers, np.float64)


def _target_number(model: TableModel, table: Table, numbers: np.ndarray, row: int) -> float:
    if not np.isfinite(numbers[row]):
        raise BacklitError(f"{table.place(row)}, column '{model.target}': expected a number, the target")
    return float(numbers[row])


def _target_class(model: TableModel, table: Table, words: Words, at: int, row: int) -> int:
    """The class of words[at], which stands in row ``row`` of the table."""
    word = words.words[int(words.codes[at])] if words.codes[at] >= 0 else ""
    label = _as_class(word, model.classes)
    if label not in model.classes:
        raise BacklitError(
            f"{table.place(row)}, column '{model.target}': expected one of the classes "
            f"{', '.join(model.classes[:8])}, got '{word:.40}'"
        )
    return model.classes.index(label)


def _as_class(word: str, classes: tuple[str, ...]) -> str:
    """The class that a word is: itself, or the number that it is too."""
    if word in classes:
        return word
    try:
        return class_label(float(word))
    except ValueError:
        return word
