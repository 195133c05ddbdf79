"""Lines and logistic curves of single numbers, fitted to all samples at once: ``m * x + c`` with x (n,)."""

import pytest

from backlit.scripts.check_file import check_script

LINE = """
import numpy as np
rng = np.random.default_rng(0)
x = rng.uniform(0, 3, 9)
y = 3 * x + 4 + rng.normal(size=9)
m, c, n = 0.0, 0.0, len(x)
for i in range(STEPS):
    yhat = m * x + c
    loss = np.mean((y - yhat) ** 2)
    dm = DM
    dc = DC
    m -= 0.05 * dm
    c -= 0.05 * dc
"""
DM, DC = "-2 / n * sum(x * (y - yhat))", "-2 / n * sum(y - yhat)"


def judged(path, text, **words):
    """Check a script with words put in."""
    for word, other in words.items():
        text = text.replace(word, other)
    file = path / "fit.py"
    file.write_text(text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("steps", ["20", "2000"])
def test_a_line_through_all_samples_is_a_network(tmp_path, steps):
    # 2000: its last steps move nothing, and before its first one all is 0
    report = judged(tmp_path, LINE, STEPS=steps, DM=DM, DC=DC)
    assert report.status == "right"
    assert report.understood[:2] == ("[x] (9, 1): samples as rows; targets y (9,)", "L1: yhat = [x] @ [m] + c")


@pytest.mark.parametrize(
    ("dm", "dc", "mistake", "line"),
    [
        (DM.replace("-2", "2"), DC, "wrong-sign", 10),
        ("-2 / n * sum(y - yhat)", DC, "missing-input", 10),
        (DM, "-2 * sum(y - yhat)", "sum-instead-of-mean", 11),
        (DM.replace("2", "1"), DC, "factor-two", 10),
    ],
)
def test_what_is_wrong_with_one_number_has_its_name_and_line(tmp_path, dm, dc, mistake, line):
    report = judged(tmp_path, LINE, STEPS="6", DM=dm, DC=dc)
    assert (report.status, [(f.identifier, f.line) for f in report.findings]) == ("wrong", [(mistake, line)])


def test_a_factor_that_both_numbers_share_is_said_and_no_mistake(tmp_path):
    report = judged(tmp_path, LINE, STEPS="6", DM=DM.replace("2", "1"), DC=DC.replace("2", "1"))
    assert report.status == "right"
    assert "0.5 times those of the loss" in report.remarks[0]


LOGISTIC = """
import numpy as np
rng = np.random.default_rng(2)
x = rng.normal(size=11)
y = (x + 0.3 * rng.normal(size=11) > 0).astype(float)
def fit(w, b, rounds):
    for t in range(rounds):
        p = 1 / (1 + np.exp(-(w * x + b)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        gw = np.mean(ERROR * x)
        gb = np.mean(p - y)
        w -= 0.5 * gw
        b -= 0.5 * gb
    return w, b
fit(0.1, 0.0, 12)
"""


def test_a_logistic_curve_within_a_function_is_a_network(tmp_path):
    assert judged(tmp_path, LOGISTIC, ERROR="(p - y)").status == "right"
    # of one number several mistakes at once explain anything: none is named by guess, and b is right
    report = judged(tmp_path, LOGISTIC, ERROR="(p - y) * p * (1 - p)")
    assert report.status == "wrong"
    assert [(v.quantity, v.ok) for v in report.verdicts] == [("gw", False), ("gb", True)]
    assert [(f.identifier, f.line) for f in report.findings] == [("unknown", 10)]


SEVERAL = """
import numpy as np
rng = np.random.default_rng(4)
size, rooms = rng.uniform(0.5, 3, 10), rng.uniform(1, 4, 10)
price = 2 * size + 0.3 * rooms ** 2 + 1
u = v = b = 0.1
for i in range(8):
    guess = u * size + v * rooms ** 2 + b
    diff = guess - price
    du = 2 / 10 * np.dot(diff, size)
    dv = 2 / 10 * np.dot(diff, FACTOR)
    db = 2 / 10 * np.sum(diff)
    u, v, b = u - 0.01 * du, v - 0.01 * dv, b - 0.01 * db
"""


def test_several_columns_and_powers_of_them_stand_together(tmp_path):
    report = judged(tmp_path, SEVERAL, FACTOR="rooms ** 2")
    assert report.status == "right"
    assert "[size, rooms ** 2]" in report.understood[0]
    wrong = judged(tmp_path, SEVERAL, FACTOR="size")
    assert (wrong.status, wrong.findings[0].identifier) == ("wrong", "gradient-of-another")


MOMENTUM = (
    LINE.replace("    m -= 0.05 * dm\n    c -= 0.05 * dc\n", "")
    + """
    vm = 0.9 * vm + 0.1 * dm
    vc = 0.9 * vc + 0.1 * dc
    m -= 0.05 * vm
    c -= 0.05 * vc
"""
)


def test_steps_of_single_numbers_that_remember_earlier_ones_are_not_judged(tmp_path):
    text = MOMENTUM.replace("m, c, n = 0.0, 0.0, len(x)", "m, c, n = 0.0, 0.0, len(x)\nvm = vc = 0.0")
    report = judged(tmp_path, text, STEPS="9", DM=DM, DC=DC)
    assert (report.status, report.findings) == ("right", ())
    assert "The update was not judged: vm, vc remember earlier steps" in report.remarks[-1]
    unnamed = text.replace("* dm", f"* ({DM})").replace("* dc", f"* ({DC})").replace("    dm = DM\n    dc = DC\n", "")
    assert judged(tmp_path, unnamed, STEPS="9").status == "not-understood"
    shrinking = LINE.replace("0.05", "lr").replace("m, c, n", "lr = 0.05\nm, c, n") + "    lr = lr * 0.99\n"
    assert judged(tmp_path, shrinking, STEPS="9", DM=DM, DC=DC).status == "right"
