"""The modules of `web/` as one script: what a file of its own, or a notebook, can hold."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["WEB", "script", "style"]

WEB = Path(__file__).parent / "web"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_STRING = re.compile(r'("[^"]*")')
# not around + and -, where a - -b must not become a--b
_SPACES = re.compile(r" *([{}(),;:=<>*?&|!\[\]]+) *")
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
    text = "\n".join(_COMMENT.sub("", _EXPORT.sub("", part)) for part in parts)
    return "\n".join(_tight(line) for line in text.splitlines() if line)


def _tight(line: str) -> str:
    """A line without the spaces that mean nothing; one with a template, a regular expression or a quote is left."""
    if re.search(r"[`/'\\]", line):
        return line
    return "".join(part if part.startswith('"') else _SPACES.sub(r"\1", part) for part in _STRING.split(line))


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
