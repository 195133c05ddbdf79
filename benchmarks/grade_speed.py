"""How many submissions a second `backlit exercise grade` grades, as a whole process: a class with lesson's mistakes.

On a busy machine the processor time of a submission says what two idle cores would do.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from arguments import ENVIRONMENT, given

from backlit.exercises import find_exercise

STUDENTS = 60
WANTED = 5.0


def main() -> None:
    lesson = find_exercise("lesson")
    sources = [lesson.solution.encode(), lesson.starter.encode(), *(mistake.source for mistake in lesson.mistakes)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "class")
        folder.mkdir()
        for number in range(STUDENTS):
            (folder / f"student-{number:03}.py").write_bytes(sources[number % len(sources)])
        command = [sys.executable, "-m", "backlit", "exercise", "grade", str(folder), "--exercise", "lesson"]
        before, start = processor_seconds(), time.perf_counter()
        command += ["--out", f"{place}/grades.csv"]
        with open(os.devnull, "w") as nothing:
            subprocess.run(command, check=True, stdout=nothing, stderr=nothing, env=ENVIRONMENT)
        seconds, used = time.perf_counter() - start, processor_seconds() - before
    rate = STUDENTS / seconds
    print(f"backlit exercise grade   {STUDENTS} submissions in {seconds:.1f} s: {rate:.1f} a second", end=" ")
    print(f"(at least {WANTED:g} wanted on two cores; {os.cpu_count()} here, load {os.getloadavg()[0]:.1f});", end=" ")
    print(
        f"processor time {used / STUDENTS:.2f} s each, so at most {2 * STUDENTS / used:.1f} a second on two idle cores"
    )


def processor_seconds() -> float:
    """Return the processor time of the programs that this one has started and that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    given(__doc__)
    main()
