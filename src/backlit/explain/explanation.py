"""From a Trace and an address to a document, and from a document to a format."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backlit.errors import unknown_name
from backlit.explain.address import Address, parse_address
from backlit.explain.document import Document
from backlit.explain.shorten import shortened
from backlit.explain.view import View, checked_view
from backlit.network.trace import Trace

__all__ = ["FORMS", "document", "explain", "render"]

FORMS = ("text", "markdown", "latex", "html", "json", "svg", "tikz", "latex-fragment", "html-fragment")


def explain(
    trace: Trace,
    *,
    at: str = "net",
    form: str = "text",
    digits: int | None = None,
    notation: str = "lesson",
    sample: int = 1,
    top: int = 8,
    width: int = 100,
    rest: str = "",
    input_names: Sequence[str] = (),
) -> str:
    """Explain a Trace.

    Parameters: ``at``: an address: net, L2, L2.u3, L2.w[4,3] or L2.b[3]. ``form``: text, markdown, latex, html, json,
    svg or tikz, or latex-fragment or html-fragment for a part to put into a document of your own. ``digits``:
    significant digits, by default three, two below 0.01. ``notation``: lesson (error terms, steps that are added) or
    calculus (partial derivatives, descent). ``sample``: which sample of a batch, from 1. ``top``: how many of the
    largest terms or units are listed before the rest is summed. ``width``: columns of a line of text, at least 40;
    wider tables go on below. ``rest``: of a long text the first lines of each list are given, and these words say what
    shows the rest; "" gives all. ``input_names``: what the network's inputs are called, for the terms of a unit of L1;
    by default they are counted. A picture (SVG, TikZ) marks the layer, unit, weight or bias of the address.

    Raises BacklitError for an address that the network does not have and options that are none.

    >>> import backlit as bl
    >>> trace = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1, learning_rate=0.5)
    >>> "δₒ = (1 − 0.512) × 0.512 × (1 − 0.512) = 0.122" in explain(trace)
    True
    """
    view = checked_view(trace, View(digits, notation, sample, top, width, rest, tuple(input_names)))
    address = parse_address(at, trace.network.sizes)
    if form == "svg":
        from backlit.explain.shown import SvgText
        from backlit.explain.svg import draw_svg

        return SvgText(draw_svg(trace, view, address))
    if form == "tikz":
        from backlit.explain.tikz import draw_tikz

        return draw_tikz(trace, view, address)
    return render(document(trace, address, view), form, view)


def document(trace: Trace, address: Address, view: View) -> Document:
    """Return what there is to say about an address."""
    from backlit.explain import levels

    builders: dict[str, Callable[[Trace, Address, View], Document]] = {
        "net": levels.network_level,
        "layer": levels.layer_level,
        "unit": levels.unit_level,
        "weight": levels.parameter_level,
        "bias": levels.parameter_level,
    }
    return builders[address.kind](trace, address, view)


def render(doc: Document, form: str, view: View) -> str:
    """Render a document as ``form``: text, markdown, json, latex, html, or latex-fragment or html-fragment."""
    match form:
        case "text":
            from backlit.explain.render_text import render_text

            return render_text(shortened(doc, view.rest) if view.rest else doc, view.digits, view.width)
        case "markdown":
            from backlit.explain.render_markdown import render_markdown

            return render_markdown(doc, view.digits)
        case "json":
            from backlit.explain.render_json import render_json

            return render_json(doc, view.digits)
        case "latex" | "latex-fragment":
            from backlit.explain.render_latex import render_latex

            return render_latex(doc, view.digits, whole=form == "latex")
        case "html" | "html-fragment":
            from backlit.explain.render_html import render_html

            return render_html(doc, view.digits, whole=form == "html")
    raise unknown_name("format", form, FORMS)
