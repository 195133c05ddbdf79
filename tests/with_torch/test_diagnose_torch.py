"""PyTorch modules diagnosed: which loss it is, which steps, and the module as it was."""

import copy
import warnings

import numpy as np
import pytest
import torch
from torch import nn

import backlit as bl
from backlit.diagnosis.from_torch import setup_of_module
from backlit.diagnosis.lab import stepped_networks

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
CLASSES = (X[:, 0] * X[:, 1] > 0).astype(int)


def stack(n_out, *last):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, n_out), *last)


def known(module, y, loss, **optimizer):
    return setup_of_module(
        module, X, y, loss=loss, optimizer=torch.optim.SGD(module.parameters(), **optimizer or {"lr": 0.1})
    )


@pytest.mark.parametrize(
    ("last", "n_out", "loss", "y", "output", "name", "scale"),
    [
        ([], 2, nn.CrossEntropyLoss(), CLASSES, "softmax", "cross_entropy", 1),
        ([nn.Softmax(-1)], 2, nn.CrossEntropyLoss(), CLASSES, "softmax", "cross_entropy_from_logits", 1),
        ([nn.Sigmoid()], 1, nn.BCELoss(), CLASSES[:, None] * 1.0, "sigmoid", "log_loss", 1),
        ([], 1, nn.BCEWithLogitsLoss(), CLASSES[:, None] * 1.0, "sigmoid", "log_loss", 1),
        ([nn.ReLU()], 1, nn.BCEWithLogitsLoss(), CLASSES[:, None] * 1.0, "relu", "log_loss_from_logits", 1),
        ([], 2, nn.MSELoss(), X[:, :2], "identity", "squared_error", 1),
        ([], 1, nn.MSELoss(), X[:, :1], "identity", "squared_error", 2),
        ([], 1, nn.L1Loss(), X[:, :1], "identity", "absolute_error", 1),
    ],
)
def test_a_loss_is_known_by_its_values(last, n_out, loss, y, output, name, scale):
    setup = known(stack(n_out, *last), y, loss)
    assert (setup.network.layers[-1].activation, setup.network.loss_row.name) == (output, name)
    assert setup.gradient_scale == pytest.approx(scale, rel=1e-3)


def test_a_loss_that_may_be_negative_is_known_too():
    module = stack(2, nn.Softplus())
    assert known(module, X[:, :2] - 40, nn.PoissonNLLLoss(log_input=False, eps=1e-7)).network.loss_row.name in (
        "poisson",
        "shifted_poisson",
    )


def test_a_loss_that_is_next_to_0_whatever_is_answered_is_no_small_multiple_of_another():
    def of_classes(p, y):
        shares = torch.clamp(p / p.sum(-1, keepdim=True), 1e-7, 1 - 1e-7)
        return -(y * torch.log(shares)).sum(-1).mean()

    y = np.arange(60)[:, None] % 3 * 1.0
    module = stack(1, nn.Sigmoid())
    assert known(module, y, of_classes).network.loss_row.name == "normalised_cross_entropy"
    optimizer = torch.optim.Adam(module.parameters())
    found = bl.diagnose(module, X, y, loss=of_classes, optimizer=optimizer, quick=True)
    assert "class-numbers" in [finding.identifier for finding in found.findings]


@pytest.mark.parametrize(
    "make",
    [
        lambda p: torch.optim.SGD(p, lr=0.2, weight_decay=0.1),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
        lambda p: torch.optim.Adam(p, lr=0.01),
        lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.3),
        lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9),
    ],
)
def test_steps_are_pytorchs(make):
    torch.manual_seed(0)
    # PyTorch's decay takes in biases, a rule's does not
    module = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Tanh(), nn.Linear(4, 2, bias=False)).double()
    y, optimizer = X[:, :2] * 2, make(module.parameters())
    setup = setup_of_module(copy.deepcopy(module), X, y, loss=nn.MSELoss(), optimizer=optimizer, batch_size=60)
    for _ in range(3):
        optimizer.zero_grad()
        nn.MSELoss()(module(torch.tensor(X)), torch.tensor(y)).backward()
        optimizer.step()
    mine = stepped_networks(setup, 3)[-1]
    np.testing.assert_allclose(mine.weights[0], module[0].weight.detach().numpy().T, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(mine.weights[1], module[2].weight.detach().numpy().T, rtol=1e-5, atol=1e-5)


def test_a_module_is_diagnosed_and_stays_as_it_is():
    module = stack(1, nn.Softmax(-1))
    before = copy.deepcopy(module.state_dict())
    optimizer = torch.optim.Adam(module.parameters(), lr=0.02)
    y = torch.tensor(CLASSES[:, None], dtype=torch.float32)
    found = bl.diagnose(module, X, y, loss=nn.BCELoss(), optimizer=optimizer, epochs=60)
    assert found.causes[0].identifier == "softmax-one-unit"
    assert found.mended_score > 0.9
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert not optimizer.state


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(3, 1)

    def forward(self, x):
        return self.one(x), x


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (nn.Conv1d(1, 1, 1), {}, "could not be computed on X of shape"),
        (nn.Flatten(), {}, "has no parameters"),
        (Pair(), {"loss": lambda p, y: (p[0] - y).abs().mean()}, "gives one tensor"),
        (nn.Sequential(nn.Linear(4, 1)), {}, "layer 1 takes 4 inputs"),
        (nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 1)), {}, "could not be computed on X of shape"),
        (stack(1), {"optimizer": torch.optim.Adagrad(stack(1).parameters())}, "got Adagrad"),
        (stack(1), {"optimizer": "adam"}, r"torch\.optim\.Adam\(module.parameters\(\), lr=0.001\), got 'adam'"),
        (stack(1), {"optimizer": torch.optim.Adam}, "must be one of PyTorch's, .* got <class"),
        (stack(1), {"loss": nn.MSELoss}, r"such as nn\.MSELoss\(\), got <class"),
        (stack(1), {"loss": "mse"}, "a function of outputs and y, .* got 'mse'"),
        (stack(1), {"colour": 3}, "colour"),
    ],
)
def test_what_cannot_be_followed_is_said(module, options, words):
    parameters = list(module.parameters()) or list(stack(1).parameters())
    given = {"loss": nn.MSELoss(), "optimizer": torch.optim.SGD(parameters, lr=0.1), **options}
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(module, X, X[:, :1], **given)


def test_batch_normalisation_is_trained_by_pytorch():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 12), nn.ReLU(), nn.BatchNorm1d(12), nn.Linear(12, 1), nn.Softmax(-1))
    given = {"optimizer": torch.optim.Adam(module.parameters(), lr=0.02), "epochs": 120, "loss": nn.BCELoss()}
    y = CLASSES[:, None] * 1.0
    before, state = copy.deepcopy(module.state_dict()), torch.random.get_rng_state()
    found = bl.diagnose(module, X, y.astype(np.float32), **given)
    assert found.causes[0].identifier == "softmax-one-unit"
    assert found.mended_score > 0.9
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert torch.equal(state, torch.random.get_rng_state())
    sound = nn.Sequential(*module[:-1], nn.Sigmoid())
    assert bl.diagnose(sound, X, y.astype(np.float32), **given).ok


class Odd(nn.Module):
    """Layers of every kind, with a skip, which no stack has."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 6, 2)
        self.norm = nn.BatchNorm1d(6)
        self.drop = nn.Dropout(0.02)
        self.inner = nn.Linear(12, 12)
        self.post = nn.LayerNorm(12)
        self.out = nn.Linear(12, 2)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x[:, None, :]))).flatten(1)
        return self.out(self.drop(x + torch.relu(self.post(self.inner(x)))))


def odd(rate, **options):
    torch.manual_seed(0)
    module = Odd()
    given = {"loss": nn.CrossEntropyLoss(), "optimizer": torch.optim.Adam(module.parameters(), lr=rate), "epochs": 100}
    before, state = copy.deepcopy(module.state_dict()), torch.random.get_rng_state()
    found = bl.diagnose(module, X.astype(np.float32), CLASSES, **given, **options)
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(parameter.grad is None for parameter in module.parameters())
    return found


def test_any_module_that_learns_is_accused_of_nothing():
    found = odd(0.02)
    assert found.ok
    assert found.score > 0.9
    assert found.seen.layers == ("conv", "norm", "inner", "post", "out")
    assert "inner" in found.to_text(pictures=True)


def test_any_module_has_its_cause_confirmed_on_copies():
    found = odd(1e-7, budget=None)
    assert "lr" in found.causes[0].labels
    assert found.mended_score > 0.9


def test_any_module_is_measured_only_where_that_is_asked_for():
    found = odd(1e-7, quick=True)
    assert "small-steps" in [finding.identifier for finding in found.findings]


def test_a_loss_of_ones_own_is_computed_as_it_is():
    module = stack(1)

    def worst(p, y):
        return (p - y).abs().mean() + (p - y).square().max()

    given = {"loss": worst, "optimizer": torch.optim.Adam(module.parameters(), lr=0.02), "epochs": 60}
    good = bl.diagnose(module, X, X[:, :1], **given)
    assert good.ok, good
    large = bl.diagnose(module, X, 1e5 * X[:, :1], **given)
    assert large.causes[0].identifier == "target-scale"


def test_tokens_are_left_as_they_are():
    rng = np.random.default_rng(1)
    tokens = rng.integers(0, 20, (80, 4))
    torch.manual_seed(0)
    module = nn.Sequential(nn.Embedding(20, 6), nn.Flatten(), nn.Linear(24, 2))
    given = {"loss": nn.CrossEntropyLoss(), "optimizer": torch.optim.Adam(module.parameters(), lr=0.05), "epochs": 40}
    assert bl.diagnose(module, tokens, (tokens[:, 0] > 9).astype(int), **given).ok


def test_images_and_a_dead_layer_with_its_name():
    rng = np.random.default_rng(2)
    images = rng.normal(size=(60, 1, 6, 6)).astype(np.float32)
    y = (images.mean(axis=(1, 2, 3)) > 0).astype(int)
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 2))
    with torch.no_grad():
        module[0].bias[:3] = -99
    given = {"loss": nn.CrossEntropyLoss(), "optimizer": torch.optim.SGD(module.parameters(), lr=0.01), "epochs": 2}
    found = bl.diagnose(module, images, y, **given, quick=True)
    assert ("dead-units", "L1 (0)") in [(finding.identifier, finding.address) for finding in found.findings]


class Mixer(nn.Module):
    """A softmax over the samples, as one writes by a wrong axis."""

    def __init__(self, axis):
        super().__init__()
        self.inner, self.axis = nn.Linear(3, 2), axis

    def forward(self, x):
        return torch.softmax(self.inner(x), self.axis)


@pytest.mark.parametrize(("axis", "mixed"), [(0, True), (1, False)])
def test_samples_that_meet_are_told(axis, mixed):
    torch.manual_seed(0)
    module = Mixer(axis)
    given = {"loss": nn.CrossEntropyLoss(), "optimizer": torch.optim.Adam(module.parameters(), lr=0.02), "epochs": 2}
    found = bl.diagnose(module, X.astype(np.float32), CLASSES, quick=True, **given)
    assert ("samples-mixed" in [finding.identifier for finding in found.findings]) is mixed


def test_targets_in_a_row_against_outputs_in_a_column():
    module = stack(1)
    given = {"loss": nn.MSELoss(), "optimizer": torch.optim.Adam(module.parameters(), lr=0.02), "epochs": 80}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = bl.diagnose(module, X, X[:, 0] * X[:, 1], **given)
    assert (found.causes[0].identifier, found.causes[0].labels) == ("target-shape", ("wrong_prep",))
    assert found.mended_score > 0.9
    assert bl.diagnose(module, X, (X[:, 0] * X[:, 1])[:, None], **given).ok


@pytest.mark.parametrize(("frozen", "words"), [(True, "requires_grad is False"), (False, "of another module")])
def test_a_module_that_no_step_reaches_is_said(frozen, words):
    module = stack(1).requires_grad_(not frozen)
    optimizer = torch.optim.SGD((module if frozen else stack(1)).parameters(), lr=0.1)
    found = bl.diagnose(module, X, X[:, :1], loss=nn.MSELoss(), optimizer=optimizer)
    assert [finding.identifier for finding in found.findings] == ["not-trained"]
    assert words in found.summary


def test_a_frozen_layer_stays_frozen_in_the_experiments():
    module = stack(1)
    module[0].requires_grad_(False)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    assert setup_of_module(module, X, X[:, :1], loss=nn.MSELoss(), optimizer=optimizer).part is not None
    module.requires_grad_(True)
    assert setup_of_module(module, X, X[:, :1], loss=nn.MSELoss(), optimizer=optimizer).part is None


def test_a_module_without_values_is_said():
    module = stack(1).to("meta")
    with pytest.raises(bl.BacklitError, match="has no values"):
        bl.diagnose(module, X, X[:, :1], loss=nn.MSELoss(), optimizer=torch.optim.SGD(module.parameters(), lr=0.1))
