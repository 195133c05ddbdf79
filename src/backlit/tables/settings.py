"""The settings of a run: defaults, a file of them, options, and the record that a model file keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from backlit.errors import BacklitError, nearest
from backlit.validation import as_list, number, whole_number

__all__ = ["TableSettings", "settings_from_file", "settings_of", "settings_record"]


@dataclass(frozen=True)
class TableSettings:
    """Everything that decides a run besides the table itself.

    ``target``: the column to predict. ``task``: classification or regression, by default what the target holds.
    ``drop``: columns not to use. ``ids``: columns not to use but to copy to predictions. ``keep``: columns to use
    though they look like identifiers. ``hidden``: units of each hidden layer. ``loss``: by default cross_entropy or
    squared_error. ``learning_rate``, ``weight_decay``: by default 0.003 for adam and adamw, 0.05 for adamw, else the
    optimizer's own. ``batch_size``, ``epochs``: by default by the number of rows. ``early_stopping``: epochs to wait
    for a lower validation loss, 0 for never; by default a third of the epochs, at least 10. ``seed``: of split,
    weights, order and dropout. ``test_share``, ``validation_share``: of all rows, held out. ``text``, ``number``,
    ``date``, ``boolean``: columns to take for that kind, whatever they look like. ``decimal``: the decimal mark, "."
    or ",". ``date_format``: dmy, mdy, ymd or ydm, or a strptime format. ``missing``: words that mean nothing is there,
    in place of the usual ones. ``group``: a column whose equal values stay on one side of the split. ``time``: a
    column of dates or numbers; the latest rows are held out. ``class_weight``: "balanced" lets rare classes count as
    much as frequent ones. ``refit``: whether the model is trained once more, on all rows, after it was scored; by
    default where there are fewer than 20,000. ``baselines``: whether a linear model and gradient boosting are scored
    beside it.
    """

    target: str
    task: str | None = None
    drop: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    hidden: tuple[int, ...] = (64, 32)
    activation: str = "relu"
    dropout: float = 0.0
    loss: str | None = None
    optimizer: str = "adamw"
    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    schedule: str = "cosine"
    weight_decay: float | None = None
    clip_norm: float | None = None
    early_stopping: int | None = None
    seed: int = 0
    test_share: float = 0.2
    validation_share: float = 0.1
    encoding: str = "utf-8"
    delimiter: str | None = None
    text: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    boolean: tuple[str, ...] = ()
    decimal: str | None = None
    date_format: str | None = None
    missing: tuple[str, ...] | None = None
    group: str | None = None
    time: str | None = None
    class_weight: str | None = None
    refit: bool | None = None
    baselines: bool = False


NAMES = tuple(field.name for field in fields(TableSettings))


def settings_of(values: Mapping[str, Any], origin: str = "") -> TableSettings:
    """Return settings from values by name, checked; ``origin`` is the file that an error names.

    Raises BacklitError, with the nearest name, for a name that is none, and for values of a wrong kind or range.

    >>> settings_of({"target": "price", "hidden": [16, 8]}).hidden
    (16, 8)
    """
    unknown = next((name for name in values if name not in NAMES), None)
    try:
        if unknown is not None:
            raise BacklitError(_unknown(unknown))
        if "target" not in values:
            raise BacklitError("expected a target, the column to predict")
        return TableSettings(**{name: _checked(name, value) for name, value in values.items()})
    except BacklitError as error:
        raise BacklitError(f"{origin}: {error}" if origin else str(error)) from None


def _unknown(name: str) -> str:
    near = nearest(name, (*NAMES, "file"))
    hint = f"did you mean '{near}'?" if near else "`backlit train --help` names them, with - for _"
    return f"unknown setting '{name:.60}'; {hint}"


def _checked(name: str, value: Any) -> Any:
    return None if value is None and name in MAY_BE_NONE else _CHECKS[name](name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BacklitError(f"{name} must be text, got {value!r:.40}")
    return value


def _list(name: str, value: Any) -> list[Any]:
    entries = as_list(value)
    if entries is None:
        raise BacklitError(f"{name} must be a list, got {value!r:.40}")
    return entries


def _texts(name: str, value: Any) -> tuple[str, ...]:
    return tuple(_text(name, entry) for entry in ([value] if isinstance(value, str) else _list(name, value)))


def _sizes(name: str, value: Any) -> tuple[int, ...]:
    return tuple(whole_number(size, f"each size of {name}", 1) for size in _list(name, value))


def _count(name: str, value: Any) -> int:
    return whole_number(value, name, 1)


def _count_or_zero(name: str, value: Any) -> int:
    return whole_number(value, name, 0)


def _number(name: str, value: Any) -> float:
    return number(value, name)


def _share(name: str, value: Any) -> float:
    share = number(value, name)
    if not 0 < share < 0.9:
        raise BacklitError(f"{name} must lie above 0 and below 0.9, got {share:g}")
    return share


def _decimal(name: str, value: Any) -> str:
    marks = {".": ".", ",": ",", "point": ".", "comma": ","}
    if not isinstance(value, str) or value not in marks:
        raise BacklitError(f"{name} must be . or , (the decimal mark of numbers), got {value!r:.40}")
    return marks[value]


def _date_format(name: str, value: Any) -> str:
    from backlit.tables.date_forms import known_order

    return known_order(_text(name, value))


def _class_weight(name: str, value: Any) -> str:
    if value != "balanced":
        raise BacklitError(f"{name} must be balanced, got {value!r:.40}")
    return "balanced"


def _yes_or_no(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BacklitError(f"{name} must be true or false, got {value!r:.40}")
    return value


def _words(name: str, value: Any) -> tuple[str, ...]:
    entries = [value] if isinstance(value, str) else _list(name, value)
    if not all(isinstance(entry, str) for entry in entries):
        raise BacklitError(f"{name} must be words, got {value!r:.40}")
    return tuple(entries)


MAY_BE_NONE = (
    "group",
    "time",
    "class_weight",
    "refit",
    "decimal",
    "date_format",
    "missing",
    "task",
    "loss",
    "delimiter",
    "learning_rate",
    "weight_decay",
    "clip_norm",
    "batch_size",
    "epochs",
    "early_stopping",
)

_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(
        ("target", "task", "activation", "loss", "optimizer", "schedule", "encoding", "delimiter", "group", "time"),
        _text,
    ),
    **dict.fromkeys(("drop", "ids", "keep", "text", "number", "date", "boolean"), _texts),
    "decimal": _decimal,
    "date_format": _date_format,
    "missing": _words,
    "class_weight": _class_weight,
    "refit": _yes_or_no,
    "baselines": _yes_or_no,
    **dict.fromkeys(("dropout", "learning_rate", "weight_decay", "clip_norm"), _number),
    **dict.fromkeys(("batch_size", "epochs"), _count),
    **dict.fromkeys(("early_stopping", "seed"), _count_or_zero),
    **dict.fromkeys(("test_share", "validation_share"), _share),
    "hidden": _sizes,
}


def settings_record(settings: TableSettings) -> dict[str, Any]:
    """Return the settings as plain values; ``settings_of`` makes them again."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(settings).items()}


def settings_from_file(path: str | Path) -> dict[str, Any]:
    """Read settings by name from a TOML or JSON file; the key ``file`` may name the table.

    Raises BacklitError, naming file and key, for a file that is none of the two and for keys that are no settings.
    """
    from backlit.files.plain import read_plain

    path = Path(path)
    values, _ = read_plain(path)
    if not isinstance(values, dict):
        raise BacklitError(f"{path}: expected settings such as epochs = 20, got {type(values).__name__}")
    unknown = next((name for name in values if name not in (*NAMES, "file")), None)
    if unknown is not None:
        raise BacklitError(f"{path}: {_unknown(unknown)}")
    if not isinstance(values.get("file", ""), str):
        raise BacklitError(f"{path}: file must be the path of a table, got {values['file']!r:.40}")
    return values
