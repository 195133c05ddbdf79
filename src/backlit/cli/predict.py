"""``backlit predict``: a trained model over the rows of a table."""

from __future__ import annotations

from pathlib import Path

import click

from backlit.cli.fold import show_words
from backlit.cli.screen import is_terminal, width
from backlit.cli.write import keep_inputs, keep_what_is_there
from backlit.errors import BacklitError

__all__ = ["command"]


@click.command("predict", short_help="Predict every row of a table by a model.")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("file")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="CSV or .parquet [default: the terminal].")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--encoding", metavar="NAME", help="How the file's characters are bytes [default: as in training].")
@click.option("--delimiter", metavar="MARK", help="What separates the file's cells [default: found].")
@click.option(
    "--interval", type=float, metavar="LEVEL", help="Add the ends of intervals that hold, say, 0.9 of truths."
)
@click.option("--decimal", metavar="MARK", help="The decimal mark of numbers, . or , [default: as in training].")
def command(
    model: Path,
    file: str,
    out: Path | None,
    force: bool,
    encoding: str | None,
    delimiter: str | None,
    decimal: str | None,
    interval: float | None,
) -> None:
    """Predict every row of a table by a model that `backlit train` wrote.

    MODEL is a .safetensors file, FILE a CSV or Parquet file. Columns are matched by name, whatever their order; more
    columns than the model needs do no harm. Words that training did not see, and missing values, are taken as in
    training. The result has one line a row: columns named by --id in training, the prediction, and for classes the
    probability of each: CSV with all digits in a file or a pipe, a table with short numbers in the terminal.
    --interval 0.9 adds columns between whose numbers nine in ten truths lie, as far as new rows are like those held
    out in training.
    """
    from backlit.tables.intervals import half_of, interval_of
    from backlit.tables.model import encoding_of, predict_table
    from backlit.tables.model_file import load_model
    from backlit.tables.predictions_file import csv_text, prediction_columns, write_predictions
    from backlit.tables.predictions_shown import predictions_text
    from backlit.tables.read import read_table
    from backlit.tables.strangers import strangers

    keep_inputs(out, model, file)
    if decimal not in (None, ".", ","):
        raise BacklitError(f"--decimal must be . or , (the decimal mark of numbers), got '{decimal:.20}'")
    trained = load_model(model)
    if interval is not None:
        half_of(trained, interval)
    table = read_table(file, encoding=encoding or encoding_of(trained), delimiter=delimiter)
    predictions = predict_table(trained, table, decimal)
    ends = None if interval is None else interval_of(trained, predictions.values, interval)
    columns = prediction_columns(trained, table, predictions, ends)
    for words in strangers(trained, table, decimal):
        show_words(f"note: {words}", err=True)
    keep_what_is_there(out, force)
    if out is None:
        click.echo(predictions_text(columns, width()) if is_terminal() else csv_text(columns), nl=False)
        return
    write_predictions(columns, out)
    click.echo(f"wrote {out}: {table.n_rows:,} rows", err=True)
