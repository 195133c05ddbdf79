"""The settings of a training run: what came from outside becomes one clean plain object, or an error."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backlit.equations.optimizers import Optimizer, find_optimizer
from backlit.equations.schedules import Schedule, find_schedule
from backlit.errors import BacklitError
from backlit.runners.rule import StepRule
from backlit.runners.table import RUNNERS
from backlit.validation import learning_rate_in_range, number, whole_number, yes_or_no

__all__ = ["Settings", "callbacks_checked", "engine_checked", "settings_checked"]

LARGEST_WEIGHT_DECAY = 100.0
ENGINES = ("auto", *RUNNERS)


@dataclass(frozen=True)
class Settings:
    """What decides a training run besides network, data and seed; ``hyper`` goes to the optimizer as it is."""

    optimizer: Optimizer
    hyper: Mapping[str, float]
    learning_rate: float
    weight_decay: float
    batch_size: int
    epochs: int
    schedule: Schedule
    clip_norm: float | None
    patience: int | None
    shuffle: bool

    @property
    def rule(self) -> StepRule:
        """What of it decides a step."""
        return StepRule(self.optimizer, self.hyper, weight_decay=self.weight_decay, clip_norm=self.clip_norm)


def settings_checked(
    *,
    optimizer: Any,
    learning_rate: Any,
    batch_size: Any,
    epochs: Any,
    hyper: Mapping[str, Any],
    weight_decay: Any,
    schedule: Any,
    clip_norm: Any,
    early_stopping: Any,
    shuffle: Any,
) -> Settings:
    """Return the settings with names looked up and defaults filled in; None is the optimizer's own default.

    Raises BacklitError that says what was expected and what came.
    """
    row = find_optimizer(optimizer)
    clean = {name: _CHECKS[name](value, name) for name, value in hyper.items() if value is not None}
    defaults = {name: value for name, value in row.defaults.items() if name != "learning_rate"}
    return Settings(
        optimizer=row,
        hyper={name: clean.get(name, default) for name, default in defaults.items()},
        learning_rate=learning_rate_in_range(row.defaults["learning_rate"] if learning_rate is None else learning_rate),
        weight_decay=_weight_decay(row.weight_decay if weight_decay is None else weight_decay),
        batch_size=whole_number(batch_size, "batch_size", 1),
        epochs=whole_number(epochs, "epochs", 1),
        schedule=find_schedule(schedule),
        clip_norm=None if clip_norm is None else _above_zero(clip_norm, "clip_norm"),
        patience=None if early_stopping is None else _patience(early_stopping),
        shuffle=yes_or_no(shuffle, "shuffle"),
    )


def _share(value: Any, name: str) -> float:
    share = number(value, name)
    if not 0 <= share < 1:
        raise BacklitError(f"{name} must be at least 0 and below 1, got {share:g}")
    return share


def _above_zero(value: Any, name: str) -> float:
    size = number(value, name)
    if size <= 0:
        raise BacklitError(f"{name} must be above 0, got {size:g}")
    return size


_CHECKS: dict[str, Callable[[Any, str], float]] = {
    "momentum": _share,
    "beta_1": _share,
    "beta_2": _share,
    "epsilon": _above_zero,
}


def _weight_decay(value: Any) -> float:
    decay = number(value, "weight_decay")
    if not 0 <= decay <= LARGEST_WEIGHT_DECAY:
        raise BacklitError(
            f"weight_decay must be at least 0 and at most {LARGEST_WEIGHT_DECAY:g}, got {decay:g} "
            "(0.0001 to 0.1 is usual)"
        )
    return decay


def _patience(value: Any) -> int:
    try:
        return whole_number(value, "early_stopping", 1)
    except BacklitError as error:
        raise BacklitError(f"{error} (it is how many epochs to wait for a lower loss)") from None


def callbacks_checked(callbacks: Any) -> list[Callable[..., Any]]:
    """Return the callbacks as a list of functions, or raise BacklitError."""
    if not isinstance(callbacks, Sequence) or not all(callable(callback) for callback in callbacks):
        raise BacklitError(f"callbacks must be a list of functions of one argument, got {callbacks!r:.60}")
    return list(callbacks)


def engine_checked(engine: Any) -> str:
    """Return the name of an engine, or raise BacklitError."""
    if not isinstance(engine, str) or engine not in ENGINES:
        raise BacklitError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r:.40}")
    return engine
