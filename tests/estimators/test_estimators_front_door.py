"""What a data scientist tries first: own validation samples in a pipeline, a function as a callback, save."""

import math
import pickle
import re
import warnings

import numpy as np
import pytest
import sklearn
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import backlit as bl
from backlit.estimators import callbacks

needs_callbacks = pytest.mark.skipif(
    not hasattr(callbacks.CallbackSupportMixin, "_init_callback_context"), reason="scikit-learn before 1.9"
)


def short(**more):
    return bl.MLPClassifier((4,), **{"max_iter": 3, "tol": 10.0, "n_iter_no_change": 1, "random_state": 0, **more})


def words_about_validation(fit):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit()
    return [str(warning.message) for warning in caught if "X_val" in str(warning.message)]


@pytest.mark.parametrize("load", [load_digits, load_iris, load_wine])
@pytest.mark.parametrize("scaler", [StandardScaler, MinMaxScaler])
def test_validation_samples_that_no_step_scaled_are_warned_of(load, scaler):
    X, X_val, y, y_val = train_test_split(*load(return_X_y=True), random_state=0)
    pipe = make_pipeline(scaler(), short())
    told = words_about_validation(lambda: pipe.fit(X, y, mlpclassifier__X_val=X_val, mlpclassifier__y_val=y_val))
    assert len(told) == 1
    assert "transform_input=['X_val']" in told[0]
    n, total, column, mean, spread = re.search(
        r"in (\d+) of (\d+) columns: column (\d+) has mean (\S+) and standard deviation (\S+), in X", told[0]
    ).groups()
    assert X.shape[1] / 2 < int(n) <= int(total) == X.shape[1]
    assert float(mean) == pytest.approx(X_val[:, int(column)].mean(), rel=0.01)
    assert float(spread) == pytest.approx(X_val[:, int(column)].std(), rel=0.01)


@pytest.mark.parametrize("load", [load_digits, load_iris, load_wine])
@pytest.mark.parametrize("scaler", [StandardScaler, MinMaxScaler])
def test_validation_samples_like_the_others_are_not_warned_of(load, scaler):
    X, X_val, y, y_val = train_test_split(*load(return_X_y=True), random_state=0)
    scale = scaler().fit(X)
    X, X_val = scale.transform(X), scale.transform(X_val)
    one_class = y_val == y_val[0]
    for rows in (slice(None), slice(0, 9), one_class):
        assert words_about_validation(lambda rows=rows: short().fit(X, y, X_val=X_val[rows], y_val=y_val[rows])) == []


def test_sparse_validation_samples_are_compared_as_dense_ones_are():
    rng = np.random.default_rng(0)
    X, y = rng.poisson(0.3, (60, 5)).astype(float), rng.integers(2, size=60)
    dense = words_about_validation(lambda: short().fit(X / 9, y, X_val=X, y_val=y))
    sparse = words_about_validation(lambda: short().fit(csr_array(X / 9), y, X_val=csr_array(X), y_val=y))
    assert dense == sparse
    assert len(dense) == 1


def test_columns_that_do_not_vary_and_a_few_samples_say_nothing():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=20)
    X = np.ones((20, 3))
    assert words_about_validation(lambda: short().fit(X, y, X_val=7 * X, y_val=y)) == []
    X = rng.normal(size=(20, 3))
    assert words_about_validation(lambda: short().fit(X, y, X_val=100 + X[:7], y_val=y[:7])) == []


def test_routed_validation_samples_go_through_the_scaler():
    X, X_val, y, y_val = train_test_split(*load_digits(return_X_y=True), random_state=0)
    scale = StandardScaler().fit(X)
    by_hand = short().fit(scale.transform(X), y, X_val=scale.transform(X_val), y_val=y_val)
    with sklearn.config_context(enable_metadata_routing=True):
        model = short().set_fit_request(X_val=True, y_val=True)
        pipe = make_pipeline(StandardScaler(), model, transform_input=["X_val"]).fit(X, y, X_val=X_val, y_val=y_val)
    assert pipe[-1].validation_loss_curve_ == by_hand.validation_loss_curve_


X, SPECIES = load_iris(return_X_y=True)


@needs_callbacks
@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_a_function_is_told_what_each_epoch_measured(solver):
    told = []
    model = short(solver=solver, max_iter=4, tol=0.0, n_iter_no_change=9).set_callbacks(told.append)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, SPECIES, X_val=X[::3], y_val=SPECIES[::3])
    assert [report.epoch for report in told] == [1, 2, 3, 4]
    assert [report.loss for report in told] == model.loss_curve_
    assert [report.validation_loss for report in told] == model.validation_loss_curve_
    assert [report.validation_score for report in told] == model.validation_scores_
    assert all(np.array_equal(W, V) for W, V in zip(told[-1].network.weights, model.coefs_, strict=True))
    assert not np.array_equal(told[0].network.weights[0], model.coefs_[0])
    assert math.isnan(told[0].learning_rate) if solver == "lbfgs" else told[0].learning_rate == 0.001
    assert not hasattr(model, "_epoch_rate")


@needs_callbacks
def test_a_function_is_told_the_rate_of_a_schedule_and_no_validation_where_there_is_none():
    told = []
    short(learning_rate="cosine", n_iter_no_change=9, max_iter=3).set_callbacks(told.append).fit(X, SPECIES)
    assert told[0].learning_rate > told[1].learning_rate > told[2].learning_rate > 0
    assert told[0].validation_loss is None
    assert told[0].validation_score is None


@needs_callbacks
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_function_that_returns_true_ends_the_fit(solver):
    model = short(solver=solver, max_iter=50, tol=0.0, n_iter_no_change=50)
    model.set_callbacks(lambda report: report.epoch == 3).fit(X, SPECIES)
    assert model.n_iter_ == 3


def none_of_it(report):
    """A callback that pickle can find."""


@needs_callbacks
def test_functions_stay_with_clones_and_copies_and_can_be_taken_away():
    model = short().set_callbacks(none_of_it)
    assert clone(model)._skl_callbacks == model._skl_callbacks
    assert pickle.loads(pickle.dumps(model))._skl_callbacks == model._skl_callbacks
    assert not hasattr(model.set_callbacks(), "_skl_callbacks")


@needs_callbacks
@pytest.mark.parametrize("given", [3, "print", dict])
def test_what_is_no_callback_is_refused(given):
    with pytest.raises(TypeError, match="callbacks must be instances"):
        short().set_callbacks(given)


def test_save_writes_the_network_that_load_reads(tmp_path):
    model = short().fit(X, SPECIES)
    model.save(tmp_path / "iris.safetensors")
    net = bl.load(tmp_path / "iris.safetensors")
    np.testing.assert_array_equal(net.predict(X), model.network_.predict(X))
    with pytest.raises(sklearn.exceptions.NotFittedError):
        short().save(tmp_path / "none.safetensors")
