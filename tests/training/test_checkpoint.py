"""Checkpoints: a run that was interrupted ends as if it had not been, bit for bit."""

import json
import random
import signal

import numpy as np
import pytest
from command_line import assert_one_sentence
from sealed_files import parts, resealed, without_digest

import backlit as bl
from backlit.equations.optimizers import OPTIMIZERS, Optimizer

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
        {"schedule": "plateau", "learning_rate": 1.0, "epochs": 40},
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
            signal.raise_signal(signal.SIGINT)

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


@pytest.mark.parametrize("patience", [None, 2])
def test_what_was_learned_is_not_lost_with_the_checkpoint(patience, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    options = {**OPTIONS, "early_stopping": patience}

    def remove(report):
        if report.epoch == 2:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
        return False

    with pytest.raises(bl.TrainingError, match="training ended after epoch 3") as caught:
        bl.train(net(), X, Y, **options, checkpoint=folder / "c", callbacks=[remove])
    assert_one_sentence(str(caught.value).replace(str(folder), ""))
    error = caught.value
    assert (error.epoch, error.history.epochs, error.history.stopped_by) == (3, 3, "checkpoint")
    network, _ = bl.train(net(), X, Y, **options, callbacks=stop_after(3))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(error.network.weights, network.weights, strict=True))


@pytest.fixture(scope="module", params=["adam", "momentum"])
def half(request, tmp_path_factory):
    """A checkpoint in the middle of a run, and the run's options."""
    path = tmp_path_factory.mktemp("half") / "run.checkpoint"
    options = {**OPTIONS, "optimizer": request.param}
    bl.train(net(), X, Y, **options, checkpoint=path, callbacks=stop_after(3))
    return path.read_bytes(), options


def without(prefix):
    return lambda tensors, run: [tensors.pop(name) for name in list(tensors) if name.startswith(prefix)]


def each(prefix, change):
    return lambda tensors, run: tensors.update({n: change(a) for n, a in tensors.items() if n.startswith(prefix)})


def memory_of(array, number):
    return np.full_like(array, number) if array.ndim else array


CHANGES = {
    "no memory": without("states."),
    "no memory of a layer": without("states.0."),
    "no best network": without("best."),
    "memory of another shape": each("states.", lambda a: a.ravel() if a.ndim == 2 else a),
    "memory of one number": each("states.", lambda a: np.asarray(a.ravel()[0])),
    "memory of another precision": each("states.", lambda a: a.astype(np.float32) if a.ndim else a),
    "memory of NaN": each("states.", lambda a: memory_of(a, np.nan)),
    "a network of another precision": each("network.", lambda a: a.astype(np.float32)),
    "a network of NaN": each("network.", lambda a: memory_of(a, np.nan)),
    "a tensor more": lambda tensors, run: tensors.update(more=np.zeros(2)),
    "memory of a layer more": lambda tensors, run: tensors.update({"states.9.mean": np.zeros(2)}),
    "an epoch more": lambda tensors, run: run["reports"].append(run["reports"][-1]),
    "epochs beyond the last": lambda tensors, run: run["reports"].extend(
        {**run["reports"][-1], "epoch": epoch} for epoch in range(4, 9)
    ),
    "no reports": lambda tensors, run: run.update(reports=[]),
    "reports in words": lambda tensors, run: run.update(reports="three"),
    "a loss in words": lambda tensors, run: run["reports"][0].update(loss="x"),
    "a loss that is none": lambda tensors, run: run["reports"][0].update(loss=None),
    "a best epoch in words": lambda tensors, run: run.update(best_epoch="two"),
    "a best epoch that is none": lambda tensors, run: run.update(best_epoch=99),
    "the epoch before the first": lambda tensors, run: run.update(best_epoch=0),
    "seconds in words": lambda tensors, run: run.update(seconds="3"),
    "another kind of generator": lambda tensors, run: run["generator"].update(bit_generator="MT19937"),
    "a generator's state of -1": lambda tensors, run: run["generator"].update(uinteger=-1, has_uint32=1),
    "a generator in words": lambda tensors, run: run.update(generator="x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_checkpoint_with_other_parts_is_refused(change, half, tmp_path):
    content, options = half
    tensors, metadata = parts(content)
    run = json.loads(metadata["run"])
    change(tensors, run)
    path = tmp_path / "run.checkpoint"
    path.write_bytes(resealed(content, tensors, run=json.dumps(run)))
    refused(path, options, "damaged")


@pytest.mark.parametrize("key", ["run", "identity"])
@pytest.mark.parametrize("text", ["", "null", "[" * 100_000, '{"a":' * 100_000, "3"])
def test_words_that_are_no_description_are_refused(key, text, half, tmp_path):
    content, options = half
    path = tmp_path / "run.checkpoint"
    path.write_bytes(resealed(content, **{key: text}))
    refused(path, options)


def test_a_step_too_many_is_noticed(half, tmp_path):
    content, options = half
    tensors, _ = parts(content)
    counts = {name: np.asarray(-5) for name, tensor in tensors.items() if name.endswith(".t")}
    path = tmp_path / "run.checkpoint"
    path.write_bytes(resealed(content, {**tensors, **counts}))
    if options["optimizer"] == "adam":
        refused(path, options, "to count 15 steps, got -5")
    else:
        assert not counts


def refused(path, options, words=""):
    with pytest.raises(bl.BacklitError) as caught:
        bl.train(net(), X, Y, **options, checkpoint=path)
    message = str(caught.value)
    assert words in message
    assert message.startswith(f"{path}: ")
    assert_one_sentence(message.replace(str(path), "PATH"))


def test_no_turned_bit_of_a_checkpoint_goes_unnoticed(half, tmp_path):
    content, options = half
    path, rng = tmp_path / "run.checkpoint", random.Random(0)
    for place in range(0, len(content), 13):
        damaged = bytearray(content)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(bytes(damaged))
        refused(path, options)


def test_a_checkpoint_of_before_the_digest_goes_on_with_a_word(half, tmp_path):
    content, options = half
    path = tmp_path / "run.checkpoint"
    path.write_bytes(without_digest(content))
    with pytest.warns(UserWarning, match="added no digest"):
        resumed = bl.train(net(), X, Y, **options, checkpoint=path)
    assert same(resumed, bl.train(net(), X, Y, **options))


def test_an_optimizer_of_ones_own_remembers_what_it_likes(tmp_path):
    def step(gradient, state, *, learning_rate):
        mean = 0.5 * state.get("own", 0.0) + gradient.mean()
        return -learning_rate * gradient, {"own": np.asarray([mean]).ravel()[:1]}

    own = Optimizer("own", step, ("", ""), "", {"learning_rate": 0.1})
    options = {**OPTIONS, "optimizer": own, "engine": "equations"}
    path = tmp_path / "run.checkpoint"
    bl.train(net(), X, Y, **options, checkpoint=path, callbacks=stop_after(2))
    assert same(bl.train(net(), X, Y, **options, checkpoint=path), bl.train(net(), X, Y, **options))
