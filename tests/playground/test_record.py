"""Programs: what is recorded of an equation computes what the equation computes, bit for bit, for every row."""

import json

import numpy as np
import pytest

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, find_activation
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, find_loss
from backlit.errors import BacklitError
from backlit.playground.mathml import MARKS, formula_tree
from backlit.playground.programs import tables
from backlit.playground.record import OPERATIONS, recorded

ROWS = [*ACTIVATIONS.values(), *map(find_activation, ("leaky_relu(0.2)", "elu(0.5)"))]
LOSS_ROWS = [*LOSSES.values(), find_loss("huber(0.3)"), find_loss("quantile(0.9)")]
FAR = [-1e300, -800.0, -745.0, -709.5, -40.0, -3.0, -1e-300, 0.0, 5e-324, 0.3, 3.0, 37.0, 709.0, 800.0, 1e300]
Z = np.concatenate([np.random.default_rng(0).normal(0, 3, (40, 3)), np.resize(FAR, (5, 3))])


def run(program, *arrays):
    """Run a program by NumPy."""
    registers = list(arrays)
    assert len(registers) == program["inputs"]
    for entry in program["code"]:
        if isinstance(entry, float):
            registers.append(entry)
            continue
        name, *operands = entry
        assert name in OPERATIONS
        values = [registers[i] for i in operands]
        if name == "units":
            registers.append(values[0].shape[-1])
            continue
        keep = {"axis": -1, "keepdims": True} if name in ("sum", "max") else {}
        registers.append(getattr(np, name)(*values, **keep))
    return registers[program["result"]]


def assert_same(program, function, *arrays):
    program = json.loads(json.dumps(program, allow_nan=False))
    with np.errstate(all="ignore"):
        expected = function(*arrays)
        got = np.broadcast_to(run(program, *arrays), (*expected.shape, 1) if expected.ndim == 1 else expected.shape)
    np.testing.assert_array_equal(got.reshape(expected.shape), expected)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_activation_is_recorded(row):
    """One that does more than the page can stands in ELEMENTWISE of playground/record.py and in web/program.js."""
    assert_same(recorded(row.value, 1), row.value, Z)
    if row.derivative is not None:
        assert_same(recorded(row.derivative, 1), row.derivative, Z)
    else:
        assert_same(recorded(row.backward, 2), row.backward, Z, Z[::-1].copy())


@pytest.mark.parametrize("row", LOSS_ROWS, ids=lambda row: row.name)
def test_a_loss_is_recorded(row):
    rng = np.random.default_rng(1)
    p, y = rng.dirichlet(np.ones(3), 9), rng.dirichlet(np.ones(3), 9)
    y[0] = [1.0, 0.0, 0.0]
    p[1] = y[1]
    for function in (row.value, row.gradient):
        assert_same(recorded(function, 2), function, p, y)


@pytest.mark.parametrize("pair", FUSED_PAIRS.values(), ids=lambda pair: f"{pair.activation} with {pair.loss}")
def test_a_fused_pair_is_recorded(pair):
    y = np.random.default_rng(1).dirichlet(np.ones(3), len(Z))
    for function in (pair.value, pair.gradient):
        assert_same(recorded(function, 2), function, Z, y)


def test_a_wrong_program_is_caught():
    program = recorded(ACTIVATIONS["tanh"].derivative, 1)
    program["code"][program["result"] - 1][0] = "add"
    with pytest.raises(AssertionError):
        assert_same(program, ACTIVATIONS["tanh"].derivative, Z)


def test_a_users_own_function_is_recorded_by_numpys_names_too():
    def own(z):
        return np.where(z > 0, np.sqrt(np.abs(z)), -np.maximum(0.0, -z) / 2) + np.exp(-abs(z))

    assert_same(recorded(own, 1), own, Z)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda z: z if z > 0 else 0, "branches on its values"),
        (np.cumsum, "numpy.cumsum"),
        (np.arctan, "numpy.arctan"),
        (lambda z: z.__array_namespace__().sum(z, axis=0), "over axis 0"),
        (lambda z: z.__array_namespace__().sum(z, axis=-1) * z, "keep its axis"),
        (lambda z: [z], "gave list"),
        (lambda z: z.missing, "not plain arithmetic"),
        (lambda z: z * float("inf"), "constant inf"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_a_sentence(function, words):
    with pytest.raises(BacklitError, match="the page cannot follow") as refused:
        recorded(function, 1)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def marks_in(tree):
    return {tree[2]} & set(MARKS.values()) if isinstance(tree[2], str) else set().union(*map(marks_in, tree[2]))


@pytest.mark.parametrize("row", [*ROWS, *LOSS_ROWS], ids=lambda row: row.name)
def test_a_formula_keeps_its_marks(row):
    other = row.derivative_formula if hasattr(row, "derivative_formula") else row.negative_gradient_formula
    for _, latex in (row.formula, other):
        tree = formula_tree(latex)
        assert marks_in(tree) == {MARKS[mark] for mark in MARKS if mark in latex}
        assert "\\" not in json.dumps(tree, ensure_ascii=False)


def test_a_row_that_the_page_cannot_follow_is_no_choice_and_stops_its_own_networks_alone(monkeypatch):
    strange = bl.Activation("strange", np.arctan, lambda z: 1 / (1 + z**2))
    monkeypatch.setitem(ACTIVATIONS, "strange", strange)
    held = tables()["activations"]
    assert "strange" not in held
    assert "mish" in held
    with pytest.raises(bl.BacklitError, match="cannot follow"):
        tables([strange])


def test_the_tables_hold_every_row_and_rows_of_a_users_own():
    own = bl.Network.from_weights([[[1.0]]], output=find_activation("elu(0.5)")).layers[0].row
    held = tables([own])
    unknown = (ACTIVATIONS.keys() - held["activations"]) | (LOSSES.keys() - held["losses"])
    assert not unknown, f"the page cannot follow {unknown}: see ELEMENTWISE in playground/record.py, and web/program.js"
    assert set(held["activations"]) == {*ACTIVATIONS, "elu(0.5)"}
    assert set(held["losses"]) == set(LOSSES)
    assert "elu(0.5)" in held["losses"]["squared_error"]["fits"]
    assert held["losses"]["cross_entropy"]["fits"] == ["softmax"]
