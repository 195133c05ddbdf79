"""Right and wrong derivatives as they stand in public questions and issues, rebuilt: each gets its word, or none."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(31)
X, W, G, B = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4) + 1, RNG.normal(size=4)


def names(report):
    return [finding.identifier for finding in report.findings]


def test_a_parameter_s_gradient_with_an_axis_of_one_is_right():
    rows = bl.check_layer(lambda x, W, b: x @ W + b, lambda d, x, W, b: (d @ W.T, x.T @ d, d.sum(0)[None]), X, [W, B])
    columns = bl.check_layer(lambda x, b: (x @ W + b).T, lambda d, x, b: (d.T @ W.T, d.sum(1)[:, None]), X, [B])
    assert rows.ok
    assert columns.ok


@pytest.mark.parametrize(("point", "gradient"), [((3,), (3, 1)), ((3, 1), (3,)), ((1, 3), (3,)), ((3,), (1, 3))])
def test_a_column_for_a_row_of_numbers_is_right(point, gradient):
    y = X @ X[0]
    cost = lambda t: np.mean((X @ t.ravel() - y) ** 2)  # noqa: E731
    slope = lambda t: (2 * X.T @ (X @ t.ravel() - y) / 5).reshape(gradient)  # noqa: E731
    assert bl.check_gradient(cost, slope, RNG.normal(size=point)).ok


def test_a_row_for_a_column_is_not():
    cost = lambda t: np.sum(t**3)  # noqa: E731
    assert not bl.check_gradient(cost, lambda t: 3 * t.T**2, np.array([[0.5], [1.5]])).ok


def test_function_and_gradient_that_both_draw_are_given_the_same_numbers():
    def noisy(x):
        return np.sum(x * np.random.rand(3)) ** 2

    def slope(x):
        drawn = np.random.rand(3)
        return 2 * np.sum(x * drawn) * drawn

    assert bl.check_gradient(noisy, slope, X[0]).ok
    assert names(bl.check_gradient(noisy, lambda x: slope(x) / 2, X[0])) == ["factor-two"]


def test_a_curve_whose_slope_is_nearly_0_is_no_kink():
    point = np.array([1e-7, 0.4, -0.3])
    curve = bl.check_gradient(lambda x: np.sum(np.cos(x)) + np.sum(x**4), lambda x: 4 * x**3 - np.sin(x), point)
    assert curve.ok
    assert not curve.remarks


@pytest.mark.parametrize("at", [0.0, 2e-6, 4e-6, 6e-6, 8e-6, -9e-6])
def test_a_kink_anywhere_within_the_step_is_one(at):
    report = bl.check_gradient(np.abs, np.sign, np.array([at, 0.7, -0.2]))
    assert report.ok
    assert "kink" in report.remarks[0]


def test_constants_of_six_digits_are_right_to_that():
    c = np.sqrt(2 / np.pi)

    def slope(d, v):
        t = np.tanh(0.797885 * v + 0.0356774 * v**3)
        return d * (0.5 + (0.398942 * v + 0.0535161 * v**3) * (1 - t * t) + 0.5 * t)

    gelu = lambda v: 0.5 * v * (1 + np.tanh(c * v * (1 + 0.044715 * v * v)))  # noqa: E731
    report = bl.check_layer(gelu, slope, 2 * X)
    assert report.ok
    assert "a constant written with few digits" in report.remarks[0]
    exact = lambda x: 3 * x**2  # noqa: E731
    assert names(bl.check_gradient(lambda x: np.sum(x**3), lambda x: exact(x) * 1.00002, X)) == ["stray-factor"]
    one = np.eye(3)[0] * 2e-5
    assert not bl.check_gradient(lambda x: np.sum(x**3), lambda x: exact(x) * (1 + one), X[0]).ok


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def away(x, axis):
    return (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)


def normalised_back(d, x, g, *, half=0.5, mean=True, scale=True):
    std, n, dh = x.std(axis=0), len(x), d * g if scale else d
    variance = -half * np.sum(dh * (x - x.mean(axis=0)), axis=0) * std**-3
    through_mean = -np.sum(dh / std, axis=0) / n if mean else 0
    return dh / std + variance * 2 * (x - x.mean(axis=0)) / n + through_mean, np.sum(d * away(x, 0), axis=0)


KEPT = np.random.default_rng(3).random(X.shape) < 0.6
OTHER = np.random.default_rng(5).random(X.shape) < 0.6
WIDE, MASK = RNG.normal(size=(2, 4, 3)), RNG.normal(size=(2, 4, 1))
LAYERS = [
    (lambda x: x * np.tanh(x), lambda d, x: d * np.tanh(x), (X,), "product-rule"),
    (lambda x: x * sigmoid(x), lambda d, x: d * (sigmoid(x) + x * sigmoid(x)), (X,), "product-rule"),
    (
        lambda x: np.where(x > 0, x, np.exp(x) - 1),
        lambda d, x: d * np.where(x > 0, 1, np.exp(x) - 1),
        (X,),
        "value-as-slope",
    ),
    (lambda x: x + np.sin(x), lambda d, x: d * np.cos(x), (X,), "constant-term"),
    (
        lambda x: x + np.tanh(x @ np.ones((3, 3))),
        lambda d, x: d * (1 - np.tanh(x @ np.ones((3, 3))) ** 2) @ np.ones((3, 3)),
        (X,),
        "skip-left-out",
    ),
    (np.round, lambda d, x: d, (X,), "straight-through"),
    (np.sign, lambda d, x: d * (abs(x) < 1), (X,), "straight-through"),
    (lambda x: x * KEPT / 0.6, lambda d, x: d * OTHER / 0.6, (X,), "mask-drawn-anew"),
    (lambda x: x * KEPT / 0.6, lambda d, x: d / 0.6, (X,), "mask-left-out"),
    (
        lambda x, g: g * away(x, 0),
        lambda d, x, g: normalised_back(d, x, g, scale=False),
        (WIDE[0], G[:3]),
        "parameter-left-out",
    ),
    (
        lambda x, g: g * away(x, 0),
        lambda d, x, g: normalised_back(d, x, g, half=1),
        (WIDE[0], G[:3]),
        "statistics-cut-short",
    ),
    (
        lambda x, g: g * away(x, 0),
        lambda d, x, g: normalised_back(d, x, g, mean=False),
        (WIDE[0], G[:3]),
        "statistics-as-constants",
    ),
    (
        lambda x, v: x @ (v / np.linalg.norm(v, axis=0)),
        lambda d, x, v: (None, x.T @ d / np.linalg.norm(v, axis=0)),
        (X, W),
        "statistics-as-constants",
    ),
    (lambda h, m: h * m, lambda d, h, m: (d * m, d * h), (WIDE, MASK), "bias-not-summed"),
    (lambda h, b: h + b, lambda d, h, b: (d, d), (WIDE, G[:3]), "bias-not-summed"),
    (lambda x, W, b: x @ W + b, lambda d, x, W, b: (x.T @ d, d.sum(0), d @ W.T), (X, W, B), "gradients-swapped"),
    (
        lambda x, g, b: g * x + b,
        lambda d, x, g, b: (d * g, d.sum(0), (d * x).sum(0)),
        (X, G[:3], B[:3]),
        "gradients-swapped",
    ),
    (lambda x, W: x @ W, lambda d, x, W: (d @ W.T, 0 * W), (X, W), "gradient-missing"),
    (lambda x: x.transpose(0, 2, 1).reshape(2, -1), lambda d, x: d.reshape(x.shape), (WIDE,), "reordered"),
    (np.tanh, lambda d, x: d * (1 - np.tanh(x) ** 2) * (np.arange(5) < 2)[:, None], (X,), "part-missing"),
    (
        lambda z: softmax(z.T).T,
        lambda d, z: softmax(z.T).T * (d - (d * softmax(z.T).T).sum(axis=1, keepdims=True)),
        (X,),
        "wrong-axis",
    ),
]


@pytest.mark.parametrize(("forward", "backward", "given", "name"), LAYERS)
def test_a_layer_s_mistake_is_named_once(forward, backward, given, name):
    report = bl.check_layer(forward, backward, given[0], given[1:])
    assert list(dict.fromkeys(names(report))) == [name]
    assert len(report.findings) == 1
    assert report.findings[0].instead


def in_time(steps, Wx, Wh):
    h, states = np.zeros(4), []
    for t in range(steps.shape[1]):
        h = np.tanh(Wx @ steps[:, t] + Wh @ h)
        states.append(h)
    return np.array(states)


def in_time_back(d, steps, Wx, Wh):
    states = in_time(steps, Wx, Wh)
    dz = d * (1 - states**2)
    before = np.vstack([np.zeros(4), states[:-1]])
    return (dz @ Wx).T, dz.T @ steps.T, dz.T @ before


def test_nothing_passed_back_in_time_where_the_samples_are_columns():
    report = bl.check_layer(in_time, in_time_back, RNG.normal(size=(3, 5)), [W.T, RNG.normal(size=(4, 4)) / 2])
    assert names(report) == ["nothing-passed-between-rows"]
    assert [v.ok for v in report.verdicts] == [False, False, False]


def test_what_is_not_explained_beside_what_is_may_follow_from_it():
    c = RNG.normal(size=(4, 1))

    def forward(z, c, F, G):
        return sigmoid(F @ z) * c + np.tanh(G @ z)

    def backward(d, z, c, F, G):
        f, _g = sigmoid(F @ z), np.tanh(G @ z)
        df, dg = d * c * f * (1 - f), d  # the slope of tanh is missing
        return F.T @ df + G.T @ dg, d * f, df @ z.T, dg @ z.T

    report = bl.check_layer(forward, backward, RNG.normal(size=(3, 1)), [c, W.T, RNG.normal(size=(4, 3))])
    assert names(report) == ["factor-per-unit", "unknown"]
    assert "each row is the right one times a factor of its own" in report.findings[0].happened
    assert "may follow from what is wrong in the gradient at parameters[2]" in report.findings[1].sentence


LABELS, Z = np.array([0, 2, 1, 1, 0]), RNG.normal(size=(5, 3))
Y, T = np.eye(3)[LABELS], np.array([1.0, 0, 0, 1, 1])
XB = np.c_[np.ones(5), X]
LOSSES = [
    (lambda z: -np.log(softmax(z)[range(5), LABELS]).sum(), lambda z: z - Y, Z, "output-not-activated"),
    (
        lambda z: -np.log(softmax(z)[range(5), LABELS]).mean(),
        lambda z: -Y / softmax(z) / 5,
        Z,
        "missing-output-derivative",
    ),
    (
        lambda z: -np.log(softmax(z)[range(5), LABELS]).sum(),
        lambda z: -Y * (1 - softmax(z)),
        Z,
        "softmax-diagonal-only",
    ),
    (lambda z: -np.log(softmax(z)[range(5), LABELS]).sum(), softmax, Z, "prediction-as-error"),
    (lambda z: -np.log(softmax(z)[range(5), LABELS]).sum(), lambda z: softmax(z.T).T - Y, Z, "shares-of-columns"),
    (lambda z: -np.log(sigmoid(z * (2 * T - 1))).mean(), lambda z: (z - T) / 5, Z[:, 0], "output-not-activated"),
    (
        lambda z: np.sum((sigmoid(z) - T) ** 3),
        lambda z: 3 * (sigmoid(z) - T) ** 2,
        Z[:, 0],
        "missing-output-derivative",
    ),
    (lambda p: -np.log(np.where(T > 0, p, 1 - p)).sum(), lambda p: p - T, sigmoid(Z[:, 0]), "extra-output-derivative"),
    (lambda v: 0.5 * np.sum(np.exp(v) - v), lambda v: 0.5 * np.exp(v), Z[0], "constant-term"),
    (lambda w: np.sum(np.sin(X @ w)) + 0.3 * np.sum(w**2), lambda w: X.T @ np.cos(X @ w) + 0.3 * w, W, "penalty-share"),
    (
        lambda w: np.sum(np.sin(XB @ w)) + 0.3 * np.sum(w[1:] ** 2),
        lambda w: XB.T @ np.cos(XB @ w),
        np.ones(4) + G,
        "penalty-share",
    ),
    (lambda a: a @ X[0] / np.linalg.norm(a), lambda a: X[0] / np.linalg.norm(a), X[1], "statistics-as-constants"),
]


@pytest.mark.parametrize(("loss", "gradient", "point", "name"), LOSSES)
def test_a_loss_s_gradient_is_named(loss, gradient, point, name):
    report = bl.check_gradient(loss, gradient, point)
    assert [finding.identifier for finding in report.findings] == [name]
    assert report.findings[0].instead


def test_what_a_whole_factor_may_be_is_said():
    y = X @ X[0] + 1
    cost = lambda w: np.mean((X @ w - y) ** 2) / 2  # noqa: E731
    (found,) = bl.check_gradient(cost, lambda w: X.T @ (X @ w - y), X[1]).findings
    assert "5 times the right one (a whole number: of the samples" in found.happened


@pytest.mark.parametrize(("function", "words"), [
    (lambda x: (np.sum(x**2), 2 * x), "tuple of 2"), (lambda x: {"loss": np.sum(x**2)}, "dictionary of 'loss'"),
])  # fmt: skip
def test_a_function_that_returns_more_is_told_what_to_hand_over(function, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.check_gradient(function, lambda x: 2 * x, X)
    with pytest.raises(bl.BacklitError, match="dictionary of 'dX', 'dW'"):
        bl.check_layer(lambda x, W: x @ W, lambda d, x, W: {"dX": d @ W.T, "dW": x.T @ d}, X, [W])
