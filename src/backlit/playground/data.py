"""A Trace as the page takes it: plain values."""

from __future__ import annotations

import json
import operator
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.trace import Trace
from backlit.playground.asked import wrong_answers
from backlit.playground.programs import tables

__all__ = ["EXAMPLES", "page_data", "state_data"]

EXAMPLES = Path(__file__).parent / "presets.json"

MOST_IN_WORDS = 4000
"""Arrays of more values are not written as digits."""


def page_data(trace: Trace, *, sample: int = 1, image: tuple[int, int] | None = None) -> dict[str, Any]:
    """Return all that the page starts from: network, samples, learning rate, tables, and what may be answered wrongly.

    ``sample`` is the one shown first, from 1. ``image``: rows and columns of the inputs where they are an image.

    Raises BacklitError for a sample that is not there, an ``image`` of another number of inputs, a trace with dropout
    or rounded values, and an activation or loss of a user's own that is not plain arithmetic.
    """
    if any(layer.dropout_mask is not None for layer in trace.layers):
        raise BacklitError("the page shows no dropout; trace the network without dropout_seed")
    if trace.rounded:
        raise BacklitError("the page computes with exact values; give it the trace that is not rounded")
    if not 1 <= sample <= trace.n_samples:
        raise BacklitError(f"sample must be a whole number from 1 to {trace.n_samples}, got {sample}")
    net = trace.network
    if image is not None:
        image = _image_checked(image, net.sizes[0])
    return {
        "title": "backlit: one step of backpropagation",
        **state_data(trace, sample=sample),
        "image": image,
        "mistakes": wrong_answers(trace, sample=sample),
        "tables": tables([layer.row for layer in net.layers], [net.loss_row]),
        "presets": examples(),
    }


def _image_checked(image: Any, n_in: int) -> tuple[int, int]:
    try:
        rows, columns = (operator.index(side) for side in image)
    except (TypeError, ValueError):
        raise BacklitError(f"image must be two whole numbers, rows and columns, got {image!r:.40}") from None
    if rows < 1 or columns < 1 or rows * columns != n_in:
        raise BacklitError(f"image must be rows and columns of the {n_in} inputs, got {rows} by {columns}")
    return rows, columns


def state_data(trace: Trace, *, sample: int = 1, most: int | None = MOST_IN_WORDS) -> dict[str, Any]:
    """Return the network, samples and learning rate.

    Arrays of more than ``most`` values are not written as digits; where it is None, whichever way is shorter is taken.
    """
    layers = [
        {
            "shape": layer.weights.shape,
            "weights": _plain(layer.weights, most),
            "biases": None if layer.biases is None else layer.biases.tolist(),
            "activation": layer.row.name,
        }
        for layer in trace.network.layers
    ]
    return {
        "layers": layers,
        "loss": trace.network.loss_row.name,
        "n": trace.n_samples,
        "X": _plain(np.atleast_2d(trace.input), most),
        "Y": _plain(np.atleast_2d(trace.target), most),
        "learning_rate": trace.learning_rate,
        "sample": sample - 1,
    }


@cache
def examples() -> Any:
    """Return the presets that the page can open by itself: ``name``, ``words``, and the values of ``state_data``.

    They stand in a file, made by `make page`, so that a page needs no data set of other packages.
    """
    return json.loads(EXAMPLES.read_text(encoding="utf-8"))


def _plain(array: np.ndarray, most: int | None) -> Any:
    """The values as nested lists; many of them as base64 of little-endian floats, as short as holds every bit."""
    if most is not None and array.size <= most:
        return array.tolist()
    with np.errstate(over="ignore"):
        short = array.astype("<f4")
    kind, values = ("f4", short) if np.array_equal(short, array) else ("f8", array.astype("<f8"))
    packed = f"{kind}:{b64encode(values.tobytes()).decode('ascii')}"
    digits = json.dumps(array.tolist(), separators=(",", ":")) if most is None else packed
    return array.tolist() if len(digits) < len(packed) else packed
