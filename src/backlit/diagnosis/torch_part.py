"""Any PyTorch module as a set-up: trained on copies by PyTorch with the user's own loss, measured by hooks."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.diagnosis.recording import LOOKS, PROBE, probe_rows
from backlit.diagnosis.seen import Look, Seen
from backlit.diagnosis.torch_looks import apart, module_look, weights_of, without_training
from backlit.errors import BacklitError

if TYPE_CHECKING:
    from backlit.diagnosis.setup import Setup

__all__ = ["ModulePart", "Ran", "first_looks", "mixes_samples", "module_for_seed", "ran", "spreads_targets"]

FEW_WEIGHTS = 16
"""A parameter of more numbers is shuffled for another seed; of fewer, drawn from their deviation."""


@dataclass(frozen=True, eq=False)
class ModulePart:
    """What PyTorch alone knows of a set-up.

    ``module``: a copy of the user's. ``loss``: of outputs and targets. ``shape``: of a sample as the module takes it.
    ``whole``: inputs are whole numbers, such as tokens. ``targets``: as they are fed, in their own type and shape.
    """

    module: Any
    loss: Callable[[Any, Any], Any]
    shape: tuple[int, ...]
    whole: bool
    targets: np.ndarray


@dataclass(frozen=True, eq=False)
class Ran:
    """One run: losses by epoch, the outputs (n, n_out) at the end, where it diverged, what was seen."""

    losses: list[float]
    outputs: np.ndarray
    diverged_at: int | None
    seen: Seen | None


def inputs_of(setup: Setup, part: ModulePart) -> Any:
    """Return the samples as the module takes them."""
    import torch

    first = next(part.module.parameters())
    kind = torch.int64 if part.whole else first.dtype
    return torch.as_tensor(setup.X.reshape(len(setup.X), *part.shape)).to(kind)


def targets_of(setup: Setup, part: ModulePart) -> Any:
    """Return the targets as they are fed; a regression's may have been scaled."""
    import torch

    if setup.labels is not None or not np.issubdtype(part.targets.dtype, np.floating):
        return torch.as_tensor(part.targets)
    first = next(part.module.parameters())
    return torch.as_tensor(setup.Y.reshape(part.targets.shape)).to(first.dtype)


def module_for_seed(setup: Setup, part: ModulePart, seed: int) -> Any:
    """Return a copy of the module as it starts for one seed, on the processor; seed 0 has the weights given."""
    import torch

    module, rng = copy.deepcopy(part.module).cpu(), np.random.default_rng([17, seed])
    if setup.initializer == "default":
        for inner in module.modules():
            if hasattr(inner, "reset_parameters"):
                inner.reset_parameters()
    elif seed:
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.copy_(torch.as_tensor(_alike(parameter.numpy(), rng)))
    if setup.no_dropout:
        for inner in module.modules():
            if type(inner).__name__.startswith("Dropout"):
                inner.p = 0.0
    return module.train()


def _alike(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if values.size >= FEW_WEIGHTS or values.size < 2 or np.ptp(values) == 0:
        return rng.permutation(values.ravel()).reshape(values.shape)
    return rng.normal(0, np.sqrt(np.mean(np.square(values))), values.shape).astype(values.dtype)


def _batches(setup: Setup, rng: np.random.Generator) -> Iterator[tuple[int, np.ndarray]]:
    """The epoch, from 1, and the rows of each batch."""
    for epoch in range(1, setup.epochs + 1):
        order = rng.permutation(len(setup.X))
        for first in range(0, len(order), setup.batch_size):
            rows = order[first : first + setup.batch_size]
            # batch normalisation has no variance of one sample
            if len(rows) > 1 or setup.batch_size == 1:
                yield epoch, rows


def ran(
    setup: Setup, seed: int, stop: Callable[[], bool], *, recorded: bool = False, most_steps: int | None = None
) -> Ran:
    """Train a copy from the start of one seed; the user's module, and PyTorch's generator, stay as they are."""
    assert setup.part is not None
    with apart(seed, sum(parameter.numel() for parameter in setup.part.module.parameters())):
        try:
            return _trained(setup, seed, stop, recorded, most_steps)
        except BacklitError:
            raise
        except Exception as error:
            # whatever a module of the user's own raises
            raise BacklitError(
                f"a copy of the module could not be trained on batches of {setup.batch_size} samples: {error!s:.200}"
            ) from None


def _trained(setup: Setup, seed: int, stop: Callable[[], bool], recorded: bool, most_steps: int | None) -> Ran:
    import torch

    from backlit.diagnosis.torch_lab import optimizer_of

    part = setup.part
    assert part is not None
    module = module_for_seed(setup, part, seed)
    optimizer, X, y = optimizer_of(torch, setup, module), inputs_of(setup, part), targets_of(setup, part)
    probe = probe_rows(len(X), PROBE)
    due = _due(most_steps or setup.steps, every_step=most_steps is not None) if recorded else set()
    looks = [module_look(module, part.loss, X[probe], y[probe], 0)] if recorded else []
    sums: dict[int, float] = {}
    diverged = None
    for step, (epoch, rows) in enumerate(_batches(setup, np.random.default_rng([5, seed])), 1):
        if stop() or (most_steps is not None and step > most_steps):
            break
        before = weights_of(module) if step in due else None
        optimizer.zero_grad()
        value = part.loss(module(X[rows]), y[rows])
        value.backward()
        optimizer.step()
        number = float(value.detach())
        if not np.isfinite(number):
            diverged = epoch
            break
        sums[epoch] = sums.get(epoch, 0.0) + number * len(rows) / len(X)
        if before is not None:
            looks.append(module_look(module, part.loss, X[probe], y[probe], step, before))
    with without_training(module), torch.no_grad():
        outputs = np.concatenate(
            [module(X[i : i + 500]).numpy().reshape(len(X[i : i + 500]), -1) for i in range(0, len(X), 500)]
        ).astype(np.float64)
    return Ran(list(sums.values()), outputs, diverged, _seen(looks, len(probe)))


def _due(steps: int, *, every_step: bool) -> set[int]:
    count = steps if every_step else min(LOOKS, steps)
    return {int(step) for step in np.linspace(1, steps, count).round()}


def _seen(looks: list[Look], samples: int) -> Seen | None:
    return Seen(tuple(looks), (), None, samples) if looks else None


def first_looks(setup: Setup, n_steps: int = 20) -> tuple[Look, ...]:
    """Return looks at the module before training and after each of its first steps."""
    found = ran(setup, 0, lambda: False, recorded=True, most_steps=n_steps).seen
    return found.looks if found is not None else ()


def mixes_samples(setup: Setup) -> bool:
    """Say whether the output for one sample changes with the others of its batch, in evaluation mode."""
    import torch

    assert setup.part is not None
    module, X = module_for_seed(setup, setup.part, 0), inputs_of(setup, setup.part)
    n = min(4, len(X) // 2)
    with without_training(module), torch.no_grad():
        one, other = (module(torch.cat([X[:1], X[i : i + n]]))[0].double() for i in (1, len(X) - n))
    size = float(one.abs().max()) + 1e-6
    return bool(torch.isfinite(one - other).all()) and float((one - other).abs().max()) > 1e-3 * size


def spreads_targets(setup: Setup) -> bool:
    """Say whether targets (n,) meet outputs (n, 1) in a loss that spreads them over each other, to (n, n)."""
    import torch

    assert setup.part is not None
    part, n = setup.part, min(8, len(setup.X))
    if part.targets.ndim != 1 or setup.Y.shape[1] != 1:
        return False
    module, y = module_for_seed(setup, part, 0), targets_of(setup, part)[:n]
    with without_training(module), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outputs = module(inputs_of(setup, part)[:n])
        try:
            as_fed, in_column = (float(part.loss(outputs, target)) for target in (y, y[:, None]))
        except Exception:
            # a loss that does not take both is not one that spreads
            return False
    return outputs.shape == (n, 1) and abs(as_fed - in_column) > 1e-5 * (abs(in_column) + 1e-6)
