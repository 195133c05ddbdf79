"""Plain stacks of linear layers and activations, to and from PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.interop.torch_parts import Parts, compare, folded, parts_of, sequential_parts
from backlit.network.network import Layer, Network
from backlit.warned import warn_user

__all__ = ["from_torch", "to_torch", "torch_layers"]


def from_torch(module: Any, *, output: str | None = None, loss: str | None = None) -> Network:
    """Return the network that a PyTorch module is, in evaluation: layers of Linear and activations, one after another.

    It may be a Linear, a Sequential (nested ones too), or a class of your own whose forward is such a chain, of modules
    and of functions such as ``F.relu``. Dropout becomes the network's. Flatten does nothing to rows. A BatchNorm1d is
    folded into the Linear before it, or after it, with its running mean and variance. A LogSoftmax at the end is taken
    as a softmax: the network gives probabilities where the module gives their logarithms. Where there is more than
    Linear and activations, the network is compared with the module on samples.

    Parameters: ``output``: an activation after the last layer, for a module that ends in scores, as those trained by
    CrossEntropyLoss ("softmax") or BCEWithLogitsLoss ("sigmoid") do; "identity" for a regression. A module that ends
    in a Linear does not tell which it is: without ``output`` and ``loss`` it is taken for a regression, with a warning.
    ``loss``: as in ``Network.random``; a module has none. Weights are copied, in float64 where the module has it, else
    in float32.

    Raises BacklitError where PyTorch is not installed, naming the layer that cannot be taken, and where the module
    gives other outputs than its layers one after another.

    Example::

        from torch import nn
        net = bl.from_torch(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), output="softmax")
    """
    torch = _torch("from_torch")
    parts = parts_of(torch, module)
    layers = _layers_of(torch, module, _softmax_at_the_end(torch, folded(torch, parts)))
    if not _is_plain(torch, module, parts):
        compare(torch, module, _network(layers, None))
    if output is not None:
        if layers[-1]["activation"] != "identity":
            raise BacklitError(f"the module ends in {layers[-1]['activation']}, so output '{output}' cannot follow it")
        layers[-1]["activation"] = output
    if layers[-1]["dropout"]:
        raise BacklitError("a Dropout after the last Linear cannot be taken: a network drops hidden activations alone")
    net = _network(layers, loss)
    if output is None and loss is None and layers[-1]["activation"] == "identity":
        warn_user(
            f"the module ends in a Linear of {_units(layers)}, which was taken for a regression (output='identity', "
            "squared error); scores trained by CrossEntropyLoss are output='softmax', by BCEWithLogitsLoss 'sigmoid'"
        )
    return net


def _network(layers: list[dict[str, Any]], loss: str | None) -> Network:
    double = any(layer["weights"].dtype == np.float64 for layer in layers)
    return Network.from_weights(
        [layer["weights"] for layer in layers],
        [layer["biases"] for layer in layers],
        activation=[layer["activation"] for layer in layers[:-1]],
        output=layers[-1]["activation"],
        loss=loss,
        dropout=[layer["dropout"] for layer in layers[:-1]],
        dtype=np.float64 if double else np.float32,
    )


def _units(layers: list[dict[str, Any]]) -> str:
    n = layers[-1]["weights"].shape[1]
    return "1 unit" if n == 1 else f"{n} units"


def _softmax_at_the_end(torch: Any, parts: Parts) -> Parts:
    """The parts, a LogSoftmax at the end as the Softmax that it is the logarithm of."""
    if parts and type(parts[-1][1]) is torch.nn.LogSoftmax:
        return [*parts[:-1], (parts[-1][0], torch.nn.Softmax(parts[-1][1].dim))]
    return parts


def _is_plain(torch: Any, module: Any, parts: Parts) -> bool:
    """Say whether what a module does is read from its parts alone, none of them folded or followed."""
    unusual = (torch.nn.Flatten, torch.nn.BatchNorm1d, torch.nn.LogSoftmax)
    as_they_are = [part for _, part in sequential_parts(torch, module)]
    same = len(as_they_are) == len(parts) and all(a is b for a, (_, b) in zip(as_they_are, parts, strict=True))
    return same and not any(type(part) in unusual for part in as_they_are)


def torch_layers(module: Any) -> tuple[list[Layer], tuple[int, ...]]:
    """Return the layers of such a module as they are, those too that no Network may have, such as softmax of one unit.

    It may hold BatchNorm1d before Linear layers; the second value says before which, from 0. Raises BacklitError as
    ``from_torch`` does.
    """
    torch, norms = _torch("torch_layers"), []
    plain: Parts = []
    parts = list(sequential_parts(torch, module))
    for (name, part), (_, following) in zip(parts, [*parts[1:], ("", None)], strict=True):
        if type(part) is torch.nn.BatchNorm1d and type(following) is torch.nn.Linear:
            norms.append(sum(type(before) is torch.nn.Linear for _, before in plain))
        else:
            plain.append((name, part))
    return [Layer(**layer) for layer in _layers_of(torch, module, plain)], tuple(norms)


def _layers_of(torch: Any, module: Any, parts: Parts) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    for name, part in parts:
        _take(torch, layers, name, part)
    if not layers:
        raise BacklitError(f"from_torch takes a module with a Linear layer, got a {type(module).__name__} without one")
    return layers


def _torch(verb: str) -> Any:
    try:
        import torch
    except ImportError:
        raise BacklitError(f"{verb} needs PyTorch, which is not installed: pip install torch") from None
    return torch


def _take(torch: Any, layers: list[dict[str, Any]], name: str, part: Any) -> None:
    """Add a module to the layers so far, or raise BacklitError naming it."""
    nn = torch.nn
    if type(part) is nn.Linear:
        biases = None if part.bias is None else _array(part.bias)
        layers.append({"weights": _array(part.weight).T, "biases": biases, "activation": "identity", "dropout": 0.0})
        return
    if type(part) is nn.Identity:
        return
    if not layers:
        raise BacklitError(f"{name} cannot be taken: a network begins with a Linear layer")
    if type(part) is nn.Dropout:
        layers[-1]["dropout"] = 1 - (1 - layers[-1]["dropout"]) * (1 - part.p)
        return
    activation = _activation(torch, name, part)
    if layers[-1]["activation"] != "identity" or layers[-1]["dropout"]:
        raise BacklitError(f"{name} cannot be taken: it does not follow a Linear layer")
    layers[-1]["activation"] = activation


def _array(tensor: Any) -> np.ndarray:
    array: np.ndarray = tensor.detach().cpu().to(_float_of(tensor)).numpy()
    return array


def _float_of(tensor: Any) -> Any:
    import torch

    # half precision is a part of single precision
    return torch.float64 if tensor.dtype == torch.float64 else torch.float32


def _activation(torch: Any, name: str, part: Any) -> str:
    nn = torch.nn
    plain = {
        nn.Sigmoid: "sigmoid",
        nn.Tanh: "tanh",
        nn.ReLU: "relu",
        nn.SELU: "selu",
        nn.SiLU: "silu",
        nn.Mish: "mish",
        nn.Hardsigmoid: "hard_sigmoid",
    }
    with_settings: dict[Any, tuple[bool, str]] = {
        nn.LeakyReLU: (True, f"leaky_relu({getattr(part, 'negative_slope', 0)!r})"),
        nn.ELU: (True, f"elu({getattr(part, 'alpha', 1)!r})"),
        nn.GELU: (getattr(part, "approximate", None) == "none", "gelu"),
        nn.Softplus: (getattr(part, "beta", None) == 1, "softplus"),
        nn.Softmax: (getattr(part, "dim", None) in (1, -1), "softmax"),
    }
    kind = type(part)
    if kind in plain:
        return plain[kind]
    if kind not in with_settings:
        raise BacklitError(
            f"{name} cannot be taken: known are Linear, Sequential, Dropout, Identity, Flatten, BatchNorm1d and "
            f"{', '.join(known.__name__ for known in (*plain, *with_settings))}"
        )
    usual, activation = with_settings[kind]
    if not usual:
        raise BacklitError(f"{name} cannot be taken: {part} is not the function that {activation} is")
    return activation


def to_torch(net: Network) -> Any:
    """Return a network as a ``torch.nn.Sequential`` of Linear, activations and Dropout, with its weights and type.

    Its outputs are those of ``net.predict`` to rounding; ``from_torch`` gives the network again, but for the loss.

    Example::

        module = bl.to_torch(bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0))

    Raises BacklitError where PyTorch is not installed, and naming the layer whose activation PyTorch has no module for.
    """
    torch = _torch("to_torch")
    modules = []
    for i, layer in enumerate(net.layers, 1):
        modules.append(_linear(torch, layer))
        activation = _module(torch, layer, i)
        if activation is not None:
            modules.append(activation)
        if layer.dropout:
            modules.append(torch.nn.Dropout(layer.dropout))
    return torch.nn.Sequential(*modules)


def _linear(torch: Any, layer: Layer) -> Any:
    dtype = {"float64": torch.float64, "float32": torch.float32}[str(layer.weights.dtype)]
    linear = torch.nn.Linear(layer.n_in, layer.n_out, bias=layer.biases is not None, dtype=dtype)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(np.ascontiguousarray(layer.weights.T)))
        if layer.biases is not None:
            linear.bias.copy_(torch.tensor(layer.biases))
    return linear


def _module(torch: Any, layer: Layer, i: int) -> Any:
    nn = torch.nn
    base, _, parameter = layer.row.name.partition("(")
    number = float(parameter.rstrip(")")) if parameter else None
    known: dict[str, Callable[[], Any]] = {
        "identity": lambda: None,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "relu": nn.ReLU,
        "leaky_relu": lambda: nn.LeakyReLU(0.01 if number is None else number),
        "elu": lambda: nn.ELU(1.0 if number is None else number),
        "selu": nn.SELU,
        "gelu": nn.GELU,
        "silu": nn.SiLU,
        "mish": nn.Mish,
        "softplus": nn.Softplus,
        "hard_sigmoid": nn.Hardsigmoid,
        "softmax": lambda: nn.Softmax(dim=-1),
    }
    if base not in known or not isinstance(layer.activation, str):
        raise BacklitError(f"layer {i} has the activation '{layer.row.name}', which PyTorch has no module for")
    return known[base]()
