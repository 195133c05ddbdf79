"""From the moments of a run to a report: the first that is understood is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from backlit.check.conventions import scale_of
from backlit.check.forward_pass import NOT_JUDGED
from backlit.errors import BacklitError
from backlit.scripts.claimed_names import is_memory
from backlit.scripts.expected import base_of
from backlit.scripts.implied import with_implied
from backlit.scripts.judge import Judgement, judged
from backlit.scripts.links import SEARCHES, Search
from backlit.scripts.memories import memories_of
from backlit.scripts.names import claim_name, forward_finding, named_finding, named_verdict
from backlit.scripts.penalty_findings import penalty_findings
from backlit.scripts.records import Moment
from backlit.scripts.report import ScriptReport, ScriptVerdict
from backlit.scripts.said import not_connected, understood
from backlit.scripts.subject import Subject, Told, subject_of
from backlit.scripts.unused import without_unused
from backlit.scripts.updates import update_findings

__all__ = ["concluded"]

MOST_MOMENTS = 5
FIRST_STEP = (
    "The last step could not be judged (numbers that are not finite, all saturated, or no longer changing): the first "
    "one was."
)


def concluded(title: str, moments: Sequence[Moment], told: Told, source: str = "") -> ScriptReport:
    """Return the report on what was recorded."""
    with np.errstate(all="ignore"):
        return _concluded(title, moments, told, source)


def _concluded(title: str, moments: Sequence[Moment], told: Told, source: str) -> ScriptReport:
    updates = [m for m in moments if m.update and m.at is not None]
    updated = {m.at.key for m in updates if m.at is not None}
    ends = [m for m in moments if m.at is None]
    # what is written as an increment is more likely weights than what only depends on itself
    moved = {r.key for m in updates[:1] for r in m.records if r.kind.startswith("increment")}
    updates.sort(key=lambda m: m.at is not None and m.at.key not in moved)
    # the first step of weights, not of data that were made ready before
    moving = [m for m in updates if m.at is not None and m.at.key in moved] or updates
    earliest = min(moving, key=lambda m: 0 if m.at is None else m.at.number, default=None)
    starts = [] if earliest is None else [earliest]
    chosen = list(dict.fromkeys([*updates[: MOST_MOMENTS - 2], *starts, *ends]))
    why: list[str] = []
    second: ScriptReport | None = None
    doubted: ScriptReport | None = None
    for search, moment in _attempts(chosen):
        if doubted is not None and (search is not SEARCHES[0] or moment is earliest):
            continue
        first = len(updates) < 2 or moment is earliest
        subject = subject_of(moments, moment, updated, told, search, first=first)
        if isinstance(subject, str):
            why.append(subject)
            continue
        if second is not None and not subject.target.sure:
            continue
        report = _report(title, subject, source)
        if len(updates) > 1 and moment is earliest and moment is not chosen[0]:
            report = replace(report, remarks=(*report.remarks, FIRST_STEP))
        report = replace(report, remarks=(*report.remarks, *_others(subject, updates)))
        if report.status == "right":
            return report
        if subject.target.sure and not _doubtful(report):
            return doubted or report
        doubted = doubted or (report if subject.target.sure else None)
        second = second or report
    end = next(iter(ends or moments), None)
    return doubted or second or ScriptReport(title, "not-understood", asks=not_connected(end, why, source))


def _doubtful(report: ScriptReport) -> bool:
    """Say whether pass and step may be of different rounds: then other moments are asked."""
    return bool(report.findings) and report.findings[0].identifier in ("unknown", "several-steps")


def _others(subject: Subject, updates: Sequence[Moment]) -> list[str]:
    """Return a remark on matrices that are updated elsewhere: of a second network."""
    found = subject.found
    known = {r.name for link in found.links for p in (link.weights, link.bias) if p for r in found.nodes[p].records}
    known |= {claim.variable.name for claim in subject.claims}
    known |= {r.name for claim in subject.claims for r in (claim.gradient, claim.total) if r is not None}
    known |= {memory.record.name for claim in subject.claims for memory in memories_of(subject, claim)}
    matrices = {
        m.at.name
        for m in updates
        if m.at is not None and m.at.value.ndim == 2 and min(m.at.value.shape) > 1 and not is_memory(m.at.name)
    }
    values = {
        r.name
        for r in subject.moment.records
        if found.rows(r.value, r.value.shape[-1] if r.value.ndim else 1) is not None
    }
    others = sorted(matrices - known - values)
    if len(others) < 2:
        return []
    return [
        f"{', '.join(others[:4])} are updated too: for another network of the file, --weights {','.join(others[:2])}."
    ]


def _attempts(chosen: Sequence[Moment]) -> Iterator[tuple[Search, Moment]]:
    """Yield where to look, and how widely: all moments first, the wider searches at two of them alone."""
    yield from ((SEARCHES[0], moment) for moment in chosen)
    few = dict.fromkeys([*chosen[:1], *chosen[-1:]])
    yield from ((search, moment) for search in SEARCHES[1:] for moment in few)


def _report(title: str, subject: Subject, source: str) -> ScriptReport:
    subject = without_unused(subject, source)
    flaw = forward_finding(subject, source)
    if flaw is not None:
        known = subject.losses[0].words if subject.losses else "not looked at"
        return ScriptReport(title, "wrong", understood(subject, known), findings=(flaw,), remarks=(NOT_JUDGED,))
    implied = with_implied(subject, source)
    if isinstance(implied, str):
        asks = f"I understood the forward pass, and could not judge the backward pass: {implied}."
        return ScriptReport(title, "not-understood", understood(subject, "not known"), asks=asks)
    subject, momentum = implied
    try:
        judgement = judged(subject)
    except BacklitError as error:
        asks = f"I understood the forward pass, and could not judge the backward pass: {error}."
        return ScriptReport(title, "not-understood", understood(subject, "not known"), asks=asks)
    loss, remarks = _loss_words(subject, judgement)
    remarks += [momentum] if momentum else []
    if judgement.clipped is not None:
        remarks.append(f"The gradients are cut off at ±{judgement.clipped:.6g}, and right below it.")
    lines = understood(subject, loss)
    moves, more = update_findings(subject, _factor(judgement), source)
    remarks += more
    penalties, asks = penalty_findings(subject, judgement, source)
    moves += penalties
    remarks += _penalty_words(subject, judgement, asks)
    if judgement.report is None:
        verdicts = [ScriptVerdict(0, name, ok=True, line=line) for name, line in map(claim_name, judgement.facts)]
        status = "wrong" if moves else "not-understood" if asks else "right"
        asks = "" if moves else asks
        return ScriptReport(title, status, lines, tuple(verdicts), tuple(moves), tuple(remarks), asks=asks)
    report = judgement.report
    found = [named_finding(f, subject, judgement.facts, source) for f in report.findings]
    shown = [named_verdict(v, judgement.facts, judgement.unit) for v in report.verdicts]
    if not found:
        # right but for rounding, or at a kink
        remarks += list(report.remarks)
        return ScriptReport(title, "wrong" if moves else "right", lines, tuple(shown), tuple(moves), tuple(remarks))
    moves = [move for move in moves if move.identifier not in {f.identifier for f in found}]
    said = [r for r in report.remarks if not r.startswith("Read with")]
    return ScriptReport(title, "wrong", lines, tuple(shown), (*found, *moves), (*remarks, *said))


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
    if not subject.losses:
        said = f"{name}: the file computes none that I know"
        return said, []
    known = next((one for one in subject.losses if base_of(one.loss) == net.loss_row.name), subject.losses[0])
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
