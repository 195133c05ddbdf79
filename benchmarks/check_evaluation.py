"""How well `check_gradients` names mistakes: each planted in random networks, and correct answers in many forms.

Run: python benchmarks/check_evaluation.py [--trials N] [--write docs/check-evaluation.md]
The wrong passes come from planted.py, which shares no code with backlit.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from planted import MISTAKES, Task, claimed, random_task

import backlit as bl

Pass = tuple[list[Any], list[Any] | None]

STEPS_ONLY = ("missing-learning-rate", "learning-rate-twice")


class Outcome(NamedTuple):
    """What was planted, and the first finding, other explanations and class of the answer."""

    planted: str
    first: str
    alternatives: tuple[str, ...]

    @property
    def kind(self) -> str:
        """named, tie (stated, with the truth in it), unknown, wrong or missed."""
        if not self.first:
            return "missed"
        if self.first == self.planted:
            return "named"
        if self.planted in self.alternatives:
            return "tie"
        return "unknown" if self.first == "unknown" else "wrong"


def network(task: Task) -> bl.Network:
    """Return the task's network."""
    return bl.Network.from_weights(
        task.weights, task.biases, activation=task.hidden, output=task.output, loss=task.loss
    )


def report(task: Task, gW: list[np.ndarray], gB: list[np.ndarray] | None, *, steps: bool) -> bl.CheckReport:
    """Check gradients, or the steps made of them."""
    if steps:
        gW = [-task.rate * np.asarray(g) for g in gW]
        gB = None if gB is None else [-task.rate * np.asarray(g) for g in gB]
    convention = "weight_step" if steps else "gradient"
    return bl.check_gradients(
        network(task), task.X, task.Y, gW, gB, learning_rate=task.rate, convention=convention, l2=task.l2
    )


def planted_outcomes(mistake: str, trials: int, rng: np.random.Generator) -> list[Outcome]:
    """Plant one mistake in ``trials`` random networks where it changes the numbers."""
    outcomes: list[Outcome] = []
    for _ in range(trials * 60):
        if len(outcomes) == trials:
            break
        task = random_task(rng)
        if mistake == "regularizer-not-in-gradient":
            task = task._replace(l2=float(rng.choice([0.1, 0.01])))
        where = int(rng.integers(len(task.weights))) if rng.random() < 0.4 else None
        if mistake == "broadcast-outer" and (task.Y.shape[1] > 1 or len(task.X) == 1):
            continue
        with np.errstate(all="ignore"):
            right, wrong = claimed(task), claimed(task, mistake, where)
        if not changes(right, wrong, ROUNDED_LEAST if mistake == "rounded" else LEAST):
            continue
        steps = mistake in STEPS_ONLY or bool(rng.random() < 0.5)
        found = report(task, *wrong, steps=steps).findings
        first = found[0].identifier if found else ""
        outcomes.append(Outcome(mistake, first, found[0].alternatives if found else ()))
    return outcomes


LEAST, ROUNDED_LEAST = 1e-5, 1e-3
"""What a mistake must change a layer's gradients by, relative to the largest, to be one; check_gradients accepts a
value that is right to four digits, so coarser rounding is asked for."""


def changes(right: Pass, wrong: Pass, least: float) -> bool:
    """Say whether a mistake changed any number by more than ``least``."""
    for a, b in zip([*right[0], *(right[1] or [])], [*wrong[0], *(wrong[1] or [])], strict=True):
        if a.shape != b.shape or np.abs(a - b).max() > least * max(np.abs(a).max(), 1e-12):
            return True
    return False


def false_alarms(count: int, rng: np.random.Generator) -> list[str]:
    """Check ``count`` correct answers in several forms; return what was said of those that were not accepted."""
    said = []
    for i in range(count):
        task = random_task(rng)
        gW, gB = claimed(task)
        form = FORMS[i % len(FORMS)]
        answer = report(task, *in_form(form, task, gW, gB), steps=bool(i % 3 == 0))
        if not answer.ok:
            said.append(f"{form}: {answer.to_text()}")
    return said


FORMS = ("float64", "float32", "lists", "float32 all the way", "flat", "mean of samples", "numeric", "no biases given")


def in_form(form: str, task: Task, gW: list[np.ndarray], gB: list[np.ndarray] | None) -> Pass:
    """Return a right answer in another form that means the same."""
    biases = gB or []
    forms: dict[str, Callable[[], Pass]] = {
        "float32": lambda: ([g.astype(np.float32) for g in gW], [g.astype(np.float32) for g in biases]),
        "lists": lambda: ([g.tolist() for g in gW], biases),
        "float32 all the way": lambda: claimed(in_float32(task)),
        "flat": lambda: ([g[:, 0] if g.shape[1] == 1 else g for g in gW], [b[None, :] for b in biases]),
        "mean of samples": lambda: mean_of_samples(task),
        "numeric": lambda: (numeric(task), None),
        "no biases given": lambda: (gW, None),
    }
    weights, bias_gradients = forms[form]() if form in forms else (gW, gB)
    return weights, bias_gradients or None


def in_float32(task: Task) -> Task:
    """Return the task in single precision."""
    biases = None if task.biases is None else [b.astype(np.float32) for b in task.biases]
    weights = [W.astype(np.float32) for W in task.weights]
    return task._replace(weights=weights, biases=biases, X=task.X.astype(np.float32), Y=task.Y.astype(np.float32))


def mean_of_samples(task: Task) -> Pass:
    """Return the gradients as the mean of each sample's own."""
    parts = [claimed(task._replace(X=task.X[[s]], Y=task.Y[[s]])) for s in range(len(task.X))]
    weights = [np.mean(layer, axis=0) for layer in zip(*(part[0] for part in parts), strict=True)]
    biases = [part[1] for part in parts if part[1] is not None]
    return weights, [np.mean(layer, axis=0) for layer in zip(*biases, strict=True)]


def numeric(task: Task, h: float = 1e-5) -> list[np.ndarray]:
    """Central differences of the loss, entry by entry."""
    gradients = []
    for i, W in enumerate(task.weights):
        g = np.zeros_like(W)
        for place in np.ndindex(*W.shape):
            values = []
            for sign in (1, -1):
                moved = W.copy()
                moved[place] += sign * h
                weights = [*task.weights[:i], moved, *task.weights[i + 1 :]]
                values.append(network(task._replace(weights=weights)).loss(task.X, task.Y))
            g[place] = (values[0] - values[1]) / (2 * h)
        gradients.append(g)
    return gradients


def main() -> None:
    """Print or write the page; exit 1 where a figure that the page claims is not reached."""
    options = argparse.ArgumentParser()
    options.add_argument("--trials", type=int, default=40, help="networks for each mistake")
    options.add_argument("--correct", type=int, default=1000, help="correct answers")
    options.add_argument("--write", type=Path, help="write the page to a Markdown file")
    given = options.parse_args()
    rng = np.random.default_rng(0)
    started = time.perf_counter()
    outcomes = []
    for number, mistake in enumerate(MISTAKES, 1):
        print(f"\r{number}/{len(MISTAKES)} {mistake:32}", end="", file=sys.stderr, flush=True)
        outcomes += planted_outcomes(mistake, given.trials, rng)
    print(f"\r{given.correct} correct answers{'':32}", file=sys.stderr)
    alarms = false_alarms(given.correct, rng)
    text = page(outcomes, given.correct, alarms)
    print(text)
    for alarm in alarms[:5]:
        print(alarm)
    if given.write:
        given.write.write_text(text)
    print(f"{time.perf_counter() - started:.0f} s")
    sys.exit(0 if reached(outcomes, alarms) else 1)


def reached(outcomes: list[Outcome], alarms: list[str]) -> bool:
    """Say whether all are detected, 95 % named where the numbers can tell, 1 % at most wrongly, and none in vain."""
    counts, n = Counter(o.kind for o in outcomes), len(outcomes)
    named = counts["named"] / (n - counts["tie"])
    return counts["missed"] == 0 and named >= 0.95 and counts["wrong"] <= 0.01 * n and not alarms


INTRODUCTION = """# How well mistakes are named

Made by `python benchmarks/check_evaluation.py --write docs/check-evaluation.md`. Each mistake is planted in random
networks of depth 2 to 5 (equal and mixed widths; sigmoid, tanh, relu; sigmoid, tanh, identity and softmax outputs;
squared error, log loss, cross entropy; batches of 1 and 7; with and without biases; in one layer or wherever it can be
made; claimed as gradients or as weight steps), by a backward pass that shares no code with backlit
(`benchmarks/planted.py`), where it changes a number. `check_gradients` sees the claimed arrays and nothing else.
"""

TIES = """## Ties that no method could tell apart

The same numbers have several explanations; then the first is named and the others are listed with it.

- `accumulated` doubles a gradient, and so does a forgotten ½ (`factor-two`). One call cannot tell them apart; two can:
  `check_layer` calls twice.
- `missing-learning-rate` and `learning-rate-twice` at a learning rate of 0.5 are factors of 2 and ½ as well.
- `averaged-over-outputs` with two outputs is a factor of ½. After a softmax with two units it is also what its diagonal
  alone gives: there (a₁ (1 − a₁)) (e₁ − e₂) is the right value, and with e₂ = −e₁ the diagonal gives half of it.
- Where inputs or slopes are 0 (dead rectifiers), mistakes that only touch what is multiplied by 0 leave the same trace.
"""


def page(outcomes: list[Outcome], correct: int, alarms: list[str]) -> str:
    """Return the page as Markdown: the confusion table, its sums, and the ties."""
    head = ("planted", "networks", "named first", "in a stated tie", "unknown", "named wrongly", "missed")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for mistake in MISTAKES:
        mine = [o for o in outcomes if o.planted == mistake]
        confused = Counter(o.first for o in mine if o.kind in ("wrong", "tie"))
        note = f" (first: {', '.join(f'`{n}` {c}' for n, c in confused.items())})" if confused else ""
        lines.append(f"| `{mistake}`{note} | {cells(mine)} |")
    lines.append(f"| all | {cells(outcomes)} |")
    counts, n = Counter(o.kind for o in outcomes), len(outcomes)
    sums = (
        f"Detected: {100 * (1 - counts['missed'] / n):.1f} %. Named as the first finding where the numbers can tell: "
        f"{100 * counts['named'] / (n - counts['tie']):.1f} %. Named wrongly: {100 * counts['wrong'] / n:.2f} %. False "
        f"alarms: {len(alarms)} on {correct} correct answers ({', '.join(FORMS)})."
    )
    return "\n".join([INTRODUCTION, *lines, "", sums, "", TIES])


def cells(outcomes: list[Outcome]) -> str:
    """Return a row's counts."""
    counts = Counter(o.kind for o in outcomes)
    kinds = ("named", "tie", "unknown", "wrong", "missed")
    return " | ".join(str(count) for count in (len(outcomes), *(counts[kind] for kind in kinds)))


if __name__ == "__main__":
    main()
