"""A clue: a fact, and the changes that it points at."""

from __future__ import annotations

from dataclasses import dataclass

from backlit.diagnosis.findings import Finding

__all__ = ["Clue"]


@dataclass(frozen=True)
class Clue:
    """A finding, the changes that it points at, and how strongly: 3 is exact and known before training, 1 a hint."""

    finding: Finding
    changes: tuple[str, ...]
    strength: float
