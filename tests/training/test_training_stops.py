"""When training ends: validation, early stopping, callbacks, Ctrl-C."""

import signal
import threading

import numpy as np
import pytest
from small_training import N_OUT, assert_same, ctrl_c, differ, samples, small

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.training.history import EpochReport


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
