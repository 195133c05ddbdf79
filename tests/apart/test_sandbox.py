"""Files that do what they should not: each gives a report, in its time, and harms nothing."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backlit.apart import sandbox
from backlit.apart.sandbox import run_apart
from backlit.errors import BacklitError
from backlit.exercises import Limits, check_submission
from backlit.exercises.format import Exercise, Value

LIMITS = Limits(wall_seconds=8.0, cpu_seconds=8, memory_megabytes=512)
SHORT = Limits(wall_seconds=0.5, cpu_seconds=8)
TOO_LONG = "longer than 0.5 seconds"
SOLUTION = "import numpy as np\na = np.array([1.0, 2.0])\ndef f(x):\n    return 2 * x\n"
EXERCISE = Exercise(
    name="small",
    folder=Path("small"),
    title="Small",
    order=0,
    summary="",
    text="",
    hints=(),
    values=(Value("a", "a"), Value("f", "f(3.0)")),
    starter="",
    solution=SOLUTION,
    mistakes=(),
)

# name: (source, is right, words of the report)
HOSTILE = {
    "right": (SOLUTION, True, ""),
    "endless loop": ("while True:\n    pass\n", False, TOO_LONG),
    "sleep": ("import time\ntime.sleep(60)\n", False, TOO_LONG),
    "loop that catches all": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n",
        False,
        TOO_LONG,
    ),
    "loop in a function": ("a = [1.0, 2.0]\ndef f(x):\n    while True: pass\n", False, TOO_LONG),
    "memory": ("import numpy as np\na = np.ones(1 << 31)\n", False, "more memory"),
    "memory in steps": ("a = []\nwhile True:\n    a.append(bytearray(1 << 20))\n", False, "more memory"),
    "sys.exit": (SOLUTION + "import sys\nsys.exit(3)\n", True, "ended itself there"),
    "sys.exit at once": ("import sys\nsys.exit()\n" + SOLUTION, False, "ended itself there"),
    "os._exit": (SOLUTION + "import os\nos._exit(0)\n", False, "ended Python itself"),
    "os.abort": ("import os\nos.abort()\n", False, "signal 6"),
    "SystemExit in a function": ("a = [1, 2]\ndef f(x):\n    raise SystemExit(0)\n", False, "SystemExit"),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)\n", False, "crashed Python"),
    "prints much": ("while True:\n    print('x' * 10000)\n", False, "printed more than"),
    "prints some, and is right": (SOLUTION + "print('x' * 3_000_000)\n", True, ""),
    "prints bytes that are no text": (SOLUTION + "import os\nos.write(1, b'\\xff\\xfe' * 100)\n", True, ""),
    "recursion": ("def g():\n    return g()\ng()\n", False, "calls itself without end"),
    "a thread that stays": (
        SOLUTION + "import threading, time\nthreading.Thread(target=lambda: time.sleep(99)).start()\n",
        True,
        "",
    ),
    "an exit function that stays": (SOLUTION + "import atexit, time\natexit.register(time.sleep, 99)\n", True, ""),
    "null bytes": (b"a = 1\x00\n", False, "null bytes"),
    "UTF-16": (SOLUTION.encode("utf-16"), False, "null bytes"),
    "Latin-1": ("s = 'Gr\u00f6\u00dfe'\n".encode("latin-1") + SOLUTION.encode(), False, "UTF-8"),
    "Latin-1, said so": (
        "# -*- coding: latin-1 -*-\n# Gr\u00f6\u00dfe\n".encode("latin-1") + SOLUTION.encode(),
        True,
        "",
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + SOLUTION.encode(), True, ""),
    "DOS line ends": (SOLUTION.replace("\n", "\r\n").encode(), True, ""),
    "empty": ("", False, "missing"),
    "syntax": ("a = (1,\nb = 2\n", False, "not Python"),
    "input": ("a = input('a? ')\n", False, "input()"),
    "reads stdin": (SOLUTION + "import sys\nassert sys.stdin.read() == ''\n", True, ""),
    "no stdin": ("import sys\nfor line in sys.stdin: pass\n" + SOLUTION, True, ""),
    "closes its files": (SOLUTION + "import os\nos.closerange(0, 1000)\n", True, ""),
    "writes to all its files": (
        SOLUTION
        + "import os\nfor fd in range(300):\n    try: os.write(fd, b'{\"runs\": []}')\n    except OSError: pass\n",
        True,
        "",
    ),
    "replaces json and numpy": (
        SOLUTION
        + "import json, numpy\njson.dumps = json.JSONEncoder.encode = lambda *a, **k: '{}'\n"
        + "numpy.asarray = numpy.array = None\n",
        None,
        "",
    ),
    "replaces builtins": (
        "import builtins\nfor n in ('len', 'isinstance', 'str', 'open', 'list'):\n    setattr(builtins, n, None)\n",
        False,
        "",
    ),
    "deletes modules": (SOLUTION + "import sys\nsys.modules.clear()\n", None, ""),
    "closes sys.stdout": (SOLUTION + "import sys\nsys.stdout.close()\nsys.stdout = None\n", True, ""),
    "a class with evil methods": (
        "class E:\n    def __float__(self): raise BaseException('no')\n    __array__ = __eq__ = __len__ = __float__\n"
        "    def __repr__(self): raise BaseException\na = E()\ndef f(x): return E()\n",
        False,
        "",
    ),
    "a class that loops": (
        "class E:\n    def __array__(self, *a, **k):\n        while True: pass\na = E()\n",
        False,
        TOO_LONG,
    ),
    "always equal": ("class E(float):\n    def __eq__(self, o): return True\na = [E(5), E(6)]\nf = E\n", False, ""),
    "an exception of its own": ("class Oh(BaseException):\n    pass\nraise Oh('dear')\n", False, "dear"),
    "an exception that cannot be printed": (
        "class Oh(BaseException):\n    def __str__(self): raise Oh\nraise Oh\n",
        False,
        "Oh",
    ),
    "KeyboardInterrupt": ("raise KeyboardInterrupt\n", False, "KeyboardInterrupt"),
    "a name that is no name": ("globals()[3] = 4\nglobals()['x y'] = 5\n" + SOLUTION, True, ""),
    "huge result": ("import numpy as np\na = np.zeros(10**7)\ndef f(x): return list(range(10**6))\n", False, "shape"),
    "huge number": ("a = [10 ** 400, 1]\ndef f(x): return 10 ** 5000\n", False, ""),
    "huge message": ("raise ValueError('x' * 10**7)\n", False, "ValueError"),
    "nan and inf": ("a = [float('nan'), 2.0]\ndef f(x): return float('inf')\n", False, "not finite"),
    "threads": (
        "import threading\nwhile True:\n    threading.Thread(target=threading.Event().wait).start()\n",
        False,
        "more threads",
    ),
    "fills the disk": (
        SOLUTION + "for i in range(99):\n    open(str(i), 'wb').write(b'x' * (10 << 20))\n",
        None,
        "",
    ),
    "a file too large": ("open('x', 'wb').write(b'x' * (99 << 20))\n", False, "File too large"),
    "deletes its folder": (
        SOLUTION + "import shutil, os\nshutil.rmtree(os.getcwd(), ignore_errors=True)\n",
        True,
        "",
    ),
    "deletes the folder above": (SOLUTION + "import shutil\nshutil.rmtree('..', ignore_errors=True)\n", True, ""),
    "takes its rights away": (
        SOLUTION + "import os\nos.makedirs('d/e')\nopen('d/e/f', 'w').close()\nos.chmod('d', 0)\nos.chmod('.', 0)\n",
        True,
        "",
    ),
    "changes its folder": (SOLUTION + "import os\nos.chdir('/')\n", True, ""),
    "an alarm": (SOLUTION + "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n", None, ""),
    "a trace function": (
        SOLUTION + "import sys\ndef t(*a):\n    raise ValueError\nsys.settrace(t)\nsys.setprofile(t)\n",
        None,
        "",
    ),
    "limits of Python changed": (SOLUTION + "import sys\nsys.setrecursionlimit(60)\n", True, ""),
    "warnings as errors": (SOLUTION + "import warnings\nwarnings.simplefilter('error')\n", True, ""),
    "a module by a name of ours": (SOLUTION + "import sys\nsys.modules['raised'] = None\nvalues = 3\n", True, ""),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The report of each, two at a time."""
    folder = tmp_path_factory.mktemp("hostile")

    def check(number_and_row):
        number, (source, _, words) = number_and_row
        path = folder / f"{number}.py"
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
        started = time.monotonic()
        # only what never ends is given little time
        limits = SHORT if words == TOO_LONG else LIMITS
        return check_submission(path, EXERCISE, limits), time.monotonic() - started

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(check, enumerate(HOSTILE.values())))
    return dict(zip(HOSTILE, found, strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_every_file_has_a_report_in_its_time(name, reports):
    report, seconds = reports[name]
    _, right, words = HOSTILE[name]
    text = report.to_text()
    assert seconds < LIMITS.wall_seconds + 3.5, seconds
    assert len(report.verdicts) == 2
    if right is not None:
        assert report.ok == right, text
    assert words in text, text
    assert "Traceback" not in text
    assert len(text) < 5000
    assert len(report.output.encode()) <= LIMITS.output_bytes * 3
    assert json.loads(report.to_json())["ok"] == report.ok
    assert 0 <= report.points(10) <= 10
    assert report._repr_html_()


def running_apart():
    """The processes of files run apart, this test's and those of tests beside it."""
    found = set()
    for pid in filter(str.isdecimal, os.listdir("/proc") if os.path.isdir("/proc") else []):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"inside/child.py" in command:
            found.add((pid, command))
    return found


def test_nothing_is_left_behind(reports):
    left = running_apart()
    ends = time.monotonic() + 20
    # those of tests beside this one end by themselves; what is left behind sleeps or loops on
    while left and time.monotonic() < ends:
        time.sleep(0.1)
        left &= running_apart()
    assert left == set()


def test_a_child_that_never_says_it_is_done_has_a_deadline():
    """It prints again and again, so that there is always something to read."""
    code = "import time\nwhile True:\n    print('x', flush=True)\n    time.sleep(0.02)\n"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        started = time.monotonic()
        message, _, stopped = sandbox._collect(child, started + 0.5, LIMITS)
        assert (message, stopped) == (b"", "time")
        assert time.monotonic() - started < 5
    finally:
        sandbox._end(child)


CONFINED = """
import ctypes, os, sys
sys.path.insert(0, sys.argv[1])
import confine
if "files" not in confine.separate():
    sys.exit("skip")
if os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
libc = ctypes.CDLL(None, use_errno=True)
calls = []
class Failing:
    def __getattr__(self, name):
        return getattr(libc, name)
    def mount(self, source, target, kind, *rest):
        if kind == b"tmpfs":
            calls.append(target)
            if len(calls) == int(sys.argv[3]):
                return -1
        return libc.mount(source, target, kind, *rest)
confine._libc = Failing
print(*sorted(confine.read_only_but(sys.argv[2], 8, 1 << 20, [sys.argv[4]])))
os.makedirs(os.path.join(sys.argv[2], "work"), exist_ok=True)
open(os.path.join(sys.argv[2], "work", "file"), "w").close()
"""


@pytest.mark.parametrize(("failing", "held"), [(0, "files"), (1, "files"), (2, ""), (3, "")])
def test_where_a_mount_fails_only_what_holds_is_promised_and_the_folder_can_be_written(failing, held, tmp_path):
    folder, hidden = tmp_path / "folder", tmp_path / "hidden"
    folder.mkdir()
    hidden.mkdir()
    inside = Path(sandbox.__file__).parent / "inside"
    command = [sys.executable, "-c", CONFINED, str(inside), str(folder), str(failing), str(hidden)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    if "skip" in ran.stderr:
        pytest.skip("no namespaces of our own here")
    assert (ran.stdout.strip(), ran.returncode) == (held, 0), ran.stderr


def test_a_system_that_cannot_run_a_file_apart_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(BacklitError, match="no temporary folder could be made"):
        run_apart([b""], [])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "gone"))
    with pytest.raises(BacklitError, match="could not be started, No such file"):
        run_apart([b""], [])
    assert list(tmp_path.iterdir()) == []
