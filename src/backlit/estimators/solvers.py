"""Which methods an estimator has for its solver."""

from typing import Any

__all__ = ["is_stochastic"]


def is_stochastic(mlp: Any) -> bool:
    """Say whether an estimator's solver goes by epochs; for ``partial_fit``, raise AttributeError where not."""
    if mlp.solver == "lbfgs":
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. lbfgs is not stochastic. "
            "Solver 'adam' or 'sgd' goes by epochs"
        )
    return True
