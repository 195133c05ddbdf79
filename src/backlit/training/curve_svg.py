"""Loss curves as SVG, for a notebook: a line for training, dashes for validation, a mark at the best epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

__all__ = ["curve_svg"]

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 64
TRAINING, VALIDATION, GREY = "#0b62b0", "#b3470b", "#57606a"


def curve_svg(
    losses: Sequence[float], validation_losses: Sequence[float], best_epoch: int | None, logarithmic: bool
) -> str:
    """Return losses, one an epoch, as an SVG that needs no script and no font; see ``History.to_svg``."""
    scale = math.log10 if logarithmic else float
    values = [scale(value) for value in (*losses, *validation_losses) if math.isfinite(value)]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = 0.05 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = low - room, high + room
    n = max(len(losses), len(validation_losses), 1)

    def x(epoch: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((epoch - 1) / (n - 1) if n > 1 else 0.5)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    def line(curve: Sequence[float], style: str) -> str:
        points = " ".join(f"{x(i):.1f},{y(scale(v)):.1f}" for i, v in enumerate(curve, 1) if math.isfinite(v))
        return f'<polyline points="{points}" fill="none" stroke-width="2" {style}/>' if points else ""

    parts = [
        _axes(low, high, y, logarithmic),
        line(losses, f'stroke="{TRAINING}"'),
        line(validation_losses, f'stroke="{VALIDATION}" stroke-dasharray="6 4"'),
        _best(best_epoch, x),
        _epochs(n, x),
        _legend(bool(validation_losses), best_epoch),
    ]
    label = f"Loss over {n} epoch{'s' * (n > 1)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{label}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1f24">'
        f'<title>{label}</title><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _axes(low: float, high: float, y: Callable[[float], float], logarithmic: bool) -> str:
    parts = []
    for k in range(5):
        value = low + (high - low) * k / 4
        at = y(value)
        words = f"{10**value:.3g}" if logarithmic else f"{value:.3g}"
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#dde3ea"/>'
            f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="{GREY}">{words}</text>'
        )
    return "".join(parts)


def _epochs(n: int, x: Callable[[int], float]) -> str:
    marks = sorted({1, (n + 1) // 2, n})
    row = HEIGHT - BOTTOM + 18
    texts = [f'<text x="{x(i):.1f}" y="{row}" text-anchor="middle" fill="{GREY}">{i}</text>' for i in marks]
    return "".join(texts)


def _best(best_epoch: int | None, x: Callable[[int], float]) -> str:
    if best_epoch is None:
        return ""
    at = f"{x(best_epoch):.1f}"
    return f'<line x1="{at}" x2="{at}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="{GREY}" stroke-dasharray="2 3"/>'


def _legend(validated: bool, best_epoch: int | None) -> str:
    row = HEIGHT - 16
    entries = [(f'stroke="{TRAINING}"', "training loss")]
    entries += [(f'stroke="{VALIDATION}" stroke-dasharray="6 4"', "validation loss")] * validated
    if best_epoch is not None:
        entries.append((f'stroke="{GREY}" stroke-dasharray="2 3"', f"best epoch {best_epoch}"))
    parts = []
    for i, (style, words) in enumerate(entries):
        left = LEFT + 165 * i
        parts.append(
            f'<line x1="{left}" x2="{left + 28}" y1="{row - 4}" y2="{row - 4}" stroke-width="2" {style}/>'
            f'<text x="{left + 36}" y="{row}">{words}</text>'
        )
    return "".join(parts) + f'<text x="{LEFT - 8}" y="{HEIGHT - BOTTOM + 18}" text-anchor="end">epoch</text>'
