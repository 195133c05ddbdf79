"""What a table at prediction holds that training did not see, in words."""

from __future__ import annotations

import numpy as np

from backlit.tables.arrays import Words
from backlit.tables.model import TableModel, values_of_table
from backlit.tables.prepare import NO_WORD
from backlit.tables.table import Table

__all__ = ["strangers"]


def strangers(model: TableModel, table: Table, decimal: str | None = None) -> list[str]:
    """Return a sentence for each column with words, or missing values, that training did not see."""
    found = []
    of_table = values_of_table(model, table, decimal)
    for column in model.columns:
        values = of_table[column.name]
        if isinstance(values, Words):
            found += _unseen_words(column.name, values, set(column.encoder.categories_[0]))
        elif "missing" not in column.parts and np.isnan(values).any():
            n = int(np.isnan(values).sum())
            found.append(
                f"column '{column.name}': {_rows(n)} missing a value, as none was in training; set to the median"
            )
    return found


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
