"""Gradients that stand in a step alone, and sums of them: judged by the rule that the step follows."""

import pytest

from backlit.scripts.check_file import check_script

INLINE = """
import numpy as np
rng = np.random.default_rng(31)
X, y = rng.normal(size=(14, 3)), rng.normal(size=(14, 2))
W, c = rng.normal(size=(3, 5)), np.zeros(5)
V, d = rng.normal(size=(5, 2)), np.zeros(2)
kept = {}
def moved(name, p, g, t):
    m, s = kept.get(name, (0 * p, 0 * p))
    m, s = MEAN, 0.99 * s + 0.01 * g**2
    kept[name] = m, s
    STEP
for t in range(1, 25):
    h = np.tanh(X @ W + c)
    out = h @ V + d
    loss = np.mean((out - y) ** 2)
    err = 2 * (out - y) / y.size
    back = (err @ V.T) SLOPE
    V = moved("V", V, h.T @ err, t)
    d = moved("d", d, err.sum(axis=0), t)
    W = moved("W", W, X.T @ back, t)
    c = moved("c", c, back.sum(axis=0), t)
"""
ADAM = "return p - 0.01 * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.99**t)) + 1e-8)"
MEAN = "0.9 * m + 0.1 * g"
STEPS = {
    "Adam": (MEAN, ADAM),
    "RMSprop": ("0", "return p - 0.01 * g / (np.sqrt(s) + 1e-8)"),
    "momentum": (MEAN, "return p - 0.01 * m"),
}
SUMS = """
import numpy as np
rng = np.random.default_rng(8)
data = [(rng.normal(size=3), rng.normal(size=2)) for _ in range(24)]
A, B = [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))], [np.zeros(4), np.zeros(2)]
eta = 0.06
for epoch in range(4):
    for start in range(0, 24, 6):
        batch = data[start:start + 6]
        GA, GB = [0 * w for w in A], [0 * b for b in B]
        for x, t in batch:
            h = np.tanh(A[0] @ x + B[0])
            out = A[1] @ h + B[1]
            top = out - t
            low = (A[1].T @ top) * (1 - h**2)
            dA, dB = [np.outer(low, x), np.outer(top, h)], [low, top]
            GA = [s + g for s, g in zip(GA, dA)]
            GB = [s + g for s, g in zip(GB, dB)]
        A = [w - eta / len(batch) * s for w, s in zip(A, GA)]
        B = [b - etaPART * s for b, s in zip(B, GB)]
"""
LOOKS_ON = """
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 1))
W, V = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for epoch in range(30):
    for x, t in zip(X, y):
        h = np.tanh(x @ W)
        o = h @ V
        e = o - t
        V -= 0.05 * np.outer(h, e)
        W -= 0.05 * np.outer(x, (e @ V.T) * (1 - h**2))
    hidden = np.tanh(X @ W)
    predicted = hidden @ V
    cost = np.mean((predicted - y) ** 2)
"""


def inline(step, mean=MEAN, slope="* (1 - h**2)"):
    """The script with a rule of its update."""
    return INLINE.replace("STEP", step).replace("MEAN", mean).replace("SLOPE", slope)


def report_of(path, text):
    """Check a script."""
    file = path / "net.py"
    file.write_text(text, encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("slope", "names"), [("* (1 - h**2)", []), ("", ["missing-hidden-derivative"])])
def test_a_gradient_within_a_step_is_judged_by_the_rule_that_it_makes(tmp_path, step, slope, names):
    report = report_of(tmp_path, inline(STEPS[step][1], STEPS[step][0], slope))
    assert [finding.identifier for finding in report.findings] == names, report
    assert len(report.verdicts) == 4


def test_a_rule_that_is_not_known_of_gradients_without_names_is_not_judged(tmp_path):
    """Then nothing tells a wrong gradient from another rule."""
    step = "return p - 0.01 * m / np.cbrt(s + 1e-3)"
    report = report_of(tmp_path, inline(step))
    assert report.status == "not-understood"
    assert "have no names" in report.asks


def test_the_root_may_be_forgotten_beside_a_small_number_that_is_none(tmp_path):
    """The mean square of small gradients is smaller than the number that is added to it."""
    step = ADAM.replace("np.sqrt(s / (1 - 0.99**t)) + 1e-8", "s / (1 - 0.99**t) + 0.01")
    report = report_of(tmp_path, inline(step))
    assert [finding.identifier for finding in report.findings] == ["missing-root"]


@pytest.mark.parametrize(("part", "names"), [(" / len(batch)", []), ("", ["sum-instead-of-mean"])])
def test_sums_of_samples_in_lists_are_sums_and_no_memory(tmp_path, part, names):
    report = report_of(tmp_path, SUMS.replace("PART", part))
    assert [finding.identifier for finding in report.findings] == names, report
    assert len(report.verdicts) == 4
    assert not any("not judged" in remark for remark in report.remarks)


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.11])
def test_a_pass_that_only_looks_on_is_judged_by_no_step(tmp_path, seconds):
    """V moves before the error is sent back through it: that alone is found, whichever pass came last."""
    file = tmp_path / "net.py"
    file.write_text(LOOKS_ON.replace("range(30)", "range(100000)"), encoding="utf-8")
    report = check_script(file, seconds=seconds)
    assert [finding.identifier for finding in report.findings] in ([], ["updated-weights-used"]), report


NORMALISED = """
import numpy as np
rng = np.random.default_rng(19)
X, y = rng.normal(size=(15, 3)), rng.normal(size=(15, 2))
A, B = rng.normal(size=(3, 6)), rng.normal(size=(6, 2))
for i in range(12):
    h = np.tanh(X @ A)
    out = h @ B
    e = (out - y) / 15
    dB = h.T @ e
    dA = X.T @ ((e @ B.T) * (1 - h**2))
    A = A - 0.1 * dA / LENGTH(dA)
    B = B - 0.1 * dB / LENGTH(dB)
"""


@pytest.mark.parametrize(("length", "status"), [("np.linalg.norm", "right"), ("np.max", "wrong")])
def test_steps_that_are_brought_to_one_length_are_no_mistake(tmp_path, length, status):
    report = report_of(tmp_path, NORMALISED.replace("LENGTH", length))
    assert report.status == status, report
    assert any("one length" in remark for remark in report.remarks) == (status == "right")
