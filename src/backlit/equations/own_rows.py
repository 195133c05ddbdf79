"""Rows of a user's own: what they must have, and the formulas of those that were given none."""

from collections.abc import Iterable
from typing import Any

from backlit.errors import BacklitError

__all__ = ["NOT_GIVEN", "check_row", "named_formula", "no_row"]

NOT_GIVEN = ("", "")
"""The formula, in text and in LaTeX, of a row that has none: its name stands there."""


def check_row(kind: str, name: object, **functions: object) -> None:
    """Raise BacklitError for a name that is no word, and for what is no function among a row's functions."""
    if not isinstance(name, str) or not name.strip():
        raise BacklitError(f"a name of your own {kind} must be a word, got {name!r:.40}")
    for role, function in functions.items():
        if not callable(function):
            raise BacklitError(f"{kind} '{name}' needs a function {role}, got {function!r:.40}")


def named_formula(row: Any, field: str, before: str, after: str) -> None:
    r"""Give a frozen row's ``field`` a formula of its name, where it has none: ``mine(#z)``.

    >>> from backlit.equations.loss_table import Loss
    >>> Loss("my_loss", max, max).formula
    ('my_loss(#p, #y)', '\\operatorname{my\\_loss}(#p, #y)')
    """
    if getattr(row, field) == NOT_GIVEN:
        escaped = row.name.replace("_", r"\_")
        latex = f"{before.replace('−', '-')}\\operatorname{{{escaped}}}{after.replace('′', chr(39))}"
        object.__setattr__(row, field, (f"{before}{row.name}{after}", latex))


def no_row(kind: str, given: object, example: str, known: Iterable[str]) -> BacklitError:
    """Build the error for what is neither a name nor a row.

    >>> print(no_row("loss", 3, "bl.Loss('mine', value, gradient)", ["huber", "poisson"]))
    unknown loss 3; known: huber, poisson, or one of your own such as bl.Loss('mine', value, gradient)
    """
    names = ", ".join(known)
    # of a function its address would be told, and cut off
    came = f"a {type(given).__name__}" if " at 0x" in repr(given) else repr(given)
    return BacklitError(f"unknown {kind} {came:.60}; known: {names}, or one of your own such as {example}")
