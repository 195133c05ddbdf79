"""Whether a network answers nearly alike to all samples, as one does that stands on a plateau."""

from __future__ import annotations

from typing import Any

import numpy as np

from backlit.network.network import Network
from backlit.network.sweeps import outputs

__all__ = ["same_answer"]

ALIKE = 0.01
"""Outputs whose spread is at most so much of the targets' are nearly the same."""

SOME = 200


def same_answer(net: Network, X: Any, y: np.ndarray) -> str:
    """Say where outputs hardly differ from sample to sample, though the targets y (n, n_out) do; else "".

    ``net``: after training; ``X (n, n_in)``, dense or sparse: about 200 of its rows are looked at. Spreads are
    standard deviations, of the output in which they are largest.
    """
    every = max(1, len(y) // SOME)
    with np.errstate(all="ignore"):
        found, wanted = (float(a.std(axis=0).max()) for a in (outputs(net, X[::every]), y[::every]))
    # of targets that are all alike, the same answer is right
    if not 0 < wanted < np.inf or not found <= ALIKE * wanted:
        return ""
    return (
        f"its answers to all samples are nearly alike (they spread by {found:.2g}, y by {wanted:.2g}): "
        "bl.diagnose says why"
    )
