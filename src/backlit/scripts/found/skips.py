"""Skip connections: ``b = a + tanh(a @ W)``, found by a line that adds and proved by the values."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.links import close, forms_of, in_rows
from backlit.scripts.seen.records import Moment, Node

__all__ = ["skipped"]

SKIP = (
    "line {line} adds what a layer gave to {a}, a skip connection: {b} = {a} + {layer}; such networks are not judged, "
    "and bl.check_layer checks the backward function of such a part"
)
ACTIVATIONS = ("identity", "tanh", "relu", "sigmoid")


def skipped(moment: Moment, source: str) -> str:
    """Return a sentence on a sum of an array and of what a layer gave, "" where there is none."""
    named: dict[str, list[Node]] = {}
    for node in moment.nodes:
        for record in node.records:
            known = named.setdefault(record.name, [])
            if not known or known[-1] is not node:
                known.append(node)
    for line, target, parts in _lines(source):
        for name in parts:
            layer = _layer(moment, named, target, name)
            if layer:
                return SKIP.format(line=line, a=name, b=target, layer=layer)
    return ""


def _lines(source: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (line, target, plain names that are added) of each sum that is assigned."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for part in ast.walk(tree):
        value = getattr(part, "value", None)
        if isinstance(part, ast.Assign) and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            sides = [ast.unparse(s) for s in (value.left, value.right) if isinstance(s, ast.Name | ast.Subscript)]
            yield part.lineno, ast.unparse(part.targets[0]), sides


def _layer(moment: Moment, named: Mapping[str, list[Node]], target: str, name: str) -> str:
    """Return the layer that, added to an array, makes the target; "" where none does."""
    for b in reversed(named.get(target, [])):
        for a in reversed(named.get(name, [])):
            if a.value.shape == b.value.shape and a.first < b.first and b.value.ndim == 2:
                found = _made_by(moment, b.value - a.value)
                if found:
                    return found
    return ""


def _made_by(moment: Moment, result: np.ndarray) -> str:
    """Return the layer that gives a result, as it would be written."""
    matrices = [node for node in moment.nodes if node.value.ndim == 2 and not node.whole_numbers]
    for columns in (False, True):
        A = in_rows(result, columns)
        if A is None or not A.any():
            continue
        for weights in matrices:
            for turned, _, W, _ in forms_of(weights.value, with_ones=False):
                if W.shape[1] != A.shape[1] or min(W.shape) < 2:
                    continue
                for source in matrices:
                    P = in_rows(source.value, columns)
                    if source is weights or P is None or P.shape != (len(A), len(W)):
                        continue
                    found = _activated(moment, P @ W, A)
                    if found:
                        operand = f"{weights.name}.T" if turned != columns else weights.name
                        product = f"{operand} @ {source.name}" if columns else f"{source.name} @ {operand}"
                        activation, bias = found
                        inner = f"{product}{bias}"
                        return inner if activation == "identity" else f"{activation}({inner})"
    return ""


def _activated(moment: Moment, Z: np.ndarray, A: np.ndarray) -> tuple[str, str] | None:
    """Return the activation, and the biases as they would be written, that lead from a product to a result."""
    biases = [("", np.zeros(Z.shape[1]))]
    biases += [(f" + {n.name}", n.value.reshape(-1)) for n in moment.nodes if n.value.size == Z.shape[1]]
    for name in ACTIVATIONS:
        value = find_activation(name).value
        for said, bias in biases:
            if np.allclose(value(Z[:1] + bias), A[:1], rtol=1e-6) and close(value(Z + bias), A):
                return name, said
    return None
