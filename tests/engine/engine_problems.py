"""Networks and samples for the engine's tests, and what the equations make of them."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck
from hypothesis import strategies as st

import backlit as bl
from backlit.engine.levels import chosen_level, opened
from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.loss_table import LOSSES, find_loss, loss_fits
from backlit.equations.optimizers import clipped, weight_decay_step
from backlit.network.sweeps import backward, forward, sample_losses

KNOWN = set(opened(chosen_level()).activations)
"""One test alone says that the engine does not know a row of the table yet; the others are about what it knows."""
HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only and name in KNOWN]
HIDDEN += ["leaky_relu(0.2)", "elu(0.5)"]
LOSS_NAMES = [name for name in LOSSES if name in opened(chosen_level()).losses]
LOSS_NAMES += ["huber(0.3)", "quantile(0.8)"]
ENDS = [
    (output, loss) for output in sorted(KNOWN) for loss in LOSS_NAMES if loss_fits(find_loss(loss), ACTIVATIONS[output])
]
TOLERANCE = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-4}


def network(sizes, hidden, output, loss, *, seed, dtype=np.float64, biased=None, dropout=0.0):
    """A network with biases that are not 0, and none where ``biased`` says so."""
    rng = np.random.default_rng(seed)
    shapes = list(pairwise(sizes))
    weights = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]
    keep = [True] * len(shapes) if biased is None else biased
    biases = [rng.normal(size=shape[1]) / 2 if has else None for shape, has in zip(shapes, keep, strict=True)]
    return bl.Network.from_weights(
        weights, biases, activation=hidden, output=output, loss=loss, dtype=dtype, dropout=dropout
    )


def samples(net, n, seed):
    """Samples and targets that the network's output and loss take."""
    rng = np.random.default_rng(seed)
    output, loss = net.layers[-1], net.loss_row
    X = rng.normal(size=(n, net.layers[0].n_in))
    low = max(loss.target_range[0], output.row.range[0], -2.0)
    high = min(loss.target_range[1], output.row.range[1], 2.0)
    y = rng.uniform(low, high, size=(n, output.n_out))
    if output.row.name == "softmax":
        y /= y.sum(axis=1, keepdims=True)
    return X.astype(output.weights.dtype), y.astype(output.weights.dtype)


def off(ours, theirs):
    """Largest difference over all arrays, relative to the largest entry."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if b is not None]
    assert all(a.shape == b.shape and a.dtype == b.dtype for a, b in pairs)
    size = max([1e-3, *(float(np.abs(b).max()) for _, b in pairs)])
    return max(float(np.abs(a - b).max()) for a, b in pairs) / size


def parameters(net):
    return [array for layer in net.layers for array in (layer.weights, layer.biases)]


def by_equations(net, X, y, sample_weight=None, l1=0.0, l2=0.0, masks=None):
    """Loss and gradients as the equations have them, weighted and with penalties."""
    sweep = forward(net, X, masks=masks)
    layers = backward(net, sweep, y)
    w = np.ones(len(X), X.dtype) if sample_weight is None else sample_weight
    total = w.sum()
    loss = float((w * sample_losses(net, sweep, y)).sum() / total)
    gradients = []
    for layer, step, back in zip(net.layers, sweep, layers, strict=True):
        dz = -back.error_term * w[:, None] / total
        W = layer.weights
        gradients.append(step.input.T @ dz + (l1 * np.sign(W) + l2 * W) / total)
        gradients.append(None if layer.biases is None else dz.sum(axis=0))
        loss += float((l1 * np.abs(W).sum() + l2 / 2 * (W * W).sum()) / total)
    return loss, gradients


def train_by_equations(net, X, y, orders, size, row, rate, *, hyper, weight_decay=0.0, clip_norm=None, **options):
    """The parameters and epoch sums after going through ``orders`` in batches."""
    masks_of, sample_weight = options.pop("masks_of", None), options.pop("sample_weight", None)
    states, sums, step_number = [{} for _ in parameters(net)], [], 0
    for order in orders:
        total = 0.0
        for at in range(0, len(order), size):
            rows = order[at : at + size]
            step_number += 1
            w = None if sample_weight is None else sample_weight[rows]
            masks = masks_of(step_number, len(rows)) if masks_of else None
            loss, gradients = by_equations(net, X[rows], y[rows], w, masks=masks, **options)
            total += loss * len(rows)
            if clip_norm is not None:
                shrunk = iter(clipped([g for g in gradients if g is not None], clip_norm))
                gradients = [None if g is None else next(shrunk) for g in gradients]
            arrays = parameters(net)
            for i, g in enumerate(gradients):
                if g is None:
                    continue
                step, states[i] = row.step(g, states[i], learning_rate=rate, **hyper)
                if weight_decay and i % 2 == 0:
                    step = step + weight_decay_step(arrays[i], rate, weight_decay)
                arrays[i] = arrays[i] + step
            layers = [
                replace(layer, weights=W, biases=b)
                for layer, W, b in zip(net.layers, arrays[::2], arrays[1::2], strict=True)
            ]
            net = replace(net, layers=tuple(layers))
        sums.append(total)
    return net, sums, states


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@st.composite
def problems(draw):
    sizes = draw(st.lists(st.integers(1, 40), min_size=2, max_size=5))
    output, loss = draw(st.sampled_from(ENDS))
    if output == "softmax":
        sizes[-1] = max(sizes[-1], 2)
    n_layers = len(sizes) - 1
    # e^(e^z) leaves every range
    names = [name for name in HIDDEN if name != "exp"]
    hidden = draw(st.lists(st.sampled_from(names), min_size=n_layers - 1, max_size=n_layers - 1))
    biased = draw(st.lists(st.booleans(), min_size=n_layers, max_size=n_layers))
    dropout = draw(st.lists(st.sampled_from([0.0, 0.3]), min_size=n_layers - 1, max_size=n_layers - 1))
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    seed = draw(st.integers(0, 999))
    net = network(sizes, hidden, output, loss, seed=seed, dtype=dtype, biased=biased, dropout=dropout)
    X, y = samples(net, draw(st.integers(1, 70)), seed + 1)
    weight = np.random.default_rng(seed).uniform(0, 3, len(X)).astype(dtype) if draw(st.booleans()) else None
    return net, X, y, weight


def assert_same_bits(a, b):
    ours, theirs = a.snapshot(), b.snapshot()
    np.testing.assert_array_equal(ours.parameters, theirs.parameters)
    assert ours.memory.keys() == theirs.memory.keys()
    for place in ours.memory:
        np.testing.assert_array_equal(ours.memory[place], theirs.memory[place])
    assert ours.steps == theirs.steps


def plain(n=20, **options):
    net = network([3, 4, 2], "tanh", "identity", "squared_error", seed=0, **options)
    return net, *samples(net, n, 1)
