"""Which changes are left out again, and which of several that do as well is taken; errors given by hand."""

from dataclasses import replace

import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.clue import Clue
from backlit.diagnosis.conclude import concluded
from backlit.diagnosis.evidence import evidence_of
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.lab import Course
from backlit.diagnosis.naming import named, plainest
from backlit.diagnosis.pruning import pruned
from backlit.diagnosis.trials import SEEDS, Trial, Trials
from backlit.equations.framework_losses import FRAMEWORK_LOSSES

X = np.random.default_rng(0).normal(size=(30, 3))
Y = (X[:, 0] > 0).astype(float)


def clues(**strengths):
    return [
        Clue(Finding(f"fact-of-{name}", ("act",), "net", "it is so", "change it"), (name.replace("_", "-"),), strength)
        for name, strength in strengths.items()
    ]


def course(error, seed=0):
    return Course((1.0, 0.5), 1 - error, error - 1e-6 * seed if error < 1 else 1.0, 2)


def trial(error, *changes):
    setup = sick()
    return Trial(changes, setup, changes, {seed: course(error, seed) for seed in SEEDS})


def sick():
    """A relu output under log loss, two hidden units, 20 steps."""
    net = bl.Network.random([3, 2, 1], activation="relu", output="relu", loss="squared_error", seed=0)
    given = training_settings({"optimizer": "sgd", "learning_rate": 0.01, "batch_size": 15, "epochs": 10})
    setup = setup_of_network(net, X, Y, given)
    return replace(setup, network=replace(net, loss_function=FRAMEWORK_LOSSES["clipped_log_loss"]))


class Told(Trials):
    """Trials whose errors are told, by the names of the changes; what is not told leaves all of the error."""

    def __init__(self, errors):
        super().__init__(sick(), deadline=None, stop=lambda: False, told=lambda words: None)
        self.errors = {frozenset(names.split()): error for names, error in errors.items()}

    def run(self, trial, seeds):
        error = self.errors.get(frozenset(trial.changes), 1.0)
        trial.courses |= {seed: course(error, seed) for seed in seeds}
        return trial


def left_of(errors, changes, **strengths):
    trials = Told(errors)
    full = trials.base
    for name in changes.split():
        variant = variants_of(name, full.setup)[-1]
        full = Trial((*full.changes, name), variant.setup, (*full.words, variant.words))
    trials.run(trials.base, SEEDS)
    found = clues(**strengths)
    return trials, found, pruned(trials, trials.run(full, SEEDS[:2]), evidence_of(found))


def test_a_hint_without_which_it_learns_is_left_out_and_told_on_top():
    errors = {"output-activation units epochs": 0.05, "output-activation epochs": 0.3, "units epochs": 0.05}
    trials, found, kept = left_of(
        errors, "output-activation units epochs", output_activation=2.9, units=0.9, epochs=1.2
    )
    # the fact stays, though the hint would make up for it
    assert kept.changes == ("output-activation", "epochs")
    # of the steps, which cost less with narrow layers, as many as are offered
    assert kept.words == ("output activation sigmoid instead of relu", "2000 epochs instead of 10")
    assert kept.with_more.changes == ("output-activation", "epochs", "units")
    chosen = named({}, evidence_of(found), [kept], trials.base)
    assert chosen.together == ("output-activation", "epochs")
    assert chosen.best is chosen.on_top is kept.with_more
    said = concluded(trials, found, chosen, "done")
    assert said.mended_score == pytest.approx(0.95)
    assert "hidden layers of [20] units instead of [2] on top, 0.95" in said.summary
    assert (
        said.others[0].changes[0].startswith("hidden layers of [20] units instead of [2] on top of output activation")
    )


def test_a_hint_without_which_it_does_not_learn_is_kept():
    errors = {"output-activation units": 0.05, "output-activation": 0.6}
    assert left_of(errors, "output-activation units", output_activation=2.9, units=0.9)[2].changes == (
        "output-activation",
        "units",
    )


def test_what_was_needed_beside_a_fact_that_is_gone_is_left_out_too():
    errors = {"output-activation initializer units": 0.0, "output-activation initializer": 0.5}
    errors |= {"output-activation units": 0.0, "units": 0.0}
    # the start is no fault: without it all is as well, and then the output is as well
    kept = left_of(errors, "output-activation initializer units", initializer=2.5, units=0.9)[2]
    assert kept.changes == ("units",)
    assert kept.with_more is None


def test_another_optimizer_gives_way_to_a_rate_that_does_as_well():
    errors = {"units optimizer": 0.01, "units learning-rate-higher": 0.03}
    assert left_of(errors, "units optimizer", units=2.0)[2].changes == ("units", "learning-rate-higher")
    errors["units learning-rate-higher"] = 0.06
    assert left_of(errors, "units optimizer", units=2.0)[2].changes == ("units", "optimizer")


def test_what_is_kept_is_as_it_was_tried():
    errors = {"units learning-rate-higher": 0.0, "learning-rate-higher": 0.0}
    kept = left_of(errors, "units learning-rate-higher", learning_rate_higher=2.0)[2]
    assert kept.words == ("learning rate 10 instead of 0.01",)


def test_of_two_hints_of_which_either_is_enough_the_last_is_left_out():
    errors = {"units epochs": 0.0, "units": 0.02, "epochs": 0.0}
    assert left_of(errors, "units epochs", units=0.9)[2].changes == ("units",)


def test_a_rate_takes_the_place_of_an_optimizer_alone():
    # nor is one put beside what mends without
    errors = {"units epochs": 0.01, "units epochs learning-rate-higher": 0.0}
    assert left_of(errors, "units epochs", units=2.0, epochs=2.0)[2].changes == ("units", "epochs")
    # alone both were tried before
    errors = {"optimizer": 0.01, "learning-rate-higher": 0.01}
    assert left_of(errors, "optimizer")[2].changes == ("optimizer",)


def symptom(change, strength):
    return Clue(Finding("still-falling", ("epoch",), "loss", "it is so", "change it"), (change,), strength)


def test_of_more_steps_and_a_rate_that_does_as_well_in_as_many_the_rate_is_named():
    singles = {name: trial(error, name) for name, error in (("epochs", 0.0), ("learning-rate-higher", 0.02))}
    pointed = evidence_of([symptom("epochs", 1.6)])

    def causes(singles, evidence=pointed):
        return [cause.changes for cause in named(singles, evidence, [], trial(1.0)).causes]

    assert causes(singles) == [("learning-rate-higher",)]
    far = {**singles, "learning-rate-higher": trial(0.05, "learning-rate-higher")}
    assert causes(far) == [("epochs",)]
    assert causes({"epochs": singles["epochs"]}) == [("epochs",)]
    # few steps are a fact of the set-up itself
    assert causes(singles, evidence_of(clues(epochs=1.6))) == [("epochs",)]


def test_one_change_that_is_left_of_several_is_not_called_several():
    left = trial(0.0, "units")
    chosen = named({}, evidence_of(clues(units=2.0)), [left], trial(1.0))
    assert (chosen.causes, chosen.together, chosen.best, chosen.on_top) == ((left,), (), left, None)


def test_of_changes_that_no_fact_tells_apart_one_that_is_far_worse_is_not_taken():
    singles = {"units": trial(0.0, "units"), "learning-rate-higher": trial(0.06, "learning-rate-higher")}
    assert named(singles, evidence_of([]), [], trial(1.0)).causes[0].changes == ("units",)
    singles["learning-rate-higher"] = trial(0.04, "learning-rate-higher")
    assert named(singles, evidence_of([]), [], trial(1.0)).causes[0].changes == ("learning-rate-higher",)


def test_of_changes_that_do_as_well_the_one_that_a_fact_points_at_is_taken():
    tried = [trial(0.01, "optimizer"), trial(0.02, "learning-rate-higher"), trial(0.03, "epochs")]
    assert plainest(tried, evidence_of([])).changes == ("learning-rate-higher",)
    assert plainest(tried, evidence_of(clues(epochs=1.0))).changes == ("epochs",)
    assert plainest(tried, evidence_of(clues(optimizer=2.0))).changes == ("learning-rate-higher",)
    far = [trial(0.01, "optimizer"), trial(0.2, "learning-rate-higher")]
    assert plainest(far, evidence_of([])).changes == ("optimizer",)


def test_where_no_fact_points_a_rate_is_named_before_another_optimizer():
    singles = {"optimizer": trial(0.0, "optimizer"), "learning-rate-higher": trial(0.04, "learning-rate-higher")}
    assert named(singles, evidence_of([]), [], trial(1.0)).causes[0].changes == ("learning-rate-higher",)


def test_nothing_is_left_out_without_which_not_every_seed_is_mended():
    class Unsure(Told):
        def run(self, trial, seeds):
            super().run(trial, seeds)
            if trial.changes == ("units",) and 2 in seeds:
                trial.courses[2] = course(1.0)
            return trial

    trials = Unsure({"units": 0.01, "units epochs": 0.0})
    full = trials.base
    for name in ("units", "epochs"):
        variant = variants_of(name, full.setup)[-1]
        full = Trial((*full.changes, name), variant.setup, (*full.words, variant.words))
    trials.run(trials.base, SEEDS)
    assert pruned(trials, trials.run(full, SEEDS[:2]), evidence_of([])).changes == ("units", "epochs")
