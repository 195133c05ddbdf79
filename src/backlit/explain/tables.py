"""Tables and sentences of measured facts, for the levels of an explanation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from backlit.explain.document import Paragraph, Table
from backlit.explain.numbers import factor, format_number, percent
from backlit.explain.summary import (
    ACTIVE_SHARE_OF_BOUND,
    Conservation,
    LayerSummary,
    conservation,
)
from backlit.explain.view import View
from backlit.trace import Trace

__all__ = ["conservation_sentence", "json_safe", "layers_table"]

ROUNDING = 1e-6
"""A relative difference below it is rounding, in float32 too."""


def _or_dash(value: float | None, text: str) -> str:
    return "–" if value is None or math.isnan(value) else text


def layers_table(layers: list[LayerSummary], view: View) -> Table:
    """One row a layer, the output on top as in a drawing: the error term goes down the table."""
    rows = []
    for s in layers[::-1]:
        rows.append(
            (
                s.address,
                str(s.n_units),
                s.activation,
                format_number(s.rms_error_term, view.digits or 3),
                _or_dash(s.share_active, percent(s.share_active or 0.0)),
                _or_dash(s.shrink, factor(s.shrink or 0.0)),
                _or_dash(s.weights_factor, factor(s.weights_factor or 0.0)),
                _or_dash(s.slope_factor, factor(s.slope_factor or 0.0)),
                "any" if math.isinf(s.slope_bound) else f"≤ {factor(s.slope_bound)}",
                "any" if math.isinf(s.bound_from_output) else f"≤ {factor(s.bound_from_output, 6)}",
                _or_dash(s.step_to_weight, format_number(s.step_to_weight)),
            )
        )
    columns = (
        "layer",
        "units",
        "activation",
        "RMS\nerror term",
        "active",
        "shrink",
        "= by the\nweights",
        "× by the\nslopes",
        "slopes'\nbound",
        "all bounds\nso far",
        "step /\nweight",
    )
    caption = (
        "shrink: RMS error term over that of the layer above (at the output: over the error itself), made by the "
        "weights and by the activation's slopes; active: slope above "
        f"{ACTIVE_SHARE_OF_BOUND:.0%} of its bound; all bounds so far: what slopes alone allow from the output to here"
    )
    return Table(columns, tuple(rows), tuple(json_safe(s._asdict()) for s in layers[::-1]), caption)


def json_safe(facts: Mapping[str, object]) -> dict[str, object]:
    """Replace NaN and infinity, which JSON does not have, by None."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in facts.items()}


def conservation_sentence(trace: Trace) -> Paragraph:
    """State the identity and the worst layer's difference; a broken one is said to be broken."""
    checks = [conservation(part) for part in trace.layers]
    worst: Conservation = max(checks, key=lambda c: c.difference)
    identity = "Conserved: in every layer Σ z δ = Σ input × (error sent back to it) + Σ b δ"
    if worst.difference < ROUNDING:
        return Paragraph(f"{identity}; the largest relative difference is {worst.difference:.1g} ({worst.address}).")
    if trace.rounded:
        return Paragraph(
            f"Rounded on the way, Σ z δ = Σ input × (error sent back) + Σ b δ holds only to "
            f"{percent(worst.difference)} ({worst.address})."
        )
    return Paragraph(
        f"NOT conserved in {worst.address}: Σ z δ = {worst.out:.6g}, but Σ input × (error sent back) + Σ b δ = "
        f"{worst.inputs + worst.biases:.6g}; this explanation does not add up."
    )
