"""A journal is believed where its reader signed it, and no submission sees it, the tables or its siblings."""

import json
import os

import pytest
from command_line import backlit

from backlit.apart import sandbox
from backlit.exercises import find_exercise
from backlit.exercises.grading import journal
from backlit.exercises.grading.signature import _key, is_signed, key_path, signed

LESSON = find_exercise("lesson")
STARTER = LESSON.starter.encode()


def grade(folder, out, *more):
    result = backlit("exercise", "grade", folder, "--exercise", "lesson", "--out", out, "--jobs", 1, *more)
    assert result.status == 0, result
    return result, json.loads(out.read_bytes())


def test_a_forged_line_gives_no_points(tmp_path):
    folder, out = tmp_path / "class", tmp_path / "g.json"
    folder.mkdir()
    (folder / "ada.py").write_bytes(STARTER)
    grade(folder, out)
    path = tmp_path / "g.json.journal"
    lines = path.read_bytes().splitlines()
    forged = json.loads(lines[1])
    for verdict in forged["report"]["verdicts"]:
        verdict.update(ok=True, status="right", remark="", claimed=None)
    without = {key: value for key, value in forged.items() if key != "signature"}
    for entry in (forged, without, {**without, "signature": "é"}, {**without, "signature": 3}):
        path.write_bytes(lines[0] + b"\n" + json.dumps(entry).encode() + b"\n" + lines[2] + b"\n")
        result, facts = grade(folder, out, "--force")
        assert facts["submissions"][0]["points"] == 0
        assert "1 lines were not signed by you on this system, the first is line 2" in result.err
    path.write_bytes(b"\n".join(lines[:2]) + b"\n")
    result = backlit("exercise", "grade", folder, "--exercise", "lesson", "--out", out)
    # what is not known to be from here is not replaced
    assert result.status == 2


def test_lines_of_another_users_key_are_not_believed(tmp_path, monkeypatch):
    with journal(tmp_path / "j") as kept:
        kept.note_written(b"table")
    with journal(tmp_path / "j") as kept:
        assert (len(kept.written), kept.foreign) == (1, [])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
    with journal(tmp_path / "j") as kept:
        assert (len(kept.written), kept.foreign) == (0, [2])


def test_the_key_is_its_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    entry = signed({"file": "ada.py"})
    assert is_signed(entry)
    assert not is_signed({**entry, "file": "bob.py"})
    assert key_path().stat().st_mode & 0o777 == 0o600
    assert os.listdir(key_path().parent) == ["journal.key"]
    _key.cache_clear()
    assert is_signed(entry)
    # a key that others could read, or have written, signs nothing
    key_path().chmod(0o644)
    _key.cache_clear()
    assert not is_signed(entry)
    assert key_path().stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null/no")
    assert is_signed(signed({"file": "ada.py"}))
    assert not is_signed(entry)


READING = """
paths = {paths!r}
for path in paths:
    try:
        print("read", path, len(open(path, "rb").read()))
    except OSError:
        print("closed")
"""
WITHOUT_LANDLOCK = """
import sys
sys.path.insert(0, {inside!r})
import confine
confine.landlock = lambda *_: False
import child
child.main()
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/ns"), reason="limits alone, as the page says")
@pytest.mark.parametrize("mode", ["class", "one file", "gradescope"])
@pytest.mark.parametrize("landlock", [True, False])
def test_siblings_journal_and_tables_are_closed_in_every_mode(mode, landlock, tmp_path, monkeypatch):
    if not landlock:
        # what namespaces hide by themselves
        script = tmp_path / "child.py"
        script.write_text(WITHOUT_LANDLOCK.format(inside=str(sandbox.CHILD.parent)))
        monkeypatch.setattr(sandbox, "CHILD", script)
    folder, outs = tmp_path / "class", tmp_path / "tables"
    (folder / "bob").mkdir(parents=True)
    outs.mkdir()
    out, other = outs / "g.json", folder / "ada.py"
    paths = [str(path) for path in (other, folder / "bob" / "notes.txt", out, outs / "g.json.journal", key_path())]
    (folder / "bob" / "notes.txt").write_text("notes")
    other.write_bytes(STARTER)
    signed({})
    source = (READING.format(paths=paths) + LESSON.solution).encode()
    (folder / "bob" / "lesson.py").write_bytes(source)
    if mode == "gradescope":
        out.write_text("{}")
        (outs / "g.json.journal").write_text("{}")
        place = ["--gradescope", out]
        jobs, run = [], sandbox._told
        monkeypatch.setattr(sandbox, "_told", lambda *given: jobs.append(run(*given)) or jobs[-1])
        result = backlit("exercise", "grade", folder / "bob", "--exercise", "lesson", *place)
        assert result.status == 0, result
        printed = jobs[-1].output
        if not landlock:
            # nobody named it
            printed = printed.replace(f"read {outs / 'g.json.journal'} 2", "closed")
    else:
        place = folder / "lesson.py" if mode == "one file" else folder
        if mode == "one file":
            place.write_bytes(source)
        _, facts = grade(place, out)
        printed = next(s["report"]["output"] for s in facts["submissions"] if "lesson.py" in s["file"])
    if "files" not in sandbox.run_apart([b"a = 1"], []).held and not landlock:
        pytest.skip("no namespaces of our own here")
    assert printed.splitlines()[: len(paths)] == ["closed"] * len(paths), printed
