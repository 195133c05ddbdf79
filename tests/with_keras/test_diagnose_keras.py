"""Keras stacks diagnosed, on any backend: the same steps as Keras makes, and the model as it was: make test-keras."""

import keras
import numpy as np
import pytest

import backlit as bl
from backlit.diagnosis.from_keras import network_of_keras, setup_of_keras
from backlit.diagnosis.lab import stepped_networks

# of Keras's own making
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).astype("float32")
CLASSES = (X[:, 0] * X[:, 1] > 0).astype(int)


def stack(*layers, n_in=3):
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((n_in,)), *layers])


def dense(units, activation=None, **options):
    return keras.layers.Dense(units, activation=activation, **options)


def compiled(model, loss="mse", optimizer=None):
    model.compile(optimizer=optimizer or keras.optimizers.Adam(0.02), loss=loss)
    return model


def test_the_network_of_a_model_predicts_what_it_predicts():
    model = stack(
        dense(5, "relu"),
        keras.layers.Dropout(0.25),
        dense(4),
        keras.layers.LeakyReLU(negative_slope=0.1),
        dense(4, "gelu"),
        dense(4, "selu"),
        dense(2, "softmax"),
    )
    net = network_of_keras(compiled(model, "categorical_crossentropy"))
    assert net.layers[0].dropout == 0.25
    assert (net.layers[1].row.name, net.loss_row.name) == ("leaky_relu(0.1)", "cross_entropy")
    # Keras's gelu is exact unless asked otherwise
    np.testing.assert_allclose(net.predict(X), model.predict(X, verbose=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("last", "n_out", "loss", "y", "output", "name", "scale"),
    [
        ("softmax", 2, "sparse_categorical_crossentropy", CLASSES, "softmax", "cross_entropy", 1),
        (
            None,
            2,
            lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            CLASSES,
            "softmax",
            "cross_entropy",
            1,
        ),
        ("sigmoid", 1, "binary_crossentropy", CLASSES, "sigmoid", "log_loss", 1),
        (None, 1, lambda: keras.losses.BinaryCrossentropy(from_logits=True), CLASSES, "sigmoid", "log_loss", 1),
        ("softmax", 1, "binary_crossentropy", CLASSES, "softmax", "clipped_log_loss", 1),
        (None, 2, "mse", X[:, :2], "identity", "squared_error", 1),
        (None, 1, "mean_absolute_error", X[:, :1], "identity", "absolute_error", 1),
    ],
)
def test_losses_by_their_names(last, n_out, loss, y, output, name, scale):
    model = compiled(stack(dense(4, "tanh"), dense(n_out, last)), loss() if callable(loss) else loss)
    setup = setup_of_keras(model, X, y)
    assert (setup.network.layers[-1].activation, setup.network.loss_row.name) == (output, name)
    assert setup.gradient_scale == pytest.approx(scale)


@pytest.mark.parametrize("n_out", [1, 2])
@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.SGD(0.05),
        lambda: keras.optimizers.SGD(0.05, momentum=0.9),
        lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
        lambda: keras.optimizers.Adam(0.01),
        lambda: keras.optimizers.RMSprop(0.01),
    ],
)
def test_steps_are_keras(make, n_out):
    model, y, rng = stack(dense(4, "tanh"), dense(n_out)), 2 * X[:, :n_out], np.random.default_rng(4)
    # Keras's RMSprop has its epsilon within the root, and next to no gradient is damped: none is so small here
    model.set_weights([rng.normal(0, 0.6, weights.shape) for weights in model.get_weights()])
    setup = setup_of_keras(compiled(model, "mse", make()), X, y, batch_size=60, epochs=3)
    model.fit(X, y, batch_size=60, epochs=3, verbose=0)
    mine = stepped_networks(setup, 3)[-1]
    np.testing.assert_allclose(mine.weights[0], model.layers[0].get_weights()[0], rtol=2e-3, atol=2e-4)


def test_a_model_is_diagnosed_and_stays_as_it_is():
    model = compiled(stack(dense(16, "tanh"), dense(1, "softmax")), "binary_crossentropy")
    before = [weights.copy() for weights in model.get_weights()]
    found = bl.diagnose(model, X, CLASSES, epochs=60)
    assert found.causes[0].identifier == "softmax-one-unit"
    assert found.mended_score > 0.9
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    good = compiled(stack(dense(16, "tanh"), dense(1, "sigmoid")), "binary_crossentropy")
    assert bl.diagnose(good, X, CLASSES, epochs=60).ok


@pytest.mark.skipif(keras.config.backend() != "torch", reason="elsewhere Keras trains it")
def test_batch_normalisation_and_flatten():
    model = compiled(
        keras.Sequential(
            [keras.Input((3, 1)), keras.layers.Flatten(), dense(6, "relu"), keras.layers.BatchNormalization(), dense(1)]
        )
    )
    setup = setup_of_keras(model, X[:, :, None], X[:, 0])
    assert setup.norms == (1,)


def test_fit_is_watched_and_ended():
    model = compiled(stack(dense(6, "tanh"), dense(1)), "mse", keras.optimizers.SGD(1e-7))
    watch = bl.Watch(X, X[:, :1], every=1, action="stop")
    with pytest.warns(UserWarning, match="small-steps"):
        history = model.fit(X, X[:, :1], epochs=20, verbose=0, callbacks=[watch.for_keras()])
    assert len(history.history["loss"]) < 20
    assert watch.looks[-1].layers[0].update_ratio < -4.5
