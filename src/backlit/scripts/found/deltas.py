"""The error terms of a layer among a file's arrays, and what it calls its pre-activations."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import ForwardPass, Key, without_ones
from backlit.scripts.seen.records import Moment, Record

__all__ = ["before_mask_name", "delta_of", "delta_ratio", "pre_activation_name"]


def delta_of(moment: Moment, found: ForwardPass, index: int, claim: Claim) -> Record | None:
    """Return the record of a layer's error terms: what its gradient is the inputs' product with."""
    for node in reversed(moment.nodes):
        rows = found.rows(node.value, found.weights(index).shape[1])
        if (
            rows is None
            or (node.last <= found.output.first and not moment.timeless)
            or not rows.any()
            or node is found.output
        ):
            continue
        if delta_ratio(found, index, claim, node.value) is not None:
            return min(node.records, key=lambda r: (r.kind != "value", r.number))
    return None


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
