"""A large network: what is drawn stays few, any unit or weight is found by its address, and the numbers are right."""

import numpy as np
import pytest
from seen import AXE, assert_accessible, sized

import backlit as bl


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    net = bl.Network.random([300, 128, 64, 10], activation="relu", output="softmax", seed=0, dtype=np.float32)
    X, y = rng.random((20, 300), dtype=np.float32), rng.integers(0, 10, 20)
    wide = net.with_parameters([W.astype(np.float64) for W in net.weights], [b.astype(np.float64) for b in net.biases])
    return net, X, y, bl.Network.from_weights(wide.weights, wide.biases, activation="relu", output="softmax")


def test_few_things_are_drawn_and_the_rest_is_counted(shown, network):
    net, X, y, _ = network
    tab = shown(net.page(X, y))
    assert tab.locator("#backlit-step [data-address]").count() < 400
    assert "more" in tab.locator("#backlit-step .network").text_content()


def test_many_numbers_arrive_bit_for_bit(shown, network):
    net, X, y, wide = network
    tab = shown(net.page(X, y, learning_rate=0.25))
    trace = wide.trace(X.astype(np.float64), y, learning_rate=0.25)
    assert tab.evaluate("() => backlit.view.state.net.layers[0].weights[4321]") == net.weights[0].ravel()[4321]
    assert tab.evaluate("() => backlit.view.state.X[1234]") == X.ravel()[1234]
    assert tab.evaluate("() => backlit.view.trace.loss") == pytest.approx(trace.loss, rel=1e-12)


def test_numbers_that_need_it_go_as_doubles(shown):
    net = bl.Network.random([90, 60, 2], seed=0)
    tab = shown(net.page(np.zeros(90), [0.5, 0.5]))
    weights = tab.evaluate("() => Array.from(backlit.view.state.net.layers[0].weights)")
    np.testing.assert_array_equal(np.reshape(weights, (90, 60)), net.weights[0])


def test_any_unit_and_weight_is_found_by_its_address(shown, network):
    net, X, y, _ = network
    tab = shown(net.page(X, y))
    for address, name in (("L1.u77", "a₇₇"), ("L2.w[100,33]", "w₁₀₀,₃₃"), ("L2.b[7]", "b₇")):
        field = tab.get_by_label("Go to")
        field.fill(address)
        field.press("Enter")
        assert tab.inner_text(".own h3").startswith(name), address
        if not address.startswith("L2.b"):
            assert tab.get_attribute(f'#backlit-step [data-address="{address}"]', "aria-pressed") == "true"


@pytest.mark.parametrize("address", ["L9.u1", "L1.u0", "L1.u129", "L1.w[301,1]", "L0.u1", "seven", "L1.w[1]", ""])
def test_an_address_that_is_none_is_refused(shown, network, address):
    net, X, y, _ = network
    tab = shown(net.page(X, y))
    tab.get_by_label("Go to").fill("L1.u5")
    tab.get_by_label("Go to").press("Enter")
    tab.get_by_label("Go to").fill(address)
    tab.get_by_label("Go to").press("Enter")
    if address:
        assert "An address is needed" in tab.inner_text(".effect")
    assert tab.inner_text(".own h3").startswith("a₅")


def test_what_is_not_drawn_is_told_as_a_share(shown, network):
    net, X, y, wide = network
    tab = shown(net.page(X, y, learning_rate=0.25))
    tab.keyboard.press("End")
    trace = wide.trace(X.astype(np.float64), y, learning_rate=0.25)
    drawn = tab.eval_on_selector_all(
        '#backlit-step [data-address^="L1.u"]', "all => all.map((e) => Number(e.dataset.address.slice(4)) - 1)"
    )
    carried = np.abs(trace.layers[0].activation[0] * trace.layers[0].error_term[0])
    rest = 1 - carried[drawn].sum() / carried.sum()
    more = tab.locator("#backlit-step .more").all_text_contents()
    assert f"… {128 - len(drawn)} more{100 * rest:.0f}\u00a0%" in more
    assert carried[drawn].min() >= np.sort(carried)[-len(drawn) :].min()
    assert "percentage is the others' share" in tab.inner_text(".picture")


def pixels(tab, number):
    """The colours of one of the images, a row a pixel."""
    script = (
        "(n) => { const c = document.querySelectorAll('.pixels')[n];"
        " return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data); }"
    )
    return np.reshape(tab.evaluate(script, number), (-1, 4))[:, :3].astype(int)


def test_inputs_that_make_a_square_are_drawn_as_images(shown):
    rng = np.random.default_rng(0)
    net, x = bl.Network.random([64, 20, 3], activation="relu", output="softmax", seed=0), rng.random(64)
    tab = shown(net.page(x, 1))
    ink = 255 - pixels(tab, 0)[:, 0]
    np.testing.assert_allclose(ink, 235 * (x - x.min()) / (x.max() - x.min()), atol=1)
    button = tab.locator(".images button").first
    unit = int(button.inner_text().removeprefix("L1.u")) - 1
    weights = net.weights[0][:, unit]
    colours = pixels(tab, 1)
    # blue where a weight adds, brown where it takes away, white at 0
    assert (colours[:, 2] >= colours[:, 0])[weights > 0].all()
    assert (colours[:, 0] >= colours[:, 2])[weights < 0].all()
    np.testing.assert_allclose(
        (255 - colours[:, 0])[weights > 0], (244 * weights / np.abs(weights).max())[weights > 0], atol=1
    )
    button.click()
    assert f"L1.u{unit + 1}" in tab.inner_text(".own h3")
    assert tab.evaluate("() => document.activeElement.dataset.unit") == str(unit)


def test_an_image_that_is_no_square_has_the_form_that_is_given(shown):
    x = np.random.default_rng(0).random(12)
    net = bl.Network.random([12, 4, 3], seed=0)
    tab = shown(bl.page(net, x, [0.1, 0.2, 0.3], image=(3, 4)))
    assert tab.eval_on_selector(".pixels", "c => [c.height, c.width]") == [3, 4]
    np.testing.assert_allclose(255 - pixels(tab, 0)[:, 0], 235 * (x - x.min()) / (x.max() - x.min()), atol=1)
    tab.locator(".images button").first.click()
    assert tab.eval_on_selector(".pixels", "c => [c.height, c.width]") == [3, 4]
    tab.get_by_label("Sizes").fill("2-3-3")
    tab.get_by_role("button", name="Draw weights").click()
    assert tab.locator(".pixels").count() == 0


@pytest.mark.parametrize("n_in", [63, 49, 2])
def test_other_inputs_are_not(shown, n_in):
    tab = shown(bl.Network.random([n_in, 3], seed=0).page(np.zeros(n_in), [0.1, 0.2, 0.3]))
    assert tab.locator(".pixels").count() == 0


def test_axe_finds_nothing_beside_images(shown):
    tab = shown(bl.page(preset="digits"))
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    assert_accessible(tab, 1280)
    sized(tab, 360)
    assert_accessible(tab, 360)
