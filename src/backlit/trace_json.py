"""A Trace as JSON and back, value for value; docs/trace-schema.json describes the form."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network import Network
from backlit.trace import LayerTrace, Trace

__all__ = ["SCHEMA", "from_json", "to_json"]

SCHEMA = "backlit/trace/1"
READABLE = 200
"""A network of so many parameters or fewer gets a line a row; larger ones are written compactly."""

TEXTS = ("address", "activation_name")
ARRAYS = tuple(field.name for field in fields(LayerTrace) if field.name not in TEXTS)


def to_json(trace: Trace) -> str:
    """Return every value of a Trace at full precision; see ``Trace.to_json``.

    Raises BacklitError for an activation or loss of a user's own: JSON holds no code.
    """
    net = trace.network
    whole = {
        "schema": SCHEMA,
        "dtype": str(net.layers[0].weights.dtype),
        "sizes": list(net.sizes),
        "activation": [_name(layer.activation) for layer in net.layers[:-1]],
        "output": _name(net.layers[-1].activation),
        "loss_function": _name(net.loss_function),
        "dropout": [layer.dropout for layer in net.layers[:-1]],
        "learning_rate": trace.learning_rate,
        "n_samples": trace.n_samples,
        "one_sample": trace.one_sample,
        "rounded": trace.rounded,
        "input": trace.input.tolist(),
        "target": trace.target.tolist(),
        "prediction": trace.prediction.tolist(),
        "loss": trace.loss,
        "sample_losses": trace.sample_losses.tolist(),
        "layers": [_layer(part) for part in trace.layers],
    }
    if net.n_parameters > READABLE:
        return json.dumps(whole, allow_nan=False, separators=(",", ":")) + "\n"
    return _readable(whole) + "\n"


def _name(row: Any) -> str:
    if not isinstance(row, str):
        raise BacklitError(f"'{row.name}' is a function of your own, which JSON cannot hold; expected a table's name")
    return row


def _layer(part: LayerTrace) -> dict[str, Any]:
    texts: dict[str, Any] = {name: getattr(part, name) for name in TEXTS}
    arrays = {name: getattr(part, name) for name in ARRAYS}
    return texts | {name: None if array is None else array.tolist() for name, array in arrays.items()}


def _readable(value: Any, indent: int = 0) -> str:
    """Indent objects and lists of objects or of rows; keep a list of numbers on one line."""
    pad, inner = " " * indent, " " * (indent + 1)
    if isinstance(value, dict):
        entries = [f"{inner}{json.dumps(key)}: {_readable(entry, indent + 1)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(entries) + f"\n{pad}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        return "[\n" + ",\n".join(inner + _readable(entry, indent + 1) for entry in value) + f"\n{pad}]"
    return json.dumps(value, allow_nan=False)


def from_json(text: str) -> Trace:
    """Return the Trace that ``to_json`` wrote; see ``Trace.from_json``.

    Raises BacklitError for text that is not JSON, of another schema, or whose parts do not fit each other.
    """
    try:
        whole = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise BacklitError(f"expected a trace as JSON, got text that is none ({error!s:.80})") from None
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        got = whole.get("schema") if isinstance(whole, dict) else type(whole).__name__
        raise BacklitError(f"expected a trace of schema {SCHEMA}, got {got!r:.60}")
    try:
        return _trace(whole)
    except BacklitError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise BacklitError(
            f"expected a whole trace of schema {SCHEMA}, got one that is damaged ({error!r:.80})"
        ) from None


def _trace(whole: dict[str, Any]) -> Trace:
    dtype = np.dtype(whole["dtype"])
    layers = tuple(_layer_trace(entry, dtype) for entry in whole["layers"])
    net = Network.from_weights(
        [part.weights for part in layers],
        [part.biases for part in layers],
        activation=whole["activation"],
        output=whole["output"],
        loss=whole["loss_function"],
        dropout=whole["dropout"],
        dtype=dtype,
    )
    trace = Trace(
        network=net,
        input=np.array(whole["input"], dtype),
        target=np.array(whole["target"], dtype),
        learning_rate=float(whole["learning_rate"]),
        loss=float(whole["loss"]),
        sample_losses=np.array(whole["sample_losses"], dtype),
        layers=layers,
        rounded=bool(whole["rounded"]),
    )
    _check_shapes(trace)
    return trace


def _layer_trace(entry: dict[str, Any], dtype: np.dtype[Any]) -> LayerTrace:
    arrays = {name: None if entry[name] is None else np.array(entry[name], dtype) for name in ARRAYS}
    return LayerTrace(**{name: str(entry[name]) for name in TEXTS}, **arrays)  # type: ignore[arg-type]


def _check_shapes(trace: Trace) -> None:
    lead = () if trace.one_sample else (trace.n_samples,)
    for part, layer in zip(trace.layers, trace.network.layers, strict=True):
        per_unit = dict.fromkeys(("pre_activation", "activation", "slope", "error"), (*lead, layer.n_out))
        expected: dict[str, tuple[int, ...]] = {
            **per_unit,
            "error_term": (*lead, layer.n_out),
            "dropout_mask": (*lead, layer.n_out),
            "input": (*lead, layer.n_in),
            "weight_gradient": (layer.n_in, layer.n_out),
            "weight_step": (layer.n_in, layer.n_out),
            "bias_gradient": (layer.n_out,),
            "bias_step": (layer.n_out,),
        }
        optional = ["slope", "error", "dropout_mask"] + ["bias_gradient", "bias_step"] * (layer.biases is None)
        for name, shape in expected.items():
            array = getattr(part, name)
            if (array is None and name not in optional) or (array is not None and array.shape != shape):
                got = None if array is None else array.shape
                raise BacklitError(f"{name} of {part.address} must have shape {shape}, got {got}")
