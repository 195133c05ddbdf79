"""A network in a safetensors file: parameters as tensors, the rest as JSON in the metadata. Nothing is executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from backlit.errors import BacklitError
from backlit.files.atomic import write_whole
from backlit.files.sealed import read_sealed, sealed_bytes
from backlit.network.network import Network

__all__ = [
    "FORMAT",
    "TABLE_FORMAT",
    "TABLE_FORMATS",
    "holds_table_model",
    "is_tensor_file",
    "load",
    "network_of",
    "network_parts",
    "read_parts",
    "save",
]

FORMAT = "backlit/network/1"
TABLE_FORMATS = ("backlit/table/1", "backlit/table/2")
TABLE_FORMAT = TABLE_FORMATS[-1]
"""A network trained on a table, with what prepares the table's columns; ``load`` gives the network alone."""

LONGEST_HEADER = 1 << 40

KEYS = {"activation", "output", "loss", "dropout", "dtype", "n_layers", "biases"}


def save(net: Network, path: str | Path) -> None:
    """Write a network to a safetensors file; see ``Network.save``.

    Tensors are ``layers.0.weights (n_in, n_out)``, ``layers.0.biases (n_out,)`` and so on. Raises BacklitError for
    an activation or loss of a user's own, which a file cannot hold, and where the system refuses to write. The same
    network gives the same bytes, and a digest among them by which ``load`` notices damage.
    """
    write_whole(path, sealed_bytes(*network_parts(net, FORMAT)))


def network_parts(net: Network, form: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return the tensors and the metadata that hold a network in a file of format ``form``."""
    tensors: dict[str, np.ndarray] = {}
    for i, layer in enumerate(net.layers):
        tensors[f"layers.{i}.weights"] = np.ascontiguousarray(layer.weights)
        if layer.biases is not None:
            tensors[f"layers.{i}.biases"] = np.ascontiguousarray(layer.biases)
    return tensors, {"format": form, "network": json.dumps(_described(net)), "written_by": _version()}


def _described(net: Network) -> dict[str, Any]:
    names = [_name(layer.activation, "activation") for layer in net.layers]
    return {
        "activation": names[:-1],
        "output": names[-1],
        "loss": _name(net.loss_function, "loss"),
        "dropout": [layer.dropout for layer in net.layers[:-1]],
        "dtype": str(net.layers[0].weights.dtype),
        "n_layers": len(net.layers),
        "biases": [layer.biases is not None for layer in net.layers],
    }


def _name(row: Any, kind: str) -> str:
    if not isinstance(row, str):
        raise BacklitError(
            f"{kind} '{row.name}' is your own, and a file holds no code: expected one of the table's names; "
            "save the network with one of those and put yours back after loading"
        )
    return row


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"backlit {version('backlit')}"
    except PackageNotFoundError:
        return "backlit, not installed"


def load(path: str | Path) -> Network:
    """Read a network from a file that ``Network.save`` or ``backlit train`` wrote; nothing in the file is executed.

    A model trained on a table gives its network, which takes prepared inputs; ``backlit predict`` takes the table.

    Raises BacklitError, naming the file, where it is not there, not readable, damaged, foreign, or by a newer version.

    >>> import backlit as bl, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "net.safetensors")
    >>> bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=0).save(path)
    >>> bl.load(path)
    Network 3-4-2: tanh, softmax; loss cross_entropy; 26 parameters
    """
    path = Path(path)
    return network_of(path, *read_parts(path))


def is_tensor_file(path: Path) -> bool:
    """Whether a path is a safetensors file's: by its ending, or by its first bytes, which count those of a JSON header.

    >>> is_tensor_file(Path("net.safetensors")), is_tensor_file(Path("case.toml"))
    (True, False)
    """
    if path.suffix.lower() == ".safetensors" or not path.is_file():
        return path.suffix.lower() == ".safetensors"
    with path.open("rb") as file:
        start = file.read(9)
    # the count of a text's first bytes would be huge
    return start[8:] == b"{" and int.from_bytes(start[:8], "little") < LONGEST_HEADER


def holds_table_model(path: Path) -> bool:
    """Whether a file that backlit wrote holds a model of a table, not a network alone; raises as ``read_parts``."""
    return read_parts(path)[0]["format"] in TABLE_FORMATS


def read_parts(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Return the metadata, "format" among them, and the tensors of a safetensors file that backlit wrote.

    Raises BacklitError, naming the file, where it is not there, not readable, damaged, foreign, or by a newer version.
    """
    return read_sealed(path, (FORMAT, *TABLE_FORMATS), "a network saved by backlit (.safetensors)")


def network_of(path: Path, metadata: dict[str, str], tensors: dict[str, np.ndarray]) -> Network:
    """Return the network that a file's metadata and tensors describe, or raise BacklitError naming the file."""
    spec = _spec(path, metadata)
    try:
        return _network(tensors, spec)
    except BacklitError as error:
        raise BacklitError(f"{path}: damaged, {error}") from None


def _spec(path: Path, metadata: dict[str, str]) -> dict[str, Any]:
    try:
        spec = json.loads(metadata["network"])
    except (KeyError, ValueError, TypeError, RecursionError):
        spec = None
    if not isinstance(spec, dict) or not set(spec) >= KEYS:
        raise BacklitError(f"{path}: damaged, expected the network's description in the metadata, got none or a part")
    return spec


def _network(tensors: dict[str, np.ndarray], spec: dict[str, Any]) -> Network:
    n_layers, has_biases = spec["n_layers"], spec["biases"]
    if not isinstance(n_layers, int) or not isinstance(has_biases, list) or len(has_biases) != n_layers:
        raise BacklitError("the metadata do not say how many layers there are")
    if spec["dtype"] not in ("float64", "float32"):
        raise BacklitError(f"expected dtype float64 or float32, got {spec['dtype']!r:.40}")
    names = [f"layers.{i}.weights" for i in range(n_layers)]
    names += [f"layers.{i}.biases" for i in range(n_layers) if has_biases[i]]
    if set(names) != set(tensors):
        raise BacklitError(f"expected the tensors {', '.join(names)}, got {', '.join(tensors) or 'none'}")
    wrong = [name for name, tensor in tensors.items() if str(tensor.dtype) != spec["dtype"]]
    if wrong:
        raise BacklitError(f"expected {wrong[0]} to be {spec['dtype']}, got {tensors[wrong[0]].dtype}")
    return Network.from_weights(
        [tensors[f"layers.{i}.weights"] for i in range(n_layers)],
        [tensors.get(f"layers.{i}.biases") for i in range(n_layers)],
        activation=_names(spec["activation"], "activation"),
        output=_text(spec["output"], "output"),
        loss=_text(spec["loss"], "loss"),
        dropout=spec["dropout"] if isinstance(spec["dropout"], list) else [spec["dropout"]],
        dtype=np.dtype(spec["dtype"]),
        layout="rows",
    )


def _names(given: Any, key: str) -> list[str]:
    if not isinstance(given, list):
        raise BacklitError(f"the metadata's {key} must be a list of names")
    return [_text(name, key) for name in given]


def _text(given: Any, key: str) -> str:
    if not isinstance(given, str):
        raise BacklitError(f"the metadata's {key} must be a name, got {given!r:.40}")
    return given
