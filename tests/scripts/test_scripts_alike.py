"""Arrays that have the same numbers, or multiples of each other, and are not the same thing."""

import pytest

from backlit.scripts.check_file import check_script

EQUAL_WIDTHS = """
import numpy as np
np.random.seed(7)
X, y = np.random.randn(5, 2), np.random.rand(5, 3)
W1, b1 = np.random.randn(2, 3), np.zeros(3)
W2, b2 = np.random.randn(3, 3), np.zeros(3)
a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
p = a1 @ W2 + b2
print(0.5 * np.sum((p - y) ** 2))
d2 = p - y
d1 = d2 @ W2.T * a1 * (1 - a1)
W1 -= 0.1 * X.T @ d1
b1 -= 0.1 * d1.sum(axis=0)
W2 -= 0.1 * a1.T @ d2
b2 SIGN= 0.1 * d2.sum(axis=0)
"""

ONE_INPUT = """
import numpy as np
np.random.seed(11)
X = np.random.rand(5, 1) + 0.2
Y = (X > 0.6) * 1.0
W1, b1 = np.random.randn(1, 4), np.zeros((1, 4))
W2, b2 = np.random.randn(4, 1), np.zeros((1, 1))
for epoch in range(30):
    for k in np.random.permutation(5):
        x, y = X[k:k + 1], Y[k:k + 1]
        a1 = np.tanh(x @ W1 + b1)
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        d2 = a2 - y
        d1 = d2 @ W2.T SLOPE
        W1 -= 0.3 * (x.T @ d1)
        b1 -= 0.3 * d1
        W2 -= 0.3 * (a1.T @ d2)
        b2 -= 0.3 * d2
"""


@pytest.mark.parametrize(
    ("name", "sign", "status", "names"),
    [
        ("b2", "-", "right", []),
        ("b2", "+", "wrong", ["wrong-sign"]),
        ("shift", "-", "not-understood", []),
        ("shift", "+", "not-understood", []),
    ],
)
def test_biases_that_are_zeros_of_one_width_yet_are_each_its_layers_own(tmp_path, name, sign, status, names):
    """Their numbers tell them apart; where nothing does, neither layer is given the other's."""
    file = tmp_path / "widths.py"
    file.write_text(EQUAL_WIDTHS.replace("SIGN", sign).replace("b2", name), encoding="utf-8")
    report = check_script(file)
    assert report.status == status
    assert [finding.identifier for finding in report.findings] == names


@pytest.mark.parametrize(
    ("slope", "status", "names"), [("* (1 - a1 ** 2)", "right", []), ("", "wrong", ["missing-hidden-derivative"])]
)
def test_error_terms_of_one_sample_are_not_taken_for_the_gradient_of_a_single_inputs_weights(
    tmp_path, slope, status, names
):
    """Each is a multiple of the other there: the step itself is judged."""
    file = tmp_path / "online.py"
    file.write_text(ONE_INPUT.replace("SLOPE", slope), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names
    assert report.status == status


FAR_FROM_ZERO = """
import numpy as np
np.random.seed(5)
X, y = np.random.randn(5, 3), 1000 + np.random.randn(5, 2)
W1, b1 = np.random.randn(3, 4), np.zeros(4)
W2, b2 = 0.1 * np.random.randn(4, 2), np.full(2, 1000.0)
for epoch in range(12):
    a1 = np.tanh(X @ W1 + b1)
    p = a1 @ W2 + b2
    d2 = (p - y) / 5
    dW2, db2 = a1.T @ d2, d2.sum(axis=0)
    d1 = d2 @ W2.T SLOPE
    dW1, db1 = X.T @ d1, d1.sum(axis=0)
    W1 -= 0.02 * dW1
    b1 -= 0.02 * db1
    W2 -= 0.02 * dW2
    b2 -= 0.02 * db2
    a1 = np.tanh(X @ W1 + b1)
    p = a1 @ W2 + b2
    print(np.mean((p - y) ** 2))
"""

SINGLE_PRECISION = """
import numpy as np
np.random.seed(3)
X = np.random.randn(3, 4).astype(np.float32)
Y = np.eye(2, dtype=np.float32)[[0, 1, 1, 0]].T
W1, b1 = np.random.randn(4, 3).astype(np.float32), np.zeros((4, 1), np.float32)
W2, b2 = np.random.randn(2, 4).astype(np.float32), np.zeros((2, 1), np.float32)
for epoch in range(1000):
    a1 = np.tanh(W1 @ X + b1)
    e = np.exp(W2 @ a1 + b2)
    p = e / e.sum(axis=0, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(p), axis=0))
    print(loss)
    d2 = p - Y
    d1 = W2.T @ d2 * (1 - a1 ** 2)
    W1 -= 0.05 * d1 @ X.T
    b1 -= 0.05 * d1.sum(axis=1, keepdims=True)
    W2 -= 0.05 * d2 @ a1.T
    b2 -= 0.05 * FACTOR d2.sum(axis=1, keepdims=True)
"""


@pytest.mark.parametrize(
    ("slope", "status", "names"), [("* (1 - a1 ** 2)", "right", []), ("", "wrong", ["missing-hidden-derivative"])]
)
def test_hidden_values_are_the_latest_where_they_hardly_change_the_output(tmp_path, slope, status, names):
    """Those of the pass before give the same output, to single precision."""
    file = tmp_path / "far.py"
    file.write_text(FAR_FROM_ZERO.replace("SLOPE", slope), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names
    assert report.status == status


@pytest.mark.parametrize(("factor", "status"), [("", "right"), ("1.5 *", "wrong")])
def test_small_steps_in_single_precision_share_a_factor_but_for_their_rounding(tmp_path, factor, status):
    """They are differences of weights, whose rounding is larger than theirs; another factor is seen all the same."""
    file = tmp_path / "single.py"
    file.write_text(SINGLE_PRECISION.replace("FACTOR", factor), encoding="utf-8")
    assert check_script(file, seconds=1).status == status
