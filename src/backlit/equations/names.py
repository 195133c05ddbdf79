"""Names of table rows as people write them: ``relu``, ``swish``, ``leaky_relu(0.2)``."""

import math
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from backlit.errors import BacklitError, unknown_name

__all__ = ["find_row"]

Row = TypeVar("Row")

_NAME = re.compile(r"\s*([a-z_-]+)\s*(?:\(\s*([^()]+?)\s*\))?\s*")


def find_row(
    kind: str,
    name: str,
    rows: Mapping[str, Row],
    factories: Mapping[str, Callable[[float], Row]],
    aliases: Mapping[str, str],
) -> Row:
    """Return the row called ``name``, making one where the name carries a parameter: ``huber(1.5)``.

    Raises BacklitError for a name not in the table (with the nearest one) or a parameter that is not a number.
    """
    match = _NAME.fullmatch(name.lower()) if isinstance(name, str) else None
    if match is None:
        raise unknown_name(kind, name, rows)
    base, parameter = match[1].replace("-", "_"), match[2]
    base = aliases.get(base, base)
    if base not in rows:
        raise unknown_name(kind, base, [*rows, *aliases])
    if parameter is None:
        return rows[base]
    if base not in factories:
        raise BacklitError(f"{kind} '{base}' takes no parameter, got '{name}'")
    try:
        value = float(parameter)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BacklitError(f"the parameter of {kind} '{base}' must be a finite number, got '{parameter}'")
    return factories[base](value)
