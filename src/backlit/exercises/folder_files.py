"""The files of an exercise's folder, as a teacher wrote them: text, TOML and Python, refused by file and key."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest
from backlit.files.plain import parse_plain

__all__ = ["check_keys", "check_python", "read_text", "read_toml", "unknown_key", "words"]


def read_text(path: Path) -> str:
    """Return the text of a file, however its lines end; raises BacklitError where there is none in UTF-8."""
    if path.exists() and not path.is_file():
        # a pipe would be waited for
        raise BacklitError(f"{path}: expected a file, got {'a folder' if path.is_dir() else 'a pipe or a device'}")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BacklitError(f"{path}: expected text in UTF-8") from None
    except OSError as error:
        raise BacklitError(f"{path}: could not be read, {error.strerror or error}") from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says; raises BacklitError where it is none."""
    facts: dict[str, Any] = parse_plain(path, read_text(path))
    return facts


def check_keys(place: str | Path, facts: Iterable[str], known: Sequence[str]) -> None:
    """Raise BacklitError for a key that is none of ``known``; ``place`` is the file, and where in it."""
    for key in facts:
        if key not in known:
            raise unknown_key(place, key, known)


def unknown_key(place: str | Path, key: str, known: Sequence[str]) -> BacklitError:
    """Return the error for a key that is not known, with the nearest that is."""
    near = nearest(key, known)
    hint = f"; did you mean '{near}'?" if near else f"; known: {', '.join(known)}"
    return BacklitError(f"{place}: unknown key '{key:.40}'{hint}")


def words(place: str | Path, facts: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return the words under a key; raises BacklitError for what is none, and for none without a default."""
    if key not in facts and default is not None:
        return default
    if key not in facts:
        raise BacklitError(f"{place}: the key '{key}' is missing")
    value = facts[key]
    if not isinstance(value, str) or (not value.strip() and default is None):
        raise BacklitError(f"{place}: {key}: expected words, got {value!r:.40}")
    return value.strip()


def check_python(place: str | Path, code: str) -> None:
    """Raise BacklitError for what is no Python."""
    try:
        with warnings.catch_warnings():
            # what Python thinks of a mistake's code is not for a learner
            warnings.simplefilter("ignore")
            # not only parsed: a `return` outside a function does not compile
            compile(code, "<checked>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        reason = f"{error.msg}, line {error.lineno}" if isinstance(error, SyntaxError) else error
        raise BacklitError(f"{place}: expected Python, {reason}") from None
