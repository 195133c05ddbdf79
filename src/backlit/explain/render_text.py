"""A document as plain text for a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

from backlit.explain.document import Block, Definition, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.formula import Writing, write
from backlit.explain.numbers import format_number
from backlit.explain.symbols import text_symbol

__all__ = ["render_text"]

WIDTH = 100
SLACK = 8
"""Columns that a table may have more, where it is not a narrow terminal's: one that stands whole reads better."""


def render_text(document: Document, digits: int | None, width: int = WIDTH) -> str:
    """Return the document as text, lines of about ``width`` columns, ending in a newline."""
    title = textwrap.fill(document.title, width)
    parts = [title + "\n" + "═" * max(len(line) for line in title.split("\n"))]
    before: Block | None = None
    for block in document.blocks:
        text = _block(block, digits, width)
        if isinstance(block, Definition) and isinstance(before, Definition):
            parts[-1] += "\n" + text
        else:
            parts.append(text)
        before = block
    return "\n\n".join(parts) + "\n"


def _block(block: Block, digits: int | None, width: int) -> str:
    match block:
        case Heading():
            return f"{block.text}\n{'─' * len(block.text)}"
        case Paragraph():
            return textwrap.fill(block.text, width)
        case Definition():
            remark = f"   ({block.remark})" if block.remark else ""
            return f"  {block.left[0]} = {block.right[0]}{remark}"
        case Worked():
            return _worked(block, digits, width)
        case Table():
            return text_table(block, width)
        case Picture():
            return block.text


def _worked(block: Worked, digits: int | None, columns: int) -> str:
    left = text_symbol(block.symbol)
    equals = "←" if block.becomes else "="
    head = f"{block.name}:  {left} {equals} {write(block.formula, Writing(numbers=False))}"
    width = max(len(line.address) for line in block.lines)
    lines = []
    for line in block.lines:
        numbers = write(line.formula, Writing(numbers=True, digits=digits))
        result = format_number(line.value, line.digits or digits)
        equation = f"{text_symbol(line.symbol)} {equals} {numbers}"
        equation += "" if numbers == result else f" = {result}"
        lines.append(_wrapped(f"  {line.address:<{width}}  ", equation, columns))
    return "\n".join([_wrapped("", head, columns), *lines])


def _wrapped(prefix: str, text: str, width: int) -> str:
    indent = " " * (len(prefix) + 4)
    if len(prefix) + len(text) <= width:
        return prefix + text
    # a break before a sign or an equals sign, never inside a product
    pieces = text.replace(" + ", "\0+ ").replace(" = ", "\0= ").split("\0")
    lines = [prefix + pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += " " + piece
        else:
            lines.append(indent + piece)
    return "\n".join(lines)


def _columns(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 1 for c in text)


def text_table(table: Table, width: int = WIDTH) -> str:
    """A table with the first column at the left and numbers at the right; a heading may have several lines.

    Columns that do not fit into ``width`` go on below, beside the first one again.
    """
    headings = [column.split("\n") for column in table.columns]
    height = max(len(lines) for lines in headings)
    padded = [[""] * (height - len(lines)) + lines for lines in headings]
    heads = [tuple(lines[i] for lines in padded) for i in range(height)]
    cells = [*heads, *table.rows]
    widths = [max(_columns(row[i]) for row in cells) for i in range(len(table.columns))]
    most = width if width < WIDTH else WIDTH + SLACK
    parts = [_columns_of_table(group, heads, table.rows, widths) for group in _groups(widths, most)]
    if table.caption:
        parts[-1] += "\n" + textwrap.fill(table.caption, width, initial_indent="  ", subsequent_indent="  ")
    return "\n\n".join(parts)


def _groups(widths: list[int], width: int) -> list[list[int]]:
    """The columns that stand beside each other, each group with the first one."""
    groups, used = [[0]], widths[0]
    for i, columns in enumerate(widths[1:], 1):
        if used + 2 + columns > width and len(groups[-1]) > 1:
            groups.append([0])
            used = widths[0]
        groups[-1].append(i)
        used += 2 + columns
    return groups


def _columns_of_table(
    group: list[int], heads: Sequence[tuple[str, ...]], rows: Sequence[tuple[str, ...]], widths: list[int]
) -> str:
    def line(row: tuple[str, ...]) -> str:
        padding = {i: " " * (widths[i] - _columns(row[i])) for i in group}
        return "  ".join(row[i] + padding[i] if i == 0 else padding[i] + row[i] for i in group).rstrip()

    rule = "  ".join("─" * widths[i] for i in group)
    return "\n".join([*(line(head) for head in heads), rule, *(line(row) for row in rows)])
