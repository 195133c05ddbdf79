"""Layers found by verifying them: which array is which other times which, through which activation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS
from backlit.scripts.records import Node

__all__ = ["ALL", "COMMON", "Link", "activations_of", "close", "in_rows", "links_of"]

COMMON = ("sigmoid", "tanh", "relu", "softmax", "leaky_relu", "identity")
ALL = (*COMMON, *(name for name in ACTIVATIONS if name not in COMMON))
PROBED = 12
"""Numbers of an array that are compared before all of them."""
MOST_PRODUCTS = 3000


class Link(NamedTuple):
    """One layer: ``result = activation(source @ weights + bias)``, as places among the nodes.

    ``columns``: samples are columns; ``turned``: weights are (n_out, n_in).
    """

    source: int
    weights: int
    bias: int | None
    result: int
    activation: str
    columns: bool
    turned: bool


def in_rows(value: np.ndarray, columns: bool) -> np.ndarray | None:
    """Return an array of samples as rows; one sample without an axis is a row."""
    if value.ndim == 2:
        return value.T if columns else value
    return value[None, :] if value.ndim == 1 and not columns else None


class _Shelf(NamedTuple):
    """Arrays that may be a result (n, m): their places, the first numbers of each, and all of them."""

    places: list[int]
    probes: np.ndarray
    whole: list[np.ndarray]


def links_of(
    nodes: Sequence[Node], weights: Sequence[int], biases: Sequence[int], activations: Sequence[str] = COMMON
) -> list[Link]:
    """Return every layer that the numbers show; ``weights`` and ``biases`` are the nodes that may be one."""
    found: list[Link] = []
    tried = 0
    for columns in (False, True):
        rows = {i: r for i, node in enumerate(nodes) if (r := in_rows(node.value, columns)) is not None}
        shelves: dict[tuple[int, int], _Shelf] = {}
        for w in weights:
            for turned in (False, True):
                W = _as_matrix(nodes[w].value, turned)
                if W is None:
                    continue
                bias = [
                    (b, v)
                    for b in biases
                    if b != w and (v := _as_bias(nodes[b].value, W.shape[1], columns)) is not None
                ]
                for p, P in rows.items():
                    if P.shape[1] != W.shape[0] or p == w or tried > MOST_PRODUCTS:
                        continue
                    size = P.shape[0], W.shape[1]
                    if size not in shelves:
                        shelves[size] = _shelf(nodes, *size, columns=columns)
                    if shelves[size].places:
                        tried += 1
                        layers = _results(shelves[size], bias, P, W, activations)
                        found += [Link(p, w, b, a, name, columns, turned) for b, a, name in layers if a not in (p, w)]
    return found


def _shelf(nodes: Sequence[Node], n: int, m: int, *, columns: bool) -> _Shelf:
    places, whole = [], []
    for i, node in enumerate(nodes):
        array = _result(node.value, n, m, columns)
        if array is not None and np.isfinite(array).all():
            places.append(i)
            whole.append(array)
    probes = np.array([array.reshape(-1)[:PROBED] for array in whole]) if whole else np.zeros((0, 0))
    return _Shelf(places, probes, whole)


def _as_matrix(value: np.ndarray, turned: bool) -> np.ndarray | None:
    """Return weights as (n_in, n_out); a vector is one unit's, or, turned, those of one input."""
    if value.ndim == 2:
        return value.T if turned else value
    if value.ndim == 1:
        return value[None, :] if turned else value[:, None]
    return None


def _results(
    shelf: _Shelf,
    biases: Sequence[tuple[int, np.ndarray]],
    P: np.ndarray,
    W: np.ndarray,
    activations: Sequence[str],
) -> Iterator[tuple[int | None, int, str]]:
    """Yield (bias, result, activation) of each array that this product leads to."""
    few = -(-PROBED // W.shape[1])
    whole: np.ndarray | None = None
    options: list[tuple[int | None, np.ndarray]] = [(None, np.zeros(W.shape[1])), *biases]
    with np.errstate(all="ignore"):
        Z = P[:few] @ W
        stacked = np.stack([Z + bias for _, bias in options])
        for name in activations:
            if name == "softmax" and W.shape[1] == 1:
                continue
            row = ACTIVATIONS[name]
            probes = row.value(stacked.reshape(-1, W.shape[1])).reshape(len(options), -1)[:, :PROBED]
            tolerance = 5e-6 * np.abs(probes) + 1e-6 * np.max(np.abs(probes), axis=1, keepdims=True) + 1e-300
            fits = (np.abs(probes[:, None, :] - shelf.probes[None]) <= tolerance[:, None, :]).all(axis=2)
            for option, at in np.argwhere(fits):
                place, bias = options[option]
                whole = P @ W if whole is None else whole
                if close(row.value(whole + bias), shelf.whole[at]):
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


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Say whether two arrays are the same numbers; single precision is enough."""
    if a.shape != b.shape or not np.isfinite(a).all():
        return False
    largest = float(np.max(np.abs(b), initial=0.0))
    return bool((np.abs(a - b) <= 5e-6 * np.abs(b) + 5e-7 * largest + 1e-300).all())
