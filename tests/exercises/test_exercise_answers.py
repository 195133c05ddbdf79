"""What learners hand in: a right answer in any form is right, and what went wrong is said in words."""

import re
from dataclasses import replace

import pytest

from backlit.check.mistakes import MISTAKES
from backlit.exercises import Limits, all_exercises
from backlit.exercises.submission import check_trusted

EXERCISES = {exercise.name: exercise for exercise in all_exercises()}
LESSON = EXERCISES["lesson"]

FORMS = {
    "float32": "np.float32({0})",
    "lists": "np.asarray({0}).tolist()",
    "Fortran order": "np.asfortranarray(np.asarray({0}, float).copy())",
    "an axis more": "np.asarray({0})[..., None]",
    "an axis less": "np.squeeze(np.asarray({0}))",
    "objects": "np.asarray({0}).astype(object)",
    "complex": "np.asarray({0}) + 0j",
    "masked": "np.ma.asarray({0})",
}


@pytest.mark.parametrize(
    "name", [name for name, e in EXERCISES.items() if any(v.name.isidentifier() for v in e.values)]
)
def test_a_right_answer_in_an_equal_form_is_right(name):
    exercise = EXERCISES[name]
    names = [value.name for value in exercise.values if value.name == value.expression]
    sources = [
        exercise.solution + "\nimport numpy as np\n" + "".join(f"{n} = {form.format(n)}\n" for n in names)
        for form in FORMS.values()
    ]
    reports = check_trusted([source.encode() for source in sources], exercise, Limits())
    for form, report in zip(FORMS, reports, strict=True):
        assert report.ok, f"{form}\n{report.to_text()}"
        assert not report.findings


SOFTMAX_BY_LOOP = """
import numpy
X = numpy.array([[0.5, -1.2], [1.0, 0.3], [-0.7, 0.8], [0.2, 1.5]])
labels = [2, 0, 1, 1]
W = numpy.array([[0.4, -0.3, 0.1], [0.2, 0.5, -0.6]])
def softmax(z):
    rows = []
    for row in z:
        shifted = row - max(row)
        rows.append(numpy.exp(shifted - numpy.log(numpy.exp(shifted).sum())))
    return rows
def cross_entropy(p, y):
    return sum(-numpy.log(q[list(t).index(1)]) for q, t in zip(p, y)) / len(p)
p = numpy.array(softmax(X @ W))
error_terms = -p
for i, label in enumerate(labels):
    error_terms[i, label] += 1
step = sum(0.2 * numpy.outer(x, d) / 4 for x, d in zip(X, error_terms))
"""
DEPTH_BY_INDEX = """
import numpy as np
def forward(X, weights):
    found = (np.array(X),)
    for l in range(len(weights)):
        found += (1 / (1 + np.exp(-np.dot(found[l], weights[l]))),)
    return found
def backward(activations, weights, y):
    n = len(weights)
    terms = [None] * n
    for l in reversed(range(n)):
        a = activations[l + 1]
        back = y - a if l == n - 1 else np.einsum("nk,jk->nj", terms[l + 1], weights[l + 1])
        terms[l] = np.float32(back * (a - a**2))
    return terms
def steps(activations, error_terms, learnrate):
    layers = zip(activations, error_terms)
    return [np.mean([learnrate * np.outer(x, d) for x, d in zip(a, t)], axis=0) for a, t in layers]
"""
CHECKER_BY_VECTORS = """
import numpy as np
def numeric_gradient(loss, W, h=1e-5):
    found = []
    for unit in np.eye(W.size):
        step = h * unit.reshape(W.shape)
        found.append((loss(W + step) - loss(W - step)) / h / 2)
    return np.array(found).reshape(W.shape)
def relative_errors(a, b):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(abs(a - b) / np.maximum(abs(a), abs(b)))
def is_right(loss, gradient, W):
    return bool(np.all(relative_errors(numeric_gradient(loss, W, 1e-4), gradient) <= 1e-5))
"""
OPTIMIZERS_OTHERWISE = """
import numpy as np
class Momentum:
    def __init__(self, rate, mu):
        self.rate, self.mu, self.v = rate, mu, None
    def step(self, weights, gradient):
        self.v = gradient if self.v is None else self.mu * self.v + gradient
        weights -= self.rate * self.v
        return weights
class Adam:
    def __init__(self, rate, b1=0.9, b2=0.999, eps=1e-8):
        self.rate, self.b1, self.b2, self.eps, self.gs = rate, b1, b2, eps, []
    def step(self, weights, gradient):
        self.gs.append(gradient)
        n = len(self.gs)
        m = sum((1 - self.b1) * self.b1 ** (n - 1 - i) * g for i, g in enumerate(self.gs))
        v = sum((1 - self.b2) * self.b2 ** (n - 1 - i) * g * g for i, g in enumerate(self.gs))
        rate = self.rate * np.sqrt(1 - self.b2**n) / (1 - self.b1**n)
        return (weights - rate * m / (np.sqrt(v) + self.eps)).tolist()
"""
LOOP_BY_INDEX = """
import numpy as np
def f(z):
    return 0.5 * (1 + np.tanh(z / 2))
def train(X, y, W1, W2, learnrate, epochs):
    history = np.zeros(epochs)
    w2 = W2.reshape(-1, 1)
    for e in range(epochs):
        for i in range(len(X)):
            x = X[i : i + 1]
            a = f(x @ W1)
            out = f(a @ w2)
            d2 = (y[i] - out) * out * (1 - out)
            d1 = d2 @ w2.T * a * (1 - a)
            w2 = w2 + learnrate * a.T @ d2
            W1 = W1 + learnrate * x.T @ d1
            history[e] += 0.5 * float((y[i] - out)[0, 0]) ** 2 / len(X)
    return W1, w2, history
"""
OTHERWISE = {
    "softmax": SOFTMAX_BY_LOOP,
    "any-depth": DEPTH_BY_INDEX,
    "gradient-checker": CHECKER_BY_VECTORS,
    "momentum-adam": OPTIMIZERS_OTHERWISE,
    "training-loop": LOOP_BY_INDEX,
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_right_answer_written_otherwise_is_right(name):
    (report,) = check_trusted([OTHERWISE[name].encode()], EXERCISES[name], Limits())
    assert report.ok, report.to_text()


def lesson_with(old, new):
    """The lesson's solution with one part of it another."""
    assert LESSON.solution.count(old) == 1, old
    return LESSON.solution.replace(old, new)


ERROR, TERM = "error = target - output", "output_error_term = error * output * (1 - output)"
STEP = "delta_w_h_o = learnrate * output_error_term * hidden_layer_output"
COLUMN = "x[:, None]"
# name: (source, words of the report)
TRAPS = {
    "column needed": (
        lesson_with(COLUMN, "x"),
        [
            "(2,)",
            "(3,)",
            "Line 32, `delta_w_i_h = learnrate * hidden_error_term * x`",
            "(3, 2) matrix",
            "column-needed",
        ],
    ),
    "transposed vector": (lesson_with(COLUMN, "x.T"), ["column-needed", "`x.T` has shape (3,)"]),
    "None used": (lesson_with(ERROR, "error = None"), ["Line 26", "`error` is still None", "error: is still None"]),
    "None returned": (lesson_with("    return 1 /", "    1 /"), ["is still None", "return one from the function"]),
    "nan": (lesson_with(ERROR, "error = np.log(-1.0)"), ["not finite", "Line 24: a value that is no number, nan"]),
    "overflow": (lesson_with(ERROR, "error = np.exp(np.float64(1000))"), ["not finite", "grew too large"]),
    "syntax": (lesson_with(ERROR, "error = (target - output"), ["Line 24", "not Python: '(' was never closed"]),
    "indentation": (lesson_with(ERROR, "  " + ERROR), ["Line 24", "not Python: unexpected indent"]),
    "name": (lesson_with(TERM, TERM.replace(" error", " eror")), ["there is no 'eror'; did you mean 'error'?"]),
    "no import": (lesson_with("import numpy as np", ""), ["`import numpy as np` is missing"]),
    "other name": (LESSON.solution.replace("delta_w_h_o", "delta_who"), ["is missing; there is 'delta_who'"]),
    "not aligned": (
        lesson_with("hidden_error_term * x[:, None]", "x @ hidden_error_term"),
        ["(3,)", "(2,)", "matrix product"],
    ),
    "added": (lesson_with("* x[:, None]", "+ x"), ["do not fit element by element"]),
    "text": (lesson_with(ERROR, "error = '0.1'"), ["`error` is a str", "error: is a str, expected a number"]),
    "function": (lesson_with(STEP, "delta_w_h_o = lambda: 1"), ["is a function", "was it called, with ()?"]),
    "ragged": (
        lesson_with(STEP, "delta_w_h_o = [[1], [2, 3]]"),
        ["parts of different shapes, expected numbers of shape (2,)"],
    ),
    "a None in it": (lesson_with(STEP, "delta_w_h_o = [None, 1.0]"), ["delta_w_h_o: still holds a None"]),
    "shape": (lesson_with(STEP, "delta_w_h_o = np.ones((4, 2))"), ["has shape (4, 2), expected (2,)"]),
    "called a number": (lesson_with(TERM, TERM.replace(" * (", " (")), ["is a * missing before the parenthesis?"]),
    "rounded": (
        lesson_with(STEP, STEP.replace("= ", "= np.round(") + ", 4)"),
        ["rounded to 4 decimals", "  rounded\n"],
    ),
    "ended": (
        lesson_with(TERM, "import sys; sys.exit()\n" + TERM),
        ["Line 26, `import sys; sys.exit()`", "not reached"],
    ),
    "network": ("import socket\nsocket.create_connection(('127.0.0.1', 1), 1)\n", ["Line 2", "no network"]),
    "programs": ("import subprocess\nsubprocess.run(['true'])\n", ["Line 2", "no programs"]),
    "files": ("open('/usr/x', 'w')\n", ["Line 1", "no files but its own"]),
    "zero": (lesson_with(ERROR, "error = 1 / 0"), ["Line 24, `error = 1 / 0`: a division by zero"]),
    "index": (lesson_with(ERROR, "error = x[7]"), ["Python counts from 0"]),
    "other module": ("import nothing_of_this_name\n", ["only NumPy is sure to be there"]),
    "arguments": (lesson_with("def sigmoid(z):", "def sigmoid():"), ["Line 20", "takes 0 positional arguments"]),
    "unexplained": (lesson_with(TERM, TERM + " * 1.1"), ["the first that is wrong is output_error_term"]),
    "nothing": ("", ["error: is missing"]),
}


@pytest.fixture(scope="module")
def trapped():
    """The report on each."""
    sources = [source.encode() for source, _ in TRAPS.values()]
    return dict(zip(TRAPS, check_trusted(sources, LESSON, Limits()), strict=True))


@pytest.mark.parametrize("name", TRAPS)
def test_what_goes_wrong_is_said_in_words(name, trapped):
    report = trapped[name]
    text = report.to_text()
    in_one_line = re.sub(r"\s+", " ", text)
    assert not report.ok
    for words in TRAPS[name][1]:
        assert re.sub(r"\s+", " ", words) in in_one_line, text
    assert "Traceback" not in text
    assert "Error:" not in text


@pytest.mark.parametrize("name", ["nan", "overflow", "ragged", "text", "function", "ended"])
def test_what_is_no_number_names_no_mistake(name, trapped):
    assert not trapped[name].findings


def test_a_mistake_made_in_one_of_its_places_is_named():
    source = EXERCISES["biases"].solution.replace("bias_step_1 = learnrate * ", "bias_step_1 = ")
    (report,) = check_trusted([source.encode()], EXERCISES["biases"], Limits())
    assert [finding.identifier for finding in report.findings] == ["missing-learning-rate"]
    assert [verdict.ok for verdict in report.verdicts] == [True] * 5 + [False]


def test_two_mistakes_are_both_named():
    source = EXERCISES["softmax"].solution.replace("-np.mean(np.sum", "np.mean(np.sum")
    source = source.replace("error_terms / len(X)", "error_terms")
    (report,) = check_trusted([source.encode()], EXERCISES["softmax"], Limits())
    assert {finding.identifier for finding in report.findings} == {"loss-sign", "sum-instead-of-mean"}


NAMED_OTHERWISE = {
    "training-loop": [("accumulated", [])],
    "batch": [("broadcast-outer", ["unknown"])],
    "softmax": [
        ("averaged-over-outputs", []),
        ("loss-sign", []),
        ("loss-summed", []),
        ("shares-of-all-rows", ["unknown"]),
        ("shares-of-columns", ["unknown"]),
    ],
    "biases": [("bias-after-activation", ["unknown"]), ("forward-without-biases", ["unknown"])],
    "any-depth": [
        ("derivative-of-input", []),
        ("missing-learning-rate", []),
        ("output-not-activated", []),
        ("sum-instead-of-mean", []),
        ("swapped-outer-product", []),
        ("transposed-weights", []),
        ("wrong-layer-weights", []),
    ],
    # of the factor's places in the penalty the equations say more
    "weight-decay": [
        ("factor-two", ["penalty-halved"]),
        ("factor-two", ["penalty-doubled"]),
        ("missing-learning-rate", []),
        ("wrong-sign", []),
    ],
}
"""Foreseen mistakes that the equations alone name otherwise, or not at all."""


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if exercise.network is not None])
def test_the_equations_agree_with_what_was_foreseen(name):
    """Without its foreseen mistakes an exercise names the same mistakes by the equations, but for those of a table."""
    known = [mistake for mistake in EXERCISES[name].mistakes if mistake.identifier in MISTAKES]
    exercise = replace(EXERCISES[name], mistakes=())
    reports = check_trusted([mistake.source for mistake in known], exercise, Limits())
    otherwise = []
    for mistake, report in zip(known, reports, strict=True):
        named = sorted({n for finding in report.findings[:1] for n in (finding.identifier, *finding.alternatives)})
        if mistake.identifier not in named:
            otherwise.append((mistake.identifier, named))
    assert otherwise == NAMED_OTHERWISE.get(name, [])


def test_the_column_is_the_one_that_gives_the_rows_wanted():
    source = EXERCISES["training-loop"].solution.replace("x[:, None]", "x")
    (report,) = check_trusted([source.encode()], EXERCISES["training-loop"], Limits())
    words = " ".join(report.to_text().split())
    assert "With `(learnrate * x)[:, None]` the first is a column, (2, 1)" in words
    assert "so that (2, 1) against (3,) gives (2, 3)" in words


def test_what_one_line_raised_is_told_once():
    source = EXERCISES["training-loop"].solution.replace("output = sigmoid(hidden @ W2)", "output = None")
    (report,) = check_trusted([source.encode()], EXERCISES["training-loop"], Limits())
    assert report.to_text().count("`output` is still None") == 1
    assert report.to_text().count("stopped at line 31, as told above") == 5
    assert all("`output` is still None" in verdict.remark for verdict in report.verdicts)


def test_a_function_with_other_parameters_is_told_whose_are_wanted():
    (report,) = check_trusted([b"def train(X, y):\n    return X\n"], EXERCISES["training-loop"], Limits())
    assert "train() takes 2 positional arguments but 6 were given; the exercise calls it with" in report.to_text()


def test_training_in_float32_is_right():
    source = EXERCISES["training-loop"].solution.replace("W1.copy(), W2.copy()", "np.float32(W1), np.float32(W2)")
    source = source.replace("in zip(X, y)", "in zip(np.float32(X), np.float32(y))")
    source = source.replace("learnrate *", "np.float32(learnrate) *")
    (report,) = check_trusted([source.encode()], EXERCISES["training-loop"], Limits())
    assert report.ok, report.to_text()
