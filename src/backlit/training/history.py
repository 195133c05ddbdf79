"""What a training run measured: one report an epoch, and the History of all of them."""

import html
import math
import textwrap
from dataclasses import dataclass
from typing import Any

from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.curve import loss_curve
from backlit.training.curve_svg import curve_svg

__all__ = ["EpochReport", "History"]


@dataclass(frozen=True, eq=False)
class EpochReport:
    """What a callback is given after each epoch, counted from 1.

    ``loss``: mean over the epoch's samples, each measured just before its batch's step. ``validation_loss``,
    ``validation_score`` (accuracy): after the epoch; None without validation samples or without classes.
    ``learning_rate``: the epoch's. ``network``: the network after the epoch, of an estimator in y's own units; None
    where no callback wants it.
    """

    epoch: int
    loss: float
    validation_loss: float | None
    validation_score: float | None
    learning_rate: float
    network: Network | None = None

    @property
    def monitored_loss(self) -> float:
        """The loss that early stopping and the plateau schedule watch: of validation, where there is any."""
        return self.loss if self.validation_loss is None else self.validation_loss


@dataclass(frozen=True)
class History:
    """What training measured, one entry an epoch.

    ``losses``: mean over the epoch's samples, each before its batch's step. ``validation_losses`` and
    ``validation_scores`` (accuracy after softmax, and after sigmoid with log_loss): after the epoch; empty where
    there are none. ``learning_rates``: the rate of each epoch. ``stopped_by``: "epochs", "early_stopping",
    "callback" or "interrupt" ("not_finite" or "checkpoint" in the history of a TrainingError). ``seconds``: wall time.
    ``note``: what to look at, such as targets far from the first predictions, or nothing learned; or "".
    """

    losses: tuple[float, ...]
    validation_losses: tuple[float, ...] = ()
    validation_scores: tuple[float, ...] = ()
    learning_rates: tuple[float, ...] = ()
    stopped_by: str = "epochs"
    seconds: float = 0.0
    note: str = ""

    @property
    def epochs(self) -> int:
        """Number of epochs completed."""
        return len(self.losses)

    @property
    def best_epoch(self) -> int | None:
        """The epoch, from 1, with the lowest validation loss (training loss without validation); None before one."""
        monitored = self.validation_losses or self.losses
        return monitored.index(min(monitored)) + 1 if monitored else None

    def __repr__(self) -> str:
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        parts = [f"History of {epochs} in {self.seconds:.3g} s, stopped by {self.stopped_by.replace('_', ' ')}"]
        if self.losses:
            parts.append(f"loss {self.losses[0]:.4g} to {self.losses[-1]:.4g}")
        if self.validation_losses:
            parts.append(f"validation {self.validation_losses[-1]:.4g}")
        if self.losses:
            parts.append(f"best epoch {self.best_epoch}")
        return "; ".join([*parts, self.note] if self.note else parts)

    def to_text(self, *, width: int = 60, height: int = 12) -> str:
        """Draw the loss curves with plain Unicode: ``width`` and ``height`` of the picture in characters.

        The line is the training loss, circles are the validation loss. The axis is logarithmic where the losses span
        more than two decades, and says so. The ``note``, where there is one, stands below. Raises BacklitError for a
        picture of less than 10 by 3 characters.

        >>> print(History((0.9, 0.5, 0.3, 0.2), (0.8, 0.5, 0.4, 0.45)).to_text(width=20, height=4))
        0.9 ┤○⠢⣀
            │   ○⠤⡀
            │     ⠈○⠢⠤○⣀ ○  ○  ○
        0.2 ┤           ⠉⠑⠒⠒⠤⠤⠤⣀⣀
            └┬────────────▲─────┬
             1            3     4 epoch
            ⠒⠒⠒ training loss  ○ validation loss  ▲ best epoch 3 (validation loss 0.4)
        """
        drawn = loss_curve(
            self.losses, self.validation_losses, self.best_epoch, self.spans_decades, width=width, height=height
        )
        return "\n".join([drawn, *textwrap.wrap(self.note, max(width, 40))])

    def to_svg(self) -> str:
        """Draw the loss curves as SVG; the axis is logarithmic as in ``to_text``. A notebook shows it by itself.

        >>> History((0.9, 0.5, 0.3)).to_svg().startswith("<svg")
        True
        """
        return curve_svg(self.losses, self.validation_losses, self.best_epoch, self.spans_decades)

    def _repr_html_(self) -> str:
        return self.to_svg() if self.losses else f"<p>{html.escape(repr(self))}</p>"

    def plot(self, ax: Any = None) -> Any:
        """Draw the loss curves with matplotlib on ``ax``, by default new axes, and return the axes.

        Raises BacklitError where matplotlib is not installed.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            raise BacklitError("plot needs matplotlib, which is not installed: pip install matplotlib") from None
        if ax is None:
            _, ax = plt.subplots()
        epochs = range(1, self.epochs + 1)
        ax.plot(epochs, self.losses, label="training loss")
        if self.validation_losses:
            ax.plot(epochs, self.validation_losses, "--", label="validation loss")
        if self.best_epoch is not None:
            ax.axvline(self.best_epoch, color="0.6", linestyle=":", label=f"best epoch {self.best_epoch}")
        if self.spans_decades:
            ax.set_yscale("log")
        ax.set_xlabel("epoch")
        ax.set_ylabel("loss")
        ax.legend()
        return ax

    @property
    def spans_decades(self) -> bool:
        """Whether the losses span more than two decades, so that a logarithmic axis shows them better."""
        values = self.losses + self.validation_losses
        return bool(values) and min(values) > 0 and math.log10(max(values) / min(values)) > 2
