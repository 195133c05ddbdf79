"""Nesterov's look-ahead: forward and backward pass at weights that are where the velocity leads."""

import numpy as np
import pytest
from changed import told

from backlit.scripts.check_file import check_script
from backlit.scripts.seen.ahead import looked_ahead
from backlit.scripts.seen.record import Record

AHEAD = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(20, 3)); y = np.sin(X[:, :2]) + 0.3
params = {"W1": rng.normal(size=(3, 5)), "b1": np.zeros(5), "W2": rng.normal(size=(5, 2)), "b2": np.zeros(2)}
v = {k: np.zeros_like(p) for k, p in params.items()}
mu, lr = 0.9, 0.05
for i in range(15):
    at = {k: params[k] + mu * v[k] for k in params}
    h = np.tanh(X @ at["W1"] + at["b1"])
    out = h @ at["W2"] + at["b2"]
    loss = np.mean((out - y) ** 2)
    d = 2 * (out - y) / y.size
    dz = d @ at["W2"].T * (1 - h**2)
    g = {"W2": h.T @ d, "b2": d.sum(axis=0), "W1": X.T @ dz, "b1": dz.sum(axis=0)}
    for k in params:
        v[k] = mu * v[k] - lr * g[k]
        params[k] = params[k] + v[k]
"""


def test_a_pass_at_weights_that_are_looked_ahead(tmp_path):
    report = told(tmp_path, AHEAD)
    assert report.status == "right", report
    assert "L1: h = tanh(X @ at['W1'] + at['b1'])" in report.understood
    assert any(line.startswith("looked ahead along the velocity (times 0.9): at['W1']") for line in report.understood)


def test_a_mistake_of_the_pass_is_named(tmp_path):
    report = told(tmp_path, AHEAD, (" * (1 - h**2)", ""))
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]


def test_an_error_that_goes_back_through_weights_of_before_is_not_right(tmp_path):
    # in the first step both are the same
    assert told(tmp_path, AHEAD, ('d @ at["W2"].T', 'd @ params["W2"].T')).status == "wrong"


def record(number, name, value):
    return Record(number, number, "", name, "value", np.asarray(value))


@pytest.mark.parametrize(
    ("v_at", "factor", "along", "found"),
    [(5, 0.9, 1, True), (15, 0.9, 1, False), (5, -0.9, 1, False), (5, 1.5, 1, False), (5, 0.9, 0, False)],
)
def test_what_is_looked_ahead_is_told_by_value_and_order(v_at, factor, along, found):
    w, v = np.array([0.3, -0.2, 0.7, 0.1]), np.array([0.05, 0.02, -0.04, 0.03])
    before = w - (v if along else v[::-1])
    records = [record(1, "w", before), record(v_at, "v", v), record(10, "w", w), record(20, "at", w + factor * v)]
    pairs = looked_ahead(records, {("", "w"), ("", "v")})
    assert [(one.key[1], one.weights[1]) for one in pairs] == ([("at", "w")] if found else [])
    assert looked_ahead(records, {("", "w")}) == []


def test_a_step_from_where_was_looked_is_the_same(tmp_path):
    there = ("params[k] = params[k] + v[k]", "params[k] = at[k] - lr * g[k]")
    assert told(tmp_path, AHEAD, there).status == "right"
    report = told(tmp_path, AHEAD, there, (" * (1 - h**2)", ""))
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]


def test_a_penalty_on_weights_beside_summed_gradients_is_no_look_ahead(tmp_path):
    source = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(6, 3)); y = np.sin(X[:, :2])
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
for i in range(15):
    G1, G2 = np.zeros_like(W1), np.zeros_like(W2)
    for x, t in zip(X, y):
        h = np.tanh(x @ W1)
        e = h @ W2 - t
        G2 += np.outer(h, e)
        G1 += np.outer(x, (W2 @ e) * (1 - h**2))
    T1, T2 = G1 + 0.01 * W1, G2 + 0.01 * W2
    W1 -= 0.05 * T1
    W2 -= 0.05 * T2
"""
    path = tmp_path / "net.py"
    path.write_text(source)
    report = check_script(path)
    assert not any("looked ahead" in line for line in report.understood)
    assert report.status != "wrong"
