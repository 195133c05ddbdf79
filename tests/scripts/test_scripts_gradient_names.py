"""Gradients that are told by where they stand, or by a number, where steps are no multiples of them."""

import pytest

from backlit.scripts.check_file import check_script

NET = """
import numpy as np
rng = np.random.default_rng(6)
class Tensor:
    def __init__(self, *shape):
        self.data = rng.normal(size=shape)
        self.grad = None
A, a, B = Tensor(3, 5), Tensor(5), Tensor(5, 2)
X, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 2))
squares = {}
for step in range(15):
    h = np.tanh(X @ A.data + a.data)
    out = h @ B.data
    loss = 0.5 * np.sum((out - y) ** 2) / 16
    e = (out - y) / 16
    back = (e @ B.data.T) * (1 - h**2)
    A.grad, a.grad, B.grad = X.T @ back, back.sum(0), h.T @ e
    for name, p in (("A", A), ("a", a), ("B", B)):
        squares[name] = KEPT * squares.get(name, 0) + NEW * p.grad**2
        p.data = p.data - 0.02 * p.grad / (np.sqrt(squares[name]) + 1e-8)
"""
NUMBERED = """
import numpy as np
rng = np.random.default_rng(9)
x, t = rng.normal(size=(11, 4)), rng.normal(size=(11, 1))
w1, w2 = rng.normal(size=(4, 3)), rng.normal(size=(3, 1))
v1, v2 = np.zeros((4, 3)), np.zeros((3, 1))
for i in range(20):
    a = 1 / (1 + np.exp(-x @ w1))
    o = a @ w2
    loss = np.mean((o - t) ** 2)
    d = 2 * (o - t) / 11
    g2 = a.T @ d
    g1 = x.T @ ((d @ w2.T) SLOPE)
    v1 = 0.95 * v1 + 0.05 * g1 * g1
    v2 = 0.95 * v2 + 0.05 * g2 * g2
    w1 -= 0.01 * g1 / np.sqrt(v1 + 1e-7)
    w2 -= 0.01 * g2 / np.sqrt(v2 + 1e-7)
"""


def report_of(path, text):
    """Check a script."""
    file = path / "net.py"
    file.write_text(text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize(("new", "names"), [("0.1", []), ("1", ["share-left-out"])])
def test_a_gradient_beside_its_array_in_one_object_is_its_own(tmp_path, new, names):
    report = report_of(tmp_path, NET.replace("KEPT", "0.9").replace("NEW", new))
    assert [finding.identifier for finding in report.findings] == names
    assert [verdict.quantity for verdict in report.verdicts] == ["B.grad", "A.grad", "a.grad"]
    assert all(verdict.ok for verdict in report.verdicts)


@pytest.mark.parametrize(("slope", "names"), [("* a * (1 - a)", []), ("", ["missing-hidden-derivative"])])
def test_a_gradient_is_that_of_the_array_with_its_number(tmp_path, slope, names):
    report = report_of(tmp_path, NUMBERED.replace("SLOPE", slope))
    assert [finding.identifier for finding in report.findings] == names
    assert [verdict.quantity for verdict in report.verdicts] == ["g2", "g1"]
