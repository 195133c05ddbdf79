"""TabularClassifier and TabularRegressor in scikit-learn's hands: cross-validation, searches, pipelines, clones."""

import pickle

import numpy as np
import pandas
import polars
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
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
    ],
)
def test_what_cannot_be_fitted_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
