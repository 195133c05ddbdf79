"""The modules of `web/` as one script: what a file of its own, or a notebook, can hold."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["WEB", "script", "style"]

WEB = Path(__file__).parent / "web"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|let|class)", re.MULTILINE)
_TEXT = re.compile(r'("[^"]*"|`[^`]*`)')
# around + and - only where no other sign is near: a - -b must not become a--b
_REGEX = re.compile(r"(?:^|[(=,:\[!&|?{};]|return) */|['\\]")
_SPACES = re.compile(r" *([{}(),;:=<>*?&|!\[\]]+) *|(?<![+-]) ([+-]) (?![+-])")
# after a line that goes on, or has ended; before one that ends or goes on; after a block
_BREAKS = re.compile(r"[;,]?\n(?=[}\])])|(?<=[,;:{(\[&|?=])\n|(?<==>)\n|\n(?=[?:.])|(?<=\})\n")
# what may end a list or a block and need not; a lone parameter's parentheses; eslint has seen that no const changes
_LAST = re.compile(r";(?=\})|,(?=[}\])])")
_LONE = re.compile(r"(?<!\w)\((\w+)\)(?==>)")
_CONST = re.compile(r"\bconst(?=[ \[{])")
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
    return _BREAKS.sub("", "\n".join(_tight(line) for line in text.splitlines() if line))


def _tight(line: str) -> str:
    """A line without the spaces that mean nothing; one with a regular expression, or a template in one, is left."""
    parts = _TEXT.split(line)
    if line.count("`") > 2 or any(_REGEX.search(part) for part in parts[::2]):
        return line
    parts[::2] = [_shortened(part.strip()) for part in parts[::2]]
    return "".join(parts)


def _shortened(code: str) -> str:
    return _LONE.sub(r"\1", _LAST.sub("", _SPACES.sub(r"\1\2", _CONST.sub("let", code))))


def _add(name: str, ordered: list[str]) -> None:
    if name in ordered:
        return
    for imported in _IMPORT.findall((WEB / name).read_text(encoding="utf-8")):
        _add(imported, ordered)
    ordered.append(name)


@cache
def style() -> str:
    """Return the page's style sheet."""
    text = (WEB / "page.css").read_text(encoding="utf-8")
    return re.sub(r"\s*([{};,])\s*|(:)\s+|\n\s*", r"\1\2", text).replace(";}", "}")
