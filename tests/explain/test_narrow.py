"""Explanations in narrow terminals, long ones shortened, places marked in drawings, parts for one's own LaTeX."""

import re
import unicodedata
from xml.etree import ElementTree

import numpy as np
import pytest
from command_line import assert_refused, run

import backlit as bl
from backlit.explain.document import Table
from backlit.explain.explanation import explain
from backlit.explain.render_text import text_table

NET = bl.Network.random([6, 5, 4, 3], output="softmax", seed=0)
TRACE = NET.trace(np.random.default_rng(0).normal(size=6), 1)
LESSON = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]]).trace([0.1, 0.3], 1, learning_rate=0.5)


def widest(text):
    return max(sum(not unicodedata.combining(c) for c in line) for line in text.splitlines())


@pytest.mark.parametrize("width", [60, 80, 99])
@pytest.mark.parametrize("at", ["net", "L2", "L1.u2", "L2.w[4,1]", "L3.b[2]"])
@pytest.mark.parametrize("trace", [TRACE, LESSON])
def test_no_line_is_wider_than_the_terminal(trace, at, width):
    if trace is LESSON and at != "net":
        at = "L1.u1"
    assert widest(explain(trace, at=at, width=width)) <= width


def test_a_width_changes_no_number():
    def numbers(text):
        return sorted(re.findall(r"\d+\.\d+", text))

    for at in ("L1", "L1.u2", "L2.w[4,1]"):
        assert numbers(explain(TRACE, at=at, width=100)) == numbers(explain(TRACE, at=at, width=72))
    assert explain(TRACE, width=100) == TRACE.to_text()


def test_columns_that_do_not_fit_go_on_below_beside_the_first():
    table = Table(("name", "first", "second", "third"), (("a", "1", "22", "333"),), ({},), "words")
    assert text_table(table, 100).splitlines()[0] == "name  first  second  third"
    assert text_table(table, 19).splitlines() == [
        "name  first  second",
        "────  ─────  ──────",
        "a         1      22",
        "",
        "name  third",
        "────  ─────",
        "a       333",
        "  words",
    ]
    # one column beside the first stands whatever its width
    assert text_table(table, 5).splitlines()[0] == "name  first"


@pytest.mark.parametrize("width", [39, 0, -3])
def test_a_width_that_holds_no_line_is_refused(width):
    with pytest.raises(bl.BacklitError, match=f"width must be a whole number of at least 40, got {width}"):
        explain(TRACE, width=width)


def test_columns_of_the_environment_are_heeded(monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    assert widest(run("--sizes", "6-5-4-3").out) <= 72
    monkeypatch.setenv("COLUMNS", "100")
    assert widest(run("--sizes", "6-5-4-3").out) <= 100
    monkeypatch.setenv("COLUMNS", "400")
    assert 99 < widest(run("--sizes", "6-5-4-3").out) <= 108


def test_a_file_is_as_wide_as_ever_and_whole(monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "60")
    run("--sizes", "6-5-4-3", "--seed", "1", "--out", tmp_path / "net.txt")
    monkeypatch.delenv("COLUMNS")
    assert (tmp_path / "net.txt").read_text(encoding="utf-8") == run("--sizes", "6-5-4-3", "--seed", "1", "--all").out


def test_a_long_text_is_shortened_for_the_terminal_alone_and_says_how_to_see_the_rest():
    short, whole = run("--sizes", "6-5-4-3", "--seed", "1").out, run("--sizes", "6-5-4-3", "--seed", "1", "--all").out
    assert len(short.splitlines()) < 0.8 * len(whole.splitlines())
    told = re.findall(r"… and (\d+) more, (\S+) to (\S+) \(--all shows them\)\.", " ".join(short.split()))
    assert told
    for n, first, last in told:
        assert f"{first} " not in short.replace(f"more, {first}", "")
        assert f"{last} " in whole
        assert int(n) > 1
    shown = len(re.findall(r"^  L\d\.", short, re.MULTILINE)) + sum(int(n) for n, _, _ in told)
    assert shown == len(re.findall(r"^  L\d\.", whole, re.MULTILINE))


def test_the_lesson_is_shown_whole():
    assert run().out == run("--all").out


@pytest.mark.parametrize("at", ["L2", "L2.u3", "L2.w[4,3]", "L3.b[2]"])
def test_a_drawing_marks_the_place(at):
    plain, marked = TRACE.to_svg(), TRACE.to_svg(at)
    found = [e for e in ElementTree.fromstring(marked).iter() if e.get("class") == "at"]
    assert len(found) == 1
    assert 'class="at"' not in plain
    assert run("--format", "svg", "--at", "L1.u1").out != run("--format", "svg").out


def test_a_unit_that_would_be_left_out_is_drawn_where_it_is_asked_for():
    net = bl.Network.random([30, 40, 2], seed=0)
    trace = net.trace(np.random.default_rng(1).normal(size=30), [0, 1])
    for at in [f"L1.u{unit}" for unit in range(1, 41)]:
        ElementTree.fromstring(trace.to_svg(at))
    svg = trace.to_svg("L1.w[17,23]")
    assert "L1.w[17,23]" in svg
    assert svg.count("<circle") == trace.to_svg().count("<circle")


def test_compare_and_an_address_are_not_given_together():
    assert_refused(run("--compare", "tanh,relu", "--at", "L2"), "--at L2", "--compare is about all layers")
    assert run("--compare", "tanh,relu", "--at", "net").status == 0


def test_latex_comes_as_a_part_for_a_document_of_ones_own():
    whole, part = LESSON.to_latex(), LESSON.to_latex(whole=False)
    assert part in whole
    assert r"\documentclass" not in part
    assert run("--format", "latex-fragment").out == part
    html = run("--format", "html-fragment").out
    assert "<html" not in html
    assert "<math" in html


def test_one_of_a_thing_is_one():
    net = bl.Network.random([1, 1, 30, 1], seed=0)
    text = net.trace([0.5], [1.0]).to_text()
    assert "L1: 1 unit," in text
    assert "1 × 1 weight\n" in text
    assert " 1 units" not in text
    layer = net.trace([0.5], [1.0]).to_text(at="L1")
    assert "These 1 of 1" not in layer
    assert "The layer's one unit: " in layer


def test_colours_come_by_the_environment_and_change_no_word(monkeypatch):
    plain = run().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    painted = run().out
    assert "\x1b[1mForward pass\x1b[0m" in painted
    assert re.sub(r"\x1b\[\d*m", "", painted) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert run().out == plain
