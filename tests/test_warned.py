"""Every warning names the line of the user's own code, in a fit, in a part of one, and where a file is read."""

import warnings

import numpy as np
import pytest
from sealed_files import without_digest
from sklearn.model_selection import cross_val_score

import backlit as bl
from backlit.warned import warn_user

X = np.random.default_rng(0).normal(size=(30, 3))
Y = (X[:, 0] > 0).astype(int)


def fit(**settings):
    return lambda: bl.MLPClassifier(hidden_layer_sizes=(4,), random_state=0, **settings).fit(X, Y)


def part_of_a_fit():
    bl.MLPClassifier(hidden_layer_sizes=(4,), batch_size=99).partial_fit(X, Y, classes=[0, 1])


def interrupted(method):
    def stop(*_, **__):
        raise KeyboardInterrupt

    def call(monkeypatch):
        model = bl.MLPRegressor(hidden_layer_sizes=(4,))
        monkeypatch.setattr("backlit.estimators.stochastic._epochs", stop)
        getattr(model, method)(X, X[:, 0])

    return call


def diverging():
    rows = np.random.default_rng(0).normal(size=(40, 4))
    settings = {"activation": "identity", "solver": "sgd", "learning_rate_init": 0.7, "early_stopping": True}
    model = bl.MLPRegressor(hidden_layer_sizes=(4,), random_state=0, max_iter=100, n_iter_no_change=100, **settings)
    model.fit(rows[:, :3], rows[:, 3])


CALLS = {
    "not converged": (fit(max_iter=2), "Maximum iterations"),
    "not converged by lbfgs": (fit(max_iter=2, solver="lbfgs"), "lbfgs failed to converge"),
    "a batch too large": (fit(batch_size=99, max_iter=300, tol=0.1), "clipped"),
    "a batch too large in part": (part_of_a_fit, "clipped"),
    "through scikit-learn": (lambda: cross_val_score(bl.MLPClassifier((4,), max_iter=2), X, Y, cv=2), "Maximum"),
    "plain": (lambda: warn_user("a word"), "a word"),
}


def told_by(call, words):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    told = [warning for warning in caught if words in str(warning.message)]
    assert told, [str(warning.message) for warning in caught]
    return told


@pytest.mark.parametrize("name", CALLS)
def test_a_warning_names_the_users_line(name):
    assert {warning.filename for warning in told_by(*CALLS[name])} == {__file__}


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_an_interrupted_fit_names_the_users_line(method, monkeypatch):
    assert told_by(lambda: interrupted(method)(monkeypatch), "interrupted")[0].filename == __file__


def test_a_diverging_fit_names_the_users_line():
    assert told_by(diverging, "diverged")[0].filename == __file__


def test_a_file_without_a_digest_names_the_users_line(tmp_path):
    path = tmp_path / "net.safetensors"
    bl.Network.random([3, 4, 2], seed=0).save(path)
    path.write_bytes(without_digest(path.read_bytes()))
    assert told_by(lambda: bl.load(path), "added no digest")[0].filename == __file__
