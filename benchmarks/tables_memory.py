"""The peak memory of training on tables of a growing number of rows, each in a process of its own.

Writes tables of eight columns (numbers, some missing; words; a date; yes and no), runs `backlit train` for one epoch
on each, and prints the peak resident memory beside the size of the file and of the inputs. Fails where the peak grows
faster than the table: from each table to the next, by more than `MOST` times what the inputs and the file grow by.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from arguments import given

ROWS = (10_000, 250_000, 1_000_000)
MOST = 4.0
MEGABYTE = 1e6
CHILD = """
import json, resource, sys
from backlit.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    status = end.code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([status, peak]))
"""


def write_table(path: Path, n: int) -> None:
    """Write a table of n rows whose target follows from its columns."""
    rng = np.random.default_rng(0)
    words = np.array([f"word {i}" for i in range(20)])
    days = np.datetime64("2015-01-01") + np.arange(2000)
    with path.open("w", encoding="utf-8") as file:
        file.write("a,b,c,word,city,day,answer,target\n")
        for first in range(0, n, 50_000):
            m = min(50_000, n - first)
            a, b, c = rng.normal(size=(3, m))
            word, city, day = rng.integers(0, 20, m), rng.integers(0, 3, m), rng.integers(0, 2000, m)
            answer = rng.random(m) < 0.5
            target = a - b * c + 0.1 * word + city + answer + rng.normal(0, 0.1, m)
            columns = zip(a, b, c, words[word], words[city], days[day], answer, target, strict=True)
            file.writelines(
                f"{x:.4f},{'' if i % 50 == 0 else f'{y:.4f}'},{z:.4f},{w},{p},{d},{'yes' if s else 'no'},{t:.4f}\n"
                for i, (x, y, z, w, p, d, s, t) in enumerate(columns)
            )


def peak_of(path: Path, out: Path) -> tuple[int, int]:
    """Return the peak resident bytes of training on a table, and the number of the network's inputs."""
    command = [
        sys.executable,
        "-c",
        CHILD,
        "train",
        str(path),
        "--target",
        "target",
        "--epochs",
        "1",
        "--out",
        str(out),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "80"})
    status, peak = json.loads(result.stdout.splitlines()[-1])
    if status:
        raise SystemExit(f"backlit train ended with status {status}: {result.stderr}")
    from backlit.files.networks import load

    return peak, int(load(out).sizes[0])


def main() -> None:
    """Measure each number of rows and print the table."""
    print(f"{'rows':>10}  {'file MB':>8}  {'inputs MB':>9}  {'peak MB':>8}  {'peak grew by, times file + inputs':>34}")
    before: tuple[float, float] | None = None
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for n in ROWS:
            path, out = Path(folder, f"{n}.csv"), Path(folder, f"{n}.safetensors")
            write_table(path, n)
            peak, n_in = peak_of(path, out)
            size, inputs = path.stat().st_size, n * n_in * 4
            grew = "" if before is None else f"{(peak - before[1]) / (size + inputs - before[0]):.2f}"
            worst = max(worst, float(grew or 0))
            print(f"{n:>10,}  {size / MEGABYTE:>8.1f}  {inputs / MEGABYTE:>9.1f}  {peak / MEGABYTE:>8.0f}  {grew:>34}")
            before = (size + inputs, peak)
            path.unlink()
    if worst > MOST:
        raise SystemExit(f"the peak must grow by at most {MOST:g} times what file and inputs grow by, got {worst:.2f}")


if __name__ == "__main__":
    given(__doc__)
    main()
