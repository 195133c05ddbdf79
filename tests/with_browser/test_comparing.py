"""Two networks on the same samples: the other one differs by what is chosen, both train alike, and a link keeps it."""

import numpy as np
import pytest
from inside import run_inside
from seen import AXE, assert_accessible, handed_on, network_of, sized

import backlit as bl
from backlit.equations.initializers import INITIALIZERS

DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def network(tab, side=1):
    return network_of(tab, f"backlit.comparer.sides()[{side}].state.net")


def shown_numbers(tab):
    return tab.eval_on_selector_all(
        ".both tbody tr", "rows => rows.map((r) => [...r.children].map((c) => c.textContent))"
    )


def test_ten_layers_of_relu_beside_ten_of_sigmoid(shown):
    tab = shown(bl.page(preset="ten-layers"))
    tab.keyboard.press("4")
    other = network(tab)
    assert [layer.row.name for layer in other.layers] == ["relu"] * 10 + ["sigmoid"]
    for side in (0, 1):
        trace = network(tab, side).trace([0.5, 0.1, -0.2], 1)
        right = [np.sqrt(np.mean(layer.error_term**2)) for layer in trace.layers]
        got = [
            float(row[2 + side].replace("−", "-").replace("×10⁻", "e-").translate(DIGITS)) for row in shown_numbers(tab)
        ]
        assert got[::-1] == pytest.approx(right, rel=0.06)
    said = tab.inner_text(".compare .train-state")
    assert "This network: loss 0.1756; L1 receives 3.6×10⁻⁸ of the output's error term" in said


def test_the_same_numbers_times_a_factor(shown):
    net = bl.Network.random([3, 4, 5, 2], activation="tanh", seed=1)
    tab = shown(net.page([0.5, 0.1, -0.2], [0.3, 0.7]))
    tab.keyboard.press("4")
    tab.get_by_label("Its weights").select_option("same")
    tab.get_by_label("Times").fill("0.5")
    tab.get_by_label("Times").press("Enter")
    other = network(tab)
    for mine, right in zip(other.weights, net.weights, strict=True):
        np.testing.assert_array_equal(mine, 0.5 * right)
    assert [layer.row.name for layer in other.layers] == ["relu", "relu", "sigmoid"]


def inputs(tab, side=1):
    return np.reshape(tab.evaluate("(i) => [...backlit.comparer.sides()[i].state.X]", side), (5, 3))


def test_with_scaled_inputs_and_without(shown):
    rng = np.random.default_rng(3)
    X, Y = rng.normal([5, -1, 0.2], [2, 0.1, 30], (5, 3)), rng.random((5, 2))
    net = bl.Network.random([3, 4, 2], activation="sigmoid", seed=1)
    tab = shown(net.page(X, Y, learning_rate=0.3))
    tab.keyboard.press("4")
    tab.get_by_label("Hidden activation of the other").select_option("sigmoid")
    tab.get_by_label("Its weights").select_option("same")
    for words, right in [
        ("mean 0", (X - X.mean(axis=0)) / X.std(axis=0)),
        ("hundredfold", 100 * X),
        ("as they are", X),
    ]:
        option = tab.get_by_label("Its inputs").locator("option", has_text=words).get_attribute("value")
        tab.get_by_label("Its inputs").select_option(option)
        np.testing.assert_allclose(inputs(tab), right, rtol=1e-12)
        np.testing.assert_array_equal(inputs(tab, 0), X)
        said = tab.evaluate("() => backlit.comparer.sides()[1].run.losses[0]")
        assert said == pytest.approx(net.loss(right, Y), rel=1e-12)


def test_one_sample_has_no_mean_of_its_own(shown):
    tab = shown(bl.page())
    tab.keyboard.press("4")
    assert tab.get_by_label("Its inputs").locator("option").all_inner_texts() == ["as they are", "a hundredfold"]


def test_both_train_alike_and_the_other_can_be_taken(shown):
    tab = shown(bl.page(preset="xor"))
    before = tab.evaluate("() => backlit.view.trace.loss")
    tab.keyboard.press("4")
    tab.get_by_label("Hidden activation of the other").select_option("tanh")
    tab.get_by_label("Its weights").select_option("same")
    for _ in range(3):
        tab.locator("#backlit-compare").get_by_role("button", name="One epoch").click()
    mine, other = tab.evaluate("() => backlit.comparer.sides().map(({run}) => run.losses)")
    assert mine == other
    assert mine[0] == pytest.approx(before, rel=1e-12)
    assert mine[-1] < mine[0]
    assert "After 3 epochs." in tab.inner_text("#backlit-compare")
    tab.get_by_role("button", name="Take the other").click()
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(other[-1], rel=1e-12)
    tab.locator("h1").click()
    tab.keyboard.press("Control+z")
    assert tab.evaluate("() => backlit.view.trace.loss") == before


def test_a_link_keeps_what_is_compared(shown):
    tab = shown(bl.page(preset="xor"))
    tab.keyboard.press("4")
    tab.get_by_label("Hidden activation of the other").select_option("leaky_relu")
    tab.locator("#backlit-compare").get_by_label("Seed").fill("7")
    tab.locator("#backlit-compare").get_by_label("Seed").press("Enter")
    tab.get_by_label("Its inputs").select_option("large")
    before = network(tab)
    link = handed_on(tab, "link")
    tab.goto("about:blank")
    tab.goto(link)
    tab.wait_for_function("() => window.backlit")
    assert tab.get_by_role("tab", selected=True).inner_text() == "Compare"
    assert tab.get_by_label("Its inputs").input_value() == "large"
    after = network(tab)
    assert [layer.row.name for layer in after.layers] == ["leaky_relu", "sigmoid"]
    for mine, right in zip(after.weights, before.weights, strict=True):
        np.testing.assert_array_equal(mine, right)


@pytest.mark.parametrize("other", ["relu", "softmax,usual,0,1", "relu,nothing,0,1", "relu,usual,0,Infinity"])
def test_a_hostile_other_is_refused(shown, other):
    whole = "sizes=1-1-1&activations=relu,sigmoid&loss=squared_error&rate=0.5&x=1&y=1&sample=1&step=1&view=compare"
    tab = shown(bl.page(), fragment=f"{whole}&w1=0.5&w2=1&other={other}")
    assert "The link holds no network" in tab.inner_text(".warning >> nth=0")
    assert tab.evaluate("() => backlit.view.sizes") == [2, 1, 1]


DRAWN = """
import { drawnNet } from "./drawn.js";
const layer = (nIn, nOut, activation) =>
  ({nIn, nOut, activation, weights: new Float64Array(nIn * nOut), biases: new Float64Array(nOut).fill(1)});
const net = {loss: "squared_error", layers: [layer(40, 60, "relu"), layer(60, 30, "tanh")]};
window.drawn = (name, seed) =>
  drawnNet(data.tables, net, name, seed).layers.map((l) => [Array.from(l.weights), Array.from(l.biases)]);
"""
SHAPES = [(40, 60, "relu", "he_normal"), (60, 30, "tanh", "glorot_uniform")]


def test_weights_are_drawn_as_the_initializers_say(tab):
    run_inside(tab, bl.page(), DRAWN)
    for name in ["", *(n for n, row in INITIALIZERS.items() if not row.random_biases)]:
        layers = tab.evaluate("([name]) => drawn(name, 3)", [name])
        for (weights, biases), (n_in, n_out, activation, usual) in zip(layers, SHAPES, strict=True):
            row = INITIALIZERS[name or usual]
            variance = row.variance(n_in, n_out, activation)
            assert np.var(weights) == pytest.approx(variance, rel=0.12)
            assert abs(np.mean(weights)) <= 4 * np.sqrt(variance / len(weights))
            if row.distribution == "uniform":
                assert np.abs(weights).max() <= np.sqrt(3 * variance)
            assert set(biases) == {0}
    assert tab.evaluate("() => drawn('', 3)") == tab.evaluate("() => drawn('', 3)")
    assert tab.evaluate("() => drawn('', 3)") != tab.evaluate("() => drawn('', 4)")


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_in_the_comparison(shown, width):
    tab = shown(bl.page(preset="xor"))
    sized(tab, width)
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    tab.keyboard.press("4")
    tab.locator("#backlit-compare").get_by_role("button", name="One epoch").click()
    for theme in ("light", "dark"):
        tab.emulate_media(color_scheme=theme)
        assert_accessible(tab, width)
