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
from backlit.files.sealed import read_sealed, sealed_bytes
from backlit.network.network import Network
from backlit.training.checkpoint_parts import REPORT_KEYS, check_tensors, reports_checked
from backlit.training.data import Data
from backlit.training.record import Record
from backlit.training.settings import Settings

__all__ = ["FORMAT", "Resumed", "identity_of", "load_checkpoint", "save_checkpoint"]

FORMAT = "backlit/checkpoint/1"


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
    write_whole(path, sealed_bytes(tensors, metadata))


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
    path: str | Path, identity: str, start: Network, settings: Settings, n_batches: int, rng: np.random.Generator
) -> Resumed | None:
    """Return where a run stood, and set ``rng`` to its state there; None where there is no such file yet.

    ``n_batches``: of an epoch. Every tensor that the run needs must be there by name, shape and type, and no other.
    Raises BacklitError, naming the file, where it is damaged, foreign, of a newer version, or of another run.
    """
    path = Path(path)
    if not path.exists():
        return None
    metadata, tensors = read_sealed(path, (FORMAT,), "a checkpoint")
    _check_same_run(path, metadata.get("identity", ""), identity)
    try:
        run = json.loads(metadata["run"])
        reports = reports_checked(run, settings.epochs)
        best_epoch = run["best_epoch"]
        steps = len(reports) * n_batches
        check_tensors(tensors, start, settings.optimizer, steps, has_best=best_epoch is not None)
        network = _network(start, "network", tensors)
        memory = [_state(tensors, i) for i in range(2 * len(start.layers))]
        best = None if best_epoch is None else _network(start, "best", tensors)
        record = Record.resumed(reports, best_epoch, best, run["seconds"])
        rng.bit_generator.state = run["generator"]
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else error
        raise BacklitError(f"{path}: damaged, not all of a checkpoint is there ({reason!s:.120})") from None
    return Resumed(network, memory, record)


def _check_same_run(path: Path, theirs: str, mine: str) -> None:
    try:
        before, now = json.loads(theirs), json.loads(mine)
        different = next((key for key in now if before.get(key) != now[key]), None)
    except (ValueError, AttributeError, RecursionError):
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
