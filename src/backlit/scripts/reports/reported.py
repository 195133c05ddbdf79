"""From what was understood to a report: the backward pass, the update and the penalty, judged and said."""

from __future__ import annotations

from dataclasses import replace

from backlit.check.conventions import scale_of
from backlit.check.forward_pass import NOT_JUDGED
from backlit.equations.loss_table import LOSSES
from backlit.errors import BacklitError
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.evened import evened, stepped
from backlit.scripts.judged.expected import base_of
from backlit.scripts.judged.given_error import GIVEN
from backlit.scripts.judged.implied import with_implied
from backlit.scripts.judged.judge import Judgement, judged, judged_as_fitted, judged_as_given, right_or_none
from backlit.scripts.judged.other_loss import given_words, other_loss
from backlit.scripts.judged.products import of_an_unknown_rule, with_products
from backlit.scripts.judged.sums import with_sums
from backlit.scripts.judged.unseen_masks import UNSEEN, line_of_masks
from backlit.scripts.reports.names import claim_name, forward_finding, named_finding, named_verdict, own_name
from backlit.scripts.reports.penalty_findings import penalty_findings
from backlit.scripts.reports.remembering import NOT_JUDGED_BY_NUMBERS, remembering
from backlit.scripts.reports.report import ScriptFinding, ScriptReport, ScriptVerdict
from backlit.scripts.reports.said import understood
from backlit.scripts.reports.spelled_findings import all_seen_are_right, findings_by_number, unseen_numbers
from backlit.scripts.reports.tied import untied
from backlit.scripts.reports.unused import numbers_in, without_unused
from backlit.scripts.reports.updates import update_findings
from backlit.scripts.rules.sign_rules import with_first_gradients

__all__ = ["TOO_SMALL", "report_of"]

OTHER_LOSS = (
    "Right if the loss is the log loss. If it is a squared error, the error term of the output lacks the slope f′ of "
    "sigmoid, a (1 − a)."
)
TOO_SMALL = "Too small to be judged were the steps of "

REST = "The rest of the backward pass, and the update, are judged once that is right."
NO_MISTAKE = "layers share weights, and no mistake that I know explains what they move along"

NAME_IT = "Give the mask, or what it leaves of the activations, a name"


def report_of(title: str, subject: Subject, source: str) -> ScriptReport:
    """Return the report on what was understood of one moment."""
    subject = without_unused(subject, source)._replace(numbers=numbers_in(source))
    flaw = forward_finding(subject, source)
    if flaw is not None:
        return _alone(title, subject, flaw, NOT_JUDGED)
    apart = untied(subject, source)
    if isinstance(apart, ScriptFinding):
        return _alone(title, subject, apart, REST)
    implied = apart if isinstance(apart, str) else with_implied(apart, source)
    if isinstance(implied, str):
        return _not_judged(title, subject, implied)
    report = _judged(title, with_sums(implied[0]), implied[1], source)
    if subject.found.shared and any(finding.identifier == "unknown" for finding in report.findings):
        # it may be no backward pass at all: contrastive divergence has these arrays too
        return _not_judged(title, subject, NO_MISTAKE)
    return report


def _alone(title: str, subject: Subject, finding: ScriptFinding, remark: str) -> ScriptReport:
    """Return the report of a mistake beside which nothing else can be judged."""
    known = subject.losses[0].words if subject.losses else "not looked at"
    return ScriptReport(title, "wrong", understood(subject, known), findings=(finding,), remarks=(remark,))


def _judged(title: str, subject: Subject, momentum: str, source: str) -> ScriptReport:
    """Return the report on a backward pass and its update; ``momentum`` is a remark on how the update was read."""
    line = line_of_masks(source, named=True) if subject.found.masks is None else 0
    kept = remembering(subject, source)
    if kept and any(claim.gradient is None for claim in subject.claims):
        return _not_judged(title, subject, f"the steps are made of {', '.join(kept)}, which {NOT_JUDGED_BY_NUMBERS}")
    whole = subject
    try:
        subject, judgement = _judgement(subject, source, right_alone=bool(line))
    except BacklitError as error:
        return _not_judged(title, subject, str(error))
    if judgement is None:
        return _not_judged(title, subject, f"{UNSEEN} (line {line}), and no array shows which. {NAME_IT}")
    unknown = of_an_unknown_rule(subject) if _unexplained(judgement) else ""
    if unknown:
        return _not_judged(title, subject, unknown)
    loss, remarks = _loss_words(subject, judgement)
    remarks += [momentum] if momentum else []
    if judgement.clipped is not None:
        remarks.append(f"The gradients are cut off at ±{judgement.clipped:.6g}, and right below it.")
    moves, more = update_findings(subject, _factor(judgement), source)
    if kept:
        moves, more = [], [f"The update was not judged: {', '.join(kept)} {NOT_JUDGED_BY_NUMBERS}."]
    penalties, asks = penalty_findings(subject, judgement, source)
    if judgement.option.net.loss_row is GIVEN:
        asks = given_words(subject)
    else:
        whole = subject
    remarks += [*more, *_penalty_words(subject, judgement, asks)]
    report = ScriptReport(title, "right", understood(whole, loss), (), (*moves, *penalties), tuple(remarks), asks)
    return _with_arrays(report, subject, judgement, source)


def _judgement(subject: Subject, source: str, *, right_alone: bool) -> tuple[Subject, Judgement | None]:
    """Return the judgement, with what was understood for it; with ``right_alone`` None where not all is right."""
    judgement = right_or_none(subject)
    if judgement is None:
        first = with_first_gradients(subject)
        judgement = None if first is None else right_or_none(first)
        subject = subject if first is None or judgement is None else first
    if judgement is not None:
        return _in_one_unit(subject, judgement, source)
    if right_alone:
        return subject, None
    judgement = judged(subject)
    fitted = judged_as_fitted(subject) if _unexplained(judgement) else None
    if fitted is not None and not _unexplained(fitted):
        return subject, fitted
    given = judged_as_given(subject) if _unexplained(judgement) and other_loss(subject) else None
    if given is not None:
        return given
    within = with_products(subject) if _unexplained(judgement) else None
    if within is not None:
        subject, judgement = within, judged(within)
    return _in_one_unit(subject, judgement, source)


def _unexplained(judgement: Judgement) -> bool:
    report, depth = judgement.report, len(judgement.option.net.layers)
    return report is not None and any(f.identifier == "unknown" and f.layer == depth for f in report.findings)


def _in_one_unit(subject: Subject, judgement: Judgement, source: str) -> tuple[Subject, Judgement]:
    """Return the subject and its judgement with all arrays in one unit, where less is then wrong with them."""
    wrong = judgement.report is not None and not judgement.report.ok
    others = [other for other in (evened(subject) if wrong else None, stepped(subject)) if other is not None]
    if not others:
        return subject, judgement
    moves = update_findings(subject, _factor(judgement), source)[0]
    for other in others if wrong or moves else ():
        better = judged(other)
        if _worth(better) <= _worth(judgement, len(moves)):
            return other, better
    return subject, judgement


def _worth(judgement: Judgement, more: int = 0) -> tuple[bool, int]:
    """Return how little of it is explained: unknown last, then by how much is said, with ``more`` of the update."""
    findings = judgement.report.findings if judgement.report is not None else ()
    return any(finding.identifier == "unknown" for finding in findings), len(findings) + more


def _not_judged(title: str, subject: Subject, why: str) -> ScriptReport:
    asks = f"I understood the forward pass, and could not judge the backward pass: {why}."
    return ScriptReport(title, "not-understood", understood(subject, "not known"), asks=asks)


def _with_arrays(report: ScriptReport, subject: Subject, judgement: Judgement, source: str) -> ScriptReport:
    """Add the verdicts on the arrays, and what is wrong with them; the report has what is wrong with the update."""
    moves, told = report.findings, judgement.report
    unseen = unseen_numbers(subject, judgement.facts)
    if unseen:
        report = replace(report, remarks=(*report.remarks, f"{TOO_SMALL}{', '.join(unseen)}."))
    if told is None or (unseen and all_seen_are_right(subject, judgement.facts)):
        facts = judgement.facts
        right = tuple(ScriptVerdict(0, own_name(fact, facts), ok=True, line=claim_name(fact)[1]) for fact in facts)
        status = "wrong" if moves else "not-understood" if report.asks else "right"
        return replace(report, status=status, verdicts=right, asks="" if moves else report.asks)
    unsure, report = report.asks if judgement.option.net.loss_row is GIVEN else "", replace(report, asks="")
    found = tuple(named_finding(f, told.verdicts, subject, judgement.facts, source) for f in told.findings)
    shown = tuple(named_verdict(v, judgement.facts, judgement.unit) for v in told.verdicts)
    if not found:
        # right but for rounding, or at a kink
        remarks = (*report.remarks, *told.remarks)
        status = "wrong" if moves else "not-understood" if unsure else "right"
        return replace(report, status=status, verdicts=shown, remarks=remarks, asks="" if moves else unsure)
    explained = all(finding.identifier != "unknown" for finding in found)
    apart = findings_by_number(subject, judgement.option.net, judgement.facts, source, explained=explained)
    if apart:
        return replace(report, status="wrong", verdicts=shown, findings=tuple(apart))
    depth = len(subject.found.links)
    loss = other_loss(subject) if any(f.identifier == "unknown" and f.layer == depth for f in found) else ""
    if loss:
        return replace(report, status="not-understood", findings=(), asks=loss)
    names = {finding.identifier for finding in found}
    findings = (*found, *(move for move in moves if move.identifier not in names))
    remarks = (*report.remarks, *(r for r in told.remarks if not r.startswith("Read with")))
    return replace(report, status="wrong", verdicts=shown, findings=findings, remarks=remarks)


def _penalty_words(subject: Subject, judgement: Judgement, asks: str) -> list[str]:
    """Return what is to be said of a penalty that the gradients hold."""
    penalty = judgement.penalty
    if penalty is None or asks:
        return []
    even = penalty.even(len(subject.weights))
    if judgement.report is not None:
        return ["The gradients seem to hold a penalty on the weights too: the numbers above are without it."]
    if all(fact.claim.gradient is None for fact in judgement.facts):
        return ["The steps hold a penalty on the weights too (weight decay)."]
    if even:
        return [f"The gradients hold a penalty: {even * abs(penalty.scale):.6g} times the weights (weight decay)."]
    kinds = "signs of " * (penalty.form == "l1")
    return [f"The gradients of some arrays hold a penalty, a multiple of the {kinds}weights."]


def _factor(judgement: Judgement) -> float | None:
    """Return the sign of the gradients beside the right ones, where all agree."""
    if judgement.factor is not None:
        return judgement.factor
    ratios = [fact.ratio for fact in judgement.facts if fact.ratio is not None]
    return ratios[0] if ratios and all(r * ratios[0] > 0 for r in ratios) and judgement.report is None else None


def _loss_words(subject: Subject, judgement: Judgement) -> tuple[str, list[str]]:
    """Return the loss in words, and what is to be said of its factor."""
    net, n = judgement.option.net, len(subject.target.rows)
    name = net.loss_row.name.replace("_", " ")
    if subject.told.loss is not None:
        return f"{subject.told.loss}, as told", []
    fitting = [one for one in subject.losses if base_of(one.loss) == net.loss_row.name]
    if net.loss_row is GIVEN:
        return "none that I know: the error at the output was taken as it is", []
    if not fitting and (net.loss_row.name not in LOSSES):
        return f"{name}, as the error at the output shows", []
    if not fitting:
        said = f"{name}: the file computes none that I know"
        return said, [OTHER_LOSS] if net.loss_row.name == "log_loss" and judgement.report is None else []
    known = fitting[0]
    where = f" (`{known.record.name}`, line {known.record.line})" if known.record.line else f" (`{known.record.name}`)"
    remarks = []
    if judgement.factor is not None and any(f.claim.gradient is not None for f in judgement.facts):
        loss = known.loss if known.loss in ("mse", "sum_squared_error", "half_mean_squared_error") else None
        times = abs(judgement.factor) / scale_of(net, n, loss, known.reduction)
        if abs(times - 1) > 1e-5:
            remarks.append(
                f"All gradients are {times:.6g} times those of the loss that the file computes: harmless, as the "
                "learning rate makes up for it."
            )
    return known.words + where, remarks
