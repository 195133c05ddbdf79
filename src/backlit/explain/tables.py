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
from backlit.network.trace import Trace

__all__ = ["conservation_of_layer", "conservation_of_layers", "json_safe", "layers_table"]

ROUNDING = 1e-6
"""A relative difference below it is rounding, in float32 too."""
LEAST_POWER = -15


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
        "RMS: root mean square over units and samples; shrink: RMS error term over that of the layer above (at the "
        "output: over the error itself), made by the weights and by the activation's slopes; active: slope above "
        f"{percent(ACTIVE_SHARE_OF_BOUND)} of its bound; "
        "all bounds so far: what slopes alone allow from the output to here"
    )
    return Table(columns, tuple(rows), tuple(json_safe(s._asdict()) for s in layers[::-1]), caption)


def json_safe(facts: Mapping[str, object]) -> dict[str, object]:
    """Replace NaN and infinity, which JSON does not have, by None."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in facts.items()}


def conservation_of_layers(trace: Trace, view: View) -> Paragraph:
    """State the identity with the worst layer's difference; a broken one is said to be broken."""
    worst = max((conservation(part) for part in trace.layers), key=lambda c: c.difference)
    out, inputs, biases = _sides(view)
    return Paragraph(
        _breach(worst, trace, view)
        or f"Nothing is lost on the way back: in every layer {out} = {inputs} + {biases} ({_to(worst)})."
    )


def conservation_of_layer(trace: Trace, layer: int, view: View) -> Paragraph:
    """State the identity with one layer's sums, of the view's sample; a broken one is said to be broken."""
    c = conservation(trace.layers[layer - 1], view.sample)
    out, inputs, biases = _sides(view)
    z, x, b = (_sum(v, view) for v in (c.out, c.inputs, c.biases))
    return Paragraph(
        _breach(c, trace, view)
        or f"Nothing is lost on the way back: {out} is {z}, and {inputs}, {x}, with {biases}, {b}, adds up to it "
        f"({_to(c)})."
    )


def _sides(view: View) -> tuple[str, str, str]:
    delta, sent = ("∂ℓ/∂z", "derivative") if view.calculus else ("δ", "error")
    return f"Σ z {delta}", f"Σ input × ({sent} sent back)", f"Σ b {delta}"


def _sum(value: float, view: View) -> str:
    return format_number(-value if view.calculus else value, view.digits or 6)


def _to(c: Conservation) -> str:
    """How well it holds, to a power of ten: what is below rounding differs from machine to machine."""
    power = math.ceil(math.log10(c.difference)) if c.difference > 0 else LEAST_POWER
    return f"to a relative difference of at most 1e{max(power, LEAST_POWER)}"


def _breach(c: Conservation, trace: Trace, view: View) -> str:
    if c.difference < ROUNDING:
        return ""
    out, inputs, biases = _sides(view)
    if trace.rounded:
        return f"Rounded on the way, {out} = {inputs} + {biases} holds only to {percent(c.difference)} ({c.address})."
    z, sent = _sum(c.out, view), _sum(c.inputs + c.biases, view)
    return (
        f"NOT the same in {c.address}: {out} = {z}, but {inputs} + {biases} = {sent}; this explanation does not add up."
    )
