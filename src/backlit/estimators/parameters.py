"""The estimators' hyper-parameters: what a user set becomes one clean plain object, or an error."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backlit.equations.activation_table import Activation, find_activation
from backlit.equations.optimizers import Optimizer, find_optimizer
from backlit.equations.schedules import SCHEDULES, Schedule, find_schedule
from backlit.errors import BacklitError, unknown_name
from backlit.network import rules
from backlit.validation import as_list, float_type, number, whole_number, yes_or_no

__all__ = ["Choices", "choices_checked"]

SOLVERS = ("adam", "sgd", "lbfgs")
RATES_OF_SGD = ("constant", "invscaling", "adaptive")
INFINITY = math.inf


@dataclass(frozen=True)
class Choices:
    """Clean hyper-parameters. ``schedule`` is None where ``rate_rule`` is one of scikit-learn's three."""

    hidden: tuple[int, ...]
    activations: tuple[str | Activation, ...]
    solver: str
    optimizer: Optimizer | None
    hyper: Mapping[str, float]
    alpha: float
    batch_size: int | None
    rate_rule: str
    schedule: Schedule | None
    learning_rate_init: float
    power_t: float
    max_iter: int
    max_fun: int
    shuffle: bool
    tol: float
    verbose: bool
    warm_start: bool
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: float
    dropout: tuple[float, ...]
    weight_decay: float
    clip_norm: float | None
    dtype: np.dtype[Any] | None
    n_threads: int | None


def choices_checked(given: Mapping[str, Any]) -> Choices:
    """Return the clean form of an estimator's ``get_params()``, or raise BacklitError, which is a ValueError."""
    hidden = _hidden(given["hidden_layer_sizes"])
    solver = _one_of(given["solver"], "solver", SOLVERS)
    schedule = _schedule(given["learning_rate"])
    nesterov = yes_or_no(given["nesterovs_momentum"], "nesterovs_momentum")
    choices = Choices(
        hidden=hidden,
        activations=_activations(given["activation"], len(hidden)),
        solver=solver,
        optimizer=_optimizer(solver, nesterov),
        hyper=_hyper(given, solver),
        alpha=_between(given["alpha"], "alpha", 0, INFINITY),
        batch_size=_batch_size(given["batch_size"]),
        rate_rule="constant" if schedule else str(given["learning_rate"]),
        schedule=schedule,
        learning_rate_init=_between(given["learning_rate_init"], "learning_rate_init", 0, INFINITY, ends="()"),
        power_t=_between(given["power_t"], "power_t", 0, INFINITY),
        max_iter=whole_number(given["max_iter"], "max_iter", 1),
        max_fun=whole_number(given["max_fun"], "max_fun", 1),
        shuffle=yes_or_no(given["shuffle"], "shuffle"),
        tol=_between(given["tol"], "tol", 0, INFINITY),
        verbose=_verbose(given["verbose"]),
        warm_start=yes_or_no(given["warm_start"], "warm_start"),
        early_stopping=yes_or_no(given["early_stopping"], "early_stopping"),
        validation_fraction=_between(given["validation_fraction"], "validation_fraction", 0, 1, ends="[)"),
        n_iter_no_change=_patience(given["n_iter_no_change"]),
        dropout=_dropout(given["dropout"], len(hidden)),
        weight_decay=_between(given["weight_decay"], "weight_decay", 0, INFINITY),
        clip_norm=_clip_norm(given["clip_norm"]),
        dtype=None if given["dtype"] is None else float_type(given["dtype"]),
        n_threads=None if given["n_threads"] is None else whole_number(given["n_threads"], "n_threads", 1),
    )
    if solver == "lbfgs":
        _check_for_lbfgs(choices)
    return choices


def _check_for_lbfgs(choices: Choices) -> None:
    """L-BFGS needs one fixed loss and its true gradient."""
    for name, value in (
        ("dropout", any(choices.dropout)),
        ("weight_decay", choices.weight_decay),
        ("clip_norm", choices.clip_norm is not None),
        ("a schedule", choices.schedule is not None),
    ):
        if value:
            raise BacklitError(f"{name} must be left out with solver 'lbfgs'; solver 'adam' or 'sgd' takes it")


def _optimizer(solver: str, nesterov: bool) -> Optimizer | None:
    if solver == "lbfgs":
        return None
    return find_optimizer("adam" if solver == "adam" else "nesterov" if nesterov else "momentum")


def _hyper(given: Mapping[str, Any], solver: str) -> Mapping[str, float]:
    """The optimizer's own numbers; those of the other solver are checked too."""
    of_adam = {name: _between(given[name], name, 0, 1, ends="[)") for name in ("beta_1", "beta_2")}
    of_adam["epsilon"] = _between(given["epsilon"], "epsilon", 0, INFINITY, ends="()")
    of_sgd = {"momentum": _between(given["momentum"], "momentum", 0, 1)}
    return of_sgd if solver == "sgd" else of_adam


def _hidden(value: Any) -> tuple[int, ...]:
    sizes = as_list(value)
    if sizes is None:
        sizes = [value]
    if any(isinstance(size, int | float | np.number) and size <= 0 for size in sizes):
        raise BacklitError(
            f"hidden_layer_sizes must be > 0, got [{', '.join(map(str, sizes))}]. Each is a layer's number of units; "
            "leave out a layer that is to have none"
        )
    return tuple(whole_number(size, f"hidden_layer_sizes[{i}]", 1) for i, size in enumerate(sizes))


def _activations(value: Any, n_hidden: int) -> tuple[str | Activation, ...]:
    # a wrong name is an error even where no hidden layer would use it
    if as_list(value) is None:
        find_activation(value)
    names = rules.per_layer(value, n_hidden, "activation")
    for name in names:
        find_activation(name)
    return tuple(names)


def _dropout(value: Any, n_hidden: int) -> tuple[float, ...]:
    rates = rules.per_layer(value, n_hidden, "dropout")
    return tuple(_between(rate, "dropout", 0, 1, ends="[)") for rate in rates)


def _schedule(value: Any) -> Schedule | None:
    if isinstance(value, str) and value in RATES_OF_SGD:
        return None
    if isinstance(value, str | Schedule):
        try:
            return find_schedule(value)
        except BacklitError:
            raise unknown_name("learning_rate", value, [*RATES_OF_SGD, *list(SCHEDULES)[1:]]) from None
    raise BacklitError(f"learning_rate must be one of {', '.join(RATES_OF_SGD)} or a schedule, got {value!r:.40}")


def _batch_size(value: Any) -> int | None:
    return None if isinstance(value, str) and value == "auto" else whole_number(value, "batch_size", 1)


def _clip_norm(value: Any) -> float | None:
    return None if value is None else _between(value, "clip_norm", 0, INFINITY, ends="()")


def _one_of(value: Any, name: str, known: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise unknown_name(name, value, known)
    return value


def _verbose(value: Any) -> bool:
    return bool(value) if isinstance(value, bool | np.bool_) else whole_number(value, "verbose", 0) > 0


def _patience(value: Any) -> float:
    if isinstance(value, float) and value == INFINITY:
        return value
    return whole_number(value, "n_iter_no_change", 1)


def _between(value: Any, name: str, low: float, high: float, *, ends: str = "[]") -> float:
    """Return a number within the limits; ``ends`` says whether they belong to it, as in mathematics."""
    clean = number(value, name)
    above = clean > low if ends[0] == "(" else clean >= low
    below = clean < high if ends[1] == ")" else clean <= high
    if not (above and below):
        least = f"above {low:g}" if ends[0] == "(" else f"at least {low:g}"
        most = "" if high == INFINITY else f" and below {high:g}" if ends[1] == ")" else f" and at most {high:g}"
        raise BacklitError(f"{name} must be {least}{most}, got {clean:g}")
    return clean
