"""A document as Markdown, with formulas in LaTeX between dollar signs."""

from __future__ import annotations

from backlit.explain.document import Block, Definition, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.equations import definition_latex, general_latex, line_latex

__all__ = ["render_markdown"]


def render_markdown(document: Document, digits: int | None) -> str:
    """Return the document as Markdown that GitHub, Jupyter and pandoc read."""
    parts = [f"# {document.title}", *(_block(block, digits) for block in document.blocks)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block, digits: int | None) -> str:
    match block:
        case Heading():
            return f"## {block.text}"
        case Paragraph():
            return _plain(block.text)
        case Definition():
            remark = f" ({_plain(block.remark)})" if block.remark else ""
            return f"${definition_latex(block)}${remark}"
        case Worked():
            return _worked(block, digits)
        case Table():
            return _table(block)
        case Picture():
            return f"```text\n{block.text}\n```"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("_", "\\_")


def _worked(block: Worked, digits: int | None) -> str:
    lines = [f"**{_plain(block.name)}**", f"$${general_latex(block)}$$"]
    for line in block.lines:
        left, equals, right = line_latex(block, line, digits)
        lines.append(f"- `{line.address}` ${left} {equals} {right}$")
    return "\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:])


def _table(table: Table) -> str:
    heads = [_plain(column.replace("\n", " ")) for column in table.columns]
    rows = [heads, ["---"] + ["---:"] * (len(heads) - 1), *([_plain(c) for c in row] for row in table.rows)]
    text = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return text + (f"\n\n*{_plain(table.caption)}*" if table.caption else "")
