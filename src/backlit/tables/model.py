"""A model of a table: a network, what prepares its inputs, and what its outputs mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.tables.prepare import SLICE, Prepared, input_names, inputs_of
from backlit.tables.table import Table
from backlit.tables.values import Words, class_label, column_values, numbers_of, words_of

__all__ = [
    "Predictions",
    "TableModel",
    "encoding_of",
    "inputs_of_table",
    "network_target",
    "outputs_of",
    "predict_table",
    "values_of_table",
]


@dataclass(frozen=True, eq=False)
class TableModel:
    """``columns``: in the order of the network's inputs. ``classes``: words, empty for a quantity.

    A quantity is the network's output times ``scale`` plus ``mean``. ``ids``: columns copied to predictions.
    ``record``: how it was trained, plain values: settings, source, rows, scores, losses, versions.
    """

    network: Network
    columns: tuple[Prepared, ...]
    target: str
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0
    ids: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def task(self) -> str:
        """Classification or regression."""
        return "classification" if self.classes else "regression"

    @property
    def input_names(self) -> list[str]:
        """The names of the network's inputs, in their order."""
        return [name for column in self.columns for name in input_names(column)]


@dataclass(frozen=True, eq=False)
class Predictions:
    """``values (n,)``: class words or quantities. ``probabilities (n, n_classes)``, or None for a quantity."""

    values: np.ndarray
    probabilities: np.ndarray | None = None


def inputs_of_table(model: TableModel, table: Table) -> np.ndarray:
    """Return the network's inputs (n, n_in) of a table, whose columns are matched by name.

    Raises BacklitError for columns that are not there, naming them, and cells that are not of the column's kind.
    """
    values = values_of_table(model, table)
    return inputs_of(model.columns, values, table.n_rows, model.network.weights[0].dtype)


def values_of_table(model: TableModel, table: Table) -> dict[str, np.ndarray | Words]:
    """Return the values (n,) of the columns that a model needs, by name; raises as ``inputs_of_table`` does."""
    names = [column.name for column in model.columns]
    missing = [name for name in names if name not in table.columns]
    if missing:
        listed = ", ".join(f"'{name}'" for name in missing[:8]) + (", ..." if len(missing) > 8 else "")
        count = "a column" if len(missing) == 1 else f"{len(missing)} columns"
        raise BacklitError(f"{table.source}: the model needs {count} that the table lacks: {listed:.200}")
    return {column.name: column_values(table, column.name, column.kind) for column in model.columns}


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


def predict_table(model: TableModel, table: Table) -> Predictions:
    """Predict every row of a table; raises BacklitError as ``inputs_of_table`` does."""
    outputs = outputs_of(model, inputs_of_table(model, table))
    if not model.classes:
        return Predictions(outputs[:, 0])
    return Predictions(np.array(model.classes, dtype=object)[outputs.argmax(axis=1)], outputs)


def network_target(model: TableModel, table: Table, row: int) -> tuple[float, str]:
    """Return the target of a row, from 0, as the network is trained on it, and in words.

    Raises BacklitError, naming the place, where it is missing, no number, or a class the model does not know.
    """
    where = f"{table.place(row)}, column '{model.target}'"
    column = table.columns[model.target][row : row + 1]
    if not model.classes:
        numbers = numbers_of(column)
        if numbers is None or not np.isfinite(numbers[0]):
            raise BacklitError(f"{where}: expected a number, the target")
        scaled = (float(numbers[0]) - model.mean) / model.scale
        return scaled, f"{model.target} {numbers[0]:g}, scaled as in training {scaled:.4g}"
    words = words_of(column)
    word = words.words[int(words.codes[0])] if words.codes[0] >= 0 else ""
    label = _as_class(word, model.classes)
    if label not in model.classes:
        raise BacklitError(f"{where}: expected one of the classes {', '.join(model.classes[:8])}, got '{word:.40}'")
    code = model.classes.index(label)
    return code, f"{model.target} {label}, class {code} (output {code + 1})"


def _as_class(word: str, classes: tuple[str, ...]) -> str:
    """The class that a word is: itself, or the number that it is too."""
    if word in classes:
        return word
    try:
        return class_label(float(word))
    except ValueError:
        return word
