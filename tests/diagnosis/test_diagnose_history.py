"""A History and a checkpoint as what is diagnosed."""

import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis.from_checkpoint import read_checkpoint
from backlit.diagnosis.from_history import findings_of_history

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
Y = X[:, :1] * X[:, 1:2]


@pytest.mark.parametrize(
    ("losses", "validation", "name"),
    [
        (np.linspace(1, 0.05, 20), (), None),
        (0.9 ** np.arange(60), (), None),
        (np.linspace(1, 2, 12), (), "loss-rises"),
        (np.full(15, 0.7), (), "loss-flat"),
        (1 - 0.5 * np.minimum(np.arange(30) / 10, 1) + 0.3 * (np.arange(30) % 2), (), "loss-swings"),
        (np.linspace(1, 0.4, 20), (), "still-falling"),
        (0.8 ** np.arange(20), 0.5 + 0.02 * np.abs(np.arange(20) - 5), "overfitting"),
        (0.8 ** np.arange(20), 0.5 + 0.5 * 0.8 ** np.arange(20), None),
        ((), (), None),
        ((0.5,), (), None),
    ],
)
def test_a_curve_says_what_it_shows(losses, validation, name):
    history = bl.History(tuple(map(float, losses)), tuple(map(float, validation)))
    found = bl.diagnose(history)
    assert [finding.identifier for finding in found.findings] == ([name] if name else [])
    assert not found.causes
    assert "no experiments were made" in found.to_text()


def test_a_run_that_was_not_finite_is_said():
    assert findings_of_history(bl.History((0.5, 0.4), stopped_by="not_finite"))[0].identifier == "diverged"


def test_a_checkpoint_is_diagnosed_with_its_own_settings(tmp_path):
    path = tmp_path / "run.checkpoint"
    net = bl.Network.random([3, 7, 7, 7, 1], activation="tanh", output="identity", loss="squared_error", seed=0)
    given = {"optimizer": "momentum", "learning_rate": 1e-7, "momentum": 0.8, "batch_size": 30}
    trained, history = bl.train(net, X, Y, epochs=12, seed=0, checkpoint=path, clip_norm=3.0, **given)
    read, settings, before = read_checkpoint(path)
    np.testing.assert_array_equal(read.weights[0], trained.weights[0])
    assert repr(read) == repr(net)
    assert before.losses == history.losses
    assert {**settings, **given} == settings
    found = bl.diagnose(path, X, Y, quick=True)
    assert {"small-steps", "loss-flat"} <= {finding.identifier for finding in found.findings}
    other = bl.diagnose(str(path), X, Y, optimizer="adam", learning_rate=0.02, epochs=150, momentum=None)
    assert other.score > 0.9
    assert not other.causes


def test_a_file_that_is_no_checkpoint_is_said(tmp_path):
    path = tmp_path / "net.safetensors"
    bl.Network.random([3, 1], seed=0).save(path)
    with pytest.raises(bl.BacklitError, match="expected format backlit/checkpoint/1"):
        bl.diagnose(path, X, Y)
    with pytest.raises(bl.BacklitError, match="could not be read"):
        bl.diagnose(tmp_path / "none", X, Y)
    with pytest.raises(bl.BacklitError, match="only a History does without"):
        bl.diagnose(path)


def test_a_history_of_no_epoch_says_so():
    assert "no epoch, so nothing can be said" in bl.diagnose(bl.History(())).to_text()
