"""What is taken for the targets, and what is not, whatever changes while a file trains."""

import pytest

from backlit.scripts import conclude
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


ONE = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(12, 3)); wanted = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
UNSEEN
W = rng.normal(size=(3, 4)) * .5; v = rng.normal(size=4) * .5; b = np.zeros(4)
for t in range(1, 30):
    for i in range(12):
        x = X[i]
        h = np.tanh(x @ W + b)
        o = h @ v
        LINE
        d = ERROR
        dv = d * h
        db = d * v * (1 - h**2)
        dW = np.outer(x, db)
        v -= 0.05 * dv
        W -= 0.05 * dW
        b -= 0.05 * db
"""


def one_by_one(path, line, error, unseen="pass"):
    """Check a loop over samples with one output."""
    text = ONE.replace("LINE", line).replace("ERROR", error).replace("UNSEEN", unseen)
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


def test_an_error_is_no_target_though_its_name_says_so(tmp_path):
    """As p - y = e, p - e is y: what was there first is the target."""
    report = one_by_one(tmp_path, "err = o - wanted[i]", "err")
    assert report.status == "right", report
    assert "targets wanted[i] ()" in report.understood[0]


def test_where_the_targets_are_not_known_an_error_is_not_taken_for_them(tmp_path):
    report = one_by_one(tmp_path, "err = o - heights[i]", "err", "heights = wanted")
    assert report.status == "not-understood", report


def test_the_number_of_a_round_is_no_target_by_its_name(tmp_path):
    """Of one output every target gives gradients that are right but for a factor, or a sign."""
    report = one_by_one(tmp_path, "pass", "slope(o, i)", "slope = lambda o, i: o - wanted[i]")
    assert report.status == "not-understood", report


@pytest.mark.parametrize("line", ["loss = abs(err)", "total_error = total_error + 0; total_error += abs(err)"])
def test_one_absolute_error_is_the_loss_where_it_is_called_so(tmp_path, line):
    begun = "total_error = 0.0"
    report = one_by_one(tmp_path, f"err = o - wanted[i]; {line}", "np.sign(err)", begun)
    assert report.status == "right", report
    report = one_by_one(tmp_path, "err = o - wanted[i]", "np.sign(err)", begun)
    assert [finding.identifier for finding in report.findings] == ["sign-of-error-used"], report


ANOTHER_LOSS = """
import numpy as np
rng = np.random.default_rng(5)
X, T = rng.normal(size=(12, 3)), rng.normal(size=(12, 1))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
slope = lambda p: np.arctan(p - T) / 12
z = np.zeros((12, 1))
for step in range(40):
    a = np.tanh(X @ W1)
    BEFORE
    z = a @ W2
    AFTER
    d = slope(z)
    dW2 = a.T @ d
    dW1 = X.T @ (d @ W2.T * (1 - a**2))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""
MADE_OF_THEM = {
    "predictions of the step before": ("change = a @ W2 - z", "pass"),
    "what an activation makes of them": ("pass", "y = np.tanh(z); shift = y - z"),
    "what is compared with them": ("pass", "y = np.clip(z, 0, None); shift = np.mean((z - y) ** 2)"),
}


@pytest.mark.parametrize("name", MADE_OF_THEM)
def test_what_predictions_are_compared_with_is_no_target_where_it_is_made_of_them(tmp_path, name, monkeypatch):
    """They have an error too, and a loss: only the right targets explain the gradients, here by none that is known."""
    monkeypatch.setattr(conclude, "SEARCHES", conclude.SEARCHES[:1])
    before, after = MADE_OF_THEM[name]
    file = tmp_path / "net.py"
    file.write_text(ANOTHER_LOSS.replace("BEFORE", before).replace("AFTER", after), encoding="utf-8")
    report = check_script(file)
    assert report.status == "not-understood", report


WHOLE = """
import numpy as np
rng = np.random.default_rng(14)
X, wanted = rng.normal(size=(21, 3)), TARGETS
W1, W2 = rng.normal(size=(3, 4)) * 0.5, rng.normal(size=(4, 2)) * 0.5

def forward(xs):
    a = np.tanh(xs @ W1)
    out = OUTPUT
    return a, out

def learn(xs, wanted):
    global W1, W2
    a, out = forward(xs)
    e = (out - ONE_HOT) SLOPE / len(xs)
    dW2 = a.T @ e
    dW1 = xs.T @ (e @ W2.T * (1 - a**2))
    W1, W2 = W1 - 0.1 * dW1, W2 - 0.1 * dW2

def cost(xs, wanted):
    a, out = forward(xs)
    return LOSS

for epoch in range(30):
    for k in range(0, 21, 7):
        learn(X[k:k+7], wanted[k:k+7])
    print(cost(X, wanted))
"""
SIGMOID, NUMBERS = "1 / (1 + np.exp(-(a @ W2)))", "np.eye(2)[rng.integers(2, size=21)]"
OF_ALL = {
    "quantities": ("rng.normal(size=(21, 2))", "a @ W2", "np.mean((out - wanted) ** 2)", "mean squared error"),
    "classes": (
        NUMBERS,
        SIGMOID,
        "-np.mean(wanted * np.log(out) + (1 - wanted) * np.log(1 - out)) * 2",
        "log loss, mean over samples",
    ),
    "labels": (
        "rng.integers(2, size=21)",
        "np.exp(a @ W2) / np.exp(a @ W2).sum(axis=1, keepdims=True)",
        "-np.mean(np.log(out[np.arange(len(xs)), wanted]))",
        "cross entropy, mean over samples",
    ),
}


def of_all(path, what, slope="", loss=None):
    """Check minibatches of 7 whose loss is computed of all 21 samples after them."""
    targets, output, usual, _ = OF_ALL[what]
    text = WHOLE.replace("TARGETS", targets).replace("OUTPUT", output).replace("LOSS", loss or usual)
    text = text.replace("ONE_HOT", "np.eye(2)[wanted]" if what == "labels" else "wanted").replace(" SLOPE", slope)
    (path / "net.py").write_text(text, encoding="utf-8")
    return check_script(path / "net.py")


@pytest.mark.parametrize("what", OF_ALL)
def test_a_loss_of_all_data_is_known_where_a_step_sees_a_part(tmp_path, what):
    report = of_all(tmp_path, what)
    assert report.status == "right", report.to_text()
    assert "targets wanted (7" in report.understood[0]
    assert any(said.startswith(f"loss: {OF_ALL[what][3]} (`cost(") for said in report.understood), report.understood


def test_a_pass_that_fits_another_loss_than_that_of_all_data_is_wrong(tmp_path):
    report = of_all(tmp_path, "classes", " * out * (1 - out)")
    assert [finding.identifier for finding in report.findings] == ["extra-output-derivative"], report.to_text()
    # which squares would have asked for
    squares = of_all(tmp_path, "classes", " * out * (1 - out)", "np.sum((out - wanted) ** 2) / (2 * len(xs))")
    assert squares.status == "right", squares.to_text()


GRID = """
import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(7, 3)); wanted = np.sin(X[:, :1])
W, b, v, c = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=4), 0.0
for turn in range(30):
    H = np.tanh(X @ W + b)
    guess = H @ v + c
    diff = guess - wanted
    loss = np.mean(diff ** 2)
    per = 2 * diff.mean(axis=0)
    back = per[:, None] * v * (1 - H ** 2)
    v -= 0.1 * H.T @ per / 7
    c -= 0.1 * per.mean()
    W -= 0.1 * X.T @ back / 7
    b -= 0.1 * back.mean(axis=0)
"""


def test_a_row_of_predictions_beside_a_column_of_targets_is_named(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(GRID, encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == ["broadcast-outer"], report
    said = "Predictions of shape (7,) met targets of shape (7, 1): broadcasting made an (7, 7) array."
    assert report.findings[0].happened == said
    assert report.findings[0].instead == "give the predictions the targets' shape: guess[:, None]"
    # the array that both came to tells the targets, whatever they are called
    file.write_text(GRID.replace("wanted", "heights"), encoding="utf-8")
    assert "targets heights (7, 1)" in check_script(file).understood[0]
    mended = GRID.replace("diff = guess - wanted", "diff = (guess[:, None] - wanted)").replace(
        "mean(axis=0)\n    back", "mean(axis=1)\n    back"
    )
    file.write_text(mended, encoding="utf-8")
    assert check_script(file).status == "right"
