"""Tables: what columns hold, how they are prepared, split, trained on and predicted; what a model file keeps."""

import csv
import datetime
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backlit as bl
from backlit.tables.cell_form import MISSING
from backlit.tables.csv_lines import line_of_row
from backlit.tables.dates import DATE_PARTS, date_parts
from backlit.tables.fit import look_at, train_table
from backlit.tables.model import inputs_of_table, predict_table
from backlit.tables.model_file import load_model, save_model
from backlit.tables.prepare import MOST_CATEGORIES, fit_column, input_names, inputs_of, width_of
from backlit.tables.read import read_table
from backlit.tables.readings import Choices, find_readings
from backlit.tables.scores import scores_of
from backlit.tables.settings import TableSettings, settings_of, settings_record
from backlit.tables.split import split_rows
from backlit.tables.strangers import strangers
from backlit.tables.target import Target, find_target
from backlit.tables.values import column_values

COLORS = ("red", "green", "blue")


def written(path, columns, delimiter=","):
    """Write columns as a CSV file and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def kind_of(table, name):
    return find_readings(table, table.columns)[name].kind


def values_in(table, name, kind):
    """A column's values where the user says of what kind it is."""
    return column_values(table, name, kind, find_readings(table, table.columns, Choices(**{kind: (name,)}))[name].form)


def mixed(n=120, seed=0):
    """Columns of every kind, from which the class and the size follow."""
    rng = np.random.default_rng(seed)
    length, color = rng.normal(10, 3, n), rng.integers(0, 3, n)
    shiny = rng.random(n) < 0.5
    days = rng.integers(0, 700, n)
    size = 2 * length + 5 * color - 3 * shiny + rng.normal(0, 0.1, n)
    return {
        "length": [f"{value:.3f}" if i % 10 else "" for i, value in enumerate(length)],
        "color": [COLORS[i] for i in color],
        "shiny": ["yes" if answer else "no" for answer in shiny],
        "day": [str(datetime.date(2020, 1, 1) + datetime.timedelta(int(d))) for d in days],
        "code": [f"item {i}" for i in range(n)],
        "planet": ["earth"] * n,
        "nothing": [""] * n,
        "size": [f"{value:.4f}" for value in size],
        "kind": ["large" if value > 25 else "small" for value in size],
    }


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "mixed.csv", mixed())


def trained(path, **options):
    return train_table(
        look_at(read_table(path), settings_of({"epochs": 3, "hidden": [8, 4], "learning_rate": 0.02, **options}))
    )


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2.5", "-3e4"], "number"),
        (["1", "", "NA"], "number"),
        ([" 1 ", "2", "3"], "number"),
        (["1", "2", "x"], "number"),
        (["yes", "no", "yes"], "boolean"),
        (["True", "false", ""], "boolean"),
        (["yes", "no", "maybe"], "text"),
        (["2020-01-31", "2021-12-01", ""], "date"),
        (["2020-01-31 10:30:00", "2021-12-01T00:00:00", ""], "date"),
        (["2020-01-31T10:30:00Z", "2021-12-01T00:00:00Z", ""], "date"),
        (["2020-01-31", "soon", ""], "date"),
        (["", "NA", "?"], "nothing"),
        (["01/02/2020", "03/04/2020", "x"], "date"),
        (["007", "12", "3"], "text"),
    ],
)
def test_what_a_column_holds_is_found_from_all_of_it(cells, kind, tmp_path):
    # what would decide differently stands at the end, far from the first rows
    table = read_table(written(tmp_path / "t.csv", {"a": [cells[0]] * 200_000 + cells, "b": range(200_000 + 3)}))
    assert kind_of(table, "a") == kind


@pytest.mark.parametrize("word", MISSING)
def test_words_for_nothing_are_missing_values(word, tmp_path):
    table = read_table(written(tmp_path / "t.csv", {"a": ["1", word, "3"], "b": ["x", word, "y"]}))
    assert np.isnan(values_in(table, "a", "number")).tolist() == [False, True, False]
    assert values_in(table, "b", "text").codes.tolist() == [0, -1, 1]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter, tmp_path):
    cells = {"a": ["1,5;x", "2"], "b": ['say "hi"', "line\nbreak"]}
    table = read_table(written(tmp_path / "t.csv", cells, delimiter))
    assert {name: column.to_pylist() for name, column in table.columns.items()} == cells


def test_decimal_commas_are_read_where_semicolons_part_the_cells(tmp_path):
    cells = {"a": ["1,5", "-2", "", "3,25e1"], "b": ["1,5", "x", "2", "3"]}
    table = read_table(written(tmp_path / "t.csv", cells, ";"))
    assert values_in(table, "a", "number").tolist()[:2] == [1.5, -2.0]
    assert values_in(table, "a", "number")[3] == 32.5
    assert kind_of(table, "b") == "text"
    assert kind_of(read_table(written(tmp_path / "u.csv", cells, ",")), "a") == "number"


def test_a_first_line_of_numbers_is_data(tmp_path):
    (tmp_path / "t.csv").write_text("1,2\n3,4\n5,6\n", encoding="utf-8")
    table = read_table(tmp_path / "t.csv")
    assert list(table.columns) == ["1", "2"]
    assert table.n_rows == 3
    assert table.place(1).endswith("line 2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_other_encodings_are_read_when_named(encoding, tmp_path):
    (tmp_path / "t.csv").write_bytes("größe,b\nklein,1\nübergroß,2\n".encode(encoding))
    table = read_table(tmp_path / "t.csv", encoding="utf-8" if encoding == "utf-8-sig" else encoding)
    assert table.columns["größe"].to_pylist() == ["klein", "übergroß"]


def test_the_line_of_a_row_counts_line_breaks_in_cells_and_empty_lines(tmp_path):
    (tmp_path / "t.csv").write_text('a,b\n1,"x\ny"\n\n2,z\n', encoding="utf-8")
    table = read_table(tmp_path / "t.csv")
    assert [line_of_row(table.source, table.csv, row) for row in (0, 1)] == [3, 5]
    assert table.n_rows == 2


def test_parquet_gives_the_same_values_as_csv(tmp_path):
    import pyarrow
    import pyarrow.parquet

    columns = {
        "number": pyarrow.array([1.5, None, 3.0]),
        "count": pyarrow.array([1, 2, None]),
        "yes": pyarrow.array([True, None, False]),
        "day": pyarrow.array([datetime.date(2020, 1, 2), None, datetime.date(2021, 3, 4)]),
        "word": pyarrow.array(["a", None, "b"]).dictionary_encode(),
        "large": pyarrow.array(["a", None, "b"], pyarrow.large_string()),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    texts = {name: ["" if v is None else str(v) for v in array.to_pylist()] for name, array in columns.items()}
    other = read_table(written(tmp_path / "t.csv", texts))
    table = read_table(tmp_path / "t.parquet")
    for name, kind in zip(columns, ("number", "number", "boolean", "date", "text", "text"), strict=True):
        assert kind_of(table, name) == kind_of(other, name) == kind
        one, two = values_in(table, name, kind), values_in(other, name, kind)
        if kind == "text":
            one, two = (np.array([*v.words, ""])[v.codes].astype(str) for v in (one, two))
        np.testing.assert_array_equal(one, two)


def test_a_column_of_lists_is_left_out(tmp_path):
    import pyarrow
    import pyarrow.parquet

    table = {"a": [[1, 2]] * 12, "b": [float(i) for i in range(12)], "y": ["u", "v"] * 6}
    pyarrow.parquet.write_table(pyarrow.table(table), tmp_path / "t.parquet")
    prospect = look_at(read_table(tmp_path / "t.parquet"), TableSettings("y"))
    assert {column.name: column.values is None for column in prospect.columns} == {"a": True, "b": False}
    assert "list" in prospect.columns[0].words


def test_date_parts_by_hand():
    monday_noon = datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.UTC).timestamp()
    parts = dict(zip(DATE_PARTS, date_parts(np.array([monday_noon]))[0], strict=True))
    assert parts["days"] == 19723.5
    np.testing.assert_allclose(parts["week sine"], np.sin(2 * np.pi / 14))
    np.testing.assert_allclose((parts["day sine"], parts["day cosine"]), (0, -1), atol=1e-12)
    # within a day and a half of where the calendar's year begins
    assert abs(np.arctan2(parts["year sine"], parts["year cosine"])) < 2 * np.pi * 1.5 / 365


def test_numbers_are_scaled_and_missing_ones_are_the_median_and_marked():
    values = np.array([1.0, 2.0, np.nan, 9.0])
    column = fit_column("a", "number", values)
    filled = np.array([1.0, 2.0, 2.0, 9.0])
    X = inputs_of([column], {"a": values}, 4, np.float64)
    assert input_names(column) == ["a", "a is missing"]
    np.testing.assert_allclose(X[:, 0], (filled - filled.mean()) / filled.std())
    np.testing.assert_allclose(X[:, 1], (np.isnan(values) - 0.25) / np.std([0, 0, 1, 0]))


def test_words_have_an_input_each_and_other_words_none(tmp_path):
    cells = ["b", "a", "", "b", "c"]
    table = read_table(written(tmp_path / "t.csv", {"w": cells, "n": range(5)}))
    column = fit_column("w", "text", values_in(table, "w", "text")[np.array([0, 1, 2, 3])])
    assert input_names(column) == ["w is missing", "w = a", "w = b"]
    X = inputs_of([column], {"w": values_in(table, "w", "text")}, 5)
    assert X.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]]


def test_only_the_commonest_words_have_inputs(tmp_path):
    cells = [f"w{i:03d}" for i in range(70) for _ in range(1 + (i < 50))]
    table = read_table(written(tmp_path / "t.csv", {"w": cells, "n": range(len(cells))}))
    column = fit_column("w", "text", values_in(table, "w", "text"))
    assert width_of(column) == MOST_CATEGORIES
    assert set(column.encoder.categories_[0]) == {f"w{i:03d}" for i in range(50)}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=2, max_size=30), st.integers(1, 5))
def test_inputs_do_not_depend_on_the_rows_around_them(values, n):
    array = np.array([np.nan if value is None else value for value in values])
    if np.isnan(array).all():
        return
    column = fit_column("a", "number", array)
    whole = inputs_of([column], {"a": array}, len(array))
    part = inputs_of([column], {"a": array[:n]}, len(array[:n]))
    assert whole[:n].tolist() == part.tolist()
    assert np.isfinite(whole).all()


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        (["a", "b"] * 6, "classification", ("a", "b")),
        (["yes", "no"] * 6, "classification", ("no", "yes")),
        (["10", "9", "9.0"] * 4, "classification", ("9", "10")),
        ([str(i / 2) for i in range(12)], "regression", ()),
        ([str(i) for i in range(50)], "regression", ()),
        (["2", "1", ""] * 8, "classification", ("1", "2")),
    ],
)
def test_the_task_follows_from_the_target(cells, task, classes, tmp_path):
    table = read_table(written(tmp_path / "t.csv", {"y": cells, "x": range(len(cells))}))
    target = find_target(table, "y")
    assert (target.task, target.classes) == (task, classes)
    kept = [cell for cell in cells if cell]
    assert (target.rows is None) == (len(kept) == len(cells))
    found = [target.classes[code] for code in target.y] if classes else [str(value) for value in target.y]
    assert [float(c) if task == "regression" or c[0].isdigit() else c for c in found] == [
        float(c) if task == "regression" or c[0].isdigit() else c for c in kept
    ]


def test_the_task_can_be_chosen(tmp_path):
    table = read_table(written(tmp_path / "t.csv", {"y": ["1", "2", "3"] * 5, "x": range(15)}))
    assert find_target(table, "y", "regression").task == "regression"


@settings(max_examples=30, deadline=None)
@given(st.integers(10, 200), st.floats(0.05, 0.5), st.floats(0.05, 0.4), st.integers(0, 99))
def test_a_split_is_a_partition_with_the_shares_asked_for(n, test, validation, seed):
    target = Target("y", "regression", np.arange(float(n)), None, (), "")
    if min(round(test * n), round(validation * n)) < 1:
        return
    split = split_rows(target, test, validation, seed)
    rows = np.concatenate([split.train, split.validation, split.test])
    assert sorted(rows) == list(range(n))
    assert (len(split.test), len(split.validation)) == (round(test * n), round(validation * n))
    again = split_rows(target, test, validation, seed)
    assert (split.test == again.test).all()


def test_a_split_keeps_the_shares_of_classes():
    y = np.repeat([0, 1], [80, 20])
    split = split_rows(Target("y", "classification", y, None, ("a", "b"), ""), 0.2, 0.1, 0)
    assert [int(y[rows].sum()) for rows in (split.train, split.validation, split.test)] == [14, 2, 4]


def test_scores_of_classes_by_hand():
    p = np.array([[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.9, 0.1]])
    scores, rule = scores_of(p, np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 2)
    found = {score.name: (score.network, score.baseline) for score in scores}
    assert rule == "the commonest class"
    assert found["accuracy"] == (0.75, 0.5)
    assert found["balanced accuracy"] == (0.75, 0.5)
    mine, rules = -np.mean(np.log([0.8, 0.6, 0.7, 0.1])), -np.mean(np.log([0.75, 0.75, 0.25, 0.25]))
    np.testing.assert_allclose(found["log loss"], (mine, rules))
    # of the four pairs of a row of the one class and one of the other, two are in the right order
    assert found["AUC"] == (0.5, 0.5)
    assert [score.beats_baseline for score in scores] == [True, True, False, mine < rules]


def test_scores_of_quantities_by_hand():
    scores, rule = scores_of(np.array([[1.0], [4.0]]), np.array([1.0, 3.0]), np.array([1.0, 1.0, 4.0]), 0)
    found = {score.name: (score.network, score.baseline) for score in scores}
    assert rule == "the mean"
    np.testing.assert_allclose(found["R²"], (0.5, 0.0))
    np.testing.assert_allclose(found["mean absolute error"], (0.5, 1.0))
    np.testing.assert_allclose(found["root mean squared error"], (np.sqrt(0.5), 1.0))


@pytest.mark.parametrize(("target", "task"), [("kind", "classification"), ("size", "regression")])
def test_a_model_learns_and_its_file_gives_the_same_predictions(target, task, path, tmp_path):
    run = trained(path, target=target, drop=["size" if target == "kind" else "kind"], epochs=60)
    assert run.model.task == task
    assert all(score.beats_baseline for score in run.scores)
    assert [column.name for column in run.model.columns] == ["length", "color", "shiny", "day"]
    save_model(run.model, tmp_path / "m.safetensors")
    again = load_model(tmp_path / "m.safetensors")
    table = read_table(path)
    one, two = predict_table(run.model, table), predict_table(again, table)
    assert one.values.tolist() == two.values.tolist()
    assert again.record == json.loads(json.dumps(run.model.record))
    assert settings_of(again.record["settings"]) == settings_of(run.model.record["settings"])
    assert again.input_names == run.model.input_names
    if task == "classification":
        np.testing.assert_array_equal(one.probabilities, two.probabilities)
        np.testing.assert_allclose(one.probabilities.sum(axis=1), 1, rtol=1e-6)


def test_the_transformers_are_fitted_on_the_rows_trained_on_alone(path):
    table = read_table(path)
    prospect = look_at(table, settings_of({"target": "kind", "drop": ["size"], "epochs": 1, "refit": False}))
    model = train_table(prospect).model
    X = inputs_of_table(model, table)
    rows = prospect.split.train
    scaled = [i for i, name in enumerate(model.input_names) if not name.startswith("color")]
    np.testing.assert_allclose(X[rows][:, scaled].mean(axis=0), 0, atol=1e-5)
    assert abs(X[prospect.split.test][:, scaled].mean(axis=0)).max() > 1e-3


def test_a_column_without_a_value_in_the_rows_trained_on_is_left_out(tmp_path):
    cells = {"x": range(0, 120, 3), "rare": [""] * 40, "seldom": [""] * 40, "y": ["u", "v"] * 20}
    prospect = look_at(read_table(written(tmp_path / "t.csv", cells)), TableSettings("y"))
    row = int(prospect.split.test[0])
    cells["rare"][row], cells["seldom"][row] = "2020-01-01", "word"
    run = trained(written(tmp_path / "t.csv", cells), target="y")
    assert [column.name for column in run.model.columns] == ["x"]
    assert "no value in the rows to train on" in run.model.record["columns"]["rare"]


def test_the_same_settings_give_the_same_network(path):
    one, two, other = (trained(path, target="kind", seed=seed).model.network for seed in (3, 3, 4))
    assert all((a == b).all() for a, b in zip(one.weights, two.weights, strict=True))
    assert not all((a == b).all() for a, b in zip(one.weights, other.weights, strict=True))


def test_the_order_of_columns_and_columns_beyond_do_not_matter(path, tmp_path):
    model = trained(path, target="kind", drop=["size"]).model
    turned = written(tmp_path / "turned.csv", {**dict(reversed(mixed().items())), "more": range(120)})
    one, two = (predict_table(model, read_table(file)) for file in (path, turned))
    assert one.probabilities.tolist() == two.probabilities.tolist()


def test_what_training_did_not_see_is_told(path, tmp_path):
    model = trained(path, target="kind", drop=["size", "code", "planet", "nothing"]).model
    columns = mixed()
    columns["color"] = ["purple", *columns["color"][1:]]
    columns["day"] = ["", "", *columns["day"][2:]]
    table = read_table(written(tmp_path / "new.csv", columns))
    told = strangers(model, table)
    assert len(told) == 2
    assert "'color': 1 row is" in told[0]
    assert "'purple'" in told[0]
    assert "'day': 2 rows are" in told[1]
    assert np.isfinite(predict_table(model, table).probabilities).all()


def test_a_table_trained_on_words_that_look_like_numbers_later_is_read_as_trained(tmp_path):
    zips = ["01", "02", "n1"] * 10
    train = written(tmp_path / "t.csv", {"zip": zips, "y": ["u", "v", "w"] * 10})
    model = trained(train, target="y", epochs=80).model
    new = written(tmp_path / "n.csv", {"zip": ["02", "01"], "other": [1, 2]})
    assert predict_table(model, read_table(new)).values.tolist() == ["v", "u"]


@pytest.mark.parametrize(("loss", "output"), [("poisson", "exp"), ("huber(0.5)", "identity"), (None, "identity")])
def test_losses_of_quantities(loss, output, path):
    model = trained(path, target="size", loss=loss, drop=["kind"], epochs=40).model
    assert model.network.layers[-1].activation == output
    assert (model.scale == 1.0) == (loss == "poisson")


def test_bundled_tables_are_there_by_name():
    rows = {name: read_table(name).n_rows for name in ("digits", "iris", "wine", "breast_cancer", "diabetes")}
    assert rows == {"digits": 1797, "iris": 150, "wine": 178, "breast_cancer": 569, "diabetes": 442}
    assert find_target(read_table("iris"), "target").classes == ("setosa", "versicolor", "virginica")
    assert find_target(read_table("digits"), "target").classes[:3] == ("0", "1", "2")
    assert find_target(read_table("diabetes"), "target").task == "regression"


def test_settings_come_back_from_their_record():
    settings_ = settings_of({"target": "y", "hidden": [7], "drop": "a", "loss": "huber", "seed": 5})
    assert settings_of(json.loads(json.dumps(settings_record(settings_)))) == settings_


def test_load_gives_the_network_of_a_table_model(path, tmp_path):
    model = trained(path, target="kind").model
    save_model(model, tmp_path / "m.safetensors")
    net = bl.load(tmp_path / "m.safetensors")
    X = inputs_of_table(model, read_table(path))
    np.testing.assert_array_equal(net.predict(X), model.network.predict(X))
