"""What is wrong with an update by momentum or Adam, by the names that the exercise on them has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backlit.scripts.found.claimed import Claim
from backlit.scripts.found.subject import Subject
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding
from backlit.scripts.rules.rules import Rule
from backlit.scripts.rules.update_rules import follows, rule_of
from backlit.scripts.seen.claimed_names import RATE

__all__ = ["rule_findings"]

SAME = 1e-3
UPHILL = ("wrong-sign", "momentum-wrong-sign", "penalty-wrong-sign")
IN_MEMORY = (
    "velocity-added-to-itself",
    "accumulated",
    "square-of-mean",
    "step-sizes-swapped",
)
"""Mistakes in the line of what is remembered, beside those of squares."""
OF_SQUARES = (
    "share-left-out",
    "shares-swapped",
    "maximum-of-gradients",
    "maximum-of-the-mean",
    "minimum-for-maximum",
    "maximum-in-the-mean",
)
_WORDS: dict[str, tuple[str, str, str]] = {
    "learning-rate-twice": (
        "The learning rate is in {memory} already, and the step of {name} is multiplied by it once more.",
        "The steps are then as much shorter as the rate is below 1.",
        "the rate in one of the two lines: where {memory} is made, or where {name} moves",
    ),
    "wrong-sign": (
        "The update of {name} goes uphill: it moves along the loss's gradient.",
        "The loss grows with every step.",
        "the other sign in this line",
    ),
    "momentum-wrong-sign": (
        "Momentum goes uphill in {name}, plus for minus.",
        "The velocity should hold steps against the gradient, and be added; or gradients, and be subtracted.",
        "velocity = momentum * velocity - rate * gradient, then {name} + velocity",
    ),
    "penalty-wrong-sign": (
        "The weights' own part of the step has the wrong sign in {name}: they are driven to grow.",
        "Weight decay draws them towards 0.",
        "the other sign for the part that is a share of {name}",
    ),
    "velocity-added-to-itself": (
        "The new {memory} was added to the old one: it keeps more than all of it, and grows without end.",
        "What is remembered should fade.",
        "= for += where {memory} is assigned",
    ),
    "accumulated": (
        "{memory} keeps all of what it held: nothing of old gradients fades.",
        "Old gradients point where the loss once fell.",
        "momentum * {memory}, with a momentum below 1",
    ),
    "old-velocity": (
        "{name} moved by what {memory} was before this step: its gradient comes one step late.",
        "Make the new {memory} first.",
        "update {memory}, then {name} by it",
    ),
    "gradient-added-again": (
        "The gradient is in {memory} already, and was added to the step of {name} once more.",
        "That is neither momentum nor Nesterov's form of it.",
        "the step of {name} by {memory} alone; Nesterov: gradient + momentum * {memory}",
    ),
    "missing-root": (
        "The step of {name} is divided by the mean square itself, not by its root.",
        "The step then has another size for each size of gradient.",
        "np.sqrt(square) + epsilon",
    ),
    "gradient-for-mean": (
        "The step of {name} is made of this step's gradient, not of its running mean.",
        "The mean is computed, and not used: that is RMSprop.",
        "rate * mean / (np.sqrt(square) + epsilon)",
    ),
    "share-left-out": (
        "What is new was not multiplied by 1 − β in {memory}: it is a growing sum.",
        "Its size then depends on β.",
        "beta2 * square + (1 - beta2) * gradient**2",
    ),
    "mean-share-left-out": (
        "What is new was not multiplied by 1 − β in {memory}: the mean is a growing sum.",
        "The step is then larger by 1 / (1 − β).",
        "beta1 * mean + (1 - beta1) * gradient",
    ),
    "shares-swapped": (
        "In {memory} the share β went to what is new, and 1 − β to what was there.",
        "It then remembers next to nothing.",
        "beta2 * square + (1 - beta2) * gradient**2",
    ),
    "mean-shares-swapped": (
        "In {memory} the share β went to what is new, and 1 − β to what was there.",
        "It then remembers next to nothing.",
        "beta1 * mean + (1 - beta1) * gradient",
    ),
    "betas-swapped": (
        "The mean keeps more than the mean square: β₁ and β₂ changed places.",
        "β₁, such as 0.9, goes with the gradient's mean; β₂, such as 0.999, with that of its square.",
        "beta1 for the mean, beta2 for the square",
    ),
    "square-of-mean": (
        "The square of the running mean was averaged, not the square of the gradient.",
        "The root should say how large gradients are, of either sign.",
        "(1 - beta2) * gradient**2",
    ),
    "square-not-corrected": (
        "Only the mean was freed of its start at 0; that of the square was not.",
        "Both began at 0, and are too small at first.",
        "square / (1 - beta2**t)",
    ),
    "mean-not-corrected": (
        "Only the mean square was freed of its start at 0; the mean was not.",
        "Both began at 0, and are too small at first.",
        "mean / (1 - beta1**t)",
    ),
    "correction-of-another": (
        "One of the two means was freed of its start at 0 by the other's β.",
        "A mean that keeps β of itself is 1 − β**t of what it should be after t steps: with another β it stays too "
        "small, or grows too large, while it fills.",
        "mean / (1 - beta1**t) and square / (1 - beta2**t)",
    ),
    "maximum-not-used": (
        "The largest mean square is kept, and the step of {name} is divided by the root of the newest one.",
        "That is Adam: the step can grow again once large gradients are forgotten, which AMSGrad is there to prevent.",
        "divide by the root of the largest",
    ),
    "maximum-of-gradients": (
        "{memory} keeps the largest squared gradient, not the largest mean of them.",
        "One large gradient then holds the steps small for good.",
        "np.maximum({memory}, the running mean of squares)",
    ),
    "maximum-of-the-mean": (
        "{memory} keeps the largest mean of gradients, which has a sign, not the largest mean of their squares.",
        "Its root says nothing of how large gradients are, and there is none of a number below 0.",
        "np.maximum({memory}, the running mean of squares)",
    ),
    "minimum-for-maximum": (
        "{memory} keeps the smallest mean square, not the largest.",
        "Steps then grow wherever gradients were once small.",
        "np.maximum for np.minimum",
    ),
    "maximum-in-the-mean": (
        "The maximum was put back into {memory}, the running mean of squares itself.",
        "The mean then never falls; AMSGrad lets it run on, and keeps its largest value in another array.",
        "two arrays: square = beta2 * square + (1 - beta2) * gradient**2, largest = np.maximum(largest, square)",
    ),
    "step-sizes-swapped": (
        "The step sizes in {memory} shrink where the gradient keeps its sign, and grow where it changes.",
        "A change of sign says that a step went too far.",
        "multiply by the number above 1 where gradient * previous > 0, by that below 1 where it is < 0",
    ),
    "sign-lost": (
        "The step of {name} has one sign in all of its entries, whatever the sign of the gradient.",
        "Half of the weights then go uphill. A sign that is squared, or of a size, is always 1.",
        "-np.sign(gradient) * step size",
    ),
    "steps-not-counted": (
        "The count stays at 1, or begins again while the means go on: steps are corrected as if they were the first.",
        "The correction should fade as the means fill.",
        "t += 1 at every step, from 0 at the start of the training alone",
    ),
}


def rule_findings(
    subject: Subject, claims: Sequence[Claim], factor: float | None, source: str
) -> tuple[list[ScriptFinding], list[str]] | None:
    """Return what is wrong with the steps of some arrays, and remarks; None where no rule of theirs is found.

    ``factor`` is what all gradients are times the right ones, None where they are wrong: then no sign is told.
    """
    sign = -1.0 if factor is not None and factor < 0 else 1.0
    rules = [(claim, rule_of(subject, claim, sign)) for claim in claims]
    known = [(claim, rule) for claim, rule in rules if rule is not None]
    if not known:
        return None
    findings: dict[str, ScriptFinding] = {}
    for claim, rule in known:
        told = rule.mistake and not (rule.mistake in UPHILL and factor is None)
        if told and rule.mistake not in findings:
            findings[rule.mistake] = _finding(claim, rule, source)
    if not findings:
        twice = [(claim, rule) for claim, rule in known if _rate_twice(subject, claim, rule, source)]
        if twice:
            findings["learning-rate-twice"] = _finding(
                twice[0][0], twice[0][1]._replace(mistake="learning-rate-twice"), source
            )
    if not findings:
        findings.update(_other_rates(known, source))
    first = known[0][1]
    by = "" if first.name == "decay" else ": judged by what it remembers"
    remarks = [f"The update is {first.words}{by}."] if not findings else []
    remarks += list(dict.fromkeys(rule.remark for _, rule in known if rule.remark))
    unknown = [claim.variable.name for claim, rule in rules if rule is None and not follows(subject, claim, first)]
    if unknown:
        remarks.append(f"How {', '.join(unknown)} moved was not judged: too few numbers, or another rule.")
    return list(findings.values()), remarks


def _rate_twice(subject: Subject, claim: Claim, rule: Rule, source: str) -> bool:
    """Say whether both the line of a velocity and that of the step have the rate, and the step shows its square.

    By the numbers alone, a velocity that holds 1 − β of each gradient looks the same where that is the rate.
    """
    if rule.name != "momentum" or rule.memory is None or rule.memory.record.line == claim.line:
        return False
    lines = [code_at(source, line) for line in (rule.memory.record.line, claim.line)]
    return any(
        all(re.search(rf"(?<!\w){re.escape(name.rpartition('.')[2])}(?!\w)", line) for line in lines)
        and RATE.search(name.rpartition(".")[2])
        and abs(rule.rate / rate**2 - 1) < SAME
        for rate, name in subject.rates
        if rate != 1
    )


def _finding(claim: Claim, rule: Rule, source: str) -> ScriptFinding:
    square = rule.mistake in OF_SQUARES
    memory = rule.square if square and rule.square is not None else rule.memory or rule.square
    names = {"name": claim.variable.name, "memory": memory.record.name if memory is not None else "velocity"}
    happened, matters, instead = (text.format(**names) for text in _WORDS[rule.mistake])
    within = rule.mistake in (*IN_MEMORY, *OF_SQUARES) or rule.mistake.startswith("mean-share")
    line = memory.record.line if within and memory is not None else claim.line
    code = code_at(source, line)
    return ScriptFinding(rule.mistake, 0, (), "certain", happened, matters, instead, (), line, code)


def _other_rates(known: Sequence[tuple[Claim, Rule]], source: str) -> dict[str, ScriptFinding]:
    """Return a finding for an array whose rate is another than that of most."""
    rates = [rule.rate for _, rule in known]
    usual = max(rates, key=lambda rate: sum(abs(other / rate - 1) < SAME for other in rates))
    alike = sum(abs(rate / usual - 1) < SAME for rate in rates)
    if alike < 2 or len({rule.name for _, rule in known}) > 1:
        return {}
    for claim, rule in known:
        if abs(rule.rate / usual - 1) > SAME:
            said = f"The step of {claim.variable.name} is {rule.rate / usual:.6g} times what the others' rate makes."
            words = (said, "All arrays share one learning rate.", "")
            name, code = "step-of-another-size", code_at(source, claim.line)
            return {name: ScriptFinding(name, 0, (), "certain", *words, (), claim.line, code)}
    return {}
