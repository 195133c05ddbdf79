"""scikit-learn's multilayer perceptrons, and ours, alone or behind scalers, as Networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network

__all__ = ["Fitted", "fitted_parts", "from_sklearn"]

ACTIVATIONS = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
OUTPUTS = {"identity": "identity", "logistic": "sigmoid", "softmax": "softmax", "exp": "exp"}
LOSSES = {"sigmoid": "log_loss", "softmax": "cross_entropy", "exp": "poisson", "identity": "squared_error"}

SCALERS: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "StandardScaler": lambda step: (step.mean_ if step.with_mean else None, step.scale_),
    "MinMaxScaler": lambda step: (-step.min_ / step.scale_, 1 / step.scale_),
    "MaxAbsScaler": lambda step: (None, step.scale_),
    "RobustScaler": lambda step: (step.center_, step.scale_),
}
"""From a fitted scaler to (shift, scale), (n_in,) each or None: its result is (x - shift) / scale."""

ESTIMATORS = "an MLPClassifier or MLPRegressor of scikit-learn or backlit, or a Pipeline of scalers that ends in one"


class Fitted(NamedTuple):
    """What a fitted estimator is: ``network`` over ``(x - shift) / scale``, (n_in,) each.

    ``scaled``: whether a scaler stands before it. ``classes``: the labels in the order of probabilities, None for a
    regressor; ``several``: whether a sample may have several of them.
    """

    network: Network
    shift: np.ndarray
    scale: np.ndarray
    scaled: bool
    classes: np.ndarray | None
    several: bool


def from_sklearn(mlp: Any) -> Network:
    """Return the network inside a fitted estimator: scikit-learn's ``MLPClassifier`` or ``MLPRegressor``, or ours.

    Of a ``Pipeline`` whose steps before it are StandardScaler, MinMaxScaler, MaxAbsScaler or RobustScaler, the network
    takes what the pipeline takes: the scalers are folded into its first layer. Of a fitted search it is the best
    estimator's. Weights are copied, in their own precision; ``predict`` gives what the estimator calls probabilities
    (of the second class where there are two) or predictions. The loss is the estimator's: log_loss, cross_entropy,
    squared_error or poisson; the L2 penalty (``alpha``) is no part of a network.

    Raises BacklitError for something else, for an estimator that is not fitted, and for a step that is no such scaler.

    >>> import backlit as bl
    >>> from sklearn.neural_network import MLPRegressor
    >>> mlp = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0)
    >>> bl.from_sklearn(mlp.fit([[0, 1], [1, 0], [1, 1]], [1, 2, 3]))
    Network 2-4-1: relu, identity; loss squared_error; 17 parameters
    """
    fitted = fitted_parts(mlp, "from_sklearn")
    return _folded(fitted) if fitted.scaled else fitted.network


def fitted_parts(given: Any, verb: str) -> Fitted:
    """Return the parts of an estimator, pipeline or search; see ``from_sklearn``, which says what is raised."""
    from sklearn.pipeline import Pipeline

    given = getattr(given, "best_estimator_", given)
    if not isinstance(given, Pipeline):
        return _estimator(given, verb)
    *steps, (_, last) = given.steps
    fitted = _estimator(last, verb)
    for name, step in reversed(steps):
        if step in (None, "passthrough"):
            continue
        shift, scale = _scaler(name, step, len(fitted.shift), verb)
        # (x - a) / b, and of that (x - c) / d, are together (x - (a + b c)) / (b d)
        fitted = fitted._replace(shift=shift + scale * fitted.shift, scale=scale * fitted.scale, scaled=True)
    return fitted


def _scaler(name: str, step: Any, n_in: int, verb: str) -> tuple[np.ndarray, np.ndarray]:
    kind = type(step).__name__
    if kind not in SCALERS or getattr(step, "clip", False):
        raise BacklitError(
            f"{verb} takes pipelines whose steps before the network are {', '.join(SCALERS)}, got the step '{name}', "
            f"{'one that clips' if kind in SCALERS else kind}; give it the last step alone, pipe[-1]: what that takes "
            "is what the steps before it make"
        )
    if getattr(step, "n_features_in_", None) is None:
        raise BacklitError(
            f"{verb} takes a fitted pipeline, got one whose step '{name}' has seen no data; fit it first"
        )
    shift, scale = SCALERS[kind](step)
    return np.zeros(n_in) if shift is None else shift, np.ones(n_in) if scale is None else scale


def _estimator(given: Any, verb: str) -> Fitted:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    theirs = isinstance(given, MLPClassifier | MLPRegressor)
    # ours stand in a room above this one, and are known by what they have
    ours = not isinstance(given, type) and hasattr(type(given), "network_")
    if not theirs and not ours:
        kind = type(given).__name__
        got = f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"
        got = f"the class {given.__name__}, not an object of it" if isinstance(given, type) else got
        raise BacklitError(f"{verb} takes {'a bl.Network, ' * (verb == 'to_onnx')}{ESTIMATORS}, got {got}")
    if not hasattr(given, "coefs_"):
        raise BacklitError(f"{verb} takes a fitted {type(given).__name__}, got one that has seen no data; fit it first")
    net = given.network_ if ours else _network(given)
    classes = getattr(given, "classes_", None)
    several = classes is not None and net.sizes[-1] > 1 and net.layers[-1].row.name != "softmax"
    n_in = net.sizes[0]
    return Fitted(net, np.zeros(n_in), np.ones(n_in), False, classes, several)


def _network(mlp: Any) -> Network:
    output = OUTPUTS[mlp.out_activation_]
    return Network.from_weights(
        mlp.coefs_,
        mlp.intercepts_,
        activation=ACTIVATIONS[mlp.activation],
        output=output,
        loss=LOSSES[output],
        dtype=mlp.coefs_[0].dtype,
    )


def _folded(fitted: Fitted) -> Network:
    """The network over what comes before the scalers."""
    weights, biases = list(fitted.network.weights), list(fitted.network.biases)
    scaled = weights[0].astype(np.float64) / fitted.scale[:, None]
    first = np.zeros(weights[0].shape[1]) if biases[0] is None else biases[0]
    weights[0], biases[0] = scaled, first - fitted.shift @ scaled
    return fitted.network.with_parameters(weights, biases)
