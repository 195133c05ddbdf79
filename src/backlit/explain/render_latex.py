"""A document as LaTeX that needs amsmath, and geometry for a page of its own."""

from __future__ import annotations

from backlit.explain.document import Block, Definition, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.equations import definition_latex, general_latex, line_latex

__all__ = ["latex_text", "render_latex"]

_PREAMBLE = r"""\documentclass{article}
\usepackage[margin=2.2cm]{geometry}
\usepackage{amsmath}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\raggedright
\begin{document}
"""

# what a sentence may hold that LaTeX's text does not take as it is
_TEXT = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "^": r"\^{}",
    "~": r"\~{}",
    "|": "$|$",
    "<": "$<$",
    ">": "$>$",
    "−": "$-$",
    "×": r"$\times$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "Σ": r"$\sum$",
    "δ": r"$\delta$",
    "Δ": r"$\Delta$",
    "ŷ": r"$\hat{y}$",
    "η": r"$\eta$",
    "ℓ": r"$\ell$",
    "∂": r"$\partial$",
    "′": "$'$",
    "–": "--",
    "…": r"\dots{}",
    "\N{NO-BREAK SPACE}": "~",
    "⁽": "$^($",
    "⁾": "$^)$",
    "⁻": "$^-$",
    "←": r"$\leftarrow$",
}
_TEXT |= {c: f"$^{i}$" for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_TEXT |= {c: f"$_{i}$" for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_TEXT |= {c: f"$_{letter}$" for c, letter in zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "aehijklmnoprstuvx", strict=True)}


def render_latex(document: Document, digits: int | None, *, whole: bool) -> str:
    """Return the document as LaTeX: ``whole`` ready to compile, else a part to put into another document."""
    parts = [rf"\section*{{{latex_text(document.title)}}}", *(_block(block, digits) for block in document.blocks)]
    body = "\n\n".join(part for part in parts if part)
    return f"{_PREAMBLE}{body}\n\\end{{document}}\n" if whole else body + "\n"


def latex_text(text: str) -> str:
    """Return a text with what LaTeX does not take as it is in its form."""
    return "".join(_TEXT.get(c, c) for c in text)


def _block(block: Block, digits: int | None) -> str:
    match block:
        case Heading():
            return rf"\subsection*{{{latex_text(block.text)}}}"
        case Paragraph():
            return latex_text(block.text)
        case Definition():
            remark = f" ({latex_text(block.remark)})" if block.remark else ""
            return f"${definition_latex(block)}${remark}"
        case Worked():
            return _worked(block, digits)
        case Table():
            return _table(block)
        case Picture():
            # the drawing is text art or SVG, and LaTeX takes neither
            return ""


def _worked(block: Worked, digits: int | None) -> str:
    lines = [rf"\textbf{{{latex_text(block.name)}}}: ${general_latex(block)}$"]
    for line in block.lines:
        # inline mathematics can be broken between lines, a display cannot
        equation = " ".join(line_latex(block, line, digits))
        lines.append(rf"\texttt{{{latex_text(line.address)}}}\quad ${equation}$")
    return "\n\n".join(lines)


def _table(table: Table) -> str:
    shape = "l" + "r" * (len(table.columns) - 1)
    heads = " & ".join(
        rf"\shortstack{{{' '.join(latex_text(part) for part in [column])}}}".replace("\n", r"\\")
        for column in table.columns
    )
    rows = [" & ".join(latex_text(cell) for cell in row) + r" \\" for row in table.rows]
    caption = f"\n\n{{\\footnotesize {latex_text(table.caption)}}}" if table.caption else ""
    lines = [
        rf"{{\footnotesize\setlength{{\tabcolsep}}{{4pt}}\begin{{tabular}}{{{shape}}}",
        heads + r" \\ \hline\noalign{\smallskip}",
        *rows,
    ]
    return "\n".join([*lines, r"\end{tabular}}"]) + caption
