"""A loss that is none of those that are known: then gradients that nothing explains are not judged."""

from __future__ import annotations

from backlit.scripts.found.losses import LOSS
from backlit.scripts.found.subject import Subject

__all__ = ["given_words", "other_loss"]

WORDS = (
    "I understood the forward pass. The file's loss (`{name}`, line {line}) is none that I know, and no loss that I "
    "know gives these gradients: they were not judged. If it is one of these, tell it: --loss squared_error, "
    "absolute_error, huber, log_loss or cross_entropy."
)


GIVEN_WORDS = (
    "The file's loss is none that I know, so its error at the output{named} could not be judged. Everything behind it "
    "follows from it as it should. If the loss is one of these, tell it: --loss squared_error, absolute_error, huber, "
    "log_loss or cross_entropy."
)


def given_words(subject: Subject) -> str:
    """Return a sentence on a backward pass that is right if its error at the output is."""
    error = subject.deltas[-1]
    return GIVEN_WORDS.format(named="" if error is None else f" (`{error.name}`, line {error.line})")


def other_loss(subject: Subject) -> str:
    """Return a sentence on the number that the file calls its loss, where it is no loss that is known; else ""."""
    if subject.losses or subject.told.loss is not None:
        return ""
    after = subject.found.output.first
    for record in reversed(subject.moment.records):
        value = record.value
        called = record.kind == "value" and LOSS.search(record.name.rpartition(".")[2])
        if value.size == 1 and record.number > after and called and not float(value.reshape(())).is_integer():
            return WORDS.format(name=record.name, line=record.line)
    return ""
