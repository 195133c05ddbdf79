"""Estimators and pipelines in onnxruntime give what they predict, labels and all; and as one network."""

import numpy as np
import pytest
from command_line import assert_one_sentence
from sklearn.datasets import load_iris, load_wine
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

import backlit as bl

X, SPECIES = load_wine(return_X_y=True)
WORDS = np.asarray(["barolo", "grignolino", "barbera"])[SPECIES]
SETTINGS = {"solver": "lbfgs", "max_iter": 15, "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore:lbfgs failed to converge")

SCALERS = [
    [StandardScaler()],
    [StandardScaler(with_mean=False)],
    [StandardScaler(with_std=False), MaxAbsScaler()],
    [MinMaxScaler((-1, 2))],
    [MaxAbsScaler(), "passthrough", RobustScaler()],
    [RobustScaler(with_centering=False), MinMaxScaler(), StandardScaler()],
]


def run(path, X):
    import onnxruntime

    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"X": X}), strict=True))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.onnx"


@pytest.mark.parametrize("kind", [bl.MLPClassifier, MLPClassifier])
@pytest.mark.parametrize("labels", [SPECIES, WORDS, WORDS.astype(object), SPECIES > 0, SPECIES * 2.0, SPECIES == 1])
@pytest.mark.parametrize("scalers", SCALERS[::5])
def test_a_pipeline_gives_its_labels_and_probabilities(kind, labels, scalers, path):
    pipe = make_pipeline(*scalers, kind((5,), **SETTINGS)).fit(X, labels)
    assert bl.to_onnx(pipe, path) <= 1e-5
    out = run(path, X)
    np.testing.assert_allclose(out["probabilities"], pipe.predict_proba(X), atol=2e-6)
    assert np.array_equal(out["label"], pipe.predict(X))


@pytest.mark.parametrize("scalers", SCALERS)
@pytest.mark.parametrize("kind", [bl.MLPRegressor, MLPRegressor])
def test_every_scaler_is_in_the_file_and_folds_into_the_network(kind, scalers, path):
    target = X[:, :2] / 10
    model = kind(hidden_layer_sizes=(5,), **SETTINGS)
    pipe = make_pipeline(*scalers, model).fit(X, target)
    bl.to_onnx(pipe, path)
    np.testing.assert_allclose(run(path, X)["prediction"], pipe.predict(X), rtol=2e-5, atol=2e-5)
    net = bl.from_sklearn(pipe)
    assert net.sizes == (13, 5, 2)
    np.testing.assert_allclose(net.predict(X), pipe.predict(X), rtol=1e-9, atol=1e-9)


def test_a_folded_network_by_hand():
    # z = (x − 3) / 2 and output 4 z + 1: so 2 x − 5
    scaler = StandardScaler().fit([[1.0], [5.0]])
    assert (scaler.mean_[0], scaler.scale_[0]) == (3, 2)
    mlp = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", max_iter=1).fit([[0.0], [1.0]], [0.0, 1.0])
    mlp.coefs_, mlp.intercepts_ = [np.array([[4.0]])], [np.array([1.0])]
    net = bl.from_sklearn(make_pipeline(scaler, mlp))
    assert net.weights[0].tolist() == [[2.0]]
    assert net.biases[0].tolist() == [-5.0]


@pytest.mark.parametrize("kind", [bl.MLPClassifier, MLPClassifier])
def test_an_estimator_alone_takes_single_precision(kind, path):
    X, y = load_iris(return_X_y=True)
    model = kind((4,), **SETTINGS).fit(X, y)
    bl.to_onnx(model, path)
    out = run(path, X.astype(np.float32))
    assert np.array_equal(out["label"], model.predict(X))
    np.testing.assert_allclose(out["probabilities"], model.predict_proba(X), atol=2e-6)
    np.testing.assert_allclose(bl.from_sklearn(model).predict(X), model.predict_proba(X), atol=1e-12)


@pytest.mark.parametrize("kind", [bl.MLPClassifier, MLPClassifier])
def test_several_labels_a_sample_are_zeros_and_ones(kind, path):
    several = np.column_stack([SPECIES == 0, SPECIES > 0, X[:, 0] > 13]).astype(int)
    pipe = make_pipeline(StandardScaler(), kind((5,), **SETTINGS)).fit(X, several)
    bl.to_onnx(pipe, path)
    out = run(path, X)
    assert np.array_equal(out["label"], pipe.predict(X))
    np.testing.assert_allclose(out["probabilities"], pipe.predict_proba(X), atol=2e-6)


def test_the_best_of_a_search_is_taken(path):
    search = GridSearchCV(bl.MLPClassifier((4,), **SETTINGS), {"alpha": [0.1, 1.0]}, cv=2).fit(X, SPECIES)
    bl.to_onnx(search, path)
    assert np.array_equal(run(path, X.astype(np.float32))["label"], search.predict(X))
    assert bl.from_sklearn(search).sizes == (13, 4, 3)


def test_a_tables_model_is_written_as_it_writes_itself(path):
    model = bl.TableModel.fit({"a": [1.0, 2.0, 3.0, 4.0] * 9, "b": ["x", "y", "x", "y"] * 9}, target="b", epochs=1)
    assert bl.to_onnx(model, path) == model.to_onnx(path.with_name("other.onnx"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (make_pipeline(PCA(2), bl.MLPClassifier((4,), **SETTINGS)), "got the step 'pca', PCA; give it the last step"),
        (make_pipeline(MinMaxScaler(clip=True), bl.MLPClassifier((4,), **SETTINGS)), "'minmaxscaler', one that clips"),
        (make_pipeline(StandardScaler(), PCA(2)), "ends in one, got a PCA"),
    ],
)
@pytest.mark.parametrize("verb", ["to_onnx", "from_sklearn"])
def test_a_pipeline_with_another_step_is_refused_with_what_to_do(given, words, verb, path):
    given.fit(X, SPECIES)
    with pytest.raises(bl.BacklitError, match=verb) as error:
        bl.to_onnx(given, path) if verb == "to_onnx" else bl.from_sklearn(given)
    assert words in str(error.value)
    assert_one_sentence(str(error.value))
    assert not path.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (3, "got an int"),
        (bl.MLPClassifier, "got the class MLPClassifier, not an object of it"),
        (bl.MLPClassifier((4,)), "a fitted MLPClassifier, got one that has seen no data; fit it first"),
        ({"0.weight": X}, "got a dict"),
    ],
)
def test_what_is_no_fitted_estimator_is_refused(given, words, path):
    for verb in (lambda: bl.to_onnx(given, path), lambda: bl.from_sklearn(given)):
        with pytest.raises(bl.BacklitError, match="takes") as error:
            verb()
        assert words in str(error.value)
        assert_one_sentence(str(error.value))


def test_a_pipeline_that_is_not_fitted_is_told():
    model = bl.MLPClassifier((4,), **SETTINGS).fit(X, SPECIES)
    with pytest.raises(bl.BacklitError, match="'standardscaler' has seen no data"):
        bl.from_sklearn(make_pipeline(StandardScaler(), model))
