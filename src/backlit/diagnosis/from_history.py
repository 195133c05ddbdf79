"""What a History alone says: facts of its curves. Nothing can be tried on them, so none of them is a cause."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.seen import Seen
from backlit.training.history import History

__all__ = ["diagnosis_of_history", "findings_of_history", "swings"]

FEW_EPOCHS = 10
SOURCE = "of 103 networks that learn well, one cut short lies beyond this, or none"
"""Those of benchmarks/diagnosis_healthy.py."""


def diagnosis_of_history(history: History) -> Diagnosis:
    """Return the facts of a history's curves as observations."""
    if not history.losses and history.stopped_by != "not_finite":
        return Diagnosis("The history holds no epoch, so nothing can be said.", (), curves_alone=True)
    findings = findings_of_history(history)
    n = len(findings)
    ends = f", loss {history.losses[0]:.4g} to {history.losses[-1]:.4g}" if history.losses else ""
    epochs = f"{history.epochs} epoch{'' if history.epochs == 1 else 's'}"
    summary = f"{n} observation{'' if n == 1 else 's'} on the curves of {epochs}{ends}."
    curves = (("training", history.losses), ("validation", history.validation_losses))
    seen = Seen(curves=tuple((name, tuple(map(float, losses))) for name, losses in curves if losses), unit="epoch")
    return Diagnosis(summary, findings, curves_alone=True, seen=seen if seen.curves else None)


def findings_of_history(history: History) -> tuple[Finding, ...]:
    """Return what the curves show, the worst first."""
    losses, validation = history.losses, history.validation_losses
    if history.stopped_by == "not_finite" or not all(math.isfinite(loss) for loss in losses):
        happened = f"training diverged: after epoch {len(losses)} a number was no longer finite"
        return (Finding("diverged", ("lr",), "loss", happened, "use a smaller learning rate", source="exact"),)
    return tuple(finding for rule in (_rises, _flat, swings, _falling) for finding in rule(losses)) + tuple(
        _overfits(losses, validation)
    )


def _rises(losses: Sequence[float]) -> Iterator[Finding]:
    if len(losses) > 1 and losses[-1] > 1.5 * losses[0] > 0:
        happened = f"the loss went up, from {losses[0]:.3g} to {losses[-1]:.3g}"
        advice, times = "use a smaller learning rate", losses[-1] / losses[0]
        yield Finding("loss-rises", ("lr",), "loss", happened, advice, times, 1.5, SOURCE)


def _flat(losses: Sequence[float]) -> Iterator[Finding]:
    """The loss hardly fell, and was never much lower on the way."""
    if len(losses) < FEW_EPOCHS or losses[0] <= 0 or losses[-1] > 1.5 * losses[0]:
        return
    fall = (losses[0] - min(losses)) / losses[0]
    if fall < 0.01:
        happened = f"the loss stands still: in {len(losses)} epochs it fell by {fall:.2%} of {losses[0]:.3g}"
        advice = "diagnose the network itself: bl.diagnose(net, X, y, ...) tries what would mend it"
        innocent = "a run that goes on from one that has learned already"
        yield Finding("loss-flat", ("lr", "act", "init"), "loss", happened, advice, fall, 0.01, SOURCE, innocent)


def swings(losses: Sequence[float]) -> Iterator[Finding]:
    """Yield a finding where the loss goes up and down in the later half of its course."""
    late = np.asarray(losses[len(losses) // 2 :])
    fall = losses[0] - min(losses) if losses else 0.0
    if len(losses) < 2 * FEW_EPOCHS or fall <= 0:
        return
    ups = np.maximum(np.diff(late), 0)
    swing = float(np.sort(ups)[-max(1, len(ups) // 4)] / fall)
    if swing > 0.2:
        happened = f"the loss swings: in a quarter of the later epochs it rose by {swing:.0%} of its whole fall"
        advice = "use a smaller learning rate, or larger batches"
        yield Finding("loss-swings", ("lr", "batch_size"), "loss", happened, advice, swing, 0.2, SOURCE)


def _falling(losses: Sequence[float]) -> Iterator[Finding]:
    if len(losses) < FEW_EPOCHS:
        return
    fall, late = losses[0] - min(losses), losses[-max(2, len(losses) // 5)]
    still = (late - losses[-1]) / fall if fall > 0.01 * abs(losses[0]) else 0.0
    # what is learned already falls on too: its logarithm does, forever
    if still > 0.1 and losses[-1] > 0.1 * losses[0]:
        happened = f"the loss still falls: {still:.0%} of its fall came in the last fifth of training"
        yield Finding("still-falling", ("epoch",), "training", happened, "train longer", still, 0.1, SOURCE)


def _overfits(losses: Sequence[float], validation: Sequence[float]) -> Iterator[Finding]:
    if len(validation) < FEW_EPOCHS or len(validation) != len(losses):
        return
    best = min(range(len(validation)), key=validation.__getitem__)
    times = validation[-1] / validation[best] if validation[best] > 0 else 1.0
    if times > 1.2 and best < 2 * len(validation) / 3 and losses[-1] < 0.8 * losses[best]:
        happened = (
            f"it overfits: the validation loss was least in epoch {best + 1} and is {times:.2g} times that now, while "
            "the training loss fell on"
        )
        advice = "stop early, or use weight decay, dropout, a smaller network or more samples"
        yield Finding("overfitting", ("epoch", "layers"), "validation", happened, advice, times, 1.2)
