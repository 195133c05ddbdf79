"""A running mean or sum: what an array is times its old self, and times what was new."""

from __future__ import annotations

import numpy as np

from backlit.scripts.found.links import close

__all__ = ["remembered_share"]

LEAST_SEEN = 1e-10


def remembered_share(before: np.ndarray, after: np.ndarray, new: np.ndarray) -> tuple[float | None, float] | None:
    """Return (kept, share) where after = kept × before + share × new, or None."""
    if not new.any() or not all(np.isfinite(part).all() for part in (before, after, new)):
        return None
    columns = [new.reshape(-1)] + ([before.reshape(-1)] if before.any() else [])
    parts = np.stack([column / np.abs(column).max() for column in columns], axis=1)
    factors, *_ = np.linalg.lstsq(parts, after.reshape(-1), rcond=None)
    share = float(factors[0] / np.abs(columns[0]).max())
    kept = float(factors[1] / np.abs(columns[1]).max()) if len(columns) > 1 else None
    if kept is None and close(new, after):
        # the gradient itself, by another name
        return None
    # what is new must be seen beside what was there
    seen = bool(share) and abs(factors[0]) > LEAST_SEEN * np.abs(after).max()
    fits = seen and (kept is None or abs(kept) > 1e-6) and close(parts @ factors, after.reshape(-1))
    return (kept, share) if fits else None
