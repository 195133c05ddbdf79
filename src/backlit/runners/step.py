"""One training step: forward sweep, backward sweep, and the optimizer's steps added to the parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backlit.equations.arrays import Array
from backlit.equations.optimizers import Optimizer, State, clipped, weight_decay_step
from backlit.network.network import Network
from backlit.network.sweeps import LayerBackward, LayerForward, backward, forward
from backlit.runners.objective import mean_gradients, penalty, penalty_gradient, reported_losses
from backlit.runners.rule import StepRule

__all__ = ["BatchStep", "batch_step", "optimizer_step", "start_states"]


@dataclass(frozen=True, eq=False)
class BatchStep:
    """Everything one step computed, in the order it did.

    ``losses (n,)``; ``loss`` is their mean, weighted, with penalties. ``gradients`` (penalties included), ``steps`` and
    ``states`` hold weights, biases, layer by layer; a gradient and a step are None where a layer has no biases.
    ``network`` is the one after the step; its arrays are unchecked and may hold NaN.
    """

    sweep: list[LayerForward]
    losses: Array
    loss: float
    layers: list[LayerBackward]
    gradients: list[Array | None]
    steps: list[Array | None]
    states: list[State]
    network: Network


def start_states(net: Network) -> list[State]:
    """Return the optimizer's memory before the first step: empty, for the weights and biases of each layer."""
    return [{} for _ in range(2 * len(net.layers))]


def batch_step(
    net: Network,
    states: Sequence[State],
    X: Array,
    y: Array,
    rate: float,
    rule: StepRule,
    masks: Sequence[Array | None],
    sample_weight: Array | None = None,
) -> BatchStep:
    """Compute one step on a batch X (n, n_in), dense or CSR, and y (n, n_out), at learning rate ``rate``.

    ``sample_weight (n,)``: their sum is above 0. NaN and infinity are let through, for who looks at them.
    """
    with np.errstate(all="ignore"):
        sweep = forward(net, X, masks=masks)
        losses = reported_losses(net, sweep, y, probability_floor=rule.probability_floor)
        n = X.shape[0] if sample_weight is None else float(sample_weight.sum())
        loss = rule.loss_scale * float(np.average(losses, weights=sample_weight))
        layers = backward(net, sweep, y)
        gradients = mean_gradients(sweep, layers, sample_weight)
        if rule.l1 or rule.l2:
            loss += penalty(net, rule.l1, rule.l2) / n
            for i, W in enumerate(net.weights):
                gradients[2 * i] = gradients[2 * i] + penalty_gradient(W, rule.l1, rule.l2) / n
        moved = optimizer_step(
            net,
            states,
            gradients,
            rate,
            rule.optimizer,
            rule.hyper,
            clip_norm=rule.clip_norm,
            weight_decay=rule.weight_decay,
        )
    return BatchStep(sweep, losses, loss, layers, gradients, *moved)


def optimizer_step(
    net: Network,
    states: Sequence[State],
    gradients: Sequence[Array | None],
    rate: float,
    optimizer: Optimizer,
    hyper: Mapping[str, float],
    *,
    clip_norm: float | None,
    weight_decay: float,
) -> tuple[list[Array | None], list[State], Network]:
    """Return the steps, the optimizer's new memory and the moved network, whose arrays are unchecked.

    ``gradients`` and ``states`` are of weights and biases, layer by layer, as the steps are; a gradient is None where
    a layer has no biases. Clipping comes first, decoupled weight decay last.
    """
    if clip_norm is not None:
        gradients = _clipped(gradients, clip_norm)
    steps: list[Array | None] = []
    new_states: list[State] = []
    for gradient, state in zip(gradients, states, strict=True):
        if gradient is None:
            step, new_state = None, state
        else:
            step, new_state = optimizer.step(gradient, state, learning_rate=rate, **hyper)
        steps.append(step)
        new_states.append(new_state)
    if weight_decay:
        for i, layer in enumerate(net.layers):
            steps[2 * i] = steps[2 * i] + weight_decay_step(layer.weights, rate, weight_decay)
    return steps, new_states, _moved(net, steps)


def _clipped(gradients: Sequence[Array | None], limit: float) -> list[Array | None]:
    shrunk = iter(clipped([gradient for gradient in gradients if gradient is not None], limit))
    return [None if gradient is None else next(shrunk) for gradient in gradients]


def _moved(net: Network, steps: list[Array | None]) -> Network:
    # not with_parameters: its copies and checks belong at the end of an epoch, not in every batch
    layers = tuple(
        replace(
            layer,
            weights=layer.weights + weight_step,
            biases=None if layer.biases is None else layer.biases + bias_step,
        )
        for layer, weight_step, bias_step in zip(net.layers, steps[::2], steps[1::2], strict=True)
    )
    return replace(net, layers=layers)
