"""The same word whatever numbers a script drew, and however many it holds."""

from pathlib import Path

import pytest

from backlit.scripts.check_file import check_script

STARTED_AGAIN = """
import numpy as np
np.random.seed(SEED)

class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.sizes = n_in, n_hidden, n_out
        self.start()

    def start(self):
        n_in, n_hidden, n_out = self.sizes
        self.w1, self.b1 = np.random.rand(n_in, n_hidden), np.zeros(n_hidden)
        self.w2, self.b2 = np.random.rand(n_hidden, n_out), np.zeros(n_out)

    def relu(self, x):
        return np.maximum(0, x)

    def slope(self, x):
        return np.where(x > 0, 1, 0)

    def forward(self, X):
        self.z1 = np.dot(X, self.w1) + self.b1
        self.a1 = self.relu(self.z1)
        self.z2 = np.dot(self.a1, self.w2) + self.b2
        self.a2 = self.relu(self.z2)
        return self.a2

    def backward(self, X, y, made):
        d2 = (y - made) * self.slope(made)
        d1 = np.dot(d2, self.w2.T) SLOPE
        self.w2 += 0.1 * np.dot(self.a1.T, d2)
        self.b2 += 0.1 * np.sum(d2, axis=0)
        self.w1 += 0.1 * np.dot(X.T, d1)
        self.b1 += 0.1 * np.sum(d1, axis=0)

X = np.array([[0, 0], [1, 1], [1, 0], [0, 1]])
y = np.array([[0], [0], [1], [1]])
net, last, epoch = Net(2, 2, 1), 1, 0
while epoch < 400:
    made = net.forward(X)
    net.backward(X, y, made)
    if epoch % 100 == 0:
        loss = np.mean(np.square(y - made))
        if last - loss < 0.001:
            if loss <= 0.25:
                break
            net.start()
            epoch, last = 0, 1
            continue
        last = loss
    epoch += 1
"""


@pytest.mark.parametrize("seed", [0, 3, 5, 8, 13, 24, 38, 45])
def test_a_net_of_relu_that_starts_again_until_it_learns(tmp_path, seed):
    # it ends where a unit is dead, where all are above 0, or at a mean of the targets
    file = tmp_path / "net.py"
    text = STARTED_AGAIN.replace("SEED", str(seed))
    file.write_text(text.replace("SLOPE", "* self.slope(self.a1)"), encoding="utf-8")
    report = check_script(file, seconds=0.5)
    assert report.status == "right", report.to_text()


def test_a_net_of_relu_whose_slope_is_left_out(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(STARTED_AGAIN.replace("SEED", "4").replace("SLOPE", ""), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"], report.to_text()


LARGE = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(3000, 20))
T = np.sin(X[:, :1])
U, V = rng.normal(size=(30, 20)) / 5, rng.normal(size=(1, 30)) / 5
for epoch in range(40):
    Z = X @ U.T
    H = np.maximum(Z, 0)
    Y = H @ V.T
    loss = np.mean((Y - T) ** 2)
    D = 2 * (Y - T) / len(X)
    E = D @ V * np.where(Z > 0, 1, 0)
    dV, dU = D.T @ H, E.T @ X
    U, V = U - 0.1 * dU, V - 0.1 * dV
"""


def test_a_file_with_much_to_tell_of(tmp_path):
    # more than 4 MiB of numbers
    file = tmp_path / "net.py"
    file.write_text(LARGE, encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report.to_text()
    assert len(report.verdicts) == 2


ONE_ON = """
import random
random.seed(SEED)
W1 = [[random.gauss(0, 1) for _ in range(2)] for _ in range(3)]
b1 = [-0.6] * 3
W2 = [random.gauss(0, 1) for _ in range(3)]
b2 = 0.0
data = [([random.gauss(0, 1), random.gauss(0, 1)], random.gauss(0, 1)) for _ in range(12)]
for epoch in range(40):
    for x, y in data:
        z = [sum(W1[i][j] * x[j] for j in range(2)) + b1[i] for i in range(3)]
        h = [max(0.0, v) for v in z]
        p = sum(W2[i] * h[i] for i in range(3)) + b2
        d = p - y
        e = [d * W2[i] * (z[i] > 0) for i in range(3)]
        for i in range(3):
            W2[i] -= 0.05 * d * h[i]
            for j in range(2):
                W1[i][j] -= 0.05 * e[i] * x[j]
            b1[i] -= 0.05 * e[i]
        b2 -= 0.05 * d
"""


@pytest.mark.parametrize("seed", [0, 3, 5, 9])
def test_one_unit_that_is_on_tells_no_gradient(tmp_path, seed):
    # then what goes into the output layer and what comes back from it are in proportion, whatever they are
    file = tmp_path / "net.py"
    file.write_text(ONE_ON.replace("SEED", str(seed)), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report.to_text()


UNIT_THAT_IS_OFF = """
import numpy as np

rng = np.random.default_rng(SEED)
X = rng.normal(size=(30, 3))
y = rng.normal(size=(30, 2))
Ws = [rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=(4, 2))]
bs = [np.zeros(4), np.full(4, 0.1), np.zeros(2)]
bs[1][2] = -90.0
params = Ws + bs
m = [np.zeros_like(q) for q in params]
s = [np.zeros_like(q) for q in params]

for t in range(1, 40):
    acts = [X]
    for i, (w, b) in enumerate(zip(Ws, bs)):
        z = acts[-1] @ w + b
        acts.append(z if i == 2 else np.maximum(z, 0))
    loss = 0.5 * ((acts[-1] - y) ** 2).sum() / 30
    d = (acts[-1] - y) / 30
    gw, gb = [None] * 3, [None] * 3
    for i in (2, 1, 0):
        gw[i], gb[i] = acts[i].T @ d, d.sum(axis=0)
        if i:
            d = d @ Ws[i].T * (acts[i] > 0)
    for q, g, mi, si in zip(params, gw + gb, m, s):
        mi *= 0.9
        mi += 0.1 * g
        si *= 0.999
        si += 0.001 * g**2
        q -= 0.01 * (mi / (1 - 0.9**t)) / (np.sqrt(si / (1 - 0.999**t)) + 1e-8)
"""

CALLED_HUBER = """
import numpy as np

rng = np.random.default_rng(3)
X = rng.normal(size=(60, 3))
Y = X @ rng.normal(size=(3, 2)) + 0.3 * rng.normal(size=(60, 2))
W1, b1 = 0.5 * rng.normal(size=(3, 4)), np.zeros(4)
W2, b2 = 0.5 * rng.normal(size=(4, 2)), np.zeros(2)


def huber(t, y):
    r = np.abs(t - y)
    return np.where(r <= 1.0, 0.5 * r**2, r - 0.5).mean()


for epoch in range(10):
    order = rng.permutation(60)
    for start in range(0, 60, 12):
        x, y = X[order[start:start + 12]], Y[order[start:start + 12]]
        h = np.tanh(x @ W1 + b1)
        g = np.clip(h @ W2 + b2 - y, -1.0, 1.0) / 12
        dW2, db2 = h.T @ g, g.sum(axis=0)
        d = g @ W2.T * (1 - h**2)
        W2 -= 0.05 * dW2
        b2 -= 0.05 * db2
        W1 -= 0.05 * x.T @ d
        b1 -= 0.05 * d.sum(axis=0)
    print(huber(np.tanh(X @ W1 + b1) @ W2 + b2, Y))
"""

SCRIPTS = Path(__file__).parents[2] / "benchmarks" / "scripts"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_layers_of_one_width_are_no_largest_mean_square_of_each_other(tmp_path, seed):
    path = tmp_path / "net.py"
    path.write_text(UNIT_THAT_IS_OFF.replace("SEED", str(seed)))
    report = check_script(path)
    assert report.status == "right", report


def test_a_loss_of_other_data_alone_is_known_by_what_it_is_called(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(CALLED_HUBER)
    report = check_script(path)
    assert report.status == "right", report
    assert "huber" in str(report).lower()
    path.write_text(CALLED_HUBER.replace("d = g @ W2.T * (1 - h**2)", "d = g @ W2.T"))
    assert [finding.identifier for finding in check_script(path).findings] == ["missing-hidden-derivative"]


@pytest.mark.parametrize("seed", [0, 8])
def test_what_equals_the_label_and_was_there_before_is_not_the_label(tmp_path, seed):
    # the label of the sample before, and a loop's counter, are 0 while the label is 1
    text = (SCRIPTS / "151_dataclass_circle_lists_right.py").read_text()
    for old, new in (("range(1, 61)", "range(1, 5)"), ("inside_circle(150)", "inside_circle(30)"), ("77", str(seed))):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "net.py"
    path.write_text(text)
    report = check_script(path)
    assert report.status == "right", report
