"""What is seen of a training run, and its pictures: in characters, by matplotlib, in HTML."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis import draw_plots
from backlit.diagnosis.draw_text import bars, drawn
from backlit.diagnosis.findings import Diagnosis
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.lab import range_test, trained
from backlit.diagnosis.looking import looked_at, units_of
from backlit.diagnosis.seen import LayerLook, Look, Seen

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = (X[:, :1] * X[:, 1:2] > 0).astype(float)


def setup(**options):
    dropout = options.pop("dropout", 0.0)
    net = bl.Network.random([3, 7, 5, 1], activation="relu", output="sigmoid", loss="log_loss", seed=0, dropout=dropout)
    return setup_of_network(net, X, Y, training_settings({"epochs": 12, "batch_size": 16, **options}))


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_looks_change_nothing_of_what_is_trained(optimizer, dropout):
    plain, recorded = (trained(setup(optimizer=optimizer, dropout=dropout), 1, recorded=r) for r in (False, True))
    for a, b in zip(plain.network.weights, recorded.network.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(plain.losses, recorded.losses, rtol=1e-12)
    looks = recorded.seen.looks
    assert (looks[0].step, looks[-1].step) == (0, 48)
    assert 20 < len(looks) <= 25


def test_a_look_measures_what_it_says():
    s = setup(optimizer="sgd", learning_rate=0.1, batch_size=60, epochs=1)
    after, _ = bl.train(s.network, X, Y, optimizer="sgd", learning_rate=0.1, batch_size=60, epochs=1, seed=0)
    look = looked_at(after, X, Y, 1, s.network)
    trace = after.trace(X, Y)
    for layer, of_trace, before, now in zip(look.layers, trace.layers, s.network.weights, after.weights, strict=True):
        assert layer.error_term == pytest.approx(np.sqrt(np.mean(of_trace.error_term**2)))
        assert layer.activation == pytest.approx(of_trace.activation.std())
        assert layer.update_ratio == pytest.approx(
            np.log10(np.abs(now - before).mean() / np.abs(before).mean()), abs=1e-5
        )
    assert look.loss == pytest.approx(after.loss(X, Y))


def test_dead_and_saturated_units_are_counted_one_by_one():
    W = np.zeros((3, 4))
    W[0] = [1, 1, 1, 1]
    net = bl.Network.from_weights(
        [W, np.ones((4, 1))], [np.array([-99.0, 0.0, 99.0, 0.0]), np.zeros(1)], activation="relu", output="identity"
    )
    (units,) = units_of(net, X)
    assert units.active[0] == 0
    assert units.active[2] == 1
    assert 0 < units.active[1] < 1
    assert looked_at(net, X, Y, 0).layers[0].dead == 0.25
    tanh = replace(net, layers=(replace(net.layers[0], activation="tanh"), net.layers[1]))
    assert units_of(tanh, X)[0].saturated == (
        1.0,
        units_of(tanh, X)[0].saturated[1],
        1.0,
        units_of(tanh, X)[0].saturated[3],
    )
    assert looked_at(tanh, X, Y, 0).layers[0].saturated == 0.5


def test_the_range_test_finds_where_the_loss_falls_and_where_nothing_does():
    found = range_test(setup(learning_rate=0.02))
    assert found.now == 0.02
    assert 1e-4 < found.steepest < 1
    assert all(a < b for a, b in zip(found.rates, found.rates[1:], strict=False))
    s = setup()
    dead = replace(
        s, network=s.network.with_parameters([0 * W for W in s.network.weights], s.network.biases), Y=0 * Y + 0.5
    )
    assert range_test(replace(dead, labels=None)).steepest is None


def test_bars_stand_as_high_as_the_values():
    assert bars([0.0, 0.5, 1.0, None, math.nan, -math.inf], 0, 1) == "▁▅█ ×0"


def some_look(step, **layer):
    values = {"activation": 0.3, "dead": 0.0, "saturated": 0.0, "error_term": 0.1, "update_ratio": -3.0, **layer}
    return Look(step, 0.5, (LayerLook("L1", **values), LayerLook("L2", **{**values, "error_term": 1.0})))


@pytest.mark.parametrize(
    "layer", [{"error_term": 0.0}, {"error_term": math.nan}, {"activation": math.inf}, {"update_ratio": None}]
)
@pytest.mark.parametrize("steps", [[0], [0, 5], range(0, 90, 10)])
def test_whatever_was_seen_can_be_drawn(layer, steps):
    seen = Seen(tuple(some_look(step, **layer) for step in steps), samples=9)
    text = drawn(seen)
    assert "L1" in text
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "<svg" in draw_plots.as_svg(draw_plots.plotted(seen))


def sick():
    # a sigmoid cannot reach targets of 5
    net = bl.Network.random([3, 7, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    return bl.diagnose(net, X, 5 + 3 * X[:, :1], epochs=60, learning_rate=0.02)


def test_a_diagnosis_has_its_pictures_in_every_form():
    found = sick()
    text = found.to_text(pictures=True)
    assert text.startswith(found.to_text())
    for title in ("Error terms", "Activations", "Step over weight", "Hidden units", "learning rate grows", "without"):
        assert title in text
    figure = found.plot()
    assert len([ax for ax in figure.axes if ax.get_title(loc="left")]) == 7
    page = found.to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']https?:""", page)
    assert found._repr_html_() in page
    assert page == found.to_html()
    seen = json.loads(found.to_json())["seen"]
    assert seen["looks"][0]["layers"][0]["name"] == "L1"
    assert len(seen["units"][0]["active"]) == 7


def test_without_matplotlib_the_page_has_drawings_of_characters(monkeypatch):
    found = sick()
    for module in ("backlit.diagnosis.draw_plots", "backlit.diagnosis.render_html"):
        monkeypatch.setattr(f"{module}.can_plot", lambda: False)
    page = found.to_html()
    assert "<svg" not in page
    assert "▁" in page
    with pytest.raises(bl.BacklitError, match="pip install matplotlib"):
        found.plot()


def test_nothing_seen_is_nothing_drawn():
    found = Diagnosis("Nothing was trained.", ())
    assert found.to_text(pictures=True) == "Nothing was trained."
    assert "Pictures" not in found.to_html()
    with pytest.raises(bl.BacklitError, match="nothing to draw"):
        found.plot()


def test_quick_shows_the_first_steps():
    s = setup()
    found = bl.diagnose(s.network, X, Y, quick=True)
    assert [look.step for look in found.seen.looks] == [0, 3, 6, 9, 12, 15, 18]
    assert found.seen.rates is None


def test_layers_differ_in_grey_by_dash_and_by_name():
    seen = Seen(tuple(some_look(step) for step in range(0, 90, 10)), samples=9)
    ax = draw_plots.plotted(seen).axes[0]
    styles = {(line.get_linestyle(), line.get_color()) for line in ax.lines}
    assert len(styles) == 2
    assert len({style for style, _ in styles}) == 2
    assert {"L1", "L2"} <= {text.get_text() for text in ax.texts}


def test_lines_that_end_in_one_place_share_a_label_and_all_are_named():
    names = [f"L{i}" for i in range(1, 10)]

    def look(step):
        layers = [LayerLook(name, 0.3, 0.0, 0.0, 1.0 if name == "L9" else 1e-6, -3.0) for name in names]
        return Look(step, 0.5, tuple(layers))

    ax = draw_plots.plotted(Seen(tuple(look(step) for step in range(0, 90, 10)), samples=9)).axes[0]
    assert {"L1–L8", "L9"} <= {text.get_text() for text in ax.texts}
    assert draw_plots._grouped([(0.5, "L1"), (0.1, "L2"), (0.51, "L3")]) == [(0.1, "L2"), (0.505, "L1, L3")]


def test_the_bar_of_shares_ends_at_1():
    figure = sick().plot()
    bar = next(ax for ax in figure.axes if ax.get_label() == "<colorbar>")
    assert bar.get_ylim() == (0, 1)


def test_a_history_alone_has_a_picture_of_its_curves():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(40, 3))
    net = bl.Network.random([3, 4, 1], activation="tanh", output="identity", loss="squared_error", seed=0)
    held = (inputs[:10] + 0.1, inputs[:10, :1])
    _, history = bl.train(net, inputs, inputs[:, :1], epochs=12, learning_rate=0.01, seed=0, validation=held)
    found = bl.diagnose(history)
    assert [name for name, _ in found.seen.curves] == ["training", "validation"]
    (panel,) = found.plot().axes
    assert [len(line.get_xdata()) for line in panel.lines] == [12, 12]
    assert {"training", "validation"} <= {text.get_text() for text in panel.texts}
    text = found.to_text(pictures=True)
    assert "Loss by epoch, logarithmic" in text
    assert f"{history.validation_losses[0]:.3g} → {history.validation_losses[-1]:.3g}" in text
    assert "<svg" in found.to_html()
