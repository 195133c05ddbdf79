"""A Keras model with its compile settings as a set-up: it is read, and neither trained nor changed.

A stack of layers that a Network has is followed in depth, on any backend. Any other model, and other settings, are
trained by Keras on copies, and measured there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.fitting import FITS, scores_cut
from backlit.diagnosis.from_any_keras import setup_of_any_keras
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.keras_looks import evaluated
from backlit.diagnosis.keras_settings import (
    ACTIVATIONS,
    LOSS_NAMES,
    NotAStackError,
    as_float,
    check_ready,
    is_keras_model,
    keras_module,
    loss_name,
    optimizer_fields,
    user_optimizer,
)
from backlit.diagnosis.setup import Setup
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, Loss
from backlit.errors import BacklitError
from backlit.network.network import Layer, Network
from backlit.network.sweeps import forward
from backlit.validation import whole_number

__all__ = ["network_of_keras", "setup_of_keras"]

PER_SAMPLE_MEAN = ("mean_squared_error", "mean_absolute_error", "huber", "binary_crossentropy", "poisson")
"""Losses that Keras averages over outputs, where a Network sums."""

PLAIN = ("kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint")


def network_of_keras(model: Any) -> Network:
    """Return the network that a stack of Dense layers is, as it is now, with the loss of its compile settings.

    Where the loss takes scores, the network has the softmax or sigmoid that the loss applies.

    Raises NotAStackError, naming the layer, for other layers than Dense, Activation, its like, Dropout and Flatten.
    """
    check_ready(model)
    layers, norms = _layers(model)
    if norms:
        raise NotAStackError("a Keras model with BatchNormalization is no plain Network")
    layers, row = _loss(model, layers)
    return Network(tuple(layers), row if row.name in FRAMEWORK_LOSSES else row.name)


def setup_of_keras(model: Any, X: Any, y: Any, *, epochs: Any = 1, batch_size: Any = 32) -> Setup:
    """Return the set-up of a compiled Keras model, on X and y as they are fed to ``fit``.

    ``epochs`` and ``batch_size``: as in ``fit``. Raises BacklitError for a model that is not built or compiled, and
    for samples that do not fit it.
    """
    check_ready(model)
    how = {"epochs": whole_number(epochs, "epochs", 1), "batch_size": whole_number(batch_size, "batch_size", 1)}
    inputs, given = _arrays(X, y)
    how["batch_size"] = min(how["batch_size"], len(inputs))
    try:
        return _setup_of_stack(model, inputs, given, how)
    except NotAStackError:
        return setup_of_any_keras(model, inputs, given, how)


def _arrays(X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """X and y as they are fed, in their own types; tensors and frames as arrays."""
    try:
        inputs, given = (np.asarray(value.detach().cpu() if hasattr(value, "detach") else value) for value in (X, y))
    except ValueError:
        raise BacklitError("X and y must be numbers in rows of equal length") from None
    if inputs.dtype.kind not in "fiub" or given.dtype.kind not in "fiub":
        raise BacklitError("X and y must be arrays of numbers, as fit takes them; a generator or a data set is none")
    if inputs.ndim < 2 or len(inputs) < 2 or given.ndim < 1 or len(inputs) != len(given):
        raise BacklitError(
            "X must have at least two samples in rows, and y as many, got X with shape "
            f"{inputs.shape} and y with shape {given.shape}"
        )
    return inputs, given


def _setup_of_stack(model: Any, X: np.ndarray, y: np.ndarray, how: dict[str, Any]) -> Setup:
    layers, norms = _layers(model)
    if norms and keras_module().config.backend() != "torch":
        raise NotAStackError("PyTorch trains stacks with batch normalisation, and need not be there")
    # images are rows to a Flatten
    inputs, given = X.reshape(len(X), -1).astype(np.float64), y.astype(np.float64)
    if inputs.shape[1] != layers[0].n_in:
        raise BacklitError(f"layer 1 takes {layers[0].n_in} inputs, got X with shape {X.shape}")
    if not norms:
        _check_same(model, layers, X)
    n_out, name = layers[-1].n_out, loss_name(model)
    labels_fed = name == "sparse_categorical_crossentropy"
    optimizer = optimizer_fields(user_optimizer(model))
    Y, labels, cut = coded_targets(given, n_out, sums_to_1=labels_fed or layers[-1].row.name == "softmax")
    layers, row = _loss(model, layers)
    scale = 1 / n_out if name in PER_SAMPLE_MEAN else 1.0
    return Setup(
        network=Network(tuple(layers), row if row.name in FRAMEWORK_LOSSES else row.name),
        X=inputs,
        Y=Y,
        labels=labels,
        cut=scores_cut(layers[-1].row.name, row.name, cut),
        # Keras's squared error has no half
        gradient_scale=scale * (2.0 if name == "mean_squared_error" else 1.0),
        norms=norms,
        **how,
        **optimizer,
    )


def _check_same(model: Any, layers: list[Layer], X: np.ndarray) -> None:
    """What was read must say what the model says: a list of layers need not be the way that samples go."""
    few = X[:4]
    with np.errstate(all="ignore"):
        read = forward(Network(tuple(layers), "squared_error"), few.reshape(len(few), -1).astype(np.float64))
    said = as_float(evaluated(model, few))
    if said.shape != read[-1].output.shape or not np.allclose(
        said, read[-1].output, rtol=1e-3, atol=1e-4 * (1 + np.abs(said).max()), equal_nan=True
    ):
        raise NotAStackError("the Keras model does not say what its layers say one after the other")


def _layers(model: Any) -> tuple[list[Layer], tuple[int, ...]]:
    if not type(model).__module__.startswith("keras."):
        raise NotAStackError("a model of one's own class may do anything with its layers")
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
        raise NotAStackError("a stack ends in a Dense layer")
    return found, tuple(norms)


def _parts(model: Any) -> Iterator[Any]:
    """The layers of a stack, those of models within it too; raises NotAStackError where the model branches."""
    for part in model.layers:
        if is_keras_model(part):
            yield from _parts(part)
            continue
        nodes = getattr(part, "_inbound_nodes", [])
        branches = any(len(getattr(node, "input_tensors", [])) > 1 for node in nodes)
        own = not type(part).__module__.startswith("keras.")
        frozen = not part.trainable or any(getattr(part, name, None) is not None for name in PLAIN)
        if branches or own or frozen or part.compute_dtype not in ("float32", "float64"):
            raise _other(part)
        yield part


def _other(part: Any) -> NotAStackError:
    return NotAStackError(f"layer '{part.name}' ({type(part).__name__}) is none of a plain stack")


def _dense(part: Any) -> Layer:
    values = [as_float(value) for value in part.weights]
    return Layer(values[0], values[1] if part.use_bias else None, _activation(part), 0.0)


def _activation(part: Any) -> str:
    kind = type(part).__name__
    if kind == "LeakyReLU":
        return f"leaky_relu({float(part.negative_slope)!r})"
    if kind in ("ReLU", "Softmax", "ELU") and not hasattr(part, "activation"):
        return {"ReLU": "relu", "Softmax": "softmax", "ELU": f"elu({float(getattr(part, 'alpha', 1.0))!r})"}[kind]
    name = getattr(getattr(part, "activation", None), "__name__", kind)
    if name not in ACTIVATIONS:
        raise NotAStackError(f"layer '{part.name}' has the activation '{name}'")
    return ACTIVATIONS[name]


def _loss(model: Any, layers: list[Layer]) -> tuple[list[Layer], Loss]:
    """The layers and the loss as a Network has them."""
    from_logits = bool(getattr(model.loss, "from_logits", False))
    wanted = LOSS_NAMES[loss_name(model)][from_logits]
    row, output, n_out = FRAMEWORK_LOSSES.get(wanted) or LOSSES[wanted], layers[-1].row.name, layers[-1].n_out
    fitting = FITS.get((output, row.name)) if n_out > 1 or output != "softmax" else None
    if fitting is None:
        return layers, row
    assert fitting in FUSED_PAIRS
    return [*layers[:-1], replace(layers[-1], activation=fitting[0])], LOSSES[fitting[1]]
