"""Networks that are not judged, and said to be what they are: recurrent ones, and such with skip connections."""

import pytest

from backlit.scripts.check_file import check_script
from backlit.scripts.seen.recurrent import recurrence

CELL = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 10, 2)); y = X.sum(axis=(0, 2)).reshape(-1, 1)
U, W, V = rng.normal(size=(2, 4)) * .3, rng.normal(size=(4, 4)) * .3, rng.normal(size=(4, 1)) * .3
for epoch in range(8):
    hs = {-1: np.zeros((10, 4))}
    for t in range(6):
        hs[t] = np.tanh(X[t] @ U + hs[t - 1] @ W)
    e = hs[5] @ V - y
    dU, dW, dV, dh = 0, 0, hs[5].T @ e, e @ V.T
    for t in reversed(range(6)):
        dz = dh * (1 - hs[t] ** 2)
        dU, dW, dh = dU + X[t].T @ dz, dW + hs[t - 1].T @ dz, dz @ W.T
    U -= .01 * dU; W -= .01 * dW; V -= .01 * dV
"""
SKIP = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(15, 3)); y = np.sin(X[:, :1])
W1, W2, W3 = rng.normal(size=(3, 6)) * .4, rng.normal(size=(6, 6)) * .4, rng.normal(size=(6, 1)) * .4
for i in range(9):
    a = np.tanh(X @ W1)
    b = a + np.tanh(a @ W2)
    d = 2 * (b @ W3 - y) / len(X)
    db = d @ W3.T
    dz = db * (1 - (b - a) ** 2)
    dW3, dW2, dW1 = b.T @ d, a.T @ dz, X.T @ ((db + dz @ W2.T) * (1 - a ** 2))
    W1 -= .1 * dW1; W2 -= .1 * dW2; W3 -= .1 * dW3
"""


def told(tmp_path, source):
    path = tmp_path / "net.py"
    path.write_text(source)
    return check_script(path)


@pytest.mark.usefixtures("layers_alone")
def test_a_recurrent_network_is_said_to_be_one(tmp_path):
    report = told(tmp_path, CELL)
    assert report.status == "not-understood"
    assert report.asks.startswith("This is a recurrent network: line 9 takes an earlier value of what it gives")
    assert "`hs[t - 1]`" in report.asks
    assert "bl.check_layer" in report.asks


@pytest.mark.parametrize(
    ("source", "earlier"),
    [
        ("for x in xs:\n    h = np.tanh(np.dot(Wx, x) + np.dot(Wh, h) + b)", "h"),
        ("for x in xs:\n    h.append(sigmoid(x @ U + h[-1] @ W))", "h[-1]"),
        ("def cell(x, s):\n    return np.tanh(x @ U + s @ W)\nfor x in xs:\n    s = cell(x, s)", "s"),
        ("for t in ts:\n    z = np.vstack((h, x[t]))\n    f = sig(Wf @ z)\n    c = f * c\n    h = f * np.tanh(c)", "h"),
    ],
)
def test_steps_through_time_are_known_by_their_lines(source, earlier):
    assert recurrence(source) is not None
    assert recurrence(source)[1] == earlier


@pytest.mark.parametrize(
    "source",
    [
        "for W, b in layers:\n    a = np.tanh(W @ a + b)",
        "for W in Ws:\n    acts.append(relu(acts[-1] @ W))",
        "for i in range(9):\n    v = mu * v + X.T @ d\n    W = W - lr * v",
        "for i in range(9):\n    out = left @ A + right @ B\n    A -= left.T @ (out - y)",
        "for x in xs:\n    a = layer(a)",
        "for i in range(9):\n    X1 = np.hstack((X, ones))\n    h = np.tanh(X1 @ W)\n    W = W - X1.T @ h",
        "for x in (:",
    ],
)
def test_other_loops_are_no_steps_through_time(source):
    assert recurrence(source) is None


@pytest.mark.usefixtures("layers_alone")
def test_a_skip_connection_is_said_as_what_was_found(tmp_path):
    report = told(tmp_path, SKIP)
    assert report.status == "not-understood"
    assert "line 8 adds what a layer gave to a, a skip connection: b = a + tanh(a @ W2)" in report.asks
    assert "no targets" not in report.asks


@pytest.mark.usefixtures("layers_alone")
def test_a_sum_that_no_layer_makes_is_no_skip_connection(tmp_path):
    report = told(tmp_path, SKIP.replace("np.tanh(a @ W2)\n", "np.sin(3 * a @ W2)\n"))
    assert report.status == "not-understood"
    assert "skip connection" not in report.asks
