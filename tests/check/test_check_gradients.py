"""check_gradients: right answers in every form are accepted, planted mistakes are named, ties are stated."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import backlit as bl
from backlit.check.mistakes import MISTAKES
from backlit.errors import BacklitError

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import evaluation_hard
import evaluation_right
import evaluation_singles
import planted

# the lesson's exercise
WEIGHTS = [[[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]], [[0.1], [-0.3]]]
X, TARGET, RATE = [0.5, 0.1, -0.2], [0.6], 0.5
NET = bl.Network.from_weights(WEIGHTS)


def batch_net(**options):
    return bl.Network.random([3, 4, 2], seed=1, **options)


BATCH = np.random.default_rng(0).normal(size=(5, 3))
TARGETS = np.random.default_rng(1).uniform(0.1, 0.9, (5, 2))


def names(report):
    return [finding.identifier for finding in report.findings]


def test_right_gradients_are_right():
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, *batch_net().gradients(BATCH, TARGETS))
    assert report.ok
    assert len(report.verdicts) == 4
    assert all(verdict.ok for verdict in report.verdicts)
    report.raise_if_wrong()


def test_the_lesson_s_steps_are_right_as_it_prints_them():
    steps = [
        [
            [1.770055466374e-04, -5.111785059877e-04],
            [3.540110932747e-05, -1.022357011975e-04],
            [-7.080221865494e-05, 2.044714023951e-04],
        ],
        [0.008040473948, 0.005559180912],
    ]
    report = bl.check_gradients(NET, X, TARGET, steps, learning_rate=RATE, convention="weight_step")
    assert report.ok


@pytest.mark.parametrize("mistake", planted.MISTAKES)
def test_a_planted_mistake_is_named_or_in_a_stated_tie(mistake):
    outcomes = evaluation_singles.planted_outcomes(mistake, 6, np.random.default_rng(7))
    assert len(outcomes) == 6
    assert [o.to_do for o in outcomes if o.kind not in ("named", "tie") or o.impossible] == []


def test_what_is_to_do_for_a_mistake_that_is_not_named_is_told():
    def told(*outcome):
        return evaluation_singles.Outcome("new", *outcome).to_do

    assert "nothing was named: the wrong equation of new" in told("", ())
    assert "unknown was named: the wrong equation of new" in told("unknown", ())
    same = frozenset({"old"})
    assert "old was named, beside it older: both give the same numbers" in told("old", ("older",), same | {"older"})
    assert "planted.py plants no pass of old with" in told("old", ("new",))
    assert "planted.py plants no pass of older with" in told("old", ("new", "older"), same)


def test_pairs_of_mistakes_are_detected_and_none_is_named_wrongly():
    outcomes = evaluation_hard.pair_outcomes(20, np.random.default_rng(1))
    kinds = [outcome.kind for outcome in outcomes]
    assert set(kinds) <= {"both", "tie", "otherwise", "one", "unknown"}
    assert kinds.count("both") + kinds.count("tie") >= 18


def test_nonsense_is_unknown_with_the_right_facts():
    outcomes = evaluation_hard.nonsense_outcomes(2, np.random.default_rng(1))
    assert {(outcome.first, outcome.facts_right) for outcome in outcomes} == {("unknown", True)}


def test_a_mistake_in_single_precision_is_no_rounding():
    # four layers of softplus: a careless bound on rounding grows with every layer and would swallow a factor of two
    net = bl.Network.random([3, 3, 3, 3, 4], activation="softplus", output="softmax", seed=0)
    X, y = np.random.default_rng(0).normal(size=(7, 3)), np.arange(7) % 4
    gW, gB = ([g.astype(np.float32) for g in gradients] for gradients in net.gradients(X, y))
    assert bl.check_gradients(net, X, y, gW, gB).ok
    report = bl.check_gradients(net, X, y, [2 * gW[0], *gW[1:]], [2 * gB[0], *gB[1:]])
    assert [(f.identifier, f.layers) for f in report.findings] == [("factor-two", (1,))]


def test_a_factor_of_a_quarter_is_not_two_halves():
    net = bl.Network.random([3, 2, 4], output="identity", loss="squared_error", seed=0)
    gW, gB = net.gradients(BATCH, np.ones((5, 4)))
    report = bl.check_gradients(net, BATCH, np.ones((5, 4)), [g / 4 for g in gW], [g / 4 for g in gB])
    assert names(report) == ["averaged-over-outputs"]
    assert report.findings[0].alternatives == ()


def test_two_mistakes_at_the_same_weights_are_both_named():
    gW, gB = batch_net().gradients(BATCH, TARGETS)
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, [5 * g.T for g in gW], [5 * g for g in gB])
    assert set(names(report)) == {"swapped-outer-product", "sum-instead-of-mean"}


def test_missing_input_is_named_where_the_error_term_alone_is_given():
    trace = NET.trace(X, TARGET, learning_rate=RATE)
    steps = [trace.layers[0].weight_step, [RATE * trace.layers[1].error_term[0]]]
    report = bl.check_gradients(NET, X, TARGET, steps, learning_rate=RATE, convention="weight_step")
    assert [(f.identifier, f.layer) for f in report.findings] == [("missing-input", 2)]


def test_arrays_rounded_to_different_decimals_are_rounded():
    trace = NET.trace(X, TARGET, learning_rate=RATE)
    steps = [np.round(trace.layers[0].weight_step, 6), np.round(trace.layers[1].weight_step, 4)]
    report = bl.check_gradients(NET, X, TARGET, steps, learning_rate=RATE, convention="weight_step")
    assert names(report) == ["rounded"]
    assert "4 to 6 decimals" in report.findings[0].happened


def test_the_facts_of_an_unknown_step_are_of_the_step():
    trace = NET.trace(X, TARGET, learning_rate=RATE)
    steps = [trace.layers[0].weight_step, trace.layers[1].weight_step + np.array([[0.0123], [0.001]])]
    report = bl.check_gradients(NET, X, TARGET, steps, learning_rate=RATE, convention="weight_step")
    assert names(report) == ["unknown"]
    assert "its weight step is 0.0203405" in report.findings[0].sentence


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_which_slope_was_taken_at_a_kink_may_show_only_below_it(slope):
    # both hidden sums are 0, and so is L2's input: its gradient is 0 with any slope, and only L1's tells which it was
    net = bl.Network.from_weights([[[0.0]], [[1.0]], [[1.0]]], activation="relu", output="identity")
    assert bl.check_gradients(net, [[1.0]], [[1.0]], [[[-slope * slope]], [[0.0]], [[0.0]]]).ok


def test_correct_answers_in_every_form_raise_no_alarm():
    assert evaluation_right.false_alarms(64, np.random.default_rng(3)) == []


def test_a_pass_that_is_not_wrong_is_not_called_wrong_by_the_evaluation():
    # the evaluation's own check can fail: an answer that is off by a thousandth is an alarm
    task = planted.random_task(np.random.default_rng(6))
    gW, gB = planted.claimed(task)
    assert not evaluation_singles.report(task, [1.001 * g for g in gW], gB, steps=False).ok


def test_two_mistakes_are_both_named():
    trace = NET.trace(X, TARGET, learning_rate=RATE)
    error = TARGET[0] - trace.prediction[0]  # no slope at the output
    hidden = error * np.array([0.1, -0.3])  # nor in the hidden layer
    steps = [RATE * np.outer(X, hidden), RATE * error * trace.layers[0].activation]
    report = bl.check_gradients(NET, X, TARGET, steps, learning_rate=RATE, convention="weight_step")
    assert set(names(report)) == {"missing-output-derivative", "missing-hidden-derivative"}
    assert names(report)[0] == "missing-output-derivative"


def test_what_follows_from_a_mistake_is_not_blamed_again():
    gW, _ = batch_net(loss="squared_error").gradients(BATCH, TARGETS)
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, [-g for g in gW])
    assert names(report) == ["wrong-sign"]
    assert report.findings[0].layers == (2,)
    assert any("L1" in remark and "follows" in remark for remark in report.remarks)


def test_equal_explanations_are_a_stated_tie():
    gW, _ = batch_net().gradients(BATCH, TARGETS)
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, [2 * g for g in gW])
    (finding,) = report.findings
    assert finding.identifier == "factor-two"
    assert finding.confidence == "one of several"
    assert finding.alternatives == ("accumulated",)
    assert "accumulated" in report.to_text()


def test_what_nothing_explains_is_unknown_with_the_first_wrong_layer_and_its_facts():
    gW, gB = batch_net().gradients(BATCH, TARGETS)
    wrong = [gW[0], gW[1] + np.arange(8).reshape(4, 2) / 10]
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, wrong, gB)
    (finding,) = report.findings
    assert (finding.identifier, finding.layer, finding.confidence) == ("unknown", 2, "none")
    assert "L2.w[4,2]" in finding.sentence
    assert [v.ok for v in report.verdicts] == [False, True, True, True]


def test_a_mistake_below_an_unknown_one_is_still_named_for_one_sample():
    trace = NET.trace(X, TARGET, learning_rate=RATE)
    delta = 0.0777  # out of nowhere
    hidden = delta * np.array([0.1, -0.3])  # without the slope
    steps = [RATE * np.outer(X, hidden), RATE * delta * trace.layers[0].activation]
    report = bl.check_gradients(NET, X, TARGET, steps, learning_rate=RATE, convention="weight_step")
    assert names(report) == ["unknown", "missing-hidden-derivative"]


def test_updated_weights_are_checked_where_given():
    trace = NET.trace(X, TARGET, learning_rate=RATE)
    gradients, _ = NET.gradients(X, TARGET)
    right = bl.check_gradients(NET, X, TARGET, gradients, learning_rate=RATE, updated=trace.updated.weights)
    assert right.ok
    uphill = [W + RATE * g for W, g in zip(NET.weights, gradients, strict=True)]
    wrong = bl.check_gradients(NET, X, TARGET, gradients, learning_rate=RATE, updated=uphill)
    assert not wrong.ok
    assert [v.quantity for v in wrong.verdicts if not v.ok] == ["weights after the step"] * 2


def test_updated_weights_used_is_named_without_a_learning_rate_too():
    rate = 0.1
    gW, _ = batch_net(activation="tanh").gradients(BATCH, TARGETS)
    net = batch_net(activation="tanh")
    moved = net.with_parameters([net.weights[0], net.weights[1] - rate * gW[1]], net.biases)
    trace = net.trace(BATCH, TARGETS)
    hidden = -trace.layers[1].error_term @ moved.weights[1].T * trace.layers[0].slope
    report = bl.check_gradients(net, BATCH, TARGETS, [BATCH.T @ hidden / 5, gW[1]])
    assert names(report) == ["updated-weights-used"]


@pytest.mark.parametrize(
    ("loss", "reduction", "scale"),
    [("mse", "mean", 1 / 5), ("mse", "sum", 1.0), ("sum_squared_error", "sum", 2.0), ("squared_error", "sum", 1.0)],
)
@pytest.mark.parametrize(("as_steps", "told"), [(False, True), (False, False), (True, True)])
def test_updated_weights_used_is_named_under_any_convention_of_the_loss(loss, reduction, scale, as_steps, told):
    net = batch_net(activation="tanh")
    trace = net.trace(BATCH, TARGETS)
    delta = -trace.layers[1].error_term * scale
    output = trace.layers[0].activation.T @ delta
    hidden = BATCH.T @ (delta @ (net.weights[1] - RATE * output).T * trace.layers[0].slope)
    factor, convention = (-RATE, "weight_step") if as_steps else (1.0, "gradient")
    report = bl.check_gradients(
        net,
        BATCH,
        TARGETS,
        [factor * hidden, factor * output],
        learning_rate=RATE if told else None,
        loss=loss,
        reduction=reduction,
        convention=convention,
    )
    assert names(report) == ["updated-weights-used"]


@pytest.mark.parametrize("at_zero", [-1.0, 0.0, 0.3, 0.5, 1.0, 2.0])
def test_the_slopes_of_either_side_of_a_kink_and_half_way_are_right(at_zero):
    net = bl.Network.from_weights([[[1.0, 2.0], [-1.0, 1.0]], [[0.5], [2.0]]], activation="relu", output="identity")
    trace = net.trace([1.0, 1.0], 0.25)  # the first hidden unit's sum is exactly 0
    slope = np.array([at_zero, 1.0])
    hidden = -trace.layers[1].error_term * np.array([0.5, 2.0]) * slope
    report = bl.check_gradients(net, [1.0, 1.0], 0.25, [np.outer([1.0, 1.0], hidden), trace.layers[1].weight_gradient])
    assert report.ok == (at_zero in (0.0, 0.5, 1.0))


def test_nan_is_wrong_and_said_to_be():
    gW, _ = batch_net().gradients(BATCH, TARGETS)
    gW[0] = np.full_like(gW[0], np.nan)
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, gW)
    assert names(report) == ["unknown"]
    assert "not finite" in report.to_text()
    assert json.loads(report.to_json())["verdicts"][1]["claimed"] == "nan"


def test_a_column_that_is_needed():
    net = bl.Network.random([4, 4, 2], seed=2, biases=False)
    x = [0.3, -0.2, 0.9, 0.4]
    trace = net.trace(x, [0.2, 0.7])
    elementwise = -trace.layers[0].error_term * x
    report = bl.check_gradients(net, x, [0.2, 0.7], [elementwise, trace.layers[1].weight_gradient])
    assert names(report) == ["column-needed"]
    assert "[:, None]" in report.findings[0].sentence


def test_points_are_the_share_of_right_arrays():
    gW, gB = batch_net().gradients(BATCH, TARGETS)
    report = bl.check_gradients(batch_net(), BATCH, TARGETS, [-gW[0], gW[1]], gB)
    assert report.points(8) == 6.0
    assert bl.check_gradients(batch_net(), BATCH, TARGETS, gW, gB).points(8) == 8.0


def test_every_mistake_s_words_are_filled_without_a_hole():
    from backlit.check.gradients import place_of
    from backlit.check.words import filled

    place = place_of(batch_net(), BATCH, TARGETS, rate=0.5)
    facts = {"ratio": "twice", "half": "forgotten", "decimals": "3", "facts": "It is."}
    for identifier in MISTAKES:
        for as_steps in (True, False):
            for layer_index in (0, 1):
                sentences = filled(identifier, place._replace(as_steps=as_steps, layer_index=layer_index), **facts)
                assert not any("{" in s or "}" in s for s in sentences)
                assert all(f"({key})" not in s for s in sentences for key in ("rate twice", "residual", "penalty"))


def test_the_contract_s_identifiers_are_all_there():
    contract = (Path(__file__).parent / "mistake-identifiers.txt").read_text().split()
    assert set(contract) <= set(MISTAKES)


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (([[1.0]],), {}, "one array a layer (2), got 1"),
        ((3.0,), {}, "list of one array a layer"),
        (([None, None],), {}, "weight_gradients[0] must be an array of numbers, got None"),
        (([[["a"]], [[1.0]]],), {}, "weight_gradients[0] must be an array of numbers"),
        (([[[1, 2], [3]], [[1.0]]],), {}, "weight_gradients[0] must be an array of numbers"),
        (([np.zeros((3, 2)), np.zeros((2, 1))], [np.zeros(2), None]), {}, "L1 has no biases"),
        (([np.zeros((3, 2)), np.zeros((2, 1))],), {"convention": "step"}, "'gradient' or 'weight_step'"),
        (([np.zeros((3, 2)), np.zeros((2, 1))],), {"convention": "weight_step"}, "needs the learning_rate"),
        (([np.zeros((3, 2)), np.zeros((2, 1))],), {"learning_rate": -1}, "learning_rate must be above 0"),
        (([np.zeros((3, 2)), np.zeros((2, 1))],), {"updated": [1]}, "updated must hold one array a layer"),
    ],
)
def test_bad_input_is_one_sentence(arguments, options, words):
    with pytest.raises(BacklitError) as caught:
        bl.check_gradients(NET, X, TARGET, *arguments, **options)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistake_that_would_overflow_explains_nothing():
    # the derivative of the error term, exp(1e8), is infinite; nothing is near infinity
    net = bl.Network.from_weights([[[1.0]], [[-18.0, 1.0]]], activation="identity", output="exp", loss="poisson")
    gW, _ = net.gradients([[1.0]], [[1.0, 2.0]])
    report = bl.check_gradients(net, [[1.0]], [[1.0, 2.0]], [gW[0], gW[1] + np.array([[0.0, 0.3]])])
    assert names(report)[0] == "unknown"


def test_values_next_to_nothing_are_not_rounded():
    net = bl.Network.random([3, 2, 2], output="identity", seed=0)
    gW = [1e-16 * np.arange(1.0, 7.0).reshape(3, 2), np.zeros((2, 2))]
    assert names(bl.check_gradients(net, BATCH, net.predict(BATCH) + 1e-15, gW)) != ["rounded"]


def test_a_factor_on_the_way_is_not_blamed_where_all_arrays_of_its_layer_are_missing():
    net = bl.Network.random([3, 4, 4], activation="tanh", output="tanh", seed=0)
    net = bl.Network.from_weights(net.weights, None, activation="tanh", output="tanh")
    targets = np.random.default_rng(1).uniform(-0.9, 0.9, (5, 4))
    (first, second), _ = net.gradients(BATCH, targets)
    report = bl.check_gradients(net, BATCH, targets, [0.25 * first, 0 * second])
    assert [(f.identifier, f.layers) for f in report.findings] == [
        ("gradient-missing", (2,)),
        ("averaged-over-outputs", (1,)),
    ]


def test_a_factor_that_two_mistakes_make_is_not_said_to_be_two():
    net = bl.Network.random([3, 4, 2], activation="tanh", output="sigmoid", seed=0)
    net = bl.Network.from_weights(net.weights, None, activation="tanh", output="sigmoid")
    (first, second), _ = net.gradients(BATCH, TARGETS)
    report = bl.check_gradients(net, BATCH, TARGETS, [0.25 * first, 0.25 * second])
    assert "0.25 times" in report.findings[0].sentence
    assert "L2 is half the right value" not in report.to_text()
