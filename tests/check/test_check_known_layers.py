"""Mistakes inside a recurrent layer and inside attention, which reach several arrays: one finding for all of them."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(17)
T, N, D, H = 5, 2, 3, 4
WX, WH, BIAS = RNG.normal(size=(D, H)) * 0.7, RNG.normal(size=(H, H)) * 0.5, RNG.normal(size=H)
STEPS, FIRST = RNG.normal(size=(N, T, D)), RNG.normal(size=(N, H))


def states_of(steps, first, Wx, Wh, b):
    """Samples, times, features, as a course's assignment has them: (N, T, D) and h0 (N, H)."""
    states, h = np.zeros((len(steps), T, H)), first
    for t in range(T):
        h = np.tanh(steps[:, t] @ Wx + h @ Wh + b)
        states[:, t] = h
    return states


def back(d, steps, first, Wx, Wh, b, wrong=""):
    states = states_of(steps, first, Wx, Wh, b)
    gradients = [np.zeros_like(a) for a in (steps, first, Wx, Wh, b)]
    sent = np.zeros_like(first)
    for t in reversed(range(T)):
        dh = d[:, t] + sent if wrong != "own output left out" or t == T - 1 else sent
        slope = (
            1 if wrong == "slope" else states[:, t] * (1 - states[:, t]) if wrong == "other" else 1 - states[:, t] ** 2
        )
        dz = dh * slope
        before = states[:, t - 1] if t or wrong == "wrapped" else first
        share = [dz @ Wx.T, None, steps[:, t].T @ dz, before.T @ dz, dz.sum(axis=0)]
        gradients[0][:, t] = share[0]
        for i in (2, 3, 4):
            gradients[i] = share[i] if wrong == "=" else gradients[i] + share[i]
        sent = dz @ (Wh if wrong == "turned" else Wh.T)
        gradients[1] = sent
        sent = sent * (wrong != "not carried")
    return gradients


FAULTS = {
    "not carried": "nothing-passed-between-rows",
    "turned": "transposed-weights",
    "slope": "missing-hidden-derivative",
    "wrapped": "previous-of-the-first",
    "=": "overwritten",
    "own output left out": "upstream-left-out",
}


def names(report):
    return [finding.identifier for finding in report.findings]


@pytest.mark.parametrize(("fault", "name"), FAULTS.items())
def test_a_recurrent_layer_with_samples_and_a_first_state(fault, name):
    report = bl.check_layer(states_of, lambda *a: back(*a, wrong=fault), STEPS, [FIRST, WX, WH, BIAS])
    assert names(report) == [name]
    assert report.findings[0].confidence == "certain"
    for verdict in report.verdicts:
        assert verdict.ok or verdict.quantity in report.findings[0].happened


def test_what_it_has_no_word_for_stays_unknown():
    report = bl.check_layer(states_of, lambda *a: back(*a, wrong="other"), STEPS, [FIRST, WX, WH, BIAS])
    assert names(report) == ["unknown"]
    assert bl.check_layer(states_of, back, STEPS, [FIRST, WX, WH, BIAS]).ok


@pytest.mark.parametrize(("fault", "name"), [("turned", "transposed-weights"), ("slope", "missing-hidden-derivative")])
def test_a_recurrent_layer_in_columns_with_turned_weights(fault, name):
    def forward(x, Wx, Wh):
        return states_of(x.T[None], np.zeros((1, H)), Wx.T, Wh.T, np.zeros(H))[0].T

    def backward(d, x, Wx, Wh):
        dx, _, dWx, dWh, _ = back(d.T[None], x.T[None], np.zeros((1, H)), Wx.T, Wh.T, np.zeros(H), wrong=fault)
        return dx[0].T, dWx.T, dWh.T

    assert names(bl.check_layer(forward, backward, STEPS[0].T, [WX.T, WH.T])) == [name]


Q, K, V = RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4)), RNG.normal(size=(5, 2))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attend(q, k, v, causal=False):
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    return softmax(np.where(np.tril(np.ones(scores.shape[-2:])) > 0, scores, -np.inf) if causal else scores) @ v


def attend_back(d, q, k, v, wrong="", causal=False):
    size = np.sqrt(q.shape[-1])
    scores = q @ k.swapaxes(-1, -2) / size
    p = softmax(np.where(np.tril(np.ones(scores.shape[-2:])) > 0, scores, -np.inf) if causal else scores)
    dp = d @ v.swapaxes(-1, -2)
    ds = {
        "diagonal": dp * p * (1 - p),
        "columns": p * (dp - (dp * p).sum(axis=-2, keepdims=True)),
        "no softmax": dp,
        "": p * (dp - (dp * p).sum(axis=-1, keepdims=True)),
    }[wrong if wrong in ("diagonal", "columns", "no softmax") else ""]
    ds = ds if wrong == "no factor" else ds / size
    return ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ d


@pytest.mark.parametrize(
    ("wrong", "name"),
    [("diagonal", "softmax-diagonal-only"), ("columns", "wrong-axis"), ("no softmax", "missing-hidden-derivative")],
)
@pytest.mark.parametrize("causal", [False, True])
def test_attention_s_softmax_on_the_way_back(wrong, name, causal):
    keys, values = (K[:3], V[:3]) if causal else (K, V)
    forward = lambda q, k, v: attend(q, k, v, causal)  # noqa: E731
    report = bl.check_layer(forward, lambda d, *a: attend_back(d, *a, wrong, causal), Q, [keys, values])
    assert names(report) == [name]
    assert bl.check_layer(forward, lambda d, *a: attend_back(d, *a, "", causal), Q, [keys, values]).ok


def test_attention_of_several_samples_and_keys_sent_back_untransposed():
    square = RNG.normal(size=(3, 2, 4, 4))
    report = bl.check_layer(attend, lambda d, *a: attend_back(d, *a, "diagonal"), square[0], square[1:])
    assert names(report) == ["softmax-diagonal-only"]

    def turned(d, q, k, v):
        dq, _, dv = attend_back(d, q, k, v)
        p = softmax(q @ k.T / 2)
        dp = d @ v.T
        return dq, p * (dp - (dp * p).sum(axis=1, keepdims=True)) / 2 @ q, dv

    one = square[:, 0]
    assert names(bl.check_layer(attend, turned, one[0], one[1:])) == ["transposed-weights"]
