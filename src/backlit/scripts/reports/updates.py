"""The update of a file: whether each of its steps is the same rate times its gradient, downhill."""

from __future__ import annotations

import numpy as np

from backlit.scripts.found.claimed import Claim, added_to, is_one_number, proportion, signed
from backlit.scripts.found.links import close
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.last_sample import of_the_last
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding
from backlit.scripts.reports.rolled_findings import rolled_otherwise
from backlit.scripts.reports.rule_findings import rule_findings
from backlit.scripts.seen.claimed_names import RATE
from backlit.scripts.seen.records import Moment

__all__ = ["update_findings"]

SAME = 1e-4
ALIKE = 1e-6
LEAST_STEPS = 3
MOST_KEPT = 4
"""Increments that are kept of a name: where there are as many, there may have been more."""


def update_findings(subject: Subject, factor: float | None, source: str) -> tuple[list[ScriptFinding], list[str]]:
    """Return what is wrong with the update, and remarks; ``factor``: what all gradients are times the right ones."""
    rolled = rolled_otherwise(subject, source)
    if rolled:
        return rolled, []
    named = _each_once([claim for claim in subject.claims if claim.gradient is not None])
    moved = [claim for claim in named if claim.step is not None]
    if not moved or subject.still:
        return [_lost(moved, source)] if moved else [], []
    ratios = {id(claim): _ratio(claim) for claim in moved}
    single = {id(claim) for claim in moved if claim.step is not None and is_one_number(claim.step)}
    if any(ratios[id(claim)] is None for claim in moved):
        # of one number alone nothing is told where the others are no multiples
        ratios = {key: None if key in single else ratio for key, ratio in ratios.items()}
    unclear = [claim for claim in moved if ratios[id(claim)] is None]
    if unclear:
        told = rule_findings(subject, unclear, factor, source)
        if told is not None:
            still = [_not_updated(claim, source) for claim in named if claim.step is None]
            return [*told[0], *still], told[1]
    if all(ratio is None for ratio in ratios.values()):
        return [], ["The update is no plain step along the gradient, nor momentum or Adam that I know: not judged."]
    return _multiples(subject, named, moved, ratios, factor, source)


def _each_once(claims: list[Claim]) -> list[Claim]:
    """Return claims without another one of the same sum: that of weights which two layers share is one."""
    totals = [id(claim.total) for claim in claims]
    return [claim for i, claim in enumerate(claims) if claim.total is None or totals.index(totals[i]) == i]


def _multiples(
    subject: Subject,
    named: list[Claim],
    moved: list[Claim],
    ratios: dict[int, float | None],
    factor: float | None,
    source: str,
) -> tuple[list[ScriptFinding], list[str]]:
    """Judge steps that are multiples of gradients, all or most of them: ``ratios``, by the claims' identity."""
    unclear = [claim.variable.name for claim in moved if ratios[id(claim)] is None]
    known = [ratio for ratio in ratios.values() if ratio is not None]
    usual = _usual(known, [rate for rate, _ in subject.rates])
    rates = [rate for rate, name in subject.rates if _is_rate(rate, name, usual)]
    findings = [_uphill(moved, source)] if factor is not None and usual * factor > 0 else []
    findings += _not_reset(subject, moved, source)
    lost = of_the_last(subject, [claim for claim in moved if ratios[id(claim)] is not None])
    findings += [_finding("overwritten", *lost, source)] if lost is not None and not findings else []
    summed = _summed(moved, ratios, rates, source)
    if summed is not None:
        return [*findings, summed], []
    lengths = _of_one_length(moved, ratios, usual)
    if lengths:
        named = [claim for claim in named if claim.variable.name not in lengths]
    apart = _rate_of_biases(subject, ratios)
    if apart is not None and any(abs(k - 1) < SAME for rate in rates for k in (apart * rate, apart / rate)):
        apart = None  # a rate forgotten, or used twice
    findings += _one_by_one(subject, named, ratios, (usual, rates, apart is None), source)
    if apart is not None:
        return findings, [f"The biases move with {apart:.6g} times the learning rate of the weights."]
    if lengths:
        return findings, [f"The steps of {', '.join(lengths)} are brought to one length each (normalised, or clipped)."]
    said = [f"The step of {', '.join(unclear)} is no multiple of the gradient (a penalty, momentum?): not judged."]
    return findings, said if unclear and not any(f.identifier == "gradient-of-another" for f in findings) else []


def _of_one_length(moved: list[Claim], ratios: dict[int, float | None], usual: float) -> list[str]:
    """Return the arrays whose gradients are scaled to one length: their steps are as long as each other."""
    known = [claim for claim in moved if claim.step is not None and claim.step.size > 1 and ratios[id(claim)]]
    lengths = {claim.variable.name: float(np.linalg.norm(claim.step)) for claim in known if claim.step is not None}
    other = [claim.variable.name for claim in known if abs((ratios[id(claim)] or 0) / usual - 1) > SAME]
    alike = [
        name for name, size in lengths.items() if sum(abs(size / o - 1) < ALIKE for o in lengths.values() if o) > 1
    ]
    return alike if other and set(other) <= set(alike) else []


def _one_by_one(
    subject: Subject,
    named: list[Claim],
    ratios: dict[int, float | None],
    rate: tuple[float, list[float], bool],
    source: str,
) -> list[ScriptFinding]:
    """Return what is wrong with single steps; ``rate``: that of most, the file's, and whether all should have it."""
    usual, rates, one_for_all = rate
    findings = []
    for claim in named:
        ratio = ratios.get(id(claim))
        if claim.step is None:
            findings.append(_not_updated(claim, source))
        elif ratio is None:
            found = _of_another(subject, claim, usual, source)
            findings += [found] if found is not None else []
        elif abs(ratio / usual - 1) > SAME and one_for_all:
            findings.append(_another_size(claim, ratio, usual, rates, source))
    return findings


def _summed(
    moved: list[Claim], ratios: dict[int, float | None], rates: list[float], source: str
) -> ScriptFinding | None:
    """Sums over samples that one kind of arrays moves along as they are, and another by their mean."""
    sizes = [abs(ratio) for claim in moved if claim.total is not None and (ratio := ratios[id(claim)]) is not None]
    if len(sizes) < max(2, len(moved)):
        return None
    most, least = max(sizes), min(sizes)
    count = round(most / least)
    parts = [abs(size / least - 1) < SAME or abs(size / most - 1) < SAME for size in sizes]
    if count < 2 or abs(most / least / count - 1) > SAME or not all(parts):
        return None
    if not any(abs(most / rate - 1) < SAME for rate in rates) or any(abs(least / rate - 1) < SAME for rate in rates):
        return None
    claim = next(claim for claim in moved if abs(abs(ratios[id(claim)] or 0) / most - 1) < SAME)
    name = claim.variable.name
    words = (
        f"The step of {name} is along the sum over samples; other arrays move along their mean, the sum over {count}.",
        "All arrays belong to one loss: summed, or averaged.",
        f"divide by {count} in the step of {name} too",
    )
    return _finding("sum-instead-of-mean", claim, words, source)


def _is_rate(rate: float, name: str, usual: float) -> bool:
    """Say whether a number is the learning rate: by its name, or as what most steps are times their gradients."""
    return bool(RATE.search(name.rpartition(".")[2])) or abs(abs(usual) / rate - 1) < SAME


def _rate_of_biases(subject: Subject, ratios: dict[int, float | None]) -> float | None:
    """Return how many times the weights' rate that of the biases is, where each kind has one of its own; else None."""
    parts = []
    for claims in (subject.weights, [claim for claim in subject.biases if claim is not None]):
        known = [ratios.get(id(claim)) for claim in claims]
        first = known[0] if known else None
        if len(known) < 2 or not first or any(ratio is None or abs(ratio / first - 1) > SAME for ratio in known):
            return None
        parts.append(first)
    times = parts[1] / parts[0]
    return times if times > 0 and abs(times - 1) > SAME else None


def _usual(ratios: list[float], rates: list[float]) -> float:
    """Return the ratio that most have; of as many, one that is a learning rate."""

    def worth(ratio: float) -> tuple[int, bool]:
        alike = sum(abs(other / ratio - 1) < SAME for other in ratios)
        return alike, any(abs(abs(ratio) / rate - 1) < SAME for rate in rates if rate != 1)

    return max(ratios, key=worth)


def _not_reset(subject: Subject, moved: list[Claim], source: str) -> list[ScriptFinding]:
    """Sums of gradients that go on from one update to the next: never set to zero between two."""
    for claim in moved:
        if claim.total is not None and any(_goes_on(moment, claim) for moment in (subject.moment, subject.latest)):
            name = claim.total.name
            words = (
                f"{name} is never set back to zero: each step goes along all gradients since the beginning.",
                "A step belongs to the gradient at the weights of now; old ones point where the loss once fell.",
                f"set {name} to zeros after each update, or assign instead of adding",
            )
            return [_finding("accumulated", claim._replace(line=claim.total.line), words, source)]
    return []


def _goes_on(moment: Moment, claim: Claim) -> bool:
    """Say whether a sum was only added to from the last update but one to the last."""
    assert claim.total is not None
    steps = moment.of(claim.variable.key)
    if len(steps) < LEAST_STEPS:
        return False
    start, end = steps[-2].number, steps[-1].number
    values = moment.of(claim.total.key)
    sums = [r for r in values if r.number < end]
    parts = [r for r in added_to(moment, claim.total.key) if start < r.number < end]
    before = [r for r in sums if r.number < start]
    adding = {r.line for r in parts}
    # another line's value, also after the last update, may be where it is set back
    if not parts or not before or any(max(r.number, r.again) > start and r.line not in adding for r in values):
        return False
    if len(parts) >= MOST_KEPT:
        return True
    try:
        added = np.asarray(sum(np.broadcast_to(signed(r), sums[-1].value.shape) for r in parts))
    except ValueError:
        return False
    return close(before[-1].value + added, sums[-1].value) and not close(added, sums[-1].value)


def _ratio(claim: Claim) -> float | None:
    assert claim.along is not None
    assert claim.step is not None
    step, gradient = claim.step.reshape(-1), claim.along.value.reshape(-1)
    return proportion(step, gradient) if step.shape == gradient.shape else None


def _finding(identifier: str, claim: Claim, words: tuple[str, str, str], source: str) -> ScriptFinding:
    happened, matters, instead = words
    code = code_at(source, claim.line)
    return ScriptFinding(identifier, 0, (), "certain", happened, matters, instead, (), claim.line, code)


def _uphill(moved: list[Claim], source: str) -> ScriptFinding:
    claim = moved[0]
    words = (
        "The update goes uphill: what it adds has the sign of the loss's gradient.",
        "The loss grows with every step.",
        "subtract gradients of the loss; add what was computed from target − prediction",
    )
    return _finding("wrong-sign", claim, words, source)


def _lost(moved: list[Claim], source: str) -> ScriptFinding:
    names = ", ".join(claim.variable.name for claim in moved)
    words = (
        f"The steps of {names} are computed, and the next pass has the weights of before.",
        "What a function assigns to a name of its own is gone when it ends: nothing is learned.",
        "return the new arrays and assign what is returned, or change the arrays in place: W -= rate * dW",
    )
    return _finding("not-updated", moved[0], words, source)


def _not_updated(claim: Claim, source: str) -> ScriptFinding:
    assert claim.gradient is not None
    name, gradient = claim.variable.name, claim.gradient.name
    words = (
        f"{name} is never updated, though its gradient {gradient} is computed.",
        "It stays as it began.",
        f"update {name} like the others",
    )
    return _finding("not-updated", claim._replace(line=claim.gradient.line), words, source)


def _of_another(subject: Subject, claim: Claim, usual: float, source: str) -> ScriptFinding | None:
    """The step of one array by the gradient of another one: of as many entries, or of one, which goes to all."""
    assert claim.step is not None
    for other in subject.claims:
        if other is claim or other.gradient is None or other.gradient.value.size not in (1, claim.step.size):
            continue
        gradient = np.broadcast_to(other.gradient.value.reshape(-1), claim.step.size)
        ratio = proportion(claim.step.reshape(-1), gradient)
        if ratio is not None and abs(ratio / usual - 1) < SAME:
            assert claim.gradient is not None
            words = (
                f"{claim.variable.name} is updated by {other.gradient.name}, which is another one's gradient.",
                "Each array moves along its own gradient.",
                f"{claim.gradient.name} in this line",
            )
            return _finding("gradient-of-another", claim, words, source)
    return None


def _another_size(claim: Claim, ratio: float, usual: float, rates: list[float], source: str) -> ScriptFinding:
    name, times = claim.variable.name, ratio / usual
    said = f"The step of {name} is {times:.6g} times what the others' rate makes of its gradient."
    if abs(times + 1) < SAME:
        words = (
            f"The step of {name} has the other sign than those of the others.",
            "One of them goes uphill.",
            f"the same sign in the update of {name}",
        )
        return _finding("wrong-sign", claim, words, source)
    if any(abs(times * rate - 1) < SAME for rate in rates):
        words = (f"The step of {name} is not multiplied by the learning rate.", said, "the learning rate in this line")
        return _finding("missing-learning-rate", claim, words, source)
    if any(abs(times / rate - 1) < SAME for rate in rates):
        words = (f"The step of {name} is multiplied by the learning rate twice.", said, "the learning rate once")
        return _finding("learning-rate-twice", claim, words, source)
    return _finding("step-of-another-size", claim, (said, "All arrays share one learning rate.", ""), source)
