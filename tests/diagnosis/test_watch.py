"""Watching a training: what it sees, that it changes nothing, when it is silent, and that it costs little."""

import pickle
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


def test_by_default_it_looks_as_often_as_a_share_of_the_time_allows(monkeypatch):
    now = [0.0]
    for clock in ("_wall", "_processor"):
        monkeypatch.setattr(f"backlit.diagnosis.watch_clock.{clock}", lambda: now[0])
    watch = bl.Watch(X, LABELS, share=0.05)
    looked = bl.Watch._network_look

    def look(self, *given):
        now[0] += 0.002
        return looked(self, *given)

    def epoch(report):
        now[0] += 0.001

    monkeypatch.setattr(bl.Watch, "_network_look", look)
    bl.train(network(), X, LABELS, epochs=1500, seed=0, callbacks=[watch, epoch])
    # 1.5 s of epochs, of which a twentieth is 22 looks of 2 ms, counted 1.7 times
    assert 20 <= len(watch.looks) <= 23
    assert 0.04 < watch.share_spent <= 0.05


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


class Columns:
    """A frame or a series as a watch meets it: rows by an index that is not their place."""

    def __init__(self, values):
        self.values = values
        self.shape = values.shape

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __getitem__(self, name):
        raise KeyError(name)

    def __len__(self):
        return len(self.values)


def test_samples_are_taken_by_place_from_frames_and_sparse_matrices():
    import scipy.sparse

    plain = bl.Watch(X, LABELS, every=1)
    bl.train(network(), X, LABELS, epochs=2, seed=0, callbacks=[plain])
    for inputs, targets in ((Columns(X), Columns(LABELS)), (scipy.sparse.coo_matrix(X), LABELS), (X.tolist(), LABELS)):
        watch = bl.Watch(inputs, targets, every=1)
        bl.train(network(), X, LABELS, epochs=2, seed=0, callbacks=[watch])
        assert watch.looks == plain.looks


def test_a_shuffled_series_is_taken_by_place():
    pandas = pytest.importorskip("pandas")
    order = RNG.permutation(400)
    frame, series = pandas.DataFrame(X, index=order), pandas.Series(LABELS, index=order)
    watch, plain = bl.Watch(frame, series, every=1), bl.Watch(X, LABELS, every=1)
    bl.train(network(), X, LABELS, epochs=1, seed=0, callbacks=[watch, plain])
    assert watch.looks == plain.looks


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (None, None, "needs samples to look at"),
        (X, None, "needs samples to look at"),
        ([[1, 2], [3]], [0, 1], "X must have rows of equal length"),
        (np.full((4, 5), "a"), np.zeros(4), "X must be numbers"),
        (np.where(np.arange(2000).reshape(400, 5) == 1203, np.nan, X), LABELS, r"X\[241,4\] is nan"),
        (X, np.float64(3), "a row for each of 400 samples"),
    ],
)
def test_samples_that_cannot_be_looked_at_are_said(x, y, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.Watch(x, y)


def test_samples_of_another_width_or_kind_than_training_s_are_said():
    with pytest.raises(bl.BacklitError, match="takes 5 inputs, and the watch was given 3 columns"):
        bl.train(network(), X, LABELS, epochs=1, callbacks=[bl.Watch(X[:, :3], LABELS, every=1)])
    pytest.importorskip("sklearn.callback")
    mixed = np.array(["a", None] * 200, dtype=object)
    model = bl.MLPClassifier(hidden_layer_sizes=(4,), max_iter=2).set_callbacks(bl.Watch(X, mixed, every=1))
    with pytest.raises(bl.BacklitError, match="watch's y cannot be read"):
        model.fit(X, LABELS)


def test_a_look_compares_scaled_outputs_with_scaled_targets():
    pytest.importorskip("sklearn.callback")
    y = 50_000 + 3_000 * X[:, 0]
    watch = bl.Watch(X, y, every=1)
    model = bl.MLPRegressor(hidden_layer_sizes=(9,), scale_y=True, max_iter=5, random_state=0).set_callbacks(watch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    # half a mean of squares of targets with deviation 1
    assert 0.01 < watch.looks[-1].loss < watch.looks[0].loss < 5
    assert not watch.findings


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_watched_estimator_is_kept_in_a_file(solver):
    pytest.importorskip("sklearn.callback")
    watch = bl.Watch(X, LABELS, every=2, tensorboard=Scalars())
    model = bl.MLPClassifier(hidden_layer_sizes=(9,), max_iter=6, random_state=0, solver=solver).set_callbacks(watch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, LABELS)
    assert [look.step for look in watch.looks] == [2, 4, 6]
    read = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(read.predict(X), model.predict(X))
    kept = pickle.loads(pickle.dumps(watch))
    assert kept.diagnosis() == watch.diagnosis()
    assert kept.diagnosis().seen.units == watch.diagnosis().seen.units != ()


def test_another_training_begins_anew():
    watch = bl.Watch(X, LABELS, every=2, action="collect")
    bl.train(network(), X, LABELS, learning_rate=1e-7, epochs=13, seed=0, callbacks=[watch])
    assert [finding.identifier for finding in watch.findings] == ["small-steps"]
    bl.train(network(), X, LABELS, learning_rate=0.01, epochs=5, seed=0, callbacks=[watch])
    assert [look.step for look in watch.looks] == [2, 4]
    assert not watch.findings
    wide = bl.Network.random([5, 7, 2], output="softmax", seed=0)
    bl.train(wide, X, LABELS, epochs=4, seed=0, callbacks=[watch])
    assert len(watch.looks[-1].layers) == 2


def test_fits_that_go_on_are_one_training_and_new_ones_are_not():
    pytest.importorskip("sklearn.callback")
    watch = bl.Watch(X, LABELS, every=1)
    model = bl.MLPClassifier(hidden_layer_sizes=(9,), max_iter=3, random_state=0).set_callbacks(watch)
    for _ in range(4):
        model.partial_fit(X, LABELS, classes=[0, 1])
    assert [look.step for look in watch.looks] == [1, 2, 3, 4]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, LABELS)
    assert [look.step for look in watch.looks] == [1, 2, 3]


def test_only_our_estimators_are_watched():
    pytest.importorskip("sklearn.callback")
    with pytest.raises(bl.BacklitError, match="callback of backlit's MLPClassifier and MLPRegressor, got int"):
        bl.Watch(X, LABELS).setup(3, None)


def test_where_nothing_was_looked_at_that_is_said():
    watch = bl.Watch(X, LABELS, every=9)
    bl.train(network(), X, LABELS, epochs=2, seed=0, callbacks=[watch])
    assert "Nothing was looked at" in watch.diagnosis().to_text()


def test_epochs_are_called_epochs():
    looks = [Look(7, np.nan, (LayerLook("L1", 1.0, 0.0, 0.0, 0.1, -3.0),))]
    assert findings_of(looks, 300, "epoch")[0].happened == "the loss is nan after epoch 7"
    assert findings_of(looks, 300)[0].happened == "the loss is nan after step 7"


@pytest.mark.parametrize(("error_terms", "names"), [((0.1, 0.1), ["small-steps"]), ((0.0, 0.0), []), ((0.0, 0.1), [])])
def test_steps_that_move_nothing_are_seen(error_terms, names):
    layers = tuple(LayerLook(f"L{k}", 1.0, 0.0, 0.0, term, -np.inf) for k, term in enumerate(error_terms, 1))
    looks = [Look(i, 0.7, layers) for i in range(6)]
    assert [found.identifier for found in findings_of(looks, 300)] == names


def test_a_rate_so_large_that_all_units_die_is_not_called_small():
    inputs = abs(X)
    watch = bl.Watch(inputs, LABELS, every=1, action="collect")
    net = bl.Network.random([5, 9, 1], activation="relu", output="sigmoid", loss="log_loss", seed=0)
    bl.train(net, inputs, LABELS, optimizer="sgd", learning_rate=10, epochs=9, seed=0, callbacks=[watch])
    # weights rest, and the output's bias alone is moved
    assert {layer.update_ratio for look in watch.looks[-6:] for layer in look.layers} == {-np.inf}
    assert [finding.identifier for finding in watch.findings] == ["dead-units"]
