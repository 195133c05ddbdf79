"""What was seen, drawn by matplotlib. Lines differ by grey and dash as well as by place, and carry their names."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backlit.diagnosis.draw_text import BAND
from backlit.diagnosis.findings import Experiment
from backlit.diagnosis.seen import LayerLook, RangeTest, Seen, UnitShares, window_of
from backlit.errors import BacklitError

__all__ = ["as_svg", "can_plot", "plotted"]

DASHES = ("-", "--", "-.", ":")
MARKS = "osD^vPX"
NAMED = 8
"""Of more labels, only the lowest, the highest and one between are written."""

COINCIDE = 0.03
"""Lines that end within this share of a panel's height are in one place."""

UNITS_A_ROW = 64
MOST_EXPERIMENTS = 4

Panel = Callable[[Any], None]


def can_plot() -> bool:
    """Say whether matplotlib is installed."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def plotted(seen: Seen, experiments: Sequence[Experiment] = ()) -> Any:
    """Return a matplotlib Figure with a panel for each thing seen; raises BacklitError without matplotlib."""
    if not can_plot():
        raise BacklitError("pictures need matplotlib, which is not installed: pip install matplotlib")
    from matplotlib.figure import Figure

    panels = _panels(seen, experiments)
    if not panels:
        raise BacklitError("there is nothing to draw: nothing was trained")
    n_rows = -(-len(panels) // 2)
    figure = Figure(figsize=(11, 3.2 * n_rows), layout="constrained")
    places = np.ravel(figure.subplots(n_rows, 2, squeeze=False))
    for panel, ax in zip(panels, places, strict=False):
        panel(ax)
        ax.spines[["top", "right"]].set_visible(False)
    for ax in places[len(panels) :]:
        ax.remove()
    return figure


def as_svg(figure: Any) -> str:
    """Return a figure as an svg element, without the lines that belong to a file of its own; text stays text."""
    import matplotlib

    file = io.StringIO()
    # a salt of its own makes the same picture the same text
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "backlit"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def _panels(seen: Seen, experiments: Sequence[Experiment]) -> list[Panel]:
    panels: list[Panel] = []
    if seen.looks:
        panels.append(lambda ax: _by_layer(ax, seen, "Error terms (RMS)", lambda one: one.error_term, logarithmic=True))
        panels.append(lambda ax: _by_layer(ax, seen, "Activations (deviation)", lambda one: one.activation))
        panels.append(lambda ax: _flat(ax, seen))
        panels.append(lambda ax: _ratios(ax, seen))
    if seen.curves:
        panels.append(lambda ax: _curves(ax, seen))
    if seen.units:
        panels.append(lambda ax: _unit_map(ax, seen.units, seen.samples))
    if seen.rates is not None:
        panels.append(lambda ax: _range_test(ax, seen.rates))
    for experiment in experiments[:MOST_EXPERIMENTS]:
        panels.append(lambda ax, one=experiment: _experiment(ax, one))  # type: ignore[misc]
    return panels


def _style(i: int, n: int) -> dict[str, Any]:
    """The first layer is the darkest; dashes and marks tell neighbours apart without the grey."""
    return {
        "color": str(round(0.65 * i / max(n - 1, 1), 3)),
        "linestyle": DASHES[i % len(DASHES)],
        "marker": MARKS[i % len(MARKS)],
        "markersize": 4,
        "markevery": 3,
        "linewidth": 1.4,
    }


def _by_layer(
    ax: Any, seen: Seen, title: str, value: Callable[[LayerLook], float | None], *, logarithmic: bool = False
) -> None:
    steps, names = [look.step for look in seen.looks], seen.layers
    ends: list[tuple[float, str]] = []
    for i, name in enumerate(names):
        found = [value(look.layers[i]) for look in seen.looks]
        values = [math.nan if number is None or not math.isfinite(number) else number for number in found]
        if logarithmic:
            values = [number if number > 0 else math.nan for number in values]
        ax.plot(steps, values, **_style(i, len(names)))
        known = [number for number in values if not math.isnan(number)]
        if known:
            ends.append((known[-1], name))
    if logarithmic:
        ax.set_yscale("log")
    _axes(ax, title, steps, seen.unit)
    _name_lines(ax, ends)


def _axes(ax: Any, title: str, steps: Sequence[int], unit: str) -> None:
    ax.set_title(title, fontsize=10, loc="left")
    ax.set_xlabel(unit, fontsize=8)
    ax.tick_params(labelsize=8)
    if len(steps) > 2:
        first, last = window_of(steps)
        ax.axvspan(first, last, color="0.93", zorder=0)
        ax.text(
            last,
            1.0,
            "last fifth",
            transform=ax.get_xaxis_transform(),
            fontsize=7,
            color="0.4",
            ha="right",
            va="bottom",
        )


def _name_lines(ax: Any, ends: list[tuple[float, str]]) -> None:
    """Write names at the lines' ends, at least a line's height apart; lines that end in one place share a label."""
    least = 0.075
    # limits are found when they are asked for
    ax.get_ylim()
    place = ax.transAxes.inverted()
    heights = [(float(place.transform(ax.transData.transform((0, value)))[1]), name) for value, name in ends]
    groups = _grouped(heights)
    if len(groups) > NAMED:
        groups = [groups[0], groups[len(groups) // 2], groups[-1]]
    before = -math.inf
    for height, name in groups:
        at = max(min(height, 1.0), before + least, 0.0)
        ax.text(1.01, at, name, transform=ax.transAxes, fontsize=8, va="center")
        before = at


def _grouped(heights: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Heights from the lowest up with their labels, those that nearly coincide in one.

    >>> _grouped([(0.1, "L1"), (0.11, "L2"), (0.12, "L3"), (0.9, "L4")])
    [(0.11, 'L1–L3'), (0.9, 'L4')]
    """
    groups: list[list[int]] = []
    for i in sorted(range(len(heights)), key=lambda i: heights[i][0]):
        if groups and heights[i][0] - heights[groups[-1][-1]][0] < COINCIDE:
            groups[-1].append(i)
        else:
            groups.append([i])
    middle = [float(np.mean([heights[i][0] for i in group])) for group in groups]
    return [(at, _together(sorted(group), heights)) for at, group in zip(middle, groups, strict=True)]


def _together(group: Sequence[int], heights: Sequence[tuple[float, str]]) -> str:
    """The label of several lines: runs of neighbours by their first and last."""
    runs: list[list[int]] = []
    for i in group:
        if runs and i == runs[-1][-1] + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    names = [[heights[i][1] for i in (run[0], run[-1])[: len(run)]] for run in runs]
    return ", ".join("–".join(name) for name in names)


def _flat(ax: Any, seen: Seen) -> None:
    hidden = len(seen.layers) - 1
    steps = [look.step for look in seen.looks]
    ends = []
    for i, name in enumerate(seen.layers[:hidden]):
        shares = [max(look.layers[i].saturated, look.layers[i].dead) for look in seen.looks]
        ax.plot(steps, shares, **_style(i, len(seen.layers)))
        ends.append((shares[-1], name))
    ax.set_ylim(-0.03, 1.03)
    ax.axhline(0.5, color="0.5", linewidth=0.8, linestyle=":")
    _axes(ax, "Hidden units saturated or dead (share)", steps, seen.unit)
    _name_lines(ax, ends)


def _ratios(ax: Any, seen: Seen) -> None:
    _by_layer(ax, seen, "Step over weight (log10) and its healthy band", lambda one: one.update_ratio)
    ax.axhspan(*BAND, facecolor="none", edgecolor="0.75", hatch="///", linewidth=0, zorder=0)
    for edge in BAND:
        ax.axhline(edge, color="0.5", linewidth=0.8)
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, BAND[0] - 0.5), max(high, BAND[1] + 0.5))
    for text in list(ax.texts)[1:]:
        text.remove()
    ratios = [layer.update_ratio for look in seen.looks for layer in look.layers]
    if not any(ratio is not None and math.isfinite(ratio) for ratio in ratios):
        ax.text(
            0.5, 0.5, "no step moved a weight", transform=ax.transAxes, fontsize=9, ha="center", backgroundcolor="w"
        )
    last = [(i, look.layers[i].update_ratio) for look in seen.looks[-1:] for i in range(len(seen.layers))]
    _name_lines(ax, [(ratio, seen.layers[i]) for i, ratio in last if ratio is not None and math.isfinite(ratio)])


def _unit_map(ax: Any, units: Sequence[UnitShares], samples: int) -> None:
    """A cell a unit, light where it is active on many samples; a cross marks a dead one, a stroke a saturated one."""
    rows: list[tuple[str, np.ndarray, np.ndarray]] = []
    for layer in units[::-1]:
        active, low = np.array(layer.active), np.array(layer.saturated)
        for start in range(0, len(active), UNITS_A_ROW):
            name = layer.name if start == 0 else ""
            rows.append((name, active[start : start + UNITS_A_ROW], low[start : start + UNITS_A_ROW]))
    width = max(len(active) for _, active, _ in rows)
    shown = np.full((len(rows), width), np.nan)
    for i, (_, active, low) in enumerate(rows):
        shown[i, : len(active)] = active
        dead, flat = np.flatnonzero(active == 0), np.flatnonzero((low >= 0.9) & (active >= 0.9))
        ax.plot(dead, np.full(len(dead), i), "x", color="white", markersize=4, markeredgewidth=1)
        ax.plot(flat, np.full(len(flat), i), "_", color="black", markersize=5)
    image = ax.imshow(shown, cmap="gray", vmin=0, vmax=1.15, aspect="auto", interpolation="nearest")
    colours = ax.figure.colorbar(image, ax=ax, fraction=0.03, pad=0.02)
    colours.ax.tick_params(labelsize=7)
    # the greys go on beyond 1, so that no share is white as the marks are
    colours.ax.set_ylim(0, 1)
    ax.set_yticks(range(len(rows)), [name for name, _, _ in rows], fontsize=8)
    ax.set_xlabel("unit", fontsize=8)
    ax.tick_params(labelsize=8)
    ax.set_title(f"Hidden units: share of {samples} samples with a slope; × dead, – saturated", fontsize=9, loc="left")


def _range_test(ax: Any, test: RangeTest | None) -> None:
    assert test is not None
    ax.plot(test.rates, test.losses, color="0.2", linewidth=1.2)
    ax.set_xscale("log")
    top, bottom = 2 * test.losses[0], min(test.losses)
    if max(test.losses) > top > bottom:
        ax.set_ylim(bottom - 0.05 * (top - bottom), top)
    ax.axvline(test.now, color="0.2", linestyle="--", linewidth=1)
    ax.text(test.now, 0.98, f" now {test.now:.2g}", transform=ax.get_xaxis_transform(), fontsize=8, va="top", ha="left")
    if test.steepest is not None:
        ax.axvline(test.steepest, color="0.6", linestyle=":", linewidth=1.4)
        words = f" steepest {test.steepest:.1g}"
        ax.text(test.steepest, 0.05, words, transform=ax.get_xaxis_transform(), fontsize=8, va="bottom", ha="left")
    ax.set_title("Loss while the learning rate grows, a step each", fontsize=10, loc="left")
    ax.set_xlabel("learning rate", fontsize=8)
    ax.tick_params(labelsize=8)


def _curves(ax: Any, seen: Seen) -> None:
    for i, (_, losses) in enumerate(seen.curves):
        ax.plot(range(1, len(losses) + 1), losses, color=("0.0", "0.45")[i], linestyle=DASHES[i], linewidth=1.6)
    values = [value for _, losses in seen.curves for value in losses]
    if min(values) > 0 and max(values) > 20 * min(values):
        ax.set_yscale("log")
    _axes(ax, "Loss", range(1, len(seen.curves[0][1]) + 1), seen.unit)
    _name_lines(ax, [(losses[-1], name) for name, losses in seen.curves if math.isfinite(losses[-1])])


def _experiment(ax: Any, experiment: Experiment) -> None:
    curves = (("without", experiment.losses_without, "0.0", "-"), ("with", experiment.losses_with, "0.45", "--"))
    values = [value for _, losses, _, _ in curves for value in losses]
    ends = []
    for name, losses, grey, dash in curves:
        # a change may take more epochs: each curve is drawn over its own length
        at = np.linspace(0, 1, len(losses)) if len(losses) > 1 else [1.0] * len(losses)
        ax.plot(at, losses, color=grey, linestyle=dash, linewidth=1.6, marker="o" if len(losses) < 3 else None)
        ends += [(losses[-1], name)] if losses else []
    if values and min(values) > 0 and max(values) > 20 * min(values):
        ax.set_yscale("log")
    words = " and ".join(experiment.changes)
    ax.set_title(f"Loss, with: {words}"[:78], fontsize=9, loc="left")
    ax.set_xlabel("share of the training", fontsize=8)
    ax.tick_params(labelsize=8)
    _name_lines(ax, ends)
