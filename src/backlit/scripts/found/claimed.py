"""What a file claims of each layer: the gradients that it names, and by how much it changes weights and biases."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from backlit.scripts.found.links import close
from backlit.scripts.found.own_records import first_own_record
from backlit.scripts.found.passes import ForwardPass, Key
from backlit.scripts.seen.claimed_names import GRADIENT, MEMORY, in_order, is_memory, likeness, of_a_list, short_name
from backlit.scripts.seen.records import Moment, Node, Record
from backlit.scripts.seen.rolled import slice_of

__all__ = [
    "Claim",
    "added_to",
    "claim_of",
    "is_one_number",
    "next_pass",
    "proportion",
    "signed",
    "steps_alone",
    "updated_keys",
]


LEAST_SCORE, IN_ITS_PLACE = 3, 5.0


class Claim(NamedTuple):
    """What a file has for one array of weights or biases, ``variable``.

    ``gradient`` is the record of the array that it names as its gradient; ``step`` what was added to the variable in
    this step, written as ``source`` in ``line``. Either may be None. Where a file adds up what its samples give,
    ``gradient`` is what this pass added, and ``total`` the sum. ``times``: what both are times the file's own numbers.
    """

    variable: Record
    gradient: Record | None
    step: np.ndarray | None
    line: int
    source: str
    total: Record | None = None
    times: float = 1.0

    @property
    def along(self) -> Record | None:
        """What the step should be a multiple of."""
        return self.total or self.gradient

    @property
    def known(self) -> bool:
        """Whether there is anything to judge."""
        return self.gradient is not None or self.step is not None


def claim_of(
    moment: Moment, found: ForwardPass, place: int, updated: set[Key], told: Sequence[str] = (), nth: int = 0
) -> Claim:
    """Return what the file claims of the weights or biases at a node; ``told`` names gradients, where told.

    ``nth``: of the layers whose biases have one value yet, which it is.
    """
    node, after = found.nodes[place], found.output.first
    own = _own_records(found, place)
    alike = [key[1] for key in updated_keys(found, place, updated)]
    if len(alike) > 1 and sum(link.bias == place for link in found.links) == len(alike) and in_order(alike):
        own = [r for r in own if r.key == updated_keys(found, place, updated)[nth]]
    own = [r for r in own if not _may_only_equal(found, r, own)] or own
    keys = list(dict.fromkeys(r.key for r in sorted(own, key=lambda r: r.key not in updated)))
    best = node.best if node.best in own else own[0]
    variable = next((r for r in own if r.key in updated and not r.scope), best)
    step, line, source = _step(moment, node, keys, after, next_pass(moment, found), updated)
    if any(slice_of(moment.parts, key) for key in keys):
        # the next values are those that a minimizer tries: no step along this gradient
        step = None
    # where nothing bends, an error is sent back in proportion to the weights themselves
    others = {key for p in _parameters(found) for key in updated_keys(found, p, updated)}
    gradient = _gradient(moment, found, node, variable, {*keys, *others}, step, source, told)
    share = None if gradient is None or told else _share(moment, gradient, after, updated, keys)
    if share is not None:
        return Claim(variable, share, step, line or variable.line, source, gradient)
    return Claim(variable, gradient, step, line or variable.line, source)


def steps_alone(claim: Claim) -> Claim:
    """Return a claim of its step, without the gradient that may be named: unchanged where nothing moved."""
    return claim if claim.step is None else claim._replace(gradient=None, total=None)


def updated_keys(found: ForwardPass, place: int, updated: set[Key]) -> list[Key]:
    """Return the variables at a node that are updated, in the order in which they came."""
    records = sorted(found.nodes[place].records, key=lambda r: r.number)
    return list(dict.fromkeys(r.key for r in records if r.key in updated))


def _parameters(found: ForwardPass) -> set[int]:
    """Return the places of all weights and biases."""
    return {p for link in found.links for p in (link.weights, link.bias) if p is not None}


def _own_records(found: ForwardPass, place: int) -> list[Record]:
    """Return a node's records without those of names that other layers have too, such as that of a loop over layers."""
    others = {r.key for p in _parameters(found) if p != place for r in found.nodes[p].records}
    records = found.nodes[place].records
    return [r for r in records if r.key not in others] or list(records)


def _may_only_equal(found: ForwardPass, record: Record, others: Sequence[Record]) -> bool:
    """Say whether a name is of what biases equal at 0, or after one step, by what it is or by where it stands.

    That is where the weights do not stand, in the place that another name has among them.
    """
    homes = {_home_and_place(r.name)[0] for link in found.links for r in found.nodes[link.weights].records}
    home, place = _home_and_place(record.name)
    alike = any(_home_and_place(r.name)[1] == place and _home_and_place(r.name)[0] in homes for r in others)
    return is_memory(record.name) or (bool(place) and home not in homes and alike)


def _home_and_place(name: str) -> tuple[str, str]:
    """Return what an entry or attribute is one of, and its place there; "" for a name of its own."""
    home = re.split(r"[.\[]", name)[0]
    return home, name[len(home) :]


def _share(moment: Moment, sum_: Record, after: int, updated: set[Key], keys: Sequence[Key]) -> Record | None:
    """Return what this pass added to a sum that began before it; None where the array is no such sum."""
    if sum_.key not in updated or (MEMORY.search(short_name(sum_.name)) and "grad" not in short_name(sum_.name)):
        return None
    parts = [r for r in added_to(moment, sum_.key) if r.number > after]
    values = moment.of(sum_.key)
    # not the zeros that it is set back to
    later = [r for r in values if after < r.number <= sum_.number]
    earlier = [r for r in values if r.number <= after]
    if parts and len(later) <= len(parts) and not (later and later[0].number < parts[0].number):
        # a first assignment after the forward pass makes it this pass's own
        try:
            added = np.asarray(sum(np.broadcast_to(signed(r), sum_.value.shape) for r in parts))
        except ValueError:
            return None
        return replace(sum_, value=added, line=parts[-1].line)
    if not parts and "[" in sum_.name and len(later) == 1 and earlier and earlier[-1].value.shape == sum_.value.shape:
        span = earlier[-1].number, later[0].number
        stepped = any(span[0] < r.number < span[1] for key in keys for r in moment.of(key, kind=""))
        if stepped and earlier[-1].value.any() and not GRADIENT.search(short_name(sum_.name)):
            # what goes on beyond a step is a velocity, of which a part is kept
            return None
        return replace(sum_, value=later[0].value - earlier[-1].value, line=later[0].line)
    return None


def added_to(moment: Moment, key: Key) -> list[Record]:
    """Return what was added to a variable: as it is written, or, where that is a row or an entry, all that it came to.

    A difference of what was before and after holds the rounding of both.
    """
    written, whole = moment.of(key, kind="increment"), moment.of(key, kind="added")
    size = whole[0].value.size if whole else 0
    return whole if any(r.value.size < size for r in written) or not written else written


def next_pass(moment: Moment, found: ForwardPass) -> float:
    """Return when the next forward pass was done, infinity where there was none."""
    made = first_own_record(found)
    return min((number for number in moment.times(made) if number > made.number), default=np.inf)


def _step(
    moment: Moment, node: Node, keys: Sequence[Key], after: int, until: float, updated: set[Key]
) -> tuple[np.ndarray | None, int, str]:
    """Return what was added to a variable after the forward pass, its line, and how it is written."""
    if moment.timeless:
        return None, 0, ""
    for key in keys:
        parts = [r for r in added_to(moment, key) if after < r.number < until]
        # what a line added to other parts of a dict is nothing to this one
        parts = [r for r in parts if not r.kind.startswith("added") or r.value.any()]
        if parts:
            try:
                total = sum(np.broadcast_to(signed(r), node.value.shape) for r in parts)
            except ValueError:
                continue
            written = [r for r in moment.of(key, kind="increment") if after < r.number < until]
            source = " ".join(dict.fromkeys(r.source for r in written))
            return np.asarray(total), (written or parts)[0].line, source
    # a variable that moves is not what a function is called with another time
    known = any(key in updated and moment.of(key) for key in keys)
    for kind in ("value",) if known else ("value", "argument"):
        for key in keys:
            later = [r for r in moment.of(key, kind=kind) if after < r.number and r.value.shape == node.value.shape]
            later = [r for r in later if r.value.tobytes() != node.value.tobytes() and r.number < until]
            later = later[-1:] if kind == "value" else later
            if later:
                return later[0].value - node.value, later[0].line, ""
    return None, 0, ""


def signed(record: Record) -> np.ndarray:
    """Return what an increment added."""
    return -record.value if record.kind.endswith("-") else record.value


def _gradient(
    moment: Moment,
    found: ForwardPass,
    node: Node,
    variable: Record,
    keys: Collection[Key],
    step: np.ndarray | None,
    source: str,
    told: Sequence[str],
) -> Record | None:
    """Return the record of the array that is called the variable's gradient, or that its step is made of.

    ``keys`` are the layers' own variables.
    """
    own = {id(found.nodes[p]) for link in found.links for p in (link.weights, link.result, link.source)}
    after, until = (-1, np.inf) if moment.timeless else (found.output.first, next_pass(moment, found))
    # then error terms are a multiple of its step too, and only a name tells them from its gradient
    one_input = any(found.nodes[p.weights] is node and found.nodes[p.source].value.size == 1 for p in found.links)
    place = next((at for key in keys if (at := slice_of(moment.parts, key))), "")
    places = {p for link in found.links for p in (link.weights, link.bias) if p is not None}
    alone = not any(found.nodes[p].value.size == node.value.size for p in places if found.nodes[p] is not node)
    best: tuple[float, int, Record, list[Record]] | None = None
    for other in moment.nodes:
        if id(other) in own or other is node or not _fits(other.value, node.value):
            continue
        # what is subtracted without a name may be the step itself
        named = [r for r in other.records if r.kind != "operand"]
        of_this_pass = [r for r in named if after < r.number < until and r.key not in keys]
        for record in of_this_pass:
            score = _score(record, variable, step, source, alike=one_input) if not told else 9.0 * (record.name in told)
            if place and record.name.endswith(place) and not told:
                # it stands in another vector where the variable stands in that of the weights
                score = max(score, IN_ITS_PLACE)
            if alone and of_a_list(record, variable) and not told:
                score = max(score, IN_ITS_PLACE)
            if score >= LEAST_SCORE and (best is None or (score, record.number) > best[:2]):
                best = (score, record.number, record, of_this_pass)
    if best is None or told:
        return None if best is None else best[2]
    # where it was computed, not where it was handed on
    return min((r for r in best[3] if r.kind == "value"), key=lambda r: r.number, default=best[2])


def _score(record: Record, variable: Record, step: np.ndarray | None, source: str, *, alike: bool = False) -> float:
    """Return how much speaks for a record as the gradient of a variable; ``alike``: by value, others are one too."""
    named, score = likeness(record, variable, source)
    if (alike or is_one_number(record.value)) and not named:
        # any number is a multiple of another
        return 0.0
    if step is None:
        return score
    if step.size == record.value.size and proportion(step.reshape(-1), record.value.reshape(-1)):
        return score + (3 if step.size > 1 else 1)
    # else what the step's line only computes with: error terms, inputs
    return score if named else 0.0


def _fits(value: np.ndarray, wanted: np.ndarray) -> bool:
    plain = tuple(n for n in value.shape if n != 1), tuple(n for n in wanted.shape if n != 1)
    return value.size == wanted.size and (plain[0] == plain[1] or plain[0] == plain[1][::-1])


def is_one_number(values: np.ndarray) -> bool:
    """Say whether all entries that are not 0 have one size: then others are in proportion to them by chance.

    So are the two biases of a softmax of two classes, whatever rule they move by, and what goes into and comes out of
    a layer of which one unit alone is on.

    >>> is_one_number(np.array([0.5, -0.5])), is_one_number(np.array([0.0, 0.3, 0.0])), is_one_number(np.array([1, 2]))
    (True, True, False)
    """
    sizes = np.abs(values[values != 0])
    return bool(values.size) and (sizes.size == 0 or bool(np.ptp(sizes) <= 1e-6 * sizes.max()))


def proportion(a: np.ndarray, b: np.ndarray) -> float | None:
    """Return the one factor that a is of b, or None.

    >>> proportion(np.array([2.0, 4.0]), np.array([1.0, 2.0]))
    2.0
    """
    size = float((b * b).sum())
    if a.shape != b.shape or not size or not np.isfinite(a).all() or not np.isfinite(b).all():
        return None
    ratio = float((a * b).sum()) / size
    return ratio if ratio and close(ratio * b, a) else None
