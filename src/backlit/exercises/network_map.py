"""The network behind an exercise, and which of its quantities the asked-for names are.

With it the mistakes of the equations are searched, not only the ones a teacher foresaw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backlit.errors import BacklitError
from backlit.exercises.folder_files import unknown_key

if TYPE_CHECKING:
    import numpy as np

    from backlit.check.report import CheckReport

__all__ = ["NetworkMap", "check_network", "network_map", "searched"]

KEYS = ("weights", "biases", "activation", "output", "loss", "input", "target", "learning_rate", "l2", "l1")
QUANTITIES = ("error", "error_term", "weight_step", "bias_step", "weight_gradient", "bias_gradient")
ADDRESS = re.compile(r"L([1-9][0-9]*)\.(\w+)")


@dataclass(frozen=True)
class NetworkMap:
    """``facts`` make the network, its sample and its learning rate; ``names``: (layer, quantity) of each name."""

    path: Path
    facts: Mapping[str, Any]
    names: Mapping[str, tuple[int, str]]

    @property
    def as_steps(self) -> bool:
        """Whether steps are asked for, not gradients."""
        return any(quantity.endswith("step") for _, quantity in self.names.values())


def network_map(path: Path, table: Mapping[str, Any], values: Sequence[str]) -> NetworkMap:
    """Read the [network] table; raises BacklitError for what does not fit."""
    facts: dict[str, Any] = {}
    names: dict[str, tuple[int, str]] = {}
    for key, value in table.items():
        if re.fullmatch(r"L[0-9]+", key) and isinstance(value, dict):
            for quantity, name in value.items():
                names[_known(path, name, f"{key}.{quantity}", values)] = _address(path, f"{key}.{quantity}")
        elif key in KEYS:
            facts[key] = value
        else:
            raise unknown_key(f"{path}: network", key, KEYS)
    for key in ("weights", "input", "target"):
        if key not in facts:
            raise BacklitError(f"{path}: network: the key '{key}' is missing")
    found = NetworkMap(path, facts, names)
    kinds = {quantity.split("_")[1] for _, quantity in names.values() if quantity.startswith(("weight", "bias"))}
    if len(kinds) > 1:
        raise BacklitError(f"{path}: network: expected steps or gradients, got both")
    if found.as_steps and "learning_rate" not in facts:
        raise BacklitError(f"{path}: network: steps need the key 'learning_rate'")
    return found


def _known(path: Path, name: Any, address: str, values: Sequence[str]) -> str:
    if name not in values:
        raise BacklitError(f"{path}: network: {address}: expected the name of one of the values, got {name!r:.40}")
    return str(name)


def _address(path: Path, text: str) -> tuple[int, str]:
    found = ADDRESS.fullmatch(text)
    if found is None or found[2] not in QUANTITIES:
        raise BacklitError(f"{path}: network: expected one of {', '.join(QUANTITIES)} after L1., got '{text:.40}'")
    return int(found[1]), found[2]


def check_network(found: NetworkMap) -> None:
    """Raise BacklitError where the facts make no network, or a name is given to a layer that is not there."""
    _place(found)


def _place(found: NetworkMap) -> Any:
    try:
        place = _made(found)
    except BacklitError as error:
        raise BacklitError(f"{found.path}: network: {error}") from None
    n_layers = len(place.net.layers)
    for name, (layer, _) in found.names.items():
        if layer > n_layers:
            raise BacklitError(f"{found.path}: network: L{layer} of '{name}' is not there, as there are {n_layers}")
    return place


def _made(found: NetworkMap) -> Any:
    from backlit.check.gradients import place_of
    from backlit.network.network import Network
    from backlit.validation import number

    facts = found.facts
    options = {key: facts[key] for key in ("activation", "output", "loss") if key in facts}
    net = Network.from_weights(facts["weights"], facts.get("biases"), **options)
    return place_of(
        net,
        facts["input"],
        facts["target"],
        rate=None if "learning_rate" not in facts else number(facts["learning_rate"], "learning_rate"),
        l2=number(facts.get("l2", 0.0), "l2"),
        l1=number(facts.get("l1", 0.0), "l1"),
        as_steps=found.as_steps,
    )


def searched(found: NetworkMap, arrays: Mapping[str, np.ndarray]) -> CheckReport:
    """Search the mistakes that explain the claimed arrays, by their names; those that were not given are left out."""
    from backlit.check.axes import in_shape
    from backlit.check.compare import check_claims

    place = _place(found)
    claims: list[dict[str, np.ndarray]] = [{} for _ in place.net.layers]
    for name, (number, quantity) in found.names.items():
        if name not in arrays:
            continue
        layer = place.net.layers[number - 1]
        kind = quantity.replace("step", "gradient")
        shapes = {"weight_gradient": layer.weights.shape, "bias_gradient": (layer.n_out,)}
        claims[number - 1][kind] = in_shape(arrays[name], shapes.get(kind, (place.n, layer.n_out)))
    return check_claims(place, claims)
