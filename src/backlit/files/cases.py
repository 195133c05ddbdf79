"""A case: a network, a sample and a learning rate, from a small TOML or JSON file or from named values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from backlit.equations.activation_table import find_activation
from backlit.equations.initializers import find_initializer
from backlit.equations.loss_table import find_loss
from backlit.errors import BacklitError, nearest
from backlit.files.plain import read_plain
from backlit.network.network import Network
from backlit.network.rules import check_parameters, check_structure, per_layer, sizes_checked
from backlit.network.targets import as_inputs, as_targets
from backlit.network.trace import Trace
from backlit.validation import learning_rate_in_range, whole_number

__all__ = ["KEYS", "LESSON", "Case", "case_network", "case_trace", "read_case"]

KEYS = (
    "sizes",
    "weights",
    "biases",
    "activation",
    "output",
    "loss",
    "initializer",
    "dropout",
    "seed",
    "input",
    "target",
    "learning_rate",
)


MOST_PARAMETERS = 10**9
"""A random network of more parameters is a slip of the pen: its weights alone would take 8 GB."""


@dataclass(frozen=True)
class Case:
    """Values by key, and for each where it came from, as an error should name it.

    The origin of "case" is the file it was read from. ``network`` is given where it was loaded from a file; then the
    keys that describe one are not used.
    """

    values: Mapping[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict)
    network: Network | None = None

    def with_values(self, values: Mapping[str, Any], origins: Mapping[str, str]) -> Case:
        """Return this case with some values replaced."""
        return replace(self, values={**self.values, **values}, origins={**self.origins, **origins})

    def without(self, *keys: str) -> Case:
        """Return this case without some keys."""
        return replace(self, values={k: v for k, v in self.values.items() if k not in keys})


LESSON = Case(
    {
        "weights": [[[0.4], [-0.2]], [[0.1]]],
        "activation": "sigmoid",
        "output": "sigmoid",
        "loss": "squared_error",
        "input": [0.1, 0.3],
        "target": 1,
        "learning_rate": 0.5,
    },
    {},
)
"""The worked example of the lesson: two inputs, one hidden unit, one output."""


def read_case(path: str | Path) -> Case:
    """Read a case from a ``.toml`` or ``.json`` file.

    Raises BacklitError, naming the file, the line and the key, for text that is not TOML or JSON and keys that are
    none; OSError from the system.
    """
    path = Path(path)
    values, text = read_plain(path)
    if not isinstance(values, dict):
        raise BacklitError(f"{path}: expected keys and values such as sizes = [2, 3, 1], got {type(values).__name__}")
    origins = {key: f"{path}, line {_line_of(text, key)}, key '{key}'" for key in values}
    for key in values:
        if key not in KEYS:
            near = nearest(key, KEYS)
            hint = f"; did you mean '{near}'?" if near else f"; known: {', '.join(KEYS)}"
            raise BacklitError(f"{origins[key]}: no such key{hint}")
    return Case(values, {**origins, "case": str(path)})


def _line_of(text: str, key: str) -> int:
    import re

    pattern = re.compile(rf"""^\s*["']?{re.escape(key)}["']?\s*=|["']{re.escape(key)}["']\s*:""", re.MULTILINE)
    match = pattern.search(text)
    if match is None:
        return 1
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    return text.count("\n", 0, start) + 1


@contextmanager
def _blame(case: Case, key: str) -> Iterator[None]:
    """Put where the key's value came from in front of an error's message."""
    try:
        yield
    except BacklitError as error:
        origin = case.origins.get(key)
        raise BacklitError(f"{origin}: {error}" if origin else str(error)) from None


def case_network(case: Case) -> Network:
    """Return the case's network: from its weights, or random from its sizes and seed (default 0).

    Raises BacklitError that names the key.
    """
    if case.network is not None:
        return _with_functions(case, case.network)
    values = case.values
    if "weights" not in values and "sizes" not in values:
        with _blame(case, "case"):
            raise BacklitError("a case needs sizes (such as [2, 3, 1]) or weights (one array (n_in, n_out) a layer)")
    _check_functions(case)
    with _blame(case, "seed"):
        seed = whole_number(values.get("seed", 0), "seed", 0)
    names = {key: values[key] for key in ("activation", "output", "loss", "dropout") if key in values}
    if "weights" in values:
        return _network_from_weights(case, names)
    with _blame(case, "sizes"):
        sizes = _sizes_that_fit(values["sizes"])
    _check_layers(case, len(sizes) - 1)
    biases = values.get("biases", True)
    if not isinstance(biases, bool):
        with _blame(case, "biases"):
            raise BacklitError("without weights, biases must be true or false, got numbers")
    with _blame(case, "loss" if "loss" in values else "output"):
        return Network.random(sizes, seed=seed, biases=biases, initializer=values.get("initializer"), **names)


def _sizes_that_fit(given: Any) -> list[int]:
    sizes = sizes_checked(given)
    count = sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
    if max(count, sizes[0]) > MOST_PARAMETERS:
        raise BacklitError(f"expected sizes that make at most {MOST_PARAMETERS:,} parameters, got {sizes!s:.60}")
    return sizes


def _network_from_weights(case: Case, names: dict[str, Any]) -> Network:
    values = case.values
    biases = values.get("biases")
    biases = None if biases is False else biases
    with _blame(case, "weights"):
        parameters = check_parameters(values["weights"], None, np.float64)
    shape = [parameters[0][0].shape[0], *(W.shape[1] for W, _ in parameters)]
    if "sizes" in values:
        with _blame(case, "sizes"):
            sizes = sizes_checked(values["sizes"])
            if sizes != shape:
                raise BacklitError(f"sizes say {sizes}, but the weights make a network of {shape}")
    if biases is True:
        biases = [np.zeros(n) for n in shape[1:]]
    with _blame(case, "biases"):
        check_parameters(values["weights"], biases, np.float64)
    _check_layers(case, len(parameters))
    with _blame(case, "loss" if "loss" in values else "output"):
        return Network.from_weights(values["weights"], biases, **names)


def _check_functions(case: Case) -> None:
    """Look each name up by itself, so that the error names its key."""
    for key, find in (
        ("activation", find_activation),
        ("output", find_activation),
        ("loss", find_loss),
        ("initializer", find_initializer),
    ):
        given = case.values.get(key)
        for name in [] if given is None else given if isinstance(given, list) else [given]:
            with _blame(case, key):
                find(name)


def _check_layers(case: Case, n_layers: int) -> None:
    """Check what may be one a layer by itself, so that the error names its key."""
    values, plain = case.values, find_activation("identity")
    with _blame(case, "activation"):
        names = per_layer(values.get("activation", plain), n_layers - 1, "activation")
        check_structure([*((find_activation(name), 0.0) for name in names), (plain, 0.0)], 1, None)
    with _blame(case, "dropout"):
        rates = per_layer(values.get("dropout", 0.0), n_layers - 1, "dropout")
        check_structure([*((plain, rate) for rate in rates), (plain, 0.0)], 1, None)
    with _blame(case, "initializer"):
        per_layer(values.get("initializer"), n_layers, "initializer")


def _with_functions(case: Case, net: Network) -> Network:
    """A loaded network, with other functions where the case names some."""
    _check_functions(case)
    chosen = {key: case.values[key] for key in ("activation", "output", "loss") if key in case.values}
    if not chosen:
        return net
    _check_layers(case, len(net.layers))
    defaults = {
        "activation": [layer.activation for layer in net.layers[:-1]],
        "output": net.layers[-1].activation,
        "loss": net.loss_function,
    }
    dropout = [layer.dropout for layer in net.layers[:-1]]
    dtype = net.weights[0].dtype
    with _blame(case, "loss" if "loss" in chosen else "output"):
        return Network.from_weights(net.weights, net.biases, dropout=dropout, dtype=dtype, **{**defaults, **chosen})


def case_trace(case: Case, net: Network) -> Trace:
    """Return the trace of the case's input and target (by default drawn from the seed) through ``net``.

    Raises BacklitError that names the key.
    """
    values = case.values
    missing = [key for key in ("input", "target") if key not in values]
    if missing and "case" in case.origins:
        raise BacklitError(f"{case.origins['case']}: expected a key '{missing[0]}', got {', '.join(values)}")
    X = values["input"] if "input" in values else default_input(net, values.get("seed", 0))
    with _blame(case, "input"):
        inputs, one_sample = as_inputs(net, X)
    y = values["target"] if "target" in values else default_target(net, len(inputs), one_sample=one_sample)
    with _blame(case, "target"):
        as_targets(net, y, len(inputs), one_sample=one_sample)
    with _blame(case, "learning_rate"):
        rate = learning_rate_in_range(values.get("learning_rate", 0.1))
    return net.trace(X, y, learning_rate=rate)


def default_input(net: Network, seed: int) -> np.ndarray:
    """A standard normal sample (n_in,) drawn from the seed, apart from the weights."""
    return np.random.default_rng([seed, 1]).normal(size=net.sizes[0]).round(3)


def default_target(net: Network, n: int, *, one_sample: bool) -> Any:
    """Class 0 after softmax, else 1 for every output."""
    if net.layers[-1].row.name == "softmax":
        return 0 if one_sample else np.zeros(n)
    return np.ones(net.sizes[-1]) if one_sample else np.ones((n, net.sizes[-1]))
