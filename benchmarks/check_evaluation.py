"""How well mistakes in a backward pass are named: planted in random networks, in pairs, in scripts, and by hand.

Run: python benchmarks/check_evaluation.py [--seed N] [--trials N] [--write docs/check-evaluation.md]
It exits 1 where a figure is not reached. The wrong passes come from planted.py, which shares no code with backlit.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from evaluation_hard import nonsense_outcomes, pair_outcomes
from evaluation_page import Results, failures, page
from evaluation_right import false_alarms
from evaluation_scripts import hand_written, script_outcomes
from evaluation_singles import Outcome, planted_outcomes
from planted import MISTAKES

__all__ = ["main", "measured"]


def measured(given: argparse.Namespace) -> Results:
    """Run all parts of the evaluation; each has random numbers of its own."""
    alarms = said(f"{given.correct} correct answers", false_alarms, given.correct, generator(given.seed, 0))
    singles: list[Outcome] = []
    for number, mistake in enumerate(MISTAKES, 1):
        what = f"{number}/{len(MISTAKES)} {mistake}"
        singles += said(what, planted_outcomes, mistake, given.trials, generator(given.seed, number))
    pairs = said(f"{given.pairs} pairs", pair_outcomes, given.pairs, generator(given.seed, 100))
    nonsense = said("nonsense", nonsense_outcomes, given.nonsense, generator(given.seed, 101))
    scripts = [] if given.no_scripts else script_outcomes()
    hand = [] if given.no_scripts else hand_written()
    return Results(singles, given.correct, alarms, pairs, nonsense, scripts, hand)


def generator(seed: int, part: int) -> np.random.Generator:
    """Return random numbers that one part of the evaluation has by itself."""
    return np.random.default_rng([seed, part])


def said(what: str, function: Callable[..., Any], *args: Any) -> Any:
    """Call a function after a line that says what is being done."""
    print(f"\r{what:60}", end="", file=sys.stderr, flush=True)
    return function(*args)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print or write the page; return 1 where a figure that the page claims is not reached."""
    options = argparse.ArgumentParser()
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
