"""Dropout's masks as they come from outside: one array (n, n_units) or None a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.validation import as_list, finite_array

__all__ = ["as_masks", "shares_kept"]

SHARES = (0.5, 0.8, 0.9, 0.7, 0.6, 0.75, 0.4, 0.3, 0.2, 0.95, 0.85, 0.25, 0.1)
"""What dropout keeps, the usual shares first."""
MOST = 6


def as_masks(net: Network, n: int, masks: Sequence[Any] | None) -> list[np.ndarray | None] | None:
    """Return the masks of all layers; the output's, and those after the last one given, are None.

    Raises BacklitError for masks that are no list, too many, or of another shape.
    """
    if masks is None:
        return None
    listed = as_list(masks)
    if listed is None or len(listed) > len(net.layers):
        got = f"{masks!r:.40}" if listed is None else len(listed)
        raise BacklitError(f"masks must be a list of one array or None a layer (at most {len(net.layers)}), got {got}")
    listed = listed + [None] * (len(net.layers) - len(listed))
    return [_mask(mask, i, layer.n_out, n) for i, (mask, layer) in enumerate(zip(listed, net.layers, strict=True))]


def _mask(mask: Any, number: int, n_units: int, n: int) -> np.ndarray | None:
    if mask is None:
        return None
    array = finite_array(mask, f"masks[{number}]")
    array = array[None] if array.shape == (n_units,) else array
    if array.shape not in ((n, n_units), (1, n_units)):
        raise BacklitError(f"masks[{number}] must have shape ({n}, {n_units}), got {array.shape}")
    return np.broadcast_to(array, (n, n_units)).copy()


def shares_kept(masks: Any) -> list[float]:
    """Return the shares that a forward pass may have divided by, the likeliest first; none for masks not of 0 and 1.

    >>> shares_kept([np.array([[1, 0, 1, 1, 1]])])[0]
    0.8
    """
    arrays = [np.asarray(mask) for mask in masks if mask is not None] if isinstance(masks, list | tuple) else []
    if not arrays or any(array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all() for array in arrays):
        return []
    kept = float(np.mean(np.concatenate([array.ravel() for array in arrays])))
    size = sum(array.size for array in arrays)
    near = [share for share in SHARES if abs(share - kept) <= 3 * np.sqrt(share * (1 - share) / size)]
    return sorted(near, key=lambda share: abs(share - kept))[:MOST] if 0 < kept < 1 else []
