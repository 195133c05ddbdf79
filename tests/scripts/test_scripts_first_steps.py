"""Which early steps of a script are looked at where its last ones show nothing, and layers of neurons in lists."""

import pytest

from backlit.scripts.check_file import check_script

OBJECTS = """
import numpy as np
rng = np.random.default_rng(4)
class Layer:
    def __init__(self, n_in, n_out):
        self.W, self.b = rng.normal(size=(n_out, n_in)), rng.normal(size=(n_out, 1))
    def forward(self, value):
        self.value = value
        return self.W @ value + self.b
    def backward(self, error, rate):
        back = self.W.T @ error
        self.W -= rate * error @ self.value.T
        self.b -= rate * error
        return back
class Bend:
    def forward(self, value):
        self.value = value
        return np.tanh(value)
    def backward(self, error, rate):
        return error * SLOPE
inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]).reshape(4, 2, 1)
targets = np.array([-0.5, 0.5, 0.5, -0.5]).reshape(4, 1, 1)
layers = [Layer(2, 3), Bend(), Layer(3, 1), Bend()]
for epoch in range(60):
    for value, target in zip(inputs, targets):
        for layer in layers:
            value = layer.forward(value)
        error = value - target
        for layer in reversed(layers):
            error = layer.backward(error, RATE)
"""

NEURONS = """
import math, random
random.seed(SEED)
def unit(n):
    return {"w": [random.uniform(-1, 1) for _ in range(n + 1)]}
net = [[unit(2) for _ in range(2)], [unit(2) for _ in range(2)]]
def answer(net, row):
    values = row[:-1]
    for units in net:
        for u in units:
            u["out"] = 1 / (1 + math.exp(-(u["w"][-1] + sum(w * v for w, v in zip(u["w"], values)))))
        values = [u["out"] for u in units]
    return values
def send_back(net, wanted):
    for i in reversed(range(len(net))):
        for j, u in enumerate(net[i]):
            if i == len(net) - 1:
                error = u["out"] - wanted[j]
            else:
                error = sum(above["w"][j] * above["delta"] for above in net[i + 1])
            u["delta"] = error * SLOPE
def move(net, row, rate):
    values = row[:-1]
    for units in net:
        for u in units:
            for k in range(len(values)):
                u["w"][k] -= rate * u["delta"] * values[k]
            u["w"][-1] -= rate * u["delta"]
        values = [u["out"] for u in units]
rows = [[2.7, 2.5, 0], [1.4, 2.3, 0], [3.3, 4.4, 0], [7.6, 2.7, 1], [5.3, 2.0, 1], [6.9, 1.7, 1]]
for epoch in range(EPOCHS):
    for row in rows:
        outs = answer(net, row)
        send_back(net, [1 - row[-1], row[-1]])
        move(net, row, 0.3)
"""


def report_of(path, text, **parts):
    """Check a script with its parts filled in."""
    for name, part in parts.items():
        text = text.replace(name, str(part))
    file = path / "net.py"
    file.write_text(text, encoding="utf-8")
    return check_script(file)


def test_an_early_step_tells_where_the_training_is_lost_and_the_first_sample_is_all_zeros(tmp_path):
    right = report_of(tmp_path, OBJECTS, SLOPE="(1 - np.tanh(self.value) ** 2)", RATE=0.1)
    assert right.status == "right", right
    wrong = report_of(tmp_path, OBJECTS, SLOPE="(1 - self.value ** 2)", RATE=1.5)
    assert [finding.identifier for finding in wrong.findings] == ["derivative-of-pre-activation"], wrong
    assert "one of the first ones was" in " ".join(wrong.remarks)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_neurons_in_lists_are_layers_though_a_loop_has_one_name_for_all(tmp_path, seed):
    report = report_of(tmp_path, NEURONS, SEED=seed, EPOCHS=3, SLOPE='u["out"] * (1 - u["out"])')
    assert report.status == "right", report
    assert "net[1][*]['w']" in " ".join(report.understood)


def test_a_label_of_1_in_a_row_is_no_input_and_no_layer_of_a_list_is_left_out(tmp_path):
    report = report_of(tmp_path, NEURONS, SEED=5, EPOCHS=3, SLOPE="1")
    assert report.status == "wrong", report
    assert sum(line.startswith("L") for line in report.understood) == 2
