"""Which records of the predictions are the forward pass's own, and not those of a function that it calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backlit.scripts.found.passes import ForwardPass, Key
from backlit.scripts.seen.record import Record

__all__ = ["first_own_record", "own_keys", "own_records"]


def own_records(found: ForwardPass) -> Sequence[Record]:
    """Return the records of the output that come once a forward pass.

    What a helper such as ``sigmoid`` assigns and returns comes once a layer, and again in the backward pass.
    """
    output = found.output.records
    hidden = {r.key for link in found.links[:-1] for r in found.nodes[link.result].records}
    homes = _homes(found)
    tests: tuple[Callable[[Record], bool], ...] = (
        lambda r: r.kind != "return" and r.key not in hidden and r.scope in homes,
        lambda r: r.kind != "return" and r.key not in hidden,
        lambda r: r.kind != "return",
    )
    for test in tests:
        own = [record for record in output if test(record)]
        if own:
            return own
    return output


def first_own_record(found: ForwardPass) -> Record:
    """Return the first of them: when it comes again, the next pass is done."""
    return min(own_records(found), key=lambda r: r.number)


def own_keys(found: ForwardPass) -> set[tuple[Key, str]]:
    """Return which variables they are, and of which kind."""
    return {(r.key, r.kind) for r in own_records(found)}


def _homes(found: ForwardPass) -> set[str]:
    """Return the scopes that know of weights or of what goes into a layer: a helper knows its argument alone."""
    places = {place for link in found.links for place in (link.source, link.weights)}
    return {"", *(r.scope for place in places for r in found.nodes[place].records)}
