"""A penalty in a file's gradients beside the one in its loss: the same, another, or not to be told."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.check.mistakes import find_mistake
from backlit.scripts.found.claimed import Claim
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.judge import Judgement
from backlit.scripts.judged.penalties import Penalty
from backlit.scripts.judged.penalty_loss import LossPenalty, is_in_loss, penalties_in_loss, sizes_in_loss
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding

__all__ = ["penalty_findings"]

SAME = 1e-4
WEIGHTS = "weight_gradient"


def penalty_findings(subject: Subject, judgement: Judgement, source: str) -> tuple[list[ScriptFinding], str]:
    """Return what is wrong between the penalty in the loss and that in the gradients, where all else is right.

    The other is what could not be judged of it, as a sentence, or "".
    """
    if judgement.report is not None or judgement.factor is None:
        return [], ""
    net, held = judgement.option.net, judgement.penalty or Penalty({})
    if held.factors and is_in_loss(subject, net, held):
        return [], ""
    if held.factors and min(held.factors.values()) < 0:
        return [_uphill(subject, held, source)], ""
    even = held.even(len(net.weights))
    finding = _beside_the_loss(subject, judgement, held, even, source)
    finding = finding or _of_sizes(subject, judgement, even, source)
    if finding is not None or even or not held.factors:
        return [] if finding is None else [finding], ""
    return [], _not_judged(subject, held)


def _beside_the_loss(
    subject: Subject, judgement: Judgement, held: Penalty, even: float, source: str
) -> ScriptFinding | None:
    """Return what is wrong beside the penalty that the loss has, or None; ``even`` is the one factor of all layers."""
    net = judgement.option.net
    in_loss = list(penalties_in_loss(subject, net))
    whole = [found for found in in_loss if len(found.layers) == len(net.weights)]
    if not in_loss or any(abs(even * found.scale / found.l2 - 1) < SAME for found in whole):
        return None
    if even or not held.factors:
        return _other(subject, judgement, in_loss[0], even, source)
    for found in in_loss:
        lacking = _lacking(held, found)
        if lacking:
            return _forgotten(subject, judgement, found, lacking, source)
        uneven = _uneven(held, found)
        if uneven:
            return _other(subject, judgement, found, held.factors[uneven[-1], WEIGHTS], source, uneven)
    return None


def _of_sizes(subject: Subject, judgement: Judgement, even: float, source: str) -> ScriptFinding | None:
    """Return the penalty on the weights' squares where the loss has one on their sizes, or None."""
    found = next(sizes_in_loss(subject, judgement.option.net), None) if even else None
    if found is None or judgement.factor is None:
        return None
    l1, scale = found
    claim = subject.weights[-1]
    words = (
        f"The loss holds a penalty on the sizes of the weights, {l1:.6g} Σ |W|, and the gradients hold a multiple of "
        "the weights, as a penalty on their squares asks for.",
        "The derivative of l1 Σ |W| is l1 times the signs of W.",
        f"{judgement.factor * l1 / scale:.6g} * np.sign({claim.variable.name}), and so in each layer",
    )
    return _finding("penalty-other", claim, words, source)


def _lacking(penalty: Penalty, found: LossPenalty) -> tuple[int, ...]:
    """Return the layers whose gradients lack what the loss has, where all others have it as it is; else nothing."""
    times = _times(penalty, found)
    same = all(abs(factor - 1) < SAME for factor in times.values())
    return tuple(layer for layer in found.layers if layer not in times) if times and same else ()


def _uneven(penalty: Penalty, found: LossPenalty) -> tuple[int, ...]:
    """Return the layers whose gradients hold another multiple of the loss's penalty, where others have it as it is."""
    times = _times(penalty, found)
    others = {layer: factor for layer, factor in times.items() if abs(factor - 1) >= SAME}
    one = all(abs(factor / other - 1) < SAME for factor in others.values() for other in others.values())
    return tuple(others) if len(times) == len(found.layers) and len(others) < len(times) and one else ()


def _times(penalty: Penalty, found: LossPenalty) -> dict[int, float]:
    """Return by layers what weights' gradients hold over what the loss asks for; nothing where they hold more."""
    if penalty.form != "l2" or any(key not in {(layer, WEIGHTS) for layer in found.layers} for key in penalty.factors):
        return {}
    return {layer: factor * found.scale / found.l2 for (layer, _), factor in penalty.factors.items()}


def _other(
    subject: Subject,
    judgement: Judgement,
    found: LossPenalty,
    held: float,
    source: str,
    layers: Sequence[int] | None = None,
) -> ScriptFinding:
    """A penalty in all gradients, or in those of ``layers``, that is another multiple than the loss's; or in none."""
    if not held:
        return _forgotten(subject, judgement, found, found.layers, source)
    n = len(subject.target.rows)
    times = held * found.scale / found.l2
    names = {0.5: "penalty-halved", 2.0: "penalty-doubled", 1 / n: "penalty-averaged", float(n): "penalty-summed"}
    name = next((name for k, name in names.items() if abs(times / k - 1) < SAME), "penalty-other")
    last = subject.weights[-1 if layers is None else layers[-1] - 1]
    which = "s" if layers is None else " of " + " and that of ".join(_names(subject, layers))
    each = ", and so in each layer" if layers is None or len(layers) > 1 else ""
    words = (
        f"The penalty's part of the gradient{which} is {times:.6g} times what the loss asks for.",
        "The derivative of l2/2 Σ W² is l2 W.",
        f"{_wanted(judgement, found):.6g} * {last.variable.name}{each}",
    )
    return _finding(name, last, words, source)


def _uphill(subject: Subject, penalty: Penalty, source: str) -> ScriptFinding:
    layer, _ = min(penalty.factors, key=lambda key: penalty.factors[key])
    claim = subject.weights[layer - 1]
    row = find_mistake("penalty-wrong-sign")
    happened = row.happened.replace("{layer}", claim.variable.name)
    instead = f"the penalty's part with the sign of the rest, in the gradient of {claim.variable.name}"
    return _finding(row.identifier, claim, (happened, row.matters, instead), source)


def _forgotten(
    subject: Subject, judgement: Judgement, found: LossPenalty, layers: Sequence[int], source: str
) -> ScriptFinding:
    claim = subject.weights[layers[-1] - 1]
    name, whole = claim.variable.name, len(layers) == len(subject.weights)
    which = (
        "the gradients do not" if whole else f"the gradient of {' and that of '.join(_names(subject, layers))} does not"
    )
    every = len(found.layers) == len(subject.weights)
    squares = "Σ W²" if every else "Σ W² of " + ", ".join(_names(subject, found.layers))
    also = ", and so in each layer" if len(layers) > 1 else ""
    words = (
        f"The loss holds a penalty, {found.l2 / 2:.6g} {squares}, and {which}.",
        "The weights would not shrink as the loss asks them to.",
        f"add {_wanted(judgement, found):.6g} * {name} to the gradient of {name}{also}",
    )
    return _finding("regularizer-not-in-gradient", claim, words, source)


def _names(subject: Subject, layers: Sequence[int]) -> list[str]:
    return [subject.weights[layer - 1].variable.name for layer in layers]


def _wanted(judgement: Judgement, found: LossPenalty) -> float:
    """Return what the file's own gradients should have beside them, times the weights: in their factor."""
    assert judgement.factor is not None
    return judgement.factor * found.l2 / found.scale


def _not_judged(subject: Subject, penalty: Penalty) -> str:
    parts = []
    for (layer, quantity), factor in penalty.factors.items():
        claims = subject.weights if quantity == WEIGHTS else subject.biases
        claim = claims[layer - 1]
        name = claim.variable.name if claim is not None else f"L{layer}"
        if quantity == "bias_gradient" and claim is subject.weights[layer - 1]:
            name = f"the biases in {name}"
        parts.append(f"{factor * abs(penalty.scale):.6g} × {f'sign({name})' if penalty.form == 'l1' else name}")
    return (
        f"Apart from a penalty the gradients are right. They hold {', '.join(parts)} beside those of the samples, and "
        "no loss that the file computes has such a penalty that I know: whether that is meant was not judged."
    )


def _finding(identifier: str, claim: Claim, words: tuple[str, str, str], source: str) -> ScriptFinding:
    happened, matters, instead = words
    line = claim.gradient.line if claim.gradient is not None else claim.line
    return ScriptFinding(identifier, 0, (), "certain", happened, matters, instead, (), line, code_at(source, line))
