"""What there is to say at each level: the network, a layer, a unit, a weight or bias."""

from __future__ import annotations

import numpy as np

from backlit.explain.address import Address
from backlit.explain.differences import central_difference
from backlit.explain.document import Block, Document, Heading, Paragraph, Picture, Table, Worked
from backlit.explain.drawing import draw_column, draw_text
from backlit.explain.numbers import factor, format_number, percent
from backlit.explain.rounding import rounding_paragraphs
from backlit.explain.steps import Derivation, Line
from backlit.explain.summary import LayerSummary, error_sentence, summaries
from backlit.explain.tables import conservation_of_layer, conservation_of_layers, json_safe, layers_table
from backlit.explain.terms import backward_terms, forward_terms, ranked_units
from backlit.explain.view import View
from backlit.explain.worked import is_small, worked_blocks
from backlit.network.trace import Trace

__all__ = ["layer_level", "network_level", "parameter_level", "unit_level"]


SHARE = "share: of the layer's products, signs aside"


def _title(trace: Trace) -> str:
    samples = "" if trace.n_samples == 1 else f"; {trace.n_samples} samples"
    return f"{trace.network!r}; learning rate {trace.learning_rate:g}{samples}"


def _of(trace: Trace) -> str:
    """The network's name in the title of a part of it; all of it stands in that of the network."""
    samples = "" if trace.n_samples == 1 else f"; {trace.n_samples} samples"
    shape = "-".join(str(size) for size in trace.network.sizes)
    return f"network {shape}, learning rate {trace.learning_rate:g}{samples}"


def network_level(trace: Trace, address: Address, view: View) -> Document:
    """The whole network: small ones line by line, every one as a table of its layers."""
    small = is_small(trace)
    picture = draw_text(trace, view) if small else draw_column(trace)
    blocks: list[Block] = [Picture(picture, lambda: _svg(trace, view))]
    layers = summaries(trace)
    if small:
        blocks += worked_blocks(trace, view)
        blocks += rounding_paragraphs(trace, view)
    blocks.append(Heading("Where the error sits"))
    blocks.append(Paragraph(f"Loss {format_number(trace.loss, view.digits)}. {error_sentence(layers)}"))
    blocks += [layers_table(layers, view), conservation_of_layers(trace, view)]
    if not small:
        busiest = max(layers[:-1] or layers, key=lambda s: s.rms_error_term)
        unit = _busiest_unit(trace, int(busiest.address[1:]), view)
        blocks.append(
            Paragraph(f"Look closer: {busiest.address} (its units, ranked), {unit} (one unit), or any other address.")
        )
    return Document(_title(trace), "net", tuple(blocks))


def _svg(trace: Trace, view: View) -> str:
    from backlit.explain.svg import draw_svg

    return draw_svg(trace, view)


def _busiest_unit(trace: Trace, layer: int, view: View) -> str:
    return f"L{layer}.u{ranked_units(trace, layer, view).order[0] + 1}"


def layer_level(trace: Trace, address: Address, view: View) -> Document:
    """One layer: its units ranked by activation times error term, with coverage and remainder, net beside gross."""
    summary = summaries(trace)[address.layer - 1]
    ranked = ranked_units(trace, address.layer, view)
    shown, term = ranked.order[: view.top], _term(view)
    rows, facts = [], []
    for unit in shown:
        a, delta, product = ranked.activation[unit], ranked.error_term[unit], ranked.product[unit]
        share = abs(product) / ranked.gross if ranked.gross else 0.0
        name = f"L{address.layer}.u{unit + 1}"
        numbers = [format_number(v, view.digits) for v in (a, delta, product)]
        rows.append((name, *numbers, percent(share)))
        facts.append(
            json_safe(
                {
                    "address": name,
                    "activation": a,
                    term.replace(" ", "_"): delta,
                    "product": product,
                    "share_of_gross": share,
                }
            )
        )
    table = Table(("unit", "activation", term, f"activation × {term}", "share"), tuple(rows), tuple(facts), SHARE)
    sample = "" if trace.n_samples == 1 else f" of sample {view.sample} of {trace.n_samples}"
    blocks: list[Block] = [
        Paragraph(_layer_facts(summary)),
        Heading(f"Units ranked by |activation × {term}|{sample}"),
        table,
        Paragraph(ranked.coverage_sentence(len(shown), view)),
        conservation_of_layer(trace, address.layer, view),
    ]
    title = f"L{address.layer}: {summary.n_units} unit{'s' * (summary.n_units > 1)}, {summary.activation}"
    return Document(f"{title}; {_of(trace)}", f"L{address.layer}", tuple(blocks))


def _term(view: View) -> str:
    """What a notation calls delta: its own word, because in calculus the sign is the other one."""
    return "derivative" if view.calculus else "error term"


def _layer_facts(s: LayerSummary) -> str:
    words = [f"RMS error term {format_number(s.rms_error_term)}"]
    if s.share_active is not None:
        words.append(f"{percent(s.share_active)} active")
    if s.shrink is not None:
        words.append(f"{factor(s.shrink)} of the layer above")
    if s.weights_factor is not None and s.slope_factor is not None:
        words.append(f"the weights did {factor(s.weights_factor)}, the slopes {factor(s.slope_factor)}")
    return "; ".join(words) + f"; mean step over mean weight {format_number(s.step_to_weight)}."


def unit_level(trace: Trace, address: Address, view: View) -> Document:
    """One unit: what makes its activation, what makes its error term, largest terms first and the rest summed."""
    layer, unit = address.layer, address.unit - 1
    exact = Derivation(trace, view, terms=view.top)
    letters = Derivation(trace, view, letters=True, terms=view.top)

    def worked(name: str, of: str) -> Worked:
        general = getattr(letters, of)(layer, unit)
        return Worked(name, general.symbol, general.formula, (getattr(exact, of)(layer, unit),))

    blocks: list[Block] = [Heading("Forward"), worked("Sum into the unit", "pre_activation")]
    blocks += forward_terms(trace, layer, unit, view)
    blocks += [worked("Activation", "activation"), Heading("Backward")]
    if layer < len(trace.layers):
        blocks += backward_terms(trace, layer, unit, view)
    blocks.append(worked("Partial derivative" if view.calculus else "Error term", "error_term"))
    blocks.append(Paragraph(_product_sentence(exact, layer, unit, view)))
    part = trace.layers[layer - 1]
    source = int(np.argmax(np.abs(part.weight_step[:, unit])))
    blocks.append(Heading("Its largest weight step"))
    blocks.append(_one(trace, view, layer, source, unit))
    return Document(f"Unit {layer_unit(layer, unit)}; {_of(trace)}", layer_unit(layer, unit), tuple(blocks))


def layer_unit(layer: int, unit: int) -> str:
    """The address of a unit counted from 0."""
    return f"L{layer}.u{unit + 1}"


def _product_sentence(exact: Derivation, layer: int, unit: int, view: View) -> str:
    ranked = ranked_units(exact.trace, layer, view)
    place = int(np.flatnonzero(ranked.order == unit)[0]) + 1
    term = _term(view)
    if ranked.product[unit] == 0:
        return f"Activation × {term}: 0, like {int((ranked.product == 0).sum())} of {len(ranked.order)} in its layer."
    product = format_number(ranked.product[unit], view.digits)
    return (
        f"Activation × {term}: {product}, the {_ordinal(place)}largest of {len(ranked.order)} in its layer, "
        f"{percent(abs(ranked.product[unit]) / ranked.gross if ranked.gross else 0.0)} of its layer, signs aside."
    )


def _ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return "" if n == 1 else f"{n}{ending} "


def _one(trace: Trace, view: View, layer: int, source: int | None, unit: int) -> Worked:
    general = Derivation(trace, view, letters=True).parameter_step(layer, source, unit)
    line = Derivation(trace, view).parameter_step(layer, source, unit)
    what = "weight" if source is not None else "bias"
    name = f"Partial derivative with respect to the {what}" if view.calculus else f"Step of the {what}"
    return Worked(name, general.symbol, general.formula, (line,))


def parameter_level(trace: Trace, address: Address, view: View) -> Document:
    """One weight or bias: activation times error term, a central difference beside it, and the step."""
    layer, unit = address.layer, address.unit - 1
    source = address.source - 1 if address.kind == "weight" else None
    part = trace.layers[layer - 1]
    gradient = part.weight_gradient[source, unit] if source is not None else _bias_gradient(trace, layer, unit)
    difference = central_difference(trace, layer, source, unit)
    size = max(abs(float(gradient)), abs(difference))
    relative = abs(float(gradient) - difference) / size if size else 0.0
    line: Line = Derivation(trace, view).updated_parameter(layer, source, unit)
    general = Derivation(trace, view, letters=True).updated_parameter(layer, source, unit)
    digits = view.digits or 6
    rows = (
        ("backward pass", format_number(float(gradient), digits)),
        ("central difference", format_number(difference, digits)),
        ("relative difference", format_number(relative, 2)),
    )
    facts: dict[str, object] = {
        "backward_pass": float(gradient),
        "central_difference": difference,
        "relative_difference": relative,
    }
    blocks: list[Block] = [
        Heading("Step"),
        _one(trace, view, layer, source, unit),
        Worked("New value", general.symbol, general.formula, (line,), becomes=True),
        Heading("Checked against the loss itself"),
        Table(("gradient of the mean loss", "value"), rows, (facts,)),
        Paragraph(
            "The central difference moves this parameter a little both ways, runs the network forward and divides "
            "the change of the loss by the way moved: it knows nothing of the backward pass."
        ),
    ]
    return Document(f"{line.address}; {_of(trace)}", line.address, tuple(blocks))


def _bias_gradient(trace: Trace, layer: int, unit: int) -> float:
    from backlit.errors import BacklitError

    gradient = trace.layers[layer - 1].bias_gradient
    if gradient is None:
        raise BacklitError(f"L{layer} has no biases, so there is no L{layer}.b[{unit + 1}]")
    return float(gradient[unit])
