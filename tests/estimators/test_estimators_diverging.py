"""Fits whose numbers do not stay finite: what is said, and what is left of the estimator."""

import math
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import backlit as bl

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=40)
THEIR_WORDS = "Solver produced non-finite parameter weights. The input data may contain large values and need to be "


def runs_away(**settings):
    """A fit that has a few finite epochs before its weights grow without end."""
    start = {"hidden_layer_sizes": (4,), "activation": "identity", "solver": "sgd", "learning_rate_init": 0.7}
    return bl.MLPRegressor(**{**start, "random_state": 0, "max_iter": 100, "n_iter_no_change": 100, **settings})


def finite(model):
    return all(np.isfinite(array).all() for array in (*model.coefs_, *model.intercepts_))


def test_the_error_begins_with_scikit_learns_words_and_says_where():
    with pytest.raises(ValueError, match=r"^Solver produced non-finite parameter weights\.") as caught:
        runs_away().fit(X, Y)
    error = caught.value
    assert isinstance(error, bl.TrainingError)
    assert str(error).startswith(THEIR_WORDS)
    assert f"In epoch {error.epoch}, batch 1, the {error.quantity}" in str(error)
    assert "learning rate 0.7; smaller weights, inputs or learning rate" in str(error)


@pytest.mark.parametrize(("activation", "rate"), [("identity", 0.7), ("leaky_relu(0.2)", 1.5)])
def test_after_the_error_the_estimator_has_the_last_network_with_a_finite_loss(activation, rate):
    model = runs_away(activation=activation, learning_rate_init=rate)
    with pytest.raises(bl.TrainingError) as caught:
        model.fit(X, Y)
    assert len(model.loss_curve_) == model.n_iter_ == caught.value.epoch - 1 > 0
    assert finite(model)
    for kept, carried in zip(model.coefs_, caught.value.network.weights, strict=True):
        np.testing.assert_array_equal(kept, carried)
    assert math.isfinite(model.network_.loss(X, Y))
    assert np.isfinite(model.predict(X)).all()


def test_after_the_error_partial_fit_starts_with_a_fresh_memory():
    model = runs_away(learning_rate_init=0.7, momentum=0.99)
    with pytest.raises(bl.TrainingError):  # noqa: PT012 - which epoch it is, does not matter
        for _ in range(100):
            model.partial_fit(X, Y)
    assert finite(model)
    fitted = runs_away(learning_rate_init=0.01, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted.fit(X, Y)
    model.coefs_, model.intercepts_ = list(fitted.coefs_), list(fitted.intercepts_)
    model.set_params(learning_rate_init=0.01, momentum=0.9).partial_fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted.set_params(warm_start=True).fit(X, Y)  # a fit that goes on has no memory
    np.testing.assert_allclose(model.coefs_[0], fitted.coefs_[0], rtol=1e-12)


def test_with_early_stopping_the_best_weights_are_kept_with_a_warning():
    with pytest.warns(ConvergenceWarning, match="Training diverged and ended; the weights with the best") as caught:
        model = runs_away(early_stopping=True).fit(X, Y)
    said = str(caught[0].message)
    assert f"In epoch {model.n_iter_}, batch 1, the " in said
    assert f"score, {model.best_validation_score_:g}, are kept" in said
    scores = model.validation_scores_
    assert len(scores) == len(model.loss_curve_) == len(model.validation_loss_curve_) == model.n_iter_ < 100
    assert math.isnan(scores[-1])
    assert math.isnan(model.loss_curve_[-1])
    assert math.isnan(model.validation_loss_curve_[-1])
    assert math.isnan(model.loss_)
    assert model.best_validation_score_ == max(scores[:-1])
    # the fit that ends with its best epoch has the same weights
    best = 1 + int(np.argmax(scores[:-1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        shorter = runs_away(early_stopping=True, max_iter=best).fit(X, Y)
    np.testing.assert_array_equal(model.coefs_[0], shorter.coefs_[0])
    assert np.isfinite(model.predict(X)).all()


def test_early_stopping_raises_where_no_epoch_was_finite():
    model = runs_away(early_stopping=True, learning_rate_init=1e308)
    with pytest.raises(bl.TrainingError, match=r"In epoch 1, batch 1, the \w+ of layer \d became"):
        model.fit(1e3 * X, 1e3 * Y)
    assert finite(model)


def test_a_warm_start_that_diverges_at_once_keeps_the_best_weights_of_the_fit_before():
    model = runs_away(early_stopping=True, warm_start=True, learning_rate_init=0.01, max_iter=300).fit(X, Y)
    before = [W.copy() for W in model.coefs_]
    with pytest.warns(ConvergenceWarning, match="Training diverged and ended"):
        model.set_params(learning_rate_init=1e308).fit(X, Y)
    for now, then in zip(model.coefs_, before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_early_stopping_may_be_turned_on_and_off_between_fits_that_go_on():
    settings = {"hidden_layer_sizes": (4,), "random_state": 0, "warm_start": True, "max_iter": 5}
    held = {"X_val": X[:9], "y_val": Y[:9]}
    off_then_on = bl.MLPRegressor(**settings, tol=0.0).fit(X, Y, **held)
    # what this fit's best is, is no matter of the scores that the fit before had without keeping its weights
    off_then_on.best_validation_score_ = 1.0
    off_then_on.set_params(early_stopping=True).fit(X, Y, **held)
    assert (
        off_then_on.best_validation_score_
        == max(off_then_on.validation_scores_[5:])
        == off_then_on.score(*held.values())
    )
    on_then_off = bl.MLPRegressor(**settings, early_stopping=True).fit(X, Y)
    on_then_off.set_params(early_stopping=False).fit(X, Y)
    assert on_then_off.best_loss_ == min(on_then_off.loss_curve_[5:])
