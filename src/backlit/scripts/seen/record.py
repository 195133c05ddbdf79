"""One value that a file gave to a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["Record"]

OBJECT = re.compile(r"(#\d+| of \S+)$")
"""Whose method, or which call, a function's names belong to."""


@dataclass(frozen=True, eq=False)
class Record:
    """One value that a name was given, in ``line``; ``number`` counts through the run.

    ``kind`` is value, argument, return, seen (printed or kept in a list), operand (a part of an expression, called as
    it is written), increment+ and increment- for what is about to be added to a name or taken from it, written as
    ``source``, or added for what was added to it one by one. ``again``: when it last came once more.
    """

    number: int
    line: int
    scope: str
    name: str
    kind: str
    value: np.ndarray
    dtype: str = "float64"
    source: str = ""
    again: int = 0

    @cached_property
    def key(self) -> tuple[str, str]:
        """Which variable it is."""
        return self.scope, self.name

    @cached_property
    def function(self) -> str:
        """The function or module that gave the name, of whatever object it is a method."""
        return OBJECT.sub("", self.scope)
