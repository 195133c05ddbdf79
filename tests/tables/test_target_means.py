"""Columns of many words: means of the target that no row has of itself, and all that a model does with them."""

import json
import re

import numpy as np
import pytest
from command_line import assert_refused, backlit
from sklearn.preprocessing import TargetEncoder

import backlit as bl
from backlit.files.networks import read_parts
from backlit.network.network import Network
from backlit.tables import fit
from backlit.tables.arrays import Words
from backlit.tables.model import TableModel, inputs_of_table, samples_of_table
from backlit.tables.model_file import load_model, model_of, save_model
from backlit.tables.prepare import fit_column, known_words, width_of
from backlit.tables.prospect import look_at
from backlit.tables.settings import settings_of
from backlit.tables.strangers import strangers
from backlit.tables.table_model import table_of
from backlit.tables.target_means import Outcomes, fit_means, means_of, means_of_words, outcomes_of

RNG = np.random.default_rng(0)
N = 1200
STREETS = [f"street {i}" for i in range(150)]
LEVEL = RNG.normal(0, 40, 150)


def rows_of(n, seed, kind="quantity"):
    """Rents that follow size and, much, the street; of classes, whether a flat is dear."""
    rng = np.random.default_rng(seed)
    street, size = rng.integers(0, 150, n), rng.uniform(20, 120, n)
    rent = 300 + size / 2 + LEVEL[street] + rng.normal(0, 5, n)
    rows = {"size": size.round(2).tolist(), "street": [STREETS[i] for i in street]}
    if kind == "quantity":
        return {**rows, "rent": rent.tolist()}
    edges = [335] if kind == "two classes" else [310, 360]
    return {**rows, "rent": [f"band {k}" for k in np.searchsorted(edges, rent)]}


def rows_added(codes, y):
    """Variance within words over that between them, by the words one by one."""
    groups = [y[codes == code] for code in set(codes.tolist())]
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / max(len(y) - len(groups), 1)
    between = y.var() - within
    return 0.1 + (within / between if between > within / 1000 else 1000)


def test_means_are_those_of_scikit_learn():
    values = Words(RNG.integers(-1, 6, 90), list("abcdef"))
    y = RNG.normal(size=90) + 2 * values.codes
    means = fit_means(values, Outcomes(y[:, None], np.arange(90) % 5), "")
    added = rows_added(values.codes, y)
    assert 0.1 < added < 1
    encoder = TargetEncoder(smooth=added, target_type="continuous").fit(values.codes[:, None], y)
    expected = encoder.transform(np.arange(-1, 7)[:, None])[:, 0]
    found = means_of_words(means, ["", *"abcdef", "never seen"])[:, 0]
    # scaled: a straight line of them
    slope = (expected[1] - expected[0]) / (found[1] - found[0])
    np.testing.assert_allclose(expected, expected[0] + slope * (found - found[0]), atol=1e-12)
    assert slope > 0


def test_a_row_that_is_trained_on_has_the_mean_of_other_folds():
    codes, y, folds = (
        np.array([0, 0, 0, 1, 1, 0]),
        np.array([1.0, 2.0, 6.0, 5.0, 9.0, 4.0]),
        np.array([0, 1, 1, 0, 2, 3]),
    )
    # a word that the other folds do not hold has the mean of all in them
    codes, y, folds = np.append(codes, 2), np.append(y, 30.0), np.append(folds, 4)
    found = means_of(Words(codes, ["a", "b", "c"]), Outcomes(y[:, None], folds))[:, 0]
    own = []
    for i in range(7):
        others = folds != folds[i]
        same, added = others & (codes == codes[i]), rows_added(codes[others], y[others])
        own.append((y[same].sum() + added * y[others].mean()) / (same.sum() + added))
    np.testing.assert_allclose(found, (own - np.mean(own)) / np.std(own))
    assert own[6] == pytest.approx(y[:6].mean())


def test_words_that_say_nothing_are_drawn_to_the_mean_of_all():
    values, y = Words(np.arange(3000) % 60, STREETS[:60]), RNG.normal(size=3000)
    means = fit_means(values, outcomes_of(y, 0, 0), "")
    assert rows_added(values.codes, y) > 100
    # what is left is scaled up to a standard deviation of 1, as any number is
    assert np.abs(means.values - means.other).max() < 6


def test_words_that_say_nothing_do_not_tell_their_own_target():
    values, y = Words(RNG.integers(0, 400, 1000), [f"w{i}" for i in range(400)]), RNG.normal(size=1000)
    outcomes = outcomes_of(y, 0, 0)
    own = means_of(values, outcomes)[:, 0]
    whole = means_of_words(fit_means(values, outcomes, ""), [values.words[code] for code in values.codes])[:, 0]
    assert np.corrcoef(whole, y)[0, 1] > 0.3, "a mean with the row's own target tells it"
    assert abs(np.corrcoef(own, y)[0, 1]) < 0.1


def test_outcomes_of_targets():
    assert outcomes_of(np.array([3.0, 4.0, 8.0]), 0, 0).values.tolist() == [[3.0], [4.0], [8.0]]
    assert outcomes_of(np.array([0, 1, 1]), 2, 0).values.tolist() == [[0], [1], [1]]
    assert outcomes_of(np.array([0, 2, 1]), 3, 0).values.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert outcomes_of(np.arange(11), 11, 0) is None


def test_few_words_have_no_means():
    few, many = Words(np.arange(200) % 50, STREETS[:50]), Words(np.arange(200) % 51, STREETS[:51])
    outcomes = outcomes_of(RNG.normal(size=200), 0, 0)
    assert fit_column("s", "text", few, outcomes=outcomes).means is None
    assert fit_column("s", "text", many).means is None
    column = fit_column("s", "text", many, outcomes=outcomes)
    assert width_of(column) == 51
    assert known_words(column) == set(STREETS[:51])


@pytest.mark.parametrize("kind", ["quantity", "two classes", "three classes"])
def test_many_words_are_learned_kept_and_explained(kind, tmp_path):
    model = bl.TableModel.fit(rows_of(N, 1, kind), "rent", epochs=30)
    new = rows_of(300, 2, kind)
    if kind == "quantity":
        truth = np.array(new["rent"])
        assert 1 - np.square(truth - model.predict(new)).sum() / np.square(truth - truth.mean()).sum() > 0.85
    else:
        assert np.mean(model.predict(new) == np.array(new["rent"])) > (0.85 if kind == "two classes" else 0.75)
    model.save(tmp_path / "m.safetensors")
    again = bl.TableModel.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict(new), model.predict(new))
    told = again.explain(new, 3)
    assert list(told.by_column) == ["size", "street"]
    assert told.start + sum(told.by_column.values()) == pytest.approx(told.prediction, rel=1e-6)
    names = model.kept.input_names
    last = {"quantity": "mean rent", "two classes": "share of band 1", "three classes": "share of band 2"}[kind]
    assert names[-1] == f"street: {last}"
    assert len(names) == model.kept.network.sizes[0]
    assert bl.to_onnx(again, tmp_path / "m.onnx") < 1e-5


def trained_on(monkeypatch, rows, **settings):
    """The inputs and targets that training got: of the rows to train on, and of all rows, the last time."""
    seen = []
    genuine = fit.train
    monkeypatch.setattr(fit, "train", lambda net, X, y, **more: seen.append((X, y)) or genuine(net, X, y, **more))
    fit.train_table(look_at(table_of(rows), settings_of({"target": "rent", "epochs": 1, "hidden": [4], **settings})))
    monkeypatch.undo()
    assert len(seen) == 2
    return seen


def test_training_sees_no_mean_with_a_rows_own_target(monkeypatch):
    rng = np.random.default_rng(5)
    rows = {"street": [f"w{i}" for i in rng.integers(0, 300, N)], "rent": rng.normal(size=N).tolist()}
    for X, y in trained_on(monkeypatch, rows):
        assert X.shape[1] == 51
        # means of other rows lean a little the other way: what is high here is missing there
        assert -0.2 < np.corrcoef(X[:, 50], np.ravel(y))[0, 1] < 0.1


def test_rows_that_count_more_have_their_own_inputs_each_time(monkeypatch):
    rows = rows_of(N, 1)
    rows["rent"] = ["dear" if rent > 370 else "cheap" for rent in rows["rent"]]
    alike = trained_on(monkeypatch, rows)
    balanced = trained_on(monkeypatch, rows, class_weight="balanced")
    for (X, y), (X_more, y_more) in zip(alike, balanced, strict=True):
        times = np.where(y == 1, round(np.mean(y == 0) / np.mean(y == 1)), 1)
        assert times.max() > 1
        np.testing.assert_array_equal(np.repeat(X, times, axis=0), X_more)
        np.testing.assert_array_equal(np.repeat(y, times), y_more)


def test_balanced_classes_have_means_too():
    model = bl.TableModel.fit(rows_of(N, 1, "three classes"), "rent", epochs=20, class_weight="balanced")
    new = rows_of(300, 2, "three classes")
    assert np.mean(model.predict(new) == np.array(new["rent"])) > 0.7


def test_words_never_seen_are_told_and_rare_ones_are_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = rows_of(N, 1)
    lines = ["size,street,rent", *(",".join(map(str, row)) for row in zip(*rows.values(), strict=True))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    result = backlit("train", "t.csv", "--target", "rent", "--epochs", "2", "--out", "m.safetensors")
    assert "the 50 commonest of 150 categories, one input each; of all the mean target" in result.out
    assert "warning" not in result.err
    model = load_model("m.safetensors")
    rare = next(word for word in STREETS if word not in model.columns[1].encoder.categories_[0])
    assert strangers(model, table_of({"size": [30.0], "street": [rare]})) == []
    assert len(strangers(model, table_of({"size": [30.0], "street": ["a new street"]}))) == 1
    line = ["explain", "m.safetensors", "--data", "t.csv", "--row", "1", "--what-if"]
    assert f"street = {rare}" in backlit(*line, f"street={rare}").out
    assert_refused(backlit(*line, "street=a new street"), "training saw no 'a new street'")
    told = " ".join(backlit(*line, "size=50").err.split())
    # the mean, the last of 52 inputs, is told, and not a word for each other street
    assert re.search(
        r"network's inputs: size \S+,( street = street \d+ 1,)? street: mean rent \S+, and (49|50) that are 0", told
    )


def test_what_is_diagnosed_is_trained_on_without_a_rows_own_target():
    rng = np.random.default_rng(4)
    rows = {"street": [f"w{i}" for i in rng.integers(0, 300, 900)], "rent": rng.normal(size=900).tolist()}
    model = bl.TableModel.fit(rows, "rent", epochs=1, hidden=[4]).kept
    table = table_of({**rows, "rent": [None, *rows["rent"][1:]]})
    X, y = samples_of_table(model, table, trained_on=True)
    held_out, same = samples_of_table(model, table, trained_on=False)
    assert X.shape == (899, 51)
    assert X.dtype == y.dtype == np.float64
    np.testing.assert_array_equal(y, same)
    np.testing.assert_array_equal(held_out, inputs_of_table(model, table)[1:])
    np.testing.assert_array_equal(X[:, :50], held_out[:, :50])
    assert np.corrcoef(held_out[:, 50], y)[0, 1] > 0.3, "a mean with the row's own target tells it"
    assert abs(np.corrcoef(X[:, 50], y)[0, 1]) < 0.1


def test_the_command_line_diagnoses_rows_to_train_on_and_rows_held_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = []
    for name in ("t.csv", "v.csv"):
        rows = rows_of(300, len(name) + ord(name[0]))
        lines = ["size,street,rent", *(",".join(map(str, row)) for row in zip(*rows.values(), strict=True))]
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    bl.TableModel.fit("t.csv", "rent", epochs=1, hidden=[4]).save("m.safetensors")

    def noted(model, table, *, trained_on):
        seen.append((table.source, trained_on))
        return samples_of_table(model, table, trained_on=trained_on)

    monkeypatch.setattr("backlit.tables.model.samples_of_table", noted)
    assert backlit("diagnose", "m.safetensors", "t.csv", "--validation", "v.csv", "--quick").status in (0, 1)
    assert seen == [("t.csv", True), ("v.csv", False)]


def test_files_of_before_and_damaged_ones(tmp_path):
    bl.TableModel.fit(rows_of(N, 1), "rent", epochs=1, hidden=[4]).save(tmp_path / "m.safetensors")
    metadata, tensors = read_parts(tmp_path / "m.safetensors")
    whole = json.loads(metadata["table"])
    means = whole["columns"][1]["means"]
    harms = [
        {**means, "words": means["words"][1:]},
        {**means, "words": [means["words"][1], *means["words"][1:]]},
        {**means, "words": [3, *means["words"][1:]]},
        {**means, "other": [float("nan")]},
        {**means, "other": []},
        {**means, "other": [1.0, 2.0]},
        {**means, "values": [["a"]]},
        {"words": [], "values": []},
        7,
    ]
    for harm in harms:
        columns = [whole["columns"][0], {**whole["columns"][1], "means": harm}]
        with pytest.raises(bl.BacklitError, match="damaged"):
            model_of(tmp_path / "m", {**metadata, "table": json.dumps({**whole, "columns": columns})}, tensors)


def test_a_model_of_before_has_no_means(tmp_path):
    streets = Words(np.arange(200) % 150, STREETS)
    column = fit_column("street", "text", streets)
    save_model(TableModel(Network.random([50, 4, 1], seed=0), (column,), "rent"), tmp_path / "m.safetensors")
    assert "means" not in json.loads(read_parts(tmp_path / "m.safetensors")[0]["table"])["columns"][0]
    again = bl.TableModel.load(tmp_path / "m.safetensors")
    rare = STREETS[149]
    assert rare not in column.encoder.categories_[0]
    assert again.predict({"street": [rare]}) == again.predict({"street": ["never seen"]})
    assert len(again.kept.input_names) == 50
