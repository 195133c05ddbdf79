"""Watching a training: what it sees, that it changes nothing, when it is silent, and that it costs little."""

import warnings

import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis.seen import LayerLook, Look
from backlit.diagnosis.watch_rules import findings_of

RNG = np.random.default_rng(1)
X = RNG.normal(size=(400, 5))
LABELS = (X[:, 0] + X[:, 1] ** 2 > 0.6).astype(float)


def network(**options):
    shape = {"activation": "relu", "output": "sigmoid", "loss": "log_loss", **options}
    return bl.Network.random([5, 9, 6, 1], seed=0, **shape)


@pytest.mark.parametrize("engine", ["compiled", "equations"])
@pytest.mark.parametrize("batch_size", [32, 400])
def test_what_is_trained_is_the_same_as_without(engine, batch_size):
    given = {"epochs": 7, "seed": 3, "batch_size": batch_size, "engine": engine}
    plain, before = bl.train(network(), X, LABELS, **given)
    watch = bl.Watch(X, LABELS, every=2)
    watched, history = bl.train(network(), X, LABELS, callbacks=[watch], **given)
    for a, b in zip(plain.weights, watched.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(history.losses, before.losses, rtol=1e-12)
    assert [look.step for look in watch.looks] == [2, 4, 6]
    assert not watch.findings


def test_the_last_step_is_set_beside_the_weights():
    watch = bl.Watch(X, LABELS, every=1)
    given = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 400, "seed": 0}
    after, _ = bl.train(network(), X, LABELS, epochs=1, callbacks=[watch], **given)
    step = np.abs(after.weights[0] - network().weights[0]).mean() / np.abs(network().weights[0]).mean()
    assert watch.looks[0].layers[0].update_ratio == pytest.approx(np.log10(step), abs=1e-5)


SICK = {
    "small-steps": ({}, {"learning_rate": 1e-7}),
    "vanishing": ({"activation": "sigmoid", "initializer": "glorot_uniform"}, {"optimizer": "sgd"}),
}


@pytest.mark.parametrize("name", SICK)
def test_a_fault_warns_once_and_stops_where_that_is_asked_for(name):
    shape, given = SICK[name]
    net = network(**shape)
    if name == "vanishing":
        sizes = [5, *[8] * 9, 1]
        net = bl.Network.random(sizes, seed=0, output="sigmoid", loss="log_loss", **shape)
    watch = bl.Watch(X, LABELS, every=1)
    with pytest.warns(UserWarning, match=name) as told:
        bl.train(net, X, LABELS, epochs=12, seed=0, callbacks=[watch], **given)
    assert [str(one.message).count(name) for one in told].count(1) == 1
    assert name in [finding.identifier for finding in watch.findings]
    stopping = bl.Watch(X, LABELS, every=1, action="stop")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, history = bl.train(net, X, LABELS, epochs=12, seed=0, callbacks=[stopping], **given)
    assert history.stopped_by == "callback"
    assert history.epochs < 12


@pytest.mark.parametrize(("ratio", "names"), [(-1.0, ["large-steps"]), (-3.0, []), (-5.0, ["small-steps"])])
def test_steps_are_judged_by_their_median_over_several_looks(ratio, names):
    def looks(*ratios):
        return [
            Look(i, 0.7, tuple(LayerLook(f"L{k}", 1.0, 0.0, 0.0, 0.1, value) for k in (1, 2)))
            for i, value in enumerate(ratios)
        ]

    assert [found.identifier for found in findings_of(looks(*[ratio] * 5, -3.0), 300)] == names
    assert not findings_of(looks(*[ratio] * 4), 300)
    assert not findings_of(looks(ratio, ratio, -3.0, -3.0, -3.0), 300)


def test_dead_units_are_found_where_enough_samples_were_looked_at():
    def looks(dead):
        layer = LayerLook("L1", 0.3, dead, 0.0, 0.1, -3.0)
        return [Look(step, 0.7, (layer, LayerLook("L2", 1.0, 0.0, 0.0, 0.1, -3.0))) for step in range(3)]

    assert [found.identifier for found in findings_of(looks(0.6), 256)] == ["dead-units"]
    assert not findings_of(looks(0.4), 256)
    assert not findings_of(looks(0.6), 32)
    # a passing one is none
    assert not findings_of(looks(0.6)[:2], 256)


@pytest.mark.parametrize(
    ("losses", "names"),
    [
        ([0.7, 0.7, np.nan], ["diverged"]),
        ([0.7, 1.2, 1.3, 1.4], ["loss-rises"]),
        ([0.7, 1.2, 0.9, 1.4], []),
        ([0.7, 0.6, 0.5, 0.4], []),
    ],
)
def test_losses_that_are_not_finite_or_rise(losses, names):
    looks = [Look(i, loss, (LayerLook("L1", 1.0, 0.0, 0.0, 0.1, -3.0),)) for i, loss in enumerate(losses)]
    assert [found.identifier for found in findings_of(looks, 300)] == names


@pytest.mark.parametrize("ratio", [1e-6, 1e6])
def test_error_terms_of_a_network_that_has_learned_accuse_nothing(ratio):
    def looks(last_loss):
        layers = (
            LayerLook("L1", 1.0, 0.0, 0.0, ratio, -3.0),
            LayerLook("L2", 1.0, 0.0, 0.0, 1.0, -3.0),
            LayerLook("L3", 1.0, 0.0, 0.0, 1.0, -3.0),
        )
        return [Look(i, loss, layers) for i, loss in enumerate([1.0, 0.9, 0.8, last_loss])]

    assert [found.identifier for found in findings_of(looks(0.7), 300)] == ["vanishing" if ratio < 1 else "exploding"]
    assert not findings_of(looks(0.01), 300)


def test_by_default_it_looks_as_often_as_a_share_of_the_time_allows():
    watch = bl.Watch(X, LABELS, share=0.05)
    bl.train(network(), X, LABELS, epochs=1500, seed=0, callbacks=[watch])
    assert 1 <= len(watch.looks) < 300
    # a look may take longer than the one before it
    assert watch.share_spent < 0.15


def test_our_estimators_are_watched():
    pytest.importorskip("sklearn.callback")
    names = np.array(["no", "yes"])[LABELS.astype(int)]
    watch = bl.Watch(X, names, every=3)
    model = bl.MLPClassifier(hidden_layer_sizes=(9,), max_iter=9, random_state=0, tol=0).set_callbacks(watch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, names)
    assert [look.step for look in watch.looks] == [3, 6, 9]
    assert watch.looks[0].loss > watch.looks[-1].loss > 0
    three = bl.Watch(X, X[:, 0], every=1, action="stop")
    regressor = bl.MLPRegressor(
        hidden_layer_sizes=(9,), max_iter=40, random_state=0, learning_rate_init=1e3
    ).set_callbacks(three)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        regressor.fit(X, X[:, 0])
    assert three.findings
    assert regressor.n_iter_ < 40


class Scalars:
    def __init__(self):
        self.written = []

    def add_scalar(self, name, value, step):
        self.written.append((name, value, step))


def test_scalars_and_a_live_view(capsys):
    scalars = Scalars()
    with bl.Watch(X, LABELS, every=1, live=True, tensorboard=scalars) as watch:
        bl.train(network(), X, LABELS, epochs=3, seed=0, callbacks=[watch])
    names = {name for name, _, _ in scalars.written}
    assert {"backlit/loss", "backlit/L1/error_term", "backlit/L3/update_ratio"} <= names
    assert [step for name, _, step in scalars.written if name == "backlit/loss"] == [1, 2, 3]
    shown = capsys.readouterr().err
    assert "epoch 3" in shown
    assert "Error terms" in shown
    found = watch.diagnosis()
    assert "epochs 1 to 3" in found.to_text(pictures=True)
    assert "<svg" in found.to_html()
    assert len(found.seen.units) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"action": "shout"}, "action must be one of warn, stop, collect"),
        ({"every": 0}, "every must be"),
        ({"share": 0}, "share must be above 0"),
        ({"live": 3}, "live"),
    ],
)
def test_settings_that_are_none_are_refused(given, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.Watch(X, LABELS, **given)
    with pytest.raises(bl.BacklitError, match="a row for each of 400 samples"):
        bl.Watch(X, LABELS[:3])
