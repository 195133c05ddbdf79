"""Lines that are wider than a terminal, folded between words."""

from __future__ import annotations

import re
import textwrap
import unicodedata

from backlit.cli.screen import WIDEST, show, width, width_is_known

__all__ = ["folded", "show_words"]

LEGEND = "  ▲ "
"""Where the legend of a loss curve is broken."""

MARKED = ("✓", "✗", "Instead:")

RULE = re.compile("[─═ ]+")
"""The line under a heading, or under those of a table."""

DRAWN = re.compile("[│┤├└┘╭╮╰╯─═]")

CELLS = re.compile(r"\S {2,}(?=\S)")


def show_words(text: str, *, err: bool = False) -> None:
    """Print a text, its lines no wider than the terminal; ``err``: on standard error."""
    show(folded(text), err=err)


def folded(text: str) -> str:
    """Return ``text`` with lines that fit the terminal or COLUMNS; as it is where neither says how wide that is.

    What goes on below stands under the line's last cell, or under its beginning. Drawings and long words are left.

    >>> import os
    >>> os.environ["COLUMNS"] = "40"
    >>> print(folded("  date  days, and the place in year, week and day"))
      date  days, and the place in year,
            week and day
    """
    return _folded(text, width()) if width_is_known() else text


def _folded(text: str, columns: int) -> str:
    lines, done = text.split("\n"), []
    while lines:
        line = lines.pop(0)
        pieces = _pieces(line, columns)
        if len(pieces) > 1 and lines and _goes_on(line, lines[0]):
            lines[0] = f"{_indent(lines[0])}{pieces.pop().strip()} {lines[0].strip()}"
        done += pieces
    return "\n".join(done)


def _pieces(line: str, columns: int) -> list[str]:
    if RULE.fullmatch(line):
        return [line[:columns].rstrip()]
    if _columns(line) <= columns or DRAWN.search(line):
        return [line]
    if LEGEND in line:
        before, after = line.split(LEGEND, 1)
        return [before, _indent(line) + LEGEND.strip() + " " + after]
    cells = [match.end() for match in CELLS.finditer(line) if match.end() <= columns // 2]
    under = cells[-1] if cells else len(_indent(line)) + 2 * line.lstrip().startswith(MARKED[:2])
    return textwrap.wrap(line, columns, subsequent_indent=" " * under, break_long_words=False, break_on_hyphens=False)


def _goes_on(line: str, after: str) -> bool:
    """Whether two lines are one paragraph, that was broken for the widest lines."""
    words = after.split()
    if not words or _indent(line) != _indent(after) or words[0] in MARKED or DRAWN.search(after):
        return False
    if CELLS.search(line) or CELLS.search(after):
        return False
    # reports are broken two columns before the widest
    return _columns(line) + 1 + _columns(words[0]) > WIDEST - 2


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _columns(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 1 for c in text)
