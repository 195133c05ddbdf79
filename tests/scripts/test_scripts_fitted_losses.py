"""Losses that backlit does not train by, and Huber's at any bound, are told by the error at the output."""

import pytest
from changed import told

NET = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(30, 3))
TARGETS
W1, b1 = rng.normal(size=(3, 4)), np.zeros(4)
W2, b2 = 2 * rng.normal(size=(4, y.shape[1])), np.zeros(y.shape[1])
for i in range(20):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    OUTPUT
    d = ERROR / len(X)
    back = d @ W2.T * (1 - h**2)
    W2 -= 0.1 * h.T @ d
    b2 -= 0.1 * d.sum(axis=0)
    W1 -= 0.1 * X.T @ back
    b1 -= 0.1 * back.sum(axis=0)
"""
NUMBERS = "y = 2 * rng.normal(size=(30, 2))"
SIGNS = "y = np.where(X[:, :1] * X[:, 1:2] > 0, 1.0, -1.0)"
ANSWERS = "y = (rng.random((30, 2)) < 0.4).astype(float)"
CLASSES = "y = np.eye(3)[rng.integers(0, 3, 30)]"
PLAIN, SIGMOID = "p = z", "p = 1 / (1 + np.exp(-z))"
SOFTMAX = "p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)"
LOSSES = {
    "huber(0.6)": (NUMBERS, PLAIN, "np.clip(p - y, -0.6, 0.6)"),
    "quantile(0.8)": (NUMBERS, PLAIN, "np.where(p > y, 0.2, -0.8)"),
    "log cosh": (NUMBERS, PLAIN, "np.tanh(p - y)"),
    "hinge": (SIGNS, PLAIN, "np.where(y * p < 1, -y, 0)"),
    "squared hinge": (SIGNS, PLAIN, "-2 * y * np.maximum(0, 1 - y * p)"),
    "logistic": (SIGNS, PLAIN, "-y / (1 + np.exp(y * p))"),
    "weighted log loss(3, 1.5)": (ANSWERS, SIGMOID, "((1 - y) * p - np.array([3, 1.5]) * y * (1 - p))"),
    "class weighted cross entropy(0.6, 1.8, 0.6)": (
        CLASSES,
        SOFTMAX,
        "(p - y) * (y @ np.array([1.0, 3.0, 1.0]))[:, None]",
    ),
}


@pytest.mark.parametrize("mistake", [False, True])
@pytest.mark.parametrize("name", LOSSES)
def test_a_backward_pass_under_another_loss_is_judged(tmp_path, name, mistake):
    targets, output, error = LOSSES[name]
    changes = [("TARGETS", targets), ("OUTPUT", output), ("ERROR", error)]
    report = told(tmp_path, NET, *changes, *[(" * (1 - h**2)", "")] * mistake)
    assert f"loss: {name}" in str(report)
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"] * mistake, report


def test_an_error_that_is_cut_off_is_no_other_loss_where_the_file_computes_its_own(tmp_path):
    targets, output, error = LOSSES["huber(0.6)"]
    squares = output + "; loss = np.mean((p - y) ** 2)"
    report = told(tmp_path, NET, ("TARGETS", targets), ("OUTPUT", squares), ("ERROR", error))
    assert report.status == "wrong"


def test_an_error_of_no_loss_is_not_fitted(tmp_path):
    changes = [("TARGETS", NUMBERS), ("OUTPUT", PLAIN), ("ERROR", "(p - y) * np.array([1.0, 2.0])")]
    assert told(tmp_path, NET, *changes).status != "right"
    changes = [("TARGETS", ANSWERS), ("OUTPUT", SIGMOID), ("ERROR", "(p - y) * rng.random((30, 2))")]
    assert told(tmp_path, NET, *changes).status != "right"


UNKNOWN = {
    "sigmoid": (ANSWERS, SIGMOID, "(p - y) * np.abs(p - y)", "((y - p) ** 2 / p).mean()"),
    "softmax": (
        CLASSES,
        SOFTMAX,
        "(p - y) * (1 - (p * y).sum(axis=1, keepdims=True)) ** 2",
        "((1 - (p * y).sum(axis=1)) ** 3).mean()",
    ),
}


@pytest.mark.parametrize("mistake", [False, True])
@pytest.mark.parametrize("output", UNKNOWN)
def test_under_a_loss_that_is_not_known_what_carries_its_error_back_is_judged(tmp_path, output, mistake):
    targets, made, error, loss = UNKNOWN[output]
    changes = [("TARGETS", targets), ("OUTPUT", f"{made}; loss = {loss}"), ("ERROR", error)]
    report = told(tmp_path, NET, *changes, *[(" * (1 - h**2)", "")] * mistake)
    assert "the error at the output was taken as it is" in str(report)
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"] * mistake, report
    assert report.status == ("wrong" if mistake else "not-understood")
    assert mistake or ("`d`, line 12" in report.asks and all(verdict.ok for verdict in report.verdicts))
