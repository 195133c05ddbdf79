"""What people do not tell: a penalty in the gradient, steps of a summed loss beside a mistake, masks of 0 and 1."""

import numpy as np
import pytest

import backlit as bl

RNG = np.random.default_rng(41)
X, LABELS = RNG.normal(size=(7, 3)), RNG.integers(0, 2, size=7)
NET = bl.Network.random([3, 4, 2], activation="tanh", output="softmax", loss="cross_entropy", seed=6)
W1, W2 = NET.weights
A1 = np.tanh(X @ W1 + NET.biases[0])
E = np.exp(A1 @ W2 + NET.biases[1])
ERROR = E / E.sum(axis=1, keepdims=True) - np.eye(2)[LABELS]


def gradients(dz2, n=7.0, l2=0.0, carried=W2, dz1=None):
    dz1 = (dz2 @ carried.T) * (1 - A1**2) if dz1 is None else dz1
    return [X.T @ dz1 / n + l2 * W1, A1.T @ dz2 / n + l2 * W2], [dz1.sum(axis=0) / n, dz2.sum(axis=0) / n]


def checked(arrays, **told):
    return bl.check_gradients(NET, X, LABELS, *arrays, **told)


@pytest.mark.parametrize(("n", "also"), [(7, ""), (1, ", reduction='sum'")])
def test_a_penalty_that_was_not_told_is_found(n, also):
    report = checked(gradients(ERROR, n, l2=0.02))
    (found,) = report.findings
    assert found.identifier == "another-convention"
    assert f"pass l2=0.02{also}" in found.happened
    assert not report.ok
    assert checked(gradients(ERROR, n, l2=0.02), l2=0.02, reduction="sum" if also else "mean").ok


@pytest.mark.parametrize(
    ("l2", "said"),
    [(0.3 / 7, "divides the penalty by its 7 samples"), (0.6, "without the ½"), (0.15, "a penalty of l2 / 4 Σ W²")],
)
def test_a_penalty_of_another_convention_is_right_first_of_all(l2, said):
    (found,) = checked(gradients(ERROR, l2=l2), l2=0.3).findings
    assert found.happened.startswith("This is right if your loss ")
    assert said in found.happened
    assert f"pass l2={l2:.6g}" in found.happened
    assert found.identifier.startswith("penalty-")


def test_a_penalty_in_one_layer_alone_is_no_convention():
    dW, db = gradients(ERROR)
    report = checked((([dW[0] + 0.02 * W1, dW[1]]), db))
    assert "l2=" not in report.to_text()
    assert [finding.identifier for finding in report.findings] == ["unknown"]


def test_the_data_s_part_reversed_beside_a_penalty_that_was_not_told():
    report = checked(gradients(-ERROR, 1, l2=0.02))
    assert [(f.identifier, f.layer) for f in report.findings] == [("wrong-sign", 2)]
    assert "pass l2=0.02, reduction='sum'" in report.remarks[0]


@pytest.mark.parametrize("carried", [W2, None])
def test_one_mistake_in_steps_of_a_loss_that_sums(carried):
    dz1 = None if carried is W2 else -ERROR @ W2.T
    dW, db = gradients(-ERROR, 1, dz1=dz1)
    report = checked((dW, db))
    if carried is W2:
        assert report.findings[0].happened.startswith("This is right if")
        return
    assert [(f.identifier, f.layers) for f in report.findings] == [("missing-hidden-derivative", (1,))]
    assert "convention='weight_step', learning_rate=1, reduction='sum'" in report.remarks[0]


def test_noise_is_not_read_otherwise():
    noisy = [g + RNG.normal(size=g.shape) for g in gradients(ERROR)[0]]
    assert checked((noisy, gradients(ERROR)[1])).findings[0].identifier == "unknown"


@pytest.mark.parametrize("kind", [bool, float])
def test_masks_of_0_and_1_are_divided_by_what_they_keep(kind):
    mask = RNG.random(A1.shape) < 0.8
    dropped = A1 * mask / 0.8
    e = np.exp(dropped @ W2 + NET.biases[1])
    dz2 = e / e.sum(axis=1, keepdims=True) - np.eye(2)[LABELS]
    back = (dz2 @ W2.T) * (1 - A1**2)
    arrays = lambda dz1: ([X.T @ dz1 / 7, dropped.T @ dz2 / 7], [dz1.mean(axis=0), dz2.mean(axis=0)])  # noqa: E731
    right = checked(arrays(back * mask / 0.8), masks=[mask.astype(kind)])
    assert right.findings[0].happened.startswith("This is right if what stays is divided by 0.8")
    assert checked(arrays(back * mask / 0.8), masks=[mask / 0.8]).ok
    wrong = checked(arrays(back), masks=[mask.astype(kind)])
    assert [f.identifier for f in wrong.findings] == ["mask-left-out"]
    assert "masks=[mask / 0.8]" in wrong.remarks[0]


def test_the_gradient_of_the_weights_in_the_weights_place():
    dz2 = ERROR
    report = checked(gradients(dz2, carried=A1.T @ dz2 / 7))
    assert [(f.identifier, f.layers) for f in report.findings] == [("gradient-for-weights", (1,))]


def test_a_matrix_product_for_a_product_of_entries_and_the_other_way_round():
    dz1 = (1 - A1 @ A1.T) @ (ERROR @ W2.T)
    assert [f.identifier for f in checked(gradients(ERROR, dz1=dz1)).findings] == ["dot-for-product"]
    net = bl.Network.random([3, 1], loss="log_loss", seed=1)
    dz = net.predict(X) - LABELS[:, None]
    for claim in ((X * dz).T / 7, X * dz, np.sum(X * dz) / 7):
        report = bl.check_gradients(net, X, LABELS, [claim], [dz.mean(axis=0)])
        assert "product-for-dot" in [f.identifier for f in report.findings]


def test_a_layer_s_own_output_for_its_input():
    dW, db = gradients(ERROR)
    report = checked(([dW[0], (ERROR + np.eye(2)[LABELS]).T @ ERROR / 7], db))
    assert [(f.identifier, f.layers) for f in report.findings] == [("input-of-another-layer", (2,))]


SIZES = bl.Network.random([3, 4, 2], loss="squared_error", seed=9)
V1, V2 = (W.T for W in SIZES.weights)
C1, C2 = SIZES.biases


def one_sample(*, slope=True):
    x, y = X[0], np.array([0.0, 1.0])
    h = 1 / (1 + np.exp(-(V1 @ x + C1)))
    o = 1 / (1 + np.exp(-(V2 @ h + C2)))
    d2 = (o - y) * o * (1 - o)
    d1 = (V2.T @ d2) * (h * (1 - h) if slope else 1)
    return x, y, [np.outer(d1, x), np.outer(d2, h)], [d1, d2]


def test_one_sample_with_weights_of_units_by_inputs():
    x, y, dW, db = one_sample()
    assert bl.check_gradients(SIZES, x, y, dW, db).findings[0].happened.startswith("This is right if your weights are")
    x, y, dW, db = one_sample(slope=False)
    report = bl.check_gradients(SIZES, x, y, dW, db)
    assert [f.identifier for f in report.findings] == ["missing-hidden-derivative", "swapped-outer-product"]
    assert report.findings[1].happened.startswith("This is right if your weights are (n_out, n_in)")
    assert len(bl.check_gradients(SIZES, x, y, dW, db, layout="torch").findings) == 1


@pytest.mark.parametrize("slope", [True, False])
def test_biases_as_a_last_column_of_weights_of_units_by_inputs(slope):
    x, y, dW, db = one_sample(slope=slope)
    report = bl.check_gradients(SIZES, x, y, [np.c_[W, b] for W, b in zip(dW, db, strict=True)])
    assert [f.identifier for f in report.findings] == ([] if slope else ["missing-hidden-derivative"])


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (slice(6, 7), "overwritten"),
        (slice(0, 1), "samples-left-out"),
        (slice(0, 6), "samples-left-out"),
        (slice(1, 7), "samples-left-out"),
    ],
)
@pytest.mark.parametrize("averaged", [True, False])
def test_samples_that_a_loop_leaves_out(part, name, averaged):
    y = np.eye(2)[LABELS]
    dW, db = SIZES.gradients(X[part], y[part])
    scale = len(X[part]) / 7 if averaged else 1.0
    report = bl.check_gradients(SIZES, X, y, [scale * g for g in dW], [scale * g for g in db])
    assert [(f.identifier, f.layers) for f in report.findings] == [(name, (2, 1))]


def test_a_leak_that_the_network_has_not():
    net = bl.Network.random([3, 4, 2], activation="relu", loss="squared_error", output="identity", seed=4)
    trace, y = net.trace(X, np.eye(2)[LABELS]), np.eye(2)[LABELS]
    z1, a1 = trace.layers[0].pre_activation, trace.layers[0].activation
    dz2 = trace.prediction - y
    dz1 = (dz2 @ net.weights[1].T) * np.where(z1 > 0, 1, 0.01)
    arrays = [X.T @ dz1 / 7, a1.T @ dz2 / 7], [dz1.mean(axis=0), dz2.mean(axis=0)]
    assert [f.identifier for f in bl.check_gradients(net, X, y, *arrays).findings] == ["slope-of-another-activation"]
