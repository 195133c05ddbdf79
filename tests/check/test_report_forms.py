"""A report says the same in a terminal, in a notebook and in pytest's assertion."""

import html
import re

import numpy as np
import pytest

import backlit as bl
from backlit.check.report import CheckError
from backlit.exercises import check_submission, find_exercise

LESSON = find_exercise("lesson")


def words(text):
    """The words of a report without its layout: lines, marks of a table, ends of sentences."""
    plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return [word.strip(".:") for word in plain.split() if word.strip(".:")]


def gradients(scale):
    net = bl.Network.random([3, 4, 2], output="sigmoid", loss="squared_error", seed=0)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    dW, db = net.gradients(X, y)
    return bl.check_gradients(net, X, y, [scale * g for g in dW], [scale * g for g in db])


def submission(name):
    return lambda tmp_path: check_submission(LESSON.folder / "mistakes" / f"{name}.py", LESSON)


def source(text):
    def check(tmp_path):
        (tmp_path / "x.py").write_text(text, encoding="utf-8")
        return check_submission(tmp_path / "x.py", LESSON)

    return check


def kinked(tmp_path):
    return bl.check_gradient(lambda x: np.maximum(x, 0), lambda x: -1.0 * (x > 0), np.array([-1.0, 0.0, 2.0]))


WRONG = {
    "gradients": lambda tmp_path: gradients(-1.0),
    "a kink": kinked,
    "a submission": submission("missing-hidden-derivative"),
    "a submission that raised": submission("column-needed"),
    "a submission that ended itself": source("import os\nos._exit(3)\n"),
    "markup": source("raise ValueError('<b>&amp;</b>')\n"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_report_says_the_same_everywhere(name, tmp_path):
    report = WRONG[name](tmp_path)
    assert not report.ok
    text = report.to_text()
    assert repr(report) == str(report) == text
    if name != "markup":
        # in its text, markup is no markup
        assert words(report._repr_html_()) == words(text)
    with pytest.raises(CheckError) as raised:
        report.raise_if_wrong()
    assert isinstance(raised.value, AssertionError)
    assert str(raised.value).strip("\n") == text.strip("\n")


def test_a_learners_markup_stays_text(tmp_path):
    shown = WRONG["markup"](tmp_path)._repr_html_()
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in shown
    assert "<b>&amp;" not in shown


def test_a_right_report_raises_nothing(tmp_path):
    for report in (gradients(1.0), check_submission(LESSON.folder / "solution.py", LESSON)):
        report.raise_if_wrong()
        assert report.points(10) == 10.0
        assert words(report._repr_html_()) == words(report.to_text())


def test_points_are_a_bare_number():
    points = gradients(-1.0).points(10)
    assert (type(points), repr(points)) == (float, "0.0")


def test_numbers_that_are_none_are_reported_without_a_warning():
    # a warning would be printed to standard error, and nbgrader takes that for a failed cell
    for odd in (np.nan, np.inf, -np.inf, 1e308):
        assert not gradients(odd).ok
