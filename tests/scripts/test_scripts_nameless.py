"""Targets and predictions that a file computes with and gives no name are known as they are written."""

import pytest

from backlit.scripts.check_file import check_script

SCRIPTS = {
    "a minibatch of columns": """
import numpy as np
np.random.seed(1)
n = 60
X = np.random.randn(3, n)
Y = np.vstack([np.sin(X[0]), X[1] * X[2]])
W1, b1 = np.random.randn(5, 3) * .5, np.zeros((5, 1))
W2, b2 = np.random.randn(2, 5) * .5, np.zeros((2, 1))
for epoch in range(30):
    perm = np.random.permutation(n)
    for s in range(0, n, 20):
        idx = perm[s:s + 20]
        A1 = np.tanh(W1 @ X[:, idx] + b1)
        A2 = W2 @ A1 + b2
        dZ2 = (A2 - Y[:, idx]) / 20
        dW2 = dZ2 @ A1.T
        db2 = dZ2.sum(axis=1, keepdims=True)
        dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)
        dW1 = dZ1 @ X[:, idx].T
        db1 = dZ1.sum(axis=1, keepdims=True)
        W1 -= 0.1 * dW1; b1 -= 0.1 * db1
        W2 -= 0.1 * dW2; b2 -= 0.1 * db2
""",
    "one sample at a time": """
import numpy as np
rng = np.random.default_rng(3)
data = rng.uniform(-1, 1, (25, 3))
y = (data.sum(axis=1) > 0).astype(float)
def sig(t):
    return 1 / (1 + np.exp(-t))
w1 = rng.normal(size=(3, 4)); w2 = rng.normal(size=4); b1 = np.zeros(4); b2 = 0.0
eta = 0.3
for epoch in range(50):
    for i in range(len(data)):
        h = sig(data[i] @ w1 + b1)
        out = sig(h @ w2 + b2)
        e = y[i] - out
        d2 = e * out * (1 - out)
        d1 = d2 * w2 * h * (1 - h)
        w2 += eta * d2 * h
        b2 += eta * d2
        w1 += eta * np.outer(data[i], d1)
        b1 += eta * d1
""",
    "class numbers by index": """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(80, 4)); y = rng.integers(0, 3, 80)
W1 = rng.normal(size=(4, 6)) * .4; b1 = np.zeros(6); W2 = rng.normal(size=(6, 3)) * .4; b2 = np.zeros(3)
for it in range(200):
    idx = rng.choice(80, 16, replace=False)
    xb = X[idx]
    h = np.maximum(0, xb @ W1 + b1)
    scores = h @ W2 + b2
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    dscores = p.copy()
    dscores[np.arange(16), y[idx]] -= 1
    dscores /= 16
    dW2 = h.T @ dscores
    db2 = dscores.sum(axis=0)
    dh = dscores @ W2.T
    dh[h <= 0] = 0
    dW1 = xb.T @ dh
    db1 = dh.sum(axis=0)
    for P, g in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
        P -= 0.2 * g
""",
    "attributes by batch": """
import numpy as np
class Net:
    def __init__(self, X, y, k):
        r = np.random.RandomState(7)
        self.X, self.y = X, y
        self.w = r.randn(X.shape[1], k) * .5
        self.v = r.randn(k, y.shape[1]) * .5
    def step(self, batch, lr):
        z = self.X[batch] @ self.w
        a = 1 / (1 + np.exp(-z))
        out = a @ self.v
        diff = self.y[batch] - out
        gv = a.T @ diff / len(batch)
        gw = self.X[batch].T @ (diff @ self.v.T * a * (1 - a)) / len(batch)
        self.v += lr * gv
        self.w += lr * gw
r = np.random.RandomState(8)
X = r.randn(50, 3); y = np.c_[X[:, 0] * X[:, 1], np.abs(X[:, 2])]
net = Net(X, y, 5)
for e in range(100):
    for k in range(0, 50, 10):
        net.step(range(k, k + 10), 0.3)
""",
    "a product less targets": """
import numpy as np
rng = np.random.default_rng(5)
n = 30
x = rng.normal(size=(n, 3)); y = rng.normal(size=(n, 2))
W1 = rng.normal(size=(3, 4)); W2 = rng.normal(size=(4, 2))
for _ in range(60):
    h = np.tanh(x @ W1)
    e = (h @ W2 - y) / n
    W2g = h.T @ e
    W1g = x.T @ ((e @ W2.T) * (1 - h * h))
    W1 -= .2 * W1g
    W2 -= .2 * W2g
""",
    "targets less a sigmoid": """
import numpy as np
sigmoid = lambda z: 1 / (1 + np.exp(-z))
rng = np.random.default_rng(6)
X = rng.normal(size=(20, 3)); y = (X[:, :1] > 0) * 1.0
W1 = rng.normal(size=(3, 4)); W2 = rng.normal(size=(4, 1))
for i in range(100):
    h = sigmoid(X @ W1)
    error = y - sigmoid(h @ W2)
    g2 = h.T @ error
    g1 = X.T @ (error @ W2.T * h * (1 - h))
    W2 += 0.1 * g2 / 20
    W1 += 0.1 * g1 / 20
""",
    "in brackets, times the slope": """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def dsigmoid(z): return sigmoid(z) * (1 - sigmoid(z))
rng = np.random.default_rng(6)
X = rng.normal(size=(20, 3)); y = np.c_[X[:, 0] > 0, X[:, 1] > 0].astype(float)
W1 = rng.normal(size=(3, 4)); W2 = rng.normal(size=(4, 2)); c = np.zeros(2)
for i in range(100):
    h = sigmoid(X @ W1)
    delta = (sigmoid(h @ W2 + c) - y) * dsigmoid(h @ W2 + c)
    dW2 = h.T @ delta
    dc = delta.sum(0)
    dW1 = X.T @ ((delta @ W2.T) * h * (1 - h))
    W2 -= 0.05 * dW2
    c -= 0.05 * dc
    W1 -= 0.05 * dW1
""",
    "a sigmoid written out": """
import numpy as np
r = np.random.RandomState(9)
X = r.randn(40, 3); t = (X.prod(axis=1) > 0).astype(float).reshape(-1, 1)
U = r.randn(3, 6); bu = np.zeros(6); V = r.randn(6, 1); bv = np.zeros(1)
for k in range(80):
    H = np.maximum(X.dot(U) + bu, 0)
    D = 1 / (1 + np.exp(-(H.dot(V) + bv))) - t
    dV = H.T.dot(D) / 40
    dbv = D.mean(axis=0)
    E = D.dot(V.T) * (H > 0)
    dU = X.T.dot(E) / 40
    dbu = E.mean(axis=0)
    V -= dV * .3; bv -= dbv * .3; U -= dU * .3; bu -= dbu * .3
""",
    "a sum of one sample": """
import numpy as np
rng = np.random.default_rng(12)
X = rng.normal(size=(30, 2)); y = np.sin(X[:, 0]) + X[:, 1]
W, b, v, c = rng.normal(size=(2, 5)), np.zeros(5), rng.normal(size=5), 0.0
for epoch in range(20):
    for i in range(30):
        h = np.tanh(X[i] @ W + b)
        err = (h @ v + c) - y[i]
        gh = err * v * (1 - h ** 2)
        v -= 0.05 * err * h
        c -= 0.05 * err
        W -= 0.05 * np.outer(X[i], gh)
        b -= 0.05 * gh
""",
}
PLANTED = [
    ("a minibatch of columns", "(1 - A1 ** 2)", "A1 * (1 - A1)", "slope-of-another-activation"),
    ("a minibatch of columns", "(A2 - Y[:, idx])", "np.abs(A2 - Y[:, idx])", "absolute-error-used"),
    ("one sample at a time", "e = y[i] - out", "e = out - y[i]", "wrong-sign"),
    ("class numbers by index", "dh[h <= 0] = 0", "dh[dh <= 0] = 0", "derivative-of-error-term"),
    ("class numbers by index", "db1 = dh.sum(axis=0)", "db1 = dh.mean(axis=0)", "mean-twice"),
    ("attributes by batch", " * a * (1 - a)", "", "missing-hidden-derivative"),
    (
        "attributes by batch",
        "gw = self.X[batch].T @ (diff @ self.v.T * a * (1 - a)) / len(batch)",
        "gw = self.X[batch].T @ (diff @ self.v.T * a * (1 - a))",
        "sum-instead-of-mean",
    ),
    ("a product less targets", "(1 - h * h)", "(1 - h)", "slope-cut-short"),
    ("a product less targets", "W2g = h.T @ e", "W2g = 2 * h.T @ e", "factor-two"),
    ("targets less a sigmoid", " * h * (1 - h)", " * (1 - h)", "slope-cut-short"),
    ("targets less a sigmoid", "0.1 * g1 / 20", "g1 / 20", "step-of-another-size"),
    ("in brackets, times the slope", "((delta @ W2.T) * h * (1 - h))", "(delta @ W2.T)", "missing-hidden-derivative"),
    (
        "in brackets, times the slope",
        " * dsigmoid(h @ W2 + c)",
        " * dsigmoid(sigmoid(h @ W2 + c))",
        "derivative-of-activation",
    ),
    ("a sigmoid written out", " * (H > 0)", "", "missing-hidden-derivative"),
    ("a sigmoid written out", "dbu = E.mean(axis=0)", "dbu = E.sum(axis=0)", "sum-instead-of-mean"),
    ("a sum of one sample", " * (1 - h ** 2)", "", "missing-hidden-derivative"),
    (
        "a sum of one sample",
        "        gh = err * v * (1 - h ** 2)\n        v -= 0.05 * err * h\n",
        "        v -= 0.05 * err * h\n        gh = err * v * (1 - h ** 2)\n",
        "updated-weights-used",
    ),
    ("a sum of one sample", "c -= 0.05 * err", "c += 0.05 * err", "wrong-sign"),
]


def checked(path, text):
    """Check a file of this text."""
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_has_no_name_is_understood(tmp_path, name):
    report = checked(tmp_path, SCRIPTS[name])
    assert report.status == "right", report


@pytest.mark.parametrize(("name", "old", "new", "identifier"), PLANTED)
def test_a_mistake_beside_it_is_named(tmp_path, name, old, new, identifier):
    assert old in SCRIPTS[name]
    report = checked(tmp_path, SCRIPTS[name].replace(old, new))
    assert [finding.identifier for finding in report.findings][:1] == [identifier], report


def test_it_is_called_as_it_is_written(tmp_path):
    report = checked(tmp_path, SCRIPTS["a minibatch of columns"])
    assert report.understood[0] == "X[:, idx] (3, 20): samples as columns; targets Y[:, idx] (2, 20)"
    report = checked(tmp_path, SCRIPTS["in brackets, times the slope"])
    assert report.understood[2] == "L2: sigmoid(h @ W2 + c)"
