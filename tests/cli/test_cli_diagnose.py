"""``backlit diagnose``: its output, its files and its exit status."""

import json

import numpy as np
import pytest
from command_line import assert_refused, backlit

import backlit as bl


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = 40 + 10 * np.tanh(X[:, 0])
    rows = [f"{a:.5f},{b:.5f},{c:.5f},{d:.5f}" for (a, b, c), d in zip(X, y, strict=True)]
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,c,target", *rows]) + "\n")
    net = bl.Network.random([3, 8, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    net.save(tmp_path / "net.safetensors")
    return tmp_path


def test_a_cause_is_told_and_the_status_says_so(files):
    result = backlit("diagnose", files / "net.safetensors", files / "rows.csv", "--epochs", "60")
    assert result.status == 1, result.err
    assert "Cause 1: output-range (L2)" in result.out
    assert "Traceback" not in result.err


def test_json_goes_to_a_file(files):
    out = files / "found.json"
    result = backlit("diagnose", files / "net.safetensors", files / "rows.csv", "--quick", "--out", out)
    assert result.status == 1, result.err
    found = json.loads(out.read_text())
    assert found["quick"] is True
    assert found["findings"][0]["identifier"] == "output-range"


def test_a_model_of_a_table_that_learns(tmp_path):
    model = tmp_path / "iris.safetensors"
    made = backlit("train", "iris", "--target", "target", "--epochs", "3", "--out", model)
    assert made.status == 0, made.err
    result = backlit("diagnose", model, "iris", "--epochs", "60", "--learning-rate", "0.01")
    assert result.status == 0, result.out + result.err
    assert "It learns" in result.out


@pytest.fixture
def animals(tmp_path):
    """A table of 4,000 rows with a missing target, and a model of it."""
    rng = np.random.default_rng(0)
    rows = [f"{value:.3f},{'ab'[int(value > 0)]}" for value in rng.normal(size=4000)]
    rows[7] = "0.5,"
    (tmp_path / "t.csv").write_text("\n".join(["x,kind", *rows]) + "\n")
    made = backlit("train", tmp_path / "t.csv", "--target", "kind", "--epochs", "1", "--out", tmp_path / "m.st")
    assert made.status == 0, made.err
    return tmp_path


def test_the_targets_of_a_table_are_read_at_once(animals, monkeypatch):
    from backlit.tables import model

    calls = []
    real = model.words_of
    monkeypatch.setattr(model, "words_of", lambda *given: calls.append(0) or real(*given))
    result = backlit("diagnose", animals / "m.st", animals / "t.csv", "--quick")
    assert result.status in (0, 1), result.err
    assert len(calls) == 1
    # as in training, a row without a target is left out, and that is said
    assert "1 row without a target is left out" in result.err


def test_a_target_that_the_model_does_not_know_is_named(animals):
    text = (animals / "t.csv").read_text().splitlines()
    text[30] = "0.5,c"
    (animals / "new.csv").write_text("\n".join(text) + "\n")
    result = backlit("diagnose", animals / "m.st", animals / "new.csv", "--quick")
    assert_refused(result, "new.csv, line 31, column 'kind'", "expected one of the classes a, b, got 'c'")


def test_a_damaged_model_is_no_bare_network(animals):
    content = bytearray((animals / "m.st").read_bytes())
    content[-20] ^= 1
    (animals / "m.st").write_bytes(content)
    assert_refused(backlit("diagnose", animals / "m.st", animals / "t.csv", "--quick"), "m.st", "damaged")


def test_hints_that_are_not_told_are_named(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(70, 3))
    rows = [f"{a:.5f},{b:.5f},{c:.5f},{a * b:.5f}" for a, b, c in X]
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,c,target", *rows]) + "\n")
    bl.Network.random([3, 2, 1], activation="tanh", seed=0).save(tmp_path / "net.safetensors")
    result = backlit("diagnose", tmp_path / "net.safetensors", tmp_path / "rows.csv", "--quick")
    assert "narrow-layer" in result.out.partition("\n\n")[0], result.out
    assert "Weaker hints" in result.out


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a,b,target\n1,2,3\n1,2,4\n", "takes 3 inputs, got 2 columns"),
        ("a,b,c,target\n1,2,x,3\n1,2,y,4\n", "column 'c': expected numbers"),
    ],
)
def test_a_table_that_does_not_fit_is_said(files, rows, words):
    (files / "bad.csv").write_text(rows)
    result = backlit("diagnose", files / "net.safetensors", files / "bad.csv")
    assert result.status == 2
    assert words in result.err
    assert "Traceback" not in result.err


def test_pictures_in_the_terminal_and_in_a_page(files):
    given = ("diagnose", files / "net.safetensors", files / "rows.csv", "--epochs", "60")
    assert "Error terms (RMS), logarithmic" in backlit(*given, "--pictures").out
    page = files / "found.html"
    assert backlit(*given, "--out", page).status == 1
    assert "<svg" in page.read_text(encoding="utf-8")


def test_rows_held_out_are_compared(files):
    given = ("diagnose", files / "net.safetensors", files / "rows.csv", "--quick")
    rows = (files / "rows.csv").read_text().splitlines()
    (files / "copied.csv").write_text("\n".join(rows[:30]) + "\n")
    result = backlit(*given, "--validation", files / "copied.csv")
    assert "duplicate-rows (X_val)" in result.out
    (files / "narrow.csv").write_text("a,b,target\n1,2,3\n1,2,4\n")
    result = backlit(*given, "--validation", files / "narrow.csv")
    assert result.status == 2
    assert "takes 3 inputs, got 2 columns" in result.err


def test_a_checkpoint_is_diagnosed_with_its_own_settings(files):
    path = files / "run.checkpoint"
    table = np.loadtxt(files / "rows.csv", delimiter=",", skiprows=1)
    net = bl.Network.random([3, 8, 1], activation="tanh", output="identity", loss="squared_error", seed=0)
    y = (table[:, 3:] - 40) / 10
    bl.train(net, table[:, :3], y, learning_rate=1e-7, epochs=60, seed=0, checkpoint=path)
    rows = [
        ",".join(f"{value:.6f}" for value in (*row[:3], target)) for row, target in zip(table, y[:, 0], strict=True)
    ]
    (files / "scaled.csv").write_text("\n".join(["a,b,c,target", *rows]) + "\n")
    result = backlit("diagnose", path, files / "scaled.csv")
    assert result.status == 1, result.err
    assert "Cause 1: small-steps" in result.out
    better = backlit("diagnose", path, files / "scaled.csv", "--learning-rate", "0.03", "--epochs", "150")
    assert "It learns" in better.out, better.out + better.err
    # what its own curve showed is told all the same
    assert "loss-flat" in better.out
