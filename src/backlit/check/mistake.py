"""One row of the table of mistakes."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Mistake"]


class Mistake(NamedTuple):
    """One mistake: ``told_by`` says what sets it apart; then what happened, why it matters, what to write instead."""

    identifier: str
    told_by: str
    happened: str
    matters: str
    instead: str
