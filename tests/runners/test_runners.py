"""What every runner of the table must keep to: each against a loop written out by hand, and against itself."""

import numpy as np
import pytest
from scipy.sparse import csr_array

import backlit as bl
from backlit.equations.optimizers import find_optimizer
from backlit.runners.equations import EquationsRunner
from backlit.runners.rule import StepRule
from backlit.runners.table import RUNNERS, start_runner

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(7, 3)), RNG.normal(size=(7, 2))
WEIGHT = RNG.uniform(0.5, 2.0, 7)
ORDER = np.asarray([4, 0, 6, 2, 5, 1, 3])


SGD = StepRule(find_optimizer("sgd"))
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}


@pytest.fixture(params=RUNNERS)
def start(request):
    """Start one of the runners."""

    def started(net, rule, **options):
        return start_runner(net, rule, runner=request.param, **options)

    return started


def network(**settings):
    return bl.Network.random([3, 4, 2], activation="tanh", output="identity", seed=1, **settings)


def by_hand(net, *, l1=0.0, l2=0.0, decay=0.0, clip=None, weight=None, masks=None, rates=(0.1, 0.1, 0.1)):
    """Two layers, tanh and identity, gradient descent; every line written out."""
    W1, W2 = (W.copy() for W in net.weights)
    b1, b2 = (b.copy() for b in net.biases)
    losses = []
    for _ in range(2):
        total = 0.0
        for batch, rate in enumerate(rates):
            rows = ORDER[3 * batch : 3 * batch + 3]
            w = np.ones(len(rows)) if weight is None else weight[rows]
            mask = 1.0 if masks is None else next(masks)(len(rows))
            h = np.tanh(X[rows] @ W1 + b1)
            p = (h * mask) @ W2 + b2
            d2 = (p - Y[rows]) * w[:, None] / w.sum()
            d1 = (d2 @ W2.T) * mask * (1 - h * h)
            loss = (w * ((p - Y[rows]) ** 2).sum(axis=1)).sum() / 2 / w.sum()
            for W in (W1, W2):
                loss += (l1 * np.abs(W).sum() + l2 / 2 * (W * W).sum()) / w.sum()
            total += loss * len(rows)
            g = [
                X[rows].T @ d1 + (l1 * np.sign(W1) + l2 * W1) / w.sum(),
                d1.sum(axis=0),
                (h * mask).T @ d2 + (l1 * np.sign(W2) + l2 * W2) / w.sum(),
                d2.sum(axis=0),
            ]
            norm = np.sqrt(sum((part * part).sum() for part in g))
            shrink = 1.0 if clip is None or norm <= clip else clip / norm
            W1 = W1 - rate * shrink * g[0] - rate * decay * W1
            W2 = W2 - rate * shrink * g[2] - rate * decay * W2
            b1, b2 = b1 - rate * shrink * g[1], b2 - rate * shrink * g[3]
        losses.append(total)
    return losses, [W1, b1, W2, b2]


def parameters(net):
    return [array for layer in net.layers for array in (layer.weights, layer.biases)]


@pytest.mark.parametrize(
    ("settings", "same"),
    [
        ({}, {}),
        ({"l1": 0.3, "l2": 0.7}, {"l1": 0.3, "l2": 0.7}),
        ({"weight_decay": 0.5}, {"decay": 0.5}),
        ({"clip_norm": 0.4, "l2": 0.5}, {"clip": 0.4, "l2": 0.5}),
    ],
    ids=["plain", "penalties", "decay", "clipped"],
)
@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["", "weighted"])
@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
def test_an_epoch_is_the_loop_by_hand(start, settings, same, weight, sparse):
    runner = start(network(), StepRule(find_optimizer("sgd"), **settings))
    given = csr_array(X) if sparse else X
    sums = [runner.epoch(given, Y, ORDER, 3, 0.1, weight) for _ in range(2)]
    losses, expected = by_hand(network(), weight=weight, **same)
    np.testing.assert_allclose([s.loss_sum for s in sums], losses, rtol=1e-12)
    assert [(s.n_batches, s.first_bad_batch) for s in sums] == [(3, None)] * 2
    for got, wanted in zip(parameters(runner.network()), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_dropout_is_the_loop_by_hand_with_the_masks_of_the_seed():
    rng = np.random.default_rng(9)

    def masks():
        while True:
            yield lambda n: (rng.random((n, 4)) >= 0.4) / 0.6

    runner = EquationsRunner(network(dropout=0.4), StepRule(find_optimizer("sgd")), seed=9)
    sums = [runner.epoch(X, Y, ORDER, 3, 0.1) for _ in range(2)]
    losses, expected = by_hand(network(), masks=masks())
    np.testing.assert_allclose([s.loss_sum for s in sums], losses, rtol=1e-12)
    np.testing.assert_allclose(runner.network().weights[0], expected[0], rtol=1e-12)


def test_a_runner_goes_on_from_another_ones_states(start):
    rule = StepRule(find_optimizer("adam"), {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-8})
    whole = start(network(), rule)
    for _ in range(4):
        whole.epoch(X, Y, ORDER, 3, 0.01)
    first = start(network(), rule)
    first.epoch(X, Y, ORDER, 3, 0.01)
    second = start(first.network(), rule, states=first.states())
    for _ in range(3):
        second.epoch(X, Y, ORDER, 3, 0.01)
    for got, wanted in zip(parameters(second.network()), parameters(whole.network()), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_the_network_of_a_runner_keeps_its_names_and_is_not_moved_later(start):
    runner = start(network(), StepRule(find_optimizer("sgd"), slopes_from_values=True))
    before = runner.network()
    kept = before.weights[0].copy()
    runner.epoch(X, Y, ORDER, 3, 0.1)
    assert [layer.activation for layer in runner.network().layers] == ["tanh", "identity"]
    assert (before.weights[0] == kept).all()
    assert not (runner.network().weights[0] == kept).all()


def test_a_batch_without_weight_moves_nothing(start):
    weight = np.asarray([0.0, 1, 0, 0, 0, 0, 0])
    runner = start(network(), StepRule(find_optimizer("adam"), {"beta_1": 0.9, "beta_2": 0.9, "epsilon": 1e-8}))
    sums = runner.epoch(X, Y, np.asarray([0, 2, 3]), 2, 0.1, weight)
    assert (sums.loss_sum, sums.n_batches) == (0.0, 2)
    assert (runner.network().weights[0] == network().weights[0]).all()


def test_a_number_that_is_not_finite_ends_the_epoch_and_is_named(start):
    runner = start(network(), SGD)
    runner.epoch(X, Y, ORDER, 3, 0.1)
    before = runner.snapshot()
    runner.epoch(X, Y, ORDER[:3], 3, 0.1)
    expected = parameters(runner.network())
    runner.restore(before)
    bad = Y.copy()
    bad[ORDER[4]] = np.nan
    result = runner.epoch(X, bad, ORDER, 3, 0.1)
    assert (result.n_batches, result.first_bad_batch) == (2, 2)
    assert (result.found.quantity, result.found.layer, result.found.index) == ("loss", None, (1,))
    # the runner is as it was before that batch, and what had a finite loss is one step behind
    assert_same(parameters(runner.network()), expected)
    assert_same(parameters(runner.last_good()), parameters(restored(start, before, runner)))


def test_parameters_that_are_not_finite_are_named_and_the_network_before_them_is_good(start):
    runner = start(network(), SGD)
    runner.epoch(X, Y, ORDER, 3, 0.1)
    before = parameters(runner.network())
    result = runner.epoch(1e5 * X, 1e5 * Y, ORDER, 3, 1e308)
    assert (result.first_bad_batch, result.found.quantity) == (1, "weight_step")
    assert_same(parameters(runner.network()), before)
    assert_same(parameters(runner.last_good()), before)


def test_the_weights_and_penalties_of_an_estimator_are_in_the_search_too(start):
    weight = WEIGHT.copy()
    runner = start(network(), StepRule(find_optimizer("adam"), ADAM, l2=0.5, slopes_from_values=True))
    runner.epoch(X, Y, ORDER, 3, 0.1, weight)
    expected = parameters(runner.network())
    bad = X.copy()
    bad[ORDER[0], 2] = np.inf
    result = runner.epoch(bad, Y, ORDER, 3, 0.1, weight)
    assert (result.found.quantity, result.found.layer, result.found.index[0]) == ("pre_activation", 1, 0)
    assert_same(parameters(runner.network()), expected)


def restored(start, snapshot, runner):
    runner.restore(snapshot)
    return runner.network()


def assert_same(arrays, others):
    for got, wanted in zip(arrays, others, strict=True):
        np.testing.assert_array_equal(got, wanted)


def test_each_batch_has_its_own_learning_rate(start):
    rates = np.asarray([0.3, 0.0, 0.05])
    runner = start(network(), StepRule(find_optimizer("sgd"), weight_decay=0.5))
    sums = [runner.epoch(X, Y, ORDER, 3, rates) for _ in range(2)]
    losses, expected = by_hand(network(), decay=0.5, rates=rates)
    np.testing.assert_allclose([s.loss_sum for s in sums], losses, rtol=1e-12)
    for got, wanted in zip(parameters(runner.network()), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_learning_rates_that_are_not_one_a_batch_are_an_error(start):
    with pytest.raises(bl.BacklitError, match=r"one for each of 3 batches, got \(2,\)"):
        start(network(), SGD).epoch(X, Y, ORDER, 3, np.asarray([0.1, 0.2]))


def test_from_a_snapshot_everything_is_the_same_again(start):
    runner = start(network(dropout=0.4), StepRule(find_optimizer("adam"), ADAM), seed=3)
    runner.epoch(X, Y, ORDER, 3, 0.1)
    snapshot = runner.snapshot()
    firsts, lasts = [], []
    for _ in range(2):
        firsts.append([runner.epoch(X, Y, ORDER, 3, 0.1).loss_sum for _ in range(2)])
        lasts.append((parameters(runner.network()), runner.steps, runner.states()))
        runner.restore(snapshot)
    assert firsts[0] == firsts[1]
    assert_same(lasts[0][0], lasts[1][0])
    assert lasts[0][1] == lasts[1][1] == 9
    assert_same(lasts[0][2][0].values(), lasts[1][2][0].values())
    assert runner.steps == 3


def test_dropout_drops_and_the_seed_decides(start):
    rates = [network(dropout=0.4), network(), network(dropout=0.4), network(dropout=0.4)]
    losses = []
    for net, seed in zip(rates, (5, 5, 5, 6), strict=True):
        runner = start(net, SGD, seed=seed)
        losses.append(runner.epoch(X, Y, ORDER, 3, 0.1).loss_sum)
    assert losses[0] == losses[2]
    assert len(set(losses)) == 3


def test_who_looks_up_can_end_an_epoch(start):
    n = 800_000
    order = np.random.default_rng(1).integers(0, 7, n)
    seen = []

    def look_up(done, *, searching=False):
        seen.append((done, searching))
        return len(seen) == 2

    runner = start(network(), SGD)
    result = runner.epoch(X, Y, order, 1, 1e-6, look_up=look_up)
    assert result.n_batches == seen[1][0] == runner.steps
    assert 0 < seen[0][0] < seen[1][0] < n
    assert result.first_bad_batch is None


def test_a_search_can_be_ended_and_then_nothing_is_named():
    bad = np.concatenate([np.tile(X, (100_000, 1)), np.full((1, 3), np.nan)])
    targets = np.concatenate([np.tile(Y, (100_000, 1)), np.zeros((1, 2))])
    runner = start_runner(network(), SGD, runner="compiled")
    start = parameters(runner.network())
    result = runner.epoch(
        bad, targets, np.arange(len(bad)), 1, 1e-6, look_up=lambda done, *, searching=False: searching
    )
    assert (result.first_bad_batch, result.found) == (len(bad), None)
    assert_same(parameters(runner.network()), start)
    assert_same(parameters(runner.last_good()), start)


def test_an_unknown_runner_is_an_error():
    assert list(RUNNERS)[:2] == ["compiled", "equations"]
    with pytest.raises(bl.BacklitError, match=f"unknown runner 'abacus'; known: {', '.join(['auto', *RUNNERS])}"):
        start_runner(network(), SGD, runner="abacus")


def test_float32_stays_float32(start):
    runner = start(network(dtype="float32"), StepRule(find_optimizer("adam"), ADAM, l2=0.1, clip_norm=1.0))
    runner.epoch(X.astype("f4"), Y.astype("f4"), ORDER, 3, 0.1, WEIGHT.astype("f4"))
    assert {array.dtype for array in parameters(runner.network())} == {np.dtype("f4")}


def test_both_runners_measure_outputs_and_the_losses_that_are_reported():
    net = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", seed=1)
    targets = np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]
    rule = StepRule(find_optimizer("sgd"), l2=0.1, probability_floor=0.48)
    p = np.exp(np.tanh(X @ net.weights[0]) @ net.weights[1])
    p /= p.sum(axis=1, keepdims=True)
    inside = np.clip(p, 0.48, 0.52)
    assert (inside != p).any()
    for runner in (start_runner(net, rule), EquationsRunner(net, rule)):
        outputs, losses = runner.measure(X, targets)
        np.testing.assert_allclose(outputs, p, rtol=1e-12)
        np.testing.assert_allclose(losses, -(targets * np.log(inside)).sum(axis=1), rtol=1e-12)
