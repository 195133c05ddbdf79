"""What was seen, drawn with characters: a row a layer, its height over the steps, first and last value beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from backlit.diagnosis.findings import Experiment
from backlit.diagnosis.seen import LayerLook, Look, RangeTest, Seen, UnitShares, window_of

__all__ = ["bars", "drawn", "drawn_experiment", "drawn_layers"]

HEIGHTS = "▁▂▃▄▅▆▇█"
BAND = (-4.5, -1.3)
"""log10 of step over weight: healthy layers lie within."""

UNITS_A_LINE = 64
DECADES = 12
"""A logarithmic picture shows so many decades at most, from the largest value down."""


def drawn(seen: Seen, experiments: Sequence[Experiment] = ()) -> str:
    """Return all drawings of a run, one under the other; of what was not seen there is none."""
    parts = list(drawn_layers(seen.looks, seen.unit))
    if seen.curves:
        parts.append(_curves("Loss by epoch, logarithmic", seen.curves))
    if seen.units:
        parts.append(_unit_map(seen.units, seen.samples))
    if seen.rates is not None:
        parts.append(_range_test(seen.rates))
    parts += [drawn_experiment(experiment) for experiment in experiments]
    return "\n\n".join(parts)


def drawn_layers(looks: Sequence[Look], unit: str = "step") -> Iterator[str]:
    """Yield the drawings by layer and step: error terms, activations, saturation, update ratios."""
    if not looks:
        return

    picture = partial(_picture, looks=looks, unit=unit)

    def rows(value: Callable[[LayerLook], float | None]) -> list[tuple[str, list[float | None]]]:
        names = [layer.name for layer in looks[0].layers]
        return [(name, [value(look.layers[i]) for look in looks]) for i, name in enumerate(names)][::-1]

    yield picture("Error terms (RMS), logarithmic", rows(lambda layer: layer.error_term), logarithmic=True)
    yield picture("Activations (deviation)", rows(lambda layer: layer.activation))
    flat = rows(lambda layer: max(layer.saturated, layer.dead))[1:]
    if any(value for _, values in flat for value in values):
        yield picture("Units saturated or dead (share)", flat, limits=(0.0, 1.0))
    ratios = rows(lambda layer: layer.update_ratio)
    if any(value is not None for _, values in ratios for value in values):
        yield picture(f"Step over weight (log10), ▲ above and ▼ below the band {BAND}", ratios, band=BAND)


def bars(values: Sequence[float | None], low: float, high: float, band: tuple[float, float] | None = None) -> str:
    """Return one character a value: its height between two values, a space for None, × for what is not finite.

    0 is where a logarithm has none.

    >>> bars([0, 1, None, math.inf, 0.5], 0, 1)
    '▁█ ×▅'
    >>> bars([-6, -3, -1], -6, -1, band=(-4.5, -1.3))
    '▼▅▲'
    """
    marks = []
    for value in values:
        if value is None:
            marks.append(" ")
        elif value == -math.inf:
            marks.append("0")
        elif not math.isfinite(value):
            marks.append("×")
        elif band is not None and not band[0] <= value <= band[1]:
            marks.append("▼" if value < band[0] else "▲")
        else:
            place = (value - low) / (high - low) if high > low else 0.5
            marks.append(HEIGHTS[min(7, max(0, int(8 * place)))])
    return "".join(marks)


def _picture(
    title: str,
    rows: Sequence[tuple[str, list[float | None]]],
    looks: Sequence[Look],
    unit: str,
    *,
    logarithmic: bool = False,
    limits: tuple[float, float] | None = None,
    band: tuple[float, float] | None = None,
) -> str:
    scaled = [[_log(value) if logarithmic else value for value in values] for _, values in rows]
    known = [value for values in scaled for value in values if value is not None and math.isfinite(value)]
    low, high = limits or ((min(known) if logarithmic or band else 0.0, max(known)) if known else (0.0, 1.0))
    low = max(low, high - DECADES) if logarithmic else low
    margin = max(len(name) for name, _ in rows)
    ends = f"{10**low:.1e} to {10**high:.1e}" if logarithmic else f"{low:.3g} to {high:.3g}"
    lines = [f"{title}, from {ends}"]
    for (name, values), heights in zip(rows, scaled, strict=True):
        there = [value for value in values if value is not None]
        words = f"{there[0]:.3g} → {there[-1]:.3g}" if there else "not measured"
        lines.append(f"  {name:>{margin}} {bars(heights, low, high, band)} {words}")
    return "\n".join([*lines, f"  {'':>{margin}} {_axis([look.step for look in looks], unit)}"])


def _log(value: float | None) -> float | None:
    """The logarithm; 0 has none and stands at the bottom."""
    if value is None or not math.isfinite(value):
        return value
    return math.log10(value) if value > 0 else -math.inf if value == 0 else None


def _axis(steps: Sequence[int], unit: str) -> str:
    first, last = window_of(steps)
    line = "".join("━" if step >= first else "─" for step in steps)
    return f"{line} {unit}s {steps[0]} to {last}; ━ the last fifth"


def _unit_map(units: Sequence[UnitShares], samples: int) -> str:
    lines = [f"Hidden units on {samples} samples: █ ▓ ░ active on many to few, · dead, s saturated"]
    margin = max(len(layer.name) for layer in units)
    for layer in units[::-1]:
        marks = "".join(_unit(a, s) for a, s in zip(layer.active, layer.saturated, strict=True))
        pieces = [marks[i : i + UNITS_A_LINE] for i in range(0, len(marks), UNITS_A_LINE)]
        dead, low = marks.count("·"), marks.count("s")
        lines += [f"  {layer.name if i == 0 else '':>{margin}} {piece}" for i, piece in enumerate(pieces)]
        lines[-1] += f" {len(marks)} units, {dead} dead, {low} saturated"
    return "\n".join(lines)


def _unit(active: float, saturated: float) -> str:
    if active == 0:
        return "·"
    # a relu that is off on most samples is no saturated unit: its slope is 0 or 1
    if saturated >= 0.9 and active >= 0.9:
        return "s"
    return "█" if active >= 0.5 else "▓" if active >= 0.1 else "░"


def _range_test(test: RangeTest) -> str:
    rates, losses = test.rates[::2], test.losses[::2]
    finite = [min(loss, 2 * losses[0]) for loss in losses]
    line = bars(finite, min(finite), max(finite))
    at = min(range(len(rates)), key=lambda i: abs(math.log(rates[i] / max(test.now, 1e-300))))
    within = test.rates[0] <= test.now <= test.rates[-1]
    mark = " " * at + "▲" if within else ""
    words = f"learning rate now {test.now:.3g}{'' if within else ', beyond this range'}"
    if test.steepest is not None:
        words += f"; the loss falls fastest at {test.steepest:.1g}"
    title = "Loss while the learning rate grows from step to step"
    return "\n".join([title, f"  {line} {test.rates[0]:.0e} to {test.rates[-1]:.1g}", f"  {mark} {words}"])


def drawn_experiment(experiment: Experiment) -> str:
    """Return the two learning curves of an experiment on one logarithmic scale."""
    title = f"Loss by epoch, logarithmic, without and with: {' and '.join(experiment.changes)}"
    return _curves(title, [("without", experiment.losses_without), ("with", experiment.losses_with)])


def _curves(title: str, curves: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Learning curves, each over its own length, on one logarithmic scale."""
    margin = max(len(name) for name, _ in curves)
    scaled = {name: [_log(value) for value in _stretched(losses)] for name, losses in curves}
    known = [value for values in scaled.values() for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    lines = [title]
    for name, losses in curves:
        ends = f"{losses[0]:.3g} → {losses[-1]:.3g}" if losses else "diverged in its first epoch"
        lines.append(f"  {name:>{margin}} {bars(scaled[name], low, high)} {ends}")
    return "\n".join(lines)


def _stretched(values: Sequence[float], width: int = 48) -> list[float]:
    if not values:
        return []
    return [values[round(i * (len(values) - 1) / (width - 1))] for i in range(width)]
