"""Where scikit-learn has a message for the same situation, ours begins with its words: each is raised by both."""

import re
import warnings

import numpy as np
import pytest
from sklearn import neural_network
from sklearn.datasets import load_iris

import backlit as bl

X, Y = load_iris(return_X_y=True)
SMALL = {"hidden_layer_sizes": (3,), "random_state": 0, "max_iter": 2}


def of(module, kind, **settings):
    return getattr(module, kind)(**{**SMALL, **settings})


def warm_start_with_other_classes(module):
    model = of(module, "MLPClassifier", warm_start=True).fit(X, Y)
    model.fit(X, np.where(Y == 2, 7, Y))


def warm_start_with_fewer_classes(module):
    model = of(module, "MLPClassifier", warm_start=True).fit(X, Y)
    model.fit(X[:100], Y[:100])


def too_small_to_hold_out(module):
    of(module, "MLPRegressor", early_stopping=True).fit(X[:2], Y[:2])


def nothing_left_to_train_on(module):
    of(module, "MLPRegressor", early_stopping=True).fit(X[:1], Y[:1])


def partial_fit_with_early_stopping(module):
    of(module, "MLPRegressor", early_stopping=True).partial_fit(X, Y)


def weights_that_become_infinite(module):
    of(module, "MLPRegressor").fit(np.finfo(float).max / 10 * X, Y)


def a_layer_without_units(module):
    of(module, "MLPRegressor", hidden_layer_sizes=(3, 0)).fit(X, Y)


def no_classes(module):
    of(module, "MLPClassifier").partial_fit(X, Y)


def other_classes_in_partial_fit(module):
    model = of(module, "MLPClassifier").partial_fit(X, Y, classes=[0, 1, 2])
    model.partial_fit(X, Y, classes=[0, 1])


def a_class_that_partial_fit_does_not_know(module):
    model = of(module, "MLPClassifier").partial_fit(X, Y, classes=[0, 1, 2])
    model.partial_fit(X, Y + 1)


def too_few_weights(module):
    of(module, "MLPRegressor").fit(X, Y, sample_weight=np.ones(7))


def no_weight(module):
    of(module, "MLPRegressor").fit(X, Y, sample_weight=np.zeros(150))


def partial_fit_of_lbfgs(module):
    try:
        _ = of(module, "MLPClassifier", solver="lbfgs").partial_fit
    except AttributeError as error:
        raise error.__cause__ from None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "situation",
    [
        warm_start_with_other_classes,
        warm_start_with_fewer_classes,
        too_small_to_hold_out,
        nothing_left_to_train_on,
        partial_fit_with_early_stopping,
        weights_that_become_infinite,
        a_layer_without_units,
        no_classes,
        other_classes_in_partial_fit,
        a_class_that_partial_fit_does_not_know,
        too_few_weights,
        no_weight,
        partial_fit_of_lbfgs,
    ],
    ids=lambda situation: situation.__name__,
)
def test_an_error_begins_with_scikit_learns_words_and_adds_what_to_do(situation):
    with pytest.raises((ValueError, AttributeError)) as theirs:
        situation(neural_network)
    with pytest.raises((ValueError, AttributeError)) as ours:
        situation(bl)
    said, begins = str(ours.value), str(theirs.value).rstrip(".")
    assert said.startswith(begins)
    assert len(said) > len(begins) + 20
    assert "\n" not in said
    assert isinstance(ours.value, AttributeError if isinstance(theirs.value, AttributeError) else bl.BacklitError)


@pytest.mark.parametrize(
    ("settings", "beginning"),
    [({}, "Stochastic Optimizer: Max"), ({"batch_size": 999, "max_iter": 500, "tol": 10}, "Got `batch_size` less")],
)
def test_a_warning_begins_with_scikit_learns_words(settings, beginning):
    said = []
    for module in (neural_network, bl):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            of(module, "MLPRegressor", **settings).fit(X, Y)
        said.append((caught[0].category, str(caught[0].message)))
    theirs, ours = said
    assert ours[0] is theirs[0]
    assert ours[1].startswith(theirs[1].rstrip("."))
    assert ours[1].startswith(beginning)
    assert len(ours[1]) > len(theirs[1]) + 20


@pytest.mark.parametrize("labels", [["often", "rare"], [7, 3], [False, True]], ids=str)
def test_a_class_of_one_sample_is_named_as_the_user_named_it(labels):
    y = np.asarray(labels)[[0, 0, 0, 1]]
    words = f"The least populated classes in y have only 1 member.*too few members are: [{labels[1]!r}]. This was"
    with pytest.raises(bl.BacklitError, match=re.escape(words).replace(r"\.\*", ".*")) as caught:
        bl.MLPClassifier(early_stopping=True).fit(X[:4], y)
    assert "X_val and y_val of your own" in str(caught.value)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_warm_start_with_the_same_classes_goes_on():
    model = of(bl, "MLPClassifier", warm_start=True).fit(X, Y)
    model.fit(X[::-1], Y[::-1])
    assert len(model.loss_curve_) == 4
    # a chunk may lack classes
    model.partial_fit(X[:100], Y[:100])
    # samples to validate on too
    model.fit(X, Y, X_val=X[:60], y_val=Y[:60])
    np.testing.assert_array_equal(model.classes_, [0, 1, 2])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_warm_start_takes_other_classes_where_nothing_was_learned_yet():
    model = of(bl, "MLPClassifier", warm_start=True)
    with pytest.raises(bl.BacklitError):
        model.fit(X, Y, sample_weight=-np.ones(150))
    assert model.fit(X[50:], Y[50:]).classes_.tolist() == [1, 2]


def test_warm_start_takes_several_labels_at_once_only_where_it_learned_them():
    y = np.eye(3, dtype=int)[Y]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = of(bl, "MLPClassifier", warm_start=True).fit(X, y).fit(X, y)
    with pytest.raises(ValueError, match="warm_start can only be used where"):
        model.fit(X, y[:, :2])
