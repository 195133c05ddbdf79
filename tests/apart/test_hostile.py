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

from backlit.apart import sandbox
from backlit.apart.limits import Limits
from backlit.apart.probe import promises_tried
from backlit.apart.sandbox import run_apart

LIMITS = Limits(wall_seconds=8.0, cpu_seconds=8)

WITHOUT_NAMESPACES = """
import sys
sys.path.insert(0, {inside!r})
import confine
confine.separate = lambda: set()
import child
child.main()
"""


AS_A_USER = """
import os, sys
os.chown(os.getcwd(), 65533, 65533)
os.setgroups([])
os.setresgid(65533, 65533, 65533)
os.setresuid(65533, 65533, 65533)
sys.path.insert(0, {inside!r})
import confine
confine._libc().prctl(4, 1, 0, 0, 0)
import child
child.main()
"""


def a_user_could_run_python():
    """Whether root may become another user who can still read Python and what is tested."""
    code = "import os; os.setgroups([]); os.setresgid(65533, 65533, 65533); os.setresuid(65533, 65533, 65533); "
    code += "os.listdir(os.path.dirname(os.__file__)); import numpy.linalg; open(__import__('sys').argv[1]).close()"
    command = [sys.executable, "-c", code, str(sandbox.CHILD)]
    return os.getuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(params=["as it is", "without namespaces", "as a user"])
def setting(request, tmp_path, monkeypatch):
    """Where a file runs: by all that this system has, or by Landlock and the list of calls alone."""
    if sys.platform != "linux":
        pytest.skip("limits alone, as the page says")
    if request.param == "as a user" and not a_user_could_run_python():
        pytest.skip("is one already, or Python is root's own")
    if request.param != "as it is":
        script = tmp_path / "child.py"
        code = WITHOUT_NAMESPACES if request.param == "without namespaces" else AS_A_USER
        script.write_text(code.format(inside=str(sandbox.CHILD.parent)))
        monkeypatch.setattr(sandbox, "CHILD", script)
    return request.param


def told(source, names=("a",), hidden=(), limits=LIMITS):
    """Run a file; return its values, and the run."""
    wanted = [{"name": name, "expression": name} for name in names]
    run = run_apart([source.encode()], wanted, hidden=[str(path) for path in hidden], limits=limits)
    facts = run.facts[0] if run.facts else {"values": {}, "error": None}
    return {name: value.get("data") for name, value in facts["values"].items()}, run


TRY = """
import ctypes, os
def tried(call, *given):
    # 1 for what went well, minus the error's number for what did not
    try:
        call(*given)
    except OSError as error:
        return -float(error.errno or 1)
    return 1.0
def read(path):
    with open(path, "rb") as file:
        file.read(1)
def write(path):
    with open(path, "r+b") as file:
        file.write(b"x")
libc = ctypes.CDLL(None, use_errno=True)
def system(number, *given):
    ctypes.set_errno(0)
    if libc.syscall(number, *given) < 0:
        raise OSError(ctypes.get_errno(), "refused")
"""


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


def test_nothing_outside_can_be_changed(setting, tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("mine")
    mine.chmod(0o644)
    os.utime(mine, (1e9, 1e9))
    before = mine.stat()
    kernel = ["/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory"]
    paths = [str(mine), *kernel, "/proc/self/oom_score_adj"]
    values, run = told(
        f"{TRY}\na = [tried(write, path) for path in {paths!r}]\n"
        f"for call in (lambda p: os.chmod(p, 0), lambda p: os.utime(p, (5, 5)), os.unlink,\n"
        f"             lambda p: os.rename(p, p + 'x'), lambda p: os.link(p, 'y'), lambda p: os.truncate(p, 0)):\n"
        f"    tried(call, {str(mine)!r})\n"
    )
    assert max(values["a"]) < 0, (values, run)
    after = mine.stat()
    assert mine.read_text() == "mine"
    assert (after.st_mode, after.st_mtime, after.st_nlink, after.st_uid) == (
        before.st_mode, before.st_mtime, before.st_nlink, before.st_uid)  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="not root")
def test_root_runs_files_as_nobody(setting):
    values, _ = told("import os\na = [os.getuid(), os.geteuid(), os.getgid(), len(os.getgroups())]\n")
    user = 65533.0 if setting == "as a user" else 65534.0
    assert values["a"] == [user, user, user, 0.0]


NUMBERS = {
    # of x86_64
    "rt_sigqueueinfo": "129, os.getppid(), 9, ctypes.create_string_buffer(128)",
    "rt_tgsigqueueinfo": "297, os.getppid(), os.getppid(), 9, ctypes.create_string_buffer(128)",
    "kill": "62, os.getppid(), 9",
    "kill all": "62, -1, 9",
    "tkill": "200, os.getppid(), 9",
    "pidfd_open": "434, os.getppid(), 0",
    "prlimit of another": "302, os.getppid(), 0, (ctypes.c_ulong * 2)(0, 0), None",
    "signals by F_SETOWN": "72, 1, 8, os.getppid()",
    "F_SETOWN_EX": "72, 1, 15, (ctypes.c_int * 2)(1, os.getppid())",
    "FIOSETOWN": "16, 1, 0x8901, (ctypes.c_int * 1)(os.getppid())",
    "TIOCSTI": "16, 0, 0x5412, b'x'",
    "memfd_create": "319, b'x', 0",
    "System V memory": "29, 0, 1 << 20, 0o1600",
    "System V messages": "68, 0, 0o1600",
    "System V semaphores": "64, 0, 1, 0o1600",
    "POSIX messages": "240, b'/x', 66, 0o600, None",
    "keys": "248, b'user', b'x', b'y', 1, -4",
    "socket": "41, 2, 1, 0",
    "socketpair": "53, 1, 1, 0, (ctypes.c_int * 2)()",
    "a named pipe": "133, b'pipe', 0o010600, 0",
    "a device": "133, b'device', 0o020600, 259",
    "execve": "59, b'/bin/true', None, None",
    "fork": "57",
    "clone": "56, 17, 0, 0, 0, 0",
    "clone3": "435, ctypes.create_string_buffer(88), 88",
    "unshare": "272, 0x10000000",
    "setns": "308, 1, 0",
    "mount": "165, b'none', b'/', None, 0x4000, None",
    "chroot": "161, b'.'",
    "ptrace": "101, 16, os.getppid(), 0, 0",
    "memory of another": "310, os.getppid(), None, 0, None, 0, 0",
    "io_uring": "425, 8, ctypes.create_string_buffer(120)",
    "bpf": "321, 0, ctypes.create_string_buffer(120), 120",
    "perf": "298, ctypes.create_string_buffer(120), 0, -1, -1, 0",
    "userfaultfd": "323, 0",
    "open by handle": "304, 3, ctypes.create_string_buffer(128), 0",
    "priority": "141, 0, os.getppid(), 19",
    "to outlive its parent": "157, 1, 0, 0, 0, 0",
    "setsid": "112",
    "personality": "135, 0x0040000",
    "the kernel's log": "103, 3, ctypes.create_string_buffer(64), 64",
    "x32": "0x40000000 + 39",
}


@pytest.mark.skipif(os.uname().machine != "x86_64" if hasattr(os, "uname") else True, reason="numbers of x86_64")
def test_calls_that_reach_out_are_refused(setting):
    lines = ", ".join(f"tried(system, {given})" for given in NUMBERS.values())
    values, run = told(f"{TRY}\na = [{lines}]\n")
    assert values["a"], run
    answers = dict(zip(NUMBERS, values["a"], strict=True))
    # not permitted, try again, no such call, no terminal
    assert {name: answer for name, answer in answers.items() if answer not in (-1.0, -11.0, -38.0, -25.0)} == {}


def test_what_is_left_in_the_folder_can_be_removed(setting, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o077 == 0:
            path.chmod(0o755)
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
