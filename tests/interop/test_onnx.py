"""ONNX files: onnxruntime gives what the network and the table's model give, whatever activation and column."""

import datetime

import numpy as np
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.interop import onnx_files, onnx_nodes
from backlit.tables.fit import look_at, train_table
from backlit.tables.model import inputs_of_table, outputs_of
from backlit.tables.model_file import save_model
from backlit.tables.onnx_columns import model_to_onnx
from backlit.tables.read import read_table
from backlit.tables.settings import settings_of

HIDDEN = [*(name for name, row in ACTIVATIONS.items() if not row.output_only), "leaky_relu(0.3)", "elu(0.5)"]
X = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32) * 3


def run(path, values):
    import onnxruntime

    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    return session.run(None, values)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.onnx"


def test_every_row_has_its_operators():
    missing = ACTIVATIONS.keys() - onnx_nodes._ACTIVATIONS.keys()
    assert not missing, f"_ACTIVATIONS in src/backlit/interop/onnx_nodes.py lacks the operators of {missing}"


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_activation_runs_in_onnxruntime(activation, dtype, path):
    # exp of exp overflows by itself
    sizes = [3, 4, 2] if activation == "exp" else [3, 4, 6, 2]
    net = bl.Network.random(sizes, activation=activation, output="identity", seed=0, dtype=dtype)
    gap = bl.to_onnx(net, path)
    assert 0 <= gap <= 1e-5
    np.testing.assert_allclose(run(path, {"X": X})[0], net.predict(X), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_every_output_runs_in_onnxruntime(output, path):
    net = bl.Network.random([3, 4, 2], activation="tanh", output=output, biases=False, seed=0)
    bl.to_onnx(net, path)
    np.testing.assert_allclose(run(path, {"X": X})[0], net.predict(X), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in HIDDEN if name != "exp"])
def test_extreme_inputs_give_what_the_equations_give(name, path):
    wide = np.array([[200.0], [-200.0], [0.0], [88.0], [-88.0]], dtype=np.float32)
    net = bl.Network.from_weights([[[1.0]]], output=name, dtype="float32")
    bl.to_onnx(net, path)
    np.testing.assert_allclose(run(path, {"X": wide})[0], net.predict(wide), rtol=1e-5, atol=1e-6)


def test_an_activation_of_ones_own_is_refused_by_its_layer(path):
    row = ACTIVATIONS["tanh"]
    mine = Activation("mine", row.value, row.derivative, row.formula, row.derivative_formula)
    net = bl.Network.random([3, 4, 6, 2], activation=["relu", mine], seed=0)
    with pytest.raises(bl.BacklitError, match="layer 2 has the activation 'mine'"):
        bl.to_onnx(net, path)
    assert not path.exists()


def test_a_file_that_does_not_agree_is_not_written(path, monkeypatch):
    honest = onnx_files.run_onnx
    monkeypatch.setattr(onnx_files, "run_onnx", lambda *given: honest(*given) + 1e-3)
    with pytest.raises(bl.BacklitError, match="must agree with the network to 1e-05"):
        bl.to_onnx(bl.Network.random([3, 4, 2], seed=0), path)
    assert not path.exists()


def test_weights_beyond_float32_are_refused(path):
    net = bl.Network.from_weights([[[1e200]], [[1e-200]]], activation="identity", output="identity")
    with pytest.raises(bl.BacklitError, match="must agree"), np.errstate(over="ignore"):
        bl.to_onnx(net, path)
    assert not path.exists()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    start = datetime.datetime(1965, 3, 1, 6)
    lines = ["a number,prediction,label,when,shiny,y,z"]
    for i in range(60):
        number = "" if i % 9 == 0 else f"{rng.normal(1e6, 10):.3f}"
        word = "" if i % 11 == 0 else rng.choice(["red", "grün", "blue"])
        when = start + datetime.timedelta(days=float(rng.uniform(0, 4000)))
        lines.append(
            f"{number},{rng.normal():.3f},{word},{when:%Y-%m-%d %H:%M:%S},{'yes' if i % 3 else 'no'},"
            f"{'uvw'[i % 3]},{rng.normal(5000, 300):.2f}"
        )
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def model_of(target, drop):
    settings = settings_of({"target": target, "drop": [drop], "hidden": [5, 4], "epochs": 3})
    return train_table(look_at(read_table("t.csv"), settings)).model


def as_fed(table, model):
    """The columns of the table as another program would give them to the file, made apart from backlit."""
    fed = {}
    for column in model.columns:
        cells = table.columns[column.name].to_pylist()
        if column.kind == "text":
            fed[column.name] = np.array([[cell or ""] for cell in cells], dtype=object)
        elif column.kind == "boolean":
            fed[column.name] = np.array([[float(cell == "yes")] for cell in cells])
        elif column.kind == "date":
            stamps = [datetime.datetime.fromisoformat(cell).replace(tzinfo=datetime.UTC).timestamp() for cell in cells]
            fed[column.name] = np.array(stamps)[:, None]
        else:
            fed[column.name] = np.array([[float(cell) if cell else np.nan] for cell in cells])
    return fed


@pytest.mark.parametrize(("target", "drop"), [("y", "z"), ("z", "y")])
def test_a_tables_model_with_every_kind_of_column(target, drop, folder):
    model = model_of(target, drop)
    assert {column.kind for column in model.columns} == {"number", "boolean", "date", "text"}
    assert model_to_onnx(model, "m.onnx") <= 1e-5
    table = read_table("t.csv")
    results = run(folder / "m.onnx", as_fed(table, model))
    expected = outputs_of(model, inputs_of_table(model, table))
    np.testing.assert_allclose(results[-1], expected, rtol=1e-5, atol=1e-6)
    if target == "y":
        assert results[0].tolist() == [model.classes[i] for i in expected.argmax(axis=1)]


def test_export_of_a_tables_model(folder):
    save_model(model_of("y", "z"), "m.safetensors")
    result = backlit("export", "m.safetensors", "--to", "m.onnx", "--data", "t.csv")
    assert result.status == 0, result.err
    assert "wrote m.onnx: 5 columns in, label and probabilities out; within" in result.err
    assert "dates go in as seconds since 1970-01-01 00:00 UTC: when" in result.err


def test_export_of_a_network(folder):
    bl.Network.random([3, 4, 2], seed=0).save("net.safetensors")
    assert "wrote n.onnx" in backlit("export", "net.safetensors", "--to", "n.onnx").err
    assert run(folder / "n.onnx", {"X": X})[0].shape == (5, 2)


def test_export_replaces_a_file_only_by_force(folder):
    bl.Network.random([3, 4, 2], seed=0).save("net.safetensors")
    (folder / "n.onnx").write_bytes(b"another's")
    arguments = ("export", "net.safetensors", "--to", "n.onnx")
    assert_refused(backlit(*arguments), "n.onnx is there already", "--force", "another --to")
    assert (folder / "n.onnx").read_bytes() == b"another's"
    assert backlit(*arguments, "--force").status == 0
    assert run(folder / "n.onnx", {"X": X})[0].shape == (5, 2)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["net.safetensors"], ("--to FILE.onnx", "nothing")),
        (["net.safetensors", "--to", "m.pt"], ("--to FILE.onnx", "m.pt")),
        (["no.safetensors", "--to", "m.onnx"], ("no.safetensors", "could not be read")),
        (["t.csv", "--to", "m.onnx"], ("t.csv", "expected a network saved by backlit")),
        (["net.safetensors", "--to", "m.onnx", "--data", "t.csv"], ("without a table", "--data")),
        (["net.safetensors", "--to", "nowhere/m.onnx"], ("nowhere/m.onnx", "could not be written")),
    ],
)
def test_what_cannot_be_exported_is_refused(arguments, parts, folder):
    bl.Network.random([3, 4, 2], seed=0).save("net.safetensors")
    assert_refused(backlit("export", *arguments), *parts)
    assert not (folder / "m.onnx").exists()
