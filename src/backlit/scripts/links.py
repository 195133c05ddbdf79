"""Layers found by verifying them: which array is which other times which, through which activation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS
from backlit.scripts.records import Node

__all__ = ["FLAWED", "SEARCHES", "Link", "Search", "activations_of", "close", "in_rows", "links_of"]

COMMON = ("sigmoid", "tanh", "softmax", "identity", "relu", "leaky_relu")
ALL = (*COMMON, *(name for name in ACTIVATIONS if name not in COMMON))
PROBED = 12
"""Numbers of an array that are compared before all of them."""
MOST_PRODUCTS = 6000
FEW = 6
NEXT_TO = 1e-9


def _shares(z: np.ndarray, axis: int | None) -> np.ndarray:
    e = np.exp(z - z.max())
    shares: np.ndarray = e / e.sum(axis=axis)
    return shares


FLAWED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "shares-of-columns": lambda z: _shares(z, 0),
    "shares-of-all-rows": lambda z: _shares(z, None),
    "shares-not-divided": np.exp,
}
"""Softmax gone wrong, by the mistake's name."""


class Search(NamedTuple):
    """How widely to look: which activations, and whether biases may stand among the weights (``ones``)."""

    activations: tuple[str, ...]
    ones: bool


SEARCHES = (Search(COMMON, False), Search(COMMON, True), Search((*ALL, *FLAWED), True))
"""The likely first."""


class Link(NamedTuple):
    """One layer: ``result = activation(source @ weights + bias)``, as places among the nodes.

    ``columns``: samples are columns; ``turned``: weights are (n_out, n_in). ``ones``: the biases are the "first" or the
    "last" weights, of an input that is always 1; else "". ``flaw`` is the mistake in the activation, if it has one.
    """

    source: int
    weights: int
    bias: int | None
    result: int
    activation: str
    columns: bool
    turned: bool
    ones: str = ""
    flaw: str = ""


def in_rows(value: np.ndarray, columns: bool) -> np.ndarray | None:
    """Return an array of samples as rows; one sample without an axis is a row."""
    if value.ndim == 2:
        return value.T if columns else value
    return value[None, :] if value.ndim == 1 and not columns else None


class _Shelf(NamedTuple):
    """Arrays that may be a result (n, m): their places, the first numbers of each, and all of them.

    ``exact``: computed in double precision.
    """

    places: list[int]
    probes: np.ndarray
    whole: list[np.ndarray]
    exact: list[bool]
    times: np.ndarray

    def between(self, born: float, died: float) -> _Shelf:
        """Return those that were made in a span of time."""
        kept = np.flatnonzero((self.times[:, 0] <= died) & (self.times[:, 1] >= born))
        if len(kept) == len(self.places):
            return self
        whole, exact = [self.whole[i] for i in kept], [self.exact[i] for i in kept]
        return _Shelf([self.places[i] for i in kept], self.probes[kept], whole, exact, self.times[kept])


def links_of(
    nodes: Sequence[Node],
    weights: Sequence[int],
    biases: Sequence[int],
    search: Search = SEARCHES[0],
    named: Set[int] = frozenset(),
    lifetimes: Mapping[int, tuple[int, float]] | None = None,
) -> list[Link]:
    """Return every layer that the numbers show; ``weights`` and ``biases`` are the nodes that may be one.

    Biases that are ``named`` as such are believed to be some where they are 0 too. ``lifetimes`` say from when to when
    weights had a value: a layer is made in that time.
    """
    found: list[Link] = []
    tried = 0
    for columns in (False, True):
        rows = {i: r for i, node in enumerate(nodes) if (r := in_rows(node.value, columns)) is not None}
        shelves: dict[tuple[int, int], _Shelf] = {}
        for w in weights:
            born, died = (lifetimes or {}).get(w, (0, np.inf))
            for turned, ones, W, within in _forms(nodes[w].value, search.ones):
                width = W.shape[1]
                options: list[tuple[int | None, np.ndarray]] = [(None, np.zeros(width) if within is None else within)]
                if within is None:
                    others = [(b, _as_bias(nodes[b].value, width, columns)) for b in biases if b != w]
                    options += [(b, value) for b, value in others if value is not None]
                for p, P in rows.items():
                    if P.shape[1] != W.shape[0] or p == w or nodes[p].first > died or tried > MOST_PRODUCTS:
                        continue
                    if P.shape[1] == 1 and (P == 1).all():
                        # what an input of ones alone is multiplied by are biases
                        continue
                    size = P.shape[0], width
                    if size not in shelves:
                        shelves[size] = _shelf(nodes, *size, columns=columns)
                    shelf = shelves[size].between(born, died)
                    if shelf.places:
                        tried += 1
                        for b, a, name in _results(shelf, options, P, W, search.activations, named):
                            if a not in (p, w):
                                made = "softmax" if name in FLAWED else name
                                flaw = name if name in FLAWED else ""
                                found.append(Link(p, w, b, a, made, columns, turned, ones, flaw))
    return found


def _shelf(nodes: Sequence[Node], n: int, m: int, *, columns: bool) -> _Shelf:
    places, whole, exact = [], [], []
    for i, node in enumerate(nodes):
        array = _result(node.value, n, m, columns)
        if array is not None and np.isfinite(array).all() and not node.whole_numbers and not _saturated(array):
            places.append(i)
            whole.append(array)
            exact.append(node.best.dtype not in ("float32", "float16"))
    probes = np.array([array.reshape(-1)[:PROBED] for array in whole]) if whole else np.zeros((0, 0))
    times = np.array([(nodes[i].first, nodes[i].last) for i in places]).reshape(-1, 2)
    return _Shelf(places, probes, whole, exact, times)


def _forms(value: np.ndarray, with_ones: bool) -> Iterator[tuple[bool, str, np.ndarray, np.ndarray | None]]:
    """Yield (turned, ones, weights (n_in, n_out), biases within them) of each way to read an array of weights.

    A vector is one unit's, or, turned, those of one input.
    """
    for turned in (False, True):
        matrix = value if value.ndim == 2 else value[:, None]
        W = matrix.T if turned else matrix
        yield turned, "", W, None
        if with_ones and W.shape[0] > 1:
            yield turned, "first", W[1:], W[0]
            yield turned, "last", W[:-1], W[-1]


def _results(
    shelf: _Shelf,
    options: Sequence[tuple[int | None, np.ndarray]],
    P: np.ndarray,
    W: np.ndarray,
    activations: Sequence[str],
    named: Set[int],
) -> Iterator[tuple[int | None, int, str]]:
    """Yield (bias, result, activation) of each array that this product leads to."""
    few = -(-PROBED // W.shape[1])
    whole: np.ndarray | None = None
    done: set[tuple[int | None, int]] = set()
    with np.errstate(all="ignore"):
        Z = P[:few] @ W
        stacked = np.stack([Z + bias for _, bias in options])
        for name in activations:
            if (name == "softmax" or name in FLAWED) and W.shape[1] == 1:
                continue
            if name in FLAWED:
                yield from _flawed(shelf, options, P @ W, name, done)
                continue
            row = ACTIVATIONS[name]
            probes = row.value(stacked.reshape(-1, W.shape[1])).reshape(len(options), -1)[:, :PROBED]
            tolerance = 5e-6 * np.abs(probes) + 1e-6 * np.max(np.abs(probes), axis=1, keepdims=True) + 1e-300
            fits = (np.abs(probes[:, None, :] - shelf.probes[None]) <= tolerance[:, None, :]).all(axis=2)
            for option, at in np.argwhere(fits):
                place, bias = options[option]
                if (place, at) in done or (place is not None and place not in named and (None, at) in done):
                    # a bias that changes nothing is one by its name alone
                    continue
                whole = P @ W if whole is None else whole
                result, idle = row.value(whole + bias), row.value(np.zeros_like(whole) + bias)
                # what the product moves nothing of is no proof
                proof = _proves(result, shelf.whole[at], shelf.exact[at]) and not close(idle, shelf.whole[at])
                if proof and not (place is None and _is_a_row(shelf.whole[at], W)):
                    done.add((place, at))
                    yield place, shelf.places[at], name


def _is_a_row(array: np.ndarray, W: np.ndarray) -> bool:
    """Say whether one sample's result is a row of the weights as it stands: an input of 0 and 1 only picked it out."""
    return len(array) == 1 and bool((array == W).all(axis=1).any())


def _flawed(
    shelf: _Shelf,
    options: Sequence[tuple[int | None, np.ndarray]],
    Z: np.ndarray,
    name: str,
    done: set[tuple[int | None, int]],
) -> Iterator[tuple[int | None, int, str]]:
    """Yield what a softmax that went wrong leads to; it needs all samples."""
    for place, bias in options if len(Z) > 1 else ():
        result = FLAWED[name](Z + bias)
        for at, array in enumerate(shelf.whole):
            if (place, at) not in done and close(result, array):
                done.add((place, at))
                yield place, shelf.places[at], name


def _result(value: np.ndarray, n: int, m: int, columns: bool) -> np.ndarray | None:
    if value.ndim == 2:
        value = value.T if columns else value
        return value if value.shape == (n, m) else None
    return value.reshape(n, m) if value.size == n * m else None


def _as_bias(value: np.ndarray, m: int, columns: bool) -> np.ndarray | None:
    """Return a bias as (m,), where its shape may be one of this layout."""
    wanted = [(m,), (m, 1) if columns else (1, m)]
    if value.shape in wanted or (m == 1 and value.size == 1):
        return value.reshape(m)
    return None


def activations_of(Z: np.ndarray, A: np.ndarray) -> list[str]:
    """Return the names of the activations that give A of Z."""
    with np.errstate(all="ignore"):
        names = [name for name in ALL if name != "softmax" or Z.shape[1] > 1]
        return [name for name in names if close(ACTIVATIONS[name].value(Z), A)]


def _saturated(array: np.ndarray) -> bool:
    """Say whether all is 0, 1 or −1, or next to it: whatever went in, much would have come out so."""
    whole = np.round(array)
    return bool((np.abs(whole) <= 1).all() and (np.abs(array - whole) < NEXT_TO).all())


def _proves(a: np.ndarray, b: np.ndarray, exact: bool) -> bool:
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
