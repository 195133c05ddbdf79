"""Weights as lists of lists whose rows a loop takes in hand, and arrays that are given another shape in place."""

import pytest

from backlit.scripts.check_file import check_script

LISTS = """
import math, random
random.seed(6)
layers = [[[random.uniform(-1, 1) for _ in range(4)] for _ in range(5)],
          [[random.uniform(-1, 1) for _ in range(6)] for _ in range(2)]]

def squash(total):
    return 1 / (1 + math.exp(-total))

def weigh(unit, values):
    return squash(sum(w * v for w, v in zip(unit, values)))

def answer(values):
    kept = []
    for layer in layers:
        with_one = values + [1]
        values = [weigh(unit, with_one) for unit in layer]
        kept.append(values)
    return kept

def learn(values, wanted):
    inner, outer = answer(values)
    blame = [(o - w) * o * (1 - o) for o, w in zip(outer, wanted)]
    BEFORE
    inner_blame = [h * (1 - h) * sum(b * unit[k] for b, unit in zip(blame, layers[1])) for k, h in enumerate(inner)]
    AFTER
    for k, unit in enumerate(layers[0]):
        for j, value in enumerate(values + [1]):
            unit[j] -= 0.7 * inner_blame[k] * value

points = [[random.random() for _ in range(3)] for _ in range(7)]
for epoch in range(30):
    for point in points:
        learn(point, [1 if sum(point) > 1.5 else 0, point[0]])
"""
OUTER = """for k, unit in enumerate(layers[1]):
        for j, value in enumerate(inner + [1]):
            unit[j] -= 0.7 * blame[k] * value"""


def checked(tmp_path, source):
    """Check a file of these lines."""
    file = tmp_path / "net.py"
    file.write_text(source, encoding="utf-8")
    return check_script(file)


def test_rows_that_a_loop_changes_are_the_matrix_they_stand_in(tmp_path):
    report = checked(tmp_path, LISTS.replace("    BEFORE\n", "").replace("AFTER", OUTER))
    assert (report.status, report.findings) == ("right", ()), report.to_text()
    assert len(report.verdicts) == 4


def test_weights_moved_before_the_error_went_back_are_named(tmp_path):
    report = checked(tmp_path, LISTS.replace("    AFTER\n", "").replace("BEFORE", OUTER))
    assert [finding.identifier for finding in report.findings] == ["updated-weights-used"]
    assert report.findings[0].code.startswith("inner_blame = ")


def test_a_layer_whose_rows_are_changed_and_that_is_not_understood_is_not_left_out(tmp_path):
    strange = LISTS.replace("    BEFORE\n", "").replace("AFTER", OUTER)
    strange = strange.replace("return squash(sum(", "return (squash if len(unit) == 6 else math.cos)(sum(")
    assert checked(tmp_path, strange).status == "not-understood"


COLUMNS = """
import numpy as np
rng = np.random.default_rng(9)
rows, marks = rng.uniform(size=(40, 3)), np.eye(2)[rng.integers(2, size=40)]
A, a, B, b = rng.normal(size=(5, 3)), np.zeros((5, 1)), rng.normal(size=(2, 5)), np.zeros((2, 1))
for epoch in range(3):
    for row, mark in zip(rows, marks):
        row.shape += (1,)
        mark.shape = (2, 1)
        h = 1 / (1 + np.exp(-(A @ row + a)))
        o = 1 / (1 + np.exp(-(B @ h + b)))
        e = np.sum((o - mark) ** 2) / 2
        d = (o - mark) * SLOPE
        back = B.T @ d * h * (1 - h)
        B, b = B - 0.3 * d @ h.T, b - 0.3 * d
        A, a = A - 0.3 * back @ row.T, a - 0.3 * back
"""


@pytest.mark.parametrize(("slope", "names"), [("o * (1 - o)", []), ("1", ["missing-output-derivative"])])
def test_an_array_given_another_shape_in_place_is_that_array(tmp_path, slope, names):
    report = checked(tmp_path, COLUMNS.replace("SLOPE", slope))
    assert report.status == ("wrong" if names else "right"), report.to_text()
    assert [finding.identifier for finding in report.findings] == names
