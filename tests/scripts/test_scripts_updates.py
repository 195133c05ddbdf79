"""Updates that remember: found in scripts by their values, right or wrong by name."""

import pytest
from changed import told

from backlit.scripts.check_file import check_script

NET = """
import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(15, 3)), rng.normal(size=(15, 1))
p = {"W1": rng.normal(size=(3, 4)), "b1": np.zeros(4), "W2": rng.normal(size=(4, 1)), "b2": np.zeros(1)}
m = {k: np.zeros_like(w) for k, w in p.items()}
s = {k: np.zeros_like(w) for k, w in p.items()}
lr, beta, beta2, eps = 0.01, 0.9, 0.999, 1e-8
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
MOMENTUM = "m[k] = beta * m[k] - lr * g[k]; p[k] += m[k]"
ADAM = """
m[k] = beta * m[k] + (1 - beta) * g[k]
s[k] = beta2 * s[k] + (1 - beta2) * g[k] ** 2
mh = m[k] / (1 - beta ** t)
sh = s[k] / (1 - beta2 ** t)
p[k] -= lr * mh / (np.sqrt(sh) + eps)
"""
RIGHT = {
    "momentum": MOMENTUM,
    "momentum of gradients": "m[k] = beta * m[k] + g[k]; p[k] -= lr * m[k]",
    "momentum, as a mean": "m[k] = beta * m[k] + (1 - beta) * g[k]; p[k] -= lr * m[k]",
    "Nesterov": "m[k] = beta * m[k] - lr * g[k]; p[k] += beta * m[k] - lr * g[k]",
    "RMSprop": "s[k] = beta * s[k] + (1 - beta) * g[k]**2; p[k] -= lr * g[k] / (np.sqrt(s[k]) + eps)",
    "RMSprop, within": "s[k] = beta * s[k] + (1 - beta) * g[k]**2; p[k] -= lr * g[k] / np.sqrt(s[k] + eps)",
    "Adagrad": "s[k] += g[k]**2; p[k] -= lr * g[k] / (np.sqrt(s[k]) + eps)",
    "Adam": ADAM,
    "weight decay": "p[k] = p[k] * (1 - 0.001) - lr * g[k]",
}
WRONG = [
    (MOMENTUM.replace("+= m", "-= m"), "momentum-wrong-sign"),
    (MOMENTUM.replace("- lr", "+ lr"), "momentum-wrong-sign"),
    ("p[k] += m[k]; m[k] = beta * m[k] - lr * g[k]", "old-velocity"),
    (MOMENTUM + " - lr * g[k]", "gradient-added-again"),
    (MOMENTUM.replace("m[k] = beta", "m[k] += beta"), "velocity-added-to-itself"),
    (MOMENTUM.replace("beta * m", "m"), "accumulated"),
    (ADAM.replace("np.sqrt(sh)", "sh"), "missing-root"),
    (ADAM.replace("lr * mh", "lr * g[k]"), "gradient-for-mean"),
    (ADAM.replace("(1 - beta) * g", "g"), "mean-share-left-out"),
    (ADAM.replace("(1 - beta2) * g", "g"), "share-left-out"),
    (ADAM.replace("beta * m[k] + (1 - beta)", "(1 - beta) * m[k] + beta"), "mean-shares-swapped"),
    (ADAM.replace("beta2 * s[k] + (1 - beta2)", "(1 - beta2) * s[k] + beta2"), "shares-swapped"),
    (ADAM.replace("(1 - beta2) * g[k]", "(1 - beta2) * m[k]"), "square-of-mean"),
    (ADAM.replace("mh = m[k] / (1 - beta ** t)", "mh = m[k]"), "mean-not-corrected"),
    (ADAM.replace("sh = s[k] / (1 - beta2 ** t)", "sh = s[k]"), "square-not-corrected"),
    (ADAM.replace("1 - beta2 ** t", "1 - beta ** t"), "correction-of-another"),
    (ADAM.replace("1 - beta ** t", "1 - beta2 ** t"), "correction-of-another"),
    (
        ADAM.replace("beta ** t", "B ** t").replace("beta2 **", "beta **").replace("B **", "beta2 **"),
        "correction-of-another",
    ),
    (ADAM.replace("** t", "** 1"), "steps-not-counted"),
    (ADAM.replace("-= lr", "+= lr"), "wrong-sign"),
    (
        ADAM.replace("beta * m[k] + (1 - beta)", "beta2 * m[k] + (1 - beta2)").replace(
            "beta2 * s[k] + (1 - beta2)", "beta * s[k] + (1 - beta)"
        ),
        "betas-swapped",
    ),
]


def report_of(path, update):
    """Check the script with an update of each array."""
    file = path / "net.py"
    lines = [line for line in update.strip().splitlines() if line]
    file.write_text(NET.replace("UPDATE", "\n        ".join(lines)), encoding="utf-8")
    return check_script(file)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_update_that_remembers_is_right_and_said(tmp_path, name):
    report = report_of(tmp_path, RIGHT[name])
    assert report.status == "right", report
    said = " ".join(report.remarks)
    known = {"momentum": "momentum, 0.9 of", "Nesterov": "Nesterov's", "weight": "weight decay"}
    first = name.split()[0].strip(",")
    assert known.get(first, first) in said


@pytest.mark.parametrize(("update", "name"), WRONG)
def test_a_wrong_update_that_remembers_is_named(tmp_path, update, name):
    report = report_of(tmp_path, update)
    assert report.status == "wrong", report
    assert [finding.identifier for finding in report.findings] == [name]
    assert report.findings[0].line >= 17


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_update_is_never_called_wrong_after_a_few_steps(tmp_path, name):
    # biases that begin at 0 are their own velocity then
    for steps in (1, 2, 3):
        text = NET.replace("range(1, 13)", f"range(1, {steps + 1})")
        report = told(tmp_path, text, ("UPDATE", RIGHT[name].replace("\n", "\n        ")))
        assert report.findings == (), (steps, report)
        assert all(verdict.ok for verdict in report.verdicts), (steps, report)


def test_a_count_that_begins_again_while_the_means_go_on_is_named(tmp_path):
    rounds = "for step in range(60):\n    t = "
    right = (("for t in range(1, 13):\n", f"{rounds}step + 1\n"), ("UPDATE", ADAM.replace("\n", "\n        ")))
    assert told(tmp_path, NET, *right).status == "right"
    report = told(tmp_path, NET, *right, ("t = step + 1", "t = step % 5 + 1"))
    assert [finding.identifier for finding in report.findings] == ["steps-not-counted"]
    assert "begins again" in report.findings[0].happened
    # but not where the means are set back with it, in place, and few gradients went into them since
    back = "t = step % 12 + 1\n    for k in p:\n        m[k], s[k] = m[k] * (t > 1), s[k] * (t > 1)"
    assert told(tmp_path, NET, *right, ("range(60)", "range(62)"), ("t = step + 1", back)).status == "right"


def test_means_that_are_not_corrected_are_told_and_are_no_mistake(tmp_path):
    report = report_of(
        tmp_path, ADAM.replace("m[k] / (1 - beta ** t)", "m[k]").replace("s[k] / (1 - beta2 ** t)", "s[k]")
    )
    assert report.status == "right", report
    assert "without dividing by 1 − β**t" in " ".join(report.remarks)


def test_an_update_that_is_none_of_them_is_not_judged(tmp_path):
    report = report_of(tmp_path, "p[k] -= lr * np.sign(g[k]) * np.abs(g[k]) ** 0.3")
    assert report.findings == ()
    assert "not judged" in " ".join(report.remarks)


INLINE = """
import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(15, 3)), rng.normal(size=(15, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
v1, v2 = np.zeros_like(W1), np.zeros_like(W2)
for t in range(30):
    h = np.tanh(X @ W1)
    out = h @ W2
    d = (ERROR) / 15
    e = (d @ W2.T) * SLOPE
    v1 = 0.9 * v1 - 0.05 * X.T @ e
    v2 = 0.9 * v2 - 0.05 * h.T @ d
    W1 += v1
    W2 += v2
"""


def test_gradients_that_go_into_a_velocity_without_a_name_are_judged_or_asked_for(tmp_path):
    file = tmp_path / "net.py"

    def checked(error, slope):
        file.write_text(INLINE.replace("ERROR", error).replace("SLOPE", slope), encoding="utf-8")
        return check_script(file)

    right = checked("out - y", "(1 - h**2)")
    assert right.status == "right", right
    assert "momentum, 0.9 of" in " ".join(right.remarks)
    wrong = checked("out - y", "1")
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"]
    unseen = checked("out - y**3", "(1 - h**2)")
    assert unseen.status == "not-understood"
    assert "Give them names" in unseen.asks


HALF_NAMED = """
import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(20, 5))
t = np.tanh(X @ rng.normal(size=(5, 1)))
w_in, b1 = rng.normal(size=(5, 4)) * 0.4, np.zeros(4)
w_out = rng.normal(size=(4, 1)) * 0.4
v1 = v2 = vb = 0
for epoch in range(40):
    h = np.tanh(X @ w_in + b1)
    out = h @ w_out
    g = (out - t) / 20
    grad_w_out = h.T @ g
    back = g @ w_out.T * SLOPE
    dW1 = X.T @ back
    of_biases = back.sum(axis=0)
    v2 = 0.9 * v2 + grad_w_out
    v1 = 0.9 * v1 + dW1
    vb = 0.9 * vb + of_biases
    w_out = w_out - 0.05 * v2
    w_in = w_in - 0.05 * v1
    b1 = b1 - 0.05 * vb
"""


def test_what_goes_into_a_velocity_is_the_gradient_whatever_its_name(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(HALF_NAMED.replace("SLOPE", "(1 - h**2)"), encoding="utf-8")
    right = check_script(file)
    assert right.status == "right", right
    assert {verdict.quantity for verdict in right.verdicts} == {"grad_w_out", "dW1", "of_biases"}
    file.write_text(HALF_NAMED.replace("SLOPE", "1"), encoding="utf-8")
    wrong = check_script(file)
    assert [(f.identifier, f.code) for f in wrong.findings] == [("missing-hidden-derivative", "dW1 = X.T @ back")]


OTHERS = {
    "cut off by value": (
        "g = {k: np.clip(v, -0.05, 0.05) for k, v in g.items()}",
        "p[k] -= lr * g[k]",
        "cut off at ±0.05",
    ),
    "cut off by norm": (
        "scale = min(1, 0.5 / np.sqrt(sum((v**2).sum() for v in g.values())))",
        "p[k] -= lr * scale * g[k]",
        "",
    ),
    "two rates": (
        "rate = {'W1': lr, 'W2': lr, 'b1': 3 * lr, 'b2': 3 * lr}",
        "p[k] -= rate[k] * g[k]",
        "3 times the learning rate",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_people_do_to_gradients_and_rates_is_no_mistake(tmp_path, name):
    before, update, said = OTHERS[name]
    text = NET.replace("    for k in p:", f"    {before}\n    for k in p:").replace("UPDATE", update)
    file = tmp_path / "net.py"
    file.write_text(text, encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    assert said in " ".join(report.remarks)
    assert len(report.verdicts) == 4


def test_parts_of_a_list_that_change_by_a_loop_s_name_are_these_parts(tmp_path):
    loop = "        params = [p[k] for k in p]\n        for w, q, r in zip(params, m, [g[k] for k in p]):\n"
    text = NET.replace("m = {k: np.zeros_like(w) for k, w in p.items()}", "m = [np.zeros_like(w) for w in p.values()]")
    text = text.replace(
        "    for k in p:\n        UPDATE",
        loop.replace("        params", "    params", 1).replace("        for", "    for", 1)
        + "        q[...] = 0.9 * q - lr * r\n        w += q",
    )
    file = tmp_path / "net.py"
    file.write_text(text, encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    assert "momentum, 0.9 of" in " ".join(report.remarks)


ONE_OUTPUT = """
import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(20, 3))
y = np.sin(X[:, :1]) + 0.3 * X[:, 1:2]
U, c = rng.normal(size=(3, 4)) * 0.5, np.zeros(4)
V, d = rng.normal(size=(4, 1)) * 0.5, np.zeros(1)
mU, mc, mV, md = (np.zeros_like(a) for a in (U, c, V, d))
for step in range(40):
    h = np.tanh(X @ U + c)
    p = h @ V + d
    e = (p - y) / 20
    out_part, e_sum = h.T @ e, FACTOR * e.sum(axis=0)
    back = e @ V.T * (1 - h**2)
    NAMED, back_sum = X.T @ back, back.sum(axis=0)
    mV, md = 0.9 * mV + out_part, 0.9 * md + e_sum
    mU, mc = 0.9 * mU + NAMED, 0.9 * mc + back_sum
    U, c, V, d = U - 0.05 * mU, c - 0.05 * mc, V - 0.05 * mV, d - 0.05 * md
"""


@pytest.mark.parametrize("name", ["dU", "grad_U", "hidden_part"])
def test_one_number_that_goes_into_a_velocity_is_judged_beside_gradients_with_names(tmp_path, name):
    file = tmp_path / "net.py"
    file.write_text(ONE_OUTPUT.replace("NAMED", name).replace("FACTOR", "1"), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report
    file.write_text(ONE_OUTPUT.replace("NAMED", name).replace("FACTOR", "2"), encoding="utf-8")
    report = check_script(file)
    assert report.status == "wrong", report
    assert [v.ok for v in report.verdicts].count(False) == 1


STEPS_KEPT = """
import numpy as np
rng = np.random.default_rng(3)
W = [rng.normal(size=(o, i)) / 2 for i, o in [(2, 5), (5, 4), (4, 1)]]
B = [np.zeros((o, 1)) for o in (5, 4, 1)]
vW, vB = [np.zeros_like(w) for w in W], [np.zeros_like(b) for b in B]
X = rng.uniform(size=(2, 16))
Y = (X[:1] > X[1:]) * 1.0
for step in range(40):
    A = [X]
    for w, b in zip(W, B):
        A.append(1 / (1 + np.exp(-(w @ A[-1] + b))))
    d = (A[-1] - Y) * A[-1] * (1 - A[-1])
    for l in (2, 1, 0):
        gW = d @ A[l].T
        gB = d.sum(1, keepdims=True)
        if l == 2:
            gB = FACTOR * gB
        d = W[l].T @ d * A[l] * (1 - A[l])
        vW[l] = 0.9 * vW[l] - 0.05 * gW
        vB[l] = 0.9 * vB[l] - 0.05 * gB
        W[l] += vW[l]
        B[l] += vB[l]
"""


@pytest.mark.parametrize(("factor", "status"), [("1", "right"), ("2", "wrong")])
def test_one_number_that_goes_into_a_velocity_of_steps_is_in_the_unit_of_gradients(tmp_path, factor, status):
    file = tmp_path / "net.py"
    file.write_text(STEPS_KEPT.replace("FACTOR", factor), encoding="utf-8")
    report = check_script(file)
    assert report.status == status, report.to_text()
    assert [v.ok for v in report.verdicts].count(False) == (status == "wrong")


VELOCITIES = """
import numpy as np
rng = np.random.default_rng(7)
X, T = rng.normal(size=(30, 2)), rng.normal(size=(30, 3))

class Schwung:
    def __init__(self):
        self.tempo = None

    def schritt(self, teile, steigungen):
        if self.tempo is None:
            self.tempo = [np.zeros(g.shape) for g in steigungen]
        for i, g in enumerate(steigungen):
            self.tempo[i] = 0.9 * self.tempo[i] + g
            teile[i] -= 0.02 * self.tempo[i]

teile = [rng.normal(size=(2, 5)), np.zeros((1, 5)), rng.normal(size=(5, 3)), np.zeros((1, 3))]
regel = Schwung()
for runde in range(300):
    A, a, B, b = teile
    H = np.tanh(X @ A + a)
    P = H @ B + b
    verlust = np.mean((P - T) ** 2)
    d = 2 * (P - T) / T.size
    e = (d @ B.T) * SLOPE
    steigungen = [X.T @ e, e.sum(axis=0, keepdims=True), H.T @ d, d.sum(axis=0, keepdims=True)]
    regel.schritt(teile, steigungen)
"""


@pytest.mark.parametrize(("slope", "names"), [("(1 - H**2)", []), ("1", ["missing-hidden-derivative"])])
def test_velocities_in_a_list_of_any_name_are_no_gradients(tmp_path, slope, names):
    file = tmp_path / "net.py"
    file.write_text(VELOCITIES.replace("SLOPE", slope), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()
    assert report.status == ("wrong" if names else "right")


SAMPLES = """
import numpy as np
rng = np.random.default_rng(12)
X, T = rng.normal(size=(24, 3)), rng.uniform(size=24)
W1, b1, W2, b2 = rng.normal(size=(4, 3)), np.zeros(4), rng.normal(size=4), 0.1
s = lambda z: 1 / (1 + np.exp(-z))
for epoch in range(40):
    for x, t in zip(X, T):
        h = s(W1 @ x + b1)
        o = s(W2 @ h + b2)
        loss = (o - t) ** 2 / 2
        d2 = (o - t) * o * (1 - o)
        d1 = W2 * d2 * SLOPE
        W2 = W2 - 0.5 * d2 * h
        b2 -= 0.5 * d2
        W1 = W1 - 0.5 * np.outer(d1, x)
        b1 -= 0.5 * d1
"""


@pytest.mark.parametrize(("slope", "names"), [("h * (1 - h)", []), ("1", ["missing-hidden-derivative"])])
def test_a_gradient_that_changes_from_step_to_step_is_no_velocity_of_its_own(tmp_path, slope, names):
    file = tmp_path / "net.py"
    file.write_text(SAMPLES.replace("SLOPE", slope), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()


HELD = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(40, 3))
T = (X[:, :1] * X[:, 1:2] > 0) * 1.0
W1, b1, W2, b2 = rng.normal(size=(3, 6)), np.zeros(6), rng.normal(size=(6, 1)), np.zeros(1)
vW1, vb1, vW2, vb2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
mu, learning_rate = 0.9, 0.1
for i in range(300):
    H = np.tanh(X @ W1 + b1)
    P = 1 / (1 + np.exp(-(H @ W2 + b2)))
    loss = -np.mean(T * np.log(P) + (1 - T) * np.log(1 - P))
    d = (P - T) / len(X)
    e = (d @ W2.T) * (1 - H ** 2)
    dW2, dW1 = H.T @ d, X.T @ e
    vW2 = mu * vW2 SHARE dW2
    vb2 = mu * vb2 SHARE d.sum(axis=0)
    vW1 = mu * vW1 SHARE dW1
    vb1 = mu * vb1 SHARE e.sum(axis=0)
    W2 = W2 RATE vW2
    b2 = b2 RATE vb2
    W1 = W1 RATE vW1
    b1 = b1 RATE vb1
"""


@pytest.mark.parametrize(
    ("share", "rate", "names"),
    [
        ("- learning_rate *", "+", []),
        ("+ learning_rate *", "-", []),
        ("+", "- learning_rate *", []),
        ("+ (1 - mu) *", "- learning_rate *", []),
        ("+ learning_rate *", "- learning_rate *", ["learning-rate-twice"]),
    ],
)
def test_what_velocities_hold_of_gradients_without_a_name(tmp_path, share, rate, names):
    file = tmp_path / "net.py"
    file.write_text(HELD.replace("SHARE", share).replace("RATE", rate), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()
    assert report.status == ("wrong" if names else "right")


@pytest.mark.parametrize("within", ["", "0.02 * "])
def test_the_velocity_of_one_number_stands_in_a_list_with_others(tmp_path, within):
    one = VELOCITIES.replace("(30, 3)", "(30, 1)").replace("(5, 3)", "(5, 1)").replace("(1, 3)", "(1, 1)")
    one = one.replace("+ g", f"+ {within}g").replace(
        "0.02 * self.tempo", "self.tempo" if within else "0.02 * self.tempo"
    )
    file = tmp_path / "net.py"
    file.write_text(one.replace("SLOPE", "(1 - H**2)"), encoding="utf-8")
    report = check_script(file)
    assert (report.status, [finding.identifier for finding in report.findings]) == ("right", []), report.to_text()


LATE = """
for name, g in grads.items():
    m[name] = beta * m[name] + (1 - beta) * g
    s[name] = beta2 * s[name] + (1 - beta2) * g * g
    p[name] -= lr * (m[name] / (1 - beta ** t)) / (np.sqrt(s[name] / (1 - BETA ** t)) + eps)
"""


@pytest.mark.parametrize(("beta", "names"), [("beta2", []), ("beta", ["correction-of-another"])])
def test_a_correction_is_seen_in_the_first_steps_where_the_means_have_filled_since(tmp_path, beta, names):
    # after 700 steps what was divided by 1 - 0.9**t is as it was; the arrays are parts of a dict of a function's own
    body = LATE.replace("BETA", beta).strip().replace("\n", "\n    ")
    text = NET.replace("range(1, 13)", "range(1, 700)").replace("    for k in p:\n        UPDATE", "    adam(p, g, t)")
    text = text.replace("for t in", f"def adam(p, grads, t):\n    {body}\n\n\nfor t in", 1)
    file = tmp_path / "net.py"
    file.write_text(text)
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report
    assert report.status == ("wrong" if names else "right")
