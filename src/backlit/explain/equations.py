"""The equations of a document's blocks as LaTeX: the one form that Markdown, LaTeX and MathML share."""

from __future__ import annotations

from backlit.explain.document import Definition, Worked
from backlit.explain.formula import Writing, write
from backlit.explain.numbers import latex_number
from backlit.explain.steps import Line
from backlit.explain.symbols import latex_symbol

__all__ = ["definition_latex", "general_latex", "line_latex"]


def definition_latex(block: Definition) -> str:
    """A function's formula."""
    return f"{block.left[1]} = {block.right[1]}"


def general_latex(block: Worked) -> str:
    """The formula in symbols."""
    return f"{latex_symbol(block.symbol)} {_equals(block)} {write(block.formula, Writing(numbers=False, latex=True))}"


def line_latex(block: Worked, line: Line, digits: int | None) -> tuple[str, str, str]:
    """A line with numbers: its left side, the sign between, its right side with the result."""
    numbers = write(line.formula, Writing(numbers=True, latex=True, digits=digits))
    result = latex_number(line.value, line.digits or digits)
    right = numbers if numbers == result else f"{numbers} = {result}"
    return latex_symbol(line.symbol), _equals(block), right


def _equals(block: Worked) -> str:
    return r"\leftarrow" if block.becomes else "="
