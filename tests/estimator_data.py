"""Small data sets by name, and the comparison of a fit with scikit-learn's."""

import warnings

import numpy as np
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

import backlit as bl

THEIRS = {"classifier": MLPClassifier, "regressor": MLPRegressor}
OURS = {"classifier": bl.MLPClassifier, "regressor": bl.MLPRegressor}


def data(name):
    """Return the kind of estimator, X and y of a data set."""
    if name == "multilabel":
        return "classifier", *datasets.make_multilabel_classification(90, 7, n_classes=4, random_state=0)
    if name == "multi-output":
        X, y = datasets.make_regression(80, 6, n_targets=3, random_state=0)
        return "regressor", X, y / 100
    load = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast_cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
        "diabetes": datasets.load_diabetes,
    }[name]
    X, y = load(return_X_y=True)
    if name == "digits":
        return "classifier", X / 16, y
    return ("regressor", scale(X), y / 50) if name == "diabetes" else ("classifier", X, y)


def both(kind, X, y, *, sample_weight=None, **parameters):
    """Fit scikit-learn's estimator and ours; return theirs and ours."""
    fitted = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        # scikit-learn's own, of overflow on unscaled data
        warnings.simplefilter("ignore", RuntimeWarning)
        for table in (THEIRS, OURS):
            fitted.append(table[kind](random_state=0, **parameters).fit(X, y, sample_weight=sample_weight))
    return fitted


def differences(theirs, ours, X, tolerance=1e-6):
    """Return what of two fits is not the same, in words; an empty list where all is."""
    found = []
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        if getattr(theirs, name) != getattr(ours, name):
            found.append(f"{name} {getattr(ours, name)}, not {getattr(theirs, name)}")
    if not np.isclose(theirs.loss_, ours.loss_, rtol=tolerance, atol=0):
        found.append(f"loss_ {ours.loss_!r}, not {theirs.loss_!r}")
    if theirs.solver != "lbfgs":
        for name in ("loss_curve_", "validation_scores_", "best_loss_", "best_validation_score_"):
            a, b = getattr(theirs, name), getattr(ours, name)
            same = (a is None) == (b is None) and np.shape(a) == np.shape(b)
            if not same or (a is not None and not np.allclose(a, b, rtol=tolerance, atol=0)):
                found.append(f"{name} differs")
    a, b = theirs.predict(X), ours.predict(X)
    if not (np.array_equal(a, b) if hasattr(theirs, "classes_") else np.allclose(a, b, rtol=tolerance, atol=1e-6)):
        found.append("predictions differ")
    return found
