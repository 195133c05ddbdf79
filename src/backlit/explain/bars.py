"""Numbers by name as bars: in a terminal, and as a picture."""

from __future__ import annotations

import html
from collections.abc import Sequence

__all__ = ["bars_svg", "bars_text"]

ADDS, TAKES = "#2b6cb0", "#c05621"
ROW, NAME, PLOT = 24, 220, 380
EIGHTHS = " ▏▎▍▌▋▊▉█"


def bars_text(rows: Sequence[tuple[str, float, str]], *, width: int = 24, widest_name: int = 30) -> list[str]:
    """Return a line for each name, its value as a bar and in words; values below 0 have none.

    >>> bars_text([("carat", 0.75, "0.75"), ("x", 0.25, "0.25")], width=4)
    ['  carat  ████  0.75', '  x      █▍    0.25']
    """
    if not rows:
        return []
    most = max(1e-300, *(value for _, value, _ in rows))
    name_width = min(max(len(name) for name, _, _ in rows), widest_name)
    lines = []
    for name, value, words in rows:
        eighths = round(max(value, 0.0) / most * width * 8)
        bar = (EIGHTHS[-1] * (eighths // 8) + EIGHTHS[eighths % 8]).rstrip()
        short = name if len(name) <= name_width else f"{name[: name_width - 3]}..."
        lines.append(f"  {short:<{name_width}}  {bar:<{width}}  {words}")
    return lines


def bars_svg(title: str, rows: Sequence[tuple[str, float]]) -> str:
    """Return an SVG picture of values by name: bars to the right where they are above 0, to the left below."""
    low, high = min([0.0, *(value for _, value in rows)]), max([0.0, *(value for _, value in rows)])
    span = (high - low) or 1.0
    zero = NAME + PLOT * -low / span
    height = ROW * (len(rows) + 1) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {NAME + PLOT + 110} {height}" role="img" '
        f'width="{NAME + PLOT + 110}" font-family="sans-serif" font-size="13">',
        f"<title>{html.escape(title)}</title>",
        f'<text x="8" y="18" fill="currentColor">{html.escape(title)}</text>',
    ]
    for i, (name, value) in enumerate(rows, 1):
        y = 8 + ROW * i
        length = PLOT * abs(value) / span
        left = zero if value >= 0 else zero - length
        short = name if len(name) <= 28 else f"{name[:25]}..."
        parts += [
            f'<text x="{NAME - 8}" y="{y + 14}" text-anchor="end" fill="currentColor">{html.escape(short)}</text>',
            f'<rect x="{left:.1f}" y="{y + 3}" width="{max(length, 0.5):.1f}" height="{ROW - 8}" '
            f'fill="{ADDS if value >= 0 else TAKES}"/>',
            f'<text x="{NAME + PLOT + 8}" y="{y + 14}" fill="currentColor">{value:+,.4g}</text>',
        ]
    parts.append(
        f'<line x1="{zero:.1f}" x2="{zero:.1f}" y1="{ROW + 6}" y2="{height - 4}" stroke="currentColor"/></svg>'
    )
    return "".join(parts)
