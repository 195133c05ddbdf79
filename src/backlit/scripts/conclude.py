"""From the moments of a run to a report on one network: the first moment that is understood is judged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from backlit.check.mistakes import MISTAKES
from backlit.check.progress import looking_at
from backlit.errors import BacklitError
from backlit.scripts.attempts import MOST_MOMENTS, Chosen, attempts, chosen_of
from backlit.scripts.connect import subject_of
from backlit.scripts.found.links import SEARCHES, Search
from backlit.scripts.found.passes import Key
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.judge import right_or_none
from backlit.scripts.judged.penalty_loss import losses_after
from backlit.scripts.judged.sums import moved_twice
from backlit.scripts.judged.unseen_masks import UNSEEN, line_of_masks
from backlit.scripts.reports.report import ScriptReport
from backlit.scripts.reports.reported import TOO_SMALL, report_of
from backlit.scripts.reports.said import not_connected
from backlit.scripts.reports.softmaxed import softmaxed
from backlit.scripts.rules.adaptive_rules import AS_THEY_ARE
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.told import Told

__all__ = ["Concluded", "doubtful", "one_network", "with_softmax"]

LOOKED_AT = 2
"""Moments at which a softmax of another activation is looked for."""
PATIENCE = 20.0
"""Seconds of computing after which no other moment is looked at, nor more widely."""
PERHAPS_LEFT_OUT = (
    "Line {line} may leave out units at random. In the pass that was looked at none was left out, so that a mask that "
    "is missing on the way back would not be seen."
)
ENDED = f"the search ended after {PATIENCE:g} seconds of computing"
NO_STEP = "The weights had not moved yet after this pass: their update was not judged."
CORRECTIONS = ("mean-not-corrected", "square-not-corrected", "correction-of-another")
BESIDE_A_LOSS = (
    "regularizer-not-in-gradient",
    *(name for name in MISTAKES if name.startswith("penalty-") and name != "penalty-wrong-sign"),
)
"""What a loss tells of the penalty in a gradient; its sign is told by any step."""
FIRST_STEP = (
    "The last step could not be judged (numbers that are not finite, all saturated, or no longer changing): one of the "
    "first ones was."
)


Concluded = tuple[ScriptReport, Subject | None]
"""What is said of a network, and what was understood of it; None where nothing was."""


@dataclass
class _Kept:
    """What is said where no moment is beyond doubt: of one that nothing explains, one in part, the next best one."""

    why: list[str] = field(default_factory=list)
    doubted: Concluded | None = None
    whole: Concluded | None = None
    second: Concluded | None = None

    def settles(self, search: Search, *, first_step: bool) -> bool:
        """Say whether what is kept is not to be bettered by this attempt."""
        unseen = self.second is not None and UNSEEN in self.second[0].asks
        settled = self.doubted or self.whole or unseen
        return bool((settled and search is not SEARCHES[0]) or (self.doubted and first_step))

    @property
    def best(self) -> Concluded | None:
        """What is said of all that was looked at."""
        return self.doubted or self.whole or self.second


def with_softmax(title: str, moments: Sequence[Moment], told: Told, source: str) -> ScriptReport | None:
    """Return what is said of a network whose predictions are a softmax of another activation; None where it is none."""
    chosen = chosen_of(moments)
    return softmaxed(title, moments, chosen.moments[:LOOKED_AT], chosen.updated, told, source)


def one_network(
    title: str, moments: Sequence[Moment], told: Told, source: str, among: Sequence[Moment] | None = None
) -> Concluded:
    """Return what is said of one network of a run, and what was understood of it.

    ``among`` are the moments that may be looked at, where these are not all.
    """
    chosen, kept = chosen_of(moments, among), _Kept()
    until, ended = time.thread_time() + PATIENCE, False
    for number, (search, moment) in enumerate(attempts(chosen)):
        looking_at(f"try {number + 1}")
        ended = number > 0 and time.thread_time() > until
        if ended:
            break
        if kept.settles(search, first_step=moment in chosen.starts):
            continue
        subject = subject_of(moments, moment, chosen.updated, told, search, first=chosen.is_first(moment))
        if isinstance(subject, str):
            kept.why.append(subject)
        elif kept.second is None or subject.target.sure:
            subject = _with_its_step(moments, subject, chosen, told)
            subject = _with_flaw(moments, subject, chosen.updated, told, source)
            concluded = _weighed(
                kept, _reported(title, subject, source, chosen, moment), search, moment, chosen, source
            )
            if concluded is not None:
                return _at_an_early_step(title, moments, concluded, chosen, told, source)
    best = kept.best
    if ended and best is not None and doubtful(best[0]):
        # on a faster machine something else might have explained it
        kept.why.insert(0, ENDED)
        best = None
    end = next((m for m in moments if m.at is None), next(iter(moments), None))
    nothing = ScriptReport(title, "not-understood", asks=not_connected(end, kept.why, source))
    return best or (nothing, None)


def _reported(
    title: str, subject: Subject, source: str, chosen: Chosen, moment: Moment
) -> tuple[ScriptReport, Subject]:
    """Return what is said of a subject, and which step it is."""
    report = report_of(title, subject, source)
    remarks = [*[NO_STEP] * _waits(subject, chosen.updated), *[FIRST_STEP] * chosen.is_late(moment)]
    return replace(report, remarks=(*report.remarks, *remarks)), subject


def _weighed(
    kept: _Kept, told: tuple[ScriptReport, Subject], search: Search, moment: Moment, chosen: Chosen, source: str
) -> Concluded | None:
    """Return what is said where it is beyond doubt; else keep it, and return None."""
    report, subject = told
    if UNSEEN in report.asks or _looks_on(subject, report):
        kept.second = kept.second or (told if UNSEEN in report.asks else None)
        kept.why.append("a pass after which the weights moved more than once is no step's")
        return None
    if report.status == "right":
        partly = _in_part(report, subject, line_of_masks(source))
        # another sample may show the rest
        kept.whole = kept.whole or ((partly, subject) if partly is not None else None)
        return told if partly is None else None
    if subject.target.sure and not doubtful(report):
        if report.status != "not-understood" or search is SEARCHES[-1] or not _may_go_on(subject, source):
            return kept.doubted or told
        understood = kept.second is not None and kept.second[0].status != "not-understood"
        kept.second = kept.second if understood else told
        return None
    early = moment in chosen.starts[1:] and chosen.is_late(moment)
    if doubtful(report) and (not subject.target.sure or early):
        # only a name speaks for these targets, or an early step may be of another pass; and nothing explains it
        kept.why.append(f"{subject.target.name} may not be the targets")
        return None
    kept.doubted = kept.doubted or (told if subject.target.sure else None)
    kept.second = kept.second or told
    return None


def _at_an_early_step(
    title: str, moments: Sequence[Moment], concluded: Concluded, chosen: Chosen, told: Told, source: str
) -> Concluded:
    """Return what an early step shows and a later one does not.

    Running means fill, after which a wrong correction is no longer seen; and a loss that is computed at times alone,
    such as at the first step, tells whether it has a penalty.
    """
    report, subject = concluded
    shown = CORRECTIONS if AS_THEY_ARE in report.remarks else ()
    if subject is not None and not losses_after(subject):
        shown = (*shown, *BESIDE_A_LOSS)
    for moment in reversed(chosen.starts) if shown and report.status == "right" else ():
        other = subject_of(moments, moment, chosen.updated, told, first=chosen.is_first(moment))
        early = None if isinstance(other, str) else report_of(title, other, source)
        if early is not None and early.findings and all(f.identifier in shown for f in early.findings):
            return early, None if isinstance(other, str) else other
    return concluded


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


def _waits(subject: Subject, updated: set[Key]) -> bool:
    """Say whether nothing moved yet that is updated."""
    claims = subject.claims
    return all(claim.step is None for claim in claims) and any(claim.variable.key in updated for claim in claims)


def _with_its_step(moments: Sequence[Moment], subject: Subject, chosen: Chosen, told: Told) -> Subject:
    """Return what is understood at a moment when weights had moved, where these have not yet, and there is one."""
    if not _waits(subject, chosen.updated):
        return subject
    keys = {claim.variable.key for claim in subject.claims}
    for moment in [m for m in chosen.updates if m.at is not None and m.at.key in keys][:MOST_MOMENTS]:
        other = subject_of(moments, moment, chosen.updated, told, first=False)
        if not isinstance(other, str) and other.target.sure and not _waits(other, chosen.updated):
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
