"""Which moments of a run are looked at, in which order, and how widely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backlit.scripts.found.links import SEARCHES, Search
from backlit.scripts.found.passes import Key
from backlit.scripts.seen.records import Moment
from backlit.scripts.seen.spelled import together_keys
from backlit.scripts.seen.stacks import stack_name

__all__ = ["MOST_MOMENTS", "Chosen", "attempts", "chosen_of"]

MOST_MOMENTS = 5
STARTS = 2
"""First steps: a first sample of zeros moves no weights that it meets, and shows none of them."""


class Chosen(NamedTuple):
    """The moments to look at, the first steps among them, all updates, and the variables that are updated."""

    moments: list[Moment]
    starts: list[Moment]
    updates: list[Moment]
    updated: set[Key]

    def is_first(self, moment: Moment) -> bool:
        """Say whether there is no earlier step to look at."""
        return len(self.updates) < 2 or moment in self.starts[:1]

    def is_late(self, moment: Moment) -> bool:
        """Say whether a first step is looked at because the last one told nothing."""
        return len(self.updates) > 1 and moment in self.starts and moment is not self.moments[0]


def chosen_of(moments: Sequence[Moment], among: Sequence[Moment] | None = None) -> Chosen:
    """Return what is looked at of a run; ``among``: nothing but these."""
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
    looked_at = list(dict.fromkeys([*updates[: MOST_MOMENTS - 2], *starts, *ends]))
    return Chosen(looked_at, starts, updates, updated)


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


def attempts(chosen: Chosen) -> Iterator[tuple[Search, Moment]]:
    """Yield where to look, and how widely: all moments first, the wider searches at a few of them alone."""
    yield from ((SEARCHES[0], moment) for moment in chosen.moments)
    few = dict.fromkeys([*chosen.moments[:1], *chosen.starts, *chosen.moments[-1:]])
    yield from ((search, moment) for search in SEARCHES[1:] for moment in few)
