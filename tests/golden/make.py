"""Write the golden files again: python tests/golden/make.py

Each holds what a command prints. Read the difference (git diff tests/golden) before you commit it: the files are
what a learner reads, and they are here so that no change of it goes unseen.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WIDE = ["--sizes", "24-16-12-3", "--activation", "relu", "--output", "softmax", "--seed", "3", "--target", "2"]
WIDE += ["--input", ",".join(str((7 * i % 11) / 10) for i in range(24))]
CASES = {
    "lesson": [],
    "lesson-calculus": ["--notation", "calculus"],
    "lesson-rounded": ["--rounded"],
    "batch": [str(HERE / "batch.toml"), "--sample", "2"],
    "network": WIDE,
    "layer": [*WIDE, "--at", "L2"],
    "unit": [*WIDE, "--at", "L2.u10", "--top", "4"],
    "weight": [*WIDE, "--at", "L2.w[9,10]", "--notation", "calculus"],
}
"""What follows ``backlit explain`` for each golden file."""


def path_of(name):
    return HERE / f"{name}.txt"


def explained(arguments):
    command = [sys.executable, "-m", "backlit", "explain", *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


if __name__ == "__main__":
    for name, arguments in CASES.items():
        path_of(name).write_text(explained(arguments), encoding="utf-8")
