"""The same numbers as scikit-learn's, on few epochs; ``benchmarks/estimator_equivalence.py`` compares whole fits."""

import numpy as np
import pytest
from estimator_data import both, data, differences
from scipy.sparse import csr_array, csr_matrix
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier, MLPRegressor

import backlit as bl
from backlit.estimators.lbfgs_by_engine import LBFGS_WORTH_THE_ENGINE, objective_of
from backlit.estimators.lbfgs_objective import as_computed, loss_and_gradient, packed, unpacked
from backlit.estimators.samples import Samples
from backlit.network.sweeps import backward, forward
from backlit.runners.objective import mean_gradients, penalty, penalty_gradient, reported_losses

NAMES = ["iris", "wine", "breast_cancer", "diabetes", "multilabel", "multi-output"]
SOLVERS = [
    {"solver": "adam"},
    {"solver": "sgd", "learning_rate_init": 0.01},
    {"solver": "sgd", "nesterovs_momentum": False, "learning_rate": "invscaling", "power_t": 0.2},
    {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.5, "n_iter_no_change": 1, "momentum": 0.3},
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("solver", SOLVERS, ids=["adam", "nesterov", "invscaling", "adaptive"])
def test_each_set_and_solver(name, solver):
    kind, X, y = data(name)
    theirs, ours = both(kind, X, y, hidden_layer_sizes=(9, 7), max_iter=7, batch_size=64, alpha=0.1, **solver)
    assert differences(theirs, ours, X) == []
    np.testing.assert_allclose(ours.coefs_[1], theirs.coefs_[1], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(ours.intercepts_[2], theirs.intercepts_[2], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("name", ["iris", "breast_cancer", "multilabel", "diabetes"])
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_each_activation(name, activation, solver):
    kind, X, y = data(name)
    theirs, ours = both(kind, X, y, hidden_layer_sizes=(6,), activation=activation, solver=solver, max_iter=12)
    assert differences(theirs, ours, X) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shuffle", [True, False])
def test_early_stopping_and_order(name, shuffle):
    kind, X, y = data(name)
    settings = {"early_stopping": True, "validation_fraction": 0.3, "n_iter_no_change": 2, "learning_rate_init": 0.01}
    theirs, ours = both(kind, X, y, hidden_layer_sizes=(8,), shuffle=shuffle, max_iter=15, **settings)
    assert differences(theirs, ours, X) == []


def test_it_stops_when_the_loss_does():
    kind, X, y = data("iris")
    theirs, ours = both(kind, X, y, hidden_layer_sizes=(5,), tol=0.02, n_iter_no_change=3, max_iter=100)
    assert theirs.n_iter_ < 100
    assert differences(theirs, ours, X) == []


def test_no_hidden_layer_and_several():
    kind, X, y = data("wine")
    for hidden in ((), 5, (5, 4, 3), np.asarray([4, 3])):
        theirs, ours = both(kind, X, y, hidden_layer_sizes=hidden, max_iter=5, solver="adam")
        assert differences(theirs, ours, X) == []


@pytest.mark.parametrize("name", ["iris", "multilabel", "diabetes"])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_sample_weights(name, solver):
    kind, X, y = data(name)
    weight = np.random.default_rng(0).integers(0, 4, len(X)).astype(float)
    settings = {"early_stopping": True, "max_iter": 6} if solver == "adam" else {"max_iter": 6}
    theirs, ours = both(kind, X, y, sample_weight=weight, hidden_layer_sizes=(7,), solver=solver, **settings)
    assert differences(theirs, ours, X) == []


def test_poisson():
    kind, X, _ = data("diabetes")
    y = np.random.default_rng(0).poisson(np.exp(X[:, 0] / 2))
    for solver in ("adam", "lbfgs"):
        theirs, ours = both(kind, X, y, loss="poisson", hidden_layer_sizes=(7,), solver=solver, max_iter=8)
        assert differences(theirs, ours, X) == []


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_sparse_input_is_the_same_as_dense(solver):
    kind, X, y = data("digits")
    X, y = X[:200], y[:200]
    theirs, ours = both(kind, csr_array(X), y, hidden_layer_sizes=(9,), solver=solver, max_iter=5)
    assert differences(theirs, ours, X) == []
    np.testing.assert_allclose(ours.predict_proba(csr_array(X).tocsc()), ours.predict_proba(X), rtol=1e-12)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_partial_fit_and_fit_that_goes_on(solver):
    _, X, y = data("iris")
    settings = {"hidden_layer_sizes": (6,), "random_state": 3, "solver": solver, "learning_rate": "invscaling"}
    pair = [cls(**settings) for cls in (MLPClassifier, bl.MLPClassifier)]
    for model in pair:
        for part in (slice(0, 70), slice(40, 150), slice(None)):
            model.partial_fit(X[part], y[part], classes=[0, 1, 2])
    assert differences(*pair, X) == []
    for model in pair:
        model.set_params(warm_start=True, max_iter=4).fit(X, y)
    assert len(pair[1].loss_curve_) == 7
    assert differences(*pair, X) == []


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_one_random_state_for_two_fits_goes_on_drawing():
    _, X, y = data("diabetes")
    curves = []
    for cls in (MLPRegressor, bl.MLPRegressor):
        rng = np.random.RandomState(5)
        curves.append([cls(hidden_layer_sizes=(4,), random_state=rng, max_iter=3).fit(X, y).loss_ for _ in range(2)])
    np.testing.assert_allclose(curves[1], curves[0], rtol=1e-12)
    assert curves[0][0] != curves[0][1]


def test_a_saturated_loss_is_reported_as_scikit_learn_reports_it():
    X = np.asarray([[1e4], [-1e4], [2e4], [-2e4], [3e4]])
    y = [0, 1, 1, 0, 1]
    theirs, ours = both("classifier", X, y, hidden_layer_sizes=(3,), max_iter=5)
    assert theirs.loss_ > 5
    assert differences(theirs, ours, X) == []


def test_lbfgs_of_several_outputs_follows_the_true_gradient_of_the_loss_it_reports():
    """By central differences; scikit-learn's gradient is n_outputs times too large here."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    net = as_computed(bl.Network.random([3, 4, 2], activation="tanh", output="identity", seed=0))
    samples = Samples(X, y, None)
    flat, scale = packed(net.weights, net.biases), 1 / 2
    loss, gradient = loss_and_gradient(net, samples, 0.3, scale)
    assert loss == pytest.approx(np.mean((net.predict(X) - y) ** 2) / 2 + 0.15 * sum((flat[:20]) ** 2) / 5)
    for i in range(len(flat)):
        there, back = flat.copy(), flat.copy()
        there[i] += 1e-6
        back[i] -= 1e-6
        ends = [loss_and_gradient(unpacked(net, at), samples, 0.3, scale)[0] for at in (there, back)]
        assert gradient[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8)


def test_lbfgs_of_several_outputs_ends_lower_than_scikit_learns():
    kind, X, y = data("multi-output")
    theirs, ours = both(kind, X, y, hidden_layer_sizes=(4,), activation="tanh", solver="lbfgs", max_iter=100)
    assert ours.loss_ <= theirs.loss_ * 1.001


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_lbfgs_has_a_learning_curve_of_its_iterations():
    _, X, y = data("iris")
    settings = {"hidden_layer_sizes": (6,), "random_state": 3, "solver": "lbfgs"}
    model = bl.MLPClassifier(**settings, max_iter=8).fit(X, y)
    assert len(model.loss_curve_) == model.n_iter_ == 8
    assert model.loss_curve_[-1] == model.loss_
    assert model.loss_curve_ == sorted(model.loss_curve_, reverse=True)
    assert model.loss_curve_[4] == pytest.approx(MLPClassifier(**settings, max_iter=5).fit(X, y).loss_, rel=1e-6)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_warm_start_without_gain_ends_with_the_best_weights_of_the_fit_before():
    """scikit-learn's best weights are the arrays that the second fit moves."""
    _, X, y = data("iris")
    order = np.random.default_rng(0).permutation(150)
    settings = {"hidden_layer_sizes": (6,), "random_state": 3, "early_stopping": True, "warm_start": True}
    theirs, ours = (cls(**settings, max_iter=30) for cls in (MLPClassifier, bl.MLPClassifier))
    ours.fit(X[order], y[order])
    best, score = [W.copy() for W in ours.coefs_], ours.best_validation_score_
    ours.set_params(max_iter=3, tol=10).fit(X[order], y[order])
    assert ours.best_validation_score_ == score
    for now, before in zip(ours.coefs_, best, strict=True):
        np.testing.assert_array_equal(now, before)
    theirs.fit(X[order], y[order])
    before = [W.copy() for W in theirs.coefs_]
    theirs.set_params(max_iter=3, tol=10).fit(X[order], y[order])
    assert np.abs(theirs.coefs_[0] - before[0]).max() > 0


@pytest.mark.parametrize("floor", [None, 1e-12])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("sparse", [False, True])
def test_the_engines_objective_is_that_of_the_equations(sparse, dtype, floor):
    rng = np.random.default_rng(1)
    X, weight = rng.normal(size=(1200, 13)).astype(dtype), rng.uniform(0.5, 2, 1200).astype(dtype)
    X = csr_matrix(X * (rng.random(X.shape) < 0.3)) if sparse else X
    yes, counts = rng.integers(0, 2, (1200, 2)), rng.poisson(2, (1200, 2))
    for output, loss, y, scale in [
        ("softmax", "cross_entropy", np.eye(2)[rng.integers(0, 2, 1200)], 1.0),
        ("sigmoid", "log_loss", yes, 1.0),
        ("identity", "squared_error", rng.normal(size=(1200, 2)), 0.5),
        ("exp", "poisson", counts, 1.0),
    ]:
        given = floor if loss in ("log_loss", "cross_entropy") else None
        net = bl.Network.random([13, 17, 7, 2], activation="tanh", output=output, loss=loss, seed=2, dtype=dtype)
        samples = Samples(X, y.astype(dtype), weight)
        assert samples.n * sum(W.size for W in net.weights) > LBFGS_WORTH_THE_ENGINE
        flat = packed(net.weights, net.biases)
        ours, gradient = objective_of(net, samples, 0.7, scale, given, 2)(flat)
        right, expected = loss_and_gradient(unpacked(as_computed(net), flat), samples, 0.7, scale)
        assert ours == pytest.approx(right, rel=1e-6 if dtype == np.float32 else 1e-12)
        assert gradient.dtype == np.float64
        np.testing.assert_allclose(gradient, expected, rtol=1e-6 if dtype == np.float32 else 1e-10, atol=1e-9)


def test_a_step_too_far_of_the_line_search_has_the_equations_numbers():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(1200, 13)), rng.normal(size=(1200, 2))
    net = bl.Network.random([13, 17, 7, 2], activation="relu", output="identity", seed=2)
    samples, flat = Samples(X, y, None), packed(net.weights, net.biases)
    far = np.full_like(flat, 1e200)
    with np.errstate(all="ignore"):
        ours, gradient = objective_of(net, samples, 0.7, 0.5, None, 1)(far)
        right, expected = loss_and_gradient(unpacked(as_computed(net), far), samples, 0.7, 0.5)
    np.testing.assert_array_equal([ours], [right])
    np.testing.assert_array_equal(gradient, expected)
    assert not np.isfinite(ours)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_lbfgs_by_the_engine_takes_scikit_learns_path_while_rounding_is_small():
    X, y = load_digits(return_X_y=True)
    theirs, ours = both("classifier", X / 16, y, hidden_layer_sizes=(20,), solver="lbfgs", max_iter=15)
    assert len(X) * 20 * 64 > LBFGS_WORTH_THE_ENGINE
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.loss_ == pytest.approx(theirs.loss_, rel=1e-9)
    for W, right in zip(ours.coefs_, theirs.coefs_, strict=True):
        np.testing.assert_allclose(W, right, rtol=1e-6, atol=1e-8)


def test_lbfgs_objective_is_the_equations():
    """On every kind of output: loss and gradient are those of the network and its penalty."""
    rng = np.random.default_rng(1)
    X, weight = rng.normal(size=(5, 3)), rng.uniform(0.5, 2, 5)
    yes, counts = rng.integers(0, 2, (5, 2)), rng.poisson(2, (5, 2))
    for output, loss, y in [
        ("softmax", "cross_entropy", np.eye(2)[[0, 1, 1, 0, 1]]),
        ("sigmoid", "log_loss", yes),
        ("identity", "squared_error", rng.normal(size=(5, 2))),
        ("exp", "poisson", counts),
        ("identity", "huber", rng.normal(size=(5, 2))),
        ("sigmoid", "squared_error", yes),
    ]:
        for n_out in (1, 2) if output != "softmax" else (2,):
            net = bl.Network.random([3, 4, n_out], activation="sigmoid", output=output, loss=loss, seed=2)
            target = y[:, :n_out].astype(float)
            got, gradient = loss_and_gradient(as_computed(net), Samples(X, target, weight), 0.7, 1.0)
            sweep = forward(net, X)
            expected = np.average(reported_losses(net, sweep, target), weights=weight)
            assert got == pytest.approx(expected + penalty(net, 0.0, 0.7) / weight.sum(), rel=1e-12)
            parts = mean_gradients(sweep, backward(net, sweep, target), weight)
            weights = [
                g + penalty_gradient(W, 0.0, 0.7) / weight.sum() for g, W in zip(parts[::2], net.weights, strict=True)
            ]
            np.testing.assert_allclose(gradient, packed(weights, parts[1::2]), rtol=1e-10, atol=1e-14)
