"""What nudges of a file's weights showed, made safe to read: all that has not its form is left out."""

from __future__ import annotations

from typing import Any

from backlit.apart.recorded import clean_array, listed, place_of

__all__ = ["clean_nudged"]

KINDS = ("fine", "coarse", "whole")


def clean_nudged(told: Any) -> dict[str, Any] | None:
    """Return the rounds of a file that was run again and again, in their form, or None where it was not.

    ``arrays`` are (shape, name of the type, bytes of float64), all else has places in it. A window is the round of a
    loop, by its ``line``: ``values`` at its begin and end, ``records`` of what was told in it, ``nudges`` with the
    value that was nudged, the direction, and a change for each record, ``untried`` the paths of what moved too.
    """
    if not isinstance(told, dict):
        return None
    arrays = [clean_array(part) for part in listed(told, "arrays")]
    windows = [_window(part, len(arrays)) for part in listed(told, "windows")]
    return {"arrays": arrays, "windows": [window for window in windows if window is not None]}


def _window(told: Any, n_arrays: int) -> dict[str, Any] | None:
    if not isinstance(told, dict):
        return None
    values = [_value(part, n_arrays) for part in listed(told, "values")]
    records = [_record(part, n_arrays) for part in listed(told, "records")]
    nudges = [_nudge(part, n_arrays, len(values), len(records)) for part in listed(told, "nudges")]
    if None in values or None in records or None in nudges:
        return None
    return {
        "line": _count(told.get("line")),
        "round": _count(told.get("round")),
        "values": values,
        "records": records,
        "nudges": nudges,
        "untried": [_text(path) for path in listed(told, "untried") if isinstance(path, str)],
    }


def _value(told: Any, n_arrays: int) -> dict[str, Any] | None:
    if not isinstance(told, dict) or told.get("kind") not in KINDS:
        return None
    return {
        "path": _text(told.get("path")),
        "kind": told["kind"],
        "moved": told.get("moved") is True,
        "before": place_of(told.get("before"), n_arrays),
        "after": place_of(told.get("after"), n_arrays),
    }


def _record(told: Any, n_arrays: int) -> dict[str, Any] | None:
    if not isinstance(told, dict):
        return None
    return {
        "line": _count(told.get("line")),
        "name": _text(told.get("name")),
        "kind": _text(told.get("kind")),
        "times": _count(told.get("times")),
        "array": place_of(told.get("array"), n_arrays),
    }


def _nudge(told: Any, n_arrays: int, n_values: int, n_records: int) -> dict[str, Any] | None:
    value = place_of(told.get("value"), n_values) if isinstance(told, dict) else None
    direction = place_of(told.get("direction"), n_arrays) if isinstance(told, dict) else None
    changes = [place_of(place, n_arrays) for place in listed(told, "changes")] if isinstance(told, dict) else []
    if value is None or direction is None or len(changes) != n_records:
        return None
    return {"value": value, "direction": direction, "changes": changes}


def _text(told: Any) -> str:
    return told[:200] if isinstance(told, str) else ""


def _count(told: Any) -> int:
    return told if type(told) is int else 0
