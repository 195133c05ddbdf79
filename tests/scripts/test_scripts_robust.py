"""The same word whatever numbers a script drew, and however many it holds."""

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
