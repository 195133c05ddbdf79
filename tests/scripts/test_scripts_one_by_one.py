"""Sums and steps that a file makes row by row, or entry by entry: what was added is known as a whole."""

import pytest

from backlit.scripts.check_file import check_script

SCRIPTS = {
    "rows of sums": """
import numpy as np
rng = np.random.default_rng(1)
xs = rng.normal(size=(8, 3)); ys = rng.normal(size=(8, 2))
W = rng.normal(size=(4, 3)); V = rng.normal(size=(2, 4)); b = np.zeros(4)
for epoch in range(40):
    gW, gV, gb = np.zeros_like(W), np.zeros_like(V), np.zeros(4)
    for x, y in zip(xs, ys):
        h = np.tanh(W @ x + b)
        o = V @ h
        e = o - y
        d = V.T @ e * (1 - h ** 2)
        for k in range(2):
            gV[k] += e[k] * h
        for j in range(4):
            gW[j] += d[j] * x
            gb[j] += d[j]
    W -= 0.05 * gW / 8
    V -= 0.05 * gV / 8
    b -= 0.05 * gb / 8
""",
    "sums in lists": """
import math, random
random.seed(5)
houses = [(random.uniform(0.5, 2), random.uniform(1, 4)) for _ in range(10)]
prices = [1.5 * a + 0.5 * b + 0.3 for a, b in houses]
w = [[0.4, -0.1], [-0.2, 0.6], [0.3, -0.3]]
b = [0.05, 0.1, -.05]
v = [0.7, 0.3, -.3]
c = 0.0
lr = 0.02
for epoch in range(20):
    gw = [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    gb = [0.0, 0.0, 0.0]
    gv = [0.0, 0.0, 0.0]
    gc = 0.0
    for x, y in zip(houses, prices):
        z = [sum(w[j][i] * x[i] for i in range(2)) + b[j] for j in range(3)]
        h = [math.tanh(t) for t in z]
        p = sum(v[j] * h[j] for j in range(3)) + c
        e = p - y
        for j in range(3):
            gv[j] += 2 * e * h[j]
            d = 2 * e * v[j] * (1 - h[j] ** 2)
            gb[j] += d
            for i in range(2):
                gw[j][i] += d * x[i]
        gc += 2 * e
    n = len(houses)
    for j in range(3):
        v[j] -= lr * gv[j] / n
        b[j] -= lr * gb[j] / n
        for i in range(2):
            w[j][i] -= lr * gw[j][i] / n
    c -= lr * gc / n
""",
    "entries of sums": """
import numpy as np
rng = np.random.default_rng(1)
xs = rng.normal(size=(8, 3)); ys = rng.normal(size=(8, 2))
W = rng.normal(size=(4, 3)); V = rng.normal(size=(2, 4)); b = np.zeros(4)
for epoch in range(40):
    gW, gV, gb = np.zeros_like(W), np.zeros_like(V), np.zeros(4)
    for x, y in zip(xs, ys):
        h = np.tanh(W @ x + b)
        o = V @ h
        e = o - y
        for k in range(2):
            for j in range(4):
                gV[k, j] += e[k] * h[j]
        for j in range(4):
            s = sum(V[k, j] * e[k] for k in range(2)) * (1 - h[j] ** 2)
            gb[j] += s
            for i in range(3):
                gW[j, i] += s * x[i]
    for M, g in ((W, gW), (V, gV), (b, gb)):
        M -= 0.05 * g / 8
""",
    "rows of weights": """
import numpy as np
rng = np.random.default_rng(1)
xs = rng.normal(size=(8, 3)); ys = rng.normal(size=(8, 2))
W = rng.normal(size=(4, 3)); V = rng.normal(size=(2, 4)); b = np.zeros(4)
for epoch in range(40):
    for x, y in zip(xs, ys):
        h = np.tanh(W @ x + b)
        o = V @ h
        e = o - y
        d = V.T @ e * (1 - h ** 2)
        for k in range(2):
            V[k] -= 0.05 * e[k] * h
        for j in range(4):
            W[j] -= 0.05 * d[j] * x
        b -= 0.05 * d
""",
    "rows and entries of weights": """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(9, 3)); Y = rng.normal(size=(9, 2))
W = rng.normal(size=(3, 4)); V = rng.normal(size=(4, 2))
lr = 0.02
for epoch in range(40):
    H = np.tanh(X @ W)
    O = H @ V
    D = O - Y
    dV = H.T @ D
    dW = X.T @ (D @ V.T * (1 - H ** 2))
    for i in range(V.shape[0]):
        V[i] -= lr * dV[i]
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            W[i, j] -= lr * dW[i, j]
""",
}
PLANTED = [
    ("rows of sums", " * (1 - h ** 2)", "", "missing-hidden-derivative"),
    ("rows of sums", "b -= 0.05 * gb / 8", "b -= 0.05 * gb", "step-of-another-size"),
    (
        "rows of sums",
        "    gW, gV, gb = np.zeros_like(W), np.zeros_like(V), np.zeros(4)\n",
        "    if epoch == 0: gW, gV, gb = np.zeros_like(W), np.zeros_like(V), np.zeros(4)\n",
        "accumulated",
    ),
    ("sums in lists", " * (1 - h[j] ** 2)", "", "missing-hidden-derivative"),
    ("sums in lists", "d = 2 * e * v[j]", "d = e * v[j]", "factor-two"),
    ("sums in lists", "b[j] -= lr", "b[j] += lr", "wrong-sign"),
    ("sums in lists", "    gv = [0.0, 0.0, 0.0]\n", "    if epoch == 0: gv = [0.0, 0.0, 0.0]\n", "accumulated"),
    ("entries of sums", "(1 - h[j] ** 2)", "(1 - h[j])", "slope-cut-short"),
    ("rows of weights", " * (1 - h ** 2)", "", "missing-hidden-derivative"),
    ("rows of weights", "b -=", "b +=", "wrong-sign"),
    ("rows and entries of weights", "W[i, j] -= lr * dW", "W[i, j] -= dW", "missing-learning-rate"),
    ("rows and entries of weights", "V[i] -= lr", "V[i] += lr", "wrong-sign"),
]


def checked(path, text):
    """Check a file of this text."""
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_added_one_by_one_is_right(tmp_path, name):
    report = checked(tmp_path, SCRIPTS[name])
    assert report.status == "right", report


@pytest.mark.parametrize(("name", "old", "new", "identifier"), PLANTED)
def test_a_mistake_in_what_is_added_one_by_one_is_named(tmp_path, name, old, new, identifier):
    assert old in SCRIPTS[name]
    report = checked(tmp_path, SCRIPTS[name].replace(old, new))
    assert [finding.identifier for finding in report.findings] == [identifier], report
