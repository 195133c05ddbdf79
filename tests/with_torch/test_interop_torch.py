"""Networks to and from PyTorch; run where it is installed: make test-torch."""

import numpy as np
import pytest
import torch
from torch import nn

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, Activation

X = np.random.default_rng(0).normal(size=(5, 3)) * 2
HIDDEN = [*(n for n, row in ACTIVATIONS.items() if not row.output_only and n != "exp"), "leaky_relu(0.3)", "elu(0.5)"]


def output(module, dtype=torch.float64):
    with torch.no_grad():
        return module.eval()(torch.tensor(X, dtype=dtype)).numpy()


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("biases", [True, False])
def test_there_and_back(activation, biases):
    net = bl.Network.random([3, 4, 6, 2], activation=activation, output="softmax", biases=biases, dropout=0.25, seed=0)
    module = bl.to_torch(net)
    np.testing.assert_allclose(output(module), net.predict(X), rtol=1e-6, atol=1e-9)
    again = bl.from_torch(module)
    assert repr(again) == repr(net)
    assert [layer.dropout for layer in again.layers] == [0.25, 0.25, 0.0]
    for one, other in zip(net.layers, again.layers, strict=True):
        assert (one.weights == other.weights).all()
        assert (one.biases is None) == (other.biases is None) == (not biases)


def test_gradients_are_the_same():
    net = bl.Network.random([3, 4, 2], activation="tanh", output="identity", seed=0)
    y = np.random.default_rng(1).normal(size=(5, 2))
    module = bl.to_torch(net)
    loss = ((module(torch.tensor(X)) - torch.tensor(y)) ** 2).sum() / (2 * len(X))
    loss.backward()
    dW, db = net.gradients(X, y)
    for i, at in enumerate((0, 2)):
        np.testing.assert_allclose(module[at].weight.grad.T, dW[i], rtol=1e-10)
        np.testing.assert_allclose(module[at].bias.grad, db[i], rtol=1e-10)


def test_a_module_in_float32_and_one_in_half_precision():
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    net = bl.from_torch(module, output="identity")
    assert net.weights[0].dtype == np.float32
    np.testing.assert_allclose(net.predict(X), output(module, torch.float32), rtol=1e-5, atol=1e-6)
    assert bl.from_torch(module.half(), output="identity").weights[0].dtype == np.float32


def test_nested_stacks_one_layer_and_scores():
    module = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.Tanh()), nn.Identity(), nn.Sequential(nn.Linear(4, 2)))
    net = bl.from_torch(module, output="softmax")
    assert repr(net) == "Network 3-4-2: tanh, softmax; loss cross_entropy; 26 parameters"
    np.testing.assert_allclose(net.predict(X).sum(axis=1), 1, rtol=1e-6)
    assert list(bl.from_torch(nn.Linear(3, 2), output="identity").sizes) == [3, 2]


def test_the_network_does_not_change_with_the_module():
    module = nn.Linear(3, 2)
    net = bl.from_torch(module, output="identity")
    before = net.weights[0].copy()
    with torch.no_grad():
        module.weight.add_(1.0)
    assert (net.weights[0] == before).all()


class Mine(nn.Sequential):
    """A Sequential that does something of its own."""

    def forward(self, x):
        return super().forward(x) + 1


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4)), "layer 1 (LayerNorm) cannot be taken"),
        (nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.Conv1d(1, 1, 1))), "layer 1.0 (Conv1d) cannot be taken"),
        (nn.Sequential(nn.ReLU(), nn.Linear(3, 4)), "layer 0 (ReLU) cannot be taken: a network begins"),
        (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Tanh()), "layer 2 (Tanh) cannot be taken: it does not follow"),
        (nn.Sequential(nn.Linear(3, 4), nn.GELU("tanh"), nn.Linear(4, 2)), "layer 1 (GELU)"),
        (nn.Sequential(nn.Linear(3, 4), nn.Softplus(2), nn.Linear(4, 2)), "layer 1 (Softplus)"),
        (nn.Sequential(nn.Linear(3, 4), nn.Softmax(dim=0)), "layer 1 (Softmax)"),
        (nn.Sequential(nn.Linear(3, 4), nn.Softmax(dim=1), nn.Linear(4, 2)), "belongs at the output"),
        (nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5)), "Dropout after the last Linear"),
        (nn.Sequential(), "without one"),
        (Mine(nn.Linear(3, 4)), "the module Mine cannot be taken"),
        (nn.LSTM(3, 4), "the module LSTM cannot be taken"),
        ("module", "takes a PyTorch module, got str"),
        (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 2)), "layer 2 takes 5 inputs"),
    ],
)
def test_what_cannot_be_taken_is_named(module, words):
    with pytest.raises(bl.BacklitError) as caught:
        bl.from_torch(module)
    assert words in str(caught.value)


def test_an_output_after_an_output_is_refused():
    with pytest.raises(bl.BacklitError, match="ends in softmax"):
        bl.from_torch(nn.Sequential(nn.Linear(3, 2), nn.Softmax(dim=1)), output="softmax")


def test_an_activation_that_pytorch_lacks_is_named():
    with pytest.raises(bl.BacklitError, match="layer 2 has the activation 'exp'"):
        bl.to_torch(bl.Network.random([3, 4, 2], output="exp", seed=0))
    row = ACTIVATIONS["tanh"]
    mine = Activation("tanh", row.value, row.derivative, row.formula, row.derivative_formula)
    with pytest.raises(bl.BacklitError, match="layer 1 has the activation 'tanh'"):
        bl.to_torch(bl.Network.random([3, 4, 2], activation=mine, seed=0))
