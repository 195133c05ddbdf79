"""How long `backlit exercise check` takes for the lesson's exercise, as a whole process: one file right, one wrong."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from backlit.exercises import find_exercise

RUNS = 20
ALLOWED = 1.0
FILES = {"right": "solution.py", "wrong": "mistakes/missing-hidden-derivative.py"}


def seconds(path: Path) -> float:
    """Check a file once."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "backlit", "exercise", "check", str(path), "--exercise", "lesson"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    folder = find_exercise("lesson").folder
    for kind, name in FILES.items():
        seconds(folder / name)  # the first run compiles and fills the disk's cache
        times = [seconds(folder / name) for _ in range(RUNS)]
        print(f"backlit exercise check, a {kind} file   median of {RUNS}: {statistics.median(times):.2f} s", end=" ")
        print(f"(at most {ALLOWED:g} wanted)")


if __name__ == "__main__":
    main()
