"""What scikit-learn's perceptrons refuse, each against a loop by hand or the same thing said another way."""

import math
import pickle
import warnings

import numpy as np
import pytest
from estimator_data import data
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.utils.class_weight import compute_sample_weight

import backlit as bl
from backlit.equations.activation_table import Activation
from backlit.equations.loss_table import Loss
from backlit.equations.schedules import cosine
from backlit.estimators.first_parameters import first_parameters

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
X, Y, LABELS = RNG.normal(size=(30, 3)), RNG.normal(size=30), RNG.integers(0, 3, 30)
ADAM = (0.9, 0.999, 1e-8)


def by_hand(
    targets,
    *,
    sizes=(3, 4, 1),
    activation="relu",
    output="identity",
    loss="squared_error",
    rates=(0.01,) * 6,
    alpha=1e-4,
    decay=0.0,
    clip=math.inf,
    dtype=np.float64,
    batch=8,
    weight=None,
    validation=None,
):
    """A loop over epochs and batches with Adam written out; gradients are a Network's."""
    rng = np.random.RandomState(0)
    names = [activation] if isinstance(activation, str | Activation) else list(activation)
    W, b = first_parameters(sizes, names, dtype, rng)
    order, t = np.arange(len(X)), 0
    memory = [(0.0, 0.0)] * (2 * len(W))
    settings = {"activation": activation, "output": output, "loss": loss, "dtype": dtype}
    net = bl.Network.from_weights(W, b, **settings)
    curve, validation_curve = [], []
    for rate in rates:
        order = order[rng.permutation(len(X))]
        total = 0.0
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            w = np.ones(len(rows)) if weight is None else weight[rows]
            each = [net.gradients(X[i : i + 1], targets[i : i + 1]) for i in rows]
            mean = [
                [sum(v * g[k][i] for v, g in zip(w, each, strict=True)) / w.sum() for i in range(len(W))]
                for k in (0, 1)
            ]
            losses = [net.loss(X[i : i + 1], targets[i : i + 1]) for i in rows]
            total += len(rows) * (np.dot(w, losses) + alpha / 2 * sum((V * V).sum() for V in net.weights)) / w.sum()
            gradients = [g + alpha * V / w.sum() for g, V in zip(mean[0], net.weights, strict=True)] + mean[1]
            norm = math.sqrt(sum(float((g * g).sum()) for g in gradients))
            gradients = [g * min(1.0, clip / norm) for g in gradients]
            t += 1
            steps = []
            for i, g in enumerate(gradients):
                m, v = memory[i]
                m, v = ADAM[0] * m + (1 - ADAM[0]) * g, ADAM[1] * v + (1 - ADAM[1]) * g * g
                memory[i] = (m, v)
                steps.append(
                    -rate
                    * (m / (1 - ADAM[0] ** t))
                    / (np.sqrt(v / (1 - ADAM[1] ** t)) + ADAM[2] / math.sqrt(1 - ADAM[1] ** t))
                )
            half = len(W)
            weights = [V + s - rate * decay * V for V, s in zip(net.weights, steps[:half], strict=True)]
            net = bl.Network.from_weights(
                weights, [c + s for c, s in zip(net.biases, steps[half:], strict=True)], **settings
            )
        curve.append(total / len(X))
        if validation is not None:
            validation_curve.append(net.loss(*validation))
    return curve, net, validation_curve


def regressor(**settings):
    start = {"hidden_layer_sizes": (4,), "random_state": 0, "max_iter": 6, "batch_size": 8, "learning_rate_init": 0.01}
    return bl.MLPRegressor(**{**start, **settings})


def classifier(**settings):
    start = {"hidden_layer_sizes": (4,), "random_state": 0, "max_iter": 6, "batch_size": 8, "learning_rate_init": 0.01}
    return bl.MLPClassifier(**{**start, **settings})


def assert_same(model, curve, net, rtol=1e-9):
    np.testing.assert_allclose(model.loss_curve_, curve, rtol=rtol)
    for got, wanted in zip(model.coefs_ + model.intercepts_, net.weights + net.biases, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=max(rtol, 1e-7), atol=1e-10)


ACTIVATIONS = ["sigmoid", "leaky_relu(0.2)", "elu", "selu", "gelu", "silu", "mish", "softplus", "hard_sigmoid"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_of_the_table(activation):
    curve, net, _ = by_hand(Y, activation=activation)
    assert_same(regressor(activation=activation).fit(X, Y), curve, net)


def test_an_activation_for_each_layer_and_a_row_of_ones_own():
    row = Activation("cube", lambda z: z * z * z, lambda z: 3 * z * z, ("", ""), ("", ""))
    curve, net, _ = by_hand(Y, sizes=(3, 4, 5, 1), activation=["tanh", row])
    model = regressor(activation=["tanh", row], hidden_layer_sizes=(4, 5)).fit(X, Y)
    assert_same(model, curve, net)
    assert [layer.row.name for layer in model.network_.layers] == ["tanh", "cube", "identity"]


@pytest.mark.parametrize(
    ("loss", "output", "targets"),
    [
        ("absolute_error", "identity", Y),
        ("huber", "identity", Y),
        ("huber(0.5)", "identity", Y),
        ("quantile(0.9)", "identity", Y),
        ("poisson", "exp", np.abs(Y.round())),
        ("log_loss", "sigmoid", (Y > 0).astype(float)),
        (
            Loss("fourth", lambda p, y: ((p - y) ** 4).sum(axis=-1), lambda p, y: 4 * (p - y) ** 3, ("", ""), ("", "")),
            "identity",
            Y,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "name", ""),
)
def test_every_loss_of_the_table_and_a_row_of_ones_own(loss, output, targets):
    curve, net, _ = by_hand(targets, loss=loss, output=output)
    model = regressor(loss=loss).fit(X, targets)
    assert_same(model, curve, net)
    assert model.network_.layers[-1].activation == output


def test_a_classifier_takes_other_losses_too():
    curve, net, _ = by_hand(np.eye(3)[LABELS], sizes=(3, 4, 3), output="softmax", loss="squared_error")
    model = classifier(loss="squared_error").fit(X, LABELS)
    assert_same(model, curve, net)
    assert model.predict_proba(X).sum(axis=1) == pytest.approx(1)


def test_decoupled_weight_decay_is_not_alpha():
    curve, net, _ = by_hand(Y, decay=0.5, alpha=0.3)
    assert_same(regressor(weight_decay=0.5, alpha=0.3).fit(X, Y), curve, net)


def test_gradient_clipping():
    curve, net, _ = by_hand(Y, clip=0.2)
    model = regressor(clip_norm=0.2).fit(X, Y)
    assert_same(model, curve, net)
    assert model.loss_curve_ != regressor().fit(X, Y).loss_curve_


def test_a_schedule_of_the_table():
    rates = [0.01 * float(cosine(np.asarray((epoch + 0.5) / 6))) for epoch in range(6)]
    curve, net, _ = by_hand(Y, rates=rates)
    assert_same(regressor(learning_rate="cosine").fit(X, Y), curve, net)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_the_plateau_schedule_reads_the_losses(solver):
    model = regressor(learning_rate="plateau", solver=solver, tol=0.0, learning_rate_init=0.3, max_iter=40).fit(X, Y)
    constant = regressor(solver=solver, tol=0.0, learning_rate_init=0.3, max_iter=40).fit(X, Y)
    assert model.loss_curve_[:3] == constant.loss_curve_[:3]
    assert model.loss_curve_ != constant.loss_curve_


def test_float32_by_choice():
    curve, _, _ = by_hand(Y, dtype=np.float32)
    model = regressor(dtype="float32").fit(X, Y)
    assert {array.dtype for array in model.coefs_ + model.intercepts_} == {np.dtype("float32")}
    assert model.predict(X).dtype == np.float32
    np.testing.assert_allclose(model.loss_curve_, curve, rtol=1e-4)
    assert regressor(dtype="float64").fit(X.astype("f4"), Y).coefs_[0].dtype == np.float64
    assert regressor(solver="lbfgs", dtype="float32").fit(X, Y).coefs_[0].dtype == np.float32


def test_validation_samples_of_ones_own():
    mine = X[:9] + 0.1, Y[:9]
    curve, net, validation_curve = by_hand(Y, validation=mine)
    model = regressor().fit(X, Y, X_val=mine[0], y_val=mine[1])
    assert_same(model, curve, net)
    np.testing.assert_allclose(model.validation_loss_curve_, validation_curve, rtol=1e-9)
    assert model.validation_scores_[-1] == pytest.approx(model.score(*mine))
    assert regressor().fit(X, Y).validation_loss_curve_ is None


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_a_wrong_certainty_costs_no_more_than_the_logarithm_of_the_smallest_probability(solver):
    X, y = np.asarray([[-1e5], [1e5]]), [0, 1]
    model = bl.MLPClassifier((4,), solver=solver, learning_rate_init=0.1, random_state=0, max_iter=30)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y, X_val=[[1e5]], y_val=[0])
    assert model.validation_loss_curve_[-1] == pytest.approx(-np.log(np.finfo(float).eps))


def test_early_stopping_on_validation_samples_of_ones_own_keeps_the_best_weights():
    mine = X[:9], LABELS[:9]
    model = classifier(early_stopping=True, max_iter=60, learning_rate_init=0.2).fit(
        X, LABELS, X_val=mine[0], y_val=mine[1]
    )
    assert model.n_iter_ < 60
    assert model.best_validation_score_ == max(model.validation_scores_) == model.score(*mine)
    assert len(model.validation_loss_curve_) == model.n_iter_


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("weights", ["balanced", {0: 3.0, 2: 0.5}])
def test_class_weight_is_the_sample_weight_of_classes(solver, weights):
    own = RNG.uniform(0.5, 2, 30)
    a = classifier(class_weight=weights, solver=solver).fit(X, LABELS, sample_weight=own)
    b = classifier(solver=solver).fit(X, LABELS, sample_weight=own * compute_sample_weight(weights, LABELS))
    np.testing.assert_array_equal(a.coefs_[0], b.coefs_[0])
    assert a.loss_ != classifier(solver=solver).fit(X, LABELS, sample_weight=own).loss_


def test_class_weights_against_the_loop_by_hand():
    weight = np.where(LABELS == 1, 4.0, 1.0)
    curve, net, _ = by_hand(np.eye(3)[LABELS], sizes=(3, 4, 3), output="softmax", loss="cross_entropy", weight=weight)
    names = np.asarray(["ape", "bee", "cat"])
    model = classifier(class_weight={"bee": 4.0}).fit(X, names[LABELS])
    assert_same(model, curve, net)
    assert set(model.predict(X)) <= set(names)


def test_dropout_drops_in_training_alone():
    runs = [regressor(dropout=0.5).fit(X, Y) for _ in range(2)]
    assert runs[0].loss_curve_ == runs[1].loss_curve_
    assert runs[0].loss_curve_ != regressor().fit(X, Y).loss_curve_
    np.testing.assert_array_equal(runs[0].predict(X), runs[0].network_.predict(X)[:, 0])
    each = regressor(dropout=[0.5, 0.0], hidden_layer_sizes=(4, 4)).fit(X, Y)
    assert each.loss_curve_ == regressor(dropout=(0.5, 0.0), hidden_layer_sizes=(4, 4)).fit(X, Y).loss_curve_


def test_threads_change_nothing():
    one, two = (regressor(n_threads=n).fit(X, Y) for n in (1, 2))
    assert one.loss_curve_ == two.loss_curve_


def test_the_network_inside():
    model = classifier().fit(X, LABELS)
    np.testing.assert_allclose(model.network_.predict(X), model.predict_proba(X), rtol=1e-12)
    assert repr(model.network_) == "Network 3-4-3: relu, softmax; loss cross_entropy; 31 parameters"
    trace = model.trace(X[:2], LABELS[:2], learning_rate=0.5)
    np.testing.assert_allclose(model.hidden_activations(X[:2])[0], trace.layers[0].activation)
    weights, biases = model.gradients(X, LABELS)
    expected = model.network_.gradients(X, LABELS)
    np.testing.assert_array_equal(weights[1], expected[0][1])
    np.testing.assert_array_equal(biases[0], expected[1][0])
    assert "Hidden error term" in model.trace(X[0:1], LABELS[0:1]).to_text()
    with pytest.raises(NotFittedError):
        _ = classifier().network_


def test_the_loss_that_is_reported_is_that_of_the_network_and_the_penalty():
    model = regressor(batch_size=30, max_iter=1, alpha=0.4, learning_rate_init=1e-300).fit(X, Y)
    squares = sum((W * W).sum() for W in model.coefs_)
    assert model.loss_ == pytest.approx(model.network_.loss(X, Y) + 0.2 * squares / 30)


def test_labels_of_one_class():
    model = classifier().fit(X, ["only"] * 30)
    assert model.predict(X[:2]).tolist() == ["only", "only"]
    assert model.predict_proba(X[:2]).tolist() == [[1.0], [1.0]]


def test_pickle_and_clone_keep_everything():
    model = classifier(class_weight={1: 2.0}, dropout=0.1, activation=["mish"]).fit(X, LABELS)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    again.partial_fit(X, LABELS)
    model.partial_fit(X, LABELS)
    np.testing.assert_array_equal(again.coefs_[0], model.coefs_[0])
    assert clone(model).get_params() == model.get_params()


def test_the_constructors_parameters_are_scikit_learns_and_more():
    import inspect

    from sklearn import neural_network

    for name in ("MLPClassifier", "MLPRegressor"):
        ours = inspect.signature(getattr(bl, name)).parameters
        theirs = inspect.signature(getattr(neural_network, name)).parameters
        for parameter in theirs.values():
            assert (ours[parameter.name].default, ours[parameter.name].kind) == (parameter.default, parameter.kind)
        positional = [p for p in ours if ours[p].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
        assert positional == [p for p in theirs if theirs[p].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    with pytest.raises(TypeError, match="hidden_layers"):
        bl.MLPRegressor(hidden_layers=3)


BAD = [
    ({"alpha": -1}, "alpha must be at least 0, got -1"),
    ({"alpha": "much"}, "alpha must be a number, got 'much'"),
    ({"hidden_layer_sizes": (4, 0)}, r"hidden_layer_sizes must be > 0, got \[4, 0\]\. Each is"),
    ({"hidden_layer_sizes": (4, 2.5)}, r"hidden_layer_sizes\[1\] must be a whole number of at least 1, got 2.5"),
    ({"activation": "rleu"}, "unknown activation 'rleu'; did you mean 'relu'"),
    ({"activation": ["tanh", "relu"]}, "activation must be one value, or one for each of 1 layers, got 2"),
    ({"solver": "adan"}, "unknown solver 'adan'; did you mean 'adam'"),
    ({"learning_rate": "cosin"}, "unknown learning_rate 'cosin'; did you mean 'cosine'"),
    ({"learning_rate": 0.1}, "learning_rate must be one of constant, invscaling, adaptive or a schedule, got 0.1"),
    ({"learning_rate_init": 0.0}, "learning_rate_init must be above 0, got 0"),
    ({"momentum": 1.5}, "momentum must be at least 0 and at most 1, got 1.5"),
    ({"beta_1": 1}, "beta_1 must be at least 0 and below 1, got 1"),
    ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
    ({"shuffle": 1}, "shuffle must be True or False, got 1"),
    ({"n_iter_no_change": 0}, "n_iter_no_change must be a whole number of at least 1, got 0"),
    ({"dropout": 1.0}, "dropout must be at least 0 and below 1, got 1"),
    ({"clip_norm": 0}, "clip_norm must be above 0, got 0"),
    ({"dtype": "float16"}, "dtype must be float64 or float32, got 'float16'"),
    ({"n_threads": 0}, "n_threads must be a whole number of at least 1, got 0"),
    ({"solver": "lbfgs", "dropout": 0.1}, "dropout must be left out with solver 'lbfgs'"),
    ({"solver": "lbfgs", "learning_rate": "cosine"}, "a schedule must be left out with solver 'lbfgs'"),
    ({"loss": "cross_entropie"}, "unknown loss 'cross_entropie'; did you mean 'cross_entropy'"),
    ({"verbose": "yes"}, "verbose must be a whole number of at least 0, got 'yes'"),
    ({"early_stopping": True, "validation_fraction": 0.01}, "The validation set is too small. Increase .* got 0.01 of"),
]


@pytest.mark.parametrize(("settings", "words"), BAD, ids=[str(next(iter(s.items()))) for s, _ in BAD])
def test_bad_parameters_are_one_sentence(settings, words):
    with pytest.raises(ValueError, match=words) as error:
        regressor(**settings).fit(X, Y)
    assert isinstance(error.value, bl.BacklitError)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "y", "arguments", "words"),
    [
        ({"class_weight": {7: 1.0}}, LABELS, {}, r"class_weight must name classes of y, \[0 1 2\], got 7"),
        ({"class_weight": "even"}, LABELS, {}, "class_weight must be None, a dict or 'balanced', got 'even'"),
        ({"class_weight": "balanced"}, np.eye(3, dtype=int)[LABELS][:, :2] | 1, {}, "class_weight must be None where"),
        ({}, LABELS, {"sample_weight": -np.ones(30)}, "sample_weight must be at least 0, got -1 for sample 1"),
        ({}, LABELS, {"sample_weight": np.ones(29)}, r"sample_weight.shape == \(29,\), expected \(30,\)!"),
        ({}, LABELS, {"sample_weight": np.zeros(30)}, "Sample weights must contain at least one non-zero number"),
        ({}, LABELS, {"X_val": X}, "X_val and y_val must be given together"),
        (
            {},
            LABELS,
            {"X_val": X, "y_val": LABELS + 1},
            r"`y` has classes not in `self.classes_`. `self.classes_` has \[0 1 2\]. 'y' has \[1 2 3\]. .* of \[3\]",
        ),
        ({"loss": "poisson", "activation": "tanh"}, LABELS, {"X_val": X[:, :2], "y_val": LABELS}, "features"),
    ],
)
def test_bad_samples_are_one_sentence(settings, y, arguments, words):
    with pytest.raises(ValueError, match=words):
        classifier(**settings).fit(X, y, **arguments)


def test_targets_that_a_loss_cannot_take():
    with pytest.raises(bl.BacklitError, match="targets must lie in"):
        regressor(loss="poisson").fit(X, -np.abs(Y) - 1)


def test_a_fit_that_runs_away_says_where():
    with pytest.raises(bl.TrainingError, match=r"epoch 1, batch 1, the weight_step of layer \d became -?inf") as caught:
        regressor(solver="sgd", learning_rate_init=1e308).fit(1e3 * X, 1e3 * Y)
    assert (caught.value.quantity, caught.value.epoch, caught.value.batch) == ("weight_step", 1, 1)


def test_going_on_with_other_layers_is_an_error():
    model = regressor(warm_start=True).fit(X, Y)
    with pytest.raises(bl.BacklitError, match=r"must keep its layers \[3, 4, 1\], got \[3, 5, 1\]"):
        model.set_params(hidden_layer_sizes=(5,)).fit(X, Y)


def test_partial_fit_needs_classes_and_a_solver_that_goes_by_epochs():
    with pytest.raises(bl.BacklitError, match="classes must be passed on the first call"):
        classifier().partial_fit(X, LABELS)
    with pytest.raises(
        bl.BacklitError, match=r"partial_fit does not support early_stopping=True: .*; set early_stopping"
    ):
        regressor(early_stopping=True).partial_fit(X, Y)
    assert not hasattr(classifier(solver="lbfgs"), "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit") as error:
        _ = regressor(solver="lbfgs").partial_fit
    assert "only available for stochastic optimizers. lbfgs is not stochastic." in str(error.value.__cause__)
    model = classifier().partial_fit(X, LABELS, classes=[0, 1, 2, 3])
    assert model.predict_proba(X).shape == (30, 4)
    with pytest.raises(bl.BacklitError, match=r"`classes=\[0, 1, 2\]` is not the same as on last call .* Leave"):
        model.partial_fit(X, LABELS, classes=[0, 1, 2])


def test_ctrl_c_keeps_what_was_learned():
    def interrupting(losses):
        if len(losses) == 3:
            raise KeyboardInterrupt
        return 1.0

    from backlit.equations.schedules import Schedule

    schedule = Schedule("interrupting", interrupting, ("", ""), "", reads_losses=True)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = regressor(learning_rate=schedule).fit(X, Y)
    assert model.n_iter_ == 3
    np.testing.assert_array_equal(model.coefs_[0], regressor(max_iter=3).fit(X, Y).coefs_[0])


def test_it_warns_when_it_has_not_converged_and_when_a_batch_is_too_large():
    with pytest.warns(ConvergenceWarning, match=r"Stochastic Optimizer: Maximum iterations \(6\) reached") as told:
        regressor().fit(X, Y)
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match="It is going to be clipped, from 99 to the 30 samples"):
        regressor(batch_size=99).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge after 2 iteration") as told:
        regressor(solver="lbfgs", max_iter=2).fit(X, Y)
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        regressor(max_iter=300, tol=0.1).fit(X, Y)


def test_verbose_prints_a_line_an_epoch(capsys):
    regressor(verbose=True, max_iter=2, early_stopping=True).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Iteration", "Validation", "Iteration", "Validation"]


def test_digits_are_learned():
    _, images, digits = data("digits")
    model = bl.MLPClassifier((16,), random_state=0, max_iter=30, learning_rate_init=0.01, dtype="float32")
    assert model.fit(images[:1200], digits[:1200]).score(images[1200:], digits[1200:]) > 0.88
