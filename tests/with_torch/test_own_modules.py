"""PyTorch's everyday modules as networks: classes of one's own, Flatten, LogSoftmax, BatchNorm1d; make test-torch."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import backlit as bl

X = np.random.default_rng(0).normal(size=(7, 3)) * 2


def trained(module):
    """A module in float64 whose batch norms have seen data; it is left in training."""
    module = module.double().train()
    for _ in range(3):
        module(torch.tensor(X) + 1)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d) and part.affine:
            nn.init.normal_(part.weight)
            nn.init.normal_(part.bias)
    return module


def output(module):
    was = module.training
    with torch.no_grad():
        result = module.eval()(torch.tensor(X)).numpy()
    module.train(was)
    return result


@pytest.mark.parametrize(
    "parts",
    [
        [nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)],
        [nn.Linear(3, 4, bias=False), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2)],
        [nn.BatchNorm1d(3), nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2, bias=False)],
        [nn.Linear(3, 4), nn.ReLU(), nn.BatchNorm1d(4), nn.Dropout(0.3), nn.Linear(4, 2, bias=False)],
        [nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.3), nn.BatchNorm1d(4, affine=False), nn.Linear(4, 2)],
        [nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.BatchNorm1d(2)],
        [nn.Flatten(), nn.Linear(3, 4), nn.Flatten(), nn.ReLU(), nn.Identity(), nn.Linear(4, 2)],
    ],
)
def test_batch_norm_is_folded_and_flatten_does_nothing(parts):
    torch.manual_seed(0)
    module = trained(nn.Sequential(*parts))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    net = bl.from_torch(module, output="identity")
    assert net.sizes == (3, 4, 2)
    np.testing.assert_allclose(net.predict(X), output(module), rtol=1e-9, atol=1e-9)
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_a_folded_batch_norm_by_hand():
    norm = nn.BatchNorm1d(1, eps=0.0)
    norm.running_mean, norm.running_var = torch.tensor([3.0]), torch.tensor([4.0])
    linear = nn.Linear(1, 1)
    with torch.no_grad():
        norm.weight.fill_(6.0)
        norm.bias.fill_(1.0)
        linear.weight.fill_(2.0)
        linear.bias.fill_(5.0)
    # ((2x + 5) − 3) / 2 × 6 + 1 = 6x + 7, and 2 ((x − 3) / 2 × 6 + 1) + 5 = 6x − 11
    after = bl.from_torch(nn.Sequential(linear, norm), output="identity")
    before = bl.from_torch(nn.Sequential(norm, linear), output="identity")
    assert (after.weights[0].tolist(), after.biases[0].tolist()) == ([[6.0]], [7.0])
    assert (before.weights[0].tolist(), before.biases[0].tolist()) == ([[6.0]], [-11.0])


def test_a_log_softmax_at_the_end_is_a_softmax():
    module = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.LogSoftmax(dim=1)).double()
    net = bl.from_torch(module)
    assert repr(net) == "Network 3-4-2: tanh, softmax; loss cross_entropy; 26 parameters"
    np.testing.assert_allclose(np.log(net.predict(X)), output(module), rtol=1e-9)


class Mlp(nn.Module):
    """As tutorials write them."""

    def __init__(self, end):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(3, 4), nn.Linear(4, 6), nn.Linear(6, 2)
        self.drop = nn.Dropout(0.25)
        self.end = end

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, 0.2, training=self.training)
        x = self.drop(torch.tanh(self.fc2(x)))
        return self.end(self.fc3(x))


@pytest.mark.parametrize(
    ("end", "given", "name"),
    [
        (lambda z: z, "identity", "identity"),
        (lambda z: F.log_softmax(z, dim=1), None, "softmax"),
        (lambda z: torch.softmax(z, -1), None, "softmax"),
        (lambda z: z.sigmoid(), None, "sigmoid"),
        (lambda z: F.leaky_relu(z, 0.3), None, "leaky_relu(0.3)"),
        (lambda z: F.elu(z, alpha=0.5), None, "elu(0.5)"),
        (F.gelu, None, "gelu"),
    ],
)
def test_a_class_of_ones_own_is_followed_through_its_forward(end, given, name):
    module = Mlp(end).double()
    net = bl.from_torch(module, output=given)
    assert [layer.activation for layer in net.layers] == ["relu", "tanh", name]
    assert [round(layer.dropout, 6) for layer in net.layers] == [0.2, 0.25, 0.0]
    expected = output(module)
    expected = np.exp(expected) if expected.min() < 0 and name == "softmax" else expected
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-9, atol=1e-12)


class Within(nn.Module):
    """Modules within modules, and a single output without its axis."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.SiLU(), nn.BatchNorm1d(4)))
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        return self.head(self.body(torch.flatten(x, 1))).squeeze(-1)


def test_modules_within_a_class_and_a_class_within_a_sequential():
    torch.manual_seed(0)
    module = trained(nn.Sequential(Within()))
    net = bl.from_torch(module, output="identity")
    np.testing.assert_allclose(net.predict(X)[:, 0], output(module), rtol=1e-9, atol=1e-9)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 2)

    def forward(self, x):
        return self.b(x + torch.relu(self.a(x)))


class Scaled(Residual):
    def forward(self, x):
        return self.b(torch.relu(self.a(x)) * 2)


class Asking(Residual):
    def forward(self, x):
        return self.b(x) if x.sum() > 0 else self.b(-x)


class Turned(nn.Module):
    """What it does to shapes matters."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)

    def forward(self, x):
        return self.a(x).view(3, -1).reshape(-1, 3).squeeze() if x.shape[0] == 0 else self.a(x).reshape(3, -1)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Residual(), "the module Residual cannot be taken: its forward is no chain, at 'add'"),
        (Scaled(), "the module Scaled cannot be taken: its forward does 'mul'"),
        (Asking(), "the module Asking cannot be taken: its forward cannot be followed (TraceError"),
        (nn.Sequential(nn.Linear(3, 3), Residual()), "layer 1 (Residual) cannot be taken"),
        (nn.Sequential(nn.BatchNorm1d(3)), "layer 0 (BatchNorm1d) cannot be taken: it stands beside no Linear"),
        (nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.BatchNorm1d(3)), "layer 2 (BatchNorm1d) cannot be taken"),
        (nn.Sequential(nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2)), "layer 0 (BatchNorm1d) cannot be taken"),
        (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, track_running_stats=False)), "no running mean"),
        (nn.Linear(3, 2).state_dict(), "got OrderedDict; give the module itself, with the state loaded into it"),
    ],
)
def test_what_is_no_chain_is_refused_with_the_place(module, words):
    with pytest.raises(bl.BacklitError) as caught:
        bl.from_torch(module, output="identity")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_module_whose_outputs_are_others_is_refused():
    class Odd(Residual):
        def forward(self, x):
            return self.b(torch.relu(self.a(x)).flatten().view(3, -1).view(-1, 3))

    net = bl.from_torch(Odd(), output="identity")
    assert net.sizes == (3, 3, 2)

    class Hidden(nn.Sequential):
        def __call__(self, x):
            return 2 * super().__call__(x)

    with pytest.raises(bl.BacklitError, match="other outputs than its layers"):
        bl.from_torch(Hidden(nn.Linear(3, 2)), output="identity")


def test_scores_are_asked_about_and_what_is_said_is_not():
    scores = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    with pytest.warns(UserWarning, match=r"ends in a Linear of 2 units, .*output='softmax'.*'sigmoid'"):
        net = bl.from_torch(scores)
    assert (net.layers[-1].activation, net.loss_function) == ("identity", "squared_error")
    with pytest.warns(UserWarning, match="a Linear of 1 unit,"):
        bl.from_torch(nn.Linear(3, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bl.from_torch(scores, output="softmax")
        bl.from_torch(scores, output="identity")
        bl.from_torch(scores, loss="absolute_error")
        bl.from_torch(nn.Sequential(nn.Linear(3, 4), nn.Sigmoid()))
