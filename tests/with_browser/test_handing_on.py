"""What the page hands on gives its numbers again: link, NumPy script, case; and a hostile link is refused."""

import json
import subprocess
import sys

import numpy as np
import pytest
from command_line import backlit
from seen import handed_on, point_at

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.loss_table import LOSSES, loss_fits


def numbers(tab):
    layers = "backlit.view.trace.layers.flatMap((l) => [...l.errorTerm, ...l.weightStep])"
    return tab.evaluate(f"() => [backlit.view.trace.loss, ...{layers}]")


def networks():
    rng = np.random.default_rng(0)
    for name, row in ACTIVATIONS.items():
        loss = next(lo.name for lo in reversed(LOSSES.values()) if loss_fits(lo, row))
        hidden = "tanh" if row.output_only else name
        yield name, bl.Network.random([3, 4, 2], activation=hidden, output=name, loss=loss, seed=1), rng
    yield "fused softmax", bl.Network.random([3, 4, 2], output="softmax", seed=1), rng
    yield "fused sigmoid", bl.Network.random([3, 4, 2], loss="log_loss", biases=False, seed=1), rng
    for loss in ("huber(0.3)", "quantile(0.9)", "log_loss", "squared_error"):
        yield loss, bl.Network.random([3, 2], output="sigmoid", loss=loss, seed=1), rng


NETWORKS = {name: (net, rng) for name, net, rng in networks()}


def sample(net, rng, n):
    y = rng.dirichlet(np.ones(2), n) if net.layers[-1].row.range[0] >= 0 else rng.uniform(-0.9, 0.9, (n, 2))
    low, high = net.layers[-1].row.range
    return rng.normal(size=(n, 3)), np.clip(y, max(low, -1) * 0.9, min(high, 1))


def printed_numbers(text):
    """What a script printed: the loss, and each layer's error terms and weight steps."""
    first, *lines = text.splitlines()
    values = [np.array(json.loads(line[line.index("[") :])) for line in lines]
    assert [line.partition(" [")[0] for line in lines[:2]] == ["error terms of L1", "weight steps of L1"]
    return float(first.split()[-1]), list(zip(values[::2], values[1::2], strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_numpy_script_gives_the_pages_numbers(shown, name, tmp_path):
    net, rng = NETWORKS[name]
    X, Y = sample(net, rng, 4)
    tab = shown(net.page(X, Y, learning_rate=0.3))
    script = tmp_path / "step.py"
    script.write_text(handed_on(tab, "numpy"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=60)
    trace = net.trace(X, Y, learning_rate=0.3)
    loss, layers = printed_numbers(done.stdout)
    assert loss == pytest.approx(trace.loss, rel=1e-12)
    for (terms, steps), layer in zip(layers, trace.layers, strict=True):
        np.testing.assert_allclose(terms, layer.error_term, rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(steps, layer.weight_step, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("n", [1, 4])
def test_the_case_is_the_pages_network(shown, n, tmp_path):
    net, rng = NETWORKS["gelu"]
    X, Y = sample(net, rng, n)
    tab = shown(net.page(X, Y, learning_rate=0.3))
    case = tmp_path / "case.toml"
    case.write_text(handed_on(tab, "case"), encoding="utf-8")
    result = backlit("explain", case, "--format", "json")
    assert result.status == 0, result.err
    again = bl.Trace.from_json(result.out)
    right = net.trace(X, Y, learning_rate=0.3)
    assert again.loss == right.loss
    np.testing.assert_array_equal(np.ravel(again.layers[0].weight_step), np.ravel(right.layers[0].weight_step))


def test_a_link_opens_the_state_as_it_was(shown):
    tab = shown(
        bl.Network.random([3, 4, 2], activation="elu(0.5)", seed=0).page([[1, 2, 3], [3, 2, 1]], [[0, 1], [1, 0]])
    )
    point_at(tab, "x[2]")
    tab.locator(".own input[type=number]").fill("0.12345678901234567")
    tab.locator(".own input[type=number]").press("Enter")
    tab.locator("h1").click()
    for _ in range(6):
        tab.keyboard.press("ArrowRight")
    before, place = numbers(tab), tab.inner_text(".place")
    link = handed_on(tab, "link")
    assert "sizes=3-4-2" in link
    tab.goto("about:blank")
    tab.goto(link)
    tab.wait_for_function("() => window.backlit")
    assert numbers(tab) == before
    assert tab.inner_text(".place") == place
    # the start of a linked page is the link's
    tab.keyboard.press("r")
    assert numbers(tab) == before


WHOLE = "sizes=1-1&activations=sigmoid&loss=squared_error&rate=0.5&x=1&y=1&sample=1&step=1&view=step&w1=0.5"


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("x=1", "sizes"),
        ("x" * 50_000, "too long"),
        (WHOLE.replace("1-1", "1-1000000000"), "sizes"),
        (WHOLE.replace("1-1", "1-1.5"), "sizes"),
        (WHOLE.replace("w1=0.5", "w1=0.5,0.5"), "w1 must have 1"),
        (WHOLE.replace("w1=0.5", "w1=NaN"), "w1 must be finite"),
        (WHOLE.replace("w1=0.5", "w1=1e999"), "w1 must be finite"),
        (WHOLE.replace("sigmoid", "constructor"), "no function"),
        (WHOLE.replace("sigmoid", "<img src=x onerror=alert(1)>"), "no function"),
        (WHOLE.replace("squared_error", "cross_entropy"), "do not fit"),
        (WHOLE.replace("y=1", "y=7"), "target"),
        (WHOLE.replace("rate=0.5", "rate=-1"), "above 0"),
        (WHOLE.replace("x=1", "x=1,2,3"), "whole samples"),
    ],
)
def test_a_hostile_link_is_refused_in_a_sentence(shown, tmp_path, fragment, words):
    shown(bl.page())
    tab = shown(bl.page(), fragment=fragment)
    said = tab.inner_text(".warning >> nth=0")
    assert words in said
    assert len(said) < 250
    assert tab.locator("img").count() == 0
    assert tab.evaluate("() => backlit.view.sizes") == [2, 1, 1]


def test_a_whole_link_is_not_refused(shown):
    tab = shown(bl.page(), fragment=WHOLE)
    assert tab.evaluate("() => backlit.view.sizes") == [1, 1]
    assert tab.inner_text(".warning >> nth=0") == ""


def test_a_network_too_large_for_a_link_says_so(shown):
    tab = shown(bl.Network.random([40, 30, 1], seed=0).page(np.zeros(40), 1))
    tab.get_by_role("button", name="Hand on").click()
    dialog = tab.locator(".hand-on")
    assert "too large for a link" in dialog.inner_text()
    assert dialog.locator("textarea").input_value() == ""
    assert dialog.get_by_role("button", name="Copy").get_attribute("aria-disabled") == "true"
    dialog.locator("select").select_option("numpy")
    assert "weights = [" in dialog.locator("textarea").input_value()
    assert dialog.get_by_role("button", name="Copy").get_attribute("aria-disabled") == "false"
