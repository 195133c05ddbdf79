"""Files damaged at random, read as backlit reads them: `python tests/trust/mutated_files.py [N] [SEED]`.

What is read is refused with a BacklitError, or read; another exception is a traceback, and fails. Networks, tables'
models and checkpoints carry a digest: one that is read with other content than before is damage that went unnoticed,
and fails.
"""

import multiprocessing
import random
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
from backlit.errors import BacklitError
from backlit.exercises.format import read_exercise
from backlit.exercises.grading.journal import journal
from backlit.files.cases import read_case
from backlit.tables.fit import look_at, train_table
from backlit.tables.model import predict_table
from backlit.tables.model_file import load_model, save_model
from backlit.tables.read import read_table
from backlit.tables.settings import TableSettings

X, Y = np.random.default_rng(0).normal(size=(12, 3)), np.arange(12) % 2
NET = bl.Network.random([3, 5, 2], activation="tanh", output="softmax", seed=0)
CSV = "a,b,when,c\n" + "".join(f"{i},{i / 7:.3f},2024-03-{i % 28 + 1:02},{'xyz'[i % 3]}\n" for i in range(30))
CASE = 'sizes = [3, 4, 2]\ninput = [0.5, 0.1, -0.2]\ntarget = [1, 0]\nactivation = "tanh"\nlearning_rate = 0.5\n'


class Enough(Exception):
    """Ends a training at an epoch, as a power cut would."""


def trained(path, stop=None):
    def look(report):
        if report.epoch == stop:
            raise Enough

    return bl.train(NET, X, Y, epochs=3, seed=0, batch_size=5, checkpoint=path, callbacks=[look])[0]


def network_read(path):
    net = bl.load(path)
    return [repr(net), *(a.tobytes() for a in net.weights), *(b.tobytes() for b in net.biases)]


def model_read(path):
    found = predict_table(load_model(path), read_table("iris"))
    return [str(part) for part in (found.values, getattr(found, "probabilities", None))]


def checkpoint_read(path):
    return [weights.tobytes() for weights in trained(path).weights]


def table_read(path):
    table = read_table(path)
    if table.columns:
        look_at(table, TableSettings(list(table.columns)[-1], epochs=1, hidden=(2,)))


def exercise_read(path):
    read_exercise(path.parent)


def journal_read(path):
    with journal(path):
        pass


def made(folder):
    """Return name: (a whole file, its path, who reads it, whether it carries a digest)."""
    net, model, run = (folder / name for name in ("net.safetensors", "model.safetensors", "run.checkpoint"))
    NET.save(net)
    plan = look_at(read_table("iris"), TableSettings("target", epochs=1, hidden=(4,)))
    save_model(train_table(plan).model, model)
    with suppress(Enough):
        trained(run, stop=2)
    (folder / "t.csv").write_text(CSV)
    (folder / "case.toml").write_text(CASE)
    lesson = Path(bl.__file__).parent / "exercises" / "catalog" / "lesson"
    for name in ("exercise.toml", "mistakes.toml", "solution.py", "starter.py"):
        (folder / name).write_bytes((lesson / name).read_bytes())
    kept = folder / "grades.csv.journal"
    with journal(kept) as opened:
        opened.note_written(b"table")
        opened.note_written(b"other")
    rows = {"network": (net, network_read, True), "table model": (model, model_read, True),
            "checkpoint": (run, checkpoint_read, True), "case": (folder / "case.toml", read_case, False),
            "CSV": (folder / "t.csv", table_read, False), "journal": (kept, journal_read, False)}  # fmt: skip
    rows |= {name: (folder / name, exercise_read, False) for name in ("exercise.toml", "mistakes.toml")}
    try:
        import pyarrow.csv
        import pyarrow.parquet
    except ImportError:
        pass
    else:
        parquet = folder / "t.parquet"
        pyarrow.parquet.write_table(pyarrow.csv.read_csv(folder / "t.csv"), parquet)
        rows["Parquet"] = (parquet, table_read, False)
    return {name: (path.read_bytes(), path, read, digest) for name, (path, read, digest) in rows.items()}


def mutated(whole, rng):
    """Return a file with one thing done to it, and what."""
    data, at = bytearray(whole), rng.randrange(len(whole))
    kind = rng.choice(["bit"] * 5 + ["byte", "cut", "inserted", "removed", "doubled", "moved"])
    length = rng.randrange(1, 40)
    if kind == "bit":
        data[at] ^= 1 << rng.randrange(8)
    elif kind == "byte":
        data[at] = rng.choice([0, 10, 34, 45, 57, 91, 123, 128, 255, rng.randrange(256)])
    elif kind == "cut":
        del data[at:]
    elif kind == "inserted":
        data[at:at] = rng.choice([rng.randbytes(length), b"[" * length * 50, b"9" * length * 50, b"-1e999", b"\x00"])
    elif kind == "removed":
        del data[at : at + length]
    elif kind == "doubled":
        data[at:at] = data[at : at + length]
    else:
        place = rng.randrange(len(whole))
        data[place : place + length] = data[at : at + length]
    return bytes(data), kind


def chunk(task):
    """Read ``n`` damaged files of one kind, in a process of its own; return the counts and the faults."""
    name, n, seed = task
    rng, counts, faults = random.Random(f"{name} {seed}"), Counter(), []
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place:
        whole, path, read, digest = made(Path(place))[name]
        good = read(path) if digest else None
        for number in range(n):
            content, kind = mutated(whole, rng)
            path.write_bytes(content)
            try:
                found = read(path)
            except BacklitError:
                counts["refused"] += 1
            except Exception as error:
                counts["TRACEBACK"] += 1
                faults.append(f"{name}, seed {seed}, number {number} ({kind}): {type(error).__name__}: {error!s:.100}")
            else:
                other = digest and content != whole and found != good
                counts["UNNOTICED" if other else "read"] += 1
                if other:
                    faults.append(f"{name}, seed {seed}, number {number} ({kind}): read as something else")
    return name, counts, faults


COST = {"network": 8, "table model": 0.3, "checkpoint": 0.7, "CSV": 0.3, "Parquet": 0.5}
"""Shares of the files, beside 1 of the others: what is read slowly is read less often."""


def count(n, seed=0, jobs=1):
    """Read ``n`` damaged files; return the counts by kind, and the faults."""
    with tempfile.TemporaryDirectory() as place:
        names = list(made(Path(place)))
    shares = {name: COST.get(name, 1) / sum(COST.get(other, 1) for other in names) for name in names}
    tasks = []
    for name in names:
        wanted, size = round(n * shares[name]), 2500
        tasks += [(name, min(size, wanted - start), seed + start // size) for start in range(0, wanted, size)]
    counts, faults = {name: Counter() for name in names}, []
    # a process each: what crashes one is seen, and stops no other
    with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=4) as pool:
        waiting = [(task, pool.apply_async(chunk, (task,))) for task in tasks]
        for task, result in waiting:
            try:
                name, found, wrong = result.get(timeout=1800)
            except multiprocessing.TimeoutError:
                name, found, wrong = task[0], Counter(), [f"{task}: crashed, or did not end in 1800 s"]
            counts[name] += found
            faults += wrong
    return counts, faults


def main(arguments):
    """Count, print, and fail where there is a fault."""
    n, seed = counted(__doc__, arguments, 2000)
    started = time.monotonic()
    counts, faults = count(n, seed)
    for name, found in counts.items():
        print(f"{name:14}", ", ".join(f"{kind} {found[kind]}" for kind in sorted(found)))
    total = sum(sum(found.values()) for found in counts.values())
    bad = {kind: sum(found[kind] for found in counts.values()) for kind in ("TRACEBACK", "UNNOTICED")}
    print(f"{total} damaged files in {time.monotonic() - started:.0f} s: {bad['TRACEBACK']} tracebacks, "
          f"{bad['UNNOTICED']} unnoticed")  # fmt: skip
    for fault in faults[:40]:
        print(f"    {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
