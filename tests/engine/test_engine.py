"""The compiled engine: the equations' numbers at every level and number of threads, and what it refuses."""

import faulthandler
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

import backlit as bl
from backlit.engine.known import activation_known, loss_known, optimizer_known, why_not
from backlit.engine.levels import LEVELS, available_levels, opened
from backlit.engine.predict import predicted
from backlit.engine.threads import threads_wanted, usable_processors
from backlit.engine.trainer import Trainer
from backlit.equations.activation_table import ACTIVATIONS, Activation, find_activation
from backlit.equations.loss_table import LOSSES, find_loss, loss_fits
from backlit.equations.optimizers import OPTIMIZERS, clipped, find_optimizer, weight_decay_step
from backlit.equations.slopes import with_slope_from_value
from backlit.errors import BacklitError
from backlit.network.sweeps import backward, forward, sample_losses
from backlit.runners.objective import measured

HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only] + ["leaky_relu(0.2)", "elu(0.5)"]
LOSS_NAMES = [*LOSSES, "huber(0.3)", "quantile(0.8)"]
ENDS = [
    (output, loss) for output in ACTIVATIONS for loss in LOSS_NAMES if loss_fits(find_loss(loss), ACTIVATIONS[output])
]
TOLERANCE = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-4}


TIME_LIMIT = 180


@pytest.fixture(autouse=True)
def ends_in_time():
    """Threads that wait for each other for ever end the run, with a traceback of each, and not only the patience."""
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def network(sizes, hidden, output, loss, *, seed, dtype=np.float64, biased=None, dropout=0.0):
    """A network with biases that are not 0, and none where ``biased`` says so."""
    rng = np.random.default_rng(seed)
    shapes = list(pairwise(sizes))
    weights = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes]
    keep = [True] * len(shapes) if biased is None else biased
    biases = [rng.normal(size=shape[1]) / 2 if has else None for shape, has in zip(shapes, keep, strict=True)]
    return bl.Network.from_weights(
        weights, biases, activation=hidden, output=output, loss=loss, dtype=dtype, dropout=dropout
    )


def samples(net, n, seed):
    """Samples and targets that the network's output and loss take."""
    rng = np.random.default_rng(seed)
    output, loss = net.layers[-1], net.loss_row
    X = rng.normal(size=(n, net.layers[0].n_in))
    low = max(loss.target_range[0], output.row.range[0], -2.0)
    high = min(loss.target_range[1], output.row.range[1], 2.0)
    y = rng.uniform(low, high, size=(n, output.n_out))
    if output.row.name == "softmax":
        y /= y.sum(axis=1, keepdims=True)
    return X.astype(output.weights.dtype), y.astype(output.weights.dtype)


def off(ours, theirs):
    """Largest difference over all arrays, relative to the largest entry."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if b is not None]
    assert all(a.shape == b.shape and a.dtype == b.dtype for a, b in pairs)
    size = max([1e-3, *(float(np.abs(b).max()) for _, b in pairs)])
    return max(float(np.abs(a - b).max()) for a, b in pairs) / size


def parameters(net):
    return [array for layer in net.layers for array in (layer.weights, layer.biases)]


def by_equations(net, X, y, sample_weight=None, l1=0.0, l2=0.0, masks=None):
    """Loss and gradients as the equations have them, weighted and with penalties."""
    sweep = forward(net, X, masks=masks)
    layers = backward(net, sweep, y)
    w = np.ones(len(X), X.dtype) if sample_weight is None else sample_weight
    total = w.sum()
    loss = float((w * sample_losses(net, sweep, y)).sum() / total)
    gradients = []
    for layer, step, back in zip(net.layers, sweep, layers, strict=True):
        dz = -back.error_term * w[:, None] / total
        W = layer.weights
        gradients.append(step.input.T @ dz + (l1 * np.sign(W) + l2 * W) / total)
        gradients.append(None if layer.biases is None else dz.sum(axis=0))
        loss += float((l1 * np.abs(W).sum() + l2 / 2 * (W * W).sum()) / total)
    return loss, gradients


def train_by_equations(net, X, y, orders, size, row, rate, *, hyper, weight_decay=0.0, clip_norm=None, **options):
    """The parameters and epoch sums after going through ``orders`` in batches."""
    masks_of, sample_weight = options.pop("masks_of", None), options.pop("sample_weight", None)
    states, sums, step_number = [{} for _ in parameters(net)], [], 0
    for order in orders:
        total = 0.0
        for at in range(0, len(order), size):
            rows = order[at : at + size]
            step_number += 1
            w = None if sample_weight is None else sample_weight[rows]
            masks = masks_of(step_number, len(rows)) if masks_of else None
            loss, gradients = by_equations(net, X[rows], y[rows], w, masks=masks, **options)
            total += loss * len(rows)
            if clip_norm is not None:
                shrunk = iter(clipped([g for g in gradients if g is not None], clip_norm))
                gradients = [None if g is None else next(shrunk) for g in gradients]
            arrays = parameters(net)
            for i, g in enumerate(gradients):
                if g is None:
                    continue
                step, states[i] = row.step(g, states[i], learning_rate=rate, **hyper)
                if weight_decay and i % 2 == 0:
                    step = step + weight_decay_step(arrays[i], rate, weight_decay)
                arrays[i] = arrays[i] + step
            layers = [
                replace(layer, weights=W, biases=b)
                for layer, W, b in zip(net.layers, arrays[::2], arrays[1::2], strict=True)
            ]
            net = replace(net, layers=tuple(layers))
        sums.append(total)
    return net, sums, states


# --- the equations' numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", HIDDEN)
def test_every_hidden_activation_has_the_equations_gradient(name, dtype, level):
    net = network([3, 21, 5, 2], name, "identity", "squared_error", seed=1, dtype=dtype)
    X, y = samples(net, 7, 2)
    if name != "exp":
        X[0] *= 30  # far out in the tails
    loss, weights, biases = Trainer(net, level=level).loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    assert loss == pytest.approx(expected, rel=TOLERANCE[net.layers[0].weights.dtype])
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < TOLERANCE[X.dtype]


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize(("output", "loss"), ENDS)
def test_every_output_with_every_loss_that_fits_has_the_equations_gradient(output, loss, level):
    net = network([3, 4, 5], "tanh", output, loss, seed=3)
    X, y = samples(net, 7, 4)
    value, weights, biases = Trainer(net, level=level).loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    assert value == pytest.approx(expected, rel=1e-12)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < 1e-12


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_larger_than_every_block_have_the_equations_gradient(dtype, level):
    # more rows, columns and terms than a block has, not a whole number of blocks; rows as far apart as caches dislike
    net = network([512, 1030, 450, 7], "tanh", "identity", "squared_error", seed=1, dtype=dtype)
    X, y = samples(net, 110, 2)
    trainer = Trainer(net, level=level, n_threads=1)
    loss, weights, biases = trainer.loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    tolerance = 30 * float(np.finfo(dtype).eps)
    assert loss == pytest.approx(expected, rel=tolerance)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < tolerance
    assert off([predicted(net, X, level=level)], [forward(net, X)[-1].output]) < tolerance
    by_three = Trainer(net, level=level, n_threads=3).loss_and_gradients(X, y)
    assert by_three[0] == loss
    for ours, one in zip([*by_three[1], *by_three[2]], [*weights, *biases], strict=True):
        np.testing.assert_array_equal(ours, one)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_slopes_can_be_taken_from_the_activations(name):
    net = network([3, 4, 5, 2], name, "sigmoid", "squared_error", seed=3)
    net = net.with_parameters([400 * net.weights[0], *net.weights[1:]], net.biases)  # far out in the tails
    rows = [with_slope_from_value(layer.row) for layer in net.layers[:-1]]
    _, expected = by_equations(net.with_activation(rows), *(arrays := samples(net, 1, 4)))
    _, weights, biases = Trainer(net, slopes_from_values=True).loss_and_gradients(*arrays)
    ours = [g for pair in zip(weights, biases, strict=True) for g in pair]
    # entry by entry: in the tails the derivative gives other numbers
    assert all(np.allclose(a, b, rtol=1e-9, atol=1e-300) for a, b in zip(ours, expected, strict=True))
    _, plain, _ = Trainer(net).loss_and_gradients(*arrays)
    assert np.allclose(plain[0], weights[0], rtol=1e-9, atol=0) == (name == "relu")


@st.composite
def problems(draw):
    sizes = draw(st.lists(st.integers(1, 40), min_size=2, max_size=5))
    output, loss = draw(st.sampled_from(ENDS))
    if output == "softmax":
        sizes[-1] = max(sizes[-1], 2)
    n_layers = len(sizes) - 1
    # e^(e^z) leaves every range
    names = [name for name in HIDDEN if name != "exp"]
    hidden = draw(st.lists(st.sampled_from(names), min_size=n_layers - 1, max_size=n_layers - 1))
    biased = draw(st.lists(st.booleans(), min_size=n_layers, max_size=n_layers))
    dropout = draw(st.lists(st.sampled_from([0.0, 0.3]), min_size=n_layers - 1, max_size=n_layers - 1))
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    seed = draw(st.integers(0, 999))
    net = network(sizes, hidden, output, loss, seed=seed, dtype=dtype, biased=biased, dropout=dropout)
    X, y = samples(net, draw(st.integers(1, 70)), seed + 1)
    weight = np.random.default_rng(seed).uniform(0, 3, len(X)).astype(dtype) if draw(st.booleans()) else None
    return net, X, y, weight


def kinks_apart(net, X, y):
    """Whether rounding can put no value on another side of a kink, where the slope jumps."""
    sweep = forward(net, X)
    values = [(step.pre_activation, layer.row.kinks) for step, layer in zip(sweep, net.layers, strict=True)]
    values.append((sweep[-1].output - y, net.loss_row.residual_kinks))
    return all((np.abs(array - kink) > 1e-5).all() for array, kinks in values for kink in kinks)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(problems(), st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 0.7]), st.sampled_from([1, 2, 3]))
def test_gradients_agree_for_any_network_and_samples(problem, l1, l2, n_threads):
    net, X, y, weight = problem
    if not kinks_apart(net, X, y):
        return
    trainer = Trainer(net, l1=l1, l2=l2, n_threads=n_threads)
    loss, weights, biases = trainer.loss_and_gradients(X, y, weight)
    expected, gradients = by_equations(net, X, y, weight, l1, l2)
    tolerance = TOLERANCE[X.dtype]
    assert loss == pytest.approx(expected, rel=tolerance, abs=tolerance)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < tolerance
    assert off([predicted(net, X)], [forward(net, X)[-1].output]) < tolerance
    outputs, losses = trainer.measure(X, y)
    assert off([outputs, losses.astype(X.dtype)], measured(net, X, y)) < tolerance


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(
    problems(),
    st.sampled_from(sorted(OPTIMIZERS)),
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([None, 0.05]),
    st.integers(1, 20),
    st.sampled_from([1, 2]),
)
def test_three_epochs_agree_for_any_network_samples_and_optimizer(problem, name, decay, clip, size, n_threads):
    net, X, y, weight = problem
    row = find_optimizer(name)
    # an epsilon that is no smaller than rounding: else a gradient of 0 or of 1e-17 are different steps
    hyper = {k: v for k, v in row.defaults.items() if k != "learning_rate"}
    hyper = {**hyper, **({"epsilon": 1e-2} if "epsilon" in hyper else {})}
    options = {"weight_decay": decay, "clip_norm": clip, "l1": 0.0, "l2": 0.1}
    trainer = Trainer(net, row, hyper, seed=5, n_threads=n_threads, **options)
    # steps so short that a difference does not grow on the way, and yet far longer than what may differ
    orders, rate = [np.random.default_rng(i).permutation(len(X)) for i in range(3)], 0.001
    with np.errstate(all="ignore"):
        expected, sums, _ = train_by_equations(
            net, X, y, orders, size, row, rate, hyper=hyper, masks_of=trainer.masks, sample_weight=weight, **options
        )
        apart = kinks_apart(expected, X, y)
    # where training runs away (an exp output in deep networks), differences do too
    arrays = [p for p in parameters(expected) if p is not None]
    if not (apart and all((np.abs(p) < 100).all() for p in arrays) and max(sums) < 1e4 * len(X)):
        return
    ours = [trainer.epoch(X, y, order, size, rate, weight).loss_sum for order in orders]
    tolerance = TOLERANCE[X.dtype]
    assert off(parameters(trainer.network()), parameters(expected)) < tolerance
    np.testing.assert_allclose(ours, sums, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("n_threads", [1, 7])
def test_samples_of_several_chunks_are_measured_as_they_come(n_threads):
    # slow enough, by gelu, for threads to be in different chunks at once
    net = network([3, 200, 2], "gelu", "softmax", "cross_entropy", seed=0, dropout=[0.3])
    n = 4500
    X, labels = np.random.default_rng(0).normal(size=(n, 3)), np.random.default_rng(1).integers(2, size=n)
    trainer = Trainer(net, n_threads=n_threads, probability_floor=0.2)
    expected = measured(net, X, np.eye(2)[labels], probability_floor=0.2)
    for samples_given, targets in ((X, labels), (sparse.csr_array(X), np.eye(2)[labels])):
        for ours, theirs in zip(trainer.measure(samples_given, targets), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    with pytest.raises(BacklitError, match="y must have shape"):
        trainer.measure(X, labels[:-1])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizers_memory_is_the_equations_memory(name):
    net = network([3, 4, 2], "tanh", "identity", "squared_error", seed=0, biased=[True, False])
    (X, y), row = samples(net, 5, 1), find_optimizer(name)
    hyper = {k: v for k, v in row.defaults.items() if k != "learning_rate"}
    trainer, order = Trainer(net, row), np.arange(5)
    assert trainer.states() == [{}] * 4
    trainer.epoch(X, y, order, 2, 0.01)
    _, _, states = train_by_equations(net, X, y, [order], 2, row, 0.01, hyper=hyper)
    for ours, theirs in zip(trainer.states(), states, strict=True):
        assert ours.keys() == theirs.keys()
        for key, value in theirs.items():
            np.testing.assert_allclose(ours[key], value, rtol=1e-9)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_trainer_that_goes_on_from_a_state_has_the_same_bits(name):
    net = network([3, 4, 2], "tanh", "identity", "squared_error", seed=0, dropout=[0.3])
    (X, y), row, order = samples(net, 70, 1), find_optimizer(name), np.arange(70)
    whole, first = Trainer(net, row, seed=3), Trainer(net, row, seed=3)
    for _ in range(4):
        whole.epoch(X, y, order, 2, 0.01)
    for _ in range(2):
        first.epoch(X, y, order, 2, 0.01)
    second = Trainer(first.network(), row, seed=3)
    second.set_states(pickle.loads(pickle.dumps(first.states())), first.steps)
    for _ in range(2):
        second.epoch(X, y, order, 2, 0.01)
    assert_same_bits(whole, second)


def assert_same_bits(a, b):
    ours, theirs = a.snapshot(), b.snapshot()
    np.testing.assert_array_equal(ours.parameters, theirs.parameters)
    assert ours.memory.keys() == theirs.memory.keys()
    for place in ours.memory:
        np.testing.assert_array_equal(ours.memory[place], theirs.memory[place])
    assert ours.steps == theirs.steps


def test_an_exponent_that_overflows_is_seen_and_tails_are_exact():
    net = bl.Network.from_weights([[[1.0]]], output="exp", dtype=np.float32)
    assert np.isinf(predicted(net, [[89.0]]))[0, 0]
    net = bl.Network.from_weights([[[1.0]]], output="sigmoid")
    assert predicted(net, [[-700.0]])[0, 0] == pytest.approx(np.exp(-700.0), rel=1e-12)
    assert predicted(net, [[-720.0]])[0, 0] < 1e-307


# --- threads and levels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", available_levels())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_result_is_the_same_bit_for_bit_at_any_number_of_threads(dtype, level):
    net = network(
        [37, 61, 30, 10], ["tanh", "gelu"], "softmax", "cross_entropy", seed=2, dtype=dtype, dropout=[0.2, 0.0]
    )
    (X, y), order = samples(net, 210, 3), np.random.default_rng(0).permutation(210)
    runs, sums = [], []
    for n_threads in (1, 2, 3, 7, 2):
        trainer = Trainer(net, find_optimizer("adam"), l2=0.1, clip_norm=0.5, seed=1, n_threads=n_threads, level=level)
        sums.append([trainer.epoch(X, y, order, 64, 0.01).loss_sum for _ in range(2)])
        runs.append(trainer)
    for other in runs[1:]:
        assert_same_bits(runs[0], other)
    assert all(s == sums[0] for s in sums)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(problems(), st.sampled_from([0.0, 0.3]), st.integers(8, 70), st.sampled_from([2, 3, 4]))
def test_threads_change_no_bit_of_any_network(problem, l1, size, n_threads):
    net, X, y, weight = problem
    order = np.random.default_rng(0).integers(0, len(X), 90)
    ours, theirs = (Trainer(net, find_optimizer("adam"), l1=l1, n_threads=n) for n in (1, n_threads))
    sums = [trainer.epoch(X, y, order, size, 0.01, weight) for trainer in (ours, theirs)]
    assert sums[0] == sums[1]
    assert_same_bits(ours, theirs)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_trainer_goes_on_with_the_same_bits_after_a_fork():
    # a process of its own: one that has started other threads, as pytest's may, must not fork
    script = """
import os, numpy as np, backlit as bl
from backlit.engine.trainer import Trainer
net = bl.Network.random([3, 40, 2], seed=0)
X, y, order = np.linspace(-1, 1, 270).reshape(90, 3), np.full((90, 2), 0.5), np.arange(90)
ours, one = Trainer(net, n_threads=2), Trainer(net, n_threads=1)
sums = [one.epoch(X, y, order, 30, 0.1).loss_sum for _ in range(3)]
assert sums[0] != sums[1]
assert ours.epoch(X, y, order, 30, 0.1).loss_sum == sums[0]
child = os.fork()
assert [ours.epoch(X, y, order, 30, 0.1).loss_sum for _ in range(2)] == sums[1:]
del ours
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_trainers_of_several_python_threads_do_not_disturb_each_other():
    net = network([3, 40, 2], "tanh", "identity", "squared_error", seed=0)
    (X, y), order = samples(net, 90, 1), np.arange(90)

    def sums(n_threads):
        trainer = Trainer(net, find_optimizer("adam"), n_threads=n_threads)
        return [trainer.epoch(X, y, order, 30, 0.01).loss_sum for _ in range(100)]

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(sums, [1, 2, 3, 2, 2, None]))
    assert all(run == runs[0] for run in runs)


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="the system does not list a process's threads")
def test_by_default_a_network_trained_beside_another_takes_no_second_processor():
    # threads are counted while another network trains, then in a fork, where nobody trains, and then alone
    script = """
import os, threading, time
import joblib, numpy as np
import backlit as bl, backlit.engine.trainer as engine
os.environ.pop("OMP_NUM_THREADS", None)
joblib.cpu_count = lambda: 2
engine.PAUSE_SECONDS = 60
net = bl.Network.random([30, 100, 10], seed=0)
X, y, order = np.full((200, 30), 0.5), np.full((200, 10), 0.5), np.arange(200)

def helpers():
    trainer, before = engine.Trainer(net), len(os.listdir("/proc/self/task"))
    trainer.epoch(X, y, order, 200, 0.1)
    return len(os.listdir("/proc/self/task")) - before

other = engine.Trainer(net, n_threads=1)
training = threading.Thread(target=other.epoch, args=(X, y, np.tile(order, 4000), 200, 0.1))
training.start()
time.sleep(0.1)
child = os.fork()
if child == 0:
    os._exit(helpers())
beside = helpers()
assert training.is_alive()
training.join()
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
assert beside == 0, beside
time.sleep(0.2)  # until it counts as alone
assert helpers() == 1
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_levels_agree_to_rounding():
    net = network([37, 61, 10], "tanh", "softmax", "cross_entropy", seed=2)
    (X, y), order = samples(net, 50, 3), np.arange(50)
    results = []
    for level in available_levels():
        trainer = Trainer(net, find_optimizer("adam"), level=level)
        trainer.epoch(X, y, order, 16, 0.01)
        results.append(parameters(trainer.network()))
    assert all(off(result, results[0]) < 1e-9 for result in results)


def run_python(code, **environment):
    command, env = [sys.executable, "-c", code], {**os.environ, **environment}
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=env)


@pytest.mark.parametrize("level", available_levels())
def test_the_environment_names_a_level(level):
    code = "from backlit.engine.levels import chosen_level; print(chosen_level())"
    assert run_python(code, BACKLIT_ENGINE_LEVEL=level).stdout.strip() == level
    assert run_python(code, BACKLIT_ENGINE_LEVEL="").stdout.strip() == available_levels()[-1]


def test_an_unknown_level_is_an_error_that_lists_the_levels(monkeypatch):
    net = network([3, 2], [], "identity", "squared_error", seed=0)
    monkeypatch.setenv("BACKLIT_ENGINE_LEVEL", "avx9")
    with pytest.raises(BacklitError, match="BACKLIT_ENGINE_LEVEL must be one of baseline, avx2, got 'avx9'"):
        Trainer(net)


def test_a_level_that_the_processor_lacks_is_an_error(monkeypatch):
    class Module:
        def levels(self):
            return ["baseline"]

    opened.cache_clear()
    monkeypatch.setattr("importlib.import_module", lambda name: Module())
    try:
        with pytest.raises(BacklitError, match="level 'avx2' of the compiled engine needs a processor that has it"):
            opened("avx2")
    finally:
        opened.cache_clear()


def test_an_engine_that_was_not_built_is_an_error_that_says_what_to_do(monkeypatch):
    def missing(name):
        raise ImportError(f"No module named '{name}'")

    opened.cache_clear()
    monkeypatch.setattr("importlib.import_module", missing)
    try:
        with pytest.raises(BacklitError, match="install backlit again with a C\\+\\+ compiler"):
            opened("baseline")
    finally:
        opened.cache_clear()


def test_threads_are_limited_by_what_joblib_sets_and_by_a_containers_quota(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("joblib.cpu_count", lambda: 3)
    assert usable_processors() == 3
    assert threads_wanted(None) == -3
    monkeypatch.undo()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert usable_processors() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert usable_processors() >= 1
    assert threads_wanted(3) == 3
    for bad in (0, -1, 2.5, "two", True, 5000):
        with pytest.raises(BacklitError, match="n_threads must be"):
            threads_wanted(bad)


# --- what an epoch does -------------------------------------------------------------------------------------------


def plain(n=20, **options):
    net = network([3, 4, 2], "tanh", "identity", "squared_error", seed=0, **options)
    return net, *samples(net, n, 1)


def test_batches_can_be_left_out_and_pauses_change_nothing(monkeypatch):
    net, X, y = plain()
    order = np.arange(20)
    whole, parts, pausing = (Trainer(net, find_optimizer("adam")) for _ in range(3))
    expected = whole.epoch(X, y, order, 3, 0.01)
    parts.epoch(X, y, order[:6], 3, 0.01)
    assert parts.epoch(X, y, order, 3, 0.01, first_batch=2).n_batches == 7
    monkeypatch.setattr("backlit.engine.trainer.PAUSE_SECONDS", 1e-9)
    seen = []
    sums = pausing.epoch(X, y, order, 3, 0.01, look_up=lambda done: seen.append(done) or False)
    assert sums == expected
    assert seen[-1] == 7
    assert_same_bits(whole, parts)
    assert_same_bits(whole, pausing)


def test_look_up_ends_an_epoch_between_batches(monkeypatch):
    net, X, y = plain(2000)
    trainer, order = Trainer(net), np.arange(2000)
    monkeypatch.setattr("backlit.engine.trainer.PAUSE_SECONDS", 1e-9)
    done = trainer.epoch(X, y, order, 1, 0.01, look_up=lambda done: True).n_batches
    assert 1 <= done < 2000
    again = Trainer(net)
    again.epoch(X, y, order[:done], 1, 0.01)
    assert_same_bits(trainer, again)


def test_a_batch_whose_weights_are_0_is_passed_over():
    net, X, y = plain()
    weight = np.ones(20)
    weight[3:6] = 0
    ours, theirs = Trainer(net, find_optimizer("adam")), Trainer(net, find_optimizer("adam"))
    sums = ours.epoch(X, y, np.arange(20), 3, 0.01, weight)
    rest = np.r_[0:3, 6:20]
    assert sums.loss_sum == theirs.epoch(X, y, rest, 3, 0.01).loss_sum
    assert sums.n_batches == 7
    assert_same_bits(ours, theirs)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_number_that_is_not_finite_names_its_batch_and_moves_nothing(n_threads):
    net, X, y = plain(40)
    X[33, 1] = np.nan
    trainer, before = (Trainer(net, find_optimizer("adam"), n_threads=n_threads) for _ in range(2))
    sums = trainer.epoch(X, y, np.arange(40), 16, 0.01)
    assert (sums.first_bad_batch, sums.n_batches, sums.moved) == (3, 3, False)
    before.epoch(X, y, np.arange(32), 16, 0.01)
    assert_same_bits(trainer, before)


def test_a_pre_activation_that_overflows_is_seen_behind_a_sigmoid():
    net = bl.Network.from_weights([[[1e308], [1e308]], [[1.0]]], activation="sigmoid", output="identity")
    sums = Trainer(net).epoch([[10.0, 10.0]], [[0.0]], [0], 1, 0.1)
    assert sums.first_bad_batch == 1


def test_a_step_that_overflows_is_seen_after_it():
    net = bl.Network.from_weights([[[1.0]]], output="identity")
    sums = Trainer(net).epoch([[1e153]], [[0.0]], [0], 1, 1000)
    assert (sums.first_bad_batch, sums.moved) == (1, True)


def test_a_batch_of_many_rows_is_worked_on_in_parts():
    net, X, y = plain(5000)
    loss, weights, biases = Trainer(net, n_threads=2).loss_and_gradients(X, y)
    expected, gradients = by_equations(net, X, y)
    assert loss == pytest.approx(expected, rel=1e-12)
    assert off([g for pair in zip(weights, biases, strict=True) for g in pair], gradients) < 1e-12
    trainer = Trainer(net, clip_norm=0.01, n_threads=2)
    assert trainer.epoch(X, y, np.arange(5000), 10**9, 0.1).loss_sum / 5000 == pytest.approx(expected, rel=1e-12)


def test_the_reported_loss_can_keep_from_0_and_1_and_be_scaled():
    net = bl.Network.from_weights([[[1.0, -1.0]]], output="softmax")
    order = np.arange(1)
    sums = Trainer(net, probability_floor=1e-3, loss_scale=0.5).epoch([[50.0]], np.asarray([1]), order, 1, 0.0)
    assert sums.loss_sum == pytest.approx(-0.5 * np.log(1e-3), rel=1e-12)
    net = bl.Network.from_weights([[[1.0]]], output="sigmoid", loss="log_loss")
    sums = Trainer(net, probability_floor=1e-3).epoch([[50.0]], [[0.0]], order, 1, 0.0)
    assert sums.loss_sum == pytest.approx(-np.log(1e-3), rel=1e-12)


def test_labels_are_one_hot_targets():
    net = network([3, 4, 5], "relu", "softmax", "cross_entropy", seed=0)
    X, _ = samples(net, 9, 1)
    labels = np.arange(9) % 5
    one_hot = np.eye(5)[labels]
    ours, theirs = Trainer(net), Trainer(net)
    assert ours.epoch(X, labels, np.arange(9), 4, 0.1) == theirs.epoch(X, one_hot, np.arange(9), 4, 0.1)
    assert off(parameters(ours.network()), parameters(theirs.network())) < 1e-14


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csc_array])
def test_sparse_samples_are_dense_samples(kind, n_threads):
    net = network([120, 6, 2], "tanh", "identity", "squared_error", seed=0)
    rng = np.random.default_rng(1)
    X = rng.normal(size=(40, 120)) * (rng.random((40, 120)) < 0.1)
    y = rng.normal(size=(40, 2))
    order = rng.permutation(40)
    ours, theirs = (Trainer(net, find_optimizer("adam"), l2=0.1, n_threads=n_threads) for _ in range(2))
    assert ours.epoch(kind(X), y, order, 16, 0.01).loss_sum == pytest.approx(
        theirs.epoch(X, y, order, 16, 0.01).loss_sum, rel=1e-12
    )
    assert off(parameters(ours.network()), parameters(theirs.network())) < 1e-10


def test_dropout_masks_are_drawn_by_seed_step_and_layer_at_the_rate():
    net = network([3, 400, 300, 2], "relu", "identity", "squared_error", seed=0, dropout=[0.25, 0.5])
    trainer = Trainer(net, seed=1)
    first, second, none = trainer.masks(1, 50)
    assert none is None
    assert set(np.unique(first)) == {0.0, 1 / 0.75}
    assert (first == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert (second == 0).mean() == pytest.approx(0.5, abs=0.01)
    # no row or unit is favoured, and neighbours are independent
    assert np.abs((first == 0).mean(axis=0) - 0.25).max() < 0.3
    dropped = (second == 0).astype(float).ravel()
    assert abs(np.corrcoef(dropped[:-1], dropped[1:])[0, 1]) < 0.03
    assert not np.array_equal(first, trainer.masks(2, 50)[0])
    assert not np.array_equal(first, Trainer(net, seed=2).masks(1, 50)[0])
    np.testing.assert_array_equal(first, trainer.masks(1, 50)[0])


# --- the boundary -------------------------------------------------------------------------------------------------

BAD = [
    ({"X": np.zeros((20, 4))}, r"layer 1 takes 3 inputs, got X with shape \(20, 4\)"),
    ({"X": np.zeros(3)}, r"layer 1 takes 3 inputs, got X with shape \(3,\)"),
    ({"X": np.zeros((0, 3))}, "X must hold at least one sample"),
    ({"y": np.zeros((19, 2))}, r"y must have shape \(20, 2\), got \(19, 2\)"),
    ({"y": np.zeros(20, int)}, r"y must have shape \(20, 2\), got \(20,\)"),
    ({"order": np.asarray([0, 20])}, "order must hold indices from 0 to 19, got 0 to 20"),
    ({"order": np.asarray([-1, 2])}, "order must hold indices from 0 to 19, got -1 to 2"),
    ({"order": np.asarray([0.5])}, "order must be whole numbers"),
    ({"order": np.zeros((2, 2), int)}, "order must be whole numbers in one row"),
    ({"sample_weight": np.ones(3)}, r"sample_weight must have shape \(20,\), got \(3,\)"),
]


@pytest.mark.parametrize(("given_arrays", "message"), BAD)
def test_what_does_not_fit_is_refused(given_arrays, message):
    net, X, y = plain()
    arrays = {"X": X, "y": y, "order": np.arange(20), "sample_weight": None, **given_arrays}
    with pytest.raises(BacklitError, match=message):
        Trainer(net).epoch(arrays["X"], arrays["y"], arrays["order"], 4, 0.1, arrays["sample_weight"])


def test_labels_out_of_range_and_broken_sparse_rows_are_refused():
    net = network([3, 5], [], "softmax", "cross_entropy", seed=0)
    for labels in ([0, 5], [-1, 2]):
        with pytest.raises(BacklitError, match="y must be class labels from 0 to 4"):
            Trainer(net).epoch(np.zeros((2, 3)), np.asarray(labels), np.arange(2), 1, 0.1)
    X = sparse.csr_matrix(np.eye(3))
    X.indices[1] = 7
    with pytest.raises(BacklitError, match="well-formed CSR matrix"):
        Trainer(net).epoch(X, np.asarray([0, 1, 2]), np.arange(3), 1, 0.1)


def core_call(core, **changes):
    net_arguments = {
        "x": np.zeros((4, 3)),
        "targets": np.zeros((4, 2)),
        "weights": None,
        "order": np.arange(4),
        "batch_size": 2,
        "first_batch": 0,
        "loss_sum": 0.0,
        "rates": np.full(2, 0.1),
        "seconds": 1.0,
    }
    return core.epoch(**{**net_arguments, **changes})


LAST_DEFENCE = [
    ({"x": np.zeros((4, 2))}, ValueError),
    ({"x": np.zeros((4, 3), np.float32)}, (TypeError, RuntimeError)),
    ({"x": np.zeros((3, 4)).T}, (TypeError, RuntimeError)),
    ({"x": np.zeros((0, 3)), "targets": np.zeros((0, 2))}, ValueError),
    ({"x": None}, (TypeError, RuntimeError)),
    ({"x": (np.ones(1), np.zeros(1, np.int32), np.asarray([0, 1, 1, 1, 9]))}, IndexError),
    ({"x": (np.ones(1), np.asarray([3], np.int32), np.asarray([0, 1, 1, 1, 1]))}, IndexError),
    ({"x": (np.ones(1), np.asarray([-1], np.int32), np.asarray([0, 1, 1, 1, 1]))}, IndexError),
    ({"x": (np.ones(2), np.zeros(1, np.int32), np.asarray([0, 1, 1, 1, 1]))}, ValueError),
    ({"targets": np.zeros((4, 3))}, ValueError),
    ({"targets": np.zeros(4, np.int64)}, ValueError),
    ({"weights": np.ones(3)}, ValueError),
    ({"order": np.asarray([0, 1, 2, 4])}, IndexError),
    ({"order": np.asarray([-1])}, IndexError),
    ({"order": np.asarray([0.5])}, (TypeError, RuntimeError)),
    ({"batch_size": 0}, ValueError),
    ({"batch_size": 2**62, "first_batch": 3}, ValueError),
    ({"first_batch": -1}, ValueError),
]


@pytest.mark.parametrize(("changes", "error"), LAST_DEFENCE)
def test_the_engine_itself_looks_once_more(changes, error):
    net = network([3, 2], [], "identity", "squared_error", seed=0)
    core = Trainer(net)._core
    assert core_call(core)[1] == 2
    with pytest.raises(error):
        core_call(core, **changes)


def test_labels_are_looked_at_where_they_are_used():
    core = Trainer(network([3, 2], [], "softmax", "cross_entropy", seed=0))._core
    for bad in (-1, 2, 2**40):
        with pytest.raises(IndexError):
            core_call(core, targets=np.asarray([0, 1, bad, 0]))


def test_arrays_of_other_types_and_orders_are_copied_right():
    net, X, y = plain()
    order = np.arange(20)
    plainly, oddly = Trainer(net), Trainer(net)
    plainly.epoch(X, y, order, 3, 0.1)
    wide = np.zeros((20, 6))
    wide[:, ::2] = X
    oddly.epoch(wide[:, ::2], np.asfortranarray(y), order.astype(np.int16), 3, 0.1)
    assert_same_bits(plainly, oddly)
    read_only = X.copy()
    read_only.setflags(write=False)
    assert Trainer(net).epoch(read_only, y, order, 3, 0.1).n_batches == 7


# --- what it knows ------------------------------------------------------------------------------------------------


def test_every_row_of_the_tables_is_known_at_every_level():
    for level in available_levels():
        module = opened(level)
        assert set(module.activations) == set(ACTIVATIONS)
        assert set(module.losses) == set(LOSSES)
        assert {optimizer_known(row) for row in OPTIMIZERS.values()} == set(module.optimizers)
    assert set(available_levels()) <= set(LEVELS)
    assert all(activation_known(row) == (name, PARAMETERS.get(name, 0.0)) for name, row in ACTIVATIONS.items())
    assert all(loss_known(row) == (name, PARAMETERS.get(name, 0.0)) for name, row in LOSSES.items())
    assert activation_known(find_activation("elu(0.5)")) == ("elu", 0.5)
    assert loss_known(find_loss("quantile(0.9)")) == ("quantile", 0.9)


PARAMETERS = {"leaky_relu": 0.01, "elu": 1.0, "huber": 1.0, "quantile": 0.5}


def test_a_row_of_ones_own_is_not_known_by_a_name_it_borrows():
    own = Activation("relu", np.tanh, lambda z: 1 - np.tanh(z) ** 2, ("", ""), ("", ""))
    net = bl.Network.random([3, 4, 2], activation=own, output="identity", initializer="glorot_uniform", seed=0)
    assert why_not(net) == "it does not know the activation 'relu' of layer 1"
    own_loss = replace(LOSSES["squared_error"], gradient=lambda p, y: 2 * (p - y))
    net = bl.Network.random([3, 2], output="identity", loss=own_loss, seed=0)
    assert why_not(net) == "it does not know the loss 'squared_error'"
    own_step = replace(OPTIMIZERS["sgd"], step=partial(OPTIMIZERS["sgd"].step))
    net = bl.Network.random([3, 2], output="identity", seed=0)
    assert why_not(net) is None
    assert why_not(net, own_step) == "it does not know the optimizer 'sgd'"
    with pytest.raises(BacklitError, match="cannot train this network, because it does not know the optimizer"):
        Trainer(net, own_step)
