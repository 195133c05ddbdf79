"""What PyTorch programs have wrong in forward: layers in lists, layers made anew, detours, an activation at the end."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import backlit as bl
from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.lab import trained
from backlit.diagnosis.parts import Graph
from backlit.diagnosis.taken import setup_of
from backlit.diagnosis.torch_bare import bare_of, without
from backlit.diagnosis.torch_graph import graph_of

RNG = np.random.default_rng(3)
X = torch.tensor(RNG.normal(size=(180, 5))).float()
CLASSES = (X[:, 0] > X[:, 1]).long() + 2 * (X[:, 2] > 0.5).long()


class Forward(nn.Module):
    """Two layers, and a forward of one's own."""

    def __init__(self, forward, n_out=4):
        super().__init__()
        torch.manual_seed(0)
        self.a, self.b = nn.Linear(5, 24), nn.Linear(24, n_out)
        self.own = forward

    def forward(self, x):
        return self.own(self, x)


class Listed(nn.Module):
    """Of three layers two are in a list."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.inner, self.last = [nn.Linear(5, 12), nn.Linear(12, 6)], nn.Linear(6, 4)
        nn.init.normal_(self.inner[0].weight, std=0.001)

    def forward(self, x):
        for layer in self.inner:
            x = torch.relu(layer(x))
        return self.last(x)


def plain(m, x):
    return m.b(torch.relu(m.a(x)))


def anew(m, x):
    return nn.Linear(24, 4)(torch.relu(m.a(x)))


def always_dropping(m, x):
    return m.b(F.dropout(torch.relu(m.a(x)), 0.9))


def dropping_in_training(m, x):
    return m.b(F.dropout(torch.relu(m.a(x)), 0.2, training=m.training))


def cut(m, x):
    return m.b(torch.relu(m.a(x)).detach())


def over_numpy(m, x):
    return torch.tensor(plain(m, x).detach().numpy())


def relu_at_the_end(m, x):
    return F.relu(plain(m, x))


def given(module, loss=None, epochs=30):
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
    return {"loss": loss or nn.CrossEntropyLoss(), "optimizer": optimizer, "epochs": epochs}


def looked_at(module, y=CLASSES, loss=None):
    """What is found without training."""
    found = bl.diagnose(module, X, y, quick=True, **given(module, loss))
    return {finding.identifier: finding for finding in found.findings}


def errors(module, change, y=CLASSES, loss=None):
    """The errors as it is, and with a change."""
    setup = setup_of(module, X, y, given(module, loss))
    (variant,) = variants_of(change, setup)
    return trained(setup).error, trained(variant.setup).error, variant.words


def test_layers_in_a_list_are_none_of_the_parameters_and_learn_once_the_optimizer_has_them():
    finding = looked_at(Listed())["not-registered"]
    assert "150 weights" in finding.happened
    before, after, words = errors(Listed(), "all-trained")
    assert words == "all weights that take part trained"
    assert after < before - 0.2


def test_the_way_from_weights_to_outputs():
    assert graph_of(Forward(plain), X[:4]) == Graph()
    assert graph_of(Forward(dropping_in_training), X[:4]).drops
    assert graph_of(Forward(cut), X[:4]).unreached == ("a.weight", "a.bias")
    assert not graph_of(Forward(over_numpy), X[:4]).joined
    made = graph_of(Forward(anew), X[:4])
    assert (made.loose, made.repeats) == (100, False)
    assert not graph_of(Forward(always_dropping), X[:4]).repeats


@pytest.mark.parametrize(
    ("forward", "name", "words"),
    [(anew, "not-repeatable", "100 weights that take part are made anew"), (cut, "not-reached", "a.weight, a.bias")],
)
def test_layers_made_anew_and_what_no_gradient_comes_to_are_told(forward, name, words):
    found = looked_at(Forward(forward))
    assert words in found[name].happened
    assert "not-registered" not in found
    assert not set(looked_at(Forward(plain))) & {"not-repeatable", "not-reached", "not-registered"}


def test_without_any_way_nothing_is_trained():
    module = Forward(over_numpy)
    found = bl.diagnose(module, X, CLASSES, **given(module))
    assert [finding.identifier for finding in found.findings] == ["not-reached"]
    assert found.summary.startswith("Nothing can be learned: the outputs hang together with none")


def test_dropout_that_never_ends_is_left_out_by_the_experiment():
    assert "forward calls dropout as a function" in looked_at(Forward(always_dropping))["not-repeatable"].happened
    before, after, words = errors(Forward(always_dropping), "dropout")
    assert words == "no dropout"
    assert after < before - 0.2
    assert "not-repeatable" not in looked_at(Forward(dropping_in_training))


@pytest.mark.parametrize("stack", [False, True])
def test_a_relu_before_a_loss_of_scores_is_left_out_of_the_output(stack):
    torch.manual_seed(0)
    layers = nn.Linear(5, 24), nn.ReLU(), nn.Linear(24, 1), nn.ReLU()
    module = nn.Sequential(*layers) if stack else Forward(relu_at_the_end, 1)
    y = (X[:, :1] + X[:, 1:2] > 0).float()
    with torch.no_grad():
        # the output rests at 0
        (layers[2] if stack else module.b).bias.fill_(-3.0)
    finding = looked_at(module, y, nn.BCEWithLogitsLoss())["loss-misfit"]
    assert "probabilities from 0.5 to 1" in finding.happened
    before, after, words = errors(module, "output-activation", y, nn.BCEWithLogitsLoss())
    assert words.startswith("relu left out of the output")
    assert before > 0.9
    assert after < 0.1
    sound = nn.Sequential(*layers[:3]) if stack else Forward(plain, 1)
    assert "loss-misfit" not in looked_at(sound, y, nn.BCEWithLogitsLoss())


@pytest.mark.parametrize(
    ("end", "words"), [(nn.Tanh(), "none with a probability above 0.71"), (nn.ReLU(), "gets no gradient any more")]
)
def test_scores_of_several_classes_that_are_kept_in_a_range(end, words):
    module = nn.Sequential(nn.Linear(5, 4), end)
    assert words in looked_at(module)["loss-misfit"].happened
    before, after, _ = errors(module, "output-activation")
    assert after <= before


def test_only_the_last_call_at_the_output_is_an_output_activation():
    module = Forward(relu_at_the_end)
    found = bare_of(module, X[:9])
    assert (found.activation, found.call) == ("relu", 2)
    outputs = module(X[:9])
    torch.testing.assert_close(without(module, found)(X[:9]).relu(), outputs)
    assert (module(X[:9]) < 0).any()
    assert bare_of(Forward(plain), X[:9]) is None
    assert bare_of(Forward(lambda m, x: torch.tanh(plain(m, x))), X[:9]).activation == "tanh"


def test_targets_without_their_column_are_told_where_weights_start_at_0():
    module = nn.Sequential(nn.Linear(5, 1, bias=False))
    nn.init.zeros_(module[0].weight)
    y = X.abs().sum(1)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    found = bl.diagnose(module, X.abs(), y, loss=nn.MSELoss(), optimizer=optimizer, epochs=9, quick=True)
    assert "target-shape" in [finding.identifier for finding in found.findings]
