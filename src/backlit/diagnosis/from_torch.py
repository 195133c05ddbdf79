"""A PyTorch module with its loss and optimizer as a set-up: it is read, and neither called in training nor changed.

A loss is a function of one's own as far as PyTorch knows. Which one it is, is found by calling it: its values on a few
outputs stand beside those of the losses that are known. Where it is none of them, or the module is no plain stack,
PyTorch trains copies.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from backlit.diagnosis.fitting import FITS, scores_cut
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.setup import Setup
from backlit.diagnosis.torch_bare import bare_of
from backlit.diagnosis.torch_graph import graph_of
from backlit.diagnosis.torch_looks import without_training
from backlit.diagnosis.torch_losses import check_classes, hint, identified_loss, scores_row
from backlit.diagnosis.torch_output import once_of, once_of_nll
from backlit.diagnosis.torch_part import module_part
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, Loss
from backlit.errors import BacklitError
from backlit.interop.torch_networks import torch_layers
from backlit.network.network import Layer, Network
from backlit.validation import whole_number

__all__ = ["is_module", "setup_of_module"]


def is_module(what: Any) -> bool:
    """Say whether something is a PyTorch module, without importing PyTorch.

    >>> is_module(3)
    False
    """
    return any(f"{kind.__module__}.{kind.__name__}" == "torch.nn.modules.module.Module" for kind in type(what).__mro__)


def setup_of_module(
    module: Any, X: Any, y: Any, *, loss: Any = None, optimizer: Any = None, epochs: Any = 20, batch_size: Any = 32
) -> Setup:
    """Return the set-up of a module with a loss (outputs, y) and an optimizer.

    A Sequential of Linear, activations, Dropout and BatchNorm1d with a loss that is known is followed in depth; any
    other module, and any other loss, is trained by PyTorch and measured by hooks. Raises BacklitError for another
    optimizer than SGD, RMSprop, Adam and AdamW, and for outputs that cannot be scored.
    """
    _check_given(loss, optimizer)
    _check_place(module)
    inputs, given = _arrays(X, y)
    size = min(whole_number(batch_size, "batch_size", 1), len(inputs))
    how = {"batch_size": size, "epochs": whole_number(epochs, "epochs", 1), **_optimizer(optimizer, size)}
    try:
        taken, norms = torch_layers(module)
        # a frozen layer stays so in copies of the module alone
        plain = not _resting(module, optimizer)
    except BacklitError:
        plain = False
    if not plain:
        return setup_of_any_module(module, loss, inputs, given, how, _resting(module, optimizer))
    layers = [_in_double(layer) for layer in taken]
    if inputs.ndim != 2 or inputs.shape[1] != layers[0].n_in:
        raise BacklitError(f"layer 1 takes {layers[0].n_in} inputs, got X with shape {inputs.shape}")
    n_out = layers[-1].n_out
    check_classes(given, n_out)
    Y, labels, cut = coded_targets(given.astype(np.float64), n_out, sums_to_1=n_out > 1 and given.size == len(given))
    known = identified_loss(loss, Y, given, n_out)
    if known is None:
        return setup_of_any_module(module, loss, inputs, given, how)
    row, scale = known
    layers, row = _as_fused(layers, row)
    return Setup(
        network=Network(tuple(layers), row if row.name in FRAMEWORK_LOSSES else row.name),
        X=inputs.astype(np.float64),
        Y=Y,
        labels=labels,
        cut=scores_cut(layers[-1].row.name, row.name, cut),
        gradient_scale=scale,
        norms=norms,
        **how,
    )


def _as_fused(layers: list[Layer], row: Loss) -> tuple[list[Layer], Loss]:
    """The output and the loss as a Network has them, where they fit each other."""
    last = layers[-1]
    fitting = FITS.get((last.row.name, row.name)) if last.n_out > 1 or last.row.name != "softmax" else None
    if fitting is None:
        return layers, row
    assert fitting in FUSED_PAIRS
    return [*layers[:-1], replace(last, activation=fitting[0])], LOSSES[fitting[1]]


def _resting(module: Any, optimizer: Any) -> tuple[str, ...]:
    """The names of the parameters that no step moves: they ask for no gradient, or are not the optimizer's."""
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    named = list(module.named_parameters())
    # of an optimizer of another module, as a whole, not-trained speaks
    other = not any(id(one) in held for _, one in named)
    return tuple(name for name, one in named if not one.requires_grad or not (other or id(one) in held))


def setup_of_any_module(
    module: Any,
    loss: Any,
    inputs: np.ndarray,
    given: np.ndarray,
    how: Mapping[str, Any],
    resting: tuple[str, ...] = (),
) -> Setup:
    """Return the set-up of a module of any layers: a copy of it, trained by PyTorch with the loss as it is.

    Raises BacklitError where the module or its loss cannot be computed on the samples, and where its outputs are not
    (n, n_out), or of the targets' shape.
    """
    given_outputs = _tried(module, loss, inputs, given)
    outputs = given_outputs.reshape(len(given_outputs), -1)
    whole = not np.issubdtype(inputs.dtype, np.floating)
    if whole and next(module.parameters()).dim() and not _takes_whole(module):
        whole = False
    labels, cut = _answers(loss, outputs, given)
    Y = np.eye(outputs.shape[1])[labels] if labels is not None and outputs.shape[1] > 1 else given
    Y = Y.reshape(len(given), -1).astype(np.float64)
    copied = _copied(module)
    for name, parameter in copied.named_parameters():
        parameter.requires_grad_(name not in resting)
    row = scores_row(loss, Y, given, given_outputs.shape[1:])
    some = _some(copied, inputs, whole=whole)
    # a relu's outputs may look like probabilities
    bare = None if row is None else bare_of(copied, some)
    twice = None if row is None or bare is not None else once_of(copied, loss, row, some, Y.shape[1])
    once = None if twice is None else twice[1]
    if once is None and given_outputs.ndim == 2 and given.ndim == 1:
        once = once_of_nll(copied, loss, some)
    part = module_part(copied, loss, inputs.shape[1:], whole, given, once, bare, graph_of(copied, some))
    flat = inputs.reshape(len(inputs), -1).astype(np.float64)
    # of a network only the numbers of inputs and outputs are known, and what is wrong with its output
    output = twice[0] if twice is not None else "identity" if bare is None else bare.activation
    layer = Layer(np.zeros((flat.shape[1], Y.shape[1])), None, output, 0.0)
    if row is not None and bare is not None:
        return Setup(Network((layer,), FRAMEWORK_LOSSES[row]), flat, Y, labels, cut=cut, part=part, **how)
    if row is None or twice is None:
        return Setup(Network((layer,), "squared_error"), flat, Y, labels, cut=cut, part=part, **how)
    # whoever has probabilities cuts them in the middle
    return Setup(Network((layer,), FRAMEWORK_LOSSES[row]), flat, Y, labels, cut=0.5, part=part, **how)


def _some(module: Any, inputs: np.ndarray, *, whole: bool) -> Any:
    """A few samples from all over, as a tensor that the copy takes."""
    import torch

    rows = np.linspace(0, len(inputs) - 1, min(len(inputs), 64)).astype(int)
    kind = torch.int64 if whole else next(module.parameters()).dtype
    return torch.as_tensor(inputs[rows]).to(kind)


def _copied(module: Any) -> Any:
    try:
        return copy.deepcopy(module).cpu()
    except Exception as error:
        raise BacklitError(
            f"the module {type(module).__name__} cannot be copied, and experiments run on copies: {error!s:.160}"
        ) from None


def _check_given(loss: Any, optimizer: Any) -> None:
    """Refuse names and classes, which other libraries take."""
    if loss is None or optimizer is None:
        raise BacklitError(
            "a PyTorch module is diagnosed with its loss and optimizer: diagnose(module, X, y, loss=, optimizer=)"
        )
    if isinstance(loss, type) or not callable(loss):
        raise BacklitError(
            f"a PyTorch module's loss must be a function of outputs and y, such as nn.MSELoss(), got {loss!r:.80}"
        )
    if not hasattr(optimizer, "param_groups"):
        raise BacklitError(
            "a PyTorch module's optimizer must be one of PyTorch's, such as "
            f"torch.optim.Adam(module.parameters(), lr=0.001), got {optimizer!r:.80}"
        )


def _check_place(module: Any) -> None:
    """Copies run on the processor, wherever the module is; one without values cannot be copied."""
    for name, parameter in module.named_parameters():
        if parameter.device.type == "meta":
            raise BacklitError(
                f"the parameter {name} is on the device 'meta' and has no values: build the module first"
            )


def _takes_whole(module: Any) -> bool:
    return any(type(part).__name__.startswith("Embedding") for part in module.modules())


def _tried(module: Any, loss: Any, inputs: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The outputs on a few samples, in their own shape."""
    import torch

    if next(module.parameters(), None) is None:
        raise BacklitError(f"the module {type(module).__name__} has no parameters, so there is nothing to train")
    place, kind = next(module.parameters()).device, next(module.parameters()).dtype
    few = torch.as_tensor(inputs[:8])
    few = few.to(place) if not few.is_floating_point() and _takes_whole(module) else few.to(place, kind)
    target = torch.as_tensor(given[:8]).to(place)
    target = target.to(kind) if target.is_floating_point() else target
    try:
        with without_training(module), torch.no_grad():
            outputs = module(few)
            if getattr(outputs, "ndim", 0) == 2:
                check_classes(given, outputs.shape[1])
            value = loss(outputs, target)
    except BacklitError:
        raise
    except Exception as error:
        raise BacklitError(
            f"the module or its loss could not be computed on X of shape {inputs.shape} and y of shape {given.shape}: "
            f"{error!s:.160}{hint(given, error)}"
        ) from None
    if not isinstance(outputs, torch.Tensor) or getattr(value, "numel", lambda: 0)() != 1:
        raise BacklitError("a module is diagnosed where it gives one tensor, and its loss one number")
    if outputs.dim() not in (1, 2) and outputs.shape != target.shape:
        raise BacklitError(
            f"outputs of shape {tuple(outputs.shape)} for y of shape {tuple(target.shape)} cannot be scored: expected "
            "(n, n_out), or y's own shape"
        )
    found: np.ndarray = outputs.cpu().double().numpy()
    return found


def _answers(loss: Any, outputs: np.ndarray, given: np.ndarray) -> tuple[np.ndarray | None, float]:
    """The class of each sample, or None, and where one output is cut."""
    n_out, values = outputs.shape[1], np.unique(given)
    if given.ndim == 1 and n_out > 1 and not np.issubdtype(given.dtype, np.floating):
        return given.astype(int), 0.5
    if given.shape == (len(given), n_out) and n_out > 1:
        one_hot = values.tolist() in ([0, 1], [1]) and bool((given.sum(axis=1) == 1).all())
        return (given.argmax(axis=1), 0.5) if one_hot else (None, 0.5)
    if n_out == 1 and values.tolist() in ([0, 1], [-1, 1]):
        # scores are cut at 0, and so is what a loss of scores says of itself
        scores = "logits" in type(loss).__name__.lower() or "logits" in getattr(loss, "__name__", "")
        middle = 0.0 if scores else float(values.mean())
        return (given.reshape(-1) == values[1]).astype(int), middle
    return None, 0.5


def _arrays(X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    inputs, given = (
        np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value) for value in (X, y)
    )
    if inputs.ndim < 2 or len(inputs) < 2 or len(inputs) != len(given):
        raise BacklitError(
            "X must have at least two samples in rows, and y as many, got X with shape "
            f"{inputs.shape} and y with shape {given.shape}"
        )
    if inputs.dtype == object or given.dtype.kind not in "fiub":
        raise BacklitError("X and y must be numbers in rows of equal length")
    return inputs, given


def _in_double(layer: Layer) -> Layer:
    biases = None if layer.biases is None else layer.biases.astype(np.float64)
    return replace(layer, weights=layer.weights.astype(np.float64), biases=biases)


def _optimizer(optimizer: Any, batch_size: int) -> dict[str, Any]:
    """The fields of a set-up that an optimizer of PyTorch decides."""
    kind, group = type(optimizer).__name__, optimizer.param_groups[0]
    decay = float(group.get("weight_decay", 0.0))
    fields: dict[str, Any] = {"learning_rate": float(group["lr"]), "given_decay": decay or None}
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
