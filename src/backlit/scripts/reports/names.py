"""The file's own names in a report's words: of its arrays, in place of those of the equations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backlit.check.mistakes import find_mistake
from backlit.check.report import Finding, Verdict
from backlit.scripts.found.deltas import before_mask_name, delta_ratio, pre_activation_name
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import Fact
from backlit.scripts.reports.report import ScriptFinding, ScriptVerdict
from backlit.scripts.seen.records import Node
from backlit.scripts.seen.spelled import is_together, member_of

__all__ = [
    "claim_name",
    "code_at",
    "forward_finding",
    "named_finding",
    "named_verdict",
    "own_name",
    "renamed",
    "vocabulary",
]

SLOPES = frozenset(
    [
        "missing-output-derivative",
        "missing-hidden-derivative",
        "extra-output-derivative",
        "derivative-of-activation",
        "derivative-of-pre-activation",
        "derivative-of-input",
        "derivative-of-error-term",
        "updated-weights-used",
        "transposed-weights",
        "wrong-layer-weights",
        "softmax-diagonal-only",
        "double-output-activation",
        "slope-of-another-layer",
        "mask-left-out",
        "mask-scale-left-out",
        "mask-scale-twice",
        "slope-after-mask",
        "absolute-error-used",
        "squared-error-used",
        "labels-not-one-hot",
        "another-slope",
        "value-as-slope",
        "one-minus-value",
        "broadcast-outer",
        "overwritten",
    ]
)
"""Mistakes made in the line of the error terms, not in that of the gradient."""
SUM = re.compile(r" [-+/] ")
_PRODUCT = r"[\w.]+ @ [\w.]+"


def vocabulary(subject: Subject) -> dict[str, str]:
    """Return what the file calls each name of the equations."""
    found = subject.found
    output = f"{found.inline}({found.output.name})" if found.inline else _operand(found.output)
    words = {"x": found.input.name, "ŷ": output, "y": subject.target.name}
    for index, link in enumerate(found.links):
        number = index + 1
        weights, bias, delta = subject.weights[index], subject.biases[index], subject.deltas[index]
        words[f"W{number}"] = weights.variable.name
        words[f"a{number}"] = found.nodes[link.result].name if index < len(found.links) - 1 else output
        words[f"z{number}"] = pre_activation_name(found, index) or f"z{number}"
        if link.mask is not None:
            words[f"mask{number}"] = found.nodes[link.mask].name
            words[f"(a{number} * mask{number})"] = words[f"a{number}"]
            words[f"a{number}"] = before_mask_name(found, index) or f"{link.activation}({words[f'z{number}']})"
        if weights.gradient is not None:
            words[f"dW{number}"] = weights.gradient.name
        if bias is not None:
            words[f"b{number}"] = bias.variable.name
            if bias.gradient is not None:
                words[f"db{number}"] = bias.gradient.name
        if delta is not None:
            words[f"dz{number}"] = words[f"delta_{number}"] = delta.name
    return {key: value for key, value in words.items() if value and value != key}


def _operand(node: Node) -> str:
    """Return what the predictions are called where they stand beside others: an expression in brackets."""
    return f"({node.name})" if node.nameless and SUM.search(node.name) else node.name


def renamed(text: str, words: dict[str, str]) -> str:
    """Return a text with the file's names in it."""
    if not words:
        return text
    pattern = "|".join(re.escape(key) for key in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<![\w.'])({pattern})(?![\w'])", lambda found: words[found[1]], text)


def code_at(source: str, line: int) -> str:
    """Return what stands in a line of the file, "" where it is not known."""
    lines = source.splitlines()
    return lines[line - 1].strip()[:100] if 0 < line <= len(lines) else ""


def named_verdict(verdict: Verdict, facts: list[Fact], unit: float) -> ScriptVerdict:
    """Return a verdict on an array by the file's name, with the file's numbers and Python's indices."""
    quantity = verdict.quantity.replace("step", "gradient")
    fact = next((f for f in facts if (f.layer, f.quantity) == (verdict.layer, quantity)), None)
    if fact is None:
        return ScriptVerdict(**vars(verdict))
    name, line = claim_name(fact)
    numbers = re.findall(r"\d+", verdict.address.partition(".")[2])
    shape = (fact.claim.gradient.value if fact.claim.gradient is not None else fact.claim.variable.value).shape
    indexes = [int(n) - 1 for n in numbers]
    if len(indexes) > len(shape):
        indexes = [i for i in indexes if i] or [0]
    elif len(indexes) == 1 and len(shape) == 2:
        indexes = [indexes[0], 0] if shape[1] == 1 else [0, indexes[0]]
    alone = member_of(fact.claim.variable.name, indexes) if fact.claim.gradient is None else ""
    address = alone or f"{name if name.isidentifier() else 'entry '}{indexes}" if verdict.address else ""
    shown = verdict.scaled(own_name(fact, facts), 1 / (unit * fact.claim.times))
    return ScriptVerdict(**{**vars(shown), "layer": 0, "address": address}, line=line)


def claim_name(fact: Fact) -> tuple[str, int]:
    """Return what a claimed array is called, and its line."""
    claim = fact.claim
    if claim.gradient is not None:
        return claim.gradient.name, claim.gradient.line
    return f"step of {claim.variable.name}", claim.line


def own_name(fact: Fact, facts: Sequence[Fact]) -> str:
    """Return what a claimed array is called: where several have one name, with the object or closure that it is of."""
    name, _ = claim_name(fact)
    home = (fact.claim.gradient or fact.claim.variable).scope.partition(" of ")[2]
    alike = sum(claim_name(other)[0] == name for other in facts)
    return f"{name} of {home}" if alike > 1 and home and not home.isdecimal() else name


def named_finding(
    finding: Finding, verdicts: Sequence[Verdict], subject: Subject, facts: Sequence[Fact], source: str
) -> ScriptFinding:
    """Return a finding in the file's words, with the line to change."""
    right = {(one.layer, one.quantity.replace("step", "gradient")) for one in verdicts if one.ok}
    line = _line(finding, subject, [fact for fact in facts if (fact.layer, fact.quantity) not in right])
    # a network of single numbers has no arrays to write the equation in: it stands in its own letters
    spelled = any(is_together(claim.variable.name) for claim in subject.weights)
    words = {} if spelled else vocabulary(subject)
    layers = {f"L{i + 1}": f"L{i + 1}" for i in range(len(subject.found.links))}
    if finding.identifier == "broadcast-outer":
        finding = _of_its_shapes(finding, subject)
    texts = {
        "happened": renamed(_untold(finding.happened), {**words, **layers}),
        "matters": renamed(finding.matters, words),
        "instead": renamed(_undivided(finding.instead, subject), words),
    }
    return ScriptFinding(**{**vars(finding), **texts}, line=line, code=code_at(source, line))


def _of_its_shapes(finding: Finding, subject: Subject) -> Finding:
    """Return the finding of a row and a column that met, with which of both is the predictions'."""
    made, wanted, n = subject.found.output, subject.target.node, len(subject.found.samples)
    if made.value.shape != (n,) or wanted.value.ndim != 2:
        return finding
    shapes = f"Predictions of shape ({n},) met targets of shape {wanted.value.shape}"
    happened = f"{shapes}: broadcasting made an ({n}, {n}) array."
    return replace(finding, happened=happened, instead=f"give the predictions the targets' shape: {made.name}[:, None]")


def forward_finding(subject: Subject, source: str) -> ScriptFinding | None:
    """Return the mistake in the forward pass, or None."""
    for index, link in enumerate(subject.found.links):
        if link.flaw:
            row = find_mistake(link.flaw)
            record = subject.found.nodes[link.result].first_record
            words = (row.happened, row.matters, row.instead)
            number = index + 1
            code = code_at(source, record.line)
            return ScriptFinding(link.flaw, number, (number,), "certain", *words, (), record.line, code)
    return None


def _untold(text: str) -> str:
    """Leave out how to tell a convention to a function: a script calls none."""
    return re.sub(r": pass [^.]*\.", ".", text)


def _undivided(text: str, subject: Subject) -> str:
    """Leave out the mean over samples where the file's error terms hold it: else it would be taken twice."""
    n = len(subject.target.rows)
    if n == 1 or not _divided_before(subject):
        return text
    text = re.sub(rf"({_PRODUCT}|\.sum\([^)]*\)) / {n}(?!\d)", r"\1", text)
    return re.sub(r"(\bd(?:z|elta_)\d+)\.mean\(", r"\1.sum(", text)


def _divided_before(subject: Subject) -> bool:
    """Say whether error terms of the file are multiplied by what went into their layer, and that is the gradient."""
    rates = [1.0, *(1 / rate for rate, _ in subject.rates)]
    for index, delta in enumerate(subject.deltas):
        ratio = None if delta is None else delta_ratio(subject.found, index, subject.weights[index], delta.value)
        if ratio is not None:
            claimed = subject.weights[index].gradient is not None
            return any(abs(abs(ratio) - one) < 1e-5 * one for one in (rates[:1] if claimed else rates))
    return False


def _line(finding: Finding, subject: Subject, wrong: Sequence[Fact]) -> int:
    """Return the line to change; ``wrong``: the arrays that are not right."""
    index = max(finding.layer, 1) - 1
    delta = subject.deltas[index]
    if finding.identifier in SLOPES and delta is not None:
        return delta.line
    own = [fact for fact in wrong if fact.layer == finding.layer]
    kind = "bias_gradient" if finding.identifier.startswith("bias") else "weight_gradient"
    ordered = sorted(own, key=lambda fact: fact.quantity != kind)
    if ordered:
        return claim_name(ordered[0])[1]
    return subject.weights[index].line
