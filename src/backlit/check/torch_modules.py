"""``check_torch``: what a PyTorch module sends back, hand-written ``autograd.Function`` included."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backlit.check.calls import REPLAYED, random_state, steady
from backlit.check.derivatives import Derivative, claimed_slopes
from backlit.check.differences import slopes
from backlit.check.function import STEP, step_size
from backlit.check.layer import INDICES_LEFT, output_gradients
from backlit.check.report import CheckReport, with_findings
from backlit.check.torch_entries import entry_words
from backlit.check.torch_errors import asked_back, takes_indices
from backlit.errors import BacklitError
from backlit.validation import finite_array

__all__ = ["check_torch"]

WITHOUT_Y = "Leave y out to have the module looked at alone, without the loss: then more mistakes have a name."


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

    Checked are the gradients at X and at every parameter that learns, each by its name. Dropout layers and the like
    are switched off; a function that draws from the global random numbers is given the same ones at each call. Where
    there is no ``y``, a wrong gradient is told of one entry of the output too.
    Raises BacklitError where PyTorch is not installed, for a class in place of a module, for a function of more than X,
    for X that is not numbers, and for a module that gives two outputs for one input.
    """
    torch = _torch()
    _check_module(torch, module)
    inputs = torch.tensor(finite_array(_numbers(X), "X"), dtype=torch.float64)
    net = copy.deepcopy(module)
    if isinstance(net, torch.nn.Module):
        net = net.double().eval()
    inputs, rows = _indices(torch, net, X, inputs)
    try:
        run, replayed = _steady(torch, net, inputs)
    except TypeError as error:
        if "required positional argument" not in str(error):
            raise
        raise BacklitError(
            f"{_name(module)} takes more than X: {error}. Make the others parameters (nn.Parameter) of an nn.Module "
            "whose forward calls it, and hand over the module: they are checked too"
        ) from error
    with torch.no_grad():
        output = run(inputs)
    measure, weights = _measure(torch, output, y, loss, seed)
    at_x = inputs.clone() if rows else inputs.clone().requires_grad_()
    totals = measure(run(at_x))
    named = {**({} if rows else {"X": at_x}), **_learning(torch, net)}
    if not named:
        raise BacklitError(f"{_name(module)} takes whole numbers and has no parameter that learns: nothing to check")
    draws = [_drawn(torch, total, named, _name(module)) for total in totals]
    claims: dict[str, Derivative] = {}
    for i, (name, tensor) in enumerate(named.items()):
        claimed = np.stack([_claimed(tensor, gradients[i]) for gradients in draws])
        plain = _at_input(torch, run) if name == "X" else _at_parameter(torch, run, tensor, inputs)
        point = tensor.detach().numpy().copy()
        numbers = _measured(torch, plain, measure)
        if weights is None:
            alone = _first(numbers)
            claim = Derivative(claimed, slopes(alone, point, step_size(step)), point, alone)
        else:
            claim = Derivative(claimed, slopes(numbers, point, step_size(step)), point, plain, weights)
        claims[f"gradient at {name}"] = claim
    title = f"Checked: {_name(module)} for X of shape {tuple(inputs.shape)}, by central differences"
    report = claimed_slopes(title, claims, n=len(inputs) if inputs.ndim > 1 else 1)
    words = None if weights is None else _of_one_entry(torch, lambda: run(at_x), named, claims, report, step_size(step))
    unknown = y is not None and any(finding.identifier == "unknown" for finding in report.findings)
    said = ((words, words), (replayed, REPLAYED), (rows, INDICES_LEFT.format(names="X")), (unknown, WITHOUT_Y))
    remarks = [remark for applies, remark in said if applies and remark]
    return with_findings(report, remarks=tuple(remarks)) if remarks else report


def _check_module(torch: Any, module: Any) -> None:
    if not callable(module):
        raise BacklitError(f"check_torch takes an nn.Module or a function of a tensor, got {module!r:.60}")
    if isinstance(module, type):
        written = ".apply" if issubclass(module, torch.autograd.Function) else "(...)"
        raise BacklitError(
            f"check_torch takes a module, got the class {module.__name__}: hand over {module.__name__}{written}"
        )


def _of_one_entry(
    torch: Any,
    run: Callable[[], Any],
    named: Mapping[str, Any],
    claims: Mapping[str, Derivative],
    report: CheckReport,
    step: float,
) -> str | None:
    """Return what the first wrong gradient means for one entry of the user's own output, None where all is right."""
    for name, tensor in named.items():
        quantity = f"gradient at {name}"
        if any(v.quantity == quantity and not v.ok for v in report.verdicts):
            return entry_words(torch, run, tensor, name, claims[quantity], step)
    return None


def _drawn(torch: Any, total: Any, named: Mapping[str, Any], name: str) -> Any:
    """Return the gradients of a total, one for each of ``named``."""
    tensors = list(named.values())
    return asked_back(lambda: torch.autograd.grad(total, tensors, allow_unused=True, retain_graph=True), name)


def _indices(torch: Any, net: Any, X: Any, inputs: Any) -> tuple[Any, bool]:
    """Return the input as whole numbers where it came so and the module takes no floats, and whether that is so."""
    whole = torch.as_tensor(_numbers(X))
    if whole.is_floating_point() or whole.is_complex() or not takes_indices(torch, net, whole.long()):
        return inputs, False
    return whole.long(), True


def _name(module: Any) -> str:
    """What a module is called: its class; of the ``apply`` of a Function, or of a function, its own name."""
    if hasattr(module, "parameters"):
        return type(module).__name__
    owner = getattr(module, "__self__", None)
    named = owner if isinstance(owner, type) else module
    return str(getattr(named, "__name__", type(module).__name__))


def _steady(torch: Any, net: Any, inputs: Any) -> tuple[Callable[[Any], Any], bool]:
    """Return the module so that one input gives one output, and whether random numbers are replayed for that."""

    def numbers(values: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            result: np.ndarray = net(torch.from_numpy(values)).numpy()
            return result

    restore = random_state()
    _, replayed = steady(numbers, [inputs.numpy().copy()], "the module")
    if not replayed:
        return net, False

    def run(given: Any) -> Any:
        restore()
        return net(given)

    return run, True


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


def _claimed(tensor: Any, gradient: Any) -> np.ndarray:
    return np.zeros(tuple(tensor.shape)) if gradient is None else np.array(gradient.detach().numpy())


Measure = Callable[[Any], list[Any]]


def _measure(
    torch: Any, output: Any, y: Any, loss: Callable[[Any, Any], Any] | None, seed: int
) -> tuple[Measure, np.ndarray | None]:
    """Return what is made of an output, and the output gradients drawn for that, None where there is a loss."""
    if y is None:
        if loss is not None:
            raise BacklitError("a loss needs targets y, got None")
        weights = output_gradients(tuple(output.shape), seed)
        drawn = torch.tensor(weights, dtype=torch.float64)
        return lambda out: [(weight * out).sum() for weight in drawn], weights
    target = torch.as_tensor(_numbers(y))
    if loss is not None:
        return lambda out: [loss(out, target.double() if target.is_floating_point() else target)], None
    if tuple(target.shape) != tuple(output.shape):
        raise BacklitError(f"y must have the output's shape {tuple(output.shape)}, got {tuple(target.shape)}")
    n = len(output) if output.ndim > 1 else 1
    return lambda out: [((out - target.double()) ** 2).sum() / (2 * n)], None


Numbers = Callable[[np.ndarray], np.ndarray]


def _measured(torch: Any, plain: Callable[[np.ndarray], Any], measure: Measure) -> Numbers:
    """Return what is measured, as a function of one point."""

    def run(values: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.array([float(total) for total in measure(plain(values))])

    return run


def _first(numbers: Numbers) -> Callable[[np.ndarray], float]:
    return lambda values: float(numbers(values)[0])


def _at_input(torch: Any, net: Any) -> Callable[[np.ndarray], Any]:
    def run(values: np.ndarray) -> Any:
        with torch.no_grad():
            return net(torch.from_numpy(values))

    return run


def _at_parameter(torch: Any, net: Any, tensor: Any, inputs: Any) -> Callable[[np.ndarray], Any]:
    def run(values: np.ndarray) -> Any:
        with torch.no_grad():
            before = tensor.clone()
            tensor.copy_(torch.as_tensor(values))
            result = net(inputs)
            tensor.copy_(before)
            return result

    return run
