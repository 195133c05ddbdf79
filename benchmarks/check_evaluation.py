"""How well mistakes in a backward pass are named: planted in random networks, in pairs, in scripts, and by hand.

Run: python benchmarks/check_evaluation.py [--seed N] [--trials N] [--write docs/check-evaluation.md]
It exits 1 where a figure is not reached. The wrong passes come from planted.py, which shares no code with backlit.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from evaluation_hard import nonsense_outcomes, pair_outcomes
from evaluation_page import Results, failures, page
from evaluation_right import false_alarms
from evaluation_scripts import hand_written, script_outcomes
from evaluation_singles import planted_outcomes
from planted import MISTAKES

__all__ = ["main", "measured"]


Job = tuple[str, Callable[..., list[Any]], tuple[Any, ...]]
"""What is said of a part of the evaluation, its function and what it is given."""


def measured(given: argparse.Namespace) -> Results:
    """Run all parts of the evaluation, side by side; each has random numbers of its own."""
    jobs: list[Job] = [
        (f"{given.pairs} pairs", pair_outcomes, (given.pairs, generator(given.seed, 100))),
        (f"{given.correct} correct answers", false_alarms, (given.correct, generator(given.seed, 0))),
        ("nonsense", nonsense_outcomes, (given.nonsense, generator(given.seed, 101))),
    ]
    for number, mistake in enumerate(MISTAKES, 1):
        jobs.append((mistake, planted_outcomes, (mistake, given.trials, generator(given.seed, number))))
    pairs, alarms, nonsense, *singles = side_by_side(jobs)
    scripts = [] if given.no_scripts else script_outcomes()
    hand = [] if given.no_scripts else hand_written()
    return Results([o for part in singles for o in part], given.correct, alarms, pairs, nonsense, scripts, hand)


def generator(seed: int, part: int) -> np.random.Generator:
    """Return random numbers that one part of the evaluation has by itself."""
    return np.random.default_rng([seed, part])


def side_by_side(jobs: Sequence[Job]) -> list[Any]:
    """Run jobs in as many processes as there are processors, with a line that says what has been done."""
    with ProcessPoolExecutor() as pool:
        running = {pool.submit(function, *given): what for what, function, given in jobs}
        for number, done in enumerate(as_completed(running), 1):
            print(f"\r{number}/{len(jobs)} {running[done]:50}", end="", file=sys.stderr, flush=True)
        return [job.result() for job in running]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print or write the page; return 1 where a figure that the page claims is not reached."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=0, help="of the random networks")
    options.add_argument("--trials", type=int, default=40, help="networks for each mistake")
    options.add_argument("--pairs", type=int, default=300, help="networks with two mistakes")
    options.add_argument("--nonsense", type=int, default=20, help="answers that no mistake explains, of each kind")
    options.add_argument("--correct", type=int, default=1000, help="correct answers")
    options.add_argument("--no-scripts", action="store_true", help="leave out the files that run apart")
    options.add_argument("--write", type=Path, help="write the page to a Markdown file")
    given = options.parse_args(arguments)
    started = time.perf_counter()
    results = measured(given)
    text = page(results)
    print(f"\r{'':60}\r", end="", file=sys.stderr)
    print(text)
    for alarm in results.alarms[:5]:
        print(alarm)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    failed = failures(results)
    for failure in failed:
        print(f"Not reached: {failure}")
    print(f"{time.perf_counter() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
