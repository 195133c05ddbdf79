"""What people's own programs hold: sums that a loop overwrites, a layer no step reaches, the neighbour's gradient."""

import pytest

from backlit.scripts.check_file import check_script

BATCHES = """
import numpy as np
rng = np.random.default_rng(1)
W = [rng.normal(size=(5, 4)) / 2, rng.normal(size=(3, 5)) / 2]
def sig(z):
    return 1 / (1 + np.exp(-z))
def backward(x, y):
    h = sig(W[0] @ x)
    p = sig(W[1] @ h)
    d = p - y
    e = (W[1].T @ d) * h * (1 - h)
    return [e @ x.T, d @ h.T]
data = [(rng.normal(size=(4, 1)), np.eye(3)[:, [k % 3]]) for k in range(60)]
for epoch in range(30):
    for start in range(0, 60, 6):
        total = [np.zeros(w.shape) for w in W]
        for x, y in data[start:start + 6]:
            G = backward(x, y)
            for l in range(2):
                total[l] SIGN G[l]
        for l in range(2):
            W[l] -= 0.5 / 6 * total[l]
"""


@pytest.mark.parametrize(("sign", "names"), [("=", ["overwritten"]), ("+=", [])])
def test_a_batch_of_which_the_last_sample_alone_is_kept(tmp_path, sign, names):
    file = tmp_path / "net.py"
    file.write_text(BATCHES.replace("SIGN", sign), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()
    assert report.status == ("wrong" if names else "right")


EACH = """
import numpy as np
rng = np.random.default_rng(1)
W, V = rng.normal(size=(5, 4)) / 2, rng.normal(size=(3, 5)) / 2
for k in range(400):
    x, y = rng.normal(size=(4, 1)), np.eye(3)[:, [k % 3]]
    h = 1 / (1 + np.exp(-W @ x))
    p = 1 / (1 + np.exp(-V @ h))
    d = p - y
    e = (V.T @ d) * h * (1 - h)
    dW, dV = e @ x.T, d @ h.T
    W = W - 0.5 * dW
    V = V - 0.5 * dV
"""


def test_a_step_for_each_sample_loses_none(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(EACH, encoding="utf-8")
    assert check_script(file).status == "right"


COST = """
import numpy as np
rng = np.random.default_rng(1)
U, V = rng.normal(size=(4, 6)) / 2, rng.normal(size=(6, 1)) / 2
X, Y = rng.normal(size=(40, 4)), rng.normal(size=(40, 1))
HELD, KNOWN = rng.normal(size=(N, 4)), rng.normal(size=(N, 1))
def cost(U, V, x, y):
    h = np.tanh(x @ U)
    d = (h @ V - y) / len(x)
    dV, dU = h.T @ d, x.T @ (d @ V.T * (1 - h ** 2))
    return (d ** 2).sum() * len(x) / 2, dU, dV
for epoch in range(200):
    other, _, _ = cost(U, V, HELD, KNOWN)
    own, gU, gV = cost(U, V, X, Y)
    U = U - 0.1 * gU
    V = V - 0.1 * gV
"""
IN_TURN = """
import numpy as np
rng = np.random.default_rng(1)
X, Y = rng.normal(size=(40, 4)), rng.normal(size=(40, 1))
def grads(W, x, y):
    h = np.tanh(x @ W[0])
    d = (h @ W[1] - y) / len(x)
    return x.T @ (d @ W[1].T * (1 - h ** 2)), h.T @ d
A, B = ([rng.normal(size=(4, 6)) / 2, rng.normal(size=(6, 1)) / 2] for _ in range(2))
for epoch in range(200):
    for net, rate in ((A, 0.1), (B, 0.02)):
        k = rng.permutation(40)[:10]
        gU, gV = grads(net, X[k], Y[k])
        net[0] -= rate * gU
        net[1] -= rate * gV
"""


@pytest.mark.parametrize("text", [COST.replace("N, ", "40, "), COST.replace("N, ", "15, "), IN_TURN])
def test_gradients_that_no_step_is_made_of_or_another_network_s_are_not_lost(tmp_path, text):
    file = tmp_path / "net.py"
    file.write_text(text, encoding="utf-8")
    report = check_script(file)
    assert report.findings == (), report.to_text()


DICTS = """
import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(40, 3))
T = np.tanh(X[:, :1] - X[:, 1:2])
net = {"W1": rng.normal(size=(3, 6)), "b1": np.zeros(6), "W2": rng.normal(size=(6, 1)), "b2": np.zeros(1)}
def step(net, grads, rate):
    for k in range(1, LAST):
        net[f"W{k}"] -= rate * grads[f"W{k}"]
        net[f"b{k}"] -= rate * grads[f"b{FROM}"]
    return net
for epoch in range(200):
    H = np.tanh(X @ net["W1"] + net["b1"])
    P = H @ net["W2"] + net["b2"]
    loss = ((P - T) ** 2).sum() / 80
    d = (P - T) / 40
    e = d @ net["W2"].T * (1 - H ** 2)
    grads = {"W2": H.T @ d, "b2": d.sum(0), "W1": X.T @ e, "b1": e.sum(0)}
    net = step(net, grads, 0.1)
"""


@pytest.mark.parametrize(
    ("last", "other", "names"),
    [("3", "k", []), ("2", "k", ["not-updated", "not-updated"]), ("3", "2", ["gradient-of-another"])],
)
def test_arrays_in_a_dict_that_no_step_reaches_or_another_s(tmp_path, last, other, names):
    file = tmp_path / "net.py"
    file.write_text(DICTS.replace("LAST", last).replace("{FROM}", f"{{{other}}}"), encoding="utf-8")
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()
    assert report.status == ("wrong" if names else "right")


HELD_OUT = """
import numpy as np
rng = np.random.default_rng(SEED)
X, Y = rng.normal(size=(60, 3)), rng.normal(size=(60, 1))
U, V = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
net = {"w1": rng.normal(size=(3, 5)), "b1": np.zeros(5), "w2": rng.normal(size=(5, 1)), "b2": np.zeros(1)}
def run(net, x):
    h = np.tanh(x @ net["w1"] + net["b1"])
    return h, h @ net["w2"] + net["b2"]
def mae(net, x, y):
    return np.abs(run(net, x)[1] - y).mean()
def back(net, x, y):
    h, p = run(net, x)
    d = np.sign(p - y) / len(x)
    e = d @ net["w2"].T * (1 - h ** 2)
    return {"w1": x.T @ e, "b1": e.sum(0), "w2": h.T @ d, "b2": d.sum(0)}
best, kept = np.inf, None
for turn in range(60):
    order = rng.permutation(60)
    for part in np.array_split(order, 5):
        for name, g in back(net, X[part], Y[part]).items():
            net[name] = net[name] - 0.05 * g
    now = mae(net, U, V)
    if now < best:
        best, kept = now, dict(net)
print(mae(kept, U, V))
"""


@pytest.mark.parametrize("seed", ["0", "3", "7"])
def test_the_absolute_error_that_only_other_data_are_measured_by(tmp_path, seed):
    file = tmp_path / "net.py"
    file.write_text(HELD_OUT.replace("SEED", seed), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report.to_text()
    # without that name it is one of two readings
    file.write_text(HELD_OUT.replace("SEED", seed).replace("mae", "far"), encoding="utf-8")
    assert [finding.identifier for finding in check_script(file).findings] in ([], ["sign-of-error-used"])


TWO_CLASSES = """
import numpy as np
rng = np.random.default_rng(SEED)
X = rng.normal(size=(50, 3))
Y = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
P = {"W1": rng.normal(size=(3, 7)), "b1": np.zeros(7), "W2": rng.normal(size=(7, 2)), "b2": np.zeros(2)}
m = [{k: np.zeros_like(p) for k, p in P.items()}]
v = [{k: np.zeros_like(p) for k, p in P.items()}]
t = 0
def log_softmax(s):
    s = s - s.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))
for epoch in range(120):
    i = rng.permutation(50)[:20]
    H = np.maximum(X[i] @ P["W1"] + P["b1"], 0)
    A = np.exp(log_softmax(H @ P["W2"] + P["b2"]))
    d = (A - Y[i]) / 20
    e = d @ P["W2"].T * (H > 0)
    G = {"W2": H.T @ d, "b2": d.sum(0), "W1": X[i].T @ e, "b1": e.sum(0)}
    t += 1
    for k, g in G.items():
        m[0][k] = 0.9 * m[0][k] + 0.1 * g
        v[0][k] = 0.999 * v[0][k] + 0.001 * g * g
        P[k] -= 0.01 * (m[0][k] / (1 - 0.9 ** t)) / (np.sqrt(v[0][k] / (1 - 0.999 ** t)) + 1e-8)
"""


@pytest.mark.parametrize("seed", range(4))
def test_the_two_biases_of_two_classes_tell_nothing_of_the_rate(tmp_path, seed):
    file = tmp_path / "net.py"
    file.write_text(TWO_CLASSES.replace("SEED", str(seed)), encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report.to_text()
    assert not any("trained too" in remark for remark in report.remarks)


NOISY = """
import numpy as np
rng = np.random.default_rng(6)
def drawn(count):
    rows = []
    for _ in range(count):
        flipped = rng.random(5) < 0.3
        rows.append(np.where(flipped, -1.0, 1.0) * np.arange(1, 6))
    return np.array(rows)
X = drawn(30)
Y = X[:, :1] * X[:, 1:2] / 4
W, V = rng.normal(size=(5, 4)) / 4, rng.normal(size=(4, 1)) / 2
for step in range(200):
    k = step % 30
    x, otvet = X[[k]], Y[[k]]
    h = 1 / (1 + np.exp(-x @ W))
    p = h @ V
    d = p - otvet
    e = d @ V.T * h * (1 - h)
    W -= 0.05 * x.T @ e
    V -= 0.05 * h.T @ d
"""


def test_noise_in_the_data_is_no_mask_in_the_pass(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(NOISY, encoding="utf-8")
    report = check_script(file)
    assert report.status == "right", report.to_text()
    # as is noise that is drawn anew for each step, if it is told
    file.write_text(NOISY.replace("x, otvet = X[[k]]", "x, otvet = drawn(1)"), encoding="utf-8")
    assert check_script(file).status in ("right", "not-understood")


FLAT = """
from math import exp
import random
random.seed(4)
weights_hidden = [random.uniform(-1, 1) for _ in range(4)]
weights_out = [random.uniform(-1, 1) for _ in range(2)]
def squash(z):
    return 1 / (1 + exp(-z))
for turn in range(3000):
    a, b = turn % 2, turn // 2 % 2
    goal = float(a != b)
    h = []
    for i in range(2):
        h.append(squash(a * weights_hidden[i * 2] + b * weights_hidden[i * 2 + 1] - 0.3))
    p = squash(h[0] * weights_out[0] + h[1] * weights_out[1])
    d = (p - goal) * p * (1 - p)
    for i in range(2):
        e = d * weights_out[i]
        weights_hidden[i * 2] -= 0.5 * e * a
        weights_hidden[i * 2 + 1] -= 0.5 * e * b
    for i in range(2):
        weights_out[i] -= 0.5 * d * h[i]
"""


def test_weights_in_one_flat_list_are_not_left_out_of_what_is_judged(tmp_path):
    # the slope of the hidden layer is missing, and its weights stand in no array of their layer's shape
    file = tmp_path / "net.py"
    file.write_text(FLAT, encoding="utf-8")
    report = check_script(file)
    assert report.status != "right", report.to_text()


HOMEWORK = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

x = np.array([0.5, 0.1, -0.2])
target = 0.6
learnrate = 0.5
weights_input_hidden = np.array([[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]])
weights_hidden_output = np.array([0.1, -0.3])
hidden_layer_output = sigmoid(np.dot(x, weights_input_hidden))
output = sigmoid(np.dot(hidden_layer_output, weights_hidden_output))
error = target - output
output_error_term = error * output * (1 - output)
hidden_error_term = np.dot(output_error_term, weights_hidden_output) * hidden_layer_output * (1 - hidden_layer_output)
delta_w_h_o = learnrate * output_error_term * hidden_layer_output
delta_w_i_h = learnrate * hidden_error_term * x[:, None]
print(delta_w_h_o, delta_w_i_h)
"""


@pytest.mark.parametrize("error", ["target - output", "output - target"])
@pytest.mark.parametrize(
    ("change", "identifiers"),
    [
        (("error * output * (1", "error * output * (1"), []),
        (("error * output * (1 - output)", "error * (1 - output)"), ["slope-cut-short"]),
        (("* hidden_layer_output * (1 - hidden_layer_output)", "* hidden_layer_output"), ["value-as-slope"]),
    ],
)
def test_steps_that_are_printed_and_never_added_are_those_of_the_weights_with_their_initials(
    tmp_path, change, identifiers, error
):
    path = tmp_path / "homework.py"
    path.write_text(HOMEWORK.replace(*change).replace("target - output", error))
    report = check_script(path)
    assert [finding.identifier for finding in report.findings] == identifiers, report
    assert [verdict.quantity for verdict in report.verdicts] == ["delta_w_h_o", "delta_w_i_h"]
    assert report.status == ("wrong" if identifiers else "right")
