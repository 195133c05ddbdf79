"""Slips as learners show them in forums, in columns and in layers of their own: each gets its word."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(11)
NET = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", loss="log_loss", seed=3)
X, Y = RNG.normal(size=(3, 7)), (RNG.random((2, 7)) > 0.5) * 1.0
A1 = np.tanh(NET.weights[0].T @ X + NET.biases[0][:, None])
DZ2 = 1 / (1 + np.exp(-(NET.weights[1].T @ A1 + NET.biases[1][:, None]))) - Y
DZ1 = NET.weights[1] @ DZ2 * (1 - A1**2)
WEIGHTS = [DZ1 @ X.T / 7, DZ2 @ A1.T / 7]
Z, W = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4))


def names(report):
    return [finding.identifier for finding in report.findings]


@pytest.mark.parametrize(
    "biases",
    [
        [dZ.sum(axis=0, keepdims=True) / 7 for dZ in (DZ1, DZ2)],
        [dZ.sum(axis=0) / 7 for dZ in (DZ1, DZ2)],
        [np.sum(dZ) / 7 for dZ in (DZ1, DZ2)],
        [np.full((len(dZ), 1), np.sum(dZ)) for dZ in (DZ1, DZ2)],
    ],
)
def test_biases_added_up_along_the_wrong_axis(biases):
    report = bl.check_gradients(NET, X, Y, WEIGHTS, biases)
    assert names(report) == ["wrong-axis"]
    assert "db2 = dz2.sum(axis=1, keepdims=True) / 7" in report.findings[0].instead
    right = [dZ.sum(axis=1, keepdims=True) / 7 for dZ in (DZ1, DZ2)]
    assert bl.check_gradients(NET, X, Y, WEIGHTS, right).ok


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    "backward",
    [
        lambda d, z: softmax(z) * d,
        lambda d, z: softmax(z) * (d - d.sum(axis=-1, keepdims=True)),
        lambda d, z: d - (d * softmax(z)).sum(axis=-1, keepdims=True),
    ],
)
def test_a_part_of_attention_s_softmax_left_out(backward):
    report = bl.check_layer(softmax, backward, RNG.normal(size=(2, 3, 4)))
    assert names(report) == ["slope-cut-short"]
    assert "softmax: p * (dY" in report.findings[0].instead


def test_what_a_parameter_is_multiplied_by_left_out():
    away = lambda x: (x - x.mean(axis=0)) / x.std(axis=0)  # noqa: E731
    scaled = bl.check_layer(lambda x, g: g * away(x), lambda d, x, g: (None, d.sum(axis=0)), Z, [W[:, 0]])
    dense = bl.check_layer(lambda x, W: x @ W, lambda d, x, W: (d @ W.T, np.tile(d.sum(axis=0), (3, 1))), Z, [W])
    for report in (scaled, dense):
        assert names(report) == ["missing-input"]
        assert "without what the parameter is multiplied by" in report.findings[0].happened


def test_a_scale_of_each_unit_left_out_is_said():
    scale = np.array([0.5, 2.0, -1.5])
    report = bl.check_layer(lambda x: scale * x @ np.ones((3, 3)) + x * scale, lambda d, x: d @ np.ones((3, 3)) + d, Z)
    assert names(report) == ["unknown"]
    assert "a factor of its own (2, 0.5, -0.6667)" in report.findings[0].sentence
