"""The same network under several hidden activations: how far each lets the error term come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from backlit.errors import BacklitError
from backlit.explain.document import Block, Document, Heading, Paragraph, Picture, Table
from backlit.explain.explanation import render
from backlit.explain.numbers import factor, format_number
from backlit.explain.summary import LayerSummary, ratio, summaries
from backlit.explain.tables import json_safe
from backlit.explain.view import View, checked_view
from backlit.network.trace import Trace

__all__ = ["compare"]

BAR = 44
MARKS = ("circle", "square", "triangle", "diamond")
COLOURS = ("#0b62b0", "#b3470b", "#1f7a3a", "#7a3aa0", "#444444", "#b0880b")

Summaries = list[LayerSummary]


def compare(trace: Trace, activations: Sequence[str], *, form: str = "text", digits: int | None = None) -> str:
    """Explain one trace's network with the same weights and sample under each of several hidden activations.

    ``form`` is text, markdown, latex, html, json or svg. Raises BacklitError for an unknown activation, and for a
    network without a hidden layer.

    >>> import backlit as bl
    >>> net = bl.Network.random([3, 4, 4, 2], seed=0)
    >>> "L1 receives" in compare(net.trace([1, 2, 3], [0, 1]), ["sigmoid", "relu"])
    True
    """
    view = checked_view(trace, View(digits=digits))
    if len(trace.layers) < 2:
        raise BacklitError("comparing hidden activations needs a network with a hidden layer, got one without")
    if not activations:
        raise BacklitError("comparing needs the names of activations, such as sigmoid,tanh,relu, got none")
    results = {}
    for name in activations:
        net = trace.network.with_activation(name)
        other = net.trace(trace.input, trace.target, learning_rate=trace.learning_rate)
        results[net.layers[0].row.name] = summaries(other)
    if form == "svg":
        return _chart(results)
    return render(_document(trace, results, view), form, view)


def _document(trace: Trace, results: dict[str, Summaries], view: View) -> Document:
    blocks: list[Block] = [
        Paragraph("The same weights, sample and target; only the hidden layers' activation differs."),
        Heading("RMS error term by layer"),
        Picture(_bars(results, view), lambda: _chart(results)),
        Heading("By what factor the error term shrank on its way down"),
        _table(results),
        *(Paragraph(_sentence(name, layers)) for name, layers in results.items()),
    ]
    shape = "-".join(str(size) for size in trace.network.sizes)
    title = f"{', '.join(results)} compared in the hidden layers of a network {shape}"
    return Document(title, "net", tuple(blocks))


def _sentence(name: str, layers: Summaries) -> str:
    reached = ratio(layers[0].rms_error_term, layers[-1].rms_error_term)
    per_layer = reached ** (1 / (len(layers) - 1)) if reached > 0 and math.isfinite(reached) else reached
    bound = math.prod(s.slope_bound for s in layers[:-1])
    allowed = f"the slopes alone would allow at most {factor(bound)}" if math.isfinite(bound) else "no bound on slopes"
    return (
        f"{name}: L1 receives {factor(reached)} of {layers[-1].address}'s error term ({factor(per_layer)} a layer); "
        f"{allowed}."
    )


def _table(results: dict[str, Summaries]) -> Table:
    rows, facts = [], []
    addresses = [s.address for s in next(iter(results.values()))]
    for k in range(len(addresses) - 1, -1, -1):
        cells = [addresses[k]]
        fact: dict[str, object] = {"address": addresses[k]}
        for name, layers in results.items():
            s = layers[k]
            parts = [s.shrink, s.weights_factor, s.slope_factor]
            if s.weights_factor is None:
                cells.append("–" if s.shrink is None else factor(s.shrink))
            else:
                total, weights, slopes = (factor(math.nan if p is None else p) for p in parts)
                cells.append(f"{total} = {weights} {slopes}")
            numbers = {
                "rms_error_term": s.rms_error_term,
                "shrink": parts[0],
                "weights_factor": parts[1],
                "slope_factor": parts[2],
                "slope_bound": s.slope_bound,
            }
            fact[name] = json_safe(numbers)
        rows.append(tuple(cells))
        facts.append(fact)
    caption = "each factor is to the layer above: whole = by the weights, then by the slopes"
    return Table(("layer", *results), tuple(rows), tuple(facts), caption)


def _logs(results: dict[str, Summaries]) -> tuple[float, float]:
    """The decades that hold every error term above 0."""
    sizes = [s.rms_error_term for layers in results.values() for s in layers if s.rms_error_term > 0]
    if not sizes:
        return -1.0, 0.0
    low, high = math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes)))
    return float(low), float(max(high, low + 1))


def _bars(results: dict[str, Summaries], view: View) -> str:
    low, high = _logs(results)
    width = max(len(name) for name in results)
    lines = []
    for k in range(len(next(iter(results.values()))) - 1, -1, -1):
        for name, layers in results.items():
            size = layers[k].rms_error_term
            length = round(BAR * (math.log10(size) - low) / (high - low)) if size > 0 else 0
            address = layers[k].address if name == next(iter(results)) else ""
            lines.append(
                f"{address:<4}{name:<{width}}  {'█' * max(length, size > 0):<{BAR}}  {format_number(size, view.digits)}"
            )
    scale = f"10^{low:.0f}"
    return "\n".join([*lines, f"{'':<{width + 6}}{scale:<{BAR - 6}}10^{high:.0f}   (logarithmic)"])


def _chart(results: dict[str, Summaries]) -> str:
    """Lines over the layers, input at the left; each activation has its own colour, mark and label."""
    low, high = _logs(results)
    n = len(next(iter(results.values())))
    width, height, left, top, bottom = 640, 360, 60, 40, 40
    right = 150

    def x(k: int) -> float:
        return left + (width - left - right) * k / max(1, n - 1)

    def y(size: float) -> float:
        log = math.log10(size) if size > 0 else low
        return top + (height - top - bottom) * (high - log) / (high - low)

    parts = []
    for decade in range(int(low), int(high) + 1):
        line = y(10.0**decade)
        parts.append(
            f'<line x1="{left}" x2="{width - right}" y1="{line:.1f}" y2="{line:.1f}" stroke="#dde"/>'
            f'<text x="{left - 8}" y="{line + 4:.1f}" text-anchor="end">10'
            f'<tspan dy="-5" font-size="9">{decade}</tspan></text>'
        )
    parts += [f'<text x="{x(k):.1f}" y="{height - 16}" text-anchor="middle">L{k + 1}</text>' for k in range(n)]
    for i, (name, layers) in enumerate(results.items()):
        colour = COLOURS[i % len(COLOURS)]
        points = [(x(k), y(s.rms_error_term)) for k, s in enumerate(layers)]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        dash = ("", ' stroke-dasharray="7 4"', ' stroke-dasharray="2 3"')[i % 3]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [_mark(i, px, py, colour) for px, py in points]
        label = top + 6 + 20 * i
        parts.append(
            f"{_mark(i, width - right + 22, label, colour)}"
            f'<text x="{width - right + 34}" y="{label + 4}" fill="{colour}">{escape(name)}</text>'
        )
    title = "RMS error term by layer"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{title}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1f24">'
        f'<title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{left}" y="20" font-weight="600">{title}</text>{"".join(parts)}</svg>\n'
    )


def _mark(i: int, x: float, y: float, colour: str) -> str:
    match MARKS[i % len(MARKS)]:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
        case "square":
            return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
        case "triangle":
            points = f"{x:.1f},{y - 5.5:.1f} {x - 5:.1f},{y + 4:.1f} {x + 5:.1f},{y + 4:.1f}"
        case _:
            points = f"{x:.1f},{y - 6:.1f} {x + 6:.1f},{y:.1f} {x:.1f},{y + 6:.1f} {x - 6:.1f},{y:.1f}"
    return f'<polygon points="{points}" fill="{colour}"/>'
