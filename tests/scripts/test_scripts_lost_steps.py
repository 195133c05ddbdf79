"""Steps that are computed and lost: the next pass has the weights of before."""

import pytest

from backlit.scripts.check_file import check_script

LOST = """
import numpy as np
rng = np.random.default_rng(13)
X, y = rng.normal(size=(17, 3)), rng.normal(size=(17, 2))
def step(W, c, V, gW, gc, gV, rate):
    W = W - rate * gW
    c = c - rate * gc
    V = V - rate * gV
    return W, c, V
def fit(rounds):
    W, c, V = rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 2))
    for i in range(rounds):
        h = np.tanh(X @ W + c)
        out = h @ V
        loss = np.mean((out - y) ** 2)
        e = 2 * (out - y) / y.size
        back = (e @ V.T) * (1 - h**2)
        gW, gc, gV = X.T @ back, back.sum(axis=0), h.T @ e
        LINE
fit(12)
"""
TRIED = """
new = step(W, c, V, gW, gc, gV, rate)
worse = np.mean((np.tanh(X @ new[0] + new[1]) @ new[2] - y) ** 2) > loss
rate = rate / 2 if worse else rate
W, c, V = (W, c, V) if worse else new
"""


def report_of(path, line):
    """Check a script with a way to take its steps."""
    file = path / "net.py"
    lines = [part for part in line.strip().splitlines() if part]
    text = LOST.replace("LINE", "\n        ".join(lines)).replace("for i in", "rate = 0.5\n    for i in")
    file.write_text(text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("step(W, c, V, gW, gc, gV, rate)", ["not-updated"]),
        ("W, c, V = step(W, c, V, gW, gc, gV, rate)", []),
    ],
)
def test_steps_that_a_function_keeps_to_itself_are_lost(tmp_path, line, names):
    report = report_of(tmp_path, line)
    assert [finding.identifier for finding in report.findings] == names
    assert report.status == ("wrong" if names else "right")
    assert all(verdict.ok for verdict in report.verdicts)


def test_steps_that_are_tried_and_taken_back_are_no_mistake(tmp_path):
    report = report_of(tmp_path, TRIED.replace("rate / 2", "rate / 1.5"))
    assert report.status != "wrong", report
