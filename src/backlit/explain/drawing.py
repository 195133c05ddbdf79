"""A network drawn in text: inputs at the bottom, the prediction at the top, lines of braille dots between."""

from __future__ import annotations

from backlit.explain.numbers import counted, format_number
from backlit.explain.steps import Derivation
from backlit.explain.symbols import text_symbol
from backlit.explain.view import View, layer_of_sample, one_sample_of
from backlit.network.trace import Trace

__all__ = ["draw_text"]

LABELLED_EDGES = 8
"""With more lines than this between two layers, weights are not written on them."""

_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

Boxes = list[list[str]]


def draw_text(trace: Trace, view: View) -> str:
    """Draw a small network whole; one too wide for a terminal as a column of layers."""
    layers = _unit_texts(trace, view)
    widths = [max(len(line) for box in boxes for line in box) + 4 for boxes in layers]
    if max(len(boxes) * (w + 2) for boxes, w in zip(layers, widths, strict=True)) > view.width:
        return draw_column(trace)
    return _draw_boxes(trace, layers, widths, view)


def draw_column(trace: Trace) -> str:
    """Draw any network as a column of layers, the output on top."""
    lines = [f"        ŷ   {counted(trace.network.sizes[-1], 'output')}"]
    for i in range(len(trace.layers), 0, -1):
        n_in, n_out = trace.network.sizes[i - 1], trace.network.sizes[i]
        lines.append(f"  ╭─────┴─────╮  L{i}: {counted(n_out, 'unit')}, {trace.layers[i - 1].activation_name}")
        lines.append(f"  ╰─────┬─────╯  {n_in} × {n_out} weight{'s' * (n_in * n_out > 1)}")
    return "\n".join([*lines, f"        x   {counted(trace.network.sizes[0], 'input')}"])


def _unit_texts(trace: Trace, view: View) -> list[Boxes]:
    """The lines in each box, from the input to the output: input values, then activation and error term."""
    names = Derivation(trace, view).names
    x = one_sample_of(trace, "input", view.sample)

    def entry(symbol: str, value: float) -> str:
        return f"{symbol} {format_number(value, view.digits)}"

    layers: list[Boxes] = [[[entry(text_symbol(names.input(1, str(i + 1))), float(v))] for i, v in enumerate(x)]]
    sign = -1 if view.calculus else 1
    for number, part in enumerate(trace.layers, 1):
        values = layer_of_sample(part, view.sample)
        a, delta = values("activation"), sign * values("error_term")
        layers.append(
            [
                [
                    entry(text_symbol(names.activation(number, str(j + 1))), float(a[j])),
                    entry(text_symbol(names.error_term(number, str(j + 1))), float(delta[j])),
                ]
                for j in range(len(a))
            ]
        )
    return layers


def _draw_boxes(trace: Trace, layers: list[Boxes], widths: list[int], view: View) -> str:
    spread = max(len(boxes) * (w + 4) for boxes, w in zip(layers, widths, strict=True))
    total = min(view.width, max(spread, 36))
    centers = [[round(total * (2 * k + 1) / (2 * len(boxes))) for k in range(len(boxes))] for boxes in layers]
    lines: list[str] = []
    for number in range(len(layers) - 1, -1, -1):
        lines += _box_lines(layers[number], centers[number], widths[number], total)
        if number > 0:
            lines += _edge_lines(trace, number, centers, total, view)
    legend = "  dotted lines: negative weights" if any((p.weights < 0).any() for p in trace.layers) else ""
    return "\n".join(line.rstrip() for line in [*lines, legend] if line.strip())


def _box_lines(boxes: Boxes, centers: list[int], width: int, total: int) -> list[str]:
    height = len(boxes[0]) + 2
    canvas = [[" "] * (total + 2) for _ in range(height)]
    for box, center in zip(boxes, centers, strict=True):
        left = max(0, min(center - width // 2, total - width + 1))
        rows = [f"│ {line:<{width - 4}} │" for line in box]
        for y, row in enumerate([f"╭{'─' * (width - 2)}╮", *rows, f"╰{'─' * (width - 2)}╯"]):
            canvas[y][left : left + width] = list(row)
    return ["".join(row) for row in canvas]


def _edge_lines(trace: Trace, number: int, centers: list[list[int]], total: int, view: View) -> list[str]:
    """The lines between layer ``number`` and the layer below it."""
    weights = trace.layers[number - 1].weights
    names = Derivation(trace, view).names
    height = 3 if weights.size == 1 else 5
    dots = [[0] * (total + 2) for _ in range(height)]
    edges = []
    for i, bottom in enumerate(centers[number - 1]):
        for j, top in enumerate(centers[number]):
            _draw_line(dots, top, bottom, dotted=bool(weights[i, j] < 0))
            symbol = text_symbol(names.weight(number, str(i + 1), str(j + 1)))
            edges.append((top, bottom, f" {symbol} {format_number(float(weights[i, j]), view.digits)} "))
    canvas = [[chr(0x2800 + cell) if cell else " " for cell in row] for row in dots]
    if len(edges) <= LABELLED_EDGES:
        _place_labels(canvas, edges)
    return ["".join(row) for row in canvas]


def _draw_line(dots: list[list[int]], top: int, bottom: int, *, dotted: bool) -> None:
    """Set the braille dots from (top, first row) to (bottom, last row); a cell has 2 by 4 dots."""
    x0, x1, y1 = 2 * top, 2 * bottom, 4 * len(dots) - 1
    count = 2 * max(abs(x1 - x0), y1)
    for k in range(count + 1):
        x, y = round(x0 + (x1 - x0) * k / count), round(y1 * k / count)
        if not dotted or (k * max(1, y1) // count) % 3 == 0:
            dots[y // 4][x // 2] |= _BRAILLE[y % 4][x % 2]


def _place_labels(canvas: list[list[str]], edges: list[tuple[int, int, str]]) -> None:
    """Write each edge's weight where it covers no other label, near its middle if it can."""
    taken: set[tuple[int, int]] = set()
    height = len(canvas)
    rows = sorted(range(height), key=lambda y: (abs(y - height // 2), y))
    for top, bottom, label in edges:
        for y in rows:
            x = round(top + (bottom - top) * (y + 0.5) / height) - len(label) // 2
            x = max(0, min(x, len(canvas[0]) - len(label)))
            cells = {(y, c) for c in range(x, x + len(label))}
            if not cells & taken:
                canvas[y][x : x + len(label)] = list(label)
                taken |= cells
                break
