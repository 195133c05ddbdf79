"""By keyboard alone through all that one can do: no mouse is used, and at each stop one sees where the focus is."""

import io

import numpy as np
import pytest
from PIL import Image

import backlit as bl

POINTED = """
() => {
  window.pointed = [];
  for (const kind of ["pointerdown", "mousedown", "touchstart"])
    addEventListener(kind, (event) => window.pointed.push(event.type), true);
}
"""
NAME = """
() => {
  const e = document.activeElement;
  const label = e.closest("label");
  return e.dataset.address ?? e.ariaLabel ?? (label?.querySelector("span")?.textContent || (label ?? e).textContent);
}
"""
# pixels of a clearly other colour: about a ring of 1 px around the smallest thing
LEAST_CHANGED = 40
CLEARLY = 40
MOST_TABS = 60
AROUND = 6


@pytest.fixture
def tour(shown):
    tab = shown(bl.page())
    tab.evaluate(POINTED)
    yield tab
    assert tab.evaluate("() => window.pointed") == []


def picture(tab, clip):
    return np.asarray(Image.open(io.BytesIO(tab.screenshot(clip=clip, caret="hide"))).convert("RGB")).astype(int)


def assert_focus_seen(tab):
    """What has the focus looks other than without it, inside the window."""
    box = tab.evaluate(
        "() => { const r = document.activeElement.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }"
    )
    view = tab.viewport_size
    left, top = max(0, box[0] - AROUND), max(0, box[1] - AROUND)
    right = min(view["width"], box[0] + box[2] + AROUND)
    bottom = min(view["height"], box[1] + box[3] + AROUND)
    assert tab.evaluate("() => document.activeElement !== document.body"), "nothing has the focus"
    assert right > left, box
    assert bottom > top, box
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    with_focus = picture(tab, clip)
    tab.evaluate("() => { window.stop_here = document.activeElement; window.stop_here.blur(); }")
    without = picture(tab, clip)
    tab.evaluate("() => window.stop_here.focus({preventScroll: true})")
    changed = (np.abs(with_focus - without).max(axis=-1) > CLEARLY).sum()
    assert changed >= LEAST_CHANGED, f"the focus is not seen: {changed} pixels changed at {name(tab)}"


def name(tab):
    """What has the focus is called."""
    return tab.evaluate(NAME).strip()[:60]


def go_to(tab, wanted, key="Tab"):
    """Press Tab until the thing of this name has the focus."""
    passed = []
    for _ in range(MOST_TABS):
        tab.keyboard.press(key)
        passed.append(name(tab))
        if passed[-1] == wanted:
            assert_focus_seen(tab)
            return
    raise AssertionError(f"no {key} leads to {wanted!r}: {passed}")


def press(tab, *keys):
    for key in keys:
        tab.keyboard.press(key)
    assert_focus_seen(tab)


def loss(tab):
    return tab.evaluate("() => backlit.view.trace.loss")


def step(tab):
    go_to(tab, "Next")
    press(tab, "Enter", "Space")
    assert "Step 3 of" in tab.inner_text(".place")
    press(tab, "ArrowRight", "b")
    assert "Step 3 of" in tab.inner_text(".place")
    go_to(tab, "Play")
    press(tab, "Enter")
    assert name(tab) == "Pause"
    press(tab, "Enter", "End")
    assert "New weights" in tab.inner_text(".panel")


def choose_a_unit(tab):
    go_to(tab, "L1.w[1,1]", "Shift+Tab")
    press(tab, "Escape")
    assert name(tab) == "L1.u1"
    assert tab.locator(".own-lines math").count() >= 3
    press(tab, "Enter")
    assert name(tab).startswith("L1.w[1,1]")
    press(tab, "ArrowUp")
    assert name(tab).startswith("L2.w[1,1]")


def change_a_number(tab):
    press(tab, "Enter")
    assert tab.evaluate("() => document.activeElement.type") == "range"
    go_to(tab, "W (L2.w[1,1]), number")
    press(tab, "Control+a", "2", "Enter")
    changed = bl.Network.from_weights([[[0.4], [-0.2]], [[2.0]]])
    assert loss(tab) == pytest.approx(changed.loss([0.1, 0.3], 1), rel=1e-12)
    assert "The gradient promised" in tab.inner_text(".effect")
    press(tab, "Escape")
    assert name(tab) == "L2.w[1,1]"


def choose_an_activation(tab):
    go_to(tab, "Activation of hidden layer")
    tab.keyboard.type("tanh")
    press(tab)
    assert tab.evaluate("() => backlit.view.state.net.layers[0].activation") == "tanh"
    assert name(tab) == "Activation of hidden layer"


def undo(tab, start):
    press(tab, "Escape")
    go_to(tab, "Undo", "Shift+Tab")
    press(tab, "Enter", "Enter")
    assert loss(tab) == pytest.approx(start, rel=1e-12)
    press(tab, "Control+y")
    assert loss(tab) != pytest.approx(start, rel=1e-6)
    press(tab, "r")
    assert loss(tab) == pytest.approx(start, rel=1e-12)


def freeze(tab):
    go_to(tab, "L1.w[1,1]")
    press(tab, "ArrowUp", "Enter")
    go_to(tab, "Frozen: no step moves it")
    press(tab, "Space")
    assert tab.evaluate("() => backlit.view.state.frozen") == ["L2.w[1,1]"]
    assert name(tab) == "Frozen: no step moves it"
    press(tab, "Space")
    assert tab.evaluate("() => backlit.view.state.frozen") == []


def go_to_an_address(tab):
    go_to(tab, "Go to")
    tab.keyboard.type("L1.u1")
    press(tab, "Enter")
    assert "L1.u1" in tab.inner_text(".own h3")


def draw_another(tab):
    go_to(tab, "Sizes")
    press(tab, "Control+a")
    tab.keyboard.type("2-3-1")
    go_to(tab, "Seed")
    go_to(tab, "Draw weights")
    tab.keyboard.press("Enter")
    assert tab.evaluate("() => backlit.view.sizes") == [2, 3, 1]
    assert_focus_seen(tab)


def bring_own_data(tab):
    go_to(tab, "Own data (CSV)")
    press(tab, "Enter")
    go_to(tab, "CSV text")
    tab.keyboard.insert_text("width,length,kind\n1.5,2,red\n0.5,4,blue\n2.5,9,red\n")
    go_to(tab, "Use this data")
    press(tab, "Enter")
    assert "3 rows, 2 inputs; classes: blue, red." in tab.inner_text(".own-data")
    assert tab.evaluate("() => backlit.view.state.n") == 3


def train(tab, start):
    go_to(tab, "Step through")
    press(tab, "ArrowRight")
    assert name(tab) == "Train"
    go_to(tab, "One epoch")
    press(tab, "Enter")
    assert "1 epoch" in tab.inner_text(".train-state")
    go_to(tab, "Run", "Shift+Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_function("(before) => backlit.view.trace.loss < before", arg=start)
    press(tab, "Enter")
    assert name(tab) == "Run"


def be_asked(tab):
    press(tab, "r", "3")
    go_to(tab, "Your answer")
    tab.keyboard.type("7")
    press(tab, "Enter")
    assert "Open the formula" in tab.inner_text(".verdict")
    tab.keyboard.type("-0.02")
    press(tab, "Enter")
    assert tab.inner_text(".verdict").startswith("Right.")
    go_to(tab, "Show the answer")
    press(tab, "Enter")
    assert name(tab) == "Your answer"
    go_to(tab, "sums")
    press(tab, "Space")
    assert name(tab) == "sums"
    assert "Question 1 of 8" in tab.inner_text("#backlit-ask .place")


def compare(tab):
    go_to(tab, "Be asked", "Shift+Tab")
    press(tab, "ArrowRight")
    assert name(tab) == "Compare"
    go_to(tab, "Hidden activation of the other")
    tab.keyboard.type("tanh")
    press(tab)
    assert name(tab) == "Hidden activation of the other"
    go_to(tab, "One epoch")
    press(tab, "Enter")
    assert "After 1 epoch." in tab.inner_text("#backlit-compare")
    assert "tanh" in tab.inner_text(".both")


def hand_on(tab):
    go_to(tab, "Hand on", "Shift+Tab")
    tab.keyboard.press("Enter")
    assert_focus_seen(tab)
    assert name(tab) == "Hand on"
    tab.keyboard.type("NumPy")
    press(tab)
    assert "import numpy" in tab.locator(".hand-on textarea").input_value()
    go_to(tab, "Close")
    press(tab, "Enter")
    assert name(tab) == "Hand on"


def keys(tab):
    tab.keyboard.press("?")
    assert tab.locator("dialog[open]").inner_text().startswith("Keys")
    assert_focus_seen(tab)
    press(tab, "Escape")
    assert tab.locator("dialog[open]").count() == 0
    assert name(tab) == "Hand on"


def test_all_of_it_by_keyboard_alone(tour):
    start = loss(tour)
    step(tour)
    choose_a_unit(tour)
    change_a_number(tour)
    choose_an_activation(tour)
    undo(tour, start)
    train(tour, start)
    be_asked(tour)
    compare(tour)
    hand_on(tour)
    keys(tour)


def test_another_network_and_own_data_by_keyboard_alone(tour):
    freeze(tour)
    go_to_an_address(tour)
    draw_another(tour)
    bring_own_data(tour)


def test_a_focus_that_is_not_seen_is_found(tour):
    go_to(tour, "Next")
    tour.evaluate("() => document.activeElement.style.setProperty('outline', 'none', 'important')")
    with pytest.raises(AssertionError, match="not seen"):
        assert_focus_seen(tour)
