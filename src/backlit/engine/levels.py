"""One build of the engine for each instruction-set level; the best that this processor has is opened on first use."""

import importlib
import os
from functools import cache
from typing import Any

from backlit.errors import BacklitError

__all__ = ["LEVELS", "LEVEL_VARIABLE", "available_levels", "chosen_level", "opened"]

LEVEL_VARIABLE = "BACKLIT_ENGINE_LEVEL"
"""The environment variable that names a level instead."""

LEVELS = ("baseline", "avx2")
"""All levels, the widest last: any processor; x86-64 with AVX2 and FMA."""


@cache
def opened(level: str) -> Any:
    """Return the module of a level, or raise BacklitError where it was not built or the processor lacks the level."""
    try:
        module = importlib.import_module(f"backlit.engine._{level}")
    except ImportError as error:
        raise BacklitError(
            f"the compiled engine of level '{level}' was not built when backlit was installed ({error}); install "
            "backlit again with a C++ compiler at hand, `backlit doctor` says more"
        ) from None
    if level not in module.levels():
        raise BacklitError(f"level '{level}' of the compiled engine needs a processor that has it; this one has not")
    return module


@cache
def available_levels() -> tuple[str, ...]:
    """Return the levels that were built and that this processor has, the widest last; none where none was built.

    >>> available_levels()[0]
    'baseline'
    """
    try:
        here = opened("baseline").levels()
    except BacklitError:
        return ()
    return tuple(level for level in LEVELS if level in here and _opens(level))


def _opens(level: str) -> bool:
    try:
        opened(level)
    except BacklitError:
        return False
    return True


def chosen_level() -> str:
    """Return the level to use: the one named in BACKLIT_ENGINE_LEVEL, else the widest there is.

    Raises BacklitError for a level that does not exist, was not built, or that the processor lacks.
    """
    wanted = os.environ.get(LEVEL_VARIABLE, "").strip().lower()
    if wanted:
        if wanted not in LEVELS:
            raise BacklitError(f"{LEVEL_VARIABLE} must be one of {', '.join(LEVELS)}, got '{wanted:.40}'")
        opened(wanted)
        return wanted
    levels = available_levels()
    if not levels:
        opened("baseline")
    return levels[-1]
