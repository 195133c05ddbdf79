"""Checks that try something out: whether a few samples can be learned by heart, and what the first loss is beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backlit.diagnosis.fitting import has_class_numbers
from backlit.diagnosis.lab import trained
from backlit.diagnosis.setup import Setup, layers_rebuilt, network_for_seed
from backlit.network.network import Network
from backlit.network.sweeps import forward, sample_losses

__all__ = ["FewSamples", "FirstLoss", "first_loss", "learned_by_heart", "permuted_loss"]

FEW = 12
RATES = (0.01, 0.1, 0.001)
STEPS = 400
BY_HEART = 0.05
"""Of less error, the few samples are learned."""


@dataclass(frozen=True)
class FewSamples:
    """A few samples trained on alone: how many, and the least error that was left at three learning rates."""

    n: int
    error: float

    @property
    def learned(self) -> bool:
        """Whether they were learned by heart."""
        return self.error <= BY_HEART


@dataclass(frozen=True)
class FirstLoss:
    """The loss before training. ``even``: that of the same probability for each class; ``logits``: their deviation."""

    loss: float
    even: float
    logits: float

    @property
    def excess(self) -> float:
        """How far it lies above what logits of that spread bring by themselves, over ``even``."""
        return (self.loss - self.even - self.logits**2 / 2) / self.even


def learned_by_heart(setup: Setup, stop: Callable[[], bool] = lambda: False) -> FewSamples | None:
    """Train on at most 12 samples by adam, without dropout and penalties.

    None where no two of them differ, or ``stop`` ended it before they were learned. A set-up that cannot learn a few
    samples cannot learn many: its structure, or the scale of its data, is at fault.
    """
    rows = _few_rows(setup)
    if len(rows) < 2:
        return None
    kept: dict[str, Any] = {
        "X": setup.X[rows],
        "Y": setup.Y[rows],
        "labels": None if setup.labels is None else setup.labels[rows],
    }
    plain: dict[str, Any] = {
        "optimizer": "adam",
        "hyper": {},
        "weight_decay": 0.0,
        "l2": 0.0,
        "clip_norm": None,
        "weights": None,
        "stopping": None,
    }
    few = replace(setup, batch_size=len(rows), epochs=STEPS, gradient_scale=1.0, **kept, **plain)
    if setup.part is None:
        few = layers_rebuilt(few, dropout=0.0)
    else:
        few = replace(few, part=replace(setup.part, targets=setup.part.targets[rows]), no_dropout=True)
    least = 1.0
    for rate in RATES:
        least = min(least, trained(replace(few, learning_rate=rate), stop=stop).error)
        if least <= BY_HEART:
            break
        if stop():
            return None
    return FewSamples(len(rows), least)


def _few_rows(setup: Setup) -> np.ndarray:
    """Rows whose inputs differ: of all classes by turns, or drawn at random."""
    order = np.random.default_rng(13).permutation(len(setup.X))[:2000]
    order = order[np.sort(np.unique(setup.X[order], axis=0, return_index=True)[1])]
    if setup.labels is not None:
        labels = setup.labels[order]
        turn = np.empty(len(order), int)
        for label in np.unique(labels):
            turn[labels == label] = np.arange((labels == label).sum())
        order = order[np.argsort(turn, kind="stable")]
    rows = order[:FEW]
    return rows if len(rows) and (setup.Y[rows] != setup.Y[rows[:1]]).any() else rows[:0]


def first_loss(setup: Setup) -> FirstLoss | None:
    """Return the first loss of classes under cross entropy or log loss; None elsewhere, and where it is not finite."""
    net = network_for_seed(setup, 0)
    if (
        setup.by_torch
        or setup.labels is None
        or has_class_numbers(setup)
        or net.loss_row.name not in ("log_loss", "cross_entropy")
    ):
        return None
    rows = np.random.default_rng(3).permutation(len(setup.X))[:1000]
    with np.errstate(all="ignore"):
        sweep = forward(net, setup.X[rows])
        loss = float(np.mean(sample_losses(net, sweep, setup.Y[rows])))
        logits = float(np.std(sweep[-1].pre_activation))
    if not np.isfinite([loss, logits]).all():
        return None
    return FirstLoss(loss, float(np.log(max(2, setup.Y.shape[1]))), logits)


def permuted_loss(setup: Setup, net: Network) -> tuple[float, float]:
    """Return the mean loss of a network on its samples, and on inputs that belong to other samples, five times.

    Samples count by their weights, as in training.
    """
    rng, few = np.random.default_rng(17), np.random.default_rng(3).permutation(len(setup.X))[:1000]
    X, Y = setup.X[few].astype(net.weights[0].dtype), setup.Y[few]
    counts = np.ones(len(few)) if setup.weights is None else setup.weights[few]

    def loss(inputs: np.ndarray) -> float:
        with np.errstate(all="ignore"):
            return float(counts @ sample_losses(net, forward(net, inputs), Y) / max(counts.sum(), 1e-300))

    return loss(X), float(np.mean([loss(X[rng.permutation(len(X))]) for _ in range(5)]))
