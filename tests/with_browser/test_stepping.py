"""The page as a user has it: a file opened from disk, stepped through, changed, and read by machines."""

import itertools

import numpy as np
import pytest
from inside import run_inside
from seen import AXE, AXE_RULES, assert_accessible, point_at, sized, steps_of

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS

LESSON = {"δₒ": "0.122", "δₕ": "0.003", "ŷ": "0.512", "a": "0.495"}


def numbers(tab):
    """What stands in the page's formulas in numbers, as text."""
    return tab.eval_on_selector_all(".panel .formula:not(.general)", "all => all.map((e) => e.textContent)")


def small_networks():
    yield bl.page()
    rng = np.random.default_rng(0)
    for name in ACTIVATIONS:
        if name != "softmax":
            net = bl.Network.random([3, 4, 2], activation=name, output="identity", seed=1)
            yield net.page(rng.normal(size=(5, 3)), rng.normal(size=(5, 2)))
    yield bl.Network.random([3, 4, 3, 2], output="softmax", seed=2).page([0.5, 0.1, -0.2], 1)
    yield bl.Network.random([3, 4, 2], output="softmax", loss="squared_error", seed=2).page(
        [0.5, 0.1, -0.2], [0.3, 0.7]
    )
    yield bl.Network.random([9, 12, 2], output="sigmoid", loss="log_loss", seed=2).page(
        rng.normal(size=(3, 9)), np.eye(2)[[0, 1, 0]]
    )


def test_the_lessons_page_steps_to_its_end_by_keys(shown):
    tab = shown(bl.page())
    seen = []
    for _ in range(steps_of(tab)):
        seen += numbers(tab)
        tab.keyboard.press("ArrowRight")
    text = " ".join(seen)
    for value in ("0.495", "0.512", "0.122", "0.003", "0.0302", "0.00015", "0.00046"):
        assert f"={value}" in text.replace(" ", ""), value
    assert tab.inner_text("h2 >> nth=0") == "New weights" or "New weights" in tab.inner_text(".panel")
    assert "New weights" in tab.inner_text(".panel")
    tab.keyboard.press("Home")
    assert "What is given" in tab.inner_text(".panel")
    assert numbers(tab) == []


CHECK_LINES = """
import { evaluate } from "./evaluate.js";
import { render } from "./page.js";
import { linesOfStep } from "./steps.js";
window.checked = (app) => {
  const found = [];
  for (const step of app.steps) {
    for (const line of linesOfStep(app.view, step, false, 50).lines) {
      found.push([step.kind, line.address, evaluate(line.formula), line.value]);
    }
  }
  return found;
};
window.backlit = render(document.body, data);
"""


@pytest.mark.parametrize("number", range(len(list(small_networks()))))
def test_every_line_evaluates_to_its_value(tab, number):
    page = list(small_networks())[number]
    run_inside(tab, page, CHECK_LINES)
    lines = tab.evaluate("() => checked(backlit)")
    assert {kind for kind, *_ in lines} >= {"sum", "activation", "loss", "term", "steps", "updated"}
    assert all(value == pytest.approx(right, rel=1e-9, abs=1e-12) for _, _, value, right in lines)


def test_changing_a_weight_changes_what_follows_and_can_be_undone(shown):
    tab = shown(bl.page())
    point_at(tab, "L2.w[1,1]")
    tab.keyboard.press("End")
    field = tab.locator(".own input[type=number]")
    field.fill("2")
    field.press("Enter")
    right = bl.Network.from_weights([[[0.4], [-0.2]], [[2.0]]]).trace([0.1, 0.3], 1, learning_rate=0.5)
    before = bl.page().html and bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1)
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(right.loss, rel=1e-12)
    effect = tab.inner_text(".effect")
    promise = before.layers[1].weight_gradient[0, 0] * 1.9
    assert f"{before.loss:.4g} → {right.loss:.4g}" in effect
    assert f"promised −{abs(promise):.3g}" in effect
    for press, loss in (("Control+z", before.loss), ("Control+y", right.loss), ("r", before.loss)):
        tab.locator("h1").click()
        tab.keyboard.press(press)
        assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(loss, rel=1e-12)


def test_a_value_that_the_loss_cannot_take_is_refused_in_a_sentence(shown):
    tab = shown(bl.page())
    point_at(tab, "y[1]")
    for wrong in ("7", ""):
        tab.locator(".own input[type=number]").fill(wrong)
        tab.locator(".own input[type=number]").press("Enter")
        assert "is needed here" in tab.inner_text(".effect")
        assert tab.evaluate("() => backlit.view.state.Y[0]") == 1


def test_a_choice_of_activation_and_loss_is_followed(shown):
    tab = shown(bl.page())
    tab.select_option(".settings select >> nth=0", "relu")
    tab.select_option(".settings select >> nth=2", "absolute_error")
    net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]], activation="relu", loss="absolute_error")
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(net.loss([0.1, 0.3], 1), rel=1e-12)
    assert "cross_entropy" not in tab.inner_text(".settings")
    for _ in range(8):
        tab.keyboard.press("ArrowRight")
    assert "slope 0" in tab.inner_text(".panel")


def test_numbers_that_are_not_finite_are_said_where_they_are(shown):
    tab = shown(bl.Network.from_weights([[[1.0]], [[1.0]]], output="exp", activation="identity").page([1.0], 1.0))
    point_at(tab, "L2.w[1,1]")
    tab.locator(".own input[type=number]").fill("5000")
    tab.locator(".own input[type=number]").press("Enter")
    assert "The activation of L2 is no finite number" in tab.inner_text(".warning >> nth=0")


def test_the_drawing_is_walked_by_keys(shown):
    tab = shown(bl.Network.random([3, 4, 2], seed=0).page([0.5, 0.1, -0.2], [0.3, 0.7]))

    def at():
        return tab.evaluate("() => document.activeElement.getAttribute('data-address')")

    tab.locator('#backlit-step [data-address="x[1]"]').focus()
    walked = []
    for key in ("ArrowRight", "ArrowUp", "Enter", "ArrowRight", "Escape", "ArrowUp", "ArrowUp", "ArrowDown"):
        tab.keyboard.press(key)
        walked.append(at())
    assert walked == ["x[2]", "L1.u2", "L1.w[1,2]", "L1.w[2,2]", "L1.u2", "L2.u1", "y[1]", "L2.u1"]
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Enter")
    assert tab.evaluate("() => document.activeElement.type") == "range"
    before = tab.evaluate("() => backlit.view.trace.loss")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("() => backlit.view.trace.loss") != before
    tab.keyboard.press("Escape")
    assert at().startswith("L1.w[1,")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("preset", ["ten-layers", "exercise", "iris", "two-two-two"])
def test_no_label_of_the_drawing_is_cut_or_stands_on_another(shown, preset, width):
    tab = shown(bl.page(preset=preset))
    sized(tab, width, 900)
    tab.keyboard.press("End")
    right = tab.evaluate("() => document.querySelector('#backlit-step .network').viewBox.baseVal.width")
    for _ in range(5):
        boxes = (
            "all => all.map((e) => { const r = e.getBoundingClientRect(); return [e.textContent, r.x, r.right, r.y] })"
        )
        found = tab.eval_on_selector_all("#backlit-step .network :is(.label, .error-term)", boxes)
        loss, targets = tab.locator("#backlit-step .network .loss"), tab.locator("#backlit-step .network .target .box")
        if loss.count():
            low = loss.bounding_box()["y"] + loss.bounding_box()["height"]
            assert all(box.bounding_box()["y"] >= low for box in targets.all()), (low, targets.count())
        left = tab.locator("#backlit-step .network").bounding_box()["x"]
        assert all(x >= left - 1 and end <= left + right + 1 for _, x, end, _ in found), found
        for (one, x, end, y), (other, u, v, w) in itertools.combinations(found, 2):
            assert x >= v or u >= end or abs(y - w) > 12, (one, other)
        tab.keyboard.press("ArrowLeft")


def test_a_message_goes_when_it_is_no_longer_true(shown):
    tab = shown(bl.page())
    tab.locator(".rate input[type=number]").fill("-1")
    tab.locator(".rate input[type=number]").press("Enter")
    assert tab.inner_text(".effect") == "The learning rate must be above 0."
    point_at(tab, "L1.u1")
    assert tab.inner_text(".effect") == ""


def test_the_loss_of_a_sample_and_the_mean_have_names_of_their_own(shown):
    net = bl.Network.random([3, 4, 2], seed=0)
    X, y = [[0.5, 0.1, -0.2], [1, 2, 3]], [[0.3, 0.7], [0.1, 0.2]]
    tab, trace = shown(net.page(X, y)), net.trace(X, y, learning_rate=0.1)
    tab.keyboard.press("End")
    assert "Loss of this sample ℓ 0.143" in tab.locator("#backlit-step .network").text_content()
    words = f"mean loss over the 2 samples is {trace.updated.loss(X, y):.4g}; it was {trace.loss:.4g}"
    assert words in tab.inner_text(".panel")


def test_one_goes_back_to_the_start_only_from_elsewhere(shown):
    tab = shown(bl.page())
    rewind, undo = (tab.get_by_role("button", name=name) for name in ("Back to the start", "Undo"))
    assert rewind.get_attribute("aria-disabled") == "true"
    rewind.click(force=True)
    assert undo.get_attribute("aria-disabled") == "true"
    tab.locator(".rate input[type=number]").fill("2")
    tab.locator(".rate input[type=number]").press("Enter")
    rewind.click()
    assert tab.evaluate("() => backlit.view.state.rate") == 0.5
    assert rewind.get_attribute("aria-disabled") == "true"


def test_arrows_go_between_the_tabs(shown):
    tab = shown(bl.page())
    tab.get_by_role("tab", name="Step through").focus()
    for key, name in (
        ("ArrowRight", "Train"),
        ("End", "Compare"),
        ("ArrowRight", "Step through"),
        ("ArrowLeft", "Compare"),
    ):
        tab.keyboard.press(key)
        assert tab.evaluate("() => document.activeElement.textContent") == name
        assert tab.get_by_role("tab", selected=True).inner_text() == name
    assert tab.evaluate("() => backlit.shown") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(shown, theme, width):
    tab = shown(bl.Network.random([2, 4, 2], seed=0).page([[0.5, 0.1], [1, 2], [3, 0]], [[1, 0], [0, 1], [1, 0]]))
    sized(tab, width)
    tab.emulate_media(color_scheme=theme)
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    tab.click("summary")
    point_at(tab, "L1.u2")
    for key in ("Home", "ArrowRight", "End", "3", "2"):
        tab.locator("h1").click()
        tab.keyboard.press(key)
        assert_accessible(tab, width)
    tab.get_by_role("button", name="One epoch").click()
    assert_accessible(tab, width)
    tab.keyboard.press("?")
    assert_accessible(tab, width)
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Hand on").click()
    assert_accessible(tab, width)


def test_axe_can_find_something(shown):
    tab = shown(bl.page())
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    tab.evaluate("() => document.querySelector('.place').style.setProperty('color', '#ddd')")
    assert [v["id"] for v in tab.evaluate(AXE_RULES)["violations"]] == ["color-contrast"]


def test_texts_of_others_are_text(shown):
    hostile = '</script><img src=x onerror="document.title=1">'
    row = ACTIVATIONS["tanh"]
    mine = type(row)(hostile, row.value, row.derivative, (hostile, hostile), (hostile, "1 - {#a}^2"))
    tab = shown(bl.Network.random([2, 3, 1], activation=mine, output="identity", seed=0).page([1.0, 2.0], 1.0))
    for _ in range(steps_of(tab)):
        tab.keyboard.press("ArrowRight")
    assert tab.locator("img").count() == 0
    assert tab.title().startswith("backlit")
    assert hostile in tab.inner_text(".settings")


def test_a_script_put_into_the_file_does_not_run(browser, tmp_path):
    path = tmp_path / "planted.html"
    path.write_text(bl.page().html + "<script>window.planted = 1</script>", encoding="utf-8")
    tab, said = browser.new_page(), []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(path.as_uri())
    tab.wait_for_function("() => window.backlit")
    assert tab.evaluate("() => window.planted") is None
    assert any("Content Security Policy" in text for text in said)
    tab.close()
