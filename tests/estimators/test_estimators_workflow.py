"""The estimators where scikit-learn's users put them: pipelines, searches, frames, callbacks, processes."""

import importlib.util
import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import backlit as bl

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
NAMES = ["sepal length", "sepal width", "petal length", "petal width"]
SPECIES = np.asarray(["setosa", "versicolor", "virginica"])[Y]
HAS_CALLBACKS = importlib.util.find_spec("sklearn.callback") is not None
needs_callbacks = pytest.mark.skipif(not HAS_CALLBACKS, reason="scikit-learn before 1.9 has no callbacks")


def classifier(**settings):
    return bl.MLPClassifier(**{"hidden_layer_sizes": (8,), "random_state": 0, "max_iter": 20, **settings})


def test_pipeline_and_grid_search():
    pipeline = make_pipeline(StandardScaler(), classifier(learning_rate_init=0.05))
    search = GridSearchCV(
        pipeline, {"mlpclassifier__activation": ["tanh", "gelu"], "mlpclassifier__alpha": [0.1, 1]}, cv=3
    )
    search.fit(X, SPECIES)
    assert search.best_score_ > 0.9
    assert search.predict(X[:1]).tolist() == ["setosa"]


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_cross_validation_with_threads_and_processes(backend):
    alone = cross_val_score(classifier(), X, SPECIES, cv=3)
    with joblib.parallel_backend(backend, n_jobs=2):
        together = cross_val_score(classifier(), X, SPECIES, cv=3)
    np.testing.assert_array_equal(together, alone)


def test_joblib_and_pickle(tmp_path):
    model = classifier().fit(X, SPECIES)
    joblib.dump(model, tmp_path / "model.joblib")
    for again in (joblib.load(tmp_path / "model.joblib"), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_frames(frame):
    table = frame(dict(zip(NAMES, X.T, strict=True)))
    series = (pd.Series if frame is pd.DataFrame else pl.Series)(SPECIES)
    model = classifier().fit(table, series, X_val=table[:9], y_val=series[:9])
    assert model.feature_names_in_.tolist() == NAMES
    np.testing.assert_array_equal(model.predict(table), classifier().fit(X, SPECIES).predict(X))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(table.rename({"petal width": "width"}) if frame is pl.DataFrame else table[NAMES[::-1]])


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_a_pipeline_that_hands_frames_on(output):
    table = pd.DataFrame(dict(zip(NAMES, X.T, strict=True)) | {"colour": np.where(Y == 0, "red", "blue")})
    prepared = ColumnTransformer(
        [("numbers", StandardScaler(), NAMES), ("words", OneHotEncoder(sparse_output=False), ["colour"])]
    )
    pipeline = make_pipeline(prepared, classifier(learning_rate_init=0.05)).set_output(transform=output)
    pipeline.fit(table, SPECIES)
    assert pipeline[-1].feature_names_in_.tolist()[-1] == "words__colour_red"
    assert pipeline.score(table, SPECIES) > 0.9


def test_metadata_routing_of_sample_weights():
    weight = np.random.default_rng(0).uniform(0, 2, len(X))
    with sklearn.config_context(enable_metadata_routing=True):
        model = classifier().set_fit_request(sample_weight=True)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        pipeline = make_pipeline(scaler, model).fit(X, SPECIES, sample_weight=weight)
    expected = classifier().fit(StandardScaler().fit_transform(X), SPECIES, sample_weight=weight)
    np.testing.assert_array_equal(pipeline[-1].coefs_[0], expected.coefs_[0])


class Recording:
    """A callback in scikit-learn's protocol that notes what it is told."""

    def __init__(self, stop_after=None):
        self.told, self.stop_after = [], stop_after

    def setup(self, estimator, context):
        self.told.append("setup")

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, metadata=None, fitted_estimator=None):
        self.told.append((context.task_name, fitted_estimator.score(X, y), sorted(metadata)))
        return self.stop_after == len(self.told) - 1

    def teardown(self, estimator, context):
        self.told.append("teardown")


@needs_callbacks
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_callbacks_see_a_fitted_estimator_each_epoch(solver):
    callback = Recording()
    model = classifier(solver=solver, max_iter=5).set_callbacks(callback).fit(X, SPECIES, sample_weight=np.ones(150))
    first, *tasks, last = callback.told
    assert (first, last) == ("setup", "teardown")
    assert [task[0] for task in tasks[:5]] == ["epoch"] * 5
    assert tasks[-1] == ("fit", model.score(X, SPECIES), ["sample_weight"])
    earlier = classifier(solver=solver, max_iter=2).fit(X, SPECIES)
    assert tasks[1][1] == earlier.score(X, SPECIES)


@needs_callbacks
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_callback_that_returns_true_ends_the_fit(solver):
    model = classifier(solver=solver).set_callbacks(Recording(stop_after=3)).fit(X, SPECIES)
    assert model.n_iter_ == 3
    np.testing.assert_array_equal(model.coefs_[0], classifier(solver=solver, max_iter=3).fit(X, SPECIES).coefs_[0])


@needs_callbacks
def test_scikit_learns_progress_bar(capsys):
    from sklearn.callback import ProgressBar

    classifier(max_iter=3).set_callbacks(ProgressBar()).fit(X, SPECIES)
    assert "MLPClassifier" in capsys.readouterr().out


def test_an_older_scikit_learn_has_an_inert_stand_in(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    spec = importlib.util.find_spec("backlit.estimators.callbacks")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stand_in = module.CallbackSupportMixin()
    assert stand_in.set_callbacks() is stand_in
    with pytest.raises(bl.BacklitError, match=r"callbacks need scikit-learn 1\.9 or newer"):
        stand_in.set_callbacks(Recording())
    assert module.with_callbacks(len) is len
    hooks = module.FitHooks(stand_in, 3, None, None, None, dict)
    hooks.begin_epoch()
    assert not hooks.end_epoch()
    hooks.end_fit()
