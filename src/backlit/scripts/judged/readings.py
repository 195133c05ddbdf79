"""The conventions under which a file's arrays are compared with a network's gradients: sign, rate and loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import Fact, Option, scales, step_ratio
from backlit.scripts.judged.output_slope import rate_beside_wrong_slope

__all__ = ["Reading", "readings", "scaled_otherwise"]

SAME = 1e-5


class Reading(NamedTuple):
    """One way to read what a file claims.

    ``negative``: these are steps, made with the learning rate ``rate``. ``loss`` and ``reduction`` are as
    ``check_gradients`` has them; ``unit`` is what its numbers are times the file's.
    """

    negative: bool
    rate: float | None
    loss: str | None
    reduction: str
    unit: float


def scaled_otherwise(subject: Subject, option: Option, usual: Sequence[Reading]) -> Iterator[Reading]:
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
                yield Reading(negative, rate, loss, reduction, unit)


def readings(subject: Subject, option: Option, facts: list[Fact]) -> Iterator[Reading]:
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
            yield Reading(negative, rate, loss, reduction, rate if negative else 1.0)
        if ratio is not None and abs(rate - 1) < SAME:
            # what is named may have the learning rate in it already: it is the step
            for rate, _ in subject.rates[:3]:
                for loss, reduction in _conventions(option, table, facts, rate):
                    yield Reading(True, rate, loss, reduction, ratio)
        # and where nothing moves, it may be a step that is only printed
        for rate, _ in subject.rates[:3] if ratio is None else ():
            for loss, reduction in _conventions(option, table, facts, rate):
                yield Reading(True, rate, loss, reduction, 1.0 if negative else -1.0)
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
            yield Reading(True, rate, loss, reduction, 1.0)


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
