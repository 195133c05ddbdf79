"""Mistakes in the error that arrives at a layer: at the output from the loss, in a hidden layer from above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from backlit.check.place import Arriving, Place, arriving, masked
from backlit.check.wrong_predictions import wrong_predictions
from backlit.network.sweeps import fused_pair

__all__ = ["wrong_errors"]

RATES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001)
"""Learning rates tried where none is given."""

Wrong = Iterator[tuple[str, Arriving]]


def wrong_errors(place: Place) -> Wrong:
    """Yield (identifier, what arrives) for every mistake that can be made here."""
    yield from _output_errors(place) if place.is_output else _hidden_errors(place)


def _output_errors(place: Place) -> Wrong:
    right = arriving(place)
    yield "wrong-sign", right.scaled(-1)
    yield "factor-two", right.scaled(2)
    yield "factor-two", right.scaled(0.5)
    if place.n > 1:
        yield "mean-twice", right.scaled(1 / place.n)
    n_out = place.net.sizes[-1]
    if n_out > 1:
        yield "averaged-over-outputs", right.scaled(1 / n_out)
    yield from _output_activation_twice(place)
    if place.rarer:
        yield from _other_errors(place, right)
        yield from other_forward_passes(place)
    if n_out == 1 and place.n > 1:
        yield from _outer_differences(place)


def _other_errors(place: Place, right: Arriving) -> Wrong:
    """The loss's terms themselves, or their sizes, where its derivative belongs."""
    error = place.values.activation - place.y
    p, y = place.values.activation, place.y
    taken = [
        ("absolute-error-used", np.abs(error)),
        ("squared-error-used", error * error),
        ("sign-of-error-used", np.sign(error)),
        ("prediction-as-error", p),
        ("prediction-as-error", -p),
        ("target-as-error", y),
        ("target-as-error", -y),
        ("decision-as-prediction", _decided(p) - y),
        ("loss-as-error", np.full_like(p, place.net.loss_row.value(p, y).mean())),
    ]
    for name, values in taken:
        yield name, Arriving(values, None if right.fused is None else values)
    if place.net.loss_row.name == "log_loss" and place.layer.row.name == "sigmoid":
        yield "half-of-log-loss", Arriving(-y / p, -y * (1 - p))
        yield "half-of-log-loss", Arriving((1 - y) / (1 - p), (1 - y) * p)


def _decided(p: np.ndarray) -> np.ndarray:
    """The class that is likeliest, as 0 and 1: rounded, or the largest of a row."""
    return np.round(p) if p.shape[1] == 1 else np.eye(p.shape[1])[p.argmax(axis=1)]


def other_forward_passes(place: Place) -> Wrong:
    """The predictions of another forward pass in the output layer; targets that are no rows of 0 and 1."""
    row = place.layer.row
    for name, p in wrong_predictions(row.name, place.layer, place.values):
        if name == "activated-twice":
            continue  # it is double-output-activation, among the common ones
        fused = fused_pair(place.net)
        da = place.net.loss_row.gradient(p, place.y)
        yield name, Arriving(da, None if fused is None else p - place.y)
    if row.name == "softmax":
        labels = np.argmax(place.y, axis=1)[:, None].astype(np.float64)
        yield (
            "labels-not-one-hot",
            arriving(place, y=np.repeat(labels, place.y.shape[1], axis=1))._replace(
                fused=place.values.activation - labels
            ),
        )


def _output_activation_twice(place: Place) -> Wrong:
    if place.layer.row.name == "identity":
        return
    a = place.values.activation
    twice = arriving(place, z=a)
    yield "double-output-activation", twice
    if twice.fused is not None:
        twice = twice._replace(fused=None)
        yield "double-output-activation", twice
    yield "double-output-activation", twice._replace(slope_at=a)


def _outer_differences(place: Place) -> Wrong:
    """``y (n,)`` against ``p (n, 1)``: every prediction meets every target, and an axis is summed or averaged."""
    z, y = place.values.pre_activation, place.y
    every = [arriving(place, z=np.repeat(z[[i]], place.n, axis=0)) for i in range(place.n)]
    for name in ("mean", "sum"):
        for axis in (1, 0):
            da = _reduced([e.da for e in every], name, axis, y.shape)
            fused = None if every[0].fused is None else _reduced([e.fused for e in every], name, axis, y.shape)
            yield "broadcast-outer", Arriving(da, fused)


def _reduced(rows: list[np.ndarray | None], name: str, axis: int, shape: tuple[int, ...]) -> np.ndarray:
    grid = np.array(rows)[:, :, 0]
    reduced: np.ndarray = getattr(grid, name)(axis=axis)
    return reduced.reshape(shape)


def _hidden_errors(place: Place) -> Wrong:
    right = arriving(place)
    dz, W = place.dz_above, place.above.weights
    if dz is None:
        return
    yield "wrong-sign", right.scaled(-1)
    if place.n > 1:
        yield "mean-twice", right.scaled(1 / place.n)
    if W.shape[0] == W.shape[1]:
        yield "transposed-weights", masked(place, dz @ W)
    if place.gradient_above is not None and place.gradient_above.shape == W.shape:
        before, moved = dz @ W.T, dz @ place.gradient_above.T
        for rate in _rates(place):
            yield "updated-weights-used", masked(place, before - rate * moved)
    yield from _other_layers(place, dz)
    if place.rarer:
        yield from _before_the_slope(place, dz)
        if place.gradient_above is not None and place.gradient_above.shape == W.shape:
            yield "gradient-for-weights", masked(place, dz @ place.gradient_above.T)
            yield "gradient-for-weights", masked(place, dz @ place.gradient_above.T * place.scale)
        # a loop over the units above that assigns where it should add: the last one's share is left
        for k in (-1, 0) if dz.shape[1] > 1 else ():
            yield "overwritten", masked(place, dz[:, [k]] @ W.T[[k]])
    mask = place.values.mask
    if mask is not None:
        yield "mask-left-out", Arriving(dz @ W.T)
        if ((mask != 0) & (mask != 1)).any():
            yield "mask-scale-left-out", Arriving((dz @ W.T) * (mask != 0))
            yield "mask-scale-twice", Arriving((dz @ W.T) * mask**2)


def _rates(place: Place) -> Sequence[float]:
    """Return by how many of these gradients the weights may have moved: the person's are ``scale`` times these."""
    if place.rate is not None:
        return (place.rate * place.scale,)
    return RATES if place.scale == 1 else (*RATES, *(rate * place.scale for rate in RATES))


def _before_the_slope(place: Place, dz: np.ndarray) -> Wrong:
    """What the layer above sends back where its own step has its slope, and what goes on has not."""
    derivative = place.above.row.derivative
    if derivative is None:
        return
    slope = derivative(place.sweep[place.layer_index + 1].pre_activation)
    if slope.all() and (slope != 1).any():
        yield "slope-not-sent-back", masked(place, (dz / slope) @ place.above.weights.T)


def _other_layers(place: Place, dz: np.ndarray) -> Wrong:
    wanted = (dz.shape[1], place.layer.n_out)
    for number in (place.layer_index, place.layer_index + 2):
        if number >= len(place.net.layers):
            continue
        W = place.net.layers[number].weights
        for candidate in (W.T, W):
            if candidate.shape == wanted:
                yield "wrong-layer-weights", masked(place, dz @ candidate)
