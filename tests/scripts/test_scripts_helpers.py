"""Helper functions and names that look like something else: neither takes part in what is judged."""

import pytest

from backlit.scripts.check_file import check_script

HELPER = """
import numpy as np
def sigmoid(z):
    RETURN
def cost_and_gradients(Theta1, Theta2, X, Y):
    m = X.shape[0]
    a1 = np.c_[np.ones(m), X]
    z2 = a1.dot(Theta1.T)
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    z3 = a2.dot(Theta2.T)
    h = sigmoid(z3)
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    d3 = h - Y
    d2 = d3.dot(Theta2[:, 1:]) * SLOPE
    return J, d2.T.dot(a1) / m, d3.T.dot(a2) / m
rng = np.random.default_rng(5)
X = rng.normal(size=(14, 4))
Y = np.eye(3)[rng.integers(0, 3, 14)]
Theta1, Theta2 = rng.normal(size=(6, 5)), rng.normal(size=(3, 7))
for i in range(20):
    J, g1, g2 = cost_and_gradients(Theta1, Theta2, X, Y)
    Theta1 = Theta1 - 0.8 * g1
    Theta2 = Theta2 - 0.8 * g2
"""
UNUSED = """
import numpy as np
rng = np.random.default_rng(1)
X, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
W1, W2, NAME = rng.normal(size=(3, 5)), rng.normal(size=(5, 2)), np.zeros(5)
for epoch in range(20):
    a1 = np.tanh(X @ W1 PLUS)
    out = a1 @ W2
    d = (out - y) / 20
    dW2 = a1.T @ d
    dW1 = X.T @ ((d @ W2.T) * (1 - a1**2))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""
UNKNOWN = """
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
a1 = np.tanh(X @ W1)
out = a1 @ W2
d2 = (out - y)ERROR
d1 = (d2 @ W2.T) * np.cos(3 * X[:, :1])
dW2 = a1.T @ d2SUM
dW1 = X.T @ d1SUM
"""


def report_of(path, text, **parts):
    """Check a script with some words replaced."""
    for word, part in parts.items():
        text = text.replace(word, part)
    file = path / "net.py"
    file.write_text(text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("ending", ["return 1 / (1 + np.exp(-z))", "s = 1 / (1 + np.exp(-z)); return s"])
def test_what_a_helper_returns_is_not_the_next_forward_pass(tmp_path, ending):
    for slope in ("sigmoid(z2) * (1 - sigmoid(z2))", "a2[:, 1:] * (1 - a2[:, 1:])"):
        report = report_of(tmp_path, HELPER, RETURN=ending, SLOPE=slope)
        assert report.status == "right", report
        assert len(report.verdicts) == 4
    wrong = report_of(tmp_path, HELPER, RETURN=ending, SLOPE="1")
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"]


@pytest.mark.parametrize("name", ["best", "batch_sum", "b1"])
def test_zeros_that_no_layer_reads_are_no_biases(tmp_path, name):
    report = report_of(tmp_path, UNUSED, NAME=name, PLUS="")
    assert report.status == "right", report
    assert name not in report.understood[1]


def test_biases_that_are_read_and_have_no_gradient_are_named(tmp_path):
    report = report_of(tmp_path, UNUSED, NAME="b1", PLUS="+ b1")
    assert [finding.identifier for finding in report.findings] == ["bias-missing"]


@pytest.mark.parametrize(("error", "total", "said"), [(" / 20", "", "X.T @ d1"), ("", " / 20", "X.T @ d1 / 20")])
def test_what_to_write_instead_divides_once(tmp_path, error, total, said):
    report = report_of(tmp_path, UNKNOWN, ERROR=error, SUM=total)
    assert report.findings[0].identifier == "unknown"
    assert report.findings[0].instead == f"d1, then {said}"


OVER_ALL = """
import numpy as np
rng = np.random.default_rng(17)
X = rng.normal(size=(13, 4))
Y = np.eye(3)[rng.integers(0, 3, 13)]
W, V = rng.normal(size=(4, 6)), rng.normal(size=(6, 3))
for i in range(400):
    h = np.maximum(0, X @ W)
    e = np.exp(h @ V - (h @ V).max())
    p = e / SUM
    loss = -np.sum(Y * np.log(p)) / 13
    d = (p - Y) / 13
    back = (d @ V.T) * (h > 0)
    V -= 3.0 * h.T @ d
    W -= 3.0 * X.T @ back
"""


def test_a_softmax_over_everything_is_found_at_the_first_step_where_the_last_has_overflowed(tmp_path):
    """The loss is a known one of the predictions, which no layer gives by a softmax as it should be."""
    report = report_of(tmp_path, OVER_ALL, SUM="e.sum()")
    assert [finding.identifier for finding in report.findings] == ["shares-of-all-rows"]
    assert report_of(tmp_path, OVER_ALL.replace("3.0", "0.1"), SUM="e.sum(axis=1, keepdims=True)").status == "right"
