"""A callback for ``model.fit`` of Keras, which watches as ``bl.Watch`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.diagnosis.from_any_keras import TRAINS
from backlit.diagnosis.from_keras import network_of_keras
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.keras_looks import keras_looker, keras_weights
from backlit.diagnosis.keras_settings import NotAStackError, keras_module
from backlit.diagnosis.seen import Look
from backlit.errors import BacklitError

if TYPE_CHECKING:
    from backlit.diagnosis.watch import Watch
    from backlit.network.network import Network

__all__ = ["keras_callback"]


def keras_callback(watch: Watch) -> Any:
    """Return the callback through which a watch sees a Keras model."""
    base: Any = keras_module().callbacks.Callback

    class WatchCallback(base):  # type: ignore[misc]
        """Looks after an epoch; the last step of an epoch that is looked at is set beside the weights before it."""

        def on_train_begin(self, logs: Any = None) -> None:
            """Begin anew with each ``fit``."""
            watch._begin(None)
            self.looker = _looker(self.model) if _network(self.model) is None else None

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            """Decide whether this epoch is looked at."""
            self.wanted = watch.wants_last_step

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            """Note the weights before the last batch, where Keras says how many there are."""
            if self.wanted and batch + 1 == self.params.get("steps"):
                # on JAX the weights in training are elsewhere, and Keras lets callbacks fetch them
                getattr(self.model, "jax_state_sync", lambda: None)()
                watch._before = keras_weights(self.model) if self.looker else network_of_keras(self.model)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            """Look, and end training where a finding asks for it."""
            before, watch._before = watch._before, None

            def look() -> Look:
                if self.looker is None:
                    return _look(watch, self.model, epoch + 1, before)
                found: Look = self.looker(*_fed(watch), epoch + 1, before)
                return found

            if watch._counted(look, due=self.wanted):
                self.model.stop_training = True

    return WatchCallback()


def _network(model: Any) -> Network | None:
    """The network that the model is, or None where it is no plain stack."""
    try:
        return network_of_keras(model)
    except NotAStackError:
        return None


def _looker(model: Any) -> Any:
    backend = keras_module().config.backend()
    if backend not in TRAINS:
        raise BacklitError(
            f"a Keras model that is no plain stack is watched on the backends jax and torch, not on {backend}: set the "
            "environment variable KERAS_BACKEND to one of them, or leave the watch out"
        )
    return keras_looker(model)


def _fed(watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    X, y = (np.asarray(value.cpu() if hasattr(value, "cpu") else value) for value in (watch._X, watch._y))
    return X, y


def _look(watch: Watch, model: Any, epoch: int, before: Any) -> Look:
    net = network_of_keras(model)
    last = net.layers[-1]

    def coded(y: np.ndarray) -> np.ndarray:
        # targets out of the output's reach are a fault to be found, and no reason to end a training
        return coded_targets(y.astype(np.float64), last.n_out, sums_to_1=last.n_out > 1 and y.size == len(y))[0]

    return watch._network_look(net, epoch, before, coded)
