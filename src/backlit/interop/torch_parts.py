"""A PyTorch module taken apart: the modules that its samples go through, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network

__all__ = ["Parts", "compare", "folded", "parts_of", "sequential_parts"]

Parts = list[tuple[str, Any]]
"""Modules with the names that errors call them by, such as ``layer 2.0 (ReLU)``."""

SETTINGS: dict[str, tuple[str, ...]] = {
    "ELU": ("alpha",),
    "LeakyReLU": ("negative_slope",),
    "Softplus": ("beta", "threshold"),
    "GELU": ("approximate",),
    "Softmax": ("dim",),
    "LogSoftmax": ("dim",),
    "Dropout": ("p",),
}
"""The parameters of modules, in the order in which the functions take them."""

MODULES = {
    **{"relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid", "gelu": "GELU", "silu": "SiLU", "mish": "Mish"},
    **{"selu": "SELU", "elu": "ELU", "leaky_relu": "LeakyReLU", "softplus": "Softplus", "hardsigmoid": "Hardsigmoid"},
    **{"softmax": "Softmax", "log_softmax": "LogSoftmax", "dropout": "Dropout"},
    **dict.fromkeys(("flatten", "view", "reshape", "squeeze"), "Flatten"),
}
"""The modules that do what functions and methods do. What sorts numbers anew only is a Flatten."""

N_COMPARED = 16
CLOSE = 1e-4
"""How far outputs may be apart, as a share of the largest: float32 through many layers."""

OF_SHAPES = ("size", "getattr", "getitem", "dim")
"""What a forward reads of a shape."""


def sequential_parts(torch: Any, module: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the modules of a Sequential, those within it too; anything else as it is."""
    if type(module) is torch.nn.Sequential:
        for key, part in module.named_children():
            yield from sequential_parts(torch, part, f"{name}.{key}" if name else key)
        return
    if not isinstance(module, torch.nn.Module):
        got = type(module).__name__
        advice = "; give the module itself, with the state loaded into it" if isinstance(module, dict) else ""
        raise BacklitError(f"from_torch takes a PyTorch module, got {got}{advice}")
    yield (f"layer {name} ({type(module).__name__})" if name else f"the module {type(module).__name__}"), module


def parts_of(torch: Any, module: Any) -> Parts:
    """Return the modules that samples go through, of classes of a user's own too, whose forward is followed."""
    parts: Parts = []
    for name, part in sequential_parts(torch, module):
        own = not type(part).__module__.startswith("torch.") and any(True for _ in part.children())
        parts += _followed(torch, name, part) if own else [(name, part)]
    return parts


def _followed(torch: Any, name: str, module: Any) -> Parts:
    """Follow the forward of a module; raise BacklitError where it is no chain of modules and functions."""
    from torch import fx

    try:
        nodes = list(fx.Tracer().trace(module).nodes)
    except Exception as error:
        raise BacklitError(
            f"{name} cannot be taken: its forward cannot be followed ({type(error).__name__}: {error!s:.120})"
        ) from None
    parts: Parts = []
    current, aside = None, set()
    for node in nodes:
        reads = [arg for arg in node.all_input_nodes if arg not in aside]
        if node.op == "placeholder" and current is None:
            current = node
        elif _name_of(node) in OF_SHAPES and node.op in ("call_function", "call_method"):
            aside.add(node)
        elif reads != [current]:
            raise BacklitError(f"{name} cannot be taken: its forward is no chain, at {_words(node)}")
        elif node.op != "output":
            parts += _part(torch, name, module, node)
            current = node
    return parts


def _part(torch: Any, name: str, module: Any, node: Any) -> Parts:
    if node.op == "call_module":
        part = module.get_submodule(node.target)
        return list(sequential_parts(torch, part, str(node.target)))
    kind = MODULES.get(_name_of(node))
    if kind is None or (node.op == "call_function" and not _is_torchs(torch, node.target)):
        raise BacklitError(f"{name} cannot be taken: its forward does {_words(node)}")
    names = SETTINGS.get(kind, ())
    given = dict(zip(names, node.args[1:], strict=False)) if names else {}
    given |= {key: value for key, value in node.kwargs.items() if key in names}
    return [(f"{name}, {_words(node)}", getattr(torch.nn, kind)(**given))]


def _name_of(node: Any) -> str:
    return str(node.target if node.op == "call_method" else getattr(node.target, "__name__", node.target))


def _is_torchs(torch: Any, function: Any) -> bool:
    name = getattr(function, "__name__", "")
    return any(function is getattr(place, name, None) for place in (torch, torch.nn.functional))


def _words(node: Any) -> str:
    return f"'{_name_of(node)}'"


def folded(torch: Any, parts: Parts) -> Parts:
    """Return parts without what does nothing to samples that are rows, and each BatchNorm1d in a Linear beside it."""
    result: Parts = []
    waiting: tuple[str, Any] | None = None
    for name, part in parts:
        kind = type(part)
        if kind in (torch.nn.Identity, torch.nn.Flatten):
            continue
        if kind is torch.nn.BatchNorm1d:
            _check_measured(name, part, waiting)
            if result and type(result[-1][1]) is torch.nn.Linear:
                result[-1] = (result[-1][0], _after(torch, result[-1][1], part))
            else:
                waiting = name, part
        elif waiting is not None and kind is torch.nn.Linear:
            result.append((name, _before(torch, waiting[1], part)))
            waiting = None
        elif waiting is not None and kind is not torch.nn.Dropout:
            raise BacklitError(f"{waiting[0]} cannot be taken: it stands beside no Linear layer")
        else:
            result.append((name, part))
    if waiting is not None:
        raise BacklitError(f"{waiting[0]} cannot be taken: it stands beside no Linear layer")
    return result


def _check_measured(name: str, part: Any, waiting: Any) -> None:
    if part.running_mean is None:
        raise BacklitError(f"{name} cannot be taken: it keeps no running mean and variance to be folded")
    if waiting is not None:
        raise BacklitError(f"{name} cannot be taken: it follows another BatchNorm1d")


def _line(torch: Any, norm: Any) -> tuple[Any, Any]:
    """What a BatchNorm1d does in evaluation, as (scale, shift), (n,) each, in float64."""
    scale = (norm.running_var.double() + norm.eps).rsqrt()
    scale = scale if norm.weight is None else scale * norm.weight.double()
    shift = -norm.running_mean.double() * scale
    return scale, shift if norm.bias is None else shift + norm.bias.double()


def _after(torch: Any, linear: Any, norm: Any) -> Any:
    """A Linear and the BatchNorm1d after it, as one Linear."""
    scale, shift = _line(torch, norm)
    biases = 0 if linear.bias is None else linear.bias.double()
    return _linear(torch, linear, linear.weight.double() * scale[:, None], biases * scale + shift)


def _before(torch: Any, norm: Any, linear: Any) -> Any:
    """A BatchNorm1d and the Linear after it, as one Linear."""
    scale, shift = _line(torch, norm)
    weights = linear.weight.double()
    biases = weights @ shift if linear.bias is None else linear.bias.double() + weights @ shift
    return _linear(torch, linear, weights * scale, biases)


def _linear(torch: Any, like: Any, weights: Any, biases: Any) -> Any:
    linear = torch.nn.Linear(like.in_features, like.out_features, dtype=like.weight.dtype, device=like.weight.device)
    with torch.no_grad():
        linear.weight.copy_(weights)
        linear.bias.copy_(biases)
    return linear


def compare(torch: Any, module: Any, net: Network) -> None:
    """Raise BacklitError where a module in evaluation gives other outputs than a network, on samples drawn."""
    import copy

    dtype = next(module.parameters()).dtype
    X = np.random.default_rng(0).normal(size=(N_COMPARED, net.sizes[0]))
    plain = copy.deepcopy(module).cpu().to(torch.float64 if dtype == torch.float64 else torch.float32).eval()
    with torch.no_grad():
        given = torch.tensor(X, dtype=next(plain.parameters()).dtype)
        try:
            outputs = plain(given).numpy().reshape(N_COMPARED, -1)
        except Exception as error:
            raise BacklitError(
                f"the module {type(module).__name__} must take rows of {net.sizes[0]} numbers, got {error!s:.120}"
            ) from None
    expected = net.predict(X)
    if outputs.min() < 0 and net.layers[-1].row.name == "softmax":
        outputs = np.exp(outputs)
    size = max(float(np.abs(expected).max()), 1.0)
    if outputs.shape != expected.shape or not np.abs(outputs - expected).max() <= CLOSE * size:
        raise BacklitError(
            f"the module {type(module).__name__} cannot be taken: it gives other outputs than its layers one after "
            "another"
        )
