"""A callback for ``model.fit`` of Keras, which watches as ``bl.Watch`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backlit.diagnosis.from_keras import keras_module, network_of_keras
from backlit.diagnosis.from_network import coded_targets
from backlit.diagnosis.seen import Look

if TYPE_CHECKING:
    from backlit.diagnosis.watch import Watch

__all__ = ["keras_callback"]


def keras_callback(watch: Watch) -> Any:
    """Return the callback through which a watch sees a Keras model."""
    base: Any = keras_module().callbacks.Callback

    class WatchCallback(base):  # type: ignore[misc]
        """Looks after an epoch; the last step of an epoch that is looked at is set beside the weights before it."""

        def on_train_begin(self, logs: Any = None) -> None:
            """Begin anew with each ``fit``."""
            watch._begin(None)

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            """Decide whether this epoch is looked at."""
            self.wanted = watch.wants_last_step

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            """Note the network before the last batch, where Keras says how many there are."""
            if self.wanted and batch + 1 == self.params.get("steps"):
                watch.before_last_step(network_of_keras(self.model))

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            """Look, and end training where a finding asks for it."""
            before, watch._before = watch._before, None
            if watch._counted(lambda: _look(watch, self.model, epoch + 1, before), due=self.wanted):
                self.model.stop_training = True

    return WatchCallback()


def _look(watch: Watch, model: Any, epoch: int, before: Any) -> Look:
    net = network_of_keras(model)
    last = net.layers[-1]

    def coded(y: np.ndarray) -> np.ndarray:
        # targets out of the output's reach are a fault to be found, and no reason to end a training
        return coded_targets(y.astype(np.float64), last.n_out, sums_to_1=last.n_out > 1 and y.size == len(y))[0]

    return watch._network_look(net, epoch, before, coded)
