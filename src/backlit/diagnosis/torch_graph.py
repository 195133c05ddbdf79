"""Which weights a module's outputs hang together with, by PyTorch's own record of the way to them."""

from __future__ import annotations

from typing import Any

from backlit.diagnosis.parts import Graph
from backlit.diagnosis.torch_calls import DROPOUTS, counting
from backlit.diagnosis.torch_looks import without_training

__all__ = ["graph_of", "loose_weights"]


def graph_of(module: Any, X: Any) -> Graph:
    """Return what is known of the way from a module's parameters to its outputs on a few samples, a tensor."""
    import torch

    try:
        with without_training(module), torch.enable_grad(), counting(DROPOUTS) as dropouts:
            outputs, again = module(X), module(X)
    except Exception:
        # whatever a module of the user's own raises; where copies are trained, it is told
        return Graph()
    leaves = _leaves(outputs)
    met = {id(leaf) for leaf in leaves}
    registered = {id(parameter) for parameter in module.parameters()}
    moving = [(name, one) for name, one in module.named_parameters() if one.requires_grad]
    return Graph(
        joined=bool(met & registered),
        repeats=bool(torch.equal(torch.nan_to_num(outputs), torch.nan_to_num(again))),
        loose=sum(leaf.numel() for leaf in leaves if id(leaf) not in registered),
        unreached=tuple(name for name, one in moving if id(one) not in met),
        drops=len({part for part in module.modules() if type(part).__name__.startswith("Dropout")}) < dropouts.number,
    )


def loose_weights(module: Any, X: Any) -> list[Any]:
    """Return the tensors that ask for a gradient and take part in the outputs, and are none of the parameters."""
    import torch

    with without_training(module), torch.enable_grad():
        leaves = _leaves(module(X))
    registered = {id(parameter) for parameter in module.parameters()}
    return [leaf for leaf in leaves if id(leaf) not in registered]


def _leaves(outputs: Any) -> list[Any]:
    """The tensors that gradients of the outputs go to in the end."""
    found: list[Any] = []
    waiting, seen = [outputs.grad_fn], set()
    while waiting:
        function = waiting.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        leaf = getattr(function, "variable", None)
        if leaf is not None:
            found.append(leaf)
        waiting += [following for following, _ in function.next_functions]
    return found
