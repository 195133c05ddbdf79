"""How long `backlit explain` takes as a whole process, against importing what it stands on; run in turns."""

import statistics
import subprocess
import sys
import time

from arguments import ENVIRONMENT, given

RUNS = 30
ALLOWED = 2.0
PEER = ["-c", "import numpy, rich"]
OURS = ["-m", "backlit", "explain"]


def seconds(arguments: list[str]) -> float:
    """Run Python once."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    seconds(PEER), seconds(OURS)  # the first runs compile and fill the disk's cache
    pairs = [(seconds(PEER), seconds(OURS)) for _ in range(RUNS)]
    peer, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"python -c 'import numpy, rich'   median of {RUNS}: {peer:.3f} s")
    print(f"python -m backlit explain        median of {RUNS}: {ours:.3f} s")
    print(f"ratio {ours / peer:.2f} (at most {ALLOWED:g} wanted)")


if __name__ == "__main__":
    given(__doc__)
    main()
