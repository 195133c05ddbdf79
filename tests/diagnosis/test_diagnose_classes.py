"""Classes fed as numbers to one output, losses that do not suit classes, and the same loss in another form; by hand."""

from dataclasses import replace

import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.checks import FewSamples
from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.fitting import has_class_numbers
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.measures import measured
from backlit.diagnosis.rules import clues_of
from backlit.diagnosis.scoring import score_of
from backlit.diagnosis.setup import layers_rebuilt
from backlit.diagnosis.taken import setup_of
from backlit.equations.framework_losses import FRAMEWORK_LOSSES

RNG = np.random.default_rng(3)
X = RNG.uniform(-1, 1, (180, 2))
RINGS = np.digitize(np.hypot(*X.T), [0.55, 0.9]).astype(float)
TRAINING = {"learning_rate": 0.02, "epochs": 60}


def network(output="sigmoid", loss="log_loss", hidden=(16,), n_out=1):
    return bl.Network.random([2, *hidden, n_out], activation="tanh", output=output, loss=loss, seed=0)


def clue(setup, identifier, few=None):
    found = clues_of(setup, replace(measured(setup, None), few=few))
    return next((one for one in found if one.finding.identifier == identifier), None)


def test_classes_as_numbers_of_one_output_are_the_cause():
    found = bl.diagnose(network(), X, RINGS, **TRAINING)
    first = found.causes[0]
    assert (first.identifier, first.labels, first.address) == ("class-numbers", ("layer_properties",), "L2")
    assert "3 classes are fed as the numbers 0 to 2 to one sigmoid output" in first.happened
    assert "3 softmax outputs" in first.advice
    assert found.metric == "accuracy"
    assert found.score < 0.7
    assert found.mended_score > 0.95


def test_the_answer_of_one_output_is_the_class_whose_number_is_nearest():
    setup = setup_of(network(), X, RINGS, TRAINING)
    few = replace(setup, X=X[:4], Y=np.array([[0.0], [1], [1], [2]]), labels=np.array([0, 1, 1, 2]))
    assert score_of(few, np.array([[-3.0], [0.6], [1.4], [7]])) == 1
    assert score_of(few, np.array([[0.6], [0.4], [1.6], [1.4]])) == 0
    # 0.5 cuts two classes of one output still
    two = replace(few, Y=few.Y / 2, labels=np.array([0, 0, 1, 1]))
    assert score_of(two, np.array([[0.2], [0.4], [0.6], [9]])) == 1


@pytest.mark.parametrize(
    ("loss", "output", "y"),
    [
        # counts or grades, for all that a squared error says
        ("squared_error", "identity", RINGS),
        # a number is missing, or is none
        ("log_loss", "sigmoid", np.where(RINGS == 1, 3, RINGS)),
        ("log_loss", "sigmoid", RINGS + 0.5),
        ("log_loss", "sigmoid", (RINGS > 0).astype(float)),
    ],
)
def test_other_numbers_are_no_classes(loss, output, y):
    assert not has_class_numbers(setup_of(network(output, loss), X, y, TRAINING))


def test_held_out_samples_of_classes_as_numbers():
    found = bl.diagnose(network(), X[:140], RINGS[:140], X_val=X[140:], y_val=RINGS[140:], **TRAINING)
    assert found.causes[0].identifier == "class-numbers"
    assert 0 <= found.held_out_score < 0.8


def test_a_loss_that_fits_the_output_by_then_is_no_further_change():
    setup = setup_of(network("relu", "squared_error"), X, (RINGS > 0).astype(float), TRAINING)
    clipped = replace(setup.network, loss_function=FRAMEWORK_LOSSES["clipped_log_loss"])
    setup = replace(setup, network=clipped)
    (variant,) = variants_of("output-activation", setup)
    assert variant.setup.network.loss_row.name == "log_loss"
    assert not variants_of("loss", variant.setup)
    # the words say what the user changes
    assert variant.words == "output activation sigmoid instead of relu"


def test_the_absolute_error_of_classes_is_a_hint_and_of_quantities_is_none():
    of_classes = setup_of(network(loss="absolute_error"), X, (RINGS > 0).astype(float), TRAINING)
    found = clue(of_classes, "loss-misfit")
    assert (found.strength, found.changes, found.finding.labels) == (1.6, ("loss",), ("loss",))
    assert clue(setup_of(network(loss="absolute_error"), X, RINGS / 4, TRAINING), "loss-misfit") is None
    assert clue(setup_of(network(), X, (RINGS > 0).astype(float), TRAINING), "loss-misfit") is None


def test_few_samples_that_no_output_could_say_tell_nothing_of_narrow_layers():
    few, y = FewSamples(12, 1.0), (RINGS > 0).astype(float)
    setup = setup_of(network(hidden=(2,)), X, y, TRAINING)
    assert clue(setup, "narrow-layer", few).strength == 2.0
    assert clue(layers_rebuilt(setup, output="softmax"), "narrow-layer", few).strength == 0.9
    assert clue(setup, "narrow-layer", FewSamples(12, 0.0)).strength == 0.9
    bare = setup_of(network(hidden=()), X, y, TRAINING)
    assert clue(bare, "no-hidden-layer", few).strength == 2.1
    assert clue(layers_rebuilt(bare, output="softmax"), "no-hidden-layer", few) is None


def test_where_no_weight_gets_a_gradient_only_outputs_are_changed_alone():
    tried = []
    setup = setup_of_network(network(), X, (RINGS > 0).astype(float), training_settings({**TRAINING, "epochs": 30}))
    found = diagnosed(layers_rebuilt(setup, output="softmax"), told=tried.append)
    assert found.causes[0].identifier == "softmax-one-unit"
    assert "150 epochs instead of 30" not in tried


def test_products_keep_to_one_thread_while_seeds_are_trained():
    from threadpoolctl import threadpool_info

    def threads():
        return {one["filepath"]: one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

    before, during = threads(), []
    settings = training_settings({"learning_rate": 1e-6, "epochs": 3})
    diagnosed(
        setup_of_network(network(), X, (RINGS > 0).astype(float), settings), told=lambda _: during.append(threads())
    )
    assert during
    assert all(set(now.values()) <= {1} for now in during)
    assert threads() == before


@pytest.mark.parametrize(
    ("first", "step", "words"),
    [(1, 1, "3 classes are fed as the numbers 1 to 3 to one"), (10, 20, "the numbers 10 to 50 in steps of 20 to one")],
)
def test_classes_numbered_from_elsewhere_and_in_other_steps_are_classes_too(first, step, words):
    y = first + step * RINGS
    setup = setup_of(network(), X, y, TRAINING)
    assert setup.labels.tolist() == RINGS.astype(int).tolist()
    # each class's own number is its answer, and the nearest number too
    assert score_of(setup, setup.Y + 0.4 * step) == 1
    assert score_of(setup, setup.Y + 0.6 * step) < 1
    assert words in clue(setup, "class-numbers").finding.happened
    found = bl.diagnose(network(), X, y, **TRAINING)
    assert found.causes[0].identifier == "class-numbers"
    assert found.mended_score > 0.95


def test_a_regression_of_a_few_whole_numbers_is_a_hint_without_a_change():
    of_quantities = {"output": "identity", "loss": "squared_error"}
    found = clue(setup_of(network(**of_quantities), X, RINGS + 1, TRAINING), "class-numbers")
    assert (found.changes, found.strength, found.finding.address) == ((), 1.0, "y")
    assert "the 3 whole numbers from 1 to 3" in found.finding.happened
    assert "counts, grades" in found.finding.innocent
    # where it learns nothing is said
    assert bl.diagnose(network(**of_quantities), X, RINGS, **TRAINING | {"epochs": 150}).ok
    for y in (RINGS * 2, RINGS + 5, RINGS / 2, np.arange(180) % 30, (RINGS > 0) * 1.0, X[:, 0]):
        assert clue(setup_of(network(**of_quantities), X, y, TRAINING), "class-numbers") is None
