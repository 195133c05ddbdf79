"""A row of a table, prepared as its model was trained, as the sample to explain."""

from __future__ import annotations

from pathlib import Path

import click

from backlit.errors import BacklitError
from backlit.files.cases import Case

__all__ = ["with_table_row"]

MOST_NAMED = 40


def with_table_row(case: Case, file: Path, data: Path, row: int, target_column: str | None) -> Case:
    """Return the case with row ``row``, from 1, of a table as the network's inputs, and its target if it has one.

    The inputs' names and values, and the target's, are printed on standard error. Raises BacklitError for a table
    that the model cannot take, and a row that is not there.
    """
    from backlit.tables.model import encoding_of, inputs_of_table, network_target
    from backlit.tables.model_file import load_model
    from backlit.tables.read import read_table

    model = load_model(file)
    if target_column not in (None, model.target):
        raise BacklitError(f"{file} predicts '{model.target}', so --target-column cannot be '{target_column}'")
    table = read_table(data, encoding=encoding_of(model))
    if not 1 <= row <= table.n_rows:
        raise BacklitError(f"{data}: expected a row from 1 to {table.n_rows:,}, got {row}")
    inputs = inputs_of_table(model, table)[row - 1]
    origin = f"{data}, row {row}"
    words = [f"{name} {value:.3g}" for name, value in zip(model.input_names, inputs, strict=True)]
    rest = f", and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    click.echo(f"{origin}, as the network's inputs: {', '.join(words[:MOST_NAMED])}{rest}", err=True)
    values, origins = {"input": inputs.tolist()}, {"input": origin}
    if model.target in table.columns:
        target, told = network_target(model, table, row - 1)
        click.echo(f"target: {told}", err=True)
        values["target"], origins["target"] = target, origin
    return case.with_values(values, origins)
