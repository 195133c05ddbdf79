"""Weights after the step: what went wrong between right gradients and the weights."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(0)
NET = bl.Network.random([3, 4, 2], activation="tanh", seed=0)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(size=(5, 2))
GW, GB = NET.gradients(X, Y)
RATE = 0.3


def report(updated, **told):
    return bl.check_gradients(NET, X, Y, GW, GB, learning_rate=RATE, updated=updated, **told)


def moved(by):
    return [W - by(W, g) for W, g in zip(NET.weights, GW, strict=True)]


def trained(steps):
    net = NET
    for _ in range(steps):
        weights, biases = net.gradients(X, Y)
        after = [
            [p - RATE * g for p, g in zip(*pair, strict=True)]
            for pair in ((net.weights, weights), (net.biases, biases))
        ]
        net = net.with_parameters(*after)
    return net.weights


@pytest.mark.parametrize(
    ("by", "name"),
    [
        (lambda W, g: -RATE * g, "wrong-sign"),
        (lambda W, g: g, "missing-learning-rate"),
        (lambda W, g: RATE**2 * g, "learning-rate-twice"),
        (lambda W, g: 0 * g, "not-updated"),
        (lambda W, g: W + RATE * g, "step-for-weights"),
        (lambda W, g: 1.9 * RATE * g, "nesterov-step"),
        (lambda W, g: 0.1 * RATE * g, "damped-step"),
        (lambda W, g: RATE * np.sign(g), "adam-step"),
        (lambda W, g: RATE * g / (np.sqrt(0.1) * np.abs(g) + 1e-8), "adam-step"),
        (lambda W, g: 5 * RATE * g, "sum-instead-of-mean"),
        (lambda W, g: 1.37 * RATE * g, "unknown"),
    ],
)
def test_a_wrong_step_from_right_gradients_has_a_name(by, name):
    said = report(moved(by))
    (finding,) = said.findings
    assert (finding.identifier, finding.layers) == (name, (2, 1))
    assert finding.happened.startswith("The gradients are right")
    assert [v.quantity for v in said.verdicts if not v.ok] == ["weights after the step"] * 2


def test_one_layer_alone_and_several_steps():
    one = report([NET.weights[0] - RATE * GW[0], NET.weights[1] + RATE * GW[1]])
    assert [(f.identifier, f.layers) for f in one.findings] == [("wrong-sign", (2,))]
    assert [f.identifier for f in report(trained(5)).findings] == ["several-steps"]
    assert report(trained(1)).ok


def test_a_step_is_that_of_the_persons_loss_and_layout():
    summed = moved(lambda W, g: 5 * RATE * g)
    claims = [[5 * g for g in GW], [5 * g for g in GB]]
    told = {"learning_rate": RATE, "updated": summed, "reduction": "sum"}
    assert bl.check_gradients(NET, X, Y, *claims, **told).ok
    turned = [W.T for W in moved(lambda W, g: np.where(np.arange(W.size).reshape(W.shape) == 1, -RATE, RATE) * g)]
    torch = bl.check_gradients(NET, X, Y, [g.T for g in GW], GB, learning_rate=RATE, updated=turned, layout="torch")
    assert {v.address for v in torch.verdicts if not v.ok} == {"L1.w[2,1]", "L2.w[2,1]"}


def test_a_small_step_is_seen_beside_large_weights_or_said_not_to_be():
    tiny = 1e-8
    uphill = [W + tiny * g for W, g in zip(NET.weights, GW, strict=True)]
    said = bl.check_gradients(NET, X, Y, GW, GB, learning_rate=tiny, updated=uphill)
    assert [f.identifier for f in said.findings] == ["wrong-sign"]
    narrow = [W.astype(np.float32) for W in uphill]
    said = bl.check_gradients(NET, X, Y, GW, GB, learning_rate=tiny, updated=narrow)
    assert said.ok
    assert any("not judged" in remark for remark in said.remarks)
