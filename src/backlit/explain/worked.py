"""The worked backward pass of a small network: every value, line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backlit.equations.loss_table import Loss
from backlit.explain.document import Block, Definition, Heading, Paragraph, Worked
from backlit.explain.formula import Filled, Leaf, SumOver
from backlit.explain.numbers import format_number
from backlit.explain.steps import Derivation, Line
from backlit.explain.symbols import Symbol, latex_function
from backlit.explain.view import View, one_sample_of
from backlit.network.trace import Trace

__all__ = ["is_small", "worked_blocks"]

SMALL_PARAMETERS = 150
SMALL_UNITS = 40


def is_small(trace: Trace) -> bool:
    """Whether a network is shown whole: at most 150 parameters and 40 units, inputs included."""
    return trace.network.n_parameters <= SMALL_PARAMETERS and sum(trace.network.sizes) <= SMALL_UNITS


def worked_blocks(trace: Trace, view: View) -> list[Block]:
    """Return the blocks from the functions used to the weights after the step."""
    exact, letters = Derivation(trace, view), Derivation(trace, view, letters=True)

    def worked(name: str, of: Callable[[Derivation], list[Line]]) -> Worked:
        general = of(letters)[0]
        becomes = name.startswith("New ")
        return Worked(name, general.symbol, general.formula, tuple(of(exact)), becomes)

    blocks: list[Block] = [*_definitions(trace), Heading(_forward_title(trace, view))]
    for layer in range(1, len(trace.layers) + 1):
        where = _where(trace, layer)
        blocks.append(worked(f"Sum into {where}", lambda d, n=layer: _units(trace, n, d.pre_activation)))  # type: ignore[misc]
        blocks.append(worked(f"Activation of {where}", lambda d, n=layer: _units(trace, n, d.activation)))  # type: ignore[misc]
    blocks += [Heading("Backward pass"), *_loss_lines(trace, view)]
    for layer in range(len(trace.layers), 0, -1):
        blocks += _error_blocks(trace, layer, worked, view)
    title = "Partial derivatives with respect to the parameters" if view.calculus else "Weight steps"
    blocks.append(Heading(title))
    for layer in range(len(trace.layers), 0, -1):
        name = f"{'Derivative with respect to' if view.calculus else 'Step of'} the weights into {_where(trace, layer)}"
        blocks.append(worked(name, lambda d, n=layer: _weights(trace, n, d.parameter_step)))  # type: ignore[misc]
        if trace.layers[layer - 1].biases is not None:
            name = name.replace("weights into", "biases of")
            blocks.append(worked(name, lambda d, n=layer: _biases(trace, n, d.parameter_step)))  # type: ignore[misc]
    blocks.append(Heading("After the step (descent)" if view.calculus else "After the step (steps are added)"))
    for layer in range(len(trace.layers), 0, -1):
        blocks.append(
            worked(
                f"New weights into {_where(trace, layer)}",
                lambda d, n=layer: _weights(trace, n, d.updated_parameter),  # type: ignore[misc]
            )
        )
        if trace.layers[layer - 1].biases is not None:
            blocks.append(
                worked(
                    f"New biases of {_where(trace, layer)}",
                    lambda d, n=layer: _biases(trace, n, d.updated_parameter),  # type: ignore[misc]
                )
            )
    return blocks


def _units(trace: Trace, layer: int, line: Callable[[int, int], Line]) -> list[Line]:
    return [line(layer, unit) for unit in range(trace.network.sizes[layer])]


def _weights(trace: Trace, layer: int, line: Callable[[int, int | None, int], Line]) -> list[Line]:
    n_in, n_out = trace.network.sizes[layer - 1], trace.network.sizes[layer]
    return [line(layer, i, j) for i in range(n_in) for j in range(n_out)]


def _biases(trace: Trace, layer: int, line: Callable[[int, int | None, int], Line]) -> list[Line]:
    return [line(layer, None, j) for j in range(trace.network.sizes[layer])]


def _where(trace: Trace, layer: int) -> str:
    n = len(trace.layers)
    if layer == n:
        return f"the output layer (L{layer})"
    return f"the hidden layer (L{layer})" if n == 2 else f"hidden layer L{layer}"


def _forward_title(trace: Trace, view: View) -> str:
    if trace.n_samples == 1:
        return "Forward pass"
    return f"Forward pass of sample {view.sample} of {trace.n_samples}"


def _definitions(trace: Trace) -> list[Block]:
    """The formula of each elementwise activation and of its slope, with the slope's bound."""
    rows = {layer.row.name: layer.row for layer in trace.network.layers}
    elementwise = [row for row in rows.values() if row.derivative is not None]
    blocks: list[Block] = []
    for row in elementwise:
        name = "f" if len(elementwise) == 1 else row.name
        latex = "f" if name == "f" else latex_function(name)
        label = f"{name} is {row.name}" if name == "f" else ""
        value, slope = (
            _with_letter(form, f"{name}(z)", f"{latex}(z)") for form in (row.formula, row.derivative_formula)
        )
        if value[0] == f"{name}(z)":
            # a row of a user's own without a formula: "mine(z) = mine(z)" says nothing
            continue
        bound = "" if row.derivative_bound == float("inf") else f"at most {format_number(row.derivative_bound, 4)}"
        blocks.append(Definition((f"{name}(z)", f"{latex}(z)"), value, label))
        blocks.append(Definition((f"{name}′(z)", f"{latex}'(z)"), slope, bound))
    return blocks


def _with_letter(form: tuple[str, str], a_text: str, a_latex: str) -> tuple[str, str]:
    return (
        form[0].replace("#z", "z").replace("#a", a_text),
        form[1].replace("#z", "z").replace("#a", a_latex),
    )


_SATURATED = (
    "A prediction is so near 0 or 1 that it is stored as that; the loss is computed from the sums into the output "
    "layer, which tell more."
)


def _term(row: Loss, p: float, y: float, n_out: int) -> float:
    """What one output adds to the loss: a share of the loss of outputs that are all like it."""
    alike = row.value(np.full((1, n_out), p), np.full((1, n_out), y))
    return float(alike[0]) / n_out


def _loss_lines(trace: Trace, view: View) -> list[Block]:
    """The loss of the sample: one term an output."""
    last, row = len(trace.layers), trace.network.loss_row
    targets = one_sample_of(trace, "target", view.sample)
    predictions = one_sample_of(trace, "prediction", view.sample)

    def total(d: Derivation) -> list[Line]:
        terms = []
        for k, (y, p) in enumerate(zip(targets, predictions, strict=True)):
            fill = (
                ("#p", Leaf(d.names.activation(last, d.own(last, k)), float(p))),
                ("#y", Leaf(d.names.target(d.own(last, k)), float(y))),
                ("#n", Leaf(Symbol("K"), len(targets))),
            )
            with np.errstate(all="ignore"):
                value = _term(row, p, y, len(targets))
            terms.append(Filled(("", ""), row.formula, fill, value, open_template=True))
        value = float(trace.sample_losses[view.sample - 1])
        return [Line("net", Symbol("ℓ"), SumOver(d.own_letter(last), tuple(terms)), value)]

    general = total(Derivation(trace, view, letters=True))[0]
    lines = tuple(total(Derivation(trace, view)))
    blocks: list[Block] = [Worked(f"Loss ({row.name})", general.symbol, general.formula, lines)]
    if trace.layers[-1].error is None and not ((predictions > 0) & (predictions < 1)).all():
        blocks.append(Paragraph(_SATURATED))
    if trace.n_samples > 1:
        mean = format_number(trace.loss, view.digits)
        blocks.append(Paragraph(f"The mean loss over {trace.n_samples} samples is {mean}."))
    return blocks


def _error_blocks(trace: Trace, layer: int, worked: Any, view: View) -> list[Block]:
    last = layer == len(trace.layers)
    blocks: list[Block] = []
    if last and trace.layers[-1].error is None:
        pair = f"{trace.layers[-1].activation_name} and {trace.network.loss_row.name}"
        blocks.append(Paragraph(f"With {pair} together, the slope cancels: the error term is the plain difference."))
    elif last:
        name = "Derivative with respect to the output" if view.calculus else "Error at the output"
        blocks.append(worked(name, lambda d: [d.output_error(k) for k in range(trace.network.sizes[-1])]))
    which = "" if last or len(trace.layers) == 2 else f" of L{layer}"
    title = f"{'Output' if last else 'Hidden'} error term{which}"
    title = f"Derivative with respect to the sum into {_where(trace, layer)}" if view.calculus else title
    blocks.append(worked(title, lambda d: _units(trace, layer, d.error_term)))
    return blocks
