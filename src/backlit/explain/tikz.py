"""A network drawn as TikZ, input at the left: the picture of ``svg``, for a document or a slide of LaTeX."""

from __future__ import annotations

import numpy as np

from backlit.explain.address import Address
from backlit.explain.names import names_of
from backlit.explain.numbers import latex_number
from backlit.explain.render_latex import latex_text
from backlit.explain.svg import LABELLED_EDGES, Column, columns_shown, free_place
from backlit.explain.symbols import latex_symbol
from backlit.explain.view import View, layer_of_sample, one_sample_of
from backlit.network.trace import Trace

__all__ = ["draw_tikz"]

ACROSS, DOWN, UNIT = 5.8, 1.9, 0.55
"""Centimetres from layer to layer, from unit to unit, and of a unit's radius."""
PER_PIXEL = 0.02
"""Centimetres of a character's pixel, by which labels are kept apart as in the SVG."""

_STYLES = r"""  unit/.style={circle, draw, minimum size=1.1cm, inner sep=0pt, align=center, font=\scriptsize},
  positive/.style={blue!70!black}, negative/.style={orange!60!black, dashed},
  value/.style={font=\scriptsize, fill=white, inner sep=1pt, solid},
  marked/.style={yellow!45}"""


def draw_tikz(trace: Trace, view: View, at: Address | None = None) -> str:
    r"""Return a ``tikzpicture``: values on units, weights on edges. Its document needs ``\usepackage{tikz}``, no more.

    Large layers show their largest units, and what stands ``at`` an address is marked, as ``draw_svg`` does both. The
    units' nodes are named by their addresses, ``L1u2``, so that a document can draw more.
    """
    columns = columns_shown(trace, view, at)
    parts = [_edge_lines(trace, view, columns, number) for number in range(1, len(columns))]
    units = [_unit_lines(trace, view, column, number, at) for number, column in enumerate(columns)]
    terms = [_error_terms(trace, view, column, number) for number, column in enumerate(columns) if number]
    lines = [line for part in (*units, _mark_of_weight(at), *parts, *terms) for line in part]
    return "\n".join(
        ["\\begin{tikzpicture}[", _STYLES, "]", *_mark_of_layer(columns, at), *lines, "\\end{tikzpicture}", ""]
    )


def _place(column: Column, number: int, k: int) -> tuple[float, float]:
    rows = len(column.units) + (column.left_out > 0)
    return ACROSS * number, DOWN * ((rows - 1) / 2 - k)


def _node(number: int, unit: int) -> str:
    return f"x{unit + 1}" if number == 0 else f"L{number}u{unit + 1}"


def _mark_of_layer(columns: list[Column], at: Address | None) -> list[str]:
    if at is None or at.kind != "layer":
        return []
    (x, top), rows = _place(columns[at.layer], at.layer, 0), len(columns[at.layer].units)
    bottom = top - DOWN * (rows - 1)
    box = f"({x - 0.9:.2f},{top + 0.9:.2f}) rectangle ({x + 0.9:.2f},{bottom - 1.1:.2f})"
    return [rf"  \fill[marked, rounded corners] {box};"]


def _mark_of_weight(at: Address | None) -> list[str]:
    if at is None or at.kind != "weight":
        return []
    ends = _node(at.layer - 1, at.source - 1), _node(at.layer, at.unit - 1)
    return [rf"  \draw[marked, line width=7pt] ({ends[0]}) -- ({ends[1]});"]


def _unit_lines(trace: Trace, view: View, column: Column, number: int, at: Address | None) -> list[str]:
    """The nodes of a layer: its heading, and its units with their values."""
    names = names_of(trace, calculus=view.calculus)
    x, top = _place(column, number, 0)
    name = "input" if number == 0 else f"L{number} {trace.layers[number - 1].activation_name}"
    lines = [rf"  \node[font=\small\bfseries] at ({x:.2f},{top + 1.2:.2f}) {{{latex_text(name)}}};"]
    values = one_sample_of(trace, "input", view.sample)
    if number:
        values = layer_of_sample(trace.layers[number - 1], view.sample)("activation")
    for k, unit in enumerate(column.units):
        x, y = _place(column, number, k)
        index = str(unit + 1)
        symbol = names.input(1, index) if number == 0 else names.activation(number, index)
        marked = ", fill=yellow!45" if _is_at(at, number, unit) else ""
        inside = rf"${latex_symbol(symbol)}$\\${latex_number(float(values[unit]), view.digits)}$"
        lines.append(rf"  \node[unit{marked}] ({_node(number, unit)}) at ({x:.2f},{y:.2f}) {{{inside}}};")
    if column.left_out:
        x, y = _place(column, number, len(column.units))
        lines.append(rf"  \node[font=\scriptsize] at ({x:.2f},{y:.2f}) {{\dots\ {column.left_out} more}};")
    return lines


def _error_terms(trace: Trace, view: View, column: Column, number: int) -> list[str]:
    """The error terms below a layer's units, over the lines."""
    names = names_of(trace, calculus=view.calculus)
    deltas = layer_of_sample(trace.layers[number - 1], view.sample)("error_term") * (-1 if view.calculus else 1)
    lines = []
    for unit in column.units:
        delta = float(deltas[unit])
        symbol = latex_symbol(names.error_term(number, str(unit + 1)))
        style = f"{'positive' if delta >= 0 else 'negative'}, value, below=1pt"
        told = f"${symbol} = {latex_number(delta, view.digits)}$"
        lines.append(rf"  \node[{style}] at ({_node(number, unit)}.south) {{{told}}};")
    return lines


def _is_at(at: Address | None, number: int, unit: int) -> bool:
    return at is not None and at.kind in ("unit", "weight", "bias") and (at.layer, at.unit - 1) == (number, unit)


def _edge_lines(trace: Trace, view: View, columns: list[Column], number: int) -> list[str]:
    """The lines from layer ``number`` - 1 to layer ``number``: wider where the weight is larger."""
    below, above = columns[number - 1], columns[number]
    weights = trace.layers[number - 1].weights
    largest = float(np.abs(weights).max()) or 1.0
    labelled = len(below.units) * len(above.units) <= LABELLED_EDGES
    names = names_of(trace, calculus=view.calculus)
    lines: list[str] = []
    labels: list[str] = []
    taken: list[tuple[float, float, float]] = []
    for ki, i in enumerate(below.units):
        for kj, j in enumerate(above.units):
            w = float(weights[i, j])
            ends = _node(number - 1, i), _node(number, j)
            sign = "positive" if w >= 0 else "negative"
            width = f"line width={0.3 + 1.2 * abs(w) / largest:.2f}pt"
            if labelled:
                text = f"{latex_symbol(names.weight(number, str(i + 1), str(j + 1)))} = {latex_number(w, view.digits)}"
                share = _share(_place(below, number - 1, ki), _place(above, number, kj), text, taken)
                style = f"{sign}, value, pos={share:.2f}"
                labels.append(rf"  \path ({ends[0]}) -- node[{style}] {{${text}$}} ({ends[1]});")
            lines.append(rf"  \draw[{sign}, {width}] ({ends[0]}) -- ({ends[1]});")
    return [*lines, *labels]


def _share(
    start: tuple[float, float], end: tuple[float, float], text: str, taken: list[tuple[float, float, float]]
) -> float:
    """Return how far along an edge its label stands, so that it covers no other."""
    first, last = ((x / PER_PIXEL, y / PER_PIXEL) for x, y in (start, end))
    x, _ = free_place(
        (first[0] + UNIT / PER_PIXEL, first[1]), (last[0] - UNIT / PER_PIXEL, last[1]), 5 * len(text), taken
    )
    left, right = first[0] + UNIT / PER_PIXEL, last[0] - UNIT / PER_PIXEL
    return (x - left) / (right - left)
