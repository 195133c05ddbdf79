"""Another network inside the page: a preset, other sizes, weights from a seed; and what is frozen stays."""

import numpy as np
import pytest
from seen import AXE, assert_accessible, handed_on, network_of, point_at

import backlit as bl
from backlit.playground.presets import PRESETS, preset_trace


def build(tab, sizes, seed=0):
    tab.get_by_label("Sizes").fill(sizes)
    tab.get_by_label("Seed").first.fill(str(seed))
    tab.get_by_role("button", name="Draw weights").click()


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "digits"])
def test_a_preset_opens_inside_the_page_with_its_own_numbers(shown, name):
    tab = shown(bl.page(preset="dead-relu" if name == "lesson" else "lesson"))
    tab.get_by_label("Example").select_option(name)
    trace = preset_trace(name)
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(trace.loss, rel=1e-12)
    assert tab.inner_text("header .aside") == repr(trace.network)
    weights = tab.evaluate("() => backlit.view.state.net.layers.map((l) => Array.from(l.weights))")
    for mine, right in zip(weights, trace.network.weights, strict=True):
        np.testing.assert_array_equal(mine, right.ravel())
    assert tab.get_by_role("button", name="Back to the start").get_attribute("aria-disabled") == "true"


def test_the_way_back_leads_to_the_presets_start_and_undo_to_the_file(shown):
    tab = shown(bl.page())
    tab.get_by_label("Example").select_option("and")
    start = tab.evaluate("() => backlit.view.trace.loss")
    tab.locator(".rate input[type=number]").fill("2")
    tab.locator(".rate input[type=number]").press("Enter")
    tab.get_by_role("tab", name="Train").click()
    tab.get_by_role("button", name="One epoch").click()
    tab.get_by_role("button", name="Back to the start").click()
    assert tab.evaluate("() => [backlit.view.trace.loss, backlit.view.state.rate]") == [start, 0.5]
    for _ in range(4):
        tab.get_by_role("button", name="Undo").click()
    assert tab.evaluate("() => backlit.view.sizes") == [2, 1, 1]


def test_other_sizes_keep_the_samples_and_the_activations(shown):
    net = bl.Network.random([3, 4, 2], activation="tanh", output="identity", seed=0)
    tab = shown(net.page([[0.5, 0.1, -0.2], [1, 2, 3]], [[0.3, 7], [0.1, -2]]))
    build(tab, "4-5-6-2", 3)
    made = network_of(tab)
    assert made.sizes == (4, 5, 6, 2)
    assert [layer.row.name for layer in made.layers] == ["tanh", "tanh", "identity"]
    X, y = [[0.5, 0.1, -0.2, 0], [1, 2, 3, 0]], [[0.3, 7], [0.1, -2]]
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(made.loss(X, y), rel=1e-12)
    first = made.weights[0]
    build(tab, "4-5-6-2", 4)
    assert not np.array_equal(network_of(tab).weights[0], first)
    build(tab, "4-5-6-2", 3)
    np.testing.assert_array_equal(network_of(tab).weights[0], first)
    assert tab.get_by_role("button", name="Back to the start").get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize(
    "sizes", ["", "3", "3-0-1", "3-2.5-1", "3-a-1", "3-99999-1", "-".join(["2"] * 40), "900-900-1"]
)
def test_sizes_that_are_none_are_refused_in_a_sentence(shown, sizes):
    tab = shown(bl.page())
    build(tab, sizes)
    said = tab.inner_text(".effect")
    assert "Sizes are whole numbers" in said or "200,000 weights" in said
    assert tab.evaluate("() => backlit.view.sizes") == [2, 1, 1]


def test_outputs_that_the_targets_do_not_fit_are_refused(shown):
    tab = shown(bl.Network.random([3, 4, 3], output="softmax", seed=0).page([0.5, 0.1, -0.2], 2))
    build(tab, "3-4-2")
    assert "targets would not fit" in tab.inner_text(".effect")
    build(tab, "3-4-5")
    assert tab.evaluate("() => Array.from(backlit.view.state.Y)") == [0, 0, 1, 0, 0]


def test_a_frozen_weight_stays_in_steps_and_in_training(shown):
    net = bl.Network.random([3, 4, 2], seed=0)
    X, y = [[0.5, 0.1, -0.2], [1, 2, 3]], [[0.3, 0.7], [0.1, 0.2]]
    tab = shown(net.page(X, y, learning_rate=0.5))
    point_at(tab, "L1.w[2,3]")
    tab.get_by_role("checkbox", name="Frozen").click()
    assert "frozen" in tab.get_attribute('#backlit-step [data-address="L1.w[2,3]"]', "aria-label")
    right = net.trace(X, y, learning_rate=0.5)
    tab.locator("h1").click()
    tab.keyboard.press("End")
    steps = np.reshape(tab.evaluate("() => Array.from(backlit.view.trace.layers[0].weightStep)"), (3, 4))
    expected = right.layers[0].weight_step.copy()
    expected[1, 2] = 0
    np.testing.assert_allclose(steps, expected, rtol=1e-12)
    assert "0×0.5×" in tab.locator(".own-lines").text_content().replace(" ", "")
    tab.keyboard.press("2")
    for _ in range(3):
        tab.get_by_role("button", name="One epoch").click()
    after = network_of(tab).weights[0]
    assert after[1, 2] == net.weights[0][1, 2]
    assert (after != net.weights[0]).sum() == after.size - 1
    link = handed_on(tab, "link")
    assert "frozen=L1.w" in link
    tab.goto("about:blank")
    tab.goto(link)
    tab.wait_for_function("() => window.backlit")
    assert tab.evaluate("() => backlit.view.state.frozen") == ["L1.w[2,3]"]


@pytest.mark.parametrize("frozen", ["L1.w[1,2]", "L2.b[1]", "L0.w[1,1]", "L1.u1", "x", "L1.b[2]"])
def test_a_frozen_address_that_is_none_is_refused(shown, frozen):
    whole = "sizes=1-1&activations=sigmoid&loss=squared_error&rate=0.5&x=1&y=1&sample=1&step=1&view=step&w1=0.5&b1=0"
    tab = shown(bl.page(), fragment=f"{whole}&frozen={frozen}")
    assert "frozen must be addresses" in tab.inner_text(".warning >> nth=0")


def test_a_network_is_built_by_keys_alone(shown):
    tab = shown(bl.page())
    tab.get_by_label("Sizes").focus()
    tab.keyboard.press("Control+a")
    tab.keyboard.type("2-3-1")
    tab.keyboard.press("Enter")
    assert tab.evaluate("() => backlit.view.sizes") == [2, 3, 1]
    tab.locator('#backlit-step [data-address="L1.u2"]').focus()
    for key in ("Enter", "Enter", "Enter", "Tab", "Tab", "Space"):
        tab.keyboard.press(key)
    assert tab.evaluate("() => backlit.view.state.frozen") == ["L1.w[1,2]"]


def test_axe_finds_nothing_in_what_is_frozen(shown):
    tab = shown(bl.page(preset="exercise"))
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    point_at(tab, "L1.w[2,1]")
    tab.get_by_role("checkbox", name="Frozen").click()
    assert_accessible(tab, 1280)
