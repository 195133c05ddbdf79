"""Gradients that stand within a step alone, without names: products of recorded error terms, where a rule has them.

Of a step by Adam or RMSprop nothing is told without the gradient in it. Here each product of what went into a layer
with an array that may be its error terms is tried as that gradient: it is the one with which the step, to the last
digits, is one of the rules that are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.memories import FEWEST, memories_of
from backlit.scripts.rules.update_rules import rule_of
from backlit.scripts.seen.record import Record
from backlit.scripts.seen.records import Node

__all__ = ["of_an_unknown_rule", "with_products"]

RULE = re.compile(r"sqrt|\*\* ?\(?(0?\.5|-0?\.5|1 ?/ ?2)|sign|norm|clip|hat|adam|rms|maximum|minimum", re.IGNORECASE)
MOST_TRIED, FEWEST_ROWS = 40, 2


def with_products(subject: Subject) -> Subject | None:
    """Return what was understood with such gradients; None where a layer's is not found, or a gradient is named."""
    if any(claim.gradient is not None for claim in subject.weights):
        return None
    weights: list[Claim] = []
    biases: list[Claim | None] = []
    for index, claim in enumerate(subject.weights):
        found = _of_layer(subject, index)
        if found is None:
            return None
        node, gradient = found
        weights.append(_named(claim, gradient))
        bias = subject.biases[index]
        if bias is claim or bias is None or bias.gradient is not None or bias.step is None:
            biases.append(weights[-1] if bias is claim else bias)
            continue
        rows = subject.found.rows(node.value, subject.found.weights(index).shape[1])
        assert rows is not None
        biases.append(_named(bias, rows.sum(axis=0).reshape(bias.step.shape)))
    return subject._replace(weights=weights, biases=biases)


def of_an_unknown_rule(subject: Subject) -> str:
    """Return a sentence where no gradient is named and the steps seem to be more than multiples of one; else ""."""
    if any(claim.gradient is not None for claim in subject.weights) or subject.deltas[-1] is not None:
        return ""
    last = subject.weights[-1]
    if not RULE.search(last.source) and not _is_remembered(subject):
        return ""
    return (
        f"the gradients have no names, and the step of {last.variable.name} is made of them by a rule that I could not "
        "find. Give them names, in lines of their own, to have them judged"
    )


def _is_remembered(subject: Subject) -> bool:
    """Say whether an array remembers the last layer's gradients, whichever of those that are tried they are."""
    last, index = subject.weights[-1], len(subject.weights) - 1
    tried = [] if last.step is None else _candidates(subject, index, last.step.shape)
    return any(memories_of(subject, _named(last, gradient)) for _, gradient in tried)


def _named(claim: Claim, gradient: np.ndarray) -> Claim:
    variable = claim.variable
    record = Record(
        variable.number, claim.line, variable.scope, f"gradient in the step of {variable.name}", "value", gradient
    )
    return claim._replace(gradient=record)


def _of_layer(subject: Subject, index: int) -> tuple[Node, np.ndarray] | None:
    """Return the error terms of a layer, and the gradient that they make, where its step is made of it by a rule."""
    claim = subject.weights[index]
    if claim.step is None or claim.step.size < FEWEST:
        return None
    second: tuple[Node, np.ndarray] | None = None
    for node, gradient in _candidates(subject, index, claim.step.shape):
        if proportion(claim.step, gradient) is not None:
            return node, gradient
        rule = rule_of(subject, _named(claim, gradient))
        rule = rule or rule_of(subject, _named(claim, gradient), -1.0)
        if rule is not None and not rule.mistake:
            return node, gradient
        second = second or ((node, gradient) if rule is not None else None)
    return second


def _candidates(subject: Subject, index: int, shape: tuple[int, ...]) -> Iterator[tuple[Node, np.ndarray]]:
    """Yield arrays that may be a layer's error terms, the latest first, with the gradient that they make."""
    found, link = subject.found, subject.found.links[index]
    below, width = found.below(index), found.weights(index).shape[1]
    tried = 0
    for node in reversed(found.nodes):
        rows = found.rows(node.value, width)
        early = node.last <= found.output.first and not subject.moment.timeless
        # with any one number inputs make a multiple of the gradient
        none = rows is None or rows.size < FEWEST_ROWS or not rows.any()
        if rows is None or none or early or node is found.output or tried > MOST_TRIED:
            continue
        tried += 1
        product = below.T @ rows
        if link.ones:
            sums = rows.sum(axis=0)[None, :]
            product = np.concatenate([sums, product] if link.ones == "first" else [product, sums])
        gradient = product.T if link.turned else product
        if gradient.size == np.prod(shape) and np.isfinite(gradient).all():
            yield node, gradient.reshape(shape)
