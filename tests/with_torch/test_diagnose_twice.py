"""A softmax or sigmoid at the end of a module, under a loss that applies its own: told by values; make test-torch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import backlit as bl
from backlit.diagnosis.from_torch import setup_of_module

RNG = np.random.default_rng(0)
CENTRES = RNG.normal(size=(5, 3)) * 2
CLASSES = RNG.integers(0, 5, 150)
X = (CENTRES[CLASSES] + 0.3 * RNG.normal(size=(150, 3))).astype("float32")
ABOVE = (X[:, 0] > 0).astype("float32")


class Own(nn.Module):
    """No plain stack: its last function is one of PyTorch's, called in forward."""

    def __init__(self, n_out, last):
        super().__init__()
        torch.manual_seed(0)
        self.hidden, self.out, self.last = nn.Linear(3, 16), nn.Linear(16, n_out), last

    def forward(self, x):
        return self.last(self.out(torch.tanh(self.hidden(x))))


def of_rows(z):
    e = (z - z.max(1, keepdim=True).values).exp()
    return e / e.sum(1, keepdim=True)


def weighed(z, y):
    return F.cross_entropy(z, y, weight=torch.arange(1.0, 6.0))


def my_own(z, y):
    return -(z - z.logsumexp(1, keepdim=True))[torch.arange(len(y)), y].mean()


def taken(module, y, loss):
    return setup_of_module(module, X, y, loss=loss, optimizer=torch.optim.SGD(module.parameters(), 0.1))


def twice(module, y, loss):
    setup = taken(module, y, loss)
    once = setup.part.once
    return None if once is None else (setup.network.layers[-1].activation, once.loss, once.sure)


def diagnosed(module, y, loss, lr=0.1, **options):
    options = {"epochs": 10, "batch_size": 15, "budget": None, **options}
    return bl.diagnose(module, X, y, loss=loss, optimizer=torch.optim.SGD(module.parameters(), lr), **options)


@pytest.mark.parametrize(
    ("n_out", "last", "y", "loss", "expected"),
    [
        (5, lambda z: F.softmax(z, 1), CLASSES, nn.CrossEntropyLoss(), ("softmax", "cross_entropy", True)),
        (5, nn.Softmax(-1), CLASSES, nn.CrossEntropyLoss(label_smoothing=0.1), ("softmax", "cross_entropy", True)),
        (5, of_rows, CLASSES, weighed, ("softmax", "cross_entropy", True)),
        (5, of_rows, CLASSES, F.cross_entropy, ("softmax", "cross_entropy", True)),
        (5, nn.Softmax(-1), CLASSES, my_own, ("softmax", "cross_entropy", True)),
        (5, torch.sigmoid, CLASSES, nn.CrossEntropyLoss(), ("sigmoid", "cross_entropy", True)),
        (1, nn.Sigmoid(), ABOVE[:, None], nn.BCEWithLogitsLoss(), ("sigmoid", "log_loss", True)),
        (
            1,
            lambda z: torch.sigmoid(z).squeeze(1),
            ABOVE,
            F.binary_cross_entropy_with_logits,
            ("sigmoid", "log_loss", True),
        ),
        (1, lambda z: 0.5 + z.tanh() / 2, ABOVE[:, None], nn.BCEWithLogitsLoss(), ("sigmoid", "log_loss", False)),
    ],
)
def test_what_is_taken_twice_is_known_by_what_the_module_says(n_out, last, y, loss, expected):
    assert twice(Own(n_out, last), y, loss) == expected


@pytest.mark.parametrize(
    ("n_out", "last", "y", "loss"),
    [
        (5, lambda z: z, CLASSES, nn.CrossEntropyLoss()),
        # the softmax of a log softmax is the softmax
        (5, lambda z: F.log_softmax(z, 1), CLASSES, nn.CrossEntropyLoss()),
        (5, lambda z: F.log_softmax(z, 1), CLASSES, nn.NLLLoss()),
        (5, torch.tanh, CLASSES, nn.CrossEntropyLoss()),
        (5, torch.relu, CLASSES, nn.CrossEntropyLoss()),
        (5, lambda z: 0.001 * z, CLASSES, nn.CrossEntropyLoss()),
        (5, nn.Softmax(-1), np.eye(5, dtype="float32")[CLASSES], nn.MSELoss()),
        (1, nn.Sigmoid(), ABOVE[:, None], nn.BCELoss()),
        (1, nn.Sigmoid(), ABOVE[:, None], nn.MSELoss()),
        (1, lambda z: z, ABOVE[:, None], nn.BCEWithLogitsLoss()),
    ],
)
def test_right_ones_and_others_are_no_such_thing(n_out, last, y, loss):
    assert twice(Own(n_out, last), y, loss) is None


def test_a_softmax_before_cross_entropy_is_the_cause_and_the_experiment_leaves_it_out():
    module = Own(5, nn.Softmax(-1))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    found = diagnosed(module, CLASSES, nn.CrossEntropyLoss())
    cause = found.causes[0]
    assert (cause.identifier, cause.labels, cause.address) == ("loss-misfit", ("loss",), "loss")
    # log(1 + 4 / e)
    assert "cannot fall below 0.90" in cause.happened
    assert "accuracy may be good" in cause.innocent
    assert cause.advice == "the softmax left out of the network, since the loss applies its own"
    assert found.mended_score > found.score + 0.1
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    # it trains as the network without the softmax does
    right = diagnosed(Own(5, lambda z: z), CLASSES, nn.CrossEntropyLoss(), quick=False)
    assert right.ok
    assert found.mended_score == pytest.approx(right.score, abs=0.01)


def test_a_sigmoid_before_a_loss_of_scores_is_cut_in_its_middle():
    found = diagnosed(Own(1, torch.sigmoid), ABOVE[:, None], nn.BCEWithLogitsLoss(), lr=0.02, epochs=4)
    assert found.causes[0].identifier == "loss-misfit"
    assert "from 0.5 to 0.73 alone" in found.causes[0].happened
    assert found.mended_score > 0.9


def test_where_it_learns_all_the_same_it_is_observed():
    found = diagnosed(Own(5, nn.Softmax(-1)), CLASSES, nn.CrossEntropyLoss(), lr=2.0, epochs=60)
    assert found.score > 0.95
    assert [finding.identifier for finding in found.findings] == ["loss-misfit"]
    assert not found.causes
    assert found.summary.startswith("It learns: accuracy")


def test_the_range_alone_is_a_sign_and_no_proof():
    def half(z):
        return 0.5 + z.tanh() / 2

    found = diagnosed(Own(1, half), ABOVE[:, None], nn.BCEWithLogitsLoss(), lr=0.02, epochs=4, quick=True)
    misfit = next(finding for finding in found.findings if finding.identifier == "loss-misfit")
    assert misfit.source == "a sign, no proof"
    learns = diagnosed(Own(1, half), ABOVE[:, None], nn.BCEWithLogitsLoss(), lr=1.0, epochs=60)
    assert learns.ok


@pytest.mark.parametrize(
    ("last", "words", "advice"),
    [
        (nn.Softmax(-1), "the outputs are probabilities", "log_softmax instead of softmax at the output"),
        (lambda z: z, "the outputs are scores", "log_softmax at the output"),
    ],
)
def test_what_is_no_log_probability_under_nll_is_the_cause(last, words, advice):
    found = diagnosed(Own(5, last), CLASSES, nn.NLLLoss())
    cause = found.causes[0]
    assert (cause.identifier, cause.labels) == ("loss-misfit", ("loss",))
    assert words in cause.happened
    assert cause.advice.startswith(advice)
    assert found.mended_score > 0.95
    assert diagnosed(Own(5, lambda z: z.log_softmax(1)), CLASSES, F.nll_loss).ok


def test_a_loss_below_0_that_falls_does_not_rise():
    found = diagnosed(Own(5, nn.Softmax(-1)), CLASSES, nn.NLLLoss(), lr=1e-3, quick=False)
    assert "loss-rises" not in [one.identifier for one in found.findings]


def test_weight_decay_is_told_as_pytorch_has_it():
    module = Own(5, lambda z: z)
    optimizer = torch.optim.SGD(module.parameters(), 0.1, weight_decay=0.7)
    found = bl.diagnose(
        module, X, CLASSES, loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=9, batch_size=15, budget=None
    )
    decay = next(one for one in found.findings if one.identifier == "weight-decay")
    assert decay.happened == "the penalty on weights is strong: 0.7"
    assert decay.advice == "no weight decay instead of 0.7"
