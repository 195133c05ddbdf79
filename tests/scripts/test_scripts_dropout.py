"""Dropout in scripts: the mask is found by value, and used on the way back as on the way there, or that is named."""

import numpy as np
import pytest

from backlit.scripts.check_file import check_script
from backlit.scripts.found.masks import mask_between

HEAD = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(30, 5))
t = (X[:, 0] * X[:, 1] > 0).astype(int)
Y = np.eye(2)[t]
W1, b1 = rng.normal(size=(5, 8)) * 0.5, np.zeros(8)
W2, b2 = rng.normal(size=(8, 2)) * 0.5, np.zeros(2)
keep, lr = 0.75, 0.1
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
INLINE = (
    HEAD
    + """
for epoch in range(40):
    a1 = np.tanh(X @ W1 + b1)
    whole = a1.copy()
    mask = (rng.random(a1.shape) < keep) / keep
    a1 *= mask
    p = softmax(a1 @ W2 + b2)
    loss = -np.mean(np.sum(Y * np.log(p), axis=1))
    dz2 = (p - Y) / len(X)
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = (dz2 @ W2.T) * mask * (1 - whole ** 2)
    dW1 = X.T @ dz1
    db1 = dz1.sum(axis=0)
    W1 -= lr * dW1; b1 -= lr * db1; W2 -= lr * dW2; b2 -= lr * db2
"""
)
BOTH_SIDES = (
    HEAD
    + """
for epoch in range(40):
    in_mask = rng.random(X.shape) < 0.9
    mask = (rng.random((30, 8)) < keep) / keep
    h = np.maximum(0, (X * in_mask) @ W1 + b1) * mask
    p = softmax(h @ W2 + b2)
    print(-np.log(p[np.arange(30), t]).mean())
    g = p.copy(); g[np.arange(30), t] -= 1; g /= 30
    gW2 = h.T @ g; gb2 = g.sum(axis=0)
    gh = g @ W2.T * mask
    gh[h <= 0] = 0
    gW1 = (X * in_mask).T @ gh; gb1 = gh.sum(axis=0)
    for w, d in ((W1, gW1), (b1, gb1), (W2, gW2), (b2, gb2)):
        w -= lr * d
"""
)
COLUMNS = """
import numpy as np
np.random.seed(1)
X = np.random.randn(4, 40)
Y = (X[:1] + X[1:2] > 0).astype(float)
W1, W2 = np.random.randn(6, 4) * 0.6, np.random.randn(1, 6) * 0.6
b1, b2 = np.zeros((6, 1)), np.zeros((1, 1))
keep_prob = 0.8
def forward(X):
    A1 = np.maximum(0, W1 @ X + b1)
    D1 = np.random.rand(A1.shape[0], A1.shape[1])
    D1 = (D1 < keep_prob).astype(int)
    A1 = A1 * D1
    A1 = A1 / keep_prob
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    return D1, A1, A2
for i in range(100):
    D1, A1, A2 = forward(X)
    cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / 40
    db2 = dZ2.sum(axis=1, keepdims=True) / 40
    dA1 = W2.T @ dZ2
    dA1 = dA1 * D1
    dA1 = dA1 / keep_prob
    dZ1 = dA1 * (A1 > 0)
    dW1 = dZ1 @ X.T / 40
    db1 = dZ1.sum(axis=1, keepdims=True) / 40
    W1, b1 = W1 - 0.3 * dW1, b1 - 0.3 * db1
    W2, b2 = W2 - 0.3 * dW2, b2 - 0.3 * db2
"""
LAYERS = """
import numpy as np
rng = np.random.default_rng(0)
class Dense:
    def __init__(self, n, m):
        self.W, self.b = rng.normal(size=(n, m)) * 0.7, np.zeros((1, m))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, d, lr):
        back = d @ self.W.T
        self.dW, self.db = self.x.T @ d, d.sum(axis=0, keepdims=True)
        self.W = self.W - lr * self.dW
        self.b = self.b - lr * self.db
        return back
class Sigmoid:
    def forward(self, z):
        self.s = 1 / (1 + np.exp(-z))
        return self.s
    def backward(self, d, lr):
        return d * self.s * (1 - self.s)
class Dropout:
    def forward(self, x):
        self.mask = rng.random(x.shape) >= 0.3
        return x * self.mask
    def backward(self, d, lr):
        return d * self.mask
net = [Dense(3, 6), Sigmoid(), Dropout(), Dense(6, 4), Sigmoid(), Dropout(), Dense(4, 1)]
X = rng.normal(size=(25, 3)); y = np.sin(X[:, :1]) + X[:, 1:2]
for epoch in range(30):
    out = X
    for layer in net:
        out = layer.forward(out)
    loss = ((out - y) ** 2).mean()
    d = 2 * (out - y) / y.size
    for layer in reversed(net):
        d = layer.backward(d, 0.05)
"""
NO_NAME = """
import numpy as np
np.random.seed(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [1, 1, 0]])
y = np.array([[0, 1, 1, 0, 1]]).T
w0, w1 = 2 * np.random.random((3, 6)) - 1, 2 * np.random.random((6, 1)) - 1
for j in range(300):
    l1 = 1 / (1 + np.exp(-(X @ w0)))
    slope = l1 * (1 - l1)
    l1 *= np.random.binomial(1, 0.8, size=(5, 6)) / 0.8
    l2 = 1 / (1 + np.exp(-(l1 @ w1)))
    l2_delta = (l2 - y) * l2 * (1 - l2)
    l1_delta = l2_delta @ w1.T * BACK
    w1 -= 0.5 * l1.T @ l2_delta
    w0 -= 0.5 * X.T @ l1_delta
"""
ONE_BY_ONE = """
import numpy as np
rng = np.random.default_rng(SEED)
data = rng.normal(size=(6, 3)); targets = np.tanh(data @ rng.normal(size=(3, 2)))
Wh, Wo = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for epoch in range(2):
    for x, t in zip(data, targets):
        hidden = np.tanh(x @ Wh)
        d = rng.random(4) < 0.85
        hidden = hidden * d
        out = hidden @ Wo
        delta_o = out - t
        delta_h = (Wo @ delta_o) * (1 - hidden ** 2)
        Wo -= 0.05 * np.outer(hidden, delta_o)
        Wh -= 0.05 * np.outer(x, delta_h)
"""


def report_of(path, text, old="", new=""):
    """Check a script with one part of it replaced."""
    assert old in text
    file = path / "net.py"
    file.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (INLINE, "", "", "L1: a1 = tanh(X @ W1 + b1) * mask"),
        (INLINE, "< keep) / keep", "< keep)", "L1: a1 = tanh(X @ W1 + b1) * mask"),
        (BOTH_SIDES, "", "", "L1: h = relu(X * in_mask @ W1 + b1) * mask"),
        (COLUMNS, "", "", "L1: A1 = relu(W1 @ X + b1) * D1 * 1.25"),
        (COLUMNS, " / keep_prob\n", "\n", "L1: A1 = relu(W1 @ X + b1) * D1"),
        (LAYERS, "", "", "L1: out = sigmoid(X @ net[0].W + net[0].b) * net[2].mask"),
        (LAYERS, "rng.random(x.shape) >= 0.3", "(rng.random(x.shape) >= 0.3) / 0.7", ""),
        (NO_NAME, "BACK", "slope * (l1 > 0) / 0.8", "L1: l1 = sigmoid(X @ w0) * a mask of 0 and 1.25"),
    ],
)
def test_a_right_pass_through_dropout_is_right_and_the_mask_is_said(tmp_path, text, old, new, said):
    report = report_of(tmp_path, text, old, new)
    assert report.status == "right", report
    assert said in "\n".join(report.understood)
    assert report.findings == ()


@pytest.mark.parametrize(
    ("text", "old", "new", "name"),
    [
        (INLINE, "W2.T) * mask", "W2.T)", "mask-left-out"),
        (INLINE, "W2.T) * mask", "W2.T) * (mask > 0)", "mask-scale-left-out"),
        (INLINE, "W2.T) * mask", "W2.T) * mask / keep", "mask-scale-twice"),
        (INLINE, "1 - whole ** 2", "1 - a1 ** 2", "slope-after-mask"),
        (INLINE, "dW2 = a1.T", "dW2 = whole.T", "input-before-mask"),
        (INLINE, "* mask * (1 - whole ** 2)", "* mask", "missing-hidden-derivative"),
        (BOTH_SIDES, "W2.T * mask", "W2.T", "mask-scale-left-out"),
        (COLUMNS, "    dA1 = dA1 * D1\n    dA1 = dA1 / keep_prob\n", "", "mask-scale-left-out"),
        (COLUMNS, "    dA1 = dA1 / keep_prob\n", "", "mask-scale-left-out"),
        (COLUMNS, "(A1 > 0)", "1", "missing-hidden-derivative"),
        (LAYERS, "return d * self.mask", "return d", "mask-left-out"),
        (NO_NAME, "BACK", "slope", "mask-left-out"),
    ],
)
def test_a_mask_that_is_used_otherwise_on_the_way_back_is_named(tmp_path, text, old, new, name):
    report = report_of(tmp_path, text, old, new)
    assert report.status == "wrong", report
    assert [finding.identifier for finding in report.findings] == [name]
    assert report.findings[0].line > 0


def test_what_to_write_instead_has_the_mask_and_the_activation_of_before_it(tmp_path):
    report = report_of(tmp_path, INLINE, "W2.T) * mask", "W2.T)")
    assert report.findings[0].instead == "dz1 = (dz2 @ W2.T) * mask * (1 - whole**2)"


@pytest.mark.usefixtures("layers_alone")
def test_a_mask_that_no_array_shows_is_not_judged(tmp_path):
    unseen = "(np.random.default_rng(epoch).random((30, 8)) < keep)"
    text = INLINE.replace("    a1 *= mask\n", "").replace("p = softmax(a1", f"p = softmax((a1 * {unseen})")
    text = text.replace("dW2 = a1.T", f"print(softmax(a1 @ W2 + b2)[0]); dW2 = (a1 * {unseen}).T")
    text = text.replace("* mask", f"* {unseen}")
    report = report_of(tmp_path, text, "mask = (rng.random(a1.shape) < keep) / keep", "mask = 1")
    assert report.status == "not-understood", report
    assert "leave out units at random" in report.asks


def test_a_mask_that_left_out_nothing_proves_nothing(tmp_path):
    said = {seed: report_of(tmp_path, ONE_BY_ONE, "SEED", str(seed)).status for seed in range(6)}
    assert set(said.values()) <= {"wrong", "not-understood"}
    # by this seed the masks of the passes that are kept leave nothing out
    assert said[1] == "not-understood"


def test_a_mask_is_0_or_one_number():
    a, b = np.array([1.0, -2.0, 3.0, 0.0]), np.array([2.0, -4.0, 0.0, 0.0])
    assert mask_between(a, b).tolist() == [2, 2, 0, 2]
    assert mask_between(a, b + np.array([0, 0.1, 0, 0])) is None
    assert mask_between(a, -b) is None
    assert mask_between(a, 2 * a) is None
    assert mask_between(a, 2 * a, constant=True).tolist() == [2, 2, 2, 2]
    assert mask_between(a, b[:3]) is None


RELU = """
import numpy as np
rng = np.random.default_rng(1)
X, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
for step in range(20):
    z = X @ W1
    on = (z > 0) * 1.0
    h = z * on
    out = h @ W2
    loss = np.mean((out - y) ** 2)
    d = 2 * (out - y) / y.size
    dW2 = h.T @ d
    dW1 = X.T @ (d @ W2.T)
    W1 -= 0.1 * dW1; W2 -= 0.1 * dW2
"""


def test_what_a_relu_sets_to_0_is_no_dropout(tmp_path):
    report = report_of(tmp_path, RELU)
    assert "L1: h = relu(X @ W1)" in report.understood
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]
    right = report_of(tmp_path, RELU, "(d @ W2.T)", "((d @ W2.T) * on)")
    assert right.status == "right", right
