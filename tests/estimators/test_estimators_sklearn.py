"""scikit-learn's own checks of estimators: all of them, and no failure is expected."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import backlit as bl


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [
        bl.MLPClassifier(max_iter=100),
        bl.MLPRegressor(max_iter=100),
        bl.MLPClassifier((8,), solver="lbfgs", max_iter=50),
        bl.MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", max_iter=50),
    ]
)
def test_sklearn_check(estimator, check):
    check(estimator)
