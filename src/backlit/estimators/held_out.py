"""What a fit measures on samples held out."""

import math
from typing import Any

import numpy as np

from backlit.estimators.samples import Samples

__all__ = ["keep_measured", "start_measuring"]


def start_measuring(mlp: Any) -> None:
    """Set what ``keep_measured`` adds to, where no earlier fit that goes on has."""
    if mlp.validation_scores_ is None:
        mlp.validation_scores_, mlp.validation_loss_curve_ = [], []
        mlp.best_validation_score_ = -math.inf


def keep_measured(mlp: Any, held_out: Samples, outputs: np.ndarray, losses: np.ndarray) -> None:
    """Add the loss, without penalty, and the score of held-out samples to an estimator's curves.

    ``outputs (n, n_out)`` and ``losses (n,)`` are what the network gives for them.
    """
    with np.errstate(all="ignore"):
        loss = mlp._loss_scale() * float(np.average(losses, weights=held_out.weight))
    mlp.validation_loss_curve_.append(loss)
    mlp.validation_scores_.append(mlp._score_of(outputs, held_out))
