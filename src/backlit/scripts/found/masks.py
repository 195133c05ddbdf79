"""Dropout between two layers, found by value: what goes on is what a layer gave, or 0, times one number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.links import Link, biases_of, forms_of, in_rows, inputs_of
from backlit.scripts.found.shelves import PROBED, close
from backlit.scripts.seen.record import Record
from backlit.scripts.seen.records import Node

__all__ = ["mask_between", "masked_products", "with_masks"]

BENDS = ("sigmoid", "tanh", "relu", "leaky_relu")
"""Activations that are tried where a file names none of their values before the mask."""
FEWEST, FEWEST_UNNAMED = 2, 4
"""Numbers that must have stayed: to tell their one factor, and where the activation is looked for as well."""
MOST_PRODUCTS = 60
Key = tuple[str, str]
UNNAMED = "a mask of 0 and {scale:.6g}"


class _Masked(NamedTuple):
    """A mask, of the shape of what it went over, and the record of the array that it is, or is a multiple of."""

    value: np.ndarray
    record: Record


def mask_between(whole: np.ndarray, kept: np.ndarray, *, constant: bool = False) -> np.ndarray | None:
    """Return the mask that makes ``kept`` of ``whole``: 0 or one number above 0; None where none does.

    Something must be dropped, unless a mask may be ``constant``.

    >>> mask_between(np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.0, 6.0]))
    array([2., 0., 2.])
    """
    if whole.shape != kept.shape or not (np.isfinite(whole).all() and np.isfinite(kept).all()):
        return None
    on = kept != 0
    off = ~on & (whole != 0)
    if on.sum() < FEWEST or not (constant or off.any()):
        return None
    scale = float((kept[on] * whole[on]).sum() / max(float((whole[on] ** 2).sum()), 1e-300))
    if scale <= 0 or not close(scale * whole[on], kept[on]):
        return None
    return np.where(off, 0.0, scale)


def masked_products(nodes: Sequence[Node]) -> list[Node]:
    """Return what a mask among the nodes makes of the arrays of its time, where no array of the file has that."""
    # -0.0 + 0.0 is 0.0: what is below 0 times a 0 of the mask is a zero like others
    known = {(node.value.shape, (node.value + 0.0).tobytes()) for node in nodes}
    numbers = _numbers_of(nodes)
    made: list[Node] = []
    for mask in reversed([node for node in nodes if _is_mask(node.value) and not node.value.all()]):
        for node in nodes:
            own = node.value.shape == mask.value.shape and not _is_mask(node.value)
            if not own or len(made) >= MOST_PRODUCTS or not _meets(mask, node, numbers):
                continue
            value = node.value * mask.value + 0.0
            key = value.shape, value.tobytes()
            if value.any() and key not in known:
                known.add(key)
                later = max(node.first_record, mask.first_record, key=lambda r: r.number)
                record = replace(later, name=f"{node.name} * {mask.name}", value=value, kind="value", dtype="float64")
                made.append(Node(value, [record]))
    return made


def _is_mask(value: np.ndarray) -> bool:
    """Say whether an array has zeros and one number above 0, or that number alone."""
    largest = value.max(initial=0.0)
    return value.size > 1 and bool(largest > 0) and bool(((value == 0) | (value == largest)).all())


def _numbers_of(nodes: Sequence[Node]) -> dict[Key, list[int]]:
    """Return when each variable was given a value."""
    numbers: dict[Key, list[int]] = {}
    for node in nodes:
        for record in node.records:
            numbers.setdefault(record.key, []).append(record.number)
    return numbers


def _meets(mask: Node, node: Node, numbers: Mapping[Key, Sequence[int]]) -> bool:
    """Say whether a mask may have gone over an array: the one is still there, or is made, while the other is."""
    earlier, later = (mask, node) if mask.first < node.first else (node, mask)
    return not all(
        any(record.number < number < later.first for number in numbers[record.key]) for record in earlier.records
    )


def with_masks(
    nodes: Sequence[Node],
    links: Sequence[Link],
    weights: Sequence[int],
    biases: Sequence[int],
    lifetimes: Mapping[int, tuple[int, float]] | None,
) -> tuple[list[Node], list[Link]]:
    """Return the nodes with the masks that were found, and the links with those that end behind one."""
    nodes, more = list(nodes), list(links)
    if not links:
        return nodes, more
    sources = {link.source for link in links}
    # a ReLU is a leaky one whose values below 0 were left out, and needs no mask
    plain = {(link.source, link.weights, link.result) for link in links}
    masks = [node for node in nodes if _is_mask(node.value)]
    constant = {node.value.shape for node in masks if node.value.all()}
    # what a mask went over has zeros, or all of it was kept, and multiplied
    places = [i for i in sorted(sources) if nodes[i].value.shape in constant or not nodes[i].value.all()]
    for link in links:
        for place in places:
            if place in (link.source, link.weights, link.result) or (link.source, link.weights, place) in plain:
                continue
            found = _between(nodes, masks, link, place)
            if found is not None:
                name, masked = found
                more.append(link._replace(result=place, activation=name, mask=_placed(nodes, masked)))
    unmade = sources - {link.result for link in more}
    named = [mask for mask in masks if not mask.value.all()]
    more += _unnamed(nodes, named, sorted(unmade), weights, biases, lifetimes or {})
    return nodes, more


def _placed(nodes: list[Node], masked: _Masked) -> int:
    """Return the place of a mask among the nodes, put there where it is none yet."""
    for index, node in enumerate(nodes):
        if node.value.shape == masked.value.shape and np.array_equal(node.value, masked.value):
            return index
    nodes.append(Node(masked.value, [masked.record]))
    return len(nodes) - 1


def _between(nodes: Sequence[Node], masks: Sequence[Node], link: Link, place: int) -> tuple[str, _Masked] | None:
    """Return the activation and the mask that lead from a link's result, or its sums, to another node."""
    result, other = nodes[link.result], nodes[place]
    if link.flaw or link.activation == "softmax" or result.value.shape != other.value.shape:
        return None
    if other.last < result.first:
        return None
    names = BENDS if link.activation == "identity" else (link.activation,)
    for name in names:
        with np.errstate(all="ignore"):
            whole = result.value if name == link.activation else find_activation(name).value(result.value)
        masked = _named(masks, whole, other)
        if masked is not None:
            return name, masked
    return None


def _named(masks: Sequence[Node], whole: np.ndarray, other: Node) -> _Masked | None:
    """Return the mask between values and a node, by the array of the file that it is, if there is one."""
    alike = [node for node in masks if node.value.shape == whole.shape]
    mask = mask_between(whole, other.value, constant=any(node.value.all() for node in alike))
    if mask is None:
        return None
    scale = float(mask.max())
    for node in reversed(alike):
        # where a value is 0 of itself, nothing tells whether it was dropped
        if ((node.value > 0) == (mask > 0))[whole != 0].all():
            size = float(node.value.max())
            exact = abs(size / scale - 1) < 1e-6
            name = node.name if exact else f"{node.name} * {scale / size:.6g}"
            value = node.value if exact else (node.value > 0) * scale
            return _Masked(value, replace(node.best, name=name, value=value, dtype="float64"))
    record = replace(other.first_record, name=UNNAMED.format(scale=scale), value=mask, kind="seen")
    return _Masked(mask, record)


def _unnamed(
    nodes: list[Node],
    masks: Sequence[Node],
    places: Sequence[int],
    weights: Sequence[int],
    biases: Sequence[int],
    lifetimes: Mapping[int, tuple[int, float]],
) -> Iterator[Link]:
    """Yield links to results that a mask with a name has gone over in the line of the activation itself."""
    for place in places:
        value = nodes[place].value
        for mask in masks:
            on = mask.value > 0
            if mask.value.shape != value.shape or value[~on].any() or np.count_nonzero(value) < FEWEST_UNNAMED:
                continue
            if _is_mask(value):
                continue
            for columns in (False, True):
                for link in _layers(nodes, place, mask, columns, weights, biases, lifetimes):
                    yield link._replace(mask=_placed(nodes, _Masked(mask.value, mask.best)))


def _layers(
    nodes: Sequence[Node],
    place: int,
    mask: Node,
    columns: bool,
    weights: Sequence[int],
    biases: Sequence[int],
    lifetimes: Mapping[int, tuple[int, float]],
) -> Iterator[Link]:
    """Yield the layers whose activation, where the mask keeps it, is the result's, over the mask's number."""
    result, on = in_rows(nodes[place].value, columns), in_rows(mask.value > 0, columns)
    if result is None or on is None:
        return
    wanted, scale = result[on], float(mask.value.max())
    first = tuple(at[:PROBED] for at in np.nonzero(on))
    near = 5e-6 * np.abs(wanted[:PROBED]) + 5e-7 * float(np.abs(wanted).max(initial=0.0)) + 1e-300
    rows = {i: r for i, node in enumerate(nodes) if (r := in_rows(node.value, columns)) is not None}
    rows = {i: r for i, r in rows.items() if len(r) == len(result) and nodes[i].first <= nodes[place].last}
    for w in weights:
        born, died = lifetimes.get(w, (0, np.inf))
        if nodes[place].last < born or nodes[place].first > died:
            continue
        for turned, ones, W, within in forms_of(nodes[w].value, True):
            if W.shape[1] != result.shape[1]:
                continue
            for source in inputs_of(nodes, rows, w, W, died):
                product = rows[source] @ W
                for b, bias in biases_of(nodes, w, W, within, biases, columns=columns):
                    for name in BENDS:
                        with np.errstate(all="ignore"):
                            value = find_activation(name).value
                            few = scale * value(product[first] + bias[first[1]])
                            if not (np.abs(few - wanted[:PROBED]) <= near).all():
                                continue
                            made = scale * value((product + bias)[on])
                        if source != place and close(made, wanted):
                            yield Link(source, w, b, place, name, columns, turned, ones)
