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
