"""What a file updates too, and no layer that was found has: then the network was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from backlit.scripts.claimed import Claim, proportion
from backlit.scripts.claimed_names import is_memory
from backlit.scripts.own_records import first_own_record, own_keys
from backlit.scripts.passes import ForwardPass, Key
from backlit.scripts.records import Moment, Record
from backlit.scripts.stacks import missing_layers, stack_name

__all__ = ["left_out", "unconnected"]

MOST_LOOKED_AT = 3


def unconnected(
    moments: Sequence[Moment], moment: Moment, found: ForwardPass, updated: set[Key], claims: Sequence[Claim]
) -> str:
    """Return the name of a matrix that is updated and is no layer's, nor a sum or a memory of steps; "" for none."""
    known = {
        r.key
        for link in found.links
        for p in (link.weights, link.bias)
        if p is not None
        for r in found.nodes[p].records
    }
    known |= {record.key for claim in claims for record in (claim.gradient, claim.total) if record is not None}
    known |= {(scope, stack_name(name)) for scope, name in known}
    moved = {r.key for other in moments[:MOST_LOOKED_AT] for r in other.records if r.kind.startswith("increment")}
    # in a list or a dict outside of functions, and replaced by others of their shape
    parts = [key for key in updated if not key[0] and "[" in key[1]]
    moved |= {key for key in parts if len({r.value.shape for r in moment.of(key)[-2:]}) == 1}
    outputs = own_keys(found)
    earlier = [r.number for r in moment.records if (r.key, r.kind) in outputs and r.number < found.output.first]
    since = max(earlier, default=found.output.first)
    for key in sorted((moved & updated) - known):
        history = moment.of(key)
        if not history or history[-1].value.ndim != 2 or is_memory(key[1]) or history[-1].number < since:
            continue
        if any(_follows(claim, history) for claim in claims):
            continue
        n = len(found.samples)
        if n == 1 or history[-1].value.shape[found.columns] != n:
            # what has a row a sample is a value of the pass
            return key[1]
    names = [r.name for link in found.links for r in found.nodes[link.weights].records]
    return next(missing_layers(names, [r.name for r in moment.records]), "")


def _before(
    moments: Sequence[Moment], moment: Moment, found: ForwardPass, updated: set[Key], claims: Sequence[Claim]
) -> str:
    """Return the name of a matrix that may be a layer's that makes the input, which changes; "" for none.

    It is updated, is as wide as the input, and is of another shape than the weights that are known.
    """
    inputs = {r.key for r in found.input.records if r.kind == "value"}
    records = [r for other in moments for r in other.records]
    made = first_own_record(found)
    begun = min(r.number for r in (made, *records) if (r.key, r.line, r.kind) == (made.key, made.line, made.kind))
    taken = {
        r.number: r.value.tobytes() for r in records if r.key in inputs and r.value.shape == found.input.value.shape
    }
    # not what data were before they were made ready
    ready = max((number for number in taken if number <= begun), default=begun)
    if moment.timeless or len({value for number, value in taken.items() if number >= ready}) < 2:
        return ""
    n, width = found.samples.shape
    known = {found.whole_weights(i).shape for i in range(len(found.links))}
    known |= {shape[::-1] for shape in known}
    variables = {claim.variable.key for claim in claims} | inputs
    for key in sorted(updated - variables):
        history = [r for r in moment.of(key) if r.kind == "value"][-1:]
        shape = history[0].value.shape if history else ()
        fits = len(shape) == 2 and min(shape) > 1 and width in shape and n not in shape and shape not in known
        if fits and not is_memory(key[1]):
            return key[1]
    return ""


def _beside_inline(moment: Moment, updated: set[Key], claims: Sequence[Claim]) -> str:
    """Return the name of any other matrix that is updated and is no gradient by its name; "" for none."""
    known = {claim.variable.key for claim in claims}
    matrices = {r.key for r in moment.records if r.key in updated and r.value.ndim == 2 and r.kind == "value"}
    return next((key[1] for key in sorted(matrices - known) if not is_memory(key[1])), "")


def _follows(claim: Claim, history: Sequence[Record]) -> bool:
    """Say whether a variable's step was one along an array: what it remembers of earlier ones, whatever its name."""
    step = claim.step
    return (
        step is not None
        and step.size > 1
        and any(r.value.shape == step.shape and proportion(step, r.value) is not None for r in history)
    )


def left_out(
    moments: Sequence[Moment], moment: Moment, found: ForwardPass, updated: set[Key], claims: Sequence[Claim]
) -> str:
    """Return the name of a matrix that is updated and may be a layer's, though no increment is written; "" for none."""
    return _beside_inline(moment, updated, claims) if found.inline else _before(moments, moment, found, updated, claims)
