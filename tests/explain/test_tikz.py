"""A network as TikZ: each value on its unit, each weight on its edge, and nothing that LaTeX does not take."""

import re
from dataclasses import replace

import numpy as np
import pytest
from command_line import run

import backlit as bl
from backlit.equations.activation_table import find_activation

SMALL = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0).trace(
    [0.5, 0.1, -0.2], 1, learning_rate=0.5
)
RNG = np.random.default_rng(3)
LARGE = bl.Network.random([30, 40, 20], activation="gelu", output="identity", seed=2).trace(
    RNG.normal(size=30), RNG.normal(size=20)
)
NODE = re.compile(r"\\node\[unit[^]]*\] \((\w+)\) at \((-?[\d.]+),(-?[\d.]+)\) \{\$(.*)\$\\\\\$(.*)\$\};")
EDGE = re.compile(r"\\draw\[(positive|negative), line width=([\d.]+)pt\] \((\w+)\) -- \((\w+)\);")
LABEL = re.compile(r"\\path \((\w+)\) -- node\[(positive|negative), value, pos=([\d.]+)\] \{\$.* = (.*)\$\} \((\w+)\);")


def name(layer, unit):
    return f"L{layer}u{unit}" if layer else f"x{unit}"


def test_each_value_is_on_its_unit():
    nodes = {match[0]: match for match in NODE.findall(SMALL.to_tikz())}
    values = [SMALL.input, *(layer.activation for layer in SMALL.layers)]
    for number, layer in enumerate(values):
        for unit, value in enumerate(layer, 1):
            assert nodes.pop(name(number, unit))[4] == f"{value:.3g}"
    assert nodes == {}


def test_each_weight_is_on_its_edge_with_sign_and_size():
    text = SMALL.to_tikz()
    edges = {(a, b): (sign, float(width)) for sign, width, a, b in EDGE.findall(text)}
    labels = {(a, b): (sign, float(pos), number) for a, sign, pos, number, b in LABEL.findall(text)}
    for number, layer in enumerate(SMALL.layers, 1):
        for (i, j), w in np.ndenumerate(layer.weights):
            ends = name(number - 1, i + 1), name(number, j + 1)
            sign, width = edges.pop(ends)
            assert sign == ("negative" if w < 0 else "positive")
            assert width == pytest.approx(0.3 + 1.2 * abs(w) / np.abs(layer.weights).max(), abs=0.006)
            told, position, shown = labels.pop(ends)
            assert (told, shown) == (sign, f"{w:.3g}")
            assert 0 < position < 1
    assert edges == labels == {}


@pytest.mark.parametrize(("notation", "sign", "symbol"), [("lesson", 1, r"\delta"), ("calculus", -1, r"\partial")])
def test_each_error_term_stands_below_its_unit(notation, sign, symbol):
    told = dict(
        re.findall(r"\\node\[[^]]*below=1pt\] at \((\w+)\.south\) \{\$(.*)\$\};", SMALL.to_tikz(notation=notation))
    )
    for number, layer in enumerate(SMALL.layers, 1):
        for unit, delta in enumerate(layer.error_term, 1):
            left, _, right = told.pop(name(number, unit)).partition(" = ")
            assert symbol in left
            assert float(right) == pytest.approx(sign * delta, rel=0.06)
    assert told == {}


def test_many_units_are_those_of_the_svg_and_the_rest_is_counted():
    text = LARGE.to_tikz()
    assert re.findall(r"(\d+) more", text) == re.findall(r"… (\d+) more", LARGE.to_svg()) == ["22", "32", "12"]
    assert len(NODE.findall(text)) == 24
    assert LABEL.findall(text) == []


@pytest.mark.parametrize(
    ("at", "marked"),
    [("net", 0), ("L1", 1), ("L1.u3", 1), ("L2.w[4,1]", 2), ("L2.b[2]", 1)],
)
def test_what_stands_at_an_address_is_marked(at, marked):
    body = SMALL.to_tikz(at=at).partition("\n]\n")[2]
    assert len(re.findall(r"\[marked|fill=yellow", body)) == marked


@pytest.mark.parametrize("trace", [SMALL, LARGE], ids=["small", "large"])
def test_braces_and_dollars_are_closed_and_all_is_ascii(trace):
    for line in trace.to_tikz().splitlines()[6:-1]:
        assert line.isascii(), line
        assert line.count("{") == line.count("}")
        assert line.count("$") % 2 == 0
        assert line.endswith(";")


def test_a_name_of_a_users_own_is_text():
    row = replace(find_activation("tanh"), name="50%_{off}\\tanh")
    trace = bl.Network.random([3, 4, 2], activation=row, seed=0).trace([0.5, 0.1, -0.2], [0.2, 0.9])
    assert r"{L1 50\%\_\{off\}\textbackslash{}tanh};" in trace.to_tikz()


def test_the_command_line_writes_it(tmp_path):
    assert run("--out", tmp_path / "net.tikz").status == 0
    text = (tmp_path / "net.tikz").read_text()
    assert text == run("--format", "tikz").out
    assert text.startswith("\\begin{tikzpicture}[")
    assert text.endswith("\\end{tikzpicture}\n")
