"""Plain loops that take samples entry by entry, make errors one by one, or have class numbers as targets."""

import pytest

from backlit.scripts.check_file import check_script

TEXTBOOK = """
import math, random
random.seed(1)
inputs = [[0.2, 0.9], [1.0, 0.1], [0.3, 0.8], [0.7, 0.6], [0.5, 0.4]]
targets = [[0.1], [0.9], [0.7], [0.3], [0.6]]
hidden_weights = [[random.random() for j in range(3)] for k in range(2)]
output_weights = [[random.random()] for k in range(3)]
hidden, output = [0.0] * 3, [0.0]
order = [0, 1, 2, 3, 4]
for epoch in range(6):
    random.shuffle(order)
    for place in range(5):
        i = order[place]
        for j in range(3):
            total = 0.0
            for k in range(2):
                total += inputs[i][k] * hidden_weights[k][j]
            hidden[j] = 1 / (1 + math.exp(-total))
        total = 0.0
        for k in range(3):
            total += hidden[k] * output_weights[k][0]
        output[0] = 1 / (1 + math.exp(-total))
        delta_output = [(targets[i][0] - output[0]) * output[0] * (1 - output[0])]
        delta_hidden = [0.0] * 3
        for j in range(3):
            delta_hidden[j] = delta_output[0] * output_weights[j][0] * SLOPE
        for k in range(3):
            output_weights[k][0] += hidden[k] * delta_output[0] * 0.5
        for j in range(3):
            for k in range(2):
                hidden_weights[k][j] += inputs[i][k] * delta_hidden[j] * 0.5
"""

SOFTMAX = """
import math, random
random.seed(1)
K, H = 3, 4
rows = [([random.gauss(0, 1), random.gauss(0, 1)], random.randrange(K)) for _ in range(7)]
W1 = [[random.gauss(0, .5) for _ in range(2)] for _ in range(H)]
W2 = [[random.gauss(0, .5) for _ in range(H)] for _ in range(K)]
for epoch in range(4):
    for x, k in rows:
        h = [math.tanh(sum(w * v for w, v in zip(W1[j], x))) for j in range(H)]
        z = [sum(w * v for w, v in zip(W2[j], h)) for j in range(K)]
        s = sum(math.exp(v) for v in z)
        p = [math.exp(v) / s for v in z]
        d2 = [p[j] - (j == k) for j in range(K)]
        d1 = [SLOPE * sum(W2[j][i] * d2[j] for j in range(K)) for i in range(H)]
        for j in range(K):
            for i in range(H):
                W2[j][i] -= 0.1 * d2[j] * h[i]
        for i in range(H):
            for q in range(2):
                W1[i][q] -= 0.1 * d1[i] * x[q]
"""

ONE_BY_ONE = """
import random
from math import exp
random.seed(5)
samples = [[random.random() for _ in range(4)] for _ in range(6)]
classes = [random.randint(0, 2) for _ in range(6)]
W = [[random.uniform(-.5, .5) for _ in range(4)] for _ in range(3)]
b = [0.1, 0.2, -0.1]
for epoch in range(4):
    for x, c in zip(samples, classes):
        e = [exp(sum(W[j][i] * x[i] for i in range(4)) + b[j]) for j in range(3)]
        total = sum(e)
        probs = [v / total for v in e]
        for j in range(3):
            target = 1 if j == c else 0
            err = probs[j] - target
            for i in range(4):
                W[j][i] -= 0.1 * err * x[i]
            b[j] SIGN= 0.1 * err
"""

ONE_OUTPUT = """
import math
inputs = [[0.3, 0.5, 1], [0.9, 0.7, 1], [0.8, 0.1, 1], [0.2, 0.6, 1]]
targets = [0, 1, 1, 0]
weights = [0.1, -0.2, 0.05]
for epoch in range(20):
    for i in range(4):
        total = 0
        for k in range(3):
            total += inputs[i][k] * weights[k]
        out = 1 / (1 + math.exp(-total))
        err = targets[i] - out
        for k in range(3):
            weights[k] += 0.5 * err * SLOPE * inputs[i][k]
"""


def judged(path, text, **words):
    """Check a script with words put in."""
    for word, other in words.items():
        text = text.replace(word, other)
    file = path / "net.py"
    file.write_text(text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize(
    ("text", "right", "wrong", "mistake"),
    [
        (TEXTBOOK, "hidden[j] * (1 - hidden[j])", "1", "missing-hidden-derivative"),
        (SOFTMAX, "(1 - h[i] ** 2)", "1", "missing-hidden-derivative"),
        (ONE_OUTPUT, "out * (1 - out)", "out", "value-as-slope"),
    ],
)
def test_plain_loops_over_entries_are_understood(tmp_path, text, right, wrong, mistake):
    assert judged(tmp_path, text, SLOPE=right).status == "right"
    report = judged(tmp_path, text, SLOPE=wrong)
    assert (report.status, report.findings[0].identifier) == ("wrong", mistake)


def test_rows_that_are_taken_entry_by_entry_are_called_as_they_are_written(tmp_path):
    report = judged(tmp_path, TEXTBOOK, SLOPE="hidden[j] * (1 - hidden[j])")
    assert report.understood[0].startswith("inputs[i] (2,): one sample; targets targets[i]")


def test_class_numbers_are_the_targets_and_not_an_error_of_another_sample(tmp_path):
    report = judged(tmp_path, SOFTMAX, SLOPE="(1 - h[i] ** 2)")
    assert report.understood[0] == "x (2,): one sample; targets k (), class numbers"


def test_errors_that_are_made_one_by_one_show_the_targets(tmp_path):
    assert judged(tmp_path, ONE_BY_ONE, SIGN="-").status == "right"
    report = judged(tmp_path, ONE_BY_ONE, SIGN="+")
    assert (report.status, report.findings[0].identifier) == ("wrong", "wrong-sign")


TANH_OUTPUT = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(6, 3))
W1, W2 = rng.normal(size=(4, 3)) * 0.5, rng.normal(size=(1, 4)) * 0.5
for epoch in range(5):
    for x, y in zip(X, np.sign(X[:, 0]) * 0.8):
        h = np.tanh(W1 @ x)
        o = np.tanh(W2 @ h)
        d2 = (o - y) * SLOPE
        d1 = W2.T @ d2 * (1 - h ** 2)
        W2 -= 0.3 * np.outer(d2, h)
        W1 -= 0.3 * np.outer(d1, x)
"""


def test_a_slope_that_is_missing_at_the_one_output_is_no_learning_rate(tmp_path):
    assert judged(tmp_path, TANH_OUTPUT, SLOPE="(1 - o ** 2)").status == "right"
    report = judged(tmp_path, TANH_OUTPUT, SLOPE="1")
    assert (report.status, report.findings[0].identifier) == ("wrong", "missing-output-derivative")
