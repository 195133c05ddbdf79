"""Forty faulty set-ups on other data than the zoos', written before the diagnosis saw one of them.

    python benchmarks/diagnosis_fresh.py [first|second|all] [faulty|twins]

In the spirit of public questions: classifications and regressions as beginners write them, with one fault, two or
three. ``true``: the labels of what the faulty program does otherwise than its twin. The first half (even places) was
looked at once, then rules were mended; the second was not looked at before they were frozen. One label was added after
the first look: the throw's program with a sigmoid output has a log loss of quantities too.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from diagnosis_fresh_sets import classifications, regressions
from diagnosis_sick import Sick, is_sick

from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.lab import error_of, trained

__all__ = ["fresh_zoo"]

HEALTHY = 0.4
"""Twins of at most this error learn, and must not be accused."""


def fresh_zoo() -> list[Sick]:
    """Return the forty; even places are the first half."""
    return [*classifications(), *regressions()]


def scores(zoo: list[Sick]) -> None:
    sick = first = mended = named = named_true = 0
    for item in zoo:
        setup = item.faulty(item.twin())
        if not is_sick(item):
            print(f"left out, the twin is not clearly better: {item.name}", flush=True)
            continue
        found = diagnosed(setup)
        right = [bool(set(finding.labels) & set(item.true)) for finding in found.causes]
        twin = float(np.median([trained(item.twin(), seed).error for seed in (0, 1, 2)]))
        after = 1.0 if found.mended_score is None else error_of(setup, found.mended_score)
        sick, first, mended = sick + 1, first + (right[:1] == [True]), mended + (after <= twin + 0.1)
        named, named_true = named + len(right), named_true + sum(right)
        causes = ", ".join(f"{f.identifier}:{'/'.join(f.labels)}" for f in found.causes)
        mark = f"{'ok' if right[:1] == [True] else 'NO'} {sum(right)}/{len(right)}"
        print(f"{mark} {item.name} [{'/'.join(item.true)}] error {after:.2f}, twin {twin:.2f}: {causes}", flush=True)
    print(
        f"\n{sick} faulty set-ups: a true cause first in {first}, the advice mends {mended}; {named_true} of {named} "
        "causes named are true"
    )


def twins(zoo: list[Sick]) -> None:
    healthy = wrong = observed = 0
    for item in zoo:
        setup = item.twin()
        if np.median([trained(setup, seed).error for seed in (0, 1, 2)]) > HEALTHY:
            print(f"left out, the twin does not learn: {item.name}", flush=True)
            continue
        found = diagnosed(setup)
        healthy, wrong, observed = healthy + 1, wrong + bool(found.causes), observed + bool(found.findings)
        if found.findings:
            print(f"{item.name}: {', '.join(f.identifier for f in found.findings)}", flush=True)
    print(f"\n{healthy} healthy twins: {wrong} with a false cause, {observed} with a finding")


def main() -> None:
    which, what = [*sys.argv[1:], "all", "faulty"][:2] if len(sys.argv) < 3 else sys.argv[1:3]
    zoo, began = fresh_zoo(), time.perf_counter()
    chosen = [item for i, item in enumerate(zoo) if which == "all" or (i % 2 == 0) == (which == "first")]
    (twins if what == "twins" else scores)(chosen)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
