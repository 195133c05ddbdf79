"""What a run keeps on its way: the report of each epoch, and the best network so far."""

import time
from dataclasses import replace

import numpy as np

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.runners.not_finite import first_not_finite_in_sweep
from backlit.runners.protocol import LookUp, Runner
from backlit.training.data import Data
from backlit.training.errors import training_error
from backlit.training.history import EpochReport, History
from backlit.training.settings import Settings
from backlit.validation import number

__all__ = ["Record", "accuracy", "learning_rate_of_epoch", "validation_measured"]


class Record:
    """The reports so far, and their monitored losses; ``best`` is the one with the lowest, the first of equals."""

    def __init__(self) -> None:
        self.reports: list[EpochReport] = []
        self.monitored_losses: list[float] = []
        self.best: EpochReport | None = None
        self._started = time.perf_counter()

    @classmethod
    def resumed(
        cls, reports: list[EpochReport], best_epoch: int | None, best: Network | None, seconds: float
    ) -> "Record":
        """Return the record of a run that has done these epochs in so many seconds."""
        record = cls()
        record.reports = list(reports)
        record.monitored_losses = [report.monitored_loss for report in reports]
        record.best = None if best_epoch is None else replace(reports[best_epoch - 1], network=best)
        record._started -= seconds
        return record

    @property
    def seconds(self) -> float:
        """Wall time of the run so far."""
        return time.perf_counter() - self._started

    def add(self, report: EpochReport) -> None:
        """Keep a report; only the best one's network is held on to."""
        self.reports.append(replace(report, network=None))
        self.monitored_losses.append(report.monitored_loss)
        if self.best is None or report.monitored_loss < self.best.monitored_loss:
            self.best = report

    @property
    def epochs_without_gain(self) -> int:
        """Epochs since the best one."""
        return 0 if self.best is None else len(self.reports) - self.best.epoch

    def history(self, stopped_by: str) -> History:
        """Return what was measured so far."""
        return History(
            losses=tuple(report.loss for report in self.reports),
            validation_losses=tuple(r.validation_loss for r in self.reports if r.validation_loss is not None),
            validation_scores=tuple(r.validation_score for r in self.reports if r.validation_score is not None),
            learning_rates=tuple(report.learning_rate for report in self.reports),
            stopped_by=stopped_by,
            seconds=self.seconds,
        )


def learning_rate_of_epoch(epoch: int, settings: Settings, monitored_losses: list[float]) -> float:
    """Return the schedule's learning rate of an epoch, from 1, read at the epoch's middle."""
    schedule = settings.schedule
    progress = np.asarray((epoch - 0.5) / settings.epochs)
    factor = schedule.factor(list(monitored_losses) if schedule.reads_losses else progress)
    factor = number(float(factor), f"the factor of schedule '{schedule.name}' in epoch {epoch}")
    if factor < 0:
        raise BacklitError(
            f"the factor of schedule '{schedule.name}' must be at least 0, got {factor:g} in epoch {epoch}"
        )
    return settings.learning_rate * factor


def validation_measured(
    runner: Runner, net: Network, data: Data, epoch: int, rate: float, look_up: LookUp | None = None
) -> tuple[float | None, float | None]:
    """Return the validation loss and score after an epoch; None where there is none.

    ``net``: for the names of its functions; the parameters are the runner's.
    Raises TrainingError, with the last good network, where the loss is not finite.
    """
    if data.X_validation is None or data.y_validation is None:
        return None, None
    X, y = data.X_validation, data.y_validation
    outputs, losses = runner.measure(X, y)
    with np.errstate(all="ignore"):
        loss = float(np.mean(losses))
        found = None if np.isfinite(loss) else first_not_finite_in_sweep(forward(runner.network(), X), losses)
    if found is not None:
        raise training_error(found, epoch, None, rate, runner.last_good(look_up))
    return loss, accuracy(net, outputs, y)


def accuracy(net: Network, p: np.ndarray, y: np.ndarray) -> float | None:
    """Return the share of right answers of predictions p (n, n_out) to targets y (n, n_out), or None.

    After softmax an answer is a sample's likeliest class; after sigmoid with log_loss it is each output's yes or no.
    """
    if net.layers[-1].row.name == "softmax":
        return float(np.mean(p.argmax(axis=1) == y.argmax(axis=1)))
    if net.loss_row.name == "log_loss" and net.layers[-1].row.name == "sigmoid":
        return float(np.mean((p > 0.5) == (y > 0.5)))
    return None
