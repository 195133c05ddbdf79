"""What was understood of a file: its forward pass, its targets, its loss, and what it claims of each layer."""

from __future__ import annotations

from typing import NamedTuple

from backlit.scripts.found.claimed import Claim
from backlit.scripts.found.file_losses import FoundLoss
from backlit.scripts.found.passes import ForwardPass
from backlit.scripts.found.targets import Target
from backlit.scripts.seen.records import Moment, Record
from backlit.scripts.seen.told import Told

__all__ = ["Subject"]


class Subject(NamedTuple):
    """All that is judged; ``weights`` and ``biases`` hold a claim a layer (None where a layer has no biases).

    ``latest`` is the moment that knows most of what came after this one. ``still``: the steps are made, and the
    predictions after them are those of before. ``numbers`` are those that the file has in its lines. ``measures``:
    losses that something in it is called.
    """

    moment: Moment
    found: ForwardPass
    target: Target
    losses: list[FoundLoss]
    weights: list[Claim]
    biases: list[Claim | None]
    rates: list[tuple[float, str]]
    deltas: list[Record | None]
    told: Told
    latest: Moment
    still: bool = False
    numbers: tuple[float, ...] = ()
    measures: tuple[str, ...] = ()

    @property
    def claims(self) -> list[Claim]:
        """All claims there are."""
        return [*self.weights, *(claim for claim in self.biases if claim is not None)]
