"""scikit-learn's networks as Networks: the same predictions, the right output and loss."""

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

import backlit as bl

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
OPTIONS = {"hidden_layer_sizes": (6, 4), "max_iter": 5, "random_state": 0}


@pytest.fixture(autouse=True)
def _unfinished():
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_classifiers_give_their_probabilities(activation, dtype):
    for n_classes, loss in ((2, "log_loss"), (3, "cross_entropy")):
        mlp = MLPClassifier(activation=activation, **OPTIONS).fit(X.astype(dtype), RNG.integers(0, n_classes, 40))
        net = bl.from_sklearn(mlp)
        p = mlp.predict_proba(X.astype(dtype))
        np.testing.assert_allclose(
            net.predict(X), p[:, 1:] if n_classes == 2 else p, rtol=1e-5 if dtype == np.float32 else 1e-12
        )
        assert net.loss_function == loss
        assert net.weights[0].dtype == dtype


def test_several_labels_at_once():
    mlp = MLPClassifier(**OPTIONS).fit(X, RNG.integers(0, 2, (40, 4)))
    net = bl.from_sklearn(mlp)
    np.testing.assert_allclose(net.predict(X), mlp.predict_proba(X))
    assert (net.layers[-1].activation, net.loss_function) == ("sigmoid", "log_loss")


@pytest.mark.parametrize("n_out", [1, 2])
def test_regressors_give_their_predictions(n_out):
    mlp = MLPRegressor(**OPTIONS).fit(X, RNG.normal(size=(40, n_out)).squeeze())
    net = bl.from_sklearn(mlp)
    np.testing.assert_allclose(net.predict(X), mlp.predict(X).reshape(40, n_out))
    assert net.loss_function == "squared_error"


def test_a_regressor_of_counts():
    mlp = MLPRegressor(loss="poisson", **OPTIONS).fit(X, RNG.poisson(3, 40))
    net = bl.from_sklearn(mlp)
    np.testing.assert_allclose(net.predict(X)[:, 0], mlp.predict(X))
    assert (net.layers[-1].activation, net.loss_function) == ("exp", "poisson")


def test_the_loss_is_the_estimators():
    y = RNG.integers(0, 3, 40)
    mlp = MLPClassifier(alpha=0.0, solver="lbfgs", **OPTIONS).fit(X, y)
    np.testing.assert_allclose(bl.from_sklearn(mlp).loss(X, y), mlp.loss_, rtol=1e-6)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (MLPClassifier(), "a fitted MLPClassifier"),
        (MLPClassifier, "the class MLPClassifier"),
        (LogisticRegression(), "a LogisticRegression"),
        (None, "a NoneType"),
    ],
)
def test_something_else_is_refused(given, words):
    with pytest.raises(bl.BacklitError, match=re.escape(words)):
        bl.from_sklearn(given)
