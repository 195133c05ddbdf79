"""Keras models and samples that the tests share."""

import keras
import numpy as np

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).astype("float32")
CLASSES = (X[:, 0] * X[:, 1] > 0).astype(int)


def odd(units=2, last="softmax", **options):
    """Layers of many kinds, with a residual addition, which no stack has."""
    keras.utils.set_random_seed(0)
    given = keras.Input((3,))
    x = keras.layers.Conv1D(6, 2, name="conv")(keras.layers.Reshape((3, 1))(given))
    x = keras.layers.Activation("relu")(keras.layers.BatchNormalization(name="norm")(x))
    x = keras.layers.Flatten()(x)
    inner = keras.layers.Dense(12, activation="relu", name="inner", **options)(x)
    x = keras.layers.Add()([x, keras.layers.LayerNormalization(name="post")(inner)])
    x = keras.layers.Dropout(0.02)(x)
    return keras.Model(given, keras.layers.Dense(units, activation=last, name="out")(x))


def compiled(model, loss="sparse_categorical_crossentropy", optimizer=None, **options):
    model.compile(optimizer=optimizer or keras.optimizers.Adam(0.02), loss=loss, **options)
    return model


def state_of(model):
    """All that a diagnosis must leave as it is."""
    return (
        [weights.copy() for weights in model.get_weights()],
        [np.array(keras.ops.convert_to_numpy(value)) for value in model.optimizer.variables],
        [sorted(vars(layer)) for layer in model.layers],
        (model.compiled, model.loss, model.optimizer),
    )


def is_as_it_was(before, model):
    after = state_of(model)
    same = all(np.array_equal(a, b) for kind in (0, 1) for a, b in zip(before[kind], after[kind], strict=True))
    return same and before[2:] == after[2:]
