"""Promises of the page beside those about the system: the disk, the right values, the limits that a run meets."""

import errno
import os
import subprocess
import sys

import numpy as np
import pytest
from settings import TRY, told

from backlit.apart import sandbox
from backlit.apart.limits import Limits
from backlit.exercises.format import Exercise, Value
from backlit.exercises.submission import check_source

FILLING = f"""{TRY}
def fill(name, megabytes):
    # what is written in all, and the error that ended it
    written = 0
    with open(name, "wb", buffering=0) as file:
        try:
            for _ in range(4 * megabytes):
                written += file.write(bytes(1 << 18))
        except OSError as error:
            return written / 2**20, float(error.errno)
    return written / 2**20, 0.0
one = fill("one", 20)
os.unlink("one")
each = [fill(str(n), 15) for n in range(6)]
a = [one[0], one[1], sum(megabytes for megabytes, _ in each), max(error for _, error in each)]
for n in range(6):
    os.unlink(str(n))
"""


def test_the_disk_is_filled_no_further_than_the_page_says(setting):
    values, run = told(FILLING)
    largest, too_large, all_of_it, full = values["a"]
    assert (largest, too_large) == (16.0, errno.EFBIG), run
    if setting == "without namespaces":
        # as the page says: it can
        assert (all_of_it, full) == (90.0, 0.0)
    else:
        assert 60 < all_of_it <= 64
        assert full == errno.ENOSPC


def test_no_more_files_than_are_allowed_can_be_made(setting):
    if setting == "without namespaces":
        pytest.skip("no limit on files there, as the page says")
    values, _ = told(f"{TRY}\na = max(n for n in range(5000) if tried(open, str(n), 'w') > 0)\n")
    assert values["a"][0] < 4096


NUMBER = 0.7316529834106275
SEARCH = """
import numpy as np
LOW, HIGH, FIRST, SECOND = {low}, {high}, {first!r}, {second!r}
def hits():
    # the number is nowhere here as itself, nor in what is computed: its halves are looked for, side by side
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            start, end = (int(part, 16) for part in place.split("-"))
            if not rights.startswith("rw") or "[v" in line:
                continue
            for at in range(start, end, 1 << 20):
                memory.seek(at)
                piece = memory.read(min(1 << 20, end - at))
                halves = np.frombuffer(piece[: len(piece) // 8 * 8], np.uint32)
                found += int(((halves[0::2] == LOW) & (halves[1::2] == HIGH)).sum())
                text = piece.find(FIRST)
                while text >= 0:
                    found += piece.startswith(SECOND, text + len(FIRST))
                    text = piece.find(FIRST, text + 1)
    return found
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="no memory that can be looked at")
@pytest.mark.parametrize("planted", [False, True])
def test_the_right_values_are_nowhere_in_a_learners_process(setting, planted, tmp_path, monkeypatch):
    low, high = (int(half) for half in np.array([NUMBER]).view(np.uint32))
    text = str(NUMBER).encode()
    source = SEARCH.format(low=low, high=high, first=text[:9], second=text[9:])
    if planted:
        # so that the search is known to find
        source += f"held = np.full(3, {NUMBER / 4}) * 4\n"
    source += "print('hits:', hits())\na = 0.0\n"
    exercise = Exercise(
        name="n", folder=tmp_path, title="", order=0, summary="", text="", hints=(), values=(Value("a", "a"),),
        starter="", solution=f"a = {NUMBER}\n", mistakes=())  # fmt: skip
    jobs, run = [], sandbox._run
    monkeypatch.setattr(sandbox, "_run", lambda job, *given: jobs.append(job) or run(job, *given))
    report = check_source(source.encode(), exercise, Limits())
    assert "hits: " in report.output, report
    assert (report.output.split()[1] != "0") == planted
    (job,) = (job for job in jobs if b'"sources": ["' + b64(source)[:40] in job)
    assert str(NUMBER).encode() not in job
    assert b64(exercise.solution) not in job


def b64(text):
    import base64

    return base64.b64encode(text.encode())


KEEPING = "import sys; sys.path.insert(0, sys.argv[1]); import confine; print(confine.leave_root([], sys.argv[2:]))"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="not root")
def test_a_right_to_read_anything_is_kept_only_where_python_is_closed_to_others(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    inside = str(sandbox.CHILD.parent)

    def kept(*needed):
        command = [sys.executable, "-c", KEEPING, inside, *map(str, needed)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    # Python names places that are not there
    assert kept("/usr", "/usr/lib/not-there.zip") == 0
    assert kept("/usr", closed) == 1 << 2
