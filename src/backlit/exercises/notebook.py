"""Notebooks as Python: the code cells one after another, and a starter as a notebook."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["NOTE", "is_notebook", "notebook_of", "python_of"]

NOTE = "Lines are counted over the notebook's code cells, one after another."


def is_notebook(source: bytes) -> bool:
    """Say whether a file's content is a notebook: a JSON object that has cells.

    >>> is_notebook(b'{"cells": []}'), is_notebook(b"{'cells': []}")
    (True, False)
    """
    return _cells(source) is not None


def python_of(source: bytes) -> bytes:
    r"""Return a notebook's code as Python; what is no notebook as it is.

    Lines of IPython's own, ``%matplotlib inline`` and ``!pip install``, become comments, and cells with ``%%``.

    >>> python_of(b'{"cells": [{"cell_type": "code", "source": ["a = 1\\n", "%time b = 2"]}]}')
    b'a = 1\npass  # %time b = 2\n'
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


def _cells(source: bytes) -> list[str] | None:
    """The code cells of a notebook; None for what is none."""
    if not source.lstrip().startswith(b"{"):
        return None
    try:
        book = json.loads(source)
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
    if cell.lstrip().startswith("%%"):
        return "\n".join(f"# {line}" for line in cell.split("\n"))
    lines = cell.split("\n")
    for i, line in enumerate(lines):
        bare = line.lstrip()
        if bare.startswith(("%", "!")):
            lines[i] = f"{line[: len(line) - len(bare)]}pass  # {bare}"
    return "\n".join(lines)
