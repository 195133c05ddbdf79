"""A table's model as an ONNX file: its columns go in, one input each, and predictions come out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backlit.files.atomic import write_whole
from backlit.interop.onnx_files import check_agrees, model_bytes, need_onnx, run_onnx
from backlit.interop.onnx_nodes import Graph, constant, network_nodes, put
from backlit.tables.arrays import Words
from backlit.tables.dates import DAY, MONDAY, WEEK, YEAR
from backlit.tables.model import TableModel, outputs_of
from backlit.tables.prepare import NO_WORD, STRAIGHT, Prepared, inputs_of, known_words
from backlit.tables.target_means import TargetMeans

__all__ = ["example_values", "model_to_onnx"]

N_CHECKED = 256
DOUBLE, FLOAT = 11, 1
"""ONNX's numbers for the types."""


def model_to_onnx(model: TableModel, path: str | Path, values: Mapping[str, np.ndarray | Words] | None = None) -> float:
    """Write a model with its preparation of columns, and return how far onnxruntime is from it (at most 1e-5).

    Each column is an input (n, 1): numbers as doubles, NaN where missing; yes and no as 1 and 0; a date as seconds
    since 1970, as ONNX reads no dates; words as strings, the empty one where missing. Classes give ``label (n,)`` and
    ``probabilities (n, n_classes)``, a quantity ``prediction (n, 1)``. ``values``: columns to compare on, by default
    drawn around those of training, with missing values and words never seen.

    Raises BacklitError as ``to_onnx`` does.
    """
    need_onnx()
    graph = Graph()
    names = {column.name: f"column {i}" for i, column in enumerate(model.columns)}
    parts = [part for column in model.columns for part in _column_nodes(graph, column, names[column.name])]
    X = put(graph, "Concat", parts, axis=1)
    output = _output_nodes(graph, model, network_nodes(graph, model.network, X))
    _rename(graph, {names[column.name]: column.name for column in model.columns})
    content = model_bytes(graph, [_input(column) for column in model.columns], _outputs(model), _words(model))
    values = example_values(model) if values is None else values
    n = len(next(iter(values.values())))
    expected = outputs_of(model, inputs_of(model.columns, values, n, model.network.weights[0].dtype))
    gap = check_agrees(run_onnx(content, _fed(model, values), output), expected)
    write_whole(path, content)
    return gap


def _column_nodes(graph: Graph, column: Prepared, name: str) -> list[str]:
    """Add a column's preparation; the results are float32 (n, k), in the order of its inputs."""
    if column.encoder is not None:
        words = [word.encode() for word in column.encoder.categories_[0]]
        encoded = put(graph, "OneHotEncoder", [name], domain="ai.onnx.ml", cats_strings=words, zeros=1)
        each = put(graph, "Reshape", [encoded, constant(graph, [-1, len(words)], np.int64)])
        return [each, *_mean_nodes(graph, column.means, name)]
    missing = put(graph, "IsNaN", [name])
    marks = put(graph, "Cast", [missing], to=DOUBLE)
    results = []
    numbers = zip(column.parts, column.imputer.statistics_, column.scaler.mean_, column.scaler.scale_, strict=True)
    for part, median, mean, scale in numbers:
        number = marks if part == "missing" else _filled(graph, _part(graph, part, name), missing, median)
        shifted = put(graph, "Sub", [number, constant(graph, mean, np.float64)])
        scaled = put(graph, "Div", [shifted, constant(graph, scale, np.float64)])
        single = put(graph, "Cast", [scaled], to=FLOAT)
        results.append(_bent(graph, single) if column.bent else single)
    return results


def _mean_nodes(graph: Graph, means: TargetMeans | None, name: str) -> list[str]:
    """Add a look-up of each mean that a word has."""
    if means is None:
        return []
    words = [word.encode() for word in means.words]
    return [
        put(
            graph,
            "LabelEncoder",
            [name],
            domain="ai.onnx.ml",
            keys_strings=words,
            values_floats=means.values[:, j].tolist(),
            default_float=float(other),
        )
        for j, other in enumerate(means.other)
    ]


def _filled(graph: Graph, number: str, missing: str, median: float) -> str:
    return put(graph, "Where", [missing, constant(graph, median, np.float64), number])


def _bent(graph: Graph, scaled: str) -> str:
    """Add what bends numbers beyond 4; see ``bend``. Numbers beyond float32 come as infinite, and leave at 8."""
    reach = constant(graph, STRAIGHT, np.float32)
    far = constant(graph, 1e6, np.float32)
    scaled = put(graph, "Clip", [scaled, put(graph, "Neg", [far]), far])
    inner = put(graph, "Clip", [scaled, put(graph, "Neg", [reach]), reach])
    beyond = put(graph, "Div", [put(graph, "Sub", [scaled, inner]), reach])
    return put(graph, "Add", [inner, put(graph, "Mul", [put(graph, "Tanh", [beyond]), reach])])


def _part(graph: Graph, part: str, name: str) -> str:
    """Add one number of a value: itself, or a part of a date; see ``date_parts``."""
    if part == "value":
        return name
    days = put(graph, "Div", [name, constant(graph, DAY, np.float64)])
    if part == "days":
        return days
    circle, _, function = part.partition(" ")
    shifted = put(graph, "Sub", [days, constant(graph, MONDAY if circle == "week" else 0.0, np.float64)])
    length = {"year": YEAR, "week": WEEK, "day": 1.0}[circle]
    turn = put(graph, "Div", [shifted, constant(graph, length, np.float64)])
    turn = put(graph, "Mod", [turn, constant(graph, 1.0, np.float64)], fmod=1)
    angle = put(graph, "Mul", [turn, constant(graph, 2 * np.pi, np.float64)])
    # float32 is near enough for an angle of one turn, and every runtime has its sine
    wave = put(graph, {"sine": "Sin", "cosine": "Cos"}[function], [put(graph, "Cast", [angle], to=FLOAT)])
    return put(graph, "Cast", [wave], to=DOUBLE)


def _output_nodes(graph: Graph, model: TableModel, output: str) -> str:
    """Add what makes predictions of the network's output, and return the name of the one to compare."""
    if model.classes:
        put(graph, "Identity", [output])
        graph.nodes[-1].output[0] = _free("probabilities", model)
        best = put(graph, "ArgMax", [output], axis=1, keepdims=0)
        put(graph, "Gather", [constant(graph, model.classes, object), best])
        graph.nodes[-1].output[0] = _free("label", model)
        return _free("probabilities", model)
    scaled = put(graph, "Mul", [put(graph, "Cast", [output], to=DOUBLE), constant(graph, model.scale, np.float64)])
    put(graph, "Add", [scaled, constant(graph, model.mean, np.float64)])
    graph.nodes[-1].output[0] = _free("prediction", model)
    return _free("prediction", model)


def _free(name: str, model: TableModel) -> str:
    """An output's name, with a line under where a column has it."""
    while any(column.name == name for column in model.columns):
        name += "_"
    return name


def _rename(graph: Graph, names: Mapping[str, str]) -> None:
    """Give the inputs their columns' names last, so that no name of a column meets one made on the way."""
    inner = {name: f"/{name}" for node in graph.nodes for name in node.output if name in set(names.values())}
    for node in graph.nodes:
        node.input[:] = [names.get(name, inner.get(name, name)) for name in node.input]
        node.output[:] = [inner.get(name, name) for name in node.output]


def _input(column: Prepared) -> Any:
    from onnx import TensorProto, helper

    kind = TensorProto.STRING if column.encoder is not None else TensorProto.DOUBLE
    return helper.make_tensor_value_info(column.name, kind, ["n", 1])


def _outputs(model: TableModel) -> list[Any]:
    from onnx import TensorProto, helper

    if not model.classes:
        return [helper.make_tensor_value_info(_free("prediction", model), TensorProto.DOUBLE, ["n", 1])]
    return [
        helper.make_tensor_value_info(_free("label", model), TensorProto.STRING, ["n"]),
        helper.make_tensor_value_info(_free("probabilities", model), TensorProto.FLOAT, ["n", len(model.classes)]),
    ]


def _words(model: TableModel) -> str:
    dates = ", ".join(f"'{column.name}'" for column in model.columns if column.kind == "date")
    return (
        f"Predicts '{model.target}'. Inputs (n, 1): numbers, NaN where missing; yes and no as 1 and 0; words, empty "
        "where missing" + (f"; {dates} in seconds since 1970-01-01 00:00 UTC." if dates else ".")
    )


def _fed(model: TableModel, values: Mapping[str, np.ndarray | Words]) -> dict[str, np.ndarray]:
    """Columns' values (n,) as the file takes them, (n, 1)."""
    fed = {}
    for column in model.columns:
        given = values[column.name]
        if isinstance(given, Words):
            fed[column.name] = np.array([*given.words, NO_WORD], dtype=object)[given.codes][:, None]
        else:
            fed[column.name] = given[:, None]
    return fed


def example_values(model: TableModel, n: int = N_CHECKED, seed: int = 0) -> dict[str, np.ndarray | Words]:
    """Draw values (n,) for each column around those of training, some missing, some words never seen."""
    rng = np.random.default_rng(seed)
    values: dict[str, np.ndarray | Words] = {}
    for column in model.columns:
        absent = rng.random(n) < 0.1
        if column.encoder is not None:
            words = [*sorted(known_words(column) - {NO_WORD}), "a word never seen"]
            values[column.name] = Words(np.where(absent, -1, rng.integers(0, len(words), n)), words)
            continue
        mean, scale = column.scaler.mean_[0], column.scaler.scale_[0]
        numbers = {
            "number": mean + 2 * scale * rng.normal(size=n),
            "boolean": rng.integers(0, 2, n).astype(np.float64),
            "date": DAY * (column.imputer.statistics_[0] + rng.uniform(-500, 500, n)),
        }[column.kind]
        values[column.name] = np.where(absent, np.nan, numbers)
    return values
