"""Weights that two layers share, as W and as W.T: the step must be the sum of what each use gives."""

import pytest

from backlit.scripts.check_file import check_script

SCRIPTS = {
    "samples as columns": """
import numpy as np
np.random.seed(3)
n = 25
X = np.random.rand(5, n)
W = np.random.randn(3, 5) * .3
b1 = np.zeros((3, 1)); b2 = np.zeros((5, 1))
sig = lambda z: 1 / (1 + np.exp(-z))
alpha = 0.8
for i in range(200):
    A1 = sig(W @ X + b1)
    A2 = sig(W.T @ A1 + b2)
    J = -np.sum(X * np.log(A2) + (1 - X) * np.log(1 - A2)) / n
    dZ2 = (A2 - X) / n
    dZ1 = (W @ dZ2) * A1 * (1 - A1)
    dW = dZ1 @ X.T + (dZ2 @ A1.T).T
    db1 = dZ1.sum(axis=1, keepdims=True)
    db2 = dZ2.sum(axis=1, keepdims=True)
    W = W - alpha * dW
    b1 = b1 - alpha * db1
    b2 = b2 - alpha * db2
""",
    "two updates": """
import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(30, 6))
W = rng.normal(size=(4, 6)) * .4
b, c = np.zeros(4), np.zeros(6)
for step in range(80):
    h = np.tanh(X @ W.T + b)
    out = h @ W + c
    loss = np.mean((out - X) ** 2)
    d_out = 2 * (out - X) / X.size
    d_h = (d_out @ W.T) * (1 - h ** 2)
    dW_enc = d_h.T @ X
    dW_dec = h.T @ d_out
    W -= 0.5 * dW_enc
    W -= 0.5 * dW_dec
    b -= 0.5 * d_h.sum(axis=0)
    c -= 0.5 * d_out.sum(axis=0)
""",
    "one sample at a time": """
import numpy as np
rng = np.random.RandomState(11)
X = rng.rand(20, 6)
W = rng.randn(6, 3) * .5
b = np.zeros(3); c = np.zeros(6)
for k in range(15):
    for x in X:
        h = np.tanh(x @ W + b)
        r = W @ h + c
        e = r - x
        back = (e @ W) * (1 - h * h)
        W -= 0.05 * (np.outer(x, back) + np.outer(e, h))
        b -= 0.05 * back
        c -= 0.05 * e
""",
    "momentum": """
import numpy as np
rng = np.random.RandomState(4)
X = rng.rand(40, 6)
W = rng.randn(6, 3) * .3
b, c = np.zeros(3), np.zeros(6)
vW, vb, vc = 0 * W, 0 * b, 0 * c
for k in range(150):
    h = np.tanh(X @ W + b)
    r = h @ W.T + c
    e = (r - X) / len(X)
    d = (e @ W) * (1 - h ** 2)
    dW = X.T @ d + e.T @ h
    db = d.sum(0)
    dc = e.sum(0)
    vW = 0.9 * vW - 0.1 * dW
    vb = 0.9 * vb - 0.1 * db
    vc = 0.9 * vc - 0.1 * dc
    W += vW; b += vb; c += vc
""",
    "two pairs": """
import numpy as np
rng = np.random.RandomState(14)
X = rng.rand(40, 8)
W1, W2 = rng.randn(8, 5) * .4, rng.randn(5, 3) * .4
for k in range(100):
    h1 = np.tanh(X @ W1)
    h2 = np.tanh(h1 @ W2)
    h3 = np.tanh(h2 @ W2.T)
    out = h3 @ W1.T
    d4 = (out - X) / len(X)
    d3 = (d4 @ W1) * (1 - h3 ** 2)
    d2 = (d3 @ W2) * (1 - h2 ** 2)
    d1 = (d2 @ W2.T) * (1 - h1 ** 2)
    dW1 = X.T @ d1 + d4.T @ h3
    dW2 = h1.T @ d2 + d3.T @ h2
    W1 -= .1 * dW1
    W2 -= .1 * dW2
""",
}
PLANTED = [
    ("samples as columns", "dW = dZ1 @ X.T + (dZ2 @ A1.T).T", "dW = (dZ2 @ A1.T).T", "use-left-out"),
    ("samples as columns", "dW = dZ1 @ X.T + (dZ2 @ A1.T).T", "dW = dZ1 @ X.T", "use-left-out"),
    ("samples as columns", "A1 * (1 - A1)", "(1 - A1 ** 2)", "slope-of-another-activation"),
    ("samples as columns", "dZ2 = (A2 - X) / n", "dZ2 = (A2 - X) ** 2 / n", "squared-error-used"),
    ("two updates", "    W -= 0.5 * dW_enc\n", "", "use-left-out"),
    ("two updates", " * (1 - h ** 2)", "", "missing-hidden-derivative"),
    ("two updates", "W -= 0.5 * dW_dec", "W -= dW_dec", "factor-two"),
    ("one sample at a time", " * (1 - h * h)", "", "missing-hidden-derivative"),
    ("one sample at a time", " + np.outer(e, h)", "", "use-left-out"),
    ("momentum", " * (1 - h ** 2)", "", "missing-hidden-derivative"),
    ("two pairs", "(1 - h1 ** 2)", "h1 * (1 - h1)", "slope-of-another-activation"),
    ("two pairs", "dW2 = h1.T @ d2 + d3.T @ h2", "dW2 = h1.T @ d2", "use-left-out"),
]
NO_BACKWARD_PASSES = {
    "Oja's rule": """
import numpy as np
rng = np.random.RandomState(4)
X = rng.randn(60, 5) @ rng.randn(5, 5)
W = rng.randn(5, 2) * .1
for epoch in range(20):
    Y = X @ W
    R = Y @ W.T
    E = X - R
    W += 0.001 * E.T @ Y
    loss = np.mean(E ** 2)
""",
    "contrastive divergence by means": """
import numpy as np
rng = np.random.RandomState(4)
V = (rng.rand(40, 6) > .5) * 1.0
W = rng.randn(6, 3) * .1
a, b = np.zeros(6), np.zeros(3)
s = lambda z: 1 / (1 + np.exp(-z))
for epoch in range(60):
    h = s(V @ W + b)
    v2 = s(h @ W.T + a)
    h2 = s(v2 @ W + b)
    dW = (V.T @ h - v2.T @ h2) / len(V)
    da = (V - v2).mean(axis=0)
    db = (h - h2).mean(axis=0)
    W += 0.1 * dW
    a += 0.1 * da
    b += 0.1 * db
    err = np.mean((V - v2) ** 2)
""",
    "contrastive divergence by samples": """
import numpy as np
rng = np.random.RandomState(4)
V = (rng.rand(40, 6) > .5) * 1.0
W = rng.randn(6, 3) * .1
s = lambda z: 1 / (1 + np.exp(-z))
for epoch in range(60):
    h = s(V @ W)
    hs = (h > rng.rand(*h.shape)) * 1.0
    v2 = s(hs @ W.T)
    h2 = s(v2 @ W)
    W += 0.1 * (V.T @ h - v2.T @ h2) / len(V)
    err = np.sum((V - v2) ** 2)
""",
}


def checked(path, text):
    """Check a file of this text."""
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_sum_of_both_parts_is_right(tmp_path, name):
    report = checked(tmp_path, SCRIPTS[name])
    assert report.status == "right", report


@pytest.mark.parametrize(("name", "old", "new", "identifier"), PLANTED)
def test_a_mistake_in_one_part_is_named(tmp_path, name, old, new, identifier):
    assert old in SCRIPTS[name]
    report = checked(tmp_path, SCRIPTS[name].replace(old, new))
    assert [finding.identifier for finding in report.findings][:1] == [identifier], report


def test_the_layer_whose_part_is_missing_is_said(tmp_path):
    name, old, new, _ = PLANTED[1]
    (finding,) = checked(tmp_path, SCRIPTS[name].replace(old, new)).findings
    assert (finding.layer, finding.line, finding.code) == (2, 16, "dW = dZ1 @ X.T")
    assert "W is used in L1 and, transposed, in L2; its gradient holds L1's part alone." in finding.happened


def test_each_part_has_a_verdict(tmp_path):
    report = checked(tmp_path, SCRIPTS["samples as columns"])
    assert [verdict.quantity for verdict in report.verdicts] == ["dW (L2's part)", "db2", "dW (L1's part)", "db1"]


@pytest.mark.parametrize("name", NO_BACKWARD_PASSES)
def test_what_is_no_backward_pass_is_not_called_a_wrong_one(tmp_path, name):
    report = checked(tmp_path, NO_BACKWARD_PASSES[name])
    assert report.status == "not-understood", report


@pytest.mark.parametrize("part", ["", " + 0.1 * W", " + 0.05 * W"])
@pytest.mark.usefixtures("layers_alone")
def test_a_penalty_on_shared_weights_is_not_judged(tmp_path, part):
    text = SCRIPTS["samples as columns"].replace("/ n\n    dZ2", "/ n + 0.05 * np.sum(W ** 2)\n    dZ2")
    report = checked(tmp_path, text.replace("(dZ2 @ A1.T).T", f"(dZ2 @ A1.T).T{part}"))
    assert report.status == "not-understood", report
    assert "penalty on weights that two layers share" in report.asks


def test_what_is_wrong_with_the_step_of_shared_weights_is_said_once(tmp_path):
    report = checked(tmp_path, SCRIPTS["samples as columns"].replace("W - alpha * dW", "W - dW"))
    assert [finding.identifier for finding in report.findings] == ["missing-learning-rate"], report
