"""Which rule an update follows that remembers earlier gradients: momentum, Nesterov's, RMSprop, Adam; found by value.

A rule that is called right gives the file's step when the equations compute it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.equations import optimizers
from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.links import close
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.adaptive_rules import adaptive_rules
from backlit.scripts.rules.memories import FEWEST, Memory, memories_of, remembered, standing, two_factors
from backlit.scripts.rules.rules import Rule
from backlit.scripts.rules.sign_rules import sign_rules

__all__ = ["follows", "rule_of", "rules_of"]

SAME = 1e-4
SEEN = 1e-5
"""Share of a step that its gradient must have, to be seen in it."""


def rule_of(subject: Subject, claim: Claim, sign: float = 1.0) -> Rule | None:
    """Return the rule by which an array moved that did not move along its gradient alone; None where none is found.

    ``sign`` is that of the file's gradients beside the loss's own.
    """
    rules = rules_of(subject, claim, sign)
    return next((rule for rule in rules if not rule.mistake), rules[0] if rules else None)


def rules_of(subject: Subject, claim: Claim, sign: float = 1.0) -> list[Rule]:
    """Return every rule by which it may have moved, right or wrong."""
    if claim.step is None or claim.along is None:
        return []
    if sign < 0:
        turned = replace(claim.along, value=-claim.along.value)
        claim = claim._replace(gradient=turned, total=None)
    memories = memories_of(subject, claim)
    memories.sort(key=lambda memory: memory.record.number)
    means = [memory for memory in memories if memory.power == 1]
    squares = [memory for memory in memories if memory.power == 2]
    rules = [*_momenta(claim, means), *adaptive_rules(subject, claim, means, squares), *_decay(claim)]
    return [*rules, *sign_rules(subject, claim)]


def follows(subject: Subject, claim: Claim, rule: Rule) -> bool:
    """Say whether an array of few numbers moved by the rule that larger ones showed, with their factors."""
    step, memory = claim.step, rule.memory
    if step is None or claim.along is None or memory is None:
        return False
    g = _gradient(claim)
    if rule.name == "rprop":
        sizes = [after for _, _, after in standing(subject, claim)]
        return bool((step * g <= 0).all()) and any(close(np.where(step != 0, one, 0.0), np.abs(step)) for one in sizes)
    if memory.kept is None:
        return False
    arrays = list(remembered(subject, claim))
    means = [after for _, before, after in arrays if close(memory.kept * before + memory.share * g, after)]
    if rule.name == "momentum":
        return any(close(-rule.rate / memory.share * mean, step) for mean in means)
    square = rule.square
    if rule.name == "amsgrad":
        squares = [after for _, _, after in standing(subject, claim) if (after > 0).all()]
    elif rule.name not in ("adam", "adamw") or square is None or square.kept is None:
        return False
    else:
        squares = [after for _, before, after in arrays if close(square.kept * before + square.share * g * g, after)]
    with np.errstate(all="ignore"):
        moves = [-rule.rate * mean / np.sqrt(after) for mean in means for after in squares]
    moves += [move + rule.share * claim.variable.value for move in moves if rule.share]
    return any((np.abs(move - step) <= 1e-3 * np.abs(step)).all() for move in moves)


def _gradient(claim: Claim) -> np.ndarray:
    assert claim.along is not None
    assert claim.step is not None
    return claim.along.value.reshape(claim.step.shape)


def _momenta(claim: Claim, means: Sequence[Memory]) -> Iterator[Rule]:
    """Yield the rules of a step that is a multiple of one memory, or of one and the gradient."""
    step, g = claim.step, _gradient(claim)
    assert step is not None
    for memory in means:
        factor = proportion(step, memory.after)
        if factor is not None:
            yield _momentum(step, g, memory, factor)
            continue
        factor = proportion(step, memory.before) if memory.before.any() else None
        if factor is not None:
            yield Rule("momentum", _momentum_words(memory), -factor * memory.share, "old-velocity", memory)
            continue
        both = two_factors(step, memory.after, g)
        if both is not None:
            yield _nesterov(step, g, memory, *both)


def _momentum(step: np.ndarray, g: np.ndarray, memory: Memory, factor: float) -> Rule:
    rate, kept = -factor * memory.share, memory.kept or 0.0
    again, _ = optimizers.momentum(g, {"velocity": factor * memory.before}, learning_rate=rate, momentum=kept)
    mistake = ""
    if rate < 0 or kept < 0:
        mistake = "momentum-wrong-sign"
    elif kept > 1 + SAME:
        mistake = "velocity-added-to-itself"
    elif abs(kept - 1) < SAME or not close(np.asarray(again), step):
        mistake = "accumulated"
    return Rule("momentum", _momentum_words(memory), rate, mistake, memory)


def _momentum_words(memory: Memory) -> str:
    return "momentum" if memory.kept is None else f"momentum, {memory.kept:.4g} of what was remembered"


def _nesterov(step: np.ndarray, g: np.ndarray, memory: Memory, of_memory: float, of_gradient: float) -> Rule:
    """A step of the new memory and the gradient: right where it is memory × kept + gradient × share, times a rate."""
    kept = memory.kept
    unit = of_gradient / memory.share
    words, rate = "Nesterov's momentum", -of_gradient
    if kept is None:
        # the first step does not tell how much is kept
        return Rule("nesterov", words, rate, "" if 0 < of_memory / unit < 1 else "gradient-added-again", memory)
    if abs(of_memory / (unit * kept) - 1) > SAME:
        return Rule("nesterov", words, rate, "gradient-added-again", memory)
    again, _ = optimizers.nesterov(g, {"velocity": unit * memory.before}, learning_rate=rate, momentum=kept)
    wrong = rate < 0 or not 0 < kept < 1 or not close(np.asarray(again), step)
    return Rule("nesterov", words, rate, "momentum-wrong-sign" if wrong else "", memory)


def _decay(claim: Claim) -> Iterator[Rule]:
    """Yield the rule of a step along the gradient, and towards 0 by a share of the weights."""
    step, W, g = claim.step, claim.variable.value, _gradient(claim)
    assert step is not None
    both = two_factors(step, W, g) if step.size >= FEWEST else None
    if both is None or np.abs(both[1] * g).max() < SEEN * np.abs(step).max():
        return
    mistake = "penalty-wrong-sign" if both[0] > 0 else "wrong-sign" if both[1] > 0 else ""
    yield Rule("decay", "gradient descent with weight decay", -both[1], mistake)
