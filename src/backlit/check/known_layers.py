"""Layers that are recognised by their numbers, whose mistakes are then named in all arrays at once.

A recurrent layer, and attention: a mistake inside them reaches several arrays, and none of these shows it by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from backlit.check.attentions import attention_mistakes
from backlit.check.derivative_words import instead, matters
from backlit.check.recurrences import recurrence_mistakes
from backlit.check.report import CheckReport, Finding

__all__ = ["with_known_layer"]

NEAR = 1e-5
Gradients = list[np.ndarray | None]
Backward = Callable[[np.ndarray], Gradients]
"""The gradients at all points for an output gradient; None at what is no parameter of such a layer."""


def with_known_layer(
    report: CheckReport,
    points: Sequence[np.ndarray],
    output: np.ndarray,
    weights: np.ndarray,
    claims: Sequence[Gradients],
) -> CheckReport:
    """Return a report whose findings are one, where a mistake in a layer that is recognised explains all that is wrong.

    ``points`` are those of the layer, X first; ``weights`` the output gradients drawn, ``claims`` what came for each.
    """
    wrong = [verdict.quantity for verdict in report.verdicts if not verdict.ok]
    if not wrong or (all(f.identifier != "unknown" for f in report.findings) and len(report.findings) == 1):
        return report
    for name, fact, backward in _mistakes(points, output):
        with np.errstate(all="ignore"):
            if all(_same(claimed, backward(dY)) for claimed, dY in zip(claims, weights, strict=True)):
                subject = f"{', '.join(wrong[:-1])} and {wrong[-1]} are" if len(wrong) > 1 else f"{wrong[0]} is"
                words = f"The {subject} wrong in a known way: {fact}."
                found = Finding(name, 0, (), "certain", words, matters(name), instead(name))
                return CheckReport(report.title, report.verdicts, (found,), report.remarks)
    return report


def _mistakes(points: Sequence[np.ndarray], output: np.ndarray) -> Iterator[tuple[str, str, Backward]]:
    yield from attention_mistakes(points, output)
    yield from recurrence_mistakes(points, output)


def _same(claimed: Gradients, wrong: Gradients) -> bool:
    """Say whether a mistake gives all arrays that were claimed."""
    return all(
        c is None or (w is not None and c.shape == w.shape and bool(np.allclose(c, w, rtol=NEAR, atol=NEAR * _size(w))))
        for c, w in zip(claimed, wrong, strict=True)
    )


def _size(array: np.ndarray) -> float:
    return float(np.abs(array).max(initial=0.0)) * 1e-2 + 1e-12
