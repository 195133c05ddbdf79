"""A checkpoint: where a run stands after an epoch, in a file, so that it can go on as if it had never stopped.

It holds the network, what the optimizer remembers, the random generator's state, the reports of the epochs done and
the best network so far, as safetensors: nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backlit.equations.optimizers import State
from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.network.network import Network
from backlit.training.data import Data
from backlit.training.history import EpochReport
from backlit.training.record import Record
from backlit.training.settings import Settings

__all__ = ["FORMAT", "Resumed", "identity_of", "load_checkpoint", "save_checkpoint"]

FORMAT = "backlit/checkpoint/1"
REPORT_KEYS = ("epoch", "loss", "validation_loss", "validation_score", "learning_rate")


@dataclass(frozen=True, eq=False)
class Resumed:
    """What a checkpoint gives back; the generator's state is set where it is read."""

    network: Network
    states: list[State]
    record: Record


def identity_of(net: Network, data: Data, settings: Settings, *, engine: str) -> str:
    """Return words that are the same for two runs only where they are the same run: settings, start and data."""
    digest = hashlib.sha256()
    parameters = [array for layer in net.layers for array in (layer.weights, layer.biases)]
    for array in (*parameters, data.X, data.y, data.X_validation, data.y_validation):
        digest.update(b"none" if array is None else np.ascontiguousarray(array).data)
    plain = {
        "network": repr(net),
        "dropout": [layer.dropout for layer in net.layers],
        "optimizer": settings.optimizer.name,
        "hyper": dict(settings.hyper),
        "schedule": settings.schedule.name,
        **{name: getattr(settings, name) for name in ("learning_rate", "weight_decay", "batch_size", "epochs")},
        **{name: getattr(settings, name) for name in ("clip_norm", "patience", "shuffle")},
        "engine": engine,
        "start and samples": digest.hexdigest(),
    }
    return json.dumps(plain)


def save_checkpoint(
    path: str | Path, identity: str, network: Network, states: list[State], record: Record, rng: np.random.Generator
) -> None:
    """Write a checkpoint, whole or not at all; raises BacklitError where the system refuses."""
    from safetensors.numpy import save as to_bytes

    best = record.best
    tensors = _parameters("network", network)
    if best is not None and best.network is not None:
        tensors |= _parameters("best", best.network)
    for i, state in enumerate(states):
        tensors |= {f"states.{i}.{key}": np.asarray(value, order="C") for key, value in state.items()}
    run = {
        "reports": [{key: getattr(report, key) for key in REPORT_KEYS} for report in record.reports],
        "best_epoch": None if best is None else best.epoch,
        "seconds": record.seconds,
        "generator": _plain(rng.bit_generator.state),
    }
    metadata = {"format": FORMAT, "identity": identity, "run": json.dumps(run)}
    write_whole(path, to_bytes(tensors, metadata=metadata))


def _parameters(prefix: str, net: Network) -> dict[str, np.ndarray]:
    tensors = {f"{prefix}.{i}.weights": np.ascontiguousarray(layer.weights) for i, layer in enumerate(net.layers)}
    return tensors | {
        f"{prefix}.{i}.biases": np.ascontiguousarray(layer.biases)
        for i, layer in enumerate(net.layers)
        if layer.biases is not None
    }


def _plain(value: Any) -> Any:
    """A generator's state as JSON has it."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def load_checkpoint(
    path: str | Path, identity: str, start: Network, states: list[State], rng: np.random.Generator
) -> Resumed | None:
    """Return where a run stood, and set ``rng`` to its state there; None where there is no such file yet.

    Raises BacklitError, naming the file, where it is damaged, foreign, of a newer version, or of another run.
    """
    path = Path(path)
    if not path.exists():
        return None
    metadata, tensors = _read(path)
    if metadata.get("format") != FORMAT:
        raise BacklitError(
            f"{path}: expected a checkpoint of format {FORMAT}, got {metadata.get('format', 'another file')!s:.60}"
        )
    _check_same_run(path, metadata.get("identity", ""), identity)
    try:
        run = json.loads(metadata["run"])
        network = _network(start, "network", tensors)
        memory = [_state(tensors, i) for i in range(len(states))]
        record = _record(run, start, tensors)
        rng.bit_generator.state = run["generator"]
    except (KeyError, ValueError, TypeError) as error:
        raise BacklitError(f"{path}: damaged, not all of a checkpoint is there ({error!s:.80})") from None
    return Resumed(network, memory, record)


def _read(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load as from_bytes

    try:
        content = path.read_bytes()
        tensors = from_bytes(content)
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    except OSError as error:
        raise BacklitError(f"{path}: could not be read, {error.strerror or error}") from None
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BacklitError(
            f"{path}: expected a checkpoint, got a file damaged or of another kind ({error!s:.80})"
        ) from None
    metadata = header.get("__metadata__") if isinstance(header, dict) else None
    return metadata if isinstance(metadata, dict) else {}, tensors


def _check_same_run(path: Path, theirs: str, mine: str) -> None:
    try:
        before, now = json.loads(theirs), json.loads(mine)
        different = next((key for key in now if before.get(key) != now[key]), None)
    except (ValueError, AttributeError):
        different, before, now = "description", {}, {}
    if different is not None:
        old, new = (f"{run.get(different)!s:.60}" for run in (before, now))
        raise BacklitError(
            f"{path}: a checkpoint of another run, whose {different} was {old} and not {new}; "
            "give the settings it was made with, or another file"
        )


def _network(start: Network, prefix: str, tensors: dict[str, np.ndarray]) -> Network:
    weights = [tensors[f"{prefix}.{i}.weights"] for i in range(len(start.layers))]
    biases = [None if b is None else tensors[f"{prefix}.{i}.biases"] for i, b in enumerate(start.biases)]
    return start.with_parameters(weights, biases)


def _state(tensors: dict[str, np.ndarray], i: int) -> State:
    prefix = f"states.{i}."
    found = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    # numbers, such as the count of steps, have no axis
    return {key: tensor if tensor.ndim else tensor.item() for key, tensor in found.items()}


def _record(run: dict[str, Any], start: Network, tensors: dict[str, np.ndarray]) -> Record:
    reports = [EpochReport(**{key: report[key] for key in REPORT_KEYS}) for report in run["reports"]]
    best = None if run["best_epoch"] is None else _network(start, "best", tensors)
    return Record.resumed(reports, run["best_epoch"], best, run["seconds"])
