"""What L-BFGS minimises, computed by the compiled engine where an evaluation is long enough for that to be felt."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.engine.known import why_not
from backlit.engine.trainer import Trainer
from backlit.estimators.lbfgs_objective import as_computed, loss_and_gradient, packed, unpacked
from backlit.estimators.samples import Samples
from backlit.network.network import Network

__all__ = ["LBFGS_WORTH_THE_ENGINE", "objective_of"]

LBFGS_WORTH_THE_ENGINE = 300_000
"""Multiply-adds of a forward sweep. Below, scikit-learn's order of sums keeps the path the same to the last bit."""

LBFGS_WORTH_THREADS = 2_000_000
"""From as many on a second processor helps."""

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


def objective_of(
    net: Network, samples: Samples, alpha: float, scale: float, floor: float | None, n_threads: int | None
) -> Objective:
    """Return a function of all parameters, flat: the loss with its penalty, and its gradient; see loss_and_gradient.

    ``floor``: the reported loss sees predictions this far from 0 and 1.
    """
    computed = as_computed(net)

    def by_equations(flat: np.ndarray) -> tuple[float, np.ndarray]:
        return loss_and_gradient(unpacked(computed, flat), samples, alpha, scale)

    work = samples.n * sum(W.size for W in net.weights)
    if work < LBFGS_WORTH_THE_ENGINE or why_not(net) is not None:
        return by_equations
    # helpers go to sleep while SciPy thinks: to wake them takes longer than a small evaluation
    trainer = _trainer(net, alpha / scale, floor, 1 if n_threads is None and work < LBFGS_WORTH_THREADS else n_threads)
    X = samples.X if hasattr(samples.X, "tocsr") else np.ascontiguousarray(samples.X, np.float64)

    def by_engine(flat: np.ndarray) -> tuple[float, np.ndarray]:
        trainer.set_parameters(unpacked(net, flat))
        loss, weights, biases = trainer.loss_and_gradients(X, samples.y, samples.weight)
        gradient = scale * packed(weights, biases)
        if not (np.isfinite(loss) and np.isfinite(gradient).all()):
            # a step of the line search too far: what SciPy makes of it hangs on which numbers are infinite
            return by_equations(flat)
        return scale * loss, gradient

    return by_engine


def _trainer(net: Network, l2: float, floor: float | None, n_threads: int | None) -> Trainer[Any]:
    """A trainer in float64, as SciPy works in it."""
    layers = [
        replace(layer, weights=layer.weights.astype(np.float64), biases=np.asarray(layer.biases, np.float64))
        for layer in net.layers
    ]
    net = replace(net, layers=tuple(layers))
    return Trainer(net, l2=l2, probability_floor=floor, slopes_from_values=True, n_threads=n_threads)
