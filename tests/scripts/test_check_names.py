"""`check_names`: the network among named arrays, in any layout; its gradients judged; never a guess."""

import numpy as np
import pytest

import backlit as bl

N, N_IN, N_HIDDEN, N_OUT = 5, 3, 4, 2
SLOPES = {"tanh": lambda a: 1 - a**2, "sigmoid": lambda a: a * (1 - a)}
VALUES = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}


def names_of(seed, *, hidden="tanh", columns=False, slope=True, scale=1.0):
    """A table of names as a notebook has it: one hidden layer, mean squared error, samples as rows or as columns."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(N, N_IN)), rng.normal(size=(N, N_OUT))
    W1, W2 = rng.normal(size=(N_IN, N_HIDDEN)), rng.normal(size=(N_HIDDEN, N_OUT))
    b1, b2 = rng.normal(size=N_HIDDEN), rng.normal(size=N_OUT)
    a1 = VALUES[hidden](X @ W1 + b1)
    out = a1 @ W2 + b2
    loss = np.mean((out - y) ** 2)
    d_out = scale * 2 * (out - y) / y.size
    d_hidden = d_out @ W2.T * (SLOPES[hidden](a1) if slope else 1)
    arrays = {"X": X, "y": y, "W1": W1, "W2": W2, "a1": a1, "out": out, "d_out": d_out, "d_hidden": d_hidden}
    arrays |= {"dW1": X.T @ d_hidden, "dW2": a1.T @ d_out}
    if columns:
        arrays = {name: array.T.copy() for name, array in arrays.items()}
        b1, b2 = b1[:, None], b2[:, None]
    shape = (-1, 1) if columns else (-1,)
    biases = {"b1": b1, "b2": b2, "db1": d_hidden.sum(axis=0).reshape(shape), "db2": d_out.sum(axis=0).reshape(shape)}
    return {**arrays, **biases, "loss": loss, "lr": 0.1, "np": np}


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid"])
@pytest.mark.parametrize("seed", range(4))
def test_a_right_pass_is_right_in_rows_and_in_columns_and_without_its_slope_it_is_not(seed, hidden, columns):
    right = bl.check_names(names_of(seed, hidden=hidden, columns=columns))
    assert right.status == "right", right
    assert f"samples as {'columns' if columns else 'rows'}" in right.understood[0]
    assert f"a1 = {hidden}(" in right.understood[1]
    assert right.understood[3].startswith("loss: mean squared error")
    wrong = bl.check_names(names_of(seed, hidden=hidden, columns=columns, slope=False))
    assert wrong.status == "wrong"
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"]
    assert "a1" in wrong.findings[0].instead
    assert [v.quantity for v in wrong.verdicts if not v.ok] == ["dW1", "db1"]


def test_a_common_factor_is_harmless_and_said():
    report = bl.check_names(names_of(0, scale=N * N_OUT / 2))
    assert report.ok
    assert any("5 times those of the loss" in remark for remark in report.remarks)


def test_the_weights_of_after_the_update_are_taken_back():
    names = names_of(1)
    for name in ("W1", "W2", "b1", "b2"):
        names[name] = names[name] - names["lr"] * names[f"d{name}"]
    assert bl.check_names(names).status == "right"
    wrong = names_of(1, slope=False)
    for name in ("W1", "W2", "b1", "b2"):
        wrong[name] = wrong[name] - wrong["lr"] * wrong[f"d{name}"]
    assert bl.check_names(wrong).findings[0].identifier == "missing-hidden-derivative"


def test_what_does_not_connect_is_said_and_not_guessed():
    rng = np.random.default_rng(0)
    report = bl.check_names({"first": rng.normal(size=(5, 3)), "second": rng.normal(size=(4, 2))})
    assert report.status == "not-understood"
    assert "could not connect" in report.asks
    assert "first (5, 3)" in report.asks
    assert "--weights" in report.asks
    assert bl.check_names({}).status == "not-understood"
    with pytest.raises(AssertionError, match="could not connect"):
        report.raise_if_wrong()


def test_objects_text_nan_and_ragged_lists_do_no_harm():
    names = names_of(2)
    names |= {
        "label": "x",
        "ragged": [[1.0], [2.0, 3.0]],
        "nothing": None,
        "table": {"k": [1, 2]},
        "nan": np.full(3, np.nan),
    }
    names |= {"things": np.array([object(), None]), "names": names}
    assert bl.check_names(names).status == "right"
    names["dW1"] = np.full((N_IN, N_HIDDEN), np.nan)
    assert bl.check_names(names).status == "wrong"


def test_options_name_what_is_meant_and_are_checked():
    names = names_of(3)
    told = bl.check_names(names, weights=["W1", "W2"], gradients="dW1,dW2,db1,db2", target="y", input="X")
    assert told.status == "right"
    with pytest.raises(bl.BacklitError, match="unknown loss"):
        bl.check_names(names, loss="squarederror")
    with pytest.raises(bl.BacklitError, match="unknown name told as weights 'W3'; known: "):
        bl.check_names(names, weights=["W1", "W3"])
    with pytest.raises(bl.BacklitError, match="table of names"):
        bl.check_names([1, 2])


def test_a_report_has_its_forms():
    report = bl.check_names(names_of(0, slope=False))
    assert '"status": "wrong"' in report.to_json()
    assert "missing-hidden-derivative" in report._repr_html_()
    assert str(report) == report.to_text()
