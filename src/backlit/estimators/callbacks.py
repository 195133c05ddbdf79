"""scikit-learn's callbacks: its mixin where it has one (1.9 and later), a stand-in that does nothing where not."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backlit.errors import BacklitError
from backlit.training.history import EpochReport

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn before 1.9

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stand-in: there is nothing to call, and who asks for it is told."""

        def set_callbacks(self, *callbacks: Any) -> Any:
            """Return the estimator; raise BacklitError for any callback."""
            if callbacks:
                raise BacklitError("callbacks need scikit-learn 1.9 or newer, got an older one")
            return self

    def with_callbacks(method: Any) -> Any:
        """Return the method as it is."""
        return method


__all__ = ["CallbackSupportMixin", "FitHooks", "PlainCallback", "as_callback", "with_callbacks"]


@dataclass(frozen=True)
class PlainCallback:
    """A plain function in scikit-learn's protocol: it is called after each epoch, with an ``EpochReport``."""

    function: Callable[[EpochReport], Any]

    def setup(self, estimator: Any, context: Any) -> None:
        """Nothing is to be set up."""

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """Nothing is told before an epoch."""

    def on_fit_task_end(self, estimator: Any, context: Any) -> bool:
        """Tell the function what the epoch measured; its answer True ends the fit."""
        if context.task_name != "epoch":
            return False
        losses, scores = estimator.validation_loss_curve_, estimator.validation_scores_
        # the parameters of L-BFGS stand in the estimator, those of epochs in what runs them
        runner = getattr(estimator, "_runner", None)
        report = EpochReport(
            len(estimator.loss_curve_),
            float(estimator.loss_curve_[-1]),
            float(losses[-1]) if losses else None,
            float(scores[-1]) if scores else None,
            float(getattr(estimator, "_epoch_rate", math.nan)),
            estimator.network_ if runner is None else estimator._in_own_units(runner.network()),
        )
        return self.function(report) is True

    def teardown(self, estimator: Any, context: Any) -> None:
        """Nothing is left to tear down."""


def as_callback(given: Any) -> Any:
    """Return a callback in scikit-learn's protocol as it is, and a plain function as one; classes are neither."""
    if not callable(given) or isinstance(given, type) or hasattr(given, "on_fit_task_end"):
        return given
    return PlainCallback(given)


class FitHooks:
    """Calls the callbacks set on an estimator: around the fit, and around each of its at most ``n_tasks`` epochs.

    ``parameters()`` gives the fitted attributes as they are at the moment; they are asked for only where a callback
    wants a fitted estimator. Without callbacks every method returns at once.
    """

    def __init__(
        self, mlp: Any, n_tasks: int, X: Any, y: Any, sample_weight: Any, parameters: Callable[[], dict[str, Any]]
    ) -> None:
        self._mlp, self._parameters = mlp, parameters
        self._told = {"estimator": mlp, "X": X, "y": y, "metadata": {}}
        if sample_weight is not None:
            self._told["metadata"] = {"sample_weight": sample_weight}
        self._fit: Any = None
        self._epoch: Any = None
        if getattr(mlp, "_skl_callbacks", None):
            self._fit = mlp._init_callback_context(max_subtasks=n_tasks)
            self._fit.call_on_fit_task_begin(**self._told)

    def __bool__(self) -> bool:
        return self._fit is not None

    def begin_epoch(self) -> None:
        """Tell the callbacks that an epoch begins, unless one is open already."""
        if self._fit is not None and self._epoch is None:
            self._epoch = self._fit.subcontext(task_name="epoch")
            self._epoch.call_on_fit_task_begin(**self._told, reconstruction_attributes=self._parameters)

    def end_epoch(self) -> bool:
        """Tell the callbacks that the epoch ended; return whether one of them wants the fit to end."""
        if self._epoch is None:
            return False
        epoch, self._epoch = self._epoch, None
        return bool(epoch.call_on_fit_task_end(**self._told, reconstruction_attributes=self._parameters))

    def end_fit(self) -> None:
        """Tell the callbacks that the fit ended, and an epoch that it never began with."""
        self.end_epoch()
        if self._fit is not None:
            self._fit.call_on_fit_task_end(**self._told, reconstruction_attributes=self._parameters)
