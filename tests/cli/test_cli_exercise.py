"""`backlit exercise`: list, start, check, hint, solution and validate, as a learner and a teacher use them."""

import json
import shutil
import subprocess
import sys

import pytest
from command_line import assert_refused, backlit

from backlit.exercises import all_exercises, find_exercise

NAMES = [exercise.name for exercise in all_exercises()]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A learner's folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_list_has_every_exercise_from_easy_to_hard():
    result = backlit("exercise", "list")
    assert result.status == 0
    listed = [line.split(" ")[0] for line in result.out.splitlines() if line and line[0] != " "]
    assert listed[:-1] == NAMES
    assert result.out.endswith("Begin with `backlit exercise start NAME`.\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_is_written_marked_and_runs_by_itself(name, here):
    result = backlit("exercise", "start", name)
    path = here / f"{name.replace('-', '_')}.py"
    assert result.status == 0
    assert result.err.startswith(f"wrote {path.name}\n")
    assert result.out.startswith(find_exercise(name).text)
    assert path.read_text(encoding="utf-8") == f"# backlit exercise: {name}\n{find_exercise(name).starter}"


def test_a_starter_runs_with_python_alone(here):
    backlit("exercise", "start", "lesson")
    run = subprocess.run([sys.executable, "-I", "lesson.py"], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.splitlines()[1] == "None"
    assert run.stderr == ""


def test_start_never_overwrites_but_by_force(here):
    path = here / "lesson.py"
    path.write_text("mine")
    assert_refused(backlit("exercise", "start", "lesson"), "lesson.py is there already", "--force", "--out")
    assert path.read_text() == "mine"
    assert backlit("exercise", "start", "lesson", "--out", "other.py").status == 0
    assert backlit("exercise", "start", "lesson", "--force").status == 0
    assert path.read_text() == (here / "other.py").read_text() != "mine"


def test_start_does_not_write_through_a_link_that_leads_nowhere(here):
    (here / "lesson.py").symlink_to("elsewhere.py")
    assert_refused(backlit("exercise", "start", "lesson"), "lesson.py is there already")
    assert not (here / "elsewhere.py").exists()


def test_check_says_what_is_right_and_what_is_not(here):
    backlit("exercise", "start", "lesson")
    result = backlit("exercise", "check", "lesson.py")
    assert result.status == 1
    assert result.out.count("is still None") == 5
    assert backlit("exercise", "solution", "lesson.py").out == backlit("exercise", "solution", "lesson").out
    (here / "lesson.py").write_text(backlit("exercise", "solution", "lesson").out)
    assert_refused(backlit("exercise", "check", "lesson.py"), "lesson.py", "--exercise NAME")
    result = backlit("exercise", "check", "lesson.py", "--exercise", "lesson")
    assert result.status == 0
    assert result.out.count(": right") == 5
    assert result.out.endswith("\nAll right. The next one: `backlit exercise start training-loop`\n")


def test_a_check_as_json(here):
    mistakes = {mistake.name: mistake.source for mistake in find_exercise("lesson").mistakes}
    (here / "mine.py").write_bytes(mistakes["column-needed"])
    result = backlit("exercise", "check", "mine.py", "--exercise", "lesson", "--json")
    told = json.loads(result.out)
    assert result.status == 1
    assert told["ok"] is False
    assert told["points"] == 0.8
    assert [finding["identifier"] for finding in told["findings"]] == ["column-needed"]
    assert [verdict["status"] for verdict in told["verdicts"]] == ["right"] * 4 + ["missing"]


def test_a_file_that_does_not_end_is_stopped(here):
    (here / "mine.py").write_text("while True:\n    pass\n")
    result = backlit("exercise", "check", "mine.py", "--exercise", "lesson", "--seconds", "0.5")
    assert result.status == 1
    assert "The file ran longer than 0.5 seconds and was stopped: an endless loop?" in result.out


def hints(*arguments):
    """The hint that comes next, in one line."""
    result = backlit("exercise", "hint", *arguments)
    assert result.status == 0
    return " ".join(result.out.split())


def test_hints_go_a_step_further_each_time(here):
    backlit("exercise", "start", "batch")
    for number, hint in enumerate(find_exercise("batch").hints, 1):
        assert hints("batch.py").startswith(f"Hint {number} of 4: {hint}")
    assert hints("batch.py").startswith("Hint 4 of 4")
    assert hints("batch.py").endswith("That was the last. `backlit exercise solution batch` shows a solution.")


def test_hints_go_on_where_a_file_was_renamed_and_are_apart_for_each_exercise(here):
    backlit("exercise", "start", "batch")
    assert hints("batch.py").startswith("Hint 1")
    (here / "batch.py").rename(here / "mine.py")
    assert hints("mine.py").startswith("Hint 2")
    assert hints("mine.py", "--exercise", "lesson").startswith("Hint 1 of 5")
    assert hints("mine.py").startswith("Hint 3")


def test_a_hint_by_its_number(here):
    backlit("exercise", "start", "batch")
    assert hints("batch.py", "--number", 3).startswith("Hint 3")
    assert hints("batch.py").startswith("Hint 4")
    assert_refused(backlit("exercise", "hint", "batch.py", "--number", 5), "--number: expected 1 to 4", "got 5")


def test_hints_where_nothing_can_be_remembered(here):
    backlit("exercise", "start", "batch")
    (here / ".backlit-hints.json").mkdir()
    assert hints("batch.py").endswith("This folder cannot be written to; the next one comes by --number 2.")
    assert hints("batch.py", "--number", 2).startswith("Hint 2")


@pytest.mark.parametrize(
    "memory", ["", "[]", '{"batch": "x"}', '{"batch": -3}', "\x00", '{"batch": 99999999999999999999}']
)
def test_a_damaged_memory_of_hints_does_no_harm(memory, here):
    backlit("exercise", "start", "batch")
    (here / ".backlit-hints.json").write_text(memory)
    assert hints("batch.py").startswith("Hint ")
    assert json.loads((here / ".backlit-hints.json").read_text())["batch"] in (1, 4)


def test_validate_says_what_holds(here):
    result = backlit("exercise", "validate", find_exercise("sigmoid-unit").folder)
    assert result.status == 0
    assert "✓ solution.py is right" in result.out
    shutil.copytree(find_exercise("sigmoid-unit").folder, here / "mine")
    (here / "mine" / "starter.py").write_text(find_exercise("sigmoid-unit").solution)
    result = backlit("exercise", "validate", "mine")
    assert result.status == 1
    assert "✗ starter.py is right already" in result.out


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["start", "lessn"], ["unknown exercise 'lessn'", "did you mean 'lesson'?"]),
        (["start", "no/where"], ["expected an exercise's name, its folder or its pack"]),
        (["start", "lesson", "--out", "no/where.py"], ["could not be written"]),
        (["start", "lesson", "--out", ".", "--force"], ["expected a file to write to, got a folder"]),
        (["check", "nothing.py"], ["nothing.py: there is no such file"]),
        (["check", "."], ["expected a Python file, is a folder"]),
        (["check", "plain.py"], ["no line '# backlit exercise: NAME'", "--exercise"]),
        (["check", "plain.py", "--exercise", "no"], ["unknown exercise 'no'"]),
        (["hint", "nothing.py"], ["there is no such file"]),
        (["solution", "batsch"], ["did you mean 'batch'?"]),
        (["validate", "empty"], ["exercise.toml", "could not be read"]),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(arguments, parts, here):
    (here / "plain.py").write_text("x = 1\n")
    (here / "empty").mkdir()
    assert_refused(backlit("exercise", *arguments), *parts)


def test_an_exercise_is_read_and_run_before_numpy_is_imported():
    """A check takes as long as its slowest part, not as long as all of them: NumPy comes while the file runs."""
    code = "import sys, backlit.cli, backlit.exercises as e; e.find_exercise('lesson')"
    code += "; print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "False\n"


def test_a_file_of_no_exercise_with_the_names_of_one_is_told_which(here):
    (here / "homework.py").write_text(find_exercise("lesson").solution.replace("# backlit", "#"), encoding="utf-8")
    assert_refused(backlit("exercise", "check", "homework.py"), "--exercise NAME (its names are those of lesson)")
    assert backlit("exercise", "check", "homework.py", "--exercise", "lesson").status == 0
    assert backlit("check", "homework.py").status == 0
    # a step of another shape than its weights is none that could be judged by itself
    text = (here / "homework.py").read_text(encoding="utf-8")
    assert "hidden_error_term * x[:, None]" in text
    (here / "homework.py").write_text(text.replace("hidden_error_term * x[:, None]", "x"), encoding="utf-8")
    told = backlit("check", "homework.py")
    assert told.status == 2
    assert "`backlit exercise check homework.py --exercise lesson`" in " ".join(told.out.split())
    (here / "own.py").write_text("error = output_error_term = 1\n", encoding="utf-8")
    assert_refused(backlit("exercise", "check", "own.py"), "--exercise NAME")
    assert "exercise" not in backlit("check", "own.py").out
