"""Slips as learners show them in forums, in columns and in layers of their own: each gets its word."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(11)
NET = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", loss="log_loss", seed=3)
X, Y = RNG.normal(size=(3, 7)), (RNG.random((2, 7)) > 0.5) * 1.0
A1 = np.tanh(NET.weights[0].T @ X + NET.biases[0][:, None])
DZ2 = 1 / (1 + np.exp(-(NET.weights[1].T @ A1 + NET.biases[1][:, None]))) - Y
DZ1 = NET.weights[1] @ DZ2 * (1 - A1**2)
WEIGHTS = [DZ1 @ X.T / 7, DZ2 @ A1.T / 7]
Z, W = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4))


def names(report):
    return [finding.identifier for finding in report.findings]


@pytest.mark.parametrize(
    "biases",
    [
        [dZ.sum(axis=0, keepdims=True) / 7 for dZ in (DZ1, DZ2)],
        [dZ.sum(axis=0) / 7 for dZ in (DZ1, DZ2)],
        [np.sum(dZ) / 7 for dZ in (DZ1, DZ2)],
        [np.sum(dZ, keepdims=True) / 7 for dZ in (DZ1, DZ2)],
        [np.full((len(dZ), 1), np.sum(dZ)) for dZ in (DZ1, DZ2)],
    ],
)
def test_biases_added_up_along_the_wrong_axis(biases):
    report = bl.check_gradients(NET, X, Y, WEIGHTS, biases)
    assert names(report) == ["wrong-axis"]
    assert "db2 = dz2.sum(axis=1, keepdims=True) / 7" in report.findings[0].instead
    right = [dZ.sum(axis=1, keepdims=True) / 7 for dZ in (DZ1, DZ2)]
    assert bl.check_gradients(NET, X, Y, WEIGHTS, right).ok


def test_a_slope_written_with_the_pre_activation():
    A, n = X.T, 7
    net = bl.Network.random([3, 4, 2], activation="sigmoid", output="sigmoid", seed=3)
    trace = net.trace(A, Y.T)
    z1, (a1, a2) = trace.layers[0].pre_activation, (layer.activation for layer in trace.layers)
    dz2 = (a2 - Y.T) * a2 * (1 - a2)
    dz1 = dz2 @ net.weights[1].T * (1 - z1)
    weights, biases = [A.T @ dz1 / n, a1.T @ dz2 / n], [dz1.mean(axis=0), dz2.mean(axis=0)]
    (found,) = bl.check_gradients(net, A, Y.T, weights, biases).findings
    assert (found.identifier, found.layers, found.confidence) == ("slope-cut-short", (1,), "certain")
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    assert names(bl.check_layer(sigmoid, lambda d, z: d * (1 - z), Z)) == ["slope-cut-short"]


@pytest.mark.parametrize(
    ("of_error", "name"),
    [
        (lambda p, t: (p - t) * p * (1 - p), "extra-output-derivative"),
        (lambda p, t: p * (p - t - (p * (p - t)).sum(axis=1, keepdims=True)), "extra-output-derivative"),
        (lambda p, t: -t / p * p * (1 - p), "softmax-diagonal-only"),
    ],
)
@pytest.mark.parametrize("n_out", [2, 3])
def test_a_slope_too_many_after_softmax_and_cross_entropy(of_error, name, n_out):
    targets = np.eye(n_out)[[0, 1, 1, 0, n_out - 1]]
    net = bl.Network.random([3, 4, n_out], activation="tanh", output="softmax", loss="cross_entropy", seed=3)
    trace = net.trace(Z, targets)
    a1, p = (layer.activation for layer in trace.layers)
    dz2 = of_error(p, targets)
    dz1 = dz2 @ net.weights[1].T * (1 - a1**2)
    report = bl.check_gradients(net, Z, targets, [Z.T @ dz1 / 5, a1.T @ dz2 / 5], [dz1.mean(axis=0), dz2.mean(axis=0)])
    assert [(f.identifier, f.layers) for f in report.findings] == [(name, (2,))]


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    "backward",
    [
        lambda d, z: softmax(z) * d,
        lambda d, z: softmax(z) * (d - d.sum(axis=-1, keepdims=True)),
        lambda d, z: d - (d * softmax(z)).sum(axis=-1, keepdims=True),
    ],
)
def test_a_part_of_attention_s_softmax_left_out(backward):
    report = bl.check_layer(softmax, backward, RNG.normal(size=(2, 3, 4)))
    assert names(report) == ["slope-cut-short"]
    assert "softmax: p * (dY" in report.findings[0].instead


def test_what_a_parameter_is_multiplied_by_left_out():
    away = lambda x: (x - x.mean(axis=0)) / x.std(axis=0)  # noqa: E731
    scaled = bl.check_layer(lambda x, g: g * away(x), lambda d, x, g: (None, d.sum(axis=0)), Z, [W[:, 0]])
    dense = bl.check_layer(lambda x, W: x @ W, lambda d, x, W: (d @ W.T, np.tile(d.sum(axis=0), (3, 1))), Z, [W])
    for report in (scaled, dense):
        assert names(report) == ["missing-input"]
        assert "without what the parameter is multiplied by" in report.findings[0].happened


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (4,)])
@pytest.mark.parametrize("divided_by", [1, 5, 20])
def test_the_biases_of_a_layer_of_one_s_own_added_up_over_everything(shape, divided_by):
    total = lambda d: np.full(shape, d.sum() / divided_by)  # noqa: E731
    report = bl.check_layer(lambda x, W, b: x @ W + b, lambda d, x, W, b: (d @ W.T, x.T @ d, total(d)), Z, [W, W[0]])
    assert [(f.identifier, v.ok) for f in report.findings for v in report.verdicts[-1:]] == [("wrong-axis", False)]


@pytest.mark.parametrize("shape", [(), (1,), (4,)])
def test_the_gradient_of_a_loss_at_biases_added_up_over_everything(shape):
    loss = lambda b: 0.5 * np.sum((Z @ W + b) ** 2) / 5  # noqa: E731
    total = lambda b: np.full(shape, (Z @ W + b).sum() / 5)  # noqa: E731
    assert names(bl.check_gradient(loss, total, W[0])) == ["wrong-axis"]


def test_a_factor_of_a_gradient_whose_entries_are_alike_is_no_sum_of_them():
    report = bl.check_gradient(lambda b: b.sum(), lambda b: np.full(4, 4.0), W[0])
    assert names(report) == ["stray-factor"]


def test_a_scale_of_each_unit_left_out_is_said():
    scale = np.array([0.5, 2.0, -1.5])
    report = bl.check_layer(lambda x: scale * x @ np.ones((3, 3)) + x * scale, lambda d, x: d @ np.ones((3, 3)) + d, Z)
    assert names(report) == ["factor-per-unit"]
    assert "a factor of its own (2, 0.5, -0.6667)" in report.findings[0].sentence


def test_tied_weights_are_said_to_be_what_the_numbers_show():
    net = bl.Network.from_weights([W, W.T], activation="tanh", output="identity")
    (first, second), _ = net.gradients(Z, Z)
    both = bl.check_gradients(net, Z, Z, [first + second.T, second + first.T])
    assert [remark for remark in both.remarks if "sum of both" in remark and "those of L2, transposed" in remark]
    left_out = bl.check_gradients(net, Z, Z, [first, first.T])
    assert [remark for remark in left_out.remarks if "the share of L2 is left out" in remark]
    wrong = bl.check_gradients(net, Z, Z, [first + 1, second])
    assert not [remark for remark in wrong.remarks if "share" in remark]


def test_a_share_of_a_layer_s_parameter_that_is_left_out_is_said_in_numbers():
    def backward(d, x, W):
        h = np.tanh(x @ W)
        dz = (d @ W) * (1 - h * h)
        return dz @ W.T, x.T @ dz

    report = bl.check_layer(lambda x, W: np.tanh(x @ W) @ W.T, backward, Z, [W])
    (wrong,) = [v for v in report.verdicts if not v.ok]
    assert f"Missing at {wrong.address} is {wrong.expected - wrong.claimed:.6g}" in report.findings[0].matters


def test_a_bias_gradient_made_of_the_weight_gradient():
    made = [dW.sum(axis=1, keepdims=True) for dW in WEIGHTS]
    report = bl.check_gradients(NET, X, Y, WEIGHTS, made)
    assert names(report) == ["input-in-bias"]
    assert report.findings[0].layers == (2, 1)
    assert "db2 = dz2.sum(axis=1, keepdims=True) / 7" in report.findings[0].instead


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        (lambda d, p: d - p * d.sum(axis=1, keepdims=True), []),
        (lambda d, p: d - p, ["slope-cut-short"]),
        (lambda d, p: d + p, ["slope-cut-short"]),
        (lambda d, p: d * (1 - p), ["diagonal-only"]),
        (lambda d, p: d - p * d.sum(axis=0), ["wrong-axis"]),
        (lambda d, p: d - p * d.sum(), ["wrong-axis"]),
    ],
)
def test_the_logarithm_of_softmax(back, expected):
    def log_softmax(z):
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    rows = np.random.default_rng(21).normal(size=(5, 3))
    report = bl.check_layer(log_softmax, lambda d, z: back(d, np.exp(log_softmax(z))), rows)
    assert names(report) == expected
    if "slope-cut-short" in expected:
        assert "log softmax: dY - p * dY.sum" in report.findings[0].instead


def test_where_the_wrong_entries_stand_is_said():
    def gates(x, w, b):
        first, second = np.split(x @ w + b, 2, axis=1)
        return np.tanh(first) / (1 + np.exp(-second))

    def back(d, x, w, b):
        first, second = np.split(x @ w + b, 2, axis=1)
        a, gate = np.tanh(first), 1 / (1 + np.exp(-second))
        d_pre = np.concatenate([d * gate * (1 - a**2), d * a * gate], axis=1)  # the second gate has no slope
        return d_pre @ w.T, x.T @ d_pre, d_pre.sum(axis=0)

    rng = np.random.default_rng(4)
    report = bl.check_layer(gates, back, rng.normal(size=(5, 3)), [rng.normal(size=(3, 8)), rng.normal(size=8)])
    remarks = [v.remark for v in report.verdicts]
    assert remarks[1:] == [
        "12 of 24 entries are wrong, all in columns 5 to 8",
        "4 of 8 entries are wrong, all in entries 5 to 8",
    ]


@pytest.mark.parametrize(
    ("places", "shape", "said"),
    [
        ([(0, 1), (2, 1)], (3, 4), ", all in column 2"),
        ([(1, 0), (1, 3)], (3, 4), ", all in row 2"),
        # rows 1 and 3 have one between them, columns too
        ([(0, 1), (2, 3)], (3, 4), ""),
        # columns before rows, and all of them are no block
        ([(0, 0), (0, 1), (1, 1)], (3, 4), ", all in columns 1 to 2"),
        ([(0, 0), (0, 1), (0, 2), (1, 3)], (3, 4), ", all in rows 1 to 2"),
        ([(0, 1, 0)], (2, 3, 4), ""),
    ],
)
def test_a_block_of_wrong_entries_is_one_without_a_gap(places, shape, said):
    right = RNG.uniform(1, 2, size=shape)
    factors = np.ones(shape)
    for k, place in enumerate(places):
        factors[place] = 3 + k
    (wrong,) = [
        v for v in bl.check_layer(lambda x: x * right, lambda d, x: d * right * factors, right).verdicts if not v.ok
    ]
    assert wrong.remark == f"{len(places)} of {right.size} entries are wrong{said}"


def test_a_bias_of_one_unit_has_the_factor_that_all_others_have():
    net = bl.Network.random([3, 4, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=6)
    inputs, wanted = RNG.normal(size=(5, 3)), (RNG.random((5, 1)) > 0.5) * 1.0
    trace = net.trace(inputs, wanted)
    weights = [layer.weight_gradient / 15 for layer in trace.layers]
    biases = [layer.bias_gradient / 15 for layer in trace.layers]
    (found,) = bl.check_gradients(net, inputs, wanted, weights, biases).findings
    assert (found.identifier, found.layers) == ("stray-factor", (2, 1))
    assert found.happened.startswith("All arrays are 0.0666667 times")
    other = [biases[0], biases[1] * 2]
    findings = bl.check_gradients(net, inputs, wanted, weights, other).findings
    assert [(one.identifier, one.layers) for one in findings] == [("stray-factor", (2, 1)), ("unknown", (2,))]
    # where the others have several factors, one number's is none of them
    several = [weights[0] * 1.7, weights[1]]
    findings = bl.check_gradients(net, inputs, wanted, several, biases).findings
    assert [one.identifier for one in findings] == ["stray-factor", "unknown", "stray-factor"]
    assert findings[1].layers == (2,)
