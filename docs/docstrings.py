"""Docstrings as Markdown, for the reference of the site: their examples become blocks of code."""

from __future__ import annotations

import re
from typing import Any

import griffe

__all__ = ["AsMarkdown", "as_markdown"]

EXAMPLE = re.compile(r"(?:^|\n\n)((?:>>> |\.\.\. )[^\n]*(?:\n(?!\n)[^\n]*)*)")


class AsMarkdown(griffe.Extension):
    """griffe calls it for every object that it has read."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite an object's docstring."""
        if obj.docstring is not None:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(text: str) -> str:
    r"""Return a docstring with its examples as blocks of code.

    >>> as_markdown("Twice.\n\n>>> 1 + 1\n2")
    'Twice.\n\n```pycon\n>>> 1 + 1\n2\n```'
    """
    fenced = EXAMPLE.sub(lambda found: f"\n\n```pycon\n{found[1]}\n```", text).lstrip("\n")
    return re.sub(r"::$", ":", fenced, flags=re.MULTILINE)
