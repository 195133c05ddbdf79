"""Named arrays that hold the learning rate already, all of them or some: one update, written in several ways."""

import numpy as np
import pytest

from backlit.scripts.check_file import check_script

NET = """
import numpy as np
rng = np.random.default_rng(4)
X, Y = rng.normal(size=(9, 3)), rng.uniform(size=(9, 2))
W1, b1, W2, b2 = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 2)), np.zeros(2)
eta = 0.05
s = lambda z: 1 / (1 + np.exp(-z))
for epoch in range(60):
    H = s(X @ W1 + b1)
    P = s(H @ W2 + b2)
    d2 = (P - Y) * OUTPUT
    d1 = (d2 @ W2.T) * H * (1 - H)
    STEPS
"""
SOME = """
    change2, change1 = eta * H.T @ d2, eta * X.T @ d1
    move2, move1 = d2.sum(axis=0), d1.sum(axis=0)
    W2, W1 = W2 - change2, W1 - change1
    b2, b1 = b2 - eta * move2, b1 - eta * move1
"""
ALL = """
    change2, change1 = eta * H.T @ d2, eta * X.T @ d1
    move2, move1 = eta * d2.sum(axis=0), eta * d1.sum(axis=0)
    W2, W1, b2, b1 = W2 - change2, W1 - change1, b2 - move2, b1 - move1
"""
ADDED = """
    change2, change1 = -eta * H.T @ d2, -eta * X.T @ d1
    move2, move1 = -eta * d2.sum(axis=0), -eta * d1.sum(axis=0)
    W2, W1, b2, b1 = W2 + change2, W1 + change1, b2 + move2, b1 + move1
"""
FORGOTTEN = SOME.replace("b1 - eta * move1", "b1 - move1")
TWICE = SOME.replace("W1 - change1", "W1 - eta * change1")


def checked(tmp_path, steps, output="P * (1 - P)"):
    """Check the network with these lines of steps."""
    file = tmp_path / "net.py"
    file.write_text(NET.replace("    STEPS", steps).replace("OUTPUT", output), encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("steps", [SOME, ALL, ADDED])
def test_a_rate_within_some_of_the_named_arrays_is_no_mistake(tmp_path, steps):
    report = checked(tmp_path, steps)
    assert (report.status, report.findings) == ("right", ())


@pytest.mark.parametrize("steps", [SOME, ALL, ADDED])
def test_a_mistake_is_named_beside_such_arrays(tmp_path, steps):
    report = checked(tmp_path, steps, output="P")
    assert [finding.identifier for finding in report.findings] == ["value-as-slope"]


def test_the_numbers_shown_are_the_files_own(tmp_path):
    named = SOME.replace("move2, move1", "db2, db1").replace("* move", "* db")
    shown = {v.quantity: v.claimed for v in checked(tmp_path, named, output="P").verdicts}
    left: dict[str, np.ndarray] = {}
    exec((tmp_path / "net.py").read_text(encoding="utf-8"), left)  # the same file, run to its end
    for name in ("change2", "db2", "change1", "db1"):
        assert np.isclose(left[name], shown[name], rtol=1e-5, atol=0).sum() == 1, name


@pytest.mark.parametrize(("steps", "name"), [(FORGOTTEN, "missing-learning-rate"), (TWICE, "learning-rate-twice")])
def test_one_step_with_another_rate_than_the_others_is_still_named(tmp_path, steps, name):
    report = checked(tmp_path, steps)
    assert name in [finding.identifier for finding in report.findings], report.to_text()
