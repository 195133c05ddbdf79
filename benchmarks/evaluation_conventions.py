"""Mistakes and right passes in people's conventions: layouts, shapes of biases, reductions, losses, float32.

Run: python benchmarks/evaluation_conventions.py [COUNT]. Each pass is planted by planted.py, which shares no code with
backlit, and turned into a convention by plain NumPy here; the convention is told where sizes cannot say it.
"""

import sys
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from arguments import given
from evaluation_singles import (
    ALTERNATIVES_AT_MOST,
    FLOAT32_TIMES,
    LEAST,
    ROUNDED_LEAST,
    changes,
    distance,
    finite,
    network,
    possible,
    task_in_float32,
)
from planted import FORMS, MISTAKES, Plan, Task, claimed, random_task

import backlit as bl

__all__ = ["Convention", "ConventionOutcome", "convention_outcomes"]

LEFT_OUT = ("missing-learning-rate", "learning-rate-twice", "rounded", "regularizer-not-in-gradient")
"""Mistakes that need a learning rate, a penalty or digits: other parts of the evaluation have them."""
PLANTED = tuple(name for name in MISTAKES if name not in LEFT_OUT)


class Convention(NamedTuple):
    """Samples as ``columns``, weights ``turned``, the shape of biases, the reduction, the loss, single precision."""

    columns: bool
    turned: bool
    biases: str
    reduction: str
    loss: str | None
    narrow: bool


class ConventionOutcome(NamedTuple):
    """What was planted ("" for nothing), in which convention, what was said first, and the other names that fit."""

    planted: str
    convention: Convention
    first: str
    alternatives: tuple[str, ...]
    fits: bool

    @property
    def kind(self) -> str:
        """right, alarm; named, tie, unknown, wrong, missed."""
        if not self.planted:
            return "alarm" if self.first else "right"
        if not self.first:
            return "missed"
        if self.first == self.planted:
            return "named"
        if self.first == "unknown":
            return "unknown"
        stated = self.planted in self.alternatives and len(self.alternatives) <= ALTERNATIVES_AT_MOST
        return "tie" if stated and self.fits else "wrong"


def random_convention(task: Task, rng: np.random.Generator) -> Convention:
    """Draw a convention."""
    square = task.loss == "squared_error"
    losses = ("squared_error", "mse", "sum_squared_error", "half_mean_squared_error")
    return Convention(
        columns=bool(rng.random() < 0.5),
        turned=bool(rng.random() < 0.5),
        biases=str(rng.choice(["flat", "column", "row"])),
        reduction=str(rng.choice(["mean", "sum"])),
        loss=str(rng.choice(losses)) if square else None,
        narrow=bool(rng.random() < 0.3),
    )


def factor(task: Task, convention: Convention) -> float:
    """Return what a gradient is multiplied by in a convention, by hand: half a sum over outputs is 1."""
    n, n_out = task.Y.shape
    by_loss = {"mse": 2 / n_out, "sum_squared_error": 2.0, "half_mean_squared_error": 1 / n_out}
    times: float = by_loss.get(convention.loss or "", 1.0)
    return times * (n if convention.reduction == "sum" else 1)


def reported(task: Task, claim: tuple[list[Any], list[Any] | None], convention: Convention) -> bl.CheckReport:
    """Turn a pass into a convention and check it."""
    times = factor(task, convention)
    dtype = np.float32 if convention.narrow else np.float64
    gW = [np.asarray(times * g, dtype) for g in claim[0]]
    gB = None if claim[1] is None else [np.asarray(times * g, dtype) for g in claim[1]]
    if convention.turned:
        gW = [g.T for g in gW]
    shapes = {"flat": lambda b: b, "column": lambda b: b[:, None], "row": lambda b: b[None, :]}
    gB = None if gB is None else [shapes[convention.biases](b) if b.ndim == 1 else b for b in gB]
    X, Y = (task.X.T, task.Y.T) if convention.columns else (task.X, task.Y)
    options: dict[str, Any] = {"reduction": convention.reduction, "loss": convention.loss}
    if convention.turned:
        options["layout"] = "columns" if convention.columns else "torch"
    return bl.check_gradients(network(task), X, Y, gW, gB, **options)


def least(task: Task, plain: Any, convention: Convention) -> float:
    """Return what a mistake must change: in single precision what the other parts of the evaluation ask for there."""
    if not convention.narrow:
        return LEAST
    return max(ROUNDED_LEAST, FLOAT32_TIMES * distance(plain, claimed(task_in_float32(task))))


def convention_outcomes(count: int, rng: np.random.Generator, *, right: bool) -> list[ConventionOutcome]:
    """Check ``count`` passes in random conventions, all of them right or each with one mistake."""
    outcomes: list[ConventionOutcome] = []
    while len(outcomes) < count:
        task = random_task(rng)
        convention = random_convention(task, rng)
        if convention.columns and not convention.turned and len(task.X) == task.X.shape[1]:
            continue  # nothing says which of the two it is
        name = "" if right else str(rng.choice(PLANTED))
        if name == "broadcast-outer" and (task.Y.shape[1] > 1 or len(task.X) == 1):
            continue
        if name == "swapped-outer-product" and convention.columns and not convention.turned:
            continue  # that is the right pass of the usual layout in columns, which is found by itself
        plan = Plan({name: None}, {name: int(rng.integers(FORMS))}) if name else Plan({}, {})
        with np.errstate(all="ignore"):
            plain, claim = claimed(task), claimed(task, plan)
        if not finite(claim) or (name and not changes(plain, claim, least(task, plain, convention))):
            continue
        report = reported(task, claim, convention)
        first = report.findings[0] if report.findings else None
        said = "" if report.ok else first.identifier if first else "unknown"
        fits = bool(
            name and said not in ("", "unknown", name) and possible(task, claim, said, narrow=convention.narrow)
        )
        outcomes.append(ConventionOutcome(name, convention, said, first.alternatives if first else (), fits))
    return outcomes


def main() -> int:
    """Print the figures; return 1 where one is not reached."""
    count = given(__doc__, count={"nargs": "?", "type": int, "default": 1000}).count
    wrong = convention_outcomes(count, np.random.default_rng(17), right=False)
    right = convention_outcomes(2 * count, np.random.default_rng(18), right=True)
    counts, alarms = Counter(o.kind for o in wrong), Counter(o.kind for o in right)
    tellable = max(1, count - counts["tie"])
    share = 100 * counts["named"] / tellable
    print(f"{count} wrong passes: {dict(counts)}; named where the numbers can tell {share:.1f} %")
    print(f"{2 * count} right passes: {alarms['alarm']} false alarms")
    odd = [o for o in wrong if o.kind in ("wrong", "missed")] + [o for o in right if o.kind == "alarm"]
    for outcome in odd[:5]:
        print(outcome)
    reached = counts["missed"] == 0 and alarms["alarm"] == 0 and counts["wrong"] <= 0.005 * count
    return int(not (reached and counts["named"] >= 0.97 * tellable))


if __name__ == "__main__":
    sys.exit(main())
