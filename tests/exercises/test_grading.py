"""Grading: any submission gives a row, what was graded is kept, and the tables are what a teacher can open."""

import contextlib
import csv
import fcntl
import io
import json
import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from dataclasses import replace

import pytest

from backlit.errors import BacklitError
from backlit.exercises import Limits, find_exercise
from backlit.exercises.grading import Grade, collected, grade_all, grades_csv, grades_json, journal, summary_text
from backlit.exercises.grading.collect import one_submission
from backlit.exercises.grading.gradescope import gradescope_json
from backlit.exercises.grading.signature import signed
from backlit.exercises.grading.summary import summary
from backlit.exercises.grading.tables import cell
from backlit.exercises.submission import check_for_students, unread_report

LESSON = find_exercise("lesson")
SOLUTION = LESSON.solution.encode()
MISTAKES = {mistake.identifier: mistake.source for mistake in LESSON.mistakes}
LIMITS = Limits(wall_seconds=4.0, cpu_seconds=4, memory_megabytes=512)

# name: (source, points of 5, words of the error)
FILES = {
    "right": (SOLUTION, 5, ""),
    "missing-hidden": (MISTAKES["missing-hidden-derivative"], 3, ""),
    "column-needed": (MISTAKES["column-needed"], 4, "cannot be multiplied"),
    "endless": (b"while True: pass\n", 0, "longer than 4 seconds"),
    "memory": (b"a = []\nwhile True: a.append(bytearray(1 << 26))\n", 0, "more memory"),
    "exit": (b"import sys\nsys.exit(0)\n", 0, ""),
    "os-exit": (SOLUTION + b"import os\nos._exit(0)\n", 0, "ended Python itself"),
    "megabytes": (SOLUTION + b"print('x' * 3_000_000)\n", 5, ""),
    "flood": (b"while True: print('x' * 10000)\n", 0, "printed more than"),
    "syntax": (b"error = (\n", 0, "not Python"),
    "latin-1": ("s = 'Größe'\n".encode("latin-1"), 0, "UTF-8"),
    "empty": (b"", 0, ""),
    "surrogate": (b"raise ValueError('\\udcff \\x1b[31m')\n", 0, "ValueError"),
    "large": (b"#" * (2 << 20), 0, "larger than"),
    "=1+1": (SOLUTION, 5, ""),
}
ODD = {
    "several": "several Python files",
    "nothing": "no Python file",
    "link": "is a link",
    "linked-folder": "is a link",
    "pipe": "is a pipe",
    "dir.py": "no Python file",
}


def make_class(folder):
    """A class of files, and of what should not be there."""
    folder.mkdir()
    for name, (source, _, _) in FILES.items():
        (folder / f"{name}.py").write_bytes(source)
    deletes = f"import shutil\nshutil.rmtree({str(folder)!r}, ignore_errors=True)\n".encode()
    (folder / "deletes.py").write_bytes(deletes + SOLUTION)
    for name in ("by-folder", "several", "nothing", "deep/below", "dir.py"):
        (folder / name).mkdir(parents=True)
    (folder / "by-folder" / "lesson.py").write_bytes(SOLUTION)
    (folder / "by-folder" / "helper.py").write_bytes(b"x = 1\n")
    (folder / "several" / "a.py").write_bytes(SOLUTION)
    (folder / "several" / "b.py").write_bytes(SOLUTION)
    (folder / "deep" / "below" / "mine.py").write_bytes(SOLUTION)
    (folder / "link.py").symlink_to("right.py")
    (folder / "linked-folder").symlink_to("/")
    os.mkfifo(folder / "pipe.py")
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    (folder / "__MACOSX").mkdir()
    (folder / os.fsdecode(b"bytes\xff.py")).write_bytes(SOLUTION)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class's folder, its grades by name, and what is no submission."""
    folder = tmp_path_factory.mktemp("grading") / "class"
    make_class(folder)
    submissions, ignored = collected(folder, "lesson.py")
    grades = grade_all(submissions, LESSON, LIMITS, jobs=4, hidden=[folder])
    return folder, {grade.name: grade for grade in grades}, ignored


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_its_points(name, graded):
    _, points, words = FILES[name]
    report = graded[1][name].report
    assert report.points(5) == points
    assert words in report.error


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_plain_file_has_a_row_that_says_so(name, graded):
    grade = graded[1][name]
    assert ODD[name] in grade.report.error
    assert grade.report.points(5) == 0
    assert grade.report.to_text().startswith(f"lesson: {LESSON.title}\n  The file ")


def test_folders_are_looked_into(graded):
    assert graded[1]["by-folder"].report.ok
    assert graded[1]["by-folder"].file == "by-folder/lesson.py"
    assert graded[1]["deep"].file == "deep/below/mine.py"
    assert graded[2] == ["notes.txt"]
    assert "bytes�" in graded[1]


def test_a_submission_cannot_delete_the_others(graded):
    assert graded[1]["deletes"].report.ok
    assert (graded[0] / "right.py").read_bytes() == SOLUTION


def test_a_file_can_be_named(tmp_path):
    make_class(tmp_path / "class")
    assert one_submission(tmp_path / "class" / "several", "lesson.py", "b.py").path.name == "b.py"
    assert "called c.py" in one_submission(tmp_path / "class" / "several", "lesson.py", "c.py").problem
    assert "No such file" in one_submission(tmp_path / "class" / "gone", "lesson.py").problem


def test_a_file_that_vanishes_is_a_row(tmp_path):
    for name in ("stays", "goes"):
        (tmp_path / f"{name}.py").write_bytes(SOLUTION)
    submissions, _ = collected(tmp_path, "lesson.py")
    (tmp_path / "goes.py").unlink()
    goes, stays = grade_all(submissions, LESSON, LIMITS, jobs=2)
    assert goes.report.error == "could not be read: No such file or directory"
    assert stays.report.ok


def test_a_system_that_runs_nothing_is_a_row_too_and_is_not_kept(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_bytes(SOLUTION)
    submissions, _ = collected(tmp_path, "lesson.py")

    def no_process(*arguments, **options):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("backlit.exercises.grading.run.check_source", no_process)
    with journal(tmp_path / "j") as kept:
        (grade,) = grade_all(submissions, LESSON, LIMITS, jobs=1, kept=kept)
    assert "could not be run apart" in grade.report.error
    with journal(tmp_path / "j") as kept:
        assert kept.reports == {}


def test_the_table_has_a_row_a_submission(graded):
    grades = list(graded[1].values())
    rows = rows_of(grades_csv(grades, LESSON, 5))
    assert len(rows) == len(grades)
    by_name = {row["name"]: row for row in rows}
    row = by_name["missing-hidden"]
    assert (row["points"], row["max"], row["findings"]) == ("3", "5", "missing-hidden-derivative")
    assert [row[f"value:{value.name}"] for value in LESSON.values] == ["right", "right", "wrong", "right", "wrong"]
    assert float(row["seconds"]) > 0
    assert all("\n" not in text and "\x1b" not in text for row in rows for text in row.values())


def test_no_cell_is_a_formula(graded):
    names = {row["name"] for row in rows_of(grades_csv(list(graded[1].values()), LESSON, 5))}
    assert "'=1+1" in names
    for text in ("=cmd()", "+1", "-1", "@A1", "\t=1", "\r\n=1", "  =1", "＝1"):
        assert cell(text).startswith("'")
    assert cell("a\r\nb\tc") == "a b c"
    assert cell("Ann-Marie = me") == "Ann-Marie = me"


def test_the_json_has_everything(graded):
    facts = json.loads(grades_json(list(graded[1].values()), LESSON, 5, graded[2]))
    assert facts["not_graded"] == ["notes.txt"]
    told = {submission["name"]: submission for submission in facts["submissions"]}
    report = told["missing-hidden"]["report"]
    assert report["findings"][0]["identifier"] == "missing-hidden-derivative"
    assert report["findings"][0]["instead"]
    assert told["surrogate"]["points"] == 0
    assert "Change in the weights" in told["right"]["report"]["output"]


def test_gradescope_gets_a_test_a_value(graded):
    source = FILES["missing-hidden"][0]
    report, shown = check_for_students(source, LESSON, LIMITS)
    facts = json.loads(gradescope_json(Grade("ann", "ann.py", report, shown=shown), 10, "after_due_date"))
    whole = facts["tests"].pop()
    assert facts["score"] == 6
    assert facts["visibility"] == "after_due_date"
    assert facts["execution_time"] > 0
    assert "missing-hidden-derivative" in facts["output"]
    assert [test["name"] for test in facts["tests"]] == [value.name for value in LESSON.values]
    assert sum(test["score"] for test in facts["tests"]) == facts["score"]
    assert sum(test["max_score"] for test in facts["tests"]) == 10
    assert [test["status"] for test in facts["tests"]] == ["passed", "passed", "failed", "passed", "failed"]
    assert facts["tests"][2]["output"].startswith("worst at entry 2: …, which is more than twice too large")
    assert "worst at entry 2: -0.0086192, which is more than twice too large" in whole["output"]
    assert "0.00204" not in json.dumps(facts)
    assert json.loads(gradescope_json(graded[1]["surrogate"], 10))["score"] == 0


def test_the_summary_counts(graded):
    grades = list(graded[1].values())
    facts = summary(grades, LESSON, 5)
    assert facts["submissions"] == len(grades)
    assert facts["right"] == sum(grade.report.points(5) == 5 for grade in grades)
    assert facts["mistakes"] == {"column-needed": 1, "missing-hidden-derivative": 1}
    assert facts["who"] == {"column-needed": ["column-needed"], "missing-hidden-derivative": ["missing-hidden"]}
    assert facts["wrong_without_a_name"] == {
        "did not run to its end": 7,
        "no file to read": 6,
        "several files, none chosen": 1,
        "left open": 2,
    }
    assert sum(facts["points"].values()) == len(grades)
    assert facts["points"]["4"] == 1
    assert facts["right_values"]["error"] == facts["right"] + 2
    assert facts["mean"] == pytest.approx(sum(grade.report.points(5) for grade in grades) / len(grades), abs=1e-4)


def test_the_summary_shows_the_most_common_first(graded):
    wrong, column = graded[1]["missing-hidden"], graded[1]["column-needed"]
    facts = summary([wrong, wrong, wrong, column], LESSON, 5)
    lines = summary_text(facts, 5).splitlines()
    who = lines.index("Who")
    assert lines[who + 1] == "  missing-hidden-derivative: missing-hidden, missing-hidden, missing-hidden"
    assert lines[who + 2] == "  column-needed: column-needed"
    assert lines[0] == "4 submissions: 0 all right; points of 5: mean 3.25, median 3"
    assert lines[3].split() == ["missing-hidden-derivative", "3", "█" * 22]
    assert lines[4].split() == ["column-needed", "1", "█" * 8]


def test_the_summary_says_what_the_system_did_not_keep_apart(graded):
    grade = graded[1]["right"]
    loose = Grade("a", "a.py", replace(grade.report, isolation=("files",)))
    text = summary_text(summary([loose, graded[1]["nothing"]], LESSON, 5), 5)
    assert text.endswith("This system did not keep the submissions from: network, processes, solutions.\n")
    assert "did not keep" not in summary_text(summary([graded[1]["nothing"]], LESSON, 5), 5)


def test_many_values_are_shown_in_ranges():
    values = tuple(replace(LESSON.values[0], name=f"v{i}") for i in range(13))
    exercise = replace(LESSON, values=values)
    facts = summary([Grade("a", "a.py", unread_report(exercise, "is gone"))], exercise, 10)
    assert next(iter(facts["points"])) == "9 to 10"
    assert facts["points"]["0 to 1"] == 1


def test_a_graded_file_is_kept_until_it_changes(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.py").write_bytes(SOLUTION)

    def grades(exercise=LESSON, limits=LIMITS, again=False):
        with journal(tmp_path / "j") as kept:
            found = grade_all(collected(folder, "")[0], exercise, limits, jobs=2, kept=kept, again=again)
        return found, [grade.name for grade in found if grade.before]

    first, before = grades()
    assert before == []
    second, before = grades()
    assert before == ["a", "b", "c"]
    assert [grade.report for grade in second] == [grade.report for grade in first]
    (folder / "b.py").write_bytes(MISTAKES["wrong-sign"])
    third, before = grades()
    assert before == ["a", "c"]
    assert third[1].mistakes == ("wrong-sign",)
    assert grades(again=True)[1] == []
    assert grades(limits=replace(LIMITS, wall_seconds=3.0))[1] == []
    changed = replace(LESSON, solution=LESSON.solution + "\n# changed\n")
    assert grades(changed)[1] == []
    first_mistake, *others = LESSON.mistakes
    reworded = replace(LESSON, mistakes=(replace(first_mistake, sentence="In other words."), *others))
    assert grades(reworded)[1] == []


def test_a_damaged_journal_loses_only_what_is_damaged(tmp_path):
    folder, path = tmp_path / "class", tmp_path / "j"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.py").write_bytes(SOLUTION)
    submissions, _ = collected(folder, "")
    with journal(path) as kept:
        grade_all(submissions, LESSON, LIMITS, jobs=1, kept=kept)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    odd = json.dumps(signed({"file": 3, "key": [], "report": {"verdicts": 5}})).encode()
    path.write_bytes(lines[0] + lines[1] + odd + b"\n[]\n" + lines[2][:50])
    with journal(path) as kept:
        found = grade_all(submissions, LESSON, LIMITS, jobs=1, kept=kept)
    assert [grade.before for grade in found] == [True, False, False]
    with journal(path) as kept:
        assert all(grade.before for grade in grade_all(submissions, LESSON, LIMITS, jobs=1, kept=kept))


def test_a_journal_is_one_runs_and_nobody_elses_file(tmp_path):
    with journal(tmp_path / "j"), pytest.raises(BacklitError, match="another run"), journal(tmp_path / "j"):
        pass
    (tmp_path / "other").write_text("my notes\n", encoding="utf-8")
    with pytest.raises(BacklitError, match="expected a journal"), journal(tmp_path / "other"):
        pass
    assert (tmp_path / "other").read_text(encoding="utf-8") == "my notes\n"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BacklitError, match="expected a file"), journal(tmp_path / "pipe"):
        pass
    with pytest.raises(BacklitError, match="could not be written"), journal(tmp_path / "no" / "j"):
        pass


@pytest.fixture
def command():
    """Start ``backlit exercise grade``; none outlives the test."""
    started = []

    def start(folder, out, **options):
        arguments = ["-m", "backlit", "exercise", "grade", str(folder), "--exercise", "lesson", "--out", str(out)]
        run = subprocess.Popen(
            [sys.executable, *arguments, "--jobs", "2", "--seconds", "30"],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
            env={**os.environ, "TMPDIR": str(out.parent / "tmp")},
        )
        started.append(run)
        return run

    yield start
    for run in started:
        run.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.communicate(timeout=10)


def wait_for_lines(path, n):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if path.exists() and path.read_bytes().count(b"\n") > n:
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} never had {n} reports")


def processes_in(folder):
    found = []
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if str(folder) in os.readlink(f"/proc/{pid}/cwd"):
                found.append(pid)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_goes_on(number, tmp_path, command):
    folder, out = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    (tmp_path / "tmp").mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.py").write_bytes(SOLUTION)
    for name in ("x", "y", "z"):
        (folder / f"{name}.py").write_bytes(b"import time\ntime.sleep(60)\n")
    run = command(folder, out)
    wait_for_lines(tmp_path / "grades.csv.journal", 3)
    run.send_signal(number)
    started = time.monotonic()
    _, err = run.communicate(timeout=30)
    assert time.monotonic() - started < 5
    assert not out.exists()
    if number != signal.SIGKILL:
        assert run.returncode == 130
        assert b"goes on from there" in err
        assert b"Traceback" not in err
        assert list((tmp_path / "tmp").iterdir()) == []
    ends = time.monotonic() + 10
    while processes_in(tmp_path) and time.monotonic() < ends:
        time.sleep(0.05)
    assert processes_in(tmp_path) == []
    for name in ("x", "y", "z"):
        (folder / f"{name}.py").write_bytes(MISTAKES["missing-input"])
    _, err = command(folder, out).communicate(timeout=60)
    assert b"3 of 6 are as an earlier run graded them" in err
    assert [row["points"] for row in rows_of(out.read_bytes())] == ["1"] * 3 + ["0.6"] * 3


def test_ctrl_c_in_a_terminal_ends_it_soon(tmp_path, command):
    folder = tmp_path / "class"
    folder.mkdir()
    (tmp_path / "tmp").mkdir()
    (folder / "a.py").write_bytes(SOLUTION)
    (folder / "x.py").write_bytes(b"import time\ntime.sleep(60)\n")
    ours, theirs = pty.openpty()
    run = command(folder, tmp_path / "g.csv", stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=own_terminal)
    os.close(theirs)
    wait_for_lines(tmp_path / "g.csv.journal", 1)
    os.write(ours, b"\x03")
    assert run.wait(timeout=10) == 130
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "1/2" in shown
    assert "goes on from there" in shown
    assert "Traceback" not in shown


def own_terminal():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_an_interruption_does_not_wait_for_what_does_not_end(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_bytes(SOLUTION)
    (tmp_path / "b.py").write_bytes(SOLUTION)
    let_go = threading.Event()

    def stuck(source, *arguments, **options):
        let_go.wait(30)
        return unread_report(LESSON, "was stuck")

    monkeypatch.setattr("backlit.exercises.grading.run.check_source", stuck)
    monkeypatch.setattr("backlit.exercises.grading.run.STOPPING", 0.2)
    submissions, _ = collected(tmp_path, "lesson.py")
    started = time.monotonic()
    with journal(tmp_path / "j") as kept, pytest.raises(KeyboardInterrupt):
        grade_all(submissions, LESSON, LIMITS, jobs=1, kept=kept, interrupted=lambda: True)
    assert time.monotonic() - started < 5
    let_go.set()
    with journal(tmp_path / "j") as kept:
        assert kept.reports == {}


def test_a_fault_of_ours_is_not_waited_for(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_bytes(SOLUTION)

    def broken(path, at_most):
        raise RuntimeError("a fault")

    monkeypatch.setattr("backlit.exercises.grading.run.read_source", broken)
    with pytest.raises(RuntimeError, match="a fault"):
        grade_all(collected(tmp_path, "lesson.py")[0], LESSON, LIMITS, jobs=1)
