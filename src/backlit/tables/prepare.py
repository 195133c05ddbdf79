"""Columns to a network's inputs, by scikit-learn's transformers fitted on the rows that are trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.tables.arrays import Words
from backlit.tables.cell_form import CellForm
from backlit.tables.dates import DATE_PARTS, date_parts
from backlit.tables.target_means import Outcomes, TargetMeans, fit_means, means_of, means_of_words

__all__ = [
    "MOST_CATEGORIES",
    "STRAIGHT",
    "Prepared",
    "bend",
    "fit_column",
    "input_names",
    "inputs_of",
    "known_words",
    "knows_missing",
    "width_of",
]

MOST_CATEGORIES = 50
"""A column's commonest words have an input each; the others, and those never seen, have none set.

A column of more words has inputs of the mean target beside them; see ``target_means``.
"""

SLICE = 1 << 16
"""Rows transformed at a time: what a slice needs on the way is small beside the inputs."""

STRAIGHT = 4.0
"""Standard deviations up to which a number is itself; beyond, it is bent."""

NEAR = 10.0
"""So many distances of the quartiles beyond them a number counts with its own size for the column's scale."""

NO_WORD = ""
"""Stands for a missing value among words; no cell that says something is empty."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """How one column becomes inputs.

    ``parts`` name the numbers made of a value, an imputer (median) and a scaler (mean 0, standard deviation 1) follow;
    of text, ``encoder`` makes one input a word. ``form``: how the cells are written, None in models of before, which
    read them as best they could. ``bent``: whether what is far from all others is bent towards them. ``shares``: of
    the rows of training that hold each word, where that is known. ``means``: what follows on a column's words where
    they are many.
    """

    name: str
    kind: str
    parts: tuple[str, ...] = ()
    imputer: Any = None
    scaler: Any = None
    encoder: Any = None
    form: CellForm | None = None
    bent: bool = False
    shares: tuple[float, ...] = ()
    means: TargetMeans | None = None


def fit_column(
    name: str,
    kind: str,
    values: np.ndarray | Words,
    form: CellForm | None = None,
    outcomes: Outcomes | None = None,
) -> Prepared:
    """Fit the transformers of a column's kind on its values (n,), one of them at least not missing.

    ``outcomes``: what is to be predicted in the rows, by which many words are told apart.
    """
    if isinstance(values, Words):
        encoder = encoder_of(_commonest(values))
        places = {word: code for code, word in enumerate([*values.words, NO_WORD])}
        counts = np.bincount(np.where(values.codes < 0, len(values.words), values.codes), minlength=len(places))
        shares = tuple(float(counts[places[word]] / len(values)) for word in encoder.categories_[0])
        many = outcomes is not None and len(np.unique(values.codes[values.codes >= 0])) > MOST_CATEGORIES
        means = fit_means(values, outcomes, NO_WORD) if many and outcomes is not None else None
        return Prepared(name, kind, encoder=encoder, form=form, shares=shares, means=means)
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    parts = _parts_that_vary(kind, values)
    numbers = _numbers(parts, values)
    imputer = SimpleImputer(strategy="median", keep_empty_features=True).fit(numbers)
    filled = _near(imputer.transform(numbers)) if kind == "number" else imputer.transform(numbers)
    return Prepared(name, kind, parts, imputer, StandardScaler().fit(filled), form=form, bent=True)


def _near(numbers: np.ndarray) -> np.ndarray:
    """Numbers (n, k), those far from the quartiles put nearer: one cell of 1e9 is not to decide a column's scale."""
    low, high = np.percentile(numbers, [25, 75], axis=0)
    spread = high - low
    reach = np.where(spread > 0, NEAR * spread, np.inf)
    near: np.ndarray = np.clip(numbers, low - reach, high + reach)
    return near


def bend(scaled: np.ndarray) -> np.ndarray:
    """Return scaled numbers as they are up to 4, and bent smoothly beyond, to at most 8: no input runs away.

    >>> bend(np.array([-1.5, 4.0, 5.0, 1e9])).round(4).tolist()
    [-1.5, 4.0, 4.9797, 8.0]
    """
    inner = np.clip(scaled, -STRAIGHT, STRAIGHT)
    bent: np.ndarray = inner + STRAIGHT * np.tanh((scaled - inner) / STRAIGHT)
    return bent


def encoder_of(words: Sequence[str]) -> Any:
    """Return scikit-learn's encoder of these words: an input each; any other word sets none."""
    from sklearn.preprocessing import OneHotEncoder

    known = np.array(words, dtype=object)
    encoder = OneHotEncoder(categories=[known], handle_unknown="ignore", sparse_output=False, dtype=np.float64)
    return encoder.fit(known[:1, None])


def _commonest(values: Words) -> list[str]:
    """The commonest words, at most MOST_CATEGORIES, in alphabetical order; a missing value counts as a word."""
    counts = np.bincount(values.codes + 1, minlength=len(values.words) + 1)
    words = [NO_WORD, *values.words]
    order = sorted(range(len(words)), key=lambda i: (-counts[i], words[i]))
    return sorted(words[i] for i in order[:MOST_CATEGORIES] if counts[i])


def _parts_that_vary(kind: str, values: np.ndarray) -> tuple[str, ...]:
    missing = ("missing",) if np.isnan(values).any() else ()
    if kind != "date":
        return ("value", *missing)
    parts = date_parts(values)
    low, high = np.nanmin(parts, axis=0), np.nanmax(parts, axis=0)
    varying = tuple(name for name, a, b in zip(DATE_PARTS, low, high, strict=True) if b - a > 1e-9)
    return (*(varying or DATE_PARTS[:1]), *missing)


def _numbers(parts: Sequence[str], values: np.ndarray) -> np.ndarray:
    """The numbers (n, n_parts) that the parts name, NaN where the value is missing."""
    wanted = [name for name in parts if name != "missing"]
    columns = values[:, None] if wanted == ["value"] else date_parts(values)[:, [DATE_PARTS.index(w) for w in wanted]]
    return np.column_stack([columns, np.isnan(values)]) if "missing" in parts else columns


def width_of(prepared: Prepared) -> int:
    """Return the number of inputs a column makes."""
    if prepared.encoder is None:
        return len(prepared.parts)
    return len(prepared.encoder.categories_[0]) + (len(prepared.means.other) if prepared.means else 0)


def known_words(prepared: Prepared) -> set[str]:
    """Return the words of a column of text that set an input of their own, or have a mean; "" stands for no word."""
    return {*prepared.encoder.categories_[0], *(prepared.means.words if prepared.means else ())}


def knows_missing(prepared: Prepared) -> bool:
    """Whether training saw a missing value in a column, which then has an input that marks it."""
    return NO_WORD in known_words(prepared) if prepared.encoder is not None else "missing" in prepared.parts


def input_names(prepared: Prepared, outcomes: Sequence[str] = ()) -> list[str]:
    """Return the inputs' names: ``carat``, ``carat is missing``, ``cut = Ideal``, ``when: year sine``.

    ``outcomes``: what means of the target are of, ``cut: mean price``.
    """
    if prepared.encoder is not None:
        told = [f"{prepared.name}: {outcome}" for outcome in outcomes] if prepared.means else []
        return [
            f"{prepared.name} = {word}" if word else f"{prepared.name} is missing"
            for word in prepared.encoder.categories_[0]
        ] + told
    words = {"value": prepared.name, "missing": f"{prepared.name} is missing"}
    return [words.get(part, f"{prepared.name}: {part}") for part in prepared.parts]


def inputs_of(
    columns: Sequence[Prepared],
    values: Mapping[str, np.ndarray | Words],
    n: int,
    dtype: Any = np.float32,
    outcomes: Outcomes | None = None,
) -> np.ndarray:
    """Return the inputs (n, n_in) of columns' values (n,) each, column after column.

    ``outcomes``: of rows that are trained on, whose own targets are then in none of their means.
    """
    X = np.empty((n, sum(width_of(prepared) for prepared in columns)), dtype)
    end = 0
    for prepared in columns:
        start, end = end, end + width_of(prepared)
        transform = _transform_of(prepared, values[prepared.name], outcomes)
        for first in range(0, n, SLICE):
            rows = slice(first, first + SLICE)
            X[rows, start:end] = transform(rows)
    return X


def _transform_of(prepared: Prepared, values: np.ndarray | Words, outcomes: Outcomes | None) -> Any:
    if isinstance(values, Words):
        # each word is encoded once, and the rows look it up; the last one is what code -1 finds
        known = np.array([*values.words, NO_WORD], dtype=object)
        encoded = prepared.encoder.transform(known[:, None])
        if prepared.means is None:
            return lambda rows: encoded[values.codes[rows]]
        if outcomes is not None:
            own = means_of(values, outcomes)
            return lambda rows: np.hstack([encoded[values.codes[rows]], own[rows]])
        encoded = np.hstack([encoded, means_of_words(prepared.means, [*values.words, NO_WORD])])
        return lambda rows: encoded[values.codes[rows]]
    parts, imputer, scaler = prepared.parts, prepared.imputer, prepared.scaler
    shaped = bend if prepared.bent else np.asarray
    return lambda rows: shaped(scaler.transform(imputer.transform(_numbers(parts, values[rows]))))
