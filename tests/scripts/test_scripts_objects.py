"""Layers that are objects of a function: each is a layer of its own, by the name that the function has for it."""

from pathlib import Path

import pytest
from changed import told

STACK = """
import numpy as np


class Layer:
    def __init__(self, rng, n_in, n_out, last):
        self.W = rng.normal(0, 0.6, (n_in, n_out))
        self.b = np.zeros(n_out)
        self.last = last

    def forward(self, x):
        self.x = x
        self.a = x @ self.W + self.b if self.last else np.tanh(x @ self.W + self.b)
        return self.a

    def backward(self, d):
        d = d if self.last else d * (1 - self.a**2)
        self.dW, self.db = self.x.T @ d, d.sum(axis=0)
        return d @ self.W.T


def train():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(20, 3))
    y = rng.normal(size=(20, 2))
    stack = []
    for n_in, n_out in ((3, 4), (4, 5), (5, 2)):
        stack.append(Layer(rng, n_in, n_out, n_out == 2))
    for epoch in range(30):
        a = X
        for layer in stack:
            a = layer.forward(a)
        print(((a - y) ** 2).mean())
        d = 2 * (a - y) / y.size
        for layer in reversed(stack):
            d = layer.backward(d)
        for layer in stack:
            layer.W -= 0.1 * layer.dW
            layer.b -= 0.1 * layer.db


train()
"""

NUMBERS = (Path(__file__).parents[2] / "benchmarks/scripts/151_dataclass_circle_lists_right.py").read_text()
FEWER = [("range(1, 61)", "range(1, 5)"), ("inside_circle(150)", "inside_circle(30)")]


def test_a_list_that_a_function_fills_names_them(tmp_path):
    report = told(tmp_path, STACK)
    assert report.status == "right", report
    assert [line for line in report.understood if line.startswith("L")] == [
        "L1: stack[0].a = tanh(stack[0].x @ stack[0].W + stack[0].b)",
        "L2: stack[1].a = tanh(stack[0].a @ stack[1].W + stack[1].b)",
        "L3: stack[2].a = stack[1].a @ stack[2].W + stack[2].b",
    ]


def test_a_mistake_in_one_of_them_is_named(tmp_path):
    report = told(tmp_path, STACK, (" * (1 - self.a**2)", ""))
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]
    assert "d = (d @ stack[2].W.T) * (1 - stack[1].a**2)" in str(report)


def test_objects_without_any_name_are_not_taken_for_one(tmp_path):
    # they stand in a generator's frame and in no list
    nameless = [
        ("    stack = []\n", "    stack = {}\n"),
        (
            "stack.append(Layer(rng, n_in, n_out, n_out == 2))",
            "stack[n_in, n_out] = Layer(rng, n_in, n_out, n_out == 2)",
        ),
        ("in stack:\n            a", "in stack.values():\n            a"),
        ("reversed(stack)", "reversed(stack.values())"),
        ("in stack:\n            layer.W", "in stack.values():\n            layer.W"),
    ]
    assert told(tmp_path, STACK, *nameless).status == "right"
    report = told(tmp_path, STACK, *nameless, (" * (1 - self.a**2)", ""))
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]


@pytest.mark.parametrize("mistake", [False, True])
def test_plain_lists_of_one_sample_within_objects(tmp_path, mistake):
    slope = [("blame * (1.0 - out * out)", "blame")] if mistake else []
    report = told(tmp_path, NUMBERS, *FEWER, *slope)
    assert sum(line.startswith("L") for line in report.understood) == 3
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"] * mistake
    if mistake:
        assert "net[1].deltas = (net[2].deltas @ net[2].weights) * (1 - net[2].inputs**2)" in str(report)
