"""The modules of `web/` as one script: what a file of its own, or a notebook, can hold."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["WEB", "script", "style"]

WEB = Path(__file__).parent / "web"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_COMMENT = re.compile(r"^[ ]*/\*\*(?:.|\n)*?\*/\n?|[ ]*/\*\* @type(?:.|\n)*?\*/|^[ ]*//.*\n|^[ ]+(?=\S)", re.MULTILINE)


@cache
def script(*entries: str) -> str:
    """Return the modules that the entries import, directly or not, one after another in one scope, without comments.

    Names at the top of modules are unique (a test sees to it), so that no module needs a scope of its own.
    """
    ordered: list[str] = []
    for entry in entries:
        _add(entry, ordered)
    parts = [_IMPORT.sub("", (WEB / name).read_text(encoding="utf-8")) for name in ordered]
    return "\n".join(_COMMENT.sub("", _EXPORT.sub("", part)) for part in parts)


def _add(name: str, ordered: list[str]) -> None:
    if name in ordered:
        return
    for imported in _IMPORT.findall((WEB / name).read_text(encoding="utf-8")):
        _add(imported, ordered)
    ordered.append(name)


@cache
def style() -> str:
    """Return the page's style sheet."""
    return (WEB / "page.css").read_text(encoding="utf-8")
