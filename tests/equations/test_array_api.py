"""The equations run unchanged on any library that follows the array API standard: here its strict reference."""

from dataclasses import replace

import array_api_strict as strict
import numpy as np
import pytest

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, activation_backward
from backlit.equations.dense import dense_bias_gradient, dense_forward, dense_input_gradient, dense_weight_gradient
from backlit.equations.dropout import dropout_backward, dropout_forward
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, loss_fits
from backlit.equations.normal import normal_cdf, normal_pdf
from backlit.network.sweeps import backward, forward, sample_losses

Z = np.random.default_rng(0).normal(size=(5, 3))
DA = np.random.default_rng(1).normal(size=(5, 3))
Y = np.random.default_rng(2).dirichlet(np.ones(3), 5)
PAIRS = [(a.name, lo.name) for a in ACTIVATIONS.values() for lo in LOSSES.values() if loss_fits(lo, a)]


def same(function, *arrays):
    """The function gives the same numbers on strict arrays, and a strict array of the same type."""
    expected = function(*arrays)
    result = function(*(strict.asarray(array) for array in arrays))
    assert type(result) is type(strict.asarray(Z))
    assert result.dtype == strict.asarray(expected).dtype
    np.testing.assert_allclose(np.asarray(result), expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_activations(row, dtype):
    z, da = Z.astype(dtype), DA.astype(dtype)
    same(row.value, z)
    same(lambda z, da: activation_backward(row, z, da), z, da)
    if row.derivative is not None:
        same(row.derivative, z)


@pytest.mark.parametrize("row", LOSSES.values(), ids=lambda row: row.name)
def test_losses(row):
    same(row.value, 0.1 + 0.8 * Y[::-1], Y)
    same(row.gradient, 0.1 + 0.8 * Y[::-1], Y)


@pytest.mark.parametrize("pair", FUSED_PAIRS.values(), ids=lambda pair: pair.loss)
def test_fused_pairs(pair):
    same(pair.value, Z, Y)
    same(pair.gradient, Z, Y)


def test_dense_dropout_and_the_normal_distribution():
    W, b = np.random.default_rng(3).normal(size=(3, 4)), np.arange(4.0)
    dz = np.random.default_rng(4).normal(size=(5, 4))
    same(dense_forward, Z, W, b)
    same(dense_weight_gradient, Z, dz)
    same(dense_bias_gradient, dz)
    same(dense_input_gradient, dz, W)
    same(dropout_forward, Z, 2.0 * (DA > 0))
    same(dropout_backward, DA, 2.0 * (DA > 0))
    same(normal_cdf, Z)
    same(normal_pdf, Z)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_a_whole_pass(output, loss):
    hidden = ("gelu", "mish", "selu", "tanh")[PAIRS.index((output, loss)) % 4]
    net = bl.Network.random([3, 4, 3], activation=hidden, output=output, loss=loss, seed=0)
    layers = tuple(
        replace(layer, weights=strict.asarray(layer.weights), biases=strict.asarray(layer.biases))
        for layer in net.layers
    )
    other = replace(net, layers=layers)
    sweep, other_sweep = forward(net, Z), forward(other, strict.asarray(Z))
    np.testing.assert_allclose(
        np.asarray(sample_losses(other, other_sweep, strict.asarray(Y))), sample_losses(net, sweep, Y), rtol=1e-13
    )
    for mine, others in zip(backward(net, sweep, Y), backward(other, other_sweep, strict.asarray(Y)), strict=True):
        for name in ("error_term", "weight_gradient", "bias_gradient"):
            np.testing.assert_allclose(np.asarray(getattr(others, name)), getattr(mine, name), rtol=1e-12, atol=1e-15)
