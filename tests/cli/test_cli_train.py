"""The verbs train and predict as a user meets them."""

import builtins
import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import assert_refused, backlit
from test_imports import HEAVY, explaining, packages_after

import backlit as bl
from backlit.tables.model_file import load_model

FAST = ("--hidden", "8", "--epochs", "30", "--learning-rate", "0.02")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def animals(folder):
    rng = np.random.default_rng(0)
    heavy = rng.random(90) < 0.5
    rows = "".join(
        f"a{i},{rng.normal(20 if h else 10, 2):.2f},{'land' if h else rng.choice(['sea', 'air'])},"
        f"{'bear' if h else 'cat'}\n"
        for i, h in enumerate(heavy)
    )
    (folder / "animals.csv").write_text(f"tag,mass,home,kind\n{rows}", encoding="utf-8")
    return folder / "animals.csv"


def cells(text):
    return list(csv.DictReader(text.splitlines()))


def same_network(one, other):
    return all((a == b).all() for a, b in zip(one.network.weights, other.network.weights, strict=True))


def test_train_tells_what_it_does_and_writes_a_model(animals):
    result = backlit("train", animals, "--target", "kind", "--id", "tag", *FAST)
    assert result.status == 0, result.err
    for part in (
        "90 rows, 4 columns",
        "Target 'kind': classification",
        "tag            copied to predictions",
        "mass  number   scaled",
        "home  text     3 categories",
        "63 to train, 9 to choose the best epoch, 18 held out",
        "epochs in",
        "training loss",
        "accuracy",
        "always the commonest class",
    ):
        assert part in result.out, result.out
    assert "wrote" not in result.out
    assert "wrote animals.safetensors" in result.err
    model = load_model("animals.safetensors")
    assert model.classes == ("bear", "cat")
    assert model.record["scores"][0]["network"] > 0.9


def test_predictions_have_identifiers_words_and_probabilities(animals, folder):
    backlit("train", animals, "--target", "kind", "--id", "tag", *FAST)
    (folder / "new.csv").write_text("home,mass,tag\nland,21,x\nsea,9,y\ncave,,z\n", encoding="utf-8")
    result = backlit("predict", "animals.safetensors", "new.csv")
    assert result.status == 0, result.err
    rows = cells(result.out)
    assert [row["tag"] for row in rows] == ["x", "y", "z"]
    assert [row["predicted kind"] for row in rows[:2]] == ["bear", "cat"]
    for row in rows:
        assert abs(float(row["probability of bear"]) + float(row["probability of cat"]) - 1) < 1e-6
    assert "'home': 1 row is" in result.err
    assert "'cave'" in result.err
    assert "'mass': 1 row is" in result.err
    written = backlit("predict", "animals.safetensors", "new.csv", "--out", "p.csv")
    assert "wrote p.csv: 3 rows" in written.err
    assert (folder / "p.csv").read_text(encoding="utf-8") == result.out


def test_predictions_replace_a_file_only_by_force(animals):
    backlit("train", animals, "--target", "kind", "--drop", "tag", *FAST)
    for out in (Path("p.csv"), Path("p.parquet")):
        out.write_text("mine", encoding="utf-8")
        again = ("predict", "animals.safetensors", animals, "--out", out)
        assert_refused(backlit(*again), f"{out} is there already", "--force", "another --out")
        assert out.read_text(encoding="utf-8") == "mine"
        assert backlit(*again, "--force").status == 0
        assert out.read_bytes() != b"mine"
    (Path("folder.csv")).mkdir()
    result = backlit("predict", "animals.safetensors", animals, "--out", "folder.csv", "--force")
    assert_refused(result, "folder.csv", "expected a file")


def test_predictions_as_parquet(animals):
    import pyarrow.parquet

    backlit("train", animals, "--target", "mass", "--drop", "tag", *FAST)
    assert backlit("predict", "animals.safetensors", animals, "--out", "p.parquet").status == 0
    column = pyarrow.parquet.read_table("p.parquet").column("predicted mass").to_pylist()
    printed = [float(row["predicted mass"]) for row in cells(backlit("predict", "animals.safetensors", animals).out)]
    np.testing.assert_allclose(column, printed, rtol=1e-6)


def test_a_run_is_repeated_from_the_models_own_record(animals):
    backlit("train", animals, "--target", "kind", "--drop", "tag", "--seed", "7", "--out", "one.safetensors", *FAST)
    result = backlit("train", "--repeat", "one.safetensors", "--out", "two.safetensors")
    assert result.status == 0, result.err
    assert "The network is one.safetensors's, bit for bit" in result.out
    one, two = load_model("one.safetensors"), load_model("two.safetensors")
    assert same_network(one, two)
    assert one.record["settings"] == two.record["settings"]
    other = backlit("train", "--repeat", "one.safetensors", "--seed", "8", "--out", "three.safetensors")
    assert "The network differs from one.safetensors's" in other.out


def test_a_repeated_run_says_where_the_table_has_changed(animals):
    backlit("train", animals, "--target", "kind", "--drop", "tag", "--out", "one.safetensors", *FAST)
    animals.write_text(animals.read_text(encoding="utf-8") + "b,12,sea,cat\n", encoding="utf-8")
    result = backlit("train", "--repeat", "one.safetensors", "--out", "two.safetensors")
    assert "warning: " in result.err
    assert "is not the table that one.safetensors was trained on" in result.err


def test_settings_come_from_a_file_and_options_stand_over_them(animals, folder):
    lines = 'file = "animals.csv"\ntarget = "kind"\ndrop = ["tag"]\nhidden = [5]\nepochs = 2\nseed = 3\n'
    (folder / "run.toml").write_text(lines, encoding="utf-8")
    assert backlit("train", "--config", "run.toml", "--epochs", "3", "--out", "m.safetensors").status == 0
    settings = load_model("m.safetensors").record["settings"]
    assert (settings["epochs"], settings["hidden"], settings["seed"]) == (3, [5], 3)
    values = {"file": "animals.csv", "target": "kind", "drop": "tag", "hidden": [5], "epochs": 3, "seed": 3}
    (folder / "run.json").write_text(json.dumps(values), encoding="utf-8")
    backlit("train", "--config", "run.json", "--out", "n.safetensors")
    assert same_network(load_model("m.safetensors"), load_model("n.safetensors"))


def test_options_reach_training(animals):
    options = ("--activation", "tanh", "--dropout", "0.1", "--optimizer", "sgd", "--learning-rate", "0.3")
    options += ("--batch-size", "16", "--schedule", "cosine", "--weight-decay", "0.01", "--clip-norm", "1")
    options += ("--early-stopping", "0", "--test-share", "0.3", "--validation-share", "0.2", "--hidden", "6,5")
    result = backlit("train", animals, "--target", "kind", "--drop", "tag", "--epochs", "4", *options)
    assert result.status == 0, result.err
    model = load_model("animals.safetensors")
    assert list(model.network.sizes) == [4, 6, 5, 2]
    assert [layer.activation for layer in model.network.layers] == ["tanh", "tanh", "softmax"]
    assert model.network.layers[0].dropout == 0.1
    assert model.record["rows"] == {"train": 45, "validation": 18, "test": 27}
    assert "18 to watch" in result.out
    rates = model.record["history"]["learning_rates"]
    assert len(rates) == 4
    assert rates[0] > rates[-1]


def test_no_hidden_layer(animals):
    assert backlit("train", animals, "--target", "kind", "--hidden", "0", "--epochs", "2").status == 0
    assert len(load_model("animals.safetensors").network.layers) == 1


def test_a_bundled_table_is_trained_on_by_name(folder):
    result = backlit("train", "digits", "--target", "target", "--epochs", "2")
    assert result.status == 0, result.err
    assert "61  number   scaled" in result.out
    assert load_model("digits.safetensors").classes == tuple("0123456789")
    assert backlit("predict", "digits.safetensors", "digits").out.count("\n") == 1798


def test_a_checkpoint_goes_on_to_the_same_model(animals):
    options = ("train", animals, "--target", "kind", "--drop", "tag", *FAST)
    backlit(*options, "--out", "whole.safetensors")
    # what a run leaves that was stopped after some epochs
    code = "import sys; from backlit.cli import main; from backlit.training import loop; "
    code += "save = loop.save_checkpoint; n = []\n"
    code += "def stop(*a):\n    save(*a); n.append(1)\n    if len(n) == 5: import os; os._exit(9)\n"
    code += "loop.save_checkpoint = stop; main(sys.argv[1:])"
    extra = ("--checkpoint", "run.checkpoint", "--out", "part.safetensors")
    stopped = subprocess.run([sys.executable, "-c", code, *map(str, options), *extra], check=False, capture_output=True)
    assert stopped.returncode == 9
    assert not os.path.exists("part.safetensors")
    resumed = backlit(*options, *extra)
    assert resumed.status == 0
    assert "going on from run.checkpoint" in resumed.err
    assert same_network(load_model("whole.safetensors"), load_model("part.safetensors"))


def test_ctrl_c_keeps_the_best_so_far(animals):
    arguments = [
        "train",
        animals,
        "--target",
        "kind",
        "--drop",
        "tag",
        "--epochs",
        "1000000",
        "--early-stopping",
        "1000000",
    ]
    code = "import sys; from backlit.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, *map(str, arguments), "--checkpoint", "run.checkpoint"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not os.path.exists("run.checkpoint") and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "interrupted; the best network so far is kept" in out
    assert load_model("animals.safetensors").record["history"]["stopped_by"] == "interrupt"


def test_the_commands_of_the_page_run_in_order(folder):
    page = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    rng = np.random.default_rng(0)
    rows = [f"p{i},{rng.normal(5 + i % 3):.2f},{'abc'[i % 3]}" for i in range(60)]
    for name in ("flowers", "new"):
        (folder / f"{name}.csv").write_text("\n".join(["plant,size,species", *rows]) + "\n", encoding="utf-8")
    (folder / "run.toml").write_text(re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1], encoding="utf-8")
    commands = [line for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for line in block.splitlines()]
    assert len(commands) == 8
    for command in commands:
        result = backlit(*shlex.split(command)[1:])
        assert result.status == 0, (command, result.err)
        assert "warning" not in result.err, (command, result.err)


def test_to_explain_a_row_of_numbers_loads_nothing_heavy(folder):
    bl.Network.random([3, 4, 1], seed=0).save("net.safetensors")
    (folder / "rows.csv").write_text("a,b,c,target\n1,2,3,0.5\n", encoding="utf-8")
    packages = packages_after(explaining("net.safetensors", "--data", "rows.csv"))
    assert packages.isdisjoint({*HEAVY, "pyarrow", "onnx"})


@pytest.mark.parametrize(
    ("missing", "arguments", "command"),
    [
        ("pyarrow", ["train", "t.csv", "--target", "y"], "pip install pyarrow"),
        ("pyarrow", ["predict", "m.safetensors", "iris", "--out", "p.parquet"], "pip install pyarrow"),
        ("onnx", ["export", "m.safetensors", "--to", "m.onnx"], "pip install onnx onnxruntime"),
        ("onnxruntime", ["export", "m.safetensors", "--to", "m.onnx"], "pip install onnx onnxruntime"),
    ],
)
def test_a_package_that_is_not_installed_is_named(missing, arguments, command, folder, monkeypatch):
    (folder / "t.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.partition(".")[0] == missing:
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr("backlit.interop.onnx_files.import_module", without)
    # a bundled table needs no extra
    assert backlit("train", "iris", "--target", "target", "--epochs", "1", "--out", "m.safetensors").status == 0
    assert backlit("predict", "m.safetensors", "iris").status == 0
    assert_refused(backlit(*arguments), command, "not installed")


@pytest.mark.parametrize("verb", ["train", "predict", "export"])
def test_help_fits_the_terminal_and_names_the_verb(verb):
    result = backlit(verb, "--help")
    assert result.status == 0
    assert result.out.startswith(f"Usage: backlit {verb}")
    assert max(map(len, result.out.splitlines())) <= 80
    assert verb in backlit("--help").out


def test_a_row_of_a_table_is_explained(animals, folder):
    backlit("train", animals, "--target", "kind", "--drop", "tag", *FAST)
    result = backlit("explain", "animals.safetensors", "--data", animals, "--row", "3", "--format", "json")
    assert result.status == 0, result.err
    trace = json.loads(result.out)
    assert "animals.csv, row 3, as the network's inputs: mass " in result.err
    kind = animals.read_text(encoding="utf-8").splitlines()[3].split(",")[-1]
    assert f"target: kind {kind}, class {('bear', 'cat').index(kind)}" in result.err
    probability = cells(backlit("predict", "animals.safetensors", animals).out)[2]["probability of bear"]
    np.testing.assert_allclose(np.ravel(trace["layers"][-1]["activation"])[0], float(probability), rtol=1e-4)


def test_a_row_without_a_target_is_explained(animals, folder):
    for target in ("kind", "mass"):
        backlit("train", animals, "--target", target, "--drop", "tag", *FAST, "--force")
        lines = animals.read_text(encoding="utf-8").splitlines()
        place = lines[0].split(",").index(target)
        cells = [line.split(",") for line in lines]
        cells[3][place] = ""
        (folder / "empty.csv").write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")
        without = [",".join(row[:place] + row[place + 1 :]) for row in cells]
        (folder / "without.csv").write_text("\n".join(without) + "\n", encoding="utf-8")
        results = [backlit("explain", "animals.safetensors", "--data", name, "--row", "3")
                   for name in ("empty.csv", "without.csv")]  # fmt: skip
        for result in results:
            assert result.status == 0, result.err
            assert "target: none in this row" in result.err
        assert results[0].out.partition("\n")[2] == results[1].out.partition("\n")[2]


def test_a_model_of_any_ending_is_explained(animals, folder):
    backlit("train", animals, "--target", "kind", "--drop", "tag", *FAST, "--out", "animals.model")
    result = backlit("explain", "animals.model", "--data", animals, "--row", "3")
    assert result.status == 0, result.err
    assert "animals.csv, row 3: predicts kind = " in result.out
    assert backlit("page", "animals.model", "--data", animals, "--out", "page.html").status == 0


def test_a_row_is_explained_to_a_quantity_in_the_units_it_was_trained_in(animals):
    backlit("train", animals, "--target", "mass", "--drop", "tag", *FAST)
    result = backlit("explain", "animals.safetensors", "--data", animals, "--row", "90")
    assert result.status == 0, result.err
    assert "scaled as in training" in result.err


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--data", "animals.csv", "--row", "91"], "a row from 1 to 90, got 91"),
        (["--data", "animals.csv", "--target-column", "mass"], "predicts 'kind'"),
        (["--data", "short.csv"], "the model needs a column that the table lacks: 'home'"),
        (["--data", "other.csv"], "expected one of the classes bear, cat, got 'dog'"),
        ([], "give a sample by --data FILE --row N"),
    ],
)
def test_a_row_that_cannot_be_explained_is_refused(options, part, animals, folder):
    backlit("train", animals, "--target", "kind", "--drop", "tag", "--epochs", "1")
    (folder / "short.csv").write_text("mass,kind\n1,cat\n", encoding="utf-8")
    (folder / "other.csv").write_text("mass,home,kind\n1,sea,dog\n", encoding="utf-8")
    result = backlit("explain", "animals.safetensors", *options)
    assert result.status == 2
    assert part in result.err
