"""Threads that fit the same estimator: one does, the others are told; each its own, all do."""

import threading

import numpy as np
import pytest
from sklearn.base import clone

import backlit as bl
from backlit.equations.activation_table import Activation
from backlit.estimators import one_fit

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(60, 5)), np.arange(60) % 3


def in_threads(calls):
    """Start all calls at once; return what each gave or raised."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def work(i):
        start.wait()
        try:
            results[i] = calls[i]()
        except Exception as error:
            results[i] = error

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("kind", [bl.MLPClassifier, bl.MLPRegressor])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.filterwarnings("ignore")
def test_four_threads_fit_one_object(kind, solver):
    model = kind(hidden_layer_sizes=(20,), solver=solver, max_iter=60, random_state=0, tol=0)
    alone = clone(model).fit(X, Y).predict(X)
    results = in_threads([lambda: model.fit(X, Y)] * 4)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) < 4
    assert all("is being fitted by another thread" in str(error) for error in refused)
    assert all(isinstance(error, bl.BacklitError) for error in refused)
    np.testing.assert_array_equal(model.predict(X), alone)
    assert one_fit._fitted_by == {}


@pytest.mark.filterwarnings("ignore")
def test_a_thread_that_comes_in_between_is_refused_and_the_fit_goes_on():
    told = []

    def value(z):
        if not told:
            told.append("first")
            told.extend(in_threads([lambda: model.fit(X, Y), lambda: model.partial_fit(X, Y)]))
        return z

    own = Activation("own", value, lambda z: z * 0 + 1, ("z", "z"), ("1", "1"))
    model = bl.MLPRegressor(hidden_layer_sizes=(4,), activation=own, max_iter=5, random_state=0, tol=0)
    model.fit(X, Y)
    assert ["another thread" in str(error) for error in told[1:]] == [True, True]
    assert model.n_iter_ == 5


@pytest.mark.filterwarnings("ignore")
def test_threads_with_estimators_of_their_own_do_not_meet():
    models = [bl.MLPClassifier((7,), max_iter=9, random_state=0, tol=0) for _ in range(4)]
    results = in_threads([lambda model=model: model.fit(X, Y).predict(X) for model in models])
    assert all((result == results[0]).all() for result in results)


def test_a_fit_that_fails_lets_go_of_the_estimator():
    model = bl.MLPRegressor(hidden_layer_sizes=(7,), max_iter=2, random_state=0)
    with pytest.raises(ValueError, match="NaN"):
        model.fit(np.full((6, 2), np.nan), np.arange(6))
    assert one_fit._fitted_by == {}
    with pytest.warns(UserWarning, match="Maximum iterations"):
        assert in_threads([lambda: model.fit(X, Y)])[0] is model
