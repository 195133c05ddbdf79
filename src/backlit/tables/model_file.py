"""A table's model in a safetensors file: the network's tensors, and all else as plain values. Nothing is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.files.networks import (
    FORMAT,
    TABLE_FORMAT,
    network_of,
    network_parts,
    read_parts,
)
from backlit.files.sealed import sealed_bytes
from backlit.tables.cell_form import form_described, form_from
from backlit.tables.dates import DATE_PARTS
from backlit.tables.model import TableModel
from backlit.tables.prepare import Prepared, encoder_of, width_of
from backlit.tables.target_means import means_described, means_from, outcome_names
from backlit.tables.values import KINDS

__all__ = ["load_model", "model_of", "save_model"]


def save_model(model: TableModel, path: str | Path) -> None:
    """Write a model; a crash on the way leaves an older file as it was. Raises BacklitError as ``Network.save``."""
    tensors, metadata = network_parts(model.network, TABLE_FORMAT)
    table = {
        "target": model.target,
        "classes": list(model.classes),
        "mean": model.mean,
        "scale": model.scale,
        "ids": list(model.ids),
        "columns": [_described(column) for column in model.columns],
    }
    if model.target_form is not None:
        table["target_form"] = form_described(model.target_form)
    if model.errors:
        table["errors"] = list(model.errors)
    metadata |= {"table": json.dumps(table), "record": json.dumps(model.record)}
    write_whole(path, sealed_bytes(tensors, metadata))


def _described(column: Prepared) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "kind": column.kind}
    if column.form is not None:
        described["form"] = form_described(column.form)
    if column.encoder is not None:
        described |= {"words": list(column.encoder.categories_[0]), "shares": list(column.shares)}
        return described | ({"means": means_described(column.means)} if column.means is not None else {})
    return described | {
        "bent": column.bent,
        "parts": list(column.parts),
        "medians": column.imputer.statistics_.tolist(),
        "means": column.scaler.mean_.tolist(),
        "scales": column.scaler.scale_.tolist(),
    }


def load_model(path: str | Path) -> TableModel:
    """Read a model that ``backlit train`` wrote; nothing in the file is executed.

    Raises BacklitError, naming the file, where it is not there, damaged, foreign, a network without a table, or
    written by a newer version.
    """
    path = Path(path)
    return model_of(path, *read_parts(path))


def model_of(path: Path, metadata: dict[str, str], tensors: dict[str, np.ndarray]) -> TableModel:
    """Return the model that a file's metadata and tensors describe, or raise BacklitError naming the file."""
    if metadata["format"] == FORMAT:
        raise BacklitError(f"{path}: expected a model that `backlit train` wrote, got a network without a table")
    network = network_of(path, metadata, tensors)
    try:
        table, record = (_object(json.loads(metadata[key])) for key in ("table", "record"))
        columns = tuple(_column(_object(column)) for column in table["columns"])
        mean, scale = _numbers([table["mean"], table["scale"]], 2)
        classes, ids = (tuple(_word(word) for word in table[key]) for key in ("classes", "ids"))
        form = form_from(table["target_form"]) if "target_form" in table else None
        errors = _errors(table.get("errors", []))
        model = TableModel(network, columns, _word(table["target"]), classes, mean, scale, ids, form, errors, record)
        _check_fits(model)
    except (KeyError, ValueError, TypeError, RecursionError, OverflowError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BacklitError(f"{path}: damaged, the table's description cannot be read ({what:.80})") from None
    return model


def _check_fits(model: TableModel) -> None:
    net, n_in = model.network, sum(width_of(column) for column in model.columns)
    if net.sizes[0] != n_in or net.sizes[-1] != (len(model.classes) or 1):
        raise ValueError(f"a network of {net.sizes} beside {n_in} inputs and {len(model.classes)} classes")
    k = len(outcome_names(model.target, model.classes))
    if any(column.means is not None and len(column.means.other) != k for column in model.columns):
        raise ValueError(f"means of another number of outcomes than {k}")
    if len(set(model.classes)) < len(model.classes) or len(model.classes) == 1:
        raise ValueError("classes that are not different words")


def _column(given: Mapping[str, Any]) -> Prepared:
    name, kind = _word(given["name"]), given["kind"]
    form = form_from(given["form"]) if "form" in given else None
    if kind not in KINDS:
        raise ValueError(f"column kind {kind!r:.40}")
    if kind == "text":
        words = [_word(word) for word in given["words"]]
        if not words or len(set(words)) < len(words):
            raise ValueError("words that are not different")
        of_target = means_from(_object(given["means"])) if "means" in given else None
        shares = _shares(given, len(words))
        return Prepared(name, kind, encoder=encoder_of(words), form=form, shares=shares, means=of_target)
    parts = tuple(given["parts"])
    known = (*DATE_PARTS, "missing") if kind == "date" else ("value", "missing")
    if not parts or parts[0] == "missing" or list(parts) != [part for part in known if part in parts]:
        raise ValueError(f"parts {list(parts)!r:.40}")
    medians, means, scales = (_numbers(given[key], len(parts)) for key in ("medians", "means", "scales"))
    if not all(scale > 0 for scale in scales):
        raise ValueError("a scale that is not above 0")
    bent = given.get("bent", False)
    if not isinstance(bent, bool):
        raise ValueError(f"bent {bent!r:.40}")
    return Prepared(name, kind, parts, _imputer(medians), _scaler(means, scales), form=form, bent=bent)


def _shares(given: Mapping[str, Any], n: int) -> tuple[float, ...]:
    shares = tuple(_numbers(given["shares"], n)) if given.get("shares") else ()
    if any(not 0 <= share <= 1 for share in shares):
        raise ValueError("shares of words that are none")
    return shares


def _errors(given: Any) -> tuple[float, ...]:
    errors = tuple(_numbers(given, len(given)))
    if any(error < 0 for error in errors):
        raise ValueError("sizes of errors below 0")
    return errors


def _imputer(medians: list[float]) -> Any:
    from sklearn.impute import SimpleImputer

    # the median of one row is that row
    return SimpleImputer(strategy="median", keep_empty_features=True).fit(np.array([medians]))


def _scaler(means: list[float], scales: list[float]) -> Any:
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = np.array(means), np.array(scales)
    scaler.var_, scaler.n_features_in_, scaler.n_samples_seen_ = scaler.scale_**2, len(means), 1
    return scaler


def _object(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"{given!r:.40}")
    return given


def _word(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{given!r:.40} for a name")
    return given


def _numbers(given: Any, n: int) -> list[float]:
    if not isinstance(given, list) or len(given) != n:
        raise ValueError(f"{given!r:.40} for {n} numbers")
    numbers = [float(value) for value in given if isinstance(value, int | float) and np.isfinite(value)]
    if len(numbers) != n:
        raise ValueError(f"{given!r:.40} for finite numbers")
    return numbers
