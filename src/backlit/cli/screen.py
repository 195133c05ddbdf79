"""The terminal's own width and colour: both are taken from the terminal, and can be said by the environment."""

from __future__ import annotations

import os
import re
import shutil
import sys

import click

__all__ = ["WIDEST", "coloured", "is_terminal", "painted", "show", "width", "width_is_known"]

WIDEST = 100
"""Longer lines are hard to read, however wide the terminal."""

NARROWEST, SLACK = 40, 8

MARKS = {"✓": "green", "✗": "red"}

UNDERLINE = re.compile(r"[─═]{3,}")


def width() -> int:
    """Return how many columns a line may have: COLUMNS, else the terminal's; 100 where neither says, and at most."""
    columns = shutil.get_terminal_size((WIDEST, 24)).columns if width_is_known() else WIDEST + SLACK
    # at the full width tables may be a little wider
    return WIDEST if columns >= WIDEST + SLACK else max(NARROWEST, min(WIDEST - 1, columns))


def width_is_known() -> bool:
    """Say whether a terminal or COLUMNS says how wide lines may be."""
    return os.environ.get("COLUMNS", "").isdecimal() or is_terminal()


def coloured() -> bool:
    """Say whether standard output shows colours: a terminal, unless NO_COLOR is set; FORCE_COLOR is for pipes."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def is_terminal() -> bool:
    """Say whether standard output is read by a person."""
    return hasattr(sys.stdout, "isatty") and sys.stdout.isatty()


def show(text: str, *, err: bool = False) -> None:
    """Print a text, with its colours where standard output shows them; ``err``: on standard error, without."""
    if err:
        click.echo(text, nl=not text.endswith("\n"), err=True)
    else:
        click.echo(painted(text), nl=not text.endswith("\n"), color=coloured())


def painted(text: str) -> str:
    """Return a text with headings bold, ✓ green and ✗ red, where standard output shows colours; else as it is."""
    if not coloured():
        return text
    lines = text.split("\n")
    for i, line in enumerate(lines):
        mark = line.lstrip()[:1]
        if mark in MARKS:
            lines[i] = line.replace(mark, click.style(mark, fg=MARKS[mark]), 1)
        elif i and UNDERLINE.fullmatch(line):
            first = i - 1
            # a title may take several lines
            while line.startswith("═") and first and lines[first - 1]:
                first -= 1
            lines[first:i] = [click.style(part, bold=True) for part in lines[first:i]]
    return "\n".join(lines)
