"""A file with several networks: each is found, and judged, by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backlit.check.progress import progress
from backlit.equations.activation_table import find_activation
from backlit.scripts.conclude import Concluded, doubtful, one_network, with_softmax
from backlit.scripts.found.links import close
from backlit.scripts.found.passes import Key
from backlit.scripts.found.subject import Subject
from backlit.scripts.left_over import WEIGHTS, Other, others_of, trained_before
from backlit.scripts.reports.report import ScriptReport
from backlit.scripts.seen.claimed_names import is_memory
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.recurrent import RECURRENT, recurrence
from backlit.scripts.seen.spelled import is_together, members
from backlit.scripts.seen.told import Told

__all__ = ["concluded"]

MOST_NETWORKS = 6
TRAINED_TOO = (
    "{names} trained too, and could not be judged. Tell more of that network: --weights {given}, and --input, "
    "--gradients, --target where that is not enough."
)


def concluded(title: str, moments: Sequence[Moment], told: Told, source: str = "") -> ScriptReport:
    """Return the report on what was recorded: of all its networks, but where it was told which one is asked for."""
    earlier = recurrence(source) if told == Told() else None
    if earlier is not None:
        asks = RECURRENT.format(line=earlier[0], earlier=earlier[1])
        return ScriptReport(title, "not-understood", asks=asks)
    # nothing is known to be wrong yet
    with np.errstate(all="ignore"), progress("finding the network in the file's arrays"):
        longer = with_softmax(title, moments, told, source)
        if longer is not None:
            return longer
        report, subject = one_network(title, moments, told, source)
        if subject is None or told.weights:
            return report
        found = [(report, subject)]
        if subject.moment.timeless:
            found += _among_arrays(title, moments, told, source, subject)
        left = _rest(title, moments, told, source, found)
        found += _by_the_same_names(title, moments, told, source, subject)
    # in the order in which they were trained
    found.sort(key=lambda pair: pair[1].found.output.first)
    return together(title, found, left)


def _rest(
    title: str, moments: Sequence[Moment], told: Told, source: str, found: list[tuple[ScriptReport, Subject]]
) -> list[Other]:
    """Find the other networks, and return what is trained beside all that are found and could not be judged."""
    given_up: set[Key] = set()
    left: list[Other] = []
    while len(found) < MOST_NETWORKS:
        others = [o for o in others_of(moments, [subject for _, subject in found]) if o.key not in given_up]
        if not others:
            return left
        keys = {other.key for other in others}
        among = [m for m in moments if m.update and m.at is not None and m.at.key in keys]
        whole = {r.name for m in among for r in m.records if is_together(r.name)}
        names = tuple(o.name for o in others) + tuple(n for n in whole if set(members(n)) & {o.name for o in others})
        subjects = [subject for _, subject in found]
        # by itself, or with a layer that another network has too
        shared = {claim.variable.key for subject in subjects for claim in subject.claims}
        until = max(map(_when, among), default=0)
        then = [m for m in moments if m.at is not None and _when(m) <= until]
        more = [m for m in then if m.update and m.at is not None and m.at.key in keys | shared]
        tries = ((names, moments, among), ((*names, *(name for _, name in shared)), then, more))
        for given, known, at in tries:
            report, subject = one_network(title, known, told._replace(weights=given), source, at)
            new = subject is not None and any(claim.variable.key in keys for claim in subject.claims)
            if new and subject is not None and _is_judged((report, subject), subjects):
                found.append((report, subject))
                break
        else:
            left += [o for o in others if o.trained]
            given_up |= keys
    return left


def _among_arrays(
    title: str, moments: Sequence[Moment], told: Told, source: str, subject: Subject
) -> list[tuple[ScriptReport, Subject]]:
    """Return another network among arrays of which nothing is known of when they came: of none of the first's."""
    known = {name for p in _places(subject) for name in (r.name for r in subject.found.nodes[p].records)}
    arrays = [r for r in subject.moment.records if r.value.ndim == 2 and r.name not in known]
    names = tuple(dict.fromkeys(r.name for r in arrays if not is_memory(r.name) and r.dtype.startswith("float")))
    if not names:
        return []
    report, other = one_network(title, moments, told._replace(weights=names), source)
    named = other is not None and all(claim.gradient is not None for claim in other.weights)
    sure = named and other is not None and other.target.sure and not doubtful(report)
    return [(report, other)] if sure and other is not None and report.status in ("right", "wrong") else []


def _places(subject: Subject) -> list[int]:
    """Return the nodes of a network's weights, and of all that goes through it and back."""
    found = subject.found
    return [p for link in found.links for p in (link.source, link.weights, link.result)]


def _by_the_same_names(
    title: str, moments: Sequence[Moment], told: Told, source: str, subject: Subject
) -> list[tuple[ScriptReport, Subject]]:
    """Return the first network of a function, or of a loop, that trained two by the same names.

    Its weights had another shape, or were begun anew and then went through another activation.
    """
    shapes = {claim.variable.key: claim.variable.value.shape for claim in subject.claims}
    among = [m for m in moments if m.update and m.at is not None and m.at.value.shape != shapes.get(m.at.key, ())]
    among = [m for m in among if m.at is not None and m.at.key in shapes]
    if set(shapes) & subject.moment.anew:
        among = sorted((m for m in moments if m.update and m.at is not None and m.at.key in shapes), key=_when)[:1]
    if not among:
        return []
    report, other = one_network(title, moments, told, source, among)
    if other is None or not _is_judged((report, other), [subject]):
        return []
    # a name that a loop over layers gives them in turn is one network's
    alike = {claim.variable.key for claim in other.claims} == {claim.variable.key for claim in subject.claims}
    return [(report, other)] if alike and _is_another(subject, other) else []


def _is_another(one: Subject, other: Subject) -> bool:
    """Say whether a network has other sizes, or values that the activations of a first one do not give."""
    if [c.variable.value.shape for c in one.weights] != [c.variable.value.shape for c in other.weights]:
        return True
    found = other.found
    for index, link in enumerate(one.found.links):
        bias, width = found.bias(index), found.weights(index).shape[1]
        z = found.below(index) @ found.weights(index) + (0 if bias is None else bias)
        result = found.rows(found.nodes[found.links[index].result].value, width)
        given = link.mask is None and found.links[index].mask is None and not found.inline
        if given and result is not None and not close(find_activation(link.activation).value(z), result):
            return True
    return False


def _when(moment: Moment) -> int:
    return moment.at.number if moment.at is not None else 0


def _is_judged(other: Concluded, known: Sequence[Subject]) -> bool:
    """Say whether another network is one, and was judged; what is trained beside one is not called wrong by guess."""
    report, subject = other
    if subject is None or report.status not in ("right", "wrong"):
        return False
    if not subject.target.sure:
        return report.status == "right"
    apart = all(trained_before(subject, one) or trained_before(one, subject) for one in known)
    return apart or not doubtful(report)


def together(title: str, found: Sequence[tuple[ScriptReport, Subject]], left: Sequence[Other]) -> ScriptReport:
    """Return one report of all networks: wrong where one is, right where all are, and nothing else is trained."""
    asks, remarks = "", []
    if any(other.matrix for other in left):
        names = [other.name for other in left]
        words = f"{', '.join(names[:4])} {'are' if len(names) > 1 else 'is'}"
        asks = TRAINED_TOO.format(names=words, given=",".join(names[:2]))
        one = len(left) == 1 and not WEIGHTS.search(left[0].name)
        if one or any(report.status == "wrong" for report, _ in found):
            # one array may be anything, if it is not called weights
            asks, remarks = "", [asks]
    reports = [report for report, _ in found]
    if len(found) == 1:
        report = reports[0]
        if not asks:
            return replace(report, remarks=(*report.remarks, *remarks))
        return replace(report, status="not-understood", asks=" ".join(part for part in (report.asks, asks) if part))
    titles = [_called(subject) for _, subject in found]
    alike = len(set(titles)) < len(titles)
    networks = tuple(replace(report, title=_called(subject, shapes=alike)) for report, subject in found)
    statuses = {report.status for report in networks}
    status = "wrong" if "wrong" in statuses else "right" if statuses == {"right"} and not asks else "not-understood"
    return ScriptReport(
        title,
        status,
        tuple(line for one in networks for line in (f"network of {one.title}", *one.understood)),
        tuple(verdict for one in networks for verdict in one.verdicts),
        tuple(finding for one in networks for finding in one.findings),
        remarks=tuple(remarks),
        asks=asks,
        networks=networks,
    )


def _called(subject: Subject, *, shapes: bool = False) -> str:
    variables = [claim.variable for claim in subject.weights]
    return ", ".join(dict.fromkeys(f"{r.name} {r.value.shape}" if shapes else r.name for r in variables))
