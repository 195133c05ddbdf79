"""``backlit export``: a model in a form that other programs run."""

from __future__ import annotations

from pathlib import Path

import click

from backlit.cli.write import keep_what_is_there
from backlit.errors import BacklitError

__all__ = ["command"]


@click.command("export", short_help="Write a model as an ONNX file.")
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--to", "out", type=click.Path(path_type=Path), metavar="FILE.onnx", help="File to write.")
@click.option("--data", metavar="FILE", help="Compare on this table too [default: values like those of training].")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(model: Path, out: Path | None, data: str | None, force: bool) -> None:
    """Write a model as an ONNX file, and check it in onnxruntime before it is there.

    MODEL is what `backlit train` wrote: the file then takes the table's columns, one input each, and prepares them as
    in training (dates go in as seconds since 1970, as ONNX reads none). Or it is a saved network, and the file takes
    its inputs. The outputs agree to 1e-5 of the largest, or nothing is written.
    """
    from backlit.files.networks import FORMAT, network_of, read_parts
    from backlit.interop.onnx_files import to_onnx

    if out is None or out.suffix.lower() != ".onnx":
        raise BacklitError(f"expected --to FILE.onnx, got {'nothing' if out is None else out}")
    metadata, tensors = read_parts(model)
    if metadata["format"] == FORMAT:
        if data is not None:
            raise BacklitError(f"{model} holds a network without a table, so --data cannot be given with it")
        net = network_of(model, metadata, tensors)
        keep_what_is_there(out, force, "--to")
        gap = to_onnx(net, out)
        click.echo(f"wrote {out}: input X, output output; within {gap:.1g} of the network in onnxruntime", err=True)
        return
    _table_model(model, out, data, force)


def _table_model(path: Path, out: Path, data: str | None, force: bool) -> None:
    from backlit.tables.model import encoding_of, values_of_table
    from backlit.tables.model_file import load_model
    from backlit.tables.onnx_columns import model_to_onnx
    from backlit.tables.read import read_table

    model = load_model(path)
    values = None if data is None else values_of_table(model, read_table(data, encoding=encoding_of(model)))
    keep_what_is_there(out, force, "--to")
    gap = model_to_onnx(model, out, values)
    n = "1 column" if len(model.columns) == 1 else f"{len(model.columns)} columns"
    gives = "label and probabilities" if model.classes else "prediction"
    click.echo(f"wrote {out}: {n} in, {gives} out; within {gap:.1g} of backlit in onnxruntime", err=True)
    dates = [column.name for column in model.columns if column.kind == "date"]
    if dates:
        click.echo(f"note: dates go in as seconds since 1970-01-01 00:00 UTC: {', '.join(dates)}", err=True)
