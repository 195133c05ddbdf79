"""``backlit exercise grade``: what it prints, writes and refuses."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import assert_refused, backlit

from backlit.exercises import find_exercise

LESSON = find_exercise("lesson")
WRONG = next(mistake.source for mistake in LESSON.mistakes if mistake.identifier == "missing-hidden-derivative")


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A folder with three submissions."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "handed-in"
    folder.mkdir()
    (folder / "ann.py").write_text(LESSON.solution, encoding="utf-8")
    (folder / "bob.py").write_bytes(WRONG)
    (folder / "cy").mkdir()
    (folder / "cy" / "lesson.py").write_text(LESSON.starter, encoding="utf-8")
    return tmp_path


def grade(*arguments):
    return backlit("exercise", "grade", *arguments)


def points_in(path):
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
    return {row["name"]: row["points"] for row in rows}


def test_tables_and_a_summary(there):
    (there / "handed-in" / "notes.txt").write_text("hello", encoding="utf-8")
    result = grade("handed-in", "--exercise", "lesson", "--out", "g.csv", "--out", "g.json", "--points", "10")
    assert result.status == 0
    assert points_in(there / "g.csv") == {"ann": "10", "bob": "6", "cy": "0"}
    facts = json.loads((there / "g.json").read_text("utf-8"))
    assert [submission["points"] for submission in facts["submissions"]] == [10, 6, 0]
    assert result.out.startswith("lesson: 3 submissions: 1 all right; points of 10: mean 5.333, median 6\n")
    assert "  missing-hidden-derivative  1  ██████████\n" in result.out
    assert "  left open  1  ██████████\n" in result.out
    assert result.err == "wrote g.csv\nwrote g.json\nnot graded, as they are no Python files or notebooks: notes.txt\n"


def test_a_second_run_grades_what_changed(there):
    first = grade("handed-in", "--exercise", "lesson", "--out", "g.csv")
    (there / "handed-in" / "bob.py").write_text(LESSON.solution, encoding="utf-8")
    second = grade("handed-in", "--exercise", "lesson", "--out", "g.csv", "--points", "20")
    assert (first.status, second.status) == (0, 0)
    assert "2 of 3 are as an earlier run graded them" in second.err
    assert points_in(there / "g.csv") == {"ann": "20", "bob": "20", "cy": "0"}


def test_a_table_with_a_teachers_own_words_is_not_replaced(there):
    assert grade("handed-in", "--exercise", "lesson", "--out", "g.csv").status == 0
    with (there / "g.csv").open("a", encoding="utf-8") as file:
        file.write("a remark of mine\n")
    assert_refused(grade("handed-in", "--exercise", "lesson", "--out", "g.csv"), "g.csv", "--force")
    assert "a remark of mine" in (there / "g.csv").read_text("utf-8")
    assert grade("handed-in", "--exercise", "lesson", "--out", "g.csv", "--force").status == 0
    assert points_in(there / "g.csv") == {"ann": "1", "bob": "0.6", "cy": "0"}


def test_tables_in_the_folder_are_no_submissions(there):
    for _ in range(2):
        result = grade("handed-in", "--exercise", "lesson", "--out", "handed-in/g.csv")
        assert "no Python files" not in result.err
    assert set(points_in(there / "handed-in" / "g.csv")) == {"ann", "bob", "cy"}


def test_submissions_cannot_read_each_other(there):
    spy = "import os\nfound = [os.path.exists(p + '/ann.py') for p in PLACES]\nprint(found)\n"
    places = [str(there / "handed-in"), "../../handed-in"]
    (there / "handed-in" / "spy.py").write_text(spy.replace("PLACES", repr(places)), encoding="utf-8")
    grade("handed-in", "--exercise", "lesson", "--out", "g.json")
    (told,) = [s for s in json.loads((there / "g.json").read_text("utf-8"))["submissions"] if s["name"] == "spy"]
    assert "solutions" in told["report"]["isolation"], "this system cannot hide the submissions from each other"
    assert told["report"]["output"] == "[False, False]\n"


def test_beside_python_or_its_temporary_folder_submissions_are_hidden_piece_by_piece(there, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(there))
    spy = (
        f"try:\n    print(open({str(there / 'handed-in' / 'bob.py')!r}).read())\nexcept OSError:\n    print('closed')\n"
    )
    (there / "ann.py").write_text(LESSON.solution, encoding="utf-8")
    (there / "spy.py").write_text(spy, encoding="utf-8")
    assert grade(there, "--exercise", "lesson", "--out", "g.json").status == 0
    told = {s["name"]: s for s in json.loads((there / "g.json").read_text("utf-8"))["submissions"]}
    assert told["ann"]["points"] == 1
    assert told["spy"]["report"]["output"] == "closed\n"


def test_gradescope_gets_one_submission(there):
    result = grade("handed-in/cy", "--exercise", "lesson", "--gradescope", "results.json", "--points", "10")
    assert result.status == 0
    assert "is still None" in result.out
    facts = json.loads((there / "results.json").read_text("utf-8"))
    assert facts["score"] == 0
    assert [test.get("visibility") for test in facts["tests"]] == [None] * 5 + ["hidden"]
    (there / "handed-in" / "cy" / "lesson.py").unlink()
    assert grade("handed-in/cy", "--exercise", "lesson", "--gradescope", "results.json").status == 0
    facts = json.loads((there / "results.json").read_text("utf-8"))
    assert "no Python file" in facts["output"]


def test_the_autograder_of_the_page_writes_the_results(there):
    page = (Path(__file__).parents[2] / "docs" / "teaching.md").read_text("utf-8")
    (script,) = [part.partition("\n```")[0] for part in page.split("```sh\n")[1:] if "results.json" in part]
    (there / "submission").mkdir()
    (there / "results").mkdir()
    (there / "submission" / "my answer.py").write_bytes(WRONG)
    script = script.replace("/autograder/venv/bin/backlit", f"'{sys.executable}' -m backlit")
    script = script.replace("/autograder/", f"{there}/")
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads((there / "results" / "results.json").read_text("utf-8"))["score"] == 6


def test_a_file_by_itself(there):
    assert grade("handed-in/bob.py", "--exercise", "lesson", "--out", "g.csv").status == 0
    assert points_in(there / "g.csv") == {"bob": "0.6"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["handed-in", "--exercise", "lesson"], "--out grades.csv"),
        (["handed-in", "--exercise", "lesson", "--out", "g.xlsx"], ".csv or .json"),
        (["handed-in", "--exercise", "lesson", "--out", "no/g.csv"], "no/g.csv.journal"),
        (["handed-in", "--exercise", "lesson", "--out", "dir.csv"], "got a folder"),
        (["handed-in", "--exercise", "lesson", "--out", "g.csv", "--gradescope", "r.json"], "got both"),
        (["handed-in", "--exercise", "leson", "--out", "g.csv"], "did you mean 'lesson'"),
        (["handed-in", "--exercise", "lesson", "--out", "g.csv", "--points", "0"], "--points"),
        (["handed-in", "--exercise", "lesson", "--out", "g.csv", "--jobs", "0"], "--jobs"),
        (["handed-in", "--exercise", "lesson", "--gradescope", "r.json", "--visibility", "vissible"], "'visible'"),
        (["nowhere", "--exercise", "lesson", "--out", "g.csv"], "no such folder"),
        (["empty", "--exercise", "lesson", "--out", "g.csv"], "found none"),
        (["handed-in", "--out", "g.csv"], "--exercise"),
    ],
)
def test_what_is_refused(arguments, words, there):
    (there / "empty").mkdir()
    (there / "dir.csv").mkdir()
    before = sorted(there.iterdir())
    assert_refused(grade(*arguments), words)
    assert sorted(there.iterdir()) == before
