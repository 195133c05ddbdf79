"""Formulas as small trees whose leaves have a symbol and a value.

One tree prints "in symbols" and "with numbers", as text and as LaTeX, and can be evaluated: so what is printed and
what was computed are the same thing, and a test can say so.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from backlit.explain.numbers import format_number, latex_number
from backlit.explain.symbols import Symbol, latex_symbol, text_symbol

__all__ = [
    "Difference",
    "Exponential",
    "Filled",
    "Formula",
    "Leaf",
    "Negative",
    "Product",
    "Quotient",
    "SumOver",
    "Writing",
    "evaluate",
    "write",
]


class Leaf(NamedTuple):
    """A quantity: its symbol, and its value."""

    symbol: Symbol
    value: float


class Product(NamedTuple):
    """Factors multiplied."""

    factors: tuple[Formula, ...]


class Difference(NamedTuple):
    """``left`` minus ``right``."""

    left: Formula
    right: Formula


class Quotient(NamedTuple):
    """``top`` divided by ``bottom``."""

    top: Formula
    bottom: Formula


class Negative(NamedTuple):
    """Minus ``body``."""

    body: Formula


class Exponential(NamedTuple):
    """The number e to the power of ``power``."""

    power: Formula


class SumOver(NamedTuple):
    """A sum: in symbols over the index ``over``, plus ``extra`` where there is one; in numbers its terms.

    ``hidden_count`` terms that sum to ``hidden_value`` are not in ``terms``.
    """

    over: str
    terms: tuple[Formula, ...]
    extra: Formula | None = None
    hidden_count: int = 0
    hidden_value: float = 0.0


class Filled(NamedTuple):
    """A function written in symbols as ``name`` (text, LaTeX), in numbers by a template of a table's row.

    ``fill`` gives the leaf for each mark of the template: #z, #a, #p, #y. Where ``open_template`` the template is
    used in symbols too. ``value`` is the function's value there.
    """

    name: tuple[str, str]
    template: tuple[str, str]
    fill: tuple[tuple[str, Leaf], ...]
    value: float
    open_template: bool = False


Formula = Leaf | Product | Difference | Quotient | Negative | Exponential | SumOver | Filled


class Writing(NamedTuple):
    """How to write a formula: with ``numbers`` or symbols, as ``latex`` or text, to how many digits."""

    numbers: bool
    latex: bool = False
    digits: int | None = None


def evaluate(formula: Formula) -> float:  # noqa: PLR0911 - one return a kind of node
    """Compute a formula from its leaves' values."""
    match formula:
        case Leaf() | Filled():
            return formula.value
        case Product():
            return math.prod(evaluate(f) for f in formula.factors)
        case Difference():
            return evaluate(formula.left) - evaluate(formula.right)
        case Quotient():
            return evaluate(formula.top) / evaluate(formula.bottom)
        case Negative():
            return -evaluate(formula.body)
        case Exponential():
            return math.exp(evaluate(formula.power))
        case SumOver():
            extra = 0.0 if formula.extra is None else evaluate(formula.extra)
            return math.fsum(evaluate(t) for t in formula.terms) + formula.hidden_value + extra


def write(formula: Formula, how: Writing) -> str:  # noqa: PLR0911 - one return a kind of node
    """Write a formula.

    >>> x, w = Leaf(Symbol("x"), 0.3), Leaf(Symbol("w"), -0.2)
    >>> write(Product((w, x)), Writing(numbers=False)), write(Product((w, x)), Writing(numbers=True))
    ('w x', '(−0.2) × 0.3')
    """
    match formula:
        case Leaf():
            return _leaf(formula, how)
        case Product():
            return _product(formula, how)
        case Difference():
            return f"{write(formula.left, how)} {_minus(how)} {_in_product(formula.right, how)}"
        case Quotient():
            return _quotient(formula, how)
        case Negative():
            return f"{_minus(how)}{_in_product(formula.body, how)}"
        case Exponential():
            power = write(formula.power, how)
            return f"e^{{{power}}}" if how.latex else f"e^({power})"
        case SumOver():
            return _sum(formula, how)
        case Filled():
            return _filled(formula, how)


def _minus(how: Writing) -> str:
    return "-" if how.latex else "−"


def _leaf(leaf: Leaf, how: Writing) -> str:
    if how.numbers:
        return latex_number(leaf.value, how.digits) if how.latex else format_number(leaf.value, how.digits)
    return latex_symbol(leaf.symbol) if how.latex else text_symbol(leaf.symbol)


def _product(product: Product, how: Writing) -> str:
    times = r" \times " if how.latex else " × "
    between = times if how.numbers else (r"\, " if how.latex else " ")
    return between.join(_in_product(f, how) for f in product.factors)


def _quotient(quotient: Quotient, how: Writing) -> str:
    if how.latex:
        return rf"\frac{{{write(quotient.top, how)}}}{{{write(quotient.bottom, how)}}}"
    return f"{_in_product(quotient.top, how)} / {_in_product(quotient.bottom, how, tight=True)}"


def _sum(total: SumOver, how: Writing) -> str:
    extra = "" if total.extra is None else f" + {_in_product(total.extra, how)}"
    if not how.numbers:
        if len(total.terms) + total.hidden_count == 1:
            return write(total.terms[0], how) + extra
        sigma = rf"\sum_{{{total.over}}} " if how.latex else f"Σ{text_symbol(Symbol('', (total.over,)))} "
        return sigma + _first_term(total.terms[0], how) + extra
    parts = [
        _first_term(t, how) if k == 0 else write(t, how) if isinstance(t, Product) else _in_product(t, how)
        for k, t in enumerate(total.terms)
    ]
    if total.hidden_count:
        rest = Leaf(Symbol("rest"), total.hidden_value)
        words = f"[{total.hidden_count} more]"
        parts.append(_in_product(rest, how) + (rf"\;\text{{{words}}}" if how.latex else f" {words}"))
    return " + ".join(parts) + extra


def _first_term(term: Formula, how: Writing) -> str:
    """Write what a sum begins with: a leading minus needs no parentheses, a condition or what a Σ is to hold does."""
    plain = write(term, Writing(how.numbers, digits=how.digits))
    loose = _has_open_sign(plain[1:]) and not how.numbers
    return _in_product(term, how) if loose or _has_open_sign(plain, signs="") else write(term, how)


def _filled(filled: Filled, how: Writing) -> str:
    form = 1 if how.latex else 0
    if not how.numbers and not filled.open_template:
        return filled.name[form]
    written = filled.template[form].replace(r"\,", r" \times " if how.numbers else r"\,")
    for mark, leaf in filled.fill:
        text = write(leaf, how)
        needs = how.numbers and (leaf.value < 0 or "10^" in text or "×" in text)
        # a mark that stands alone between parentheses and commas needs no second pair
        for left, right in (("(", ")"), (", ", ")"), ("(", ",")):
            written = written.replace(f"{left}{mark}{right}", f"{left}{text}{right}")
        written = written.replace(mark, f"({text})" if needs else text)
    return written


def _in_product(formula: Formula, how: Writing, *, tight: bool = False) -> str:
    """Write a formula as a factor: in parentheses where its own signs would otherwise be read wrongly."""
    written = write(formula, how)
    plain = write(formula, Writing(how.numbers, latex=False, digits=how.digits))
    loose = isinstance(formula, SumOver) and not how.numbers and plain.startswith("Σ")
    if tight and isinstance(formula, Product | Quotient | Filled | SumOver) and " " in plain:
        loose = True
    if not loose and not _has_open_sign(plain):
        return written
    # \left and \right forbid a line break between them, so they are kept for what is tall
    return rf"\left({written}\right)" if how.latex and (r"\frac" in written or r"\sum" in written) else f"({written})"


def _has_open_sign(text: str, signs: str = "+−") -> bool:
    """Whether text has one of the signs or a condition outside parentheses."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if depth == 0 and (c in signs or text.startswith(" if ", i)):
            return True
    return False
