"""What ``check_gradients`` says of a file's arrays, under one reading of its convention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backlit.check.gradients import check_as_told
from backlit.check.report import CheckReport
from backlit.errors import BacklitError
from backlit.scripts.found.subject import Subject
from backlit.scripts.judged.expected import Fact, Option
from backlit.scripts.judged.readings import Reading

__all__ = ["checked"]


def checked(subject: Subject, option: Option, facts: Sequence[Fact], reading: Reading) -> CheckReport:
    """Return what ``check_gradients`` says of the facts, in the layout that the file has."""
    found, net = subject.found, option.net
    loss, unit = reading.loss, reading.unit
    turned = all(link.turned for link in found.links)
    layout = "columns" if found.columns and turned else "torch" if turned else "rows"
    by_place = {(fact.layer, fact.quantity): _in_its_precision(fact) for fact in facts}
    X, y = found.samples, subject.target.rows
    weights = [
        _given(by_place.get((i, "weight_gradient")), unit, net.weights[i - 1]) for i in range(1, len(net.layers) + 1)
    ]
    biases = None
    if any(b is not None for b in net.biases):
        biases = [
            None if b is None else _given(by_place.get((i, "bias_gradient")), unit, b)
            for i, b in enumerate(net.biases, 1)
        ]
    if layout != "rows":
        weights = [W.T for W in weights]
    masks = found.masks
    if masks is not None and layout == "columns":
        masks = [None if mask is None else mask.T for mask in masks]
    try:
        return check_as_told(
            net,
            X.T if layout == "columns" else X,
            y.T if layout == "columns" else y,
            weights,
            biases,
            learning_rate=reading.rate,
            convention="weight_step" if reading.negative else "gradient",
            layout=layout,
            reduction=reading.reduction,
            loss=loss if loss != net.loss_row.name else None,
            masks=masks,
        )
    except BacklitError:
        if loss is None and reading.reduction == "mean":
            raise
        return checked(subject, option, facts, reading._replace(loss=None, reduction="mean"))


def _in_its_precision(fact: Fact) -> np.ndarray | None:
    """Return what was claimed in the precision that the file has it in: then as much rounding is allowed for."""
    gradient = fact.claim.gradient
    single = gradient is not None and gradient.dtype == "float32" and fact.values is not None
    return fact.values.astype(np.float32) if single and fact.values is not None else fact.values


def _given(values: np.ndarray | None, unit: float, like: np.ndarray) -> np.ndarray:
    return np.zeros(like.shape) if values is None else (values * unit).astype(values.dtype)
