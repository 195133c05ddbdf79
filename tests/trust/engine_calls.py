"""Calls straight into the compiled engine with arguments at random: `python tests/trust/engine_calls.py [N] [SEED]`.

Most fit, and one part or two of the others is of another shape, type, order or value. Each call returns or raises;
under the sanitizers (`make nightly`) a read or write outside of an array, or undefined behaviour, ends the process. A
measurement of each network is compared with the equations.
"""

import sys
import time
import warnings
from collections import Counter
from itertools import pairwise

import numpy as np
from counted import counted

import backlit as bl
from backlit.engine.levels import available_levels
from backlit.engine.trainer import Trainer
from backlit.equations.activation_table import ACTIVATIONS
from backlit.equations.loss_table import LOSSES, loss_fits
from backlit.equations.optimizers import OPTIMIZERS
from backlit.network.sweeps import forward

REFUSED = (ValueError, IndexError, TypeError, RuntimeError, OverflowError)
KNOWN = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
ENDS = [(output, loss) for output in ACTIVATIONS for loss in LOSSES if loss_fits(LOSSES[loss], ACTIVATIONS[output])]
CALLS_A_TRAINER = 400
ODD = (-1, 0, 1, 7, 2**31 - 1, 2**31, 2**62, -(2**63), 2**64)


def trainer(rng):
    """A network of random sizes and functions in training."""
    # softmax of one unit is refused
    sizes = [*(int(n) for n in rng.integers(1, 9, size=rng.integers(1, 4))), int(rng.integers(2, 9))]
    output, loss = ENDS[rng.integers(len(ENDS))]
    dtype = rng.choice([np.float32, np.float64])
    weights = [rng.normal(size=shape) for shape in pairwise(sizes)]
    biases = [rng.normal(size=n) if rng.random() < 0.8 else None for n in sizes[1:]]
    hidden = [HIDDEN[rng.integers(len(HIDDEN))] for _ in sizes[1:-1]]
    net = bl.Network.from_weights(weights, biases, activation=hidden, output=output, loss=loss, dtype=dtype,
                                  dropout=float(rng.choice([0, 0.5])) if hidden else 0.0, layout="rows")  # fmt: skip
    options = {"l1": 0.1 * rng.random(), "weight_decay": 0.1 * rng.random(), "clip_norm": rng.choice([None, 1.0])}
    levels = available_levels()
    return Trainer(net, OPTIMIZERS[KNOWN[rng.integers(len(KNOWN))]], n_threads=int(rng.integers(1, 4)),
                   level=levels[rng.integers(len(levels))], **options)  # fmt: skip


def halved(array, rng):
    return array[: len(array) // 2]


def of_another_type(array, rng):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # what is lost of complex numbers
        warnings.simplefilter("ignore")
        return array.astype(rng.choice([np.int8, np.int64, np.float32, np.float64, np.complex64]))


def of_another_order(array, rng):
    return np.asfortranarray(array) if array.ndim > 1 else array[::2]


def of_another_shape(array, rng):
    return array.reshape(-1) if array.ndim > 1 else array.reshape(-1, 1)


def doubled(array, rng):
    return np.concatenate([array, array])


def none(array, rng):
    return None


def empty(array, rng):
    return np.empty((0, *array.shape[1:]), array.dtype)


def with_an_odd_value(array, rng):
    array, whole = array.copy(), array.dtype.kind in "iu"
    if array.size:
        about = np.iinfo(array.dtype) if whole else None
        odd = (-1, 7, about.max, about.min) if about else (np.nan, np.inf, -np.inf, 1e30, 0.0)
        array.flat[rng.integers(array.size)] = odd[rng.integers(len(odd))]
    return array


WAYS = (halved, of_another_type, of_another_order, of_another_shape, doubled, none, empty, with_an_odd_value)


def odd_array(array, rng):
    """Another array in the place of one: of another shape, type or order, or with a value that is none."""
    return WAYS[rng.integers(len(WAYS))](array, rng)


def samples(net, rng):
    """Samples, dense or sparse, and targets."""
    n, n_in, n_out, dtype = (
        int(rng.integers(1, 12)),
        net.layers[0].n_in,
        net.layers[-1].n_out,
        net.layers[0].weights.dtype,
    )
    X = rng.normal(size=(n, n_in)).astype(dtype)
    if rng.random() < 0.3:
        kept = rng.random(X.shape) < 0.4
        starts = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
        X = (X[kept], np.nonzero(kept)[1].astype(np.int32), starts)
    fused = net.layers[-1].row.name == "softmax" and net.loss_row.name == "cross_entropy"
    if fused and rng.random() < 0.5:
        return n, X, rng.integers(n_out, size=n)
    return n, X, rng.random((n, n_out)).astype(dtype)


def damaged(arguments, rng):
    """Arguments with one or two of them odd."""
    given = list(arguments)
    for _ in range(int(rng.integers(1, 3))):
        place = int(rng.integers(len(given)))
        part = given[place]
        if isinstance(part, tuple):
            pieces = list(part)
            which = int(rng.integers(3))
            pieces[which] = None if pieces[which] is None else odd_array(pieces[which], rng)
            given[place] = tuple(pieces)
        elif isinstance(part, np.ndarray):
            given[place] = odd_array(part, rng)
        elif isinstance(part, int):
            given[place] = ODD[rng.integers(len(ODD))]
    return given


def a_call(made, net, rng):
    """Return the name, the function and fitting arguments of one call."""
    core, dtype = made._core, net.layers[0].weights.dtype
    n, X, y = samples(net, rng)
    which = rng.choice(["epoch", "epoch", "evaluate", "measure", "masks", "read", "write", "steps"])
    weights = rng.random(n).astype(dtype) if rng.random() < 0.3 else None
    if which == "epoch":
        size = int(rng.integers(1, n + 1))
        order = rng.permutation(n).astype(np.int64)
        rates = np.full(-(-n // size), 1e-3)
        return which, core.epoch, [X, y, weights, order, size, 0, 0.0, rates, 1.0]
    if which == "evaluate":
        return which, core.evaluate, [X, y, weights]
    if which == "measure":
        return which, core.measure, [X, y, np.empty((n, net.layers[-1].n_out), dtype), np.empty(n)]
    if which == "masks":
        layer = int(rng.integers(len(net.layers)))
        return which, core.masks, [int(rng.integers(1, 9)), layer, np.empty((n, net.layers[layer].n_out), dtype)]
    if which == "steps":
        return which, lambda steps: setattr(core, "steps", steps), [int(rng.integers(0, 99))]
    place = rng.choice(["parameters", "gradients", "first", "second", "other"])
    array = np.empty(core.size, dtype) if which == "read" else rng.normal(size=core.size).astype(dtype)
    return which, getattr(core, which), [str(place), array]


def compared(made, net, rng):
    """Say whether a measurement agrees with the equations, for the parameters as they are."""
    now = made.network()
    X = rng.normal(size=(3, net.layers[0].n_in)).astype(made.dtype)
    with np.errstate(all="ignore"):
        ours = forward(now, X)[-1].activation
        theirs = made.measure(X, np.full((3, net.layers[-1].n_out), 0.5, made.dtype))[0]
    close = np.isclose(ours, theirs, rtol=1e-3, atol=1e-5, equal_nan=True)
    return bool(close.all() or not np.isfinite(ours).all())


def count(n, seed=0):
    """Make ``n`` calls; return how they ended, and whether all comparisons agreed."""
    rng, ends, agreed = np.random.default_rng(seed), Counter(), 0
    done = 0
    while done < n:
        made = trainer(rng)
        net = made._net
        agreed += compared(made, net, rng)
        ends["trainers"] += 1
        for _ in range(min(CALLS_A_TRAINER, n - done)):
            name, call, given = a_call(made, net, rng)
            if rng.random() < 0.4:
                given = damaged(given, rng)
            done += 1
            try:
                call(*given)
            except REFUSED:
                ends[f"{name} refused"] += 1
            else:
                ends[f"{name} done"] += 1
    return ends, agreed == ends.pop("trainers")


def main(arguments):
    """Count, print, and fail where a measurement did not agree."""
    n, seed = counted(__doc__, arguments, 20_000)
    started = time.monotonic()
    ends, agreed = count(n, seed)
    print(", ".join(f"{name} {number}" for name, number in sorted(ends.items())))
    print(f"{sum(ends.values())} calls in {time.monotonic() - started:.0f} s; "
          f"what fits {'agrees' if agreed else 'DOES NOT AGREE'} with the equations")  # fmt: skip
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
