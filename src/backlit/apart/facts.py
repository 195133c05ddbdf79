"""What a learner's process told, made safe to read: every part has its type, or is left out.

The process that wrote it ran the learner's code, so nothing in it is believed to have its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backlit.apart.nudged import clean_nudged
from backlit.apart.recorded import clean_record
from backlit.errors import printable

__all__ = ["clean_run"]

LONGEST = 500


def clean_run(told: Any) -> dict[str, Any]:
    """Return the facts of one run in their form.

    >>> clean_run({"values": 3, "names": ["a", 4]})["names"]
    ['a']
    """
    told = told if isinstance(told, dict) else {}
    values = told.get("values")
    return {
        "values": {name: _value(value) for name, value in values.items()} if isinstance(values, dict) else {},
        "names": [_shown(name) for name in _listed(told, "names") if isinstance(name, str)],
        "remarks": [_only(remark, _REMARK) for remark in _listed(told, "remarks")][:20],
        "error": _error(told.get("error")),
        "exit": _error(told.get("exit")),
        "broken": _error(told.get("broken")),
        "stopped": told.get("stopped") is True,
        "record": clean_record(told.get("record")),
        "nudged": clean_nudged(told.get("nudged")),
    }


_REMARK = {"message": str, "line": int}
_ERROR = {"type": str, "message": str, "line": int, "text": str, "function": str, "operator": str}
_OPERAND = {"source": str, "kind": str}
_VALUE = {"kind": str, "type": str, "dtype": str}


def _only(told: Any, types: Mapping[str, type]) -> dict[str, Any]:
    """Return the parts that have their type, texts cut to a bearable length."""
    found: dict[str, Any] = {}
    for name, kind in types.items():
        part = told.get(name) if isinstance(told, dict) else None
        if type(part) is kind:
            found[name] = _shown(part) if isinstance(part, str) else part
    return found


def _shown(text: str) -> str:
    """Return a text as one line that no terminal takes for an order."""
    return printable(" ".join(text[:LONGEST].split()))


def _listed(told: Any, name: str) -> list[Any]:
    part = told.get(name) if isinstance(told, dict) else None
    return part[:1000] if isinstance(part, list) else []


def _value(told: Any) -> dict[str, Any]:
    value = _only(told, _VALUE)
    if isinstance(told, dict):
        value |= {name: told[name] for name in ("shape", "data") if isinstance(told.get(name), list)}
        value["error"] = _error(told.get("error")) or {}
    return value


def _error(told: Any) -> dict[str, Any] | None:
    if not isinstance(told, dict):
        return None
    error = _only(told, _ERROR)
    error["bases"] = [_shown(base) for base in _listed(told, "bases") if isinstance(base, str)]
    error["operands"] = [
        {**_only(row, _OPERAND), "shape": row.get("shape") if _is_shape(row.get("shape")) else None}
        for row in _listed(told, "operands")
        if isinstance(row, dict)
    ]
    return error


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, list) and all(type(n) is int for n in shape)
