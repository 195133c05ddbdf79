"""A script that is run: recorded without a change, stopped in time, and every bad one answered in a sentence."""

import json

import pytest
from command_line import assert_refused, backlit

from backlit.scripts import check_file
from backlit.scripts.check_file import check_script
from backlit.scripts.seen.told import Told

NET = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for step in range(STEPS):
    a = np.tanh(X @ W1)
    out = a @ W2
    loss = np.mean((out - y) ** 2)
    e = 2 * (out - y) / y.size
    dW2 = a.T @ e
    dW1 = X.T @ (e @ W2.T * SLOPE)
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""


def script(path, text=NET, *, steps=20, slope="(1 - a**2)"):
    """Write a script."""
    file = path / "net.py"
    file.write_text(text.replace("STEPS", str(steps)).replace("SLOPE", slope), encoding="utf-8")
    return file


@pytest.fixture
def impatient(monkeypatch):
    """A script that updates nothing is waited for a second alone."""
    monkeypatch.setattr(check_file, "GRACE", 4.0)


def test_the_exit_status_says_right_wrong_or_not_judged(tmp_path):
    right = backlit("check", str(script(tmp_path)))
    assert (right.status, right.out.splitlines()[0]) == (0, "net.py: right")
    assert "  L1: a = tanh(X @ W1)" in right.out
    assert "  loss: mean squared error (`loss`, line 9)" in right.out
    wrong = backlit("check", str(script(tmp_path, slope="1")), "--json")
    assert wrong.status == 1
    found = json.loads(wrong.out)
    assert found["findings"][0]["identifier"] == "missing-hidden-derivative"
    assert found["findings"][0]["line"] == 12
    assert backlit("check", str(script(tmp_path, "print('hello')"))).status == 2
    assert_refused(backlit("check", str(tmp_path / "none.py")), "no such file")
    assert_refused(backlit("check", str(tmp_path)), "is a folder")
    assert_refused(backlit("check", str(script(tmp_path)), "--loss", "mean"), "unknown loss")


def test_a_script_that_trains_for_long_is_stopped_and_its_last_step_judged(tmp_path):
    report = check_script(script(tmp_path, steps=10**8), seconds=0.3)
    assert report.ok
    assert "stopped when it had trained for 0.3 s" in report.remarks[-1]


def test_a_step_that_is_half_done_when_the_time_is_over_is_not_judged(tmp_path):
    # no loop goes round between two steps
    stepwise = NET.replace("for step in range(STEPS):", "def step(rate):").replace("0.1 *", "rate *")
    stepwise += "    return loss\nlist(map(lambda k: step(0.001), range(10**7)))\n"
    stepwise = stepwise.replace("    a = np", "    global W1, W2\n    a = np")
    assert check_script(script(tmp_path, stepwise), seconds=0.1).ok
    report = check_script(script(tmp_path, stepwise, slope="1"), seconds=0.1)
    assert report.status == "not-understood"
    assert "stopped amid a step" in report.asks


def test_a_training_that_diverges_is_judged_by_its_first_step(tmp_path):
    report = check_script(script(tmp_path, NET.replace("0.1 *", "1e4 *"), steps=100))
    assert report.ok
    assert "one of the first ones was" in " ".join(report.remarks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import numpy as np\nX = np.ones((4, 3))\nW = np.ones((4, 2))\nZ = X @ W\n", "line 4, `Z = X @ W`"),
        ("n = int(input())\n", "asks for input()"),
        ("import numpy as np\nd = np.loadtxt('train.csv')\n", "reads another"),
        ("from layers import Dense\n", "only this file is run"),
        ("def f(:\n", "line 1"),
        ("while True:\n    pass\n", "endless loop"),
        ("x = 0\nwhile True:\n    x = 1\n", "endless loop"),
        ("print('hello')\n", "assigns nothing"),
        ("import numpy as np\nX = np.ones((4, 3))\ndef backward(X):\n    return X\n", "backward is never called"),
        (NET.replace("dW2 = a", "dW2 = undefined_name; a"), "undefined_name"),
        (NET.replace("size=(6, 2))", "size=(6, 2)).astype(object)"), "dtype('O')"),
    ],
)
def test_what_cannot_be_judged_is_said_in_a_sentence(tmp_path, impatient, text, said):
    report = check_script(script(tmp_path, text))
    assert report.status in ("error", "not-understood")
    assert said in report.to_text().replace("\n  ", " ")
    assert "Traceback" not in report.to_text()


@pytest.mark.parametrize(("name", "said"), [("torch", "bl.check_torch checks a module"), ("jax", "plain Python.")])
def test_a_file_of_a_framework_that_cannot_run_is_told_what_is_for_it(tmp_path, name, said):
    report = check_script(script(tmp_path, f"import {name}\nraise RuntimeError('no')\n"))
    assert report.status == "error"
    assert f"The file imports {name}: what is checked here is a backward pass in NumPy" in report.error
    assert said in report.error


def test_plots_show_nothing_and_the_rest_goes_on(tmp_path):
    plots = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(1, 2)\nax[0].plot([1]).set(x=1)\nplt.show()\n"
    assert check_script(script(tmp_path, plots + NET)).ok


def test_a_line_in_the_file_tells_what_an_option_tells(tmp_path):
    told = "# backlit: weights W1, W2; target y; loss squared_error\n"
    assert check_script(script(tmp_path, told + NET)).understood[3] == "loss: squared_error, as told"
    option = check_script(script(tmp_path, told + NET), told=Told(loss="mse"))
    assert option.understood[3] == "loss: mse, as told"
    assert_refused(backlit("check", str(script(tmp_path, "# backlit: wieghts W1\n" + NET))), "did you mean 'weights'")


def test_a_told_name_that_the_file_does_not_assign_is_refused(tmp_path):
    refused = backlit("check", str(script(tmp_path)), "--weights", "W1,W3")
    assert_refused(refused, "unknown name told as weights 'W3'; known: ")


HUBER = NET.replace(
    "np.mean((out - y) ** 2)", "np.mean(np.where(abs(out - y) < 1, (out - y)**2 / 2, abs(out - y) - 0.5))"
)
CLIPPED = HUBER.replace("2 * (out - y) / y.size", "np.clip(out - y, -1, 1) / y.size")


def test_the_losses_of_regression_are_known_and_a_measure_beside_them_is_none(tmp_path):
    report = check_script(script(tmp_path, CLIPPED))
    assert report.status == "right", report
    assert report.understood[3].startswith("loss: Huber loss")
    assert check_script(script(tmp_path, CLIPPED, slope="1")).findings[0].identifier == "missing-hidden-derivative"
    measured = NET.replace("    e = 2", "    mean_abs_error = np.mean(np.abs(out - y))\n    e = 2")
    report = check_script(script(tmp_path, measured))
    assert report.status == "right", report
    assert report.understood[3].startswith("loss: mean squared error")
    alone = NET.replace("np.mean((out - y) ** 2)", "np.mean(np.abs(out - y))")
    assert check_script(script(tmp_path, alone)).status == "right"
    assert check_script(script(tmp_path, alone, slope="1")).findings[0].identifier == "missing-hidden-derivative"


QUARTIC = NET.replace("np.mean((out - y) ** 2)", "np.mean((out - y) ** 4)").replace(
    "2 * (out - y) / y.size", "4 * (out - y) ** 3 / y.size"
)


def test_a_loss_that_is_not_known_is_no_mistake_and_what_follows_its_error_is_judged(tmp_path):
    report = check_script(script(tmp_path, QUARTIC))
    assert report.status == "not-understood"
    assert "error at the output (`e`, line 10) could not be judged" in report.asks
    assert report.understood[2:4] == (
        "L2: out = a @ W2",
        "loss: none that I know: the error at the output was taken as it is",
    )
    assert [verdict.ok for verdict in report.verdicts] == [True, True]
    assert "judged in part" in str(report)
    report = check_script(script(tmp_path, QUARTIC, slope="1"))
    assert [(finding.identifier, finding.line) for finding in report.findings] == [("missing-hidden-derivative", 12)]
    assert [verdict.ok for verdict in report.verdicts] == [True, False]
    uphill = QUARTIC.replace("W1 -= 0.1", "W1 += 0.1")
    assert [finding.identifier for finding in check_script(script(tmp_path, uphill)).findings] == ["wrong-sign"]


@pytest.mark.usefixtures("layers_alone")
def test_where_nothing_explains_what_follows_an_unknown_error_nothing_is_judged(tmp_path):
    report = check_script(script(tmp_path, QUARTIC, slope="a**5 + 0.3"))
    assert report.status == "not-understood"
    assert "The file's loss (`loss`, line 9) is none that I know" in report.asks


def test_an_error_that_is_not_of_the_files_own_loss_is_wrong(tmp_path):
    wrong = NET.replace("2 * (out - y) / y.size", "np.tanh(out - y) / y.size")
    assert check_script(script(tmp_path, wrong)).status == "wrong"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "    a = a * (rng.random(a.shape) < 0.8)  # dropout",
            "dropout is found by its mask, or by the values before and after it",
        ),
        ("    a = (a - a.mean(0)) / a.std(0)  # batchnorm", "layers that normalise are not known"),
    ],
)
def test_what_is_not_known_is_said_by_its_name(tmp_path, line, said):
    text = NET.replace("    a = np.tanh(X @ W1)", f"    a = X @ W1\n{line}").replace("loss =", "a = np.tanh(a); loss =")
    report = check_script(script(tmp_path, text))
    assert report.status == "not-understood"
    assert said in report.asks


def test_a_file_that_is_no_exercise_is_pointed_here(tmp_path):
    assert_refused(backlit("exercise", "check", str(script(tmp_path))), "backlit check")


def test_a_recorded_file_runs_as_it_would(tmp_path):
    odd = '''
"""A docstring."""
from __future__ import annotations
class Box:
    """Names of its own."""
    __slots__ = ("__hidden",)
    def __init__(self, value, /, *more, key=1, **rest):
        "Doc."
        self.__hidden = value
        assert (more, key, rest) == ((2,), 3, {"z": 4})
    @property
    def hidden(self): return self.__hidden
    @staticmethod
    def twice(x): return 2 * x
box = Box(1, 2, key=3, z=4)
assert box.hidden == 1 and Box.twice(2) == 4 and Box.__init__.__doc__ == "Doc." and Box.__doc__ == "Names of its own."
a, (b, *c) = 1, (2, 3, 4)
d = {"k": [0, 1]}
d["k"][next(iter([0]))] += 5
assert (a, b, c, d) == (1, 2, [3, 4], {"k": [5, 1]})
total = 0
for i, (j, k) in enumerate([(1, 2), (3, 4)]):
    total += i * j * k
assert total == 12
def grow():
    global a
    a += 1
    return a
assert grow() == 2 and a == 2
lines = []
lines.append(f"{total:d}")
print("%d %s" % (total, "x"), f"{total!r:>4}", *lines, sep="-")
assert [n for n in globals() if "backlit" in n and not n.startswith("__")] == []
'''
    report = check_script(script(tmp_path, odd.lstrip() + NET.lstrip()))
    assert report.error == ""
    assert report.ok, report


NEAR = """
import numpy as np
rng = np.random.default_rng(3)
xs, ys = rng.normal(size=(9, 2)), rng.integers(0, 2, 9)
W, b, v, c = rng.normal(size=(2, 3)), np.zeros(3), rng.normal(size=3), 0.1
for turn in range(20):
    for x, y in zip(xs, ys):
        h = np.tanh(x @ W + b)
        p = 1 / (1 + np.exp(-(h @ v + c)))
        size = -(y * np.log(p) + (1 - y) * np.log(1 - p)) * 1.00004
        d = (p - y) * p * (1 - p)
        e = d * v * (1 - h**2)
        v = v - 0.1 * d * h
        c = c - 0.1 * d
        W = W - 0.1 * np.outer(x, e)
        b = b - 0.1 * e
"""


def test_a_number_next_to_a_log_loss_by_chance_is_none_where_it_is_not_called_one(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(NEAR, encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    # and a logarithm with a small number in it is one, where it is called so
    file.write_text(NEAR.replace("size = ", "loss = ").replace("* p * (1 - p)", ""), encoding="utf-8")
    assert "loss: log loss, mean over samples (`loss`, line 10)" in check_script(file).understood
