"""What is tried out: a few samples, the first loss, growing rates, samples that meet, class weights; by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import backlit as bl
from backlit.diagnosis.changes import variants_of
from backlit.diagnosis.checks import first_loss, learned_by_heart, permuted_loss
from backlit.diagnosis.diagnose import diagnosed
from backlit.diagnosis.from_network import setup_of_network, training_settings
from backlit.diagnosis.lab import range_test
from backlit.diagnosis.measures import Measures, measured
from backlit.diagnosis.rules_tried import range_of_rates
from backlit.diagnosis.scoring import error_of, score_of
from backlit.diagnosis.seen import RangeTest
from backlit.diagnosis.taken import setup_of

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (150, 2))
RING = (np.hypot(*X.T) < 0.75).astype(float)


def setup(hidden=(12,), X=X, y=RING, **training):
    net = bl.Network.random([2, *hidden, 1], activation="tanh", output="sigmoid", loss="log_loss", seed=0)
    return setup_of_network(net, X, y, training_settings({"learning_rate": 0.02, "epochs": 120, **training}))


def names(found):
    return [finding.identifier for finding in found.findings]


def test_a_few_samples_are_learned_by_heart_where_the_structure_allows():
    few = learned_by_heart(setup())
    assert few.learned
    assert few.n == 12
    # whatever training is like
    assert learned_by_heart(setup(learning_rate=1e-7, epochs=1, weight_decay=5.0)).learned
    line = learned_by_heart(setup(hidden=()))
    assert not line.learned
    assert line.error > 0.2
    # what was cut short says nothing
    assert learned_by_heart(setup(hidden=()), stop=lambda: True) is None
    # nothing to tell apart
    assert learned_by_heart(setup(X=np.zeros((150, 2)))) is None


def test_without_a_hidden_layer_that_is_the_cause():
    found = diagnosed(setup(hidden=()))
    first = found.causes[0]
    assert (first.identifier, first.labels) == ("no-hidden-layer", ("layers",))
    assert "one hidden layer more, of 16 units" in first.advice
    assert found.mended_score > 0.95
    assert "12 samples alone are not learned by heart: of 400 steps of adam" in " ".join(found.to_text().split())


def test_where_no_hidden_layer_is_needed_nothing_is_said():
    assert diagnosed(setup(hidden=(), y=(X[:, 0] > 0.1).astype(float))).ok
    rng = np.random.default_rng(1)
    noisy = (X[:, 0] + 0.6 * rng.normal(size=150) > 0).astype(float)
    assert not diagnosed(setup(hidden=(), y=noisy)).causes


def test_the_first_loss_stands_beside_that_of_knowing_nothing():
    sound = first_loss(setup())
    assert sound.even == pytest.approx(math.log(2))
    assert sound.excess < 0.2
    s = setup()
    sure = replace(s, network=s.network.with_parameters([50 * W for W in s.network.weights], s.network.biases))
    far = first_loss(sure)
    z = np.tanh(X @ sure.network.weights[0] + sure.network.biases[0]) @ sure.network.weights[1]
    assert far.logits == pytest.approx(np.std(z + sure.network.biases[1]))
    assert far.logits > 3
    assert "first-loss" in names(diagnosed(sure, quick=True))
    assert first_loss(replace(s, labels=None)) is None


@pytest.mark.parametrize(
    ("rate", "leapt", "name"),
    [(0.9, True, "high-rate"), (1e-6, True, "low-rate"), (0.01, True, None), (0.9, False, None), (0.0, True, None)],
)
def test_a_rate_is_judged_by_the_one_at_which_the_loss_leaps(rate, leapt, name):
    test = RangeTest((1e-6, 1.0), (0.7, 3.0), rate, leapt=leapt)
    clues = list(range_of_rates(setup(learning_rate=0.01), Measures((), None, (), None, rates=test)))
    assert not clues
    clues = list(range_of_rates(replace(setup(), learning_rate=rate), Measures((), None, (), None, rates=test)))
    assert [clue.finding.identifier for clue in clues] == ([name] if name else [])


def test_the_range_test_says_whether_the_loss_leapt():
    assert range_test(setup(optimizer="sgd", X=30 * X)).leapt
    flat = setup(hidden=(), X=1e-9 * X)
    assert not range_test(flat).leapt


def test_a_rate_that_is_too_high_for_a_network_that_learns_somewhat():
    found = diagnosed(setup(learning_rate=2.0))
    assert found.causes[0].labels == ("lr",)
    assert found.mended_score > 0.9


def test_a_loss_that_swings_is_seen_in_training_too():
    course = replace(measured(setup(), None), course=None)
    assert course.few is None
    s = setup()
    from backlit.diagnosis.lab import Course
    from backlit.diagnosis.rules_training import rate

    losses = tuple(1 - 0.5 * min(i / 10, 1) + 0.3 * (i % 2) for i in range(30))
    clues = list(rate(s, Measures((), None, (), Course(losses, 0.8, 0.3, 30))))
    assert [clue.finding.identifier for clue in clues] == ["loss-swings"]


def rare():
    rng = np.random.default_rng(3)
    y = np.array(["common"] * 190 + ["rare"] * 20)
    return rng.normal(size=(210, 3)) + 1.6 * (y == "rare")[:, None], y


def test_class_weights_the_wrong_way_round_are_the_cause():
    inputs, y = rare()
    given = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.02, "max_iter": 60}
    inverted = bl.MLPClassifier(class_weight={"common": 1.0, "rare": 0.01}, **given)
    found = bl.diagnose(inverted, inputs, y)
    first = found.causes[0]
    assert (first.identifier, first.address) == ("class-weights", "y")
    assert "20 samples" in first.happened
    assert found.mended_score > 0.85
    assert "each class weighed alike" in found.to_text()
    for weights in ("balanced", None, {"common": 1, "rare": 5}):
        assert "class-weights" not in names(bl.diagnose(bl.MLPClassifier(class_weight=weights, **given), inputs, y))
    with pytest.raises(bl.BacklitError, match="class_weight cannot be used"):
        bl.diagnose(bl.MLPClassifier(class_weight="some", **given), inputs, y)


def test_weighed_samples_are_trained_on_as_the_estimator_does():
    inputs, y = rare()
    model = bl.MLPClassifier((5,), class_weight={"common": 1.0, "rare": 4.0}, alpha=0, shuffle=False)
    s = setup_of(model, inputs, y, {})
    np.testing.assert_array_equal(s.weights, np.where(y == "rare", 4.0, 1.0))
    outputs = np.zeros((210, 1))
    assert score_of(s, outputs) == 0.5
    assert error_of(s, 0.5) == 1.0
    assert setup_of(MLPClassifier((5,)), inputs, y, {}).weights is None


@pytest.mark.parametrize("hidden", [(), (3,)])
def test_a_hidden_layer_more_leaves_the_set_up_it_is_tried_on(hidden):
    s = setup(hidden=hidden)
    (variant,) = variants_of("hidden-layer", s)
    assert variant.setup.network.sizes == (2, *hidden, 16, 1)
    assert s.network.sizes == (2, *hidden, 1)
    assert not variants_of("hidden-layer", setup(hidden=(3, 4)))


def output_that_goes_nowhere(rate):
    rng = np.random.default_rng(2)
    inputs = rng.uniform(-1, 1, (200, 2))
    y = np.sin(3 * inputs[:, :1]) * inputs[:, 1:]
    net = bl.Network.random([2, 16, 1], activation="tanh", output="sigmoid", loss="squared_error", seed=0)
    return bl.diagnose(net, inputs, 8 * y / y.std(), epochs=80, learning_rate=rate)


def test_where_one_cause_mended_leaves_some_error_a_change_of_training_is_told_on_top():
    found = output_that_goes_nowhere(0.006)
    assert [cause.identifier for cause in found.causes] == ["output-range"]
    more = found.others[0]
    assert more.changes[0].startswith("learning rate ")
    assert " on top of output activation identity" in more.changes[0]
    assert np.median(more.errors_with) < 0.5 * np.median(more.errors_without)
    assert more.errors_without == found.causes[0].experiment.errors_with
    assert found.mended_score == pytest.approx(np.median(more.scores_with))


def test_where_one_cause_mended_does_not_make_it_learn_the_training_is_a_second():
    first, second = output_that_goes_nowhere(0.003).causes
    assert first.identifier == "output-range"
    assert second.labels in (("lr",), ("epoch",))


def test_labels_that_belong_to_other_rows_are_told_without_held_out_samples():
    rng = np.random.default_rng(4)
    found = diagnosed(setup(hidden=(3,), y=rng.permutation(RING), epochs=20))
    assert not found.causes
    assert "labels-unrelated" in names(found)
    assert "labels-unrelated" not in names(diagnosed(setup(hidden=(3,), learning_rate=1e-7, epochs=2)))


def test_a_network_that_ignores_its_inputs_is_told_so():
    s = setup(learning_rate=1e-9)
    zero = replace(s, network=s.network.with_parameters([0 * W for W in s.network.weights], s.network.biases))
    found = diagnosed(zero)
    (told,) = [finding for finding in found.findings if finding.identifier == "input-independent"]
    assert told.measured == pytest.approx(0, abs=1e-6)
    assert not told.confirmed
    net = s.network
    real, others = permuted_loss(s, bl.train(net, X, RING, epochs=300, learning_rate=0.02, seed=0)[0])
    assert real < 0.3 * others


def test_samples_count_by_their_weights_where_inputs_are_exchanged():
    s = setup()
    twice = replace(s, X=np.vstack([s.X, s.X[:40]]), Y=np.vstack([s.Y, s.Y[:40]]))
    weighed = replace(s, weights=1.0 + (np.arange(150) < 40))
    assert permuted_loss(weighed, s.network)[0] == pytest.approx(permuted_loss(twice, s.network)[0])
    assert permuted_loss(replace(s, weights=np.zeros(150)), s.network) == (0, 0)


def test_several_labels_of_one_sample_and_inputs_to_be_given_back_suit_a_log_loss():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(40, 4))
    labels = np.stack([X[:, 0] > 0, X[:, 1] > 0.5, X[:, 2] * X[:, 3] > 0], axis=1) * 1.0
    shares = 1 / (1 + np.exp(-X))

    def misfit(X, Y):
        net = bl.Network.random([X.shape[1], 5, Y.shape[1]], output="sigmoid", loss="log_loss", seed=1)
        found = bl.diagnose(net, X, Y, epochs=2, batch_size=10, learning_rate=0.01, quick=True)
        return "loss-misfit" in [finding.identifier for finding in found.findings]

    assert not misfit(X, labels)
    assert not misfit(shares, shares)
    assert misfit(X, shares[:, :2])
