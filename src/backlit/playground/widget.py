"""``bl.Playground``: the page in a notebook, where Python hears what becomes of the network."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np

from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.loss_table import LOSSES
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.trace import Trace
from backlit.playground.data import page_data, state_data
from backlit.playground.document import html
from backlit.playground.page import HEIGHT, start_trace

__all__ = ["Playground"]

FRAME = """
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = "backlit";
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-modals");
  frame.style.cssText = "width: 100%; height: HEIGHTpx; border: 0";
  const give = (state) => frame.contentWindow?.postMessage({ backlit: "open", state }, "*");
  const send = () => give(model.get("given"));
  const heard = (event) => {
    if (event.source !== frame.contentWindow || event.data?.backlit === undefined) return;
    if (event.data.backlit === "ready") return give(model.get("state"));
    model.set("state", event.data.state);
    model.save_changes();
  };
  window.addEventListener("message", heard);
  model.on("change:given", send);
  frame.srcdoc = model.get("html");
  el.append(frame);
  return () => {
    window.removeEventListener("message", heard);
    model.off("change:given", send);
  };
}
export default { render };
""".replace("HEIGHT", str(HEIGHT))
"""The page stands in a frame of its own, so that neither the notebook's style nor its keys reach it."""


class Playground:
    """The page as a widget: ``network`` is the network as it is left in the page, and setting it moves the page.

    Parameters: as ``bl.page``: ``net``, ``X (n, n_in)``, ``y``, ``learning_rate``; or a ``preset``. It needs a kernel,
    and the extra `notebook`; ``net.page(X, y)`` needs neither.

    Raises BacklitError as ``bl.page`` does, and where anywidget is not installed.

    Example::

        playground = bl.Playground(net, X, y)
        playground                        # the last line of a cell shows it
        playground.network                # after changes and training in the page
        playground.network = bl.Network.random([2, 5, 1], seed=1)
    """

    def __init__(
        self,
        net: Network | None = None,
        X: Any = None,
        y: Any = None,
        *,
        learning_rate: float = 0.1,
        preset: str | None = None,
    ) -> None:
        trace = start_trace(net, X, y, learning_rate=learning_rate, preset=preset)
        self._rows = {layer.row.name: layer.activation for layer in trace.network.layers}
        self._losses = {trace.network.loss_row.name: trace.network.loss_function}
        state = state_data(trace)
        self._widget = _widget(html(page_data(trace)), state)

    def __repr__(self) -> str:
        return f"Playground of {self.network!r}"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self._widget._repr_mimebundle_(**options)

    @property
    def network(self) -> Network:
        """The network as it is in the page now.

        Raises BacklitError where a weight is no finite number any more, as after steps that were too long.
        """
        return self.trace.network

    @network.setter
    def network(self, net: Network) -> None:
        trace = self.trace
        known = {*ACTIVATIONS, *self._rows, *LOSSES, *self._losses}
        unknown = [name for name in (*(layer.row.name for layer in net.layers), net.loss_row.name) if name not in known]
        if unknown:
            raise BacklitError(f"the page does not know '{unknown[0]}'; make a new Playground for this network")
        self._open(net.trace(trace.input, trace.target, learning_rate=trace.learning_rate))

    @property
    def trace(self) -> Trace:
        """The page's step as it is now: its network, samples and learning rate, traced."""
        state = self._widget.state
        layers = state["layers"]
        names = [self._rows.get(layer["activation"], layer["activation"]) for layer in layers]
        net = Network.from_weights(
            [_array(layer["weights"], layer["shape"]) for layer in layers],
            [None if layer["biases"] is None else _array(layer["biases"], (-1,)) for layer in layers],
            activation=names[:-1],
            output=names[-1],
            loss=self._losses.get(state["loss"], state["loss"]),
            layout="rows",
        )
        n = state["n"]
        return net.trace(_array(state["X"], (n, -1)), _array(state["Y"], (n, -1)), learning_rate=state["learning_rate"])

    def _open(self, trace: Trace) -> None:
        state = state_data(trace)
        self._widget.state = state
        self._widget.given = state


def _array(values: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The page's numbers: nested lists, or base64 of little-endian floats."""
    if isinstance(values, str):
        return np.frombuffer(b64decode(values[3:]), f"<{values[:2]}").astype(float).reshape(shape)
    return np.array(values, dtype=float).reshape(shape)


def _widget(page: str, state: dict[str, Any]) -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise BacklitError("bl.Playground needs anywidget, which is not installed: pip install anywidget") from None
    traits = {
        "_esm": FRAME,
        "html": traitlets.Unicode().tag(sync=True),
        "state": traitlets.Dict().tag(sync=True),
        "given": traitlets.Dict().tag(sync=True),
    }
    return type("Frame", (anywidget.AnyWidget,), traits)(html=page, state=state, given=state)
