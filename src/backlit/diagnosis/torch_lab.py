"""Experiments with batch normalisation, which no runner knows: the sweeps are PyTorch's, the loss the equations'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.diagnosis.setup import Setup, network_for_seed
from backlit.diagnosis.torch_looks import apart
from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.interop.torch_networks import to_torch

__all__ = ["optimizer_of", "trained_by_torch"]

Ended = tuple[list[float], np.ndarray, int | None]
"""Losses by epoch, the outputs (n, n_out) at the end, and the epoch, from 1, in which a number was not finite."""


def trained_by_torch(setup: Setup, seed: int, stop: Callable[[], bool]) -> Ended:
    """Train a set-up with batch normalisation; its statistics are those of training, as in PyTorch and Keras."""
    import torch

    with apart(seed, setup.network.n_parameters):
        return _trained(torch, setup, seed, stop)


def _trained(torch: Any, setup: Setup, seed: int, stop: Callable[[], bool]) -> Ended:
    module, rng = _module(torch, setup, seed), np.random.default_rng([5, seed])
    optimizer = optimizer_of(torch, setup, module)
    X = torch.as_tensor(setup.X, dtype=torch.float32)
    losses: list[float] = []
    # the forms that keep probabilities from 0 and 1: single precision reaches them
    kept = {"cross_entropy": "normalised_cross_entropy", "log_loss": "clipped_log_loss"}
    row = setup.network.loss_row
    row = FRAMEWORK_LOSSES[kept[row.name]] if row.name in kept else row
    for epoch in range(1, setup.epochs + 1):
        if stop():
            break
        order, total = rng.permutation(len(X)), 0.0
        for first in range(0, len(X), setup.batch_size):
            rows = order[first : first + setup.batch_size]
            # one sample has no variance
            if len(rows) < 2:
                continue
            out = module(X[rows])
            p = out.detach().numpy().astype(np.float64)
            with np.errstate(all="ignore"):
                total += float(row.value(p, setup.Y[rows]).sum())
                gradient = row.gradient(p, setup.Y[rows]) * setup.gradient_scale / len(rows)
            if not np.isfinite(gradient).all():
                return losses, p, epoch
            optimizer.zero_grad()
            out.backward(torch.as_tensor(gradient, dtype=torch.float32))
            optimizer.step()
        losses.append(total / len(X))
    with torch.no_grad():
        outputs: np.ndarray = module.eval()(X).numpy().astype(np.float64)
    return losses, outputs, None


def _module(torch: Any, setup: Setup, seed: int) -> Any:
    parts, place = [], 0
    for part in to_torch(network_for_seed(setup, seed)).float():
        if isinstance(part, torch.nn.Linear):
            if place in setup.norms:
                # Keras's momentum and epsilon; PyTorch's differ in how fast the statistics follow
                parts.append(torch.nn.BatchNorm1d(part.in_features, eps=1e-3, momentum=0.1))
            place += 1
        parts.append(part)
    return torch.nn.Sequential(*parts)


def optimizer_of(torch: Any, setup: Setup, module: Any) -> Any:
    """Return PyTorch's optimizer with a set-up's settings."""
    made, rate, hyper = torch.optim, setup.learning_rate, setup.hyper
    parameters, decay = list(module.parameters()), setup.l2 / setup.batch_size
    if setup.optimizer == "rmsprop":
        return made.RMSprop(
            parameters, rate, alpha=hyper.get("beta_2", 0.9), eps=hyper.get("epsilon", 1e-7), weight_decay=decay
        )
    if setup.optimizer in ("adam", "adamw"):
        betas = (hyper.get("beta_1", 0.9), hyper.get("beta_2", 0.999))
        kind = made.AdamW if setup.weight_decay else made.Adam
        return kind(
            parameters, rate, betas=betas, eps=hyper.get("epsilon", 1e-8), weight_decay=setup.weight_decay or decay
        )
    momentum = 0.0 if setup.optimizer == "sgd" else hyper.get("momentum", 0.9)
    return made.SGD(parameters, rate, momentum, nesterov=setup.optimizer == "nesterov", weight_decay=decay)
