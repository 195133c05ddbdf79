"""Fitted estimators as ONNX files: their scalers, their network, and for classes their labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.interop.onnx_files import N_CHECKED, check_agrees, model_bytes, run_onnx
from backlit.interop.onnx_nodes import Graph, constant, network_nodes, put
from backlit.interop.sklearn_networks import Fitted, fitted_parts

__all__ = ["estimator_to_onnx"]


def estimator_to_onnx(given: Any, path: str | Path) -> float:
    """Write an estimator, or a pipeline of scalers and one, as an ONNX file; see ``to_onnx``."""
    from onnx import TensorProto, helper

    fitted = fitted_parts(given, "to_onnx")
    graph = Graph()
    output = network_nodes(graph, fitted.network, _scaled(graph, fitted))
    outputs = _labelled(graph, fitted, output) if fitted.classes is not None else [_named(graph, output, "prediction")]
    kind = TensorProto.DOUBLE if fitted.scaled else TensorProto.FLOAT
    n_in = fitted.network.sizes[0]
    content = model_bytes(
        graph,
        [helper.make_tensor_value_info("X", kind, ["n", n_in])],
        [helper.make_tensor_value_info(*output) for output in outputs],
        f"An estimator of backlit: X (n, {n_in}) to {' and '.join(output[0] for output in outputs)}",
    )
    drawn = np.random.default_rng(0).normal(size=(N_CHECKED, n_in))
    X = (fitted.shift + fitted.scale * drawn).astype(np.float64 if fitted.scaled else np.float32)
    expected = fitted.network.predict((X - fitted.shift) / fitted.scale)
    if fitted.classes is not None and not fitted.several and expected.shape[1] == 1:
        expected = np.hstack([1 - expected, expected])
    gap = check_agrees(run_onnx(content, {"X": X}, outputs[-1][0]), expected)
    write_whole(path, content)
    return gap


def _scaled(graph: Graph, fitted: Fitted) -> str:
    """Add the scalers, in float64: what they subtract may be large beside what varies."""
    from onnx import TensorProto

    if not fitted.scaled:
        return "X"
    shifted = put(graph, "Sub", ["X", constant(graph, fitted.shift, np.float64)])
    return put(
        graph,
        "Cast",
        [put(graph, "Div", [shifted, constant(graph, fitted.scale, np.float64)])],
        to=TensorProto.FLOAT,
    )


def _named(graph: Graph, output: str, name: str) -> tuple[str, int, list[Any]]:
    """Give a float32 output (n, n_out) a name."""
    from onnx import TensorProto

    put(graph, "Identity", [output])
    graph.nodes[-1].output[0] = name
    return name, TensorProto.FLOAT, ["n", None]


def _labelled(graph: Graph, fitted: Fitted, output: str) -> list[tuple[str, int, list[Any]]]:
    """Add the labels (n,), or (n, n_classes) of 0 and 1 for several, and the probabilities (n, n_classes)."""
    from onnx import TensorProto

    assert fitted.classes is not None
    if fitted.several:
        likely = put(graph, "Greater", [output, constant(graph, 0.5)])
        put(graph, "Cast", [likely], to=TensorProto.INT64)
        graph.nodes[-1].output[0] = "label"
        return [("label", TensorProto.INT64, ["n", None]), _named(graph, output, "probabilities")]
    if fitted.network.sizes[-1] == 1:
        output = put(graph, "Concat", [put(graph, "Sub", [constant(graph, 1.0), output]), output], axis=1)
    labels, kind = _labels(fitted.classes)
    best = put(graph, "ArgMax", [output], axis=1, keepdims=0)
    put(graph, "Gather", [constant(graph, labels, labels.dtype), best])
    graph.nodes[-1].output[0] = "label"
    return [("label", kind, ["n"]), _named(graph, output, "probabilities")]


def _labels(classes: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the classes as ONNX has them, and their type there."""
    from onnx import TensorProto

    match classes.dtype.kind:
        case "b":
            return classes, TensorProto.BOOL
        case "i" | "u":
            return classes.astype(np.int64), TensorProto.INT64
        case "f":
            return classes.astype(np.float64), TensorProto.DOUBLE
        case "U":
            return classes.astype(object), TensorProto.STRING
        case "O" if all(isinstance(label, str) for label in classes):
            return classes, TensorProto.STRING
    raise BacklitError(f"ONNX files have labels that are numbers or words, got classes of type {classes.dtype}")
