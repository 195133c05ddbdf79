"""What a recorder told of a run, made safe to read: records, arrays and what stood when; all else is left out."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any

__all__ = ["clean_array", "clean_record", "listed", "place_of"]

MOST = 20_000
TEXTS = ("scope", "name", "kind", "source")
NUMBERS = ("number", "line", "again")


def clean_record(told: Any) -> dict[str, Any] | None:
    """Return what was recorded, in its form, or None where nothing was.

    ``arrays`` are (shape, name of the type, bytes of float64); a record's ``array`` and ``before`` are places in
    ``arrays`` and ``records``; a context is the record that it stood at, or None, whether that was an update, and the
    records of that moment. ``amid_a_step``: the file was stopped there. ``large`` are (name, shape) of what was too
    large to be kept, ``anew`` (scope, name) of what was updated and then begun anew.
    """
    if not isinstance(told, dict):
        return None
    arrays = [clean_array(part) for part in listed(told, "arrays")]
    rows = listed(told, "records")
    records = [_record(part, len(arrays), len(rows)) for part in rows]
    contexts = [_context(part, len(records)) for part in listed(told, "contexts")]
    return {
        "arrays": arrays,
        "records": records,
        "contexts": contexts,
        "large": _pairs(told, "large"),
        "anew": _pairs(told, "anew"),
        "amid_a_step": told.get("amid_a_step") is True,
    }


def listed(told: dict[str, Any], name: str) -> list[Any]:
    """Return a list that was told, no longer than bearable; an empty one for anything else."""
    part = told.get(name)
    return part[:MOST] if isinstance(part, list) else []


def _pairs(told: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """Return the pairs of texts in a list."""
    parts = [part for part in listed(told, name) if isinstance(part, list) and len(part) == 2]
    return [(a, b) for a, b in parts if isinstance(a, str) and isinstance(b, str)]


def clean_array(told: Any) -> tuple[tuple[int, ...], str, bytes] | None:
    """Return an array's shape, the name of its type and its numbers, if they have their form."""
    if not isinstance(told, dict):
        return None
    shape, dtype, data = told.get("shape"), told.get("dtype"), told.get("data")
    if not isinstance(shape, list) or not isinstance(dtype, str) or not isinstance(data, str) or len(shape) > 8:
        return None
    if not all(type(n) is int and 0 <= n < 1 << 40 for n in shape):
        return None
    try:
        numbers = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return (tuple(shape), dtype[:20], numbers) if len(numbers) == 8 * math.prod(shape) else None


def place_of(value: Any, most: int) -> int | None:
    """Return a place in a list of so many, None for anything else."""
    return value if type(value) is int and 0 <= value < most else None


def _record(told: Any, n_arrays: int, n_records: int) -> dict[str, Any] | None:
    if not isinstance(told, dict):
        return None
    record: dict[str, Any] = {}
    for name in TEXTS:
        record[name] = told.get(name)[:200] if isinstance(told.get(name), str) else ""  # type: ignore[index]
    for name in NUMBERS:
        record[name] = told.get(name) if type(told.get(name)) is int else 0
    record["array"] = place_of(told.get("array"), n_arrays)
    record["before"] = place_of(told.get("before"), n_records)
    return record


def _context(told: Any, n_records: int) -> tuple[int | None, bool, list[int]]:
    told = told if isinstance(told, dict) else {}
    places = [place for part in listed(told, "records") if (place := place_of(part, n_records)) is not None]
    return place_of(told.get("at"), n_records), told.get("update") is True, places
