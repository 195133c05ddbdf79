"""check_torch on hand-written autograd functions; run where PyTorch is installed: make test-torch."""

import re

import numpy as np
import pytest
import torch

import backlit as bl

X = np.random.default_rng(0).normal(size=(5, 3))
Y = np.random.default_rng(1).uniform(size=(5, 2))


def sigmoid_with(backward):
    class Sigmoid(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            a = torch.sigmoid(z)
            ctx.save_for_backward(z, a)
            return a

        @staticmethod
        def backward(ctx, g):
            return backward(g, *ctx.saved_tensors)

    return Sigmoid.apply


class Net(torch.nn.Module):
    def __init__(self, activation):
        super().__init__()
        torch.manual_seed(0)
        self.hidden, self.out, self.activation = torch.nn.Linear(3, 4), torch.nn.Linear(4, 2), activation

    def forward(self, x):
        return self.out(self.activation(self.hidden(x)))


RIGHT = sigmoid_with(lambda g, z, a: g * a * (1 - a))
WRONG = sigmoid_with(lambda g, z, a: -g * a * (1 - a))


def test_a_right_function_is_right_alone_and_in_a_module():
    assert bl.check_torch(RIGHT, X).ok
    assert bl.check_torch(Net(RIGHT), X, Y).ok


def test_a_report_is_headed_by_the_name_of_what_was_checked():
    for module, name in ((RIGHT, "Sigmoid"), (Net(RIGHT), "Net"), (sigmoid_of_torch, "sigmoid_of_torch")):
        assert str(bl.check_torch(module, X)).startswith(f"Checked: {name} for X")


def sigmoid_of_torch(z):
    return torch.sigmoid(z)


def test_a_wrong_function_is_named_and_the_layers_above_it_are_right():
    report = bl.check_torch(Net(WRONG), torch.tensor(X, dtype=torch.float32), torch.tensor(Y))
    wrong = [v.quantity for v in report.verdicts if not v.ok]
    assert wrong == ["gradient at X", "gradient at hidden.weight", "gradient at hidden.bias"]
    assert [f.identifier for f in report.findings] == ["wrong-sign"]


def joined(report):
    """A report's words, wherever its lines end."""
    return " ".join(str(report).split())


def test_a_wrong_gradient_is_told_of_one_entry_of_the_output():
    squared = sigmoid_with(lambda g, z, a: g * a)
    report = bl.check_torch(squared, X)
    told = re.search(
        r"slope of output\[(\d), (\d)\] along X\[(\d), (\d)\] came as (\S+), and is (\S+)\.", joined(report)
    )
    i, j, k, m = (int(part) for part in told.groups()[:4])
    assert (i, j) == (k, m)
    a = 1 / (1 + np.exp(-X[i, j]))
    assert float(told[5]) == pytest.approx(a, rel=1e-5)
    assert float(told[6]) == pytest.approx(a * (1 - a), rel=1e-5)
    assert max(map(len, str(report).splitlines()[3:])) <= 98
    # with a loss it is the loss's gradient that is shown, and a right pass is told nothing of
    assert "slope of output" not in joined(bl.check_torch(Net(WRONG), X, Y))
    assert "slope of output" not in str(bl.check_torch(RIGHT, X))


def test_the_entry_of_the_output_is_one_that_the_worst_parameter_moves():
    report = bl.check_torch(Net(WRONG), X)
    told = re.search(
        r"slope of output\[(\d), (\d)\] along X\[(\d), (\d)\] came as (\S+), and is (\S+)\.", joined(report)
    )
    assert told[1] == told[3]
    assert float(told[5]) == pytest.approx(-float(told[6]), rel=1e-4)


def test_a_parameter_that_alone_is_wrong_is_told_by_its_name():
    class Scale(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, w):
            ctx.save_for_backward(x, w)
            return x * w

        @staticmethod
        def backward(ctx, g):
            x, w = ctx.saved_tensors
            return g * w, 2 * (g * x).sum(axis=0)

    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.tensor([0.5, -1.0, 2.0]))

        def forward(self, x):
            return Scale.apply(x, self.scale)

    told = re.search(
        r"output\[(\d), (\d)\] along scale\[(\d)\] came as (\S+), and is (\S+)\.", joined(bl.check_torch(Scaled(), X))
    )
    i, j, k = (int(part) for part in told.groups()[:3])
    assert j == k
    assert float(told[4]) == pytest.approx(2 * X[i, j], rel=1e-5)
    assert float(told[5]) == pytest.approx(X[i, j], rel=1e-5)


def test_a_loss_of_one_s_own_and_a_detached_parameter():
    labels = torch.tensor([0, 1, 1, 0, 1])
    assert bl.check_torch(Net(torch.tanh), X, labels, loss=torch.nn.functional.cross_entropy).ok

    class Cut(Net):
        def forward(self, x):
            return self.out(self.activation(self.hidden(x)).detach())

    report = bl.check_torch(Cut(torch.tanh), X, Y)
    assert [v.ok for v in report.verdicts] == [False, False, False, True, True]


def test_the_module_given_is_not_changed():
    net = Net(torch.tanh)
    before = [p.clone() for p in net.parameters()]
    bl.check_torch(net, X, Y)
    assert all(torch.equal(a, b) and b.dtype == torch.float32 for a, b in zip(before, net.parameters(), strict=True))


def test_targets_of_another_shape_are_refused():
    with pytest.raises(bl.BacklitError, match="output's shape"):
        bl.check_torch(Net(torch.tanh), X, Y[:, :1])


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


class Affine(torch.autograd.Function):
    """Of three tensors; never run."""

    @staticmethod
    def forward(ctx, x, W, b):
        return x @ W + b


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Net, r"got the class Net: hand over Net\(\.\.\.\)"),
        (Doubled, r"got the class Doubled: hand over Doubled\.apply"),
        (None, "an nn.Module or a function of a tensor, got None"),
        (Affine.apply, "Affine takes more than X: .*'W' and 'b'.*nn.Parameter"),
    ],
)
def test_what_is_no_module_is_refused(module, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.check_torch(module, X)


def test_a_parameter_without_axes_is_checked_too():
    class Scaled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = torch.nn.Parameter(torch.tensor(1.5))

        def forward(self, x):
            return torch.sigmoid(self.factor * x) * x

    report = bl.check_torch(Scaled(), torch.linspace(-1, 2, 15).reshape(5, 3))
    assert report.ok
    assert [verdict.quantity for verdict in report.verdicts] == ["gradient at X", "gradient at factor"]
