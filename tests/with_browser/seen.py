"""What a user sees and points at in the page."""

import re
from pathlib import Path

import numpy as np

import backlit as bl

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


def point_at(tab, address):
    """Click on the middle of a thing in the drawing."""
    tab.locator("#backlit-step .network").scroll_into_view_if_needed()
    box = tab.eval_on_selector(
        f'#backlit-step [data-address="{address}"]',
        "(e) => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }",
    )
    tab.mouse.click(*box)
    assert tab.get_attribute(f'#backlit-step [data-address="{address}"]', "aria-pressed") == "true"


def sized(tab, width, height=800):
    """Give the window another size, and wait until what follows from it is drawn."""
    tab.set_viewport_size({"width": width, "height": height})
    tab.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def steps_of(tab):
    return int(re.search(r"of (\d+)", tab.inner_text(".place"))[1])


def handed_on(tab, kind):
    """The text of what the page hands on: "link", "numpy" or "case"."""
    tab.get_by_role("button", name="Hand on").click()
    tab.locator(".hand-on select").select_option(kind)
    text = tab.locator(".hand-on textarea").input_value()
    tab.locator(".hand-on").get_by_role("button", name="Close").click()
    return text


AXE_RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"


def assert_accessible(tab, width):
    found = tab.evaluate(AXE_RULES)
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
    assert found["passes"]
    assert tab.evaluate("() => document.documentElement.scrollWidth") <= width


def network_of(tab, net="backlit.view.state.net"):
    """A network in the page as Python's, by the page's own numbers."""
    script = (
        f"() => {net}.layers.map((l) => ({{shape: [l.nIn, l.nOut], weights: Array.from(l.weights), "
        "biases: l.biases && Array.from(l.biases), activation: l.activation}))"
    )
    layers = tab.evaluate(script)
    weights = [np.reshape(layer["weights"], layer["shape"]) for layer in layers]
    biases = None if layers[0]["biases"] is None else [layer["biases"] for layer in layers]
    *hidden, output = [layer["activation"] for layer in layers]
    return bl.Network.from_weights(
        weights, biases, activation=hidden, output=output, loss=tab.evaluate(f"() => {net}.loss")
    )
