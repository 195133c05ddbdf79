"""A line in the terminal that shows how far training is; it draws with rich, which is imported when asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backlit.training.history import EpochReport

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["ProgressLine", "SilentProgress", "progress_shown"]


class SilentProgress:
    """Shows nothing."""

    def after_batches(self, count: int) -> None:
        """Take note of some batches."""

    def after_epoch(self, report: EpochReport) -> None:
        """Take note of an epoch."""

    def searching(self) -> None:
        """Take note that it is looked for where a number that is not finite began."""


class ProgressLine(SilentProgress):
    """Shows the epoch, the losses and the time left on one line of a rich progress display."""

    def __init__(self, display: "Progress", task: "TaskID", n_batches: int, epochs: int) -> None:
        self._display, self._task, self._n_batches, self._epochs = display, task, n_batches, epochs

    def after_batches(self, count: int) -> None:
        """Move the bar by so many batches."""
        self._display.advance(self._task, count / self._n_batches)

    def after_epoch(self, report: EpochReport) -> None:
        """Show the losses of the epoch."""
        self._display.update(
            self._task,
            completed=report.epoch,
            description=f"epoch {report.epoch}/{self._epochs}",
            losses=losses_in_words(report),
        )

    def searching(self) -> None:
        """Say so in place of the epoch."""
        self._display.update(self._task, description="a number is not finite: looking for where it began")


def losses_in_words(report: EpochReport) -> str:
    """Return the losses of an epoch as the progress line shows them.

    >>> losses_in_words(EpochReport(3, 0.25, 0.5, 0.875, 0.001))
    'loss 0.25, validation 0.5, score 0.875'
    """
    parts = [("loss", report.loss), ("validation", report.validation_loss), ("score", report.validation_score)]
    return ", ".join(f"{word} {value:.4g}" for word, value in parts if value is not None)


@contextmanager
def progress_shown(wanted: bool, epochs: int, n_batches: int) -> Iterator[SilentProgress]:
    """Within, the value given shows progress on standard error, or nothing where it is not wanted."""
    if not wanted:
        yield SilentProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[losses]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True)) as display:
        task = display.add_task(f"epoch 0/{epochs}", total=epochs, losses="")
        yield ProgressLine(display, task, n_batches, epochs)
