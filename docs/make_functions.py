"""Write docs/functions.md from the tables: `python docs/make_functions.py`. A test keeps the page current."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

from backlit.equations.activation_table import ACTIVATION_ALIASES, ACTIVATIONS, Activation
from backlit.equations.initializers import INITIALIZER_ALIASES, INITIALIZERS
from backlit.equations.loss_table import FUSED_PAIRS, LOSS_ALIASES, LOSSES, Loss, loss_fits
from backlit.equations.optimizers import OPTIMIZERS
from backlit.equations.schedules import SCHEDULES

PAGE = Path(__file__).parent / "functions.md"


Written = Callable[[tuple[str, str]], str]
"""From a formula as (text, LaTeX), its marks filled in, to a cell."""


def as_text(form: tuple[str, str]) -> str:
    """Return the text of a formula."""
    return form[0]


def page(written: Written = as_text) -> str:
    """Return the page: every row of every table; the site has its formulas ``written`` in MathML."""
    parts = [
        "# Activations, losses, initializers, optimizers, schedules",
        "What may stand where a name is asked for: `activation=`, `loss=`, `initializer=`, `optimizer=`, `schedule=`. "
        "Rows of your own go there too: [how](own-functions.md). The page is made from the tables in "
        "`src/backlit/equations` by `python docs/make_functions.py`.",
        "## Activations",
        "`leaky_relu(0.2)` and `elu(0.5)` set a row's parameter. " + aliases(ACTIVATION_ALIASES),
        table(
            ["name", "f(z)", "f′(z)", "range", "kinks", "f′ at most"],
            [activation_cells(row, written) for row in ACTIVATIONS.values()],
        ),
        "## Losses",
        "Formulas for one output with target y and prediction p; a sample's loss sums over its outputs, the network's "
        "loss is the mean over samples. `huber(1.5)` and `quantile(0.9)` set a row's parameter. "
        + aliases(LOSS_ALIASES),
        table(
            ["name", "loss", "minus its gradient", "targets", "output activations that fit"],
            [loss_cells(row, written) for row in LOSSES.values()],
        ),
        "One function for both, in which the slope cancels: "
        + "; ".join(f"{pair.activation} with {pair.loss}" for pair in FUSED_PAIRS.values())
        + ".",
        "## Initializers",
        "By default He under the rectifiers, LeCun under selu, Glorot under the rest. " + aliases(INITIALIZER_ALIASES),
        table(
            ["name", "distribution", "weights", "source"],
            [[f"`{r.name}`", r.distribution, r.formula, r.source] for r in INITIALIZERS.values()],
        ),
        "## Optimizers",
        table(
            ["name", "step that is added", "defaults", "source"],
            [[f"`{r.name}`", r.formula[0], numbers(r.defaults), r.source] for r in OPTIMIZERS.values()],
        ),
        "## Learning-rate schedules",
        table(
            ["name", "factor of the learning rate", "source"],
            [[f"`{r.name}`", r.formula[0], r.source] for r in SCHEDULES.values()],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def aliases(names: dict[str, str]) -> str:
    """Say which other names there are."""
    return "Other names: " + ", ".join(f"`{other}` for `{name}`" for other, name in names.items()) + "."


def activation_cells(row: Activation, written: Written) -> list[str]:
    """One row of the table of activations."""
    low, high = (number(v) for v in row.range)
    left, right = ("[", "]") if row.attains_bounds else ("(", ")")
    ends = f"{left}{low}, {high}{')' if math.isinf(row.range[1]) else right}"
    kinks = ", ".join(number(k) for k in row.kinks) or "none"
    marks = {"#z": "z", "#a": "f(z)"}
    formulas = [written(filled(form, marks)) for form in (row.formula, row.derivative_formula)]
    return [f"`{row.name}`", *formulas, ends, kinks, number(row.derivative_bound)]


def loss_cells(row: Loss, written: Written) -> list[str]:
    """One row of the table of losses."""
    low, high = row.target_range
    targets = "any" if math.isinf(low) else f"{number(low)} to {number(high)}" if math.isfinite(high) else "0 and above"
    fitting = [name for name, output in ACTIVATIONS.items() if loss_fits(row, output)]
    outputs = "all" if len(fitting) == len(ACTIVATIONS) else ", ".join(fitting)
    marks = {"#p": "p", "#y": "y", "#n": "n_out"}
    formulas = [written(filled(form, marks)) for form in (row.formula, row.negative_gradient_formula)]
    return [f"`{row.name}`", *formulas, targets, outputs]


def filled(form: tuple[str, str], marks: Mapping[str, str]) -> tuple[str, str]:
    """Put letters for the marks of a formula, in its text and its LaTeX."""
    text, latex = form
    for mark, letter in marks.items():
        text = text.replace(mark, letter)
        latex = latex.replace(mark, f"{letter.replace('_out', '_{out}')} ")
    return text, latex


def number(value: float) -> str:
    """Print a number, infinity as a sign."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.4g}".replace("-", "−")


def numbers(defaults: Mapping[str, float]) -> str:
    """Print named numbers."""
    return ", ".join(f"{name} {value:g}" for name, value in defaults.items())


def table(columns: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
