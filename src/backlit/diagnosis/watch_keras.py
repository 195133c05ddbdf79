"""A callback for ``model.fit`` of Keras, which watches as ``bl.Watch`` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backlit.diagnosis.from_keras import keras_module, network_of_keras
from backlit.diagnosis.seen import Look
from backlit.network.network import Network

__all__ = ["keras_callback"]

Counted = Callable[..., bool]
NetworkLook = Callable[[Network, int, Network | None], Look]


def keras_callback(counted: Counted, look: NetworkLook, watch: Any) -> Any:
    """Return the callback; ``counted`` counts an epoch and looks where it is time to, ``look`` looks at a network."""
    base: Any = keras_module().callbacks.Callback

    class WatchCallback(base):  # type: ignore[misc]
        """Looks after an epoch; the last step of an epoch that is looked at is set beside the weights before it."""

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
            if counted(lambda: look(network_of_keras(self.model), epoch + 1, before), due=self.wanted):
                self.model.stop_training = True

    return WatchCallback()
