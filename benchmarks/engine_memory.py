"""The peak memory of `bl.train` by the compiled engine, beyond data and the network that it starts from.

Each network is trained in a process of its own, on Linux, which can count a peak anew; by Adam, which remembers two
numbers a parameter, with a new snapshot in each epoch, since the peak is where one takes the place of another. It is
given in megabytes and as a multiple of the parameters and one batch's activations. Fails where it is more than `MOST`
times as much.

Run: python benchmarks/engine_memory.py
"""

import json
import subprocess
import sys
from itertools import pairwise

from arguments import given

MOST = 10.0
MEGABYTE = 1e6
CASES = [((256, 256, 256, 256, 10), 256), ((784, 512, 512, 10), 256), ((1024, 2048, 2048, 2048, 10), 1024)]
CHILD = """
import json, sys
import numpy as np
import backlit as bl
from backlit.runners import compiled

compiled.SNAPSHOT_EVERY = 0.0

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

sizes, batch = json.loads(sys.argv[1])
rng = np.random.default_rng(0)
X, y = rng.normal(size=(4 * batch, sizes[0])).astype(np.float32), rng.integers(0, sizes[-1], 4 * batch)
options = {"activation": "relu", "output": "softmax", "dtype": np.float32, "seed": 0}
# a first run, so that what is loaded with it does not count
bl.train(bl.Network.random([sizes[0], 3, sizes[-1]], **options), X, y, epochs=1, batch_size=batch, engine="compiled")
net = bl.Network.random(sizes, **options)
open("/proc/self/clear_refs", "w").write("5")
before = peak()
bl.train(net, X, y, optimizer="adam", batch_size=batch, epochs=5, seed=0, engine="compiled")
print(peak() - before)
"""


def main() -> None:
    """Print a line a network; exit with 1 where one needs too much."""
    print(f"{'network, batch':34}{'parameters':>14}{'activations':>14}{'peak beyond':>14}{'times':>8}")
    worst = 0.0
    for sizes, batch in CASES:
        command = [sys.executable, "-c", CHILD, json.dumps([sizes, batch])]
        beyond = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        parameters = 4 * sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
        activations = 4 * batch * sum(sizes)
        times = beyond / (parameters + activations)
        worst = max(worst, times)
        cells = "".join(f"{count / MEGABYTE:11.1f} MB" for count in (parameters, activations, beyond))
        print(f"{'-'.join(map(str, sizes)) + f', {batch}':34}{cells}{times:8.1f}", flush=True)
    if worst > MOST:
        sys.exit(f"more than {MOST:g} times the parameters and one batch's activations")


if __name__ == "__main__":
    given(__doc__)
    main()
