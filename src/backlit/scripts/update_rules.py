"""Which rule an update follows that remembers earlier gradients: momentum, Nesterov's, RMSprop, Adam; found by value.

A rule that is called right gives the file's step when the equations compute it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from backlit.equations import optimizers
from backlit.scripts.claimed import Claim, proportion
from backlit.scripts.links import close
from backlit.scripts.memories import FEWEST, Memory, memories_of, remembered
from backlit.scripts.subject import Subject

__all__ = ["Rule", "follows", "rule_of"]

SAME = 1e-4
MOST_STEPS = 10**7
SEVERAL = 6


class Rule(NamedTuple):
    """How one array moved: ``name`` and ``words`` of the rule, what is wrong with it by ``mistake``, "" for nothing.

    ``rate`` is the learning rate that the step shows, negative where it goes along the claimed gradient.
    """

    name: str
    words: str
    rate: float
    mistake: str = ""
    memory: Memory | None = None
    square: Memory | None = None
    remark: str = ""


def rule_of(subject: Subject, claim: Claim, sign: float = 1.0) -> Rule | None:
    """Return the rule by which an array moved that did not move along its gradient alone; None where none is found.

    ``sign`` is that of the file's gradients beside the loss's own.
    """
    if claim.step is None or claim.along is None:
        return None
    if sign < 0:
        turned = replace(claim.along, value=-claim.along.value)
        claim = claim._replace(gradient=turned, total=None)
    memories = memories_of(subject, claim)
    memories.sort(key=lambda memory: memory.record.number)
    means = [memory for memory in memories if memory.power == 1]
    squares = [memory for memory in memories if memory.power == 2]
    rules = [*_momenta(claim, means), *_adaptive(subject, claim, means, squares), *_of_means(subject, claim, means)]
    rules += _decay(claim)
    return next((rule for rule in rules if not rule.mistake), rules[0] if rules else None)


def follows(subject: Subject, claim: Claim, rule: Rule) -> bool:
    """Say whether an array of few numbers moved by the rule that larger ones showed, with their factors."""
    step, memory = claim.step, rule.memory
    if step is None or claim.along is None or memory is None or memory.kept is None:
        return False
    g = _gradient(claim)
    arrays = list(remembered(subject, claim))
    means = [after for _, before, after in arrays if close(memory.kept * before + memory.share * g, after)]
    if rule.name == "momentum":
        return any(close(-rule.rate / memory.share * mean, step) for mean in means)
    square = rule.square
    if rule.name != "adam" or square is None or square.kept is None:
        return False
    squares = [after for _, before, after in arrays if close(square.kept * before + square.share * g * g, after)]
    with np.errstate(all="ignore"):
        moves = [-rule.rate * mean / np.sqrt(after) for mean in means for after in squares]
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
        both = _two(step, memory.after, g)
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


def _two(step: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[float, float] | None:
    """Return the two factors by which a and b make the step, or None."""
    parts = np.stack([a.reshape(-1), b.reshape(-1)], axis=1)
    if not np.isfinite(parts).all() or not a.any() or not b.any():
        return None
    factors, _, rank, _ = np.linalg.lstsq(parts, step.reshape(-1), rcond=None)
    fits = rank == 2 and factors.all() and close(parts @ factors, step.reshape(-1))
    return (float(factors[0]), float(factors[1])) if fits else None


def _decay(claim: Claim) -> Iterator[Rule]:
    """Yield the rule of a step along the gradient, and towards 0 by a share of the weights."""
    assert claim.step is not None
    both = _two(claim.step, claim.variable.value, _gradient(claim)) if claim.step.size >= FEWEST else None
    if both is not None:
        mistake = "penalty-wrong-sign" if both[0] > 0 else "wrong-sign" if both[1] > 0 else ""
        yield Rule("decay", "gradient descent with weight decay", -both[1], mistake)


def _adaptive(subject: Subject, claim: Claim, means: Sequence[Memory], squares: Sequence[Memory]) -> Iterator[Rule]:
    """Yield the rules of a step that is a mean, or the gradient, over the root of a mean square."""
    for square in squares:
        for mean in means:
            told = _over_root(claim, mean.after, square.after)
            if told is not None:
                yield _adam(subject, claim, mean, square, *told)
        told = _over_root(claim, _gradient(claim), square.after)
        if told is not None:
            slope, mistake = told
            name = "rmsprop" if not means else "adam"
            mistake = mistake or _of_square(square) or ("gradient-for-mean" if means else "")
            summed = square.kept is not None and abs(square.kept - 1) < SAME
            words = "Adam" if means else "Adagrad" if summed else "RMSprop"
            yield Rule(name, words, -slope, _signed(slope, mistake), square=square)


def _over_root(claim: Claim, top: np.ndarray, square: np.ndarray) -> tuple[float, str] | None:
    """Return (k, mistake) where the step is k × top / (root of the square + a small number), or None.

    The small number may stand within the root; without the root it is a mistake.
    """
    step = claim.step
    assert step is not None
    usable = (step != 0) & (top != 0)
    if usable.sum() < 3 or (square < 0).any():
        return None
    with np.errstate(all="ignore"):
        ratio, q = top[usable] / step[usable], square[usable]
        options = ((ratio, np.sqrt(q), 1.0, ""), (ratio**2, q, 0.5, ""), (ratio, q, 1.0, "missing-root"))
    for left, right, power, mistake in options:
        line = _line(right, left)
        if line is None or not line[0]:
            continue
        slope, beside = line
        size = np.abs(left).max()
        # a small number that is none beside the square without its root, which is smaller still
        large = mistake and len(q) >= SEVERAL and slope * beside > 0 and abs(slope) * np.ptp(right) > 0.01 * size
        if abs(beside) <= 0.05 * size or large:
            return float(np.sign(ratio[0]) * abs(1 / slope) ** power), mistake
    return None


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float] | None:
    """Return (slope, intercept) of the line that all points lie on, or None; relative to each."""
    if not np.isfinite(x).all() or not np.isfinite(y).all() or np.ptp(x) <= 1e-3 * np.abs(x).max():
        return None
    weights = 1 / np.abs(y)
    parts = np.stack([x * weights, weights], axis=1)
    sizes = np.abs(parts).max(axis=0)
    factors, *_ = np.linalg.lstsq(parts / sizes, y * weights, rcond=None)
    fits = np.abs(parts / sizes @ factors - y * weights).max() < 1e-5
    return (float(factors[0] / sizes[0]), float(factors[1] / sizes[1])) if fits else None


def _signed(slope: float, mistake: str) -> str:
    return mistake or ("wrong-sign" if slope > 0 else "")


def _of_square(square: Memory) -> str:
    """Return what is wrong with a memory of squares: a running mean, or, as Adagrad has it, their sum."""
    if square.kept is None:
        return ""
    if abs(square.kept - 1) < SAME and abs(square.share - 1) < SAME:
        return ""
    if abs(square.kept + square.share - 1) > SAME:
        return "share-left-out" if abs(square.share - 1) < SAME else "shares-swapped"
    return "shares-swapped" if square.kept < 0.3 else ""


def _adam(subject: Subject, claim: Claim, mean: Memory, square: Memory, k: float, mistake: str) -> Rule:
    words = "Adam"
    if mean.kept is not None and square.kept is not None:
        words = f"Adam, {mean.kept:.4g} of the mean and {square.kept:.4g} of the mean square kept"
    mistake = mistake or _of_mean(mean) or _of_square(square)
    if not mistake and mean.kept is not None and square.kept is not None:
        # the two changed places
        mistake = "betas-swapped" if mean.kept > 0.99 > square.kept else ""
    remark = ""
    if not mistake:
        mistake, remark = _correction(subject, mean, square, abs(k))
    return Rule("adam", words, -k, _signed(k, mistake), mean, square, remark)


def _of_mean(mean: Memory) -> str:
    if mean.kept is None:
        return "mean-share-left-out" if abs(mean.share - 1) < SAME else ""
    if mean.kept > 1 + SAME:
        return "velocity-added-to-itself"
    if abs(mean.kept + mean.share - 1) > SAME:
        return "mean-share-left-out"
    return "mean-shares-swapped" if mean.kept < 0.3 else ""


def _correction(subject: Subject, mean: Memory, square: Memory, k: float) -> tuple[str, str]:
    """Return (mistake, remark) of the correction of means that began at 0: told where the file names its rate."""
    if mean.kept is None or square.kept is None:
        return "", ""
    steps = _counts(subject)
    of_mean, of_square = 1 - mean.kept**steps, np.sqrt(1 - square.kept**steps)
    for rate, _ in subject.rates:
        right = np.abs(k / rate * of_mean / of_square - 1) < SAME
        if right.any():
            # a memory that held something is not at its first step
            only_first = list(steps[right]) == [1] and mean.before.any()
            return ("steps-not-counted" if only_first else "", "")
    for rate, _ in subject.rates:
        if abs(k / rate - 1) < SAME:
            said = "The running means are used as they are, without dividing by 1 − β**t: the first steps are off."
            return "", said
        if (np.abs(k / rate * of_mean - 1) < SAME).any():
            return "square-not-corrected", ""
        if (np.abs(k / rate / of_square - 1) < SAME).any():
            return "mean-not-corrected", ""
    return "", ""


def _counts(subject: Subject) -> np.ndarray:
    """Return what the count of steps may be: 1, each whole number of the file, and the one after it."""
    numbers = [float(r.value.reshape(())) for r in subject.moment.records if r.value.size == 1]
    whole = {int(number) for number in numbers if number.is_integer() and 0 <= number < MOST_STEPS}
    return np.array(sorted({1, *whole, *(number + 1 for number in whole)} - {0}))


def _of_means(subject: Subject, claim: Claim, means: Sequence[Memory]) -> Iterator[Rule]:
    """Yield Adam's rules whose square is a memory of something else than the gradient's square."""
    for mean in means:
        for record, before, after in remembered(subject, claim):
            if record.key == mean.record.key:
                continue
            told = _over_root(claim, mean.after, after)
            kept = _two(after, mean.after**2, before) if before.any() else None
            if told is not None and kept is not None and kept[0] > 0:
                yield Rule("adam", "Adam", -told[0], "square-of-mean", mean)
