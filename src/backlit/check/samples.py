"""Samples that a pass has left out: a loop that keeps the last one alone, or ends one too early."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.check.matching import Claims
from backlit.check.place import Place
from backlit.check.precision import is_close
from backlit.check.report import Finding
from backlit.network.sweeps import backward, forward

__all__ = ["samples_finding"]

LOOP = "go through all {n} samples, and add up: dW += x.T @ dz; divide by {n} after the loop"
MATTERS = "A batch's gradient is the mean of those of all its samples."


def samples_finding(place: Place, claims: Sequence[Claims]) -> Finding | None:
    """Return the finding that the claims are of some samples alone, the last or the first or all but one; else None."""
    n = place.n
    if n < 2 or place.l1 or place.l2 or any(values.mask is not None for values in place.sweep):
        return None
    options = {
        "overwritten": [("the last sample alone", slice(n - 1, n))],
        "samples-left-out": [
            ("the first sample alone", slice(0, 1)),
            ("all samples but the last", slice(0, n - 1)),
            ("all samples but the first", slice(1, n)),
        ],
    }
    for identifier, parts in options.items():
        for words, part in parts:
            if _are_of(place, claims, part):
                layers = tuple(range(len(claims), 0, -1))
                happened = f"The gradients are those of {words}, of {n}."
                return Finding(identifier, layers[0], layers, "certain", happened, MATTERS, LOOP.format(n=n))
    return None


def _are_of(place: Place, claims: Sequence[Claims], part: slice) -> bool:
    """Say whether all claims are the mean over some samples, or their sum over the number of all."""
    y = place.y[part]
    layers = backward(place.net, forward(place.net, place.sweep[0].input[part]), y)
    right = [{"weight_gradient": layer.weight_gradient, "bias_gradient": layer.bias_gradient} for layer in layers]
    for scale in (1.0, len(y) / place.n, float(len(y))):
        pairs = [(c, w[name]) for claim, w in zip(claims, right, strict=True) for name, c in claim.items() if name in w]
        told = bool(pairs) and any(np.any(w) for _, w in pairs)
        if told and all(w is not None and is_close(c, scale * w) for c, w in pairs):
            return True
    return False
