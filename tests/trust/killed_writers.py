"""Programs killed while they write: `python tests/trust/killed_writers.py [N] [SEED]`.

Each of N programs writes one of a network, a table's model, a checkpoint and a class's grades, again and again, and is
killed (SIGKILL) at a random moment. After each kill the file must be there, whole, and hold what one of its writers
wrote; at the end the next writer must have removed what the kills left, once it is old.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
from counted import counted

import backlit as bl
from backlit.exercises.grading.journal import journal
from backlit.tables.model_file import load_model

X, Y = np.random.default_rng(0).normal(size=(40, 30)), np.arange(40) % 2
NET = bl.Network.random([30, 400, 2], activation="tanh", output="softmax", seed=0)

WRITERS = {
    "network": "nets = [bl.Network.random([300, 200, 100], seed=seed) for seed in (0, 1)]\nready()\n"
    "while True:\n    for net in nets: net.save(path)\n",
    "table model": "from backlit.tables.model_file import load_model, save_model\nmodel = load_model(path)\nready()\n"
    "while True: save_model(model, path)\n",
    "checkpoint": "import numpy as np\nX, Y = np.random.default_rng(0).normal(size=(40, 30)), np.arange(40) % 2\n"
    "net = bl.Network.random([30, 400, 2], activation='tanh', output='softmax', seed=0)\n"
    "ready()\nbl.train(net, X, Y, epochs=3000, seed=0, batch_size=20, checkpoint=path)\n",
    "journal": "import os\nfrom backlit.exercises.grading.journal import journal\nready()\n"
    "with journal(path) as kept:\n    for n in range(10**6): kept.note_written(b'%d %d' % (os.getpid(), n))\n",
}
BEGIN = "import sys\nfrom pathlib import Path\nimport backlit as bl\npath = Path(sys.argv[1])\n"
BEGIN += "def ready(): print('ready', flush=True)\n"


class Enough(Exception):
    """Ends a training after its next epoch."""


def network_whole(path):
    net = bl.load(path)
    seeds = (0, 1)
    return any((net.weights[0] == bl.Network.random([300, 200, 100], seed=seed).weights[0]).all() for seed in seeds)


def model_whole(path):
    return load_model(path) is not None


def checkpoint_whole(path):
    """Go on from it for one epoch, which looks at all of it."""
    before = path.read_bytes()

    def stop(report):
        raise Enough

    with suppress(Enough):
        bl.train(NET, X, Y, epochs=3000, seed=0, batch_size=20, checkpoint=path, callbacks=[stop])
    path.write_bytes(before)
    return True


def journal_whole(path):
    """All that was kept before is there: a line that was cut off is the last one."""
    with journal(path) as kept:
        lines = path.read_bytes().count(b"\n") - 1
        return not kept.foreign and lines - len(kept.written) <= journal_whole.cut


WHOLE = {"network": network_whole, "table model": model_whole, "checkpoint": checkpoint_whole, "journal": journal_whole}


def first_files(folder):
    """Lay the files that the writers replace."""
    from backlit.tables.fit import look_at, train_table
    from backlit.tables.model_file import save_model
    from backlit.tables.read import read_table
    from backlit.tables.settings import TableSettings

    bl.Network.random([300, 200, 100], seed=0).save(folder / "network")
    plan = look_at(read_table("iris"), TableSettings("target", epochs=1, hidden=(300, 300)))
    save_model(train_table(plan).model, folder / "table model")
    bl.train(NET, X, Y, epochs=1, seed=0, batch_size=20)


def killed(kind, path, rng):
    """Start a writer and kill it; return whether what it left is whole."""
    with subprocess.Popen([sys.executable, "-c", BEGIN + WRITERS[kind], path], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(rng.choice([0, 0.002, 0.02, 0.1]) * rng.random())
        process.send_signal(signal.SIGKILL)
    if not path.exists():
        # killed before the first was written
        return kind in ("checkpoint", "journal")
    if kind == "journal":
        journal_whole.cut += 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return WHOLE[kind](path)
        except bl.BacklitError as error:
            print(f"{kind}: {error}")
            return False


def count(n, seed=0):
    """Kill ``n`` writers; return (kind, whole or not): number, and the parts that stay once old."""
    rng, found = random.Random(seed), Counter()
    journal_whole.cut = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        first_files(folder)
        for number in range(n):
            kind = list(WRITERS)[number % len(WRITERS)]
            found[kind, killed(kind, folder / kind, rng)] += 1
        parts = [path for path in folder.iterdir() if path.name.endswith(".part")]
        for path in parts:
            os.utime(path, (time.time() - 7200,) * 2)
        first_files(folder)
        checkpoint_whole(folder / "checkpoint") if (folder / "checkpoint").exists() else None
        bl.train(NET, X, Y, epochs=2, seed=0, batch_size=20, checkpoint=folder / "other")
        stay = [path.name for path in folder.iterdir() if path.name.endswith(".part") and "other" not in path.name]
    return found, len(parts), stay


def main(arguments):
    """Count, print, and fail where a file was not whole."""
    n, seed = counted(__doc__, arguments, 24)
    started = time.monotonic()
    found, parts, stay = count(n, seed)
    bad = sum(number for (_, whole), number in found.items() if not whole)
    told = ", ".join(f"{number} of a {kind}'s writer" for (kind, _), number in sorted(found.items()))
    print(f"{n} kills ({told}) in {time.monotonic() - started:.0f} s: {bad} files not whole; "
          f"{parts} parts left, {len(stay)} of them after the next writing")  # fmt: skip
    return 1 if bad or stay else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
