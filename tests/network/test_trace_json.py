"""A trace as JSON: it keeps to its schema, comes back bit for bit, and a damaged one is refused."""

import copy
import json
from dataclasses import fields
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from command_line import assert_one_sentence

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, Activation
from backlit.equations.loss_table import LOSSES, loss_fits
from backlit.explain.rounding import rounded_trace
from backlit.network.trace_json import READABLE

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "trace-schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PAIRS = [(output, loss) for output in ACTIVATIONS for loss in LOSSES if loss_fits(LOSSES[loss], ACTIVATIONS[output])]
HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
X = np.random.default_rng(0).normal(size=(5, 3))
Y = np.full((5, 2), 0.5)


def trace_of(output="sigmoid", *, X=X, Y=Y, dropout_seed=None, **options):
    net = bl.Network.random([3, 4, 2], output=output, seed=1, **options)
    return net.trace(X, Y, learning_rate=0.3, dropout_seed=dropout_seed)


def assert_same(found, expected):
    """Check that two traces are equal, bit for bit."""
    for field in fields(bl.LayerTrace):
        for one, other in zip(found.layers, expected.layers, strict=True):
            assert_same_value(getattr(one, field.name), getattr(other, field.name))
    for name in ("input", "target", "learning_rate", "loss", "sample_losses", "rounded", "prediction"):
        assert_same_value(getattr(found, name), getattr(expected, name))
    assert repr(found.network) == repr(expected.network)
    for one, other in zip(found.network.layers, expected.network.layers, strict=True):
        assert (one.activation, one.dropout) == (other.activation, other.dropout)
        assert_same_value(one.weights, other.weights)


def assert_same_value(one, other):
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert (one.shape, one.dtype, one.tobytes()) == (other.shape, other.dtype, other.tobytes())
    else:
        assert one == other


def assert_whole(trace):
    """Check a trace's JSON against the schema and its return."""
    text = trace.to_json()
    VALIDATOR.validate(json.loads(text))
    assert_same(bl.Trace.from_json(text), trace)
    assert bl.Trace.from_json(text).to_json() == text


def test_the_schema_is_one_and_describes_every_key():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for owner in (SCHEMA, SCHEMA["$defs"]["layer"]):
        assert owner["additionalProperties"] is False
        assert owner["required"] == list(owner["properties"])
        for key, described in owner["properties"].items():
            assert len(described["description"]) >= 10, key


def test_the_schema_names_the_keys_that_are_written_in_their_order():
    whole = json.loads(trace_of().to_json())
    assert list(whole) == list(SCHEMA["properties"])
    assert list(whole["layers"][0]) == list(SCHEMA["$defs"]["layer"]["properties"])


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_output_and_loss_comes_back(output, loss, dtype):
    assert_whole(trace_of(output, loss=loss, dtype=dtype))


@pytest.mark.parametrize("activation", HIDDEN)
def test_every_hidden_activation_comes_back(activation):
    assert_whole(trace_of(activation=activation))


@pytest.mark.parametrize(
    "options",
    [
        {"biases": False},
        {"X": X[0], "Y": Y[0]},
        {"X": X[:1], "Y": Y[:1]},
        {"dropout": 0.5, "dropout_seed": 2},
        {"dropout": 0.5, "dropout_seed": 2, "X": X[0], "Y": Y[0]},
        {"activation": "leaky_relu(0.2)", "loss": "huber(1.5)"},
    ],
)
def test_every_kind_of_trace_comes_back(options):
    assert_whole(trace_of(**options))


def test_a_layer_without_biases_below_one_that_has_them_comes_back():
    net = bl.Network.from_weights([np.ones((3, 4)), np.ones((4, 2))], [None, [0.5, 1.5]])
    assert_whole(net.trace(X, Y))


def test_class_labels_deep_networks_and_networks_without_a_hidden_layer_come_back():
    deep = bl.Network.random([3, 4, 6, 5, 2], activation=["tanh", "relu", "gelu"], output="softmax", seed=0)
    assert_whole(deep.trace(X, [0, 1, 1, 0, 1]))
    assert_whole(bl.Network.random([3, 2], seed=0).trace(X, Y))


def test_a_rounded_trace_comes_back_and_says_so():
    rounded = rounded_trace(trace_of(X=X[0], Y=Y[0]), 3)
    assert rounded.rounded
    assert_whole(rounded)


def test_a_large_network_is_written_in_one_line_and_comes_back():
    large = bl.Network.random([20, 15, 2], seed=0).trace(np.ones(20), [1, 0])
    assert large.network.n_parameters > READABLE
    assert large.to_json().count("\n") == 1
    assert_whole(large)


def test_the_explanation_of_what_came_back_is_the_same():
    trace = trace_of("softmax", loss="cross_entropy", dropout=0.5, dropout_seed=2)
    again = bl.Trace.from_json(trace.to_json())
    for at in ("net", "L1", "L1.u2", "L2.w[3,1]"):
        assert again.to_text(at) == trace.to_text(at)


def test_a_function_of_ones_own_cannot_be_written():
    own = Activation("mine", lambda z: z, lambda z: z * 0 + 1, ("#z", "#z"), ("1", "1"))
    net = bl.Network.random([3, 4, 2], activation=own, seed=0)
    with pytest.raises(bl.BacklitError, match="'mine' is a function of your own") as caught:
        net.trace(X, Y).to_json()
    assert_one_sentence(str(caught.value))


# damage

WHOLE = json.loads(trace_of("identity", dropout=0.5, dropout_seed=2).to_json())
FUSED = json.loads(trace_of("softmax").to_json())
LISTS = [[], [[]], [1, 2, 3, 4, 5, 6, 7], [[1, 2], [3]], [[float("inf")]]]
BAD = [None, "NaN", "x", {}, {"a": 1}, -7, 3.7, True, float("nan"), *LISTS]
FREE = {
    # what a key may well be, beside what it was
    "learning_rate": [3.7],
    "loss": [3.7, -7],
    "rounded": [True],
}


def refused(whole):
    """Check that a trace is refused in one sentence, and return that."""
    text = whole if isinstance(whole, str) else json.dumps(whole)
    with pytest.raises(bl.BacklitError) as caught:
        bl.Trace.from_json(text)
    assert_one_sentence(str(caught.value))
    return str(caught.value)


@pytest.mark.parametrize("key", SCHEMA["properties"])
def test_a_missing_key_is_named(key):
    message = refused({name: value for name, value in WHOLE.items() if name != key})
    assert ("backlit/trace/1, got None" if key == "schema" else f"expected a key '{key}'") in message


@pytest.mark.parametrize("key", SCHEMA["$defs"]["layer"]["properties"])
@pytest.mark.parametrize("layer", [1, 2])
def test_a_missing_key_of_a_layer_is_named(key, layer):
    damaged = copy.deepcopy(WHOLE)
    del damaged["layers"][layer - 1][key]
    assert f"expected a key '{key}' in layer {layer}, got none" in refused(damaged)


@pytest.mark.parametrize("key", SCHEMA["properties"])
def test_a_value_of_another_kind_is_refused(key):
    for value in BAD:
        if not any(value is free or value == free for free in FREE.get(key, [])):
            message = refused({**WHOLE, key: value})
            assert key in message or key in ("layers", "dropout", "activation", "output", "loss_function")


@pytest.mark.parametrize("key", SCHEMA["$defs"]["layer"]["properties"])
@pytest.mark.parametrize("layer", [1, 2])
def test_a_layers_value_of_another_kind_is_refused(key, layer):
    for value in BAD:
        damaged = copy.deepcopy(WHOLE)
        if value is None and (damaged["layers"][layer - 1][key] is None or key == "dropout_mask"):
            continue
        damaged["layers"][layer - 1][key] = value
        message = refused(damaged)
        assert f"layer {layer}" in message
        assert key in message or key in ("weights", "biases")


@pytest.mark.parametrize("key", SCHEMA["$defs"]["layer"]["properties"])
def test_a_layers_array_of_another_shape_is_refused(key):
    first = WHOLE["layers"][0][key]
    if isinstance(first, list):
        damaged = copy.deepcopy(WHOLE)
        damaged["layers"][0][key] = first + first[:1]
        assert "layer 1" in refused(damaged) or key == "input"


@pytest.mark.parametrize("key", ["slope", "error"])
def test_a_fused_pair_has_neither_slope_nor_error(key):
    damaged = copy.deepcopy(FUSED)
    damaged["layers"][1][key] = damaged["layers"][1]["error_term"]
    assert f"{key} of layer 2 must be null" in refused(damaged)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"schema": "backlit/trace/2"}, "schema backlit/trace/1, got 'backlit/trace/2'"),
        ({"dtype": "float16"}, 'dtype must be "float64" or "float32"'),
        ({"dtype": "object"}, "dtype must be"),
        ({"output": "softmaxx"}, "did you mean 'softmax'?"),
        ({"activation": ["tanhh"]}, "did you mean 'tanh'?"),
        ({"activation": ["tanh"]}, "activation_name of layer 1 must be 'tanh'"),
        ({"loss_function": "cross_entropy"}, "cannot take the predictions"),
        ({"loss_function": None}, "loss_function must be a name"),
        ({"sizes": [3, 5, 2]}, "sizes must be [3, 4, 2]"),
        ({"n_samples": 4}, "n_samples must be 5"),
        ({"one_sample": True}, "one_sample must be False"),
        ({"learning_rate": 0}, "learning_rate must be above 0"),
        ({"layers": WHOLE["layers"][:1]}, "each of 0 layers"),
        ({"layers": WHOLE["layers"][::-1]}, "layer 2 takes 3 inputs"),
        ({"sample_losses": [1.0, 2.0]}, "sample_losses must have shape (5,), got (2,)"),
        ({"target": WHOLE["target"][:4]}, "target must have shape (5, 2), got (4, 2)"),
        ({"input": WHOLE["input"][::-1]}, "input must be"),
        ({"prediction": WHOLE["target"]}, "prediction must be"),
    ],
)
def test_parts_that_do_not_fit_are_named(changes, part):
    assert part in refused({**WHOLE, **changes})


@pytest.mark.parametrize("text", ["", "x", "[1, 2", "null", "[]", "3", '"backlit/trace/1"', "[" * 100_000, "9" * 5000])
def test_text_that_is_no_trace_is_refused(text):
    assert "expected a trace" in refused(text)


def test_truncated_text_is_refused():
    text = json.dumps(WHOLE)
    for length in range(0, len(text), 97):
        refused(text[:length])
