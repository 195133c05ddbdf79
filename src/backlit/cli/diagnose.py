"""``backlit diagnose``: why a network does not learn from some data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backlit.cli.fold import folded
from backlit.cli.write import FORM_OF_SUFFIX, keep_inputs, keep_what_is_there, write_result
from backlit.errors import BacklitError

if TYPE_CHECKING:
    import numpy as np

    from backlit.network.network import Network
    from backlit.tables.table import Table

__all__ = ["command"]

FOUND = 1


@click.command("diagnose", short_help="Say why a network does not learn.")
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("data")
@click.option("--target", metavar="COLUMN", help="The column to predict [default: the model's, target, or the last].")
@click.option("--optimizer", metavar="NAME", help="sgd, momentum, nesterov, rmsprop, adam, adamw [default: adam].")
@click.option("--learning-rate", type=float, metavar="RATE", help="Size of the step [default: the optimizer's].")
@click.option("--batch-size", type=int, metavar="N", help="Rows a step [default: 32].")
@click.option("--epochs", type=int, metavar="N", help="Times through the rows [default: 20].")
@click.option("--weight-decay", type=float, metavar="RATE", help="Decoupled weight decay [default: 0].")
@click.option("--validation", metavar="DATA", help="A table of rows held out, which are compared with DATA.")
@click.option("--quick", is_flag=True, help="Measure only; no experiments, so no causes.")
@click.option("--budget", type=float, metavar="SECONDS", help="Seconds after which experiments end [default: 90].")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help=".txt, .json or .html [default: the terminal]."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), help="Form [default: by --out, else text]."
)
@click.option("--pictures", is_flag=True, help="Draw what was seen under the text; HTML always has its pictures.")
def command(
    model: Path,
    data: str,
    target: str | None,
    out: Path | None,
    form: str | None,
    force: bool,
    pictures: bool,
    validation: str | None,
    **options: Any,
) -> int:
    """Say why a network does not learn from a table, and what mends it.

    MODEL is a network file as training starts from it; a model that `backlit train` wrote, which is trained anew
    from weights spread as its own are; or a checkpoint of bl.train, whose own settings are diagnosed, but for those
    given here. DATA is a CSV or Parquet file with a heading, or one of digits, iris, wine,
    breast_cancer, diabetes. For a network file all columns but the target are its inputs, as they are, and must be
    numbers. Only what an experiment confirms is called a cause. Ctrl-C gives what was found so far.

    The exit status is 0 where nothing was found, 1 where something was, 2 for bad input.
    """
    from backlit.diagnosis.diagnose import diagnose

    keep_inputs(out, model, data, validation)
    form = form or FORM_OF_SUFFIX.get("" if out is None else out.suffix, "text")
    if form not in ("text", "json", "html"):
        raise BacklitError(f"a diagnosis is written as text, JSON or HTML, got {out}")
    net, X, y = _network_and_samples(model, data, target, trained_on=True)
    given = {name: value for name, value in options.items() if value is not None}
    if validation is not None:
        _, given["X_val"], given["y_val"] = _network_and_samples(model, validation, target, trained_on=False)
    keep_what_is_there(out, force)
    found = diagnose(net, X, y, progress=not given["quick"], **given)
    forms: dict[str, Callable[[], str]] = {
        "json": found.to_json,
        "html": found.to_html,
        "text": lambda: found.to_text(pictures=pictures),
    }
    text = forms[form]()
    write_result(folded(text) if form == "text" and out is None else text, out)
    return 0 if found.ok else FOUND


def _network_and_samples(
    path: Path, data: str, target: str | None, *, trained_on: bool
) -> tuple[Network | Path, np.ndarray, np.ndarray]:
    """What is diagnosed, a checkpoint by its path, and a table's rows as it takes them, to train on or held out."""
    from backlit.diagnosis.from_checkpoint import holds_checkpoint, read_checkpoint
    from backlit.files.networks import holds_table_model, load
    from backlit.tables.read import read_table

    if holds_checkpoint(path):
        table = read_table(data, encoding="utf-8", delimiter=None)
        return path, *_numbers(table, target, read_checkpoint(path)[0])
    if not holds_table_model(path):
        return (net := load(path)), *_numbers(read_table(data, encoding="utf-8", delimiter=None), target, net)
    from backlit.tables.model import encoding_of, samples_of_table
    from backlit.tables.model_file import load_model

    trained = load_model(path)
    table = read_table(data, encoding=encoding_of(trained), delimiter=None)
    if trained.target not in table.columns or target not in (None, trained.target):
        raise BacklitError(f"{data}: expected the column '{trained.target}', which {path} predicts")
    X, y = samples_of_table(trained, table, trained_on=trained_on)
    n = table.n_rows - len(y)
    if n:
        rows = "1 row without a target is" if n == 1 else f"{n:,} rows without a target are"
        click.echo(f"note: {rows} left out, as in training", err=True)
    return trained.network, X, y


def _numbers(table: Table, target: str | None, net: Network) -> tuple[np.ndarray, np.ndarray]:
    """All columns but the target as X (n, n_in), and the target as y (n,)."""
    import numpy as np

    from backlit.tables.readings import find_readings, problem_of
    from backlit.tables.values import column_values

    names = list(table.columns)
    wanted = target or ("target" if "target" in names else names[-1])
    if wanted not in names:
        raise BacklitError(f"{table.source}: there is no column '{wanted}'; columns: {', '.join(names[:12])}")
    columns = {}
    for name, reading in find_readings(table, names).items():
        if reading.problem:
            raise problem_of(table, name, reading)
        if reading.kind != "number":
            raise BacklitError(f"{table.source}, column '{name}': expected numbers, as the network is fed them")
        columns[name] = np.asarray(column_values(table, name, "number", reading.form), np.float64)
    X = np.column_stack([columns[name] for name in names if name != wanted] or [np.empty((table.n_rows, 0))])
    if X.shape[1] != net.layers[0].n_in:
        raise BacklitError(
            f"{table.source}: the network takes {net.layers[0].n_in} inputs, got {X.shape[1]} columns beside '{wanted}'"
        )
    return X, columns[wanted]
