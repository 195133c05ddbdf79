"""A table trained on: columns planned and prepared, rows split, a network trained and scored on rows it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from backlit.equations.loss_table import find_loss
from backlit.equations.optimizers import find_optimizer
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.tables.model import TableModel, outputs_of
from backlit.tables.plan import Planned, check_any_used, learnable, plan_column
from backlit.tables.prepare import fit_column, inputs_of
from backlit.tables.record import record_of
from backlit.tables.scores import Score, scores_of
from backlit.tables.settings import TableSettings
from backlit.tables.split import Split, split_rows
from backlit.tables.table import Table, chosen_columns
from backlit.tables.target import Target, find_target
from backlit.training.errors import TrainingError
from backlit.training.history import EpochReport, History
from backlit.training.loop import train

__all__ = ["Prospect", "TableRun", "look_at", "train_table"]

LEARNING_RATE, WEIGHT_DECAY = 0.003, 0.05
"""With a cosine schedule: what served small and middling tables best, or nearly, of the settings tried."""

STEPS = 20_000
"""About how many steps a run has where the number of epochs is left to the number of rows."""


@dataclass(frozen=True, eq=False)
class Prospect:
    """What a table holds and what will be done with it, before anything is fitted.

    ``source``, ``n_rows``, ``n_columns``, ``has_heading``: of the table, whose cells need not be kept: the columns hold
    the values that are used.
    """

    source: str
    n_rows: int
    n_columns: int
    has_heading: bool
    settings: TableSettings
    target: Target
    columns: list[Planned]
    split: Split


@dataclass(frozen=True, eq=False)
class TableRun:
    """What a run gave: the model, the history of its training, and its scores on the rows held out.

    ``trouble``: what ended training early though the model is good, a checkpoint that could not be written; or "".
    """

    model: TableModel
    history: History
    scores: list[Score]
    baseline: str
    trouble: str = ""


def look_at(table: Table, settings: TableSettings) -> Prospect:
    """Find the target and its task, decide on every column, and draw the rows to hold out.

    Raises BacklitError for columns named in the settings that are not there, a target that cannot be learned, and a
    table that leaves nothing to learn from.
    """
    target = find_target(table, settings.target, settings.task)
    if not target.classes and settings.loss is not None:
        _check_range(table, target, settings.loss)
    drop = chosen_columns(table, settings.drop, "--drop")
    ids = chosen_columns(table, settings.ids, "--id")
    keep = chosen_columns(table, settings.keep, "--keep")
    if target.name in (*drop, *ids):
        raise BacklitError(f"{table.source}: column '{target.name}' is the target, so it cannot be left out")
    asked = {**dict.fromkeys(drop, "left out, as asked"), **dict.fromkeys(ids, "copied to predictions")}
    columns = [
        Planned(name, "", asked[name]) if name in asked else plan_column(table, name, target.rows, keep=name in keep)
        for name in table.columns
        if name != target.name
    ]
    split = split_rows(target, settings.test_share, settings.validation_share, settings.seed)
    columns = [learnable(column, split.train) for column in columns]
    check_any_used(table, columns, target.name)
    return Prospect(
        source=table.source,
        n_rows=table.n_rows,
        n_columns=len(table.columns),
        has_heading=table.csv is None or table.csv.heading > 0,
        settings=_completed(settings, len(split.train)),
        target=target,
        columns=columns,
        split=split,
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


def train_table(
    prospect: Prospect,
    *,
    progress: bool = False,
    callbacks: Sequence[Callable[[EpochReport], Any]] = (),
    checkpoint: str | Path | None = None,
) -> TableRun:
    """Fit the transformers on the rows to train on, train a network, and score it on the rows held out.

    Ctrl-C keeps the best network so far, and so does a checkpoint that cannot be written: the run says so in
    ``trouble``. Raises BacklitError for settings that do not go together.
    """
    settings, target, split = prospect.settings, prospect.target, prospect.split
    used = {column.name: column.values for column in prospect.columns if column.values is not None}
    kinds = {column.name: column.kind for column in prospect.columns}
    columns = tuple(fit_column(name, kinds[name], values[split.train]) for name, values in used.items())
    X_train, X_validation, X_test = (
        inputs_of(columns, {name: values[rows] for name, values in used.items()}, len(rows))
        for rows in (split.train, split.validation, split.test)
    )
    net = _network(settings, target, X_train.shape[1])
    mean, scale = _scaling(net, target.y[split.train], bool(target.classes))
    y = target.y if target.classes else ((target.y - mean) / scale).astype(np.float32)
    trouble = ""
    try:
        trained, history = train(
            net,
            X_train,
            y[split.train],
            validation=(X_validation, y[split.validation]),
            progress=progress,
            callbacks=callbacks,
            checkpoint=checkpoint,
            **_training_options(settings),
        )
    except TrainingError as error:
        if error.network is None or error.history is None or error.history.stopped_by != "checkpoint":
            raise
        trained, history, trouble = error.network, error.history, str(error)
    model = TableModel(trained, columns, target.name, target.classes, mean, scale, settings.ids)
    outputs = outputs_of(model, X_test)
    scores, baseline = scores_of(outputs, target.y[split.test], target.y[split.train], len(target.classes))
    model = replace(
        model, record=record_of(prospect.source, prospect.n_rows, settings, prospect.columns, split, history, scores)
    )
    return TableRun(model, history, scores, baseline, trouble)


def _network(settings: TableSettings, target: Target, n_in: int) -> Network:
    """The network before training; float32, as what it learns from is no more precise."""
    n_out = len(target.classes) or 1
    output = "softmax" if target.classes else "exp" if settings.loss == "poisson" else "identity"
    return Network.random(
        [n_in, *settings.hidden, n_out],
        activation=settings.activation,
        output=output,
        loss=settings.loss,
        dropout=settings.dropout,
        seed=np.random.default_rng([settings.seed, 1]),
        dtype=np.float32,
    )


def _scaling(net: Network, y: np.ndarray, classes: bool) -> tuple[float, float]:
    """Mean and standard deviation to scale a quantity by; a loss of positive numbers takes it as it is."""
    if classes or net.loss_row.target_range[0] > -np.inf:
        return 0.0, 1.0
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(y[:, None])
    return float(scaler.mean_[0]), float(scaler.scale_[0])


def _training_options(settings: TableSettings) -> dict[str, Any]:
    return {
        "optimizer": settings.optimizer,
        "learning_rate": settings.learning_rate,
        "batch_size": settings.batch_size,
        "epochs": settings.epochs,
        "schedule": settings.schedule,
        "weight_decay": settings.weight_decay,
        "clip_norm": settings.clip_norm,
        "early_stopping": settings.early_stopping or None,
        "seed": np.random.default_rng([settings.seed, 2]),
    }
