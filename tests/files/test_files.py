"""Network files: what is saved comes back, and a save that fails leaves the old file."""

import errno
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import assert_one_sentence

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.equations.loss_table import LOSSES, Loss, loss_fits

PAIRS = [(output, loss) for output in ACTIVATIONS for loss in LOSSES if loss_fits(LOSSES[loss], ACTIVATIONS[output])]
HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]


def assert_same(found, expected):
    """Check that two networks are equal, bit for bit."""
    assert repr(found) == repr(expected)
    assert found.loss_function == expected.loss_function
    for one, other in zip(found.layers, expected.layers, strict=True):
        assert (one.activation, one.dropout) == (other.activation, other.dropout)
        for mine, theirs in ((one.weights, other.weights), (one.biases, other.biases)):
            assert (mine is None) == (theirs is None)
            if mine is not None:
                assert (mine.dtype, mine.shape, mine.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes())


def assert_comes_back(net, path):
    net.save(path)
    assert_same(bl.load(path), net)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.safetensors"


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_output_and_loss_comes_back(output, loss, dtype, path):
    assert_comes_back(bl.Network.random([3, 4, 2], output=output, loss=loss, seed=0, dtype=dtype), path)


@pytest.mark.parametrize("activation", HIDDEN)
def test_every_hidden_activation_comes_back(activation, path):
    assert_comes_back(bl.Network.random([3, 4, 5, 2], activation=["tanh", activation], seed=0), path)


@pytest.mark.parametrize(
    "options",
    [
        {"biases": False},
        {"dropout": [0.25, 0.5]},
        {"activation": "leaky_relu(0.2)", "loss": "huber(1.5)"},
        {"activation": "swish", "output": "linear", "loss": "mse"},
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_kind_of_network_comes_back(options, dtype, path):
    assert_comes_back(bl.Network.random([3, 4, 5, 2], **options, seed=0, dtype=dtype), path)


def test_a_layer_without_biases_below_one_that_has_them_comes_back(path):
    assert_comes_back(bl.Network.from_weights([np.ones((3, 4)), np.ones((4, 2))], [None, [0.5, 1.5]]), path)


def test_more_than_ten_layers_come_back_in_order(path):
    assert_comes_back(bl.Network.random(range(2, 16), seed=0), path)


def test_extreme_values_come_back(path):
    tiny, huge = np.finfo(float).smallest_subnormal, np.finfo(float).max
    assert_comes_back(bl.Network.from_weights([[[tiny, -0.0], [huge, -huge], [1 / 3, 0.1]]]), path)


def test_a_path_may_be_text_and_a_file_is_replaced(path):
    for seed in (0, 1):
        net = bl.Network.random([3, 4, 2], seed=seed)
        net.save(str(path))
        assert_same(bl.load(str(path)), net)


def test_the_metadata_are_plain_text(path):
    bl.Network.random([3, 4, 2], activation="tanh", output="softmax", dropout=0.5, seed=0).save(path)
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    metadata = header.pop("__metadata__")
    assert metadata["format"] == "backlit/network/1"
    assert metadata["written_by"] == f"backlit {bl.__version__}"
    assert json.loads(metadata["network"]) == {
        "activation": ["tanh"],
        "output": "softmax",
        "loss": "cross_entropy",
        "dropout": [0.5],
        "dtype": "float64",
        "n_layers": 2,
        "biases": [True, True],
    }
    shapes = {name: entry["shape"] for name, entry in header.items()}
    assert shapes == {
        "layers.0.weights": [3, 4],
        "layers.0.biases": [4],
        "layers.1.weights": [4, 2],
        "layers.1.biases": [2],
    }


OWN = Activation("mine", lambda z: z, lambda z: z * 0 + 1, ("#z", "#z"), ("1", "1"))
OWN_LOSS = Loss("mine", lambda p, y: ((p - y) ** 2).sum(axis=1), lambda p, y: 2 * (p - y), ("", ""), ("", ""))


@pytest.mark.parametrize("options", [{"activation": OWN}, {"output": OWN}, {"loss": OWN_LOSS}])
def test_a_function_of_ones_own_is_not_saved(options, path):
    with pytest.raises(bl.BacklitError, match="'mine' is your own, and a file holds no code") as caught:
        bl.Network.random([3, 4, 2], **options, seed=0).save(path)
    assert_one_sentence(str(caught.value))
    assert not path.exists()


@pytest.mark.parametrize("place", ["no/folder/net.safetensors", "file/net.safetensors", "folder", "n" * 300])
def test_a_path_that_cannot_be_written_is_named(place, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(bl.BacklitError) as caught:
        bl.Network.random([3, 4, 2], seed=0).save(tmp_path / place)
    assert str(caught.value).startswith(f"{tmp_path / place}: ")
    assert_one_sentence(str(caught.value).replace(str(tmp_path / place), ""))


def test_a_long_name_that_the_system_takes_is_taken(tmp_path):
    assert_comes_back(bl.Network.random([3, 4, 2], seed=0), tmp_path / ("n" * 243 + ".safetensors"))


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(call, reason, path, monkeypatch):
    old = bl.Network.random([3, 4, 2], seed=0)
    old.save(path)
    fail_at(call, OSError(reason, os.strerror(reason)), monkeypatch)
    with pytest.raises(bl.BacklitError) as caught:
        bl.Network.random([3, 4, 2], seed=1).save(path)
    monkeypatch.undo()
    assert str(caught.value) == f"{path}: could not be written, {os.strerror(reason)}"
    assert_same(bl.load(path), old)
    assert list(path.parent.iterdir()) == [path]


def test_an_interrupted_save_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    old = bl.Network.random([3, 4, 2], seed=0)
    old.save(path)
    fail_at("fsync", KeyboardInterrupt(), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        bl.Network.random([3, 4, 2], seed=1).save(path)
    monkeypatch.undo()
    assert_same(bl.load(path), old)
    assert list(path.parent.iterdir()) == [path]


def fail_at(call, error, monkeypatch):
    """Let a save fail when it writes, when it makes sure of what it wrote, or when it replaces the file."""

    def fail(*_):
        raise error

    if call == "write":
        # half of it is written first, as on a disk that fills up
        whole = Path.open

        def choose(path, mode="r", **rest):
            return HalfWritten(fail, path) if "x" in mode else whole(path, mode, **rest)

        monkeypatch.setattr(Path, "open", choose)
    else:
        monkeypatch.setattr(f"os.{call}", fail)


class HalfWritten:
    """A file that takes half of what it is given and then fails."""

    def __init__(self, fail, path):
        self.fail, self.file = fail, io.FileIO(path, "x")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.fail()


def test_a_file_keeps_its_permissions(path):
    bl.Network.random([3, 4, 2], seed=0).save(path)
    default = path.stat().st_mode & 0o777
    for mode in (0o600, 0o640, default):
        path.chmod(mode)
        bl.Network.random([3, 4, 2], seed=mode).save(path)
        assert path.stat().st_mode & 0o777 == mode


def test_nobody_reads_a_new_content_who_may_not_read_the_old(path, monkeypatch):
    bl.Network.random([3, 4, 2], seed=0).save(path)
    path.chmod(0o600)
    seen, sync = [], os.fsync

    def look(descriptor):
        seen.append(os.fstat(descriptor).st_mode & 0o777)
        sync(descriptor)

    monkeypatch.setattr("os.fsync", look)
    bl.Network.random([3, 4, 2], seed=1).save(path)
    assert seen[0] == 0o600


def test_the_folder_is_synced_once_the_file_is_in_its_place(path, monkeypatch):
    seen = []

    def look(descriptor):
        seen.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.exists()))

    monkeypatch.setattr("os.fsync", look)
    bl.Network.random([3, 4, 2], seed=1).save(path)
    assert seen == [(False, False), (True, True)]


def test_what_a_killed_save_left_is_removed_once_it_is_old(path):
    ours, young = path.with_name(".net.safetensors.0123abcd.part"), path.with_name(".net.safetensors.0123abce.part")
    others = [path.with_name(name) for name in (".net.safetensors.notours!.part", ".other.0123abcd.part", "a.part")]
    for part in (ours, young, *others):
        part.write_bytes(b"half")
        os.utime(part, (time.time() - 7200,) * 2)
    os.utime(young)
    bl.Network.random([3, 4, 2], seed=1).save(path)
    assert not ours.exists()
    assert young.exists()
    assert all(other.exists() for other in others)


SAVING = """
import sys
import backlit as bl
nets = [bl.Network.random([300, 200, 100], seed=seed) for seed in (0, 1)]
print("ready", flush=True)
while True:
    for net in nets:
        net.save(sys.argv[1])
"""


def test_a_process_killed_while_it_saves_leaves_a_whole_file(path):
    nets = [bl.Network.random([300, 200, 100], seed=seed) for seed in (0, 1)]
    nets[0].save(path)
    first = path.stat().st_mtime_ns
    for delay in (0, 0.003, 0.007, 0.012, 0.02, None):
        with subprocess.Popen([sys.executable, "-c", SAVING, path], stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n"
            # the last one is killed once it has saved, however busy the machine
            end = time.monotonic() + 30
            while delay is None and path.stat().st_mtime_ns == first and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(delay or 0.0)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        loaded = bl.load(path)
        which = int(loaded.weights[0][0, 0] != nets[0].weights[0][0, 0])
        assert_same(loaded, nets[which])
    assert path.stat().st_mtime_ns > first
