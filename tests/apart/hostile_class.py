"""A class of hostile submissions, graded whole in each setting: `python tests/apart/hostile_class.py [SETTING ...]`.

Files of `test_sandbox.py`, attacks of `attacks.py`, and a submission for each system call of `reaching_out.py`. It
fails where something outside was written or changed, a file has a mark that it does not deserve, something outlives the
grader or stays in its temporary folder, or a table is not there with a row for each.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from attacks import ATTACKS, as_call
from command_line import backlit
from reaching_out import CALLS
from settings import SETTINGS, USER, cannot_be, script
from test_sandbox import HOSTILE, SOLUTION

from backlit.apart import sandbox

EXERCISE = """
title = "Small"
text = "a, and f."
[[values]]
name = "a"
[[values]]
name = "f"
expression = "f(3.0)"
"""
SECONDS, JOBS = 3, 2
MARK = "HOSTILE_CLASS"
NOBODY = 65534


def submissions(places):
    """Return name: (source, the points of 2 that it deserves; None where either is fair)."""
    found = {}
    for name, (source, right, _) in HOSTILE.items():
        found[f"file {name}"] = (source, None if right is None else 2 if right else "less")
    for name, source in ATTACKS.items():
        for word, path in places.items():
            source = source.replace(word, str(path))  # noqa: PLW2901
        found[f"attack {name}"] = (source + "\n", 0)
    if os.uname().machine == "x86_64":
        found |= {f"call {name}": (as_call(given) + "\n", 0) for name, (given, _) in CALLS.items()}
    return found


def lay(folder, chosen=None):
    """Lay the exercise, the class (those ``chosen``, or all) and what is outside; return the class by file name."""
    places = {"OUT": folder / "out", "TABLES": folder / "tables", "SOLUTION": folder / "small" / "solution.py",
              "SIBLING": folder / "class" / "sibling.py"}  # fmt: skip
    for name in ("out", "tables", "small", "class", "tmp"):
        (folder / name).mkdir()
    (folder / "out" / "file").write_text("mine")
    for path in (folder / "out", folder / "out" / "file"):
        # open to all by their own rights: what keeps them is not those
        path.chmod(0o777)
    (folder / "tmp").chmod(0o755)
    (folder / "small" / "exercise.toml").write_text(EXERCISE)
    (folder / "small" / "solution.py").write_text(SOLUTION)
    (folder / "small" / "starter.py").write_text("a = None\ndef f(x):\n    return None\n")
    (folder / "class" / "sibling.py").write_text(SOLUTION)
    kept = {}
    for number, (name, (source, deserved)) in enumerate(submissions(places).items()):
        if chosen is not None and name not in chosen:
            continue
        path = folder / "class" / f"{number:03}.py"
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
        kept[path.stem] = (name, deserved)
    return kept


def seen(folder):
    """What must stay as it is: every file outside, the kernel's settings, memory and queues that processes share."""
    facts = {}
    for place in ("out", "small", "class"):
        for path in [folder / place, *(folder / place).rglob("*")]:
            about = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            facts[str(path)] = (about.st_mode, about.st_uid, about.st_nlink, about.st_mtime_ns, content)
    for path in ("/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory"):
        facts[path] = Path(path).read_bytes()
    for name, column in (("shm", 7), ("msg", 7), ("sem", 4)):
        # a learner's own: other programs may make some meanwhile
        lines = [line.split() for line in Path(f"/proc/sysvipc/{name}").read_text().splitlines()[1:]]
        facts[f"System V {name}"] = [line[:2] for line in lines if int(line[column]) in (NOBODY, USER)]
    for place in ("/tmp", "/dev/shm"):
        names = [name for name in os.listdir(place) if "attack" in name]
        facts[f"attacks in {place}"] = names
    return facts


def alive(folder):
    """The processes that were started for this class, by the mark in what they were started with."""
    found = []
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if f"{MARK}={folder}".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append((pid, Path(f"/proc/{pid}/cmdline").read_bytes()[:60]))
        except OSError:
            continue
    return found


def graded(program, folder, chosen=None):
    """Grade the class by a program that runs files apart; return it, what is wrong, and how long it took."""
    classmates = lay(folder, chosen)
    child = sandbox.CHILD
    if program:
        sandbox.CHILD = folder / "child.py"
        sandbox.CHILD.write_text(program)
    before, environment = seen(folder), dict(sandbox.ENVIRONMENT)
    sandbox.ENVIRONMENT[MARK] = str(folder)
    started = time.monotonic()
    tempfile.tempdir = str(folder / "tmp")
    try:
        result = backlit("exercise", "grade", folder / "class", "--exercise", folder / "small", "--points", 2, "--out",
                         folder / "tables" / "grades.csv", "--seconds", SECONDS, "--jobs", JOBS)  # fmt: skip
    finally:
        sandbox.CHILD, tempfile.tempdir = child, None
        sandbox.ENVIRONMENT.clear()
        sandbox.ENVIRONMENT.update(environment)
    seconds = time.monotonic() - started
    wrong = [f"the command ended with {result.status}: {result.err}"] if result.status else []
    after = seen(folder)
    wrong += [f"changed: {key}" for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    ends = time.monotonic() + 10
    while (left := alive(folder)) and time.monotonic() < ends:
        time.sleep(0.1)
    wrong += [f"outlives the grader: {row}" for row in left]
    wrong += [f"left in the temporary folder: {path.name}" for path in (folder / "tmp").iterdir()]
    return classmates, wrong, seconds


def judged(classmates, folder):
    """Return the rows of the table, and the marks that are not deserved."""
    with open(folder / "tables" / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    wrong = [f"no row: {name}" for stem, (name, _) in classmates.items() if stem not in rows]
    for stem, (name, deserved) in classmates.items():
        points = float(rows[stem]["points"]) if stem in rows else 0.0
        if deserved is not None and (points >= 2 if deserved == "less" else points != deserved):
            wrong.append(f"{name}: {points:g} points of 2, deserved {deserved}; {rows[stem]['error']}")
    return rows, wrong


def main(settings):
    """Grade the class in each setting, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("setting", nargs="*", help=f"{', '.join(SETTINGS)} [default: each]")
    failed = 0
    for setting in parser.parse_args(settings).setting or SETTINGS:
        if why := cannot_be(setting, script(setting)):
            print(f"{setting}: not to be had here: {why}")
            continue
        with tempfile.TemporaryDirectory(prefix="class-") as place:
            folder = Path(place)
            folder.chmod(0o755)
            classmates, wrong, seconds = graded(script(setting), folder)
            rows, undeserved = judged(classmates, folder)
        wrong += undeserved
        failed += bool(wrong)
        kinds = Counter(name.partition(" ")[0] for name, _ in classmates.values())
        told = ", ".join(f"{n} of {kind}s" for kind, n in kinds.items())
        print(f"{setting}: {len(classmates)} hostile submissions ({told}), {len(rows)} rows in {seconds:.0f} s; "
              f"{len(wrong)} faults", flush=True)  # fmt: skip
        for fault in wrong:
            print(f"    {fault}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
