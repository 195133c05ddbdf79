"""A leaky ReLU of any slope: found by the one number that its values are of the pre-activations below 0."""

from __future__ import annotations

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.shelves import PROBED, Shelf, proves

__all__ = ["LEAKY", "leaky_name", "maybe_leaky"]

LEAKY = "leaky_relu(...)"
"""What stands among the activations of a search for a leaky ReLU whose slope is to be found."""
FEWEST_BELOW = 2
"""Numbers below 0 that show a slope: of one alone anything is a multiple."""


def maybe_leaky(shelf: Shelf, probed: np.ndarray) -> list[tuple[int, int]]:
    """Return (row, place on the shelf) where first numbers are the same above 0, and the same share of them below.

    ``probed`` (n_rows, n_probed) are pre-activations.
    """
    z = probed[:, :PROBED]
    up, down = z > 0, np.where(z < 0, z, 0.0)
    tolerance = 5e-6 * np.abs(z) + 1e-6 * np.max(np.abs(z), axis=1, keepdims=True) + 1e-300
    first, result = z[:, :1], shelf.probes[:, 0]
    share = (result >= first - tolerance[:, :1]) & (result <= tolerance[:, :1])
    rows, places = np.nonzero(np.where(first > 0, np.abs(first - result) <= tolerance[:, :1], share))
    a = shelf.probes[places]
    slopes = (a * down[rows]).sum(axis=1) / np.maximum((down * down).sum(axis=1)[rows], 1e-300)
    right = np.where(up[rows], z[rows], slopes[:, None] * z[rows])
    same = (np.abs(right - a) <= tolerance[rows]).all(axis=1)
    return list(zip(rows[same].tolist(), places[same].tolist(), strict=True))


def leaky_name(z: np.ndarray, a: np.ndarray, exact: bool) -> str | None:
    """Return the name of the leaky ReLU that gives ``a`` of pre-activations ``z``, both (n, m); None where none does.

    >>> z = np.array([[1.0, -2.0, 3.0, -4.0]])
    >>> leaky_name(z, np.where(z > 0, z, 0.3 * z), True)
    'leaky_relu(0.3)'
    """
    below = z < 0
    if below.sum() < FEWEST_BELOW or not (z > 0).any():
        return None
    slope = float((z[below] * a[below]).sum() / (z[below] ** 2).sum())
    # as people write it, where that is the same
    for digits in (2, 4, 6, 17):
        written = float(f"{slope:.{digits}g}")
        if 0 < written < 1 and proves(np.where(z > 0, z, written * z), a, exact):
            return find_activation(f"leaky_relu({written!r})").name
    return None
