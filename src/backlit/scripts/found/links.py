"""Layers found by verifying them: which array is which other times which, through which activation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS
from backlit.scripts.found.leaky import LEAKY
from backlit.scripts.found.matches import FLAWED, Match, matches
from backlit.scripts.found.shelves import Shelf, close, shelf_of
from backlit.scripts.seen.records import Node

__all__ = [
    "FLAWED",
    "SEARCHES",
    "Link",
    "Search",
    "activations_of",
    "biases_of",
    "close",
    "forms_of",
    "in_rows",
    "inputs_of",
    "links_of",
]

COMMON = ("sigmoid", "tanh", "softmax", "identity", "relu", "leaky_relu")
ALL = (*COMMON, *(name for name in ACTIVATIONS if name not in COMMON))
RARE = (LEAKY, *(name for name in ALL if name not in COMMON), *FLAWED)
MOST_PRODUCTS = 6000


class Search(NamedTuple):
    """How widely to look: which activations, and whether biases may stand among the weights (``ones``)."""

    activations: tuple[str, ...]
    ones: bool


SEARCHES = (Search(COMMON, False), Search(COMMON, True), Search((*COMMON, *RARE), True))
"""The likely first."""


class Link(NamedTuple):
    """One layer: ``result = activation(source @ weights + bias)``, as places among the nodes.

    ``columns``: samples are columns; ``turned``: weights are (n_out, n_in). ``ones``: the biases are the "first" or the
    "last" weights, of an input that is always 1; else "". ``flaw`` is the mistake in the activation, if it has one.
    ``mask`` is the node of dropout's mask, where one went over the activation before it became the result.
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
    mask: int | None = None


def in_rows(value: np.ndarray, columns: bool) -> np.ndarray | None:
    """Return an array of samples as rows; one sample without an axis is a row."""
    if value.ndim == 2:
        return value.T if columns else value
    return value[None, :] if value.ndim == 1 and not columns else None


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
        shelves: dict[tuple[int, int], Shelf] = {}
        for w in weights:
            born, died = (lifetimes or {}).get(w, (0, np.inf))
            for turned, ones, W, within in forms_of(nodes[w].value, search.ones):
                sources = inputs_of(nodes, rows, w, W, died)
                options = biases_of(nodes, w, W, within, biases, columns=columns)
                made: dict[int, list[Match]] = {}
                for n in dict.fromkeys(len(rows[p]) for p in sources):
                    size = n, W.shape[1]
                    if size not in shelves:
                        shelves[size] = shelf_of(nodes, *size, columns=columns)
                    shelf = shelves[size].between(born, died)
                    alike = [p for p in sources if len(rows[p]) == n]
                    if shelf.places and tried <= MOST_PRODUCTS:
                        tried += len(alike)
                        inputs = [rows[p] for p in alike]
                        made |= zip(alike, matches(shelf, options, inputs, W, search.activations, named), strict=True)
                for p in sources:
                    for b, a, name in made.get(p, ()):
                        if a not in (p, w):
                            flaw = name if name in FLAWED else ""
                            found.append(Link(p, w, b, a, "softmax" if flaw else name, columns, turned, ones, flaw))
    return found


def inputs_of(nodes: Sequence[Node], rows: Mapping[int, np.ndarray], w: int, W: np.ndarray, died: float) -> list[int]:
    """Return what may go into weights; a column of ones alone is no input: what it is multiplied by are biases."""
    fits = [p for p, P in rows.items() if P.shape[1] == len(W) and p != w and nodes[p].first <= died]
    return [p for p in fits if len(W) > 1 or not (rows[p] == 1).all()]


def biases_of(
    nodes: Sequence[Node], w: int, W: np.ndarray, within: np.ndarray | None, biases: Sequence[int], *, columns: bool
) -> list[tuple[int | None, np.ndarray]]:
    """Return the biases to try with weights: none, or those within them, and each array of their shape."""
    width = W.shape[1]
    if within is not None:
        return [(None, within)]
    others = [(b, _as_bias(nodes[b].value, width, columns)) for b in biases if b != w]
    return [(None, np.zeros(width)), *((b, value) for b, value in others if value is not None)]


def forms_of(value: np.ndarray, with_ones: bool) -> Iterator[tuple[bool, str, np.ndarray, np.ndarray | None]]:
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
