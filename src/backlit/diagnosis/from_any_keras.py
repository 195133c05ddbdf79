"""A Keras model that is no plain stack, or has settings that no Network has, as a set-up: Keras trains copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backlit.diagnosis.fitting import FITS
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.keras_copies import output_layer
from backlit.diagnosis.keras_looks import activation_name, evaluated
from backlit.diagnosis.keras_output import once_of_keras
from backlit.diagnosis.keras_part import KerasSource, keras_part
from backlit.diagnosis.keras_settings import (
    ACTIVATIONS,
    LOSS_NAMES,
    NotAStackError,
    as_float,
    keras_module,
    loss_name,
    optimizer_fields,
    user_optimizer,
)
from backlit.diagnosis.setup import Setup
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.errors import BacklitError
from backlit.network.network import Layer, Network

__all__ = ["setup_of_any_keras"]

TRAINS = ("jax", "torch")
"""Backends on which Keras trains copies for experiments, and on which its layers can be measured."""

SETTINGS = ("learning_rate", "weight_decay", "name")
"""Of an optimizer's configuration: what a set-up has fields for."""


def setup_of_any_keras(model: Any, X: np.ndarray, y: np.ndarray, how: Mapping[str, Any]) -> Setup:
    """Return the set-up of a model of any layers and settings; ``X`` and ``y`` as they are fed.

    Raises BacklitError on a backend that is not followed, where the model cannot be computed on the samples, and where
    its outputs are neither (n, n_out) nor of y's shape.
    """
    backend = keras_module().config.backend()
    if backend not in TRAINS:
        raise BacklitError(
            f"a Keras model that is no plain stack is diagnosed on the backends jax and torch, not on {backend}: set "
            "the environment variable KERAS_BACKEND to one of them, and load the model there"
        )
    shape = _output_shape(model, X, y)
    activation, loss = _output_and_loss(model)
    Y, labels, cut = _targets(model, y, shape)
    optimizer = _optimizer(model, how["batch_size"])
    # of a network only its inputs, outputs, output activation and loss are known
    output, row = _as_network(activation, loss, Y.shape[1])
    more = () if activation is None else ("output-activation", "target-coding") + (() if loss is None else ("loss",))
    kept = _prepares(model) or (_takes_whole(model) and bool((np.floor(X) == X).all()))
    once = once_of_keras(model, loss, X) if activation is None and len(shape) == 1 else None
    if once is not None:
        activation, more = "softmax", ("loss",)
        output, row = "softmax", str(loss)
    source = KerasSource(
        model=model,
        weights=tuple(np.array(values) for values in model.get_weights()),
        optimizer=user_optimizer(model),
        settings=(optimizer["optimizer"], optimizer["hyper"]),
        rate=optimizer["learning_rate"],
        penalised=bool(optimizer["weight_decay"] or optimizer["l2"]),
        output=(output, row),
        scores=(activation or "identity") != output,
    )
    flat = X.reshape(len(X), -1).astype(np.float64)
    layer = Layer(np.zeros((flat.shape[1], Y.shape[1])), None, output, 0.0)
    network = Network((layer,), FRAMEWORK_LOSSES.get(row, row))
    # an activation of its own makes probabilities of scores
    cut = 0.5 if source.scores or output == "sigmoid" else cut
    part = keras_part(source, X, y, whole=kept, more=more, once=once)
    return Setup(network, flat, Y, labels, cut=cut, part=part, **how, **optimizer)


def _output_shape(model: Any, X: np.ndarray, y: np.ndarray) -> tuple[int, ...]:
    """The shape of the outputs for one sample."""
    try:
        outputs = as_float(evaluated(model, X[:8]))
    except Exception as error:
        # whatever a model of the user's own raises
        raise BacklitError(
            f"the Keras model could not be computed on X of shape {X.shape}: {' '.join(str(error).split())[:160]}"
        ) from None
    if outputs.ndim == 1:
        outputs = outputs[:, None]
    if outputs.ndim != 2 and outputs.shape[1:] != y.shape[1:]:
        raise BacklitError(
            f"outputs of shape {outputs.shape} for y of shape {y[:8].shape} cannot be scored: expected (n, n_out), or "
            "y's own shape"
        )
    return outputs.shape[1:]


def _targets(model: Any, y: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray | None, float]:
    """Targets (n, n_out), the class of each sample or None, and where one output is cut."""
    if len(shape) > 1:
        return y.reshape(len(y), -1).astype(np.float64), None, 0.5
    n_out = shape[0]
    beyond = "sparse" in str(getattr(model.loss, "name", model.loss)) and (y.min() < 0 or y.max() >= n_out)
    if beyond and keras_module().config.backend() == "torch":
        raise BacklitError(
            f"y must be classes from 0 to {n_out - 1}, got {y.min():g} to {y.max():g}: PyTorch takes no others"
        )
    Y, labels, cut = coded_targets(y.astype(np.float64), n_out, sums_to_1=n_out > 1 and y.size == len(y))
    names = str(getattr(model.loss, "name", None) or getattr(model.loss, "__name__", model.loss)).lower()
    # scores are cut at 0
    scores = bool(getattr(model.loss, "from_logits", False)) or "logits" in names or "hinge" in names
    return Y, labels, 0.0 if scores else cut


def _output_and_loss(model: Any) -> tuple[str | None, str | None]:
    """The output's activation and the loss by the names they have here; None for what is not known."""
    last = output_layer(model)
    activation = None if last is None else ACTIVATIONS.get(activation_name(last))
    try:
        return activation, LOSS_NAMES[loss_name(model)][bool(getattr(model.loss, "from_logits", False))]
    except NotAStackError:
        return activation, None


def _as_network(activation: str | None, loss: str | None, n_out: int) -> tuple[str, str]:
    """Output and loss as a Network has them; squared error of the identity, of which nothing is said, if not known."""
    known = (activation or "identity", loss or "squared_error")
    if activation is None or loss is None or (n_out == 1 and activation == "softmax"):
        return known
    return FITS.get(known, known)


def _optimizer(model: Any, batch_size: int) -> dict[str, Any]:
    """The fields of a set-up that the optimizer and the layers' penalties decide; any optimizer of Keras has them."""
    optimizer = user_optimizer(model)
    config = optimizer.get_config()
    numbers = {name: float(value) for name, value in config.items() if isinstance(value, int | float)}
    try:
        name = str(optimizer_fields(optimizer)["optimizer"])
    except NotAStackError:
        name = type(optimizer).__name__.lower()
    penalties = [getattr(layer, "kernel_regularizer", None) for layer in model._flatten_layers()]
    # Keras adds factor x squares to the loss; a rule adds penalty / batch x weight to the gradient
    l2 = [2 * float(getattr(one, "l2", 0) or 0) + float(getattr(one, "l1", 0) or 0) for one in penalties if one]
    return {
        "optimizer": name,
        "learning_rate": float(as_float(optimizer.learning_rate)),
        "hyper": {key: value for key, value in numbers.items() if key not in SETTINGS},
        "weight_decay": numbers.get("weight_decay", 0.0),
        "l2": max(l2, default=0.0) * batch_size,
    }


def _takes_whole(model: Any) -> bool:
    return any(type(layer).__name__ == "Embedding" for layer in model._flatten_layers())


def _prepares(model: Any) -> bool:
    """Whether the model has layers that prepare its inputs, such as Normalization and Rescaling."""
    return any(".layers.preprocessing" in type(layer).__module__ for layer in model._flatten_layers())
