"""Files by odd names, of odd kinds and in odd encodings: a row and a sentence each, and nothing is waited for."""

import os
from pathlib import Path

import pytest
from command_line import assert_refused, backlit

from backlit.apart.facts import clean_run
from backlit.exercises import Limits, check_submission, find_exercise
from backlit.exercises.grading import collected

LESSON = find_exercise("lesson")
SOLUTION = LESSON.solution.encode()


def names(folder):
    found, ignored = collected(folder, "lesson.py")
    return [submission.name for submission in found], ignored


def test_a_hidden_python_file_has_a_row_and_what_systems_leave_has_none(tmp_path):
    for name in ("..hidden.py", ".x.py", "._ada.py", "ada.py", ".DS_Store", ".env"):
        (tmp_path / name).write_bytes(SOLUTION)
    for name in (".git", "__MACOSX", ".sam"):
        (tmp_path / name).mkdir()
    assert names(tmp_path) == (["..hidden", ".x", "ada"], [".env", ".sam"])
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "..mine.py").write_bytes(SOLUTION)
    assert collected(tmp_path, "lesson.py")[0][-1].told == "bob/..mine.py"


def test_two_rows_with_one_name_are_told_apart(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "lesson.py").write_bytes(SOLUTION)
    for name in ("ada.py", "Ada .py", "bob.py", "a\x1b.py", "a?.py", "e\u0301.py", "\u00e9.py"):
        (tmp_path / name).write_bytes(SOLUTION)
    found = collected(tmp_path, "lesson.py")[0]
    assert len({submission.name for submission in found}) == 8
    assert len({submission.told for submission in found}) == 8
    assert {"ada (ada.py)", "ada (ada/lesson.py)", "Ada (Ada .py)".replace("Ada (", "Ada  ("), "bob"} <= {
        submission.name for submission in found
    }


CODINGS = ("foo", "rot13", "hex", "undefined", "base64", "idna", "punycode", "ascii", "utf-7", "mbcs", "")


@pytest.mark.parametrize("coding", CODINGS)
def test_an_odd_coding_line_is_what_is_named(coding, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(f"# -*- coding: {coding} -*-\nname = 'ö'\n", encoding="utf-8")
    report = check_submission(path, LESSON, Limits())
    assert report.error.startswith("its coding line names an encoding, '"), report


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_no_pipe_is_waited_for(tmp_path):
    for name in ("mine.py", ".backlit-hints.json", "exercise.toml"):
        os.mkfifo(tmp_path / name)
    for name in ("other.py", "solution.py", "starter.py"):
        (tmp_path / name).write_bytes(SOLUTION)
    assert "is a pipe" in check_submission(tmp_path / "mine.py", LESSON).error
    assert_refused(backlit("exercise", "check", tmp_path / "mine.py", "--exercise", "lesson"), "expected a Python file")
    assert_refused(backlit("exercise", "validate", tmp_path), "exercise.toml: expected a file, got a pipe")
    hint = backlit("exercise", "hint", tmp_path / "other.py", "--exercise", "lesson")
    assert hint.status == 0
    assert "the next one comes by --number 2" in hint.out
    graded = backlit("exercise", "grade", tmp_path / "mine.py", "--exercise", "lesson", "--out", tmp_path / "g.csv")
    assert graded.status == 0
    assert b"is a pipe or a device" in Path(tmp_path / "g.csv").read_bytes()


ORDERS = "\x1b[31m\x07\x9b2J\u202e\x00"


def test_no_message_is_an_order_to_a_terminal(tmp_path):
    told = clean_run({"names": [ORDERS], "error": {"type": ORDERS, "message": f"a\n{ORDERS}", "bases": [ORDERS]},
                      "values": {"a": {"kind": "other", "type": ORDERS}}})  # fmt: skip
    parts = [*told["names"], *told["error"]["bases"], told["error"]["type"], told["error"]["message"]]
    for text in [*parts, told["values"]["a"]["type"]]:
        assert text.isprintable()
    (tmp_path / "mine.py").write_text("raise ValueError('\\x1b[31m\\x9b' + chr(0x202e))\n", encoding="utf-8")
    checked = backlit("exercise", "check", tmp_path / "mine.py", "--exercise", "lesson")
    refused = backlit("explain", tmp_path / f"no{ORDERS[:-1]}.toml")
    for text in (checked.out, refused.err):
        assert "ValueError" in text or "No such file" in text
        assert text.replace("\n", "").isprintable()
