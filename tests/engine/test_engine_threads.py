"""Threads change no bit of the compiled engine, levels agree, and the environment names one."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from engine_problems import SLOW, assert_same_bits, network, off, parameters, problems, samples
from hypothesis import given, settings
from hypothesis import strategies as st

from backlit.engine.levels import available_levels, opened
from backlit.engine.threads import threads_wanted, usable_processors
from backlit.engine.trainer import Trainer
from backlit.equations.optimizers import find_optimizer
from backlit.errors import BacklitError


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

over = threading.Event()

def train():
    other = engine.Trainer(net, n_threads=1)
    while not over.is_set():
        other.epoch(X, y, np.tile(order, 40), 200, 0.1)

# two, so that one is in a call while the other is between two
training = [threading.Thread(target=train) for _ in range(2)]
for thread in training:
    thread.start()
time.sleep(0.1)
child = os.fork()
if child == 0:
    time.sleep(0.2)  # until it counts as alone
    os._exit(helpers())
beside = helpers()
over.set()
for thread in training:
    thread.join()
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
assert beside == 0, beside
time.sleep(0.2)
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
