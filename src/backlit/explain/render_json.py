"""A document as JSON: the same facts as numbers, for programs that show or grade them."""

from __future__ import annotations

import json
from typing import Any

from backlit.explain.document import Block, Definition, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.formula import Writing, write
from backlit.explain.symbols import text_symbol

__all__ = ["render_json"]


def render_json(document: Document, digits: int | None) -> str:
    """Return the document as JSON with schema "backlit/explanation/1"; values are at full precision."""
    blocks = [entry for block in document.blocks for entry in _block(block, digits)]
    whole = {
        "schema": "backlit/explanation/1",
        "address": document.address,
        "title": document.title,
        "blocks": blocks,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _block(block: Block, digits: int | None) -> list[dict[str, Any]]:
    match block:
        case Heading():
            return [{"kind": "heading", "text": block.text}]
        case Paragraph():
            return [{"kind": "paragraph", "text": block.text}]
        case Definition():
            return [{"kind": "definition", "left": block.left[0], "right": block.right[0], "remark": block.remark}]
        case Worked():
            return [_worked(block, digits)]
        case Table():
            return [{"kind": "table", "caption": block.caption, "rows": list(block.json_rows)}]
        case Picture():
            return []


def _worked(block: Worked, digits: int | None) -> dict[str, Any]:
    return {
        "kind": "worked",
        "name": block.name,
        "symbol": text_symbol(block.symbol),
        "formula": write(block.formula, Writing(numbers=False)),
        "lines": [
            {
                "address": line.address,
                "symbol": text_symbol(line.symbol),
                "numbers": write(line.formula, Writing(numbers=True, digits=digits)),
                "value": line.value,
            }
            for line in block.lines
        ],
    }
