"""Gradients that are added up over samples, and whether they are set back to zero before the next update."""

import pytest

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
