"""An exercise as one file to hand out: checks as its folder does, and has neither solution nor path; and notebooks."""

import base64
import json
import zlib

import pytest
from command_line import assert_refused, backlit

from backlit.errors import BacklitError
from backlit.exercises import Limits, all_exercises, check_submission, find_exercise
from backlit.exercises.find import exercise_of_file
from backlit.exercises.grading.collect import collected
from backlit.exercises.notebook import NOTE, is_notebook, notebook_of, python_of
from backlit.exercises.pack import pack_text, read_pack
from backlit.exercises.right import given_values
from backlit.exercises.submission import check_trusted

NAMES = [exercise.name for exercise in all_exercises()]

TOML = """
title = "Twice"
text = "Write twice(x)."
hints = ["Two times x.", "return 2 * x"]
prepare = "_x = 21"
[[values]]
name = "twice"
expression = "twice(_x)"
tolerance = 1e-3
"""
SOLUTION = "def twice(x):\n    return x + x  # SECRET\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A teacher's folder, in which an exercise is; it is the working directory."""
    folder = tmp_path / "professor-owl" / "twice"
    (folder / "mistakes").mkdir(parents=True)
    (folder / "exercise.toml").write_text(TOML)
    (folder / "starter.py").write_text("def twice(x):\n    return None\n")
    (folder / "solution.py").write_text(SOLUTION)
    (folder / "mistakes" / "half.py").write_text('"""half: Halved.\n\nAdd.\n"""\ndef twice(x):\n    return x / 2\n')
    monkeypatch.chdir(folder.parent)
    return folder.parent


@pytest.fixture
def student(home, tmp_path, monkeypatch):
    """A student's folder with the pack in it, and no teacher's folder anywhere."""
    assert backlit("exercise", "pack", "twice").status == 0
    place = tmp_path / "student"
    place.mkdir()
    (home / "twice.exercise.json").rename(place / "twice.exercise.json")
    home.rename(tmp_path / "gone")
    monkeypatch.chdir(place)
    return place


def decoded(path):
    return zlib.decompress(base64.b64decode(json.loads(path.read_text())["content"])).decode()


def test_a_pack_has_neither_the_solution_nor_a_path(home):
    result = backlit("exercise", "pack", "twice")
    assert result.status == 0
    assert "wrote twice.exercise.json" in result.err
    path = home / "twice.exercise.json"
    inside = decoded(path)
    for text in (path.read_text(), inside):
        assert "SECRET" not in text
        assert "professor-owl" not in text
        assert str(home) not in text
    assert "Two times x." in inside
    assert "Two times x." not in path.read_text()


def test_a_student_starts_checks_and_is_helped_by_the_pack_alone(student):
    result = backlit("exercise", "start", "twice.exercise.json")
    assert result.status == 0
    path = student / "twice.py"
    assert path.read_text() == "# backlit exercise: twice.exercise.json\ndef twice(x):\n    return None\n"
    assert backlit("exercise", "check", "twice.py").status == 1
    assert "Hint 1 of 2: Two times x." in backlit("exercise", "hint", "twice.py").out
    path.write_text(path.read_text().replace("None", "x / 2"))
    wrong = backlit("exercise", "check", "twice.py")
    assert (wrong.status, "half" in wrong.out, "Halved." in wrong.out) == (1, True, True)
    path.write_text(path.read_text().replace("x / 2", "2 * x"))
    assert backlit("exercise", "check", "twice.py").status == 0


def test_a_student_checks_from_another_folder_and_from_below(student, monkeypatch):
    backlit("exercise", "start", "twice.exercise.json")
    monkeypatch.chdir("/")
    assert backlit("exercise", "check", student / "twice.py").status == 1
    (student / "mine").mkdir()
    (student / "twice.py").rename(student / "mine" / "twice.py")
    assert backlit("exercise", "check", student / "mine" / "twice.py").status == 1


def test_the_pack_stays_with_its_author_for_what_needs_the_solution(student):
    for verb in (["solution"], ["validate"], ["pack"]):
        assert_refused(backlit("exercise", *verb, "twice.exercise.json"), "a pack has no solution", "folder")


def test_a_class_can_be_graded_by_a_pack_too(student):
    (student / "in").mkdir()
    (student / "in" / "ada.py").write_text("def twice(x):\n    return 2 * x\n")
    result = backlit("exercise", "grade", "in", "--exercise", "twice.exercise.json", "--out", "g.csv")
    assert result.status == 0, result.err
    assert "1 all right" in result.out


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_reports_the_same_by_its_pack(name, tmp_path):
    exercise = find_exercise(name)
    path = tmp_path / "handed-out.json"
    path.write_text(pack_text(exercise, given_values(exercise)), encoding="utf-8")
    packed = read_pack(path)
    assert (packed.name, packed.title, packed.hints) == (exercise.name, exercise.title, exercise.hints)
    assert packed.values == exercise.values
    assert packed.starter.strip() == exercise.starter.strip()
    assert packed.solution == ""
    sources = [exercise.solution.encode(), *(mistake.source for mistake in exercise.mistakes)]
    limits = Limits()
    for one, other in zip(
        check_trusted(sources, exercise, limits), check_trusted(sources, packed, limits), strict=True
    ):
        assert one.to_text() == other.to_text()


def test_an_existing_file_stays_and_the_name_says_what_it_is(home):
    (home / "twice.exercise.json").write_text("mine")
    assert_refused(backlit("exercise", "pack", "twice"), "is there already", "--force")
    assert_refused(backlit("exercise", "pack", "twice", "--out", "twice.zip"), "--out", ".json")
    assert backlit("exercise", "pack", "twice", "--force").status == 0


def changed(path, **facts):
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({**whole, **facts}))


def coded(content):
    return base64.b64encode(zlib.compress(json.dumps(content).encode())).decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"format": "other"}, "expected an exercise that `backlit exercise pack` wrote"),
        ({"version": 2}, "expected a pack of version 1, got 2; update backlit"),
        ({"content": "x"}, "got a damaged one"),
        ({"content": None}, "got a damaged one"),
        ({"content": coded([1])}, "got no JSON object"),
        ({"content": coded({})}, "expected the values of the solution"),
        ({"content": coded({"given": {}, "mistakes": []})}, "expected the values of the solution"),
        (
            {"content": coded({"given": {"solution": {}, "mistakes": [3]}, "mistakes": []})},
            "the values of the solution",
        ),
        (
            {
                "content": coded(
                    {"given": {"solution": {}, "mistakes": []}, "mistakes": [3], "values": [{"name": "a"}], "text": "t"}
                )
            },
            "starter",
        ),
        ({"content": base64.b64encode(zlib.compress(bytes(1 << 27))).decode()}, "a part of one, or more than 64 MiB"),
        ({"title": 3}, "title"),
    ],
)
def test_a_file_that_is_no_pack_is_one_sentence(facts, words, student):
    path = student / "twice.exercise.json"
    changed(path, **facts)
    assert_refused(backlit("exercise", "start", path.name), path.name, words)


def test_a_pack_without_the_right_values_is_refused(student):
    path = student / "twice.exercise.json"
    backlit("exercise", "start", path.name)
    content = json.loads(decoded(path))
    for given in ({"solution": {}, "mistakes": [{}]}, {"solution": content["given"]["solution"], "mistakes": []}):
        changed(path, content=coded({**content, "given": given}))
        assert_refused(backlit("exercise", "check", "twice.py"), "the right value of all")


def test_the_starter_names_the_folder_as_it_is_seen_from_the_file_and_no_more(home, tmp_path):
    backlit("exercise", "start", "twice")
    assert (home / "twice.py").read_text().startswith("# backlit exercise: twice\n")
    (home / "week").mkdir()
    backlit("exercise", "start", "twice", "--out", "week/mine.py")
    assert (home / "week" / "mine.py").read_text().startswith("# backlit exercise: ../twice\n")
    assert exercise_of_file(home / "week" / "mine.py").title == "Twice"
    backlit("exercise", "start", "twice", "--out", tmp_path / "far.py")
    far = (tmp_path / "far.py").read_text()
    assert far.startswith("# backlit exercise: professor-owl/twice\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    backlit("exercise", "start", "twice", "--out", tmp_path / "a" / "b" / "far.py")
    assert (tmp_path / "a" / "b" / "far.py").read_text().startswith("# backlit exercise: twice\n")
    result = backlit("exercise", "check", tmp_path / "a" / "b" / "far.py")
    assert result.status == 2 or "twice" in result.out


def test_an_exercise_that_is_not_there_is_told_with_the_way_to_say_where(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("# backlit exercise: slope-of-ours\n")
    assert_refused(backlit("exercise", "check", path), "slope-of-ours", "--exercise PATH")


def notebook(*cells):
    found = [{"cell_type": kind, "source": source} for kind, source in cells]
    return json.dumps({"cells": found, "nbformat": 4}).encode()


HANDED_IN = notebook(
    ("markdown", "# My answer"),
    ("code", "# backlit exercise: lesson\n%matplotlib inline\n!pip install numpy\n"),
    ("code", ["%%bash\n", "raise SystemExit"]),
    ("raw", "nothing"),
)


def test_a_notebook_is_its_code_cells():
    assert is_notebook(HANDED_IN)
    assert python_of(HANDED_IN).decode() == (
        "# backlit exercise: lesson\npass  # %matplotlib inline\npass  # !pip install numpy\n\n"
        "# %%bash\n# raise SystemExit\n"
    )
    for source in (b"a = 1", b"{}", b'{"cells": 3}', b"{" * 99_999, b"\xff\x00", b'{"a": {"cells": []}}'):
        assert python_of(source) == source
    odd = notebook(("code", None), ("code", [1, "\n"]), ("code", 7))
    assert python_of(odd) == b"\n1\n\n7\n"


def test_a_learner_hands_in_a_notebook(tmp_path):
    exercise = find_exercise("lesson")
    path = tmp_path / "lesson.ipynb"
    first, *rest = exercise.solution.split("\n\n")
    cells = [("code", "# backlit exercise: lesson\n" + first), *(("code", part) for part in rest)]
    path.write_bytes(notebook(*cells))
    assert exercise_of_file(path).name == "lesson"
    assert backlit("exercise", "check", path).status == 0
    path.write_bytes(notebook(*cells[:1], ("code", "undefined_name")))
    report = check_submission(path, exercise)
    assert not report.ok
    assert NOTE in report.remarks


def test_start_writes_a_notebook_that_is_checked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert backlit("exercise", "start", "lesson", "--out", "lesson.ipynb").status == 0
    book = json.loads((tmp_path / "lesson.ipynb").read_text(encoding="utf-8"))
    assert [cell["cell_type"] for cell in book["cells"]] == ["markdown", "code"]
    assert "".join(book["cells"][0]["source"]).startswith("# One backward pass")
    code = python_of((tmp_path / "lesson.ipynb").read_bytes()).decode()
    assert code == f"# backlit exercise: lesson\n{find_exercise('lesson').starter}"
    assert backlit("exercise", "check", "lesson.ipynb").status == 1
    assert notebook_of("a\nb", "c\nd\n").count("\\n") == 2


def test_notebooks_in_folders_are_submissions(tmp_path):
    exercise = find_exercise("lesson")
    (tmp_path / "ada.ipynb").write_bytes(notebook(("code", exercise.solution)))
    for name, files in {"bob": ["lesson.ipynb", "old.py"], "cy": ["try.ipynb"], "dan": ["a.py", "b.ipynb"]}.items():
        (tmp_path / name / ".ipynb_checkpoints").mkdir(parents=True)
        (tmp_path / name / ".ipynb_checkpoints" / "lesson.ipynb").write_text("{}")
        for file in files:
            (tmp_path / name / file).write_bytes(notebook(("code", exercise.starter)))
    found, ignored = collected(tmp_path, "lesson.py")
    assert [(s.name, s.told, bool(s.problem)) for s in found] == [
        ("ada", "ada.ipynb", False),
        ("bob", "bob/lesson.ipynb", False),
        ("cy", "cy/try.ipynb", False),
        ("dan", "dan", True),
    ]
    assert ignored == []
    result = backlit("exercise", "grade", tmp_path, "--exercise", "lesson", "--out", tmp_path / "g.csv")
    assert result.status == 0, result.err
    assert "1 all right" in result.out


def test_a_header_in_an_unreadable_file_is_told(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(notebook(("markdown", "# backlit exercise: lesson")))
    with pytest.raises(BacklitError, match="no line '# backlit exercise"):
        exercise_of_file(path)
