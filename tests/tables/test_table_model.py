"""Tables in Python: frames of pandas and polars, Arrow tables and mappings to a model and back."""

import numpy as np
import pandas
import polars
import pyarrow
import pytest
from command_line import backlit

import backlit as bl

RNG = np.random.default_rng(0)
SIZE, KIND = RNG.uniform(1, 9, 90).round(3), np.array(["a", "b", "c"])[RNG.integers(0, 3, 90)]
COLUMNS = {
    "size": SIZE.tolist(),
    "kind": KIND.tolist(),
    "zip": [f"{i % 4:03}" for i in range(90)],
    "price": (3 * SIZE + 10 * (KIND == "a")).tolist(),
}
FAST = {"epochs": 40, "hidden": [8], "learning_rate": 0.02, "seed": 1}


def frames():
    return {
        "pandas": pandas.DataFrame(COLUMNS, index=[7] * 90),
        "polars": polars.DataFrame(COLUMNS),
        "arrow": pyarrow.table(COLUMNS),
        "mapping": COLUMNS,
    }


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "mapping"])
def test_every_frame_gives_the_same_model(kind):
    model = bl.TableModel.fit(frames()[kind], target="price", **FAST)
    other = bl.TableModel.fit(COLUMNS, target="price", **FAST)
    np.testing.assert_array_equal(model.predict(frames()[kind]), other.predict(COLUMNS))
    assert [(c.name, c.kind) for c in model.kept.columns] == [("size", "number"), ("kind", "text"), ("zip", "text")]
    assert model.scores["R²"] > 0.9
    told = model.explain(frames()[kind], 3)
    np.testing.assert_allclose(told.start + sum(told.by_column.values()), model.predict(COLUMNS)[3], rtol=1e-6)


def test_classes_their_probabilities_and_files(tmp_path):
    model = bl.TableModel.fit(COLUMNS, target="kind", drop=["zip"], **FAST)
    assert model.classes == ("a", "b", "c")
    p = model.predict_proba(COLUMNS)
    assert (np.array(model.classes)[p.argmax(axis=1)] == model.predict(COLUMNS)).all()
    model.save(tmp_path / "m.safetensors")
    again = bl.TableModel.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict_proba(COLUMNS), p)
    told = again.explain(COLUMNS, 2, label="b")
    np.testing.assert_allclose(told.prediction, p[2, 1], rtol=1e-5)
    assert model.to_onnx(tmp_path / "m.onnx") < 1e-5
    pandas.DataFrame(COLUMNS).to_csv(tmp_path / "t.csv", index=False)
    result = backlit("predict", tmp_path / "m.safetensors", tmp_path / "t.csv")
    assert [line.split(",")[0] for line in result.out.splitlines()[1:]] == model.predict(COLUMNS).tolist()
    assert "'kind' from 2 columns" in repr(model)


def test_what_the_command_warns_of_is_a_warning():
    with pytest.warns(UserWarning, match="row numbers"):
        bl.TableModel.fit(COLUMNS | {"n": RNG.permutation(90)}, target="price", **FAST)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bl.TableModel.fit([1, 2], target="y"), "a data frame, an Arrow table or columns by name, got list"),
        (lambda: bl.TableModel.fit(pandas.Series([1, 2]), target="y"), "got Series (one row is a frame by"),
        (lambda: bl.TableModel.fit({"a": [1, 2], "y": [1]}, target="y"), "columns by name"),
        (lambda: bl.TableModel.fit({"a": [], "y": []}, target="y"), "a table with rows"),
        (lambda: bl.TableModel.fit(COLUMNS, target="pirce"), "did you mean 'price'"),
        (lambda: bl.TableModel.fit(COLUMNS, target="price", epoch=3), "unknown setting 'epoch'; did you mean 'epochs'"),
    ],
)
def test_what_is_no_table_is_refused(call, words):
    with pytest.raises(bl.BacklitError) as caught:
        call()
    assert words in str(caught.value)


def test_what_a_model_has_not_is_refused():
    model = bl.TableModel.fit(COLUMNS, target="price", **FAST)
    for call, words in (
        (lambda: model.predict_proba(COLUMNS), "a quantity"),
        (lambda: model.explain(COLUMNS, 90), "a row from 0 to 89, got 90"),
        (lambda: model.explain(COLUMNS, 0, label="a"), "expected one of the classes"),
        (lambda: model.predict({"size": [1.0]}), "lacks: 'kind', 'zip'"),
    ):
        with pytest.raises(bl.BacklitError) as caught:
            call()
        assert words in str(caught.value)


def test_a_file_of_another_encoding_is_read_where_it_is_said_and_then_as_in_training(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(("größe;preis €\n" + "".join(f"{i},5;{2 * i},25\n" for i in range(30))).encode("cp1252"))
    with pytest.raises(bl.BacklitError, match="encoding='cp1252' reads files of older Windows programs"):
        bl.TableModel.fit(path, target="preis €", epochs=2)
    model = bl.TableModel.fit(path, target="preis €", epochs=2, encoding="cp1252")
    assert model.predict(path).shape == model.predict({"größe": [i + 0.5 for i in range(30)]}).shape
    model.save(tmp_path / "m.safetensors")
    assert list(bl.TableModel.load(tmp_path / "m.safetensors").explain(path, 2).by_column) == ["größe"]


def test_a_table_of_records_is_sent_to_what_reads_json(tmp_path):
    (tmp_path / "t.json").write_text('[{"a": 1, "b": 2}]', encoding="utf-8")
    with pytest.raises(bl.BacklitError, match=r"got JSON; in Python, pandas.read_json\('.*t.json'\).to_csv"):
        bl.TableModel.fit(tmp_path / "t.json", target="b")
