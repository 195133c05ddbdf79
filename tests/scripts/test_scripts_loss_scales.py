"""Gradients of another multiple of the loss that is printed: no second mistake beside a real one."""

import pytest

from backlit.scripts.check_file import check_script

SCRIPT = """
import numpy as np
np.random.seed(2)
X, y = np.random.rand(5, 3), np.random.rand(5, 2).round()
W1, b1 = np.random.randn(3, 4), np.zeros(4)
W2, b2 = np.random.randn(4, 2), np.zeros(2)
sig = lambda z: 1 / (1 + np.exp(-z))
for epoch in range(40):
    a1 = sig(X @ W1 + b1)
    a2 = sig(a1 @ W2 + b2)
    print(LOSS)
    d2 = FACTOR (a2 - y) * SLOPE
    dW2, db2 = a1.T @ d2, d2.sum(axis=0)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    dW1, db1 = X.T @ d1, d1.sum(axis=0)
    W1 -= 0.3 * dW1
    b1 -= 0.3 * db1
    W2 -= 0.3 * dW2
    b2 -= 0.3 * db2
"""


@pytest.mark.parametrize("loss", ["np.mean((a2 - y) ** 2)", "0.5 * np.sum((a2 - y) ** 2)", "np.sum((a2 - y) ** 2)"])
@pytest.mark.parametrize("factor", ["", "2 *", "1 / len(X) *", "2 / len(X) *", "1 / y.size *", "2 / y.size *"])
@pytest.mark.parametrize(
    ("slope", "names"),
    [("a2 * (1 - a2)", []), ("a2", ["value-as-slope"]), ("1", ["missing-output-derivative"])],
)
def test_a_factor_that_all_arrays_share_is_no_second_mistake(tmp_path, loss, factor, slope, names):
    """It is harmless where all is right, and where the slope is wrong it is no more than that."""
    file = tmp_path / "scaled.py"
    script = SCRIPT.replace("LOSS", loss).replace("FACTOR", factor).replace("SLOPE", slope)
    file.write_text(script, encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names
    assert report.status == ("wrong" if names else "right")


def test_a_factor_that_one_array_has_alone_is_still_named_beside_another_mistake(tmp_path):
    """The biases are summed where all else is a mean: another factor of the loss does not explain it."""
    file = tmp_path / "two.py"
    script = SCRIPT.replace("LOSS", "np.mean((a2 - y) ** 2)").replace("FACTOR", "1 / len(X) *")
    script = script.replace("SLOPE", "a2").replace(
        "dW1, db1 = X.T @ d1, d1.sum(axis=0)", "dW1, db1 = X.T @ d1, 5 * d1.sum(axis=0)"
    )
    file.write_text(script, encoding="utf-8")
    assert [finding.identifier for finding in check_script(file).findings] == ["value-as-slope", "sum-instead-of-mean"]
