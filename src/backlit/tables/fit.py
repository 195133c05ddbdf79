"""A table trained on: columns prepared, a network trained and scored on rows it never saw, and trained on all rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from backlit.network.network import Network
from backlit.tables.baselines import baseline_scores
from backlit.tables.importance import Importance, importances_of, measure_of
from backlit.tables.intervals import errors_kept
from backlit.tables.model import TableModel, outputs_of
from backlit.tables.prepare import Prepared, fit_column, inputs_of
from backlit.tables.prospect import Prospect, look_at
from backlit.tables.record import record_of
from backlit.tables.scores import ClassScore, Reliability, Score, calibration_of, class_scores_of, scores_of
from backlit.tables.settings import TableSettings
from backlit.tables.target import Target
from backlit.tables.target_means import Outcomes, outcomes_of
from backlit.training.errors import TrainingError
from backlit.training.history import EpochReport, History
from backlit.training.loop import train

__all__ = ["Prospect", "TableRun", "look_at", "train_table"]

REFITTED = 20_000
"""Below so many rows the model that was scored is trained once more, on all of them: with more it gains little."""


@dataclass(frozen=True, eq=False)
class TableRun:
    """What a run gave: the model, the history of its training, and its scores on the rows held out.

    ``by_class``: recall and precision. ``others``: the scores of other models by name, where they were asked for.
    ``trouble``: what ended training early though the model is good, a checkpoint that could not be written; or "".
    ``importances``: of the columns, the largest first. ``calibration``: of probabilities, in bins.
    """

    model: TableModel
    history: History
    scores: list[Score]
    baseline: str
    by_class: list[ClassScore] = field(default_factory=list)
    others: dict[str, list[Score]] = field(default_factory=dict)
    trouble: str = ""
    importances: list[Importance] = field(default_factory=list)
    calibration: list[Reliability] = field(default_factory=list)


def train_table(
    prospect: Prospect,
    *,
    progress: bool = False,
    callbacks: Sequence[Callable[[EpochReport], Any]] = (),
    checkpoint: str | Path | None = None,
) -> TableRun:
    """Fit the transformers on the rows to train on, train a network, and score it on the rows held out.

    After that it is trained once more, on all rows, for as many epochs as were best, where the settings say so. Ctrl-C
    keeps the best network so far, and so does a checkpoint that cannot be written: the run says so in
    ``trouble``. Raises BacklitError for settings that do not go together.
    """
    settings, target, split = prospect.settings, prospect.target, prospect.split
    train_rows, validation_rows = (counting_alike(rows, target, settings) for rows in (split.train, split.validation))
    columns, X_train = _fitted(prospect, split.train, train_rows)
    X_validation, X_test = (_inputs(prospect, columns, rows) for rows in (validation_rows, split.test))
    net = _network(settings, target, X_train.shape[1])
    mean, scale = _scaling(net, target.y[split.train], bool(target.classes))
    y = _scaled(target, mean, scale)
    trained, history, trouble = _trained(
        net,
        X_train,
        y[train_rows],
        validation=(X_validation, y[validation_rows]),
        progress=progress,
        callbacks=callbacks,
        checkpoint=checkpoint,
        **_training_options(settings),
    )
    model = TableModel(
        trained, columns, target.name, target.classes, mean, scale, settings.ids, target_form=target.form
    )
    outputs, truth = outputs_of(model, X_test), target.y[split.test]
    scores, baseline = scores_of(outputs, truth, target.y[split.train], len(target.classes))
    others = _others(prospect, X_train, train_rows, X_test) if history.epochs else {}
    again = None if trouble else _refitted(prospect, model, history, progress=progress)
    record = record_of(prospect.source, prospect.n_rows, settings, prospect.columns, split, history, scores)
    importances = importances_of(model, X_test, truth, settings.seed) if history.epochs else []
    record["importance"] = {"measure": measure_of(model), "columns": {one.name: one.mean for one in importances}}
    record["refit"] = None if again is None else {"rows": len(target.y), "epochs": history.best_epoch}
    errors = () if target.classes else errors_kept(truth - outputs[:, 0], settings.seed)
    model = replace(again or model, record=record, errors=errors)
    by_class = class_scores_of(outputs, truth, target.classes) if target.classes else []
    calibration = calibration_of(outputs, truth) if target.classes else []
    return TableRun(
        model, history, scores, baseline, by_class, others, trouble, importances=importances, calibration=calibration
    )


def _trained(net: Network, *data: Any, **options: Any) -> tuple[Network, History, str]:
    """The trained network, its history, and what ended training early though the network is good, or ""."""
    try:
        return (*train(net, *data, **options), "")
    except TrainingError as error:
        if error.network is None or error.history is None or error.history.stopped_by != "checkpoint":
            raise
        return error.network, error.history, str(error)


def _others(prospect: Prospect, X: np.ndarray, rows: np.ndarray, X_test: np.ndarray) -> dict[str, list[Score]]:
    """The scores of other models on the rows held out, where they are wanted."""
    target, settings = prospect.target, prospect.settings
    if not settings.baselines:
        return {}
    truth = target.y[prospect.split.test]
    return baseline_scores(X, target.y[rows], X_test, truth, len(target.classes), settings.seed)


def _fitted(prospect: Prospect, rows: np.ndarray, counted: np.ndarray) -> tuple[tuple[Prepared, ...], np.ndarray]:
    """Columns fitted on rows, and the inputs of these rows, each as often as it is in ``counted``."""
    target = prospect.target
    outcomes = outcomes_of(target.y[rows], len(target.classes), prospect.settings.seed)
    columns = tuple(
        fit_column(column.name, column.kind, column.values[rows], column.form, outcomes)
        for column in prospect.columns
        if column.values is not None
    )
    if len(counted) == len(rows):
        return columns, _inputs(prospect, columns, rows, outcomes)
    place = np.zeros(len(target.y), dtype=np.int64)
    place[rows] = np.arange(len(rows))
    return columns, _inputs(prospect, columns, rows, outcomes)[place[counted]]


def _inputs(
    prospect: Prospect, columns: Sequence[Prepared], rows: np.ndarray, outcomes: Outcomes | None = None
) -> np.ndarray:
    used = {column.name: column.values[rows] for column in prospect.columns if column.values is not None}
    return inputs_of(columns, used, len(rows), outcomes=outcomes)


def _scaled(target: Target, mean: float, scale: float) -> np.ndarray:
    return target.y if target.classes else ((target.y - mean) / scale).astype(np.float32)


def counting_alike(rows: np.ndarray, target: Target, settings: TableSettings) -> np.ndarray:
    """Return rows, those of rare classes as often as makes all classes count about alike, where that is wanted."""
    if settings.class_weight is None:
        return rows
    counts = np.bincount(target.y[rows], minlength=len(target.classes))
    times = np.maximum(np.round(counts.max() / np.maximum(counts, 1)), 1).astype(np.int64)
    return np.repeat(rows, times[target.y[rows]])


def _refitted(prospect: Prospect, scored: TableModel, history: History, *, progress: bool) -> TableModel | None:
    """The model trained on all rows for as many epochs as were best, at the same rates; None where it is not to be."""
    settings, target, n = prospect.settings, prospect.target, len(prospect.target.y)
    wanted = settings.refit if settings.refit is not None else n < REFITTED
    # plateau's rates follow a validation loss, which is not there then
    if not wanted or history.stopped_by == "interrupt" or not history.epochs or settings.schedule == "plateau":
        return None
    rows = counting_alike(np.arange(n), target, settings)
    columns, X = _fitted(prospect, np.arange(n), rows)
    net = _network(settings, target, X.shape[1])
    mean, scale = _scaling(net, target.y, bool(target.classes))
    last = (history.best_epoch if settings.early_stopping else None) or history.epochs
    options = _training_options(settings) | {"early_stopping": None}
    trained, again = train(
        net,
        X,
        _scaled(target, mean, scale)[rows],
        progress=progress,
        callbacks=[lambda report: report.epoch >= last],
        **options,
    )
    if again.stopped_by == "interrupt":
        return None
    return replace(scored, network=trained, columns=columns, mean=mean, scale=scale)


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
