"""``bl.Watch``: looks at a network while it trains, and says, warns or stops when something is wrong."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.diagnosis.findings import Diagnosis, Finding
from backlit.diagnosis.looking import looked_at, units_of
from backlit.diagnosis.seen import Look, Seen
from backlit.diagnosis.watch_clock import Clock
from backlit.diagnosis.watch_rules import findings_of
from backlit.diagnosis.watch_samples import encoded_targets, inputs_for, probe_samples
from backlit.diagnosis.watch_shown import LiveView, live_view, scalar_writer, write_scalars
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.training.history import EpochReport
from backlit.validation import number, whole_number, yes_or_no
from backlit.warned import warn_user

__all__ = ["Watch"]

ACTIONS = ("warn", "stop", "collect")


class Watch:
    """Looks at a network in training on some of its samples, seldom enough that it costs next to nothing.

    Parameters: ``X (n, n_in)``, dense or sparse, ``y``: as they are fed to training (of an estimator, to ``fit``); at
    most 256 samples of them, drawn once, are looked at. ``every``: look after so many epochs (``bl.train``,
    estimators, Keras) or steps (PyTorch); by default as often as ``share`` of the time allows, 0.05, which is not once
    in a training of a few hundredths of a second.
    ``action``: "warn" of each finding once, warn and "stop" training, or "collect" in silence. ``loss``: of a PyTorch
    module, a function of outputs and y. ``live``: show the layers in the terminal, within ``with``. ``tensorboard``: a
    folder to write scalars to, or anything with ``add_scalar``.

    It is a callback of ``bl.train`` and of our estimators' ``set_callbacks`` (iterations of L-BFGS count as epochs);
    in a PyTorch loop, ``after_step`` is called after each step; ``for_keras()`` is a callback of Keras. Afterwards
    ``looks`` and ``findings`` say what was seen, and ``diagnosis()`` has text, HTML and pictures. What is trained
    is the same as without it. With another training, an estimator's new fit or another module a watch begins anew.

    Raises BacklitError for settings that are none and for samples that cannot be looked at.

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
        self._X, self._y = probe_samples(X, y)
        self._loss = loss
        self._every = None if every is None else whole_number(every, "every", 1)
        self._share = number(share, "share")
        if not 0 < self._share <= 1:
            raise BacklitError(f"share must be above 0 and at most 1, got {self._share:g}")
        self._action, self._live_wanted = action, yes_or_no(live, "live")
        self._live: LiveView | None = None
        self._writer = scalar_writer(tensorboard)
        self._unit = "epoch"
        self._begin(None)

    def _begin(self, owner: Any) -> None:
        """Forget what was seen: another training begins; ``owner``: what is trained, where it is told."""
        self._owner = None if owner is None else weakref.ref(owner)
        self._clock = Clock(self._share)
        self._asked = False
        self._count = 0
        self._before: Any = None
        self._coded: np.ndarray | None = None
        self._last: Network | None = None
        self.looks: list[Look] = []
        self.findings: tuple[Finding, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """What is kept in a file, with a fitted estimator: all but what belongs to a running training."""
        passing = {"_live": None, "_writer": None, "_owner": None, "_before": None}
        return {**vars(self), **passing}

    @property
    def share_spent(self) -> float:
        """The share of the processor's time since training was first seen that looks have taken."""
        return self._clock.share_spent

    def diagnosis(self) -> Diagnosis:
        """Return what was seen as a Diagnosis: observations, for no experiment was made, and pictures."""
        n = len(self.findings)
        summary = f"{n} observation{'' if n == 1 else 's'} in {len(self.looks)} looks at a training."
        if not self.looks:
            summary = (
                "Nothing was looked at, so nothing can be said: the training was too short for a look, or there was "
                "none. Watch(..., every=1) looks after each epoch or step."
            )
        units = () if self._last is None else units_of(self._last, inputs_for(self._last, self._X))
        seen = Seen(tuple(self.looks), units, None, len(self._X), self._unit)
        return Diagnosis(summary, self.findings, seen=seen, watched=True)

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
        net, before, asked = report.network, self._before, self._asked
        self._before = None
        if report.epoch <= self._count:
            self._begin(None)
            self._clock.start()
            # it was asked for as the next epoch of the training before
            asked = asked and (self._every is None or self._due(report.epoch))
        self._count = report.epoch - 1
        if net is None or not asked:
            self._count += 1
            return False
        return self._counted(lambda: self._network_look(net, report.epoch, before), due=True)

    # scikit-learn's protocol of callbacks

    def setup(self, estimator: Any, context: Any) -> None:
        """Begin to watch an estimator; raises BacklitError for one that is not backlit's."""
        if not hasattr(estimator, "_in_own_units"):
            kind = type(estimator).__name__
            raise BacklitError(f"a Watch is a callback of backlit's MLPClassifier and MLPRegressor, got {kind}")

    def teardown(self, estimator: Any, context: Any) -> None:
        """End it."""

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """An epoch begins."""

    def on_fit_task_end(self, estimator: Any, context: Any) -> bool:
        """An epoch of an estimator ended; True ends the fit."""
        if context.task_name != "epoch":
            return False
        # the curve goes on with partial_fit and warm_start, and is empty where a fit begins anew
        epoch = len(estimator.loss_curve_)
        if epoch <= self._count or not self._belongs_to(estimator):
            self._begin(estimator)
        self._count = epoch - 1
        self._clock.start()
        return self._counted(lambda: self._estimator_look(estimator), due=self._due(epoch))

    # PyTorch, Keras

    def after_step(self, module: Any, loss_value: Any = None) -> bool:
        """Take note of a step of a PyTorch loop, after ``optimizer.step()``; True asks to end it.

        ``loss_value``: the batch's loss; one that is not finite is a finding.
        """
        from backlit.diagnosis.torch_looks import module_look, weights_of

        loss = self._loss
        if loss is None:
            raise BacklitError("a PyTorch module is watched with its loss: Watch(X, y, loss=)")
        self._unit = "step"
        if not self._belongs_to(module):
            self._begin(module)
        before, self._before = self._before, None
        self._clock.start()
        due = self._asked or (self._every is not None and self._due(self._count + 1))
        stop = self._counted(
            lambda: module_look(module, loss, self._X, self._y, self._count, before, loss_value), due=due
        )
        self._asked = self._due(self._count + 1)
        if self._asked:
            with self._clock.looking(part=True):
                self._before = weights_of(module)
        return stop

    def for_keras(self) -> Any:
        """Return a callback for ``model.fit`` of Keras."""
        from backlit.diagnosis.watch_keras import keras_callback

        return keras_callback(self)

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

    def _belongs_to(self, owner: Any) -> bool:
        return self._owner is not None and self._owner() is owner

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
        new = [found for found in findings_of(self.looks, len(self._X), self._unit) if found.identifier not in told]
        self.findings = (*self.findings, *new)
        if self._writer is not None:
            write_scalars(self._writer, look)
        if self._live is not None:
            self._live.show(self.looks, self.findings, self._unit)
        return new

    def _network_look(
        self,
        net: Network,
        step: int,
        before: Network | None,
        encode: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> Look:
        """Look at a network; ``encode`` gives targets (n, n_out) of y as they are trained on."""
        X = inputs_for(net, self._X)
        if self._coded is None or self._coded.shape[1] != net.layers[-1].n_out:
            self._coded = encoded_targets(net, self._y, encode)
        self._last = net
        return looked_at(net, X, self._coded, step, before)

    def _estimator_look(self, estimator: Any) -> Look:
        runner = getattr(estimator, "_runner", None)
        # L-BFGS has no runner, and keeps its parameters in the estimator
        net = estimator._net() if runner is None else runner.network()
        return self._network_look(net, self._count, None, lambda y: estimator._encode(y, learn=False))
