"""The page's arithmetic in a real browser is the Trace's: every row, pair and optimizer, random and saturated networks.

Within 1e-12 of the largest number of the same kind, and of each number itself where it did not come of a difference.
"""

import itertools

import numpy as np
import pytest
from inside import bundled

import backlit as bl
from backlit.equations.activation_table import ACTIVATIONS, find_activation
from backlit.equations.loss_table import FUSED_PAIRS, LOSSES, find_loss, loss_fits
from backlit.equations.optimizers import OPTIMIZERS, weight_decay_step
from backlit.playground.programs import tables

EXPOSE = """
import { OPTIMIZERS, weightDecayStep } from "./optimizers.js";
import { run } from "./program.js";
import { trace } from "./sweeps.js";
const net = (n) => ({loss: n.loss, layers: n.layers.map((l) => ({...l, weights: Float64Array.from(l.weights.flat()),
  biases: l.biases && Float64Array.from(l.biases)}))});
const plain = (v) => v instanceof Float64Array ? Array.from(v, String) : Array.isArray(v) ? v.map(plain)
  : v && typeof v === "object" ? Object.fromEntries(Object.entries(v).map(([k, w]) => [k, plain(w)])) : v;
window.runPrograms = (cases) => cases.map(([p, arrays, n, k]) =>
  plain(run(p, arrays.map((a) => Float64Array.from(a.map(Number))), n, k)));
window.traces = (tables, cases) => cases.map(([n, X, Y, rate]) => plain(trace(tables, net(n),
  Float64Array.from(X.flat()), Float64Array.from(Y.flat()), X.length, rate)));
window.optimize = (name, gradients, settings) => {
  let memory = {}; const steps = [];
  for (const g of gradients) {
    const [step, next] = OPTIMIZERS[name](Float64Array.from(g), memory, settings);
    steps.push(plain(step)); memory = next;
  }
  return steps;
};
window.decay = (w, rate, decay) => plain(weightDecayStep(Float64Array.from(w), rate, decay));
"""

FAR = [-1e300, -800.0, -745.0, -709.5, -40.0, -3.0, -1e-300, 0.0, 5e-324, 0.3, 3.0, 37.0, 709.0, 800.0, 1e300]
Z = np.concatenate([np.random.default_rng(0).normal(0, 3, (40, 3)), np.resize(FAR, (5, 3))])
ROWS = [*ACTIVATIONS.values(), find_activation("leaky_relu(0.2)"), find_activation("elu(0.5)")]
LOSS_ROWS = [*LOSSES.values(), find_loss("huber(0.3)"), find_loss("quantile(0.9)")]
TABLES = tables(ROWS, LOSS_ROWS)
RELATIVE = 1e-12


@pytest.fixture
def core(tab):
    tab.add_script_tag(content=bundled(EXPOSE), type="module")
    tab.wait_for_function("() => window.decay")
    return tab


def run(core, program, *arrays):
    # as text: JSON has no infinity
    texts = [[str(v) for v in array.ravel().tolist()] for array in arrays]
    n, k = arrays[0].shape
    (values,) = core.evaluate("(cases) => runPrograms(cases)", [[program, texts, n, k]])
    return np.array([float(v.replace("Infinity", "inf")) for v in values])


def assert_equal(got, expected, *, scale=0.0):
    """Check each number within 1e-12 of itself, or of ``scale`` where it came of a difference of such numbers."""
    expected = np.asarray(expected, dtype=float).ravel()
    assert got.shape == expected.shape
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    with np.errstate(invalid="ignore", over="ignore"):
        # below the normal numbers a float has no twelve digits
        close = np.abs(got - expected) <= RELATIVE * np.maximum(np.abs(expected), scale) + 1e-300
    assert (same | close).all(), (got[~(same | close)], expected[~(same | close)])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_activation(core, row):
    held = TABLES["activations"][row.name]
    with np.errstate(all="ignore"):
        assert_equal(run(core, held["value"], Z), row.value(Z))
        if row.derivative is not None:
            # a derivative crosses 0 where two terms of about 1 cancel
            assert_equal(run(core, held["derivative"], Z), row.derivative(Z), scale=1e-3)
        else:
            da = Z[::-1] * (np.abs(Z[::-1]) < 1e6)
            assert_equal(run(core, held["backward"], Z, da), row.backward(Z, da), scale=1.0)


@pytest.mark.parametrize("row", LOSS_ROWS, ids=lambda row: row.name)
def test_a_loss(core, row):
    rng = np.random.default_rng(1)
    p, y = rng.dirichlet(np.ones(3), 9), rng.dirichlet(np.ones(3), 9)
    y[0], p[1] = [1.0, 0.0, 0.0], y[1]
    held = TABLES["losses"][row.name]
    assert_equal(run(core, held["value"], p, y), row.value(p, y), scale=1e-3)
    assert_equal(run(core, held["gradient"], p, y), row.gradient(p, y), scale=1e-3)


@pytest.mark.parametrize("pair", FUSED_PAIRS.values(), ids=lambda pair: f"{pair.activation} with {pair.loss}")
def test_a_fused_pair(core, pair):
    y = np.random.default_rng(1).dirichlet(np.ones(3), len(Z))
    held = next(p for p in TABLES["pairs"] if (p["activation"], p["loss"]) == (pair.activation, pair.loss))
    with np.errstate(all="ignore"):
        assert_equal(run(core, held["value"], Z, y), pair.value(Z, y), scale=1.0)
        assert_equal(run(core, held["gradient"], Z, y), pair.gradient(Z, y), scale=1e-3)


@pytest.mark.parametrize("row", OPTIMIZERS.values(), ids=lambda row: row.name)
def test_an_optimizer(core, row):
    rng = np.random.default_rng(2)
    gradients = [rng.normal(size=7) * 10.0 ** rng.integers(-8, 8, 7) for _ in range(12)]
    steps = core.evaluate("([n, g, s]) => optimize(n, g, s)", [row.name, [g.tolist() for g in gradients], row.defaults])
    state = {}
    for g, got in zip(gradients, steps, strict=True):
        step, state = row.step(g, state, **row.defaults)
        assert_equal(np.array(got, dtype=float), step, scale=float(np.abs(step).max()) * 1e-3)


def test_weight_decay(core):
    w = np.random.default_rng(3).normal(size=6)
    got = core.evaluate("([w, r, d]) => decay(w, r, d)", [w.tolist(), 0.3, 0.01])
    assert_equal(np.array(got, dtype=float), weight_decay_step(w, 0.3, 0.01))


OUTPUTS = [(a.name, lo.name) for a in ROWS for lo in LOSS_ROWS if loss_fits(lo, a)]
HIDDEN = [row.name for row in ROWS if not row.output_only and row.name != "exp"]
PER_SAMPLE = {"z": "pre_activation", "a": "activation", "error": "error", "slope": "slope", "errorTerm": "error_term"}
PARAMETERS = {
    "weightGradient": "weight_gradient",
    "biasGradient": "bias_gradient",
    "weightStep": "weight_step",
    "biasStep": "bias_step",
}


def random_case(number):
    """A network of any depth, activations and loss, with a batch; every third one saturated."""
    rng = np.random.default_rng(number)
    output, loss = OUTPUTS[number % len(OUTPUTS)]
    depth = int(rng.integers(1, 6))
    sizes = [int(v) for v in rng.integers(1, 7, depth + 1)]
    sizes[-1] = max(sizes[-1], 2) if output == "softmax" else sizes[-1]
    hidden = [str(name) for name in rng.choice(HIDDEN, depth - 1)]
    net = bl.Network.random(sizes, activation=hidden, output=output, loss=loss, biases=bool(number % 2), seed=number)
    far = 8.0 if number % 3 == 0 and output not in ("exp", "softplus") else 1.0
    net = net.with_parameters([far * W for W in net.weights], net.biases)
    n = int(rng.integers(1, 6))
    X = rng.normal(0, far, (n, sizes[0]))
    if output == "softmax" or net.loss_row.distribution:
        Y = rng.dirichlet(np.ones(sizes[-1]), n)
    else:
        reached, taken = net.layers[-1].row.range, net.loss_row.target_range
        low, high = max(-2.0, reached[0], taken[0]), min(2.0, reached[1], taken[1])
        Y = rng.uniform(low, high, (n, sizes[-1]))
    return net, X, Y, float(rng.uniform(0.01, 1))


def as_plain(net):
    layers = [
        {
            "nIn": layer.n_in,
            "nOut": layer.n_out,
            "weights": layer.weights.tolist(),
            "biases": None if layer.biases is None else layer.biases.tolist(),
            "activation": layer.row.name,
        }
        for layer in net.layers
    ]
    return {"loss": net.loss_row.name, "layers": layers}


def traced(cases):
    """The cases that a Trace takes: where nothing overflows."""
    kept = []
    for case in cases:
        net, X, Y, rate = case
        try:
            kept.append((case, net.trace(X, Y, learning_rate=rate)))
        except bl.BacklitError as error:
            if "became" not in str(error):
                raise
    return kept


def assert_traces_equal(got, trace):
    assert_equal(np.array(got["sampleLosses"], dtype=float), trace.sample_losses, scale=1e-3)
    assert got["loss"] == pytest.approx(trace.loss, rel=RELATIVE, abs=1e-15)
    for layer, mine in zip(trace.layers, got["layers"], strict=True):
        for name, attribute in {**PER_SAMPLE, **PARAMETERS}.items():
            expected = getattr(layer, attribute)
            assert (mine[name] is None) == (expected is None), name
            if expected is not None:
                # what comes of a sum is as precise as its largest terms
                scale = float(np.abs(expected).max())
                assert_equal(np.array(mine[name], dtype=float), expected, scale=scale)


def test_300_random_networks(core):
    kept = traced(itertools.islice(map(random_case, itertools.count()), 330))
    assert len(kept) >= 300
    assert {trace.network.loss_row.name for _, trace in kept} == {row.name for row in LOSS_ROWS}
    plain = [[as_plain(net), X.tolist(), Y.tolist(), rate] for (net, X, Y, rate), _ in kept]
    results = core.evaluate("([tables, cases]) => traces(tables, cases)", [TABLES, plain])
    for got, (_, trace) in zip(results, kept, strict=True):
        assert_traces_equal(got, trace)


@pytest.mark.parametrize("planted", ["errorTerm", "weightStep", "a"])
def test_a_wrong_number_is_caught(core, planted):
    ((case, trace),) = traced([random_case(4)])
    net, X, Y, rate = case
    (got,) = core.evaluate("([t, c]) => traces(t, c)", [TABLES, [[as_plain(net), X.tolist(), Y.tolist(), rate]]])
    assert_traces_equal(got, trace)
    got["layers"][0][planted][0] = float(got["layers"][0][planted][0]) * (1 + 1e-9) + 1e-9
    with pytest.raises(AssertionError):
        assert_traces_equal(got, trace)
