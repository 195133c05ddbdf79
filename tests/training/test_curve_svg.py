"""A History's curves as SVG."""

import math
from xml.etree import ElementTree

import pytest

import backlit as bl

SVG = "{http://www.w3.org/2000/svg}"


def lines(history):
    return ElementTree.fromstring(history.to_svg()).findall(f"{SVG}polyline")


def points(line):
    return [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]


def test_a_line_has_a_point_an_epoch_and_falls_as_the_loss_does():
    history = bl.History((0.9, 0.5, 0.3, 0.2), (0.8, 0.5, 0.4, 0.45))
    training, validation = map(points, lines(history))
    assert len(training) == len(validation) == 4
    assert [x for x, _ in training] == sorted(x for x, _ in training) == [x for x, _ in validation]
    # downwards is a larger y
    assert [y for _, y in training] == sorted(y for _, y in training)
    assert validation[3][1] < validation[2][1]
    assert "best epoch 3" in history.to_svg()


def test_equal_steps_of_a_logarithm_are_equal_on_a_logarithmic_axis():
    ys = [y for _, y in points(lines(bl.History((1000.0, 10.0, 0.1)))[0])]
    assert ys[1] - ys[0] == pytest.approx(ys[2] - ys[1], abs=0.11)


@pytest.mark.parametrize("losses", [(0.5,), (0.5, 0.5), (0.0, 0.0), (1.0, math.nan, 0.5), (math.inf, 1.0)])
def test_odd_curves_are_drawn(losses):
    svg = bl.History(losses).to_svg()
    assert "nan" not in svg
    assert "inf" not in svg
    ElementTree.fromstring(svg)


def test_a_notebook_gets_the_drawing_and_words_where_there_is_none():
    assert bl.History((0.9, 0.5))._repr_html_().startswith("<svg")
    assert "History of 0 epochs" in bl.History(())._repr_html_()
