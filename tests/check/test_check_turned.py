"""Layers with a kernel or a square matrix that is taken the wrong way round, and normalising by size alone."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(4)
SIGNAL, KERNEL = RNG.normal(size=(2, 9)), RNG.normal(size=4)
IMAGE, KERNELS = RNG.normal(size=(2, 3, 5, 6)), RNG.normal(size=(4, 3, 2, 3))


def names(report):
    return [finding.identifier for finding in report.findings]


def windows(x):
    return np.lib.stride_tricks.sliding_window_view(x, 4, axis=1)


def conv(x, k):
    return windows(x) @ k


def conv_back(d, x, k, back, own):
    dx = np.zeros_like(x)
    for i in range(d.shape[1]):
        dx[:, i : i + 4] += d[:, i, None] * k[::back]
    return dx, np.einsum("si,sik->k", d, windows(x))[::own]


@pytest.mark.parametrize(("back", "own", "wrong"), [(1, 1, []), (-1, 1, [0]), (1, -1, [1]), (-1, -1, [0, 1])])
def test_a_kernel_that_is_turned_round_in_one_dimension(back, own, wrong):
    report = bl.check_layer(conv, lambda d, x, k: conv_back(d, x, k, back, own), SIGNAL, [KERNEL])
    assert [i for i, verdict in enumerate(report.verdicts) if not verdict.ok] == wrong
    assert names(report) == (["kernel-turned"] if wrong else [])


def images(x):
    return np.lib.stride_tricks.sliding_window_view(x, (2, 3), axis=(2, 3))


def conv2(x, k):
    return np.einsum("ncijuv,ocuv->noij", images(x), k)


def conv2_back(d, x, k, axes):
    dx = np.zeros_like(x)
    turned = np.flip(k, axes)
    for i in range(d.shape[2]):
        for j in range(d.shape[3]):
            dx[:, :, i : i + 2, j : j + 3] += np.einsum("no,ocuv->ncuv", d[:, :, i, j], turned)
    return dx, np.einsum("noij,ncijuv->ocuv", d, images(x))


@pytest.mark.parametrize(("axes", "said"), [((), []), ((2, 3), ["kernel-turned"]), ((3,), ["kernel-turned"])])
def test_a_kernel_that_is_turned_round_in_two_dimensions(axes, said):
    report = bl.check_layer(conv2, lambda d, x, k: conv2_back(d, x, k, axes), IMAGE, [KERNELS])
    assert names(report) == said
    assert [verdict.ok for verdict in report.verdicts] == [not said, True]


def test_a_square_matrix_among_others_that_is_not_transposed():
    U, W = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 4))

    def forward(x, U, W):
        return np.tanh(x @ U) @ W

    def backward(d, x, U, W):
        h = np.tanh(x @ U)
        e = d @ W * (1 - h**2)
        return e @ U.T, x.T @ e, h.T @ d

    report = bl.check_layer(forward, backward, RNG.normal(size=(5, 3)), [U, W])
    assert names(report) == ["transposed-weights"]
    assert [verdict.ok for verdict in report.verdicts] == [False, False, True]


def test_what_is_turned_in_no_such_way_stays_without_a_name():
    shifted = np.roll(KERNEL, 1)
    report = bl.check_layer(conv, lambda d, x, k: conv_back(d, x, shifted, 1, 1), SIGNAL, [KERNEL])
    assert names(report) == ["unknown"]


@pytest.mark.parametrize(("share", "said"), [(1.0, []), (0.0, ["statistics-as-constants"]), (0.5, ["unknown"])])
def test_a_row_divided_by_its_size(share, said):
    gain, x = RNG.normal(size=5), RNG.normal(size=(4, 5))

    def root(x):
        return np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-3)

    def backward(d, x, g):
        s, e = root(x), d * g
        return e / s - share * x * (e * x).mean(axis=1, keepdims=True) / s**3, (d * x / s).sum(axis=0)

    report = bl.check_layer(lambda x, g: x / root(x) * g, backward, x, [gain])
    assert names(report) == said
