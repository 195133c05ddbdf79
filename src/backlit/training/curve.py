"""Loss curves drawn with characters: a braille line for training, circles for validation."""

import math
from collections.abc import Sequence

from backlit.validation import whole_number

__all__ = ["loss_curve"]

CIRCLE = "○"
CIRCLE_EVERY = 3
"""Columns from circle to circle: the training line shows between them."""
BLANK_BRAILLE = 0x2800
# bit of each dot of a braille cell, by row from the top and column from the left
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def loss_curve(
    losses: Sequence[float],
    validation_losses: Sequence[float],
    best_epoch: int | None,
    logarithmic: bool,
    *,
    width: int,
    height: int,
) -> str:
    """Return the picture of losses, one an epoch; see ``History.to_text``."""
    width, height = whole_number(width, "width", 10), whole_number(height, "height", 3)
    if not losses:
        return "no epoch was completed, so there is no loss to draw"
    best = best_epoch or 1
    training, validation = (_scaled(v, logarithmic) for v in (losses, validation_losses))
    low, high = _limits(training + validation)
    cells = _braille_line(_heights(training, low, high), width, height)
    _put_circles(cells, _heights(validation, low, high), width, height)
    labels = _axis_labels(low, high, height, logarithmic)
    margin = max(len(label) for label in labels)
    lines = [
        f"{label:>{margin}} {'┤' if label else '│'}{''.join(row)}".rstrip()
        for label, row in zip(labels, cells, strict=True)
    ]
    lines += [f"{'':>{margin}} {line}" for line in _epoch_axis(len(losses), best, width)]
    return "\n".join([*lines, f"{'':>{margin}} {_legend(losses, validation_losses, best, logarithmic)}"])


def _scaled(values: Sequence[float], logarithmic: bool) -> list[float]:
    return [math.log10(value) for value in values] if logarithmic else list(values)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = 0.1 * abs(high) or 1.0
    return low - room, high + room


def _heights(values: Sequence[float], low: float, high: float) -> list[float]:
    return [(value - low) / (high - low) for value in values]


def _column(epoch_index: float, n_epochs: int, n_columns: int) -> int:
    return round(epoch_index / max(n_epochs - 1, 1) * (n_columns - 1))


def _braille_line(heights: Sequence[float], width: int, height: int) -> list[list[str]]:
    """Join the heights (0 to 1) by straight lines of dots, two a character across and four down."""
    bits = [[0] * width for _ in range(height)]
    dots = [(_column(i, len(heights), 2 * width), round((1 - h) * (4 * height - 1))) for i, h in enumerate(heights)]
    for (x0, y0), (x1, y1) in zip(dots, dots[1:] or dots, strict=False):
        n_dots = max(x1 - x0, abs(y1 - y0), 1)
        for k in range(n_dots + 1):
            x, y = x0 + round(k * (x1 - x0) / n_dots), y0 + round(k * (y1 - y0) / n_dots)
            bits[y // 4][x // 2] |= DOTS[y % 4][x % 2]
    return [[chr(BLANK_BRAILLE + b) if b else " " for b in row] for row in bits]


def _put_circles(cells: list[list[str]], heights: Sequence[float], width: int, height: int) -> None:
    if not heights:
        return
    # circles stand on the line that joins the epochs, so short runs show its course too
    last = len(heights) - 1
    for column in range(0, width if last else 1, CIRCLE_EVERY):
        at = column / (width - 1) * last
        i = min(int(at), max(last - 1, 0))
        value = heights[i] + (at - i) * (heights[min(i + 1, last)] - heights[i])
        cells[round((1 - value) * (height - 1))][column] = CIRCLE


def _axis_labels(low: float, high: float, height: int, logarithmic: bool) -> list[str]:
    n_steps = max(1, round((height - 1) / 4))
    rows = {round(k * (height - 1) / n_steps) for k in range(n_steps + 1)}
    values = [high - row / (height - 1) * (high - low) for row in range(height)]
    numbers = [10**value if logarithmic else value for value in values]
    return [
        _short(number, numbers[0], numbers[-1], logarithmic) if row in rows else ""
        for row, number in enumerate(numbers)
    ]


def _short(number: float, top: float, bottom: float, logarithmic: bool) -> str:
    """The number with as many digits as tell neighbouring labels apart."""
    if logarithmic or number == 0:
        return f"{number:.2g}"
    digits = 3 + max(0, math.floor(math.log10(max(abs(top), abs(bottom)) / (top - bottom))))
    # what is small beside the axis's length is a rounded 0
    return f"{number:.{min(digits, 12)}g}" if abs(number) > 1e-9 * (top - bottom) else "0"


def _epoch_axis(n: int, best: int, width: int) -> list[str]:
    """The axis of ``n`` epochs with ticks, ``▲`` at the best one, and under it the epochs' numbers."""
    axis, numbers = ["─"] * width, [" "] * width
    written = 0
    for epoch, mark in sorted({1: "┬", n: "┬", best: "▲"}.items()):
        column = _column(epoch - 1, n, width)
        axis[column] = mark
        word = str(epoch)
        start = column if epoch == n else max(0, column - len(word) // 2)
        if start >= written:
            numbers[start : start + len(word)] = word
            written = start + len(word) + 1
    return ["└" + "".join(axis), " " + "".join(numbers).rstrip() + " epoch"]


def _legend(losses: Sequence[float], validation_losses: Sequence[float], best: int, logarithmic: bool) -> str:
    monitored = validation_losses or losses
    kind = "validation" if validation_losses else "training"
    parts = ["⠒⠒⠒ training loss"]
    if validation_losses:
        parts.append(f"{CIRCLE} validation loss")
    parts.append(f"▲ best epoch {best} ({kind} loss {monitored[best - 1]:.4g})")
    if logarithmic:
        parts.append("logarithmic axis")
    return "  ".join(parts)
