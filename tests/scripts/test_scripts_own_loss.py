"""Files whose layers backlit does not know: judged by their own loss, the weights nudged and the file run again."""

import numpy as np
import pytest
from changed import told

from backlit.scripts.by_own_loss import by_own_loss
from backlit.scripts.reports.report import ScriptReport

GATED = """
import numpy as np

rng = np.random.default_rng(5)
n, n_in, n_hidden, n_out = 17, 3, 5, 2
X = rng.normal(size=(n, n_in))
y = np.stack([X[:, 0] * X[:, 1], np.sin(X[:, 2])], axis=1)
p = {
    "V": rng.normal(size=(n_in, n_hidden)), "c": np.zeros(n_hidden),
    "W": rng.normal(size=(n_in, n_hidden)), "b": np.zeros(n_hidden),
    "U": rng.normal(size=(n_hidden, n_out)), "d": np.zeros(n_out),
}
memory = {k: np.zeros_like(w) for k, w in p.items()}

for step in range(300):
    content = X @ p["W"] + p["b"]
    t = X @ p["V"] + p["c"]
    gate = 1 / (1 + np.exp(-t))
    hidden = content * gate
    out = hidden @ p["U"] + p["d"]
    loss = np.mean(np.abs(out - y) ** 3)
    dout = 3 * np.sign(out - y) * (out - y) ** 2 / y.size
    dhidden = dout @ p["U"].T
    dcontent = dhidden * gate
    dgate = dhidden * content
    dt = dgate * gate * (1 - gate)
    g = {
        "U": hidden.T @ dout, "d": dout.sum(axis=0),
        "W": X.T @ dcontent, "b": dcontent.sum(axis=0),
        "V": X.T @ dt, "c": dt.sum(axis=0),
    }
    for k in p:
        p[k] = p[k] - 0.02 * g[k]
"""
"""A gated layer under an unusual loss: neither has a row in any table."""

MISTAKES = [
    ("dt = dgate * gate * (1 - gate)", "dt = dgate", "missing-hidden-derivative"),
    ("dt = dgate * gate * (1 - gate)", "dt = dgate * (1 - gate ** 2)", "slope-of-another-activation"),
    ("dt = dgate * gate * (1 - gate)", "dt = 2 * dgate * gate * (1 - gate)", "stray-factor"),
    ('"b": dcontent.sum(axis=0)', '"b": dcontent.sum()', "bias-not-summed"),
    ('"b": dcontent.sum(axis=0)', '"b": -dcontent.sum(axis=0)', "wrong-sign"),
    ('"V": X.T @ dt, ', '"V": X.T @ dcontent, ', "gradient-of-another"),
    ("for k in p:", 'for k in ("V", "c", "W", "U", "d"):', "not-updated"),
    ("p[k] - 0.02 * g[k]", "p[k] + 0.02 * g[k]", "wrong-sign"),
]


def judged(source, *changes):
    """Return what its own loss tells of a file, with the first of each pair of words made the second."""
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return by_own_loss(ScriptReport("net.py", "not-understood"), source.encode(), source)


def test_a_gated_layer_under_a_loss_of_its_own_is_right(tmp_path):
    report = told(tmp_path, GATED)
    assert report.status == "right", report
    assert "loss: `loss` (line 21)" in report.understood
    assert [verdict.quantity for verdict in report.verdicts] == [f"step of p['{k}']" for k in "VcWbUd"]


@pytest.mark.parametrize(("old", "new", "identifier"), MISTAKES)
def test_mistakes_in_a_gated_layer_are_named(old, new, identifier):
    report = judged(GATED, (old, new))
    assert report.status == "wrong", report
    assert [finding.identifier for finding in report.findings] == [identifier], report


def test_only_the_wrong_arrays_are_called_wrong_and_with_the_right_numbers():
    report = judged(GATED, MISTAKES[2][:2])
    wrong = [verdict for verdict in report.verdicts if not verdict.ok]
    assert [verdict.quantity for verdict in wrong] == ["step of p['V']", "step of p['c']"]
    for verdict in wrong:
        assert verdict.claimed is not None
        assert verdict.expected is not None
        assert np.isclose(verdict.claimed, 2 * verdict.expected, rtol=1e-3)


RULES = {
    "momentum": "memory[k] = 0.9 * memory[k] + g[k]; p[k] = p[k] - 0.02 * memory[k]",
    "velocity": "memory[k] = 0.9 * memory[k] - 0.02 * g[k]; p[k] = p[k] + memory[k]",
    "nesterov": "memory[k] = 0.9 * memory[k] + g[k]; p[k] = p[k] - 0.02 * (g[k] + 0.9 * memory[k])",
    "rmsprop": "memory[k] = 0.9 * memory[k] + 0.1 * g[k] ** 2; p[k] = p[k] - 0.01 * g[k] / (memory[k] ** 0.5 + 1e-8)",
    "adagrad": "memory[k] = memory[k] + g[k] ** 2; p[k] = p[k] - 0.1 * g[k] / (memory[k] ** 0.5 + 1e-8)",
}
WRONG_RULES = {
    "uphill": "memory[k] = 0.9 * memory[k] - g[k]; p[k] = p[k] - 0.02 * memory[k]",
    "grows": "memory[k] = 1.2 * memory[k] + g[k]; p[k] = p[k] - 0.02 * memory[k]",
    "no root": "memory[k] = 0.9 * memory[k] + 0.1 * g[k] ** 2; p[k] = p[k] - 1e-4 * g[k] / (memory[k] + 1e-3)",
    "shares": "memory[k] = 0.9 * memory[k] + 0.9 * g[k] ** 2; p[k] = p[k] - 0.01 * g[k] / (memory[k] ** 0.5 + 1e-8)",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_steps_that_remember_are_right(rule):
    report = judged(GATED, ("p[k] = p[k] - 0.02 * g[k]", rule))
    assert report.status == "right", report


@pytest.mark.parametrize("rule", WRONG_RULES.values(), ids=WRONG_RULES)
def test_steps_of_no_known_rule_are_not_called_right(rule):
    report = judged(GATED, ("p[k] = p[k] - 0.02 * g[k]", rule))
    assert report.status == "not-understood", report


COST = ("    dout =", '    cost = loss + 0.3 * (p["W"] ** 2).sum() + 0.3 * (p["V"] ** 2).sum()\n    dout =')
DRAWN_W = ('"W": X.T @ dcontent', '"W": X.T @ dcontent + 0.6 * p["W"]')
DRAWN_V = ('"V": X.T @ dt', '"V": X.T @ dt + 0.6 * p["V"]')


def test_gradients_that_are_clipped_one_by_one_are_no_mistake():
    clipped = "h = g[k] * min(1, 0.01 / np.linalg.norm(g[k])); p[k] = p[k] - 0.5 * h"
    report = judged(GATED, ("p[k] = p[k] - 0.02 * g[k]", clipped))
    assert report.status != "wrong", report
    assert all(verdict.ok for verdict in report.verdicts)


def test_a_penalty_that_the_loss_has_and_the_step_has_not_is_named():
    assert judged(GATED, COST, DRAWN_W, DRAWN_V).status == "right"
    report = judged(GATED, COST, DRAWN_W)
    assert [finding.identifier for finding in report.findings] == ["regularizer-not-in-gradient"], report
    assert "`p['V']`" in report.findings[0].happened
    assert "`p['W']`" not in report.findings[0].happened


def test_a_step_that_has_half_of_the_penalty_is_wrong_whatever_the_loss():
    cost = ("    dout =", '    loss = loss + 0.3 * (p["W"] ** 2).sum()\n    dout =')
    half = ('"W": X.T @ dcontent', '"W": X.T @ dcontent + 0.3 * p["W"]')
    assert judged(GATED, cost, DRAWN_W).status == "right"
    report = judged(GATED, cost, half)
    assert [finding.identifier for finding in report.findings] == ["penalty-halved"], report


NO_LOSS = ("    loss = np.mean(np.abs(out - y) ** 3)\n", "")


def test_without_a_loss_an_unknown_difference_is_not_called_wrong():
    strange = ("dt = dgate * gate * (1 - gate)", "dt = dgate * (0.1 + np.cos(content) ** 2)")
    report = judged(GATED, NO_LOSS, strange)
    assert report.status == "not-understood", report
    assert not report.findings
    assert "`p['V']`" in report.asks
    with_it = judged(GATED, strange)
    assert [finding.identifier for finding in with_it.findings] == ["unknown"]


def test_without_a_loss_what_lies_below_the_output_is_judged():
    report = judged(GATED, NO_LOSS)
    assert report.status == "not-understood"
    assert "dout as the error at out" in report.asks
    wrong = judged(GATED, NO_LOSS, MISTAKES[0][:2])
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"], wrong


def test_one_number_shows_no_slope_of_the_output():
    report = judged(
        GATED,
        ("n, n_in, n_hidden, n_out = 17, 3, 5, 2", "n, n_in, n_hidden, n_out = 1, 3, 5, 1"),
        ("y = np.stack([X[:, 0] * X[:, 1], np.sin(X[:, 2])], axis=1)", "y = X[:, :1] * X[:, 1:2]"),
        ("dout = 3 * np.sign(out - y) * (out - y) ** 2 / y.size", "dout = out - y"),
    )
    assert report.status == "not-understood", report
    assert "a single number" in report.asks


TWO = """
    e = A @ np.tanh(B @ X.T)
    other = np.mean((e - 1) ** 2)
    de = 2 * (e - 1) / e.size
    A = A - 0.1 * de @ np.tanh(B @ X.T).T
    B = B - 0.1 * (A.T @ de) @ X
"""


def test_what_the_loss_does_not_follow_is_not_called_right():
    two = (
        "for step in range(300):\n",
        f"A, B = np.ones((2, 4)) / 3, rng.normal(size=(4, n_in))\nfor step in range(300):{TWO}",
    )
    report = judged(GATED, two)
    assert report.status == "not-understood", report
    assert all(verdict.ok for verdict in report.verdicts)
    assert "`A`, `B`" in report.asks


def test_what_is_too_large_to_be_nudged_is_not_called_right():
    # rows of a table that the loss takes none of would be right, whatever they do
    report = judged(
        GATED,
        ("memory =", "large = np.zeros((2 << 20,))\nmemory ="),
        ("    content = X", "    large -= 1e-3\n    content = X"),
    )
    assert report.status == "not-understood", report
    assert "`large`" in report.asks


CELL = """
import numpy as np

rng = np.random.default_rng(1)
steps, n, n_in, n_hidden = 4, 9, 2, 3
xs = rng.normal(size=(steps, n, n_in))
y = np.tanh(xs.sum(axis=0))
Wx, Wh, b = rng.normal(size=(n_in, n_hidden)), rng.normal(size=(n_hidden, n_hidden)) * 0.5, np.zeros(n_hidden)
V = rng.normal(size=(n_hidden, 2))
for epoch in range(50):
    hs = [np.zeros((n, n_hidden))]
    for x in xs:
        hs.append(np.tanh(x @ Wx + hs[-1] @ Wh + b))
    out = hs[-1] @ V
    loss = ((out - y) ** 2).mean()
    dout = 2 * (out - y) / out.size
    dV = hs[-1].T @ dout
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dh = dout @ V.T
    for t in reversed(range(steps)):
        dz = dh * (1 - hs[t + 1] ** 2)
        dWx += xs[t].T @ dz
        dWh += hs[t].T @ dz
        db += dz.sum(axis=0)
        dh = dz @ Wh.T
    Wx, Wh, b, V = Wx - 0.1 * dWx, Wh - 0.1 * dWh, b - 0.1 * db, V - 0.1 * dV
"""


def test_a_recurrent_network_is_judged():
    assert judged(CELL).status == "right"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("dh = dz @ Wh.T", "dh = dz @ Wh", ["Wx", "Wh", "b"]),
        ("dWh += hs[t].T @ dz", "dWh += hs[t + 1].T @ dz", ["Wh"]),
        ("dWx += xs[t].T", "dWx = xs[t].T", ["Wx"]),
    ],
)
def test_mistakes_in_a_recurrent_network_are_where_they_are(old, new, wrong):
    report = judged(CELL, (old, new))
    assert report.status == "wrong", report
    assert [verdict.quantity for verdict in report.verdicts if not verdict.ok] == [f"step of {name}" for name in wrong]


RESIDUAL = """
import numpy as np

rng = np.random.default_rng(2)
n, n_in, n_hidden, n_out = 14, 3, 5, 2
X = rng.normal(size=(n, n_in))
labels = (X[:, 0] > 0).astype(int)
W1, W2, W3 = (rng.normal(size=s) * 0.7 for s in ((n_in, n_hidden), (n_hidden, n_hidden), (n_hidden, n_out)))
for step in range(100):
    a = np.tanh(X @ W1)
    r = np.tanh(a @ W2)
    b = a + r
    s = b @ W3
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(n), labels]).mean()
    ds = p.copy()
    ds[np.arange(n), labels] -= 1
    ds /= n
    db = ds @ W3.T
    dr = db * (1 - r ** 2)
    da = (db + dr @ W2.T) * (1 - a ** 2)
    W1, W2, W3 = W1 - 0.3 * X.T @ da, W2 - 0.3 * a.T @ dr, W3 - 0.3 * b.T @ ds
"""


def test_a_residual_block_is_judged():
    assert judged(RESIDUAL).status == "right"
    report = judged(RESIDUAL, ("(db + dr @ W2.T)", "(dr @ W2.T)"))
    assert [verdict.quantity for verdict in report.verdicts if not verdict.ok] == ["step of W1"], report


NUMBERS = """
class Number:
    def __init__(self, value, parents=(), slopes=()):
        self.value, self.parents, self.slopes, self.grad = value, parents, slopes, 0.0

    def __add__(self, other):
        return Number(self.value + other.value, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Number(self.value * other.value, (self, other), (other.value, self.value))

    def tanh(self):
        import math
        t = math.tanh(self.value)
        return Number(t, (self,), (1 - t * t,))


def backward(number, grad):
    number.grad += grad
    for parent, slope in zip(number.parents, number.slopes):
        backward(parent, slope * grad)


samples = [(0.3, -0.7, 0.5), (-1.1, 0.4, -0.2), (0.9, 0.8, 0.1)]
weights = [Number(v) for v in (0.4, -0.6, 0.9, 0.2, -0.3, 0.7, 0.1, -0.5)]
for epoch in range(60):
    total = Number(0.0)
    for a, b, y in samples:
        w = weights
        h1 = (w[0] * Number(a) + w[1] * Number(b) + w[2]).tanh()
        h2 = (w[3] * Number(a) + w[4] * Number(b) + w[5]).tanh()
        error = w[6] * h1 + w[7] * h2 + Number(-y)
        total = total + error * error * Number(1 / 3)
    for w in weights:
        w.grad = 0.0
    backward(total, 1.0)
    for w in weights:
        w.value -= 0.1 * w.grad
"""


def test_a_tape_of_single_numbers_is_judged():
    assert judged(NUMBERS).status == "right"
    report = judged(NUMBERS, ("(1 - t * t,)", "(1 - t,)"))
    # two numbers alone are right then: too few to know the loss by
    assert report.status == "not-understood", report


def test_a_file_that_moves_nothing_is_still_not_understood():
    text = "import numpy as np\nfor k in range(9):\n    a = np.ones((3, 4)) * k\n    b = a.sum()\n"
    assert judged(text).status == "not-understood"


def test_a_file_that_catches_everything_ends():
    caught = (
        "    dt = dgate * gate * (1 - gate)\n",
        "    try:\n        dt = dgate * gate * (1 - gate)\n    except:\n        pass\n",
    )
    assert judged(GATED, caught).status == "right"
