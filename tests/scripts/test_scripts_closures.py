"""Functions that keep arrays for functions inside them: each call has its own, though they share a name."""

import pytest

from backlit.scripts.check_file import check_script

SCRIPTS = {
    "two functions returned": """
import numpy as np
rng = np.random.RandomState(3)
def dense(n_in, n_out):
    W = rng.randn(n_in, n_out) * 0.4
    b = np.zeros(n_out)
    memory = {}
    def forward(x):
        memory["x"] = x
        return x.dot(W) + b
    def backward(d, lr):
        nonlocal W, b
        dW = memory["x"].T.dot(d)
        db = d.sum(axis=0)
        below = d.dot(W.T)
        W = W - lr * dW
        b = b - lr * db
        return below
    return forward, backward
def tanh():
    out = None
    def forward(x):
        nonlocal out
        out = np.tanh(x)
        return out
    def backward(d, lr):
        return d * (1 - out ** 2)
    return forward, backward
X = rng.randn(25, 3); Y = np.c_[X[:, 0] * X[:, 1], X[:, 2] ** 2]
layers = [dense(3, 6), tanh(), dense(6, 5), tanh(), dense(5, 2)]
for epoch in range(150):
    a = X
    for fwd, _ in layers:
        a = fwd(a)
    loss = np.mean((a - Y) ** 2)
    d = 2 * (a - Y) / Y.size
    for _, bwd in reversed(layers):
        d = bwd(d, 0.1)
""",
    "a dictionary of functions": """
import numpy as np
def make_layer(rng, n_in, n_out, act, slope):
    params = {"w": rng.uniform(-.5, .5, (n_out, n_in)), "b": np.zeros((n_out, 1))}
    seen = {}
    def fwd(x):
        seen["x"] = x
        seen["a"] = act(params["w"] @ x + params["b"])
        return seen["a"]
    def bwd(da, eta):
        dz = da * slope(seen["a"])
        m = dz.shape[1]
        dw = dz @ seen["x"].T / m
        db = dz.sum(axis=1, keepdims=True) / m
        dx = params["w"].T @ dz
        params["w"] -= eta * dw
        params["b"] -= eta * db
        return dx
    return {"forward": fwd, "backward": bwd}
sig = lambda z: 1 / (1 + np.exp(-z))
rng = np.random.default_rng(8)
X = rng.normal(size=(3, 40)); y = (X[:1] * X[1:2] > 0).astype(float)
hidden = make_layer(rng, 3, 7, np.tanh, lambda a: 1 - a ** 2)
output = make_layer(rng, 7, 1, sig, lambda a: a * (1 - a))
for step in range(300):
    p = output["forward"](hidden["forward"](X))
    dp = p - y
    hidden["backward"](output["backward"](dp, 0.5), 0.5)
""",
    "one network": """
import numpy as np
def network(sizes, seed):
    rng = np.random.default_rng(seed)
    W1 = rng.normal(size=(sizes[0], sizes[1])) * .5
    W2 = rng.normal(size=(sizes[1], sizes[2])) * .5
    def predict(x):
        return np.maximum(x @ W1, 0) @ W2
    def train(x, t, rate):
        nonlocal W1, W2
        h = np.maximum(x @ W1, 0)
        o = h @ W2
        d2 = (o - t) / len(x)
        d1 = (d2 @ W2.T) * (h > 0)
        W2 = W2 - rate * h.T @ d2
        W1 = W1 - rate * x.T @ d1
        return 0.5 * ((o - t) ** 2).sum() / len(x)
    return predict, train
rng = np.random.default_rng(1)
X = rng.normal(size=(32, 4)); T = np.abs(X[:, :2])
predict, train = network([4, 8, 2], 5)
for i in range(200):
    loss = train(X, T, 0.05)
print(loss)
""",
    "an optimizer for each array": """
import numpy as np
rng = np.random.default_rng(2)
def optimizer(p, lr, mu):
    v = np.zeros_like(p)
    def step(g):
        nonlocal v
        v = mu * v - lr * g
        p[...] += v
    return step
X = rng.normal(size=(40, 3)); Y = rng.normal(size=(40, 2))
W1, b1 = rng.normal(size=(3, 5)) * .5, np.zeros(5)
W2, b2 = rng.normal(size=(5, 2)) * .5, np.zeros(2)
steps = [optimizer(p, 0.05, 0.9) for p in (W1, b1, W2, b2)]
for i in range(60):
    a = np.tanh(X @ W1 + b1)
    out = a @ W2 + b2
    d = (out - Y) / len(X)
    e = (d @ W2.T) * (1 - a ** 2)
    grads = [X.T @ e, e.sum(0), a.T @ d, d.sum(0)]
    for s, g in zip(steps, grads):
        s(g)
""",
}
PLANTED = [
    ("two functions returned", "d * (1 - out ** 2)", "d", "missing-hidden-derivative"),
    ("two functions returned", "db = d.sum(axis=0)", "db = d.mean(axis=0)", "mean-twice"),
    (
        "two functions returned",
        "        below = d.dot(W.T)\n        W = W - lr * dW\n",
        "        W = W - lr * dW\n        below = d.dot(W.T)\n",
        "updated-weights-used",
    ),
    ("a dictionary of functions", "lambda a: 1 - a ** 2", "lambda a: a * (1 - a)", "slope-of-another-activation"),
    ("a dictionary of functions", "lambda a: a * (1 - a)", "lambda a: a", "value-as-slope"),
    ("one network", " * (h > 0)", "", "missing-hidden-derivative"),
    ("one network", "W1 - rate * x.T", "W1 - x.T", "missing-learning-rate"),
    ("an optimizer for each array", " * (1 - a ** 2)", "", "missing-hidden-derivative"),
]


def checked(path, text):
    """Check a file of this text."""
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


@pytest.mark.parametrize("name", SCRIPTS)
def test_closures_are_layers_of_their_own(tmp_path, name):
    report = checked(tmp_path, SCRIPTS[name])
    assert report.status == "right", report


@pytest.mark.parametrize(("name", "old", "new", "identifier"), PLANTED)
def test_a_mistake_in_closures_is_named(tmp_path, name, old, new, identifier):
    assert old in SCRIPTS[name]
    report = checked(tmp_path, SCRIPTS[name].replace(old, new))
    assert [finding.identifier for finding in report.findings][:1] == [identifier], report


def test_arrays_of_one_name_are_told_apart_by_what_they_are_of(tmp_path):
    report = checked(tmp_path, SCRIPTS["two functions returned"])
    assert [verdict.quantity for verdict in report.verdicts] == [
        f"{name} of layers[{index}]" for index in (4, 2, 0) for name in ("dW", "db")
    ]


def test_variables_of_a_function_that_is_called_once_have_their_plain_names(tmp_path):
    report = checked(tmp_path, SCRIPTS["one network"])
    assert [verdict.quantity for verdict in report.verdicts] == ["step of W2", "step of W1"]


def test_a_function_called_again_and_again_keeps_nothing(tmp_path):
    """Nor does what it is called with belong to its calls."""
    text = """
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
def affine(x, W):
    count = 0
    def back(g):
        nonlocal count
        count += 1
        below = g @ W.T
        dW = x.T @ g
        W[...] -= 0.05 * dW
        return below
    return x @ W, back
for epoch in range(120):
    s, first = affine(X, A)
    h = np.tanh(s)
    out, second = affine(h, B)
    first(second((out - y) / 12) * (1 - h**2))
"""
    report = checked(tmp_path, text)
    assert report.status in ("right", "not-understood"), report
