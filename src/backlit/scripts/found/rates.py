"""The learning rates that a file may have: its numbers, and those that its steps are written with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from backlit.scripts.found.claimed import Claim
from backlit.scripts.seen.claimed_names import RATE
from backlit.scripts.seen.records import Moment

__all__ = ["rates_of"]


def rates_of(moment: Moment, claims: Sequence[Claim]) -> list[tuple[float, str]]:
    """Return the numbers that may be the learning rate, those in the update's own line first."""
    found: dict[float, str] = {}
    words = " ".join(claim.source for claim in claims)
    named = [r for r in moment.records if r.value.size == 1 and r.kind in ("value", "argument")]
    # a name of a learning rate, then any number in the line, then such a name elsewhere
    named.sort(key=lambda r: not RATE.search(r.name.rpartition(".")[2]))
    for record in named:
        value = float(record.value.reshape(()))
        if 0 < value < 1e3 and re.search(rf"(?<!\w){re.escape(record.name.rpartition('.')[2])}(?!\w)", words):
            found.setdefault(value, record.name)
    for value in _constants(claim.source for claim in claims):
        found.setdefault(value, f"{value:g}")
    for record in named:
        value = float(record.value.reshape(()))
        if 0 < value < 1e3 and RATE.search(record.name.rpartition(".")[2]):
            found.setdefault(value, record.name)
    return list(found.items())


def _constants(sources: Iterator[str]) -> Iterator[float]:
    for source in sources:
        try:
            tree = ast.parse(source, mode="eval")
        except SyntaxError:
            continue
        for part in ast.walk(tree):
            if isinstance(part, ast.Constant) and isinstance(part.value, float | int) and 0 < part.value < 1e3:
                yield float(part.value)
