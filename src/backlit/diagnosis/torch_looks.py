"""Looks at any PyTorch module by hooks: each layer with parameters, whatever it is; the module stays as it is."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from backlit.diagnosis.looking import LOW, MOSTLY, step_ratio
from backlit.diagnosis.seen import LayerLook, Look
from backlit.errors import BacklitError

__all__ = ["apart", "module_look", "watched_layers", "weights_of", "without_training"]

SLOPES: dict[str, tuple[Callable[[Any], Any], float]] = {
    "Sigmoid": (lambda a: a * (1 - a), 0.25),
    "Tanh": (lambda a: 1 - a * a, 1.0),
    "Hardtanh": (lambda a: (a.abs() < 1).to(a.dtype), 1.0),
}
"""Slope from the activation, and its bound: of modules that saturate. What is called as a function is not seen."""


def watched_layers(module: Any) -> list[tuple[str, Any]]:
    """Return the parts that have parameters of their own and no parts within, with their names, in their order."""
    found = [
        (name or type(part).__name__, part)
        for name, part in module.named_modules()
        if not list(part.children()) and list(part.parameters(recurse=False))
    ]
    return found or [(type(module).__name__, module)]


def weights_of(module: Any) -> dict[str, np.ndarray]:
    """Return a copy of each layer's first parameter, its weights."""
    return {
        name: next(part.parameters()).detach().cpu().double().numpy().copy()
        for name, part in watched_layers(module)
        if next(part.parameters(), None) is not None
    }


WORTH_THREADS = 300_000
"""Parameters from which on more than one thread pays."""


@contextmanager
def _without_words() -> Iterator[None]:
    """Within, PyTorch does not say once more of shapes what it says in the user's own training; a finding says it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using a target size")
        yield


@contextmanager
def without_training(module: Any) -> Iterator[None]:
    """Within, the module is in evaluation mode; afterwards each part is in its own mode, and no generator has moved."""
    import torch

    modes = [(part, part.training) for part in module.modules()]
    devices = sorted({p.device.index or 0 for p in module.parameters() if p.device.type == "cuda"})
    try:
        with torch.random.fork_rng(devices=devices), _without_words():
            module.eval()
            yield
    finally:
        for part, mode in modes:
            part.training = mode


@contextmanager
def apart(seed: int, n_parameters: int) -> Iterator[None]:
    """Within, PyTorch draws by a seed, and small modules run on one thread: several wait for each other.

    Afterwards generator and threads are as they were.
    """
    import torch

    threads = torch.get_num_threads()
    try:
        with torch.random.fork_rng(devices=[]), _without_words():
            torch.manual_seed(seed)
            if n_parameters < WORTH_THREADS:
                torch.set_num_threads(1)
            yield
    finally:
        torch.set_num_threads(threads)


def module_look(
    module: Any,
    loss: Callable[[Any, Any], Any],
    X: Any,
    y: Any,
    step: int,
    before: dict[str, np.ndarray] | None = None,
    batch_loss: Any = None,
) -> Look:
    """Look at a module on some samples; error terms are minus the gradient of a mean loss times the samples.

    ``before``: ``weights_of`` before the last step. ``batch_loss``: the loss of that step, which counts where it is
    not finite. Raises BacklitError where outputs or loss cannot be computed.
    """
    layers = watched_layers(module)
    outputs: dict[str, Any] = {}
    flats: dict[str, Any] = {}
    try:
        with _hooked(module, layers, outputs, flats):
            value, gradients = _swept(module, loss, X, y, outputs)
    except Exception as error:
        # whatever a module of the user's own raises
        raise BacklitError(
            f"the module or its loss could not be computed on {len(X)} samples: {error!s:.200}"
        ) from None
    parts = dict(layers)
    looks = tuple(
        _layer_look(name, tensor, gradient, flats.get(name), len(X), _ratio(parts[name], name, before))
        for (name, tensor), gradient in zip(outputs.items(), gradients, strict=True)
    )
    batch = value if batch_loss is None else float(getattr(batch_loss, "detach", lambda: batch_loss)())
    return Look(step, value if np.isfinite(batch) else batch, looks)


@contextmanager
def _hooked(
    module: Any, layers: list[tuple[str, Any]], outputs: dict[str, Any], flats: dict[str, Any]
) -> Iterator[None]:
    """Within, hooks keep each layer's output by its name, and where its activation's slope is low."""
    import torch

    last = ""

    def keep(name: str) -> Callable[[Any, Any, Any], Any]:
        def hook(part: Any, given: Any, output: Any) -> Any:
            nonlocal last
            tensor = output[0] if isinstance(output, tuple) else output
            if not isinstance(output, torch.Tensor) or not tensor.requires_grad:
                return None
            outputs[name], last = tensor, name
            # what follows may work in place, and must not write on what is measured
            return tensor.clone()

        return hook

    def keep_flat(part: Any, given: Any, output: Any) -> None:
        if last and isinstance(output, torch.Tensor):
            slope, bound = SLOPES[type(part).__name__]
            flats[last] = slope(output.detach()) < LOW * bound

    handles = [part.register_forward_hook(keep(name)) for name, part in layers]
    handles += [p.register_forward_hook(keep_flat) for p in module.modules() if type(p).__name__ in SLOPES]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _swept(module: Any, loss: Callable[[Any, Any], Any], X: Any, y: Any, outputs: dict[str, Any]) -> tuple[float, Any]:
    """The loss, and its gradients with respect to the outputs that hooks keep."""
    import torch

    with without_training(module), torch.enable_grad():
        value = loss(module(_on_its_device(module, X)), _on_its_device(module, y))
        kept = list(outputs.values())
        gradients = torch.autograd.grad(value, kept, allow_unused=True) if kept else ()
    return float(value.detach()), gradients


def _on_its_device(module: Any, values: Any) -> Any:
    """The samples as a tensor where the module is, in its precision where they are numbers with a point."""
    import torch

    tensor = torch.as_tensor(values)
    first = next(module.parameters(), None)
    if first is None:
        return tensor
    kind = first.dtype if tensor.is_floating_point() else tensor.dtype
    return tensor.to(device=first.device, dtype=kind)


def _ratio(part: Any, name: str, before: dict[str, np.ndarray] | None) -> float | None:
    if before is None or name not in before:
        return None
    return step_ratio(before[name], next(part.parameters()).detach().cpu().double().numpy())


def _layer_look(name: str, tensor: Any, gradient: Any, flat: Any, n: int, ratio: float | None) -> LayerLook:
    z = tensor.detach()
    if gradient is None:
        return LayerLook(name, float(z.double().std()), 0.0, 0.0, 0.0, ratio)
    error = -n * gradient.detach().double()
    return LayerLook(
        name=name,
        activation=float(z.double().std()),
        dead=_dead(error),
        saturated=0.0 if flat is None or flat.shape != z.shape else float((_by_unit(flat) >= MOSTLY).mean()),
        error_term=float(error.square().mean().sqrt()),
        update_ratio=ratio,
    )


def _by_unit(mask: Any) -> np.ndarray:
    """The mean over samples and places, a value a unit: a column, or a channel of images."""
    if mask.ndim == 1:
        return np.asarray(mask.double().cpu().numpy())
    moved = mask.double().movedim(1 if mask.ndim >= 4 else -1, 0)
    return np.asarray(moved.flatten(1).mean(1).cpu().numpy())


def _dead(error: Any) -> float:
    """The share of units whose error term is exactly 0 on all samples; where all are, nothing comes back at all."""
    silent = _by_unit(error != 0) == 0
    return 0.0 if silent.all() else float(silent.mean())
