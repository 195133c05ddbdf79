"""Losses: every row against differences, known numbers, scikit-learn and scipy; fused pairs; the sum over outputs."""

import math

import numpy as np
import pytest
from printed import value_of
from scipy import special
from sklearn import metrics

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, activation_backward
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, find_loss, loss_fits
from backlit.errors import BacklitError

ROWS = [*LOSSES.values(), find_loss("huber(0.3)"), find_loss("quantile(0.9)")]
BY_NAME = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)

WORKED = {
    # row: (p, y, value, gradient) of one output, worked by hand
    "squared_error": (0.25, 1.0, 0.28125, -0.75),
    "mean_squared_error": (0.25, 1.0, 0.5625, -1.5),
    "log_loss": (0.25, 1.0, math.log(4), -4.0),
    "cross_entropy": (0.25, 1.0, math.log(4), -4.0),
    "absolute_error": (0.25, 1.0, 0.75, -1.0),
    "huber": (3.0, 1.0, 1.5, 1.0),
    "huber(0.3)": (0.25, 1.0, 0.3 * 0.75 - 0.045, -0.3),
    "poisson": (0.5, 1.0, math.log(2) - 0.5, -1.0),
    "quantile": (0.25, 1.0, 0.375, -0.5),
    "quantile(0.9)": (0.25, 1.0, 0.675, -0.9),
}


def batch(row, n=5, n_out=3):
    """Predictions and targets that the row takes, off its kinks."""
    rng = np.random.default_rng(0)
    if row.distribution:
        return rng.dirichlet(np.full(n_out, 5), n), rng.dirichlet(np.ones(n_out), n)
    low, high = max(row.prediction_range[0], -2.0), min(row.prediction_range[1], 2.0)
    p = rng.uniform(low + 0.1, high - 0.1, (n, n_out))
    low, high = max(row.target_range[0], -2.0), min(row.target_range[1], 2.0)
    y = rng.uniform(low, high, (n, n_out))
    assert (np.abs(p - y) > 1e-3).all()
    return p, y


def differences(row, p, y, way=1e-6):
    result = np.zeros_like(p)
    for place in np.ndindex(p.shape):
        above, below = p.copy(), p.copy()
        above[place] += way
        below[place] -= way
        result[place] = (row.value(above, y) - row.value(below, y)).sum() / (2 * way)
    return result


def gradient_error(row, gradient):
    p, y = batch(row)
    expected = differences(row, p, y)
    return float((np.abs(gradient(p, y) - expected) / np.maximum(1, np.abs(expected))).max())


@BY_NAME
def test_the_gradient_is_the_limit_of_differences(row):
    assert gradient_error(row, row.gradient) < 1e-8


def test_the_check_of_gradients_catches_a_half_and_an_average_over_outputs():
    row = LOSSES["squared_error"]
    assert gradient_error(row, lambda p, y: 2 * row.gradient(p, y)) > 0.1
    assert gradient_error(row, lambda p, y: row.gradient(p, y) / 3) > 0.1


@BY_NAME
def test_a_number_worked_by_hand(row):
    assert row.name in WORKED, f"a number of {row.name} worked by hand stands in WORKED, in this file"
    p, y, value, gradient = WORKED[row.name]
    np.testing.assert_allclose(row.value(np.array([[p]]), np.array([[y]])), [value], rtol=1e-14)
    np.testing.assert_allclose(row.gradient(np.array([[p]]), np.array([[y]])), [[gradient]], rtol=1e-14)


@BY_NAME
def test_a_sample_s_loss_is_the_sum_over_outputs(row):
    p, y = batch(row)
    each = [row.value(p[:, [k]], y[:, [k]]) for k in range(3)]
    assert row.value(p, y).shape == (5,)
    whole = sum(each) / 3 if row.name == "mean_squared_error" else sum(each)
    np.testing.assert_allclose(row.value(p, y), whole, rtol=1e-12)


def test_values_agree_with_scikit_learn_and_scipy():
    def values(name):
        p, y = batch(find_loss(name))
        return p, y, find_loss(name).value(p, y)

    p, y, value = values("squared_error")
    assert value.mean() == pytest.approx(3 * metrics.mean_squared_error(y, p) / 2)
    p, y, value = values("absolute_error")
    assert value.mean() == pytest.approx(3 * metrics.mean_absolute_error(y, p))
    p, y, value = values("quantile(0.9)")
    assert value.mean() == pytest.approx(3 * metrics.mean_pinball_loss(y, p, alpha=0.9))
    p, y, value = values("poisson")
    assert value.sum() == pytest.approx(15 * metrics.mean_poisson_deviance(y.ravel(), p.ravel()) / 2)
    p, y, value = values("huber(0.3)")
    np.testing.assert_allclose(value, special.huber(0.3, p - y).sum(axis=1), rtol=1e-13)
    p, y, value = values("log_loss")
    np.testing.assert_allclose(value, -(special.xlogy(y, p) + special.xlog1py(1 - y, -p)).sum(axis=1), rtol=1e-13)
    p, _, _ = values("cross_entropy")
    labels = np.eye(3)[[0, 2, 1, 1, 0]]
    assert find_loss("cross_entropy").value(p, labels).mean() == pytest.approx(metrics.log_loss(labels, p))


def test_edges_are_finite_where_the_limit_is():
    one = np.array([[1.0]])
    assert LOSSES["log_loss"].value(0.5 * one, 0 * one) == pytest.approx(math.log(2))
    assert LOSSES["cross_entropy"].value(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])) == 0
    assert LOSSES["poisson"].value(one, 0 * one) == 1
    assert LOSSES["poisson"].value(one, one) == 0
    for name in ("absolute_error", "quantile", "huber", "squared_error"):
        assert LOSSES[name].gradient(one, one) == 0


@BY_NAME
def test_the_loss_is_least_at_the_target(row):
    p, y = batch(row)
    if row.name.startswith("quantile"):
        y = np.abs(y)
    assert (row.value(p, y) > row.value(np.clip(y, 1e-9, None) if row.open_range else y, y) - 1e-9).all()


@BY_NAME
def test_residual_kinks_are_where_the_gradient_jumps(row):
    places = np.arange(-1.5, 1.51, 0.25)
    if row.distribution or math.isfinite(row.prediction_range[0]):
        assert row.residual_kinks == ()
        return
    above, below = (row.gradient(places[:, None] + way, np.zeros((len(places), 1)))[:, 0] for way in (1e-9, -1e-9))
    assert set(places[np.abs(above - below) > 1e-3]) == set(row.residual_kinks)


def written(formula, p, y):
    """A row's formula in words, for one output, evaluated as it is printed."""
    return value_of(formula.replace("#p", f"({p})").replace("#y", f"({y})").replace("#n", "1"))


@BY_NAME
@pytest.mark.parametrize(("p", "y"), [(0.2, 0.9), (0.7, 0.1), (0.4, 0.5)])
def test_the_formulas_in_words_give_the_values(row, p, y):
    value, gradient = row.value(np.array([[p]]), np.array([[y]])), row.gradient(np.array([[p]]), np.array([[y]]))
    assert written(row.formula[0], p, y) == pytest.approx(value.item(), rel=1e-12)
    assert written(row.negative_gradient_formula[0], p, y) == pytest.approx(-gradient.item(), rel=1e-12)


@pytest.mark.parametrize("pair", FUSED_PAIRS.values(), ids=lambda pair: f"{pair.activation}-{pair.loss}")
def test_a_fused_pair_is_its_two_parts_and_holds_where_they_do_not(pair):
    output, loss = ACTIVATIONS[pair.activation], LOSSES[pair.loss]
    z = np.random.default_rng(0).normal(size=(5, 3))
    _, y = batch(loss)
    a = output.value(z)
    np.testing.assert_allclose(pair.value(z, y), loss.value(a, y), rtol=1e-13)
    np.testing.assert_allclose(
        pair.gradient(z, y), activation_backward(output, z, loss.gradient(a, y)), rtol=1e-12, atol=1e-15
    )
    far = 800.0 * np.array([[1.0, -1.0, 0.0]])
    assert np.isfinite(pair.value(far, y[:1])).all()
    assert np.isfinite(pair.gradient(far, y[:1])).all()


@pytest.mark.parametrize("pair", FUSED_PAIRS.values(), ids=lambda pair: f"{pair.activation}-{pair.loss}")
def test_a_fused_pair_s_gradient_is_the_limit_of_differences(pair):
    z = np.random.default_rng(0).normal(size=(5, 3))
    _, y = batch(LOSSES[pair.loss])
    np.testing.assert_allclose(pair.gradient(z, y), differences(pair, z, y), atol=1e-9)


def test_which_losses_fit_which_outputs():
    fits = {(loss, output) for loss in LOSSES for output in ACTIVATIONS if loss_fits(LOSSES[loss], ACTIVATIONS[output])}
    assert {output for loss, output in fits if loss == "log_loss"} == {"sigmoid"}
    assert {output for loss, output in fits if loss == "cross_entropy"} == {"softmax"}
    assert {output for loss, output in fits if loss == "poisson"} == {"sigmoid", "softplus", "exp", "softmax"}
    assert {output for loss, output in fits if loss == "squared_error"} == set(ACTIVATIONS)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("huber(0)", "delta must be above 0"),
        ("huber(-1)", "delta must be above 0"),
        ("quantile(1)", "between 0 and 1"),
        ("quantile(nan)", "finite number"),
        ("squared_eror", "did you mean 'squared_error'"),
        ("poisson(2)", "takes no parameter"),
        (None, "unknown loss None"),
    ],
)
def test_a_name_that_is_none(name, words):
    with pytest.raises(BacklitError) as caught:
        find_loss(name)
    assert words in str(caught.value)


def test_aliases():
    assert find_loss("mse") is LOSSES["mean_squared_error"]
    assert find_loss("Binary-Cross-Entropy") is LOSSES["log_loss"]


def test_mse_is_the_mean_over_all_entries_as_numpy_means_it():
    p, y = batch(LOSSES["mean_squared_error"])
    net = bl.Network.from_weights([np.eye(3)], output="identity", loss="mse")
    assert net.loss(p, y) == pytest.approx(np.mean((p - y) ** 2), rel=1e-12)
    np.testing.assert_allclose(net.gradients(p, y)[0][0], p.T @ (2 * (p - y) / p.size), rtol=1e-12)
