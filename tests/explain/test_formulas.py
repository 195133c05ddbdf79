"""Every printed line of a worked backward pass evaluates to the Trace's value: every activation with every loss."""

import re
from dataclasses import replace

import numpy as np
import pytest
from printed import latex_value, number, value_of, worked_lines

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, find_activation
from backlit.equations.loss_table import LOSSES, loss_fits
from backlit.explain.address import parse_address
from backlit.explain.document import Worked
from backlit.explain.explanation import document
from backlit.explain.formula import Filled, Leaf, SumOver, evaluate
from backlit.explain.numbers import format_number
from backlit.explain.rounding import SLOPES, rounded_trace
from backlit.explain.symbols import text_symbol
from backlit.explain.view import View

PAIRS = [(a, b) for a, row in ACTIVATIONS.items() for b, loss in LOSSES.items() if loss_fits(loss, row)]
NOTATIONS = ("lesson", "calculus")
SAMPLE = 2

SHORT_CONSTANTS = {"selu": 3e-6}
"""Rows whose formula writes constants to six digits; every other holds to rounding."""


def make_trace(activation, loss, *, biases=True, batch=True):
    """A trace of a 3-4-2 network: five samples, or one of its own; not one number is round."""
    rng = np.random.default_rng(7)
    hidden = "tanh" if find_activation(activation).output_only else activation
    weights = [rng.normal(0, 0.7, size) for size in ((3, 4), (4, 2))]
    shifts = [rng.normal(0, 0.3, size) for size in (4, 2)] if biases else None
    net = bl.Network.from_weights(weights, shifts, activation=hidden, output=activation, loss=loss)
    X, Y = rng.normal(size=(5, 3)), targets(rng, net)
    return net.trace(X, Y, learning_rate=0.35) if batch else net.trace(X[1], Y[1], learning_rate=0.35)


def targets(rng, net):
    """Targets (5, 2) all over what the output reaches and the loss takes, to 2 on either side of 0."""
    row, loss = net.layers[-1].row, net.loss_row
    if row.output_only:
        y = rng.uniform(0.1, 0.9, (5, 2))
        return y / y.sum(axis=1, keepdims=True)
    low, high = max(-2, row.range[0], loss.target_range[0]), min(2, row.range[1], loss.target_range[1])
    return low + (high - low) * rng.uniform(0.02, 0.98, (5, 2))


def of_sample(array, trace):
    return array if trace.one_sample else array[SAMPLE - 1]


def expected(trace, *, calculus):
    """Every value a worked pass must show, by the kind of its line and its address."""
    sign = -1 if calculus else 1
    step, last = ("gradient", "L2") if calculus else ("step", "L2")
    values = {("Loss", "net"): of_sample(trace.sample_losses, trace) if not trace.one_sample else trace.loss}
    for layer, new_weights, new_biases in zip(trace.layers, trace.updated.weights, trace.updated.biases, strict=True):
        per_unit = {"Sum": layer.pre_activation, "Activation": layer.activation, "Error term": sign * layer.error_term}
        if layer.address == last and layer.error is not None:
            per_unit["Error"] = sign * layer.error
        for kind, array in per_unit.items():
            values |= {(kind, f"{layer.address}.u{j + 1}"): v for j, v in enumerate(of_sample(array, trace))}
        for kind, array in (("Step", getattr(layer, f"weight_{step}")), ("New", new_weights)):
            places = np.ndindex(array.shape)
            values |= {(kind, f"{layer.address}.w[{i + 1},{j + 1}]"): array[i, j] for i, j in places}
        if layer.biases is not None:
            for kind, array in (("Step", getattr(layer, f"bias_{step}")), ("New", new_biases)):
                values |= {(kind, f"{layer.address}.b[{j + 1}]"): v for j, v in enumerate(array)}
    return values


KINDS = {
    r"Loss \(.*\)": "Loss",
    r"Sum into .*": "Sum",
    r"Activation of .*": "Activation",
    r"Error at the output|Derivative with respect to the output": "Error",
    r"Output error term|Hidden error term|Derivative with respect to the sum .*": "Error term",
    r"(Step of|Derivative with respect to) the (weights|biases) .*": "Step",
    r"New (weights|biases) .*": "New",
}


def kind_of(name):
    kinds = [kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, name)]
    assert len(kinds) == 1, name
    return kinds[0]


def close(value, right, tolerance):
    return value == pytest.approx(right, rel=tolerance, abs=tolerance * 1e-3)


def assert_explained(trace, *, calculus, tolerance=1e-9):
    """Check that each quantity has one line, whose arithmetic and whose result are the Trace's value."""
    text = trace.to_text(digits=17, notation=NOTATIONS[calculus], sample=1 if trace.one_sample else SAMPLE)
    lines = {(kind_of(line.name), line.address): line for line in worked_lines(text)}
    values = expected(trace, calculus=calculus)
    assert lines.keys() == values.keys()
    assert len(lines) == len(worked_lines(text))
    for key, right in values.items():
        line = lines[key]
        assert number(line.result) == pytest.approx(right, rel=1e-15), line
        assert close(value_of(line.numbers), right, tolerance), line


def assert_latex_explained(trace, *, calculus, tolerance=1e-9):
    """Check the same of the lines in Markdown, whose formulas are LaTeX."""
    text = trace.to_markdown(digits=17, notation=NOTATIONS[calculus], sample=1 if trace.one_sample else SAMPLE)
    lines = re.findall(r"^- `(.+?)` \$(.+?) (?:=|\\leftarrow) (.+)\$$", text, re.MULTILINE)
    assert len(lines) == len(expected(trace, calculus=calculus))
    for address, _, right in lines:
        numbers, _, result = right.rpartition(" = ")
        printed = latex_value(result)
        assert close(latex_value(numbers or result), printed, tolerance), (address, right)


def tolerance_of(activation):
    return SHORT_CONSTANTS.get(activation, 1e-9)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_line_evaluates_to_the_traces_value(activation, loss):
    for biases in (True, False):
        for batch in (True, False):
            trace = make_trace(activation, loss, biases=biases, batch=batch)
            for calculus in (True, False):
                assert_explained(trace, calculus=calculus, tolerance=tolerance_of(activation))


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_latex_line_evaluates_to_its_result(activation, loss):
    for calculus, batch in ((False, True), (True, False)):
        trace = make_trace(activation, loss, batch=batch)
        assert_latex_explained(trace, calculus=calculus, tolerance=tolerance_of(activation))


def blocks_of(trace, *, at="net", calculus=False, top=8):
    view = View(notation=NOTATIONS[calculus], top=top)
    return [b for b in document(trace, parse_address(at, trace.network.sizes), view).blocks if isinstance(b, Worked)]


def assert_trees_evaluate(trace, *, calculus):
    """Check the formulas before they are printed, whose functions hold their own values: the slopes among them."""
    for block in blocks_of(trace, calculus=calculus):
        for line in block.lines:
            assert evaluate(line.formula) == pytest.approx(line.value, rel=1e-12, abs=1e-15), line.address


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("calculus", [False, True])
def test_formulas_evaluate_to_their_lines_values(activation, calculus):
    assert_trees_evaluate(make_trace(activation, None), calculus=calculus)


PRINTED = ("pre_activation", "activation", "error_term", "weight_step", "bias_step", "weights", "biases", "input")


def with_planted(trace, layer, name):
    """The trace with one quantity of one layer a thousandth too large."""
    part = trace.layers[layer]
    wrong = replace(part, **{name: getattr(part, name) * 1.001})
    return replace(trace, layers=tuple(wrong if k == layer else other for k, other in enumerate(trace.layers)))


@pytest.mark.parametrize(("layer", "name"), [(k, name) for k in (0, 1) for name in PRINTED] + [(1, "error")])
def test_a_wrong_value_in_a_trace_is_caught(layer, name):
    trace = make_trace("tanh", "squared_error")
    assert_explained(trace, calculus=False)
    with pytest.raises(AssertionError):
        assert_explained(with_planted(trace, layer, name), calculus=False)


@pytest.mark.parametrize("name", ["weight_gradient", "bias_gradient"])
def test_a_wrong_gradient_is_caught_in_calculus(name):
    with pytest.raises(AssertionError):
        assert_explained(with_planted(make_trace("tanh", "squared_error"), 0, name), calculus=True)


@pytest.mark.parametrize("layer", [0, 1])
def test_a_wrong_slope_is_caught(layer):
    with pytest.raises(AssertionError):
        assert_trees_evaluate(with_planted(make_trace("tanh", "squared_error"), layer, "slope"), calculus=False)


WRONG = {
    "formula": ("tanh(#z) × 2", r"2 \tanh(#z)"),
    "derivative_formula": ("1 + #a²", "1 + {#a}^2"),
}


@pytest.mark.parametrize("form", WRONG)
def test_a_wrong_formula_of_an_activation_is_caught(form):
    row = replace(ACTIVATIONS["tanh"], name="own", **{form: WRONG[form]})
    for check in (assert_explained, assert_latex_explained):
        check(make_trace(replace(row, **{form: getattr(ACTIVATIONS["tanh"], form)}), None), calculus=False)
        with pytest.raises(AssertionError):
            check(make_trace(row, None), calculus=False)


@pytest.mark.parametrize("form", ["formula", "negative_gradient_formula"])
def test_a_wrong_formula_of_a_loss_is_caught(form):
    row = replace(LOSSES["squared_error"], name="own", **{form: ("#p − #y", "#p - #y")})
    for check in (assert_explained, assert_latex_explained):
        with pytest.raises(AssertionError):
            check(make_trace("tanh", row), calculus=True)


@pytest.mark.parametrize("calculus", [False, True])
def test_a_symbol_has_one_value_in_a_sample(calculus):
    """What stands for a quantity in one line stands for the same in every other."""
    values = {}
    for block in blocks_of(make_trace("sigmoid", "squared_error", batch=False), calculus=calculus):
        for line in block.lines:
            own = [] if block.becomes else [(text_symbol(line.symbol), line.value)]
            for symbol, value in [*leaves(line.formula), *own]:
                assert values.setdefault(symbol, value) == value, symbol
    assert len(values) > 40


def leaves(tree):
    """Every (symbol, value) in a formula."""
    if isinstance(tree, Leaf):
        return [(text_symbol(tree.symbol), tree.value)]
    if isinstance(tree, Filled):
        return [pair for _, leaf in tree.fill for pair in leaves(leaf)]
    parts = [part for field in tree for part in (field if isinstance(field, tuple) else (field,))]
    return [pair for part in parts if isinstance(part, tuple) for pair in leaves(part)]


@pytest.mark.parametrize("at", ["L1.u3", "L2.u1", "L1.w[2,4]", "L2.b[2]"])
@pytest.mark.parametrize("calculus", [False, True])
def test_a_shortened_sum_still_evaluates(at, calculus):
    trace = make_trace("mish", "huber")
    lines = worked_lines(trace.to_text(at=at, digits=17, notation=NOTATIONS[calculus], top=1, sample=SAMPLE))
    assert lines
    for line in lines:
        assert close(value_of(line.numbers), number(line.result), 1e-9), line
    assert any(" more]" in line.numbers for line in lines) == (".u" in at)


def assert_right_on_paper(trace, *, calculus):
    """Check each line of a rounded chain with the printed numbers alone: rounded, they make the printed result."""
    for line in worked_lines(trace.to_text(notation=NOTATIONS[calculus])):
        value = value_of(line.numbers)
        if kind_of(line.name) == "New":
            half = 0.5 * 10.0 ** -len(line.result.partition(".")[2])
            assert calculus or abs(value - number(line.result)) <= half * (1 + 1e-9), line
        elif abs(value) > 1e-12:
            # a tie may be broken either way
            assert line.result in {format_number(value * (1 + way)) for way in (-1e-12, 1e-12)}, line


def paper_trace(activation, loss, seed):
    """One sample of a network whose weights and inputs have one digit, as an exercise on paper has."""
    rng = np.random.default_rng(seed)
    sizes = ((3, 4), (4, 2))
    hidden = "tanh" if find_activation(activation).output_only else activation
    weights = [rng.choice([-0.7, -0.4, 0.3, 0.6, 0.9], size) for size in sizes]
    net = bl.Network.from_weights(weights, activation=hidden, output=activation, loss=loss)
    y = np.round(targets(rng, net)[0], 1)
    y = [y[0], 1 - y[0]] if hidden != activation else y
    return net.trace(rng.choice([0.2, 0.5, -0.8], 3), y, learning_rate=0.5)


@pytest.mark.parametrize(("activation", "loss"), [pair for pair in PAIRS if pair[0] not in SHORT_CONSTANTS])
def test_a_rounded_chain_is_right_line_by_line_on_paper(activation, loss):
    for seed in range(3):
        for calculus in (False, True):
            assert_right_on_paper(rounded_trace(paper_trace(activation, loss, seed)), calculus=calculus)


def test_every_slope_that_is_written_with_the_activation_is_known_on_paper():
    written = {row.name: row for row in ACTIVATIONS.values() if row.derivative and "#a" in row.derivative_formula[0]}
    assert {row.derivative_formula[0] for row in written.values()} == SLOPES.keys()
    z = np.linspace(-3, 3, 11)
    for row in written.values():
        np.testing.assert_allclose(SLOPES[row.derivative_formula[0]](z, row.value(z)), row.derivative(z), rtol=1e-12)


def test_the_exact_chain_is_not_right_on_paper():
    with pytest.raises(AssertionError):
        assert_right_on_paper(paper_trace("sigmoid", None, 0), calculus=False)


def nodes(tree):
    """A formula and all that it is made of, leaves too."""
    yield tree
    parts = [] if isinstance(tree, Leaf) else tree.fill if isinstance(tree, Filled) else tree
    for part in parts:
        for inner in part if isinstance(part, tuple) and not hasattr(part, "_fields") else (part,):
            if hasattr(inner, "_fields"):
                yield from nodes(inner)


@pytest.mark.parametrize("calculus", [False, True])
@pytest.mark.parametrize("sizes", [[3, 2], [3, 4, 2], [3, 4, 6, 2]])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_the_letter_under_a_sum_counts_what_it_sums(output, sizes, calculus):
    net = bl.Network.random(sizes, output=output, seed=0)
    blocks = blocks_of(net.trace([0.5, 0.1, -0.2], [0.3, 0.7]), calculus=calculus)
    sums = [node for block in blocks for node in nodes(block.formula) if isinstance(node, SumOver) and node.over]
    assert len(sums) >= 2 * len(sizes) - 2
    for total in sums:
        summed = [node.symbol.indices for node in nodes(total.terms[0]) if isinstance(node, Leaf)]
        assert any(total.over in indices for indices in summed), (total.over, summed)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("output", "loss"), [("softmax", "cross_entropy"), ("sigmoid", "log_loss")])
def test_a_prediction_that_is_stored_as_0_is_explained_without_warning(output, loss):
    weights = [[[-900.0, 800.0]]]
    trace = bl.Network.from_weights(weights, output=output, loss=loss).trace([1.0], [1.0, 0.0])
    for form in (trace.to_text, trace.to_latex, trace.to_html):
        assert "is stored as that; the loss is computed from the sums" in " ".join(form().split())
    usual = bl.Network.from_weights([[[-9.0, 8.0]]], output=output, loss=loss).trace([1.0], [1.0, 0.0])
    assert "stored as that" not in " ".join(usual.to_text().split())
