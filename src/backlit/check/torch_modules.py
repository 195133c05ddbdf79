"""``check_torch``: what a PyTorch module sends back, hand-written ``autograd.Function`` included."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.check.differences import Slopes, slopes
from backlit.check.function import STEP, claimed_slopes, step_size
from backlit.check.report import CheckReport
from backlit.errors import BacklitError
from backlit.validation import finite_array

__all__ = ["check_torch"]


def check_torch(
    module: Callable[..., Any],
    X: Any,
    y: Any = None,
    *,
    loss: Callable[[Any, Any], Any] | None = None,
    step: float = STEP,
    seed: int = 0,
) -> CheckReport:
    """Check the gradients that PyTorch gets from a module whose backward passes were written by hand.

    Parameters: ``module``: an ``nn.Module`` or a function of a tensor, such as ``MyFunction.apply``. It is copied to
    float64. ``X``: its input, an array or a tensor. ``y``: targets, of the output's shape. ``loss(output, y)``: a
    scalar; by default half the squared error, summed over outputs and averaged over samples, or, without ``y``, the
    output times fixed random numbers (drawn by ``seed``). ``step`` as in ``check_gradient``.

    Checked are the gradients at X and at every parameter that learns, each by its name. Dropout and the like are
    switched off. Raises BacklitError where PyTorch is not installed, and for X that is not numbers.
    """
    torch = _torch()
    inputs = torch.tensor(finite_array(_numbers(X), "X"), dtype=torch.float64)
    net = copy.deepcopy(module)
    if isinstance(net, torch.nn.Module):
        net = net.double().eval()
    with torch.no_grad():
        output = net(inputs)
    measure = _measure(torch, output, y, loss, seed)
    at_x = inputs.clone().requires_grad_()
    total = measure(net(at_x))
    named = {"X": at_x, **_learning(torch, net)}
    gradients = torch.autograd.grad(total, list(named.values()), allow_unused=True)
    claims: dict[str, tuple[np.ndarray, Slopes]] = {}
    for (name, tensor), gradient in zip(named.items(), gradients, strict=True):
        claimed = np.zeros(tuple(tensor.shape)) if gradient is None else gradient.detach().numpy()
        run = _loss_of_input(torch, net, measure) if name == "X" else _loss_of(torch, net, tensor, inputs, measure)
        claims[f"gradient at {name}"] = (claimed, slopes(run, tensor.detach().numpy().copy(), step_size(step)))
    title = f"Checked: {type(module).__name__} for X of shape {tuple(inputs.shape)}, by central differences"
    return claimed_slopes(title, claims, n=len(inputs) if inputs.ndim > 1 else 1)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise BacklitError("check_torch needs PyTorch, which is not installed: pip install torch") from None
    return torch


def _numbers(value: Any) -> Any:
    return value.detach().cpu().numpy() if hasattr(value, "detach") else value


def _learning(torch: Any, net: Any) -> dict[str, Any]:
    if not isinstance(net, torch.nn.Module):
        return {}
    return {name: p for name, p in net.named_parameters() if p.requires_grad}


def _measure(
    torch: Any, output: Any, y: Any, loss: Callable[[Any, Any], Any] | None, seed: int
) -> Callable[[Any], Any]:
    if y is None:
        if loss is not None:
            raise BacklitError("a loss needs targets y, got None")
        drawn = np.random.default_rng(seed).normal(size=tuple(output.shape))
        weight = torch.tensor(drawn, dtype=torch.float64)
        return lambda out: (weight * out).sum()
    target = torch.as_tensor(_numbers(y))
    if loss is not None:
        return lambda out: loss(out, target.double() if target.is_floating_point() else target)
    if tuple(target.shape) != tuple(output.shape):
        raise BacklitError(f"y must have the output's shape {tuple(output.shape)}, got {tuple(target.shape)}")
    n = len(output) if output.ndim > 1 else 1
    return lambda out: ((out - target.double()) ** 2).sum() / (2 * n)


def _loss_of_input(torch: Any, net: Any, measure: Callable[[Any], Any]) -> Callable[[np.ndarray], float]:
    def run(values: np.ndarray) -> float:
        with torch.no_grad():
            return float(measure(net(torch.from_numpy(values))))

    return run


def _loss_of(
    torch: Any, net: Any, tensor: Any, inputs: Any, measure: Callable[[Any], Any]
) -> Callable[[np.ndarray], float]:
    def run(values: np.ndarray) -> float:
        with torch.no_grad():
            before = tensor.clone()
            tensor.copy_(torch.from_numpy(values))
            result = float(measure(net(inputs)))
            tensor.copy_(before)
            return result

    return run
