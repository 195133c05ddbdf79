"""Networks that a file spells out number by number: w1 * x1 + w2 * x2 + b1."""

import pytest

from backlit.scripts.check_file import check_script
from backlit.scripts.seen.spelled import member_of, members
from backlit.scripts.seen.spelled_units import layers_of

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
    "another weight on the way back": ("e2 = (d1 * v2 + d2 * v5)", "e2 = (d1 * v2 + d2 * v6)", "weight-of-another",
                                       "u3, u4, a2 comes back through v6, in the place of v5"),
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


TEXTBOOK = """
from math import exp
i1, i2, t1, t2 = 0.2, 0.7, 0.9, 0.1
w1, w2, w3, w4, w5, w6, w7, w8 = 0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8
b1, b2, rate = 0.15, 0.25, 0.6
for step in range(40):
    h1 = 1 / (1 + exp(-(w1 * i1 + w2 * i2 + b1 * 1)))
    h2 = 1 / (1 + exp(-(w3 * i1 + w4 * i2 + b1 * 1)))
    o1 = 1 / (1 + exp(-(w5 * h1 + w6 * h2 + b2 * 1)))
    o2 = 1 / (1 + exp(-(w7 * h1 + w8 * h2 + b2 * 1)))
    total = 0.5 * (t1 - o1) ** 2 + 0.5 * (t2 - o2) ** 2
    d1, d2 = (o1 - t1) * o1 * (1 - o1), (o2 - t2) * o2 * (1 - o2)
    n5, n6, n7, n8 = w5 - rate * d1 * h1, w6 - rate * d1 * h2, w7 - rate * d2 * h1, w8 - rate * d2 * h2
    e1, e2 = d1 * w5 + d2 * w7, d1 * w6 + d2 * w8
    w1, w2 = w1 - rate * e1 * h1 * (1 - h1) * i1, w2 - rate * e1 * h1 * (1 - h1) * i2
    w3, w4 = w3 - rate * e2 * h2 * (1 - h2) * i1, w4 - rate * e2 * h2 * (1 - h2) * i2
    w5, w6, w7, w8 = n5, n6, n7, n8
"""


def test_weights_that_get_new_names_first_and_biases_that_never_move(tmp_path):
    file = tmp_path / "net.py"
    file.write_text(TEXTBOOK)
    report = check_script(file)
    assert [verdict.ok for verdict in report.verdicts] == [True, False, True, False], report.to_text()
    assert [finding.identifier for finding in report.findings] == ["bias-missing"]
    assert "L1: [h1, h2] = sigmoid([i1, i2] @ [w1, w2; w3, w4] + [b1, b1])" in report.understood


ONE_UNIT = """
import math
x1, x2, target = 0.5, -0.3, 1.0
a, b, c, d, e, eta = 0.4, 0.1, 0.0, 0.7, 0.0, 0.5
for step in range(60):
    h = 1 / (1 + math.exp(-(a * x1 + b * x2 + c)))
    o = 1 / (1 + math.exp(-(d * h + e)))
    loss = 0.5 * (target - o) ** 2
    delta_o = (target - o) * o * (1 - o)
    delta_h = delta_o * d * SLOPE
    d, e = d + eta * delta_o * h, e + eta * delta_o
    a, b, c = a + eta * delta_h * x1, b + eta * delta_h * x2, c + eta * delta_h
"""


@pytest.mark.parametrize(("slope", "names"), [("h * (1 - h)", []), ("1", ["missing-hidden-derivative"])])
def test_the_smallest_network(tmp_path, slope, names):
    file = tmp_path / "net.py"
    file.write_text(ONE_UNIT.replace("SLOPE", slope))
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()
    assert report.status == ("wrong" if names else "right")


SATURATED = """
import math
p1, p2, p3, p4, p5, p6 = 0.9, 0.4, -0.3, 0.8, 0.5, -0.6
c1, c2, c3 = 0.1, 0.2, 0.3

def f(t):
    return 1 / (1 + math.exp(-t))

rows = [(-0.4, 0.6, 1), (0.3, -0.9, 0), (25.0, 60.0, 1)]
for epoch in range(30):
    for x, y, want in rows:
        h1 = f(p1 * x + p2 * y + c1)
        h2 = f(p3 * x + p4 * y + c2)
        o = f(p5 * h1 + p6 * h2 + c3)
        d = (o - want) * o * (1 - o)
        e1, e2 = d * p5 * h1 * (1 - h1), d * p6 * h2 * (1 - h2)
        p5, p6, c3 = p5 - 0.3 * d * h1, p6 - 0.3 * d * h2, c3 - 0.3 * d
        p1, p2, c1 = p1 - 0.3 * e1 * x, p2 - 0.3 * e1 * y, c1 - 0.3 * e1
        p3, p4, c2 = p3 - 0.3 * e2 * x, p4 - 0.3 * e2 * y, c2 SIGN 0.3 * e2
"""


@pytest.mark.parametrize(("sign", "names"), [("-", []), ("+", ["wrong-sign"])])
def test_a_unit_that_is_saturated_at_the_last_sample_is_judged_at_another(tmp_path, sign, names):
    file = tmp_path / "net.py"
    file.write_text(SATURATED.replace("SIGN", sign))
    report = check_script(file)
    assert [finding.identifier for finding in report.findings] == names, report.to_text()


STRANGE = ("h2 = f(p * u3 + q * u4 + a2)", "h2 = f(a2 + max(p, q) * u3 - q * u4 / 2)")


@pytest.mark.usefixtures("layers_alone")
def test_a_unit_that_is_not_understood_is_not_left_out(tmp_path):
    report = checked(tmp_path, *STRANGE)
    assert report.status == "not-understood", report.to_text()


def test_a_unit_that_is_not_understood_is_judged_by_the_files_own_loss(tmp_path):
    report = checked(tmp_path, *STRANGE)
    assert [verdict.quantity for verdict in report.verdicts if not verdict.ok] == ["step of u4"], report.to_text()


def test_sums_are_read_from_the_lines():
    lines = "s = w1 * x[0] + x[1] * w2 + b\nh = squash(s)\ng = w1 * h\nb = 0\n"
    (layer,) = layers_of(lines, {"w1", "w2", "b"})
    assert (layer.inputs, layer.weights, layer.biases) == (("x[0]", "x[1]"), (("w1", "w2"),), ("b",))
    assert layer.results == (("s",), ("h",))


@pytest.mark.parametrize("lines", ["s = w1 * w2 + b", "s = w1 * x + w1 * y", "s = f(w1 * x) * (w2 * y)", "s ="])
def test_what_is_no_sum_of_products_is_no_layer(lines):
    assert layers_of(lines, {"w1", "w2", "b"}) == []


def test_a_sum_that_a_loop_begins_anew_is_no_weight():
    lines = "for i in rows:\n    error = 0.0\n    error += d\n    delta = error * h\n    s = w1 * x + w2 * y\n"
    (layer,) = layers_of(lines, {"w1", "w2", "error"})
    assert layer.weights == (("w1", "w2"),)


def test_names_that_stand_together():
    assert members("[self.w1, x[0]; b, c]") == ["self.w1", "x[0]", "b", "c"]
    assert (member_of("[w1, w2; w3, w4]", [0, 1]), member_of("[b1, b2]", [1]), member_of("W", [0])) == ("w2", "b2", "")
