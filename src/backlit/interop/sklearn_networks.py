"""scikit-learn's multilayer perceptrons as Networks."""

from __future__ import annotations

from typing import Any

from backlit.errors import BacklitError
from backlit.network.network import Network

__all__ = ["from_sklearn"]

ACTIVATIONS = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
OUTPUTS = {"identity": "identity", "logistic": "sigmoid", "softmax": "softmax", "exp": "exp"}
LOSSES = {"sigmoid": "log_loss", "softmax": "cross_entropy", "exp": "poisson", "identity": "squared_error"}


def from_sklearn(mlp: Any) -> Network:
    """Return the network inside a fitted ``MLPClassifier`` or ``MLPRegressor`` of scikit-learn.

    Its weights are copied, in their own precision; ``predict`` gives what the estimator calls probabilities (of the
    second class where there are two) or predictions. The loss is the estimator's: log_loss, cross_entropy,
    squared_error or poisson; the L2 penalty (``alpha``) is no part of a network.

    Raises BacklitError for something else, and for an estimator that is not fitted.

    >>> import backlit as bl
    >>> from sklearn.neural_network import MLPRegressor
    >>> mlp = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0)
    >>> bl.from_sklearn(mlp.fit([[0, 1], [1, 0], [1, 1]], [1, 2, 3]))
    Network 2-4-1: relu, identity; loss squared_error; 17 parameters
    """
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    if not isinstance(mlp, MLPClassifier | MLPRegressor):
        got = (
            f"a {type(mlp).__name__}" if not isinstance(mlp, type) else f"the class {mlp.__name__}, not an object of it"
        )
        raise BacklitError(f"from_sklearn takes an MLPClassifier or MLPRegressor of scikit-learn, got {got}")
    if not hasattr(mlp, "coefs_"):
        raise BacklitError(
            f"from_sklearn takes a fitted {type(mlp).__name__}, got one that has seen no data; fit it first"
        )
    output = OUTPUTS[mlp.out_activation_]
    return Network.from_weights(
        mlp.coefs_,
        mlp.intercepts_,
        activation=ACTIVATIONS[mlp.activation],
        output=output,
        loss=LOSSES[output],
        dtype=mlp.coefs_[0].dtype,
    )
