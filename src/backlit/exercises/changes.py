"""A change of a file of Python: whole lines of it, and what stands in their place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from backlit.errors import BacklitError, nearest

__all__ = ["Change", "changed"]


class Change(NamedTuple):
    """Whole lines with their indentation, and those that they become; ``place`` is where a teacher wrote it."""

    place: str
    lines: str
    become: str


def changed(changes: Sequence[Change], text: str, name: str) -> str:
    r"""Return a text with changes made in it; each is looked for in the text as it was.

    Raises BacklitError for lines that the text, the file ``name``, does not hold exactly once, and for two changes of
    one line.

    >>> changed([Change("here", "b = 2", "b = 3")], "a = 1\nb = 2\n", "solution.py")
    'a = 1\nb = 3\n'
    """
    rows = text.split("\n")
    found = sorted((_only_place(change, rows, name), change) for change in changes)
    for (start, change), (next_start, next_change) in pairwise(found):
        if start + len(_lines(change.lines)) > next_start:
            raise BacklitError(
                f"{next_change.place}: line {next_start + 1} of {name} is changed by {change.place} too; "
                "make one change of the two"
            )
    # from the end on, so that the places above stay what they are
    for start, change in reversed(found):
        rows[start : start + len(_lines(change.lines))] = _lines(change.become)
    return "\n".join(rows)


def _lines(text: str) -> list[str]:
    """Return the lines of a text, whether or not its last one is ended; of an empty text, none."""
    return text.removesuffix("\n").split("\n") if text else []


def _only_place(change: Change, rows: Sequence[str], name: str) -> int:
    lines = _lines(change.lines)
    places = [i for i in range(len(rows)) if rows[i : i + len(lines)] == lines]
    if not places:
        raise BacklitError(f"{change.place}: {_nowhere(lines, rows, name)}; copy whole lines, with their indentation")
    if len(places) > 1:
        numbers = " and ".join(str(i + 1) for i in places)
        raise BacklitError(
            f"{change.place}: {_shown(lines)} fits {len(places)} times in {name}, at lines {numbers}; "
            "add the line before or after it, to both lines and become"
        )
    return places[0]


def _nowhere(lines: Sequence[str], rows: Sequence[str], name: str) -> str:
    """Return the words for lines that stand nowhere: the first that is none, beside the line that is most like it."""
    for line in lines:
        if line not in rows:
            same_words = [row for row in rows if row.split() == line.split()]
            near = same_words[0] if same_words else nearest(line, filter(None, rows))
            hint = f"; most like it is line {rows.index(near) + 1}, {near!r:.120}" if near is not None else ""
            return f"{line!r:.120} is no line of {name}{hint}"
    return f"{_shown(lines)} does not stand like this, line after line, in {name}"


def _shown(lines: Sequence[str]) -> str:
    return f"{lines[0]!r:.120}" if len(lines) == 1 else f"{lines[0]!r:.120} with the {len(lines) - 1} after it"
