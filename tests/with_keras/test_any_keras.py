"""Keras models that are no plain stacks, diagnosed on any backend: make test-keras."""

import random

import keras
import numpy as np
import pytest
from keras_models import CLASSES, RNG, X, compiled, is_as_it_was, odd, state_of

import backlit as bl
from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.from_keras import network_of_keras, setup_of_keras
from backlit.diagnosis.keras_looks import keras_looker, keras_weights
from backlit.diagnosis.looking import looked_at
from backlit.diagnosis.parts import ran

# of Keras's own making
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


EASY = (X[:, 0] > 0).astype(int)


def never():
    return False


def quick(model, y=CLASSES, inputs=X, **options):
    return bl.diagnose(model, inputs, y, quick=True, **{"epochs": 8, "batch_size": 60, **options})


def small(units, last, n_in=3):
    """Next to nothing, and yet no stack."""
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(4), keras.layers.LayerNormalization(), keras.layers.Dense(units, last, name="out")]
    return keras.Sequential([keras.Input((n_in,)), *layers])


def names(found):
    return [finding.identifier for finding in found.findings]


def test_a_model_that_learns_is_accused_of_nothing_and_stays_as_it_is():
    model = compiled(odd(), metrics=["accuracy"])
    before, generator = state_of(model), random.getstate()
    found = bl.diagnose(model, X, EASY, epochs=30, batch_size=30, budget=None)
    assert found.ok, found
    assert found.score > 0.9
    assert found.seen.layers == ("conv", "norm", "inner", "post", "out")
    assert is_as_it_was(before, model)
    assert random.getstate() == generator


def test_a_cause_is_confirmed_on_copies():
    model = compiled(small(1, "softmax"), "binary_crossentropy", keras.optimizers.Adam(0.05))
    before = state_of(model)
    found = bl.diagnose(model, X, EASY, epochs=40, batch_size=30, budget=None)
    assert (found.causes[0].identifier, found.causes[0].address) == ("softmax-one-unit", "L3 (out)")
    assert found.mended_score > 0.9
    assert is_as_it_was(before, model)


def test_a_look_is_what_the_equations_say():
    keras.utils.set_random_seed(0)
    layers = [keras.Input((3,)), keras.layers.Dense(4, "sigmoid"), keras.layers.Dense(5, "relu"), keras.layers.Dense(2)]
    model = compiled(keras.Sequential(layers), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.layers[0].set_weights([30 * w for w in model.layers[0].get_weights()])
    model.layers[1].bias.assign(np.array([0, -99, 0, 0, 0], "float32"))
    look = keras_looker(model)
    before, weights = network_of_keras(model), keras_weights(model)
    model.train_on_batch(X, CLASSES)
    seen = look(X, CLASSES, 1, weights)
    expected = looked_at(network_of_keras(model), X.astype(float), np.eye(2)[CLASSES], 1, before)
    assert seen.loss == pytest.approx(expected.loss, rel=1e-4)
    for mine, theirs in zip(seen.layers, expected.layers, strict=True):
        # the network has a softmax, which the model leaves to the loss
        same = ("activation",) if mine.name != seen.layers[-1].name else ()
        for name in (*same, "error_term", "update_ratio", "dead"):
            assert getattr(mine, name) == pytest.approx(getattr(theirs, name), rel=2e-3, abs=1e-6), name
    assert seen.layers[0].saturated == expected.layers[0].saturated > 0
    assert seen.layers[1].dead >= 0.2


def scheduled():
    return keras.optimizers.Nadam(keras.optimizers.schedules.ExponentialDecay(0.05, 2, 0.5), clipnorm=0.1)


@pytest.mark.parametrize(
    ("options", "loss", "optimizer"),
    [
        ({}, "sparse_categorical_crossentropy", lambda: keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1)),
        ({"kernel_regularizer": "l2"}, lambda y, p: keras.ops.mean(keras.ops.square(y - p[:, 0])) ** 0.7, scheduled),
    ],
)
def test_copies_are_trained_as_keras_trains(options, loss, optimizer):
    model = compiled(odd(**options), loss, optimizer())
    model.layers[-2].rate = 0.0
    setup = setup_of_keras(model, X, CLASSES, epochs=4, batch_size=60)
    first = ran(setup, 0, never)
    assert ran(setup, 0, never).losses == first.losses
    assert ran(setup, 1, never).losses != first.losses
    curve = model.fit(X, CLASSES, epochs=4, batch_size=60, verbose=0).history["loss"]
    np.testing.assert_allclose(first.losses, curve, rtol=2e-3)


def changed(setup, name, place=0):
    return variants_of(name, setup)[place].setup


def test_what_is_changed_in_copies():
    model = compiled(odd(kernel_initializer="zeros", kernel_regularizer="l2"), "mse", keras.optimizers.Lion(1e-4))
    setup = setup_of_keras(model, X, CLASSES, batch_size=20)
    assert (setup.optimizer, setup.l2) == ("lion", pytest.approx(0.4))
    with setup.part.begin(changed(setup, "dropout"), 0) as trainee:
        assert trainee.model.layers[-2].rate == 0
    with setup.part.begin(changed(setup, "weight-decay"), 0) as trainee:
        assert trainee.model.get_layer("inner").kernel_regularizer is None
        assert type(trainee.model.optimizer).__name__ == "Lion"
    with setup.part.begin(changed(setup, "initializer"), 1) as trainee:
        assert np.ptp(trainee.model.get_layer("inner").get_weights()[0]) > 0.1
    with setup.part.begin(changed(setup, "learning-rate-higher"), 0) as trainee:
        assert float(trainee.model.optimizer.learning_rate) == pytest.approx(1e-3)
    better = changed(setup, "loss")
    with setup.part.begin(better, 0) as trainee:
        assert trainee.model.loss.__name__ == "categorical_crossentropy"
        assert trainee.y.shape == (60, 2)
    with setup.part.begin(changed(setup, "optimizer"), 0) as trainee:
        assert type(trainee.model.optimizer).__name__ == "Adam"


def test_labels_from_one_are_told():
    model = compiled(small(2, "softmax"))
    if keras.config.backend() == "torch":
        with pytest.raises(bl.BacklitError, match="y must be classes from 0 to 1, got 1 to 2"):
            quick(model, CLASSES + 1)
    else:
        assert "label-coding" in names(quick(model, CLASSES + 1))


def test_an_output_that_cannot_reach_its_targets_is_told():
    found = quick(compiled(small(1, "sigmoid"), "mse"), 30 + X[:, 0])
    assert ("output-range", "L3 (out)") in [(one.identifier, one.address) for one in found.findings]


class Scaled(keras.layers.Layer):
    """A layer of one's own, which Keras is not told of."""

    def __init__(self, factor, **options):
        super().__init__(**options)
        self.factor = factor

    def build(self, shape):
        self.shift = self.add_weight(shape=shape[1:])

    def call(self, x):
        return self.factor * x + self.shift

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


def bent(z):
    return keras.ops.tanh(z) + 0.1 * z


def cube(y, p):
    return keras.ops.mean(keras.ops.abs(y - p) ** 3)


class Own(keras.Model):
    """A model of one's own class, with a step of its own."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units, self.inner, self.out = units, keras.layers.Dense(units), keras.layers.Dense(1)

    def call(self, x):
        return self.out(keras.ops.tanh(self.inner(x)))

    def get_config(self):
        return {"units": self.units}


def of_own_layers():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(6, activation=bent), Scaled(1.5)])
    return keras.Sequential([keras.Input((3,)), inner, keras.layers.Dense(1)])


def of_own_class():
    model = Own(6)
    model(X[:2])
    return model


@pytest.mark.parametrize("make", [of_own_layers, of_own_class])
def test_layers_losses_and_classes_of_ones_own(make):
    keras.utils.set_random_seed(0)
    model = compiled(make(), cube, keras.optimizers.Adam(1e-7), metrics=[cube])
    before = state_of(model)
    assert "small-steps" in names(quick(model, X[:, :1]))
    assert is_as_it_was(before, model)


class Closed(keras.Model):
    """A class that does not say how it is made."""

    def __init__(self, units):
        super().__init__()
        self.out = keras.layers.Dense(units)

    def call(self, x):
        return self.out(x)


def closed():
    model = Closed(1)
    model(X[:2])
    return compiled(model, "mse")


def of_two(inputs):
    one, two = keras.Input((3,)), keras.Input((3,))
    out = keras.layers.Dense(1)(keras.layers.Add()([one, two]))
    return keras.Model([one, two], out) if inputs else keras.Model(one, [keras.layers.Dense(1)(one)] * 2)


def sequences():
    layers = [keras.Input((3,)), keras.layers.Reshape((3, 1)), keras.layers.LSTM(4, return_sequences=True)]
    return compiled(keras.Sequential(layers), "mse")


@pytest.mark.parametrize(
    ("make", "given", "words"),
    [
        (lambda: compiled(of_two(True), "mse"), {"inputs": [X, X]}, "has 2 inputs"),
        (lambda: compiled(of_two(False), "mse"), {}, "has 2 outputs"),
        (odd, {}, "no loss or optimizer yet"),
        (lambda: compiled(keras.Sequential([Scaled(2)]), "mse"), {}, "not built yet"),
        (lambda: compiled(odd()), {"inputs": X[:, :2]}, r"could not be computed on X of shape \(60, 2\)"),
        (lambda: compiled(odd()), {"inputs": np.full((60, 3), "a")}, "must be arrays of numbers"),
        (lambda: compiled(odd()), {"inputs": iter(X)}, "must be arrays of numbers"),
        (lambda: compiled(odd()), {"y": CLASSES[:9]}, r"got X with shape \(60, 3\) and y with shape \(9,\)"),
        (lambda: compiled(odd()), {"learning_rate": 1}, "got learning_rate"),
        (closed, {}, "Closed cannot be copied"),
        (sequences, {}, "cannot be scored"),
    ],
)
def test_what_cannot_be_followed_is_said(make, given, words):
    with pytest.raises(bl.BacklitError, match=words):
        quick(make(), **{"y": X[:, :1], **given})


def test_weights_that_are_no_numbers_and_none_that_move():
    model = compiled(odd())
    model.get_layer("inner").bias.assign(np.r_[[0, np.nan], np.zeros(10)])
    assert [(one.identifier, one.address) for one in quick(model).findings] == [("not-finite", "inner/bias[2]")]
    model.trainable = False
    assert names(quick(compiled(model))) == ["not-trained"]


def test_half_precision_tokens_and_inputs_that_the_model_scales():
    keras.utils.set_random_seed(0)
    half = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, "tanh", dtype="mixed_float16"), keras.layers.Dense(1)]
    )
    assert not {"not-finite", "dead-units"} & set(names(quick(compiled(half, "mse"), X[:, :1])))
    tokens = RNG.integers(0, 200, (60, 4))
    embedded = [
        keras.Input((4,)),
        keras.layers.Embedding(200, 3),
        keras.layers.Flatten(),
        keras.layers.Dense(2, "softmax"),
    ]
    assert "input-scale" not in names(quick(compiled(keras.Sequential(embedded)), tokens[:, 0] % 2, tokens))
    scaled = [keras.Input((3,)), keras.layers.Rescaling(0.001), keras.layers.Dense(2, "softmax")]
    assert "input-scale" not in names(quick(compiled(keras.Sequential(scaled)), CLASSES, 1000 * X))


@pytest.mark.parametrize(("rate", "told"), [(0.02, []), (1e-7, ["small-steps"])])
def test_any_model_is_watched_and_trained_the_same(rate, told):
    watch, weights = bl.Watch(X, CLASSES, every=1, action="collect"), []
    for callbacks in ([watch.for_keras()], []):
        model = compiled(odd(), optimizer=keras.optimizers.Adam(rate))
        model.fit(X, CLASSES, epochs=6, batch_size=30, verbose=0, callbacks=callbacks)
        weights.append(model.get_weights())
    assert [finding.identifier for finding in watch.findings] == told
    assert len(watch.looks) == 6
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_another_backend_is_told_what_to_do(monkeypatch):
    model = compiled(odd())
    monkeypatch.setattr(keras.config, "backend", lambda: "tensorflow")
    with pytest.raises(bl.BacklitError, match="on the backends jax and torch, not on tensorflow: set"):
        quick(model)
    callback = bl.Watch(X, CLASSES).for_keras()
    callback.set_model(model)
    with pytest.raises(bl.BacklitError, match="is watched on the backends jax and torch"):
        callback.on_train_begin()
