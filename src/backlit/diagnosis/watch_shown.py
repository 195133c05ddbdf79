"""How a watched training is shown: a live view in the terminal, and TensorBoard's scalars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backlit.diagnosis.draw_text import drawn_layers
from backlit.diagnosis.findings import Finding
from backlit.diagnosis.seen import Look
from backlit.errors import BacklitError

__all__ = ["LiveView", "live_view", "scalar_writer", "view_of", "write_scalars"]

COLUMNS = 60


class LiveView:
    """The layers over the last looks, drawn anew on standard error after each."""

    def __init__(self, live: Any) -> None:
        self._live = live

    def start(self) -> None:
        """Show it from now on."""
        self._live.start()

    def stop(self) -> None:
        """Leave the last picture standing."""
        self._live.stop()

    def show(self, looks: Sequence[Look], findings: Sequence[Finding], unit: str) -> None:
        """Draw what has been seen so far."""
        from rich.text import Text

        self._live.update(Text(view_of(looks, findings, unit)), refresh=True)


def live_view() -> LiveView:
    """Return a live view on standard error."""
    from rich.console import Console
    from rich.live import Live

    return LiveView(Live(console=Console(stderr=True), auto_refresh=False))


def view_of(looks: Sequence[Look], findings: Sequence[Finding], unit: str) -> str:
    """Return the picture: the loss, the layers over the last looks, and what was found."""
    recent = looks[-COLUMNS:]
    head = f"{unit} {recent[-1].step}, loss {recent[-1].loss:.4g} (first look {looks[0].loss:.4g})"
    told = [f"! {finding.identifier} ({finding.address}): {finding.happened}" for finding in findings]
    return "\n".join([head, "\n".join(drawn_layers(recent, unit)), *(told or ["nothing found"])])


def scalar_writer(wanted: Any) -> Any:
    """Return what scalars are written to: None, an object with ``add_scalar``, or TensorBoard's writer of a folder."""
    if wanted is None or hasattr(wanted, "add_scalar"):
        return wanted
    import importlib

    for module in ("torch.utils.tensorboard", "tensorboardX"):
        try:
            return importlib.import_module(module).SummaryWriter(str(wanted))
        except ImportError:
            continue
    raise BacklitError(
        "scalars for TensorBoard need torch and tensorboard, or tensorboardX, which are not installed: "
        "pip install torch tensorboard"
    )


def write_scalars(writer: Any, look: Look) -> None:
    """Write a look: the loss, and each layer's numbers under its name."""
    writer.add_scalar("backlit/loss", look.loss, look.step)
    for layer in look.layers:
        for name in ("activation", "dead", "saturated", "error_term", "update_ratio"):
            value = getattr(layer, name)
            if value is not None:
                writer.add_scalar(f"backlit/{layer.name}/{name}", value, look.step)
