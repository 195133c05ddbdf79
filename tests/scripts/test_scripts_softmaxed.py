"""A softmax of what another activation gave: right where the slope of both is sent back, and named where it is not."""

import pytest
from changed import told

NET = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(20, 4)); y = np.eye(3)[np.argmax(X[:, :3], axis=1)]
W1, b1, W2 = rng.normal(size=(4, 5)) * .5, np.zeros(5), rng.normal(size=(5, 3)) * .5

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

for i in range(12):
    h = np.tanh(X @ W1 + b1)
    o = 1 / (1 + np.exp(-(h @ W2)))
    p = softmax(o)
    loss = -np.mean(np.sum(y * np.log(p), axis=1))
    d2 = (p - y) / len(X) * o * (1 - o)
    d1 = d2 @ W2.T * (1 - h ** 2)
    dW2, dW1, db1 = h.T @ d2, X.T @ d1, d1.sum(axis=0)
    W1 -= .5 * dW1; b1 -= .5 * db1; W2 -= .5 * dW2
"""


def test_a_backward_pass_through_both_is_right(tmp_path):
    report = told(tmp_path, NET)
    assert report.status == "right", report
    assert report.understood[2:4] == (
        "L2: o = sigmoid(h @ W2)",
        "then p = softmax(o): two activations, one after the other",
    )


def test_an_error_that_knows_of_the_softmax_alone(tmp_path):
    report = told(tmp_path, NET, (" * o * (1 - o)", ""))
    (finding,) = report.findings
    assert (report.status, finding.identifier, finding.line) == ("wrong", "double-output-activation", 14)
    assert "d2 (line 16) knows of the softmax alone" in finding.happened


def test_the_update_is_judged_too(tmp_path):
    report = told(tmp_path, NET, ("; W2 -= .5 * dW2", "; W2 += .5 * dW2"))
    assert [finding.identifier for finding in report.findings] == ["wrong-sign"]


@pytest.mark.parametrize("old", [" * (1 - h ** 2)", "d1.sum(axis=0)"])
@pytest.mark.usefixtures("layers_alone")
def test_another_mistake_is_not_guessed(tmp_path, old):
    report = told(tmp_path, NET, (old, "" if "h" in old else "2 * d1.sum(axis=0)"))
    assert report.status == "not-understood"
    assert "neither the right one" in report.asks


def test_scores_that_are_small_are_no_activations(tmp_path):
    plain = [("1 / (1 + np.exp(-(h @ W2)))", "h @ W2"), (" * o * (1 - o)", "")]
    report = told(tmp_path, NET, *plain)
    assert report.status == "right"
    assert report.understood[2] == "L2: p = softmax(h @ W2)"
