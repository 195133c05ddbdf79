"""Numbers as they are written in options."""

from __future__ import annotations

import math
import re
from typing import Any

import click

from backlit.errors import BacklitError

__all__ = ["FiniteRange", "list_of_numbers", "nested_numbers", "sizes_value"]

DIGITS = 18
"""A size of more digits fits no memory; Python itself refuses to read much longer ones."""


class FiniteRange(click.FloatRange):
    """A number of a range: nan is in none, though no comparison says so, and neither is infinity."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; fails, in click's way, for what is none, is out of the range or is not finite."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"expected a finite number, got {number}.", param, ctx)
        return number


def list_of_numbers(text: str, option: str) -> list[float]:
    """Read numbers separated by commas or spaces.

    >>> list_of_numbers("0.1, 0.3", "--input")
    [0.1, 0.3]
    """
    pieces = [piece for piece in re.split(r"[,\s]+", text.strip(" []")) if piece]
    if not pieces:
        raise BacklitError(f"{option}: expected numbers such as 0.1,0.3, got nothing")
    try:
        return [float(piece) for piece in pieces]
    except ValueError:
        raise BacklitError(f"{option}: expected numbers such as 0.1,0.3, got '{text:.40}'") from None


def sizes_value(text: str, option: str) -> list[int]:
    """Read sizes such as 2-3-1 or 2,3,1.

    >>> sizes_value("2-3-1", "--sizes")
    [2, 3, 1]
    """
    pieces = [piece for piece in re.split(r"[-,\s]+", text.strip(" []")) if piece]
    if not pieces or not all(piece.isdecimal() for piece in pieces):
        raise BacklitError(f"{option}: expected whole numbers such as 2-3-1, got '{text:.40}'")
    if any(len(piece) > DIGITS for piece in pieces):
        raise BacklitError(f"{option}: expected sizes of at most {DIGITS} digits, got '{text:.40}'")
    return [int(piece) for piece in pieces]


def nested_numbers(text: str, option: str) -> Any:
    """Read lists of numbers written as JSON.

    >>> nested_numbers("[[[0.4], [-0.2]], [[0.1]]]", "--weights")
    [[[0.4], [-0.2]], [[0.1]]]
    """
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BacklitError(f"{option}: expected lists such as [[[0.4], [-0.2]], [[0.1]]], got '{text:.40}'") from None
