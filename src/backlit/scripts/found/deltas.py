"""The error terms of a layer among a file's arrays, and what it calls its pre-activations."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import ForwardPass, Key, without_ones
from backlit.scripts.seen.records import Moment, Node, Record

__all__ = ["before_mask_name", "delta_of", "delta_ratio", "pre_activation_name"]

SAME = 1e-6
CALLED = re.compile(r"(^|[._])(d(?![a-z]{3})|delt|err|fehler|grad)", re.IGNORECASE)


def delta_of(
    moment: Moment, found: ForwardPass, index: int, claim: Claim, rates: Sequence[float] = ()
) -> Record | None:
    """Return the record of a layer's error terms: what its gradient is the inputs' product with.

    ``rates`` are the file's learning rates, by which a step may be what is along them.
    """
    nodes = [node for node in reversed(moment.nodes) if _may_be_delta(moment, found, index, node)]
    ratios = [(delta_ratio(found, index, claim, node.value), node) for node in nodes]
    fits = [(ratio, node) for ratio, node in ratios if ratio is not None]
    alone = found.weights(index).shape[1] == 1 and found.predictions.shape[0] == 1
    if alone:
        # one number is a multiple of any other: the factor, and a name, tell more
        factors = [1.0, *(1 / rate for rate in rates if rate)]
        fits.sort(key=lambda fit: (not _is_by(fit[0], factors), not _called(fit[1])))
    if not fits:
        return None
    # of a target of 0 the error is the prediction itself
    return min(fits[0][1].records, key=lambda r: (r.kind != "value", alone and not CALLED.search(r.name), r.number))


def _is_by(ratio: float, factors: Sequence[float]) -> bool:
    return any(abs(abs(ratio) - abs(factor)) < SAME * abs(factor) for factor in factors)


def _called(node: Node) -> bool:
    return node.value.ndim > 0 and any(CALLED.search(r.name) for r in node.records)


def _may_be_delta(moment: Moment, found: ForwardPass, index: int, node: Node) -> bool:
    """Say whether an array has the shape of a layer's error terms, and came after the predictions."""
    rows = found.rows(node.value, found.weights(index).shape[1])
    late = node.last > found.output.first or moment.timeless
    return rows is not None and late and bool(rows.any()) and node is not found.output


def delta_ratio(found: ForwardPass, index: int, claim: Claim, delta: np.ndarray) -> float | None:
    """Return what a layer's inputs times error terms are times its claimed gradient, or step; None for no number."""
    value = claim.gradient.value if claim.gradient is not None else claim.step
    link, rows = found.links[index], found.rows(delta, found.weights(index).shape[1])
    if value is None or rows is None:
        return None
    turned = value.T if link.turned and value.ndim == 2 else value
    flat = without_ones(turned, link.ones).reshape(-1)
    product = (found.below(index).T @ rows).reshape(-1)
    return proportion(product, flat) if product.size == flat.size else None


def pre_activation_name(found: ForwardPass, index: int) -> str | None:
    """Return what the file calls a layer's pre-activations, if it has them."""
    return _name_of(found, _pre_activation(found, index))


def before_mask_name(found: ForwardPass, index: int) -> str | None:
    """Return what the file calls a layer's activation as it was before dropout, by a name that went on being that."""
    link = found.links[index]
    value = find_activation(link.activation).value(_pre_activation(found, index))
    return _name_of(found, value, {record.key for record in found.nodes[link.result].records})


def _pre_activation(found: ForwardPass, index: int) -> np.ndarray:
    b = found.bias(index)
    z: np.ndarray = found.below(index) @ found.weights(index) + (0 if b is None else b)
    return z


def _name_of(found: ForwardPass, value: np.ndarray, but: Collection[Key] = ()) -> str | None:
    for node in found.nodes:
        rows = found.rows(node.value, value.shape[1])
        if rows is None or node.best.kind != "value" or not close(value, rows):
            continue
        names = [r.name for r in (node.best, *node.records) if r.kind == "value" and r.key not in but]
        if names:
            return names[0]
    return None
