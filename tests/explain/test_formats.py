"""What is written for other programs is well formed, fetches and runs nothing, and holds the numbers of the Trace."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import backlit as bl
from backlit.equations.activation_table import find_activation
from backlit.explain import explain

SVG = "{http://www.w3.org/2000/svg}"
SMALL = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0).trace(
    [0.5, 0.1, -0.2], 1, learning_rate=0.5
)
RNG = np.random.default_rng(3)
BATCH = bl.Network.random([3, 4, 2], activation="relu", output="sigmoid", loss="log_loss", biases=False, seed=1).trace(
    RNG.normal(size=(5, 3)), RNG.uniform(size=(5, 2))
)
LARGE = bl.Network.random([30, 40, 20], activation="gelu", output="identity", seed=2).trace(
    RNG.normal(size=30), RNG.normal(size=20)
)
TRACES = {"small": SMALL, "batch": BATCH, "large": LARGE}
ADDRESSES = ["net", "L1", "L2.u2", "L1.w[3,4]", "L2.w[4,1]"]
EVERYTHING = [
    pytest.param(trace, at, notation, id=f"{name} {at} {notation}")
    for name, trace in TRACES.items()
    for at in ADDRESSES
    for notation in ("lesson", "calculus")
]


def parsed(html):
    """An HTML page or part as a tree; its tags are closed and its text escaped, so it is XML too."""
    void = re.sub(r"<(meta|br)([^>]*)>", r"<\1\2/>", html)
    return ET.fromstring(f"<all>{void.replace('<!DOCTYPE html>', '')}</all>")


@pytest.mark.parametrize(("trace", "at", "notation"), EVERYTHING)
def test_a_page_is_well_formed_and_fetches_and_runs_nothing(trace, at, notation):
    page = trace.to_html(at=at, notation=notation)
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    tags = {element.tag.rpartition("}")[2] for element in parsed(page).iter()}
    assert {"h1", "head", "title", "style"} <= tags
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "foreignObject"}
    addresses = set(re.findall(r"https?://[^\"' <]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert not re.search(r"@import|url\(|@font-face|\son\w+=", page)


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_a_notebook_shows_the_page_without_its_head(trace):
    shown = trace._repr_html_()
    assert not {"html", "head", "body", "script"} & {e.tag.rpartition("}")[2] for e in parsed(shown).iter()}
    assert shown.strip() in trace.to_html()
    assert "<svg" in shown


def test_formulas_in_a_page_are_mathml_with_the_numbers_of_the_text():
    lesson = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1, learning_rate=0.5)
    rows = [
        "".join(row.itertext()).replace(" ", "")
        for row in parsed(lesson.to_html()).iter("tr")
        if any(e.tag.endswith("math") for e in row.iter())
    ]
    for row in ("L1.u1δh=0.1×0.122×0.495×(1−0.495)=0.003", "L2.w[1,1]ΔW=0.5×0.122×0.495=0.0302"):
        assert row in [text.replace("-", "−").replace("\N{MATHEMATICAL ITALIC SMALL DELTA}", "δ") for text in rows], (
            rows
        )


@pytest.mark.parametrize(("trace", "at", "notation"), EVERYTHING)
def test_latex_is_balanced_and_needs_two_packages(trace, at, notation):
    text = trace.to_latex(at=at, notation=notation)
    assert re.findall(r"\\usepackage(?:\[[^]]*\])?\{([^}]*)\}", text) == ["geometry", "amsmath"]
    assert text.isascii()
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", text))
    plain = re.sub(r"\\[{}$%&_#\\]", "", text)
    assert plain.count("{") == plain.count("}")
    assert plain.count("$") % 2 == 0
    assert text.count(r"\left(") == text.count(r"\right)")
    # a table's rows have as many cells as its columns
    for columns, rows in re.findall(r"\\begin\{tabular\}\{([^}]*)\}(.*?)\\end\{tabular\}", text, re.DOTALL):
        whole_cells = re.sub(r"\\shortstack\{[^}]*\}", "", rows)
        for row in whole_cells.split(r"\\")[:-1]:
            assert re.sub(r"\\&", "", row).count("&") == len(re.sub(r"[^lrc]", "", columns)) - 1, row


@pytest.mark.parametrize(("trace", "at", "notation"), EVERYTHING)
def test_markdown_has_headings_formulas_and_whole_tables(trace, at, notation):
    lines = trace.to_markdown(at=at, notation=notation).split("\n")
    assert lines[0].startswith("# ")
    assert sum(line.count("$") for line in lines) % 2 == 0
    for above, line in pairwise(lines):
        if above.startswith("|") and line.startswith("|"):
            assert above.replace(r"\|", "").count("|") == line.replace(r"\|", "").count("|")


def test_a_drawing_has_each_value_on_its_unit_and_each_weight_on_its_edge():
    tree = ET.fromstring(SMALL.to_svg())
    texts = ["".join(t.itertext()) for t in tree.iter(f"{SVG}text")]
    assert len(list(tree.iter(f"{SVG}circle"))) == 3 + 4 + 2
    layers = SMALL.layers
    for value in (*SMALL.input, *layers[0].activation, *layers[1].activation):
        assert f"{value:.3g}".replace("-", "−") in texts
    lines = {line.find(f"{SVG}title").text.split()[0]: line for line in tree.iter(f"{SVG}line") if len(line)}
    for number, layer in enumerate(layers, 1):
        for (i, j), w in np.ndenumerate(layer.weights):
            line = lines.pop(f"L{number}.w[{i + 1},{j + 1}]")
            # sign by dashes, not by colour alone; size by width
            assert ("stroke-dasharray" in line.attrib) == (w < 0)
            share = abs(w) / np.abs(layer.weights).max()
            assert float(line.get("stroke-width")) == pytest.approx(0.6 + 2.6 * share, abs=0.01)
            shown = f"{w:.3g}".replace("-", "−")
            assert any(text.startswith(("w", "W")) and text.endswith(f" {shown}") for text in texts), shown
    assert lines == {}


def test_a_drawing_of_many_units_shows_those_that_weigh_most_and_counts_the_rest():
    tree = ET.fromstring(LARGE.to_svg())
    texts = ["".join(t.itertext()) for t in tree.iter(f"{SVG}text")]
    assert [text for text in texts if "more" in text] == ["… 22 more", "… 32 more", "… 12 more"]
    assert len(list(tree.iter(f"{SVG}circle"))) == 24
    product = np.abs(LARGE.layers[1].activation * LARGE.layers[1].error_term)
    first = {f"{LARGE.prediction[unit]:.3g}".replace("-", "−") for unit in np.argsort(-product)[:8]}
    assert first <= set(texts)


def test_words_of_a_user_s_own_are_escaped():

    row = replace(find_activation("tanh"), name="<b>&tanh")
    net = bl.Network.random([3, 4, 2], activation=row, seed=0)
    trace = net.trace([0.5, 0.1, -0.2], [0.2, 0.9])
    for form in (trace.to_html(), trace._repr_html_(), trace.to_svg()):
        assert "<b>" not in form
        parsed(form)
    assert r"\operatorname{b tanh}" in trace.to_latex()


def test_a_notebook_shows_one_address_and_the_drawing_rather_than_their_source():
    net = bl.Network.random([3, 4, 2], seed=0)
    trace = net.trace([0.5, 0.1, -0.2], [1, 0])
    page, drawing = trace.to_html(at="L1.u2"), trace.to_svg(at="L1.u2")
    assert page._repr_html_() == explain(trace, at="L1.u2", form="html-fragment")
    assert page._repr_html_() in page
    assert drawing._repr_svg_() == drawing
    assert drawing.startswith("<svg")


def test_the_terms_of_a_unit_have_the_inputs_names_and_are_those_of_its_formula():
    net = bl.Network.random([12, 3, 2], seed=0)
    net = net.with_parameters(net.weights, [np.full(3, 0.25), np.zeros(2)])
    trace = net.trace(np.linspace(-1, 1, 12), [1, 0])
    names = [f"column {k}" for k in range(1, 13)]
    text = trace.to_text(at="L1.u2", input_names=names, top=5)
    rows = re.findall(r"^L1\.w\[(\d+),2\] column (\d+) ", text, re.MULTILINE)
    assert len(rows) == 5
    assert all(place == name for place, name in rows)
    rest = float(np.delete(net.weights[0][:, 1] * trace.input, [int(place) - 1 for place, _ in rows]).sum())
    more = re.search(r"\+ \(?(\S+?)\)? \[7 more\] \+ 0\.25 = ", " ".join(text.split()))
    assert float(more[1].replace("−", "-")) == pytest.approx(rest, abs=5e-4)
    total = re.search(r"^sum, no bias +(\S+)$", text, re.MULTILINE)
    z = trace.layers[0].pre_activation[1]
    assert float(total[1].replace("−", "-")) == pytest.approx(z - 0.25, abs=5e-3)
    assert "column" not in trace.to_text(at="L2.u1", input_names=names)
    with pytest.raises(bl.BacklitError, match="12 names, one for each input, got 2"):
        trace.to_text(at="L1.u2", input_names=["a", "b"])
