"""The parts of a checkpoint as they must be: every tensor by name, shape and type, and a report an epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from backlit.equations.optimizers import OPTIMIZERS, Optimizer
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.history import EpochReport

__all__ = ["REPORT_KEYS", "check_tensors", "reports_checked"]

REPORT_KEYS = ("epoch", "loss", "validation_loss", "validation_score", "learning_rate")
OFTEN_NONE = ("validation_loss", "validation_score")


def reports_checked(run: Any, epochs: int) -> list[EpochReport]:
    """Return the reports of the epochs done, 1 to at most ``epochs``; raises ValueError, KeyError or TypeError."""
    rows = run["reports"]
    if not isinstance(rows, list) or not 0 < len(rows) <= epochs:
        raise ValueError(f"expected the reports of 1 to {epochs} epochs")
    for number, row in enumerate(rows, 1):
        if type(row["epoch"]) is not int or row["epoch"] != number:
            raise ValueError(f"expected the report of epoch {number}, got that of {row['epoch']!r:.20}")
        for key in REPORT_KEYS[1:]:
            if not (_is_number(row[key]) or (key in OFTEN_NONE and row[key] is None)):
                raise ValueError(f"expected {key} of epoch {number} to be a number, got {row[key]!r:.20}")
    best = run["best_epoch"]
    if best is not None and not (type(best) is int and 1 <= best <= len(rows)):
        raise ValueError(f"expected a best epoch from 1 to {len(rows)}, got {best!r:.20}")
    if not _is_number(run["seconds"]) or run["seconds"] < 0:
        raise ValueError(f"expected seconds of at least 0, got {run['seconds']!r:.20}")
    return [EpochReport(**{key: row[key] for key in REPORT_KEYS}) for row in rows]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_tensors(
    tensors: Mapping[str, np.ndarray], start: Network, optimizer: Optimizer, steps: int, *, has_best: bool
) -> None:
    """Raise BacklitError unless the tensors are those of a run from ``start`` after ``steps`` steps.

    Of an optimizer of a user's own it is not known what it remembers: there, any memory is taken.
    """
    expected = _parameters("network", start)
    if has_best:
        expected |= _parameters("best", start)
    there = dict(tensors)
    if OPTIMIZERS.get(optimizer.name) is optimizer:
        expected |= _memory(start, optimizer)
    else:
        there = {name: tensor for name, tensor in there.items() if not name.startswith("states.")}
    if set(there) != set(expected):
        missing, more = sorted(set(expected) - set(there)), sorted(set(there) - set(expected))
        raise BacklitError(f"expected the tensor {missing[0]}" if missing else f"no tensor {more[0]} is expected")
    for name, tensor in there.items():
        if (tensor.shape, tensor.dtype) != expected[name]:
            shape, dtype = expected[name]
            raise BacklitError(f"expected {name} of shape {shape} and type {dtype}, got {tensor.shape}, {tensor.dtype}")
        if not np.isfinite(tensor).all():
            raise BacklitError(f"expected finite numbers in {name}")
        if name.startswith("states.") and tensor.ndim == 0 and tensor != steps:
            raise BacklitError(f"expected {name} to count {steps} steps, got {tensor}")


def _parameters(prefix: str, net: Network) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
    arrays = {f"{prefix}.{i}.weights": layer.weights for i, layer in enumerate(net.layers)}
    arrays |= {f"{prefix}.{i}.biases": layer.biases for i, layer in enumerate(net.layers) if layer.biases is not None}
    return {name: (array.shape, array.dtype) for name, array in arrays.items()}


def _memory(net: Network, optimizer: Optimizer) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
    """What a step leaves, found by making one of a gradient of 0; a count of steps has no axis."""
    expected = {}
    parameters = [array for layer in net.layers for array in (layer.weights, layer.biases)]
    for i, array in enumerate(parameters):
        if array is not None:
            _, state = optimizer.step(np.zeros_like(array), {}, **optimizer.defaults)
            for key, value in state.items():
                left = np.asarray(value)
                expected[f"states.{i}.{key}"] = (left.shape, left.dtype)
    return expected
