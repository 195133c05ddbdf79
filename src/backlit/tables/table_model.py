"""What the command line does with a table, in Python: a data frame to a model and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.explain.bars import bars_svg
from backlit.explain.contributions import Contributions
from backlit.tables.contributions import contributions_of
from backlit.tables.fit import look_at, train_table
from backlit.tables.intervals import interval_of
from backlit.tables.model import TableModel as Kept
from backlit.tables.model import encoding_of, inputs_of_table, predict_table
from backlit.tables.model_file import load_model, save_model
from backlit.tables.python_words import in_python, refused_in_python
from backlit.tables.read import read_table
from backlit.tables.report import warnings_of
from backlit.tables.settings import settings_of
from backlit.tables.table import Table
from backlit.validation import whole_number
from backlit.warned import warn_user

__all__ = ["TableModel", "table_of"]


@dataclass(frozen=True, eq=False)
class TableModel:
    """A network that takes a table's columns as they are; ``kept`` holds the network and its preparation.

    A table is a data frame of pandas or polars, an Arrow table, a mapping of columns by name, or the path of a file as
    for ``backlit train``. The columns of a frame are what their types say: text is words, also where it is digits.

    >>> import backlit as bl
    >>> columns = {"size": [i / 10 for i in range(60)], "kind": ["small", "large"] * 30}
    >>> columns["price"] = [10 * s + 5 * (k == "large") for s, k in zip(columns["size"], columns["kind"])]
    >>> model = bl.TableModel.fit(columns, target="price", epochs=100, learning_rate=0.02)
    >>> told = model.explain({"size": [3.05], "kind": ["large"]})
    >>> list(told.by_column), round(abs(told.start + sum(told.by_column.values()) - told.prediction), 6)
    (['size', 'kind'], 0.0)
    """

    kept: Kept

    @classmethod
    def fit(cls, table: Any, target: str, *, progress: bool = False, **settings: Any) -> TableModel:
        """Train a model to predict the column ``target``, as ``backlit train`` does.

        ``settings``: those of the command line by name, with ``_`` for ``-``: ``epochs=20``, ``drop=["id"]``,
        ``text=["shop"]``. What the command prints as a warning is one here. ``scores`` holds what the network reached
        on rows held out. Raises BacklitError for what the command refuses.
        """
        with refused_in_python():
            given = settings_of({"target": target, **settings})
            prospect = look_at(table_of(table, given.encoding, given.delimiter), given)
            for words in warnings_of(prospect):
                warn_user(in_python(words))
            return cls(train_table(prospect, progress=progress).model)

    @classmethod
    def load(cls, path: str | Path) -> TableModel:
        """Read a model that ``save`` or ``backlit train`` wrote; nothing in the file is executed."""
        return cls(load_model(path))

    def save(self, path: str | Path) -> None:
        """Write the model to a file, which ``backlit predict`` takes; raises BacklitError where it cannot."""
        save_model(self.kept, path)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the order of ``predict_proba``'s columns; none for a quantity."""
        return self.kept.classes

    @property
    def scores(self) -> dict[str, float]:
        """What the network reached on the rows held out, by the name of the measure."""
        return {score["name"]: score["network"] for score in self.kept.record["scores"]}

    @property
    def importance(self) -> dict[str, float]:
        """By how much shuffling a column made the score on rows held out worse, the largest first.

        It is the rise of the log loss for classes, the fall of R² for a quantity; empty for too few rows held out.
        """
        told = self.kept.record.get("importance")
        return dict(told["columns"]) if isinstance(told, Mapping) else {}

    def importance_svg(self, top: int = 12) -> str:
        """Return a picture of the ``top`` most important columns as bars."""
        top = whole_number(top, "top", 1)
        told = self.kept.record.get("importance")
        measure = told["measure"] if isinstance(told, Mapping) else "score"
        way = "rise" if self.classes else "fall"
        return bars_svg(f"{way} of the {measure} where a column is shuffled", list(self.importance.items())[:top])

    def predict(self, table: Any) -> np.ndarray:
        """Return classes or quantities (n,); columns are matched by name. Raises as ``backlit predict`` does."""
        return predict_table(self.kept, self._table(table)).values

    def predict_interval(self, table: Any, level: float = 0.9) -> np.ndarray:
        """Return the lower and the upper end (n, 2) of intervals that hold a share ``level`` of the truths.

        By split conformal prediction on the rows held out in training: it holds as far as the table's rows are like
        these. Raises BacklitError for a model of classes, and for too few rows held out.
        """
        return interval_of(self.kept, self.predict(table), level)

    def predict_proba(self, table: Any) -> np.ndarray:
        """Return the probability of each class (n, n_classes); raises BacklitError for a model of a quantity."""
        probabilities = predict_table(self.kept, self._table(table)).probabilities
        if probabilities is None:
            raise BacklitError(f"'{self.kept.target}' is a quantity, which has no probabilities of classes")
        return probabilities

    def explain(self, table: Any, row: int = 0, *, label: str | None = None) -> Contributions:
        """Return what each column contributed to the prediction for row ``row``, from 0; the parts add up to it.

        ``label``: the class whose probability is told, by default the likeliest. Raises BacklitError for a row or a
        class that is not there.
        """
        X = inputs_of_table(self.kept, self._table(table))
        if not 0 <= row < len(X):
            raise BacklitError(f"expected a row from 0 to {len(X) - 1:,}, got {row}")
        if label is not None and not self.kept.classes:
            raise BacklitError(
                f"expected one of the classes, and '{self.kept.target}' is a quantity, which has none: leave label out"
            )
        if label is not None and label not in self.kept.classes:
            raise BacklitError(f"expected one of the classes {', '.join(self.kept.classes)}, got '{label}'")
        return contributions_of(self.kept, X[row], label)

    def explain_row(self, row: Any, *, background: Any = None, label: str | None = None) -> Contributions:
        """Return what each column contributed to the prediction for one row: values by column, or a table of one row.

        ``label``: as in ``explain``. Raises BacklitError for more rows than one, and for a ``background``: the model
        knows the average row of its training.
        """
        if background is not None:
            raise BacklitError("background is not for a TableModel, which knows the average row of its training")
        if isinstance(row, Mapping):
            row = {name: list(value) if isinstance(value, list | tuple) else [value] for name, value in row.items()}
        elif hasattr(row, "to_dict") and getattr(row, "ndim", 2) == 1:
            row = {name: [value] for name, value in row.to_dict().items()}
        table = table_of(row)
        if table.n_rows != 1:
            raise BacklitError(f"expected one row, got {table.n_rows:,}; explain(table, row) takes one of many")
        return self.explain(table, label=label)

    def _table(self, given: Any) -> Table:
        """The table given; of a file the characters are read as in training."""
        with refused_in_python():
            return table_of(given, encoding_of(self.kept))

    def to_onnx(self, path: str | Path) -> float:
        """Write an ONNX file that takes the table's columns; return how far onnxruntime is from the model."""
        from backlit.tables.onnx_columns import model_to_onnx

        return model_to_onnx(self.kept, path)

    def __repr__(self) -> str:
        """Say what it predicts from how many columns."""
        return f"TableModel of '{self.kept.target}' from {len(self.kept.columns)} columns: {self.kept.network!r}"


def table_of(given: Any, encoding: str = "utf-8", delimiter: str | None = None) -> Table:
    """Return a Table of a data frame, an Arrow table, a mapping of columns, or a path, which is read as told.

    Raises BacklitError for what is none of them, without rows, or with two columns of one name.
    """
    if isinstance(given, str | Path):
        return read_table(given, encoding=encoding, delimiter=delimiter)
    if isinstance(given, Table):
        return given
    try:
        import pyarrow as arrow
    except ImportError:
        raise BacklitError("reading tables needs pyarrow, which is not installed: pip install pyarrow") from None
    try:
        table = _arrow_table(arrow, given)
    except (arrow.ArrowException, TypeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise BacklitError(
            f"expected a data frame, an Arrow table or columns by name, got {type(given).__name__} ({reason:.120})"
        ) from None
    names = [str(name) for name in table.column_names]
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise BacklitError(f"expected a name of its own for each column, got '{twice:.60}' twice")
    if not names or not table.num_rows:
        raise BacklitError(f"expected a table with rows, got {len(names)} columns and {table.num_rows} rows")
    return Table("the table", {name: table.column(i) for i, name in enumerate(names)})


def _arrow_table(arrow: Any, given: Any) -> Any:
    if isinstance(given, arrow.Table):
        return given
    if hasattr(given, "to_frame") and not hasattr(given, "columns"):
        raise TypeError("one row is a frame by frame.iloc[[0]], one column by frame[['name']]")
    if type(given).__module__.partition(".")[0] == "pandas":
        return arrow.Table.from_pandas(given, preserve_index=False)
    if isinstance(given, Mapping):
        return arrow.table({str(name): arrow.array(column) for name, column in given.items()})
    if hasattr(given, "__arrow_c_stream__"):
        return arrow.table(given)
    raise TypeError("it holds no named columns")
