"""Targets far from the first predictions: warned of, and ``scale_y``, which trains as by hand on scaled y."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

import backlit as bl

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3))
Y = 50_000 + 3_000 * (X[:, :2] - X[:, 1:])
FAST = {"hidden_layer_sizes": (5,), "random_state": 0, "max_iter": 30, "learning_rate_init": 0.01}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("y", [Y[:, 0], Y])
def test_scaled_by_the_estimator_as_by_hand(solver, y):
    model = bl.MLPRegressor(scale_y=True, solver=solver, **FAST).fit(X, y)
    mean, scale = y.mean(axis=0), y.std(axis=0)
    by_hand = bl.MLPRegressor(solver=solver, **FAST).fit(X, (y - mean) / scale)
    np.testing.assert_allclose(model.predict(X), by_hand.predict(X) * scale + mean, rtol=1e-12)
    np.testing.assert_allclose(model.loss_curve_, by_hand.loss_curve_, rtol=1e-12)
    # the network predicts in y's own units, and so do its trace and gradients
    np.testing.assert_allclose(model.network_.predict(X).reshape(y.shape), model.predict(X), rtol=1e-10)
    trace = model.trace(X[:4], y[:4])
    np.testing.assert_allclose(trace.target, np.reshape(y[:4], (4, -1)))
    told = model.explain_row(X[0], background=X, label=0)
    assert told.start + sum(told.by_column.values()) == pytest.approx(np.ravel(model.predict(X[:1]))[0])


def test_validation_samples_and_further_fits_are_scaled_alike():
    model = bl.MLPRegressor(scale_y=True, warm_start=True, **FAST).fit(X, Y, X_val=X[:20], y_val=Y[:20])
    assert model.validation_loss_curve_[-1] < 2
    before = model.y_mean_.copy()
    model.fit(X[:40], Y[:40] + 7)
    np.testing.assert_array_equal(model.y_mean_, before)
    with pytest.raises(bl.BacklitError, match="scale_y must stay as it was"):
        model.set_params(scale_y=False).fit(X, Y)
    # anew without a warm start
    again = clone(model).set_params(warm_start=False, scale_y=True).fit(X, Y + 9)
    np.testing.assert_allclose(again.y_mean_, before + 9)


def test_first_parts_decide_the_scale_of_partial_fits():
    model = bl.MLPRegressor(scale_y=True, **FAST)
    for _ in range(3):
        model.partial_fit(X, Y[:, 0])
    assert model.y_mean_[0] == pytest.approx(Y[:, 0].mean())


def test_the_default_keeps_scikit_learns_curve_and_warns():
    ours, theirs = bl.MLPRegressor(**FAST), MLPRegressor(**FAST)
    with pytest.warns(UserWarning, match=r"first predictions reach .* scale_y=True"):
        ours.fit(X, Y)
    np.testing.assert_allclose(ours.loss_curve_, theirs.fit(X, Y).loss_curve_, rtol=1e-6)


@pytest.mark.parametrize("more", [{"solver": "lbfgs"}, {"scale_y": True}])
def test_no_warning_where_it_does_not_matter(more):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConvergenceWarning)
        bl.MLPRegressor(**FAST, **more).fit(X, Y)
        bl.MLPRegressor(**FAST).fit(X, Y / 50_000)


def test_what_cannot_be_scaled_is_refused():
    with pytest.raises(bl.BacklitError, match="scale_y is for losses with the output identity"):
        bl.MLPRegressor("poisson", scale_y=True).fit(X, np.abs(Y))
    with pytest.raises(bl.BacklitError, match="scale_y must be True or False"):
        bl.MLPRegressor(scale_y="yes").fit(X, Y)


def test_training_notes_far_targets():
    net = bl.Network.random([3, 4, 2], output="identity", seed=0)
    _, history = bl.train(net, X, Y, epochs=1, seed=0)
    assert "first predictions reach" in history.note
    assert history.note in repr(history)
    _, history = bl.train(net, X, Y / 50_000, epochs=1, seed=0)
    assert history.note == ""


def test_a_fit_that_is_refused_leaves_the_fit_before_it_whole():
    model = bl.MLPRegressor(scale_y=True, **FAST).fit(X, Y)
    before = model.predict(X)
    for wrong, given in (
        ({"loss": "poisson"}, (X, np.abs(Y) + 9)),
        ({}, (X, Y + 1e6, None, X[:4])),
        ({}, (X, Y * 2, -1)),
    ):
        with pytest.raises(ValueError, match=r"scale_y|given together|weight"):
            model.set_params(**wrong).fit(*given)
        model.set_params(loss="squared_error")
        np.testing.assert_array_equal(model.predict(X), before)
    fresh = bl.MLPRegressor("poisson", scale_y=True, **FAST)
    with pytest.raises(bl.BacklitError):
        fresh.fit(X, np.abs(Y))
    assert not [name for name in vars(fresh) if name.endswith("_")]


def test_counts_are_not_advised_to_be_scaled_in_a_way_that_poisson_refuses():
    counts = np.abs(Y[:, 0])
    with pytest.warns(UserWarning, match="it may take very many steps to get there; divide y by") as told:
        bl.MLPRegressor("poisson", **FAST).fit(X, counts)
    assert "scale_y" not in str(told[0].message)
    net = bl.Network.random([3, 4, 1], output="exp", loss="poisson", seed=0)
    _, history = bl.train(net, X, counts, epochs=1, seed=0)
    assert history.note.endswith("divide y by a number of its size, and multiply predictions by it")


def test_reports_have_the_network_in_the_units_of_y():
    pytest.importorskip("sklearn.callback")
    seen = []
    model = bl.MLPRegressor(scale_y=True, **FAST).set_callbacks(lambda report: seen.append(report.network))
    model.fit(X, Y)
    np.testing.assert_allclose(seen[-1].predict(X), model.predict(X), rtol=1e-10)
