"""Training: what it shows, what it refuses, and real digits."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_digits
from small_training import samples, small

import backlit as bl
from backlit.errors import BacklitError


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
