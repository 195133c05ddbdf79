"""Notebooks as Python: the code cells one after another, and a starter as a notebook."""

from __future__ import annotations

import ast
import codecs
import json
import re
import warnings
from pathlib import PurePath
from typing import Any

__all__ = ["NOTE", "is_notebook", "notebook_of", "python_of", "why_no_notebook"]

NOTE = "Lines are counted over the notebook's code cells, one after another."

RUN_THE_REST = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Magics of a cell whose other lines are Python, and run."""

OWN = re.compile(r"\s*(%[A-Za-z]|!|\?|[\w.*\[\]]+\?{1,2}\s*$|[\w., \[\]]+=\s*[%!])")
"""A line of IPython's own: a magic, a command, a question, a name for what a magic or a command gives."""

RUN_ONCE = re.compile(r"(\s*(?:[\w., \[\]]+=\s*)?)%(?:time|prun)[ \t]+(?:--no-raise-error[ \t]+)?(?=[^\s#-])")
"""The beginning of a line whose statement IPython runs, once and in the notebook's own names; %timeit keeps none."""

MOST_ROUNDS = 50
"""So many lines of a cell are found one by one; a cell with more is read once more, all that look so together."""


def is_notebook(source: bytes) -> bool:
    """Say whether a file's content is a notebook: a JSON object that has cells.

    >>> is_notebook(b'{"cells": []}'), is_notebook(b"{'cells': []}")
    (True, False)
    """
    return _cells(source) is not None


def why_no_notebook(name: str | PurePath, source: bytes) -> str:
    """Return why what a file holds cannot be read, where its name says that it is a notebook; "" where it can.

    >>> why_no_notebook("ann.ipynb", b"a = 1"), why_no_notebook("ann.py", b"a = 1")
    ('is named as a notebook and is none: it does not begin with {, as notebooks do', '')
    """
    if PurePath(name).suffix.lower() != ".ipynb" or is_notebook(source):
        return ""
    bare = _bare(source)
    why = "it is empty" if not bare else "it does not begin with {, as notebooks do"
    if bare.startswith(b"{"):
        why = "it has no list of cells"
        try:
            json.loads(bare)
        except json.JSONDecodeError as error:
            why = f"it is no JSON from line {error.lineno} on"
        except (ValueError, RecursionError):
            why = "it is no JSON"
    return f"is named as a notebook and is none: {why}"


def python_of(source: bytes) -> bytes:
    r"""Return a notebook's code as Python; what is no notebook as it is.

    Lines of IPython's own become comments: ``%matplotlib inline``, ``!pip install``, ``np.dot?``, ``files = !ls``; the
    statement behind ``%time`` or ``%prun`` runs. Of a cell with ``%%time``, ``%%timeit``, ``%%capture`` or ``%%prun``
    the rest runs; one with another ``%%`` is a comment. Lines keep their numbers.

    >>> python_of(b'{"cells": [{"cell_type": "code", "source": ["%matplotlib inline\\n", "%time b = 2"]}]}')
    b'pass  # %matplotlib inline\nb = 2\n'
    """
    cells = _cells(source)
    if cells is None:
        return source
    return "".join(f"{_plain(cell)}\n" for cell in cells).encode("utf-8", "replace")


def notebook_of(text: str, code: str) -> str:
    """Return a notebook: a task in words, and its starter in a cell."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "task", "metadata": {}, "source": text.splitlines(keepends=True)},
        {
            "cell_type": "code",
            "id": "starter",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": code.rstrip("\n").splitlines(keepends=True),
        },
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def _bare(source: bytes) -> bytes:
    return source.removeprefix(codecs.BOM_UTF8).lstrip()


def _cells(source: bytes) -> list[str] | None:
    """The code cells of a notebook; None for what is none."""
    bare = _bare(source)
    if not bare.startswith(b"{"):
        return None
    try:
        book = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        return None
    found = []
    for cell in book["cells"]:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            lines = cell.get("source")
            joined = "".join(map(str, lines)) if isinstance(lines, list) else str(lines or "")
            found.append(joined)
    return found


def _plain(cell: str) -> str:
    """A cell without lines of IPython's own, as many lines as it has."""
    first, newline, rest = cell.partition("\n")
    if not first.strip():
        return first + newline + _plain(rest) if newline else cell
    if not first.lstrip().startswith("%%"):
        return _without_own_lines(cell)
    if first.split()[0] in RUN_THE_REST:
        return f"# {first}{newline}{_plain(rest)}"
    return "\n".join(f"# {line}" for line in cell.split("\n"))


def _without_own_lines(cell: str) -> str:
    """A cell in which lines of IPython's own are comments, where Python's parser stops at them: nowhere else are they.

    ``% b`` may go on with a formula, and a text in quotes may hold what it likes.
    """
    lines = cell.split("\n")
    for _ in range(MOST_ROUNDS):
        at = _stops_at(lines)
        if at is None or not OWN.match(lines[at]):
            return "\n".join(lines)
        _comment(lines, at)
    for at, line in enumerate(lines):
        if OWN.match(line):
            _comment(lines, at)
    return "\n".join(lines)


def _stops_at(lines: list[str]) -> int | None:
    """The index of the line at which Python's parser stops; None where it does not, or names none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("\n".join(lines))
    except SyntaxError as error:
        return error.lineno - 1 if error.lineno and error.lineno <= len(lines) else None
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _comment(lines: list[str], at: int) -> None:
    """Make a line, and those with which it goes on after a backslash, comments; a statement that is run stays."""
    statement = RUN_ONCE.sub(r"\1", lines[at], count=1)
    if not OWN.match(statement):
        lines[at] = statement
        return
    begin = "pass  # "
    while at < len(lines):
        bare = lines[at].lstrip()
        goes_on = bare.rstrip().endswith("\\")
        lines[at] = f"{lines[at][: len(lines[at]) - len(bare)]}{begin}{bare}"
        at, begin = at + 1 if goes_on else len(lines), "# "
