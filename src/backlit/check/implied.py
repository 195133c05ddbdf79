"""Which slope a wrong layer implies that no mistake explains: told for one sample, which has one slope a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backlit.check.place import Place
from backlit.check.report import Verdict
from backlit.network.sweeps import fused_pair

__all__ = ["implied_slope"]

UNIT = re.compile(r"(?:\.u|b\[|,)(\d+)")
"""The unit in an address: L1.w[3,2], L1.b[2] and L1.u2 are all of the second."""


def implied_slope(place: Place, wrong: Sequence[Verdict]) -> str:
    """Return a sentence on the slope that the layer's worst entry implies, "" where the numbers cannot tell it.

    ``wrong``: the verdicts on the layer's wrong arrays. An entry that belongs to one unit is the right one times the
    claimed slope over the right one, if what comes back to the layer is right.
    """
    derivative = place.layer.row.derivative
    fused = place.is_output and fused_pair(place.net) is not None
    if place.n != 1 or derivative is None or fused:
        return ""
    penalised = bool(place.l1 or place.l2)
    told = [v for v in wrong if v.quantity.startswith("bias") or not (penalised and v.quantity.startswith("weight"))]
    told = [v for v in told if v.claimed is not None and v.expected]
    if not told:
        return ""
    entry = min(told, key=lambda v: not v.quantity.startswith("bias"))
    found = UNIT.search(entry.address)
    if found is None:
        return ""
    unit = int(found[1])
    right = float(derivative(place.values.pre_activation)[0, unit - 1])
    implied = right * float(entry.claimed or 0.0) / float(entry.expected or 1.0)
    here = f"L{place.layer_index + 1}"
    return (
        f" If what comes back to {here} is right, it is as if the slope at {here}.u{unit} were {implied:.4g}; "
        f"right is {right:.4g}."
    )
