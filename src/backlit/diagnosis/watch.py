"""``bl.Watch``: looks at a network while it trains, and says, warns or stops when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.looking import looked_at, units_of
from backlit.diagnosis.recording import PROBE, probe_rows
from backlit.diagnosis.seen import Look, Seen, UnitShares
from backlit.diagnosis.watch_clock import Clock
from backlit.diagnosis.watch_rules import findings_of
from backlit.diagnosis.watch_shown import LiveView, live_view, scalar_writer, write_scalars
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.targets import as_targets
from backlit.training.history import EpochReport
from backlit.validation import number, whole_number, yes_or_no
from backlit.warned import warn_user

__all__ = ["Watch"]

ACTIONS = ("warn", "stop", "collect")


class Watch:
    """Looks at a network in training on some of its samples, seldom enough that it costs next to nothing.

    Parameters: ``X (n, n_in)``, ``y``: as they are fed to training; at most 256 samples of them, drawn once, are
    looked at. ``every``: look after so many epochs (``bl.train``, estimators, Keras) or steps (PyTorch); by default as
    often as ``share`` of the time allows, 0.05, which is not once in a training of a few hundredths of a second.
    ``action``: "warn" of each finding once, warn and "stop" training, or "collect" in silence. ``loss``: of a PyTorch
    module, a function of outputs and y. ``live``: show the layers in the terminal, within ``with``. ``tensorboard``: a
    folder to write scalars to, or anything with ``add_scalar``.

    It is a callback of ``bl.train`` and of our estimators' ``set_callbacks``; in a PyTorch loop, ``after_step`` is
    called after each step; ``for_keras()`` is a callback of Keras. Afterwards ``looks`` and ``findings`` say what was
    seen, and ``diagnosis()`` has text, HTML and pictures. What is trained is the same as without it.

    Raises BacklitError for settings that are none.

    >>> import backlit as bl, numpy as np
    >>> X = np.random.default_rng(0).normal(size=(300, 4))
    >>> net = bl.Network.random([4, 8, 1], activation="tanh", output="identity", loss="squared_error", seed=0)
    >>> watch = Watch(X, X[:, :1], every=1, action="collect")
    >>> net, history = bl.train(net, X, X[:, :1], learning_rate=1e-7, epochs=30, seed=0, callbacks=[watch])
    >>> len(watch.looks), [finding.identifier for finding in watch.findings]
    (30, ['small-steps'])
    """

    def __init__(
        self,
        X: Any,
        y: Any,
        *,
        every: int | None = None,
        share: float = 0.05,
        action: str = "warn",
        loss: Callable[[Any, Any], Any] | None = None,
        live: bool = False,
        tensorboard: Any = None,
    ) -> None:
        if action not in ACTIONS:
            raise BacklitError(f"action must be one of {', '.join(ACTIONS)}, got {action!r:.30}")
        if not hasattr(X, "shape") or not hasattr(y, "shape"):
            X, y = np.asarray(X), np.asarray(y)
        if len(X) != len(y) or not len(X):
            raise BacklitError(f"y must have a row for each of {len(X)} samples, got {len(y)}")
        rows = probe_rows(len(X), PROBE)
        self._X, self._y, self._loss = X[rows], y[rows], loss
        self._every = None if every is None else whole_number(every, "every", 1)
        self._share = number(share, "share")
        if not 0 < self._share <= 1:
            raise BacklitError(f"share must be above 0 and at most 1, got {self._share:g}")
        self._action, self._live_wanted = action, yes_or_no(live, "live")
        self._live: LiveView | None = None
        self._writer = scalar_writer(tensorboard)
        self._clock = Clock(self._share)
        self._asked = False
        self._count, self._unit = 0, "epoch"
        self._before: Any = None
        self._coded: np.ndarray | None = None
        self._units: Callable[[], tuple[UnitShares, ...]] = tuple
        self.looks: list[Look] = []
        self.findings: tuple[Finding, ...] = ()

    @property
    def share_spent(self) -> float:
        """The share of the processor's time since training was first seen that looks have taken."""
        return self._clock.share_spent

    def diagnosis(self) -> Diagnosis:
        """Return what was seen as a Diagnosis: observations, for no experiment was made, and pictures."""
        n = len(self.findings)
        summary = f"{n} observation{'' if n == 1 else 's'} in {len(self.looks)} looks at a training."
        return Diagnosis(
            summary,
            self.findings,
            seen=Seen(tuple(self.looks), self._units(), None, len(self._X), self._unit),
            watched=True,
        )

    # bl.train

    @property
    def wants_last_step(self) -> bool:
        """Whether the epoch that begins is one to look at, so that the network before its last step is to be told."""
        self._clock.start()
        self._asked = self._due(self._count + 1)
        return self._asked

    @property
    def wants_network(self) -> bool:
        """Whether the report of the epoch at hand is to have its network."""
        return self._asked

    def before_last_step(self, net: Network) -> None:
        """Be told the network before the last step of an epoch that is looked at."""
        self._before = net

    def __call__(self, report: EpochReport) -> bool:
        """Take the report of an epoch of ``bl.train``; True ends training."""
        net, before, self._before = report.network, self._before, None
        if net is None or not self._asked:
            self._count += 1
            return False
        return self._counted(lambda: self._network_look(net, self._count, before), due=True)

    # scikit-learn's protocol of callbacks

    def setup(self, estimator: Any, context: Any) -> None:
        """Begin to watch an estimator."""

    def teardown(self, estimator: Any, context: Any) -> None:
        """End it."""

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """An epoch begins."""

    def on_fit_task_end(self, estimator: Any, context: Any) -> bool:
        """An epoch of an estimator ended; True ends the fit."""
        runner = getattr(estimator, "_runner", None)
        if runner is None or context.task_name != "epoch":
            return False
        self._clock.start()
        due = self._due(self._count + 1)
        return self._counted(lambda: self._estimator_look(estimator, runner), due=due)

    # PyTorch, Keras

    def after_step(self, module: Any, loss_value: Any = None) -> bool:
        """Take note of a step of a PyTorch loop, after ``optimizer.step()``; True asks to end it.

        ``loss_value``: the batch's loss; one that is not finite is a finding.
        """
        from backlit.diagnosis.torch_looks import module_look, weights_of

        if self._loss is None:
            raise BacklitError("a PyTorch module is watched with its loss: Watch(X, y, loss=)")
        self._unit = "step"
        before, self._before = self._before, None
        self._clock.start()
        due = self._asked or (self._every is not None and self._due(self._count + 1))
        stop = self._counted(
            lambda: module_look(module, self._loss, self._X, self._y, self._count, before, loss_value), due=due
        )
        self._asked = self._due(self._count + 1)
        if self._asked:
            with self._clock.looking(part=True):
                self._before = weights_of(module)
        return stop

    def for_keras(self) -> Any:
        """Return a callback for ``model.fit`` of Keras."""
        from backlit.diagnosis.watch_keras import keras_callback

        return keras_callback(self._counted, self._network_look, self)

    # what all of them share

    def __enter__(self) -> Watch:
        if self._live_wanted:
            self._live = live_view()
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
        if hasattr(self._writer, "flush"):
            self._writer.flush()

    def _due(self, count: int) -> bool:
        return self._clock.allows() if self._every is None else count % self._every == 0

    def _counted(self, look: Callable[[], Look], *, due: bool) -> bool:
        """Count an epoch or a step, look where it is due, and say whether training is to end."""
        self._count += 1
        if not due:
            return False
        with self._clock.looking():
            new = self._taken(look())
        for finding in new:
            if self._action != "collect":
                warn_user(f"{finding.identifier} ({finding.address}): {finding.happened}; {finding.advice}")
        return bool(self._action == "stop" and self.findings)

    def _taken(self, look: Look) -> list[Finding]:
        """Keep a look, write and show it; return the findings that are new."""
        self.looks.append(look)
        told = {finding.identifier for finding in self.findings}
        new = [found for found in findings_of(self.looks, len(self._X)) if found.identifier not in told]
        self.findings = (*self.findings, *new)
        if self._writer is not None:
            write_scalars(self._writer, look)
        if self._live is not None:
            self._live.show(self.looks, self.findings, self._unit)
        return new

    def _network_look(self, net: Network, step: int, before: Network | None) -> Look:
        if self._coded is None or self._coded.shape[1] != net.layers[-1].n_out:
            self._coded = as_targets(net, np.asarray(self._y), len(self._X), one_sample=False)
        X = np.asarray(self._X, net.layers[0].weights.dtype)
        self._units = lambda: units_of(net, X)
        return looked_at(net, X, self._coded, step, before)

    def _estimator_look(self, estimator: Any, runner: Any) -> Look:
        classes = getattr(estimator, "classes_", None)
        if self._coded is None:
            y = np.asarray(self._y)
            self._y = y if classes is None or y.ndim > 1 else np.searchsorted(classes, y)
        return self._network_look(runner.network(), self._count, None)
