"""Which samples a fit holds out, and what it measures on them."""

import math
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from backlit.errors import BacklitError
from backlit.estimators.parameters import Choices
from backlit.estimators.samples import Samples, held_out_split, sparse_checked
from backlit.estimators.unlike import warn_where_unlike
from backlit.network.network import Network
from backlit.network.targets import as_targets

__all__ = ["keep_measured", "start_measuring", "training_and_held_out"]


def training_and_held_out(
    mlp: Any, choices: Choices, net: Network, samples: Samples, X_val: Any, y_val: Any, rng: np.random.RandomState
) -> tuple[Samples, Samples | None]:
    """Return the samples to train on, and those to validate on: given, drawn for early stopping, or none.

    ``X_val (n_val, n_in)`` and ``y_val`` as in ``fit``, or None. Raises BacklitError where one of them is missing.
    """
    if (X_val is None) != (y_val is None):
        raise BacklitError("X_val and y_val must be given together, got one of them")
    if X_val is not None:
        X, y = validate_data(
            mlp,
            sparse_checked(X_val, "X_val"),
            y_val,
            accept_sparse="csr",
            multi_output=True,
            dtype=samples.X.dtype,
            reset=False,
            y_numeric=mlp._y_numeric,
        )
        targets = mlp._encode(y, learn=False)
        warn_where_unlike(samples.X, X)
        return samples, Samples(X, as_targets(net, targets, X.shape[0], one_sample=False), None)
    if not choices.early_stopping or choices.solver == "lbfgs":
        return samples, None
    kept, held_out = held_out_split(samples, choices.validation_fraction, rng, mlp._labels_to_stratify(samples.y))
    return kept, held_out


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
        score = mlp._score_of(outputs, held_out)
    mlp.validation_loss_curve_.append(loss)
    mlp.validation_scores_.append(score)
