"""A large network: what is drawn stays few, any unit or weight is found by its address, and the numbers are right."""

import numpy as np
import pytest

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
