"""The losses that numbers of a file are: found by their values, beside the predictions and targets of their time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backlit.scripts.found.losses import LOSS, NO_ERROR, loss_table, losses_of
from backlit.scripts.found.own_records import own_keys
from backlit.scripts.found.passes import ForwardPass
from backlit.scripts.found.targets import Target
from backlit.scripts.seen.records import Moment, Record

__all__ = ["FoundLoss", "called_losses", "found_loss"]

KINDS = ("value", "seen", "return")
MEASURES = ("absolute_error", "huber")
CALLED = {
    "absolute_error": re.compile(r"(?<![a-z])(mae|mean_abs|l1_?loss)|abs\(.*mean|mean\(.*abs\(", re.IGNORECASE),
    "huber": re.compile(r"huber|smooth_?l1", re.IGNORECASE),
}


class FoundLoss(NamedTuple):
    """The loss that a number of the file is: as ``check_gradients`` names it, and the record of that number."""

    loss: str
    reduction: str
    record: Record
    words: str


def found_loss(moments: Sequence[Moment], found: ForwardPass, target: Target) -> list[FoundLoss]:
    """Return the losses that numbers of the file are, those that are called one first."""
    matches: list[tuple[int, FoundLoss]] = []
    seen: set[tuple[str, str, int]] = set()
    for moment in moments:
        for record in _scalars(moment):
            pair = _beside(moment, record, found, target)
            if pair is None:
                continue
            called = bool(LOSS.search(record.name) or LOSS.search(record.scope))
            # of one number any other may be the loss by chance
            exact = found.predictions.size == 1 and not called
            value, table = float(record.value.reshape(())), loss_table(*pair, found)
            for loss, reduction, words in losses_of(value, table, exact=exact):
                if _may_be(record, loss, found.predictions.size) and (loss, reduction, record.line) not in seen:
                    seen.add((loss, reduction, record.line))
                    matches.append((not called, FoundLoss(loss, reduction, record, words)))
    return [match for _, match in sorted(matches, key=lambda pair: pair[0])]


def called_losses(moments: Sequence[Moment]) -> tuple[str, ...]:
    """Return which of the absolute error and Huber's loss a number or a function of the file is called."""
    words = {word for moment in moments for r in moment.records for word in (r.name, r.scope)}
    return tuple(loss for loss, called in CALLED.items() if any(called.search(word) for word in words))


def _may_be(record: Record, loss: str, size: int) -> bool:
    """Say whether a number may be a loss of ``size`` numbers that has its value.

    Of one number the absolute error is the error itself, which every pass has: its name says that it is the loss.
    """
    if record.kind.startswith("increment"):
        return loss in MEASURES
    return loss not in MEASURES or size > 1 or bool(NO_ERROR.search(record.name))


def _scalars(moment: Moment) -> list[Record]:
    """Return the numbers that may be a loss: the one that a moment was kept for, and the last of each name."""
    if moment.at is not None and not moment.update:
        return [moment.at]
    last = {
        (r.key, r.kind): r
        for r in moment.records
        if r.value.size == 1 and r.kind in KINDS and not float(r.value.reshape(())).is_integer()
    }
    added = [r for r in moment.records if r.kind == "increment+" and r.value.size == 1 and LOSS.search(r.name)]
    return [*last.values(), *added[-1:]]


def _beside(moment: Moment, record: Record, found: ForwardPass, target: Target) -> tuple[np.ndarray, np.ndarray] | None:
    """Return predictions and targets as they stood when a number was made."""
    keys = own_keys(found)
    if moment.timeless:
        return found.predictions, target.rows
    outputs = [r for r in moment.records if (r.key, r.kind) in keys and r.number < record.number]
    keyed = {r.key for r in target.node.records}
    targets = [r for r in moment.records if r.key in keyed and r.number < record.number]
    p = found.predicted(outputs[-1].value) if outputs else None
    if p is not None and targets:
        y = _as_targets(found, target, targets[-1].value, len(p))
        if y is not None:
            return p, y
    # the loss of all data, where a step is made by a part of them: their targets are called as those are
    p = found.predicted_of(outputs[-1].value) if outputs else None
    names = {name for _, name in keyed}
    alike = [r for r in moment.records if r.name in names and r.number < record.number and r.value.size > 1]
    y = None if p is None or not alike else _as_targets(found, target, alike[-1].value, len(p))
    return None if p is None or y is None else (p, y)


def _as_targets(found: ForwardPass, target: Target, value: np.ndarray, n: int) -> np.ndarray | None:
    """Return targets as rows (n, n_out) of an array like the targets'; None where it has not so many."""
    n_out = found.predictions.shape[1]
    if target.labels:
        labels = value.reshape(-1)
        usable = len(labels) == n and (labels == np.round(labels)).all() and labels.min() >= 0 and labels.max() < n_out
        return np.eye(n_out)[labels.astype(np.intp)] if usable else None
    rows = found.rows(value, n_out) if n == len(found.predictions) else found.samples_in(value, n_out)
    return rows if rows is not None and len(rows) == n else None
