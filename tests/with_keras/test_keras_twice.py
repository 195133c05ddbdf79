"""A softmax or sigmoid before a Keras loss that takes scores, in models that are no plain stacks: make test-keras."""

import keras
import numpy as np
import pytest
from keras_models import CLASSES, X, compiled, is_as_it_was, state_of

import backlit as bl
from backlit.diagnosis.from_keras import setup_of_keras

# of Keras's own making
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

EASY = (X[:, 0] > 0).astype(int)
SCORES = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SHARES = keras.losses.SparseCategoricalCrossentropy()


@keras.saving.register_keras_serializable()
class Own(keras.Model):
    def __init__(self, ends=True, **options):
        super().__init__(**options)
        keras.utils.set_random_seed(0)
        self.ends, self.hidden, self.out = ends, keras.layers.Dense(8, "tanh"), keras.layers.Dense(2)

    def call(self, x):
        z = self.out(self.hidden(x))
        return keras.ops.softmax(z) if self.ends else z

    def get_config(self):
        return {"ends": self.ends}


def own(ends=True):
    model = Own(ends)
    model(X[:2])
    return model


def normed(*last):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(8), keras.layers.LayerNormalization(), *last]
    return keras.Sequential([keras.Input((3,)), *layers])


def once(model, loss):
    setup = setup_of_keras(compiled(model, loss), X, EASY)
    found = setup.part.once
    return (None if found is None else found.loss), setup.network.loss_row.name


def test_a_softmax_of_ones_own_is_known_by_what_the_model_says():
    with_layer = normed(keras.layers.Dense(2), keras.layers.Softmax())
    for model in (own(), with_layer):
        assert once(model, SCORES) == ("cross_entropy", "cross_entropy_from_logits")
    assert once(own(), SHARES)[0] is None
    assert once(own(ends=False), SCORES)[0] is None
    assert once(normed(keras.layers.Dense(2, "softmax")), SCORES) == (None, "cross_entropy_from_logits")


def test_its_experiment_leaves_it_out_and_the_model_stays_as_it_is():
    model = compiled(own(), SCORES, keras.optimizers.SGD(0.1))
    before = state_of(model)
    found = bl.diagnose(model, X, EASY, epochs=4, batch_size=20, budget=None)
    cause = found.causes[0]
    assert (cause.identifier, cause.labels) == ("loss-misfit", ("loss",))
    assert cause.advice == "the softmax left out of the network, since the loss applies its own"
    # log(1 + 1 / e)
    assert "cannot fall below 0.31" in cause.happened
    assert is_as_it_was(before, model)


def test_a_sigmoid_under_scores_is_cut_in_its_middle_and_told():
    model = compiled(normed(keras.layers.Dense(1, "sigmoid")), keras.losses.BinaryCrossentropy(from_logits=True))
    setup = setup_of_keras(model, X, CLASSES)
    assert setup.cut == 0.5
    found = bl.diagnose(model, X, EASY, epochs=2, batch_size=20, quick=True)
    misfit = next(one for one in found.findings if one.identifier == "loss-misfit")
    assert "from 0.5 to 0.73 alone" in misfit.happened
    assert np.isclose(1 / (1 + np.exp(-1)), 0.73, atol=0.005)


def test_scores_under_a_loss_of_shares_are_told():
    found = bl.diagnose(compiled(normed(keras.layers.Dense(2)), SHARES), X, EASY, epochs=2, quick=True)
    misfit = next(one for one in found.findings if one.identifier == "loss-misfit")
    assert misfit.happened.startswith("cross entropy over classes takes probabilities that sum to 1, which identity")
