"""A network as ONNX operators: every activation of the table, as one operator or composed of several."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backlit.equations.activations import SELU_ALPHA, SELU_SCALE
from backlit.errors import BacklitError
from backlit.network.network import Network

__all__ = ["OPSET", "Graph", "constant", "network_nodes", "put"]

OPSET = 17
"""The version of the operators: old enough for runtimes in use, new enough for all that is needed."""


@dataclass(eq=False)
class Graph:
    """Nodes in the order they run, and the constants that they read. Filled as it is built."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)


def put(graph: Graph, operator: str, inputs: Sequence[str], *, domain: str = "", **attributes: Any) -> str:
    """Add a node to the graph and return the name of its result."""
    from onnx import helper

    name = f"/{len(graph.nodes)}/{operator}"
    graph.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
    return name


def constant(graph: Graph, value: Any, dtype: Any = np.float32) -> str:
    """Add a constant and return its name."""
    from onnx import numpy_helper

    name = f"/constant/{len(graph.constants)}"
    graph.constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
    return name


def network_nodes(graph: Graph, net: Network, X: str) -> str:
    """Add a network over the input named ``X`` (n, n_in), in float32, and return its output's name.

    Raises BacklitError, naming the layer, for an activation of a user's own.
    """
    for i, layer in enumerate(net.layers, 1):
        W = constant(graph, layer.weights)
        X = put(graph, "MatMul", [X, W])
        if layer.biases is not None:
            X = put(graph, "Add", [X, constant(graph, layer.biases)])
        base, _, parameter = layer.row.name.partition("(")
        if base not in _ACTIVATIONS or not isinstance(layer.activation, str):
            whose = "" if isinstance(layer.activation, str) else " of your own"
            raise BacklitError(
                f"layer {i} has the activation '{layer.row.name}'{whose}, which ONNX operators cannot be made of"
            )
        X = _ACTIVATIONS[base](graph, X, float(parameter.rstrip(")")) if parameter else None)
    return X


Build = Callable[[Graph, str, "float | None"], str]


def _operator(name: str, **attributes: Any) -> Build:
    return lambda graph, z, parameter: put(graph, name, [z], **attributes)


def _with_alpha(name: str, default: float) -> Build:
    return lambda graph, z, parameter: put(graph, name, [z], alpha=default if parameter is None else parameter)


def _identity(graph: Graph, z: str, parameter: float | None) -> str:
    return z


def _silu(graph: Graph, z: str, parameter: float | None) -> str:
    return put(graph, "Mul", [z, put(graph, "Sigmoid", [z])])


def _mish(graph: Graph, z: str, parameter: float | None) -> str:
    return put(graph, "Mul", [z, put(graph, "Tanh", [put(graph, "Softplus", [z])])])


def _gelu(graph: Graph, z: str, parameter: float | None) -> str:
    """z/2 (1 + erf(z / sqrt 2))."""
    erf = put(graph, "Erf", [put(graph, "Mul", [z, constant(graph, math.sqrt(0.5))])])
    twice_cdf = put(graph, "Add", [erf, constant(graph, 1.0)])
    return put(graph, "Mul", [put(graph, "Mul", [z, constant(graph, 0.5)]), twice_cdf])


_ACTIVATIONS: dict[str, Build] = {
    "identity": _identity,
    "sigmoid": _operator("Sigmoid"),
    "tanh": _operator("Tanh"),
    "relu": _operator("Relu"),
    "leaky_relu": _with_alpha("LeakyRelu", 0.01),
    "elu": _with_alpha("Elu", 1.0),
    "selu": _operator("Selu", alpha=SELU_ALPHA, gamma=SELU_SCALE),
    "gelu": _gelu,
    "silu": _silu,
    "mish": _mish,
    "softplus": _operator("Softplus"),
    "hard_sigmoid": _operator("HardSigmoid", alpha=1 / 6, beta=0.5),
    "exp": _operator("Exp"),
    "softmax": _operator("Softmax", axis=1),
}
