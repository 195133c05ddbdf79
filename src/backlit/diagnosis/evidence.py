"""How strongly the facts point at each change, and which of them are facts of the set-up itself, not symptoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backlit.diagnosis.clue import Clue

__all__ = ["SYMPTOMS", "WEAK", "Evidence", "evidence_of"]

SYMPTOMS = frozenset(
    {
        "diverged",
        "loss-rises",
        "loss-swings",
        "high-rate",
        "low-rate",
        "small-steps",
        "large-steps",
        "still-falling",
        "stopped-early",
        "loss-flat",
        "dead-units",
        "saturation",
        "vanishing",
        "exploding",
        "first-loss",
        "few-samples",
    }
)
"""What is measured of steps, error terms and losses: it may follow from something else."""

WEAK = 1.5
"""What only weaker facts point at must mend on samples held out as well."""

ROOT = 1.0
"""By so much a fact of the set-up itself, if it is not weak, comes before symptoms: a smaller rate makes up for scales
too, and of the two the loss tells the rate first."""


@dataclass(frozen=True)
class Evidence:
    """By change, the strongest first: ``strength`` of all facts, ``own`` of those of the set-up itself, ``rank``.

    ``rank``: the order in which changes are tried and named; strength, and more for the set-up's own facts.
    """

    strength: dict[str, float]
    own: dict[str, float]
    rank: dict[str, float]


def evidence_of(clues: Sequence[Clue]) -> Evidence:
    """Return how strongly the facts point at each change.

    >>> from backlit.diagnosis.findings import Finding
    >>> rate = Clue(Finding("diverged", ("lr",), "loss", "", ""), ("learning-rate-lower",), 2.4)
    >>> scale = Clue(Finding("target-scale", ("missing_prep",), "y", "", ""), ("scale-targets",), 1.5)
    >>> found = evidence_of([rate, scale])
    >>> list(found.strength), list(found.rank)
    (['learning-rate-lower', 'scale-targets'], ['scale-targets', 'learning-rate-lower'])
    """
    strength = _strongest(clues)
    own = _strongest([clue for clue in clues if clue.finding.identifier not in SYMPTOMS])
    rank = {name: value + (ROOT if own.get(name, 0.0) >= WEAK else 0.0) for name, value in strength.items()}
    return Evidence(strength, own, _sorted(rank))


def _strongest(clues: Sequence[Clue]) -> dict[str, float]:
    found: dict[str, float] = {}
    for clue in clues:
        for place, change in enumerate(clue.changes):
            found[change] = max(found.get(change, 0.0), clue.strength - 0.05 * place)
    return _sorted(found)


def _sorted(values: dict[str, float]) -> dict[str, float]:
    return dict(sorted(values.items(), key=lambda item: -item[1]))
