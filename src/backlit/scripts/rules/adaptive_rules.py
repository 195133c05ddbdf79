"""Rules whose step is divided by a root of what gradients' squares were: Adagrad, RMSprop, Adam and its kin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.adam_kin import Largest, decayed, in_the_mean, largest_of
from backlit.scripts.rules.memories import Memory, remembered, two_factors
from backlit.scripts.rules.rules import Rule

__all__ = ["AS_THEY_ARE", "adaptive_rules"]

AS_THEY_ARE = "The running means are used as they are, without dividing by 1 − β**t: the first steps are off."

SAME = 1e-4
MOST_STEPS = 10**7
SEVERAL = 6
SEVERAL_VALUES, MUCH = 4, 8
"""Values of a memory from which its age is told, and by how many times it must be older, and larger."""


def _gradient(claim: Claim) -> np.ndarray:
    assert claim.along is not None
    assert claim.step is not None
    return claim.along.value.reshape(claim.step.shape)


def adaptive_rules(
    subject: Subject, claim: Claim, means: Sequence[Memory], squares: Sequence[Memory]
) -> Iterator[Rule]:
    """Yield the rules of a step that is a mean, or the gradient, over the root of a mean square, or of the largest."""
    for square in squares:
        largest = list(largest_of(subject, claim, square, means))
        for mean in means:
            yield from _of_two(subject, claim, mean, square, largest)
        told = _over_root(claim, _gradient(claim), square.after)
        if told is not None:
            slope, mistake = told
            name = "rmsprop" if not means else "adam"
            mistake = mistake or _of_square(square) or ("gradient-for-mean" if means else "")
            summed = square.kept is not None and abs(square.kept - 1) < SAME
            words = "Adam" if means else "Adagrad" if summed else "RMSprop"
            yield Rule(name, words, -slope, _signed(slope, mistake), square=square)
    yield from _of_means(subject, claim, means)


def _of_two(subject: Subject, claim: Claim, mean: Memory, square: Memory, largest: Sequence[Largest]) -> Iterator[Rule]:
    """Yield Adam's rules, of a mean and a mean square, and those that are so but for one thing."""
    told = _over_root(claim, mean.after, square.after)
    # any array of larger numbers could be one, where nothing shows how it came to be
    shown = (one.memory for one in largest if one.proven or proportion(one.memory.after, square.after) is not None)
    idle = next(shown, None)
    unused = "maximum-not-used" if any(one.proven for one in largest) else ""
    if told is not None:
        rule = _adam(subject, claim, mean, square, *told)
        yield rule._replace(mistake=rule.mistake or unused, largest=idle)
        return
    beside = decayed(claim, mean.after, square.after)
    if beside is not None:
        rule = _adam(subject, claim, mean, square, beside.k, beside.mistake)
        mistake = rule.mistake or ("penalty-wrong-sign" if beside.share > 0 else unused)
        rule = rule._replace(name="adamw", words=_with_decay(rule.words), mistake=mistake)
        yield rule._replace(share=beside.share, largest=idle)
    for one in largest:
        if proportion(one.memory.after, square.after) is not None:
            # then that is no other than Adam's
            continue
        told = _over_root(claim, mean.after, one.memory.after)
        beside = None if told is not None else decayed(claim, mean.after, one.memory.after)
        if told is not None:
            mistake = told[1] or one.mistake or _of_mean(mean) or _of_square(square)
            yield Rule("amsgrad", "AMSGrad", -told[0], _signed(told[0], mistake), mean, one.memory, _unseen(one))
        elif beside is not None:
            mistake = beside.mistake or one.mistake or _of_mean(mean) or _of_square(square)
            mistake = mistake or ("penalty-wrong-sign" if beside.share > 0 else "")
            words = _with_decay("AMSGrad")
            rule = Rule("amsgrad", words, -beside.k, _signed(beside.k, mistake), mean, one.memory, _unseen(one))
            yield rule._replace(share=beside.share)


def _unseen(largest: Largest) -> str:
    name = largest.memory.record.name
    return "" if largest.proven else f"Of {name} next to nothing was renewed in this step: how it is, was not judged."


def _with_decay(words: str) -> str:
    return f"{words}, with weight decay of its own (AdamW)"


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
        mistake, remark = _correction(subject, claim, mean, square, abs(k))
    return Rule("adam", words, -k, _signed(k, mistake), mean, square, remark)


def _of_mean(mean: Memory) -> str:
    if mean.kept is None:
        return "mean-share-left-out" if abs(mean.share - 1) < SAME else ""
    if mean.kept > 1 + SAME:
        return "velocity-added-to-itself"
    if abs(mean.kept + mean.share - 1) > SAME:
        return "mean-share-left-out"
    return "mean-shares-swapped" if mean.kept < 0.3 else ""


def _correction(subject: Subject, claim: Claim, mean: Memory, square: Memory, k: float) -> tuple[str, str]:
    """Return (mistake, remark) of the correction of means that began at 0: told where the file names its rate."""
    if mean.kept is None or square.kept is None:
        return "", ""
    steps = _counts(subject)
    of_mean, of_square = 1 - mean.kept**steps, np.sqrt(1 - square.kept**steps)
    by_square, by_mean = of_square**2, np.sqrt(of_mean)
    for rate, _ in subject.rates:
        right = np.abs(k / rate * of_mean / of_square - 1) < SAME
        if right.any():
            # a memory that held something is not at its first step
            only_first = list(steps[right]) == [1] and mean.before.any()
            anew = all(_counts_anew(subject, claim, square, int(count)) for count in steps[right])
            return ("steps-not-counted" if only_first or anew else "", "")
    other = ("correction-of-another", "")
    others = (
        (np.ones(1), ("", AS_THEY_ARE)),
        (1 / of_mean, ("square-not-corrected", "")),
        (of_square, ("mean-not-corrected", "")),
        (by_mean / of_mean, other),
        (of_square / by_square, other),
        (by_mean / by_square, other),
    )
    for rate, _ in subject.rates:
        for expected, told in others:
            if (np.abs(k / rate / expected - 1) < SAME).any():
                return told
    return "", ""


def _counts_anew(subject: Subject, claim: Claim, square: Memory, count: int) -> bool:
    """Say whether a mean square is older than a count of steps, and fuller: the count begins again, and it does not."""
    known = [r.number for r in subject.moment.of(square.record.key)]
    if len(known) < SEVERAL_VALUES or square.record.key in subject.moment.anew:
        return False
    # what is renewed in two lines has two values a step
    step = max(later - earlier for earlier, later in pairwise(known[-SEVERAL_VALUES:]))
    older = known[-1] - known[0] > MUCH * count * step
    assert square.kept is not None
    filled = (square.after / (1 - square.kept**count)).sum()
    return bool(older and filled > MUCH * (_gradient(claim) ** 2).sum())


def _counts(subject: Subject) -> np.ndarray:
    """Return what the count of steps may be: 1, each whole number of the file, and the one after it."""
    numbers = [float(r.value.reshape(())) for r in subject.moment.records if r.value.size == 1]
    whole = {int(number) for number in numbers if number.is_integer() and 0 <= number < MOST_STEPS}
    return np.array(sorted({1, *whole, *(number + 1 for number in whole)} - {0}))


def _of_means(subject: Subject, claim: Claim, means: Sequence[Memory]) -> Iterator[Rule]:
    """Yield Adam's rules whose square is a memory of something else than the gradient's square."""
    for mean in means:
        for record, before, after in remembered(subject, claim):
            if record.key == mean.record.key or not before.any():
                continue
            told = _over_root(claim, mean.after, after)
            kept = None if told is None else two_factors(after, mean.after**2, before)
            if told is not None and kept is not None and kept[0] > 0:
                yield Rule("adam", "Adam", -told[0], "square-of-mean", mean)
            elif told is not None and in_the_mean(before, after, _gradient(claim)):
                memory = Memory(record, before, after, None, 1.0, 2)
                yield Rule("amsgrad", "AMSGrad", -told[0], "maximum-in-the-mean", mean, memory)
