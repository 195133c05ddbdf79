"""Gradients that are added up over samples, and whether they are set back to zero before the next update."""

import pytest
from changed import told

from backlit.scripts.check_file import check_script

SUMS = """
import numpy as np
rng = np.random.default_rng(4)
xs = rng.normal(size=(N, 2))
ys = np.tanh(xs[:, 0] - 2 * xs[:, 1])
W, b, v, c = rng.normal(size=(3, 2)), np.zeros(3), rng.normal(size=3), 0.1
W_grad, b_grad, v_grad, c_grad = np.zeros((3, 2)), np.zeros(3), np.zeros(3), 0.0
for epoch in range(25):
    START
    for x, y in zip(xs, ys):
        h = np.tanh(W @ x + b)
        out = v @ h + c
        err = out - y
        v_grad += err * h
        c_grad += err
        dz = err * v * (1 - h ** 2)
        W_grad += np.outer(dz, x)
        b_grad += dz
    W -= 0.02 * W_grad / N
    b -= 0.02 * b_grad / N
    v -= 0.02 * v_grad / N
    c -= 0.02 * c_grad / N
    END
"""
RESETS = {
    "zeros": "W_grad, b_grad, v_grad, c_grad = np.zeros((3, 2)), np.zeros(3), np.zeros(3), 0.0",
    "part by part": "W_grad[:] = 0; b_grad[...] = 0; v_grad[:] = 0; c_grad = 0.0",
    "times 0": "W_grad *= 0; b_grad *= 0; v_grad *= 0; c_grad *= 0.0",
    "fill": "W_grad.fill(0); b_grad.fill(0); v_grad.fill(0); c_grad = 0.0",
    "a loop": "for g in (W_grad, b_grad, v_grad): g[:] = 0\n    c_grad = 0.0",
    "a function": "np.copyto(W_grad, 0); np.copyto(b_grad, 0); np.copyto(v_grad, 0); c_grad = 0.0",
}


def checked(path, samples, start="pass", end="pass"):
    """Check a file with these lines."""
    text = SUMS.replace("START", start).replace("END", end).replace("N,", f"{samples},").replace("/ N", f"/ {samples}")
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


@pytest.mark.parametrize("samples", [2, 9])
@pytest.mark.parametrize("place", ["start", "end"])
@pytest.mark.parametrize("reset", RESETS)
def test_sums_that_are_set_back_are_right_however_that_is_written(tmp_path, reset, place, samples):
    report = checked(tmp_path, samples, **{place: RESETS[reset]})
    assert report.status == "right", report


@pytest.mark.parametrize("samples", [2, 9])
def test_sums_that_are_never_set_back_are_a_mistake(tmp_path, samples):
    assert [finding.identifier for finding in checked(tmp_path, samples).findings] == ["accumulated"]


def test_sums_without_end_are_told_where_the_training_has_died_of_them(tmp_path):
    text = """
import numpy as np
rng = np.random.RandomState(713)
X = rng.randn(20, 4)
y = (X[:, :1] - X[:, 1:2] > 0).astype(float)
w1, w2 = rng.randn(4, 5) * .5, rng.randn(5, 1) * .5
sigm = lambda v: 1 / (1 + np.exp(-v))
dw1, dw2 = np.zeros_like(w1), np.zeros_like(w2)
for ep in range(40):
    for i in range(20):
        xi, yi = X[i:i+1], y[i:i+1]
        h = sigm(xi @ w1)
        o = sigm(h @ w2)
        do = (o - yi) * o * (1 - o)
        dw2 += h.T @ do
        dw1 += xi.T @ ((do @ w2.T) * h * (1 - h))
        w2 -= 0.1 * dw2
        w1 -= 0.1 * dw1
"""
    (tmp_path / "net.py").write_text(text, encoding="utf-8")
    report = check_script(tmp_path / "net.py")
    # the last step is saturated, and the moment before it has gradients, but no steps
    assert [finding.identifier for finding in report.findings] == ["accumulated"], report


PORT = """
import numpy as np
rng = np.random.default_rng(11)
y = rng.integers(1, 4, 14)
X = rng.normal(size=(5, 3))[:, y - 1] + rng.normal(size=(5, 14))
Theta1, Theta2 = rng.normal(size=(4, 6)), rng.normal(size=(3, 5))
lam, m = 0.5, 14
for turn in range(12):
    a1 = np.vstack((np.ones((1, m)), X))
    a2 = np.vstack((np.ones((1, m)), 1 / (1 + np.exp(-Theta1 @ a1))))
    e = np.exp(Theta2 @ a2)
    a3 = e / e.sum(0)
    Delta1, Delta2 = np.zeros(Theta1.shape), np.zeros(Theta2.shape)
    for t in range(m):
        d3 = a3[:, [t]].copy()
        d3[y[t] - 1] -= 1
        d2 = (Theta2.T @ d3)[1:] * a2[1:, [t]] * (1 - a2[1:, [t]])
        Delta2 += d3 @ a2[:, [t]].T
        Delta1 += d2 @ a1[:, [t]].T
    Theta1_grad, Theta2_grad = Delta1 / m, Delta2 / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]
    Theta1 = Theta1 - 0.5 * Theta1_grad
    Theta2 = Theta2 - 0.5 * Theta2_grad
"""


def test_a_penalty_that_is_added_to_a_part_of_a_mean_is_no_share_of_a_sum(tmp_path):
    # labels count from 1, and biases are the first column
    right = told(tmp_path, PORT)
    assert right.status == "right", right
    assert "The gradients hold a penalty: 0.0357143 times the weights (weight decay)." in right.remarks
    wrong = told(tmp_path, PORT, (" * a2[1:, [t]] * (1 - a2[1:, [t]])", ""))
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"]
