"""An explanation as plain data: a title and blocks in order, the same for every output format."""

from __future__ import annotations

from dataclasses import dataclass

from backlit.explain.formula import Formula
from backlit.explain.steps import Line
from backlit.explain.symbols import Symbol

__all__ = ["Block", "Definition", "Document", "Heading", "Paragraph", "Picture", "Table", "Worked"]


@dataclass(frozen=True)
class Heading:
    """The name of what follows."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A sentence or a few."""

    text: str


@dataclass(frozen=True)
class Definition:
    """A function by its formula: ``left`` = ``right``, each (text, LaTeX), and a remark."""

    left: tuple[str, str]
    right: tuple[str, str]
    remark: str = ""


@dataclass(frozen=True)
class Worked:
    """One kind of quantity: its name, its formula in symbols, and a line with numbers for each unit or weight.

    ``becomes`` says that the formula gives the symbol a new value.
    """

    name: str
    symbol: Symbol
    formula: Formula
    lines: tuple[Line, ...]
    becomes: bool = False


@dataclass(frozen=True)
class Table:
    """Columns of texts; the first column is the row's name. ``json_rows`` are the same facts as numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    json_rows: tuple[dict[str, object], ...]
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing, as text art and as SVG."""

    text: str
    svg: str


Block = Heading | Paragraph | Definition | Worked | Table | Picture


@dataclass(frozen=True)
class Document:
    """What one address has to say."""

    title: str
    address: str
    blocks: tuple[Block, ...]
