"""Points of values, and the share that a right step from an own wrong value has where the teacher allows it."""

import csv
import json
import re

import numpy as np
import pytest
from command_line import assert_refused, backlit

from backlit.errors import BacklitError
from backlit.exercises import Limits, find_exercise
from backlit.exercises.follow import _is_of_the_size, places_to_follow
from backlit.exercises.format import read_exercise
from backlit.exercises.grading.gradescope import gradescope_json
from backlit.exercises.grading.row import Grade
from backlit.exercises.submission import check_for_students, check_source
from backlit.exercises.validate import validated

TOML = """
title = "Three steps"
text = "Give a, h and d."
hints = ["One after another."]
follow_through = 0.5
[[values]]
name = "a"
points = 2
[[values]]
name = "h"
points = 3
[[values]]
name = "d"
points = 5
"""
SOLUTION = """\
import numpy as np

x = np.array([0.3, -0.2, 0.7])


def tanh(z):
    a = np.tanh(z)
    return a


a = 1.7 * x
h = tanh(a)
d = (1 - h**2) * a.sum()
"""
GUESSED = np.array([0.517, -0.341, 1.193])


@pytest.fixture
def steps(tmp_path):
    """An exercise of three values, each from those before, with points and follow-through."""
    path = tmp_path / "steps"
    path.mkdir()
    (path / "exercise.toml").write_text(TOML)
    (path / "starter.py").write_text("a = h = d = None\n")
    (path / "solution.py").write_text(SOLUTION)
    (path / "mistakes.toml").write_text(
        '[no-factor]\nhappened = "x was not multiplied."\nlines = "a = 1.7 * x"\nbecome = "a = x"\n'
    )
    return path


def check(folder, *changes):
    """The report on the solution with lines changed."""
    source = SOLUTION
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return check_source(source.encode(), read_exercise(folder), Limits())


def statuses(report):
    return [verdict.status for verdict in report.verdicts]


def test_points_are_shared_by_what_a_value_is_worth(steps):
    assert check(steps).points(10) == 10
    report = check(steps, ("d = (1 - h**2)", "d = (1 - h)"))
    assert statuses(report) == ["right", "right", "wrong"]
    assert report.points(10) == 5


def test_a_right_step_from_an_own_wrong_value_has_its_share(steps):
    report = check(steps, ("a = 1.7 * x", "a = 1.9 * x"))
    assert statuses(report) == ["wrong", "follows", "follows"]
    assert report.points(10) == (3 + 5) / 2
    text = report.to_text()
    assert "✗ h: wrong, and made rightly from your own a: has 50 % of its points" in text
    assert "own a and h" not in text.split("✗ h")[1].split("\n")[0]
    assert "✗ d: wrong, and made rightly from your own a and h" in text


def test_a_second_mistake_has_no_share(steps):
    report = check(steps, ("a = 1.7 * x", "a = 1.9 * x"), ("d = (1 - h**2)", "d = (1 - h)"))
    assert statuses(report) == ["wrong", "follows", "wrong"]


def test_a_value_that_only_right_ones_lead_to_follows_from_nothing(steps):
    assert statuses(check(steps, ("h = tanh(a)", "h = tanh(2 * a)"))) == ["right", "wrong", "follows"]
    report = check(steps, ("a.sum()", "a.sum() * 2"))
    assert statuses(report) == ["right", "right", "wrong"]


@pytest.mark.parametrize(
    "handed_in", ["0.0 * x", "1e9 * x", "1e-320 * x", "np.nan * x", "np.inf * x", "x.tolist() * 2"]
)
def test_a_value_under_which_nothing_is_left_to_show_earns_nothing(steps, handed_in):
    report = check(
        steps, ("a = 1.7 * x", f"a = {handed_in}"), ("tanh(a)", "tanh(np.array(a))"), ("a.sum", "sum(a).sum")
    )
    assert report.points(10) == 0, report.to_text()


@pytest.mark.parametrize(
    ("function", "tolerance", "handed_in"),
    [("np.maximum(z, 0)", 1e-6, "abs(x)"), ("np.tanh(z)", 1e-3, "0.05 * x")],
    ids=["a rectifier of positive numbers", "tanh near 0"],
)
def test_a_step_that_copies_what_it_begins_from_earns_nothing(function, tolerance, handed_in, steps):
    (steps / "solution.py").write_text(SOLUTION.replace("np.tanh(z)", function))
    (steps / "exercise.toml").write_text(TOML.replace("points =", f"tolerance = {tolerance}\npoints ="))
    copied = SOLUTION.replace("a = 1.7 * x", f"a = {handed_in}").replace("h = tanh(a)", "h = a + 0")
    report = check_source(copied.encode(), read_exercise(steps), Limits())
    assert statuses(report)[:2] == ["wrong", "wrong"]
    # where the function tells, it has its share
    made = SOLUTION.replace("a = 1.7 * x", "a = 1.9 * x").replace("np.tanh(z)", function)
    assert statuses(check_source(made.encode(), read_exercise(steps), Limits())) == ["wrong", "follows", "follows"]


def test_a_slope_of_1_earns_nothing(steps):
    (steps / "solution.py").write_text(SOLUTION.replace("* a.sum()", "* x"))
    toml = TOML.replace("[[values]]", '[[values]]\nname = "x"\n[[values]]', 1)
    (steps / "exercise.toml").write_text(toml.replace("points =", "tolerance = 1e-3\npoints ="))
    tried = SOLUTION.replace("a = 1.7 * x", "a = 0.02 * x")
    report = check_source(tried.replace("(1 - h**2) * a.sum()", "x").encode(), read_exercise(steps), Limits())
    assert statuses(report) == ["right", "wrong", "wrong", "wrong"]


def test_zeros_for_all_of_the_lesson_have_no_points():
    exercise = find_exercise("lesson")
    from dataclasses import replace

    names = [value.name for value in exercise.values]
    zeros = exercise.solution + "\n".join(f"{name} = 0.0 * {name}" for name in names)
    report = check_source(zeros.encode(), replace(exercise, follow_through=1.0), Limits())
    assert report.points(1) == 0
    assert set(statuses(report)) == {"wrong"}


def test_no_digit_of_a_right_value_is_told(steps):
    own = ", ".join(map(str, GUESSED))
    report = check(steps, ("a = 1.7 * x", f"a = np.array([{own}])"))
    assert statuses(report) == ["wrong", "follows", "follows"]
    told = report.to_text() + report.to_json() + report._repr_html_()
    names = {"x": np.array([0.3, -0.2, 0.7])}
    exec(SOLUTION, names)
    for right in np.concatenate([names["a"], names["h"], names["d"]]):
        assert re.search(rf"{abs(right):.4f}"[:5].replace(".", r"\."), told) is None, (right, told)


def test_how_large_a_right_value_is_cannot_be_found_by_trying_where_the_share_ends():
    right = np.array([0.51, -0.34, 1.19])
    limits = np.linspace(90, 210, 2000)
    fits = np.array([_is_of_the_size(right * factor, right) for factor in limits])
    between = (limits > 110) & (limits < 190)
    assert fits[limits < 100].all()
    assert not fits[limits > 200].any()
    # between them it goes to and fro: no halving of an interval ends at the limit
    assert np.abs(np.diff(fits[between].astype(int))).sum() > 200


def test_what_a_solution_makes_of_it_is_not_asked_where_the_exercise_allows_nothing(steps):
    (steps / "exercise.toml").write_text(TOML.replace("follow_through = 0.5\n", ""))
    assert statuses(check(steps, ("a = 1.7 * x", "a = 1.9 * x"))) == ["wrong"] * 3


def test_a_solution_that_a_learners_value_stops_gives_no_share(steps):
    (steps / "solution.py").write_text(SOLUTION.replace("h = tanh(a)", "h = tanh(a)\nassert a[0] < 0.55"))
    report = check(steps, ("a = 1.7 * x", "a = 1.9 * x"))
    assert statuses(report)[0] == "wrong"
    assert report.points(10) <= 4


def test_students_are_told_of_it_too_without_numbers(steps):
    source = SOLUTION.replace("a = 1.7 * x", "a = 1.9 * x").encode()
    report, shown = check_for_students(source, read_exercise(steps), Limits())
    assert statuses(shown) == ["wrong", "follows", "follows"]
    facts = json.loads(gradescope_json(Grade("ada", "ada.py", report, shown=shown), 20))
    assert facts["score"] == 8
    assert [(test["score"], test["max_score"]) for test in facts["tests"][:3]] == [(0, 4), (3, 6), (5, 10)]


def test_a_class_is_graded_by_points_and_by_what_the_teacher_allows(steps, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.py").write_text(SOLUTION)
    (folder / "bob.py").write_text(SOLUTION.replace("a = 1.7 * x", "a = 1.9 * x"))
    out = tmp_path / "g.csv"
    for options, points, status in [
        ([], ["10", "4"], "follows"),
        (["--follow-through", "1"], ["10", "8"], "follows"),
        (["--follow-through", "0", "--points", "20"], ["20", "0"], "wrong"),
    ]:
        result = backlit("exercise", "grade", folder, "--exercise", steps, "--out", out, *options)
        assert result.status == 0, result
        rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
        assert [row["points"] for row in rows] == points
        assert rows[1]["value:d"] == status


def test_what_follows_can_follow(steps):
    assert places_to_follow(read_exercise(steps)) == {"a": 5 - 2, "h": 4, "d": 5}
    assert "✓ follow_through: from a, h, d" in validated(read_exercise(steps)).to_text()
    assert places_to_follow(find_exercise("any-depth")) == {}


@pytest.mark.parametrize("change", ["a *= 1.0", "a[0] = 0.5", "a.sort()", "for k in range(2):\n    a[k] -= 0.1"])
def test_what_the_solution_changes_later_cannot_follow(steps, change):
    (steps / "solution.py").write_text(SOLUTION.replace("h = tanh(a)", f"{change}\nh = tanh(a)"))
    assert list(places_to_follow(read_exercise(steps))) == ["h", "d"]


def test_an_exercise_of_which_nothing_can_follow_is_refused():
    result = backlit("exercise", "grade", steps, "--exercise", "any-depth", "--follow-through", "1", "--out", "g.csv")
    assert_refused(result, "any-depth: follow-through needs asked-for names")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "follow_through = 0.5",
            "follow_through = 2",
            "follow_through: expected a share of the points from 0 to 1, got 2",
        ),
        ("follow_through = 0.5", "follow_through = true", "follow_through: expected a share"),
        ("points = 3", "points = -1", "values 2: points: expected a number from 0 to 1e+06, got -1"),
        ("points = 3", 'points = "3"', "values 2: points: expected a number"),
        ("points = 3", "points = nan", "values 2: points: expected a number"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(steps, old, new, words):
    (steps / "exercise.toml").write_text(TOML.replace(old, new))
    with pytest.raises(BacklitError) as error:
        read_exercise(steps)
    assert words in str(error.value)


def test_points_that_are_all_0_are_refused(steps):
    (steps / "exercise.toml").write_text(re.sub(r"points = \d", "points = 0", TOML))
    with pytest.raises(BacklitError, match="expected points for at least one of them"):
        read_exercise(steps)


def test_a_pack_keeps_points_and_has_no_follow_through(steps, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert backlit("exercise", "pack", steps).status == 0
    pack = find_exercise("steps.exercise.json")
    assert [value.points for value in pack.values] == [2, 3, 5]
    assert pack.follow_through == 0
