"""Symbols such as δₒ, w₁₂ or ∂ℓ/∂z: one plain value that prints as text and as LaTeX."""

import re
from typing import NamedTuple

__all__ = ["Symbol", "latex_function", "latex_symbol", "text_symbol"]

_SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ,", strict=True))
_SUPERSCRIPTS = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_LATEX_BASES = {
    "ŷ": r"\hat{y}",
    "δ": r"\delta",
    "η": r"\eta",
    "Δw": r"\Delta w",
    "ΔW": r"\Delta W",
    "Δb": r"\Delta b",
    "ΔB": r"\Delta B",
    "ℓ": r"\ell",
    "Σ": r"\sum",
}


class Symbol(NamedTuple):
    """A base letter with indices below it and a layer number above it.

    ``kind`` (such as o or h) stands before the indices. ``by`` makes it a partial derivative of the loss by the
    symbol: ∂ℓ/∂z.
    """

    base: str
    indices: tuple[str, ...] = ()
    layer: str = ""
    kind: str = ""
    by_loss: bool = False


def text_symbol(symbol: Symbol) -> str:
    """Print a symbol in Unicode.

    >>> text_symbol(Symbol("w", ("1", "2"))), text_symbol(Symbol("δ", ("3",), layer="2"))
    ('w₁₂', 'δ₃⁽²⁾')
    >>> text_symbol(Symbol("z", kind="o", by_loss=True)), text_symbol(Symbol("w", ("12", "3")))
    ('∂ℓ/∂zₒ', 'w₁₂,₃')
    """
    joint = "," if any(len(index) > 1 for index in symbol.indices) else ""
    below = symbol.kind + joint.join(symbol.indices)
    above = f"({symbol.layer})".translate(_SUPERSCRIPTS) if symbol.layer else ""
    body = symbol.base + "".join(_SUBSCRIPTS[c] for c in below) + above
    return f"∂ℓ/∂{body}" if symbol.by_loss else body


def latex_symbol(symbol: Symbol) -> str:
    r"""Print a symbol for LaTeX's mathematics.

    >>> latex_symbol(Symbol("δ", ("3",), layer="2")), latex_symbol(Symbol("ŷ"))
    ('\\delta_{3}^{(2)}', '\\hat{y}')
    """
    joint = "," if any(len(index) > 1 for index in symbol.indices) or symbol.kind else ""
    below = joint.join(part for part in (symbol.kind, *symbol.indices) if part)
    body = _LATEX_BASES.get(symbol.base, symbol.base)
    body += f"_{{{below}}}" if below else ""
    body += f"^{{({symbol.layer})}}" if symbol.layer else ""
    return rf"\frac{{\partial \ell}}{{\partial {body}}}" if symbol.by_loss else body


def latex_function(name: str) -> str:
    r"""Print an activation's name for LaTeX's mathematics; of a name of a user's own, what LaTeX can take.

    >>> latex_function("leaky_relu"), latex_function("my_{act}")
    ('\\operatorname{leaky relu}', '\\operatorname{my act}')
    """
    return rf"\operatorname{{{' '.join(re.findall(r'[A-Za-z0-9().,-]+', name)) or 'f'}}}"
