"""Targets that a PyTorch loss does not take: what they should be is said in a sentence; make test-torch."""

import numpy as np
import pytest
import torch
from torch import nn

import backlit as bl

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).astype("float32")
CLASSES = np.arange(60) % 4


class Own(nn.Module):
    def __init__(self, n_out):
        super().__init__()
        self.out = nn.Linear(3, n_out)

    def forward(self, x):
        return self.out(torch.tanh(x))


@pytest.mark.parametrize("kind", [Own, lambda n_out: nn.Sequential(nn.Linear(3, n_out))])
@pytest.mark.parametrize(
    ("n_out", "y", "loss", "words"),
    [
        (4, CLASSES + 1, nn.CrossEntropyLoss(), "classes from 0 to 3 for 4 outputs, got 1 to 4; subtract 1 from y"),
        (2, CLASSES, nn.CrossEntropyLoss(), "got 0 to 3, or a module of 4 outputs"),
        (4, CLASSES.astype("float32"), nn.CrossEntropyLoss(), r"classes must be whole .* y.astype\('int64'\)"),
        (4, CLASSES.astype("int32"), nn.CrossEntropyLoss(), r"y.astype\('int64'\)"),
        (4, CLASSES[:, None], nn.CrossEntropyLoss(), r"give classes as \(n,\): y\[:, 0\]"),
        (1, CLASSES // 2, nn.BCEWithLogitsLoss(), r"give y as a column: y\[:, None\].astype\('float32'\)"),
        (1, (CLASSES // 2).astype("float32"), nn.BCEWithLogitsLoss(), r"give y as a column: y\[:, None\]$"),
    ],
)
def test_what_the_targets_should_be_is_said(kind, n_out, y, loss, words):
    module = kind(n_out)
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(module, X, y, loss=loss, optimizer=torch.optim.SGD(module.parameters(), 0.1))


def test_scores_under_a_loss_of_probabilities_are_said():
    module = Own(1)
    y = (CLASSES[:, None] > 1).astype("float32")
    with pytest.raises(bl.BacklitError, match="the outputs are scores: end the module in a sigmoid"):
        bl.diagnose(module, X, y, loss=nn.BCELoss(), optimizer=torch.optim.SGD(module.parameters(), 0.1))


def diagnosed(module, optimizer, y=CLASSES, **options):
    loss = nn.CrossEntropyLoss() if y.ndim == 1 else nn.MSELoss()
    return bl.diagnose(module, X, y, loss=loss, optimizer=optimizer, epochs=15, batch_size=20, **options)


def body_and_head():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))


TURNS = (np.sin(3 * X[:, :1]) + X[:, 1:2] * X[:, 2:]).astype("float32")


@pytest.mark.parametrize("frozen", [True, False])
def test_parameters_that_rest_do_so_in_experiments_and_are_the_cause_where_they_keep_it_from_learning(frozen):
    module = body_and_head()
    with torch.no_grad():
        module[0].weight.mul_(1e-3)
    if frozen:
        module[0].requires_grad_(False)
    moving = module.parameters() if frozen else module[2].parameters()
    found = diagnosed(module, torch.optim.Adam(moving, 0.05), TURNS, budget=None)
    cause = next(one for one in found.findings if one.identifier == "partly-trained")
    assert cause.happened.startswith("2 of the 4 parameters are not trained, frozen or not the optimizer's: 0.weight")
    assert cause.innocent == "layers that were trained before and are kept as they are"
    assert cause.confirmed
    assert cause.labels == ("layer_properties",)
    assert found.mended_score > found.score + 0.3
    assert [p.requires_grad for p in module.parameters()] == [not frozen, not frozen, True, True]


def test_where_it_learns_resting_parameters_are_not_spoken_of():
    module = body_and_head()
    module[0].requires_grad_(False)
    found = diagnosed(module, torch.optim.Adam(module.parameters(), 0.05), X[:, :1])
    assert found.ok, found


def test_batches_of_one_and_shapes_that_spread(recwarn):
    norm = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 4))
    with pytest.raises(bl.BacklitError, match="batch normalisation needs two samples or more: batch_size=32"):
        bl.diagnose(
            norm,
            X,
            CLASSES,
            loss=nn.CrossEntropyLoss(),
            optimizer=torch.optim.SGD(norm.parameters(), 0.1),
            batch_size=1,
        )
    module = Own(1)
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    found = bl.diagnose(module, X, X[:, 0], loss=nn.MSELoss(), optimizer=optimizer, quick=True)
    assert found.findings[0].identifier == "target-shape"
    # PyTorch says it in the user's own training, and the finding says it here
    assert not [one for one in recwarn if "target size" in str(one.message)]
