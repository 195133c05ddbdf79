"""A layer in numbers: how large its error term is, and what made it larger or smaller on the way down."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from backlit.explain.view import rows
from backlit.network.trace import LayerTrace, Trace

__all__ = ["ACTIVE_SHARE_OF_BOUND", "Conservation", "LayerSummary", "conservation", "error_sentence", "summaries"]

ACTIVE_SHARE_OF_BOUND = 0.05
"""A unit is active on a sample where its slope is above this share of the slope's bound (a relu: where z > 0)."""

SIMILAR = 10.0
"""Error terms whose sizes differ by less than this factor are called similar."""

VANISHES = 1000.0
VANISHING = (
    " That is a vanishing gradient: bl.diagnose or `backlit diagnose` tries whether it is what keeps a network from "
    "learning."
)


class LayerSummary(NamedTuple):
    """One layer's row of the table of a network.

    ``rms_error_term``: root mean square over samples and units. ``shrink``: that, divided by the layer above's (at
    the output: by the RMS of the error; None where the loss is fused). It is ``weights_factor`` (RMS of the error
    that arrives over RMS of the error terms above: what the weights did) times ``slope_factor`` (what the slopes
    did); ``slope_bound`` is the most that the activation allows, ``bound_from_output`` the product of the bounds
    from the output to here. ``share_active`` as ACTIVE_SHARE_OF_BOUND says. ``step_to_weight``: mean size of the
    steps over mean size of the weights.
    """

    address: str
    n_units: int
    activation: str
    rms_error_term: float
    share_active: float | None
    shrink: float | None
    weights_factor: float | None
    slope_factor: float | None
    slope_bound: float
    bound_from_output: float
    step_to_weight: float


def rms(values: np.ndarray) -> float:
    """Root mean square of an array of any shape, as a float; scaled so that tiny values do not underflow."""
    largest = float(np.max(np.abs(values)))
    return largest * math.sqrt(float(np.mean(np.square(values / largest)))) if largest > 0 else 0.0


def ratio(top: float, bottom: float) -> float:
    """``top`` over ``bottom``; NaN for nothing over nothing, infinity for something over nothing."""
    if bottom == 0:
        return math.nan if top == 0 else math.inf
    return top / bottom


def summaries(trace: Trace) -> list[LayerSummary]:
    """Return one summary a layer, from the input to the output."""
    bound = 1.0
    result: list[LayerSummary] = []
    above: LayerTrace | None = None
    for layer, part in zip(trace.network.layers[::-1], trace.layers[::-1], strict=True):
        fused = part.error is None
        slope_bound = 1.0 if fused else layer.row.derivative_bound
        bound *= slope_bound
        delta = rms(part.error_term)
        error = None if part.error is None else rms(part.error)
        weights_factor = None if above is None or error is None else ratio(error, rms(above.error_term))
        slope_factor = None if error is None else ratio(delta, error)
        shrink = slope_factor if above is None else ratio(delta, rms(above.error_term))
        result.append(
            LayerSummary(
                part.address,
                layer.n_out,
                layer.row.name,
                delta,
                None if part.slope is None else _share_active(part.slope, layer.row.derivative_bound),
                shrink,
                weights_factor,
                slope_factor,
                slope_bound,
                bound,
                ratio(float(np.mean(np.abs(part.weight_step))), float(np.mean(np.abs(part.weights)))),
            )
        )
        above = part
    return result[::-1]


def _share_active(slope: np.ndarray, bound: float) -> float:
    least = ACTIVE_SHARE_OF_BOUND * bound if math.isfinite(bound) else 0.0
    return float(np.mean(np.abs(slope) > least))


def error_sentence(layers: list[LayerSummary]) -> str:
    """Say in one sentence where the error sits."""
    last, first = layers[-1], layers[0]
    if all(layer.rms_error_term == 0 for layer in layers):
        return "Every error term is 0: on these samples there is nothing to learn, or nothing gets through."
    if len(layers) == 1:
        return f"One layer holds all of the error term (RMS {last.rms_error_term:.2g})."
    largest = max(layers, key=lambda layer: layer.rms_error_term)
    smallest = min(layers, key=lambda layer: layer.rms_error_term)
    if smallest.rms_error_term == 0:
        off = ", as none of its units is active on these samples" if smallest.share_active == 0 else ""
        return (
            f"The error term is largest in {largest.address} and exactly 0 in {smallest.address}: nothing arrives{off}."
        )
    spread = largest.rms_error_term / smallest.rms_error_term
    if spread < SIMILAR:
        return (
            f"The error term has a similar size in all layers: largest in {largest.address}, "
            f"smallest in {smallest.address}, a factor of {spread:.2g} between them."
        )
    if last.rms_error_term >= first.rms_error_term:
        vanishing = len(layers) > 2 and last.rms_error_term > VANISHES * first.rms_error_term
        per_layer = (first.rms_error_term / last.rms_error_term) ** (1 / (len(layers) - 1))
        return (
            f"The error sits near the output: {first.address} receives "
            f"1/{last.rms_error_term / first.rms_error_term:.3g} of {last.address}'s error term, "
            f"a factor of {per_layer:.2g} a layer.{VANISHING if vanishing else ''}"
        )
    return (
        f"The error term grows on its way down: {first.address} receives "
        f"{first.rms_error_term / last.rms_error_term:.3g} times {last.address}'s."
    )


class Conservation(NamedTuple):
    """Both sides of sum(z delta) = sum(input e) + sum(b delta) for one layer, summed over samples.

    e is what the layer's error terms send back to its input. ``difference`` is relative to the sum of sizes.
    """

    address: str
    out: float
    inputs: float
    biases: float
    difference: float


def conservation(part: LayerTrace, sample: int | None = None) -> Conservation:
    """Check that a layer's linear part conserves what it passes back; of one sample (from 1), or of all."""
    pick = slice(None) if sample is None else slice(sample - 1, sample)
    delta, z, x = (rows(a)[pick].astype(np.float64) for a in (part.error_term, part.pre_activation, part.input))
    back = delta @ part.weights.T.astype(np.float64)
    b = np.zeros(delta.shape[1]) if part.biases is None else part.biases
    terms = (z * delta, x * back, b * delta)
    out, inputs, biases = (float(t.sum()) for t in terms)
    size = sum(float(np.abs(t).sum()) for t in terms)
    difference = abs(out - inputs - biases) / size if size else 0.0
    return Conservation(part.address, out, inputs, biases, difference)
