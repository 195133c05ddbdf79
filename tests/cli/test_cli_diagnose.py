"""``backlit diagnose``: its output, its files and its exit status."""

import json

import numpy as np
import pytest
from command_line import backlit

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
