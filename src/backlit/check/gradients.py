"""``check_gradients``: claimed gradients or weight steps of a network against the equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from backlit.check.claims import claimed_layers, updated_claims
from backlit.check.compare import check_claims
from backlit.check.conventions import scale_of
from backlit.check.forward_pass import Forward, forward_report
from backlit.check.layouts import Layout, readings, with_biases
from backlit.check.masks import as_masks, shares_kept
from backlit.check.place import Place
from backlit.check.plateau import plateau
from backlit.check.report import CheckReport, Finding, with_findings
from backlit.check.search import LARGEST
from backlit.errors import BacklitError
from backlit.network.network import Network
from backlit.network.sweeps import forward
from backlit.network.targets import as_inputs, as_targets
from backlit.validation import learning_rate_in_range, number

__all__ = ["check_as_told", "check_gradients", "place_of"]

CONVENTIONS = ("gradient", "weight_step")
READ_AS = "Read with {words}: so the sizes and numbers say."
NO_DROPOUT = "Dropout is off here: pass masks=, one array a layer, for a pass that had it."


def check_gradients(
    net: Network,
    X: Any,
    y: Any,
    weight_gradients: Sequence[Any],
    bias_gradients: Sequence[Any] | None = None,
    *,
    learning_rate: float | None = None,
    convention: str = "gradient",
    updated: Sequence[Any] | None = None,
    l2: float = 0.0,
    l1: float = 0.0,
    layout: str | None = None,
    reduction: str = "mean",
    loss: str | None = None,
    masks: Sequence[Any] | None = None,
    activations: Sequence[Any] | None = None,
    predictions: Any = None,
    loss_value: Any = None,
) -> CheckReport:
    """Check a backward pass written by hand, and name the mistake in it.

    Parameters: ``X (n, n_in)`` or one sample ``(n_in,)`` and ``y`` as ``Network.gradients`` takes them.
    ``weight_gradients``: one array (n_in, n_out) a layer, from the input on: gradients of the mean loss, or, with
    ``convention="weight_step"``, what is added to the weights; then ``learning_rate`` is needed. ``bias_gradients``:
    one array (n_out,) a layer, or None not to check them. ``updated``: the weights after the step, one array a layer,
    checked too where given. ``l2``, ``l1``: factors of the penalties l2/2 Σ W² and l1 Σ |W| that the loss has.

    How your arrays are laid out, and what your loss is: ``layout``: "rows" as above; "columns", samples as columns and
    weights (n_out, n_in); "torch", samples as rows and weights (n_out, n_in); by default what the sizes say, and where
    they allow several, the one that fits. ``reduction``: "mean" over samples, "sum" over them, or "all", the mean over
    samples and outputs. ``loss``, where the network's is a square: "squared_error" (half the sum over outputs), "mse"
    (the mean over outputs), "sum_squared_error" (without the half) or "half_mean_squared_error"; by default the
    network's. ``masks``: dropout's masks of this pass, one array (n, n_units) or None a layer, 1 / (1 - rate) where a
    unit stays; without them dropout is off.

    ``activations`` (one array a layer, from the first on), ``predictions`` and ``loss_value`` are those of your forward
    pass: what is given is checked first, and its mistakes named; the backward pass of another forward pass is not
    judged.

    A gradient is right in any precision and in any layout that means the same, such as (n_in,) for one unit. Where one
    of the conventions above would make all of it right, the first finding begins with how to tell it.

    Raises BacklitError for arrays that are not numbers and a number of arrays that is not the network's.

    >>> import backlit as bl
    >>> net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
    >>> gradients, _ = net.gradients([0.1, 0.3], 1)
    >>> bl.check_gradients(net, [0.1, 0.3], 1, gradients).ok
    True
    >>> report = bl.check_gradients(net, [0.1, 0.3], 1, [-dW for dW in gradients])
    >>> [finding.identifier for finding in report.findings]
    ['wrong-sign']
    """
    asked = _asked(learning_rate, convention, reduction, loss, masks)
    asked = asked._replace(l2=number(l2, "l2"), l1=number(l1, "l1"))
    values = Forward(activations, predictions, loss_value)
    return _checked(_Given(net, X, y, weight_gradients, bias_gradients, updated, values), asked, layout)


def check_as_told(
    net: Network,
    X: Any,
    y: Any,
    weight_gradients: Sequence[Any],
    bias_gradients: Sequence[Any] | None,
    *,
    learning_rate: float | None,
    convention: str,
    layout: str,
    reduction: str,
    loss: str | None,
    masks: Sequence[Any] | None,
) -> CheckReport:
    """Return what ``check_gradients`` says, without a look for other conventions: for who tries them all.

    Parameters and errors are those of ``check_gradients``.
    """
    asked = _asked(learning_rate, convention, reduction, loss, masks)._replace(conventions=False)
    return _checked(_Given(net, X, y, weight_gradients, bias_gradients, None, Forward()), asked, layout)


def _asked(
    learning_rate: float | None, convention: str, reduction: str, loss: str | None, masks: Sequence[Any] | None
) -> _Asked:
    """Return what was told of the step and the loss; raises BacklitError for what cannot be."""
    if not isinstance(convention, str) or convention not in CONVENTIONS:
        raise BacklitError(f"convention must be 'gradient' or 'weight_step', got {convention!r:.40}")
    rate = None if learning_rate is None else learning_rate_in_range(learning_rate)
    if convention == "weight_step" and rate is None:
        raise BacklitError("convention='weight_step' needs the learning_rate that the steps were made with, got None")
    return _Asked(rate, convention != "gradient", reduction, loss, masks)


def _checked(given: _Given, asked: _Asked, layout: str | None) -> CheckReport:
    """Check what was handed over in each layout that it may have; the likeliest one counts."""
    net = given.net
    options = readings(net, given.X, given.y, given.weights, layout)
    reports: list[tuple[CheckReport, Layout, _Given]] = []
    for option in options:
        for weights, biases in with_biases(net, option, given.weights, given.biases):
            turned = given._replace(weights=weights, biases=biases)
            reports.append((_read(turned, asked, option), option, turned))
        if any(report.ok for report, *_ in reports):
            break
    best, option, turned = min(reports, key=lambda read: _unlikely(read[0]))
    best = best if best.ok else _with_masks_divided(turned, asked, option, best)
    best = _turned_last(best, len(net.layers))
    told = (layout is not None and option == options[0]) or option == Layout()
    return best if told else with_findings(best, remarks=(READ_AS.format(words=option.words),))


def _turned_last(report: CheckReport, depth: int) -> CheckReport:
    """Put weights that are all transposed, which may be the person's layout, after the mistakes beside that."""
    first, *rest = report.findings or (None,)
    layout = first is not None and first.identifier == "swapped-outer-product" and len(first.layers) == depth
    if first is None or not layout or not rest or any(f.identifier == "unknown" for f in rest):
        return report
    words = f"This is right if your weights are (n_out, n_in): pass layout='torch'. Else: {first.happened}"
    return replace(report, findings=(*rest, replace(first, happened=words)))


def _with_masks_divided(given: _Given, asked: _Asked, layout: Layout, found: CheckReport) -> CheckReport:
    """Return the report on masks of 0 and 1 divided by the share that they keep, where that explains more."""
    small = sum(W.size for W in given.net.weights) <= LARGEST
    for share in shares_kept(asked.masks) if small and asked.masks is not None else ():
        masks = [None if mask is None else np.asarray(mask) / share for mask in asked.masks or ()]
        report = _read(given, asked._replace(masks=masks), layout)
        told = f"masks=[mask / {share:g}]"
        if report.ok:
            first = f"This is right if what stays is divided by {share:g}, the share that is kept: pass {told}."
            wrong = tuple(v.layer for v in found.verdicts if not v.ok)
            matters = "The masks that were told are 0 and 1; inverted dropout has 1 / (1 − rate) in them."
            layers = tuple(dict.fromkeys(wrong))
            finding = Finding("another-convention", layers[0], layers, "certain", first, matters, told)
            return replace(found, findings=(finding,))
        if _unlikely(report) < _unlikely(found) and all(f.identifier != "unknown" for f in report.findings):
            return with_findings(report, remarks=(f"Read with masks divided by {share:g}: pass {told}.",))
    return found


def _unlikely(report: CheckReport) -> tuple[bool, int, int, bool, bool]:
    """What speaks against a reading: that it is not right, in how many arrays, that nothing explains it.

    And, where something explains it, that all would be transposed.
    """
    names = {finding.identifier for finding in report.findings}
    unknown, wrong = "unknown" in names, sum(not verdict.ok for verdict in report.verdicts)
    turned = bool(names & {"swapped-outer-product", "another-convention"})
    # arrays that do not even have the shapes of a reading speak against it first
    misfits = sum("has shape" in v.remark and "the same transposed" not in v.remark for v in report.verdicts)
    return not report.ok, misfits, wrong, unknown, turned and not unknown


class _Asked(NamedTuple):
    """What was told of the step and the loss; ``conventions``: others may be looked for."""

    rate: float | None
    as_steps: bool
    reduction: str
    loss: str | None
    masks: Sequence[Any] | None
    l2: float = 0.0
    l1: float = 0.0
    conventions: bool = True


class _Given(NamedTuple):
    """What was handed over."""

    net: Network
    X: Any
    y: Any
    weights: Sequence[Any]
    biases: Sequence[Any] | None
    updated: Sequence[Any] | None
    forward: Forward


def _read(given: _Given, asked: _Asked, layout: Layout) -> CheckReport:
    """Check what was handed over, read in one layout."""
    net = layout.network(given.net)
    listed = isinstance(asked.masks, list | tuple)
    masks = [layout.samples(mask) for mask in asked.masks or ()] if listed else asked.masks
    X, y = layout.samples(given.X), layout.targets(given.y, net.sizes[-1])
    place = place_of(net, X, y, rate=asked.rate, as_steps=asked.as_steps, masks=masks)
    scale = scale_of(place.net, place.n, asked.loss, asked.reduction)
    # the penalty is not scaled with the loss of the samples
    place = place._replace(
        scale=scale, l2=asked.l2 / scale, l1=asked.l1 / scale, columns=layout.columns, turned=layout.turned
    )
    before = forward_report(place, _in_rows(layout, given.forward))
    if before is not None and not before.ok:
        return before
    claims = claimed_layers(place, given.weights, given.biases)
    after = None if given.updated is None else updated_claims(place, _turned(layout, given.updated))
    report = check_claims(place, claims, updated=after, conventions=asked.conventions)
    if before is not None:
        report = replace(report, verdicts=(*before.verdicts, *report.verdicts))
    still = plateau(place, [array for claim in claims for array in claim.values()]) if report.ok else None
    if still is not None:
        report = with_findings(report, remarks=(still,))
    drops = masks is None and any(layer.dropout for layer in given.net.layers)
    return with_findings(report, remarks=(NO_DROPOUT,)) if drops else report


def _in_rows(layout: Layout, given: Forward) -> Forward:
    arrays = given.activations
    if isinstance(arrays, list | tuple):
        arrays = [layout.samples(array) for array in arrays]
    return Forward(arrays, layout.samples(given.predictions), given.loss_value)


def _turned(layout: Layout, arrays: Any) -> Any:
    return [layout.weights(array) for array in arrays] if isinstance(arrays, list | tuple) else arrays


def place_of(
    net: Network,
    X: Any,
    y: Any,
    *,
    rate: float | None,
    l2: float = 0.0,
    l1: float = 0.0,
    as_steps: bool = False,
    masks: Sequence[Any] | None = None,
) -> Place:
    """Return the output layer's place after a forward sweep in float64."""
    hidden = [layer.activation for layer in net.layers[:-1]]
    output, loss = net.layers[-1].activation, net.loss_function
    net = Network.from_weights(net.weights, net.biases, activation=hidden, output=output, loss=loss)
    inputs, one_sample = as_inputs(net, X)
    targets = as_targets(net, y, len(inputs), one_sample=one_sample)
    with np.errstate(all="ignore"):
        sweep = forward(net, inputs, masks=as_masks(net, len(inputs), masks))
    return Place(net, sweep, targets, len(net.layers) - 1, rate=rate, l2=l2, l1=l1, as_steps=as_steps)
