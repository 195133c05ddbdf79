"""A rule of an update, as it was found in how an array moved."""

from __future__ import annotations

from typing import NamedTuple

from backlit.scripts.found.passes import Key
from backlit.scripts.rules.memories import Memory

__all__ = ["Rule"]


class Rule(NamedTuple):
    """How one array moved: ``name`` and ``words`` of the rule, what is wrong with it by ``mistake``, "" for nothing.

    ``rate`` is the learning rate that the step shows, negative where it goes along the claimed gradient; ``share`` is
    what the step holds of the weights themselves, ``largest`` the memory of the largest mean square, if any.
    """

    name: str
    words: str
    rate: float
    mistake: str = ""
    memory: Memory | None = None
    square: Memory | None = None
    remark: str = ""
    share: float = 0.0
    largest: Memory | None = None

    @property
    def keys(self) -> set[Key]:
        """The variables that hold what is remembered."""
        return {memory.record.key for memory in (self.memory, self.square, self.largest) if memory is not None}
