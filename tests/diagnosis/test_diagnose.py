"""Diagnosis: silent where a network learns, the cause first where it does not, nothing called a cause without proof."""

import json
import math
import threading
from dataclasses import replace

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor

import backlit as bl
from backlit.diagnosis.changes import CHANGES, variants_of
from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.from_network import coded_targets, setup_of_network, training_settings
from backlit.diagnosis.lab import trained
from backlit.diagnosis.measures import measured
from backlit.diagnosis.scoring import error_of
from backlit.diagnosis.setup import network_for_seed
from backlit.equations.framework_losses import FRAMEWORK_LOSSES


def two_moons(n=80):
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, math.pi, n)
    side = np.arange(n) % 2
    X = np.column_stack([np.cos(angle) + side, np.sin(angle) * (1 - 2 * side) + 0.4 * side])
    return X + 0.08 * rng.normal(size=X.shape), side.astype(float)


def moons_setup(**options):
    X, y = two_moons()
    net = bl.Network.random([2, 12, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=0)
    return setup_of_network(net, X, y, training_settings({"learning_rate": 0.03, "epochs": 60, **options}))


def with_output(setup, activation, loss):
    layers = (*setup.network.layers[:-1], replace(setup.network.layers[-1], activation=activation))
    return replace(setup, network=replace(setup.network, layers=layers, loss_function=loss))


def wave(n=90):
    x = np.linspace(-1, 1, n)[:, None]
    return x, np.sin(3 * x)


def test_a_network_that_learns_is_accused_of_nothing():
    found = diagnosed(moons_setup())
    assert found.ok
    assert found.score > 0.95
    assert found.summary.startswith("It learns")


FAULTS = {
    "softmax-one-unit": (
        lambda s: with_output(s, "softmax", FRAMEWORK_LOSSES["clipped_log_loss"]),
        ("act",),
        "L2",
    ),
    "label-coding": (lambda s: replace(with_output(s, "sigmoid", "squared_error"), Y=2 * s.Y - 1, cut=0.0), None, "y"),
    "input-scale": (
        lambda s: replace(s, X=1e4 * s.X, optimizer="sgd", hyper={}, learning_rate=0.3),
        ("missing_prep",),
        "X[1]",
    ),
    "small-steps": (lambda s: replace(s, learning_rate=1e-7), ("lr",), "net"),
    "symmetry": (
        lambda s: replace(
            s,
            network=s.network.with_parameters([np.zeros_like(W) for W in s.network.weights], s.network.biases),
            epochs=30,
        ),
        ("init",),
        "L1",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_the_first_cause_and_its_change_mends(name):
    plant, labels, address = FAULTS[name]
    found = diagnosed(plant(moons_setup()))
    first = found.causes[0]
    assert (first.identifier, first.address) == (name, address)
    assert labels is None or first.labels == labels
    assert found.mended_score > 0.85
    experiment = first.experiment
    assert len(experiment.scores_with) == len(experiment.scores_without) == 4
    assert all(g < b for g, b in zip(experiment.errors_with, experiment.errors_without, strict=True))


def test_faults_that_hide_each_other_are_mended_together():
    setup = with_output(moons_setup(epochs=80), "softmax", FRAMEWORK_LOSSES["normalised_cross_entropy"])
    found = diagnosed(setup)
    assert {label for cause in found.causes for label in cause.labels} == {"act", "loss"}
    assert found.causes[0].together == ("output-activation", "loss")
    assert found.mended_score > 0.95


def test_targets_out_of_reach_through_the_public_door():
    x, y = wave()
    net = bl.Network.random([1, 12, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    found = bl.diagnose(net, x, 5 + 3 * y, epochs=100, learning_rate=0.02)
    assert found.causes[0].identifier == "output-range"
    assert found.causes[0].measured == 1.0
    assert "output activation identity instead of sigmoid" in found.to_text()
    assert json.loads(found.to_json())["findings"][0]["confirmed"] is True
    assert "output-range" in found._repr_html_()


def test_quick_measures_and_confirms_nothing():
    x, y = wave()
    net = bl.Network.random([1, 6, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    found = bl.diagnose(net, x, 50 * y, quick=True)
    assert "output-range" in [finding.identifier for finding in found.findings]
    assert not found.causes
    assert found.score is None
    assert "quick" in found.to_text()


def test_a_budget_ends_the_experiments_and_says_so():
    found = bl.diagnose(
        bl.Network.random([2, 12, 1], output="sigmoid", loss="log_loss", seed=0),
        *two_moons(),
        optimizer="sgd",
        learning_rate=1e-7,
        epochs=4000,
        budget=0.2,
    )
    assert found.ended_by == "budget"
    assert found.seconds < 5
    assert "budget" in found.to_text()


def test_an_interrupt_gives_what_was_found_so_far():
    pressed = threading.Event()
    calls = []

    def told(words):
        calls.append(words)
        if len(calls) == 3:
            pressed.set()

    setup = FAULTS["softmax-one-unit"][0](moons_setup())
    found = diagnosed(setup, stop=pressed.is_set, told=told)
    assert found.ended_by == "interrupt"
    assert "softmax-one-unit" in [finding.identifier for finding in found.findings]
    assert "Interrupted" in found.to_text()


def test_the_estimators_own_settings_are_diagnosed():
    X, y = two_moons()
    good = MLPClassifier(hidden_layer_sizes=(12,), learning_rate_init=0.03, max_iter=250)
    assert bl.diagnose(good, X, y).ok
    slow = bl.MLPClassifier(hidden_layer_sizes=(12,), learning_rate_init=1e-7, max_iter=250)
    assert bl.diagnose(slow, X, y).causes[0].labels == ("lr",)
    big = MLPRegressor(hidden_layer_sizes=(12,), learning_rate_init=0.01, max_iter=250)
    x, target = wave()
    assert bl.diagnose(big, x, 1e5 * target[:, 0]).causes[0].labels == ("missing_prep",)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("net", np.zeros((4, 5)), [0, 1, 0, 1]), "layer 1 takes 3 inputs"),
        (("net", np.zeros((4, 3)), [0, 1, 0]), "y must have a row for each of 4 samples"),
        (("net", np.zeros(3), [0]), "X must have shape"),
        (("net", [["a", "b", "c"]] * 2, [0, 1]), "X must be numbers"),
        (("net", np.zeros((4, 3)), np.zeros((4, 2))), "y must have one column for each of 1 outputs"),
        ((3, np.zeros((4, 3)), [0, 1, 0, 1]), "diagnose takes a Network"),
        ((MLPRegressor(), np.zeros((4, 3)), ["a", "b", "c", "d"]), "y must be numbers"),
        ((MLPClassifier(solver="lbfgs"), np.zeros((4, 3)), [0, 1, 0, 1]), "solvers sgd and adam"),
    ],
)
def test_what_cannot_be_diagnosed_is_said(arguments, message):
    net = bl.Network.random([3, 4, 1], seed=0)
    what, X, y = arguments
    with pytest.raises(bl.BacklitError, match=message):
        bl.diagnose(net if what == "net" else what, X, y)


@pytest.mark.parametrize(("options", "message"), [({"budget": 0}, "budget"), ({"colour": 3}, "colour")])
def test_settings_that_are_none_are_refused(options, message):
    with pytest.raises(bl.BacklitError, match=message):
        bl.diagnose(bl.Network.random([2, 1], seed=0), *two_moons(), **options)


def test_a_value_that_is_not_finite_is_a_finding_with_its_address():
    X, y = two_moons()
    X[4, 1] = np.nan
    found = bl.diagnose(bl.Network.random([2, 3, 1], seed=0), X, y)
    assert [(finding.identifier, finding.address) for finding in found.findings] == [("not-finite", "X[5,2]")]
    assert not found.causes


def test_a_weight_that_is_not_finite_is_a_finding_with_its_address():
    setup = moons_setup()
    weights = setup.network.weights[0].copy()
    weights[1, 4] = np.inf
    layers = (replace(setup.network.layers[0], weights=weights), setup.network.layers[1])
    found = diagnosed(replace(setup, network=replace(setup.network, layers=layers)))
    assert [(finding.identifier, finding.address) for finding in found.findings] == [("not-finite", "L1.w[2,5]")]


def test_one_class_and_a_constant_target_are_no_crash():
    X, _ = two_moons(10)
    net = bl.Network.random([2, 3, 1], output="sigmoid", loss="log_loss", seed=0)
    models = [
        (net, np.zeros(10)),
        (MLPClassifier((4,)), np.array(["a"] * 10)),
        (MLPRegressor(hidden_layer_sizes=(4,)), np.full(10, 3.5)),
    ]
    for model, y in models:
        found = bl.diagnose(model, X, y)
        assert [finding.identifier for finding in found.findings] == ["constant-target"]
        assert not found.causes
        assert found.score is None


def test_ten_rows_are_enough_to_say_that_it_learns():
    X, y = two_moons(10)
    net = bl.Network.random([2, 6, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=0)
    assert bl.diagnose(net, X, y, epochs=100, learning_rate=0.05).ok


def test_noise_that_more_steps_would_learn_by_heart_is_no_cause():
    rng = np.random.default_rng(7)
    X = rng.normal(size=(120, 6))
    y = X[:, :1] + 1.1 * rng.normal(size=(120, 1))
    net = bl.Network.random([6, 40, 1], activation="tanh", output="identity", seed=0)
    found = bl.diagnose(net, X, y / y.std(), epochs=60, learning_rate=0.003)
    assert 0.3 < found.score < 0.9
    assert not found.causes


def test_error_is_measured_beside_the_commonest_class():
    setup = replace(moons_setup(), labels=np.repeat([0, 1], [60, 20]))
    assert error_of(setup, 0.75) == 1.0
    assert error_of(setup, 0.875) == 0.5
    assert error_of(setup, float("nan")) == 1.0


def test_seeds_start_from_weights_that_are_spread_alike():
    setup = moons_setup()
    first, second = network_for_seed(setup, 1), network_for_seed(setup, 2)
    W = setup.network.weights[0]
    assert sorted(first.weights[0].ravel()) == sorted(W.ravel())
    assert not np.array_equal(first.weights[0], second.weights[0])
    assert trained(setup, 1).losses == trained(setup, 1).losses


def test_labels_that_are_no_whole_numbers_are_fed_as_frameworks_do():
    Y, labels, _ = coded_targets(np.array([0.0, 1 / 255, 2 / 255, 1 / 255]), 3, sums_to_1=True)
    assert Y.argmax(axis=1).tolist() == [0, 0, 0, 0]
    assert labels.tolist() == [0, 1, 2, 1]


def test_no_change_touches_the_set_up_it_is_tried_on():
    setup = replace(moons_setup(optimizer="sgd"), X=100 * moons_setup().X)
    before = [array.copy() for array in (setup.X, setup.Y, *setup.network.weights)]
    for identifier in CHANGES:
        for variant in variants_of(identifier, setup):
            assert variant.words
            assert trained(replace(variant.setup, epochs=1), 1).losses
    after = (setup.X, setup.Y, *setup.network.weights)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_steps_that_move_nothing_are_found():
    setup = replace(moons_setup(), learning_rate=0.0)
    found = diagnosed(setup)
    first = found.causes[0]
    assert (first.identifier, first.labels) == ("small-steps", ("lr",))
    assert "no step moves a weight" in first.happened
    assert found.mended_score > 0.9
    # without error terms it is not the rate
    stuck = with_output(setup, "softmax", FRAMEWORK_LOSSES["clipped_log_loss"])
    assert "small-steps" not in [finding.identifier for finding in diagnosed(stuck, quick=True).findings]


@pytest.mark.parametrize(("rate", "bias"), [(100, 0.0), (0.02, -100.0)])
def test_weights_that_rest_behind_dead_units_do_not_accuse_the_rate(rate, bias):
    setup = moons_setup(optimizer="sgd", learning_rate=rate, epochs=20)
    layers = [replace(layer, activation="relu") for layer in setup.network.layers[:-1]]
    layers[0] = replace(layers[0], biases=layers[0].biases + bias)
    net = replace(setup.network, layers=(*layers, setup.network.layers[-1]))
    dead = replace(setup, X=abs(setup.X), network=net)
    found = diagnosed(dead, quick=True)
    assert -np.inf in measured(dead, None).update_ratios
    assert "small-steps" not in [finding.identifier for finding in found.findings]


def test_batch_normalisation_of_one_sample_at_a_time_is_said():
    found = diagnosed(replace(moons_setup(batch_size=1), norms=(1,)))
    assert [finding.identifier for finding in found.findings] == ["batch-of-one"]


def test_what_is_printed_says_which_networks_a_threshold_comes_from():
    text = diagnosed(replace(moons_setup(), X=1e4 * moons_setup().X), quick=True).to_text()
    assert "of 103 networks that learn well, none lies beyond" in " ".join(text.split())
    assert "zoo" not in text


def test_sparse_samples_are_diagnosed_as_dense_ones():
    import scipy.sparse

    X, y = two_moons()
    net = bl.Network.random([2, 12, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=0)
    given = {"epochs": 30, "quick": True}
    dense = bl.diagnose(net, X, y, X_val=X[:30] + 1, y_val=y[:30], **given)
    sparse, out = scipy.sparse.csr_matrix(X), scipy.sparse.csr_matrix(X[:30] + 1)
    assert bl.diagnose(net, sparse, y, X_val=out, y_val=y[:30], **given) == dense
