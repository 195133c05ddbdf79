"""The lesson's two networks: every value of its tables, at full precision."""

import math

import numpy as np
import pytest

import backlit as bl

WORKED = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1, learning_rate=0.5)
EXERCISE = bl.Network.from_weights([[[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]], [0.1, -0.3]]).trace(
    [0.5, 0.1, -0.2], 0.6, learning_rate=0.5
)


def exactly(value, expected):
    np.testing.assert_allclose(np.squeeze(value), expected, rtol=0, atol=1e-12)


def test_the_worked_example_as_the_lesson_gives_it():
    hidden, output = WORKED.layers
    exactly(hidden.pre_activation, -0.02)
    np.testing.assert_allclose(np.squeeze(hidden.activation), 0.49500016666, rtol=0, atol=5e-12)  # printed to 11 digits
    exactly(output.activation, 0.512372477962617)
    exactly(output.error_term, 0.1218322353606694)
    exactly(hidden.error_term, 0.003045501323732555)
    exactly(output.weight_step, 0.030153488404045865)
    exactly(hidden.weight_step, [0.000152275066, 0.000456825199])


def test_the_worked_example_by_plain_arithmetic():
    h = 0.4 * 0.1 - 0.2 * 0.3
    a = 1 / (1 + math.exp(-h))
    y_hat = 1 / (1 + math.exp(-0.1 * a))
    delta_o = (1 - y_hat) * y_hat * (1 - y_hat)
    delta_h = 0.1 * delta_o * a * (1 - a)
    hidden, output = WORKED.layers
    exactly(hidden.activation, a)
    exactly(output.error_term, delta_o)
    exactly(hidden.error_term, delta_h)
    exactly(output.weight_step, 0.5 * delta_o * a)
    exactly(hidden.weight_step, [0.5 * delta_h * 0.1, 0.5 * delta_h * 0.3])
    exactly(WORKED.updated.weights[1], 0.1 + 0.5 * delta_o * a)


def test_the_exercise():
    hidden, output = EXERCISE.layers
    exactly(hidden.activation, [0.559713649267, 0.386985823861])
    exactly(output.activation, 0.48497343084992534)
    exactly(output.error, 0.11502656915007464)
    exactly(output.error_term, 0.028730669543515018)
    exactly(hidden.error_term, [0.000708022187, -0.002044714024])
    exactly(output.weight_step, [0.008040473948, 0.005559180912])
    exactly(
        hidden.weight_step,
        [
            [1.770055466374e-04, -5.111785059877e-04],
            [3.540110932747e-05, -1.022357011975e-04],
            [-7.080221865494e-05, 2.044714023951e-04],
        ],
    )


def test_the_sigmoid_lets_at_most_a_quarter_through():
    hidden, output = EXERCISE.layers
    assert (output.slope <= 0.25).all()
    assert (hidden.slope <= 0.25).all()
    # 75 % less at the output, 93.75 % less one layer below, before the weights have a say
    assert abs(output.error_term.item()) <= 0.25 * abs(output.error.item())
    through = np.abs(EXERCISE.network.weights[1][:, 0]) * abs(output.error.item())
    assert (np.abs(hidden.error_term) <= 0.0625 * through).all()


@pytest.mark.parametrize("trace", [WORKED, EXERCISE])
def test_one_sample_has_no_sample_axis(trace):
    assert trace.one_sample
    assert trace.layers[0].error_term.shape == (trace.network.sizes[1],)
    assert trace.n_samples == 1
