"""ONNX files: a network written, and compared with itself in onnxruntime before the file is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.interop.onnx_nodes import OPSET, Graph, network_nodes, put
from backlit.network.network import Network

__all__ = ["N_CHECKED", "TOLERANCE", "check_agrees", "model_bytes", "need_onnx", "run_onnx", "to_onnx"]

TOLERANCE = 1e-5
"""How far onnxruntime may be from backlit, as a share of the largest output."""

IR_VERSION = 9
N_CHECKED = 64
SMALLEST = 1e-30
"""Outputs all smaller count as 0, and may be off by nothing."""


def to_onnx(net: Network | Any, path: str | Path) -> float:
    """Write a network, an estimator or a table's model as an ONNX file; return how far onnxruntime is from it.

    A network's file takes ``X (n, n_in)`` and gives ``output (n, n_out)``, both float32, for any n; ``net.predict`` in
    other words. An ``MLPClassifier``, ours or scikit-learn's, gives ``label`` and ``probabilities (n, n_classes)``, an
    ``MLPRegressor`` ``prediction (n, n_out)``; in a ``Pipeline`` the scalers before it (StandardScaler, MinMaxScaler,
    MaxAbsScaler, RobustScaler) are in the file too, and X is float64. For a ``TableModel`` see its ``to_onnx``.

    Before it is written, onnxruntime runs it on 64 normal samples, standard or spread as the scalers say: the largest
    difference, as a share of the largest output, is returned, and is at most 1e-5.

    Raises BacklitError where onnx or onnxruntime is not installed, for an activation of a user's own (naming the
    layer), for what is none of these or not fitted, where the two do not agree (values beyond float32's range), and
    where the system refuses to write.

    >>> import backlit as bl, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "net.onnx")
    >>> bl.to_onnx(bl.Network.random([3, 4, 2], activation="gelu", output="softmax", seed=0), path) < 1e-5
    True
    """
    need_onnx()
    if not isinstance(net, Network):
        # a table's model stands in a room above this one
        return (
            float(net.to_onnx(path)) if hasattr(net, "to_onnx") and not isinstance(net, type) else _estimator(net, path)
        )
    from onnx import TensorProto, helper

    graph = Graph()
    put(graph, "Identity", [network_nodes(graph, net, "X")])
    graph.nodes[-1].output[0] = "output"
    content = model_bytes(
        graph,
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["n", net.sizes[0]])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", net.sizes[-1]])],
        "A network of backlit: X (n, n_in) to output (n, n_out)",
    )
    X = np.random.default_rng(0).normal(size=(N_CHECKED, net.sizes[0])).astype(np.float32)
    gap = check_agrees(run_onnx(content, {"X": X}, "output"), net.predict(X))
    write_whole(path, content)
    return gap


def _estimator(given: Any, path: str | Path) -> float:
    from backlit.interop.onnx_estimators import estimator_to_onnx

    return estimator_to_onnx(given, path)


def need_onnx() -> None:
    """Raise BacklitError where onnx or onnxruntime is not installed."""
    try:
        for name in ("onnx", "onnxruntime"):
            import_module(name)
    except ImportError:
        raise BacklitError(
            "ONNX files need onnx and onnxruntime, which are not installed: pip install onnx onnxruntime"
        ) from None


def model_bytes(graph: Graph, inputs: Sequence[Any], outputs: Sequence[Any], doc: str) -> bytes:
    """Return a checked model's file content; ``doc`` says in words what it takes and gives."""
    from importlib.metadata import version

    import onnx
    from onnx import helper

    model = helper.make_model(
        helper.make_graph(graph.nodes, "backlit", list(inputs), list(outputs), graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=IR_VERSION,
        producer_name="backlit",
        producer_version=version("backlit"),
        doc_string=doc,
    )
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def run_onnx(content: bytes, values: Mapping[str, np.ndarray], output: str) -> np.ndarray:
    """Return one output of a model's file content in onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    result: np.ndarray = session.run([output], dict(values))[0]
    return result


def check_agrees(got: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference as a share of the largest expected value; raise BacklitError where above 1e-5."""
    size = max(float(np.abs(expected).max()), SMALLEST)
    gap = float(np.abs(got.astype(np.float64) - expected).max()) / size
    if not gap <= TOLERANCE:
        raise BacklitError(
            f"onnxruntime must agree with the network to {TOLERANCE:g} of its largest output, got {gap:.2g}; "
            "ONNX files are float32, so weights and inputs of usual size are needed; nothing was written"
        )
    return gap
