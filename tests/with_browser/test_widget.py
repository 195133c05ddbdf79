"""The notebook's widget there and back: the page's frame, its model as anywidget gives it, and Python at the other end.

What stands between them in a notebook, the comm of the traits, is played by the browser's own bindings.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

import backlit as bl
from backlit.errors import BacklitError
from backlit.playground.widget import FRAME

HARNESS = """
const held = {html: %(html)s, state: %(state)s, given: %(state)s};
const listeners = {};
const model = {
  get: (key) => held[key],
  set: (key, value) => { held[key] = value; },
  save_changes: () => window.toPython(held.state),
  on: (name, call) => { listeners[name] = call; },
  off: (name) => { delete listeners[name]; },
};
window.fromPython = (key, value) => { held[key] = value; listeners[`change:${key}`]?.(); };
const made = await import(URL.createObjectURL(new Blob([%(esm)s], {type: "text/javascript"})));
window.stop = made.default.render({model, el: document.body});
window.left = listeners;
"""


@pytest.fixture
def connected(tab):
    """Show a playground; what its page says comes to its traits, and what they become goes to the page."""

    def connect(playground):
        widget = playground._widget
        heard = []

        def to_python(state):
            heard.append(state)
            widget.state = state

        tab.expose_function("toPython", to_python)
        values = {"html": widget.html, "state": widget.state, "esm": FRAME}
        code = HARNESS % {key: json.dumps(value).replace("</", "<\\/") for key, value in values.items()}
        tab.add_script_tag(content=code, type="module")
        frame = tab.frame_locator("iframe[title=backlit]")
        frame.locator(".panel h2").wait_for()
        tab.wait_for_timeout(100)
        widget.observe(lambda change: tab.evaluate("(v) => fromPython('given', v)", change["new"]), "given")
        return frame, heard

    return connect


def settle(tab, heard, n=1):
    for _ in range(100):
        if len(heard) >= n:
            return
        tab.wait_for_timeout(50)
    raise AssertionError("the page said nothing")


def test_python_hears_what_is_changed_and_trained(tab, connected):
    net = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0)
    X, y = [[0.5, 0.1, -0.2], [1, 2, 3]], [1, 0]
    playground = bl.Playground(net, X, y, learning_rate=0.5)
    assert "Network 3-4-2" in repr(playground)
    frame, heard = connected(playground)
    assert heard == []
    np.testing.assert_array_equal(playground.network.weights[0], net.weights[0])
    frame.get_by_role("tab", name="Train").click()
    frame.get_by_role("button", name="One epoch").click()
    settle(tab, heard)
    after = net.trace(X, y, learning_rate=0.5).updated
    for mine, right in zip(playground.network.weights, after.weights, strict=True):
        np.testing.assert_allclose(mine, right, rtol=1e-12)
    assert playground.network.layers[0].row.name == "tanh"
    assert playground.trace.loss == pytest.approx(after.loss(X, y), rel=1e-12)


def test_a_network_set_in_python_moves_the_page_and_comes_back_the_same(tab, connected):
    playground = bl.Playground()
    frame, heard = connected(playground)
    other = bl.Network.random([2, 5, 1], activation="relu", seed=1)
    playground.network = other
    frame.get_by_text("Network 2-5-1: relu, sigmoid").wait_for()
    np.testing.assert_array_equal(playground.network.weights[0], other.weights[0])
    frame.get_by_label("Activation of hidden layer").select_option("tanh")
    settle(tab, heard)
    assert [layer.row.name for layer in playground.network.layers] == ["tanh", "sigmoid"]
    np.testing.assert_array_equal(playground.network.weights[0], other.weights[0])
    # undo goes back to what it was before Python spoke
    frame.get_by_role("button", name="Undo").click()
    frame.get_by_role("button", name="Undo").click()
    frame.get_by_text("Network 2-1-1").wait_for()


def test_an_activation_of_ones_own_comes_back_as_itself(connected):
    row = bl.Network.random([1, 1], activation="tanh", output="tanh", seed=0).layers[0].row
    mine, other = (replace(row, name=name) for name in ("mine", "other"))
    playground = bl.Playground(
        bl.Network.random([2, 3, 1], activation=mine, output="identity", seed=0), [1.0, 2.0], 1.0
    )
    connected(playground)
    assert playground.network.layers[0].row is mine
    with pytest.raises(BacklitError, match="does not know 'other'"):
        playground.network = bl.Network.random([2, 3, 1], activation=other, output="identity")


def test_what_stops_listening_leaves_nothing(tab, connected):
    playground = bl.Playground(preset="xor")
    connected(playground)
    tab.evaluate("() => stop()")
    assert tab.evaluate("() => Object.keys(left)") == []


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda: bl.Playground(X=[1.0], y=1), "need a network"), (lambda: bl.Playground(preset="xro"), "xor")],
)
def test_what_has_no_page_is_refused(make, words):
    with pytest.raises(BacklitError, match=words):
        make()


def test_a_network_that_the_samples_do_not_fit_is_refused():
    with pytest.raises(BacklitError, match="input"):
        bl.Playground().network = bl.Network.random([3, 1], seed=0)
