"""PyTorch script, JSON, SVG and PNG give the page's numbers again; PyTorch's autograd agrees with them."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from seen import AXE, assert_accessible, handed_on, point_at
from test_handing_on import NETWORKS, printed_numbers, sample

import backlit as bl


@pytest.mark.parametrize("name", NETWORKS)
def test_the_torch_script_gives_the_pages_numbers(shown, name, tmp_path):
    net, rng = NETWORKS[name]
    X, Y = sample(net, rng, 4)
    script = tmp_path / "step.py"
    script.write_text(handed_on(shown(net.page(X, Y, learning_rate=0.3)), "torch"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    trace = net.trace(X, Y, learning_rate=0.3)
    loss, layers = printed_numbers(done.stdout)
    assert loss == pytest.approx(trace.loss, rel=1e-12)
    for (terms, steps), layer in zip(layers, trace.layers, strict=True):
        np.testing.assert_allclose(terms, layer.error_term, rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(steps, layer.weight_step, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("kind", ["numpy", "torch"])
def test_scripts_hold_what_is_frozen(shown, kind, tmp_path):
    net = bl.Network.random([3, 4, 2], seed=0)
    tab = shown(net.page([[0.5, 0.1, -0.2], [1, 2, 3]], [[0.3, 0.7], [0.1, 0.2]], learning_rate=0.5))
    point_at(tab, "L1.w[2,3]")
    tab.get_by_role("checkbox", name="Frozen").click()
    script = tmp_path / "step.py"
    script.write_text(handed_on(tab, kind), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120)
    _, layers = printed_numbers(done.stdout)
    steps = tab.evaluate("() => Array.from(backlit.view.trace.layers[0].weightStep)")
    assert steps[6] == 0
    np.testing.assert_allclose(np.ravel(layers[0][1]), steps, rtol=1e-12)


def test_the_answers_can_be_saved(shown):
    tab = shown(bl.page())
    tab.keyboard.press("3")
    for text in ("-0.02", "7", "0.495"):
        tab.get_by_label("Your answer").fill(text)
        tab.keyboard.press("Enter")
    tab.get_by_role("button", name="Show the answer").click()
    tab.get_by_label("Your answer").fill("0.0495")
    tab.keyboard.press("Enter")
    told = json.loads(handed_on(tab, "asked"))
    assert told["sizes"] == [2, 1, 1]
    assert len(told["questions"]) == 10
    assert [q["answered"] for q in told["questions"][:4]] == ["by oneself", "by oneself", "shown", None]
    assert told["questions"][1] == {"address": "L1.u1", "name": "a", "kind": "activation", "answered": "by oneself"}


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("name", ["tanh", "fused softmax", "fused sigmoid", "softmax"])
def test_the_json_is_the_trace(shown, name, n):
    net, rng = NETWORKS[name]
    X, Y = sample(net, rng, n)
    X, Y = (X[0], Y[0]) if n == 1 else (X, Y)
    tab = shown(net.page(X, Y, learning_rate=0.3))
    again, right = bl.Trace.from_json(handed_on(tab, "json")), net.trace(X, Y, learning_rate=0.3)
    assert again.loss == pytest.approx(right.loss, rel=1e-12)
    assert again.one_sample == right.one_sample
    for mine, layer in zip(again.layers, right.layers, strict=True):
        for quantity in ("weights", "biases", "slope", "error", "error_term", "weight_step", "bias_step"):
            got, wanted = getattr(mine, quantity), getattr(layer, quantity)
            assert (got is None) == (wanted is None), quantity
            if wanted is not None:
                assert got.shape == wanted.shape
                np.testing.assert_allclose(got, wanted, rtol=1e-11, atol=1e-15)


def test_the_drawing_as_svg_stands_by_itself(shown, tab, tmp_path):
    page = shown(bl.page())
    page.keyboard.press("End")
    text = handed_on(page, "svg")
    root = ElementTree.fromstring(text)
    words = "".join(root.itertext())
    assert "Network 2-1-1: sigmoid, sigmoid; loss squared_error; no biases; 3 parameters" in words
    for number in ("0.512", "0.495", "0.122", "0.003", "0.1302", "Loss ℓ 0.119"):
        assert number in words
    assert "var(" not in text
    assert "class=" not in text
    assert {e.get("fill") for e in root.iter() if e.tag.endswith("circle")} >= {"none"}


def test_the_drawing_as_png_is_saved_as_a_picture(shown):
    tab = shown(bl.page())
    tab.get_by_role("button", name="Hand on").click()
    tab.locator(".hand-on select").select_option("png")
    assert tab.get_by_role("button", name="Copy").get_attribute("aria-disabled") == "true"
    with tab.expect_download() as saved:
        tab.get_by_role("button", name="Save as a file").click()
    assert saved.value.suggested_filename == "backlit.png"
    data = Path(saved.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    box = tab.locator("#backlit-step .network").bounding_box()
    assert (width, height) == (pytest.approx(2 * box["width"], abs=3), pytest.approx(2 * box["height"], abs=3))
    assert len(data) > 10_000


def test_numbers_that_are_not_finite_have_no_json(shown):
    tab = shown(bl.Network.from_weights([[[1.0]], [[1.0]]], output="exp", activation="identity").page([1.0], 1.0))
    point_at(tab, "L2.w[1,1]")
    tab.locator(".own input[type=number]").fill("5000")
    tab.locator(".own input[type=number]").press("Enter")
    assert handed_on(tab, "json") == ""


def test_axe_finds_nothing_in_any_kind(shown):
    tab = shown(bl.page())
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    tab.get_by_role("button", name="Hand on").click()
    for kind in ("torch", "png", "svg"):
        tab.locator(".hand-on select").select_option(kind)
        assert_accessible(tab, 1280)
