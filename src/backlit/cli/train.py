"""``backlit train``: a table to a trained network, with scores on rows it never saw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backlit.cli.fold import show_words
from backlit.cli.write import keep_inputs, keep_what_is_there
from backlit.errors import BacklitError

if TYPE_CHECKING:
    from backlit.tables.model import TableModel
    from backlit.tables.prospect import Prospect
    from backlit.tables.settings import TableSettings

__all__ = ["command"]

LARGE = 20_000_000
"""A file of more bytes takes seconds to read, which is said."""

NAMES: dict[str, Any] = {"multiple": True, "metavar": "COLUMN"}


@click.command("train")
@click.argument("file", required=False)
@click.option("--target", metavar="COLUMN", help="The column to predict.")
@click.option("--task", metavar="TASK", help="classification or regression [default: what the target holds].")
@click.option("--drop", **NAMES, help="A column not to use; repeat it, or separate names by commas.")
@click.option("--id", "ids", **NAMES, help="A column not to use, but to copy to predictions.")
@click.option("--keep", **NAMES, help="A column to use though it looks like an identifier.")
@click.option("--text", **NAMES, help="A column to take for words, one category each.")
@click.option("--number", **NAMES, help="A column to take for numbers; other cells are missing.")
@click.option("--date", **NAMES, help="A column to take for dates.")
@click.option("--boolean", **NAMES, help="A column to take for yes and no.")
@click.option("--decimal", metavar="MARK", help="The decimal mark of numbers, . or , [default: found].")
@click.option("--date-format", metavar="ORDER", help="dmy, mdy, ymd, or such as %d/%m/%Y [default: found].")
@click.option("--missing", metavar="WORDS", help="Words for nothing, by commas [default: empty, NA, ?, ...].")
@click.option("--hidden", metavar="N,N", help="Units of each hidden layer; 0 for none [default: 64,32].")
@click.option("--activation", metavar="NAME", help="Activation of the hidden layers [default: relu].")
@click.option("--dropout", type=float, metavar="SHARE", help="Share of hidden activations dropped [default: 0].")
@click.option("--loss", metavar="NAME", help="The loss [default: cross_entropy or squared_error].")
@click.option("--optimizer", metavar="NAME", help="sgd, momentum, nesterov, rmsprop, adam, adamw [default: adamw].")
@click.option("--learning-rate", type=float, metavar="RATE", help="Size of the step [default: 0.003 for adamw, adam].")
@click.option("--batch-size", type=int, metavar="N", help="Rows a step [default: 32 to 512, by the rows].")
@click.option("--epochs", type=int, metavar="N", help="Times through the rows [default: 20 to 300, by the rows].")
@click.option("--schedule", metavar="NAME", help="constant, step, cosine, one_cycle, plateau [default: cosine].")
@click.option("--weight-decay", type=float, metavar="RATE", help="Decoupled weight decay [default: 0.05 for adamw].")
@click.option("--clip-norm", type=float, metavar="NORM", help="The most the norm of all gradients may be.")
@click.option(
    "--early-stopping", type=int, metavar="N", help="Epochs to wait for a lower loss; 0: never [default: a third]."
)
@click.option("--seed", type=int, metavar="N", help="Seed of split, weights, order and dropout [default: 0].")
@click.option("--test-share", type=float, metavar="SHARE", help="Share of the rows to score on [default: 0.2].")
@click.option("--validation-share", type=float, metavar="SHARE", help="Share to choose the epoch by [default: 0.1].")
@click.option("--group", metavar="COLUMN", help="Rows of one value stay on one side of the split.")
@click.option("--time", metavar="COLUMN", help="Hold out the latest rows by this column, not random ones.")
@click.option("--class-weight", metavar="NAME", help="balanced: rare classes count as much as frequent ones.")
@click.option("--baselines", is_flag=True, default=None, help="Score a linear model and gradient boosting beside it.")
@click.option("--refit/--no-refit", default=None, help="Train once more, on all rows [default: below 20,000].")
@click.option("--encoding", metavar="NAME", help="How a CSV file's characters are bytes [default: utf-8].")
@click.option("--delimiter", metavar="MARK", help="What separates a CSV file's cells [default: found].")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings from a .toml or .json file.")
@click.option("--repeat", type=click.Path(path_type=Path), metavar="MODEL", help="Settings from a model's own record.")
@click.option("--checkpoint", type=click.Path(path_type=Path), metavar="FILE", help="Save each epoch; go on from it.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Model to write [default: by the table].")
@click.option("--force", is_flag=True, help="Replace a model that is there.")
def command(
    file: str | None,
    config: Path | None,
    repeat: Path | None,
    checkpoint: Path | None,
    out: Path | None,
    force: bool,
    **options: Any,
) -> None:
    """Train a network on a table and score it on rows it never saw.

    FILE is a CSV or Parquet file with a heading, or one of digits, iris, wine, breast_cancer, diabetes (target:
    target). Columns of numbers, words, yes and no, dates, and missing values are prepared by scikit-learn's
    transformers, which the model file holds too. Ctrl-C ends training and keeps the best network so far.
    """
    repeated = None if repeat is None else _model(repeat)
    source, settings = _source_and_settings(file, config, repeat, repeated, _given(options))
    out = Path(f"{Path(source).stem}.safetensors") if out is None else out
    keep_inputs(out, source, config, checkpoint)
    keep_inputs(checkpoint, source, config, repeat)
    prospect = _looked_at(source, settings)
    # what is wrong with the table is said first, and what could not be written before training
    _check_out(out, force)
    if checkpoint is not None:
        _check_out(checkpoint, force=True)
    _run(source, prospect, out, checkpoint, (repeat, repeated))


def _model(path: Path) -> TableModel:
    from backlit.tables.model_file import load_model

    return load_model(path)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The settings that options name."""
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    if "missing" in given:
        given["missing"] = [word.strip() for word in given["missing"].split(",")]
    for name in ("drop", "ids", "keep", "text", "number", "date", "boolean"):
        if name in given:
            given[name] = [part.strip() for text in given[name] for part in text.split(",") if part.strip()]
    if "hidden" in given:
        from backlit.cli.values import sizes_value

        sizes = sizes_value(given["hidden"], "--hidden")
        given["hidden"] = [] if sizes == [0] else sizes
    return given


def _source_and_settings(
    file: str | None, config: Path | None, repeat: Path | None, repeated: TableModel | None, given: dict[str, Any]
) -> tuple[str, TableSettings]:
    """The table's name and the settings: options stand over --config, and that over --repeat."""
    from backlit.tables.settings import settings_from_file, settings_of

    recorded = {} if repeated is None else _record(repeated, repeat)
    from_file = {} if config is None else settings_from_file(config)
    source = file or from_file.pop("file", None) or recorded.get("file")
    from_file.pop("file", None)
    values = {**recorded.get("settings", {}), **from_file, **given}
    if source is None:
        raise BacklitError("expected a table: backlit train FILE --target COLUMN; see backlit train --help")
    if "target" not in values:
        raise BacklitError(f"expected the column to predict: backlit train {source} --target COLUMN")
    return source, settings_of(values, "" if config is None or given else str(config))


def _record(model: TableModel, path: Path | None) -> dict[str, Any]:
    source, settings = model.record.get("source"), model.record.get("settings")
    if not isinstance(source, dict) or not isinstance(settings, dict) or not isinstance(source.get("name"), str):
        raise BacklitError(f"{path}: damaged, the record of its settings is not there")
    return {"file": source["name"], "settings": settings}


def _check_out(out: Path, force: bool) -> None:
    """Refuse before training what could not be written after it."""
    if out.is_dir():
        raise BacklitError(f"{out}: expected a file to write to, got a folder")
    if not out.parent.is_dir():
        raise BacklitError(f"{out}: there is no folder '{out.parent}' to write to")
    keep_what_is_there(out, force)


def _looked_at(source: str, settings: TableSettings) -> Prospect:
    from backlit.tables.fit import look_at
    from backlit.tables.read import read_table, release_memory

    if Path(source).is_file() and Path(source).stat().st_size > LARGE:
        click.echo(f"reading {source} ...", err=True)
    # the cells are not held on to: training needs their values alone
    prospect = look_at(read_table(source, encoding=settings.encoding, delimiter=settings.delimiter), settings)
    release_memory()
    return prospect


def _run(source: str, prospect: Prospect, out: Path, checkpoint: Path | None, repeated: tuple[Any, Any]) -> None:
    from backlit.tables.fit import train_table
    from backlit.tables.record import fingerprint
    from backlit.tables.report import prospect_text, run_text, warnings_of

    show_words(prospect_text(prospect))
    for warning in warnings_of(prospect):
        show_words(f"warning: {warning}", err=True)
    if repeated[1] is not None and fingerprint(source) != repeated[1].record["source"].get("sha256"):
        show_words(f"warning: {source} is not the table that {repeated[0]} was trained on", err=True)
    if checkpoint is not None and checkpoint.is_file():
        click.echo(f"going on from {checkpoint}", err=True)
    click.echo("")
    run = train_table(prospect, progress=True, checkpoint=checkpoint)
    if not run.history.epochs:
        raise KeyboardInterrupt
    show_words(run_text(run))
    _save(run.model, out)
    if run.trouble:
        raise BacklitError(f"{run.trouble}; the model so far is in {out}")
    if repeated[1] is not None:
        click.echo(f"\n{_same_or_not(run.model, *repeated)}")
    show_words(f"\nwrote {out}; use it by `backlit predict {out} FILE`", err=True)


def _save(model: TableModel, out: Path) -> None:
    """Write the model; where that fails, keep it among the system's temporary files rather than lose it."""
    from backlit.tables.model_file import save_model

    try:
        save_model(model, out)
    except BacklitError as error:
        import tempfile

        kept = Path(tempfile.mkdtemp(prefix="backlit-"), "model.safetensors")
        save_model(model, kept)
        raise BacklitError(f"{error}; the model is kept in {kept}") from None


def _same_or_not(model: TableModel, path: Path, before: TableModel) -> str:
    """Say whether a repeated run gave the same network."""
    from backlit.tables.compare import difference

    gap = difference(model.network, before.network)
    if gap is None:
        return f"The network is of another shape than {path}'s"
    if gap == 0:
        return f"The network is {path}'s, bit for bit"
    return f"The network differs from {path}'s: a parameter by {gap:.2g} at most"
