"""Only what a fact points at is a cause; where training ends by itself, that is a fact, and experiments keep to it."""

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.neural_network import MLPClassifier, MLPRegressor

import backlit as bl
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.conclude import concluded
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.lab import Course, trained
from backlit.diagnosis.naming import Mended
from backlit.diagnosis.stopping import Stopping, Waiting
from backlit.diagnosis.taken import setup_of
from backlit.diagnosis.trials import SEEDS, Trial, Trials

XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
RNG = np.random.default_rng(4)
X = RNG.normal(size=(150, 3))


def names(found):
    return [finding.identifier for finding in found.findings]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("early", [False, True])
def test_training_ends_where_scikit_learn_ends_it(early):
    model = MLPRegressor(
        hidden_layer_sizes=(4,), max_iter=400, tol=2e-3, n_iter_no_change=7, early_stopping=early, random_state=1
    )
    model.fit(X, np.tanh(X[:, 0]))
    assert 8 < model.n_iter_ < 400
    waiting = Waiting(setup_of(model, X, X[:, 0], {}).stopping)
    values = [-score for score in model.validation_scores_] if early else model.loss_curve_
    ended = [waiting.ended(value) for value in values]
    assert ended == [False] * (model.n_iter_ - 1) + [True]


def test_samples_held_out_are_not_trained_on_and_the_best_weights_are_kept():
    model = MLPClassifier((4,), early_stopping=True, validation_fraction=0.3, max_iter=50, random_state=0)
    setup = setup_of(model, X, (X[:, 0] > 0).astype(int), {})
    assert setup.stopping == Stopping(10, 1e-4, 0.3)
    course = trained(setup)
    assert course.epochs <= 50
    assert course.network is not None
    endless = MLPClassifier((4,), n_iter_no_change=np.inf, max_iter=30)
    assert trained(setup_of(endless, X, (X[:, 0] > 0).astype(int), {})).epochs == 30


@pytest.mark.parametrize("kind", [MLPClassifier, bl.MLPClassifier])
def test_a_plateau_on_which_an_estimator_stops_is_a_cause(kind):
    found = bl.diagnose(kind((4, 2), activation="logistic", max_iter=5000, learning_rate_init=0.003), *XOR)
    assert names(found)[0] == "stopped-early"
    cause = found.causes[0]
    assert cause.measured < 500
    assert cause.threshold == 5000
    assert cause.advice == "training for 5000 epochs, whether or not the loss falls"
    assert cause.experiment.more_steps > 10
    assert " after 5000 steps" not in found.summary
    # a few samples are learned by heart without that rule
    assert "few-samples" not in names(found)


def two(error, *changes):
    net = bl.Network.random([3, 2, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=0)
    given = training_settings({"optimizer": "sgd", "learning_rate": 0.01, "batch_size": 15, "epochs": 10})
    setup = setup_of_network(net, X[:30], (X[:30, 0] > 0).astype(float), given)
    courses = {seed: Course((1.0, 0.5), 1 - error, error - 1e-6 * seed, 2) for seed in SEEDS}
    return Trial(changes, setup, changes, courses)


@pytest.mark.parametrize("pointed", [True, False])
def test_what_mends_is_no_cause_where_nothing_measured_points_at_it(pointed):
    trials = Trials(two(1.0).setup, deadline=None, stop=lambda: False, told=lambda words: None)
    trials.base = two(1.0)
    fact = Clue(Finding("narrow-layer", ("layer_properties",), "L1", "it is narrow", "widen it"), ("units",), 0.9)
    best = two(0.1, "units")
    found = concluded(trials, [fact] if pointed else [], Mended((best,), (), best, (two(0.2, "epochs"),)), "done")
    assert [cause.identifier for cause in found.causes] == (["narrow-layer"] if pointed else [])
    assert [other.changes for other in found.others] == ([] if pointed else [("units",)]) + [("epochs",)]
    assert ("nothing measured says why" in found.summary) is not pointed
    assert found.mended_score == pytest.approx(0.9)


@pytest.mark.parametrize("epochs", [3, 10])
def test_unscaled_inputs_come_before_the_steps_that_make_up_for_them(epochs):
    wine = load_wine()
    net = bl.Network.random([13, 16, 3], activation="relu", output="softmax", loss="cross_entropy", seed=0)
    found = bl.diagnose(net, wine.data, wine.target, epochs=epochs, batch_size=32, optimizer="adam")
    assert [cause.identifier for cause in found.causes] == ["input-scale", "few-steps"]
    scaled = (wine.data - wine.data.mean(axis=0)) / wine.data.std(axis=0)
    alone = bl.diagnose(net, scaled, wine.target, epochs=epochs, batch_size=32, optimizer="adam")
    assert [cause.identifier for cause in alone.causes] == ["few-steps"]


def test_noise_of_a_rare_class_that_is_learned_by_heart_mends_nothing():
    rng = np.random.default_rng(5)
    inputs, rare = rng.normal(size=(300, 6)), (rng.random(300) < 0.05).astype(float)
    net = bl.Network.random([6, 10, 1], activation="relu", output="sigmoid", loss="log_loss", seed=0)
    found = bl.diagnose(net, inputs, rare, epochs=90, optimizer="adam", batch_size=100)
    assert not found.causes
    assert "class-ignored" in names(found)
    assert f"and {1 - rare.mean():.3g} of the samples are of one class" in found.summary


def test_a_rate_that_is_low_once_the_output_is_right_is_measured_there():
    y = np.sin(3 * X[:, :1]) * X[:, 1:2]
    net = bl.Network.random([3, 16, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    found = bl.diagnose(net, X, 8 * y / y.std(), epochs=60, learning_rate=0.001)
    first, second = found.causes
    assert first.identifier == "output-range"
    assert second.identifier == "still-falling"
    assert second.happened.startswith(("the loss still falls", "with output activation identity instead of sigmoid"))


def test_a_plateau_of_sigmoids_points_at_larger_steps():
    inputs = np.array([[a, b] for a in (0.0, 1) for b in (0.0, 1)] * 10)
    y = (inputs[:, 0] != inputs[:, 1]).astype(float)
    net = bl.Network.random([2, 5, 1], activation="sigmoid", output="sigmoid", loss="squared_error", seed=0)
    found = bl.diagnose(net, inputs, y, optimizer="sgd", learning_rate=0.02, epochs=60, batch_size=4)
    assert found.causes[0].identifier == "loss-flat"
    assert found.causes[0].labels == ("lr",)
    assert found.causes[0].measured < 0.05
    assert found.mended_score == 1


def test_of_targets_that_are_all_the_same_it_is_told_what_the_output_could_not_say_anyway():
    rows = np.tile([1.0, 2, 3], (9, 1))
    net = bl.Network.random([3, 4, 3], activation="relu", output="sigmoid", loss="squared_error", seed=0)
    assert names(bl.diagnose(net, rows, rows)) == ["constant-target", "output-range"]
    assert names(bl.diagnose(net, rows, rows / 4)) == ["constant-target"]
