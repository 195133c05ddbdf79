"""check_layer and check_gradient on what people write: layers right and wrong, random ones, float32, whole numbers."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import backlit as bl
from backlit.check.digits import digits_of
from backlit.check.layer import output_gradients
from backlit.errors import BacklitError

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import evaluation_layers
import layers

Z = np.random.default_rng(3).normal(size=(5, 3))


def names(report):
    return [finding.identifier for finding in report.findings]


def test_layers_right_and_wrong():
    outcomes = evaluation_layers.layer_outcomes()
    counts = Counter(outcome.kind for outcome in outcomes)
    assert counts["right"] == len(layers.LAYERS) >= 20
    assert len(outcomes) - counts["right"] >= 40
    assert counts["alarm"] == counts["missed"] == counts["wrong"] == 0
    assert counts["named"] >= 62 > 0.7 * (len(outcomes) - counts["right"])


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_data_drawn_like_the_check_s_own_hide_nothing(seed):
    for stream in (np.random.default_rng(seed), np.random.RandomState(seed)):
        data = stream.normal(size=(4, 3))
        assert not bl.check_layer(lambda z: np.maximum(z, 0), lambda d, z: np.maximum(d, 0), data).ok
        assert not bl.check_layer(np.square, lambda d, z: 2 * d * d, data).ok
        assert not bl.check_layer(np.square, lambda d, z: 2 * z * z, data).ok
    assert not bl.check_layer(np.square, lambda d, z: 2 * d * d, output_gradients((4, 3), 0)[0]).ok


def test_a_backward_that_is_right_for_one_output_gradient_alone_is_not_right():
    first = output_gradients(Z.shape, 0)[0]
    assert not bl.check_layer(np.square, lambda d, z: 2 * z * first, Z).ok


def test_whole_numbers_are_given_to_the_code_as_they_came():
    def cut(x):
        g = np.zeros_like(x)
        for i in range(len(x)):
            g[i] = x[i] / 3
        return g

    function = lambda x: np.sum(np.asarray(x) ** 2) / 6  # noqa: E731
    assert names(bl.check_gradient(function, cut, [1, -2, 4])) == ["whole-numbers"]
    assert bl.check_gradient(function, cut, [1.0, -2.0, 4.0]).ok
    assert bl.check_gradient(function, lambda x: x / 3, [1, -2, 4]).ok
    refused = bl.check_gradient(lambda x: np.sum(x**-1), lambda x: -1 / x**2, [1, -2, 4])
    assert names(refused) == ["whole-numbers"]
    assert "negative integer powers" in refused.to_text()


def test_whole_numbers_in_a_layer():
    X = np.array([[1, 2], [3, -4]])
    assert bl.check_layer(lambda z: z / 2, lambda d, z: d / 2, X).ok

    def cut(d, z):
        g = np.zeros_like(z)
        g[:] = d / 2
        return g

    assert names(bl.check_layer(lambda z: z / 2, cut, X)) == ["whole-numbers"]


def test_labels_among_the_parameters_need_no_gradient():
    labels = np.array([0, 2, 1, 1, 0])

    def loss(z, y):
        return -np.log(layers.softmax(z)[np.arange(5), y]).sum()

    def backward(d, z, y):
        return d * (layers.softmax(z) - np.eye(3)[y]), None

    report = bl.check_layer(loss, backward, Z, [labels])
    assert report.ok
    assert [v.quantity for v in report.verdicts] == ["gradient at X"]
    assert "indices" in report.to_text()


def test_random_numbers_of_the_world_are_replayed_and_those_of_a_generator_refused():
    class Dropout:
        def forward(self, x):
            self.mask = (np.random.rand(*x.shape) < 0.5) / 0.5
            return x * self.mask

        def backward(self, d, x):
            return d * self.mask

    layer = Dropout()
    report = bl.check_layer(layer.forward, layer.backward, Z)
    assert report.ok
    assert "random" in report.to_text()
    fresh = bl.check_layer(layer.forward, lambda d, x: d * (np.random.rand(*x.shape) < 0.5) / 0.5, Z)
    assert not fresh.ok
    own = np.random.default_rng(0)
    with pytest.raises(BacklitError, match="two outputs for the same input"):
        bl.check_layer(lambda x: x * (own.random(x.shape) < 0.5), lambda d, x: d, Z)
    with pytest.raises(BacklitError, match="random"):
        bl.check_gradient(lambda x: np.sum(x * own.random(x.shape)), lambda x: x, Z)


@pytest.mark.parametrize("kind", [np.float32, lambda v: np.asarray(v, np.float32).astype(np.float64)])
def test_a_function_in_float32_is_judged_at_its_own_precision(kind):
    target = np.random.default_rng(5).normal(size=(5, 3)).astype(np.float32)

    def loss(p):
        return kind(np.float32(np.mean((np.asarray(p, np.float32) - target) ** 2)))

    def gradient(p):
        return (np.asarray(p, np.float32) - target) * np.float32(2 / 15)

    assert bl.check_gradient(loss, gradient, Z).ok
    for factor in (1.5, -1, 0.9, 1.05):
        wrong = bl.check_gradient(loss, lambda p, f=factor: f * gradient(p), Z)
        assert not wrong.ok
        assert "float32" in wrong.to_text()


def test_a_layer_in_float32():
    W = np.random.default_rng(2).normal(size=(3, 4)).astype(np.float32)
    forward = lambda X, W: np.tanh(X.astype(np.float32) @ W.astype(np.float32))  # noqa: E731

    def backward(d, X, W):
        dz = d.astype(np.float32) * (1 - forward(X, W) ** 2)
        return dz @ W.astype(np.float32).T, X.astype(np.float32).T @ dz

    assert bl.check_layer(forward, backward, Z, [W]).ok
    off = bl.check_layer(forward, lambda d, X, W: tuple(1.5 * g for g in backward(d, X, W)), Z, [W])
    assert names(off) == ["stray-factor"]


def test_a_gradient_in_float32_of_a_function_in_float64():
    A = np.random.default_rng(8).normal(size=(40, 3))
    narrow = A.astype(np.float32)
    function = lambda x: np.sum((A @ x) ** 2)  # noqa: E731
    gradient = lambda x: 2 * narrow.T @ (narrow @ x.astype(np.float32))  # noqa: E731
    assert bl.check_gradient(function, gradient, [0.3, -1.2, 0.7]).ok
    assert not bl.check_gradient(function, lambda x: np.float32(1.01) * gradient(x), [0.3, -1.2, 0.7]).ok


def test_what_rounding_hides_is_not_judged():
    with pytest.raises(BacklitError, match="cannot tell"):
        bl.check_gradient(lambda x: np.float32(1e7 + np.sum(np.sin(x))), np.zeros_like, [0.3, 1.1])
    with pytest.raises(BacklitError, match="cannot tell"):
        bl.check_gradient(lambda x: np.float32(1e7 + np.sum(np.sin(x))), np.cos, [0.3, 1.1])
    large = lambda x: 1e6 + np.sum(np.sin(x))  # noqa: E731
    assert bl.check_gradient(large, np.cos, [0.3, 1.1]).ok
    assert not bl.check_gradient(large, lambda x: 1.001 * np.cos(x), [0.3, 1.1]).ok


def test_short_numbers_are_no_sign_of_float32():
    # values such as 1 / 32 are exact in any type
    for power in (2.0**-5, 0.25, 3.0):
        assert not bl.check_gradient(lambda x, p=power: p * np.sum(x), lambda x, p=power: 1.0001 * p + 0 * x, [0.5]).ok


def test_rounding_is_what_the_digits_say():
    net = bl.Network.random([3, 4, 2], seed=1)
    y = np.random.default_rng(1).uniform(0.1, 0.9, (5, 2))
    gW, gB = net.gradients(Z, y)
    off = bl.check_gradients(net, Z, y, [1.0001 * gW[0], gW[1]], gB)
    assert not off.ok
    assert "every entry is 1.0001 times" in off.to_text()
    for digits in (4, 5, 7):
        short = [np.vectorize(lambda v, d=digits: float(f"{v:.{d - 1}e}"))(g) for g in (*gW, *gB)]
        report = bl.check_gradients(net, Z, y, short[:2], short[2:])
        assert report.ok
        assert f"Right to the {digits} digits given." in report.remarks
        wrong = bl.check_gradients(net, Z, y, [short[0] + 0.01 * np.abs(short[0]).max(), short[1]], short[2:])
        assert not wrong.ok
    assert digits_of(np.array([0.5, 2.0])) is None


@pytest.mark.parametrize("kind", [complex, str, object])
def test_functions_that_return_no_numbers(kind):
    with pytest.raises(BacklitError, match="must return numbers"):
        bl.check_gradient(lambda x: object() if kind is object else kind("x"), lambda x: x, [1.0]) if (
            kind is not complex
        ) else bl.check_gradient(lambda x: [[1], [2, 3]], lambda x: x, [1.0])


def test_what_has_a_name_is_said_first_and_may_explain_the_rest():
    V, W = np.random.default_rng(5).normal(size=(2, 3, 4))

    def forward(x, V, W):
        return 1 / (1 + np.exp(-(x @ V))) * np.tanh(x @ W)

    def backward(d, x, V, W):
        gate, state = 1 / (1 + np.exp(-(x @ V))), np.tanh(x @ W)
        dv, dw = -d * state * gate * (1 - gate), d * gate * (1 - state**2)
        return dv @ V.T + dw @ W.T, x.T @ dv, x.T @ dw

    report = bl.check_layer(forward, backward, Z, [V, W])
    assert names(report) == ["wrong-sign", "unknown"]
    said = "what is wrong in the gradient at parameters[0]: mend that first"
    assert said in report.to_text().replace("\n    ", " ")
    alone = bl.check_layer(forward, lambda *a: (backward(*a)[0], None, None), Z, [V, W])
    assert names(alone) == ["unknown"]
    assert "first" not in alone.to_text()
