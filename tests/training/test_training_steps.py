"""What training computes, and what chance decides."""

import numpy as np
import pytest
from small_training import N_HIDDEN, N, assert_same, differ, parameters, samples, small

import backlit as bl
from backlit.equations.activation_table import Activation
from backlit.equations.optimizers import OPTIMIZERS
from backlit.equations.schedules import Schedule
from backlit.errors import BacklitError
from backlit.runners import equations


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
    # after the last epoch answers are looked at once more
    first, second, after = seen[:7], seen[7:14], seen[14:]
    assert after == list(range(7))
    assert sorted(first) == sorted(second) == list(range(7))
    assert first != second
    seen.clear()
    bl.train(net, X, X, optimizer="sgd", batch_size=2, epochs=1, shuffle=False, engine="equations")
    assert seen == [*range(7), *range(7)]


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
