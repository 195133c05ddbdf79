"""Where a backward sweep stands, and the right way on: what a mistake replaces one part of.

Everything is in gradients: ``dz`` is the gradient of a sample's loss at a pre-activation, minus the error term.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import activation_backward
from backlit.equations.dense import dense_input_gradient
from backlit.equations.dropout import dropout_backward
from backlit.network.network import Layer, Network
from backlit.network.sweeps import LayerForward, fused_pair

__all__ = ["Arriving", "Place", "arriving", "masked", "pre_activation_gradient"]


class Place(NamedTuple):
    """One layer on the way back: ``layer_index`` from 0, ``sweep`` the forward values, ``y (n, n_out)`` the targets.

    ``dz_above (n, n_above)`` and ``gradient_above`` are what the sweep under test has in the layer above, right or
    wrong (None at the output). ``rate`` is the learning rate, None where it is not known. ``l2`` and ``l1`` are the
    penalties' factors: l2/2 times the sum of the weights' squares, l1 times the sum of their sizes.
    ``as_steps`` says that steps were claimed, not gradients. ``scale`` is what a person's gradients are times these, by
    their loss's convention; ``columns`` and ``turned`` are their layout: samples as columns, weights (n_out, n_in).
    With ``rarer``, mistakes are tried too that are looked for where the common ones explain nothing.
    """

    net: Network
    sweep: Sequence[LayerForward]
    y: np.ndarray
    layer_index: int
    dz_above: np.ndarray | None = None
    gradient_above: np.ndarray | None = None
    rate: float | None = None
    l2: float = 0.0
    l1: float = 0.0
    as_steps: bool = False
    scale: float = 1.0
    columns: bool = False
    turned: bool = False
    rarer: bool = False

    @property
    def layer(self) -> Layer:
        """The layer's weights, biases and activation."""
        return self.net.layers[self.layer_index]

    @property
    def above(self) -> Layer:
        """The layer that the error comes from."""
        return self.net.layers[self.layer_index + 1]

    @property
    def values(self) -> LayerForward:
        """The layer's forward values."""
        return self.sweep[self.layer_index]

    @property
    def is_output(self) -> bool:
        """Whether nothing is above but the loss."""
        return self.layer_index == len(self.net.layers) - 1

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.y)


class Arriving(NamedTuple):
    """What arrives at a layer's activations, ``da (n, n_units)``; ``fused`` is dz where output and loss are one.

    ``slope_at`` is set by a mistake that takes the slope elsewhere than at the pre-activation.
    """

    da: np.ndarray
    fused: np.ndarray | None = None
    slope_at: np.ndarray | None = None

    def scaled(self, factor: float) -> Arriving:
        """Return both times ``factor``."""
        return Arriving(factor * self.da, None if self.fused is None else factor * self.fused)


def arriving(place: Place, *, z: np.ndarray | None = None, y: np.ndarray | None = None) -> Arriving:
    """Return what rightly arrives; at the output for another pre-activation ``z`` or target ``y``, if given."""
    if not place.is_output:
        if place.dz_above is None:
            raise ValueError("a hidden layer needs dz_above")
        return masked(place, dense_input_gradient(place.dz_above, place.above.weights))
    z = place.values.pre_activation if z is None else z
    y = place.y if y is None else y
    pair = fused_pair(place.net)
    da = place.net.loss_row.gradient(place.layer.row.value(z), y)
    return Arriving(da, None if pair is None else pair.gradient(z, y))


def masked(place: Place, da: np.ndarray) -> Arriving:
    """Return what arrives at a hidden layer's activations: none of it where dropout left a unit out."""
    mask = place.values.mask
    return Arriving(da if mask is None else dropout_backward(da, mask))


def pre_activation_gradient(place: Place, error: Arriving) -> np.ndarray:
    """Return dz (n, n_units), rightly, from what arrives."""
    if error.fused is not None:
        return error.fused
    z = place.values.pre_activation if error.slope_at is None else error.slope_at
    dz: np.ndarray = activation_backward(place.layer.row, z, error.da)
    return dz
