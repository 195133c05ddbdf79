"""A Keras model with its compile settings as a set-up: it is read, and neither trained nor changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.fitting import FITS
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.setup import Setup
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, Loss
from backlit.errors import BacklitError
from backlit.network.network import Layer, Network
from backlit.validation import whole_number

__all__ = ["is_keras_model", "keras_module", "network_of_keras", "setup_of_keras"]

ACTIVATIONS = {
    "linear": "identity",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "silu": "silu",
    "swish": "silu",
    "mish": "mish",
    "softplus": "softplus",
    "softmax": "softmax",
    "leaky_relu": "leaky_relu(0.2)",
    "hard_sigmoid": "hard_sigmoid",
}
"""Keras's names; its leaky relu falls by 0.2."""

LOSS_NAMES = {
    "mean_squared_error": ("squared_error", "squared_error"),
    "mean_absolute_error": ("absolute_error", "absolute_error"),
    "huber": ("huber", "huber"),
    "binary_crossentropy": ("clipped_log_loss", "log_loss_from_logits"),
    "categorical_crossentropy": ("normalised_cross_entropy", "cross_entropy_from_logits"),
    "sparse_categorical_crossentropy": ("normalised_cross_entropy", "cross_entropy_from_logits"),
    "poisson": ("shifted_poisson", "shifted_poisson"),
}
"""Keras's loss, and the row here: of probabilities, and of scores (from_logits=True)."""

SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}

PER_SAMPLE_MEAN = ("mean_squared_error", "mean_absolute_error", "huber", "binary_crossentropy", "poisson")
"""Losses that Keras averages over outputs, where a Network sums."""


def is_keras_model(what: Any) -> bool:
    """Say whether something is a Keras model, without importing Keras.

    >>> is_keras_model(3)
    False
    """
    return any(kind.__module__.startswith("keras.") and kind.__name__ == "Model" for kind in type(what).__mro__)


def keras_module() -> Any:
    """Return Keras, or raise BacklitError where it, or its backend, is not installed."""
    try:
        import keras
    except ImportError as error:
        raise BacklitError(
            f"Keras or its backend is not installed ({error!s:.80}): pip install keras, and jax or torch; the "
            "environment variable KERAS_BACKEND says which"
        ) from None
    return keras


def network_of_keras(model: Any) -> Network:
    """Return the network that a stack of Dense layers is, as it is now, with the loss of its compile settings.

    Raises BacklitError, naming the layer, for other layers than Dense, Activation, its like, Dropout and Flatten.
    """
    layers, norms = _layers(model)
    if norms:
        raise BacklitError("a Keras model with BatchNormalization is no plain Network")
    _, row = _loss(model, layers)
    return Network(tuple(layers), row if row.name in FRAMEWORK_LOSSES else row.name)


def setup_of_keras(model: Any, X: Any, y: Any, *, epochs: Any = 1, batch_size: Any = 32) -> Setup:
    """Return the set-up of a compiled Keras model of Dense layers, on X and y as they are fed to ``fit``.

    ``epochs`` and ``batch_size``: as in ``fit``. Raises BacklitError for other layers, losses and optimizers.
    """
    layers, norms = _layers(model)
    inputs, given = np.asarray(X, np.float64), np.asarray(y, np.float64)
    # images are rows to a Flatten
    inputs = inputs.reshape(len(inputs), -1) if inputs.ndim > 1 else inputs
    if inputs.ndim != 2 or inputs.shape[1] != layers[0].n_in:
        raise BacklitError(f"layer 1 takes {layers[0].n_in} inputs, got X with shape {np.shape(X)}")
    n_out, name = layers[-1].n_out, _loss_name(model)
    labels_fed = name == "sparse_categorical_crossentropy"
    Y, labels, cut = coded_targets(given, n_out, sums_to_1=labels_fed or layers[-1].row.name == "softmax")
    layers, row = _loss(model, layers)
    size = min(whole_number(batch_size, "batch_size", 1), len(inputs))
    scale = 1 / n_out if name in PER_SAMPLE_MEAN else 1.0
    return Setup(
        network=Network(tuple(layers), row if row.name in FRAMEWORK_LOSSES else row.name),
        X=inputs,
        Y=Y,
        labels=labels,
        cut=cut,
        batch_size=size,
        epochs=whole_number(epochs, "epochs", 1),
        # Keras's squared error has no half
        gradient_scale=scale * (2.0 if name == "mean_squared_error" else 1.0),
        norms=norms,
        **_optimizer(model.optimizer),
    )


def _layers(model: Any) -> tuple[list[Layer], tuple[int, ...]]:
    found: list[Layer] = []
    norms: list[int] = []
    for part in _parts(model):
        kind = type(part).__name__
        if kind == "Dense":
            found.append(_dense(part))
        elif kind in ("InputLayer", "Flatten", "Reshape") and not found:
            continue
        elif kind == "BatchNormalization":
            norms.append(len(found))
        elif not found:
            raise _other(part)
        elif kind == "Dropout" and norms[-1:] != [len(found)]:
            found[-1] = replace(found[-1], dropout=float(part.rate))
        elif found[-1].row.name == "identity" and not found[-1].dropout and norms[-1:] != [len(found)]:
            found[-1] = replace(found[-1], activation=_activation(part))
        else:
            raise _other(part)
    if not found or norms[-1:] == [len(found)]:
        raise BacklitError("a Keras model is diagnosed where it is a stack that ends in a Dense layer")
    return found, tuple(norms)


def _parts(model: Any) -> Iterator[Any]:
    """The layers of a stack, those of models within it too; raises BacklitError where the model branches."""
    if not getattr(model, "built", False) or not hasattr(model, "layers"):
        raise BacklitError("the Keras model is not built yet: give it an Input, or call it on samples once")
    for part in model.layers:
        if is_keras_model(part):
            yield from _parts(part)
        else:
            nodes = getattr(part, "_inbound_nodes", [])
            if any(len(getattr(node, "input_tensors", [])) > 1 for node in nodes):
                raise _other(part)
            yield part


def _other(part: Any) -> BacklitError:
    return BacklitError(
        f"layer '{part.name}' ({type(part).__name__}) cannot be followed: a Keras model is diagnosed where it is a "
        "stack of Dense, Activation, Dropout, Flatten first, and BatchNormalization before Dense"
    )


def _dense(part: Any) -> Layer:
    as_numpy = keras_module().ops.convert_to_numpy
    values = [np.asarray(as_numpy(value), np.float64) for value in part.weights]
    if getattr(part, "kernel_regularizer", None) is not None:
        raise BacklitError(f"layer '{part.name}' has a kernel_regularizer, which cannot be followed yet")
    biases = values[1] if part.use_bias else None
    return Layer(values[0], biases, _activation(part), 0.0)


def _activation(part: Any) -> str:
    kind = type(part).__name__
    if kind == "LeakyReLU":
        return f"leaky_relu({float(part.negative_slope)!r})"
    if kind in ("ReLU", "Softmax", "ELU") and not hasattr(part, "activation"):
        return {"ReLU": "relu", "Softmax": "softmax", "ELU": f"elu({float(getattr(part, 'alpha', 1.0))!r})"}[kind]
    name = getattr(getattr(part, "activation", None), "__name__", kind)
    if name not in ACTIVATIONS:
        raise BacklitError(f"layer '{part.name}' has the activation '{name}', which cannot be followed")
    return ACTIVATIONS[name]


def _loss_name(model: Any) -> str:
    loss = getattr(model, "loss", None)
    if loss is None or getattr(model, "optimizer", None) is None:
        raise BacklitError("the Keras model has no loss or optimizer yet: call model.compile(optimizer=, loss=)")
    name = loss if isinstance(loss, str) else str(getattr(loss, "name", None) or getattr(loss, "__name__", ""))
    name = SHORT.get(name.lower(), name)
    if name not in LOSS_NAMES:
        raise BacklitError(f"the loss '{name}' of the Keras model cannot be followed; known: {', '.join(LOSS_NAMES)}")
    return str(name)


def _loss(model: Any, layers: list[Layer]) -> tuple[list[Layer], Loss]:
    """The layers and the loss as a Network has them."""
    from_logits = bool(getattr(model.loss, "from_logits", False)) if hasattr(model, "loss") else False
    wanted = LOSS_NAMES[_loss_name(model)][from_logits]
    row, output, n_out = FRAMEWORK_LOSSES.get(wanted) or LOSSES[wanted], layers[-1].row.name, layers[-1].n_out
    fitting = FITS.get((output, row.name)) if n_out > 1 or output != "softmax" else None
    if fitting is None:
        return layers, row
    assert fitting in FUSED_PAIRS
    return [*layers[:-1], replace(layers[-1], activation=fitting[0])], LOSSES[fitting[1]]


def _optimizer(optimizer: Any) -> dict[str, Any]:
    kind, rate = type(optimizer).__name__, float(keras_module().ops.convert_to_numpy(optimizer.learning_rate))
    fields: dict[str, Any] = {"learning_rate": rate}
    if kind == "SGD":
        momentum = float(optimizer.momentum)
        name = "sgd" if not momentum else "nesterov" if optimizer.nesterov else "momentum"
        return {**fields, "optimizer": name, "hyper": {"momentum": momentum} if momentum else {}}
    if kind in ("Adam", "AdamW"):
        hyper = {"beta_1": float(optimizer.beta_1), "beta_2": float(optimizer.beta_2), "epsilon": optimizer.epsilon}
        decay = float(optimizer.weight_decay or 0.0) if kind == "AdamW" else 0.0
        return {**fields, "optimizer": "adam", "hyper": hyper, "weight_decay": decay}
    if kind == "RMSprop" and not optimizer.momentum and not optimizer.centered:
        hyper = {"beta_2": float(optimizer.rho), "epsilon": float(optimizer.epsilon)}
        return {**fields, "optimizer": "rmsprop", "hyper": hyper}
    raise BacklitError(f"diagnose follows SGD, RMSprop (plain), Adam and AdamW of Keras, got {kind}")
