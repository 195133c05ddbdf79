"""What a file updates too, and no layer that was found has: then the network was not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backlit.scripts.found.claimed import Claim, proportion
from backlit.scripts.found.own_records import first_own_record, own_keys, own_records
from backlit.scripts.found.passes import ForwardPass, Key
from backlit.scripts.found.subject import Subject
from backlit.scripts.rules.memories import FEWEST
from backlit.scripts.rules.update_rules import rules_of
from backlit.scripts.seen.claimed_names import is_memory
from backlit.scripts.seen.records import Moment, Record
from backlit.scripts.seen.spelled import is_together, members
from backlit.scripts.seen.spelled_units import plain
from backlit.scripts.seen.stacks import missing_layers, stack_name

__all__ = ["is_of_the_step", "left_out", "unconnected"]

MOST_LOOKED_AT = 3


def unconnected(moments: Sequence[Moment], subject: Subject, updated: set[Key]) -> str:
    """Return the name of a matrix that is updated and is no layer's, nor a sum or a memory of steps; "" for none."""
    moment, found, claims = subject.moment, subject.found, subject.claims
    known = {
        r.key
        for link in found.links
        for p in (link.weights, link.bias)
        if p is not None
        for r in found.nodes[p].records
    }
    known |= {record.key for claim in claims for record in (claim.gradient, claim.total) if record is not None}
    known |= {(scope, stack_name(name)) for scope, name in known}
    alone = _number_left_out(known, updated)
    if alone:
        return alone
    moved = {r.key for other in moments[:MOST_LOOKED_AT] for r in other.records if r.kind.startswith("increment")}
    # in a list or a dict outside of functions, and replaced by others of their shape
    parts = [key for key in updated if not key[0] and "[" in key[1]]
    moved |= {key for key in parts if len({r.value.shape for r in moment.of(key)[-2:]}) == 1}
    # the output of the pass, not of another network's by that name
    outputs, lines = own_keys(found), {r.line for r in own_records(found)}
    earlier = [
        r.number
        for r in moment.records
        if (r.key, r.kind) in outputs and r.line in lines and r.number < found.output.first
    ]
    since = max(earlier, default=found.output.first)
    beside: set[str] = set()
    sizes = {key: max((r.value.size for r in moment.of(key)), default=0) for key in moved & updated}
    for key in sorted((moved & updated) - known, key=lambda key: (-sizes[key], key)):
        history, listed = moment.of(key), key[1].rpartition("[")[0]
        if not history or history[-1].value.ndim != 2 or is_memory(key[1]) or history[-1].number < since:
            continue
        if any(is_of_the_step(subject, claim, key) for claim in claims):
            beside.add(listed)
            continue
        if sizes[key] < FEWEST and listed and listed in beside:
            # of a few numbers nothing is told: they stand in a list with what is remembered
            continue
        n = len(found.samples)
        if n == 1 or history[-1].value.shape[found.columns] != n:
            # what has a row a sample is a value of the pass
            return key[1]
    names = [r.name for link in found.links for r in found.nodes[link.weights].records]
    missing = next(missing_layers(names, [r.name for r in moment.records]), "")
    return missing or _given_by_numbers(moments, subject, {key for key in updated - known if not key[0]})


def _number_left_out(known: set[Key], updated: set[Key]) -> str:
    """Return a single number that is updated and is called like the known ones, w5 beside w1 to w4; "" for none."""
    names = {name for _, name in known}
    parts = {plain(part) for name in names for part in members(name)}
    alike = {_without_digits(part) for part in parts}
    parts |= {plain(name) for name in names}
    left = [name for _, name in updated if not is_together(name) and plain(name) not in parts]
    return next((name for name in sorted(left) if _without_digits(plain(name)) in alike), "")


def _without_digits(name: str) -> str:
    return re.sub(r"\d+", "", name)


def _given_by_numbers(moments: Sequence[Moment], subject: Subject, keys: set[Key]) -> str:
    """Return the name of a matrix whose numbers are changed one by one, in every round; "" for none."""
    records = [r for other in moments for r in other.records]
    span = _span(subject.found, records)
    n = len(subject.found.samples)
    for key in sorted(keys):
        history = [r for r in records if r.key == key and r.kind == "value"]
        shape = history[-1].value.shape if history else ()
        as_samples = n > 1 and n in shape
        if len(shape) != 2 or min(shape) == 1 or as_samples or is_memory(key[1]):
            continue
        if _moves(records, {key}, span) and not any(
            _follows(claim, history) or _is_remembered(subject, claim, key) for claim in subject.claims
        ):
            return key[1]
    return ""


def _span(found: ForwardPass, records: Sequence[Record]) -> tuple[int, int]:
    """Return when the first such pass was made, and when its weights moved last: what moves later is of another one."""
    made = first_own_record(found)
    begun = min(r.number for r in (made, *records) if (r.key, r.line, r.kind) == (made.key, made.line, made.kind))
    keys = {r.key for link in found.links for r in found.nodes[link.weights].records}
    return begun, max(r.number for r in (made, *records) if r is made or r.key in keys)


def _beside(
    moments: Sequence[Moment], moment: Moment, found: ForwardPass, updated: set[Key], claims: Sequence[Claim]
) -> str:
    """Return the name of a matrix that may be a layer's before or after those that were found; "" for none.

    It moves while passes are made, is as wide as the output, or as the input where that changes too, and is of another
    shape than the weights that are known.
    """
    if moment.timeless:
        return ""
    records = [r for other in moments for r in other.records]
    span = _span(found, records)
    inputs = {r.key for r in found.input.records if r.kind == "value"}
    n, width = found.samples.shape
    widths = {found.predictions.shape[1], *([width] if _moves(records, inputs, span) else [])}
    known = {found.whole_weights(i).shape for i in range(len(found.links))}
    known |= {shape[::-1] for shape in known}
    for key in sorted(updated - inputs - {claim.variable.key for claim in claims}):
        shape = next((r.value.shape for r in reversed(moment.of(key)) if r.kind == "value"), ())
        fits = len(shape) == 2 and min(shape) > 1 and widths & set(shape) and n not in shape and shape not in known
        if fits and not is_memory(key[1]) and _moves(records, {key}, span):
            return key[1]
    return ""


def _moves(records: Sequence[Record], keys: set[Key], span: tuple[int, int]) -> bool:
    """Say whether variables had several values in that time: not what data were before they were made ready."""
    begun, ended = span
    taken = {r.number: r.value for r in records if r.key in keys and r.kind == "value" and r.number <= ended}
    ready = max((number for number in taken if number <= begun), default=begun)
    return len({(value.shape, value.tobytes()) for number, value in taken.items() if number >= ready}) > 1


def _beside_inline(moment: Moment, updated: set[Key], claims: Sequence[Claim]) -> str:
    """Return the name of any other matrix that is updated and is no gradient by its name; "" for none."""
    known = {claim.variable.key for claim in claims}
    matrices = {r.key for r in moment.records if r.key in updated and r.value.ndim == 2 and r.kind == "value"}
    return next((key[1] for key in sorted(matrices - known) if not is_memory(key[1])), "")


def is_of_the_step(subject: Subject, claim: Claim, key: Key) -> bool:
    """Say whether a variable is what a step was made along, or what its rule remembers, whatever its name."""
    return _follows(claim, subject.moment.of(key)) or _is_remembered(subject, claim, key)


def _follows(claim: Claim, history: Sequence[Record]) -> bool:
    """Say whether a variable's step was one along an array: what it remembers of earlier ones, whatever its name."""
    step = claim.step
    return (
        step is not None
        and step.size > 1
        and any(r.value.shape == step.shape and proportion(step, r.value) is not None for r in history)
    )


def _is_remembered(subject: Subject, claim: Claim, key: Key) -> bool:
    """Say whether a variable is what the rule of a step remembers, or its step sizes."""
    known = subject.moment.of(key)
    if claim.step is None or not known or known[-1].value.shape != claim.step.shape:
        return False
    return any(key in rule.keys for sign in (1.0, -1.0) for rule in rules_of(subject, claim, sign))


def left_out(
    moments: Sequence[Moment], moment: Moment, found: ForwardPass, updated: set[Key], claims: Sequence[Claim]
) -> str:
    """Return the name of a matrix that is updated and may be a layer's, though no increment is written; "" for none."""
    if found.inline:
        beside = _beside_inline(moment, updated, claims)
    else:
        beside = _beside(moments, moment, found, updated, claims)
    return beside or _of_another_layer(moment, found, claims)


def _of_another_layer(moment: Moment, found: ForwardPass, claims: Sequence[Claim]) -> str:
    """Return a name that a loop gives to the layers in turn, in dicts or objects, and to one that was not found."""
    known = {found.whole_weights(i).shape for i in range(len(found.links))}
    known |= {shape[::-1] for shape in known}
    names = {claim.variable.name for claim in claims if claim.variable.value.ndim == 2}
    # what has a place in a list is one layer's
    names = {name for name in names if re.search(r"[.\[]", name) and not re.search(r"\[\d", name)}
    in_turn = [r for r in moment.records if r.name in names and r.kind == "value" and r.value.ndim == 2]
    shapes = {claim.variable.key: claim.variable.value.shape for claim in claims}
    loops = {r.name for r in in_turn if r.key in shapes and r.value.shape != shapes[r.key]}
    return next((r.name for r in in_turn if r.name in loops and r.value.shape not in known), "")
