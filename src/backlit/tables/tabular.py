"""Tables' models as scikit-learn estimators: for ``cross_val_score``, searches and pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from backlit.errors import BacklitError
from backlit.explain.contributions import Contributions
from backlit.tables.fit import look_at, train_table
from backlit.tables.python_words import in_python, refused_in_python
from backlit.tables.report import warnings_of
from backlit.tables.settings import settings_of
from backlit.tables.table import Table
from backlit.tables.table_model import TableModel, table_of
from backlit.validation import as_list, whole_number
from backlit.warned import warn_user

__all__ = ["TabularClassifier", "TabularRegressor"]

TARGET = "y"
LISTS = ("drop", "keep", "hidden", "text", "number", "date", "boolean")


class Tabular(BaseEstimator):  # type: ignore[misc]
    """What TabularClassifier and TabularRegressor share; use one of them."""

    def __init__(
        self,
        *,
        hidden: Any = (64, 32),
        activation: str = "relu",
        dropout: float = 0.0,
        loss: str | None = None,
        optimizer: str = "adamw",
        learning_rate: float | None = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        schedule: str = "cosine",
        weight_decay: float | None = None,
        clip_norm: float | None = None,
        early_stopping: int | None = None,
        validation_share: float = 0.1,
        drop: Any = (),
        keep: Any = (),
        text: Any = (),
        number: Any = (),
        date: Any = (),
        boolean: Any = (),
        missing: Any = None,
        decimal: str | None = None,
        date_format: str | None = None,
        class_weight: str | None = None,
        random_state: int = 0,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.early_stopping = early_stopping
        self.validation_share = validation_share
        self.drop = drop
        self.keep = keep
        self.text = text
        self.number = number
        self.date = date
        self.boolean = boolean
        self.missing = missing
        self.decimal = decimal
        self.date_format = date_format
        self.class_weight = class_weight
        self.random_state = random_state

    def _fit(self, X: Any, target: np.ndarray, task: str) -> TableModel:
        table = _table(X)
        if table.n_rows != len(target):
            raise BacklitError(f"X has {table.n_rows:,} rows and y {len(target):,}")
        name = TARGET
        while name in table.columns:
            name += "_"
        import pyarrow as arrow

        columns = {**table.columns, name: arrow.chunked_array([arrow.array(target)])}
        given = {key: value for key, value in self.get_params(deep=False).items() if value is not None}
        given["seed"] = whole_number(given.pop("random_state", 0), "random_state", 0)
        for key in given.keys() & LISTS:
            given[key] = _entries(given[key])
        with refused_in_python():
            settings = settings_of({"target": name, "task": task, "refit": True, **given})
            prospect = look_at(Table(table.source, columns, table.csv, table.notes), settings)
            for words in warnings_of(prospect, scored=False):
                warn_user(in_python(words))
            model = TableModel(train_table(prospect).model)
        self.feature_names_in_ = np.array(list(table.columns), dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        return model

    def explain_row(self, row: Any, *, background: Any = None, label: Any = None) -> Contributions:
        """Return what each column contributed to the prediction for one row; see ``bl.explain_row``.

        ``row``: values by column, or an array (n_features,) in the order of ``feature_names_in_``; ``label``: one of
        ``classes_``.
        """
        check_is_fitted(self)
        if isinstance(row, np.ndarray | list | tuple):
            row = dict(zip(self.feature_names_in_, _values_of(row, self.n_features_in_), strict=True))
        classes = getattr(self, "classes_", ())
        same = [str(known) for known in classes if known == label or str(known) == str(label)]
        label = label if label is None or not same else same[0]
        told: Contributions = self.model_.explain_row(row, background=background, label=label)
        return told

    def to_onnx(self, path: str | Path) -> float:
        """Write ``model_`` as an ONNX file, which takes the table's columns; see ``bl.TableModel.to_onnx``."""
        check_is_fitted(self)
        gap: float = self.model_.to_onnx(path)
        return gap

    def _table(self, X: Any) -> Table:
        """A table to predict for; an array must have as many columns as the one that was fitted."""
        table = _table(X)
        if not isinstance(X, list | np.ndarray) or len(table.columns) == self.n_features_in_:
            return table
        raise BacklitError(
            f"X has {len(table.columns)} columns, and {type(self).__name__} was fitted to {self.n_features_in_}"
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.string = True
        return tags


class TabularRegressor(RegressorMixin, Tabular):  # type: ignore[misc]
    """A network for a quantity, of a table whose columns are prepared as ``backlit train`` does.

    X is a data frame of pandas or polars, an Arrow table, columns by name or an array (n, n_features); y numbers (n,).
    Parameters are the options of ``backlit train`` by name; ``random_state`` is its seed, a whole number. A tenth of
    the rows chooses the epoch and a fifth is scored, and then a network is trained on all of them.

    Attributes: ``model_``, a ``bl.TableModel``, to save, explain and export; ``n_features_in_``, ``feature_names_in_``.

    Raises BacklitError, a ValueError, for what ``backlit train`` refuses.

    >>> X = {"size": [i / 10 for i in range(60)], "kind": ["small", "large"] * 30}
    >>> y = [10 * size + 5 * (kind == "large") for size, kind in zip(X["size"], X["kind"])]
    >>> model = TabularRegressor(epochs=100, learning_rate=0.02).fit(X, y)
    >>> bool(abs(model.predict({"size": [3.05], "kind": ["large"]})[0] - 35.5) < 2)
    True
    """

    model_: TableModel

    def fit(self, X: Any, y: Any) -> TabularRegressor:
        """Fit to X and y (n,)."""
        target = _quantities(column_or_1d(y, warn=True))
        if not np.isfinite(target).all():
            raise BacklitError("y must be finite numbers, got NaN or infinity")
        self.model_ = self._fit(X, target, "regression")
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return quantities (n,) for X, whose columns are matched by name."""
        check_is_fitted(self)
        return self.model_.predict(self._table(X))


class TabularClassifier(ClassifierMixin, Tabular):  # type: ignore[misc]
    """A network for classes, of a table whose columns are prepared as ``backlit train`` does.

    X, parameters and attributes as of ``TabularRegressor``; y labels (n,), at least two. ``classes_``: the labels in
    the order of ``predict_proba``'s columns.

    >>> X = {"size": [i / 10 for i in range(60)], "kind": ["small", "large"] * 30}
    >>> model = TabularClassifier(epochs=100, learning_rate=0.02).fit(X, [size > 3 for size in X["size"]])
    >>> model.predict({"size": [0.5, 5.5], "kind": ["large", "small"]}).tolist()
    [False, True]
    """

    model_: TableModel

    def fit(self, X: Any, y: Any) -> TabularClassifier:
        """Fit to X and labels y (n,)."""
        labels = column_or_1d(y, warn=True)
        _check_none_missing(labels)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise BacklitError(f"y is {self.classes_[0]!s:.40} in every row: expected at least two classes")
        # words whose order is the labels'
        words = np.array([f"{code:09}" for code in range(len(self.classes_))], dtype=object)
        model = self._fit(X, words[codes], "classification")
        self.model_ = TableModel(replace(model.kept, classes=tuple(str(label) for label in self.classes_)))
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return labels (n,) for X, whose columns are matched by name."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[likeliest]
        return labels

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class (n, n_classes)."""
        check_is_fitted(self)
        return self.model_.predict_proba(self._table(X))


def _entries(given: Any) -> list[Any]:
    """A list of what is one or several."""
    entries = None if isinstance(given, str) else as_list(given)
    return [given] if entries is None else entries


def _values_of(row: Any, n: int) -> list[Any]:
    """The values of a row that is an array or a list of n; raises BacklitError, with its shape, for another."""
    array = np.asarray(row, dtype=object)
    if array.shape not in ((n,), (1, n)):
        raise BacklitError(f"expected one row of {n} values, got shape {array.shape}")
    return list(np.ravel(array))


def _quantities(y: np.ndarray) -> np.ndarray:
    """Float64 of a target; raises BacklitError, with the first word that is none, where it holds no numbers."""
    if y.dtype.kind not in "biufOUS":
        raise BacklitError(f"y must be numbers, got values of type {y.dtype}")
    try:
        return y.astype(np.float64)
    except (ValueError, TypeError):
        word = next(value for value in y if not _is_number(value))
        raise BacklitError(f"y must be numbers, got {word!s:.40}; TabularClassifier predicts classes") from None


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (ValueError, TypeError):
        return False
    return True


def _check_none_missing(labels: np.ndarray) -> None:
    missing = [i for i, label in enumerate(labels) if label is None or (isinstance(label, float) and np.isnan(label))]
    if missing:
        raise BacklitError(f"y must have a label in every row, got {labels[missing[0]]} in row {missing[0]}")


def _table(X: Any) -> Table:
    """A table of a frame, columns by name, or an array, whose columns are called x0, x1 and so on."""
    if isinstance(X, list) and X and isinstance(X[0], list | tuple | np.ndarray):
        X = np.asarray(X)
    if isinstance(X, np.ndarray):
        if X.ndim != 2:
            raise BacklitError(f"expected an array (n, n_features), got shape {X.shape}")
        X = {f"x{i}": X[:, i].tolist() for i in range(X.shape[1])}
    if not isinstance(X, Mapping) and hasattr(X, "tocsr"):
        raise BacklitError("expected a table, got a sparse matrix; bl.MLPClassifier and bl.MLPRegressor take it")
    return table_of(X)
