"""What a run over a table says, before training and after it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backlit.explain.bars import bars_text
from backlit.tables.fit import Prospect, TableRun
from backlit.tables.intervals import half_width, measured_coverage
from backlit.tables.plan import Planned
from backlit.tables.scores import ClassScore, Reliability, Score

__all__ = ["prospect_text", "run_text", "warnings_of"]

WIDEST_NAME = 30
MOST_COLUMNS = 40
MOST_CLASSES = 12
MOST_IMPORTANT = 10
SHOWN_LEVEL, FEWEST_ERRORS = 0.9, 10
WIDEST_SCORES = 80
"""Where they would be wider, the heading takes two lines."""


def prospect_text(prospect: Prospect) -> str:
    """Say what the table holds, what is done with each column, and how the rows are split."""
    target, split, n = prospect.target, prospect.split, prospect.n_rows
    n_rows = f"{n:,} rows" if target.rows is None else f"{len(target.rows):,} of {n:,} rows"
    missing = "" if target.rows is None else f" ({n - len(target.rows):,} without a target left out)"
    heading = "" if prospect.has_heading else "; the first line is numbers, so columns have numbers"
    heading += "".join(f"; {note}" for note in prospect.notes)
    lines = [
        f"{prospect.source}: {n_rows}{missing}, {prospect.n_columns} columns{heading}",
        f"Target '{target.name}': {target.task} ({target.reason})",
        *_class_lines(prospect),
        "",
        *_column_lines(prospect.columns),
        "",
        f"Rows: {len(split.train):,} to train, {len(split.validation):,} to "
        f"{'choose the best epoch' if prospect.settings.early_stopping else 'watch'}, "
        f"{len(split.test):,} held out to score",
    ]
    return "\n".join(lines)


def warnings_of(prospect: Prospect, *, scored: bool = True) -> list[str]:
    """Return what the user should look at, a sentence each; of the rows held out only where these are ``scored``."""
    told = (*prospect.of_split, *prospect.warnings) if scored else prospect.warnings
    return [*told, *(warning for column in prospect.columns for warning in column.warnings)]


def _class_lines(prospect: Prospect) -> list[str]:
    import numpy as np

    classes, y = prospect.target.classes, prospect.target.y
    if not classes:
        return [f"  from {y.min():,.6g} to {y.max():,.6g}, mean {y.mean():,.6g}"]
    counts = np.bincount(y, minlength=len(classes))
    order = np.argsort(-counts, kind="stable")
    shown = [f"{_short(classes[i])} {counts[i] / len(y):.1%}" for i in order[:8]]
    rest = [f"{len(order) - 8} more"] if len(order) > 8 else []
    return [f"  {', '.join([*shown, *rest])}"]


def _short(word: str) -> str:
    return word if len(word) <= WIDEST_NAME else f"{word[: WIDEST_NAME - 3]}..."


def _column_lines(columns: Sequence[Planned]) -> list[str]:
    width = min(max(len(column.name) for column in columns), WIDEST_NAME)
    lines = [
        f"  {_short(column.name):<{width}}  {column.kind if column.values is not None else '':<7}  {column.words}"
        for column in columns
    ]
    if len(lines) <= MOST_COLUMNS:
        return ["Columns", *lines]
    return _grouped(columns)


def _grouped(columns: Sequence[Planned]) -> list[str]:
    """Many columns told by what is done with them."""
    groups: dict[tuple[str, str], list[str]] = {}
    for column in columns:
        key = (column.kind if column.values is not None else "", column.words)
        groups.setdefault(key, []).append(column.name)
    lines = []
    for (kind, words), names in groups.items():
        shown = ", ".join(names[:3]) + (f", ... {names[-1]}" if len(names) > 3 else "")
        lines.append(f"  {len(names):>5,}  {kind:<7}  {words} ({shown})")
    return [f"{len(columns)} columns", *lines[:MOST_COLUMNS]]


def run_text(run: TableRun) -> str:
    """Say how training went and what the network reaches on the rows held out."""
    history, n_test = run.history, run.model.record["rows"]["test"]
    kept = "best" if run.model.record["settings"]["early_stopping"] else "last"
    how = {
        "epochs": "all epochs done",
        "early_stopping": "stopped, as the validation loss fell no further",
        "interrupt": f"interrupted; the {kept} network so far is kept",
        "callback": "stopped",
        "checkpoint": f"ended, as the checkpoint could not be written; the {kept} network so far is kept",
    }[history.stopped_by]
    n_epochs = "1 epoch" if history.epochs == 1 else f"{history.epochs} epochs"
    return "\n".join(
        [
            f"{run.model.network!r}",
            f"{n_epochs} in {history.seconds:.1f} s: {how}; best epoch {history.best_epoch}",
            "",
            history.to_text(),
            "",
            *_score_lines(run.scores, run.baseline, n_test),
            *_other_lines(run),
            *_lines_by_class(run.by_class),
            *_calibration_lines(run.calibration),
            *_interval_lines(run.model.errors),
            *_importance_lines(run),
            *_refit_lines(run),
        ]
    )


def _other_lines(run: TableRun) -> list[str]:
    """What other models reach, measure by measure."""
    if not run.others:
        return []
    width = max(len(score.name) for score in run.scores)
    lines = ["", f"  {'on the same rows':<{width}}  {'network':>10}" + "".join(f"  {n:>17}" for n in run.others)]
    for i, score in enumerate(run.scores):
        rest = "".join(f"  {scores[i].network:>17,.5g}" for scores in run.others.values())
        lines.append(f"  {score.name:<{width}}  {score.network:>12,.5g}{rest}")
    best = max(run.others, key=lambda name: _goodness(run.others[name][0]))
    if _goodness(run.others[best][0]) > _goodness(run.scores[0]):
        lines.append(f"  By {run.scores[0].name} the {best} is better here than the network")
    return lines


def _goodness(score: Score) -> float:
    return score.network if score.higher_is_better else -score.network


def _lines_by_class(scores: Sequence[ClassScore]) -> list[str]:
    if not scores:
        return []
    shown = sorted(scores, key=lambda score: score.recall)[:MOST_CLASSES] if len(scores) > MOST_CLASSES else scores
    width = min(max(len(score.label) for score in shown), WIDEST_NAME)
    heading = f"  {'class':<{max(width, 5)}}  {'rows':>7}  recall  precision"
    lines = [
        f"  {_short(score.label):<{max(width, 5)}}  {score.n_rows:>7,}  {score.recall:>6.3f}  "
        + (f"{score.precision:>9.3f}" if score.precision is not None else "      none")
        for score in shown
    ]
    rest = [f"  and {len(scores) - len(shown)} more, with higher recall"] if len(shown) < len(scores) else []
    return ["", heading, *lines, *rest]


def _calibration_lines(bins: Sequence[Reliability]) -> list[str]:
    if not bins:
        return []
    n = sum(one.n_rows for one in bins)
    gap = sum(one.n_rows * abs(one.said - one.right) for one in bins) / n
    lines = [
        f"  {f'{one.low:g} to {one.high:g}':<14}  {one.n_rows:>7,}  {one.said:>9.3f}  {one.right:>5.3f}" for one in bins
    ]
    heading = f"  {'probability':<14}  {'rows':>7}  {'mean said':>9}  right"
    return ["", heading, *lines, f"  Calibration: said and right differ by {gap:.3f} on average"]


def _interval_lines(errors: Sequence[float]) -> list[str]:
    half = half_width(errors, SHOWN_LEVEL)
    if math.isinf(half) or len(errors) < 2 * FEWEST_ERRORS:
        return []
    held = measured_coverage(errors, SHOWN_LEVEL)
    return [
        "",
        f"Intervals of {SHOWN_LEVEL:.0%}: predictions ± {half:,.5g}; where half of the rows held out decide the width, "
        f"{held:.1%} of the others lie within",
        f"  `backlit predict --interval {SHOWN_LEVEL:g}` writes them",
    ]


def _importance_lines(run: TableRun) -> list[str]:
    if len(run.importances) < 2:
        return []
    shown, way = run.importances[:MOST_IMPORTANT], "rises" if run.model.classes else "falls"
    measure = run.model.record["importance"]["measure"]
    rows = [(one.name, one.mean, f"{one.mean:,.3g} ± {one.spread:.1g}") for one in shown]
    rest = len(run.importances) - len(shown)
    more = [f"  and {rest} more, which matter less"] if rest else []
    return [
        "",
        f"Which columns matter: by how much the {measure} {way} where a column is shuffled",
        *bars_text(rows),
        *more,
    ]


def _refit_lines(run: TableRun) -> list[str]:
    again = run.model.record["refit"]
    if again is None:
        return []
    epochs = "1 epoch" if again["epochs"] == 1 else f"{again['epochs']} epochs"
    return [
        "",
        f"The model that is kept was trained once more, on all {again['rows']:,} rows, for {epochs}; --no-refit keeps "
        "the one that was scored",
    ]


def _score_lines(scores: Sequence[Score], baseline: str, n_test: int) -> list[str]:
    in_one_line = _score_table(scores, ["", f"always {baseline}"], n_test)[1:]
    if max(map(len, in_one_line)) <= WIDEST_SCORES:
        return in_one_line
    article, _, rest = baseline.partition(" ")
    return _score_table(scores, [f"always {article}", rest], n_test)


def _score_table(scores: Sequence[Score], always: Sequence[str], n_test: int) -> list[str]:
    """Return the scores as a table; ``always``: the two lines above what the simplest answer reaches."""
    held_out = f"Held out ({n_test:,} rows)"
    width = max(len(held_out), 2 + max(len(score.name) for score in scores))
    wide = max(12, *map(len, always))
    lines = [
        f"{f'  {score.name}':<{width}}  {score.network:>10,.5g}  {score.baseline:>{wide},.5g}"
        f"  {'better' if score.beats_baseline else 'NOT better'} ({'higher' if score.higher_is_better else 'lower'} is)"
        for score in scores
    ]
    above = f"{'':<{width}}  {'':>10}  {always[0]:>{wide}}"
    return [above, f"{held_out:<{width}}  {'network':>10}  {always[1]:>{wide}}", *lines]
