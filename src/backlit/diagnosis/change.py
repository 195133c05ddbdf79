"""A change that an experiment tries, and the ways to carry it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backlit.diagnosis.setup import Setup

__all__ = ["Change", "Variant"]


@dataclass(frozen=True, eq=False)
class Variant:
    """A change carried out: the set-up after it, and what was done in words."""

    setup: Setup
    words: str


@dataclass(frozen=True)
class Change:
    """One thing to change. ``variants(setup)``: the ways to do it here, none where there is nothing to do.

    ``labels``: the words of the published sets. ``part``: "structure", "data" or "training".
    """

    identifier: str
    labels: tuple[str, ...]
    part: str
    variants: Callable[[Setup], Sequence[Variant]]
