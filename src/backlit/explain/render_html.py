"""A document as HTML: formulas as MathML, the drawing as SVG; no script, no font, nothing fetched."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from backlit.explain.document import Block, Definition, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.equations import definition_latex, general_latex, line_latex
from backlit.explain.shown import HtmlText

__all__ = ["render_html"]

_STYLE = """
.backlit { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; }
.backlit { max-width: 62rem; padding: .5rem 1rem; }
.backlit h1 { font-size: 1.15rem; }
.backlit h2 { font-size: 1.05rem; margin: 1.2em 0 .4em; border-bottom: 1px solid #ccd; }
.backlit p { margin: .5em 0; } .backlit svg { max-width: 100%; height: auto; }
.backlit .worked { margin: .6em 0; padding: 1px 0 .3em; overflow: auto hidden; } .backlit .name { font-weight: 600; }
.backlit .lines td { padding: .1em .6em .1em 0; border: 0; text-align: left; white-space: nowrap; }
.backlit math { math-style: normal; font-size: 1.1em; }
.backlit code { color: #57606a; font-size: .85em; }
.backlit table.facts { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9em; }
.backlit .facts th, .backlit .facts td { padding: .2em .6em; text-align: right; border-bottom: 1px solid #dde; }
.backlit .facts th:first-child, .backlit .facts td:first-child { text-align: left; }
.backlit caption { caption-side: bottom; text-align: left; font-size: .9em; color: #57606a; padding-top: .4em; }
"""


def render_html(document: Document, digits: int | None, *, whole: bool) -> str:
    """Return the document as HTML: ``whole`` a page of its own, else a part that a notebook shows."""
    title = escape(document.title)
    body = "\n".join(_block(block, digits) for block in document.blocks)
    part = f'<style>{_STYLE}</style>\n<div class="backlit">\n<h1>{title}</h1>\n{body}\n</div>\n'
    if not whole:
        return part
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return HtmlText(f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}</head>\n<body>\n{part}</body>\n</html>\n')


@lru_cache(maxsize=4096)
def _math(latex: str, display: str = "inline") -> str:
    from latex2mathml.converter import convert

    return str(convert(latex, display=display))


def _block(block: Block, digits: int | None) -> str:
    match block:
        case Heading():
            return f"<h2>{escape(block.text)}</h2>"
        case Paragraph():
            return f"<p>{escape(block.text)}</p>"
        case Definition():
            remark = f" ({escape(block.remark)})" if block.remark else ""
            return f"<p>{_math(definition_latex(block))}{remark}</p>"
        case Worked():
            return _worked(block, digits)
        case Table():
            return _table(block)
        case Picture():
            return f'<div class="picture">{block.svg()}</div>'


def _worked(block: Worked, digits: int | None) -> str:
    rows = []
    for line in block.lines:
        equation = _math(" ".join(line_latex(block, line, digits)))
        rows.append(f"<tr><td><code>{escape(line.address)}</code></td><td>{equation}</td></tr>")
    head = f'<span class="name">{escape(block.name)}:</span> {_math(general_latex(block))}'
    return f'<div class="worked"><div>{head}</div><table class="lines">{"".join(rows)}</table></div>'


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(c).replace(chr(10), "<br>")}</th>' for c in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in table.rows)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return f'<table class="facts">{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
