"""A PyTorch module with its loss and optimizer as a set-up: it is read, and neither called in training nor changed.

A loss is a function of one's own as far as PyTorch knows. Which one it is, is found by calling it: its values on a few
outputs stand beside those of the losses that are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.setup import Setup
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, Loss
from backlit.errors import BacklitError
from backlit.interop.torch_networks import torch_layers
from backlit.network.network import Layer, Network
from backlit.validation import whole_number

__all__ = ["is_module", "setup_of_module"]

KNOWN = (
    "squared_error",
    "absolute_error",
    "huber",
    "clipped_log_loss",
    "log_loss_from_logits",
    "cross_entropy_from_logits",
    "normalised_cross_entropy",
    "shifted_poisson",
)

FITS = {
    ("softmax", "normalised_cross_entropy"): ("softmax", "cross_entropy"),
    ("identity", "cross_entropy_from_logits"): ("softmax", "cross_entropy"),
    ("sigmoid", "clipped_log_loss"): ("sigmoid", "log_loss"),
    ("identity", "log_loss_from_logits"): ("sigmoid", "log_loss"),
}
"""Output and loss as a framework has them, and the same as a Network has them, where they fit."""


def is_module(what: Any) -> bool:
    """Say whether something is a PyTorch module, without importing PyTorch.

    >>> is_module(3)
    False
    """
    return any(f"{kind.__module__}.{kind.__name__}" == "torch.nn.modules.module.Module" for kind in type(what).__mro__)


def setup_of_module(
    module: Any, X: Any, y: Any, *, loss: Any = None, optimizer: Any = None, epochs: Any = 20, batch_size: Any = 32
) -> Setup:
    """Return the set-up of a Sequential, with a loss (outputs, y) and an optimizer.

    It holds Linear, activations, Dropout, and BatchNorm1d before a Linear.

    Raises BacklitError for other modules, naming the part; for a loss that is none of those that are known; and for
    another optimizer than SGD, RMSprop, Adam and AdamW.
    """
    if loss is None or optimizer is None:
        raise BacklitError(
            "a PyTorch module is diagnosed with its loss and optimizer: diagnose(module, X, y, loss=, optimizer=)"
        )
    taken, norms = torch_layers(module)
    layers = [_in_double(layer) for layer in taken]
    inputs, given = (
        np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value) for value in (X, y)
    )
    if inputs.ndim != 2 or inputs.shape[1] != layers[0].n_in:
        raise BacklitError(f"layer 1 takes {layers[0].n_in} inputs, got X with shape {inputs.shape}")
    n_out = layers[-1].n_out
    Y, labels, cut = coded_targets(given.astype(np.float64), n_out, sums_to_1=n_out > 1 and given.size == len(given))
    row, scale = _identified(loss, Y, given, n_out)
    output = layers[-1].row.name
    fitting = FITS.get((output, row.name)) if n_out > 1 or output != "softmax" else None
    if fitting is not None:
        layers[-1] = replace(layers[-1], activation=fitting[0])
        row = LOSSES[fitting[1]]
        assert fitting in FUSED_PAIRS
    size = min(whole_number(batch_size, "batch_size", 1), len(inputs))
    return Setup(
        network=Network(tuple(layers), row if row.name in FRAMEWORK_LOSSES else row.name),
        X=inputs.astype(np.float64),
        Y=Y,
        labels=labels,
        cut=cut,
        batch_size=size,
        epochs=whole_number(epochs, "epochs", 1),
        gradient_scale=scale,
        norms=norms,
        **_optimizer(optimizer, size),
    )


def _in_double(layer: Layer) -> Layer:
    biases = None if layer.biases is None else layer.biases.astype(np.float64)
    return replace(layer, weights=layer.weights.astype(np.float64), biases=biases)


def _identified(loss: Callable[[Any, Any], Any], Y: np.ndarray, given: np.ndarray, n_out: int) -> tuple[Loss, float]:
    """Return the known loss of which this one is a multiple, and the factor."""
    import torch

    rng, rows = np.random.default_rng(0), np.arange(min(16, len(Y)))
    target = torch.as_tensor(given[rows])
    if target.is_floating_point():
        target = target.float()
    # outputs far from 0 and 1 too tell a loss of logits from one of probabilities
    outputs = [rng.uniform(0.05, 0.95, (len(rows), n_out)) for _ in range(4)]
    try:
        with torch.no_grad():
            values = [float(loss(torch.as_tensor(p, dtype=torch.float32), target)) for p in outputs]
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise BacklitError(
            f"the loss could not be computed on outputs of shape {outputs[0].shape}: {error!s:.120}"
        ) from None
    for name in KNOWN:
        row = FRAMEWORK_LOSSES.get(name) or LOSSES[name]
        mine = np.array([float(np.mean(row.value(p, Y[rows]))) for p in outputs])
        factor = float(np.dot(mine, values) / max(float(np.dot(mine, mine)), 1e-300))
        if factor > 0 and np.allclose(factor * mine, values, rtol=2e-4, atol=1e-6):
            # one output has one cross entropy, 0, of any factor
            return row, factor if np.ptp(mine) > 1e-9 else 1.0
        if np.allclose(mine, values, atol=1e-6):
            return row, 1.0
    raise BacklitError(
        "the loss is none of those that diagnose knows: squared, absolute and Huber errors, log loss and cross entropy "
        "of probabilities or of scores, Poisson"
    )


def _optimizer(optimizer: Any, batch_size: int) -> dict[str, Any]:
    """The fields of a set-up that an optimizer of PyTorch decides."""
    kind, group = type(optimizer).__name__, optimizer.param_groups[0]
    fields: dict[str, Any] = {"learning_rate": float(group["lr"])}
    decay = float(group.get("weight_decay", 0.0))
    if kind == "AdamW":
        fields["weight_decay"] = decay
    else:
        # PyTorch adds it to the gradient of the mean loss; a rule divides its penalty by the batch's size
        fields["l2"] = decay * batch_size
    if kind == "SGD":
        momentum = float(group["momentum"])
        name = "sgd" if not momentum else "nesterov" if group["nesterov"] else "momentum"
        return {**fields, "optimizer": name, "hyper": {"momentum": momentum} if momentum else {}}
    if kind in ("Adam", "AdamW"):
        beta_1, beta_2 = (float(beta) for beta in group["betas"])
        hyper = {"beta_1": beta_1, "beta_2": beta_2, "epsilon": float(group["eps"])}
        return {**fields, "optimizer": "adam", "hyper": hyper}
    if kind == "RMSprop" and not group["momentum"] and not group["centered"]:
        hyper = {"beta_2": float(group["alpha"]), "epsilon": float(group["eps"])}
        return {**fields, "optimizer": "rmsprop", "hyper": hyper}
    raise BacklitError(f"diagnose follows SGD, RMSprop (plain), Adam and AdamW of PyTorch, got {kind}")
