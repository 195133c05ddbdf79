"""Training: what it computes, when it stops, what it keeps, and what it refuses."""

import os
import pickle
import re
import signal
import threading

import numpy as np
import pytest
from sklearn.datasets import load_digits

import backlit as bl
from backlit.engine.trainer import EngineSums
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.equations.optimizers import OPTIMIZERS
from backlit.equations.schedules import Schedule
from backlit.errors import BacklitError
from backlit.runners import compiled, equations
from backlit.runners.compiled import CompiledRunner
from backlit.training.errors import TrainingError
from backlit.training.history import EpochReport

N, N_IN, N_HIDDEN, N_OUT = 5, 3, 4, 2


def small(**options):
    options = {"activation": "tanh", "output": "identity", "seed": 3, **options}
    return bl.Network.random([N_IN, N_HIDDEN, N_OUT], **options)


def samples(n=N, seed=7):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, N_IN))
    return X, np.stack([X[:, 0] * X[:, 1], X[:, 2]], axis=1)


def parameters(net):
    return [array for layer in net.layers for array in (layer.weights, layer.biases) if array is not None]


def assert_same(net, other, rtol=0.0):
    for ours, theirs in zip(parameters(net), parameters(other), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=0)


def differ(net, other):
    return any(not np.array_equal(a, b) for a, b in zip(parameters(net), parameters(other), strict=True))


# --- what it computes -------------------------------------------------------------------------------------------


def test_an_epoch_of_sgd_is_the_trace_applied_batch_by_batch():
    net, (X, y) = small(), samples()
    options = {"optimizer": "sgd", "learning_rate": 0.2, "batch_size": 2, "epochs": 1, "shuffle": False}
    trained, history = bl.train(net, X, y, engine="equations", **options)
    by_hand, total = net, 0.0
    for rows in (slice(0, 2), slice(2, 4), slice(4, 5)):
        trace = by_hand.trace(X[rows], y[rows], learning_rate=0.2)
        total += trace.sample_losses.sum()
        by_hand = trace.updated
    assert_same(trained, by_hand)
    assert_same(bl.train(net, X, y, engine="compiled", **options)[0], by_hand, rtol=1e-12)
    # each sample counts once, also those of the last, smaller batch
    assert history.losses == (pytest.approx(total / N, rel=1e-14),)
    assert history.learning_rates == (0.2,)
    assert history.stopped_by == "epochs"
    assert history.seconds > 0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_takes_its_own_steps_with_its_own_memory(name):
    net, (X, y), row = small(), samples(), OPTIMIZERS[name]
    trained, _ = bl.train(net, X, y, optimizer=name, learning_rate=0.03, epochs=3, weight_decay=0.0)
    values, states = parameters(net), [{} for _ in parameters(net)]
    for _ in range(3):
        by_hand = net.with_parameters(values[::2], values[1::2])
        dW, db = by_hand.gradients(X, y)
        for i, gradient in enumerate(g for pair in zip(dW, db, strict=True) for g in pair):
            step, states[i] = row.step(gradient, states[i], **{**row.defaults, "learning_rate": 0.03})
            values[i] = values[i] + step
    # one batch holds every sample, in another order, so rounding differs
    assert_same(trained, net.with_parameters(values[::2], values[1::2]), rtol=1e-9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss_by_its_defaults(name):
    X, y = samples(40)
    _, history = bl.train(small(), X, y, optimizer=name, batch_size=8, epochs=15, seed=0)
    assert history.losses[-1] < 0.95 * history.losses[0]


def test_hyper_parameters_reach_the_optimizer():
    net, (X, y) = small(), samples()
    for name, option in [("momentum", "momentum"), ("adam", "beta_1"), ("adam", "beta_2"), ("rmsprop", "beta_2")]:
        runs = [bl.train(net, X, y, optimizer=name, epochs=3, seed=0, **{option: v})[0] for v in (0.5, 0.25)]
        assert differ(*runs), (name, option)


def test_weight_decay_is_apart_from_the_gradient_and_spares_biases():
    net, (X, y) = small(), samples()
    options = {"learning_rate": 0.1, "epochs": 1, "shuffle": False}
    for optimizer in ("sgd", "adam"):
        plain, _ = bl.train(net, X, y, optimizer=optimizer, **options)
        decayed, _ = bl.train(net, X, y, optimizer=optimizer, weight_decay=0.5, **options)
        for before, without, with_decay in zip(net.layers, plain.layers, decayed.layers, strict=True):
            np.testing.assert_allclose(with_decay.weights, without.weights - 0.05 * before.weights, rtol=1e-12)
            np.testing.assert_array_equal(with_decay.biases, without.biases)
    adamw, _ = bl.train(net, X, y, optimizer="adamw", **options)
    adam, _ = bl.train(net, X, y, optimizer="adam", weight_decay=0.01, **options)
    assert_same(adamw, adam)


def test_clipping_bounds_the_norm_of_all_gradients_together():
    net, (X, y) = small(), samples()
    options = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 1, "shuffle": False}
    dW, db = net.gradients(X, 100 * y)
    norm = np.sqrt(sum((g**2).sum() for g in dW + db))
    clipped, _ = bl.train(net, X, 100 * y, clip_norm=0.5, **options)
    for before, after, gradient in zip(net.weights, clipped.weights, dW, strict=True):
        np.testing.assert_allclose(after - before, -0.1 * gradient * 0.5 / norm, rtol=1e-9, atol=1e-15)
    unclipped, _ = bl.train(net, X, 100 * y, **options)
    assert_same(bl.train(net, X, 100 * y, clip_norm=2 * norm, **options)[0], unclipped)


def test_the_schedule_sets_each_epochs_rate():
    X, y = samples()
    _, history = bl.train(small(), X, y, learning_rate=0.1, schedule="step", epochs=8)
    np.testing.assert_allclose(history.learning_rates, [0.1] * 4 + [0.01] * 2 + [0.001] * 2, rtol=1e-14)
    _, history = bl.train(small(), X, y, learning_rate=0.1, schedule="cosine", epochs=2)
    np.testing.assert_allclose(history.learning_rates, [0.1 * (1 + np.sqrt(0.5)) / 2, 0.1 * (1 - np.sqrt(0.5)) / 2])


def test_plateau_lowers_the_rate_when_the_loss_stays():
    X, y = samples()
    _, history = bl.train(small(), X, y, optimizer="sgd", learning_rate=1.9, schedule="plateau", epochs=40, seed=0)
    rates = np.asarray(history.learning_rates)
    assert rates[0] == 1.9
    assert (np.diff(rates) <= 0).all()
    assert rates[-1] < 1.0
    fell_after = int(np.argmax(np.diff(rates) < 0))
    assert min(history.losses[fell_after - 2 : fell_after + 1]) >= min(history.losses[: fell_after - 2])


def test_a_schedule_of_ones_own_is_watched():
    X, y = samples()
    own = Schedule("own", lambda progress: progress - 0.9, ("p - 0.9", "p - 0.9"), "")
    with pytest.raises(BacklitError, match=r"factor of schedule 'own' must be at least 0, got -0\.4"):
        bl.train(small(), X, y, schedule=own, epochs=1)


def test_a_layer_without_biases_and_float32_stay_what_they_are():
    X, y = samples()
    for optimizer in OPTIMIZERS:
        options = {"optimizer": optimizer, "epochs": 2, "weight_decay": 0.1, "clip_norm": 1.0}
        trained, _ = bl.train(small(biases=False, dtype=np.float32, dropout=0.5), X, y, **options)
        assert [layer.biases for layer in trained.layers] == [None, None]
        assert {layer.weights.dtype for layer in trained.layers} == {np.dtype(np.float32)}


def test_the_network_given_stays_and_the_one_returned_is_read_only():
    net, (X, y) = small(), samples()
    before = [array.copy() for array in parameters(net)]
    trained, _ = bl.train(net, X, y, epochs=2)
    for array, old in zip(parameters(net), before, strict=True):
        np.testing.assert_array_equal(array, old)
    assert not any(array.flags.writeable for array in parameters(trained))
    assert [layer.activation for layer in trained.layers] == ["tanh", "identity"]


def test_one_sample_and_a_batch_larger_than_the_samples():
    X, y = samples()
    _, history = bl.train(small(), X[0], y[0], epochs=3)
    assert history.epochs == 3
    whole = bl.train(small(), X, y, batch_size=N, epochs=2, seed=0)[0]
    assert_same(whole, bl.train(small(), X, y, batch_size=10**9, epochs=2, seed=0)[0])


# --- chance -----------------------------------------------------------------------------------------------------


def test_a_seed_decides_everything_and_global_randomness_is_left_alone():
    X, y = samples(11)
    net = small(dropout=0.4)
    options = {"batch_size": 3, "epochs": 3, "validation": 0.3}
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    first, history = bl.train(net, X, y, seed=8, **options)
    again, same_history = bl.train(net, X, y, seed=8, **options)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    assert_same(first, again)
    assert history.losses == same_history.losses
    assert history.validation_losses == same_history.validation_losses
    assert differ(first, bl.train(net, X, y, seed=9, **options)[0])
    assert_same(first, bl.train(net, X, y, seed=np.random.default_rng(8), **options)[0])


def test_samples_come_in_a_new_order_each_epoch_and_each_once():
    seen = []

    def value(z):
        seen.extend(z[:, 0].tolist())
        return z + 0.0

    spy = Activation("spy", value, np.ones_like, ("#z", "#z"), ("1", "1"))
    net = bl.Network.from_weights([[[0.0]]], [[0.0]], output=spy)
    net = net.with_parameters([np.asarray([[1.0]])], [np.asarray([0.0])])
    X = np.arange(7.0)[:, None]
    bl.train(net, X, X, optimizer="sgd", batch_size=2, epochs=2, seed=1, engine="equations")
    first, second = seen[:7], seen[7:]
    assert sorted(first) == sorted(second) == list(range(7))
    assert first != second
    seen.clear()
    bl.train(net, X, X, optimizer="sgd", batch_size=2, epochs=1, shuffle=False, engine="equations")
    assert seen == list(range(7))


def test_dropout_draws_new_masks_for_each_batch(monkeypatch):
    drawn, real = [], equations.draw_masks

    def spy(*arguments):
        drawn.append(real(*arguments))
        return drawn[-1]

    monkeypatch.setattr(equations, "draw_masks", spy)
    X, y = samples(12)
    trained, _ = bl.train(small(dropout=0.5), X, y, batch_size=6, epochs=2, seed=0, engine="equations")
    hidden = [masks[0] for masks in drawn]
    assert [mask.shape for mask in hidden] == [(6, N_HIDDEN)] * 4
    assert all(not np.array_equal(a, b) for i, a in enumerate(hidden) for b in hidden[:i])
    assert all(masks[1] is None for masks in drawn)
    assert trained.layers[0].dropout == 0.5
    assert differ(trained, bl.train(small(), X, y, batch_size=6, epochs=2, seed=0)[0])


# --- validation, early stopping, callbacks ------------------------------------------------------------------------


def test_validation_samples_given_are_measured_after_each_epoch():
    X, y = samples(8)
    reports = []
    trained, history = bl.train(small(), X[:6], y[:6], epochs=3, validation=(X[6:], y[6:]), callbacks=[reports.append])
    assert len(history.validation_losses) == 3
    assert history.validation_losses[-1] == pytest.approx(trained.loss(X[6:], y[6:]), rel=1e-14)
    assert [report.epoch for report in reports] == [1, 2, 3]
    assert tuple(report.loss for report in reports) == history.losses
    assert tuple(report.validation_loss for report in reports) == history.validation_losses
    assert history.validation_scores == ()
    assert reports[0].learning_rate == history.learning_rates[0]
    assert_same(reports[-1].network, trained)
    assert isinstance(reports[0], EpochReport)


def test_a_share_held_out_is_not_trained_on():
    X, y = samples(10)
    X[6:] = 1e6
    trained, _ = bl.train(small(), X, y, validation=0.4, shuffle=False, epochs=3)
    assert_same(trained, bl.train(small(), X[:6], y[:6], shuffle=False, epochs=3)[0])


def test_scores_are_the_accuracy_of_classes():
    X, _ = samples(9)
    labels = (X[:, 0] > 0).astype(int)
    classifier = small(output="softmax")
    trained, history = bl.train(classifier, X, labels, validation=(X, labels), epochs=2, learning_rate=0.1)
    assert history.validation_scores[-1] == np.mean(trained.predict(X).argmax(axis=1) == labels)
    questions = np.stack([labels, 1 - labels], axis=1)
    yes_no = small(output="sigmoid", loss="log_loss")
    trained, history = bl.train(yes_no, X, questions, validation=(X, questions), epochs=2, learning_rate=0.1)
    assert history.validation_scores[-1] == np.mean((trained.predict(X) > 0.5) == questions)


def overfitting():
    X, y = samples(8)
    rng = np.random.default_rng(0)
    return X[:4], y[:4] + rng.normal(size=(4, N_OUT)), (X[4:], y[4:])


def test_early_stopping_returns_the_network_of_the_best_epoch():
    X, y, validation = overfitting()
    reports = []
    trained, history = bl.train(
        small(),
        X,
        y,
        learning_rate=0.05,
        epochs=300,
        validation=validation,
        early_stopping=5,
        callbacks=[reports.append],
    )
    assert history.stopped_by == "early_stopping"
    assert history.epochs == history.best_epoch + 5 < 300
    assert trained.loss(*validation) == pytest.approx(min(history.validation_losses), rel=1e-14)
    assert_same(trained, reports[history.best_epoch - 1].network)
    assert differ(trained, reports[-1].network)


def test_the_best_network_is_returned_also_when_the_epochs_run_out():
    X, y, validation = overfitting()
    options = {"learning_rate": 0.05, "epochs": 60, "validation": validation, "seed": 0}
    trained, history = bl.train(small(), X, y, early_stopping=1000, **options)
    assert history.stopped_by == "epochs"
    assert history.best_epoch < 60
    assert trained.loss(*validation) == pytest.approx(min(history.validation_losses), rel=1e-14)
    last, _ = bl.train(small(), X, y, **options)
    assert last.loss(*validation) == pytest.approx(history.validation_losses[-1], rel=1e-14)


def test_early_stopping_without_validation_watches_the_training_loss():
    X, y = samples()
    _, history = bl.train(small(), X, y, optimizer="sgd", learning_rate=1.5, epochs=200, early_stopping=4, seed=0)
    assert history.stopped_by == "early_stopping"
    assert history.epochs == history.best_epoch + 4


def test_a_callback_that_returns_true_stops_training_and_every_callback_is_called():
    X, y = samples()
    called = []
    callbacks = [lambda report: report.epoch == 2, lambda report: called.append(report.epoch)]
    _, history = bl.train(small(), X, y, epochs=9, callbacks=callbacks)
    assert (history.epochs, history.stopped_by, called) == (2, "callback", [1, 2])
    # any other answer is no wish to stop
    _, history = bl.train(small(), X, y, epochs=3, callbacks=[lambda report: report.loss, lambda report: "yes"])
    assert history.stopped_by == "epochs"


# --- interrupts ---------------------------------------------------------------------------------------------------


def ctrl_c(report=None):
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_training_with_what_was_learned_and_restores_the_handler():
    X, y = samples()
    before = signal.getsignal(signal.SIGINT)
    callbacks = [lambda report: ctrl_c() if report.epoch == 3 else None]
    trained, history = bl.train(small(), X, y, epochs=50, seed=0, callbacks=callbacks)
    assert (history.stopped_by, history.epochs) == ("interrupt", 3)
    assert signal.getsignal(signal.SIGINT) is before
    assert_same(trained, bl.train(small(), X, y, epochs=3, seed=0)[0])


def interrupting_at(call):
    """A tanh that sends Ctrl-C when its value is asked for the ``call``-th time."""
    calls = []

    def value(z):
        calls.append(1)
        if len(calls) == call:
            ctrl_c()
        return np.tanh(z)

    return Activation("interrupting", value, ACTIVATIONS["tanh"].derivative, ("", ""), ("", ""))


def test_ctrl_c_within_an_epoch_ends_it_after_the_batch_at_hand():
    X, y = samples()
    options = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 2, "shuffle": False}
    start = small(activation=interrupting_at(5), initializer="glorot_uniform")
    trained, history = bl.train(start, X, y, epochs=50, engine="equations", **options)
    assert (history.stopped_by, history.epochs) == ("interrupt", 1)
    plain, _ = bl.train(start.with_activation("tanh"), X, y, epochs=1, engine="equations", **options)
    for rows in (slice(0, 2), slice(2, 4)):
        plain = plain.trace(X[rows], y[rows], learning_rate=0.1).updated
    assert_same(trained, plain)


def test_ctrl_c_before_the_first_epochs_end_gives_a_history_without_epochs():
    X, y = samples()
    start = small(activation=interrupting_at(1))
    trained, history = bl.train(start, X, y, batch_size=2, early_stopping=3, validation=(X, y), engine="equations")
    assert (history.stopped_by, history.epochs, history.best_epoch) == ("interrupt", 0, None)
    assert differ(trained, start)


def test_ctrl_c_keeps_the_best_network_where_it_was_to_stop_early():
    X, y, validation = overfitting()
    callbacks = [lambda report: ctrl_c() if report.epoch == 60 else None]
    trained, history = bl.train(
        small(), X, y, learning_rate=0.05, epochs=99, validation=validation, early_stopping=90, callbacks=callbacks
    )
    assert (history.stopped_by, history.epochs) == ("interrupt", 60)
    assert trained.loss(*validation) == pytest.approx(min(history.validation_losses), rel=1e-14)


def test_a_second_ctrl_c_raises_and_the_handler_is_restored():
    X, y = samples()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        bl.train(small(), X, y, callbacks=[ctrl_c, ctrl_c])
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(ZeroDivisionError):
        bl.train(small(), X, y, callbacks=[lambda report: 1 / 0])
    assert signal.getsignal(signal.SIGINT) is before


def test_an_ignored_ctrl_c_stays_ignored_and_other_threads_can_train():
    X, y = samples()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert bl.train(small(), X, y, epochs=2, callbacks=[ctrl_c])[1].stopped_by == "epochs"
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    results = []
    thread = threading.Thread(target=lambda: results.append(bl.train(small(), X, y, epochs=2)))
    thread.start()
    thread.join()
    assert results[0][1].epochs == 2


# --- numbers that do not stay finite --------------------------------------------------------------------------------


def broken(net, X, y, **options):
    with pytest.raises(TrainingError) as caught:
        bl.train(net, X, y, **options)
    return caught.value


def place(error):
    return error.layer, error.quantity, error.epoch, error.batch


def test_huge_weights_are_found_in_the_layer_where_they_overflow():
    X, y = samples()
    net = small(activation="relu")
    huge = [net.weights[0], np.full((N_HIDDEN, N_OUT), 1e308)]
    start = net.with_parameters(huge, net.biases)
    error = broken(start, np.abs(X) * 1e3, y, batch_size=2, shuffle=False)
    assert place(error) == (2, "pre_activation", 1, 1)
    assert "epoch 1, batch 1, the pre_activation of layer 2 became inf first, at index [" in str(error)
    assert_same(error.network, start)
    assert error.history.epochs == 0


def test_a_loss_can_overflow_before_anything_else():
    X, y = samples()
    error = broken(small(), X, y * 1e200)
    assert place(error) == (None, "loss", 1, 1)
    assert "the loss became inf first" in str(error)


@pytest.mark.parametrize("size", [10, 40])
def test_a_huge_learning_rate_gives_back_the_last_network_with_a_finite_loss(size):
    X, y = samples(40)
    reports = []
    net = small(activation="relu", initializer="he_normal")
    options = {"optimizer": "sgd", "learning_rate": 1000.0, "batch_size": size, "shuffle": False, "epochs": 99}
    error = broken(net, X, y, callbacks=[reports.append], **options)
    assert "learning rate 1000" in str(error)
    assert error.epoch > 1
    assert error.history.epochs == error.epoch - 1 == len(reports)
    assert error.history.stopped_by == "not_finite"
    assert all(np.isfinite(array).all() for array in parameters(error.network))
    # the batch before the one that broke; with one batch an epoch, the last of the epoch before
    last = size * (error.batch - 1) or 40
    assert np.isfinite(error.network.loss(X[last - size : last], y[last - size : last]))


def test_a_gradient_may_be_the_first_to_break_and_the_upper_layer_comes_first():
    X, y = samples()
    bad = Activation("bad", np.tanh, lambda z: np.where(z > 0, np.nan, 1.0), ("", ""), ("", ""))
    start = bl.Network.random([N_IN, 6, N_HIDDEN, N_OUT], activation=["tanh", bad], output="identity", seed=3)
    # layer 1's error term is NaN too, but only because layer 2's is
    error = broken(start, X, y, clip_norm=1.0, engine="equations")
    assert place(error) == (2, "error_term", 1, 1)
    assert_same(error.network, start)


def test_a_step_may_be_the_first_to_break():
    # the prediction is 1e153, the loss 5e305, the gradient 1e306, and a thousand times that is too much
    net = bl.Network.from_weights([[[1.0], [1.0], [1.0]]], output="identity")
    error = broken(net, [[1e153, 0, 0]], [[0]], optimizer="sgd", learning_rate=1000)
    assert place(error) == (1, "weight_step", 1, 1)
    assert_same(error.network, net)


def test_numbers_that_are_large_but_finite_are_no_mistake():
    # the sum of these pre-activations is infinite in float32, but none of them is
    X = np.full((N, N_IN), 1e38)
    net = small(dtype=np.float32)
    net = net.with_parameters([np.ones((N_IN, N_HIDDEN)), net.weights[1]], net.biases)
    _, history = bl.train(net, X, samples()[1], epochs=2)
    assert history.epochs == 2


def test_ones_own_activation_that_returns_nan_is_named():
    X, y = samples()
    calls = []

    def value(z):
        calls.append(1)
        a = np.tanh(z)
        if len(calls) == 5:
            a[1, 2] = np.nan
        return a

    own = Activation("own", value, ACTIVATIONS["tanh"].derivative, ("", ""), ("", ""))
    start = small(activation=own, initializer="glorot_uniform")
    error = broken(start, X, y, batch_size=2, engine="equations")
    assert place(error) == (1, "activation", 2, 2)
    assert "in epoch 2, batch 2, the activation of layer 1 became nan first, at index [1, 2]" in str(error)
    assert error.history.epochs == 1


def test_validation_that_overflows_is_named():
    X, y = samples()
    start = small(activation="identity")
    error = broken(start, X, y, validation=(X * 1e200, y), early_stopping=2)
    assert place(error) == (None, "loss", 1, None)
    assert "epoch 1, the validation samples, the loss became inf first" in str(error)


def test_the_best_network_is_kept_where_training_was_to_stop_early():
    X, y = samples()
    calls = []

    def value(z):
        calls.append(1)
        return np.tanh(z) * (np.nan if len(calls) == 4 else 1.0)

    own = Activation("own", value, ACTIVATIONS["tanh"].derivative, ("", ""), ("", ""))
    reports = []
    start = small(activation=own, initializer="glorot_uniform")
    options = {"early_stopping": 50, "learning_rate": 0.01, "engine": "equations"}
    error = broken(start, X, y, callbacks=[reports.append], **options)
    assert error.epoch == 4
    assert_same(error.network, reports[error.history.best_epoch - 1].network)


def test_the_error_is_a_backlit_error_that_can_be_stored():
    X, y = samples()
    error = pickle.loads(pickle.dumps(broken(small(), X, y * 1e200)))
    assert isinstance(error, BacklitError)
    assert place(error) == (None, "loss", 1, 1)
    assert "became inf" in str(error)


# --- the compiled engine -------------------------------------------------------------------------------------------


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


# --- what it shows --------------------------------------------------------------------------------------------------


def test_progress_shows_epochs_and_losses_on_standard_error(capsys):
    X, y = samples()
    bl.train(small(), X, y, epochs=2, batch_size=2, validation=(X, y), progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "epoch 2/2" in err
    assert re.search(r"loss [\d.]+, validation [\d.]+", err)
    bl.train(small(), X, y, epochs=2)
    assert capsys.readouterr() == ("", "")


# --- what it refuses ------------------------------------------------------------------------------------------------

REFUSED = [
    ({"optimizer": "adm"}, "unknown optimizer 'adm'; did you mean 'adam'"),
    ({"optimizer": None}, "unknown optimizer None"),
    ({"schedule": "linear"}, "unknown schedule 'linear'"),
    ({"learning_rate": 0}, "learning_rate must be above 0 and at most 1000, got 0"),
    ({"learning_rate": -0.1}, "learning_rate must be above 0 and at most 1000, got -0.1"),
    ({"learning_rate": 1e9}, "learning_rate must be above 0 and at most 1000, got 1e+09"),
    ({"learning_rate": "fast"}, "learning_rate must be a number, got 'fast'"),
    ({"learning_rate": float("nan")}, "learning_rate must be a finite number, got nan"),
    ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
    ({"batch_size": 2.5}, "batch_size must be a whole number of at least 1, got 2.5"),
    ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
    ({"epochs": True}, "epochs must be a whole number of at least 1, got True"),
    ({"momentum": 1.0}, "momentum must be at least 0 and below 1, got 1"),
    ({"momentum": -0.5}, "momentum must be at least 0 and below 1, got -0.5"),
    ({"beta_1": 1.5}, "beta_1 must be at least 0 and below 1, got 1.5"),
    ({"beta_2": [0.9]}, "beta_2 must be a number, got [0.9]"),
    ({"epsilon": 0}, "epsilon must be above 0, got 0"),
    ({"weight_decay": -1}, "weight_decay must be at least 0 and at most 100, got -1"),
    ({"weight_decay": 1e6}, "weight_decay must be at least 0 and at most 100, got 1e+06"),
    ({"clip_norm": 0}, "clip_norm must be above 0, got 0"),
    ({"clip_norm": "big"}, "clip_norm must be a number, got 'big'"),
    ({"early_stopping": 0}, "early_stopping must be a whole number of at least 1, got 0"),
    ({"early_stopping": True}, "early_stopping must be a whole number of at least 1, got True"),
    ({"engine": "fast"}, "engine must be one of auto, compiled, equations, got 'fast'"),
    ({"engine": None}, "engine must be one of auto, compiled, equations, got None"),
    ({"n_threads": 0}, "n_threads must be a whole number of at least 1, got 0"),
    ({"n_threads": 5000}, "n_threads must be at most 1024, got 5000"),
    ({"shuffle": "yes"}, "shuffle must be True or False, got 'yes'"),
    ({"progress": 1}, "progress must be True or False, got 1"),
    ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
    ({"seed": "x"}, "seed must be a whole number of at least 0, got 'x'"),
    ({"callbacks": print}, "callbacks must be a list of functions of one argument, got <built-in function print>"),
    ({"callbacks": ["print"]}, "callbacks must be a list of functions of one argument, got ['print']"),
    ({"validation": 0}, "validation must be a pair (X, y) or a share between 0 and 1, got 0"),
    ({"validation": 1.5}, "validation must be a pair (X, y) or a share between 0 and 1, got 1.5"),
    ({"validation": "0.2"}, "validation must be a pair (X, y) or a share between 0 and 1, got '0.2'"),
    ({"validation": True}, "validation must be a pair (X, y) or a share between 0 and 1, got True"),
    ({"validation": 0.01}, "at least one sample on each side, got 0.01 of 5 samples, which is 0 to validate"),
    ({"validation": 0.95}, "got 0.95 of 5 samples, which is 5 to validate and 0 to train"),
    ({"validation": ([[1, 2]], [[1, 2]])}, "validation: layer 1 takes 3 inputs, got X with shape (1, 2)"),
    ({"validation": (np.zeros((0, 3)), np.zeros((0, 2)))}, "validation: X must hold at least one sample, got none"),
    ({"validation": ([[1, 2, 3]], [[1]])}, "validation: y must have shape (1, 2), got (1, 1)"),
    ({"X": [[1, 2, float("nan")]]}, "X must be finite numbers, got nan at index [0, 2]"),
    ({"y": [[1, 2]]}, "y must have shape (5, 2), got (1, 2)"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[message[:40] for _, message in REFUSED])
def test_what_cannot_be_used_is_refused_in_one_sentence(options, message):
    X, y = samples()
    given = {"X": X, "y": y, **options}
    with pytest.raises(BacklitError) as caught:
        bl.train(small(), **given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


# --- the real thing -------------------------------------------------------------------------------------------------


def test_handwritten_digits_are_learned_in_a_few_epochs():
    X, y = load_digits(return_X_y=True)
    X = X / 16
    test = np.arange(len(X)) % 5 == 0
    net = bl.Network.random([64, 32, 10], activation="relu", output="softmax", seed=0)
    trained, history = bl.train(net, X[~test], y[~test], learning_rate=0.005, epochs=6, validation=0.1, seed=0)
    assert np.mean(trained.predict(X[test]).argmax(axis=1) == y[test]) > 0.9
    assert history.validation_scores[-1] > 0.9
