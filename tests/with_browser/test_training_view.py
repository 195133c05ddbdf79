"""Training in the page: the equations' own numbers, what is shown of them, and every preset to its end."""

import re

import numpy as np
import pytest
from inside import run_inside
from seen import steps_of

import backlit as bl
from backlit.equations.optimizers import OPTIMIZERS, weight_decay_step
from backlit.playground.presets import PRESETS

EPOCHS = """
import { stateOf } from "./state.js";
import { freshRun, trainEpoch } from "./training.js";
window.epochs = (name, batch, n) => {
  const row = data.tables.optimizers[name];
  const plan = {optimizer: name, settings: row.defaults, decay: row.weight_decay, batch};
  let now = {state: stateOf(data), run: freshRun(data.tables, stateOf(data))};
  const orders = [];
  for (let i = 0; i < n; i++) { orders.push(now.run.order); now = trainEpoch(data.tables, now.state, now.run, plan); }
  return {orders, losses: now.run.losses, terms: now.run.terms,
    weights: now.state.net.layers.map((l) => Array.from(l.weights))};
};
"""


def trained(net, X, Y, row, orders, batch):
    """The same epochs by the equations."""
    memory = {}

    def step(key, gradient):
        change, memory[key] = row.step(gradient, memory.get(key, {}), **row.defaults)
        return change

    for order in orders:
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            dW, db = net.gradients(X[rows], Y[rows])
            rate = row.defaults["learning_rate"]
            weights = [
                W + step((i, "W"), g) + weight_decay_step(W, rate, row.weight_decay)
                for i, (W, g) in enumerate(zip(net.weights, dW, strict=True))
            ]
            biases = [b + step((i, "b"), g) for i, (b, g) in enumerate(zip(net.biases, db, strict=True))]
            net = net.with_parameters(weights, biases)
    return net


@pytest.mark.parametrize("row", OPTIMIZERS.values(), ids=lambda row: row.name)
def test_epochs_are_the_equations(tab, row):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(11, 3)), rng.normal(size=(11, 2))
    net = bl.Network.random([3, 4, 2], activation="tanh", output="identity", seed=0)
    got = run_inside(tab, net.page(X, Y), EPOCHS).evaluate("([name]) => epochs(name, 4, 5)", [row.name])
    assert all(sorted(order) == list(range(11)) for order in got["orders"])
    assert len({tuple(order) for order in got["orders"]}) > 1
    after = trained(net, X, Y, row, got["orders"], 4)
    for mine, right in zip(got["weights"], after.weights, strict=True):
        np.testing.assert_allclose(np.reshape(mine, right.shape), right, rtol=1e-10, atol=1e-12)
    assert got["losses"][0] == pytest.approx(net.loss(X, Y), rel=1e-12)
    assert got["losses"][-1] == pytest.approx(after.loss(X, Y), rel=1e-10)
    rms = [float(np.sqrt((layer.error_term**2).mean())) for layer in after.trace(X, Y).layers]
    assert got["terms"][-1] == pytest.approx(rms, rel=1e-9)


def test_one_step_is_the_step_that_the_other_view_explains(shown):
    tab = shown(bl.page())
    after = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1, learning_rate=0.5).updated
    tab.keyboard.press("2")
    tab.get_by_role("button", name="One step").click()
    assert "1 epoch" in tab.inner_text(".train-state")
    weights = tab.evaluate("() => backlit.view.state.net.layers.flatMap((l) => Array.from(l.weights))")
    assert weights == pytest.approx([*after.weights[0].ravel(), *after.weights[1].ravel()], rel=1e-12)
    tab.locator("h1").click()
    tab.keyboard.press("Control+z")
    assert "0 epochs" in tab.inner_text(".train-state")


def test_plain_descent_takes_the_learning_rate_of_the_step_that_is_explained(shown):
    tab = shown(bl.page())
    for rate in ("2", "0.25"):
        tab.locator(".rate input[type=number]").fill(rate)
        tab.locator(".rate input[type=number]").press("Enter")
        tab.get_by_role("tab", name="Train").click()
        assert tab.get_by_label("Learning rate η").input_value() == rate
        tab.get_by_role("tab", name="Step through").click()


def test_a_run_trains_until_it_is_paused_and_one_undo_goes_back(shown):
    tab = shown(bl.page(preset="xor"))
    before = tab.evaluate("() => backlit.view.trace.loss")
    tab.keyboard.press("2")
    tab.get_by_label("Speed").select_option("fast")
    tab.get_by_role("button", name="Run", exact=True).click()
    tab.wait_for_function("() => backlit.view.trace.loss < 0.05", timeout=60_000)
    tab.get_by_role("button", name="Pause", exact=True).click()
    assert "100 % of the samples right" in tab.inner_text(".train-state").replace("\u00a0", " ")
    assert tab.locator(".surface .mark").count() == 4
    stopped = tab.inner_text(".train-state")
    tab.wait_for_timeout(150)
    assert tab.inner_text(".train-state") == stopped
    tab.get_by_role("button", name="Undo").click()
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(before, rel=1e-12)


def test_a_step_that_is_too_long_is_said_and_stops(shown):
    tab = shown(bl.Network.random([1, 1], output="identity", seed=0).page([[1.0], [2.0]], [[1], [3]], learning_rate=40))
    tab.keyboard.press("2")
    tab.get_by_label("Speed").select_option("fast")
    tab.get_by_role("button", name="Run", exact=True).click()
    tab.wait_for_selector(".notices .warning", timeout=60_000)
    assert "no finite number any more: the steps were too long" in tab.inner_text(".notices")
    assert tab.get_by_role("button", name="Run", exact=True).is_visible()


@pytest.mark.parametrize(
    ("preset", "words"), [("dead-relu", "1 unit of L1 has slope 0"), ("ten-layers", "The error terms vanish")]
)
def test_what_stands_still_is_noticed(shown, preset, words):
    tab = shown(bl.page(preset=preset))
    tab.keyboard.press("2")
    assert words in tab.inner_text(".notices")


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_steps_to_its_end_and_trains(shown, name):
    tab = shown(bl.page(preset=name))
    for _ in range(steps_of(tab)):
        tab.keyboard.press("ArrowRight")
    assert "New weights" in tab.inner_text(".panel")
    tab.keyboard.press("2")
    tab.get_by_role("button", name="One epoch").click()
    assert re.search("1 epoch, (mean )?loss", tab.inner_text(".train-state"))


def test_nothing_of_a_chart_is_cut(shown):
    tab = shown(bl.page(preset="ten-layers"))
    tab.keyboard.press("2")
    tab.get_by_role("button", name="One epoch").click()
    texts = "all => all.map((e) => { const r = e.getBBox(); return [e.textContent, r.x, r.y, r.x + r.width]; })"
    found = tab.eval_on_selector_all(".chart text", texts)
    assert "logarithmic" in [text for text, *_ in found]
    assert all(x >= 0 and y >= 0 and end <= 520 for _, x, y, end in found), found
