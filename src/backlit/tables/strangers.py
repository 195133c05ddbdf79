"""What a table at prediction holds that training did not see, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backlit.tables.arrays import Words
from backlit.tables.model import TableModel, values_of_table
from backlit.tables.prepare import NO_WORD, STRAIGHT, Prepared, known_words
from backlit.tables.table import Table

__all__ = ["strangers", "strangers_among"]

FAR = 2 * STRAIGHT
"""Standard deviations from training's mean, beyond which a bent number hardly moves."""


def strangers(model: TableModel, table: Table, decimal: str | None = None) -> list[str]:
    """Return a sentence for each column with what training did not see: words, missing values, numbers far off."""
    return strangers_among(model, values_of_table(model, table, decimal))


def strangers_among(model: TableModel, by_column: Mapping[str, np.ndarray | Words]) -> list[str]:
    """Return the sentences of ``strangers`` for values (n,) by column."""
    found = []
    for column in model.columns:
        values = by_column[column.name]
        if isinstance(values, Words):
            found += _unseen_words(column.name, values, known_words(column))
        elif "missing" not in column.parts and np.isnan(values).any():
            n = int(np.isnan(values).sum())
            found.append(
                f"column '{column.name}': {_rows(n)} missing a value, as none was in training; set to the median"
            )
        if not isinstance(values, Words) and column.kind == "number":
            found += _far_numbers(column, values)
    return found


def _far_numbers(column: Prepared, values: np.ndarray) -> list[str]:
    if not column.bent:
        return []
    far = np.abs(values - column.scaler.mean_[0]) > FAR * column.scaler.scale_[0]
    n = int(far.sum())
    if not n:
        return []
    return [
        f"column '{column.name}': {_rows(n)} more than {FAR:.0f} standard deviations from training's mean, such as "
        f"{values[np.argmax(far)]:,.6g}; such numbers are bent, and the prediction hardly moves with them"
    ]


def _unseen_words(name: str, values: Words, known: set[str]) -> list[str]:
    strange = np.array([word not in known for word in [*values.words, NO_WORD]])[values.codes]
    n = int(strange.sum())
    if not n:
        return []
    code = int(values.codes[np.argmax(strange)])
    example = f"such as '{values.words[code]:.30}'" if code >= 0 else "nothing at all"
    return [f"column '{name}': {_rows(n)} holding a word that has no input of its own, {example}; none is set for it"]


def _rows(n: int) -> str:
    return "1 row is" if n == 1 else f"{n:,} rows are"
