"""Which methods an estimator has for its solver."""

from typing import Any

__all__ = ["is_stochastic"]


def is_stochastic(mlp: Any) -> bool:
    """Say whether an estimator's solver goes by epochs; for ``partial_fit``, raise AttributeError where not."""
    if mlp.solver == "lbfgs":
        raise AttributeError("partial_fit needs a solver that goes by epochs, adam or sgd, got 'lbfgs'")
    return True
