"""The backward pass of a file, judged: right under its loss, or what is wrong with it by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from backlit.check.report import CheckReport
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.checked import checked
from backlit.scripts.judged.clipped import clipped_at
from backlit.scripts.judged.expected import (
    Fact,
    Option,
    facts_of,
    fitted_options,
    network_options,
    network_under,
    scales,
    step_ratio,
)
from backlit.scripts.judged.given_error import GIVEN, with_given_error
from backlit.scripts.judged.output_slope import rate_beside_wrong_slope
from backlit.scripts.judged.penalties import (
    Penalty,
    guessed_penalties,
    penalty_in_gradients,
    with_penalty,
    without_penalty,
)
from backlit.scripts.judged.penalty_loss import penalties_in_loss

__all__ = ["Judgement", "judged", "judged_as_fitted", "judged_as_given", "right_or_none"]

SAME = 1e-5
MOST_READINGS, FEWEST_READINGS, MOST_WEIGHTS = 20, 3, 2_000_000
"""Readings that are tried, and weights that all of these have together: a number, so that no clock decides."""
Reading = tuple[bool, float | None, str | None, str, float]
"""Whether these are steps, learning rate, loss, reduction, unit."""


class Judgement(NamedTuple):
    """The option that was judged by, its facts, and what ``check_gradients`` says of them (None: all is right).

    ``factor`` is what all arrays are times the right gradients, where that is one number; ``unit`` is what the
    report's numbers are times the file's; ``penalty`` is what its gradients hold of a penalty on the weights, and the
    report's numbers do not; ``clipped`` is what no entry of its gradients exceeds, where they were cut off there.
    """

    option: Option
    facts: list[Fact]
    report: CheckReport | None
    factor: float | None
    unit: float = 1.0
    penalty: Penalty | None = None
    clipped: float | None = None


def judged(subject: Subject) -> Judgement:
    """Judge the backward pass; raises BacklitError where its loss, its output and its targets do not go together."""
    tried = [(option, facts_of(subject, option.net)) for option in network_options(subject)]
    return _right(subject, tried) or _wrong(subject, tried)


def right_or_none(subject: Subject) -> Judgement | None:
    """Return the judgement of a right backward pass, None of any other; raises as ``judged`` does."""
    return _right(subject, [(option, facts_of(subject, option.net)) for option in network_options(subject)])


def judged_as_fitted(subject: Subject) -> Judgement | None:
    """Return the judgement under a loss that the error at the output shows; None where it shows none."""
    tried = [(option, facts_of(subject, option.net)) for option in fitted_options(subject)]
    return (_right(subject, tried) or _wrong(subject, tried)) if tried else None


def judged_as_given(subject: Subject) -> tuple[Subject, Judgement] | None:
    """Return the judgement of what carries the error at the output back, whatever loss that is of; None for none.

    With it what was understood, with that error in the targets' place, and without the output's activation.
    """
    given = with_given_error(subject)
    if given is None:
        return None
    option = Option(network_under(given, GIVEN), None)
    tried = [(option, facts_of(given, option.net))]
    judgement = _right(given, tried) or _wrong(given, tried)
    names = [finding.identifier for finding in judgement.report.findings] if judgement.report is not None else []
    return None if "unknown" in names else (given, judgement)


Tried = Sequence[tuple[Option, list[Fact]]]


def _right(subject: Subject, tried: Tried) -> Judgement | None:
    """Return the judgement under the first loss with which all is right, or is so beside a penalty or a bound."""
    for option, facts in tried:
        factor = _common(facts)
        if factor is not None and _harmless(subject, option, facts, factor):
            return Judgement(option, facts, None, factor)
        penalty = penalty_in_gradients(subject, facts) if factor is None else None
        if penalty is not None:
            more = with_penalty(subject, facts, penalty)
            factor = _common(more)
            if factor is not None and _harmless(subject, option, more, factor):
                return Judgement(option, more, None, factor, penalty=penalty)
        cut = clipped_at(facts, option, len(subject.target.rows))
        if cut is not None:
            return Judgement(option, facts, None, cut[1], clipped=cut[0])
    return None


def _wrong(subject: Subject, tried: Tried) -> Judgement:
    """Return the judgement under the loss with which the fewest mistakes explain what is wrong."""
    best: tuple[tuple[bool, int], Judgement] | None = None
    for option, facts in tried:
        judgement = _named(subject, option, facts)
        assert judgement.report is not None
        if judgement.report.ok:
            return judgement
        names = [finding.identifier for finding in judgement.report.findings]
        worth = ("unknown" in names or not names, len(names))
        if best is None or worth < best[0]:
            best = worth, judgement
    assert best is not None
    return best[1] if not best[0][0] else _beside_penalty(subject, tried, best[1])


def _beside_penalty(subject: Subject, tried: Sequence[tuple[Option, list[Fact]]], plain: Judgement) -> Judgement:
    """Return what has a name once a penalty is taken off what is claimed; else what then has most arrays right."""
    best = plain
    for option, facts in tried:
        told = [found.l2 / found.scale for found in penalties_in_loss(subject, option.net)]
        for penalty in guessed_penalties(subject, facts, told):
            judgement = _named(subject, option, without_penalty(subject, facts, penalty))._replace(penalty=penalty)
            names = [f.identifier for f in judgement.report.findings] if judgement.report is not None else []
            if names and "unknown" not in names:
                return judgement
            if _n_right(judgement) > _n_right(best):
                best = judgement
    return best


def _n_right(judgement: Judgement) -> int:
    return sum(verdict.ok for verdict in judgement.report.verdicts) if judgement.report is not None else 0


def _common(facts: Sequence[Fact]) -> float | None:
    """Return the one factor of all arrays, or None."""
    told = [fact for fact in facts if not fact.silent]
    ratios = [fact.ratio for fact in told]
    if not ratios or any(ratio is None for ratio in ratios):
        return None
    first = ratios[0]
    assert first is not None
    same = all(fact.ratio is not None and abs(fact.ratio / first - 1) < SAME + _rounding(fact) for fact in told)
    return first if same else None


def _rounding(fact: Fact) -> float:
    """Return how much of a step in single precision may be rounding: it is a difference of weights."""
    claim = fact.claim
    if claim.gradient is not None or claim.step is None or claim.variable.dtype != "float32" or not claim.step.any():
        return 0.0
    return 4 * float(np.finfo(np.float32).eps) * float(np.abs(claim.variable.value).max() / np.abs(claim.step).max())


def _harmless(subject: Subject, option: Option, facts: Sequence[Fact], factor: float) -> bool:
    """Say whether a common factor is a convention: of the loss, of the sign that the update takes, or of the rate."""
    named = any(fact.claim.gradient is not None for fact in facts)
    if not named:
        allowed = [scale for _, _, scale in scales(option.net, len(subject.target.rows))]
        return factor < 0 and rate_beside_wrong_slope(subject, option, facts, factor, allowed) is None
    ratio = step_ratio(subject.claims)
    if ratio is not None and ratio * factor > 0:
        return False
    allowed = [scale for _, _, scale in scales(option.net, len(subject.target.rows))]
    rates = [1.0, *(rate for rate, _ in subject.rates)]
    return any(abs(abs(factor) / (scale * rate) - 1) < SAME for scale in allowed for rate in rates)


def _named(subject: Subject, option: Option, facts: list[Fact]) -> Judgement:
    """Run ``check_gradients`` under the readings of the file's convention; the one with the fewest mistakes counts."""
    best: tuple[tuple[bool, int], Judgement] | None = None
    usual = list(_readings(subject, option, facts))
    size = sum(layer.weights.size for layer in option.net.layers)
    most = min(MOST_READINGS, max(FEWEST_READINGS, MOST_WEIGHTS // size))
    for readings in (usual, _scaled_otherwise(subject, option, usual)):
        for negative, rate, loss, reduction, unit in islice(readings, most):
            report = checked(
                subject, option, facts, negative=negative, rate=rate, loss=loss, reduction=reduction, unit=unit
            )
            if report.ok:
                # right but for rounding
                return Judgement(option, facts, report, None, unit)
            names = [finding.identifier for finding in report.findings]
            # of single numbers several mistakes together explain anything
            guessed = len(names) > 1 and all(fact.right.size == 1 for fact in facts)
            worth = ("unknown" in names or not names or guessed, len(names))
            if best is None or worth < best[0]:
                best = worth, Judgement(option, facts, report, None, unit)
            if worth == (False, 1) or (worth[0] and _output_is_right(report, facts)):
                # the output's layer tells the scale: under any other it would be wrong too
                return best[1]
    assert best is not None
    return best[1]


def _output_is_right(report: CheckReport, facts: Sequence[Fact]) -> bool:
    """Say whether the last layer's weights are right, and not by chance: they are several, and not all 0."""
    last = max(fact.layer for fact in facts)
    right = {(v.layer, v.quantity[:6]) for v in report.verdicts if v.ok}
    telling = [fact for fact in facts if fact.layer == last and fact.quantity == "weight_gradient"]
    return any((last, "weight") in right and fact.right.size > 1 and fact.right.any() for fact in telling)


def _scaled_otherwise(subject: Subject, option: Option, usual: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the usual readings under each other factor of the loss: one that all arrays share is no second mistake."""
    table = scales(option.net, len(subject.target.rows))
    known = {(loss or option.net.loss_row.name, reduction): scale for loss, reduction, scale in table}
    names = [(rate, (loss or option.net.loss_row.name, reduction)) for _, rate, loss, reduction, _ in usual]
    tried = [known[name] * (rate or 1.0) for rate, name in names if name in known]
    for negative, rate, unit in dict.fromkeys((negative, rate, unit) for negative, rate, _, _, unit in usual):
        for loss, reduction, scale in table:
            size = scale * (rate or 1.0)
            if all(abs(size / other - 1) > SAME for other in tried):
                tried.append(size)
                yield negative, rate, loss, reduction, unit


def _readings(subject: Subject, option: Option, facts: list[Fact]) -> Iterator[Reading]:
    """Yield the readings of the file's own convention and of the plain ones, the likeliest first."""
    named = any(fact.claim.gradient is not None for fact in facts)
    ratio = step_ratio(subject.claims)
    # one number is a multiple of any other
    facts = [fact for fact in facts if fact.right.size > 1] or facts
    known = next((fact.ratio for fact in facts if fact.ratio is not None), None)
    table = scales(option.net, len(subject.target.rows))
    if named:
        sign = -ratio if ratio is not None else known if known is not None else _agreement(facts)
        negative = sign < 0
        rate = abs(ratio) if ratio is not None else subject.rates[0][0] if subject.rates else 1.0
        for loss, reduction in _conventions(option, table, facts, 1.0):
            yield negative, rate, loss, reduction, rate if negative else 1.0
        if ratio is not None and abs(rate - 1) < SAME:
            # what is named may have the learning rate in it already: it is the step
            for rate, _ in subject.rates[:3]:
                for loss, reduction in _conventions(option, table, facts, rate):
                    yield True, rate, loss, reduction, ratio
        # and where nothing moves, it may be a step that is only printed
        for rate, _ in subject.rates[:3] if ratio is None else ():
            for loss, reduction in _conventions(option, table, facts, rate):
                yield True, rate, loss, reduction, 1.0 if negative else -1.0
        return
    ratios = [abs(fact.ratio) for fact in facts if fact.ratio is not None]
    rates = [rate for rate, _ in subject.rates[:6]]
    rates.sort(key=lambda rate: -sum(_fits(ratio / rate, table) for ratio in ratios))
    beside = rate_beside_wrong_slope(subject, option, facts, known or 0.0, [scale for *_, scale in table])
    if beside is not None:
        rates, known = [beside], None
    # one of two numbers has the rate, and which is told by the file's
    told = ratios if all(fact.right.size == 1 for fact in facts) else [known or 0.0]
    if known is not None and not any(_fits(abs(ratio) / rate, table) for ratio in told for rate in rates):
        rates.insert(0, abs(known))
    for rate in rates[:3] or [1.0]:
        for loss, reduction in _conventions(option, table, facts, rate):
            yield True, rate, loss, reduction, 1.0


def _agreement(facts: Sequence[Fact]) -> float:
    """Return the sign of what is claimed beside what is right, at the output."""
    for fact in facts:
        if fact.values is not None and fact.values.shape == fact.right.shape:
            return float((fact.values * fact.right).sum()) or 1.0
    return 1.0


def _fits(scale: float, table: Sequence[tuple[str | None, str, float]]) -> bool:
    return any(abs(scale / other - 1) < SAME for _, _, other in table)


def _conventions(
    option: Option, table: Sequence[tuple[str | None, str, float]], facts: Sequence[Fact], rate: float
) -> list[tuple[str | None, str]]:
    """Return the (loss, reduction) to try: those that most arrays fit, and of these the file's own first."""
    told = [option.told] if option.told is not None else []
    ratios = [abs(fact.ratio) / rate for fact in facts if fact.ratio is not None]

    def fitting(scale: float) -> int:
        return sum(abs(ratio / scale - 1) < SAME for ratio in ratios)

    own = sorted(((loss, reduction, fitting(scale)) for loss, reduction, scale in table), key=lambda row: -row[2])
    counts = {(loss, reduction): count for loss, reduction, count in own}
    fits = [(loss, reduction) for loss, reduction, count in own if count]
    options = list(dict.fromkeys([*told, *fits[:1], (None, "mean"), (None, "sum")]))
    return sorted(options, key=lambda pair: -_count(counts, pair, option))[:3]


def _count(counts: dict[tuple[str | None, str], int], pair: tuple[str | None, str], option: Option) -> int:
    loss, reduction = pair
    plain = None if loss in (option.net.loss_row.name, "squared_error") else loss
    return counts.get((plain, reduction), 0)
