"""A file that trains several networks: each is judged, and nothing that is trained is left out of the heading."""

import json

import numpy as np
import pytest
from command_line import backlit

from backlit.scripts.check_file import check_script
from backlit.scripts.check_names import check_names

TWO = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(20, 3))
y = np.sin(X[:, :1])
A1, A2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 1))
for i in range(30):
    h = np.tanh(X @ A1)
    out = h @ A2
    err = (out - y) / len(X)
    dA2 = h.T @ err
    dA1 = X.T @ (err @ A2.T * FIRST)
    A1 -= 0.05 * dA1
    A2 -= 0.05 * dA2
t = (X[:, 1:2] > 0).astype(float)
B1, B2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for i in range(30):
    h = np.maximum(X @ B1, 0)
    out = 1 / (1 + np.exp(-h @ B2))
    err = (out - t) / len(X)
    dB2 = h.T @ err
    dB1 = X.T @ (err @ B2.T * SECOND)
    B1 -= 0.5 * dB1
    B2 -= 0.5 * dB2
"""


def script(path, text, **words):
    """Write a script, with words put in."""
    for word, other in words.items():
        text = text.replace(word, other)
    file = path / "net.py"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("first", "second", "statuses"),
    [
        ("(1 - h**2)", "(h > 0)", ("right", "right")),
        ("1", "(h > 0)", ("wrong", "right")),
        ("(1 - h**2)", "1", ("right", "wrong")),
    ],
)
def test_networks_trained_one_after_the_other_are_each_judged(tmp_path, first, second, statuses):
    report = check_script(script(tmp_path, TWO, FIRST=first, SECOND=second))
    assert tuple(network.status for network in report.networks) == statuses
    assert [network.title for network in report.networks] == ["A1, A2", "B1, B2"]
    assert report.status == ("wrong" if "wrong" in statuses else "right")
    assert [(f.identifier, f.line) for f in report.findings] == [
        ("missing-hidden-derivative", line)
        for status, line in zip(statuses, (12, 22), strict=True)
        if status == "wrong"
    ]
    assert len(report.verdicts) == 4


def test_the_text_and_the_json_have_a_block_for_each_network(tmp_path):
    file = script(tmp_path, TWO, FIRST="1", SECOND="(h > 0)")
    shown = backlit("check", str(file))
    assert shown.status == 1
    lines = shown.out.splitlines()
    assert [lines[0], *(line for line in lines if line.startswith("  ") and line[2:3] in "AB")] == [
        "net.py: wrong",
        "  A1, A2: wrong",
        "  B1, B2: right",
    ]
    told = json.loads(backlit("check", str(file), "--json").out)
    assert (told["status"], told["findings"][0]["line"]) == ("wrong", 12)
    assert [(one["title"], one["status"]) for one in told["networks"]] == [("A1, A2", "wrong"), ("B1, B2", "right")]


def test_a_network_that_is_asked_for_is_judged_alone(tmp_path):
    file = script(tmp_path, TWO, FIRST="1", SECOND="(h > 0)")
    shown = backlit("check", str(file), "--weights", "B1,B2")
    assert (shown.status, shown.out.splitlines()[0]) == (0, "net.py: right")


def test_what_is_trained_too_and_cannot_be_judged_makes_it_judged_in_part(tmp_path):
    # h is another function's in each step, so that no activation that is known gives it
    text = TWO.replace("np.tanh(X @ A1)", "np.sin(X @ A1) ** 2").replace("FIRST", "np.sin(2 * X @ A1)")
    report = check_script(script(tmp_path, text, SECOND="(h > 0)"))
    assert (report.status, report.to_text().splitlines()[0]) == ("not-understood", "net.py: judged in part")
    assert all(verdict.ok for verdict in report.verdicts)
    assert "A1, A2 are trained too" in report.asks
    wrong = check_script(script(tmp_path, text, SECOND="1"))
    assert wrong.status == "wrong"
    assert "A1, A2 are trained too" in wrong.remarks[-1]


OBJECTS = """
import numpy as np
rng = np.random.default_rng(0)
class Net:
    def __init__(self, n, m, k, bend):
        self.W1, self.W2, self.bend = rng.normal(size=(n, m)), rng.normal(size=(m, k)), bend
    def step(self, X, y, lr):
        z = X @ self.W1
        a = np.tanh(z) if self.bend == "tanh" else np.maximum(0, z)
        d2 = 2 * (a @ self.W2 - y) / y.size
        dW2 = a.T @ d2
        d1 = d2 @ self.W2.T * ((1 - a) if self.bend == "tanh" else (z > 0))
        self.W1 -= lr * X.T @ d1
        self.W2 -= lr * dW2
X, y = rng.normal(size=(7, 4)), rng.normal(size=(7, 2))
one, two = Net(4, 6, 2, "tanh"), Net(4, 5, 2, "relu")
for k in range(20):
    one.step(X, y, 0.05)
for k in range(20):
    two.step(X, y, 0.05)
"""


def test_two_objects_of_one_class_are_two_networks(tmp_path):
    report = check_script(script(tmp_path, OBJECTS))
    assert [(n.title, n.status) for n in report.networks] == [
        ("one.W1, one.W2", "wrong"),
        ("two.W1, two.W2", "right"),
    ]
    assert report.findings[0].identifier == "slope-cut-short"


FROZEN = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(9, 6))
Y = np.eye(3)[rng.integers(0, 3, 9)]
We, Wd = rng.normal(size=(6, 4)), rng.normal(size=(4, 6))
for epoch in range(20):
    code = np.tanh(X @ We)
    diff = 2 * (code @ Wd - X) / X.size
    dWd = code.T @ diff
    dcode = diff @ Wd.T * SLOPE
    We -= 0.3 * X.T @ dcode
    Wd -= 0.3 * dWd
code = np.tanh(X @ We)
Wc = rng.normal(size=(4, 3))
for epoch in range(20):
    e = np.exp(code @ Wc)
    probs = e / e.sum(1, keepdims=True)
    Wc -= 0.5 * code.T @ ((probs - Y) / 9)
"""


def test_a_classifier_on_what_an_autoencoder_learned_is_another_network(tmp_path):
    right = check_script(script(tmp_path, FROZEN, SLOPE="(1 - code**2)"))
    assert (right.status, [n.title for n in right.networks]) == ("right", ["We, Wd", "Wc"])
    wrong = check_script(script(tmp_path, FROZEN, SLOPE="1"))
    assert [n.status for n in wrong.networks] == ["wrong", "right"]


SHARED = """
import numpy as np
rng = np.random.default_rng(3)
X, Y = rng.normal(size=(9, 6)), rng.normal(size=(9, 2))
W, V = rng.normal(size=(6, 4)), rng.normal(size=(4, 6))
for e in range(12):
    a = np.tanh(X @ W)
    back = (a @ V - X) / 9
    dV = a.T @ back
    dW = X.T @ (back @ V.T * SLOPE)
    V -= 0.2 * dV
    W -= 0.2 * dW
U = rng.normal(size=(4, 2))
for e in range(12):
    a = np.tanh(X @ W)
    out = (a @ U - Y) / 9
    dU = a.T @ out
    dW = X.T @ (out @ U.T * (1 - a**2))
    U -= 0.2 * dU
    W -= 0.2 * dW
"""


def test_a_layer_may_be_trained_in_one_network_and_then_in_another(tmp_path):
    right = check_script(script(tmp_path, SHARED, SLOPE="(1 - a**2)"))
    assert (right.status, [n.title for n in right.networks]) == ("right", ["W, V", "W, U"])
    wrong = check_script(script(tmp_path, SHARED, SLOPE="1"))
    assert [n.status for n in wrong.networks] == ["wrong", "right"]


LISTED = """
import numpy as np
rng = np.random.default_rng(8)
X, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
W = [rng.normal(size=(3, 5)), rng.normal(size=(5, 2))]
push = [np.zeros((3, 5)), np.zeros((5, 2))]
for t in range(25):
    h = np.tanh(X @ W[0])
    e = (h @ W[1] - y) / 8
    back = e @ W[1].T * (1 - h * h)
    grads = [X.T @ back, h.T @ e]
    for i in range(2):
        push[i] = 0.8 * push[i] - 0.05 * grads[i]
        W[i] += push[i]
counts = np.zeros((2, 2))
for row, t in zip(h @ W[1], y):
    counts[row.argmax(), t.argmax()] += 1
"""


def test_velocities_in_a_list_and_counts_are_no_other_network(tmp_path):
    report = check_script(script(tmp_path, LISTED))
    assert (report.status, report.networks) == ("right", ())
    assert "trained too" not in report.to_text()


def test_a_velocity_in_a_list_is_no_sum_of_gradients_that_have_no_name(tmp_path):
    text = LISTED.replace("for i in range(2):", "for i, (a, d) in enumerate(((X, back), (h, e))):")
    text = text.replace("push[i] - 0.05 * grads[i]", "push[i] + a.T @ d").replace("+= push[i]", "-= 0.05 * push[i]")
    report = check_script(script(tmp_path, text))
    assert (report.status, report.findings) == ("right", ())
    assert "momentum, 0.8 of what was remembered" in report.remarks[0]


TWICE = """
import numpy as np
def train(X, y, hidden, bend, seed):
    r = np.random.default_rng(seed)
    W1, W2 = r.normal(size=(X.shape[1], hidden)), r.normal(size=(hidden, y.shape[1]))
    for _ in range(12):
        z = X @ W1
        h = np.tanh(z) if bend == "tanh" else np.maximum(z, 0)
        d2 = 2 * (h @ W2 - y) / y.size
        slope = FIRST if bend == "tanh" else z > 0
        dW2 = h.T @ d2
        dW1 = X.T @ (d2 @ W2.T * slope)
        W2 -= 0.1 * dW2
        W1 -= 0.1 * dW1
    return W1, W2
rng = np.random.default_rng(0)
X, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
train(X, y, 4, "tanh", 0)
train(X, y, 5, "relu", 1)
"""


def test_networks_of_one_function_are_told_apart_by_their_sizes(tmp_path):
    report = check_script(script(tmp_path, TWICE, FIRST="1 - h"))
    assert [(n.title, n.status) for n in report.networks] == [
        ("W1 (3, 4), W2 (4, 2)", "wrong"),
        ("W1 (3, 5), W2 (5, 2)", "right"),
    ]
    assert check_script(script(tmp_path, TWICE, FIRST="1 - h**2")).status == "right"


def test_networks_of_one_loop_are_told_apart_by_their_activations(tmp_path):
    text = TWICE.replace('train(X, y, 4, "tanh", 0)', "").replace('train(X, y, 5, "relu", 1)', "")
    text += 'for bend in ("tanh", "relu"):\n    train(X, y, 4, bend, 0)\n'
    report = check_script(script(tmp_path, text, FIRST="1 - h"))
    assert [network.status for network in report.networks] == ["wrong", "right"]
    alike = text.replace('("tanh", "relu")', '("tanh", "tanh")')
    assert check_script(script(tmp_path, alike, FIRST="1 - h**2")).networks == ()


def test_arrays_of_a_notebook_may_be_two_networks():
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    A1, A2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    B1, B2 = rng.normal(size=(3, 6)), rng.normal(size=(6, 2))
    ha, hb = np.tanh(X @ A1), np.maximum(0, X @ B1)
    pa, pb = ha @ A2, hb @ B2
    ea, eb = (pa - y) / 8, (pb - y) / 8
    gA2, gA1 = ha.T @ ea, X.T @ (ea @ A2.T * (1 - ha**2))
    gB2, gB1 = hb.T @ eb, X.T @ (eb @ B2.T)
    names = {k: v for k, v in locals().items() if isinstance(v, np.ndarray)}
    report = check_names(names)
    assert [(n.title, n.status) for n in report.networks] == [("A1, A2", "right"), ("B1, B2", "wrong")]
    names["gB1"] = X.T @ (eb @ B2.T * (hb > 0))
    assert check_names(names).status == "right"


ADVERSARIES = """
import numpy as np
rng = np.random.default_rng(0)
G1, G2 = rng.normal(size=(2, 6)), rng.normal(size=(6, 1))
D1, D2 = rng.normal(size=(1, 5)), rng.normal(size=(5, 1))
for step in range(20):
    z = rng.normal(size=(4, 2))
    gh = np.tanh(z @ G1)
    fake = gh @ G2
    real = rng.normal(size=(4, 1)) + 3
    xs = np.vstack([real, fake])
    ys = np.vstack([np.ones((4, 1)), np.zeros((4, 1))])
    dh = np.tanh(xs @ D1)
    p = 1 / (1 + np.exp(-dh @ D2))
    e = (p - ys) / len(xs)
    gD2, gD1 = dh.T @ e, xs.T @ (e @ D2.T * (1 - dh ** 2))
    D1 -= 0.05 * gD1
    D2 -= 0.05 * gD2
    fh = np.tanh(fake @ D1)
    q = 1 / (1 + np.exp(-fh @ D2))
    dfake = ((q - 1) / 4 @ D2.T * (1 - fh ** 2)) @ D1.T
    gG2, gG1 = gh.T @ dfake, z.T @ (dfake @ G2.T * (1 - gh ** 2))
    G1 -= 0.05 * gG1
    G2 -= 0.05 * gG2
"""


def test_networks_trained_together_are_never_called_wrong(tmp_path):
    report = check_script(script(tmp_path, ADVERSARIES))
    assert report.status in ("right", "not-understood")
    assert not report.findings


def test_what_each_pass_begins_anew_is_no_other_network(tmp_path):
    text = """
import numpy as np
rng = np.random.default_rng(2)
X, new, labels = rng.normal(size=(9, 3)), rng.normal(size=(5, 3)), rng.integers(0, 4, 9)
W = rng.normal(size=(3, 4))
def shares(samples):
    scores = samples @ W
    scores -= scores.max(axis=1, keepdims=True)
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
for i in range(12):
    p = shares(X)
    d = (p - np.eye(4)[labels]) / 9
    dW = X.T @ d
    W -= 0.3 * dW
    shares(new)
"""
    report = check_script(script(tmp_path, text))
    assert report.status == "right"
    assert "trained too" not in report.to_text()
