"""From the moments of a run to a report on one network: the first moment that is understood is judged."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backlit.check.progress import looking_at
from backlit.errors import BacklitError
from backlit.scripts.judge import right_or_none
from backlit.scripts.links import SEARCHES, Search
from backlit.scripts.passes import Key
from backlit.scripts.records import Moment
from backlit.scripts.report import ScriptReport
from backlit.scripts.reported import TOO_SMALL, report_of
from backlit.scripts.said import not_connected
from backlit.scripts.softmaxed import softmaxed
from backlit.scripts.spelled import together_keys
from backlit.scripts.stacks import stack_name
from backlit.scripts.subject import Subject, Told, subject_of
from backlit.scripts.sums import moved_twice
from backlit.scripts.unseen_masks import UNSEEN, line_of_masks

__all__ = ["Concluded", "doubtful", "one_network", "with_softmax"]

MOST_MOMENTS = 5
LOOKED_AT = 2
"""Moments at which a softmax of another activation is looked for."""
STARTS = 2
"""First steps: a first sample of zeros moves no weights that it meets, and shows none of them."""
PATIENCE = 10.0
"""Seconds of computing after which no other moment is looked at, nor more widely."""
PERHAPS_LEFT_OUT = (
    "Line {line} may leave out units at random. In the pass that was looked at none was left out, so that a mask that "
    "is missing on the way back would not be seen."
)
NO_STEP = "The weights had not moved yet after this pass: their update was not judged."
FIRST_STEP = (
    "The last step could not be judged (numbers that are not finite, all saturated, or no longer changing): one of the "
    "first ones was."
)


Concluded = tuple[ScriptReport, Subject | None]
"""What is said of a network, and what was understood of it; None where nothing was."""


def with_softmax(title: str, moments: Sequence[Moment], told: Told, source: str) -> ScriptReport | None:
    """Return what is said of a network whose predictions are a softmax of another activation; None where it is none."""
    chosen, _, _, updated = _chosen(moments, None)
    return softmaxed(title, moments, chosen[:LOOKED_AT], updated, told, source)


def one_network(
    title: str, moments: Sequence[Moment], told: Told, source: str, among: Sequence[Moment] | None = None
) -> Concluded:
    """Return what is said of one network of a run, and what was understood of it.

    ``among`` are the moments that may be looked at, where these are not all.
    """
    chosen, starts, updates, updated = _chosen(moments, among)
    why: list[str] = []
    second: Concluded | None = None
    doubted: Concluded | None = None
    whole: Concluded | None = None
    masks = line_of_masks(source)
    until = time.thread_time() + PATIENCE
    for number, (search, moment) in enumerate(_attempts(chosen, starts)):
        looking_at(f"try {number + 1}")
        if number and time.thread_time() > until:
            break
        settled = doubted or whole or (second is not None and UNSEEN in second[0].asks)
        if (settled and search is not SEARCHES[0]) or (doubted and moment in starts):
            continue
        first = len(updates) < 2 or moment in starts[:1]
        subject = subject_of(moments, moment, updated, told, search, first=first)
        if isinstance(subject, str):
            why.append(subject)
            continue
        if second is not None and not subject.target.sure:
            continue
        subject = _with_its_step(moments, subject, updates, updated, told)
        subject = _with_flaw(moments, subject, updated, told, source)
        report = report_of(title, subject, source)
        if _waits(subject, updated):
            report = replace(report, remarks=(*report.remarks, NO_STEP))
        if UNSEEN in report.asks or _looks_on(subject, report):
            second = second or ((report, subject) if UNSEEN in report.asks else None)
            why.append("a pass after which the weights moved more than once is no step's")
            continue
        late = len(updates) > 1 and moment in starts and moment is not chosen[0]
        report = replace(report, remarks=(*report.remarks, *[FIRST_STEP] * late))
        if report.status == "right":
            partly = _in_part(report, subject, masks)
            if partly is None:
                return report, subject
            # another sample may show the rest
            whole = whole or (partly, subject)
            continue
        if subject.target.sure and not doubtful(report):
            if report.status != "not-understood" or search is SEARCHES[-1] or not _may_go_on(subject, source):
                return doubted or (report, subject)
            second = second if second is not None and second[0].status != "not-understood" else (report, subject)
            continue
        if doubtful(report) and (not subject.target.sure or (late and moment in starts[1:])):
            # only a name speaks for these targets, or an early step may be of another pass; and nothing explains it
            why.append(f"{subject.target.name} may not be the targets")
            continue
        doubted = doubted or ((report, subject) if subject.target.sure else None)
        second = second or (report, subject)
    end = next((m for m in moments if m.at is None), next(iter(moments), None))
    nothing = ScriptReport(title, "not-understood", asks=not_connected(end, why, source))
    return doubted or whole or second or (nothing, None)


def _in_part(report: ScriptReport, subject: Subject, masks: int) -> ScriptReport | None:
    """Return what is said of a pass that is right and does not show everything; None where it does."""
    if any(remark.startswith(TOO_SMALL) for remark in report.remarks):
        return report
    if not masks or subject.found.masks is not None or _drawn_before(subject, masks):
        return None
    # what is drawn may have left out nothing in this pass: then nothing is seen of it on the way back
    return replace(report, status="not-understood", asks=PERHAPS_LEFT_OUT.format(line=masks))


def _drawn_before(subject: Subject, line: int) -> bool:
    """Say whether what a line draws was there before the weights were what they are: it is of the data."""
    drawn = [max(r.number, r.again) for r in subject.moment.records if r.line == line]
    found = subject.found
    return bool(drawn) and max(drawn) < max(found.nodes[link.weights].first for link in found.links)


def _chosen(
    moments: Sequence[Moment], among: Sequence[Moment] | None
) -> tuple[list[Moment], list[Moment], list[Moment], set[Key]]:
    """Return the moments to look at, the first steps among them, all updates, and the variables that are updated."""
    updates = [m for m in moments if m.update and m.at is not None]
    updated = _updated(moments, updates)
    if among is not None:
        updates = [m for m in updates if m in among]
    ends = [m for m in moments if m.at is None and (among is None or m in among)]
    # what is written as an increment is more likely weights than what only depends on itself
    moved = {r.key for m in updates[:1] for r in m.records if r.kind.startswith("increment")}
    updates.sort(key=lambda m: m.at is not None and m.at.key not in moved)
    # the first step of weights, not of data that were made ready before
    moving = [m for m in updates if m.at is not None and m.at.key in moved] or updates
    starts = sorted(moving, key=lambda m: 0 if m.at is None else m.at.number)[:STARTS]
    chosen = list(dict.fromkeys([*updates[: MOST_MOMENTS - 2], *starts, *ends]))
    return chosen, starts, updates, updated


def _updated(moments: Sequence[Moment], updates: Sequence[Moment]) -> set[Key]:
    """Return the variables that are updated, those too whose parts are: the units of a layer are its weights."""
    updated = {m.at.key for m in updates if m.at is not None}
    updated |= {(scope, stack_name(name)) for scope, name in updated if stack_name(name)}
    parts = moments[0].parts if moments else ()
    if any(not part.moved for part in parts):
        # a minimizer moves them, and nothing that the file does itself
        return set()
    ahead = moments[0].ahead if moments else ()
    updated -= {part.vector for part in parts} | {one.weights for one in ahead}
    updated |= {part.key for part in parts} | {one.key for one in ahead}
    return updated | together_keys((record for moment in moments for record in moment.records), updated)


def _waits(subject: Subject, updated: set[Key]) -> bool:
    """Say whether nothing moved yet that is updated."""
    claims = subject.claims
    return all(claim.step is None for claim in claims) and any(claim.variable.key in updated for claim in claims)


def _with_its_step(
    moments: Sequence[Moment], subject: Subject, updates: Sequence[Moment], updated: set[Key], told: Told
) -> Subject:
    """Return what is understood at a moment when weights had moved, where these have not yet, and there is one."""
    if not _waits(subject, updated):
        return subject
    keys = {claim.variable.key for claim in subject.claims}
    for moment in [m for m in updates if m.at is not None and m.at.key in keys][:MOST_MOMENTS]:
        other = subject_of(moments, moment, updated, told, first=False)
        if not isinstance(other, str) and other.target.sure and not _waits(other, updated):
            return other
    return subject


def doubtful(report: ScriptReport) -> bool:
    """Say whether pass and step may be of different rounds: then other moments are asked."""
    return bool(report.findings) and report.findings[0].identifier in ("unknown", "several-steps")


def _may_go_on(subject: Subject, source: str) -> bool:
    """Say whether the predictions may be but what a softmax that is wrong is made of: a wider search tells."""
    last = subject.found.links[-1]
    return last.activation == "identity" and subject.found.predictions.shape[1] > 1 and "exp(" in source


def _with_flaw(moments: Sequence[Moment], subject: Subject, updated: set[Key], told: Told, source: str) -> Subject:
    """Return what a wider search understands of a moment, where that is a softmax gone wrong and nothing is right."""
    if not _may_go_on(subject, source):
        return subject
    try:
        if right_or_none(subject) is not None:
            return subject
    except BacklitError:
        return subject
    other = subject_of(moments, subject.moment, updated, told, SEARCHES[-1], first=False)
    flawed = not isinstance(other, str) and any(link.flaw for link in other.found.links)
    return other if flawed and not isinstance(other, str) and other.target.sure else subject


def _looks_on(subject: Subject, report: ScriptReport) -> bool:
    """Say whether nothing explains what followed a pass, and that were several steps: it only measured."""
    return bool(report.findings) and report.findings[0].identifier == "unknown" and moved_twice(subject)


def _attempts(chosen: Sequence[Moment], starts: Sequence[Moment]) -> Iterator[tuple[Search, Moment]]:
    """Yield where to look, and how widely: all moments first, the wider searches at a few of them alone."""
    yield from ((SEARCHES[0], moment) for moment in chosen)
    few = dict.fromkeys([*chosen[:1], *starts, *chosen[-1:]])
    yield from ((search, moment) for search in SEARCHES[1:] for moment in few)
