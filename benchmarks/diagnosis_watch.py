"""What watching a training costs, as a share of the training, and whether it is silent where a network learns.

    OPENBLAS_NUM_THREADS=1 python benchmarks/diagnosis_watch.py [cost|healthy|sick]

Cost: what one look costs, as the difference of trainings looked at after each epoch and never, in turn; and, of
a training at the default interval, its looks times that over the whole. By the least processor times, since others use
the machine too (and one thread, since idle ones of NumPy spin). Healthy: the looks of every healthy set-up, 24 on its
way, judged after each. Sick: how many of the faults of the sick zoo's first half are seen on the way; no cause is
confirmed.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
from arguments import given
from diagnosis_healthy import healthy_zoo
from diagnosis_sets import digits, tumours
from diagnosis_sick import sick_zoo

import backlit as bl
from backlit.diagnosis.lab import trained
from backlit.diagnosis.setup import Setup
from backlit.diagnosis.watch_rules import findings_of

PAIRS = 5


def seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def cost() -> None:
    warnings.simplefilter("ignore")
    small, labels = digits(1797)
    images = np.pad(np.kron(small.reshape(-1, 8, 8), np.ones((3, 3))), ((0, 0), (2, 2), (2, 2))).reshape(-1, 784)
    rows = np.random.default_rng(0).integers(0, len(images), 5000)
    cases = [
        ("30-32-16-1, 569 rows, 1,000 epochs", [30, 32, 16, 1], *tumours(), 1000),
        ("64-32-10, 1,797 rows, 200 epochs", [64, 32, 10], small, labels, 200),
        ("784-512-512-10, 5,000 rows, 10 epochs", [784, 512, 512, 10], images[rows], labels[rows], 10),
    ]
    for name, sizes, X, y, epochs in cases:
        output = {1: ("sigmoid", "log_loss")}.get(sizes[-1], ("softmax", "cross_entropy"))
        net = bl.Network.random(sizes, activation="relu", output=output[0], loss=output[1], seed=0, dtype=np.float32)
        few = max(3, epochs // 10)
        never: list[float] = []
        each: list[float] = []
        plain: list[float] = []
        for _ in range(PAIRS if epochs > 10 else 2):
            for every, times in ((10**9, never), (1, each)):
                watch = bl.Watch(X, y, action="collect", every=every)
                run = partial(bl.train, net, X, y, epochs=few, seed=0, n_threads=1, callbacks=[watch])
                times.append(seconds(run))
            plain.append(seconds(partial(bl.train, net, X, y, epochs=few, seed=0, n_threads=1)))
        watch = bl.Watch(X, y, action="collect")
        whole = seconds(partial(bl.train, net, X, y, epochs=epochs, seed=0, n_threads=1, callbacks=[watch]))
        own = watch.share_spent
        look, epoch = (min(each) - min(never)) / few, min(plain) / few
        share = len(watch.looks) * look / whole
        words = f"a look {1e3 * look:.2f} ms, an epoch {1e3 * epoch:.2f} ms"
        told = f"{share:.3f} of the whole, {own:.3f} by the watch's own clock"
        print(f"{name}: {words}; by default {len(watch.looks)} looks, {told}", flush=True)


def told_on_the_way(setup: Setup) -> list[str]:
    seen = trained(setup, recorded=True).seen
    assert seen is not None
    names: dict[str, None] = {}
    for n in range(1, len(seen.looks) + 1):
        names |= dict.fromkeys(finding.identifier for finding in findings_of(seen.looks[:n], seen.samples))
    return list(names)


def zoo(name: str, setups: list[tuple[str, Callable[[], Setup]]]) -> None:
    told = 0
    for title, make in setups:
        names = told_on_the_way(make())
        told += bool(names)
        if name == "sick" or names:
            print(f"{title:50} {', '.join(names) or 'silent'}", flush=True)
    print(f"{len(setups)} {name} set-ups: something was found in {told}", flush=True)


def main() -> None:
    which = given(__doc__, part={"nargs": "?", "choices": ("cost", "healthy", "sick", "all"), "default": "all"}).part
    if which in ("cost", "all"):
        cost()
    if which in ("healthy", "all"):
        zoo("healthy", healthy_zoo())
    if which in ("sick", "all"):
        zoo("sick", [(item.name, lambda item=item: item.faulty(item.twin())) for item in sick_zoo()[::2]])  # type: ignore[misc]


if __name__ == "__main__":
    main()
