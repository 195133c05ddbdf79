"""Warnings that name the line of the user's own code, through however many frames of libraries it was called."""

import sys
import warnings

__all__ = ["warn_user"]

OURS = ("backlit", "sklearn", "contextlib", "scipy", "joblib")
"""Packages whose frames lie between the user's line and a warning."""


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn with ``message``, at the innermost line that is in none of our packages nor of those that call us.

    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn_user("a word")
    >>> str(caught[0].message)
    'a word'
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _package(frame.f_globals.get("__name__")) in OURS:
        level, frame = level + 1, frame.f_back
    # the first level is this function
    warnings.warn(message, category, stacklevel=level)


def _package(module: object) -> str:
    return str(module).partition(".")[0]
