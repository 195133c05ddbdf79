"""Mistakes in the step of one number, or of one unit, of a network that a file spells out number by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.network.network import Network
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import Fact, scales
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding
from backlit.scripts.seen.spelled import is_together, members

__all__ = ["all_seen_are_right", "findings_by_number", "unseen_numbers"]

SAME = 1e-5
SEEN = 1e-8
"""The least slope by which a unit is judged: below, 1 - a is all rounding."""
FEWEST, FEWEST_AT_A_RATE = 3, 2


class Number(NamedTuple):
    """One weight or bias: its name, layer (from 1) and unit, its step, and the gradient that it should be along."""

    name: str
    layer: int
    unit: int
    step: float
    right: float


def findings_by_number(
    subject: Subject, net: Network, facts: Sequence[Fact], source: str, *, explained: bool
) -> list[ScriptFinding]:
    """Return what is wrong with single steps where most are one factor of their gradients; else nothing.

    Where all is ``explained`` by the layers as a whole, a layer of which all is wrong has its name already.
    """
    numbers = _seen(subject, _numbers(facts))
    usual, wrong = _unlike(numbers)
    least = FEWEST_AT_A_RATE if _is_a_rate(subject, net, usual) else FEWEST
    if not wrong or len(numbers) - len(wrong) < max(least, len(wrong)) or usual >= 0:
        return []
    if explained and not any(n.layer == w.layer and n not in wrong for w in wrong for n in numbers):
        return []
    findings = []
    units = dict.fromkeys((number.layer, number.unit) for number in wrong)
    for place in units:
        own = [n for n in numbers if (n.layer, n.unit) == place]
        unit = [n for n in wrong if n in own]
        times = [n.step / (usual * n.right) for n in unit]
        if len(own) == len(unit) > 1 and all(_alike(other, times[0]) for other in times):
            findings.append(_of_unit(subject, net, unit, times[0], source))
        else:
            findings += [_of_number(subject, number, usual, numbers, source) for number in unit]
    return findings


def _is_a_rate(subject: Subject, net: Network, times: float) -> bool:
    """Say whether steps are a rate of the file times their gradients, under a factor that the loss may have."""
    rates = [rate for rate, _ in subject.rates] or subject.numbers
    sizes = [scale * rate for *_, scale in scales(net, len(subject.target.rows)) for rate in rates]
    return any(_alike(abs(times), size) for size in sizes)


def unseen_numbers(subject: Subject, facts: Sequence[Fact]) -> list[str]:
    """Return the names of numbers whose steps are too small to be judged, in a network that is spelled out."""
    numbers = list(_numbers(facts))
    seen = _seen(subject, numbers)
    return [number.name for number in numbers if number not in seen]


def all_seen_are_right(subject: Subject, facts: Sequence[Fact]) -> bool:
    """Say whether all steps that can be judged, and enough of them, are one factor of their gradients, downhill."""
    numbers = _seen(subject, _numbers(facts))
    usual, wrong = _unlike(numbers)
    return len(numbers) >= FEWEST and usual < 0 and not wrong


def _seen(subject: Subject, numbers: Iterable[Number]) -> list[Number]:
    """Keep the numbers of units that are not saturated, nor all that are above them."""
    slopes = [_slopes(subject, index) for index in range(len(subject.found.links))]
    through = [all(above.max() > SEEN for above in slopes[index + 1 :]) for index in range(len(slopes))]
    return [n for n in numbers if n.right and through[n.layer - 1] and slopes[n.layer - 1][n.unit] > SEEN]


def _slopes(subject: Subject, index: int) -> np.ndarray:
    """Return the size of a layer's slopes, the largest of all samples; 1 where its activation has none of each unit."""
    found = subject.found
    bias, derivative = found.bias(index), find_activation(found.links[index].activation).derivative
    z = found.below(index) @ found.weights(index) + (0 if bias is None else bias)
    slopes: np.ndarray = np.ones_like(z) if derivative is None else np.abs(derivative(z))
    largest: np.ndarray = slopes.max(axis=0)
    return largest


def _unlike(numbers: Sequence[Number]) -> tuple[float, list[Number]]:
    """Return what most steps are times their gradients, and the numbers of which that is not so."""
    ratios = [number.step / number.right for number in numbers]
    usual = max(ratios, key=lambda r: sum(_alike(r, other) for other in ratios), default=0.0)
    return usual, [n for n, ratio in zip(numbers, ratios, strict=True) if not _alike(ratio, usual)]


def _numbers(facts: Sequence[Fact]) -> Iterator[Number]:
    if not any(is_together(fact.claim.variable.name) for fact in facts):
        return
    for fact in facts:
        name, values = fact.claim.variable.name, fact.values
        if values is None or fact.claim.step is None or values.shape != fact.right.shape:
            continue
        right = fact.right if fact.right.ndim == 2 else fact.right[None, :]
        steps = values.reshape(right.shape)
        # a layer's names stand unit by unit, its gradients input by input
        names = members(name) or [name]
        for place, label in enumerate(names[: right.size]):
            unit, given = divmod(place, right.shape[0])
            yield Number(label, fact.layer, unit, float(steps[given, unit]), float(right[given, unit]))


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= SAME * abs(b)


def _slope_left_out(subject: Subject, number: Number, times: float) -> str:
    """Return which slope the steps of a unit lack: its own, or that of the one unit above; "" for none."""
    found, index = subject.found, number.layer - 1
    if len(found.samples) > 1:
        return ""
    for identifier, layer in (("missing-hidden-derivative", index), ("slope-not-sent-back", index + 1)):
        if layer >= len(found.links):
            continue
        slopes = _slopes(subject, layer)
        if layer > index and len(slopes) > 1:
            continue
        slope = slopes[0 if layer > index else number.unit]
        if slope and _alike(times * float(slope), 1.0):
            return identifier if layer < len(found.links) - 1 or layer > index else "missing-output-derivative"
    return ""


def _of_unit(subject: Subject, net: Network, unit: Sequence[Number], times: float, source: str) -> ScriptFinding:
    """Return what all steps of a unit lack, or have too much."""
    names, slope = ", ".join(number.name for number in unit), _slope_left_out(subject, unit[0], times)
    if slope:
        whose = "the unit above" if slope == "slope-not-sent-back" else "this unit"
        words = (
            f"The steps of {names} lack the slope f′ of {whose}; the other steps have theirs.",
            "The chain rule goes through every unit on the way whole: through its slope, then through its weight.",
            f"multiply what goes to {names} by that slope",
        )
        return _finding(subject, slope, unit[0], words, source)
    weights = _through_another(subject, net, unit[0], times)
    if weights is not None:
        words = (
            f"The error that goes to {names} comes back through {weights[0]}, in the place of {weights[1]}.",
            "An error goes back through the weight by which this unit's value went up.",
            f"{weights[1]} in the line of that error",
        )
        return _finding(subject, "weight-of-another", unit[0], words, source)
    words = (
        f"The steps of {names} are {times:.6g} times what the others' rate makes of their gradients.",
        "All numbers of a unit share its error term.",
        f"look at the line of the error that goes to {names}",
    )
    return _finding(subject, "step-of-another-size", unit[0], words, source)


def _through_another(subject: Subject, net: Network, number: Number, times: float) -> tuple[str, str] | None:
    """Return (weight taken, weight that belongs there) where one weight was taken for another on the way back."""
    found, above = subject.found, number.layer
    if above >= len(found.links) or len(found.samples) > 1:
        return None
    V, names = found.weights(above), members(found.nodes[found.links[above].weights].name)
    delta = net.trace(found.samples, subject.target.rows).layers[above].error_term[0]
    right = float(V[number.unit] @ delta)
    n_in = V.shape[0]
    for k in range(V.shape[1]):
        without = right - float(V[number.unit, k] * delta[k])
        for place, name in enumerate(names):
            unit, given = divmod(place, n_in)
            if (given, unit) != (number.unit, k) and _alike(without + float(V[given, unit] * delta[k]), times * right):
                return name, names[k * n_in + number.unit]
    return None


def _of_number(subject: Subject, number: Number, usual: float, numbers: Sequence[Number], source: str) -> ScriptFinding:
    name, times = number.name, number.step / (usual * number.right)
    others = [n.name for n in numbers if n.name != name and _alike(number.step, usual * n.right)]
    if _alike(times, -1.0):
        words = (
            f"The step of {name} has the other sign than those of the others.",
            "One of them goes uphill.",
            f"the same sign in the update of {name}",
        )
        return _finding(subject, "wrong-sign", number, words, source)
    if others:
        words = (
            f"The step of {name} is the one that belongs to {others[0]}.",
            "Each number moves along its own gradient.",
            f"what belongs to {name} in its line, and in the lines that it is made in",
        )
        return _finding(subject, "gradient-of-another", number, words, source)
    words = (
        f"The step of {name} is {times:.6g} times what the others' rate makes of its gradient.",
        "All numbers share one learning rate, and each has its own gradient.",
        f"look at the lines that the step of {name} is made in",
    )
    return _finding(subject, "step-of-another-size", number, words, source)


def _finding(
    subject: Subject, identifier: str, number: Number, words: tuple[str, str, str], source: str
) -> ScriptFinding:
    made = [r for r in subject.moment.records if r.name == number.name and r.number > subject.found.output.first]
    line = made[0].line if made else 0
    return ScriptFinding(identifier, number.layer, (number.layer,), "certain", *words, (), line, code_at(source, line))
