"""``bl.explain_row``: parts that add up, for tables' models, estimators and networks; bars."""

import xml.etree.ElementTree as ET

import numpy as np
import pandas
import pytest
from scipy.sparse import csr_array
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

import backlit as bl
from backlit.explain.bars import bars_svg, bars_text

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
FAST = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "max_iter": 5000, "random_state": 0}


def led(told):
    """What the start and the parts lead to."""
    return told.start + sum(told.by_column.values())


def test_a_linear_network_by_hand():
    net = bl.Network.from_weights([[[2.0, 0.0], [-1.0, 1.0], [0.5, 3.0]]], output="identity")
    told = bl.explain_row(net, [1, 2, 4], background=[[0, 0, 0], [0, 0, 4]], label=1)
    assert told.by_column == pytest.approx({"x1": 0.0, "x2": 2.0, "x3": 6.0})
    assert (told.start, told.prediction) == (6.0, 14.0)
    assert bl.explain_row(net, [1, 2, 4], label=1).start == 0.0


def test_a_regressor_with_names_of_features():
    frame = pandas.DataFrame(X, columns=["size", "age", "rate"])
    model = bl.MLPRegressor(**FAST).fit(frame, X[:, 0] ** 2 - X[:, 1])
    told = model.explain_row(frame.iloc[4], background=frame)
    assert list(told.by_column) == ["size", "age", "rate"]
    assert led(told) == pytest.approx(model.predict(frame)[4], abs=1e-8)
    assert told.start == pytest.approx(model.predict(frame.mean().to_frame().T)[0])
    again = bl.explain_row(model, frame.iloc[4:5], background=frame)
    assert again.by_column == told.by_column


@pytest.mark.parametrize("names", [["no", "yes"], ["ant", "bee", "cow"]])
def test_classes_by_name(names):
    y = np.array(names)[(X[:, 0] > 0).astype(int) + (len(names) - 2) * (X[:, 1] > 0)]
    model = bl.MLPClassifier(**FAST).fit(X, y)
    for row in range(5):
        p = model.predict_proba(X[row : row + 1])[0]
        told = bl.explain_row(model, X[row], background=X)
        assert told.label == names[p.argmax()]
        assert led(told) == pytest.approx(p.max(), abs=1e-7)
        for i, name in enumerate(names):
            assert led(bl.explain_row(model, X[row], label=name)) == pytest.approx(p[i], abs=1e-7)


def test_sparse_rows():
    model = bl.MLPRegressor(**FAST).fit(csr_array(X), X[:, 0])
    told = model.explain_row(csr_array(X[:1]), background=csr_array(X))
    assert led(told) == pytest.approx(model.predict(X[:1])[0], abs=1e-8)


def test_a_row_of_a_table_as_values_by_column():
    columns = {"size": X[:, 0].round(3).tolist(), "kind": ["a", "b", "c"] * 20, "price": (X[:, 0] * 3).tolist()}
    model = bl.TableModel.fit(columns, target="price", epochs=5, hidden=[4])
    told = bl.explain_row(model, {"size": columns["size"][4], "kind": "b"})
    frame = pandas.DataFrame(columns)
    assert led(told) == pytest.approx(model.predict(frame)[4], rel=1e-6)
    assert bl.explain_row(model, frame.iloc[4]).by_column == told.by_column
    assert "from the average row" in str(told)
    with pytest.raises(bl.BacklitError, match="expected one row, got 60"):
        bl.explain_row(model, frame)
    with pytest.raises(bl.BacklitError, match="background is not for a TableModel"):
        bl.explain_row(model, {"size": 1.0, "kind": "b"}, background=frame)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda net: bl.explain_row(net, [1, 2]), r"row must be 3 inputs, got shape \(2,\)"),
        (lambda net: bl.explain_row(net, [1, 2, 3], background=[1, 2, 3]), r"background must have shape \(n, 3\)"),
        (lambda net: bl.explain_row(net, [1, 2, float("nan")]), "row must be finite"),
        (lambda net: bl.explain_row(net, [1, 2, 3], label=2), "an output from 0 to 1"),
        (lambda net: bl.explain_row(3, [1, 2, 3]), "explain_row takes a TableModel"),
    ],
)
def test_what_cannot_be_explained_is_refused(call, words):
    with pytest.raises(bl.BacklitError, match=words):
        call(bl.Network.random([3, 4, 2], seed=0))


def test_a_class_that_is_not_there_is_refused():
    model = bl.MLPClassifier(**FAST).fit(X, X[:, 0] > 0)
    with pytest.raises(bl.BacklitError, match="expected one of the classes False, True, got 'maybe'"):
        model.explain_row(X[0], label="maybe")
    with pytest.raises(bl.BacklitError, match="takes one row, got 60"):
        model.explain_row(X)


def test_bars_are_as_long_as_their_values():
    lines = bars_text([("a", 4.0, "4"), ("bb", 1.0, "1"), ("c", -1.0, "-1")], width=8)
    assert [line.count("█") for line in lines] == [8, 2, 0]
    picture = ET.fromstring(bars_svg("a < b & c", [("a", 4.0), ("<b>", -1.0)]))
    bars = picture.findall("{http://www.w3.org/2000/svg}rect")
    assert float(bars[0].get("width")) == pytest.approx(4 * float(bars[1].get("width")), rel=1e-3)
    right = float(bars[1].get("x")) + float(bars[1].get("width"))
    assert right == pytest.approx(float(bars[0].get("x")), abs=0.2)


def test_it_is_said_which_output_the_prediction_is():
    weights = [[[1.0, 0.0, -1.0], [0.0, 2.0, 0.5]]]
    for output, words in (("softmax", "probability of class 1 (output 2)"), ("identity", "output 2")):
        net = bl.Network.from_weights(weights, output=output)
        assert bl.explain_row(net, [1.0, 2.0]).what == words
    assert bl.explain_row(net, [1.0, 2.0], label=0).what == "output 1"


def pipe_of(*steps):
    return make_pipeline(*steps, bl.MLPClassifier(**FAST))


def test_a_pipeline_is_explained_by_what_its_steps_make_of_the_row():
    frame = pandas.DataFrame({"size": X[:, 0], "kind": ["a", "b", "c"] * 20})
    y = np.where(X[:, 0] > 0, "big", "small")
    made = make_column_transformer((StandardScaler(), ["size"]), (OneHotEncoder(sparse_output=False), ["kind"]))
    pipe = pipe_of(made).fit(frame, y)
    told = bl.explain_row(pipe, frame.iloc[4], background=frame, label="big")
    assert list(told.by_column) == ["standardscaler__size", *(f"onehotencoder__kind_{k}" for k in "abc")]
    assert told.what == "probability of big"
    assert led(told) == pytest.approx(pipe.predict_proba(frame)[4, 0], abs=1e-8)
    assert bl.explain_row(pipe, frame.iloc[[4]], background=frame, label="big").by_column == told.by_column
    search = GridSearchCV(pipe, {"mlpclassifier__alpha": [1e-4]}, cv=2).fit(frame, y)
    told = bl.explain_row(search, frame.iloc[4])
    assert led(told) == pytest.approx(search.predict_proba(frame)[4].max(), rel=1e-6)


def test_a_pipeline_of_arrays_and_of_one_step():
    y = X[:, 0] > 0
    pipe = pipe_of(FunctionTransformer(np.tanh)).fit(X, y)  # it names nothing
    told = bl.explain_row(pipe, X[3], background=X)
    assert list(told.by_column) == [f"x{i}" for i in range(1, X.shape[1] + 1)]
    assert led(told) == pytest.approx(pipe.predict_proba(X)[3].max(), rel=1e-6)
    alone = pipe_of().fit(X, y)
    assert bl.explain_row(alone, X[3]).by_column == alone[-1].explain_row(X[3]).by_column
    with pytest.raises(bl.BacklitError, match=r"got a LogisticRegression"):
        bl.explain_row(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y), X[3])


def test_a_module_of_pytorch_is_sent_through_from_torch():
    class Module:
        def state_dict(self):
            return {}

    with pytest.raises(bl.BacklitError, match=r"got a Module; bl.from_torch\(module, output='softmax'\)"):
        bl.explain_row(Module(), X[3])
