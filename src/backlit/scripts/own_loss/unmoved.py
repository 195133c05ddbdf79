"""What is followed by the loss and does not move: weights that the update forgets, or data."""

from __future__ import annotations

import re

from backlit.scripts.own_loss.agreement import Agreement
from backlit.scripts.own_loss.windows import Told, Window

__all__ = ["is_forgotten"]

DIGITS = re.compile(r"\d+")
LAST = re.compile(r"[A-Za-z_]\w*(?=[^A-Za-z_]*$)")


def is_forgotten(window: Window, found: Agreement, index: int, told: Told | None) -> bool:
    """Say whether a value that stands still is weights that should move.

    It is one of several that have the same name but for their numbers, of which others move, and what else has its
    number moves: b3 beside b1, b2 and W3. Or the file has its gradient, under a name that is to it as another's is to
    that.
    """
    path = window.values[index].path
    moving = [window.values[other].path for other in found.weights if window.values[other].moved]
    number = DIGITS.findall(path)
    alike = [p for p in moving if DIGITS.sub("", p) == DIGITS.sub("", path)]
    beside = [p for p in moving if number and DIGITS.findall(p) == number]
    if alike and (told is not None or beside):
        return True
    if told is None or index not in found.evenly or _is_data(window, index):
        return False
    if beside:
        return True
    return any(
        _as(told.name, path) == _as(found.recorded[other][1].name, window.values[other].path) != ""
        for other in found.weights
        if other in found.recorded and window.values[other].moved
    )


def _as(name: str, path: str) -> str:
    """Return a gradient's name with its weight's own name taken out: "d*" of dW1 for W1; "" where it is not in it."""
    last = LAST.search(path)
    return DIGITS.sub("", name.replace(last[0], "*")) if last is not None and last[0] in name else ""


def _is_data(window: Window, index: int) -> bool:
    """Say whether an array has a size that no weights that move have: one a sample."""
    moving = (window.values[other].before.shape for other in window.nudges if window.values[other].moved)
    sizes = {n for shape in moving for n in shape}
    return any(n > 1 and n not in sizes for n in window.values[index].before.shape)
