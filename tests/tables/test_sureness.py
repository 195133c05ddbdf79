"""How sure a prediction is, and what it rests on: intervals, calibration, permutation importance."""

import numpy as np
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.network.network import Network
from backlit.tables.arrays import Words
from backlit.tables.fit import look_at, train_table
from backlit.tables.importance import importances_of
from backlit.tables.intervals import half_width, measured_coverage
from backlit.tables.model import TableModel, outputs_of
from backlit.tables.model_file import load_model, save_model
from backlit.tables.prepare import fit_column, inputs_of
from backlit.tables.read import read_table
from backlit.tables.report import run_text
from backlit.tables.scores import calibration_of
from backlit.tables.settings import TableSettings


def rows_of(n, seed):
    """Prices that follow size, with noise; ``luck`` says nothing."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(20, 120, n)
    price = 2000 * size + rng.normal(0, 15000, n)
    return {"size": size.round(2).tolist(), "luck": rng.normal(size=n).round(3).tolist(), "price": price.tolist()}


@pytest.fixture(scope="module")
def model():
    return bl.TableModel.fit(rows_of(900, 0), target="price", epochs=60, hidden=[8], test_share=0.4)


def test_the_half_width_holds_what_it_promises():
    rng = np.random.default_rng(0)
    for level, n in ((0.8, 19), (0.9, 40), (0.5, 7)):
        held = [rng.exponential() <= half_width(errors.tolist(), level) for errors in rng.exponential(size=(4000, n))]
        # exactly ceil((n + 1) level) / (n + 1) by exchangeability
        assert np.mean(held) == pytest.approx(np.ceil((n + 1) * level) / (n + 1), abs=0.025)


def test_measured_coverage_by_hand():
    # of each half the largest decides at 0.8, 7 and 8: within 7 are 2, 4, 6 of the other half, within 8 all
    assert measured_coverage([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 0.8) == 7 / 8


def test_intervals_hold_nine_in_ten_new_rows(model):
    new = rows_of(2000, 1)
    ends = model.predict_interval(new, 0.9)
    truth = np.array(new["price"])
    held = np.mean((ends[:, 0] <= truth) & (truth <= ends[:, 1]))
    assert 0.87 < held < 0.94, held
    np.testing.assert_allclose(ends.mean(axis=1), model.predict(new))
    narrower = model.predict_interval(new, 0.5)
    assert (narrower[:, 0] > ends[:, 0]).all()


def test_intervals_on_the_command_line(tmp_path, monkeypatch, model):
    monkeypatch.chdir(tmp_path)
    model.save("m.safetensors")
    assert load_model("m.safetensors").errors == model.kept.errors
    new = rows_of(20, 2)
    lines = [f"{size},{luck}" for size, luck in zip(new["size"], new["luck"], strict=True)]
    (tmp_path / "new.csv").write_text("\n".join(["size,luck", *lines]) + "\n")
    result = backlit("predict", "m.safetensors", "new.csv", "--interval", "0.9")
    assert result.out.splitlines()[0] == "predicted price,price from,price to"
    cells = np.array([line.split(",") for line in result.out.splitlines()[1:]], float)
    np.testing.assert_array_equal(cells[:, 1:], model.predict_interval("new.csv", 0.9))
    for level, words in (
        ("0.999", "needs 999 rows held out, got 360"),
        ("0.9999", "at most 0.9995"),
        ("1.5", "between 0 and 1, such as 0.9"),
    ):
        assert_refused(backlit("predict", "m.safetensors", "new.csv", "--interval", level), words)


def test_what_has_no_intervals_says_why(tmp_path, model):
    classes = bl.TableModel.fit("iris", target="target", epochs=1)
    with pytest.raises(bl.BacklitError, match="classes, whose probabilities"):
        classes.predict_interval("iris")
    old = TableModel(model.kept.network, model.kept.columns, "price", scale=model.kept.scale)
    save_model(old, tmp_path / "old.safetensors")
    with pytest.raises(bl.BacklitError, match="holds no errors of rows held out"):
        bl.TableModel.load(tmp_path / "old.safetensors").predict_interval(rows_of(9, 0))


def test_importance_of_a_linear_model_by_hand():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 3))
    net = Network.from_weights([[[2.0], [0.0], [1.0]]], output="identity")
    columns = tuple(fit_column(name, "number", X[:, i]) for i, name in enumerate("abc"))
    found = {one.name: one.mean for one in importances_of(TableModel(net, columns, "y"), X, 2 * X[:, 0] + X[:, 2], 0)}
    # shuffling a part of variance v out of 5 leaves an error of 2 v
    assert found["a"] == pytest.approx(2 * 4 / 5, rel=0.1)
    assert found["c"] == pytest.approx(2 * 1 / 5, rel=0.1)
    assert found["b"] == 0
    assert list(found) == ["a", "c", "b"]


def test_all_inputs_of_a_column_are_shuffled_together():
    # the network's output rises where two words are set at once, or none, and in no row are they
    kind, x = Words(np.arange(60) % 2, ["a", "b"]), np.random.default_rng(0).normal(size=60)
    columns = (fit_column("kind", "text", kind), fit_column("x", "number", x))
    X = inputs_of(columns, {"kind": kind, "x": x}, 60, np.float64)
    W = [[[9.0, -9.0, 0, 0], [9.0, -9.0, 0, 0], [0, 0, 1.0, -1.0]], [[1.0], [1.0], [1.0], [-1.0]]]
    net = Network.from_weights(W, biases=[[-9.0, 9.0, 0, 0], [0]], activation="relu", output="identity")
    model = TableModel(net, columns, "y")
    y = outputs_of(model, X)[:, 0]
    np.testing.assert_allclose(y, X[:, 2])
    found = {one.name: one.mean for one in importances_of(model, X, y, 0)}
    assert found["kind"] == pytest.approx(0, abs=1e-12)
    assert found["x"] > 1
    X[:, 1] = np.random.default_rng(1).permutation(X[:, 1])
    assert np.square(outputs_of(model, X)[:, 0] - y).mean() > 10, "a word shuffled by itself is seen"


def test_importance_is_kept_and_told(tmp_path, model):
    assert next(iter(model.importance)) == "size"
    assert model.importance_svg().count("<rect") == 2
    assert abs(model.importance["luck"]) < 0.05 < model.importance["size"]
    columns = {"kind": ["a", "b", "c"] * 60, "luck": list(np.random.default_rng(0).normal(size=180))}
    columns["y"] = ["xz"[(kind == "a") ^ (i % 7 == 3)] for i, kind in enumerate(columns["kind"])]
    told = bl.TableModel.fit(columns, target="y", epochs=60, hidden=[8], learning_rate=0.02).importance
    assert told["kind"] > 0.3 > abs(told["luck"])
    # too few rows held out
    assert (
        bl.TableModel.fit({name: cells[:30] for name, cells in columns.items()}, target="y", epochs=1).importance == {}
    )


def test_calibration_by_hand():
    p = np.array([[0.9, 0.1]] * 40 + [[0.35, 0.65]] * 20)
    y = np.array([0] * 36 + [1] * 4 + [1] * 10 + [0] * 10)
    told = [(one.low, one.high, one.n_rows, round(one.said, 9), one.right) for one in calibration_of(p, y)]
    assert told == [(0.6, 0.7, 20, 0.65, 0.5), (0.9, 0.95, 40, 0.9, 0.9)]
    assert calibration_of(p[:49], y[:49]) == []


def test_the_report_says_all_of_it(tmp_path):
    rows = rows_of(300, 3)
    lines = [",".join(map(str, row)) for row in zip(*rows.values(), strict=True)]
    (tmp_path / "t.csv").write_text("\n".join([",".join(rows), *lines]) + "\n")
    text = run_text(train_table(look_at(read_table(tmp_path / "t.csv"), TableSettings("price", epochs=30))))
    assert "Intervals of 90%: predictions ± " in text
    assert "Which columns matter: by how much the R² falls" in text
    assert text.index("  size  █") < text.index("  luck")
    text = run_text(train_table(look_at(read_table("breast_cancer"), TableSettings("target", epochs=3))))
    assert "Calibration: said and right differ by " in text
    assert "the log loss rises" in text
    assert "and 20 more, which matter less" in text
