"""Arrays that may be what a layer led to, ready to be compared with many products at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.seen.records import Node
from backlit.scripts.seen.spelled import is_difference

__all__ = ["PROBED", "Shelf", "close", "proves", "shelf_of"]

PROBED = 12
"""Numbers of an array that are compared before all of them."""
FEW = 6
NEXT_TO = 1e-9


class Shelf(NamedTuple):
    """Arrays that may be a result (n, m): their places, the first numbers of each, and all of them.

    ``exact``: computed in double precision. ``largest``: the largest size of a number in each.
    """

    places: list[int]
    probes: np.ndarray
    whole: list[np.ndarray]
    exact: list[bool]
    times: np.ndarray
    largest: np.ndarray

    def between(self, born: float, died: float) -> Shelf:
        """Return those that were made in a span of time."""
        kept = np.flatnonzero((self.times[:, 0] <= died) & (self.times[:, 1] >= born))
        if len(kept) == len(self.places):
            return self
        places, exact = [self.places[i] for i in kept], [self.exact[i] for i in kept]
        whole = [self.whole[i] for i in kept]
        return Shelf(places, self.probes[kept], whole, exact, self.times[kept], self.largest[kept])


def shelf_of(nodes: Sequence[Node], n: int, m: int, *, columns: bool) -> Shelf:
    """Return the nodes that may be a result (n, m)."""
    places, whole, exact = [], [], []
    for i, node in enumerate(nodes):
        array = None if is_difference(node.name) else _result(node.value, n, m, columns)
        if array is not None and np.isfinite(array).all() and not node.whole_numbers and not _saturated(array):
            places.append(i)
            whole.append(array)
            exact.append(node.best.dtype not in ("float32", "float16"))
    probes = np.array([array.reshape(-1)[:PROBED] for array in whole]) if whole else np.zeros((0, 0))
    times = np.array([(nodes[i].first, nodes[i].last) for i in places]).reshape(-1, 2)
    largest = np.array([float(np.abs(array).max()) for array in whole])
    return Shelf(places, probes, whole, exact, times, largest)


def _result(value: np.ndarray, n: int, m: int, columns: bool) -> np.ndarray | None:
    if value.ndim == 2:
        value = value.T if columns else value
        return value if value.shape == (n, m) else None
    return value.reshape(n, m) if value.size == n * m else None


def _saturated(array: np.ndarray) -> bool:
    """Say whether all is 0, 1 or −1, or next to it: whatever went in, much would have come out so."""
    whole = np.round(array)
    return bool((np.abs(whole) <= 1).all() and (np.abs(array - whole) < NEXT_TO).all())


def proves(a: np.ndarray, b: np.ndarray, exact: bool) -> bool:
    """Say whether two arrays are the same numbers; a few numbers must agree to more digits than many."""
    if a.size > FEW or not exact:
        return close(a, b)
    return bool((np.abs(a - b) <= 1e-11 * np.abs(b) + 1e-12 * float(np.max(np.abs(b)))).all())


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Say whether two arrays are the same numbers; single precision is enough."""
    if a.shape != b.shape or not np.isfinite(a).all():
        return False
    largest = float(np.max(np.abs(b), initial=0.0))
    return bool((np.abs(a - b) <= 5e-6 * np.abs(b) + 5e-7 * largest + 1e-300).all())
