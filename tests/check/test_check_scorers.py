"""The evaluations' own scorers, and the small judges behind names that are seldom met."""

import sys
from pathlib import Path

import numpy as np
import pytest

import backlit as bl
from backlit.check.alone import alone, stray
from backlit.check.compare import expected_layers
from backlit.check.gradients import place_of
from backlit.check.precision import Claimed

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from evaluation_conventions import Convention, ConventionOutcome
from evaluation_layers import LayerOutcome

RNG = np.random.default_rng(2)
NET = bl.Network.random([3, 4, 2], activation="tanh", seed=0)
X, Y = RNG.normal(size=(5, 3)), RNG.uniform(size=(5, 2))
ROWS = Convention(columns=False, turned=False, biases="flat", reduction="mean", loss=None, narrow=False)


@pytest.mark.parametrize(
    ("planted", "first", "others", "fits", "kind"),
    [
        ("", "", (), False, "right"),
        ("", "wrong-sign", (), False, "alarm"),
        ("wrong-sign", "", (), False, "missed"),
        ("wrong-sign", "wrong-sign", (), False, "named"),
        ("wrong-sign", "unknown", (), False, "unknown"),
        ("wrong-sign", "weight-steps", ("wrong-sign",), True, "tie"),
        # a tie is stated, and its first name gives the numbers
        ("wrong-sign", "weight-steps", ("wrong-sign",), False, "wrong"),
        ("wrong-sign", "weight-steps", (), True, "wrong"),
        ("wrong-sign", "weight-steps", ("wrong-sign", "a", "b", "c", "d"), True, "wrong"),
    ],
)
def test_what_counts_in_a_convention(planted, first, others, fits, kind):
    assert ConventionOutcome(planted, ROWS, first, others, fits).kind == kind


@pytest.mark.parametrize(
    ("expected", "named", "stated", "kind"),
    [
        (None, (), (), "right"),
        (None, ("wrong-sign",), (), "alarm"),
        (("wrong-sign",), (), (), "missed"),
        (("wrong-sign",), ("unknown",), (), "unknown"),
        (("wrong-sign", "factor-two"), ("factor-two",), (), "named"),
        (("wrong-sign",), ("factor-two",), ("wrong-sign",), "tie"),
        (("wrong-sign",), ("factor-two",), (), "wrong"),
    ],
)
def test_what_counts_of_a_layer(expected, named, stated, kind):
    assert LayerOutcome("dense", expected, named, frozenset(stated)).kind == kind


def names(forward, backward, X, parameters=()):
    return [finding.identifier for finding in bl.check_layer(forward, backward, X, parameters).findings]


def test_overwritten_is_told_where_rows_are_met_twice_and_nowhere_else():
    rows = np.array([0, 2, 2, 1])
    table = RNG.normal(size=(4, 3))

    def assigned(d, C):
        g = np.zeros_like(C)
        g[rows] = d
        return g

    def half(d, C):
        g = np.zeros_like(C)
        np.add.at(g, rows, d / 2)
        return g

    assert names(lambda C: C[rows], assigned, table) == ["overwritten"]
    assert names(lambda C: C[rows], half, table) == ["factor-two"]


def test_a_mask_left_out_is_told_where_the_output_is_0():
    mask = np.array([1.0, 0, 1, 1, 0]) / 0.6
    z = RNG.normal(size=(4, 5))
    assert names(lambda z: z * mask, lambda d, z: d / 0.6, z) == ["mask-left-out"]
    assert names(lambda z: z * mask, lambda d, z: d * np.where(mask > 0, mask, 0) + 0.1 * (z > 9), z) == []


def claims_times(factors):
    """The place, the claims with each array times a factor (W1, b1, W2, b2), and the right values."""
    place = place_of(NET, X, Y, rate=None)
    expected = expected_layers(place)
    keys = ("weight_gradient", "bias_gradient")
    given = iter(factors)
    claims = []
    for right in expected:
        pairs = [(key, next(given)) for key in keys]
        claims.append({key: Claimed(factor * right[key], right=factor == 1) for key, factor in pairs})
    return place, claims, expected


def test_a_sign_or_a_mean_twice_on_top_of_another_factor():
    told = alone(*claims_times([-2, 1, 1 / 10, 4]))
    assert told[0, "weight_gradient"] == [
        frozenset({"wrong-sign", "factor-two"}),
        frozenset({"wrong-sign", "accumulated"}),
    ]
    # a fifth for the samples, and a half for the outputs or for the square
    assert frozenset({"mean-twice", "factor-two"}) in told[1, "weight_gradient"]
    assert (1, "bias_gradient") not in told
    assert stray(*claims_times([-2, 1, 1, 4])).keys() == {(0, "weight_gradient"), (1, "bias_gradient")}


def test_factors_that_would_multiply_to_it_do_not_explain_an_array():
    gW, gB = NET.gradients(X, Y)
    report = bl.check_gradients(NET, X, Y, [4 * gW[0], 5 * gW[1]], gB)
    assert [(f.identifier, f.layers) for f in report.findings] == [
        ("sum-instead-of-mean", (2,)),
        ("stray-factor", (1,)),
    ]
    same = bl.check_gradients(NET, X, Y, [10 * g for g in gW], [10 * g for g in gB])
    assert {f.identifier for f in same.findings} == {"factor-two", "sum-instead-of-mean"}


def test_a_right_layer_below_is_not_named_for_factors_above_it():
    net = bl.Network.random([3, 4, 2, 1], activation="tanh", output="identity", biases=False, seed=1)
    gW, _ = net.gradients(X, Y[:, :1])
    report = bl.check_gradients(net, X, Y[:, :1], [gW[0], gW[1], 4 * gW[2]])
    assert [(f.identifier, f.layers) for f in report.findings] == [("stray-factor", (3,))]


def test_a_search_that_takes_long_says_what_it_looks_at(capsys, monkeypatch):
    monkeypatch.setattr("backlit.check.progress.EVERY", 0.0)
    gW, gB = NET.gradients(X, Y)
    bl.check_gradients(NET, X, Y, gW, gB)
    assert capsys.readouterr().err == ""
    bl.check_gradients(NET, X, Y, [g + 1 for g in gW], gB)
    assert "looking for the mistake: L2" in capsys.readouterr().err
