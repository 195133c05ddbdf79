"""A checkpoint of ``bl.train`` read for a diagnosis: its network, its settings and the curves so far."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError
from backlit.files.networks import FORMAT as NETWORK_FORMAT
from backlit.files.networks import TABLE_FORMATS
from backlit.files.sealed import read_sealed
from backlit.network.network import Network
from backlit.training.checkpoint import FORMAT
from backlit.training.checkpoint_parts import reports_checked
from backlit.training.history import History

__all__ = ["holds_checkpoint", "read_checkpoint"]

SETTINGS = ("optimizer", "learning_rate", "batch_size", "epochs", "weight_decay", "clip_norm")
DESCRIBED = re.compile(r"Network [\d-]+: (?P<names>.+?); loss (?P<loss>[^;]+?)(; no biases)?; \d+ parameters")


def holds_checkpoint(path: Path) -> bool:
    """Say whether a file that backlit wrote is a checkpoint; raises BacklitError where it cannot be read."""
    formats = (FORMAT, NETWORK_FORMAT, *TABLE_FORMATS)
    return read_sealed(path, formats, "a network saved by backlit (.safetensors)")[0]["format"] == FORMAT


def read_checkpoint(path: Any) -> tuple[Network, dict[str, Any], History]:
    """Return the network that a checkpoint holds, the settings of its run, and the history of the epochs done.

    Raises BacklitError, naming the file, where it is damaged, foreign, or of a run with a row of a user's own.
    """
    path = Path(path)
    metadata, tensors = read_sealed(path, (FORMAT,), "a checkpoint of bl.train")
    try:
        identity, run = json.loads(metadata["identity"]), json.loads(metadata["run"])
        reports = reports_checked(run, identity["epochs"])
        net = _network(identity, tensors)
        settings = {name: identity[name] for name in SETTINGS} | dict(identity["hyper"])
        history = History(
            losses=tuple(report.loss for report in reports),
            validation_losses=tuple(r.validation_loss for r in reports if r.validation_loss is not None),
            validation_scores=tuple(r.validation_score for r in reports if r.validation_score is not None),
            learning_rates=tuple(report.learning_rate for report in reports),
            seconds=run["seconds"],
        )
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BacklitError(f"{path}: not all of a checkpoint can be read ({error!s:.120})") from None
    return net, settings, history


def _network(identity: dict[str, Any], tensors: dict[str, Any]) -> Network:
    """The network, by its description in words and its tensors."""
    found = DESCRIBED.fullmatch(identity["network"])
    if found is None:
        raise ValueError(f"its network is described as {identity['network']!r:.60}")
    names: list[str] = []
    for part in found["names"].split(", "):
        count, times, name = part.rpartition(" × ")
        names += [name] * (int(count) if times else 1)
    numbers = range(len(names))
    return Network.from_weights(
        [tensors[f"network.{i}.weights"] for i in numbers],
        [tensors.get(f"network.{i}.biases") for i in numbers],
        activation=names[:-1],
        output=names[-1],
        loss=found["loss"],
        dropout=identity["dropout"][:-1],
        dtype=tensors["network.0.weights"].dtype,
    )
