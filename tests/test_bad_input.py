"""Bad input: one sentence that says what was expected and what came, never an error from inside NumPy."""

import re

import numpy as np
import pytest

import backlit as bl

NAN, INF = float("nan"), float("inf")
X, Y = np.ones((5, 3)), np.full((5, 2), 0.5)
MASKED = np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0])


def random(sizes=(3, 4, 2), **options):
    return bl.Network.random(sizes, **{"seed": 0, **options})


def given(weights, biases=None, **options):
    return bl.Network.from_weights(weights, biases, **options)


NET = random()
SOFTMAX = random([3, 4, 3], output="softmax")
POISSON = random(output="exp")
LINEAR = given([[[1e200]], [[1e200]]], activation="identity", output="identity")

# What is done, and words that the error holds: what was expected, then what came.
NETWORKS = {
    "sizes are nothing": (lambda: random(None), "sizes", "None"),
    "sizes are one number": (lambda: random(3), "list of whole numbers", "3"),
    "sizes are an array without an axis": (lambda: random(np.array(3)), "list of whole numbers", "array(3)"),
    "sizes are text": (lambda: random("3-4-2"), "list of whole numbers", "'3-4-2'"),
    "sizes are a dict": (lambda: random({3: 4}), "list of whole numbers", "{3: 4}"),
    "sizes name one layer": (lambda: random([3]), "at least an input and an output layer", "[3]"),
    "no sizes": (lambda: random([]), "at least an input and an output layer", "[]"),
    "no units": (lambda: random([3, 0, 2]), "size of layer 1", "0"),
    "fewer than no inputs": (lambda: random([-3, 4]), "size of the input", "-3"),
    "a size that is no whole number": (lambda: random([3, 4.5]), "whole number", "4.5"),
    "a size that is text": (lambda: random([3, "4"]), "whole number", "'4'"),
    "a size that is a boolean": (lambda: random([3, True]), "whole number", "True"),
    "a size that is not a number": (lambda: random([3, NAN]), "whole number", "nan"),
    "sizes beyond any memory": (lambda: random([10**12, 10**12]), "at most 1,000,000,000,000", "1000000000000"),
    "an unknown activation": (lambda: random(activation="sigmiod"), "did you mean 'sigmoid'", "'sigmiod'"),
    "an unknown output": (lambda: random(output="softmx"), "did you mean 'softmax'", "'softmx'"),
    "no activation": (lambda: random(activation=None), "known: identity", "None"),
    "an activation that is a function": (lambda: random(activation=np.tanh), "known: identity", "ufunc 'tanh'"),
    "an activation of bytes": (lambda: random(activation=b"relu"), "known: identity", "b'relu'"),
    "a list as an output": (lambda: random(output=["relu"]), "known: identity", "['relu']"),
    "too many activations": (lambda: random(activation=["relu"] * 3), "each of 1 layers", "3"),
    "no activations": (lambda: random(activation=[]), "each of 1 layers", "0"),
    "a parameter that is text": (lambda: random(activation="elu(x)"), "finite number", "'x'"),
    "a parameter that is infinite": (lambda: random(activation="elu(inf)"), "finite number", "'inf'"),
    "a parameter out of range": (lambda: random(activation="leaky_relu(2)"), "below 1", "2"),
    "a parameter where none is": (lambda: random(activation="tanh(2)"), "takes no parameter", "'tanh(2)'"),
    "softmax in a hidden layer": (lambda: random(activation="softmax"), "at the output", "layer 1 of 2"),
    "softmax on one unit": (lambda: random([3, 1], output="softmax"), "2 units", "one unit"),
    "an unknown loss": (lambda: random(loss="squared_eror"), "did you mean 'squared_error'", "'squared_eror'"),
    "a loss that is a number": (lambda: random(loss=3), "known: squared_error", "3"),
    "a loss that does not fit": (lambda: random(output="tanh", loss="log_loss"), "squared_error", "'tanh'"),
    "a level out of range": (lambda: random(loss="quantile(2)"), "between 0 and 1", "2"),
    "an unknown initializer": (lambda: random(initializer="hee"), "did you mean 'he'", "'hee'"),
    "too few initializers": (lambda: random(initializer=["he"]), "each of 2 layers", "1"),
    "all units dropped": (lambda: random(dropout=1), "below 1", "1"),
    "fewer than no units dropped": (lambda: random(dropout=-0.1), "at least 0", "-0.1"),
    "dropout as text": (lambda: random(dropout="half"), "number", "'half'"),
    "dropout that is not a number": (lambda: random(dropout=[NAN]), "finite number", "nan"),
    "a seed that is text": (lambda: random(seed="x"), "seed", "'x'"),
    "a negative seed": (lambda: random(seed=-1), "at least 0", "-1"),
    "a seed with a fraction": (lambda: random(seed=1.5), "whole number", "1.5"),
    "biases as text": (lambda: random(biases="no"), "True or False", "'no'"),
    "numbers that are whole": (lambda: random(dtype=int), "float64 or float32", "int"),
    "numbers of objects": (lambda: random(dtype=object), "float64 or float32", "object"),
    "numbers that are complex": (lambda: random(dtype=complex), "float64 or float32", "complex"),
    "numbers of an unknown type": (lambda: random(dtype="text"), "float64 or float32", "'text'"),
}

WEIGHTS = {
    "no weights": (lambda: given([]), "one array (n_in, n_out) a layer", "[]"),
    "nothing as weights": (lambda: given(None), "one array (n_in, n_out) a layer", "None"),
    "text as weights": (lambda: given("x"), "one array (n_in, n_out) a layer", "'x'"),
    "a layer of nothing": (lambda: given([None]), "weights of layer 1", "None"),
    "a layer without units": (lambda: given([[[]]]), "(n_in, n_out)", "(1, 0)"),
    "a layer with three axes": (lambda: given([[[[1.0]]]]), "(n_in, n_out)", "(1, 1, 1)"),
    "ragged weights": (lambda: given([[[1, 2], [3]]]), "rows of equal length", "ragged lists"),
    "text in weights": (lambda: given([[["a"]]]), "must be numbers", "text, for example a"),
    "weights that are not numbers": (lambda: given([[[1], [NAN]]]), "finite numbers", "nan at index [1, 0]"),
    "infinite weights": (lambda: given([[[1], [INF]]]), "finite numbers", "inf at index [1, 0]"),
    "complex weights": (lambda: given([[[1j]]]), "must be numbers", "complex numbers"),
    "weights with more digits than fit": (lambda: given([[[10**400]]]), "finite numbers", "more than 300 digits"),
    "weights too large for float32": (lambda: given([[[1e300]]], dtype="float32"), "finite numbers", "inf"),
    "layers that do not chain": (
        lambda: given([[[1, 2]], [[1, 2], [3, 4], [5, 6]]]),
        "layer 2 takes 3 inputs",
        "2 units",
    ),
    "too many biases": (lambda: given([[[1.0]]], [[1], [2]]), "each of 1 layers", "got 2"),
    "biases as a number": (lambda: given([[[1.0]]], 3), "one array (or None)", "3"),
    "biases of another shape": (lambda: given([[[1.0]]], [[1, 2]]), "shape (1,)", "(2,)"),
    "biases that are not numbers": (lambda: given([[[1.0]]], [[NAN]]), "biases of layer 1", "nan"),
    "other weights of another shape": (
        lambda: NET.with_parameters([np.ones((2, 4)), np.ones((4, 2))], NET.biases),
        "keep their shape (3, 4)",
        "(2, 4)",
    ),
    "other weights of fewer layers": (
        lambda: NET.with_parameters(NET.weights[:1], NET.biases[:1]),
        "each of 2 layers",
        "1",
    ),
    "other weights without biases": (lambda: NET.with_parameters(NET.weights, None), "shape (4,)", "None"),
    "another activation, unknown": (lambda: NET.with_activation("tanhh"), "did you mean 'tanh'", "'tanhh'"),
}

SAMPLES = {
    "nothing as X": (lambda: NET.predict(None), "X must be numbers", "None"),
    "text as X": (lambda: NET.predict(["a", "b", "c"]), "X must be numbers", "text, for example a"),
    "a number as X": (lambda: NET.predict(3.0), "takes 3 inputs", "()"),
    "too many inputs": (lambda: NET.predict(np.ones((5, 4))), "takes 3 inputs", "(5, 4)"),
    "X with three axes": (lambda: NET.predict(np.ones((2, 5, 3))), "takes 3 inputs", "(2, 5, 3)"),
    "no inputs": (lambda: NET.predict([]), "takes 3 inputs", "(0,)"),
    "no samples": (lambda: NET.predict(np.ones((0, 3))), "at least one sample", "none"),
    "a NaN in X": (lambda: NET.predict([1, NAN, 2]), "finite numbers", "nan at index [1]"),
    "an infinity in X": (lambda: NET.trace([1, -INF, 2], [0, 1]), "finite numbers", "-inf at index [1]"),
    "ragged X": (lambda: NET.predict([[1, 2, 3], [1, 2]]), "rows of equal length", "ragged lists"),
    "complex X": (lambda: NET.predict([1, 2, 3j]), "must be numbers", "complex numbers"),
    "complex objects": (lambda: NET.predict(np.array([1, 2, 3j], object)), "must be numbers", "3j at index [2]"),
    "X with a gap": (lambda: NET.predict([1, None, 2]), "must be numbers", "None"),
    "a dict as X": (lambda: NET.predict({"a": 1}), "must be numbers", "{'a': 1}"),
    "dates as X": (lambda: NET.predict(np.array(["2020-01-01"] * 3, "M8[D]")), "must be numbers", "dates"),
    "a masked value in X": (lambda: NET.predict(MASKED), "must be numbers", "masked value at index [1]"),
    "nothing as y": (lambda: NET.loss(X, None), "y must be numbers", "None"),
    "targets of another shape": (lambda: NET.loss(X, np.ones((5, 3))), "(5, 2)", "(5, 3)"),
    "targets of other samples": (lambda: NET.gradients(X, np.ones((4, 2))), "(5, 2)", "(4, 2)"),
    "labels without softmax": (lambda: NET.loss(X, np.ones(5)), "(5, 2)", "(5,)"),
    "no targets": (lambda: NET.loss(X, []), "(5, 2)", "(0,)"),
    "ragged targets": (lambda: NET.loss(X, [[1], [1, 0], [1], [1], [1]]), "rows of equal length", "ragged"),
    "a target sigmoid cannot reach": (lambda: NET.loss(X, Y + 1.2), "[0, 1]", "1.7 for sample 1, output 1"),
    "a target below sigmoid": (lambda: NET.trace(X[0], [0.5, -0.1]), "[0, 1]", "-0.1 for sample 1, output 2"),
    "a negative count": (lambda: POISSON.loss(X, Y - 1.5), "[0, inf]", "-1 for sample 1"),
    "a label never seen": (lambda: SOFTMAX.loss(X, [0, 1, 2, 3, 0]), "from 0 to 2", "3 for sample 4"),
    "a negative label": (lambda: SOFTMAX.loss(X, [0, 1, 2, -1, 0]), "from 0 to 2", "-1 for sample 4"),
    "half a label": (lambda: SOFTMAX.loss(X, [0, 0.5, 2, 1, 0]), "from 0 to 2", "0.5 for sample 2"),
    "labels of text": (lambda: SOFTMAX.loss(X, ["cat"] * 5), "y must be numbers", "cat"),
    "shares that do not add up": (lambda: SOFTMAX.loss(X, np.full((5, 3), 0.5)), "sum to 1", "1.5 for sample 1"),
    "one label out of range": (lambda: SOFTMAX.gradients(X[0], 7), "from 0 to 2", "7"),
}

STEPS = {
    "no learning rate": (lambda: NET.trace(X, Y, learning_rate=0), "above 0", "got 0 "),
    "a negative learning rate": (lambda: NET.trace(X, Y, learning_rate=-0.1), "above 0", "-0.1"),
    "a huge learning rate": (lambda: NET.trace(X, Y, learning_rate=1e9), "at most 1000", "1e+09"),
    "a learning rate of NaN": (lambda: NET.trace(X, Y, learning_rate=NAN), "finite number", "nan"),
    "a learning rate of text": (lambda: NET.trace(X, Y, learning_rate="fast"), "number", "'fast'"),
    "a learning rate of nothing": (lambda: NET.trace(X, Y, learning_rate=None), "number", "None"),
    "a boolean learning rate": (lambda: NET.trace(X, Y, learning_rate=True), "number", "True"),
    "several learning rates": (lambda: NET.trace(X, Y, learning_rate=[0.1]), "number", "[0.1]"),
    "a complex learning rate": (lambda: NET.trace(X, Y, learning_rate=np.complex128(1j)), "number", "1j"),
    "a seed of dropout as text": (lambda: NET.trace(X, Y, dropout_seed="x"), "dropout_seed", "'x'"),
    "a trace that overflows": (lambda: LINEAR.trace([1e200], 1), "keep it finite", "inf"),
    "a loss that overflows": (lambda: LINEAR.loss([1.0], 0), "keep it finite", "the loss became inf"),
    "a prediction that overflows": (lambda: LINEAR.predict([1e200]), "keep it finite", "inf"),
    "gradients that overflow": (lambda: LINEAR.gradients([1.0], 1), "keep it finite", "weight_gradient of L1"),
}

CASES = {**NETWORKS, **WEIGHTS, **SAMPLES, **STEPS}


def complaint(action):
    """The one sentence of a BacklitError; any other error, warning or several lines fail."""
    with pytest.raises(bl.BacklitError) as caught:
        action()
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    assert not message.endswith(".")
    assert not re.search(r"\. [A-Z]", message)
    return message


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_in_one_sentence(name):
    action, expected, came = CASES[name]
    message = complaint(action)
    assert expected in message
    assert came in message


def test_there_are_many_cases():
    assert len(CASES) == sum(map(len, (NETWORKS, WEIGHTS, SAMPLES, STEPS))) >= 100


@pytest.mark.parametrize(
    "action", [lambda: None, lambda: np.ones(3) + np.ones(2), lambda: np.random.default_rng("x"), lambda: {}[1]]
)
def test_an_error_from_inside_is_no_complaint(action):
    with pytest.raises((pytest.fail.Exception, ValueError, TypeError, KeyError)):
        complaint(action)


@pytest.mark.parametrize("seed", [None, 3, np.int64(3), np.random.default_rng(3)])
def test_every_kind_of_seed_is_taken(seed):
    assert random(seed=seed).sizes == (3, 4, 2)


@pytest.mark.parametrize("sizes", [[3, 4], (3, 4), np.array([3, 4]), range(3, 5)])
def test_every_kind_of_list_is_taken(sizes):
    assert random(sizes).sizes == (3, 4)


def test_masked_arrays_without_a_masked_value_are_plain():
    assert (NET.predict(np.ma.masked_array(X)) == NET.predict(X)).all()


@pytest.mark.parametrize("dtype", ["float32", np.float32, np.dtype("f4")])
def test_float32_stays_float32(dtype):
    net = random(dtype=dtype)
    assert {p.dtype.name for p in (*net.weights, *net.biases, net.predict(X), *net.gradients(X, Y)[0])} == {"float32"}
