"""What to write instead: in the file's own names, and only when the hints are used up."""

import json

import pytest
from command_line import backlit

from backlit.exercises import Limits, find_exercise
from backlit.exercises.submission import check_for_students, check_source

LESSON = find_exercise("lesson")
RIGHT = "output_error_term = error * output * (1 - output)"
SLIP = LESSON.solution.replace(RIGHT, "output_error_term = error * output")


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A learner's file in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lesson.py").write_text(f"# backlit exercise: lesson\n{SLIP}")
    return tmp_path / "lesson.py"


def test_a_mistake_of_the_equations_is_mended_in_the_files_names():
    (finding,) = check_source(SLIP.encode(), LESSON, Limits()).findings
    assert finding.identifier == "value-as-slope"
    assert finding.instead == RIGHT


def test_the_line_comes_after_the_hints_and_not_before(lesson):
    for seen in range(len(LESSON.hints)):
        result = backlit("exercise", "check", "lesson.py")
        assert result.status == 1
        assert "value-as-slope" in result.out
        assert "Instead:" not in result.out
        told = f"({seen} of 5 so far)" if seen else "(5 of them)"
        assert f"What to write instead is told after the hints {told}" in " ".join(result.out.split())
        assert backlit("exercise", "hint", "lesson.py").status == 0
    result = backlit("exercise", "check", "lesson.py")
    assert f"Instead: {RIGHT}" in result.out
    assert "after the hints" not in result.out


def test_json_keeps_to_it_too(lesson):
    facts = json.loads(backlit("exercise", "check", "lesson.py", "--json").out)
    assert [finding["instead"] for finding in facts["findings"]] == [""]


def test_a_right_file_is_told_nothing_of_hints(lesson):
    lesson.write_text(f"# backlit exercise: lesson\n{LESSON.solution}")
    assert "hints" not in backlit("exercise", "check", "lesson.py").out


def test_what_graders_show_to_students_has_no_line_to_write_and_what_teachers_see_has():
    report, shown = check_for_students(SLIP.encode(), LESSON, Limits())
    assert [finding.instead for finding in report.findings] == [RIGHT]
    assert [finding.instead for finding in shown.findings] == [""]
