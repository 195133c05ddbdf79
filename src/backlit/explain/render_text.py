"""A document as plain text for a terminal."""

from __future__ import annotations

import textwrap
import unicodedata

from backlit.explain.document import Block, Definition, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.formula import Writing, write
from backlit.explain.numbers import format_number
from backlit.explain.symbols import text_symbol

__all__ = ["render_text"]

WIDTH = 100


def render_text(document: Document, digits: int | None) -> str:
    """Return the document as text, lines of about 100 columns, ending in a newline."""
    title = textwrap.fill(document.title, WIDTH)
    parts = [title + "\n" + "═" * max(len(line) for line in title.split("\n"))]
    before: Block | None = None
    for block in document.blocks:
        text = _block(block, digits)
        if isinstance(block, Definition) and isinstance(before, Definition):
            parts[-1] += "\n" + text
        else:
            parts.append(text)
        before = block
    return "\n\n".join(parts) + "\n"


def _block(block: Block, digits: int | None) -> str:
    match block:
        case Heading():
            return f"{block.text}\n{'─' * len(block.text)}"
        case Paragraph():
            return textwrap.fill(block.text, WIDTH)
        case Definition():
            remark = f"   ({block.remark})" if block.remark else ""
            return f"  {block.left[0]} = {block.right[0]}{remark}"
        case Worked():
            return _worked(block, digits)
        case Table():
            return text_table(block)
        case Picture():
            return block.text


def _worked(block: Worked, digits: int | None) -> str:
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
        lines.append(_wrapped(f"  {line.address:<{width}}  ", equation))
    return "\n".join([_wrapped("", head), *lines])


def _wrapped(prefix: str, text: str) -> str:
    indent = " " * (len(prefix) + 4)
    if len(prefix) + len(text) <= WIDTH:
        return prefix + text
    # a break before a sign or an equals sign, never inside a product
    pieces = text.replace(" + ", "\0+ ").replace(" = ", "\0= ").split("\0")
    lines = [prefix + pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= WIDTH:
            lines[-1] += " " + piece
        else:
            lines.append(indent + piece)
    return "\n".join(lines)


def _columns(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 1 for c in text)


def text_table(table: Table) -> str:
    """A table with the first column at the left and numbers at the right; a heading may have several lines."""
    headings = [column.split("\n") for column in table.columns]
    height = max(len(lines) for lines in headings)
    padded = [[""] * (height - len(lines)) + lines for lines in headings]
    heads = [tuple(lines[i] for lines in padded) for i in range(height)]
    cells = [*heads, *table.rows]
    widths = [max(_columns(row[i]) for row in cells) for i in range(len(table.columns))]

    def line(row: tuple[str, ...]) -> str:
        parts = [
            c + " " * (w - _columns(c)) if i == 0 else " " * (w - _columns(c)) + c
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    rule = "  ".join("─" * w for w in widths)
    caption = (
        [textwrap.fill(table.caption, WIDTH, initial_indent="  ", subsequent_indent="  ")] if table.caption else []
    )
    return "\n".join([*(line(head) for head in heads), rule, *(line(row) for row in table.rows), *caption])
