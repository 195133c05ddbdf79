"""A Trace as JSON and back, value for value; docs/trace-schema.json describes the form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import fused_pair
from backlit.network.trace import LayerTrace, Trace
from backlit.validation import finite_array, learning_rate_in_range, number

__all__ = ["SCHEMA", "from_json", "to_json"]

SCHEMA = "backlit/trace/1"
READABLE = 200
"""A network of so many parameters or fewer gets a line a row; larger ones are written compactly."""

TEXTS = ("address", "activation_name")
ARRAYS = tuple(field.name for field in fields(LayerTrace) if field.name not in TEXTS)
NULLABLE = ("biases", "slope", "error", "bias_gradient", "bias_step", "dropout_mask")


def to_json(trace: Trace) -> str:
    """Return every value of a Trace at full precision; see ``Trace.to_json``.

    Raises BacklitError for an activation or loss of a user's own: JSON holds no code.
    """
    net = trace.network
    whole: dict[str, Any] = {
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
    except BacklitError as error:
        raise BacklitError(f"expected a whole trace, got one that is damaged: {error}") from None


def _trace(whole: dict[str, Any]) -> Trace:
    dtype = np.dtype(_one_of(whole, "dtype", ("float64", "float32")))
    entries = _get(whole, "layers")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BacklitError(f"layers must be a list with an object for each layer, got {entries!r:.40}")
    layers = tuple(_layer_trace(entry, i, dtype) for i, entry in enumerate(entries, 1))
    trace = Trace(
        network=_network(whole, layers, dtype),
        input=layers[0].input,
        target=finite_array(_get(whole, "target"), "target", dtype),
        learning_rate=learning_rate_in_range(_get(whole, "learning_rate")),
        loss=number(_get(whole, "loss"), "loss"),
        sample_losses=finite_array(_get(whole, "sample_losses"), "sample_losses", dtype),
        layers=layers,
        rounded=bool(_one_of(whole, "rounded", (True, False))),
    )
    _check_shapes(trace)
    _check_said_twice(whole, trace)
    return trace


def _get(entry: dict[str, Any], key: str, owner: str = "") -> Any:
    if key not in entry:
        raise BacklitError(f"expected a key '{key}'{owner}, got none")
    return entry[key]


def _one_of(whole: dict[str, Any], key: str, known: tuple[Any, ...]) -> Any:
    given = _get(whole, key)
    if given not in known or type(given) is not type(known[0]):
        raise BacklitError(f"{key} must be {' or '.join(json.dumps(value) for value in known)}, got {given!r:.40}")
    return given


def _network(whole: dict[str, Any], layers: tuple[LayerTrace, ...], dtype: np.dtype[Any]) -> Network:
    names = {key: _get(whole, key) for key in ("output", "loss_function")}
    for key, name in names.items():
        if not isinstance(name, str):
            raise BacklitError(f"{key} must be a name, got {name!r:.40}")
    return Network.from_weights(
        [part.weights for part in layers],
        [part.biases for part in layers],
        activation=_get(whole, "activation"),
        output=names["output"],
        loss=names["loss_function"],
        dropout=_get(whole, "dropout"),
        dtype=dtype,
        layout="rows",
    )


def _layer_trace(entry: dict[str, Any], i: int, dtype: np.dtype[Any]) -> LayerTrace:
    texts = {name: _get(entry, name, f" in layer {i}") for name in TEXTS}
    arrays = {name: _array(_get(entry, name, f" in layer {i}"), name, i, dtype) for name in ARRAYS}
    return LayerTrace(**texts, **arrays)  # type: ignore[arg-type]


def _array(given: Any, name: str, i: int, dtype: np.dtype[Any]) -> np.ndarray | None:
    if given is None and name in NULLABLE:
        return None
    if not isinstance(given, list):
        raise BacklitError(f"{name} of layer {i} must be a list of numbers, got {given!r:.40}")
    return finite_array(given, f"{name} of layer {i}", dtype)


def _check_shapes(trace: Trace) -> None:
    lead = () if trace.one_sample else (trace.n_samples,)
    for name, array, shape in (
        *_layers_to_check(trace, lead),
        ("target", trace.target, (*lead, trace.network.sizes[-1])),
        ("sample_losses", trace.sample_losses, (trace.n_samples,)),
    ):
        got = None if array is None else array.shape
        if got != shape:
            raise BacklitError(f"{name} must {f'have shape {shape}' if shape else 'be null'}, got {got or 'null'}")


def _layers_to_check(trace: Trace, lead: tuple[int, ...]) -> Iterator[tuple[str, Any, tuple[int, ...] | None]]:
    """Name, array and expected shape (None where there must be none) of each array of each layer."""
    fused = fused_pair(trace.network) is not None
    for i, (part, layer) in enumerate(zip(trace.layers, trace.network.layers, strict=True), 1):
        together = fused and i == len(trace.layers)
        matrix, unit, per_sample = (layer.n_in, layer.n_out), (layer.n_out,), (*lead, layer.n_out)
        biases = None if layer.biases is None else unit
        expected: dict[str, tuple[int, ...] | None] = {
            "weights": matrix,
            "biases": biases,
            "input": (*lead, layer.n_in),
            "pre_activation": per_sample,
            "activation": per_sample,
            "slope": None if together or layer.row.derivative is None else per_sample,
            "error": None if together else per_sample,
            "error_term": per_sample,
            "weight_gradient": matrix,
            "bias_gradient": biases,
            "weight_step": matrix,
            "bias_step": biases,
            "dropout_mask": None if part.dropout_mask is None else per_sample,
        }
        for name, shape in expected.items():
            yield f"{name} of layer {i}", getattr(part, name), shape


def _check_said_twice(whole: dict[str, Any], trace: Trace) -> None:
    """Check what the layers say too."""
    facts: dict[str, Any] = {
        "sizes": list(trace.network.sizes),
        "n_samples": trace.n_samples,
        "one_sample": trace.one_sample,
        "input": trace.layers[0].input.tolist(),
        "prediction": trace.prediction.tolist(),
    }
    pairs = [(key, _get(whole, key), fact) for key, fact in facts.items()]
    for i, (part, layer) in enumerate(zip(trace.layers, trace.network.layers, strict=True), 1):
        pairs.append((f"address of layer {i}", part.address, f"L{i}"))
        pairs.append((f"activation_name of layer {i}", part.activation_name, layer.row.name))
    for name, given, fact in pairs:
        if type(given) is not type(fact) or given != fact:
            raise BacklitError(f"{name} must be {fact!r:.60}, as the layers have it, got {given!r:.60}")
