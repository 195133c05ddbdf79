"""Training by the compiled engine beside training by the equations."""

import threading

import numpy as np
import pytest
from small_training import N_IN, N_OUT, assert_same, broken, ctrl_c, differ, parameters, place, samples, small

import backlit as bl
from backlit.engine.trainer import EngineSums
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.equations.optimizers import OPTIMIZERS
from backlit.errors import BacklitError
from backlit.runners import compiled
from backlit.runners.compiled import CompiledRunner


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [4, 11, 99])
def test_both_engines_train_to_the_same_network_but_for_rounding(name, batch_size):
    X, y = samples(11)
    options = {
        "optimizer": name,
        "batch_size": batch_size,
        "epochs": 4,
        "validation": 0.2,
        "schedule": "cosine",
        "clip_norm": 1.0,
        "weight_decay": 0.1,
        "seed": 4,
    }
    compiled, history = bl.train(small(), X, y, engine="compiled", **options)
    by_equations, same = bl.train(small(), X, y, engine="equations", **options)
    assert_same(compiled, by_equations, rtol=1e-9)
    np.testing.assert_allclose(history.losses, same.losses, rtol=1e-10)
    np.testing.assert_allclose(history.validation_losses, same.validation_losses, rtol=1e-10)
    assert history.learning_rates == same.learning_rates


def test_the_compiled_engine_is_the_default_and_threads_change_no_bit():
    X, y = samples(40)
    runs = [{}, {"engine": "compiled"}, {"n_threads": 1}, {"n_threads": 2}]
    nets = [bl.train(small(dropout=0.2), X, y, batch_size=16, epochs=3, seed=0, **run)[0] for run in runs]
    for net in nets[1:]:
        assert_same(net, nets[0])


def own_tanh():
    return Activation("own", np.tanh, ACTIVATIONS["tanh"].derivative, ("", ""), ("", ""))


def test_what_the_engine_does_not_know_goes_by_the_equations_which_is_said():
    X, y = samples()
    own = small(activation=own_tanh(), initializer="glorot_uniform")
    with pytest.warns(UserWarning, match="because it does not know the activation 'own' of layer 1") as warned:
        trained, _ = bl.train(own, X, y, epochs=2, seed=0)
    assert len(warned) == 1
    assert warned[0].filename == __file__
    assert_same(trained, bl.train(own.with_activation("tanh"), X, y, epochs=2, seed=0, engine="equations")[0])
    with pytest.raises(BacklitError, match="engine='compiled' cannot train this network, because it does not know"):
        bl.train(own, X, y, engine="compiled")


def test_ctrl_c_ends_a_long_compiled_epoch_soon_and_keeps_what_was_learned():
    X, y = samples(200_000)
    timer = threading.Timer(0.5, ctrl_c)
    timer.start()
    trained, history = bl.train(small(), X, y, batch_size=1, epochs=10**6, seed=0)
    timer.join()
    assert history.stopped_by == "interrupt"
    assert history.seconds < 30
    assert differ(trained, small())


@pytest.fixture(params=[0.0, np.inf], ids=["always", "never"])
def snapshots(request, monkeypatch):
    """A snapshot in each epoch, or none but the first."""
    monkeypatch.setattr(compiled, "SNAPSHOT_EVERY", request.param)


@pytest.mark.usefixtures("snapshots")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("size", [3, 10, 40])
def test_both_engines_name_the_same_first_number_that_is_not_finite(optimizer, size):
    X, y = samples(40)
    net = small(activation="relu", initializer="he_normal")
    options = {"optimizer": optimizer, "learning_rate": 1000.0, "batch_size": size, "epochs": 400, "seed": 1}
    if optimizer == "adam":
        # exploding by a weight decay that overshoots
        options |= {"weight_decay": 10.0}
    errors = [broken(net, X, y, engine=engine, **options) for engine in ("compiled", "equations")]
    assert place(errors[0]) == place(errors[1])
    assert errors[0].history.losses == pytest.approx(errors[1].history.losses, rel=1e-6)
    for ours, theirs in zip(parameters(errors[0].network), parameters(errors[1].network), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.usefixtures("snapshots")
def test_both_engines_keep_the_last_network_whose_loss_was_finite_where_only_validation_is_not():
    X, y = samples(40)
    net = bl.Network.random([N_IN, N_OUT], output="identity", seed=3)
    options = {"validation": (X * 1e153, y), "batch_size": 7, "learning_rate": 0.3, "epochs": 99, "seed": 1}
    ours, theirs = (broken(net, X, 90 * X[:, :N_OUT], engine=engine, **options) for engine in ("compiled", "equations"))
    assert place(ours) == place(theirs)
    assert 2 < len(ours.history.losses) < 50
    for array, expected in zip(parameters(ours.network), parameters(theirs.network), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-9)
    # not the one whose validation failed
    options |= {"validation": None, "epochs": len(ours.history.losses) + 1}
    assert differ(ours.network, bl.train(net, X, 90 * X[:, :N_OUT], **options)[0])


@pytest.mark.usefixtures("snapshots")
def test_what_only_the_engine_finds_not_finite_is_trained_on_by_the_equations(monkeypatch):
    X, y = samples(40)
    # the equations go on with the masks that the engine would have drawn
    options = {"batch_size": 7, "epochs": 6, "seed": 1, "engine": "compiled"}
    expected, history = bl.train(small(dropout=0.2), X, y, **options)
    gone_through, begun = CompiledRunner._gone_through, []

    def fails_in_the_fourth(self, batches, look_up, *, first_batch=0):
        begun.append(first_batch == 0)
        answer = gone_through(self, batches, look_up, first_batch=first_batch)
        return EngineSums(0.0, 3, 3) if first_batch == 0 and sum(begun) == 4 else answer

    monkeypatch.setattr(CompiledRunner, "_gone_through", fails_in_the_fourth)
    trained, ours = bl.train(small(dropout=0.2), X, y, **options)
    np.testing.assert_allclose(ours.losses, history.losses, rtol=1e-9)
    for array, other in zip(parameters(trained), parameters(expected), strict=True):
        np.testing.assert_allclose(array, other, rtol=1e-9)


@pytest.mark.usefixtures("snapshots")
def test_dropout_before_a_number_that_is_not_finite_is_drawn_again_the_same():
    X, y = samples(40)
    net = small(activation="relu", initializer="he_normal", dropout=0.4)
    options = {"optimizer": "sgd", "learning_rate": 1000.0, "batch_size": 7, "epochs": 99, "seed": 1}
    first, again = (broken(net, X, y, **options) for _ in range(2))
    assert place(first) == place(again)
    assert first.quantity
    assert_same(first.network, again.network)
