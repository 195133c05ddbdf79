"""An explanation as plain data: a title and blocks in order, the same for every output format."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from backlit.explain.formula import Formula
from backlit.explain.steps import Line
from backlit.explain.symbols import Symbol

__all__ = ["Block", "Definition", "Document", "Heading", "Paragraph", "Picture", "Table", "Worked"]


class Heading(NamedTuple):
    """The name of what follows."""

    text: str


class Paragraph(NamedTuple):
    """A sentence or a few."""

    text: str


class Definition(NamedTuple):
    """A function by its formula: ``left`` = ``right``, each (text, LaTeX), and a remark."""

    left: tuple[str, str]
    right: tuple[str, str]
    remark: str = ""


class Worked(NamedTuple):
    """One kind of quantity: its name, its formula in symbols, and a line with numbers for each unit or weight.

    ``becomes`` says that the formula gives the symbol a new value.
    """

    name: str
    symbol: Symbol
    formula: Formula
    lines: tuple[Line, ...]
    becomes: bool = False


class Table(NamedTuple):
    """Columns of texts; the first column is the row's name. ``json_rows`` are the same facts as numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    json_rows: tuple[dict[str, object], ...]
    caption: str = ""


class Picture(NamedTuple):
    """A drawing: as text art, and as SVG, which is drawn when a format asks for it."""

    text: str
    svg: Callable[[], str]


Block = Heading | Paragraph | Definition | Worked | Table | Picture


class Document(NamedTuple):
    """What one address has to say."""

    title: str
    address: str
    blocks: tuple[Block, ...]
