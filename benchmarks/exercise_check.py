"""How long `backlit exercise check` takes for the lesson's exercise, as a whole process: one file right, one wrong."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from arguments import ENVIRONMENT, given

from backlit.exercises import find_exercise

RUNS = 20
ALLOWED = 1.0
MISTAKE = "missing-hidden-derivative"


def seconds(path: Path) -> float:
    """Check a file once."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "backlit", "exercise", "check", str(path), "--exercise", "lesson"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    lesson = find_exercise("lesson")
    wrong = next(mistake.source for mistake in lesson.mistakes if mistake.name == MISTAKE)
    with tempfile.TemporaryDirectory() as folder:
        for kind, source in {"right": lesson.solution.encode(), "wrong": wrong}.items():
            path = Path(folder) / f"{kind}.py"
            path.write_bytes(source)
            seconds(path)  # the first run compiles and fills the disk's cache
            times = [seconds(path) for _ in range(RUNS)]
            print(
                f"backlit exercise check, a {kind} file   median of {RUNS}: {statistics.median(times):.2f} s", end=" "
            )
            print(f"(at most {ALLOWED:g} wanted)")


if __name__ == "__main__":
    given(__doc__)
    main()
