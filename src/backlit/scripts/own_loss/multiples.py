"""What an array gives along nudges, and whether that is a multiple of a loss's slopes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.own_loss.windows import Nudge

__all__ = ["OFF", "along", "factor_of"]

OFF = 5e-4
"""Of what is claimed, what central differences and a kink may be off."""


def along(array: np.ndarray, nudges: Sequence[Nudge]) -> np.ndarray:
    """Return what an array gives along each nudge's direction."""
    return np.array([float((array * nudge.direction).sum()) for nudge in nudges])


def factor_of(claimed: np.ndarray, slopes: np.ndarray, noise: float) -> float | None:
    """Return which multiple of the slopes was claimed, None where it is none of them, or nothing can be told."""
    size = np.abs(slopes).max(initial=0)
    if size < 100 * noise or size == 0 or not claimed.any() or not np.isfinite(claimed).all():
        return None
    factor = float(claimed @ slopes / (slopes @ slopes))
    room = OFF * np.abs(claimed).max() + abs(factor) * noise
    return factor if np.abs(claimed - factor * slopes).max() <= room else None
