"""A network drawn as SVG, input at the left: values on units, weights on edges, sign by dashes as well as by colour."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import numpy as np

from backlit.explain.address import Address
from backlit.explain.names import Names, names_of
from backlit.explain.numbers import format_number
from backlit.explain.symbols import text_symbol
from backlit.explain.terms import ranked_units
from backlit.explain.view import View, layer_of_sample, one_sample_of
from backlit.network.trace import Trace

__all__ = ["LABELLED_EDGES", "Column", "columns_shown", "draw_svg", "free_place"]

UNITS_SHOWN = 12
"""A layer with more units shows ``view.top`` of them, those with the largest |activation x error term|."""
LABELLED_EDGES = 14

COLUMN, ROW, RADIUS, TOP = 280, 84, 30, 62
POSITIVE, NEGATIVE, INK, GREY = "#0b62b0", "#b3470b", "#1b1f24", "#57606a"
MARKED = "#ffe9a8"


class Column(NamedTuple):
    """The units of one layer that are drawn: their numbers from 0, in order, and how many are not."""

    units: tuple[int, ...]
    left_out: int


def draw_svg(trace: Trace, view: View, at: Address | None = None) -> str:
    """Return an SVG document of its own; large layers show their largest units and say how many are left out.

    What stands ``at`` an address is drawn with a ring or a band around it, and is among the units shown.
    """
    columns = columns_shown(trace, view, at)
    height = TOP + ROW * max(len(c.units) + (c.left_out > 0) for c in columns) + 40
    width = COLUMN * (len(columns) - 1) + 190
    parts = [_edges(trace, view, columns, number, height) for number in range(1, len(columns))]
    parts += [_units(trace, view, columns[number], number, height) for number in range(len(columns))]
    label = escape(f"{trace.network!r}, loss {format_number(trace.loss, view.digits)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{label}" font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
        f'<title>{label}</title><rect width="100%" height="100%" fill="#fff"/>'
        f"{_mark(columns, at, height)}{''.join(parts)}{_legend(height)}</svg>\n"
    )


def _legend(height: int) -> str:
    y = height - 14
    solid, dashed = (
        f'<line x1="{x}" y1="{y - 4}" x2="{x + 34}" y2="{y - 4}" stroke="{colour}" stroke-width="2.5"{dash}/>'
        for x, colour, dash in ((20, POSITIVE, ""), (170, NEGATIVE, ' stroke-dasharray="6 4"'))
    )
    text = f'<text x="60" y="{y}">positive weight</text><text x="210" y="{y}">negative weight</text>'
    return f"<g>{solid}{dashed}{text}</g>"


def _mark(columns: list[Column], at: Address | None, height: int) -> str:
    """What shows where an address is: behind all else, so that nothing is covered."""
    if at is None or at.kind == "net":
        return ""
    units, (left, _) = columns[at.layer].units, _place(columns[at.layer], at.layer, 0, height)
    if at.kind == "layer":
        style = f'fill="{MARKED}" stroke="none"'
        return f'<rect class="at" x="{left - 48}" y="8" width="96" height="{height - 48}" rx="12" {style}/>'
    x, y = _place(columns[at.layer], at.layer, units.index(at.unit - 1), height)
    ring = f'<circle class="at" cx="{x}" cy="{y}" r="{RADIUS + 8}" fill="{MARKED}"/>'
    if at.kind != "weight":
        return ring
    below = columns[at.layer - 1]
    x0, y0 = _place(below, at.layer - 1, below.units.index(at.source - 1), height)
    ends = f'x1="{x0}" y1="{y0}" x2="{x}" y2="{y}"'
    return f'<line class="at" {ends} stroke="{MARKED}" stroke-width="16" stroke-linecap="round"/>'


def columns_shown(trace: Trace, view: View, at: Address | None) -> list[Column]:
    """The units of each layer that are drawn: the largest, and the one that an address names."""
    wanted: dict[int, int] = {}
    if at is not None and at.kind in ("unit", "weight", "bias"):
        wanted[at.layer] = at.unit - 1
        if at.kind == "weight":
            wanted[at.layer - 1] = at.source - 1
    columns = []
    for number, size in enumerate(trace.network.sizes):
        if size <= UNITS_SHOWN:
            columns.append(Column(tuple(range(size)), 0))
            continue
        if number == 0:
            x = one_sample_of(trace, "input", view.sample)
            order = np.argsort(-np.abs(x * _error_at_input(trace, view)), kind="stable")
        else:
            order = ranked_units(trace, number, view).order
        shown = min(view.top, UNITS_SHOWN)
        first = [int(u) for u in order[:shown]]
        if number in wanted and wanted[number] not in first:
            first[-1] = wanted[number]
        columns.append(Column(tuple(sorted(first)), size - shown))
    return columns


def _error_at_input(trace: Trace, view: View) -> np.ndarray:
    first = trace.layers[0]
    back: np.ndarray = first.weights @ layer_of_sample(first, view.sample)("error_term")
    return back


def _place(column: Column, number: int, k: int, height: int) -> tuple[int, int]:
    rows = len(column.units) + (column.left_out > 0)
    top = TOP + (height - 40 - TOP - ROW * rows) // 2
    return 70 + COLUMN * number, top + ROW * k + ROW // 2 - 10


def _edges(trace: Trace, view: View, columns: list[Column], number: int, height: int) -> str:
    """The lines from layer ``number`` - 1 to layer ``number``: wider where the weight is larger."""
    below, above = columns[number - 1], columns[number]
    weights = trace.layers[number - 1].weights
    largest = float(np.abs(weights).max()) or 1.0
    labelled = len(below.units) * len(above.units) <= LABELLED_EDGES
    names = names_of(trace, calculus=view.calculus)
    lines, labels = [], []
    taken: list[tuple[float, float, float]] = []
    for ki, i in enumerate(below.units):
        for kj, j in enumerate(above.units):
            w = float(weights[i, j])
            (x0, y0), (x1, y1) = _place(below, number - 1, ki, height), _place(above, number, kj, height)
            colour, dash = (POSITIVE, "") if w >= 0 else (NEGATIVE, ' stroke-dasharray="6 4"')
            symbol = text_symbol(names.weight(number, str(i + 1), str(j + 1)))
            hint = escape(f"L{number}.w[{i + 1},{j + 1}] {symbol} = {format_number(w, view.digits)}")
            lines.append(
                f'<line x1="{x0 + RADIUS}" y1="{y0}" x2="{x1 - RADIUS}" y2="{y1}" stroke="{colour}" '
                f'stroke-width="{0.6 + 2.6 * abs(w) / largest:.2f}" stroke-opacity="0.75"{dash}>'
                f"<title>{hint}</title></line>"
            )
            if labelled:
                text = f"{symbol} {format_number(w, view.digits)}"
                x, y = free_place((x0 + RADIUS, y0), (x1 - RADIUS, y1), 7 * len(text), taken)
                labels.append(_label(x, y, text, colour))
    return "".join(lines) + "".join(labels)


def free_place(
    start: tuple[float, float], end: tuple[float, float], width: float, taken: list[tuple[float, float, float]]
) -> tuple[float, float]:
    """Return the point along an edge, the nearest to its middle, where a label covers no other; note it."""
    free = []
    for step in range(13):
        t = 0.5 + (-1) ** step * 0.06 * ((step + 1) // 2)
        x, y = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
        covered = sum(abs(x - u) < (width + w) / 2 and abs(y - v) < 14 for u, v, w in taken)
        free.append((covered, step, x, y))
    _, _, x, y = min(free)
    taken.append((x, y, width))
    return x, y


def _label(x: float, y: float, text: str, colour: str) -> str:
    return (
        f'<text x="{x:.0f}" y="{y - 3:.0f}" text-anchor="middle" fill="{colour}" stroke="#fff" stroke-width="4" '
        f'paint-order="stroke">{escape(text)}</text>'
    )


def _units(trace: Trace, view: View, column: Column, number: int, height: int) -> str:
    parts = [_heading(trace, column, number)]
    names = names_of(trace, calculus=view.calculus)
    for k, unit in enumerate(column.units):
        x, y = _place(column, number, k, height)
        parts.append(_unit(trace, view, names, number, unit, x, y))
    if column.left_out:
        x, y = _place(column, number, len(column.units), height)
        parts.append(f'<text x="{x}" y="{y}" text-anchor="middle" fill="{GREY}">… {column.left_out} more</text>')
    return "".join(parts)


def _heading(trace: Trace, column: Column, number: int) -> str:
    x = 70 + COLUMN * number
    name = "input" if number == 0 else f"L{number} {trace.layers[number - 1].activation_name}"
    units = trace.network.sizes[number]
    return (
        f'<text x="{x}" y="22" text-anchor="middle" font-weight="600">{escape(name)}</text>'
        f'<text x="{x}" y="38" text-anchor="middle" fill="{GREY}">{units} unit{"s" * (units > 1)}</text>'
    )


def _unit(trace: Trace, view: View, names: Names, number: int, unit: int, x: int, y: int) -> str:
    index = str(unit + 1)
    if number == 0:
        value = float(one_sample_of(trace, "input", view.sample)[unit])
        symbol, below = text_symbol(names.input(1, index)), ""
    else:
        values = layer_of_sample(trace.layers[number - 1], view.sample)
        value = float(values("activation")[unit])
        delta = float(values("error_term")[unit]) * (-1 if view.calculus else 1)
        symbol = text_symbol(names.activation(number, index))
        colour = POSITIVE if delta >= 0 else NEGATIVE
        words = f"{text_symbol(names.error_term(number, index))} {format_number(delta, view.digits)}"
        below = f'<text x="{x}" y="{y + RADIUS + 14}" text-anchor="middle" fill="{colour}">{escape(words)}</text>'
    return (
        f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#f4f6fa" stroke="{INK}"/>'
        f'<text x="{x}" y="{y - 3}" text-anchor="middle" fill="{GREY}">{escape(symbol)}</text>'
        f'<text x="{x}" y="{y + 13}" text-anchor="middle" font-weight="600">'
        f"{format_number(value, view.digits)}</text>{below}"
    )
