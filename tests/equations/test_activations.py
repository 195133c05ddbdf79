"""Activations: every row of the table against differences, its own bound, range and formula, and known numbers."""

import math
import warnings

import numpy as np
import pytest
from printed import value_of
from scipy import special, stats

from backlit.equations.activation_table import ACTIVATIONS, activation_backward, find_activation
from backlit.errors import BacklitError

ELEMENTWISE = [row for row in ACTIVATIONS.values() if row.derivative is not None]
ELEMENTWISE += [find_activation(name) for name in ("leaky_relu(0.2)", "elu(0.5)", "elu(2.5)")]
BY_NAME = pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
GRID = np.arange(-12.0, 12.0, 0.01) + 0.0037
"""Off every kink by more than a difference's way."""

WORKED = {
    # row: (z, value, derivative), worked by hand
    "identity": (-1.5, -1.5, 1.0),
    "sigmoid": (math.log(3), 0.75, 0.1875),
    "tanh": (math.log(2), 0.6, 0.64),
    "relu": (2.5, 2.5, 1.0),
    "leaky_relu": (-2.0, -0.02, 0.01),
    "leaky_relu(0.2)": (-2.0, -0.4, 0.2),
    "elu": (-math.log(4), -0.75, 0.25),
    "elu(0.5)": (-math.log(4), -0.375, 0.125),
    "elu(2.5)": (-math.log(4), -1.875, 0.625),
    "selu": (-math.log(4), -0.75 * 1.7580993408473766, 0.25 * 1.7580993408473766),
    "gelu": (0.0, 0.0, 0.5),
    "silu": (math.log(3), 0.75 * math.log(3), 0.75 + 0.1875 * math.log(3)),
    "mish": (0.0, 0.0, 0.6),
    "softplus": (math.log(3), math.log(4), 0.75),
    "hard_sigmoid": (1.5, 0.75, 1 / 6),
    "exp": (math.log(5), 5.0, 5.0),
}

KNOWN = {
    # the same functions from scipy and NumPy
    "sigmoid": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "gelu": lambda z: z * special.ndtr(z),
    "silu": lambda z: z * special.expit(z),
    "softplus": lambda z: np.logaddexp(0, z),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "hard_sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    "exp": np.exp,
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
}


def difference(row, z, way=1e-6):
    return (row.value(z + way) - row.value(z - way)) / (2 * way)


def slope_error(row, derivative):
    """Largest error of a derivative against central differences, relative to the slope where that is above 1."""
    expected = difference(row, GRID)
    return float((np.abs(derivative(GRID) - expected) / np.maximum(1, np.abs(expected))).max())


@BY_NAME
def test_the_derivative_is_the_limit_of_differences(row):
    assert slope_error(row, row.derivative) < 2e-8 * max(1, float(np.abs(row.value(GRID)).max()) ** 0.5)


def test_the_check_of_derivatives_catches_an_error_of_a_millionth():
    row = ACTIVATIONS["tanh"]
    assert slope_error(row, lambda z: row.derivative(z) + 1e-6) > 2e-8


@BY_NAME
def test_a_number_worked_by_hand(row):
    assert row.name in WORKED, "a new row needs a number worked by hand, in WORKED"
    z, value, slope = WORKED[row.name]
    np.testing.assert_allclose(row.value(np.array([z])), [value], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(row.derivative(np.array([z])), [slope], rtol=1e-14)


@pytest.mark.parametrize("name", KNOWN)
def test_values_agree_with_scipy(name):
    np.testing.assert_allclose(ACTIVATIONS[name].value(GRID), KNOWN[name](GRID), rtol=1e-13, atol=1e-300)


def test_gelu_s_derivative_agrees_with_scipy_in_both_tails():
    z = np.linspace(-12, 12, 500)
    expected = stats.norm.cdf(z) + z * stats.norm.pdf(z)
    np.testing.assert_allclose(ACTIVATIONS["gelu"].derivative(z), expected, rtol=1e-9, atol=1e-30)


@BY_NAME
def test_the_derivative_s_bound_holds_and_is_nearly_attained(row):
    far = [] if math.isinf(row.derivative_bound) else [-1e9, 1e9]
    steep = np.abs(row.derivative(np.concatenate([np.linspace(-30, 30, 60001), far]))).max()
    if math.isinf(row.derivative_bound):
        assert steep > 1e12
        return
    assert steep <= row.derivative_bound * (1 + 1e-12)
    assert steep > row.derivative_bound * (1 - 1e-6)


@BY_NAME
def test_values_lie_in_the_range_and_come_near_its_ends(row):
    with np.errstate(over="ignore"):
        values = row.value(np.concatenate([[-1e9], np.linspace(-40, 40, 80001), [1e9]]))
    low, high = row.range
    assert values.min() >= low - 1e-11
    assert values.max() <= high + 1e-11
    assert values.min() < (low + 1e-6 if math.isfinite(low) else -0.3)
    assert values.max() > (high - 1e-6 if math.isfinite(high) else 30)


@BY_NAME
def test_kinks_are_where_the_slope_jumps_and_nowhere_else(row):
    places = np.arange(-5, 5.01, 0.25)
    jumps = np.abs(row.derivative(places + 1e-9) - row.derivative(places - 1e-9)) > 1e-3
    assert set(places[jumps]) == set(row.kinks)


@BY_NAME
def test_bends_are_where_the_slope_s_own_slope_jumps_and_nowhere_else(row):
    places, way = np.arange(-5, 5.01, 0.25), 1e-4
    above, below = (
        (row.derivative(places + 2 * side * way) - row.derivative(places + side * way)) / (side * way)
        for side in (1, -1)
    )
    jumps = np.abs(above - below) > 0.01 * np.maximum(1, np.abs(above))
    assert set(places[jumps]) - set(row.kinks) == set(row.bends)


@BY_NAME
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_extremes_give_no_nan_and_no_warning(row, dtype):
    huge = np.finfo(dtype).max / 2  # selu scales by 1.05
    z = np.array([-huge, -1e30, -1e3, -0.0, 0.0, 1e-30, 50.0, 80.0, *([] if row.name == "exp" else [1e3, huge])], dtype)
    for name, function in (("value", row.value), ("derivative", row.derivative)):
        for one in z:
            warned = warnings_of(function, np.array([one]))
            assert not warned, (
                f"src/backlit/equations/activations.py: the {name} of {row.name} at z = {one:g}: {warned}. Write it so "
                "that nothing large is squared or added up: (1 / (1 + |z|)) * (1 / (1 + |z|)), not 1 / (1 + |z|)**2"
            )
        found = function(z)
        assert found.dtype == dtype
        assert np.isfinite(found).all()


def warnings_of(function, z):
    """What NumPy says of a function there, a number too small for the type aside."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(z)
    return "; ".join(str(warning.message) for warning in caught if "underflow" not in str(warning.message))


def test_a_square_of_something_large_is_warned_of():
    assert "overflow" in warnings_of(lambda z: 1 / (1 + z) ** 2, np.array([1e200]))
    assert warnings_of(lambda z: (1 / (1 + z)) * (1 / (1 + z)), np.array([1e200])) == ""


@BY_NAME
def test_at_infinity_values_are_the_ends_of_the_range(row):
    if row.name in ("gelu", "silu", "mish"):
        # z times something that is 0 there: no number, which the sweeps report
        return
    for z, end in zip((-math.inf, math.inf), row.range, strict=True):
        assert not warnings_of(row.value, np.array([z])), f"{row.name}({z}) warns"
        at = float(row.value(np.array([z]))[0])
        assert at == pytest.approx(end, rel=1e-15), (
            f"src/backlit/equations/activations.py: {row.name}({z}) must be {end}, the end of its range, got {at}"
        )
    assert np.isfinite(row.derivative(np.array([-math.inf, -1e3]))).all()


def written(formula, z, a):
    """A row's formula in words, evaluated as it is printed."""
    return value_of(formula.replace("#z", f"({z:.17g})").replace("#a", f"({a:.17g})"))


@BY_NAME
@pytest.mark.parametrize("z", [-4.2, -1.3, 0.7, 2.9, 5.1])
def test_the_formulas_in_words_give_the_values(row, z):
    value, slope = float(row.value(np.array(z))), float(row.derivative(np.array(z)))
    assert written(row.formula[0], z, value) == pytest.approx(value, rel=1e-5, abs=1e-9)
    assert written(row.derivative_formula[0], z, value) == pytest.approx(slope, rel=1e-5, abs=1e-9)


Z = np.random.default_rng(0).normal(size=(5, 3))


def jacobian_product(z, da, way=1e-6):
    """The gradient at z by differences of sum(da * softmax(z))."""
    result = np.zeros_like(z)
    value = ACTIVATIONS["softmax"].value
    for place in np.ndindex(z.shape):
        above, below = z.copy(), z.copy()
        above[place] += way
        below[place] -= way
        result[place] = ((value(above) - value(below)) * da).sum() / (2 * way)
    return result


def test_softmax_rows_are_probabilities_and_do_not_mind_a_shift():
    value = ACTIVATIONS["softmax"].value
    np.testing.assert_allclose(value(Z).sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(value(Z + 700.0), value(Z), rtol=1e-12)
    np.testing.assert_allclose(value(Z), special.softmax(Z, axis=1), rtol=1e-14)
    np.testing.assert_array_equal(value(np.array([[1e4, 0.0, -1e4]])), [[1.0, 0.0, 0.0]])


def test_softmax_s_backward_is_its_whole_jacobian():
    da = np.random.default_rng(1).normal(size=Z.shape)
    row = ACTIVATIONS["softmax"]
    np.testing.assert_allclose(activation_backward(row, Z, da), jacobian_product(Z, da), atol=1e-9)
    diagonal_only = da * row.value(Z) * (1 - row.value(Z))
    assert np.abs(diagonal_only - jacobian_product(Z, da)).max() > 0.05
    # by hand: probabilities 1/4 and 3/4, da = (1, 0): 1/4 (1 - 1/4) and -3/4 1/4
    by_hand = activation_backward(row, np.array([[0.0, math.log(3)]]), np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(by_hand, [[3 / 16, -3 / 16]], rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sigmiod", "did you mean 'sigmoid'"),
        ("leaky_relu(2)", "slope must be at least 0 and below 1"),
        ("leaky_relu(x)", "leaky_relu"),
        ("elu(-1)", "alpha"),
        (3, "unknown activation 3"),
        ("", "unknown activation"),
    ],
)
def test_a_name_that_is_none(name, words):
    with pytest.raises(BacklitError) as caught:
        find_activation(name)
    assert words in str(caught.value)


def test_aliases_and_parameters():
    assert find_activation("swish") is ACTIVATIONS["silu"]
    assert find_activation("Logistic") is ACTIVATIONS["sigmoid"]
    assert find_activation("leaky_relu(1e-3)").derivative(np.array([-1.0])).tolist() == [0.001]
    # a parameter's name leads back to the same row
    for name in ("leaky_relu(0.00001)", "leaky_relu(1e-07)", "elu(0.3)"):
        row = find_activation(name)
        assert find_activation(row.name).name == row.name
