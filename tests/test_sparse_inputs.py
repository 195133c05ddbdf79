"""Sparse matrices whose parts do not fit are refused before SciPy's own code, which reads anywhere, sees them."""

import subprocess
import sys

import numpy as np
import pytest
from command_line import assert_one_sentence
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import backlit as bl
from backlit.engine.predict import predicted
from backlit.engine.trainer import Trainer
from backlit.equations.optimizers import find_optimizer
from backlit.network.sweeps import outputs
from backlit.runners.rule import StepRule
from backlit.runners.table import RUNNERS, start_runner
from backlit.sparse_inputs import csr_checked

X = sparse.csr_matrix(np.random.default_rng(0).normal(size=(40, 6)) * (np.arange(240).reshape(40, 6) % 3 == 0))
Y = np.arange(40) % 2
NET = bl.Network.random([6, 5, 2], activation="tanh", output="softmax", seed=0)
FAR = 10**7


def broken(form, part, change):
    """X in a form, with one of its parts changed."""
    made = X.asformat(form).copy()
    array = getattr(made, part)
    made.__dict__[part if part in made.__dict__ else f"_{part}"] = change(array.copy())
    return made


def put(place, value):
    def change(array):
        array[place] = value
        return array

    return change


BROKEN = {
    "a column beyond the last": broken("csr", "indices", put(3, 6)),
    "a column far beyond": broken("csr", "indices", put(3, FAR)),
    "a column below the first": broken("csr", "indices", put(3, -1)),
    "a column that 32 bits do not hold": broken("csr", "indices", lambda a: put(3, 2**32 + 1)(a.astype(np.int64))),
    "rows that end before they begin": broken("csr", "indptr", put(5, 70)),
    "rows beyond the entries": broken("csr", "indptr", put(-1, FAR)),
    "rows that begin late": broken("csr", "indptr", put(0, 1)),
    "rows below the entries": broken("csr", "indptr", put(2, -5)),
    "a row too few": broken("csr", "indptr", lambda a: a[:-1]),
    "values too few": broken("csr", "data", lambda a: a[:-9]),
    "columns too few": broken("csr", "indices", lambda a: a[:-9]),
    "columns that are no numbers": broken("csr", "indices", lambda a: a.astype(float)),
    "columns in two axes": broken("csr", "indices", lambda a: a[:, None]),
    "a row beyond the last, by columns": broken("csc", "indices", put(3, FAR)),
    "columns beyond the entries": broken("csc", "indptr", put(-1, FAR)),
    "a block beyond the last": broken("bsr", "indices", put(1, FAR)),
}


def coo(part, number):
    made = X.copy().tocoo()
    getattr(made, part)[3] = number
    return made


BROKEN |= {
    "a coordinate's column": coo("col", FAR),
    "a coordinate's row": coo("row", FAR),
    "a coordinate below 0": coo("row", -1),
}


def runner_of(name):
    return start_runner(NET, StepRule(find_optimizer("sgd"), l2=0.0), runner=name)


MODEL = bl.MLPClassifier((5,), max_iter=2, random_state=0, n_iter_no_change=9)
REGRESSOR = bl.MLPRegressor(hidden_layer_sizes=(5,), max_iter=2, random_state=0, n_iter_no_change=9)


@pytest.fixture(scope="module", autouse=True)
def _fitted():
    for model in (MODEL, REGRESSOR):
        model.partial_fit(X, Y, **({"classes": [0, 1]} if model is MODEL else {}))


def new():
    return bl.MLPClassifier((5,), max_iter=2, random_state=0)


CALLS = {
    "fit": lambda bad: new().fit(bad, Y),
    "fit by L-BFGS": lambda bad: new().set_params(solver="lbfgs").fit(bad, Y),
    "fit, held out": lambda bad: new().set_params(early_stopping=True).fit(bad, Y),
    "partial_fit": lambda bad: new().partial_fit(bad, Y, classes=[0, 1]),
    "validation": lambda bad: new().fit(X, Y, X_val=bad, y_val=Y),
    "predict": MODEL.predict,
    "predict_proba": MODEL.predict_proba,
    "predict a number": REGRESSOR.predict,
    "score": lambda bad: MODEL.score(bad, Y),
    "hidden_activations": MODEL.hidden_activations,
    "trace": lambda bad: MODEL.trace(bad, Y),
    "gradients": lambda bad: MODEL.gradients(bad, Y),
    "outputs": lambda bad: outputs(NET, bad),
    "the engine's prediction": lambda bad: predicted(NET, bad),
    "the engine's epoch": lambda bad: Trainer(NET).epoch(bad, Y, np.arange(40), 8, 0.1),
    "the engine's measure": lambda bad: Trainer(NET).measure(bad, Y),
    "the engine's gradients": lambda bad: Trainer(NET).loss_and_gradients(bad, Y),
}
for _name in RUNNERS:
    CALLS[f"runner {_name}: epoch"] = lambda bad, name=_name: runner_of(name).epoch(
        bad, np.eye(2)[Y], np.arange(40), 8, 0.1
    )
    CALLS[f"runner {_name}: measure"] = lambda bad, name=_name: runner_of(name).measure(bad, np.eye(2)[Y])


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("bad", BROKEN.values(), ids=BROKEN)
def test_a_broken_matrix_is_refused_by_everyone(call, bad):
    with pytest.raises(bl.BacklitError, match=r"X(_val)? must be a well-formed") as caught:
        call(bad)
    assert_one_sentence(str(caught.value))


def test_the_matrix_stays_as_it_was_given():
    bad = broken("csr", "indices", put(3, FAR))
    before = bad.indices.copy(), bad.indptr.copy()
    with pytest.raises(bl.BacklitError):
        new().fit(bad, Y)
    assert (bad.indices == before[0]).all()
    assert (bad.indptr == before[1]).all()


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "lil", "dok", "dia"])
@pytest.mark.parametrize("kind", ["matrix", "array"])
def test_every_form_of_a_good_matrix_is_taken(form, kind):
    made = (X if kind == "matrix" else sparse.csr_array(X)).asformat(form)
    np.testing.assert_array_equal(csr_checked(made).toarray(), X.toarray())
    np.testing.assert_allclose(MODEL.predict_proba(made), MODEL.predict_proba(X.toarray()), rtol=1e-12)


def test_room_behind_the_last_row_and_unsorted_rows_are_taken():
    made = sparse.csr_matrix((np.r_[X.data, 9.0], np.r_[X.indices, FAR].astype(np.int32), X.indptr), X.shape, copy=True)
    for row in range(40):
        part = slice(made.indptr[row], made.indptr[row + 1])
        made.indices[part], made.data[part] = made.indices[part][::-1].copy(), made.data[part][::-1].copy()
    made.has_sorted_indices = False
    np.testing.assert_allclose(outputs(NET, made), outputs(NET, X.toarray()), rtol=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["csr", "csc", "bsr", "coo"]), st.integers(0, 79), st.integers(-(2**31), 2**31 - 1), st.data())
def test_one_changed_index_is_refused_or_leads_nowhere_else(form, place, value, data):
    made = X.asformat(form).copy()
    parts = ("row", "col") if form == "coo" else ("indices", "indptr")
    array = getattr(made, data.draw(st.sampled_from(parts)))
    array[place % len(array)] = value
    try:
        csr = csr_checked(made)
    except bl.BacklitError:
        return
    assert csr.toarray().shape == X.shape
    assert 0 <= csr.indices.min() <= csr.indices.max() < 6


SEGFAULTED = """
import numpy as np, scipy.sparse as sp, backlit as bl
X = np.random.default_rng(0).normal(size=(400, 20))
S = sp.csr_matrix(np.where(X > 0.5, X, 0))
model = bl.MLPClassifier((5,), max_iter=2, random_state=0, tol=0).partial_fit(S, X[:, 0] > 0, classes=[False, True])
S.indices[3] = 10**9
try:
    model.predict_proba(S)
except ValueError as error:
    print(error)
"""


def test_what_ended_the_process_is_a_sentence():
    done = subprocess.run([sys.executable, "-c", SEGFAULTED], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "X must be a well-formed CSR matrix, got column 1000000000 outside of 0 to 19\n"
