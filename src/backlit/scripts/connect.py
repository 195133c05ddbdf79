"""The arrays of a moment connected: a forward pass, its targets, and the claims on its weights; or why they are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.scripts.found.claimed import Claim, claim_of, proportion, updated_keys
from backlit.scripts.found.deltas import delta_of
from backlit.scripts.found.file_losses import called_losses, found_loss
from backlit.scripts.found.links import SEARCHES, Search
from backlit.scripts.found.own_records import first_own_record, own_keys
from backlit.scripts.found.passes import ForwardPass, Key, forward_passes
from backlit.scripts.found.rates import rates_of
from backlit.scripts.found.single_gradients import steps_of_numbers
from backlit.scripts.found.subject import Subject
from backlit.scripts.found.targets import Target, target_of
from backlit.scripts.rules.velocities import without_velocities
from backlit.scripts.seen.claimed_names import in_order
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.rolled import not_in
from backlit.scripts.seen.spelled import is_together
from backlit.scripts.seen.told import Told
from backlit.scripts.unconnected import left_out, unconnected

__all__ = ["subject_of"]

LEAST_STEP, LEAST_SEEN = 1e-12, 1e-9
MOST_GROWN = 1e5


def subject_of(
    moments: Sequence[Moment],
    moment: Moment,
    updated: set[Key],
    told: Told,
    search: Search = SEARCHES[0],
    *,
    first: bool = True,
) -> Subject | str:
    """Return what is understood of a moment, or in a sentence what is not.

    ``first``: there is no earlier step to look at, so that one which moves nothing is taken too.
    """
    why = "no array is another one times weights"
    second: Subject | None = None
    measured: Subject | None = None
    likeliest: ForwardPass | None = None
    for number, found in enumerate(forward_passes(moment, updated, told.weights, search)):
        likeliest = likeliest or found
        if _goes_back(moment, found, likeliest) or (measured and not _of_other_data(found, measured.found)):
            continue
        subject = _subject(moments, moment, found, updated, told, first=first)
        if isinstance(subject, str) or not subject.target.sure:
            inline = (
                _subject(moments, moment, more, updated, told, first=first, sure=True) for more in found.continued()
            )
            subject = next((other for other in inline if not isinstance(other, str)), subject)
        if isinstance(subject, str):
            why = why if number else subject
        elif subject.target.sure and subject.deltas[-1] is not None:
            return subject
        elif subject.target.sure:
            # where no error is made of it, it may only measure: a step by other data comes of another pass
            measured = measured or subject
        else:
            second = second or subject
    made = second is not None and second.deltas[-1] is not None
    return (second if made and measured is not None else measured or second) or why


def _of_other_data(found: ForwardPass, other: ForwardPass) -> bool:
    """Say whether a pass through the same layers took another number of samples."""
    layers = [[(link.weights, link.activation) for link in one.links] for one in (found, other)]
    return layers[0] == layers[1] and len(found.samples) != len(other.samples)


def _goes_back(moment: Moment, found: ForwardPass, likeliest: ForwardPass) -> bool:
    """Say whether what looks like a layer is an error sent back: it begins after a longer pass has ended."""
    shorter = len(found.links) < len(likeliest.links)
    return shorter and not moment.timeless and found.input.first > likeliest.output.first


def _subject(
    moments: Sequence[Moment],
    moment: Moment,
    found: ForwardPass,
    updated: set[Key],
    told: Told,
    *,
    first: bool,
    sure: bool = False,
) -> Subject | str:
    """Return what is understood of a forward pass; ``sure``: only where its targets are sure."""
    target = target_of(moment, found, told.target)
    if target is None or (sure and not target.sure):
        return f"found no targets for the predictions {found.output.name} {found.output.value.shape}"
    unseen = _unseen(moment, found, updated)
    if unseen:
        return unseen
    still = _same_again(moment, found)
    weights = [claim_of(moment, found, link.weights, updated, told.gradients) for link in found.links]
    biases: list[Claim | None] = []
    for number, (link, claim) in enumerate(zip(found.links, weights, strict=True)):
        nth = sum(other.bias == link.bias for other in found.links[:number])
        apart = None if link.bias is None else claim_of(moment, found, link.bias, updated, told.gradients, nth)
        biases.append(claim if link.ones else apart)
    plain = without_velocities(moment, found, [*weights, *biases], updated)
    weights, biases = [claim for claim in plain[: len(weights)] if claim is not None], plain[len(weights) :]
    if any(is_together(claim.variable.name) for claim in weights):
        weights, biases = steps_of_numbers(found, weights, biases)
    claims = [*weights, *(claim for claim in biases if claim is not None)]
    if still and not (_always_same(moment, found) and all(_steps_along(claim) for claim in claims)):
        return "nothing moves: the same predictions came again after a step"
    lacking = _diverged(found, target, first=first) or _lacking(weights, claims, updated, first=first)
    if lacking:
        return lacking
    latest = max(moments, key=lambda m: np.inf if m.at is None else m.at.number)
    rates = rates_of(moment, claims)
    subject = Subject(moment, found, target, [], weights, biases, rates, [], told, latest, still)
    other = unconnected(moments, subject, updated) or left_out(moments, moment, found, updated, claims)
    if other:
        return f"{other} is updated too, and I could not connect it"
    deltas = [delta_of(moment, found, i, claim, [rate for rate, _ in rates]) for i, claim in enumerate(weights)]
    losses, measures = found_loss(moments, found, target), called_losses(moments)
    return subject._replace(losses=losses, deltas=deltas, measures=measures)


def _unseen(moment: Moment, found: ForwardPass, updated: set[Key]) -> str:
    """Say which part of a vector of weights is in no layer, or which biases cannot be told apart; else ""."""
    beside = not_in(moment.parts, {r.key for link in found.links for r in found.nodes[link.weights].records})
    if beside:
        return f"{beside} is a part of {moment.parts[0].vector[1]} too, and I could not connect it"
    alike = _still_alike(found, updated)
    return f"{' and '.join(alike)} have the same values, and which layer has which cannot be seen" if alike else ""


def _still_alike(found: ForwardPass, updated: set[Key]) -> list[str]:
    """Return the names of biases with one value, zeros before the first step, whose layers nothing tells; or none."""
    for link in found.links:
        if link.bias is None:
            continue
        names = [key[1] for key in updated_keys(found, link.bias, updated)]
        size = found.nodes[link.bias].value.size
        having = sum(other.bias == link.bias for other in found.links)
        may = sum(
            o.bias is None and not o.ones and found.weights(i).shape[1] == size for i, o in enumerate(found.links)
        )
        if len(names) > 1 and having + may > 1 and not (having == len(names) and in_order(names)):
            return sorted(names)
    return []


def _same_again(moment: Moment, found: ForwardPass) -> bool:
    """Say whether the predictions of another step were the same: nothing moves, and steps cannot be told apart."""
    made = first_own_record(found)
    once_more = [max(r.number, r.again) for r in found.output.records if (r.key, r.line) == (made.key, made.line)]
    steps = [r.number for r in moment.records if r.kind.startswith("increment")]
    return any(made.number < number < max(once_more) for number in steps)


def _steps_along(claim: Claim) -> bool:
    """Say whether a step was made along a gradient, large enough to be seen."""
    if claim.gradient is None or claim.step is None or claim.step.size != claim.gradient.value.size:
        return False
    seen = float(np.abs(claim.step).max()) > LEAST_SEEN * float(np.abs(claim.variable.value).max())
    return seen and proportion(claim.step.reshape(-1), claim.gradient.value.reshape(-1)) is not None


def _always_same(moment: Moment, found: ForwardPass) -> bool:
    """Say whether no pass had other predictions: else a step may have been tried and taken back."""
    keys = own_keys(found)
    return len({r.value.tobytes() for r in moment.records if (r.key, r.kind) in keys}) == 1


def _diverged(found: ForwardPass, target: Target, *, first: bool) -> str:
    """Say where the predictions have grown so large that nothing is seen of the targets beside them; else ""."""
    largest, wanted = (float(np.max(np.abs(rows), initial=0.0)) for rows in (found.predictions, target.rows))
    return "the training has diverged" if not first and largest > MOST_GROWN * max(wanted, 1.0) else ""


def _lacking(weights: Sequence[Claim], claims: Sequence[Claim], updated: set[Key], *, first: bool) -> str:
    """Return what is missing to judge, or ""."""
    unknown = [claim.variable.name for claim in weights if not claim.known]
    if unknown:
        return f"found no gradient of {', '.join(unknown)}, and no update"
    size = max(float(np.max(np.abs(claim.variable.value), initial=0.0)) for claim in claims)
    steps = [float(np.max(np.abs(claim.step), initial=0.0)) for claim in claims if claim.step is not None]
    if steps and not first and min(steps) <= LEAST_STEP * size:
        return "the last steps move nothing"
    if not first and not all(np.isfinite(claim.gradient.value).all() for claim in claims if claim.gradient is not None):
        return "the last gradients are no finite numbers"
    if not first and not all(np.isfinite(claim.step).all() for claim in claims if claim.step is not None):
        return "the last steps are no finite numbers"
    waiting = [claim.variable.name for claim in claims if claim.step is None and claim.variable.key in updated]
    return f"{waiting[0]} is not updated yet" if waiting and (steps or not first) else ""
