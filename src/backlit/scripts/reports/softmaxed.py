"""A softmax of what the output layer's activation gave: the network is one layer longer than its weights say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import gradients
from backlit.scripts.found.claimed import claim_of, proportion
from backlit.scripts.found.deltas import delta_of
from backlit.scripts.found.file_losses import found_loss
from backlit.scripts.found.links import close
from backlit.scripts.found.own_records import first_own_record
from backlit.scripts.found.passes import ForwardPass, Key, forward_passes
from backlit.scripts.found.rates import rates_of
from backlit.scripts.found.subject import Subject
from backlit.scripts.found.targets import target_of
from backlit.scripts.judged.expected import as_rows, step_ratio
from backlit.scripts.reports.names import code_at
from backlit.scripts.reports.report import ScriptFinding, ScriptReport, ScriptVerdict
from backlit.scripts.reports.said import understood
from backlit.scripts.reports.updates import update_findings
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.told import Told

__all__ = ["softmaxed"]

SAME = 1e-5
NOT_JUDGED = (
    "I understood the forward pass, with a softmax of what {activation} gave. Its backward pass is neither the right "
    "one nor one that only leaves out the slope of {activation}: it was not judged."
)
LINE = "then {p} = softmax({o}): two activations, one after the other"
Sums = list[tuple[int, str, np.ndarray]]
"""(layer, quantity, gradient) of each array."""


def softmaxed(
    title: str, moments: Sequence[Moment], chosen: Sequence[Moment], updated: set[Key], told: Told, source: str
) -> ScriptReport | None:
    """Return the report on a network whose predictions are a softmax of another activation, None where it is none."""
    second: ScriptReport | None = None
    for moment in chosen if "exp(" in source else ():
        found = _output_of(moment, updated, told)
        longer = None if found is None else _longer(found)
        subject = None if longer is None else _subject(moments, moment, longer, updated, told)
        report = None if found is None or subject is None else _report(title, subject, found, source)
        if report is not None and report.status != "not-understood":
            return report
        second = second or report
    return second


def _output_of(moment: Moment, updated: set[Key], told: Told) -> ForwardPass | None:
    """Return the likeliest pass that goes on in a softmax, where any array may be one of what an activation gave."""
    if moment.timeless or not any(_may_be(node.value, moment) for node in moment.nodes):
        return None
    passes = forward_passes(moment, updated, told.weights)
    return next((found for found in passes if _longer(found) is not None), None)


def _may_be(shares: np.ndarray, moment: Moment) -> bool:
    """Say whether an array is the softmax of another one that has the range of an activation."""
    if shares.ndim != 2 or min(shares.shape) < 2 or shares.min() <= 0:
        return False
    axis = next((axis for axis in (1, 0) if np.allclose(shares.sum(axis=axis), 1)), None)
    alike = [n.value for n in moment.nodes if n.value.shape == shares.shape] if axis is not None else []
    logs = np.log(shares)
    for value in alike:
        within = value is not shares and (value.min() >= 0 or np.abs(value).max() <= 1)
        # but for one number a sample they are the logarithms
        if within and value.any() and np.allclose(np.ptp(value - logs, axis=axis), 0, atol=1e-6):
            return True
    return False


def _longer(found: ForwardPass) -> ForwardPass | None:
    """Return the pass with the softmax's values as its output, where there are some."""
    last, z = found.links[-1], found.predictions
    if last.activation in ("identity", "softmax") or z.shape[1] < 2 or found.inline:
        return None
    shares = find_activation("softmax").value(z)
    for place, node in enumerate(found.nodes):
        rows = found.rows(node.value, z.shape[1])
        if rows is not None and node.first > found.output.first and close(shares, rows):
            return replace(found, links=(*found.links[:-1], last._replace(result=place, activation="softmax")))
    return None


def _subject(
    moments: Sequence[Moment], moment: Moment, found: ForwardPass, updated: set[Key], told: Told
) -> Subject | None:
    target = target_of(moment, found, told.target)
    if target is None or not target.sure:
        return None
    weights = [claim_of(moment, found, link.weights, updated, told.gradients) for link in found.links]
    biases = [
        None if link.bias is None else claim_of(moment, found, link.bias, updated, told.gradients)
        for link in found.links
    ]
    claims = [*weights, *(claim for claim in biases if claim is not None)]
    if not all(claim.known for claim in claims):
        return None
    losses, rates = found_loss(moments, found, target), rates_of(moment, claims)
    deltas = [delta_of(moment, found, i, claim) for i, claim in enumerate(weights)]
    return Subject(moment, found, target, losses, weights, biases, rates, deltas, told, moment)


def _report(title: str, subject: Subject, plain: ForwardPass, source: str) -> ScriptReport | None:
    loss = subject.losses[0].words if subject.losses else "cross entropy: the file computes none that I know"
    lines = list(understood(subject._replace(found=plain), loss))
    output, name = subject.found.output, plain.links[-1].activation
    lines.insert(len(plain.links) + 1, LINE.format(p=output.name, o=plain.output.name))
    if subject.losses and subject.losses[0].loss != "cross_entropy":
        return None
    try:
        right, without = _right(subject, plain), _without_slope(subject, plain)
    except BacklitError:
        return None
    factor = _factor(subject, right)
    if factor is not None:
        moves, remarks = update_findings(subject, factor, source)
        status = "wrong" if moves else "right"
        return ScriptReport(title, status, tuple(lines), _verdicts(subject, ok=True), tuple(moves), tuple(remarks))
    if _factor(subject, without) is None:
        return ScriptReport(title, "not-understood", tuple(lines), asks=NOT_JUDGED.format(activation=name))
    finding = _finding(subject, plain, source)
    return ScriptReport(title, "wrong", tuple(lines), _verdicts(subject, ok=False), (finding,))


def _right(subject: Subject, plain: ForwardPass) -> Sums:
    """Return the gradients: the softmax is a layer without weights of its own."""
    depth = range(len(plain.links))
    net = Network.from_weights(
        [*(plain.weights(i) for i in depth), np.eye(plain.predictions.shape[1])],
        [*(plain.bias(i) for i in depth), None],
        activation=[link.activation for link in plain.links],
        output="softmax",
        loss="cross_entropy",
        layout="rows",
    )
    dW, db = gradients(net, plain.samples, subject.target.rows)
    sums: Sums = []
    for i in depth:
        sums += [(i, "weight_gradient", dW[i])]
        sums += [(i, "bias_gradient", value) for value in (db[i],) if value is not None]
    return sums


def _without_slope(subject: Subject, plain: ForwardPass) -> Sums:
    """Return the gradients without the slope of the activation below the softmax."""
    sums: Sums = []
    error = (subject.found.predictions - subject.target.rows) / len(subject.target.rows)
    for i in range(len(plain.links) - 1, -1, -1):
        sums += [(i, "weight_gradient", plain.below(i).T @ error), (i, "bias_gradient", error.sum(axis=0))]
        slope = find_activation(plain.links[i - 1].activation).derivative if i else None
        if slope is not None:
            b = plain.bias(i - 1)
            z = plain.below(i - 1) @ plain.weights(i - 1) + (0 if b is None else b)
            error = (error @ plain.weights(i).T) * slope(z)
    return sums


def _factor(subject: Subject, sums: Sums) -> float | None:
    """Return what all claimed arrays are times these, where that is one number."""
    ratio = step_ratio(subject.claims)
    factors = []
    for index, quantity, value in sums:
        claim = subject.weights[index] if quantity == "weight_gradient" else subject.biases[index]
        if claim is None:
            continue
        values = as_rows(subject, claim, index, quantity, ratio)
        factor = None if values is None or values.shape != value.shape else proportion(values, value)
        if factor is None:
            return None
        factors.append(factor)
    alike = bool(factors) and all(abs(factor / factors[0] - 1) < SAME for factor in factors)
    named = any(claim.gradient is not None for claim in subject.claims)
    return factors[0] if alike and (named or factors[0] < 0) else None


def _verdicts(subject: Subject, *, ok: bool) -> tuple[ScriptVerdict, ...]:
    claims = [
        claim
        for pair in zip(reversed(subject.weights), reversed(subject.biases), strict=True)
        for claim in pair
        if claim is not None
    ]
    return tuple(
        ScriptVerdict(
            0,
            c.gradient.name if c.gradient else f"step of {c.variable.name}",
            ok=ok,
            line=c.gradient.line if c.gradient else c.line,
        )
        for c in claims
    )


def _finding(subject: Subject, plain: ForwardPass, source: str) -> ScriptFinding:
    name, number = plain.links[-1].activation, len(plain.links)
    p, o, made = subject.found.output.name, plain.output.name, first_own_record(subject.found)
    error = subject.deltas[-1]
    line = made.line
    sent = f"{error.name} (line {error.line})" if error is not None else "what is sent back"
    happened = f"{p} is a softmax of {o}, which went through {name} before; {sent} knows of the softmax alone."
    matters = f"{name} squeezes the scores, so that no class gets a share near 1, and its slope belongs into the error."
    instead = f"the softmax of the scores themselves, without {name}; else also times the slope of {name}"
    code = code_at(source, line)
    return ScriptFinding(
        "double-output-activation", number, (number,), "certain", happened, matters, instead, (), line, code
    )
