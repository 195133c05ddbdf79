"""Checkpoints: a run that was interrupted ends as if it had not been, bit for bit."""

import os
import signal

import numpy as np
import pytest
from command_line import assert_one_sentence

import backlit as bl
from backlit.equations.optimizers import OPTIMIZERS

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(50, 3)), RNG.integers(0, 2, 50)
OPTIONS = {"batch_size": 8, "epochs": 5, "validation": 0.2, "seed": 1, "learning_rate": 0.01}


def net(dropout=0.2, dtype="float64"):
    return bl.Network.random([3, 6, 4, 2], activation="tanh", output="softmax", dropout=dropout, seed=0, dtype=dtype)


def same(one, other):
    """Whether two results of ``train`` are equal, bit for bit, but for the time."""
    pairs = [
        (a, b)
        for p, q in zip(one[0].layers, other[0].layers, strict=True)
        for a, b in zip(_all(p), _all(q), strict=True)
    ]
    histories = [
        (h.losses, h.validation_losses, h.validation_scores, h.learning_rates, h.stopped_by) for _, h in (one, other)
    ]
    return all(a.tobytes() == b.tobytes() for a, b in pairs) and histories[0] == histories[1]


def _all(layer):
    return layer.weights, layer.biases


def stop_after(epoch):
    return [lambda report: report.epoch == epoch]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_resumed_run_is_the_run_that_was_not_interrupted(optimizer, dtype, tmp_path):
    options = {**OPTIONS, "optimizer": optimizer}
    whole = bl.train(net(dtype=dtype), X, Y, **options)
    for stop in (1, 3):
        path = tmp_path / f"{stop}.checkpoint"
        bl.train(net(dtype=dtype), X, Y, **options, checkpoint=path, callbacks=stop_after(stop))
        resumed = bl.train(net(dtype=dtype), X, Y, **options, checkpoint=path)
        assert same(resumed, whole)


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "plateau"},
        {"schedule": "one_cycle", "clip_norm": 0.5},
        {"early_stopping": 2, "learning_rate": 0.5, "epochs": 40},
        {"validation": None, "early_stopping": 3, "learning_rate": 0.5, "epochs": 40},
        {"shuffle": False, "weight_decay": 0.1},
        {"batch_size": 100},
    ],
)
def test_what_a_run_remembers_goes_on(options, tmp_path):
    options = {**OPTIONS, **options}
    whole = bl.train(net(), X, Y, **options)
    path = tmp_path / "run.checkpoint"
    for stop in (1, 2, 3):
        bl.train(net(), X, Y, **options, checkpoint=path, callbacks=stop_after(stop))
    assert same(bl.train(net(), X, Y, **options, checkpoint=path), whole)
    # a run that has ended stays as it is
    assert same(bl.train(net(), X, Y, **options, checkpoint=path), whole)


def test_a_run_stopped_in_the_middle_of_an_epoch_does_that_epoch_again(tmp_path):
    path = tmp_path / "run.checkpoint"
    whole = bl.train(net(), X, Y, **OPTIONS)

    def interrupt(report):
        if report.epoch == 2:
            os.kill(os.getpid(), signal.SIGINT)

    _, history = bl.train(net(), X, Y, **OPTIONS, checkpoint=path, callbacks=[interrupt])
    assert history.stopped_by == "interrupt"
    assert same(bl.train(net(), X, Y, **OPTIONS, checkpoint=path), whole)


def test_a_checkpoint_changes_nothing(tmp_path):
    assert same(bl.train(net(), X, Y, **OPTIONS, checkpoint=tmp_path / "c"), bl.train(net(), X, Y, **OPTIONS))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"epochs": 6}, "epochs was 5 and not 6"),
        ({"learning_rate": 0.02}, "learning_rate was 0.01 and not 0.02"),
        ({"optimizer": "sgd"}, "optimizer was adam and not sgd"),
        ({"seed": 2}, "start and samples"),
        ({"validation": 0.3}, "start and samples"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(change, word, tmp_path):
    path = tmp_path / "run.checkpoint"
    bl.train(net(), X, Y, **OPTIONS, checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(bl.BacklitError, match=word) as caught:
        bl.train(net(), X, Y, **{**OPTIONS, **change}, checkpoint=path)
    assert_one_sentence(str(caught.value).replace(str(path), "PATH"))
    assert path.read_bytes() == before


def test_damaged_and_foreign_checkpoints_are_refused(tmp_path):
    path = tmp_path / "run.checkpoint"
    bl.train(net(), X, Y, **OPTIONS, checkpoint=path)
    content = path.read_bytes()
    header = 8 + int.from_bytes(content[:8], "little")
    net().save(tmp_path / "net")
    bad = [content[:length] for length in range(0, len(content), 501)]
    bad += [content.replace(b"checkpoint/1", b"checkpoint/2"), content.replace(b"best.0.weights", b"bist.0.weights")]
    bad += [(tmp_path / "net").read_bytes(), content[:header].replace(b"PCG64", b"PCG63") + content[header:]]
    for damaged in bad:
        path.write_bytes(damaged)
        with pytest.raises(bl.BacklitError) as caught:
            bl.train(net(), X, Y, **OPTIONS, checkpoint=path)
        assert_one_sentence(str(caught.value).replace(str(path), "PATH"))
        assert str(caught.value).startswith(f"{path}: ")


def test_a_checkpoint_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(bl.BacklitError, match="could not be"):
        bl.train(net(), X, Y, **OPTIONS, checkpoint=tmp_path / "nowhere" / "c")
