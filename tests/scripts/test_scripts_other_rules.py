"""AdamW, AMSGrad and RProp in scripts: found by their values, right or wrong by name."""

import pytest

from backlit.scripts.check_file import check_script

NET = """
import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(15, 3)), rng.normal(size=(15, 2))
p = {"W1": rng.normal(size=(3, 4)), "b1": np.zeros(4), "W2": rng.normal(size=(4, 2)), "b2": np.zeros(2)}
m = {k: np.zeros_like(w) for k, w in p.items()}
s = {k: np.zeros_like(w) for k, w in p.items()}
big = {k: np.zeros_like(w) for k, w in p.items()}
sizes = {k: np.full_like(w, 0.01) for k, w in p.items()}
last = {k: np.zeros_like(w) for k, w in p.items()}
lr, beta, beta2, eps, wd = 0.01, 0.9, 0.999, 1e-8, 0.1
for t in range(1, 13):
    h = np.tanh(X @ p["W1"] + p["b1"])
    out = h @ p["W2"] + p["b2"]
    loss = np.mean((out - y) ** 2)
    d = 2 * (out - y) / y.size
    e = (d @ p["W2"].T) * (1 - h**2)
    g = {"W1": X.T @ e, "b1": e.sum(axis=0), "W2": h.T @ d, "b2": d.sum(axis=0)}
    for k in p:
        UPDATE
"""
MEANS = """
m[k] = beta * m[k] + (1 - beta) * g[k]
s[k] = beta2 * s[k] + (1 - beta2) * g[k] ** 2
mh = m[k] / (1 - beta ** t)
sh = s[k] / (1 - beta2 ** t)
"""
ADAMW = MEANS + "p[k] = p[k] - lr * (mh / (np.sqrt(sh) + eps) + wd * p[k])"
BEFORE = "p[k] -= lr * wd * p[k]" + MEANS + "p[k] -= lr * mh / (np.sqrt(sh) + eps)"
AFTER = MEANS + "p[k] = p[k] - lr * mh / (np.sqrt(sh) + eps)\np[k] = p[k] * (1 - lr * wd)"
AMSGRAD = MEANS + "big[k] = np.maximum(big[k], s[k])\np[k] -= lr * m[k] / (np.sqrt(big[k]) + eps)"
PYTORCH = (
    MEANS
    + """
big[k] = np.maximum(big[k], s[k])
p[k] = p[k] * (1 - lr * wd) - lr * mh / (np.sqrt(big[k]) / np.sqrt(1 - beta2 ** t) + eps)
"""
)
RPROP = """
both = g[k] * last[k]
grown, shrunk = np.minimum(sizes[k] * 1.2, 1.0), np.maximum(sizes[k] * 0.5, 1e-6)
sizes[k] = np.where(both > 0, grown, np.where(both < 0, shrunk, sizes[k]))
p[k] -= np.sign(g[k]) * sizes[k]
last[k] = g[k].copy()
"""
ZEROED = """
change = g[k] * last[k]
sizes[k][change > 0] *= 1.2
sizes[k][change < 0] *= 0.5
g[k][change < 0] = 0
p[k] -= np.sign(g[k]) * sizes[k]
last[k] = g[k].copy()
"""
RIGHT = [
    (ADAMW, "AdamW"),
    (BEFORE, "AdamW"),
    (AFTER, "Adam"),
    (AMSGRAD, "AMSGrad"),
    (PYTORCH, "weight decay of its own (AdamW)"),
    (RPROP, "RProp"),
    (ZEROED, "RProp"),
    ("p[k] -= 0.02 * np.sign(g[k])", "the gradient's sign alone"),
]
WRONG = [
    (ADAMW.replace("+ wd", "- wd"), "penalty-wrong-sign"),
    (BEFORE.replace("p[k] -= lr * wd", "p[k] += lr * wd"), "penalty-wrong-sign"),
    (ADAMW.replace("np.sqrt(sh)", "sh"), "missing-root"),
    (ADAMW.replace("(1 - beta) * g", "g"), "mean-share-left-out"),
    (ADAMW.replace("mh = m[k] / (1 - beta ** t)", "mh = m[k]"), "mean-not-corrected"),
    (AMSGRAD.replace("(big[k], s[k])", "(big[k], g[k] ** 2)"), "maximum-of-gradients"),
    (AMSGRAD.replace("(big[k], s[k])", "(big[k], m[k])"), "maximum-of-the-mean"),
    (AMSGRAD.replace("np.sqrt(big[k])", "np.sqrt(s[k])"), "maximum-not-used"),
    (AMSGRAD.replace("np.sqrt(big[k])", "big[k]"), "missing-root"),
    (
        MEANS.replace("= beta2 * s[k] + (1 - beta2) * g[k] ** 2", "= np.maximum(s[k], 0.999 * s[k] + 0.001 * g[k]**2)")
        + "p[k] -= lr * m[k] / (np.sqrt(s[k]) + eps)",
        "maximum-in-the-mean",
    ),
    (RPROP.replace("p[k] -=", "p[k] +="), "wrong-sign"),
    (RPROP.replace("sizes[k] * 1.2", "sizes[k] * 0.9").replace("sizes[k] * 0.5", "sizes[k] * 2"), "step-sizes-swapped"),
    (RPROP.replace("np.sign(g[k])", "np.sign(g[k]) ** 2"), "sign-lost"),
    ("p[k] += lr * np.sign(g[k])", "wrong-sign"),
]


def report_of(path, update):
    """Check the script with an update of each array."""
    file = path / "net.py"
    lines = [line for line in update.strip().splitlines() if line]
    file.write_text(NET.replace("UPDATE", "\n        ".join(lines)), encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize(("update", "words"), RIGHT)
def test_a_right_update_is_right_and_said(tmp_path, update, words):
    report = report_of(tmp_path, update)
    assert report.status == "right", report
    said = " ".join(report.remarks)
    assert words in said
    assert "another network" not in said


@pytest.mark.parametrize(("update", "name"), WRONG)
def test_a_wrong_update_is_named(tmp_path, update, name):
    report = report_of(tmp_path, update)
    assert report.status == "wrong", report
    assert report.findings[0].identifier == name
    assert report.findings[0].line >= 20


def test_step_sizes_that_did_not_change_are_not_judged(tmp_path):
    report = report_of(tmp_path, RPROP.replace("both > 0", "both > 9").replace("both < 0", "both < -9"))
    assert report.status == "right", report
    assert "not judged" in " ".join(report.remarks)


def test_gradients_with_zeros_of_another_rule_are_not_right(tmp_path):
    report = report_of(tmp_path, "g[k][np.abs(g[k]) < 0.05] = 0\np[k] -= lr * g[k]")
    assert report.status != "right", report
