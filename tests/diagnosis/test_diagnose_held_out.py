"""Samples held out beside those of training: what is in both, scaled apart, new, shuffled; and when nothing is said."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.neural_network import MLPClassifier

import backlit as bl
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.held_out import HeldOut, apart_columns, neighbour_score
from backlit.diagnosis.held_out_score import class_findings
from backlit.diagnosis.lab import Course

DATA, LABELS = load_breast_cancer(return_X_y=True)
DATA = (DATA - DATA.mean(axis=0)) / DATA.std(axis=0)
ORDER = np.random.default_rng(0).permutation(len(DATA))
TRAIN, OUT = ORDER[:400], ORDER[400:]
X, Y, X_VAL, Y_VAL = DATA[TRAIN], LABELS[TRAIN], DATA[OUT], LABELS[OUT]


def network(seed=0):
    return bl.Network.random([30, 8, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=seed)


def found_with(x_val=X_VAL, y_val=Y_VAL, x=X, y=Y, **options):
    return bl.diagnose(network(), x, y, X_val=x_val, y_val=y_val, epochs=25, learning_rate=0.01, **options)


def names(found):
    return [finding.identifier for finding in found.findings]


def test_two_sets_of_one_kind_are_left_alone():
    found = found_with()
    assert found.ok
    assert found.held_out_score > 0.93


def test_rows_that_are_in_both_are_told_with_their_share():
    found = found_with(np.vstack([X_VAL[:40], X[:10]]), np.concatenate([Y_VAL[:40], Y[:10]]))
    assert names(found) == ["duplicate-rows"]
    assert found.findings[0].measured == pytest.approx(0.2)


def test_few_different_inputs_make_no_duplicates():
    few = (X[:, :30] > 0).astype(float)
    few[:, 3:] = 0
    found = found_with(few[:60], Y[:60], few, Y, quick=True)
    assert "duplicate-rows" not in names(found)


def test_a_set_scaled_apart_is_a_cause_once_bringing_it_over_mends():
    found = found_with(X_VAL * 50 + 300)
    first = found.causes[0]
    assert (first.identifier, first.confirmed) == ("held-out-scale", True)
    assert first.address.startswith("X_val[")
    assert min(first.experiment.scores_with) > 0.9
    assert max(first.experiment.scores_without) < 0.8
    assert "held-out columns brought to" in found.to_text()


@pytest.mark.parametrize("what", ["features", "labels"])
def test_shuffled_held_out_samples_are_told_from_a_network_that_does_not_learn(what):
    rng = np.random.default_rng(3)
    x_val = rng.permuted(X_VAL, axis=0) if what == "features" else X_VAL
    y_val = rng.permutation(Y_VAL) if what == "labels" else Y_VAL
    assert names(found_with(x_val, y_val)) == ["held-out-shuffled"]


def test_labels_that_were_shuffled_everywhere_are_told():
    rng = np.random.default_rng(4)
    found = found_with(y=rng.permutation(Y), y_val=rng.permutation(Y_VAL))
    assert "labels-unrelated" in names(found)


def test_overfitting_is_told_where_little_is_held():
    rng = np.random.default_rng(5)
    X_few = rng.normal(size=(40, 30))
    weights = rng.normal(size=30)

    def answers(x):
        return (x @ weights + 6 * rng.normal(size=len(x)) > 0).astype(float)

    x_val = rng.normal(size=(300, 30))
    found = bl.diagnose(network(), X_few, answers(X_few), X_val=x_val, y_val=answers(x_val), epochs=200)
    assert names(found) == ["overfitting"]
    assert not found.causes


def test_a_class_that_training_never_saw():
    net = bl.Network.random([30, 8, 3], output="softmax", seed=0)
    y_val = Y_VAL.copy()
    y_val[:30] = 2
    found = bl.diagnose(net, X, Y, X_val=X_VAL, y_val=y_val, quick=True)
    assert names(found) == ["unseen-class"]
    model = MLPClassifier((8,), max_iter=60)
    words = np.array(["no", "yes", "new"])
    found = bl.diagnose(model, X, words[Y], X_val=X_VAL, y_val=words[y_val], quick=True)
    assert "unseen-class" in names(found)


def test_a_class_that_is_never_answered():
    net = network().with_parameters([0 * W for W in network().weights], [np.zeros(8), np.array([-3.0])])
    setup = setup_of_network(net, X, Y.astype(float), training_settings({}))
    course = Course((), 0.6, 1.0, 1, network=net)
    (found,) = class_findings(setup, [course])
    assert (found.identifier, found.address) == ("class-ignored", "y")
    assert "class 1 is never answered" in found.happened
    assert not list(class_findings(setup, [course, Course((), 1.0, 0.0, 1, network=opposite(net))]))


def opposite(net):
    return net.with_parameters(net.weights, [np.zeros(8), np.array([3.0])])


def test_distributions_and_neighbours_by_hand():
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(200, 3)), rng.normal(size=(100, 3))
    assert apart_columns(a, b) == {}
    assert list(apart_columns(a, b + np.array([0, 9, 0]))) == [1]
    assert apart_columns(a, b[:10] + 9) == {}
    net = bl.Network.random([3, 1], output="identity", loss="squared_error", seed=0)
    setup = setup_of_network(net, a, a[:, 0], training_settings({}))
    assert neighbour_score(setup) > 10
    assert neighbour_score(setup, HeldOut(b, b[:, :1], None)) > 8
    assert abs(neighbour_score(setup, HeldOut(b, rng.normal(size=(100, 1)), None))) < 3.5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"X_val": X_VAL}, "given together"),
        ({"X_val": X_VAL[:, :4], "y_val": Y_VAL}, "X_val must have 30 columns"),
        ({"X_val": X_VAL, "y_val": Y_VAL[:5]}, "X_val must have 30 columns"),
    ],
)
def test_held_out_samples_that_do_not_fit_are_said(options, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(network(), X, Y, **options)


def test_a_held_out_value_that_is_not_finite_has_its_address():
    bad = X_VAL.copy()
    bad[2, 4] = np.nan
    assert found_with(bad).findings[0].address == "X_val[3,5]"


@pytest.mark.parametrize("label", [0, 1])
def test_held_out_samples_of_one_class_accuse_nothing(label):
    only = label == Y_VAL
    found = found_with(X_VAL[only], Y_VAL[only])
    assert found.ok, found
    assert found.held_out_score > 0.9


def test_a_constant_held_out_target_has_no_share_explained():
    rng = np.random.default_rng(7)
    x, x_val = rng.normal(size=(200, 30)), rng.normal(size=(50, 30))
    net = bl.Network.random([30, 8, 1], activation="tanh", output="identity", loss="squared_error", seed=0)
    found = bl.diagnose(net, x, np.tanh(x[:, 0]), X_val=x_val, y_val=np.full(50, 0.4), epochs=150, learning_rate=0.01)
    assert found.ok, found
    assert found.held_out_score is None


def test_columns_of_few_values_are_compared_without_a_warning_of_scipy():
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(30):
            assert apart_columns(*(rng.integers(0, 2, (2, 300, 1)) * 1.0)) == {}
        assert list(apart_columns(rng.integers(0, 2, (300, 1)), rng.integers(2, 4, (300, 1)))) == [0]
