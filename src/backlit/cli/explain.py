"""``backlit explain``: a network's backward pass in words, formulas and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backlit.cli.case_options import case_options, option_name
from backlit.cli.fold import folded, show_words
from backlit.cli.screen import WIDEST, width
from backlit.cli.values import list_of_numbers, nested_numbers, sizes_value
from backlit.cli.write import FORM_OF_SUFFIX, keep_inputs, keep_what_is_there, write_result
from backlit.errors import BacklitError
from backlit.files.cases import KEYS, LESSON, Case, case_network, case_trace, read_case

if TYPE_CHECKING:
    from backlit.network.network import Network

__all__ = ["case_of", "command"]

DEEP = {"sizes": [4, 8, 8, 8, 8, 8, 1], "activation": "sigmoid", "output": "sigmoid", "seed": 0}
"""What --compare shows where no network is given: deep enough to see error terms vanish."""

REST = "--all shows them"

NETWORK_KEYS = ("sizes", "weights")


@click.command("explain")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--at", default="net", metavar="ADDRESS", help="What to explain: net, L2, L2.u3, L2.w[4,3], L2.b[3].")
@click.option("--digits", type=int, metavar="N", help="Significant digits [default: 3, or 2 below 0.01].")
@click.option("--rounded", is_flag=True, help="Round each printed value before the next line uses it, as on paper.")
@click.option("--notation", default="lesson", help="lesson: error terms, steps added; calculus: derivatives, descent.")
@click.option(
    "--format",
    "form",
    metavar="FORM",
    help="text, markdown, latex, json, svg, html, tikz, latex-fragment or html-fragment.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file, not the terminal.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--compare", metavar="NAMES", help="Hidden activations to compare, such as sigmoid,tanh,relu.")
@click.option("--all", is_flag=True, help="All lines: of a long text the terminal gets the first of each list.")
@click.option("--top", type=int, default=8, show_default=True, help="How many of the largest to list.")
@click.option("--sample", type=int, default=1, show_default=True, help="Which sample of a batch to show.")
@case_options
@click.option("--what-if", multiple=True, metavar="COLUMN=VALUE", help="Another value in the row: what changes?")
def command(file: Path | None, **options: Any) -> None:
    """Explain every value of a backward pass.

    Without FILE: the lesson's worked example. FILE is a case (.toml or .json) with keys such as sizes, weights,
    biases, activation, output, loss, input, target, learning_rate; or a network saved as .safetensors, with the
    sample from --data and --row or from --input and --target. A model that `backlit train` wrote prepares the row of
    its table as in training, and first says what it predicts for it and what each column contributed. Options replace
    the file's values.
    """
    form = _form(options["form"], options["out"])
    keep_inputs(options["out"], file, options["data"])
    case = case_of(file, options)
    net = case_network(case)
    trace = case_trace(case, net)
    if options["compare"] is None and form != "json" and (drawn := _drawn(case, net)):
        show_words(f"note: {drawn}", err=True)
    text = _explained(trace, form, {**options, "input_names": _input_names(file, options)})
    keep_what_is_there(options["out"], options["force"])
    write_result(text, options["out"])


def _input_names(file: Path | None, options: dict[str, Any]) -> list[str]:
    """What a table's model calls its network's inputs; of all else they have no names."""
    from backlit.files.networks import holds_table_model

    if file is None or options["data"] is None or not _holds_network(file) or not holds_table_model(file):
        return []
    from backlit.tables.model_file import load_model

    return load_model(file).input_names


def _drawn(case: Case, net: Network) -> str:
    """Say which of input and target are not the user's own, and how to give them; "" where both are."""
    target = "class 0" if net.layers[-1].row.name == "softmax" else "1"
    words = {"input": f"the input is drawn from seed {case.values.get('seed', 0)}", "target": f"the target is {target}"}
    missing = [key for key in words if key not in case.values]
    own = " and ".join(f"--{key}" for key in missing)
    return f"{', and '.join(words[key] for key in missing)}: give yours by {own}" if missing else ""


def _form(form: str | None, out: Path | None) -> str:
    if form is not None:
        return form.lower()
    if out is None or not out.suffix:
        return "text"
    if out.suffix.lower() not in FORM_OF_SUFFIX:
        endings = ", ".join(FORM_OF_SUFFIX)
        raise BacklitError(f"--out: expected a file ending in {endings}, or a --format, got '{out.name}'")
    return FORM_OF_SUFFIX[out.suffix.lower()]


def _explained(trace: Any, form: str, options: dict[str, Any]) -> str:
    digits = options["digits"]
    if options["rounded"]:
        from backlit.explain.rounding import rounded_trace

        trace = rounded_trace(trace, digits)
    if options["compare"] is not None:
        from backlit.explain.compare import compare

        if options["at"].strip().lower() != "net":
            raise BacklitError(f"--compare is about all layers, so --at {options['at']:.40} cannot be given with it")
        names = [name.strip() for name in options["compare"].split(",") if name.strip()]
        text = str(compare(trace, names, form=form, digits=digits))
        return folded(text) if form == "text" and options["out"] is None else text
    if form == "json" and options["at"].strip().lower() == "net":
        return str(trace.to_json())
    from backlit.explain import explain

    return explain(
        trace,
        at=options["at"],
        form=form,
        digits=digits,
        notation=options["notation"].lower(),
        sample=options["sample"],
        top=options["top"],
        width=width() if options["out"] is None else WIDEST,
        rest=REST if options["out"] is None and not options["all"] else "",
        input_names=options["input_names"],
    )


def case_of(file: Path | None, options: dict[str, Any]) -> Case:
    """Return the case that a file and options name; see ``command``. Options that are not there are not given."""
    given, origins = _given(options)
    if file is None:
        start = _start(given, options.get("compare") is not None)
    elif _holds_network(file):
        from backlit.files.networks import load

        clash = [origins[key] for key in (*NETWORK_KEYS, "biases", "initializer", "seed") if key in given]
        if clash:
            raise BacklitError(f"{file} holds a network, so {clash[0]} cannot be given with it")
        start = Case({}, {}, load(file))
        if options["data"] is None and not {"input", "target"} <= given.keys():
            raise BacklitError(f"{file} holds a network; give a sample by --data FILE --row N, or --input and --target")
    else:
        _check_case_file(file)
        start = read_case(file)
        if "sizes" in given:
            start = start.without("weights", "biases")
    if options["data"] is not None:
        start = _with_row(start, options, file, [origins[key] for key in ("input", "target") if key in given])
    else:
        _check_no_row(options)
    return start.with_values(given, origins)


def _start(given: dict[str, Any], comparing: bool) -> Case:
    """The lesson's case, or nothing of it where the options describe a network of their own."""
    if any(key in given for key in NETWORK_KEYS):
        return Case({})
    return Case(DEEP) if comparing else LESSON


def _given(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The case's values that options name, and the options' names for errors."""
    readers: dict[str, Any] = {
        "sizes": sizes_value,
        "weights": nested_numbers,
        "biases": nested_numbers,
        "input": list_of_numbers,
        "target": list_of_numbers,
    }
    values, origins = {}, {}
    for key in KEYS:
        option = options.get("inputs" if key == "input" else key)
        if option is None:
            continue
        origins[key] = option_name(key)
        values[key] = readers[key](option, origins[key]) if key in readers else option
    if "target" in values and len(values["target"]) == 1:
        values["target"] = values["target"][0]
    return values, origins


NO_CASE = {
    **dict.fromkeys(
        (".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".ods"),
        "a table; `backlit train {file} --target COLUMN` makes a model of it, and "
        "`backlit explain MODEL.safetensors --data {file} --row 1` explains a row",
    ),
    **dict.fromkeys((".py", ".ipynb"), "a script; `backlit check {file}` checks the backward pass in it"),
    **dict.fromkeys(
        (".pt", ".pth", ".keras", ".h5", ".pkl", ".joblib", ".onnx"),
        "another library's; from scikit-learn and PyTorch a network comes in Python: "
        "bl.from_sklearn(model).save(FILE), bl.from_torch(module).save(FILE)",
    ),
}
"""What files are, by their endings, that are neither a case nor a network."""


def _check_case_file(file: Path) -> None:
    got = "a folder" if file.is_dir() else NO_CASE.get(file.suffix.lower(), "") if file.exists() else ""
    if got:
        expected = "expected a case (.toml or .json) or a network (.safetensors)"
        raise BacklitError(f"{file}: {expected}, got {got.format(file=file)}")


def _holds_network(file: Path) -> bool:
    from backlit.files.networks import is_tensor_file

    return is_tensor_file(file)


def _with_row(case: Case, options: dict[str, Any], file: Path | None, own: list[str]) -> Case:
    """The case with a row of --data; ``own``: options that give a sample too."""
    from backlit.files.networks import holds_table_model
    from backlit.files.rows import read_row

    path, row = options["data"], 1 if options["row"] is None else options["row"]
    if case.network is not None and file is not None and holds_table_model(file):
        from backlit.cli.table_row import with_table_row

        if own:
            raise BacklitError(f"{own[0]} cannot be given with a row of a table, which brings its own; see --what-if")
        # a page has neither words nor a form
        in_words = "form" in options and options["out"] is None and _form(options["form"], options["out"]) == "text"
        what_if, top = options.get("what_if", ()), options.get("top", 8)
        return with_table_row(
            case, file, path, row, options["target_column"], what_if=what_if, top=top, in_words=in_words
        )
    if options.get("what_if"):
        raise BacklitError("--what-if is for a model of a table, that `backlit train` wrote")
    sample = read_row(path, row, options["target_column"])
    origin = f"{path}, row {row}"
    return case.with_values({"input": sample.inputs, "target": sample.target}, {"input": origin, "target": origin})


def _check_no_row(options: dict[str, Any]) -> None:
    for key in ("row", "target_column"):
        if options[key] is not None:
            raise BacklitError(f"--{key.replace('_', '-')} says where in --data to look, and there is no --data FILE")
    if options.get("what_if"):
        raise BacklitError("--what-if changes a row of --data, and there is no --data FILE")
