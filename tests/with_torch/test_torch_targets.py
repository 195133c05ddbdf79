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
