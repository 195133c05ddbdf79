"""Predictions in the terminal are for a person; in a pipe and a file they have the digits that give them back."""

import csv
import io
import re

import pytest
from command_line import backlit
from hypothesis import given
from hypothesis import strategies as st

from backlit.cli import main
from backlit.tables.predictions_shown import predictions_text
from backlit.tables.report import _score_lines
from backlit.tables.scores import Score

CLASSES = ["bear", "cat", "a dog with a long name"]


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model of the irises, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    arguments = ["train", "iris", "--target", "target", "--epochs", "3", "--no-refit", "--out", "m.safetensors"]
    assert backlit(*arguments).status == 0
    return "m.safetensors"


def test_the_terminal_has_short_numbers_and_a_pipe_all_digits(model, monkeypatch):
    out = Terminal()
    monkeypatch.setenv("COLUMNS", "80")
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", out)
        with pytest.raises(SystemExit):
            main(["predict", model, "iris"])
    shown = out.getvalue().splitlines()
    piped = list(csv.DictReader(backlit("predict", model, "iris").out.splitlines()))
    assert len(piped) == 150
    assert len(shown) == 1 + 150 + 2
    assert shown[0].split() == ["row", "predicted", "target", "setosa", "versicolor", "virginica"]
    for number, (line, row) in enumerate(zip(shown[1:], piped, strict=False), 1):
        n, word, *chances = line.split()
        assert (int(n), word) == (number, row["predicted target"])
        for chance, (name, full) in zip(chances, list(row.items())[1:], strict=True):
            assert name.startswith("probability of ")
            assert re.fullmatch(r"[01]\.\d{3}", chance)
            assert abs(float(chance) - float(full)) <= 5e-4 + 1e-12


@given(st.integers(40, 100), st.lists(st.floats(0, 1), min_size=2, max_size=9), st.text(max_size=50))
def test_no_line_is_wider_than_the_terminal(width, chances, name):
    columns = {"ids of rows": [name, "b"], "predicted mass": [1234567.891, -3e-9]}
    columns |= {f"probability of class {i}": [chance, 0.5] for i, chance in enumerate(chances)}
    lines = predictions_text(columns, width).split("\n")
    assert max(map(len, lines)) <= width


def test_classes_too_many_for_a_line_leave_the_highest_probability():
    columns = {"predicted kind": ["cat", "bear"]}
    columns |= {f"probability of {name}": [0.25 * i, 0.75 - 0.25 * i] for i, name in enumerate(CLASSES, 1)}
    wide, narrow = (predictions_text(columns, width) for width in (80, 50))
    assert "a dog with a long name" in wide.splitlines()[0]
    assert narrow.splitlines()[0].split("  ")[-1].strip() == "its probability"
    assert narrow.splitlines()[1].split() == ["1", "cat", "0.750"]
    assert "--out FILE has the probability of each class" in narrow


def test_what_a_cell_holds_gives_the_terminal_no_orders():
    text = predictions_text({"id": ["\x1b[31mred\n", None], "predicted y": [1.0, 2.5]}, 80)
    assert "\x1b" not in text
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize("baseline", ["the mean", "the commonest class"])
@pytest.mark.parametrize("n_test", [30, 1_234_567])
def test_scores_fit_a_terminal_of_80_columns(baseline, n_test):
    scores = [Score(name, 0.123, 0.34, True) for name in ("balanced accuracy", "root mean squared error")]
    lines = _score_lines(scores, baseline, n_test)
    assert max(map(len, lines)) <= 80
    above = next(line for line in lines if "always" in line)
    assert above.endswith("always the") == (baseline == "the commonest class")
    assert all(line.endswith("NOT better (higher is)") for line in lines[-2:])
