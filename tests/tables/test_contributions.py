"""What each column contributed: parts that add up, gradients that are right, and words for them."""

from pathlib import Path

import numpy as np
import pytest
from command_line import assert_refused, backlit

import backlit as bl
from backlit.explain.contributions import input_gradient
from backlit.tables.contributions import average_row, contributions_of
from backlit.tables.fit import look_at, train_table
from backlit.tables.model import inputs_of_table, outputs_of
from backlit.tables.model_file import load_model, save_model
from backlit.tables.prepare import Prepared
from backlit.tables.read import read_table
from backlit.tables.settings import TableSettings


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "leaky_relu"])
@pytest.mark.parametrize("output", ["softmax", "identity", "exp"])
def test_the_input_gradient_is_the_slope(activation, output):
    net = bl.Network.random([3, 5, 4, 2], activation=activation, output=output, seed=0,
                            loss="poisson" if output == "exp" else None)  # fmt: skip
    X = np.random.default_rng(1).normal(size=(6, 3))
    for unit in (0, 1):
        found = input_gradient(net, X, unit)
        for i in range(3):
            step = np.zeros(3)
            step[i] = 1e-6
            slope = (net.predict(X + step)[:, unit] - net.predict(X - step)[:, unit]) / 2e-6
            np.testing.assert_allclose(found[:, i], slope, rtol=1e-5, atol=1e-8)


def test_a_linear_models_parts_by_hand(tmp_path):
    (tmp_path / "t.csv").write_text("a,b,y\n" + "".join(f"{i % 7}.5,{i % 3},{i / 4}\n" for i in range(40)))
    run = train_table(look_at(read_table(tmp_path / "t.csv"), TableSettings("y", hidden=(), epochs=3)))
    model = run.model
    x = inputs_of_table(model, read_table(tmp_path / "t.csv"))[9]
    told = contributions_of(model, x)
    weights = model.network.weights[0][:, 0]
    np.testing.assert_allclose(list(told.by_column.values()), weights * x * model.scale, rtol=1e-6)
    np.testing.assert_allclose(told.start, model.network.biases[0][0] * model.scale + model.mean, rtol=1e-6)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_parts_add_up_to_the_prediction_on_every_row(name):
    table = read_table(name)
    settings = TableSettings("target", epochs=15, hidden=(16, 8), refit=False)
    model = train_table(look_at(table, settings)).model
    X = inputs_of_table(model, table)
    outputs = outputs_of(model, X)
    for x, output in zip(X, outputs, strict=True):
        told = contributions_of(model, x)
        scale = max(abs(output).max(), 1e-300)
        assert abs(told.start + sum(told.by_column.values()) - output.max()) < 1e-6 * scale
        assert abs(told.gap) < 1e-6 * scale
        assert list(told.by_column) == [column.name for column in model.columns]


@pytest.fixture
def prices(tmp_path, monkeypatch):
    """Prices that follow size and place; where the test stands."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(150):
        size, place = rng.uniform(20, 120), rng.choice(["town", "city", "farm"], p=[0.5, 0.3, 0.2])
        price = 2000 * size + 50_000 * (place == "city") + rng.normal(0, 500)
        rows.append(f"{size:.1f},{place},2020-01-{1 + len(rows) % 28:02},{rng.normal():.2f},earth,{price:.0f}\n")
    (tmp_path / "t.csv").write_text("size,place,day,noise,planet,price\n" + "".join(rows), encoding="utf-8")
    result = backlit("train", "t.csv", "--target", "price", "--epochs", "60", "--out", "m.safetensors")
    assert result.status == 0, result.err
    return tmp_path


def test_shares_of_words_are_the_average_row_and_kept(prices):
    model = load_model("m.safetensors")
    place = next(column for column in model.columns if column.name == "place")
    assert sum(place.shares) == pytest.approx(1)
    assert average_row(model)[1:4].tolist() == list(place.shares)
    save_model(model, "again.safetensors")
    assert load_model("again.safetensors").columns[1].shares == place.shares
    old = Prepared("place", "text", encoder=place.encoder)
    assert old.shares == ()


def test_a_row_is_explained_in_the_tables_words(prices):
    result = backlit("explain", "m.safetensors", "--data", "t.csv", "--row", "3")
    assert result.status == 0, result.err
    head = result.out.partition("add up to the prediction")[0]
    size, place, *_ = (prices / "t.csv").read_text(encoding="utf-8").splitlines()[3].split(",")
    printed = backlit("predict", "m.safetensors", "t.csv").out.splitlines()[3]
    assert f"predicts price = {float(printed):,.6g}" in head
    assert f"size {size} " in head
    assert f"place {place} " in head
    lines = [line.split() for line in head.splitlines() if line.startswith("  ")]
    numbers = [float(line[-1].replace(",", "")) for line in lines]
    # the average row and the columns lead to the prediction
    assert abs(sum(numbers[:-1]) - numbers[-1]) <= 0.5 * len(numbers)
    assert abs(numbers[-1] - float(printed)) < 1


@pytest.mark.parametrize("top", [0, -1])
def test_a_list_of_none_is_refused(top, prices):
    arguments = ["explain", "m.safetensors", "--data", "t.csv", "--row", "1", "--top", top]
    assert_refused(backlit(*arguments), "top must be a whole number of at least 1", f"got {top}")


def test_a_number_far_from_training_s_is_said(prices):
    ask = ("explain", "m.safetensors", "--data", "t.csv", "--row", "3")
    assert "note:" not in backlit(*ask).err
    said = " ".join(backlit(*ask, "--what-if", "size=2e6").err.split())
    assert "note: column 'size': 1 row is more than 8 standard deviations from training's mean, such as 2e+06" in said
    head, row = Path("t.csv").read_text().splitlines()[:2]
    places = head.split(",")
    cells = dict(zip(places, row.split(","), strict=True)) | {"size": "2e6"}
    Path("far.csv").write_text(f"{head}\n{row}\n{','.join(cells[name] for name in places)}\n")
    assert "column 'size': 1 row is more than 8" in backlit("predict", "m.safetensors", "far.csv").err
    assert backlit("predict", "m.safetensors", "t.csv").err == ""


def test_what_if_a_value_were_another(prices):
    ask = ("explain", "m.safetensors", "--data", "t.csv", "--row", "3", "--what-if")
    result = backlit(*ask, "place=city", "--what-if", "size=100")
    assert result.status == 0, result.err
    line = next(line for line in result.out.splitlines() if line.startswith("What if place = city and size = 100"))
    value = float(line.partition("price = ")[2].rpartition(", ")[0].replace(",", ""))
    assert abs(value - 250_000) < 15_000
    as_json = backlit(*ask, "place=city", "--format", "json")
    assert "What if" in as_json.err
    assert as_json.out.startswith("{")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--what-if", "plaec=city"], ("no column 'plaec'", "did you mean 'place'")),
        (["--what-if", "place=citi"], ("training saw no 'citi'", "did you mean 'city'")),
        (["--what-if", "size=large"], ("--what-if", "column 'size'", "expected a number", "'large'")),
        (["--what-if", "size"], ("expected COLUMN=VALUE", "'size'")),
        (["--what-if", "price=3"], ("'price' is what the model predicts",)),
        (["--what-if", "size=3", "--what-if", "size=4"], ("column 'size' is given twice", "'3' and '4'")),
        (["--what-if", "size=", "--what-if", "place=city"], ("no missing value in column 'size'",)),
        (["--what-if", "place= "], ("no missing value in column 'place'",)),
        (["--what-if", ""], ("expected COLUMN=VALUE", "got ''")),
        (["--what-if", "planet=mars"], ("does not use column 'planet'", "the same value in every row")),
        (["--input", "1,2"], ("--input cannot be given with a row of a table",)),
        (["--target", "1"], ("--target cannot be given with a row of a table",)),
    ],
)
def test_a_change_that_cannot_be_is_refused(arguments, parts, prices):
    assert_refused(backlit("explain", "m.safetensors", "--data", "t.csv", *arguments), *parts)


def test_classes_are_called_by_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    backlit("train", "iris", "--target", "target", "--epochs", "20", "--out", "m.safetensors")
    result = backlit("explain", "m.safetensors", "--data", "iris", "--row", "5", "--what-if", "petal_length=5")
    assert result.status == 0, result.err
    assert "iris, row 5: predicts target = setosa, with probability" in result.out
    assert "probability of setosa" in result.out
    assert "What if petal_length = 5: target = " in result.out


def test_a_missing_value_is_a_change_where_training_saw_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{'' if i % 9 == 4 else i % 7},{'' if i % 9 == 5 else 'uv'[i % 2]},{i % 7}\n" for i in range(90))
    (tmp_path / "t.csv").write_text(f"a,b,y\n{rows}", encoding="utf-8")
    backlit("train", "t.csv", "--target", "y", "--task", "regression", "--epochs", "2", "--out", "m.safetensors")
    result = backlit("explain", "m.safetensors", "--data", "t.csv", "--what-if", "a=", "--what-if", "b=v")
    assert result.status == 0, result.err
    assert "What if a is missing and b = v: y = " in result.out
