"""Weights that are rolled into one vector, and unrolled by slices where the network is computed."""

import numpy as np
import pytest
from changed import told

from backlit.scripts.seen.record import Record
from backlit.scripts.seen.rolled import parts_of, unrolled

DESCENT = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(20, 3))
y = np.sin(X[:, :2]) + 0.1
theta = rng.normal(size=3 * 4 + 4 + 4 * 2) * 0.5

def cost(theta, X, y):
    W1 = theta[:12].reshape(3, 4)
    b1 = theta[12:16]
    W2 = theta[16:].reshape(4, 2)
    a = np.tanh(X @ W1 + b1)
    out = a @ W2
    J = 0.5 * np.sum((out - y) ** 2) / len(X)
    d2 = (out - y) / len(X)
    dW2 = a.T @ d2
    d1 = (d2 @ W2.T) * (1 - a**2)
    return J, np.concatenate([(X.T @ d1).ravel(), d1.sum(axis=0), dW2.ravel()])

for i in range(12):
    J, grad = cost(theta, X, y)
    theta -= 0.3 * grad
"""
COURSE = """
import numpy as np
from scipy.optimize import minimize
rng = np.random.default_rng(7)
X = rng.normal(size=(24, 3)); y = 1 * (X[:, 0] > 0) + (X[:, 1] > 0.5)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def nnCostFunction(nn_params, X, y):
    Theta1 = nn_params[:20].reshape(5, 4, order='F')
    Theta2 = nn_params[20:].reshape(3, 6, order='F')
    m = len(X)
    a1 = np.c_[np.ones(m), X]
    z2 = a1 @ Theta1.T
    a2 = np.c_[np.ones(m), sigmoid(z2)]
    h = sigmoid(a2 @ Theta2.T)
    Y = np.eye(3)[y]
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    d3 = h - Y
    d2 = (d3 @ Theta2[:, 1:]) * sigmoid(z2) * (1 - sigmoid(z2))
    Theta1_grad = d2.T @ a1 / m
    Theta2_grad = d3.T @ a2 / m
    return J, np.r_[Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')]

start = rng.uniform(-0.3, 0.3, 38)
result = minimize(nnCostFunction, start, args=(X, y), jac=True, method='L-BFGS-B', options={'maxiter': 8})
print(result.fun)
"""


def test_a_descent_of_the_vector_is_that_of_its_parts(tmp_path):
    report = told(tmp_path, DESCENT)
    assert report.status == "right", report
    assert "rolled into theta (24,): W1, b1, W2" in report.understood
    assert report.understood[1] == "L1: a = tanh(X @ W1 + b1)"


@pytest.mark.parametrize(
    ("change", "identifier"),
    [
        ((" * (1 - a**2)", ""), "missing-hidden-derivative"),
        (("theta -= 0.3", "theta += 0.3"), "wrong-sign"),
        (("d1.sum(axis=0)", "0 * d1.sum(axis=0)"), "bias-missing"),
    ],
)
def test_a_mistake_of_a_part_is_named(tmp_path, change, identifier):
    report = told(tmp_path, DESCENT, change)
    assert [finding.identifier for finding in report.findings] == [identifier]


def test_a_minimizer_moves_the_vector_and_the_gradients_are_judged(tmp_path):
    report = told(tmp_path, COURSE)
    assert report.status == "right", report
    expected = (
        "rolled into nn_params (38,): Theta1, Theta2; moved by a minimizer or a search, whose steps are not judged"
    )
    assert expected in report.understood
    wrong = told(tmp_path, COURSE, (" * sigmoid(z2) * (1 - sigmoid(z2))", ""))
    assert [finding.identifier for finding in wrong.findings] == ["missing-hidden-derivative"]


def test_a_search_along_the_gradient_moves_the_vector(tmp_path):
    search = """
J, grad = cost(theta, X, y)
step = 1.0
for i in range(12):
    trial = theta - step * grad
    new = cost(trial, X, y)
    if new[0] < J:
        theta, J, grad = trial, new[0], new[1]
    else:
        step /= 2
"""
    loop = DESCENT[DESCENT.index("for i in range") :]
    assert told(tmp_path, DESCENT, (loop, search)).status == "right"
    report = told(tmp_path, DESCENT, (loop, search), (" * (1 - a**2)", ""))
    assert [finding.identifier for finding in report.findings] == ["missing-hidden-derivative"]


def test_gradients_that_are_rolled_by_rows_beside_weights_by_columns(tmp_path):
    (finding,) = told(tmp_path, COURSE, (".ravel(order='F')", ".ravel()")).findings
    assert finding.identifier == "rolled-otherwise"
    assert finding.line == 24
    assert "row by row" in finding.happened
    assert "order='F'" in finding.instead


def test_gradients_that_are_rolled_in_another_order(tmp_path):
    whole = "[(X.T @ d1).ravel(), d1.sum(axis=0), dW2.ravel()]"
    named = "    dW1 = X.T @ d1\n    db1 = d1.sum(axis=0)\n    return J"
    report = told(tmp_path, DESCENT, (whole, "[dW2.ravel(), db1, dW1.ravel()]"), ("    return J", named))
    (finding,) = report.findings
    assert finding.identifier == "rolled-otherwise"
    assert finding.instead == "the gradients of W1, b1, W2, in this order, as they stand in theta"
    assert all(verdict.ok for verdict in report.verdicts)


def record(number, name, value, kind="value"):
    return Record(number, number, "", name, kind, np.asarray(value))


def history():
    """Return two values of a vector of 10, with its parts after each."""
    first, second = np.linspace(0.1, 1.0, 10), np.linspace(0.3, 0.9, 10) ** 2
    for number, vector in ((1, first), (10, second)):
        yield record(number, "theta", vector)
        yield record(number + 1, "W", vector[:6].reshape(2, 3, order="F"))
        yield record(number + 2, "b", vector[6:])


def test_parts_must_make_up_all_of_the_vector():
    records = list(history())
    parts = parts_of(records, {("", "theta")})
    assert {(part.key[1], part.start, part.order) for part in parts} == {("W", 0, "F"), ("b", 6, "C")}
    assert parts_of([r for r in records if r.name != "b"], {("", "theta")}) == []
    assert parts_of(records, set()) == []
    assert parts_of(records[:3], {("", "theta")}) == []


def test_a_step_of_the_vector_is_one_of_each_part():
    records = list(history())
    parts = parts_of(records, {("", "theta")})
    step = record(20, "theta", np.arange(10.0), "increment-")
    made = {r.name: r for r in unrolled([step], parts)}
    assert np.array_equal(made["W"].value, np.arange(6.0).reshape(3, 2).T)
    assert np.array_equal(made["b"].value, np.arange(6.0, 10.0))
    assert made["W"].kind == "increment-"
