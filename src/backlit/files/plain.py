"""Plain values from TOML and JSON text, with errors that name file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backlit.errors import BacklitError

__all__ = ["holds_huge_number", "parse_plain", "read_plain"]

HUGE_BITS = 14_000
"""A whole number of so many bits is no float, and Python does not even print it: hexadecimal ones it reads."""


def read_plain(path: Path) -> tuple[Any, str]:
    """Return the values of a ``.toml`` or ``.json`` file, and its text.

    Raises BacklitError, naming the file and the line, for text that is not TOML or JSON; OSError from the system.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BacklitError(f"{path}: expected UTF-8 text, got a byte that is none at position {error.start}") from None
    return parse_plain(path, text), text


def parse_plain(path: Path, text: str) -> Any:
    """Return the values of TOML text, or of JSON text where the path ends so."""
    # imported when a file is read: the lesson's example does not wait for them
    import json
    import tomllib

    try:
        found = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise BacklitError(f"{path}, line {error.lineno}: not JSON, {error.msg}") from None
    except tomllib.TOMLDecodeError as error:
        where = str(error).replace("(at line", "(line")
        raise BacklitError(f"{path}: not TOML, {where}") from None
    except RecursionError:
        raise BacklitError(f"{path}: lists are nested too deeply") from None
    except ValueError:
        # neither of the two above: Python reads no integer of thousands of digits
        raise _too_long(path) from None
    if holds_huge_number(found):
        raise _too_long(path)
    return found


def _too_long(path: Path) -> BacklitError:
    return BacklitError(f"{path}: expected numbers of usual length, got an integer of thousands of digits")


def holds_huge_number(value: Any) -> bool:
    """Say whether plain values hold a whole number that cannot be printed.

    >>> holds_huge_number({"a": [1, 10**5000]}), holds_huge_number([2.5, "x"])
    (True, False)
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, int) and one.bit_length() > HUGE_BITS:
            return True
    return False
