"""Seconds that `check_gradients` takes, right or unexplained: `python benchmarks/check_speed.py`.

Unexplained are random numbers in all layers, or in those below the output alone, whose gradients are then summed over
the samples while nothing tells so: the slowest that is known, as each convention is looked at.
It exits 1 where a claim that nothing explains takes longer than its mark, on a machine that does nothing else; the
slowest kind has no mark.
"""

import sys
import time

import numpy as np
from arguments import given

import backlit as bl

MARKS = {(30, 32, 16, 2): (64, 0.2), (784, 128, 64, 10): (256, 1.0), (784, 512, 512, 10): (256, 3.0)}
"""Sizes, with the batch and the seconds that a claim may take which nothing explains."""


def seconds(sizes: tuple[int, ...], n: int) -> list[float]:
    """Return the seconds for a right pass, for random numbers of the right size, and for sums with some below."""
    rng = np.random.default_rng(0)
    net = bl.Network.random(sizes, activation="relu", output="softmax", seed=0)
    X, y = rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)
    gW, gB = net.gradients(X, y)
    noise = [[g + rng.normal(size=g.shape) * np.abs(g).max() for g in arrays] for arrays in (gW, gB)]
    below = [[*(n * wrong for wrong in made[:-1]), n * g[-1]] for made, g in zip(noise, (gW, gB), strict=True)]
    times = []
    for claim in ((gW, gB), noise, below):
        started = time.perf_counter()
        bl.check_gradients(net, X, y, *claim)
        times.append(time.perf_counter() - started)
    return times


def main() -> int:
    """Print a row a network; return 1 where a mark is missed."""
    missed = 0
    print(
        "| network | batch | right | nothing explains it | at most | below a summed output |\n|---|---|---|---|---|---|"
    )
    for sizes, (n, most) in MARKS.items():
        seconds(sizes, n)
        right, unknown, below = seconds(sizes, n)
        missed += unknown > most
        print(f"| {'-'.join(map(str, sizes))} | {n} | {right:.2f} s | {unknown:.2f} s | {most:g} s | {below:.2f} s |")
    return int(missed > 0)


if __name__ == "__main__":
    given(__doc__)
    sys.exit(main())
