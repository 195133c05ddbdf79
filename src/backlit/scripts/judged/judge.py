"""The backward pass of a file, judged: right under its loss, or what is wrong with it by name."""

from __future__ import annotations

from collections.abc import Sequence
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
from backlit.scripts.judged.readings import readings, scaled_otherwise

__all__ = ["Judgement", "judged", "judged_as_fitted", "judged_as_given", "right_or_none"]

SAME = 1e-5
MOST_READINGS, FEWEST_READINGS, MOST_WEIGHTS = 20, 3, 2_000_000
"""Readings that are tried, and weights that all of these have together: a number, so that no clock decides."""


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
    usual = list(readings(subject, option, facts))
    size = sum(layer.weights.size for layer in option.net.layers)
    most = min(MOST_READINGS, max(FEWEST_READINGS, MOST_WEIGHTS // size))
    for some in (usual, scaled_otherwise(subject, option, usual)):
        for reading in islice(some, most):
            report, unit = checked(subject, option, facts, reading), reading.unit
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
