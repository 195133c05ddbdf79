"""Rows of a user's own: what may be left out, what they must have, and what is said of what is none."""

import pickle

import numpy as np
import pytest
from command_line import assert_one_sentence

import backlit as bl


def cube(z):
    return z**3


def cube_slope(z):
    return 3 * z**2


def quartic(p, y):
    return ((p - y) ** 4).sum(axis=1)


def quartic_gradient(p, y):
    return 4 * (p - y) ** 3


CUBE = bl.Activation("cube", cube, cube_slope)
QUARTIC = bl.Loss("my_quartic", quartic, quartic_gradient)


def test_rows_without_formulas_are_written_by_their_names():
    assert CUBE.formula == ("cube(#z)", r"\operatorname{cube}(#z)")
    assert CUBE.derivative_formula[0] == "cube′(#z)"
    assert QUARTIC.formula == ("my_quartic(#p, #y)", r"\operatorname{my\_quartic}(#p, #y)")
    assert QUARTIC.negative_gradient_formula == ("−my_quartic′(#p, #y)", r"-\operatorname{my\_quartic}'(#p, #y)")
    own = bl.Loss("quartic", quartic, quartic_gradient, ("(#y − #p)⁴", "(#y - #p)^4"))
    assert own.formula[0] == "(#y − #p)⁴"


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html", "json", "svg"])
def test_a_network_of_own_rows_is_explained_in_every_format(form):
    net = bl.Network.random([3, 4, 2], activation=CUBE, output="identity", loss=QUARTIC, seed=0)
    from backlit.explain.explanation import explain

    for at in ("net", "L1", "L1.u2", "L2.w[4,1]"):
        assert len(explain(net.trace([0.5, 0.1, -0.2], [0.3, 0.7]), at=at, form=form)) > 200


def test_the_text_has_the_names_and_their_numbers_and_no_empty_definition():
    net = bl.Network.from_weights([[[1.0, 2.0]], [[1.0], [0.5]]], activation=CUBE, output="identity", loss=QUARTIC)
    text = net.trace([0.5], [1.0]).to_text()
    # by hand: 0.5³ = 0.125, 1³ = 1, 1 × 0.125 + 0.5 × 1 = 0.625, (1 − 0.625)⁴ = 0.0198
    assert "cube(0.5) = 0.125" in text
    assert "my_quartic(0.625, 1) = 0.0198" in text
    assert "cube(z) = cube(z)" not in text


def test_gradients_of_own_rows_are_those_of_central_differences():
    net = bl.Network.random([3, 4, 2], activation=CUBE, output="identity", loss=QUARTIC, seed=1)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    dW, _ = net.gradients(X, y)
    step = 1e-6
    for place in [(0, 0), (2, 3)]:
        ends = []
        for sign in (1, -1):
            W = [w.copy() for w in net.weights]
            W[0][place] += sign * step
            ends.append(net.with_parameters(W, net.biases).loss(X, y))
        assert abs((ends[0] - ends[1]) / (2 * step) - dW[0][place]) < 1e-6 * max(1, abs(dW[0][place]))


def test_estimators_and_training_take_own_rows_and_pickle_keeps_them():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    model = bl.MLPRegressor(QUARTIC, (4,), CUBE, max_iter=3, tol=10.0, n_iter_no_change=1, random_state=0).fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict(X), model.predict(X))
    net, history = bl.train(model.network_, X, y[:, None], epochs=2, learning_rate=1e-4, seed=0, engine="equations")
    assert history.epochs == 2
    assert net.loss_row is QUARTIC


@pytest.mark.parametrize("given", [quartic, (quartic, quartic_gradient), 3, b"mse"])
def test_what_is_neither_a_name_nor_a_row_is_told_how_to_make_one(given):
    with pytest.raises(
        bl.BacklitError, match=r"unknown loss .*own such as bl\.Loss\('mine', value, gradient\)"
    ) as error:
        bl.Network.random([3, 4, 2], output="identity", loss=given, seed=0)
    assert_one_sentence(str(error.value))


@pytest.mark.parametrize("given", [cube, 3, None])
def test_an_activation_that_is_none_is_told_how_to_make_one(given):
    with pytest.raises(bl.BacklitError, match=r"unknown activation .*bl\.Activation\('mine', value, derivative\)"):
        bl.Network.random([3, 4, 2], activation=given, seed=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: bl.Loss("mine", quartic, None), "loss 'mine' needs a function gradient, got None"),
        (lambda: bl.Loss("mine", 3, quartic_gradient), "loss 'mine' needs a function value, got 3"),
        (lambda: bl.Loss(quartic, quartic, quartic_gradient), "a name of your own loss must be a word, got <function"),
        (lambda: bl.Activation("mine", cube, None), "activation 'mine' needs a function derivative, got None"),
        (lambda: bl.Activation(" ", cube, cube_slope), "a name of your own activation must be a word, got ' '"),
    ],
)
def test_a_row_without_its_functions_is_refused(make, words):
    with pytest.raises(bl.BacklitError, match=r"needs|must") as error:
        make()
    assert str(error.value).startswith(words)


def test_a_loss_that_is_not_one_number_a_sample_is_an_error_and_no_other_loss():
    wide = bl.Loss("wide", lambda p, y: (p - y) ** 2, lambda p, y: 2 * (p - y))
    mean = bl.Loss("mean", lambda p, y: ((p - y) ** 2).mean(), lambda p, y: 2 * (p - y))
    thin = bl.Loss("thin", quartic, lambda p, y: (p - y).sum(axis=1))
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    for loss, words in [
        (wide, r"one number a sample, shape \(5,\), got \(5, 2\); sum over outputs"),
        (mean, r"one number a sample, shape \(5,\), got \(\)"),
        (thin, r"the gradient of loss 'thin' must have the predictions' shape \(5, 2\), got \(5,\)"),
    ]:
        net = bl.Network.random([3, 4, 2], output="identity", loss=loss, seed=0)
        with pytest.raises(bl.BacklitError, match=words):
            net.trace(X, y)
        with pytest.raises(bl.BacklitError, match=words):
            bl.train(net, X, y, epochs=1, seed=0, engine="equations")
