"""Losses known where they are met: by hand, by central differences, and beside independent implementations."""

import numpy as np
import pytest
from scipy import special
from sklearn import metrics

from backlit.equations import further_losses as further
from backlit.equations.loss_table import LOSSES

WEIGHTS = np.array([0.5, 3.0, 1.25])
RNG = np.random.default_rng(0)
SCORES, SHARES = RNG.normal(0, 2, (5, 3)), RNG.dirichlet(np.ones(3), 5)
SIGNS, ONE_HOT = np.where(RNG.random((5, 3)) < 0.5, -1.0, 1.0), np.eye(3)[[0, 2, 1, 1, 0]]
ANSWERS = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0.0]])
CASES = {
    "log_cosh": (further.LOG_COSH, SCORES, RNG.normal(size=(5, 3))),
    "hinge": (further.HINGE, SCORES, SIGNS),
    "squared_hinge": (further.SQUARED_HINGE, SCORES, SIGNS),
    "logistic": (further.LOGISTIC, SCORES, SIGNS),
    "weighted_log_loss": (further.weighted_log_loss(WEIGHTS), RNG.uniform(0.1, 0.9, (5, 3)), ANSWERS),
    "class_weighted_cross_entropy": (further.class_weighted_cross_entropy(WEIGHTS), SHARES, ONE_HOT),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_the_slopes_of_the_values(name):
    row, p, y = CASES[name]
    assert row.name.partition("(")[0] == name
    step = 1e-6
    for k in range(3):
        shift = step * np.eye(3)[k]
        slope = (row.value(p + shift, y) - row.value(p - shift, y)) / (2 * step)
        np.testing.assert_allclose(row.gradient(p, y)[:, k], slope, rtol=1e-6, atol=1e-8)


def test_values_and_gradients_by_hand():
    p, y = np.array([[0.5, -2.0]]), np.array([[1.0, 1.0]])
    assert further.HINGE.value(p, y)[0] == 0.5 + 3.0
    assert further.HINGE.gradient(p, y).tolist() == [[-1.0, -1.0]]
    assert further.SQUARED_HINGE.value(p, y)[0] == 0.25 + 9.0
    assert further.SQUARED_HINGE.gradient(p, y).tolist() == [[-1.0, -6.0]]
    assert further.HINGE.gradient(np.array([[1.5]]), np.array([[1.0]])).tolist() == [[0.0]]
    assert further.LOG_COSH.value(p, y)[0] == pytest.approx(np.log(np.cosh(0.5)) + np.log(np.cosh(3.0)))
    assert further.LOG_COSH.value(np.array([[1000.0]]), np.array([[0.0]]))[0] == pytest.approx(1000 - np.log(2))
    assert further.LOGISTIC.gradient(np.array([[0.0]]), np.array([[-1.0]])).tolist() == [[0.5]]
    twice = further.weighted_log_loss(np.array([2.0]))
    assert twice.value(np.array([[0.25], [0.25]]), np.array([[1.0], [0.0]])) == pytest.approx(
        [-2 * np.log(0.25), -np.log(0.75)]
    )
    assert twice.gradient(np.array([[0.25], [0.25]]), np.array([[1.0], [0.0]])).tolist() == [[-8.0], [1 / 0.75]]


def test_names_show_the_weights():
    assert further.weighted_log_loss(WEIGHTS).name == "weighted_log_loss(0.5, 3, 1.25)"
    assert further.class_weighted_cross_entropy(np.arange(1.0, 9)).name.endswith("(1, 2, 3, 4, 5, 6, ...)")


def test_beside_independent_implementations():
    rng = np.random.default_rng(1)
    scores, signs = rng.normal(size=(7, 1)), np.where(rng.random((7, 1)) < 0.5, -1.0, 1.0)
    mean_hinge = metrics.hinge_loss(signs[:, 0], scores[:, 0])
    assert further.HINGE.value(scores, signs).mean() == pytest.approx(mean_hinge)
    shares, classes = rng.dirichlet(np.ones(3), 7), np.array([0, 1, 2, 2, 1, 0, 0])
    weighted = metrics.log_loss(classes, shares, sample_weight=WEIGHTS[classes], normalize=True)
    mine = further.class_weighted_cross_entropy(WEIGHTS).value(shares, np.eye(3)[classes])
    assert mine.sum() / WEIGHTS[classes].sum() == pytest.approx(weighted)
    np.testing.assert_allclose(
        further.LOGISTIC.value(scores, signs), -special.log_expit(signs * scores)[:, 0], rtol=1e-12
    )
    assert further.LOG_COSH.value(scores, 0 * scores) == pytest.approx(
        special.logsumexp(np.hstack([scores, -scores]), axis=1) - np.log(2)
    )


def test_without_weights_they_are_the_losses_of_the_table():
    _, p, y = CASES["weighted_log_loss"]
    np.testing.assert_allclose(further.weighted_log_loss(np.ones(3)).value(p, y), LOSSES["log_loss"].value(p, y))
    _, p, y = CASES["class_weighted_cross_entropy"]
    plain = further.class_weighted_cross_entropy(np.ones(3))
    np.testing.assert_allclose(plain.value(p, y), LOSSES["cross_entropy"].value(p, y))
    np.testing.assert_allclose(plain.gradient(p, y), LOSSES["cross_entropy"].gradient(p, y))
