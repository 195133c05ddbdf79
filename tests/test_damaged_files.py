"""Network files that are damaged, foreign or hostile: one sentence, and never code run."""

import io
import json
import os
import pickle
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from command_line import assert_one_sentence
from sealed_files import parts, resealed, without_digest

import backlit as bl

NET = bl.Network.random([3, 4, 2], activation="relu", output="softmax", dropout=0.5, seed=0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.safetensors"


@pytest.fixture
def content(path):
    NET.save(path)
    return path.read_bytes()


def refused(path, content):
    """Check that a file is refused in one sentence that names it, and return the sentence."""
    path.write_bytes(content)
    with pytest.raises(bl.BacklitError) as caught:
        bl.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert_one_sentence(message.replace(str(path), "PATH"))
    return message


@pytest.mark.parametrize("flip", [0x01, 0x02, 0x20, 0x80, 0xFF])
def test_no_flipped_byte_goes_unnoticed(flip, path, content):
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= flip
        refused(path, bytes(damaged))


def test_a_file_of_before_the_digest_is_read_with_a_word(path, content):
    path.write_bytes(without_digest(content))
    with pytest.warns(UserWarning, match="added no digest") as caught:
        net = bl.load(path)
    assert_one_sentence(str(caught[0].message))
    assert caught[0].filename == __file__
    assert all((a == b).all() for a, b in zip(net.weights, NET.weights, strict=True))


def test_the_same_network_gives_the_same_bytes(path, content):
    script = (
        "import sys, backlit as bl; net = bl.Network.random([3, 4, 2], activation='relu', output='softmax', "
        "dropout=0.5, seed=0); net.save(sys.argv[1])"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, path], env=environment, check=True)
        assert path.read_bytes() == content


def test_other_programs_read_the_file(path, content):
    from safetensors.numpy import load_file

    tensors = load_file(path)
    assert sorted(tensors) == ["layers.0.biases", "layers.0.weights", "layers.1.biases", "layers.1.weights"]
    assert tensors["layers.1.weights"].tobytes() == NET.weights[1].tobytes()
    assert len(content) - sum(tensor.nbytes for tensor in tensors.values()) < 1000


def test_a_truncated_file_is_refused(path, content):
    for length in range(0, len(content), 3):
        refused(path, content[:length])


def test_a_longer_file_is_refused(path, content):
    refused(path, content + b"\x00")


def test_random_bytes_are_refused(path):
    rng = random.Random(0)
    for length in (1, 7, 8, 9, 64, 1000):
        for _ in range(20):
            refused(path, rng.randbytes(length))


def test_an_empty_file_is_called_empty(path):
    assert "got an empty file" in refused(path, b"")


@pytest.mark.parametrize("length", [2**63, 2**64 - 1, 2**40, 100_000_000])
def test_a_huge_header_is_refused(length, path, content):
    refused(path, length.to_bytes(8, "little") + content[8:])


class Bomb:
    """An object whose pickle makes a file when it is read."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


def test_a_pickle_is_refused_and_not_run(path, tmp_path):
    marker = tmp_path / "marker"
    bomb = pickle.dumps(Bomb(marker))
    refused(path, bomb)
    assert not marker.exists()
    pickle.loads(bomb)
    assert marker.exists()


def test_an_archive_is_refused(path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("layers.0.weights", "1 2 3")
    refused(path, stream.getvalue())


def test_an_array_file_is_refused(path):
    stream = io.BytesIO()
    np.save(stream, np.ones((3, 4)))
    refused(path, stream.getvalue())


def file_of(header, body=b""):
    text = (header if isinstance(header, str) else json.dumps(header)).encode()
    return len(text).to_bytes(8, "little") + text + body


@pytest.mark.parametrize(
    "header",
    ["", "null", "[]", "{", "[" * 100_000, '{"a":' * 100_000, '{"__metadata__": 3}', '{"__metadata__": {"format": 3}}'],
    ids=lambda header: header[:20],
)
def test_a_header_that_is_none_is_refused(header, path):
    refused(path, file_of(header))


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16", "I64", "BOOL", "F8_E4M3", "U8"])
def test_a_file_of_another_program_is_refused(dtype, path):
    size = {"F32": 4, "F16": 2, "BF16": 2, "I64": 8}.get(dtype, 1)
    refused(path, file_of({"w": {"dtype": dtype, "shape": [1], "data_offsets": [0, size]}}, bytes(size)))


SPEC = {
    "activation": ["relu"],
    "output": "softmax",
    "loss": "cross_entropy",
    "dropout": [0.5],
    "dtype": "float64",
    "n_layers": 2,
    "biases": [True, True],
}


def with_metadata(content, **metadata):
    """The saved file with other metadata, and the digest over them."""
    return resealed(content, **metadata)


def with_spec(content, **changes):
    """The saved file with another description of the network."""
    return with_metadata(content, network=json.dumps({**SPEC, **changes}))


def test_the_unchanged_description_loads(path, content):
    path.write_bytes(with_spec(content))
    assert bl.load(path).predict([1, 2, 3]).tolist() == NET.predict([1, 2, 3]).tolist()


@pytest.mark.parametrize("key", SPEC)
@pytest.mark.parametrize("value", [None, "x", 3, -1, 1.5, {}, {"a": 1}, [], [[]], [None], [None, None], "é" * 1000])
def test_a_description_of_another_kind_is_refused(key, value, path, content):
    assert "damaged" in refused(path, with_spec(content, **{key: value}))


@pytest.mark.parametrize("key", SPEC)
def test_a_description_without_a_key_is_refused(key, path, content):
    network = json.dumps({name: value for name, value in SPEC.items() if name != key})
    assert "damaged, expected the network's description" in refused(path, with_metadata(content, network=network))


@pytest.mark.parametrize("network", ["", "null", "[]", "{}", "[" * 100_000])
def test_a_description_that_is_none_is_refused(network, path, content):
    assert "damaged, expected the network's description" in refused(path, with_metadata(content, network=network))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"n_layers": 3, "biases": [True, True, True]}, "expected the tensors layers.0.weights"),
        ({"biases": [True, False]}, "expected the tensors layers.0.weights"),
        ({"dtype": "float32"}, "to be float32, got float64"),
        ({"dtype": "object"}, "expected dtype float64 or float32"),
        ({"activation": ["mine"]}, "unknown activation 'mine'"),
        ({"activation": ["softmax"]}, "belongs at the output"),
        ({"loss": "log_loss"}, "loss 'log_loss' cannot take"),
        ({"dropout": [1.0]}, "dropout of layer 1 must be at least 0 and below 1"),
        ({"dropout": [0.5, 0.5]}, "each of 1 layers, got 2"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(changes, part, path, content):
    assert part in refused(path, with_spec(content, **changes))


def test_a_file_of_a_newer_version_says_so(path, content):
    changed = with_metadata(content, format="backlit/network/2", written_by="backlit 7.0")
    message = refused(path, changed)
    assert "expected format backlit/network/1, got backlit/network/2, written by backlit 7.0" in message
    assert "newer" in message


def test_weights_that_are_not_finite_are_refused(path, content):
    tensors, _ = parts(content)
    tensors["layers.1.biases"] = np.array([0.5, np.nan])
    assert "finite" in refused(path, resealed(content, tensors))


@pytest.mark.parametrize("name", ["nothing", "folder", "with\0null"])
def test_a_path_that_cannot_be_read_is_named(name, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(bl.BacklitError, match="could not be read") as caught:
        bl.load(tmp_path / name)
    assert_one_sentence(str(caught.value))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_a_device_that_never_ends_is_refused(device):
    with pytest.raises(bl.BacklitError, match=f"{device}: expected a file to read, got a device"):
        bl.load(device)
