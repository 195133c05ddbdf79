"""check_gradient and check_layer: any function, a layer or an activation of one's own."""

import numpy as np
import pytest

import backlit as bl
from backlit.errors import BacklitError

POINT = np.array([0.7, -1.3, 2.1])
X = np.random.default_rng(0).normal(size=(5, 3))
W = np.random.default_rng(1).normal(size=(3, 4))
b = np.random.default_rng(2).normal(size=4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def names(report):
    return [finding.identifier for finding in report.findings]


def test_a_scalar_function_s_gradient():
    assert bl.check_gradient(np.prod, lambda x: np.prod(x) / x, POINT).ok
    assert not bl.check_gradient(np.prod, lambda x: 1.00001 * np.prod(x) / x, POINT).ok


def test_a_vector_function_s_jacobian():
    A = np.arange(12.0).reshape(4, 3)
    assert bl.check_gradient(lambda x: A @ x**2, lambda x: 2 * A * x, POINT).ok
    transposed = bl.check_gradient(lambda x: A @ x**2, lambda x: (2 * A * x).T, POINT)
    assert names(transposed) == ["swapped-outer-product"]


def test_an_elementwise_function_s_derivative_may_have_the_point_s_shape():
    assert bl.check_gradient(np.tanh, lambda x: 1 - np.tanh(x) ** 2, POINT).ok
    assert bl.check_gradient(np.tanh, lambda x: np.diag(1 - np.tanh(x) ** 2), POINT).ok
    # softmax is not elementwise: its diagonal alone is not its Jacobian

    def softmax(x):
        return np.exp(x) / np.exp(x).sum()

    assert not bl.check_gradient(softmax, lambda x: softmax(x) * (1 - softmax(x)), POINT).ok
    assert bl.check_gradient(softmax, lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)), POINT).ok


@pytest.mark.parametrize(
    ("factor", "name"), [(-1, "wrong-sign"), (2, "factor-two"), (0.5, "factor-two"), (3, "stray-factor")]
)
def test_a_factor_is_named(factor, name):
    assert names(bl.check_gradient(lambda x: (x**3).sum(), lambda x: factor * 3 * x**2, POINT)) == [name]


@pytest.mark.parametrize(("at_zero", "ok"), [(0.0, True), (0.5, True), (1.0, True), (1.5, False)])
def test_at_a_kink_every_slope_between_its_sides_is_right(at_zero, ok):
    report = bl.check_gradient(
        lambda x: np.maximum(x, 0).sum(), lambda x: np.where(x == 0, at_zero, x > 0), [0.0, 1.0, -2.0]
    )
    assert report.ok is ok
    assert any("kink" in remark for remark in report.remarks)


def test_away_from_a_kink_nothing_is_forgiven():
    report = bl.check_gradient(lambda x: np.maximum(x, 0).sum(), lambda x: np.full(3, 0.5), POINT)
    assert not report.ok
    assert not report.remarks


def test_flat_and_tiny_gradients_are_compared_too():
    assert bl.check_gradient(lambda x: 3.0, lambda x: np.zeros(3), POINT).ok
    assert not bl.check_gradient(lambda x: 1e-3 * (x**2).sum(), lambda x: np.zeros(3), POINT).ok


@pytest.mark.parametrize(
    ("backward", "expected"),
    [
        (lambda dY, z: dY * slope(z), []),
        (lambda dY, z: dY, ["missing-hidden-derivative"]),
        (lambda dY, z: dY * slope(sigmoid(z)), ["derivative-of-activation"]),
        (lambda dY, z: -dY * slope(z), ["wrong-sign"]),
        (lambda dY, z: dY * z, ["input-as-slope"]),
        (lambda dY, z: dY * (z + 1), ["unknown"]),
    ],
)
def test_an_activation_s_backward(backward, expected):
    assert names(bl.check_layer(sigmoid, backward, X)) == expected


def dense(X, W, b):
    return X @ W + b


def test_a_layer_with_parameters():
    report = bl.check_layer(dense, lambda dY, X, W, b: (dY @ W.T, X.T @ dY, dY.sum(axis=0)), X, [W, b])
    assert report.ok
    assert [v.quantity for v in report.verdicts] == [
        "gradient at X",
        "gradient at parameters[0]",
        "gradient at parameters[1]",
    ]


@pytest.mark.parametrize(
    ("backward", "wrong", "name"),
    [
        (lambda dY, X, W, b: (dY @ W.T, X.T @ dY, dY), 2, "bias-not-summed"),
        (lambda dY, X, W, b: (dY @ W.T, (X.T @ dY).T, dY.sum(axis=0)), 1, "swapped-outer-product"),
        (lambda dY, X, W, b: (dY @ W.T, X.T @ dY / len(X), dY.sum(axis=0)), 1, "mean-twice"),
        (lambda dY, X, W, b: (dY @ W.T, X.T @ dY, np.zeros(4)), 2, "gradient-missing"),
    ],
)
def test_a_layer_s_mistakes(backward, wrong, name):
    report = bl.check_layer(dense, backward, X, [W, b])
    assert [v.ok for v in report.verdicts].index(False) == wrong
    assert names(report) == [name]


def test_what_a_backward_leaves_behind_is_noticed():
    total = np.zeros((3, 4))

    def backward(dY, X, W, b):
        nonlocal total
        total += X.T @ dY
        return dY @ W.T, total, dY.sum(axis=0)

    report = bl.check_layer(dense, backward, X, [W, b])
    assert names(report) == ["accumulated"]
    with pytest.raises(bl.CheckError, match="something is left"):
        report.raise_if_wrong()


def test_the_arrays_given_are_not_changed_by_what_is_checked():
    point, before = POINT.copy(), X.copy()

    def greedy(x):
        x *= 0
        return 0.0

    bl.check_gradient(greedy, lambda x: np.zeros(3), point)
    bl.check_layer(lambda X: X * 0.0, lambda dY, X: np.multiply(X, 0, out=X), X)
    np.testing.assert_array_equal(point, POINT)
    np.testing.assert_array_equal(before, X)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bl.check_gradient(np.sum, np.ones_like, ["a"]), "point must be numbers"),
        (lambda: bl.check_gradient(np.sum, np.ones_like, [1.0], step=0), "step must be above 0"),
        (lambda: bl.check_gradient(lambda x: np.nan, np.ones_like, [1.0]), "NaN or infinity"),
        (lambda: bl.check_layer(dense, lambda dY, X, W, b: (dY, X), X, [W, b]), "must return 3 gradients"),
    ],
)
def test_bad_input_is_one_sentence(call, words):
    with pytest.raises(BacklitError) as caught:
        call()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
