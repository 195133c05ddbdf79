"""A table's LaTeX formula as a tree of MathML that the page puts symbols or numbers into."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, fromstring

__all__ = ["formula_tree"]

MARKS = {"#z": "⟨z⟩", "#a": "⟨a⟩", "#p": "⟨p⟩", "#y": "⟨y⟩"}
"""A row's marks, and what stands for them in the tree: text that no formula has."""

_LETTERS = {"#z": r"\Alpha", "#a": r"\Beta", "#p": r"\Epsilon", "#y": r"\Zeta"}
"""How a mark goes through the converter: as a name that it does not know, and so leaves as it is."""


def formula_tree(latex: str) -> list[Any]:
    """Return ``[tag, attributes, children or text]`` of a formula with marks such as #z.

    >>> formula_tree("{#a}^2")[2][0]
    ['msup', {}, [['mrow', {}, [['mi', {}, '⟨a⟩']]], ['mn', {}, '2']]]
    """
    from latex2mathml.converter import convert

    for mark, letter in _LETTERS.items():
        latex = latex.replace(mark, f"{letter} ")
    return _tree(fromstring(convert(latex)))[2][0]  # type: ignore[no-any-return]


def _tree(element: Element) -> list[Any]:
    tag = re.sub(r"\{.*\}", "", element.tag)
    attributes = {name: value for name, value in element.attrib.items() if name not in ("xmlns", "display")}
    children = [_tree(child) for child in element]
    return [tag, attributes, children or _text(element.text or "")]


def _text(text: str) -> str:
    for mark, letter in _LETTERS.items():
        if text == letter:
            return MARKS[mark]
    return text
