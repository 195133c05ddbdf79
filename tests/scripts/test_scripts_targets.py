"""What is taken for the targets, and what is not, whatever changes while a file trains."""

import pytest

from backlit.scripts.check_file import check_script

NET = """
import numpy as np
rng = np.random.default_rng(5)
X, wanted = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
BEFORE
for step in range(40):
    IN_LOOP
    a = np.tanh(xs @ W1)
    out = a @ W2
    loss = np.mean((out - ys) ** 2)
    e = 2 * (out - ys) / ys.size
    dW2 = a.T @ e
    dW1 = xs.T @ (e @ W2.T * (1 - a**2))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""
READY = {
    "made ready after the weights": (
        "ys = wanted; xs = X; ys = ys - ys.mean(axis=0); ys = ys / ys.std(axis=0)",
        "pass",
    ),
    "minibatches": ("pass", "rows = rng.permutation(12)[:5]; xs, ys = X[rows], wanted[rows]"),
    "slices in turn": ("pass", "k = step % 3 * 4; xs, ys = X[k:k+4], wanted[k:k+4]"),
    "noise on the targets": ("xs = X", "ys = wanted + 0.01 * rng.normal(size=wanted.shape)"),
}


@pytest.mark.parametrize("name", READY)
def test_targets_may_change_before_and_between_the_passes(tmp_path, name):
    before, in_loop = READY[name]
    file = tmp_path / "net.py"
    file.write_text(NET.replace("BEFORE", before).replace("IN_LOOP", in_loop), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    assert "targets ys" in report.understood[0] or "targets wanted" in report.understood[0]


NAMELESS = """
import numpy as np
rng = np.random.default_rng(5)
X, wanted = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for step in range(40):
    k = step % 3 * 4
    xs = X[k:k+4]
    a = np.tanh(xs @ W1)
    out = a @ W2
    W2 -= 0.1 * a.T @ (out - wanted[k:k+4])
    LAST
"""


@pytest.mark.parametrize("last", ["y = 1 / (1 + np.exp(-out))", "y = out + 1"])
def test_where_only_a_name_speaks_for_targets_that_explain_nothing_nothing_is_called_wrong(tmp_path, last):
    file = tmp_path / "net.py"
    file.write_text(NAMELESS.replace("LAST", last), encoding="utf-8")
    report = check_script(file)
    assert report.status in ("right", "not-understood"), report
