"""What a table holds and what will be done with it, before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from backlit.equations.loss_table import find_loss
from backlit.equations.optimizers import find_optimizer
from backlit.errors import BacklitError
from backlit.tables.arrays import Words, words_of
from backlit.tables.date_forms import ORDERS
from backlit.tables.leaks import split_warnings, telling_columns
from backlit.tables.oddities import number_warnings, without_totals
from backlit.tables.plan import Planned, check_any_used, learnable, plan_column
from backlit.tables.readings import Choices, Reading, find_readings, problem_of
from backlit.tables.settings import TableSettings
from backlit.tables.split import Split, split_rows
from backlit.tables.table import Table, chosen_columns, column_named
from backlit.tables.target import Target, find_target
from backlit.tables.target_means import MOST_CLASSES
from backlit.tables.values import KINDS, column_values

__all__ = ["Prospect", "look_at"]

LEARNING_RATE, WEIGHT_DECAY = 0.003, 0.05
"""With a cosine schedule: what served small and middling tables best, or nearly, of the settings tried."""

OF_QUANTITIES = ("poisson", "quantile")
"""Losses that say nothing of classes, though probabilities lie in their range."""

STEPS = 20_000
"""About how many steps a run has where the number of epochs is left to the number of rows."""


@dataclass(frozen=True, eq=False)
class Prospect:
    """What a table holds and what will be done with it, before anything is fitted.

    ``source``, ``n_rows``, ``n_columns``, ``has_heading``: of the table, whose cells need not be kept: the columns hold
    the values that are used. ``of_split``: warnings of the rows held out, which say nothing where none are scored.
    """

    source: str
    n_rows: int
    n_columns: int
    has_heading: bool
    settings: TableSettings
    target: Target
    columns: list[Planned]
    split: Split
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    of_split: tuple[str, ...] = ()


def look_at(table: Table, settings: TableSettings) -> Prospect:
    """Find the target and its task, decide on every column, and draw the rows to hold out.

    Raises BacklitError for columns named in the settings that are not there, a target that cannot be learned, and a
    table that leaves nothing to learn from.
    """
    table, readings, asked, keep, total = _read(table, settings)
    target = find_target(table, settings.target, settings.task, readings[settings.target])
    if settings.loss is not None and target.classes:
        _check_of_classes(target, settings.loss, settings.task)
    elif settings.loss is not None:
        _check_range(table, target, settings.loss)
    if not target.classes and settings.class_weight is not None:
        raise BacklitError(f"class_weight is for classes, and the target '{target.name}' is a quantity")
    has_means = len(target.classes) <= MOST_CLASSES
    columns = [
        Planned(name, "", asked[name])
        if name in asked
        else plan_column(table, name, target.rows, readings[name], keep=name in keep, means=has_means)
        for name in table.columns
        if name != target.name
    ]
    groups, times = _split_by(table, settings, readings, target)
    shares = settings.test_share, settings.validation_share
    split = split_rows(target, *shares, settings.seed, groups=groups, times=times)
    columns = [learnable(column, split.train) for column in columns]
    check_any_used(table, columns, target.name)
    by_chance = groups is None and times is None
    told = split_warnings(columns, len(target.y)) if by_chance else []
    told += _few_classes(target, split)
    numbers = () if target.classes else number_warnings(target.name, target.y, is_target=True)
    telling = telling_columns(columns, target, split, settings.seed)
    return Prospect(
        source=table.source,
        n_rows=table.n_rows,
        n_columns=len(table.columns),
        has_heading=table.csv is None or table.csv.heading > 0,
        settings=_completed(settings, len(split.train)),
        target=target,
        columns=columns,
        split=split,
        notes=table.notes,
        warnings=tuple(filter(None, (total, *target.warnings, *numbers, *telling))),
        of_split=tuple(told),
    )


def _few_classes(target: Target, split: Split) -> list[str]:
    """A sentence where the rows held out are all of one class, or of classes that no row to train on has."""
    if not target.classes:
        return []
    known, there = np.unique(target.y[split.train]), np.unique(target.y[split.test])
    found = []
    if len(there) == 1:
        found.append(
            f"all rows held out are of the class '{target.classes[there[0]]}', so their scores say little; hold out "
            "others by --seed, --test-share, --group or --time"
        )
    strange = [target.classes[code] for code in there if code not in known]
    if strange:
        listed = ", ".join(f"'{label:.30}'" for label in strange[:3]) + (", ..." if len(strange) > 3 else "")
        found.append(f"rows held out are of classes that no row to train on has: {listed}; none can be predicted")
    return found


def _read(table: Table, settings: TableSettings) -> tuple[Table, dict[str, Reading], dict[str, str], list[str], str]:
    """The table without its sums, how its columns are read, what the settings say of them, and what was left out."""
    column_named(table, settings.target, "the target")
    asked, keep = _asked(table, settings)
    choices = _choices(table, settings)
    wanted = [name for name in table.columns if name not in asked]
    readings = find_readings(table, wanted, choices, settings.target)
    shorter, total = without_totals(table, readings)
    if total:
        readings = find_readings(shorter, wanted, choices, settings.target)
    _check_date_format(table, settings, readings)
    return shorter, readings, asked, keep, total


def _check_date_format(table: Table, settings: TableSettings, readings: dict[str, Reading]) -> None:
    """Raise BacklitError for a date format by which no column is read: it would be passed over without a word."""
    dates = {name: reading.form.date for name, reading in readings.items() if reading.kind == "date"}
    if (
        settings.date_format is None
        or settings.date_format in dates.values()
        or any(r.problem for r in readings.values())
    ):
        return
    others = ", ".join(f"'{name}' {ORDERS.get(date, date)}" for name, date in list(dates.items())[:3] if date)
    raise BacklitError(
        f"{table.source}: no column is written as --date-format {settings.date_format} says"
        + (f"; in the order of {others}" if others else "")
    )


def _asked(table: Table, settings: TableSettings) -> tuple[dict[str, str], list[str]]:
    """What the settings say of columns not to use, in words, and the columns to use in any case."""
    drop = chosen_columns(table, settings.drop, "--drop")
    ids = chosen_columns(table, settings.ids, "--id")
    keep = chosen_columns(table, settings.keep, "--keep")
    if settings.target in (*drop, *ids):
        raise BacklitError(f"{table.source}: column '{settings.target}' is the target, so it cannot be left out")
    for option, names in (("--drop", drop), ("--id", ids)):
        both = next((name for name in names if name in keep), None)
        if both is not None:
            raise BacklitError(f"column '{both}' cannot be both {option} and --keep")
    asked = {**dict.fromkeys(drop, "left out, as asked"), **dict.fromkeys(ids, "copied to predictions")}
    if settings.group in table.columns and settings.group not in (*keep, *asked, settings.target):
        asked[str(settings.group)] = "left out: rows of one value stay together"
    return asked, keep


def _split_by(
    table: Table, settings: TableSettings, readings: dict[str, Reading], target: Target
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The numbers of the groups, or the times, of the rows that have a target, where the settings name a column."""
    if settings.group is not None and settings.time is not None:
        raise BacklitError("--group and --time cannot both say how rows are held out")
    name = settings.group or settings.time
    if name is None:
        return None, None
    option = "--group" if settings.group else "--time"
    column_named(table, name, option)
    if name == target.name:
        raise BacklitError(f"{option}: '{name}' is the target")
    reading = readings.get(name) or find_readings(table, [name], _choices(table, settings))[name]
    if reading.problem:
        raise problem_of(table, name, reading)
    if settings.group:
        words = words_of(table.columns[name], reading.form.missing)
        # a row without a group is one of its own
        alone = np.cumsum(words.codes < 0) + len(words.words)
        codes = np.where(words.codes < 0, alone, words.codes)
        return (codes if target.rows is None else codes[target.rows]), None
    if reading.kind not in ("date", "number"):
        raise BacklitError(f"--time: '{name}' must hold dates or numbers, which have an order, got {reading.kind}")
    times = column_values(table, name, reading.kind, reading.form)
    assert not isinstance(times, Words)
    times = times if target.rows is None else times[target.rows]
    if np.isnan(times).any():
        row = int(np.argmax(np.isnan(times)))
        row = row if target.rows is None else int(target.rows[row])
        raise BacklitError(f"{table.place(row)}, column '{name}': --time needs a value in every row, and it is missing")
    return None, times


def _choices(table: Table, settings: TableSettings) -> Choices:
    """What the settings say of how cells are read; raises BacklitError for a column that is to be of two kinds."""
    kinds = {kind: chosen_columns(table, getattr(settings, kind), f"--{kind}") for kind in KINDS}
    dropped = next(((kind, name) for kind, names in kinds.items() for name in names if name in settings.drop), None)
    if dropped is not None:
        raise BacklitError(f"column '{dropped[1]}' cannot be both --drop and --{dropped[0]}")
    for kind, names in kinds.items():
        other = next((k for k, more in kinds.items() if k != kind and set(more) & set(names)), None)
        if other is not None:
            name = next(name for name in names if name in kinds[other])
            raise BacklitError(f"column '{name}' cannot be both --{kind} and --{other}")
    return Choices(
        **{kind: tuple(names) for kind, names in kinds.items()},
        decimal=settings.decimal,
        date_format=settings.date_format,
        missing=settings.missing,
    )


def _check_range(table: Table, target: Target, loss: str) -> None:
    """Raise BacklitError, naming the line, for a quantity that the loss does not take."""
    low, high = find_loss(loss).target_range
    outside = (target.y < low) | (target.y > high)
    if outside.any():
        first = int(np.argmax(outside))
        row = first if target.rows is None else int(target.rows[first])
        raise BacklitError(
            f"{table.place(row)}, column '{target.name}': the loss '{loss}' takes targets from {low:g} to {high:g}, "
            f"got {target.y[first]:g}"
        )


def _check_of_classes(target: Target, loss: str, task: str | None) -> None:
    """Raise BacklitError for a loss of quantities; who asks for it with counts of few values means them as such."""
    if find_loss(loss).name.partition("(")[0] not in OF_QUANTITIES:
        return
    hint = "; --task regression takes it for a quantity" if task is None and target.reason.startswith("whole") else ""
    raise BacklitError(f"the loss '{loss}' is for quantities, and the target '{target.name}' holds classes{hint}")


def _completed(settings: TableSettings, n: int) -> TableSettings:
    """The settings with what was left open chosen by the number of rows, n, to train on, and by the optimizer."""
    batch_size = settings.batch_size or (32 if n < 10_000 else 128 if n < 100_000 else 512)
    epochs = settings.epochs or min(max(round(STEPS * batch_size / n), 20), 300)
    patience = max(epochs // 3, 10) if settings.early_stopping is None else settings.early_stopping
    optimizer = find_optimizer(settings.optimizer).name
    rate, decay = settings.learning_rate, settings.weight_decay
    if rate is None and optimizer in ("adam", "adamw"):
        rate = LEARNING_RATE
    if decay is None and optimizer == "adamw":
        decay = WEIGHT_DECAY
    return replace(
        settings,
        batch_size=batch_size,
        epochs=epochs,
        early_stopping=patience,
        learning_rate=rate,
        weight_decay=decay,
    )
