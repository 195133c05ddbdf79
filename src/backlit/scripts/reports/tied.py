"""Weights that two layers share, as W and as W.T: their gradient is the sum of what each use gives, taken apart here.

Each part is what the equations give, or the product of what went into its layer with an array that may be its error
terms; the parts are those whose sum is, to the last digits, what the file has. Where there are none, nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backlit.errors import BacklitError
from backlit.network.sweeps import gradients
from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.deltas import delta_of
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import ForwardPass
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import facts_of, network_options
from backlit.scripts.judged.penalty_loss import penalties_in_loss
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding

__all__ = ["untied"]

FEWEST = 4
"""Numbers below which two factors fit too easily."""
MOST_TRIED = 30
NOTHING = 1e-7
NOT_APART = (
    "{name} is used in L{first} and, transposed, in L{second}, and I could not take its gradient apart into what each "
    "of them gives"
)
PENALTY = "the loss holds a penalty on weights that two layers share, which I do not know how to judge"

Factors = tuple[float, float]
Uses = tuple[int, int]


def _shared_uses(found: ForwardPass) -> list[Uses]:
    """Return the pairs of layers that have one array of weights."""
    places = [link.weights for link in found.links]
    return [(places.index(place), i) for i, place in enumerate(places) if places.index(place) < i]


def untied(subject: Subject, source: str) -> Subject | ScriptFinding | str:
    """Return what was understood with each use's own part of a shared gradient.

    Where one part was left out, return that mistake; where the parts are not known, a sentence.
    """
    weights, deltas, shared = list(subject.weights), list(subject.deltas), _shared_uses(subject.found)
    if shared and _penalised(subject):
        return PENALTY
    for first, second in shared:
        parts = _parts(subject, (first, second))
        if parts is None:
            name = subject.weights[first].variable.name
            return NOT_APART.format(name=name, first=first + 1, second=second + 1)
        for index, part in zip((first, second), parts, strict=True):
            weights[index] = part
            deltas[index] = delta_of(subject.moment, subject.found, index, part)
    apart = subject._replace(weights=weights, deltas=deltas)
    left_out = _use_left_out(apart, source)
    return apart if left_out is None else left_out


def _penalised(subject: Subject) -> bool:
    """Say whether a loss of the file holds a penalty on the weights."""
    try:
        options = list(network_options(subject))
    except BacklitError:
        return False
    return any(next(penalties_in_loss(subject, option.net), None) is not None for option in options)


def _parts(subject: Subject, uses: Uses) -> tuple[Claim, Claim] | None:
    """Return the claims of both uses; one of them is of zeros where its part was left out."""
    claim = subject.weights[uses[0]]
    gradient, step = claim.gradient, claim.step
    if any(subject.found.links[use].ones for use in uses):
        return None
    along = None if gradient is None or step is None else proportion(step.reshape(-1), gradient.value.reshape(-1))
    if step is not None and along is None:
        found = _apart(subject, uses, step)
        if found is not None:
            one, other = (claim._replace(gradient=None, step=part) for part in found)
            return one, other
    if gradient is None:
        return None
    found = _apart(subject, uses, gradient.value)
    if found is None or (step is not None and along is None and not all(part.any() for part in found)):
        # what else the step is made of may be the other part
        return None
    named = (f"{gradient.name} (L{use + 1}'s part)" for use in uses)
    one, other = (
        claim._replace(gradient=replace(gradient, value=part, name=name), total=gradient)
        for part, name in zip(found, named, strict=True)
    )
    return one, other


def _apart(subject: Subject, uses: Uses, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the two parts of an array, in its own shape."""
    if whole.size < FEWEST or whole.ndim != 2 or not np.isfinite(whole).all():
        return None
    for rights in _rights(subject, uses):
        if any(right.shape != whole.shape for right in rights):
            return None
        firsts, seconds = ([right, *_products(subject, use)] for right, use in zip(rights, uses, strict=True))
        # the right ones before others
        pairs = ((i, j) for i in range(len(firsts)) for j in range(len(seconds)))
        for i, j in sorted(pairs, key=lambda pair: ((pair[0] > 0) + (pair[1] > 0), sum(pair))):
            factors = _factors(whole, firsts[i], seconds[j])
            if factors is not None:
                return factors[0] * firsts[i], factors[1] * seconds[j]
    return None


def _rights(subject: Subject, uses: Uses) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield what the equations give for both uses, under each loss that the file may have."""
    try:
        for option in network_options(subject):
            dW, _ = gradients(option.net, subject.found.samples, subject.target.rows)
            one, other = (_as_stored(subject, use, dW[use]) for use in uses)
            yield one, other
    except BacklitError:
        return


def _products(subject: Subject, use: int) -> list[np.ndarray]:
    """Return what went into a layer times arrays that may be its error terms, the latest first."""
    found, made = subject.found, list[np.ndarray]()
    below, width = found.below(use), found.weights(use).shape[1]
    for node in reversed(found.nodes):
        rows = found.rows(node.value, width)
        early = node.last <= found.output.first and not subject.moment.timeless
        if rows is not None and not early and node is not found.output and rows.any() and len(made) < MOST_TRIED:
            made.append(_as_stored(subject, use, below.T @ rows))
    return [product for product in made if np.isfinite(product).all()]


def _as_stored(subject: Subject, use: int, gradient: np.ndarray) -> np.ndarray:
    return gradient.T if subject.found.links[use].turned else gradient


def _factors(whole: np.ndarray, one: np.ndarray, other: np.ndarray) -> Factors | None:
    """Return how many times each of two arrays a third is, or None; 0 for one that it holds nothing of.

    >>> one, other = np.eye(3), np.arange(9.0).reshape(3, 3)
    >>> [round(factor, 6) for factor in _factors(2 * one + 3 * other, one, other)]
    [2.0, 3.0]
    """
    sizes = [float(np.abs(part).max(initial=0.0)) for part in (one, other)]
    if not all(sizes) or not whole.any() or proportion(one.reshape(-1), other.reshape(-1)) is not None:
        return None
    columns = np.stack([one.reshape(-1) / sizes[0], other.reshape(-1) / sizes[1]], axis=1)
    solved, *_ = np.linalg.lstsq(columns, whole.reshape(-1), rcond=None)
    if not close(columns @ solved, whole.reshape(-1)):
        return None
    kept = np.where(np.abs(solved) > NOTHING * np.abs(whole).max(), solved, 0.0)
    return float(kept[0] / sizes[0]), float(kept[1] / sizes[1])


def _use_left_out(subject: Subject, source: str) -> ScriptFinding | str | None:
    """Return the mistake where a shared gradient holds one use's part alone; a sentence where it may be another rule.

    Rules that are no backward pass (Oja's) move along the last use's part too, and send no error back.
    """
    for uses in _shared_uses(subject.found):
        claims = [subject.weights[use] for use in uses]
        values = [claim.step if claim.gradient is None else claim.gradient.value for claim in claims]
        empty = [use for use, value in zip(uses, values, strict=True) if value is not None and not value.any()]
        if not empty:
            continue
        name, (first, second) = claims[0].variable.name, uses
        if _moves_in_several_lines(subject, claims[0]) or (empty[0] == first and not _sends_back(subject, first)):
            return NOT_APART.format(name=name, first=first + 1, second=second + 1)
        left = first if empty[0] == second else second
        words = (
            f"{name} is used in L{first + 1} and, transposed, in L{second + 1}; its gradient holds L{left + 1}'s part "
            "alone.",
            "Weights that are shared get the sum of what both uses give.",
            f"add L{empty[0] + 1}'s part: the product of what goes into L{empty[0] + 1} with its error terms, in the "
            f"shape of {name}",
        )
        total = claims[0].total
        line = claims[0].line if total is None else total.line
        layers = (empty[0] + 1,)
        return ScriptFinding(
            "use-left-out", layers[0], layers, "certain", *words, (), line=line, code=code_at(source, line)
        )
    return None


def _moves_in_several_lines(subject: Subject, claim: Claim) -> bool:
    """Say whether weights are updated in more than one line: the other may add the other part."""
    records = subject.latest.records
    lines = {r.line for r in records if r.key == claim.variable.key and r.kind.startswith("increment")}
    start = subject.found.output.first
    changed = {r.line for r in records if r.key == claim.variable.key and r.kind == "value" and r.number > start}
    return len(lines) > 1 or len(changed) > 1


def _sends_back(subject: Subject, use: int) -> bool:
    """Say whether the biases of a layer move along their gradient: then its error was sent back."""
    try:
        for option in network_options(subject):
            for fact in facts_of(subject, option.net):
                if (fact.layer, fact.quantity) == (use + 1, "bias_gradient") and fact.ratio is not None:
                    return True
    except BacklitError:
        pass
    return False
