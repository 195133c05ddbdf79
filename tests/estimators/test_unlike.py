"""Validation samples scaled otherwise than those to train on: warned of, and of nothing else."""

import warnings

import numpy as np
import pytest
import scipy.sparse

from backlit.estimators.unlike import warn_where_unlike

RNG = np.random.default_rng(0)
X, X_VAL = RNG.normal(size=(300, 4)), RNG.normal(size=(90, 4))


def said(x, x_val):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        warn_where_unlike(x, x_val)
    return [str(one.message) for one in told]


@pytest.mark.parametrize("as_it_is", [np.asarray, scipy.sparse.csr_matrix])
def test_samples_that_were_not_scaled_are_told(as_it_is):
    assert not said(as_it_is(X), as_it_is(X_VAL))
    assert "not like X in 4 of 4 columns: column 0" in said(as_it_is(X), as_it_is(40 * X_VAL + 300))[0]
    assert said(as_it_is(X), as_it_is(X_VAL / 40))
    # two of four are no more than half
    assert not said(as_it_is(X), as_it_is(X_VAL * [1, 40, 40, 1]))


def test_columns_that_are_constant_to_rounding_say_nothing():
    constant = np.full((300, 3), 1 / 3) + 1e-16 * RNG.integers(-2, 3, (300, 3))
    apart = np.full((90, 3), 1 / 3) + 1e-13
    assert not said(np.hstack([constant, X]), np.hstack([apart, X_VAL]))
    assert not said(constant, apart)


def test_a_few_large_values_are_no_other_scale():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert not said(rng.standard_cauchy((4000, 3)), rng.standard_cauchy((60, 3)))
        assert not said(rng.lognormal(0, 3, (4000, 3)), rng.lognormal(0, 3, (60, 3)))
    heavy = RNG.standard_cauchy((4000, 3))
    assert said(heavy / 100, RNG.standard_cauchy((60, 3)) * 3)


def test_columns_of_0_and_1_go_by_mean_and_deviation():
    rare = (RNG.random((300, 4)) < 0.1).astype(float)
    assert not said(rare, (RNG.random((90, 4)) < 0.1).astype(float))
    assert said(rare, 255 * (RNG.random((90, 4)) < 0.1))
