"""What a fit measures on samples held out."""

import math
from typing import Any

import numpy as np

from backlit.backprop import forward
from backlit.estimators.samples import Samples
from backlit.network import Network
from backlit.training.objective import weighted_losses

__all__ = ["measure", "start_measuring"]


def start_measuring(mlp: Any) -> None:
    """Set what ``measure`` adds to, where no earlier fit that goes on has."""
    if mlp.validation_scores_ is None:
        mlp.validation_scores_, mlp.validation_loss_curve_ = [], []
        mlp.best_validation_score_ = -math.inf


def measure(mlp: Any, net: Network, held_out: Samples) -> None:
    """Add the loss, without penalty, and the score of held-out samples to an estimator's curves."""
    with np.errstate(all="ignore"):
        sweep = forward(net, held_out.X)
        losses = weighted_losses(net, sweep, held_out.y, probability_floor=mlp._probability_floor())
        loss = mlp._loss_scale() * float(np.average(losses, weights=held_out.weight))
    mlp.validation_loss_curve_.append(loss)
    mlp.validation_scores_.append(mlp._score_of(sweep[-1].output, held_out))
