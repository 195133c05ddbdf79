"""Mistakes in the step of one number, or of one unit, of a network that a file spells out number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backlit.equations.activation_table import find_activation
from backlit.scripts.expected import Fact
from backlit.scripts.names import code_at
from backlit.scripts.report import ScriptFinding
from backlit.scripts.spelled import is_together, members
from backlit.scripts.subject import Subject

__all__ = ["findings_by_number", "unseen_numbers"]

SAME = 1e-5
SEEN = 1e-9
"""Times the largest that a gradient is at least, to be judged: below, a slope is all rounding."""
FEWEST = 3


class Number(NamedTuple):
    """One weight or bias: its name, layer (from 1) and unit, its step, and the gradient that it should be along."""

    name: str
    layer: int
    unit: int
    step: float
    right: float


def findings_by_number(subject: Subject, facts: Sequence[Fact], source: str) -> list[ScriptFinding]:
    """Return what is wrong with single steps where most are one factor of their gradients; else nothing."""
    numbers = _seen(list(_numbers(facts)))
    ratios = [number.step / number.right for number in numbers]
    usual = max(ratios, key=lambda r: sum(_alike(r, other) for other in ratios), default=0.0)
    wrong = [n for n, ratio in zip(numbers, ratios, strict=True) if not _alike(ratio, usual)]
    if not wrong or len(numbers) - len(wrong) < max(FEWEST, len(wrong)) or usual >= 0:
        return []
    findings, said = [], set()
    for number in wrong:
        unit = [n for n in wrong if (n.layer, n.unit) == (number.layer, number.unit)]
        whole = len(unit) == sum((n.layer, n.unit) == (number.layer, number.unit) for n in numbers)
        times = number.step / (usual * number.right)
        slope = _slope_left_out(subject, number, times) if whole and len(unit) > 1 else ""
        if slope and (slope, number.layer, number.unit) not in said:
            said.add((slope, number.layer, number.unit))
            findings.append(_of_unit(subject, slope, unit, source))
        elif not slope:
            findings.append(_of_number(subject, number, usual, numbers, source))
    return findings


def unseen_numbers(facts: Sequence[Fact]) -> list[str]:
    """Return the names of numbers whose steps are too small to be judged, in a network that is spelled out."""
    numbers = list(_numbers(facts))
    seen = _seen(numbers)
    return [number.name for number in numbers if number not in seen]


def _seen(numbers: Sequence[Number]) -> list[Number]:
    largest = max((abs(number.right) for number in numbers), default=0.0)
    return [number for number in numbers if abs(number.right) > SEEN * largest]


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
    for identifier, layer in (("missing-hidden-derivative", index), ("slope-not-sent-back", index + 1)):
        if layer >= len(found.links):
            continue
        z = found.below(layer) @ found.weights(layer)
        bias = found.bias(layer)
        derivative = find_activation(found.links[layer].activation).derivative
        if derivative is None or (layer > index and z.shape[1] > 1):
            continue
        slope = derivative(z + (0 if bias is None else bias))[0, 0 if layer > index else number.unit]
        if slope and _alike(times * float(slope), 1.0):
            return identifier if layer < len(found.links) - 1 or layer > index else "missing-output-derivative"
    return ""


def _of_unit(subject: Subject, identifier: str, unit: Sequence[Number], source: str) -> ScriptFinding:
    names = ", ".join(number.name for number in unit)
    whose = "the unit above" if identifier == "slope-not-sent-back" else "this unit"
    words = (
        f"The steps of {names} lack the slope f′ of {whose}; the other steps have theirs.",
        "The chain rule goes through every unit on the way whole: through its slope, then through its weight.",
        f"multiply what goes to {names} by that slope",
    )
    return _finding(subject, identifier, unit[0], words, source)


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
