"""The optimizers: numbers worked by hand, scikit-learn's own steps, and any array library."""

import array_api_strict as strict
import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from backlit.equations.optimizers import (
    OPTIMIZERS,
    Optimizer,
    clipped,
    find_optimizer,
    global_norm,
    weight_decay_step,
)
from backlit.errors import BacklitError

N_STEPS = 6
SHAPES = [(3, 4), (4,), (4, 2), (2,)]


def gradients_of_steps(seed=1):
    rng = np.random.default_rng(seed)
    return [[rng.normal(size=shape) for shape in SHAPES] for _ in range(N_STEPS)]


def steps_of(row, gradients, **hyper):
    """The steps of one parameter for a sequence of its gradients."""
    state, steps = {}, []
    for gradient in gradients:
        step, state = row.step(gradient, state, **{**row.defaults, **hyper})
        steps.append(step)
    return steps


# gradients 2, then -1; each number follows from the formula with learning rate 0.5
HAND_WORKED = {
    "sgd": ({}, [-1.0, 0.5]),
    # v1 = -0.5*2 = -1; v2 = 0.5*-1 + 0.5 = 0
    "momentum": ({"momentum": 0.5}, [-1.0, 0.0]),
    # v1 = -1, step 0.5*-1 - 1 = -1.5; v2 = 0, step 0.5*0 + 0.5 = 0.5
    "nesterov": ({"momentum": 0.5}, [-1.5, 0.5]),
    # v1 = 0.25*4 = 1, step -0.5*2/(1+1) = -0.5; v2 = 0.75*1 + 0.25*1 = 1, step 0.5/2
    "rmsprop": ({"beta_2": 0.75, "epsilon": 1.0}, [-0.5, 0.25]),
    # m1 = 1, v1 = 0.36*4 = 1.44, rate 0.5*0.6/0.5 = 0.6, step -0.6*1/1.2 = -0.5
    # m2 = 0.5 - 0.5 = 0, so no step
    "adam": ({"beta_1": 0.5, "beta_2": 0.64, "epsilon": 1e-300}, [-0.5, 0.0]),
    "adamw": ({"beta_1": 0.5, "beta_2": 0.64, "epsilon": 1e-300}, [-0.5, 0.0]),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_hand_worked_numbers(name):
    hyper, expected = HAND_WORKED[name]
    gradients = [np.asarray([2.0]), np.asarray([-1.0])]
    steps = steps_of(OPTIMIZERS[name], gradients, learning_rate=0.5, **hyper)
    np.testing.assert_allclose(np.concatenate(steps), expected, rtol=0, atol=1e-15)


def test_adams_epsilon_stands_outside_the_root():
    # m = 1, v = 1.44, rate 0.6: step -0.6 * 1 / (1.2 + 0.3)
    (step,) = steps_of(OPTIMIZERS["adam"], [np.asarray([2.0])], learning_rate=0.5, beta_1=0.5, beta_2=0.64, epsilon=0.3)
    assert step[0] == pytest.approx(-0.4, abs=1e-15)


@pytest.mark.parametrize(("name", "nesterov"), [("momentum", False), ("nesterov", True)])
def test_momentum_steps_are_those_of_scikit_learn(name, nesterov):
    gradients = gradients_of_steps()
    theirs = SGDOptimizer(gradients[0], learning_rate_init=0.03, momentum=0.7, nesterov=nesterov)
    expected = [theirs._get_updates(grads) for grads in gradients]
    for i in range(len(SHAPES)):
        ours = steps_of(OPTIMIZERS[name], [grads[i] for grads in gradients], learning_rate=0.03, momentum=0.7)
        for step, updates in zip(ours, expected, strict=True):
            np.testing.assert_allclose(step, updates[i], rtol=1e-12, atol=0)


def test_adam_steps_are_those_of_scikit_learn():
    gradients = gradients_of_steps()
    theirs = AdamOptimizer(gradients[0], learning_rate_init=0.02, beta_1=0.8, beta_2=0.95, epsilon=1e-3)
    expected = [theirs._get_updates(grads) for grads in gradients]
    hyper = {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}
    for i in range(len(SHAPES)):
        ours = steps_of(OPTIMIZERS["adam"], [grads[i] for grads in gradients], **hyper)
        for step, updates in zip(ours, expected, strict=True):
            np.testing.assert_allclose(step, updates[i], rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_strict_arrays_give_the_same_steps(name):
    row = OPTIMIZERS[name]
    gradients = [grads[0] for grads in gradients_of_steps()]
    expected = steps_of(row, gradients)
    ours = steps_of(row, [strict.asarray(gradient) for gradient in gradients])
    for step, numbers in zip(ours, expected, strict=True):
        assert isinstance(step, type(strict.asarray(0.0)))
        np.testing.assert_allclose(np.asarray(step), numbers, rtol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_nothing_given_is_changed_and_float32_stays(name):
    row = OPTIMIZERS[name]
    gradient = np.asarray([[0.5, -2.0]], np.float32)
    gradient.setflags(write=False)
    _, state = row.step(gradient, {}, **row.defaults)
    before = {key: np.copy(value) for key, value in state.items()}
    step, _ = row.step(gradient, state, **row.defaults)
    assert step.dtype == np.float32
    assert step.shape == gradient.shape
    for key, value in before.items():
        np.testing.assert_array_equal(state[key], value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_lowest_point_of_a_valley(name):
    row = OPTIMIZERS[name]
    place, state = np.asarray([3.0, -2.0]), {}
    for _ in range(600):
        step, state = row.step(place * np.asarray([1.0, 4.0]), state, **{**row.defaults, "learning_rate": 0.02})
        place = place + step
    assert np.abs(place).max() < 0.05


def test_weight_decay_is_for_adamw_by_default_and_never_sees_the_gradient():
    assert {name for name, row in OPTIMIZERS.items() if row.weight_decay} == {"adamw"}
    W = strict.asarray([[2.0, -4.0, 0.0]])
    np.testing.assert_allclose(np.asarray(weight_decay_step(W, 0.5, 0.01)), [[-0.01, 0.02, 0.0]], rtol=1e-15)


def test_clipping_keeps_direction_and_leaves_small_gradients_alone():
    gradients = [strict.asarray([[1.0, 2.0]]), strict.asarray([2.0])]
    assert global_norm(gradients) == pytest.approx(3.0, rel=1e-15)
    shrunk = clipped(gradients, 1.5)
    assert global_norm(shrunk) == pytest.approx(1.5, rel=1e-15)
    np.testing.assert_allclose(np.asarray(shrunk[0]), [[0.5, 1.0]], rtol=1e-15)
    assert clipped(gradients, 3.5)[0] is gradients[0]
    assert clipped([np.zeros(2)], 1.0)[0].tolist() == [0.0, 0.0]


def test_clipping_takes_gradients_whose_squares_overflow():
    shrunk = clipped([np.asarray([3e30, 4e30], np.float32)], 1.0)
    np.testing.assert_allclose(shrunk[0], [0.6, 0.8], rtol=1e-6)
    assert shrunk[0].dtype == np.float32


def test_rows_say_what_they_are():
    for name, row in OPTIMIZERS.items():
        assert row.name == name
        assert all(row.formula)
        assert row.source
        assert "learning_rate" in row.defaults
        row.step(np.ones(2), {}, **row.defaults)


def test_names_are_found_or_suggested():
    assert find_optimizer("Adam") is OPTIMIZERS["adam"]
    own = Optimizer("own", OPTIMIZERS["sgd"].step, ("", ""), "", {"learning_rate": 1.0})
    assert find_optimizer(own) is own
    with pytest.raises(BacklitError, match="unknown optimizer 'adm'; did you mean 'adam'"):
        find_optimizer("adm")
    with pytest.raises(BacklitError, match="unknown optimizer 3"):
        find_optimizer(3)
