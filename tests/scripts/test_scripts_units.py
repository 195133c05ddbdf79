"""Layers whose units are objects: taken together, never one for a layer."""

import numpy as np
import pytest

from backlit.scripts.check_file import check_script
from backlit.scripts.seen.record import Record
from backlit.scripts.seen.stacks import stacked

UNITS = """
import math, random
random.seed(4)
class Cell:
    def __init__(self, n):
        self.w = [random.uniform(-1, 1) for _ in range(n)]
        self.bias = random.uniform(-1, 1)
    def out(self, x):
        s = self.bias
        for i in range(len(x)):
            s += self.w[i] * x[i]
        self.y = math.tanh(s)
        return self.y
hidden = [Cell(5) for _ in range(4)]
top = [Cell(4) for _ in range(2)]
data = [([random.uniform(-1, 1) for _ in range(5)], [0.3, -0.2]), ([0, 0, 1, 0, 0], [0.5, 0.1])]
for epoch in range(6):
    for x, t in data:
        h = [c.out(x) for c in hidden]
        p = [c.out(h) for c in top]
        for c, goal in zip(top, t):
            c.d = (c.y - goal) * (1 - c.y ** 2)
        for j, c in enumerate(hidden):
            c.d = sum(u.d * u.w[j] for u in top)SLOPE
        for layer, inputs in ((hidden, x), (top, h)):
            for c in layer:
                for i in range(len(inputs)):
                    c.w[i] -= 0.2 * c.d * inputs[i]
                c.bias -= 0.2 * c.d
"""


def value(number, name, numbers, line=7):
    """A record of a name."""
    return Record(number, line, "", name, "value", np.array(numbers, float))


def test_units_stand_together_as_they_were_at_the_end_of_each_round():
    """A unit that is not told again, since it did not change, is as it was, however much lies between two of them."""
    told = [value(1, "net[0].w", [1, 2]), value(40, "net[1].w", [3, 4]), value(90, "net[1].w", [5, 6], line=9)]
    together = list(stacked(told))
    assert [(r.number, r.name, r.value.tolist()) for r in together] == [
        (40, "net[*].w", [[1, 2], [3, 4]]),
        (90, "net[*].w", [[1, 2], [5, 6]]),
    ]


def test_units_of_which_some_are_unknown_are_not_put_together():
    """The second and third alone are no layer."""
    assert list(stacked([value(1, "net[1].w", [1, 2]), value(2, "net[2].w", [3, 4])])) == []


@pytest.mark.parametrize(
    ("slope", "status", "names"),
    [(" * (1 - c.y ** 2)", "right", []), ("", "wrong", ["missing-hidden-derivative"])],
)
def test_units_that_are_objects_are_judged_as_layers(tmp_path, slope, status, names):
    """Both layers are seen, with all their units."""
    file = tmp_path / "cells.py"
    file.write_text(UNITS.replace("SLOPE", slope), encoding="utf-8")
    report = check_script(file)
    assert report.status == status
    assert [finding.identifier for finding in report.findings] == names
    assert sum(line.startswith("L") for line in report.understood) == 2
    assert "hidden[*].w" in " ".join(report.understood)
