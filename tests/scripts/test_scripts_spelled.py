"""Networks that a file spells out number by number: w1 * x1 + w2 * x2 + b1."""

import pytest

from backlit.scripts.check_file import check_script
from backlit.scripts.spelled import member_of, members
from backlit.scripts.spelled_units import layers_of

NET = """
import math, random
random.seed(SEED)
u1, u2, u3, u4, u5, u6 = [random.uniform(-1, 1) for _ in range(6)]
v1, v2, v3, v4, v5, v6 = [random.uniform(-1, 1) for _ in range(6)]
a1, a2, a3, c1, c2 = 0.1, -0.2, 0.3, 0.05, -0.1
step = 0.4

def f(t):
    return 1 / (1 + math.exp(-t))

def slope(y):
    return y * (1 - y)

pairs = [(random.random(), random.random()) for _ in range(8)]
for epoch in range(50):
    for p, q in pairs:
        want1, want2 = p * q, abs(p - q)
        h1 = f(u1 * p + u2 * q + a1)
        h2 = f(p * u3 + q * u4 + a2)
        h3 = f(u5 * p + u6 * q + a3)
        z1 = v1 * h1 + v2 * h2 + v3 * h3 + c1
        z2 = v4 * h1 + v5 * h2 + v6 * h3 + c2
        o1, o2 = f(z1), f(z2)
        d1 = (o1 - want1) * slope(o1)
        d2 = (o2 - want2) * slope(o2)
        loss = ((o1 - want1) ** 2 + (o2 - want2) ** 2) / 2
        e1 = (d1 * v1 + d2 * v4) * slope(h1)
        e2 = (d1 * v2 + d2 * v5) * slope(h2)
        e3 = (d1 * v3 + d2 * v6) * slope(h3)
        v1 -= step * d1 * h1
        v2 -= step * d1 * h2
        v3 -= step * d1 * h3
        v4 = v4 - step * d2 * h1
        v5 = v5 - step * d2 * h2
        v6 = v6 - step * d2 * h3
        c1, c2 = c1 - step * d1, c2 - step * d2
        u1, u2, a1 = u1 - step * e1 * p, u2 - step * e1 * q, a1 - step * e1
        u3, u4, a2 = u3 - step * e2 * p, u4 - step * e2 * q, a2 - step * e2
        u5, u6, a3 = u5 - step * e3 * p, u6 - step * e3 * q, a3 - step * e3
"""


def checked(tmp_path, old="", new="", seed=3):
    """Check the network with one line changed."""
    assert old in NET
    file = tmp_path / "net.py"
    file.write_text(NET.replace(old, new).replace("SEED", str(seed)) if old else NET.replace("SEED", str(seed)))
    return check_script(file)


@pytest.mark.parametrize("seed", [3, 4])
def test_a_right_one_is_right(tmp_path, seed):
    report = checked(tmp_path, seed=seed)
    assert (report.status, report.findings) == ("right", ()), report.to_text()
    assert "L1: [h1, h2, h3] = sigmoid([p, q] @ [u1, u2; u3, u4; u5, u6] + [a1, a2, a3])" in report.understood
    assert len(report.verdicts) == 4


MISTAKES = {
    "whole: the output's slope": ("d1 = (o1 - want1) * slope(o1)\n        d2 = (o2 - want2) * slope(o2)",
                                  "d1 = o1 - want1\n        d2 = o2 - want2", "missing-output-derivative", ""),
    "a wrong input": ("v2 -= step * d1 * h2", "v2 -= step * d1 * h3", "gradient-of-another", "v2"),
    "a sign": ("u2 - step * e1 * q", "u2 + step * e1 * q", "wrong-sign", "u2"),
    "a unit's slope": ("e3 = (d1 * v3 + d2 * v6) * slope(h3)", "e3 = d1 * v3 + d2 * v6", "missing-hidden-derivative",
                       "u5, u6, a3"),
    "a factor": ("v5 - step * d2 * h2", "v5 - 3 * step * d2 * h2", "step-of-another-size", "v5"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_named_by_its_number(tmp_path, what):
    old, new, name, number = MISTAKES[what]
    report = checked(tmp_path, old, new)
    assert [finding.identifier for finding in report.findings][:1] == [name], report.to_text()
    assert number in report.findings[0].happened
    if number:
        assert number.partition(",")[0] in report.findings[0].code


def test_a_unit_that_is_not_understood_is_not_left_out(tmp_path):
    report = checked(tmp_path, "h2 = f(p * u3 + q * u4 + a2)", "h2 = f(a2 + max(p, q) * u3 - q * u4 / 2)")
    assert report.status == "not-understood", report.to_text()


def test_sums_are_read_from_the_lines():
    lines = "s = w1 * x[0] + x[1] * w2 + b\nh = squash(s)\ng = w1 * h\nb = 0\n"
    (layer,) = layers_of(lines, {"w1", "w2", "b"})
    assert (layer.inputs, layer.weights, layer.biases) == (("x[0]", "x[1]"), (("w1", "w2"),), ("b",))
    assert layer.results == (("s",), ("h",))


@pytest.mark.parametrize("lines", ["s = w1 * w2 + b", "s = w1 * x + w1 * y", "s = f(w1 * x) * (w2 * y)", "s ="])
def test_what_is_no_sum_of_products_is_no_layer(lines):
    assert layers_of(lines, {"w1", "w2", "b"}) == []


def test_names_that_stand_together():
    assert members("[self.w1, x[0]; b, c]") == ["self.w1", "x[0]", "b", "c"]
    assert (member_of("[w1, w2; w3, w4]", [0, 1]), member_of("[b1, b2]", [1]), member_of("W", [0])) == ("w2", "b2", "")
