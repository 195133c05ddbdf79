"""Files that attack what they run beside: in namespaces of their own, and without any; nothing is touched or learned.

What is tried here was done by submissions from outside, or is near to that.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import backlit
from reaching_out import CALLS
from settings import TRY, USER, WITHOUT_NAMESPACES, told

from backlit.apart import sandbox
from backlit.apart.probe import promises_tried


def test_an_ordinary_file_runs_and_all_is_held(setting):
    values, run = told(
        "import json, threading, tempfile, shutil, math, numpy as np\n"
        "thread = threading.Thread(target=lambda: None); thread.start(); thread.join()\n"
        "with tempfile.TemporaryDirectory() as d:\n"
        "    open(d + '/x', 'w').write('3'); shutil.copy(d + '/x', d + '/y'); a = float(open(d + '/y').read())\n"
        "a = a + np.linalg.inv(np.eye(2))[0, 0] + np.random.default_rng(0).integers(1)\n"
    )
    assert values == {"a": [4.0]}, run
    assert run.held == {"files", "network", "processes", "solutions"}


def test_nothing_that_was_not_named_can_be_read(setting, tmp_path):
    folder = tmp_path / "exercise"
    folder.mkdir()
    (folder / "solution.py").write_text("a = 1\n")
    beside = tmp_path / "backlit-0.1.0-py3-none-any.whl"
    beside.write_bytes(b"PK")
    other = Path(f"/tmp/{tmp_path.name}-{os.getpid()}.csv")
    other.write_text("students")
    other.chmod(0o644)
    paths = [str(path) for path in (folder / "solution.py", beside, other, Path(__file__), Path("/etc/passwd"))]
    paths += ["/proc/1/environ", "/proc/1/cmdline", f"/proc/{os.getpid()}/environ"]
    try:
        values, run = told(f"{TRY}\na = [tried(read, path) for path in {paths!r}]\n", hidden=[folder])
    finally:
        other.unlink()
    assert "solutions" in run.held
    assert len(values["a"]) == len(paths)
    assert max(values["a"]) < 0, dict(zip(paths, values["a"], strict=True))


def test_the_claim_is_not_made_where_a_copy_can_be_read(tmp_path, monkeypatch):
    script = tmp_path / "child.py"
    # what this system would be without Landlock
    without = WITHOUT_NAMESPACES.replace("import child\n", "confine.landlock = lambda *_: False\nimport child\n")
    script.write_text(without.format(inside=str(sandbox.CHILD.parent)))
    monkeypatch.setattr(sandbox, "CHILD", script)
    _, run = told("a = 1")
    assert "solutions" not in run.held
    assert "files" not in run.held


def let_all_in(folder):
    """Open pytest's folders, which are closed to others, so that a file's own rights do not do the work."""
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o077 == 0:
            path.chmod(0o755)


def test_nothing_outside_can_be_changed(setting, tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("mine")
    let_all_in(tmp_path)
    tmp_path.chmod(0o777)
    if os.getuid() == 0:
        # the learner's own, by the file's rights
        os.chown(mine, USER if setting == "as a user" else 65534, -1)
    mine.chmod(0o644)
    os.utime(mine, (1e9, 1e9))
    before = mine.stat()
    kernel = ["/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory"]
    kernel += ["/proc/self/oom_score_adj"]
    values, run = told(
        f"{TRY}\na = [tried(write, {str(mine)!r})] + [tried(opened, path) for path in {kernel!r}]\n"
        f"for call in (lambda p: os.chmod(p, 0), lambda p: os.utime(p, (5, 5)), lambda p: os.link(p, p + 'y'),\n"
        f"             lambda p: os.truncate(p, 0), lambda p: os.rename(p, p + 'x'), os.unlink):\n"
        f"    tried(call, {str(mine)!r})\n"
    )
    assert max(values["a"]) < 0, (values, run)
    assert [path.name for path in tmp_path.iterdir() if path.name != "child.py"] == ["mine"]
    after = mine.stat()
    assert mine.read_text() == "mine"
    assert (after.st_mode, after.st_mtime, after.st_nlink, after.st_uid) == (
        before.st_mode, before.st_mtime, before.st_nlink, before.st_uid)  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="not root")
def test_root_runs_files_as_nobody(setting):
    values, _ = told("import os\na = [os.getuid(), os.geteuid(), os.getgid(), len(os.getgroups())]\n")
    user = float(USER) if setting == "as a user" else 65534.0
    assert values["a"] == [user, user, user, 0.0]


CALLING = f"""{TRY}
import threading, time
room = ctypes.create_string_buffer(128)
thread = threading.Thread(target=time.sleep, args=(1,), daemon=True)
thread.start()
"""


@pytest.mark.skipif(os.uname().machine != "x86_64" if hasattr(os, "uname") else True, reason="numbers of x86_64")
def test_calls_that_reach_out_are_refused(setting):
    lines = ", ".join(f"tried(system, {given})" for given, _ in CALLS.values())
    values, run = told(f"{CALLING}\na = [{lines}]\n")
    assert values["a"], run
    answers = dict(zip(CALLS, values["a"], strict=True))
    assert answers == {name: -float(error) for name, (_, error) in CALLS.items()}


def test_what_is_left_in_the_folder_can_be_removed(setting, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    let_all_in(tmp_path)
    _, run = told(
        "import os\na = 1\nos.makedirs('b/c', 0o700)\nos.mkdir('b/no', 0)\nopen('b/c/f', 'w').close()\n"
        "os.symlink('/', 'root')\nos.symlink('..', 'up')\nopen('-rf', 'w').close()\n"
        "for _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')\n"
    )
    assert run.ended == "", run
    assert list((tmp_path / "t").iterdir()) == []


def test_old_folders_of_killed_runs_are_removed_where_they_are_empty(tmp_path):
    empty, full, young = (tmp_path / f"backlit-{name}" for name in ("aaaaaaaa", "bbbbbbbb", "cccccccc"))
    closed, other = tmp_path / "backlit-aaaaaaaa.closed", tmp_path / "backlit-mine"
    for folder in (empty, full, young, other):
        folder.mkdir()
    (full / "work").mkdir()
    closed.touch()
    for path in (empty, full, closed, other):
        os.utime(path, (time.time() - 7200,) * 2)
    sandbox._remove_left_behind(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backlit-bbbbbbbb", "backlit-cccccccc", "backlit-mine"]


def test_nothing_outlives_a_grader_that_is_killed(setting):
    mark = f"{time.time()}"
    script = (
        "import sys\nfrom pathlib import Path\nfrom backlit.apart import sandbox\n"
        f"sandbox.CHILD = Path({str(sandbox.CHILD)!r})\nprint('ready', flush=True)\n"
        "sandbox.run_apart([b'import time\\nmark = " + mark + "\\nprint(mark, flush=True)\\ntime.sleep(60)'], [])\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as grader:
        assert grader.stdout.readline() == b"ready\n"
        time.sleep(1.5)
        children, found = [], {grader.pid}
        while found:
            found = {pid for pid, parent in parents() if parent in found}
            children += found
        assert len(children) >= 2
        grader.kill()
    ends = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def parents():
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            yield int(name), int(Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()[1])
        except (OSError, IndexError):
            continue


def test_what_holds_is_tried(setting):
    promises = promises_tried()
    assert [promise.words for promise in promises if not promise.holds] == []
    assert len(promises) == 8


def test_what_does_not_hold_is_said(tmp_path, monkeypatch):
    script = tmp_path / "child.py"
    without = "confine.landlock = lambda *_: False\nimport allow\nallow.allow_calls = lambda: False\nimport child\n"
    code = WITHOUT_NAMESPACES.replace("import child\n", without)
    script.write_text(code.format(inside=str(sandbox.CHILD.parent)))
    monkeypatch.setattr(sandbox, "CHILD", script)
    lost = [promise.words for promise in promises_tried() if not promise.holds]
    assert "reaches no network" in lost
    assert "starts no process" in lost
    assert "reads no file but Python's, its packages' and its own" in lost
    result = backlit("exercise", "isolation")
    assert result.status == 1
    assert "  ✗ reaches no network" in result.out
    assert "grade on a system that has" in result.out


def test_the_command_says_what_holds():
    result = backlit("exercise", "isolation")
    assert (result.status, result.out.count("✓")) == (0, 8), result
