"""What each column contributed to a row's prediction, beyond that for the average row of training."""

from __future__ import annotations

import numpy as np

from backlit.explain.contributions import Contributions, contributions
from backlit.tables.model import TableModel
from backlit.tables.prepare import width_of

__all__ = ["average_row", "contributions_of"]


def average_row(model: TableModel) -> np.ndarray:
    """Return the inputs (n_in,) of the average row of training: means, 0 as they are scaled, and shares of words.

    Models of before remember no shares: for these no word is set.
    """
    parts = [np.zeros(width_of(column)) for column in model.columns]
    for part, column in zip(parts, model.columns, strict=True):
        part[: len(column.shares)] = column.shares
    return np.concatenate(parts)


def contributions_of(model: TableModel, x: np.ndarray, label: str | None = None) -> Contributions:
    """Return what each column contributed to the prediction for prepared inputs x (n_in,).

    ``label``: the class whose probability is told, by default the likeliest.
    """
    # models of before remember no shares of words
    known = all(column.encoder is None or column.shares for column in model.columns)
    scale, shift = (1.0, 0.0) if model.classes else (model.scale, model.mean)
    return contributions(
        model.network,
        average_row(model),
        x,
        {column.name: width_of(column) for column in model.columns},
        labels=model.classes,
        label=label,
        scale=scale,
        shift=shift,
        what=model.target,
        begin="from the average row" if known else "from the average row, no word set",
    )
