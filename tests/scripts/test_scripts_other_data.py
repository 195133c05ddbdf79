"""A pass over other data amid the training disturbs nothing."""

import pytest
from changed import told

NET = """
import numpy as np
rng = np.random.RandomState(0)
data = rng.randn(60, 4); labels = np.eye(3)[np.argmax(data[:, :3], axis=1)]
Xtr, Xte, ytr, yte = data[:30], data[30:], labels[:30], labels[30:]

class Net:
    def __init__(self):
        self.W1 = rng.randn(4, 6) * .4; self.b1 = np.zeros((1, 6))
        self.W2 = rng.randn(6, 3) * .4; self.b2 = np.zeros((1, 3))
    def forward(self, X):
        self.X = X
        self.h = np.maximum(0, X @ self.W1 + self.b1)
        s = self.h @ self.W2 + self.b2
        e = np.exp(s - s.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        return self.p
    def backward(self, y):
        ds = (self.p - y) / len(y)
        self.dW2 = self.h.T @ ds; self.db2 = ds.sum(0, keepdims=True)
        dh = ds @ self.W2.T * (self.h > 0)
        self.dW1 = self.X.T @ dh; self.db1 = dh.sum(0, keepdims=True)
    def step(self, lr):
        self.W1 -= lr * self.dW1; self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2; self.b2 -= lr * self.db2

net = Net()
for e in range(12):
    net.forward(Xtr); net.backward(ytr)
    acc = np.mean(net.forward(Xte).argmax(1) == yte.argmax(1))
    net.step(.5)
"""
LIST = """
import numpy as np
rng = np.random.default_rng(3)
data, classes = rng.normal(size=(50, 5)), rng.integers(0, 3, size=50)
sizes = [5, 7, 6, 3]
weights = [rng.normal(size=(a, b)) * .4 for a, b in zip(sizes, sizes[1:])]
squares = [np.zeros_like(w) for w in weights]

def forward(x):
    layers = [x]
    for k, w in enumerate(weights):
        z = layers[-1] @ w
        e = np.exp(z - z.max(axis=1)[:, None])
        layers.append(np.tanh(z) if k < 2 else e / e.sum(axis=1)[:, None])
    return layers

for epoch in range(6):
    for part in np.split(np.arange(40), 4):
        layers = forward(data[part])
        error = (layers[-1] - np.eye(3)[classes[part]]) / len(part)
        for k in (2, 1, 0):
            d_weights = layers[k].T @ error
            error = (error @ weights[k].T) * (1 - layers[k] ** 2)
            squares[k] = .9 * squares[k] + .1 * d_weights ** 2
            weights[k] = weights[k] - .01 * d_weights / (np.sqrt(squares[k]) + 1e-8)
    held = -np.log(forward(data[40:])[-1][np.arange(10), classes[40:]]).mean()
"""


def test_between_the_backward_pass_and_the_step(tmp_path):
    report = told(tmp_path, NET)
    assert report.status == "right", report
    wrong = told(tmp_path, NET, (" * (self.h > 0)", ""))
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"]


@pytest.mark.parametrize(
    ("changes", "identifiers"),
    [
        ((), []),
        (((" * (1 - layers[k] ** 2)", ""),), ["missing-hidden-derivative"]),
        ((("np.sqrt(squares[k])", "squares[k]"),), ["missing-root"]),
    ],
)
@pytest.mark.parametrize("names", [("weights", "weights"), ("weights", "bhaar")])
def test_after_each_epoch_with_one_name_for_the_gradients_of_a_list(tmp_path, changes, identifiers, names):
    # d_bhaar is known as the gradient of bhaar[k] though the word is not
    report = told(tmp_path, LIST, *changes, names, ("squares", "yaad"))
    assert report.status == ("wrong" if identifiers else "right"), report
    assert [finding.identifier for finding in report.findings] == identifiers


MEASURED = """
import numpy as np
rng = np.random.default_rng(6)
X, Y = rng.normal(size=(24, 3)), rng.normal(size=(24, 1))
X_test, Y_test = rng.normal(size=(9, 3)), rng.normal(size=(9, 1))
W1, b1, W2, b2 = rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)

def forward(x):
    z = x @ W1 + b1
    h = np.where(z > 0, z, 0.1 * z)
    return z, h, h @ W2 + b2

step = 0
for epoch in range(9):
    for rows in np.array_split(rng.permutation(24), 4):
        x, y = X[rows], Y[rows]
        z, h, guess = forward(x)
        d = np.sign(guess - y) / len(x)
        dW2, db2 = h.T @ d, d.sum(axis=0)
        e = (d @ W2.T) * np.where(z > 0, 1.0, 0.1)
        dW1, db1 = x.T @ e, e.sum(axis=0)
        W1 = W1 - 0.1 * dW1
        b1 = b1 - 0.1 * db1
        W2 = W2 - 0.1 * dW2
        b2 = b2 - 0.1 * db2
        step += 1
        if step == LAST:
            raise SystemExit
    print(epoch, np.abs(forward(X_test)[2] - Y_test).mean())
"""


@pytest.mark.parametrize("last", [8, 9, 10, 13])
def test_a_step_is_not_judged_by_the_pass_that_measured_the_same_weights(tmp_path, last):
    # the 9th step is the first of an epoch: the weights are those with which other data were measured
    report = told(tmp_path, MEASURED, ("LAST", str(last)))
    assert report.status == "right", report
    assert report.understood[0].startswith("x (6, 3)")
