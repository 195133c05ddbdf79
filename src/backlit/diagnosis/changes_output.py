"""The changes of what the network answers with: output, loss, number of outputs, coding of targets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backlit.diagnosis.change import Variant
from backlit.diagnosis.fitting import (
    FITS,
    as_networks_have_it,
    fitting_loss,
    fitting_output,
    has_class_numbers,
    is_cut_off,
    loss_once,
    without_the_second,
)
from backlit.diagnosis.setup import Setup, fresh_layer, layers_rebuilt, output_name
from backlit.network.network import Layer

__all__ = ["coding", "loss", "output", "output_units"]


def output(setup: Setup) -> list[Variant]:
    """The activation that fits the targets."""
    right, now = fitting_output(setup), output_name(setup)
    if is_cut_off(setup):
        return [Variant(_with_scores(setup), f"{now} left out of the output, since the loss applies its own function")]
    if right == now or setup.network.loss_row.name.endswith("_from_logits"):
        return []
    # a loss that fits by then is the same loss, and no further change
    changed = as_networks_have_it(layers_rebuilt(setup, output=right))
    return [Variant(changed, f"output activation {right} instead of {now}")]


def _with_scores(setup: Setup) -> Setup:
    """Without the output's activation; a stack has output and loss as a Network has them, which is the same."""
    if setup.part is not None:
        return layers_rebuilt(setup, output="identity")
    name, fused = FITS["identity", setup.network.loss_row.name]
    changed = layers_rebuilt(setup, output=name)
    return replace(changed, network=replace(changed.network, loss_function=fused), cut=0.5)


def loss(setup: Setup) -> list[Variant]:
    """The loss that fits the output and the targets."""
    right, now = fitting_loss(setup), setup.network.loss_row.name
    once = loss_once(setup)
    right = right if once is None else once
    if right == now:
        return []
    changed = replace(setup, network=replace(setup.network, loss_function=right), gradient_scale=1.0)
    words = f"loss {right} instead of {now}"
    return [Variant(changed, words if once is None else without_the_second(setup))]


def output_units(setup: Setup) -> list[Variant]:
    """An output a class, where one has the numbers of several classes to say."""
    if not has_class_numbers(setup) or setup.labels is None:
        return []
    last, n = setup.network.layers[-1], int(setup.labels.max()) + 1
    kind = last.weights.dtype
    blank = Layer(np.zeros((last.n_in, n), kind), np.zeros(n, kind), "softmax", 0.0)
    layers = (*setup.network.layers[:-1], fresh_layer(blank, np.random.default_rng(0)))
    net = replace(setup.network, layers=layers, loss_function="cross_entropy")
    changed = replace(setup, network=net, Y=np.eye(n)[setup.labels], gradient_scale=1.0, cut=0.5)
    return [
        Variant(changed, f"{n} softmax outputs with cross entropy, one a class, instead of one {last.row.name} output")
    ]


def coding(setup: Setup) -> list[Variant]:
    """Classes coded as the output says them."""
    if setup.labels is None:
        return []
    n_out = setup.Y.shape[1]
    right = setup.labels[:, None].astype(float) if n_out == 1 else np.eye(n_out)[setup.labels]
    if right.shape != setup.Y.shape or np.array_equal(right, setup.Y):
        return []
    words = "classes coded as 0 and 1" if n_out == 1 else "each sample's own class coded as 1, the others as 0"
    part = setup.part
    if part is not None:
        fed = setup.labels if part.targets.size == len(right) else right
        part = replace(part, targets=fed.reshape(part.targets.shape).astype(part.targets.dtype))
    return [Variant(replace(setup, Y=right, cut=0.5, part=part), words)]
