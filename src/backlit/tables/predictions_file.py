"""Predictions as a table: CSV text, or a Parquet file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.tables.model import Predictions, TableModel
from backlit.tables.table import Table

__all__ = ["csv_text", "prediction_columns", "write_predictions"]


def prediction_columns(
    model: TableModel, table: Table, predictions: Predictions, ends: np.ndarray | None = None
) -> dict[str, list[Any]]:
    """Return the columns of the result by name: the identifiers there are, the prediction, the probabilities.

    ``ends (n, 2)``: of intervals around the predictions.
    """
    ids = {name: _cells(table.columns[name]) for name in model.ids if name in table.columns}
    columns = {**ids, f"predicted {model.target}": predictions.values.tolist()}
    if predictions.probabilities is not None:
        for label, column in zip(model.classes, predictions.probabilities.T, strict=True):
            columns[f"probability of {label}"] = column.tolist()
    if ends is not None:
        columns |= {f"{model.target} from": ends[:, 0].tolist(), f"{model.target} to": ends[:, 1].tolist()}
    return columns


def _cells(column: Any) -> list[Any]:
    cells: list[Any] = column.tolist() if isinstance(column, np.ndarray) else column.to_pylist()
    return cells


def csv_text(columns: Mapping[str, list[Any]]) -> str:
    """Return columns as CSV text, numbers with the digits that give them back."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [repr(cell).removesuffix(".0") if isinstance(cell, float) else cell for cell in row]
        for row in zip(*columns.values(), strict=True)
    )
    return out.getvalue()


def write_predictions(columns: Mapping[str, list[Any]], path: Path) -> None:
    """Write a ``.parquet`` file, or CSV for any other ending, whole or not at all."""
    if path.suffix.lower() != ".parquet":
        write_whole(path, csv_text(columns).encode("utf-8"))
        return
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BacklitError("writing Parquet needs pyarrow, which is not installed: pip install pyarrow") from None
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(dict(columns)), out)
    write_whole(path, out.getvalue())
