"""TabularClassifier and TabularRegressor in scikit-learn's hands: cross-validation, searches, pipelines, clones."""

import pickle
import warnings

import numpy as np
import pandas
import polars
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import backlit as bl

RNG = np.random.default_rng(0)
N = 120
FRAME = pandas.DataFrame(
    {
        "size": RNG.uniform(1, 9, N).round(3),
        "kind": RNG.choice(["ant", "bee", "cow"], N),
        "day": pandas.to_datetime("2020-01-01") + pandas.to_timedelta(RNG.integers(0, 300, N), unit="D"),
    },
    index=RNG.permutation(N) + 7,
)
PRICE = (10 * FRAME["size"] + 30 * (FRAME["kind"] == "bee") + RNG.normal(0, 2, N)).to_numpy()
LABELS = np.where(PRICE + RNG.normal(0, 8, N) > 60, 10, 9)
FAST = {"epochs": 40, "hidden": (8,), "learning_rate": 0.02}


def test_cross_validation_and_searches():
    scores = cross_val_score(bl.TabularRegressor(**FAST), FRAME, PRICE, cv=3)
    assert scores.min() > 0.8
    scores = cross_val_score(bl.TabularClassifier(**FAST), FRAME, LABELS, cv=3, scoring="roc_auc")
    assert scores.min() > 0.8
    search = GridSearchCV(bl.TabularRegressor(**FAST), {"epochs": [1, 40]}, cv=2).fit(FRAME, PRICE)
    assert search.best_params_ == {"epochs": 40}


@pytest.mark.parametrize("frame", [FRAME, polars.from_pandas(FRAME), {n: FRAME[n].tolist() for n in FRAME}])
def test_frames_of_any_kind_give_the_same(frame):
    expected = bl.TabularRegressor(**FAST).fit(FRAME, PRICE).predict(FRAME)
    found = bl.TabularRegressor(**FAST).fit(frame, PRICE)
    np.testing.assert_allclose(found.predict(frame), expected, rtol=1e-6)
    assert found.feature_names_in_.tolist() == ["size", "kind", "day"]


@pytest.mark.parametrize("labels", [[9, 10], ["no", "yes"], [False, True], [2.0, 10.0]])
def test_labels_come_back_as_they_are(labels):
    y = np.array(labels)[(LABELS == 10).astype(int)]
    model = bl.TabularClassifier(**FAST).fit(FRAME, y)
    assert model.classes_.tolist() == labels
    assert model.predict(FRAME).dtype == y.dtype
    assert model.score(FRAME, y) > 0.8
    p = model.predict_proba(FRAME)
    assert (model.classes_[p.argmax(axis=1)] == model.predict(FRAME)).all()
    told = bl.explain_row(model, FRAME.iloc[3], label=labels[1])
    assert told.start + sum(told.by_column.values()) == pytest.approx(p[3, 1], abs=1e-5)


def test_arrays_pipelines_clones_and_pickles():
    X = np.column_stack([FRAME["size"], RNG.normal(size=N)])
    y = PRICE.copy()
    X[5, 1] = np.nan
    model = bl.TabularRegressor(**FAST, random_state=3).fit(X, y)
    assert model.score(X, y) > 0.5
    again = clone(model).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    line = make_pipeline(FunctionTransformer(lambda frame: frame.drop(columns="day")), bl.TabularRegressor(**FAST))
    assert line.fit(FRAME, PRICE).score(FRAME, PRICE) > 0.8
    told = model.explain_row(X[0])
    assert list(told.by_column) == ["x0", "x1"]


def test_a_column_called_as_the_target_is_a_column():
    model = bl.TabularRegressor(**FAST).fit(FRAME.rename(columns={"size": "y"}), PRICE)
    assert [column.name for column in model.model_.kept.columns] == ["y", "kind", "day"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bl.TabularRegressor().fit(FRAME, PRICE[:50]), "X has 120 rows and y 50"),
        (lambda: bl.TabularRegressor().fit(FRAME, [*PRICE[1:], np.nan]), "y must be finite"),
        (lambda: bl.TabularClassifier().fit(FRAME, [1] * N), "at least two classes"),
        (lambda: bl.TabularRegressor(epochs=0).fit(FRAME, PRICE), "epochs must be"),
        (lambda: bl.TabularRegressor(drop=["sise"]).fit(FRAME, PRICE), "did you mean 'size'"),
        (lambda: bl.TabularRegressor(class_weight="balanced").fit(FRAME, PRICE), "class_weight is for classes"),
        (lambda: bl.TabularRegressor().fit(csr_array(np.eye(N)), PRICE), "got a sparse matrix"),
        (lambda: bl.TabularRegressor().fit(PRICE, PRICE), r"got shape \(120,\)"),
        (lambda: bl.TabularRegressor().fit(FRAME, FRAME["kind"]), r"y must be numbers, got (ant|bee|cow); TabularClas"),
        (lambda: bl.TabularRegressor().fit(FRAME, FRAME["day"]), "y must be numbers, got values of type datetime64"),
        (lambda: bl.TabularRegressor().fit(FRAME, PRICE + 1j), "[Cc]omplex"),
        (lambda: bl.TabularClassifier().fit(FRAME, [None, *LABELS[1:]]), "a label in every row, got None in row 0"),
        (lambda: bl.TabularClassifier().fit(FRAME, [*LABELS[1:], np.nan]), "a label in every row, got nan in row 119"),
        (lambda: bl.TabularRegressor(drop=3.5).fit(FRAME, PRICE), "drop must be text, got 3.5"),
        (lambda: bl.TabularRegressor(hidden="a").fit(FRAME, PRICE), "hidden must be a whole number"),
        (lambda: bl.TabularRegressor(random_state=RNG).fit(FRAME, PRICE), "random_state must be a whole number"),
        (lambda: bl.TabularRegressor(drop="size", keep="size").fit(FRAME, PRICE), "cannot be both drop and keep"),
    ],
)
def test_what_cannot_be_fitted_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_nothing_is_predicted_before_fit():
    for estimator in (bl.TabularClassifier(), bl.TabularRegressor()):
        for call in ("predict", "predict_proba", "explain_row", "score", "to_onnx"):
            if hasattr(estimator, call):
                with pytest.raises(NotFittedError, match="not fitted yet"):
                    getattr(estimator, call)(*[FRAME, LABELS][: 2 if call == "score" else 1])


@pytest.mark.parametrize("name", ["hidden", "drop", "keep", "text", "number", "date", "boolean"])
def test_no_list_is_the_default(name):
    quick = FAST | {"epochs": 2}
    default = {key: value for key, value in quick.items() if key != name}
    expected = bl.TabularRegressor(**default).fit(FRAME, PRICE).predict(FRAME)
    found = bl.TabularRegressor(**quick | {name: None}).fit(FRAME, PRICE).predict(FRAME)
    np.testing.assert_array_equal(found, expected)
    one = {"hidden": np.int64(8), "date": "day", "text": "kind", "number": "size"}.get(name, "kind")
    bl.TabularRegressor(**quick | {name: one if name not in ("drop", "keep", "boolean") else ()}).fit(FRAME, PRICE)


def test_warnings_are_in_words_of_python_and_of_what_is_scored():
    kind = np.where(np.arange(N) % 60 == 17, "rare", "frequent")
    frame = FRAME.assign(row=range(N), shop_id=[k % 9 for k in range(N)], day=sorted(FRAME["day"]))
    frame.index = range(N)
    told = warned(lambda: bl.TabularClassifier(**FAST | {"epochs": 2}).fit(frame, kind))
    assert "keep=['row'] uses it" in told
    assert not any(word in told for word in ("--", "00000", "group"))
    told = warned(lambda: bl.TableModel.fit(frame.assign(kind=kind), "kind", epochs=2))
    for words in ("keep=['row'] uses it", "time='day' holds out", "group='shop_id' keeps"):
        assert words in told
    assert "--" not in told


def warned(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return " ".join(str(warning.message) for warning in caught)


def test_a_format_can_be_told():
    frame = {"day": [f"0{1 + k % 9}/0{1 + k % 8}/2020" for k in range(N)], "size": FRAME["size"].tolist()}
    with pytest.raises(ValueError, match="date_format='dmy' or date_format='mdy'"):
        bl.TabularRegressor(**FAST, date="day").fit(frame, PRICE)
    model = bl.TabularRegressor(**FAST, date="day", date_format="dmy").fit(frame, PRICE)
    assert model.model_.kept.columns[0].kind == "date"
    with pytest.raises(ValueError, match="cannot be both date and text"):
        bl.TabularRegressor(date="day", text="day").fit(frame, PRICE)


def test_a_row_is_explained_by_its_values_in_order():
    X = np.column_stack([FRAME["size"], RNG.normal(size=N)])
    labels = np.where(LABELS == 10, 2.0, 1.0)
    model = bl.TabularClassifier(**FAST).fit(X, labels)
    expected = model.explain_row({"x0": X[3, 0], "x1": X[3, 1]}, label=1.0)
    for row, label in ((X[3], 1), (X[3:4], 1.0), (list(X[3]), "1.0"), (tuple(X[3]), np.float64(1))):
        found = model.explain_row(row, label=label)
        assert (found.label, found.by_column) == ("1.0", expected.by_column)
    for row in (np.zeros(3), X[3:5], X[3][:, None], np.array(1.0), [0.1], (), [[1, 2], [3, 4]]):
        with pytest.raises(ValueError, match="expected one row of 2 values, got shape"):
            model.explain_row(row)
    with pytest.raises(ValueError, match=r"expected one of the classes 1.0, 2.0, got '3'"):
        model.explain_row(X[3], label=3)
    with pytest.raises(ValueError, match="a quantity, which has none"):
        bl.TabularRegressor(**FAST).fit(X, PRICE).explain_row(X[3], label=1)
    with pytest.raises(ValueError, match="X has 3 columns, and TabularClassifier was fitted to 2"):
        model.predict(np.zeros((4, 3)))


def test_an_estimator_becomes_an_onnx_file(tmp_path):
    pytest.importorskip("onnxruntime")
    model = bl.TabularClassifier(**FAST).fit(FRAME, LABELS)
    assert bl.to_onnx(model, tmp_path / "m.onnx") < 1e-5
    assert (tmp_path / "m.onnx").stat().st_size > 0
    for kind in (bl.TabularClassifier, bl.TableModel, bl.Network):
        with pytest.raises(ValueError, match=f"got the class {kind.__name__}, not an object of it"):
            bl.to_onnx(kind, tmp_path / "n.onnx")
