"""A document with the first lines of each list of its own, for a terminal: the rest is asked for."""

from __future__ import annotations

from backlit.explain.document import Block, Document, Paragraph, Worked

__all__ = ["LONG", "SHOWN", "shortened"]

LONG = 80
"""Lines with numbers that a document may have and still be shown whole: the lesson has a tenth of it."""

SHOWN = 4


def shortened(document: Document, how: str) -> Document:
    """Return a document whose lists of worked lines end after four, where all of them are more than 80.

    ``how`` says what shows the rest.
    """
    if sum(len(block.lines) for block in document.blocks if isinstance(block, Worked)) <= LONG:
        return document
    blocks: list[Block] = []
    for block in document.blocks:
        if not isinstance(block, Worked) or len(block.lines) <= SHOWN + 1:
            blocks.append(block)
            continue
        rest = block.lines[SHOWN:]
        blocks.append(block._replace(lines=block.lines[:SHOWN]))
        blocks.append(Paragraph(f"… and {len(rest)} more, {rest[0].address} to {rest[-1].address} ({how})."))
    return document._replace(blocks=tuple(blocks))
