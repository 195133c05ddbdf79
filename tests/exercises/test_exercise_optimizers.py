"""Momentum and Adam as learners write them: each slip has its name, each right form is right."""

import pytest

from backlit.exercises import Limits, all_exercises
from backlit.exercises.submission import check_trusted

EXERCISE = next(exercise for exercise in all_exercises() if exercise.name == "momentum-adam")

MOMENTUM = """
import numpy as np

class Momentum:
    def __init__(self, learnrate, momentum=0.9):
        self.lr, self.m, self.v = learnrate, momentum, 0.0
    def step(self, w, g):
{momentum}

class Adam:
    def __init__(self, learnrate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.lr, self.b1, self.b2, self.eps = learnrate, beta1, beta2, epsilon
        self.m = self.s = self.t = 0
    def step(self, w, g):
{adam}
"""
RIGHT = ("self.v = self.m * self.v - self.lr * g", "return w + self.v")
ADAM = (
    "self.t += 1",
    "self.m = self.b1 * self.m + (1 - self.b1) * g",
    "self.s = self.b2 * self.s + (1 - self.b2) * g * g",
    "return w - self.lr * self.m / (1 - self.b1**self.t) / (np.sqrt(self.s / (1 - self.b2**self.t)) + self.eps)",
)


def source(momentum=RIGHT, adam=ADAM):
    indented = ["\n".join(f"        {line}" for line in lines) for lines in (momentum, adam)]
    return MOMENTUM.format(momentum=indented[0], adam=indented[1]).encode()


def changed(old, new):
    assert any(old in line for line in ADAM)
    return tuple(line.replace(old, new) for line in ADAM)


SLIPS = {
    "plus for minus": (source(("self.v = self.m * self.v + self.lr * g", RIGHT[1])), "momentum-wrong-sign"),
    "plus for minus in Adam": (source(adam=changed("w - ", "w + ")), "wrong-sign"),
    "Nesterov's form": (
        source(("old = self.v", RIGHT[0], "return w - self.m * old + (1 + self.m) * self.v")),
        "nesterov-form",
    ),
    "the old velocity": (source(("w = w + self.v", RIGHT[0], "return w")), "old-velocity"),
    "the old mean": (source(adam=(ADAM[0], "before = self.m", *changed("self.m /", "before /")[1:])), "old-velocity"),
    "the first step without the rate": (
        source(("self.v = -g if np.isscalar(self.v) else self.m * self.v - self.lr * g", RIGHT[1])),
        "first-step-without-rate",
    ),
    "no rate": (source(("self.v = self.m * self.v - g", RIGHT[1])), "missing-learning-rate"),
    "no rate in Adam": (source(adam=changed("self.lr * ", "")), "missing-learning-rate"),
    "a share left out": (source(adam=changed("(1 - self.b1) * g", "g")), "mean-share-left-out"),
}


def test_each_slip_has_its_name():
    reports = check_trusted([text for text, _ in SLIPS.values()], EXERCISE, Limits())
    said = {slip: [f.identifier for f in report.findings] for slip, report in zip(SLIPS, reports, strict=True)}
    assert said == {slip: [name] for slip, (_, name) in SLIPS.items()}


@pytest.mark.parametrize(
    "momentum",
    [
        RIGHT,
        ("self.v = self.m * self.v + self.lr * g", "return w - self.v"),
        ("self.v = self.m * self.v + g", "return w - self.lr * self.v"),
    ],
)
def test_each_way_to_write_it_is_right(momentum):
    (report,) = check_trusted([source(momentum)], EXERCISE, Limits())
    assert report.ok, report.to_text()
