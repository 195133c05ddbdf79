"""Which of several changes that mend is called a cause: what the set-up itself has wrong, not what makes up for it."""

from dataclasses import replace

import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.trials import SEEDS, Trial, Trials
from backlit.equations.framework_losses import FRAMEWORK_LOSSES

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3))
CLASSES = (np.abs(X[:, 0]) + X[:, 1] > 0.5).astype(float)
NUMBERS = np.abs(X[:, :1]) + X[:, 1:2]


def of_classes(inputs=X, seed=0, **options):
    net = bl.Network.random([3, 12, 1], activation="relu", output="sigmoid", loss="log_loss", seed=seed)
    given = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 30, "batch_size": 16, **options}
    return setup_of_network(net, inputs, CLASSES, training_settings(given))


def of_numbers(targets=NUMBERS, **options):
    net = bl.Network.random([3, 12, 1], activation="relu", output="identity", loss="squared_error", seed=0)
    given = {"optimizer": "sgd", "learning_rate": 0.02, "epochs": 30, "batch_size": 16, **options}
    return setup_of_network(net, X, targets, training_settings(given))


def names(findings):
    return [finding.identifier for finding in findings]


def test_a_rate_that_makes_up_for_large_inputs_is_observed_and_no_cause():
    found = diagnosed(of_classes(1e4 * X))
    assert names(found.causes) == ["input-scale"]
    assert {"high-rate", "diverged"} <= set(names(found.findings))
    assert any("learning rate" in words for other in found.others for words in other.changes)


def test_the_scale_of_targets_comes_before_the_rate_that_diverges_on_it():
    # a weaker fact than that the training diverged, and the one that is wrong
    found = diagnosed(of_numbers(60 * NUMBERS))
    assert names(found.causes) == ["target-scale"]
    assert "diverged" in names(found.findings)
    assert ("learning rate 0.002 instead of 0.02",) in [other.changes for other in found.others]


def test_a_rate_that_is_too_large_for_sound_data_stays_the_cause():
    found = diagnosed(of_numbers(learning_rate=3.0))
    assert found.causes[0].labels == ("lr",)


def test_what_helps_a_network_that_learns_by_then_is_no_second_cause():
    found = diagnosed(of_classes(1e4 * X))
    assert "nothing else changed, it reaches 0.94" in found.summary
    assert "epochs instead of 30 on top, " in found.summary
    assert found.mended_score > 0.98
    assert "on top of each input column standardised" in found.others[0].changes[0]
    assert found.others[0].errors_without[0] < 0.4


def test_scales_with_the_rate_they_ask_for_come_before_a_rate_that_makes_up_for_them():
    found = diagnosed(of_classes(1e4 * X, learning_rate=0.003))
    assert [finding.labels for finding in found.causes] == [("missing_prep",), ("lr",)]
    assert found.causes[0].together == ("scale-inputs", "learning-rate-higher")
    assert found.mended_score > 0.95
    # alone, a much smaller rate does nearly as well
    alone = next(other for other in found.others if other.changes == ("learning rate 3e-05 instead of 0.003",))
    assert np.median(alone.scores_with) > 0.9


def stripes():
    """Pictures of six times six from 0 to 255: stripes that lie or stand."""
    rng = np.random.default_rng(9)
    y, rows = np.arange(400) % 2, (rng.random((400, 6, 1)) < 0.5).astype(float)
    pictures = np.where(y[:, None, None] == 1, rows, rows.transpose(0, 2, 1)) * np.ones((1, 6, 6))
    return np.clip(200 * pictures + 40 * rng.random((400, 6, 6)), 0, 255).reshape(400, 36), y.astype(float)


def test_a_second_fact_of_the_set_up_is_added_before_changes_of_the_training():
    inputs, y = stripes()
    net = bl.Network.random([36, 16, 1], activation="relu", output="sigmoid", loss="log_loss", seed=0)
    rng = np.random.default_rng(12)
    net = net.with_parameters([rng.normal(size=W.shape) for W in net.weights], net.biases)
    settings = training_settings({"optimizer": "sgd", "learning_rate": 0.01, "epochs": 40, "batch_size": 32})
    found = diagnosed(setup_of_network(net, inputs, y, settings))
    assert names(found.causes) == ["input-scale", "start-weights"]
    experiment = found.causes[1].experiment
    assert experiment.changes[0].endswith("on top of " + found.causes[0].advice)
    assert experiment.errors_without == found.causes[0].experiment.errors_with
    assert found.mended_score == pytest.approx(np.median(experiment.scores_with))


@pytest.mark.parametrize("seeds", [SEEDS[:2], SEEDS])
def test_the_same_changes_are_not_trained_twice(seeds):
    said = []
    setup = of_classes(1e4 * X)
    trials = Trials(setup, deadline=None, stop=lambda: False, told=said.append)
    first = trials.screened("scale-inputs", variants_of("scale-inputs", setup))
    again = trials.screened("scale-inputs", variants_of("scale-inputs", setup))
    assert len(said) == 1
    assert first is not again
    assert again.courses == first.courses
    trials.run(again, seeds)
    assert trials.run(Trial(again.changes, again.setup, again.words), seeds).courses == again.courses
    assert len(said) == (1 if seeds == SEEDS[:2] else 2)


def test_a_loss_that_does_not_fit_stays_the_cause_where_a_faster_training_makes_up_for_it():
    rng = np.random.default_rng(38)
    shells = rng.normal(size=(300, 3))
    y = np.digitize(np.linalg.norm(shells, axis=1), [1.2, 1.9]).astype(float)
    net = bl.Network.random([3, 24, 3], activation="relu", output="softmax", loss="cross_entropy", seed=0)
    settings = training_settings({"optimizer": "sgd", "learning_rate": 0.02, "epochs": 60, "batch_size": 16})
    setup = setup_of_network(net, shells, y, settings)
    twice = FRAMEWORK_LOSSES["cross_entropy_from_logits"]
    found = diagnosed(replace(setup, network=replace(net, loss_function=twice)))
    assert names(found.causes) == ["loss-misfit"]
    assert " on top, " in found.summary


def test_more_steps_are_no_cause_where_a_rate_does_as_well_in_as_many():
    setup = of_classes(learning_rate=2e-4, epochs=60)
    found = diagnosed(setup)
    assert "still-falling" in names(found.findings)
    assert [finding.labels for finding in found.causes] == [("lr",)]
    assert any(" epochs instead of 60" in other.changes[0] for other in found.others)
