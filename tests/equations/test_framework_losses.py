"""Losses of outputs that they were not made for: by hand, by central differences, and beside the losses that fit."""

import numpy as np
import pytest

from backlit.equations.framework_losses import FRAMEWORK_LOSSES
from backlit.equations.loss_table import LOSSES


@pytest.mark.parametrize("name", FRAMEWORK_LOSSES)
def test_gradients_are_the_slopes_of_the_values(name):
    row = FRAMEWORK_LOSSES[name]
    rng = np.random.default_rng(0)
    p, y = rng.uniform(0.1, 0.9, (5, 3)), np.eye(3)[[0, 2, 1, 1, 0]]
    step = 1e-6
    for k in range(3):
        shift = step * np.eye(3)[k]
        slope = (row.value(p + shift, y) - row.value(p - shift, y)) / (2 * step)
        np.testing.assert_allclose(row.gradient(p, y)[:, k], slope, rtol=1e-7, atol=1e-8)


def test_values_by_hand():
    p, y = np.array([[0.2, 0.6]]), np.array([[0.0, 1.0]])
    assert FRAMEWORK_LOSSES["normalised_cross_entropy"].value(p, y)[0] == pytest.approx(-np.log(0.75))
    assert FRAMEWORK_LOSSES["clipped_log_loss"].value(p, y)[0] == pytest.approx(-np.log(0.8) - np.log(0.6))
    assert FRAMEWORK_LOSSES["cross_entropy_from_logits"].value(p, y)[0] == pytest.approx(np.log(1 + np.exp(-0.4)))
    assert FRAMEWORK_LOSSES["log_loss_from_logits"].value(p, y)[0] == pytest.approx(
        np.log(1 + np.exp(0.2)) + np.log(1 + np.exp(-0.6))
    )
    assert FRAMEWORK_LOSSES["shifted_poisson"].value(p, -y)[0] == pytest.approx(0.8 + np.log(0.6 + 1e-7))


def test_where_outputs_fit_they_are_the_losses_of_the_table():
    p, y = np.array([[0.25, 0.75], [0.9, 0.1]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    for mine, known in (("normalised_cross_entropy", "cross_entropy"), ("clipped_log_loss", "log_loss")):
        np.testing.assert_allclose(FRAMEWORK_LOSSES[mine].value(p, y), LOSSES[known].value(p, y))


def test_outside_of_0_and_1_log_loss_has_no_gradient():
    p, y = np.array([[1.5, -0.5]]), np.array([[0.0, 1.0]])
    assert FRAMEWORK_LOSSES["clipped_log_loss"].gradient(p, y).tolist() == [[0.0, 0.0]]
