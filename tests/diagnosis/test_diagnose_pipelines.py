"""A fitted Pipeline is diagnosed by its last step, on samples as its other steps prepare them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

import backlit as bl

# of the fits, which are short
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
N = 160
FRAME = pd.DataFrame(
    {
        "age": RNG.integers(18, 80, N).astype(float),
        "income": RNG.lognormal(10, 1, N),
        "city": RNG.choice(["Bern", "Genf", "Chur"], N),
    }
)
FRAME.loc[3, "age"] = np.nan
WHO = pd.Series(np.where(np.log(FRAME.income) + (FRAME.city == "Bern") > 10.4, "rich", "poor"))


def prepared(scaler=None):
    numbers = SimpleImputer() if scaler is None else make_pipeline(SimpleImputer(), scaler)
    return make_column_transformer((numbers, ["age", "income"]), (OneHotEncoder(), ["city"]))


def network(**options):
    return MLPClassifier((12,), **{"max_iter": 60, "batch_size": 16, "learning_rate_init": 0.01, **options})


@pytest.fixture(scope="module")
def unscaled():
    return make_pipeline(prepared(), network()).fit(FRAME, WHO)


def test_a_pipeline_that_learns_is_accused_of_nothing():
    model = make_pipeline(prepared(StandardScaler()), network()).fit(FRAME, WHO)
    found = bl.diagnose(model, FRAME, WHO, X_val=FRAME[:30].assign(age=33.0), y_val=WHO[:30])
    assert not found.causes
    assert found.score > 0.85
    assert found.held_out_score > 0.8
    assert "the Pipeline's last step, MLPClassifier, on X as ColumnTransformer gives it, 5 columns." in found.summary


def test_it_says_what_its_last_step_says_of_the_prepared_samples(unscaled):
    found = bl.diagnose(unscaled, FRAME, WHO, quick=True)
    alone = bl.diagnose(unscaled[-1], unscaled[:-1].transform(FRAME), WHO, quick=True)
    assert [one.identifier for one in found.findings] == [one.identifier for one in alone.findings]
    addresses = {one.identifier: one.address for one in found.findings}
    assert addresses["input-scale"] == "X[2] 'simpleimputer__income'"
    assert {one.identifier: one.address for one in alone.findings}["input-scale"] == "X[2]"


def test_a_pipeline_within_a_pipeline_and_steps_that_do_nothing():
    inner = make_pipeline(MinMaxScaler(), "passthrough", network())
    model = make_pipeline(prepared(), inner).fit(FRAME, WHO)
    found = bl.diagnose(model, FRAME, WHO, quick=True)
    assert "on X as ColumnTransformer, MinMaxScaler gives it, 5 columns" in found.summary
    alone = make_pipeline(network()).fit(FRAME[["income"]], WHO)
    assert "Diagnosed is the Pipeline's only step, MLPClassifier." in (
        bl.diagnose(alone, FRAME[["income"]], WHO, quick=True).summary
    )


def test_columns_of_a_frame_are_named_without_a_pipeline_too():
    found = bl.diagnose(network(), FRAME[["income"]], WHO, quick=True)
    assert "X[1] 'income'" in [one.address for one in found.findings]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (make_pipeline(prepared(), network()), r"step 'columntransformer' .* is not fitted.*call pipeline.fit\(X, y\)"),
        (make_pipeline(LogisticRegression()), "an MLPClassifier or MLPRegressor, got LogisticRegression"),
        (make_pipeline(prepared(), None), "of a Pipeline the last step is diagnosed.*got ColumnTransformer"),
        (make_pipeline(GridSearchCV(network(), {"alpha": [1]})), "got GridSearchCV: fit it, and give a Pipeline"),
        (make_pipeline(TransformedTargetRegressor(MLPRegressor())), "ends in its regressor_, and y as its transformer"),
        (GridSearchCV(network(), {"alpha": [1]}), "of a GridSearchCV, once fitted, give best_estimator_"),
        (network(), "'city' are none: give the fitted Pipeline that prepares them"),
    ],
)
def test_what_to_pass_instead_is_said(model, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.diagnose(model, FRAME, WHO)


def test_samples_of_another_kind_and_settings_are_refused_in_a_sentence(unscaled):
    with pytest.raises(bl.BacklitError, match=r"'columntransformer' .* does not take X: columns are missing"):
        bl.diagnose(unscaled, FRAME[["age", "city"]], WHO)
    with pytest.raises(bl.BacklitError, match="an estimator has settings of its own, got epochs too"):
        bl.diagnose(unscaled, FRAME, WHO, epochs=3)
    with pytest.raises(bl.BacklitError, match="diagnose needs the samples"):
        bl.diagnose(unscaled)
