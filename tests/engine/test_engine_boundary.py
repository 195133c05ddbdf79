"""What the compiled engine refuses, and which rows it knows."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from engine_problems import assert_same_bits, network, plain
from scipy import sparse

import backlit as bl
from backlit.engine.known import activation_known, loss_known, optimizer_known, why_not
from backlit.engine.levels import LEVELS, available_levels, opened
from backlit.engine.trainer import Trainer
from backlit.equations.activation_table import ACTIVATIONS, Activation, find_activation
from backlit.equations.loss_table import LOSSES, find_loss
from backlit.equations.optimizers import OPTIMIZERS
from backlit.errors import BacklitError

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
        missing = set(ACTIVATIONS) - set(module.activations)
        assert not missing, (
            f"the engine lacks {missing}: a struct, a name in the enum and a case in engine/activations.h, "
            "and the name in engine/arguments.h"
        )
        assert set(module.activations) == set(ACTIVATIONS)
        missing = set(LOSSES) - set(module.losses)
        assert not missing, (
            f"the engine lacks the losses {missing}: a name in the enum and a case in engine/losses.h, "
            "and the name in engine/arguments.h"
        )
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
