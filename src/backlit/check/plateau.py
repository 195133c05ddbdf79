"""A right pass that goes nowhere: gradients next to nothing, and units that are all alike."""

from __future__ import annotations

import numpy as np

from backlit.check.place import Place

__all__ = ["plateau"]

SMALL, ALIKE, ERROR = 1e-3, 1e-2, 0.05
WORDS = (
    "Right, and nearly 0 (at most {size:.1g}), though the predictions are off by {error:.2g}: the {n} units of L{layer}"
    " are almost alike, so they move as one. Begin with larger random weights, such as Glorot's."
)


def plateau(place: Place, gradients: list[np.ndarray]) -> str | None:
    """Return a remark where a right pass has next to no gradient and a hidden layer's units are alike, else None."""
    size = max((float(np.abs(g).max(initial=0.0)) for g in gradients), default=0.0)
    error = float(np.abs(place.sweep[-1].activation - place.y).mean())
    if size > SMALL or error < ERROR:
        return None
    for number, (layer, values) in enumerate(zip(place.net.layers[:-1], place.sweep, strict=False), 1):
        a = values.activation
        apart = float((a.max(axis=1) - a.min(axis=1)).mean())
        if layer.n_out > 1 and apart < ALIKE * max(1.0, float(np.abs(a).mean())):
            return WORDS.format(size=size, error=error, n=layer.n_out, layer=number)
        still = float((a.max(axis=0) - a.min(axis=0)).max())
        if still < ALIKE:
            return WORDS.format(size=size, error=error, n=layer.n_out, layer=number)
    return None
